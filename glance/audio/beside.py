"""What a musician has put beside a song: `song.mid`, `song.rpp`, `song.als`, and the marks in the song's own file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from glance.material.reader import MARKER_ENDINGS, MIDI_ENDINGS, own_marks
from glance.system.names import own_entries


@dataclass(frozen=True)
class Beside:
    """Files that are taken with a song unless a person says otherwise.

    Attributes:
        midi: A MIDI file of the song's name; None for none.
        markers: A DAW's project of the song's name, or the song itself where it carries marks; None for none.
        notes: What was taken: sentences.
    """

    midi: Path | None = None
    markers: Path | None = None
    notes: tuple[str, ...] = ()


def files_beside(song: Path) -> Beside:
    """Return what lies beside a song under its name."""
    song = Path(song)
    try:
        entries = [path for path in own_entries(song.parent) if path.stem == song.stem and path != song]
    except OSError:
        entries = []
    midi = _first(entries, MIDI_ENDINGS)
    markers = _first(entries, MARKER_ENDINGS)
    notes = [f"{path.name} lies beside the song and is used; --alone leaves it out" for path in (midi, markers) if path]
    if markers is None and own_marks(song) is not None:
        markers = song
        notes.append("the song's own file carries a tempo or marks, which are used; --alone leaves them out")
    return Beside(midi, markers, tuple(notes))


def _first(entries: list[Path], endings: tuple[str, ...]) -> Path | None:
    return next((path for ending in endings for path in entries if path.suffix.lower() == ending), None)
