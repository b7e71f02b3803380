"""Times as people and programs write them into lyrics: `1:23.45`, `01:02:03,500`, `00:00:01:05`, `83.5`.

A stamp is read before it is understood: `00:12:50` is twelve and a half minutes in one file, twelve and a half seconds
in another, and only the file as a whole tells which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: A clock of two to four fields with a fraction. Every quantifier is bounded, so that no text takes long.
CLOCK = r"\d{1,4}(?:[:;]\d{1,3}){1,3}(?:[.,]\d{1,12})?(?!\d)"
#: Seconds without minutes.
SECONDS = r"\d{1,6}(?:[.,]\d{1,12})?(?!\d)"
_CLOCK = re.compile(CLOCK, re.ASCII)
_SECONDS = re.compile(SECONDS, re.ASCII)
#: Frame rates that timecodes are counted in, the most likely first.
_FRAME_RATES = (24, 25, 30, 50, 60)
#: Lines of a song begin at least this far apart.
_LEAST_GAP_S = 0.25


@dataclass(frozen=True)
class Stamp:
    """A time as it is written.

    Attributes:
        fields: Its whole numbers, hours or minutes first.
        fraction: The digits behind the point; None without one.
    """

    fields: tuple[int, ...]
    fraction: str | None


@dataclass(frozen=True)
class Ruler:
    """What the fields of a file's stamps mean.

    Attributes:
        hundredths: Three fields without a fraction are minutes, seconds and hundredths, not hours first.
        frame_rate: Frames a second of stamps with four fields.
    """

    hundredths: bool = False
    frame_rate: int = 24

    def seconds(self, stamp: Stamp) -> float:
        """Return a stamp's time in seconds."""
        fields, part = list(stamp.fields), float(f"0.{stamp.fraction}") if stamp.fraction else 0.0
        if len(fields) == 4:
            part += fields.pop() / self.frame_rate
        elif len(fields) == 3 and self.hundredths and stamp.fraction is None:
            part += fields.pop() / 100
        total = 0
        for field in fields:
            total = 60 * total + field
        return total + part


def read_stamp(text: str) -> Stamp | None:
    """Return the clock that `text` is, None where it is none."""
    stripped = text.strip()
    if not _CLOCK.fullmatch(stripped):
        return None
    whole, _, fraction = stripped.replace(",", ".").partition(".")
    return Stamp(tuple(int(part) for part in re.split("[:;]", whole)), fraction or None)


def read_seconds(text: str) -> float | None:
    """Return the plain number of seconds that `text` is, None where it is none."""
    stripped = text.strip().removesuffix("s").rstrip()
    return float(stripped.replace(",", ".")) if _SECONDS.fullmatch(stripped) else None


def ruler_of(stamps: Sequence[Stamp], *, may_be_hundredths: bool = False) -> Ruler:
    """Return what the fields of all stamps of one file mean.

    Args:
        stamps: All of them, in the order of the file.
        may_be_hundredths: Whether the form is one in which three fields can be minutes, seconds and hundredths.
    """
    frames = max((stamp.fields[3] for stamp in stamps if len(stamp.fields) == 4), default=0)
    rate = next((rate for rate in _FRAME_RATES if frames < rate), _FRAME_RATES[-1])
    three = [stamp for stamp in stamps if len(stamp.fields) == 3]
    hundredths = may_be_hundredths and bool(three) and _are_hundredths(three)
    return Ruler(hundredths, rate)


def _are_hundredths(stamps: Sequence[Stamp]) -> bool:
    if any(stamp.fraction is not None for stamp in stamps):
        return False
    if any(stamp.fields[2] >= 60 for stamp in stamps):
        return True
    short = sorted({Ruler(hundredths=True).seconds(stamp) for stamp in stamps})
    # Read as hundredths, clocks with hours would press a song into a second.
    return len(short) < 2 or float(np.diff(short).min()) >= _LEAST_GAP_S
