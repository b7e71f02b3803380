"""One file of a musician's, whatever program wrote it: the kind is told by its first bytes, not by its name."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

from glance.errors import AudioError
from glance.limits import MATERIAL_BYTES, MIDI_BYTES
from glance.material.ableton import read_ableton
from glance.material.dj_collections import read_dj_collection
from glance.material.id3_chapters import TAG_BYTES, chapters_of, tag_length
from glance.material.labels import read_labels
from glance.material.midi_file import read_midi
from glance.material.reaper import read_reaper
from glance.material.sound_chunks import read_sound_chunks
from glance.material.types import Material
from glance.system.text_encoding import decode_text

#: Endings of files that hold a song's notes, and of those that hold its tempo and marks.
MIDI_ENDINGS = (".mid", ".midi", ".kar", ".rmi", ".smf")
MARKER_ENDINGS = (".rpp", ".rpp-bak", ".als", ".xml", ".nml")
_EXPECTED = "a MIDI file, a project of Reaper or Ableton Live, a collection of rekordbox or Traktor, Audacity's labels"
_MOST_FILES = 64
_SOUNDS = (b"RIFF", b"RF64", b"FORM")


def read_material(path: Path, song: str = "") -> Material:
    """Return what a musician's file says of a song.

    Args:
        path: A MIDI file, a folder of one for each part, a DAW's project, a DJ program's collection, labels, or a sound
            file with marks.
        song: The song's file name, for files that tell of many.

    Raises:
        AudioError: It cannot be read, is too large, or says nothing of a song's time.
    """
    path = Path(path)
    try:
        material = _read(path, song)
    except OSError as error:
        raise AudioError(f"{path}: cannot be read ({error.strerror or error}). Check the path.") from None
    except (struct.error, ValueError, IndexError, OverflowError, MemoryError, RecursionError):
        raise AudioError(f"{path.name}: expected {_EXPECTED}, found a damaged one; export it once more.") from None
    if material.tempo is None and not (material.marks or material.parts):
        raise AudioError(f"{path.name}: expected a tempo, marks or notes, found a {material.kind} without them.")
    return material


def own_marks(song: Path) -> Material | None:
    """Return the marks and the tempo that a song's own file carries; None where it carries none, or cannot be read."""
    try:
        with Path(song).open("rb") as file:
            head = file.read(12)
        if head[:4] not in _SOUNDS and head[:3] != b"ID3":
            return None
        material = _read(Path(song), "")
    except (OSError, AudioError, struct.error, ValueError, IndexError, OverflowError):
        return None
    # One mark is where somebody's playhead stood; parts of a song are several.
    return material if material.tempo is not None or len(material.marks) > 1 else None


def _of_folder(folder: Path) -> Material:
    """Return the MIDI files of a folder, one for each part of a song, as one: their names are those of their tracks."""
    paths = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in MIDI_ENDINGS][:_MOST_FILES]
    files = [read_midi(path.read_bytes(), path.name) for path in paths if path.stat().st_size <= MIDI_BYTES]
    if not files:
        raise AudioError(f"{folder}: expected MIDI files in the folder, found none.")
    best = max(files, key=lambda file: (file.tempo is not None, len(file.tempo.quarters) if file.tempo else 0))
    parts = [
        replace(part, track=Path(file.file).stem if part.key is None else part.track)
        for file in files
        for part in file.parts
    ]
    notes = tuple(note for file in files for note in file.notes)
    return replace(best, file=folder.name, parts=tuple(parts), notes=notes)


def _read(path: Path, song: str) -> Material:
    if path.is_dir():
        return _of_folder(path)
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] in _SOUNDS and head[8:] not in (b"RMID",):
            return read_sound_chunks(path)
        if head[:3] == b"ID3":
            file.seek(0)
            found = chapters_of(file.read(min(tag_length(head), TAG_BYTES)))
            return Material("MP3 file", path.name, None, found.marks)
        most = MIDI_BYTES if head[:4] in (b"MThd", b"RIFF") else MATERIAL_BYTES
        file.seek(0)
        data = file.read(most + 1)
    if len(data) > most:
        raise AudioError(f"{path.name}: expected at most {most >> 20} MB, found more. Is it the right file?")
    if head[:4] in (b"MThd", b"RIFF"):
        return read_midi(data, path.name)
    if head[:2] == b"\x1f\x8b":
        return read_ableton(data, path.name)
    return _of_text(data, path.name, song)


def _of_text(data: bytes, name: str, song: str) -> Material:
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<REAPER_PROJECT"):
        return read_reaper(decode_text(data).text, name)
    if start.startswith((b"<?xml", b"<NML", b"<DJ_PLAYLISTS", b"<Ableton", b"<!")):
        return read_ableton(data, name) if b"<Ableton" in start else read_dj_collection(data, name, song)
    marks = read_labels(decode_text(data).text) if len(data) <= 4 << 20 else ()
    if not marks:
        raise AudioError(f"{name}: expected {_EXPECTED}, found none of them.")
    return Material("label file", name, None, marks)
