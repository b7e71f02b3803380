"""Standard MIDI files, as far as they can be read: a track that breaks off keeps what came before.

Formats 0, 1 and 2 (the tracks of which are laid side by side), running status, divisions in quarters and in SMPTE
frames, RIFF around all of it. After the Standard MIDI File 1.0 of the MIDI Manufacturers Association. A reader of our
own because a file that is cut short or wrong in one track shall still give its tempo map and its other notes.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from glance.errors import AudioError
from glance.limits import MIDI_EVENTS
from glance.material.tempo_map import Metre, TempoMap, TempoPoint, map_of_quarters, map_of_seconds, sane_metre
from glance.material.types import Control, Mark, Material, NotePart
from glance.system.text_encoding import decode_text

#: Tracks, marks and words at most; parts and controllers that become envelopes are bounded by who names them.
_MOST_TRACKS, _MOST_TEXTS, _TEXT_BYTES = 1000, 20_000, 1000
#: Latest tick: eleven days at the finest division.
_LAST_TICK = 1 << 40
_DRUMS = 9
#: Bytes of data behind each kind of channel message.
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_TRACK_NAME, _LYRIC, _MARKER, _CUE, _TEMPO, _METRE, _TEXT = 0x03, 0x05, 0x06, 0x07, 0x51, 0x58, 0x01
_DEFAULT_BPM = 120.0
#: Controllers that choose banks and parameters and end notes; they are no movement.
_NO_MOVEMENT = frozenset({0, 32, 6, 38, *range(96, 102), *range(120, 128)})


@dataclass
class _Found:
    """What the tracks of a file say, in ticks."""

    events: int = 0
    broken: int = 0
    tempi: list[tuple[int, float]] = field(default_factory=list)
    metres: list[tuple[int, int, int]] = field(default_factory=list)
    texts: list[tuple[int, int, str]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    programs: dict[tuple[int, int], int] = field(default_factory=dict)
    #: (track, channel, key) -> starts that wait for their ends: (tick, velocity).
    sounding: dict[tuple[int, int, int], list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    #: (track, channel) -> (start, end, key, velocity).
    played: dict[tuple[int, int], list[tuple[int, int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    #: (name, channel) -> (tick, value).
    moved: dict[tuple[str, int], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))


def read_midi(data: bytes, name: str) -> Material:
    """Return what a MIDI file says.

    Raises:
        AudioError: It is no MIDI file, or nothing of it can be read.
    """
    start = data.find(b"MThd") if data[:4] == b"RIFF" else 0
    if start < 0 or data[start : start + 4] != b"MThd" or len(data) < start + 14:
        raise AudioError(f"{name}: expected a MIDI file, found other bytes; export it once more.")
    size, _, tracks, division = struct.unpack(">IHHH", data[start + 4 : start + 14])
    found = _Found()
    at, number = start + 8 + max(6, size), 0
    while at + 8 <= len(data) and number < _MOST_TRACKS:
        head, length = data[at : at + 4], struct.unpack(">I", data[at + 4 : at + 8])[0]
        if head == b"MTrk":
            _Track(data[at + 8 : at + 8 + length], number, found).read()
            found.broken += at + 8 + length > len(data)
            number += 1
        at += 8 + length
    if not number:
        raise AudioError(f"{name}: expected a MIDI file with tracks, found none; export it once more.")
    found.broken += max(0, min(tracks, _MOST_TRACKS) - number)
    return _material(found, division, name)


class _Track:
    """One track's bytes, read event by event."""

    def __init__(self, data: bytes, number: int, found: _Found) -> None:
        self.data, self.number, self.found = data, number, found
        self.at, self.tick, self.status = 0, 0, 0

    def read(self) -> None:
        """Take in all events up to the track's end, or up to where it is damaged."""
        try:
            while self.at < len(self.data) and self.found.events < MIDI_EVENTS:
                self.tick = min(self.tick + self._number(), _LAST_TICK)
                self.found.events += 1
                if not self._event():
                    return
        except IndexError:
            self.found.broken += 1

    def _byte(self) -> int:
        value = self.data[self.at]
        self.at += 1
        return value

    def _number(self) -> int:
        """Return a number of variable length, of four bytes at most."""
        value = 0
        for _ in range(4):
            byte = self._byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise IndexError

    def _event(self) -> bool:
        """Take in one event; return whether the track goes on."""
        status = self.data[self.at]
        if status >= 0x80:
            self.at += 1
        else:
            status = self.status
        if status == 0xFF:
            kind, length = self._byte(), self._number()
            body = self.data[self.at : self.at + length]
            self.at += length
            if len(body) < length:
                raise IndexError
            self._meta(kind, body)
            return kind != 0x2F
        if status in (0xF0, 0xF7):
            self.at += self._number()
            return True
        if not 0x80 <= status < 0xF0:
            raise IndexError
        self.status = status
        first = self._byte()
        second = self._byte() if _DATA_BYTES[status & 0xF0] == 2 else 0
        if first | second >= 0x80:
            raise IndexError
        self._message(status & 0xF0, status & 0x0F, first, second)
        return True

    def _meta(self, kind: int, body: bytes) -> None:
        found = self.found
        if kind == _TEMPO and len(body) >= 3:
            micros = int.from_bytes(body[:3], "big")
            if micros:
                found.tempi.append((self.tick, 60e6 / micros))
        elif kind == _METRE and len(body) >= 2 and body[1] <= 5 and sane_metre(body[0], 1 << body[1]):
            found.metres.append((self.tick, body[0], 1 << body[1]))
        elif kind in (_TRACK_NAME, _TEXT, _LYRIC, _MARKER, _CUE) and len(found.texts) < _MOST_TEXTS:
            text = decode_text(body[:_TEXT_BYTES]).text.replace("\0", "") if body else ""
            if kind == _TRACK_NAME:
                found.names.setdefault(self.number, text.strip()[:80])
            else:
                found.texts.append((self.tick, kind, text))

    def _message(self, kind: int, channel: int, first: int, second: int) -> None:
        found, place, key = self.found, (self.number, channel), (self.number, channel, first)
        if kind == 0x90 and second:
            found.sounding[key].append((self.tick, second))
        elif kind in (0x80, 0x90):
            waiting = found.sounding[key]
            if waiting:
                start, velocity = waiting.pop(0)
                found.played[place].append((start, self.tick, first, velocity))
        elif kind == 0xB0 and first not in _NO_MOVEMENT:
            found.moved[f"cc{first}", channel].append((self.tick, second / 127))
        elif kind == 0xE0:
            # 0x2000 is the middle; the two halves differ by one step.
            found.moved["bend", channel].append((self.tick, min(1.0, (second << 7 | first) / 0x4000)))
        elif kind == 0xC0:
            found.programs.setdefault(place, first)


