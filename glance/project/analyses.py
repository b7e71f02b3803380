"""What was heard in the songs of the projects at hand, kept so that a page never waits for the same song twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from glance.audio.analysis import analyse
from glance.audio.sources import Sources, with_sources
from glance.audio.types import SongAnalysis
from glance.project.file_names import path_of
from glance.project.model import Project, Song

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
        tracker=song.tracker,
        cache=cache,
        progress=progress,
    )
    return with_sources(heard, path, Sources(Path(song.table) if song.table else None, song.features), cache)


class AnalysisCache:
    """Analyses by song file. Safe to use from several threads; one song is heard once, even when two ask at a time.

    Args:
        cache: Folder in which analyses are kept by the songs' content.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._busy: dict[tuple[object, ...], threading.Lock] = {}
        self._heard: OrderedDict[tuple[object, ...], SongAnalysis] = OrderedDict()

    def hear(self, project: Project, progress: Callable[[float, str], None] | None = None) -> SongAnalysis:
        """Return the analysis of a project's song, without the project's corrections.

        Raises:
            AudioError: The song or its lyrics cannot be read.
        """
        song = project.song
        key = (*_stamp(song.path), *_stamp(song.lyrics), *_stamp(song.table), song.features, song.stems, song.tracker)
        with self._lock:
            busy = self._busy.setdefault(key, threading.Lock())
        with busy:
            known = self._known(key)
            if known is not None:
                return known
            heard = analyse_song(song, self._cache, progress)
            self._keep(key, heard)
        return heard

    def _known(self, key: tuple[object, ...]) -> SongAnalysis | None:
        with self._lock:
            if key in self._heard:
                self._heard.move_to_end(key)
            return self._heard.get(key)

    def _keep(self, key: tuple[object, ...], heard: SongAnalysis) -> None:
        with self._lock:
            self._heard[key] = heard
            while len(self._heard) > _HELD:
                old, _ = self._heard.popitem(last=False)
                self._busy.pop(old, None)


def _stamp(path: str) -> tuple[str, int, int]:
    if not path or not Path(path).exists():
        return path, 0, 0
    status = Path(path).stat()
    return path, status.st_mtime_ns, status.st_size
