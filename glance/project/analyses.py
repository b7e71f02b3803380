"""What was heard in the songs of the projects at hand, kept so that a page never waits for the same song twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from glance.audio.analysis import analyse
from glance.audio.sources import Sources, with_sources
from glance.audio.types import SongAnalysis
from glance.project.file_names import path_of
from glance.project.model import Project, Song
from glance.system.recent import RecentlyUsed

#: Analyses held in memory; more are on disk.
_HELD = 4


def analyse_song(song: Song, cache: Path, progress: Callable[[float, str], None] | None = None) -> SongAnalysis:
    """Return what is heard in a project's song, without the project's corrections.

    Args:
        song: The song, its stems, its words, and the tracker.
        cache: Folder in which analyses are kept by the songs' content.
        progress: Called with the share that is done, and what is being done.

    Raises:
        AudioError: The song or its lyrics cannot be read.
    """
    path = path_of(song.path)
    heard = analyse(
        path,
        stems=Path(song.stems) if song.stems else None,
        lyrics=Path(song.lyrics) if song.lyrics else None,
        midi=Path(song.midi) if song.midi else None,
        markers=Path(song.markers) if song.markers else None,
        time=song.time,
        stem_names=song.stem_names,
        aligner=Path(song.aligner) if song.aligner else None,
        tracker=song.tracker,
        cache=cache,
        progress=progress,
    )
    return with_sources(heard, path, Sources(Path(song.table) if song.table else None, song.features), cache)


@dataclass
class _HeardSong:
    """One song: who hears it holds `busy`."""

    busy: threading.Lock = field(default_factory=threading.Lock)
    analysis: SongAnalysis | None = None


class AnalysisCache:
    """Analyses by song file. Safe to use from several threads; one song is heard once, even when two ask at a time.

    Args:
        folder: Gives the folder in which analyses are kept by the songs' content.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._songs: RecentlyUsed[_HeardSong] = RecentlyUsed(_HELD)

    def hear(self, project: Project, progress: Callable[[float, str], None] | None = None) -> SongAnalysis:
        """Return the analysis of a project's song, without the project's corrections.

        Raises:
            AudioError: The song or its lyrics cannot be read.
        """
        song = project.song
        files = (song.path, song.lyrics, song.table, song.midi, song.markers, song.aligner, song.stems)
        stamps = tuple(part for path in files for part in _stamp(path))
        key = (*stamps, *song.stem_names.items(), song.time, song.features, song.tracker)
        with self._lock:
            known = self._songs.get(key, _HeardSong)
        with known.busy:
            if known.analysis is None:
                known.analysis = analyse_song(song, self._folder(), progress)
            return known.analysis


def _stamp(path: str) -> tuple[str, int, int]:
    if not path or not Path(path).exists():
        return path, 0, 0
    status = Path(path).stat()
    return path, status.st_mtime_ns, status.st_size