def _material(found: _Found, division: int, name: str) -> Material:
    for (track, channel, key), waiting in found.sounding.items():
        # A note that nobody ended sounds for a moment.
        found.played[track, channel] += [(start, start, key, velocity) for start, velocity in waiting]
    clock = _clock_of(found, division)
    notes = []
    if found.broken:
        notes.append(f"{name} is damaged; what could be read of it is used.")
    if found.events >= MIDI_EVENTS:
        notes.append(f"{name} has more than {MIDI_EVENTS:,} events; those after are left out.")
    marks = [(tick, text) for tick, kind, text in found.texts if kind in (_MARKER, _CUE) and text.strip()]
    return Material(
        "MIDI file",
        name,
        clock.tempo if found.tempi or not clock.is_smpte else None,
        tuple(Mark(seconds, text.strip()) for seconds, text in clock.timed(marks)),
        tuple(_parts(found, clock)),
        tuple(_controls(found, clock)),
        tuple(Mark(seconds, text) for seconds, text in clock.timed(_sung(found))),
        tuple(notes),
    )


def _sung(found: _Found) -> list[tuple[int, str]]:
    """Return the words that are sung: lyric events, else the texts of karaoke files."""
    lyrics = [(tick, text) for tick, kind, text in found.texts if kind == _LYRIC]
    texts = [(tick, text) for tick, kind, text in found.texts if kind == _TEXT and not text.startswith("@")]
    karaoke = any(kind == _TEXT and text.startswith("@K") for _, kind, text in found.texts)
    return sorted(lyrics or (texts if karaoke else []), key=lambda row: row[0])


