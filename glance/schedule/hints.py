"""What names in formulas mean, and words for a person who wrote one that means nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from glance.schedule.signals import STEM_NAMES, Signals

#: Names that every expression knows, with what they mean.
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "t": "frame number, from 0",
        "s": "the project's seed",
        "max_f": "number of the last frame",
        "time": "seconds since the song began",
        "beat": "beats since the first one, with fraction",
        "bar": "bars since the first downbeat, with fraction",
        "beat_phase": "0 on a beat, growing to 1 just before the next",
        "bar_phase": "0 on a downbeat, growing to 1 just before the next",
        "fps": "frames per second",
        "pi": "3.14159...",
        "tau": "2*pi",
        "e": "2.71828...",
    }
)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return words that point from a misspelt name to the closest known ones."""
    choices = list(known)
    near = difflib.get_close_matches(name.lower(), choices, n=2, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(f'`{choice}`' for choice in near)}?"
    return f"there are {', '.join(choices[:24])}{', ...' if len(choices) > 24 else ''}"


def unknown_name(name: str, signals: Signals) -> str:
    """Return words about a name that means nothing in this song; stems that are missing are called stems."""
    if name.removesuffix("_onset") in STEM_NAMES:
        return _unknown(f"there is no `{name}` here; it is the name of a stem", name, signals)
    return f"there is no `{name}` here; {nearest(name, [*signals.envelopes, *NAMES])}"


def unknown_stem(label: str, signals: Signals) -> str:
    """Return words about a stem, named by its file, that this song has not."""
    return _unknown(f'there is no stem called "{label}"', label, signals)


def _unknown(what: str, name: str, signals: Signals) -> str:
    if not signals.stems:
        return f"{what}; this song was heard without stems: name the folder of its stems, or split it"
    stems = sorted({*signals.stems.values()})
    return f"{what}; {nearest(name, [*stems, *(f'{stem}_onset' for stem in stems)])}"
