"""How a song feels, from what was heard in it: for the choice of looks."""

from __future__ import annotations

import numpy as np

from glance.audio.types import SongAnalysis
from glance.story.style_choice import SongMood

#: (middle, distance to an extreme) over recorded songs: tempo in BPM, brightness and percussive level while it sounds.
_PACE, _BRIGHTNESS, _DRIVE = (112.0, 40.0), (0.32, 0.16), (0.44, 0.12)
#: Loudness from which something sounds.
_SOUNDS = 0.1


def song_mood(analysis: SongAnalysis) -> SongMood:
    """Return the mood of a song; a song without beats has no pace."""
    values = analysis.envelopes.values
    sounding = values["rms"] > _SOUNDS
    pace = _placed(analysis.tempo_bpm, _PACE) if analysis.tempo_bpm > 0 else 0.0
    if not sounding.any():
        return SongMood(pace, majorness=analysis.majorness)
    levels = {name: float(values[name][sounding].mean()) for name in ("brightness", "percussive")}
    return SongMood(
        pace, _placed(levels["brightness"], _BRIGHTNESS), _placed(levels["percussive"], _DRIVE), analysis.majorness
    )


def _placed(value: float, scale: tuple[float, float]) -> float:
    return float(np.clip((value - scale[0]) / scale[1], -1.0, 1.0))
