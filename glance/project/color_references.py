"""Which picture the colors of each frame are matched to.

A scene that starts with a cut is matched to its first picture, which was drawn from nothing. A scene that grows out of
the one before has no such picture, and whatever it has become after a while may have drifted already. So it keeps the
reference of the scene before, and goes over, while its words come in, to the colors of a picture that is drawn from
nothing with its own words, which is looked at for its colors alone and is never seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.project.frame_prompts import PromptTimeline
from glance.project.model import Look
from glance.project.plan import NO_ANCHOR, START_IMAGE, FreshColors
from glance.project.scenes import SceneTrack
from glance.schedule.signals import Signals
from glance.timing import frames_at


@dataclass(frozen=True)
class ColorReferences:
    """What colors are matched to.

    Attributes:
        anchors: (n,) number of an earlier drawn frame, or `NO_ANCHOR`, or `START_IMAGE`.
        fresh: For every frame, what it takes from pictures drawn from nothing; the rest is its anchor's.
    """

    anchors: NDArray[np.int64]
    fresh: tuple[FreshColors, ...]


def color_references(
    look: Look, track: SceneTrack, words: PromptTimeline, drawn: NDArray[np.bool_], signals: Signals
) -> ColorReferences:
    """Return the reference of every frame.

    Args:
        look: Whether there is one for all, or one for each scene.
        track: The scenes on their frames.
        words: Two scenes of the same words share their colors.
        drawn: (n,) which frames the backend draws.
        signals: The song's beats, over which colors go from one scene to the next.
    """
    n_frames = drawn.size
    if look.color_reference == "start_image" and look.start_image:
        return ColorReferences(np.full(n_frames, START_IMAGE, dtype=np.int64), ((),) * n_frames)
    anchors = np.full(n_frames, NO_ANCHOR, dtype=np.int64)
    if look.color_reference == "first":
        anchors[1:] = 0
        return ColorReferences(anchors, ((),) * n_frames)
    marks = np.flatnonzero(drawn)
    fresh: list[FreshColors] = [()] * n_frames
    anchor, source, said = NO_ANCHOR, NO_ANCHOR, _said(words, 0)
    for index, (scene, start) in enumerate(zip(track.scenes, track.starts.tolist(), strict=True)):
        end = track.end(index)
        if index == 0 or scene.transition == "cut":
            anchor, source, said = int(marks[np.searchsorted(marks, start)]), NO_ANCHOR, _said(words, start)
            anchors[anchor + 1 : end] = anchor
            continue
        anchors[start:end] = anchor
        before = source
        if _said(words, start) != said:
            source, said = start, _said(words, start)
        first, shares = _going_over(track, index, words, signals)
        for frame in range(first, end):
            share = float(shares[frame - first]) if frame - first < shares.size else 1.0
            fresh[frame] = _mixed(before, source, share)
    return ColorReferences(anchors, tuple(fresh))


def _said(words: PromptTimeline, frame: int) -> tuple[tuple[str, float], ...]:
    return tuple((words.words[index].positive, share) for index, share in words.parts[frame])


def _going_over(
    track: SceneTrack, index: int, words: PromptTimeline, signals: Signals
) -> tuple[int, NDArray[np.float64]]:
    """Return the frame from which colors go over to a scene's own, and their share in each frame until it is 1."""
    scene, start = track.scenes[index], int(track.starts[index])
    faded = words.fades[int(track.starts[index - 1]) : start]
    if scene.transition == "fade":
        n_fading = int(np.count_nonzero(faded))
        return start - n_fading, faded[faded.size - n_fading :]
    start_s = float(start / signals.fps)
    end_s = signals.grid.time_of_beat(signals.grid.beat_at(start_s) + scene.transition_beats)
    n_growing = max(0, int(frames_at(end_s, signals.fps)) - start)
    return start, np.arange(n_growing) / max(n_growing, 1)


def _mixed(before: int, after: int, share: float) -> FreshColors:
    parts = {before: 0.0, after: 0.0}
    parts[before] += 1.0 - share
    parts[after] += share
    return tuple((frame, round(part, 6)) for frame, part in parts.items() if frame != NO_ANCHOR and part > 0)