@dataclass(frozen=True)
class _Clock:
    """What a file's ticks are in seconds."""

    per_quarter: float
    per_second: float
    tempo: TempoMap

    @property
    def is_smpte(self) -> bool:
        return self.per_second > 0

    def seconds(self, ticks: list[int]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        at = np.asarray(ticks, dtype=np.float64)
        found = at / self.per_second if self.is_smpte else self.tempo.seconds_at(at / self.per_quarter)
        return np.asarray(found)

    def timed(self, rows: list[tuple[int, str]]) -> list[tuple[float, str]]:
        ordered = sorted(rows, key=lambda row: row[0])
        times = self.seconds([tick for tick, _ in ordered]).tolist()
        return list(zip(times, (text for _, text in ordered), strict=True))


def _clock_of(found: _Found, division: int) -> _Clock:
    tempi = sorted(found.tempi)
    if division & 0x8000:
        frames = 256 - (division >> 8)
        rate = 30000 / 1001 if frames == 29 else frames
        per_second = max(1.0, rate * (division & 0xFF))
        points = [TempoPoint(tick / per_second, bpm) for tick, bpm in tempi]
        tempo = map_of_seconds(points, [(tick / per_second, above, below) for tick, above, below in found.metres])
        return _Clock(0.0, per_second, tempo or _plain_map())
    per_quarter = float(division or 480)
    points = [TempoPoint(tick / per_quarter, bpm) for tick, bpm in tempi]
    # Before a file's first tempo it is 120.
    if not points or points[0].at > 0:
        points.insert(0, TempoPoint(0.0, _DEFAULT_BPM))
    metres = [Metre(tick / per_quarter, above, below) for tick, above, below in found.metres]
    return _Clock(per_quarter, 0.0, map_of_quarters(points, metres) or _plain_map())


def _plain_map() -> TempoMap:
    return TempoMap(np.array([0.0, 4.0]), np.array([0.0, 2.0]))


def _parts(found: _Found, clock: _Clock) -> list[NotePart]:
    parts = []
    for (track, channel), rows in sorted(found.played.items()):
        by_key: dict[int | None, list[tuple[int, int, int, int]]] = defaultdict(list)
        for row in rows:
            by_key[row[2] if channel == _DRUMS else None].append(row)
        for key, notes in sorted(by_key.items(), key=lambda item: item[0] or 0):
            notes.sort()
            starts, ends, pitches, velocities = (list(column) for column in zip(*notes, strict=True))
            parts.append(
                NotePart(
                    found.names.get(track, ""),
                    channel + 1,
                    found.programs.get((track, channel), _program(found, channel)),
                    key,
                    clock.seconds(starts),
                    clock.seconds(ends),
                    np.asarray(pitches, dtype=np.int64),
                    np.asarray(velocities, dtype=np.float32) / np.float32(127),
                )
            )
    return parts


def _program(found: _Found, channel: int) -> int:
    """Return the program that another track has chosen for a channel: some files keep them in a track of their own."""
    return next((program for (_, other), program in found.programs.items() if other == channel), -1)


def _controls(found: _Found, clock: _Clock) -> list[Control]:
    controls = []
    for (name, channel), rows in sorted(found.moved.items()):
        if len({value for _, value in rows}) < 2:
            continue  # set once, as volumes are; nothing moves
        rows.sort(key=lambda row: row[0])
        values = np.array([value for _, value in rows], dtype=np.float32)
        controls.append(Control(name, channel + 1, clock.seconds([tick for tick, _ in rows]), values))
    return controls
