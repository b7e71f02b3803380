"""All curves of a project over the song: waveform, beats and sections above, one row per channel below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glance import SOFTWARE
from glance.audio.types import SongAnalysis
from glance.errors import ProjectError
from glance.project.scenes import SceneTrack
from glance.schedule.channels import CHANNELS
from glance.system.files import reason, write_atomically
from glance.timing import frame_times

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TINTS = ("#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#ff9da6", "#9d755d")


def plot_schedules(
    path: Path,
    analysis: SongAnalysis,
    track: SceneTrack,
    values: Mapping[str, NDArray[np.float64]],
    fps: Fraction,
    changed: Mapping[str, Sequence[tuple[int, int]]],
) -> None:
    """Draw the curves into a PNG file.

    Args:
        path: The file.
        analysis: Waveform, beats and sections.
        track: Scenes.
        values: Channel -> (n,) values, one row each.
        fps: Frames per second of the values.
        changed: Channel -> frames [first, last) that a person changed over everything else; shaded.

    Raises:
        ProjectError: matplotlib is missing, or the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise ProjectError("", "drawing curves needs matplotlib: pip install matplotlib") from None
    rows = 1 + max(1, len(values))
    figure = Figure(figsize=(16, 1.8 + 1.15 * (rows - 1)), layout="constrained")
    FigureCanvasAgg(figure)
    axes: Any = figure.subplots(rows, 1, sharex=True, squeeze=False, height_ratios=[1.6] + [1] * (rows - 1))[:, 0]
    _draw_song(axes[0], analysis)
    for axis, (name, value) in zip(axes[1:], values.items(), strict=False):
        _draw_channel(axis, name, value, fps)
        for first, last in changed.get(name, ()):
            axis.axvspan(first / float(fps), last / float(fps), color="#f58518", alpha=0.25, linewidth=0)
        for start in track.starts.tolist():
            axis.axvline(start / float(fps), color="#00000055", linewidth=1)
        axis.vlines(analysis.downbeats_s, 0, 1, transform=axis.get_xaxis_transform(), color="#00000018", linewidth=0.7)
    axes[-1].set_xlabel("seconds")
    axes[-1].set_xlim(0, analysis.duration_s)
    packed = BytesIO()
    figure.savefig(packed, dpi=110, format="png", metadata={"Software": SOFTWARE})
    try:
        write_atomically(path, packed.getvalue())
    except OSError as error:
        raise ProjectError("", f"the plot cannot be written as {path}: {reason(error)}") from None


def _draw_song(axis: Axes, analysis: SongAnalysis) -> None:
    times = np.linspace(0, analysis.duration_s, analysis.peaks.shape[0])
    axis.fill_between(times, analysis.peaks[:, 0], analysis.peaks[:, 1], color="#555555", linewidth=0)
    labels = sorted({section.label for section in analysis.sections})
    for section in analysis.sections:
        tint = _TINTS[labels.index(section.label) % len(_TINTS)]
        axis.axvspan(section.start_s, section.end_s, color=tint, alpha=0.25, linewidth=0)
        axis.text(section.start_s + 0.1, 0.93, f"{section.label} {section.role}", fontsize=8, va="top")
    axis.vlines(analysis.beats_s, -1, -0.86, color="#333333", linewidth=0.6)
    axis.vlines(analysis.downbeats_s, -1, -0.7, color="#cc0000", linewidth=1)
    axis.set_ylim(-1, 1)
    axis.set_yticks([])
    axis.set_ylabel("song", rotation=0, ha="right", fontsize=9)


def _draw_channel(axis: Axes, name: str, value: NDArray[np.float64], fps: Fraction) -> None:
    axis.plot(frame_times(value.size, fps), value, color="#1f5fa8", linewidth=0.9, drawstyle="steps-mid")
    axis.set_ylabel(name, rotation=0, ha="right", fontsize=9)
    axis.tick_params(labelsize=7)
    default = CHANNELS[name].default
    if isinstance(default, int | float) and value.min() <= default <= value.max():
        axis.axhline(default, color="#00000040", linewidth=0.6, linestyle=":")
