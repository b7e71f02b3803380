"""Beat grids and cues of DJ programs: rekordbox's exported XML, Traktor's collection (`.nml`).

rekordbox after Pioneer DJ's description of its XML, Traktor after collections that Traktor Pro 2 and 3 have written. A
collection holds many songs: the one of our file's name is taken. Not read: beat grids inside Traktor's own MP3 tags,
rekordbox's database, the times of a cue's fade.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import unquote

from glance.errors import AudioError
from glance.material.bounded_xml import Attributes, walk_xml
from glance.material.tempo_map import MOST_CHANGES, TempoMap, TempoPoint, map_of_seconds
from glance.material.types import Mark, Material

_MOST_MARKS, _MOST_SONGS = 1000, 200_000
#: Kinds of Traktor's cues: a cue, a fade in, a fade out, a load mark, a beat grid, a loop.
_GRID, _LOOP = "4", "5"


@dataclass
class _Song:
    """One song of a collection."""

    file: str = ""
    title: str = ""
    bpm: float = 0.0
    #: (seconds, bpm, beats of a bar, which beat of it this one is counting from 1).
    grid: list[tuple[float, float, int, int]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def read_dj_collection(data: bytes, name: str, song: str) -> Material:
    """Return the beat grid and the cues of one song of a collection.

    Args:
        data: The XML.
        name: The collection's file name.
        song: File name of the song that is looked for; empty where any will do.

    Raises:
        AudioError: It holds no song of that name, or several, or declares entities.
    """
    collection = _Collection(_key(song))
    whole = walk_xml([data], name, collection.begin)
    found = collection.chosen()
    if found is None:
        count = collection.count
        raise AudioError(
            f"{name}: expected a collection with the song {song!r}, found {count} other songs in it. "
            "Export the song's own entry, or give the song the file name that it has there."
        )
    notes = [] if whole else [f"{name} is damaged; what could be read of it is used."]
    if song and _key(found.file) != _key(song):
        notes.append(f"{name}: its only song is {found.file or found.title}, which is taken for this one.")
    marks = tuple(sorted(found.marks, key=lambda mark: mark.start_s))
    return Material(collection.kind, name, _tempo(found), marks, notes=tuple(notes))


class _Collection:
    def __init__(self, wanted: str) -> None:
        self.wanted, self.kind, self.count = wanted, "DJ collection", 0
        self._now = _Song()
        self._matching: _Song | None = None
        self._first: _Song | None = None

    def chosen(self) -> _Song | None:
        """Return the song that was looked for, else the only one there is."""
        self._close()
        return self._matching or (self._first if self.count == 1 else None)

    def begin(self, path: list[str], attributes: Attributes) -> None:
        """Take in an element."""
        tag = path[-1]
        if tag == "DJ_PLAYLISTS":
            self.kind = "rekordbox collection"
        elif tag == "NML":
            self.kind = "Traktor collection"
        elif path[-2:] in (["COLLECTION", "TRACK"], ["COLLECTION", "ENTRY"]):
            self._close()
            self.count += 1
            title = attributes.get("Name", attributes.get("TITLE", ""))
            location = unquote(attributes.get("Location", ""))
            self._now = _Song(location.replace("\\", "/").rsplit("/", 1)[-1], title)
            if self._first is None:
                self._first = self._now
        elif self.count and self.count <= _MOST_SONGS:
            self._inside(path, attributes)

    def _close(self) -> None:
        song, self._now = self._now, _Song()
        if self.wanted and self._matching is None and self.wanted in (_key(song.file), _key(song.title)):
            self._matching = song

    def _inside(self, path: list[str], attributes: Attributes) -> None:
        song, tag = self._now, path[-1]
        if tag == "LOCATION":
            song.file = attributes.get("FILE", "")
        elif tag == "TEMPO" and "Inizio" in attributes and len(song.grid) < MOST_CHANGES:
            above = attributes.get("Metro", "4/4").split("/")[0]
            bars = int(above) if above.isascii() and above.isdecimal() and 1 <= int(above[:4]) <= 16 else 4
            beat = _number(attributes.get("Battito", "1"))
            number = int(beat) if 1 <= beat <= bars else 1
            song.grid.append((_number(attributes["Inizio"]), _number(attributes.get("Bpm", "")), bars, number))
        elif tag == "GRID" and song.grid and path[-2:-1] == ["CUE_V2"]:
            song.grid[-1] = (song.grid[-1][0], _number(attributes.get("BPM", "")), *song.grid[-1][2:])
        elif tag == "TEMPO":
            song.bpm = _number(attributes.get("BPM", ""))
        elif tag == "POSITION_MARK":
            self._mark(attributes.get("Name", ""), attributes.get("Start", ""), attributes.get("End", ""), 1.0)
        elif tag == "CUE_V2" and attributes.get("TYPE") == _GRID:
            song.grid.append((_number(attributes.get("START", "")) / 1000, song.bpm, 4, 1))
        elif tag == "CUE_V2":
            self._cue(attributes)

    def _cue(self, attributes: Attributes) -> None:
        start, length = _number(attributes.get("START", "")), _number(attributes.get("LEN", "0"))
        is_loop = attributes.get("TYPE") == _LOOP and length > 0
        name = attributes.get("NAME", "")
        self._mark("" if name == "n.n." else name, str(start), str(start + length) if is_loop else "", 1000.0)

    def _mark(self, name: str, start: str, end: str, unit: float) -> None:
        begin, stop = _number(start) / unit, _number(end) / unit
        if 0 <= begin < 1e6 and len(self._now.marks) < _MOST_MARKS:
            self._now.marks.append(Mark(begin, name[:1000].strip(), stop if begin < stop < 1e6 else None))


def _tempo(song: _Song) -> TempoMap | None:
    rows = [row for row in sorted(song.grid) if math.isfinite(row[0]) and abs(row[0]) < 1e6]
    # A grid's tempo may stand behind its mark in Traktor's files.
    points = [TempoPoint(at, bpm if bpm > 0 else song.bpm) for at, bpm, _, _ in rows]
    if not points or not points[0].bpm > 0:
        return None
    return map_of_seconds(points, [(at, bars, 4) for at, _, bars, _ in rows], [beat - 1.0 for *_, beat in rows])


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFC", name).casefold().strip()
    return plain.rsplit(".", 1)[0] if "." in plain[-6:] else plain


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
