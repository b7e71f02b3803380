"""Ableton Live's sets (`.als`, gzipped XML): the song's tempo and its automation, time signatures, locators.

After sets that Live 8 to 12 have written; Ableton publishes no description. Tempo automation goes evenly in beats from
point to point, and Live plays it in steps: each sixteenth keeps the tempo of its beginning. Curves are read as straight
lines. Not read: clips, warp markers, follow actions, the tempo that another clip leads.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator

import numpy as np

from glance.errors import AudioError
from glance.limits import UNPACKED_BYTES
from glance.material.bounded_xml import Attributes, walk_xml
from glance.material.tempo_map import MOST_CHANGES, Metre, TempoPoint, map_of_quarters
from glance.material.types import Mark, Material

_MOST_MARKS, _PIECE = 20_000, 1 << 16
#: Tracks that hold what leads the whole set: Live 12 calls it the main track.
_MASTERS = ("MasterTrack", "MainTrack")
#: Live follows its automation in steps of this many quarters; and so many steps at most.
_STEP, _MOST_STEPS = 0.25, 60_000
#: What an event says that holds for the time before the first beat.
_BEFORE = -1e6


def read_ableton(data: bytes, name: str) -> Material:
    """Return the tempo map and the locators of a Live set, as far as it is whole.

    Raises:
        AudioError: It unpacks to more than any set, or declares entities, or is no set.
    """
    found = _Set()
    whole = walk_xml(_unpacked(data, name) if data[:2] == b"\x1f\x8b" else [data], name, found.begin, found.end)
    if not found.is_set:
        raise AudioError(f"{name}: expected a set of Ableton Live, found something else; save it once more in Live.")
    tempo = map_of_quarters(found.tempi(), found.metres())
    marks = []
    if tempo is not None:
        beats = [beat for beat, _ in found.locators]
        times = tempo.seconds_at(beats).tolist() if beats else []
        marks = [Mark(time, text) for time, (_, text) in zip(times, found.locators, strict=True)]
    notes = () if whole else (f"{name} is damaged; what could be read of it is used.",)
    ordered = tuple(sorted(marks, key=lambda mark: mark.start_s))
    return Material("Ableton Live set", name, tempo, ordered, notes=notes)


def _unpacked(data: bytes, name: str) -> Iterator[bytes]:
    unpacker, total = zlib.decompressobj(wbits=31), 0
    for at in range(0, len(data), _PIECE):
        rest = data[at : at + _PIECE]
        while rest and not unpacker.eof:
            try:
                piece = unpacker.decompress(rest, _PIECE)
            except zlib.error:
                return
            total += len(piece)
            if total > UNPACKED_BYTES:
                raise AudioError(f"{name}: expected a set of at most {UNPACKED_BYTES >> 20} MB unpacked, found more.")
            yield piece
            rest = unpacker.unconsumed_tail


class _Set:
    """What of a set was seen so far."""

    def __init__(self) -> None:
        self.is_set = False
        self.locators: list[tuple[float, str]] = []
        self._manual: dict[str, float] = {}
        self._targets: dict[str, str] = {}
        self._pointee = ""
        self._events: dict[str, list[tuple[float, float]]] = {}
        self._locator: tuple[float, str] = (math.nan, "")

    def begin(self, path: list[str], attributes: Attributes) -> None:
        """Take in an element."""
        tag = path[-1]
        self.is_set = self.is_set or tag == "LiveSet"
        if "Locators" in path:
            self._in_locator(tag, attributes)
        elif any(master in path for master in _MASTERS):
            self._in_master(path, tag, attributes)

    def end(self, path: list[str]) -> None:
        """Take in an element's end."""
        if path[-1] == "Locator" and math.isfinite(self._locator[0]) and len(self.locators) < _MOST_MARKS:
            self.locators.append(self._locator)
            self._locator = (math.nan, "")

    def _in_locator(self, tag: str, attributes: Attributes) -> None:
        if tag == "Time":
            self._locator = (_number(attributes.get("Value", "")), self._locator[1])
        elif tag == "Name":
            self._locator = (self._locator[0], attributes.get("Value", "")[:1000].strip())

    def _in_master(self, path: list[str], tag: str, attributes: Attributes) -> None:
        owner = path[-2] if len(path) > 1 else ""
        if owner in ("Tempo", "TimeSignature") and tag == "Manual":
            self._manual.setdefault(owner, _number(attributes.get("Value", "")))
        elif owner in ("Tempo", "TimeSignature") and tag == "AutomationTarget":
            self._targets.setdefault(owner, attributes.get("Id", ""))
        elif tag == "PointeeId":
            self._pointee = attributes.get("Value", "")
        elif tag in ("FloatEvent", "EnumEvent"):
            # Live 8 and 9 keep automation where its target stands, later ones in a list of their own.
            here = path[-4] if path[-3:-1] == ["ArrangerAutomation", "Events"] else ""
            events = self._events.setdefault(here or self._pointee, [])
            at, value = _number(attributes.get("Time", "")), _number(attributes.get("Value", ""))
            if math.isfinite(at) and math.isfinite(value) and len(events) < MOST_CHANGES:
                events.append((at, value))

    def _of(self, what: str) -> list[tuple[float, float]]:
        own = self._events.get(what, [])
        return own if len(own) > 1 else self._events.get(self._targets.get(what, "-"), []) or own

    def tempi(self) -> list[TempoPoint]:
        """Return the tempi by beat, in the steps in which Live plays them."""
        events, manual = sorted(self._of("Tempo"), key=lambda event: event[0]), self._manual.get("Tempo", math.nan)
        before = [value for at, value in events if at < _BEFORE]
        inside = [(at, value) for at, value in events if at >= _BEFORE]
        if not inside:
            start = before[-1] if before else manual
            return [TempoPoint(0.0, start)] if math.isfinite(start) else []
        beats, bpm = (np.array(column, dtype=np.float64) for column in zip(*inside, strict=True))
        first, last = math.floor(min(0.0, beats[0]) / _STEP), math.ceil(beats[-1] / _STEP)
        steps = np.arange(first, min(last, first + _MOST_STEPS) + 1, dtype=np.float64) * _STEP
        # Where a tempo jumps, a step that begins there has the tempo after the jump.
        after = np.searchsorted(beats, steps, side="right")
        exact = (after > 0) & (beats[np.maximum(after - 1, 0)] == steps)
        played = np.where(exact, bpm[np.maximum(after - 1, 0)], np.interp(steps, beats, bpm))
        changes = np.concatenate([[True], np.diff(played) != 0])
        return [TempoPoint(*row) for row in zip(steps[changes].tolist(), played[changes].tolist(), strict=True)]

    def metres(self) -> list[Metre]:
        """Return the time signatures by beat: 99 numerators for each denominator."""
        events, manual = self._of("TimeSignature"), self._manual.get("TimeSignature", math.nan)
        rows = [(max(0.0, at), value) for at, value in events] or [(0.0, manual)]
        found = [(at, int(value)) for at, value in rows if math.isfinite(value) and 0 <= value < 6 * 99]
        return [Metre(at, value % 99 + 1, 1 << value // 99) for at, value in found]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
