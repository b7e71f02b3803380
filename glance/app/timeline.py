"""The numbers behind the timeline."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.project.channel_values import base_values, signals_of, values_below
from glance.project.compile import drawn_and_between
from glance.project.model import Project
from glance.project.overrides import laid_over
from glance.project.scenes import lay_out, scene_starts
from glance.project.validate import with_sound_curves


def timeline(project: Project, analysis: SongAnalysis, channels: Sequence[str]) -> dict[str, Any]:
    """Return what the timeline draws.

    Args:
        project: The project; a curve that cannot be read is left out, its default is drawn instead.
        analysis: What was heard in its song, without corrections.
        channels: Names of the number channels wanted.

    Returns:
        `fps`, `n_frames` and `n_drawn`, how many of them are drawn; `starts`, the scenes' starts in seconds; and
        `channels`: name -> `base` (the curve alone), `heard` (with reactions), `below` (with reactions and camera
        presets) and `final` (with the project's overrides over that), each n_frames float32, little-endian, as base64.

    Raises:
        ProjectError: The frame rate or a scene's start is wrong.
    """
    corrected = apply_corrections(analysis, project.song.corrections)
    signals = signals_of(project, corrected)
    project, _ = with_sound_curves(project, signals)
    track = lay_out(project, signals)
    below = values_below(project, signals, track)
    final = laid_over(project, below, signals)
    scenes = tuple(msgspec.structs.replace(scene, motion=0.0) for scene in project.scenes)
    still = msgspec.structs.replace(project, scenes=scenes)
    heard = values_below(still, signals, lay_out(still, signals))
    wanted = [name for name in channels if name in final]
    drawn, _ = drawn_and_between(project, corrected, signals, track, final["cadence"])
    return {
        "fps": float(signals.fps),
        "n_frames": signals.n_frames,
        "n_drawn": int(drawn.sum()),
        "starts": scene_starts(project, signals),
        "channels": {
            name: {
                "base": _packed(base_values(project, name, signals)),
                "heard": _packed(heard[name]),
                "below": _packed(below[name]),
                "final": _packed(final[name]),
            }
            for name in wanted
        },
    }


def _packed(values: NDArray[np.float64]) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode("ascii")
