"""Beat trackers of other projects, for `bench_audio`; each is imported when it is asked."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Found:
    """Beats and downbeats in seconds; no downbeats where the tracker knows none."""

    beats_s: np.ndarray
    downbeats_s: np.ndarray


@dataclass(frozen=True)
class Tracker:
    """A tracker: the module that must be there, and how it is asked."""

    module: str
    ask: Callable[[Path], Found]

    def installed(self) -> bool:
        """Return whether its module can be found."""
        return importlib.util.find_spec(self.module) is not None

    def __call__(self, song: Path) -> Found:
        """Track a song."""
        return self.ask(song)


def _librosa(song: Path) -> Found:
    import librosa

    signal, rate = librosa.load(song, sr=22050)
    return Found(np.asarray(librosa.beat.beat_track(y=signal, sr=rate, units="time")[1]), np.zeros(0))


def _essentia(song: Path) -> Found:
    import essentia.standard

    signal = essentia.standard.MonoLoader(filename=str(song), sampleRate=44100)()
    beats = essentia.standard.RhythmExtractor2013(method="multifeature")(signal)[1]
    return Found(np.asarray(beats, dtype=float), np.zeros(0))


def _madmom(song: Path) -> Found:
    from madmom.features.downbeats import DBNDownBeatTrackingProcessor, RNNDownBeatProcessor

    found = DBNDownBeatTrackingProcessor(beats_per_bar=[3, 4], fps=100)(RNNDownBeatProcessor()(str(song)))
    return Found(found[:, 0], found[found[:, 1] == 1, 0])


def _beatnet(song: Path) -> Found:
    from BeatNet.BeatNet import BeatNet

    found = BeatNet(1, mode="offline", inference_model="DBN", plot=[], thread=False).process(str(song))
    return Found(found[:, 0], found[found[:, 1] == 1, 0])


OTHERS = {
    "librosa": Tracker("librosa", _librosa),
    "essentia": Tracker("essentia", _essentia),
    "madmom": Tracker("madmom", _madmom),
    "beatnet": Tracker("BeatNet", _beatnet),
}
