"""Trackers that a person may have besides GLANCE's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glance.audio.analysis import TempoCandidate
from glance.audio.tempo import main_tempo
from glance.audio.tracking import Tracked
from glance.errors import AudioError

#: Names accepted by `analyse(tracker=...)`.
TRACKERS = ("glance", "beat_this")


def track_with_beat_this(path: Path) -> Tracked:
    """Return the beats and bars that Beat This! (Foscarin, Schlueter and Widmer, ISMIR 2024) finds in a song.

    Raises:
        AudioError: The package or its weights are not there.
    """
    try:
        from beat_this.inference import File2Beats
    except ImportError:
        raise AudioError(
            "The tracker beat_this is not installed here. Install it (pip install beat-this, with torch), "
            "or choose the tracker glance."
        ) from None
    try:
        beats, downbeats = File2Beats(device="cpu", dbn=False)(str(path))
    except (OSError, RuntimeError) as error:
        raise AudioError(
            f"{Path(path).name}: beat_this could not track it ({error}). Check that its weights are on this machine, "
            "or choose the tracker glance."
        ) from error
    beats_s, downbeats_s = np.asarray(beats, dtype=np.float64), np.asarray(downbeats, dtype=np.float64)
    if beats_s.size < 2:
        return Tracked(np.zeros(0), np.zeros(0), 4, ())
    nearest = np.unique(np.argmin(np.abs(beats_s - downbeats_s[:, None]), axis=1)) if downbeats_s.size else [0]
    counts = np.diff(nearest)
    metre = 3 if counts.size and np.median(counts) == 3 else 4
    return Tracked(beats_s, beats_s[nearest], metre, (TempoCandidate(main_tempo(beats_s), 1.0),))
