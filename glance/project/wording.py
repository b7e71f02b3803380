"""The words of every frame: the scene's prompt in its style, and the cross-fade into the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.errors import ProjectError, ScheduleError
from glance.project.model import Project, Scene
from glance.project.scenes import SceneTrack
from glance.schedule.prompts import PromptTexts, split_negative, texts_over_time
from glance.schedule.signals import Signals
from glance.story.negatives import compose_negative
from glance.story.styles import Style, apply_style
from glance.timing import frames_at

Mix = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class SceneWords:
    """What one scene says.

    Attributes:
        positive: The whole prompt, in its style; expressions in backticks are not evaluated yet.
        negative: The whole negative prompt, likewise.
        style: The scene's style, None where it has none.
    """

    positive: str
    negative: str
    style: Style | None


def scene_words(project: Project, track: SceneTrack, styles: Mapping[str, Style]) -> tuple[SceneWords, ...]:
    """Return the words of each scene of the track.

    Raises:
        ProjectError: A scene names a style that does not exist, or the look a negative set that does not exist.
    """
    return tuple(_words_of(scene, project, styles) for scene in track.scenes)


def _words_of(scene: Scene, project: Project, styles: Mapping[str, Style]) -> SceneWords:
    look = project.look
    where = f"scenes[{project.scenes.index(scene)}]"
    if scene.style and scene.style not in styles:
        raise ProjectError(f"{where}.style", f"there is no style `{scene.style}`; `glance styles` lists them")
    style = styles.get(scene.style)
    positive, minus = split_negative(scene.prompt)
    dressed = apply_style(style, positive) if style else positive
    parts = (look.prompt_prefix, dressed, look.prompt_suffix)
    extra = ", ".join(text for text in (scene.negative, minus, look.negative) if text.strip())
    return SceneWords(
        ", ".join(text.strip().strip(",") for text in parts if text.strip()),
        compose_negative(look.negative_sets, style, extra),
        style,
    )


def fades(track: SceneTrack, signals: Signals) -> NDArray[np.float64]:
    """Return (n,) how far each frame has gone over to the next scene's words, in [0, 1).

    A fade leads up to the scene it belongs to and is complete on its first frame, so the change lands on the beat.
    """
    share = np.zeros(signals.n_frames)
    for index, scene in enumerate(track.scenes[1:], start=1):
        if scene.transition != "fade" or scene.transition_beats <= 0:
            continue
        start = int(track.starts[index])
        start_beat = signals.grid.beat_at(float(start * signals.fps.denominator / signals.fps.numerator))
        begin_s = signals.grid.time_of_beat(start_beat - scene.transition_beats)
        begin = max(int(track.starts[index - 1]), int(frames_at(begin_s, signals.fps)))
        if begin < start:
            share[begin:start] = np.arange(start - begin) / (start - begin)
    return share


def prompt_mixes(
    words: tuple[SceneWords, ...],
    track: SceneTrack,
    share: NDArray[np.float64],
    weight: NDArray[np.float64],
    signals: Signals,
) -> tuple[Mix, ...]:
    """Return each frame's ((text, share), ...), the shares summing to 1.

    Args:
        words: Of each scene.
        track: Scene of each frame.
        share: (n,) from `fades`.
        weight: (n,) attention weight of the whole prompt, 1 = as it stands.
        signals: For expressions in backticks.

    Raises:
        ProjectError: An expression in a prompt is wrong.
    """
    texts = [_texts(word.positive, index, signals) for index, word in enumerate(words)]
    mixes = []
    for frame in range(signals.n_frames):
        scene = int(track.scene_of[frame])
        amount = float(share[frame])
        here = _weighted(texts[scene][frame], float(weight[frame]))
        if amount > 0 and scene + 1 < len(words):
            there = _weighted(texts[scene + 1][frame], float(weight[frame]))
            mixes.append(((here, round(1 - amount, 6)), (there, round(amount, 6))) if there != here else ((here, 1.0),))
        else:
            mixes.append(((here, 1.0),))
    return tuple(mixes)


def negatives(words: tuple[SceneWords, ...], track: SceneTrack, signals: Signals) -> tuple[str, ...]:
    """Return each frame's negative prompt."""
    texts = [_texts(word.negative, index, signals) for index, word in enumerate(words)]
    return tuple(texts[int(scene)][frame] for frame, scene in enumerate(track.scene_of))


def _texts(text: str, scene: int, signals: Signals) -> PromptTexts:
    try:
        return texts_over_time(text, signals)
    except ScheduleError as error:
        raise ProjectError(f"scenes[{scene}].prompt", str(error)) from None


def _weighted(text: str, weight: float) -> str:
    return text if weight == 1 or not text else f"({text}:{weight:.3g})"


def painter_mix(before: Style | None, after: Style | None, amount: float) -> tuple[tuple[int, float], ...]:
    """Return the painter's styles between two scenes' styles; none where neither has any."""
    mix: dict[int, float] = {}
    for style, share in ((before, 1 - amount), (after, amount)):
        for index, weight in style.painter if style else ():
            mix[index] = mix.get(index, 0.0) + weight * share
    total = sum(mix.values())
    if not total:
        return ()
    return tuple((index, round(weight / total, 6)) for index, weight in sorted(mix.items()) if weight > 0)
