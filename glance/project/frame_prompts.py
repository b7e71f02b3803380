"""The words of every frame: its prompt in its scene's style, and the cross-fades from one to the next.

Two things decide a frame's prompt: its scene, which brings style and negative words, and a prompt, which is the scene's
own or, where the project has prompts with keys (`Project.prompts`), the key's. Either may fade into its successor. The
shares of both are multiplied, and texts that come out alike are added up:

    scene (1 - a), next scene a   times   prompt (1 - b), next prompt b
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from glance.errors import GlanceError, ProjectError, ScheduleError
from glance.limits import TEXTS_CHARACTERS
from glance.project.frame_choices import seed_of
from glance.project.model import Look, Project, Scene
from glance.project.scenes import SceneTrack
from glance.schedule.curve import Curve, Key
from glance.schedule.prompts import (
    PromptTrack,
    lay_out_prompts,
    parse_prompts,
    place_in,
    split_negative,
    texts_over_time,
)
from glance.schedule.signals import Signals
from glance.story.prompt_text import compose_negative
from glance.story.safety import check_words, find_unsafe
from glance.story.styles import Style, apply_style
from glance.story.wildcards import choose
from glance.timing import frames_at

Mix = tuple[tuple[str, float], ...]
#: An attention weight, or the weight of a prompt in a mixture.
_WEIGHT = re.compile(r":\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?=\s*(?:\)|AND\b|$))")
#: How the embedded painter, which has nothing but styles, paints a scene without one: clear forms in calm daylight.
_UNSTYLED = ((0, 1.0),)
#: ((index, share), ...), shares above 0, sum 1.
Parts = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class PromptVariant:
    """What one prompt says in one scene.

    Attributes:
        positive: The whole prompt, in its style; formulas in backticks are not worked out yet.
        negative: The whole negative prompt, likewise.
        field: The project's field that a person wrote it in.
        key: The key of `Project.prompts` that it came from; None for a scene's own prompt.
    """

    positive: str
    negative: str
    field: str
    key: Key | None = None


@dataclass(frozen=True)
class PromptTimeline:
    """Which words hold in which frame.

    Attributes:
        words: All that are said somewhere.
        parts: For every frame, ((index into `words`, share), ...).
        styles: Of each scene of the track; None where it has none.
        fades: (n,) how far each frame has gone over to the next scene, in [0, 1).
        curve: The project's prompts with keys, if it has any.
    """

    words: tuple[PromptVariant, ...]
    parts: tuple[Parts, ...]
    styles: tuple[Style | None, ...]
    fades: NDArray[np.float64]
    curve: Curve | None = None


@dataclass(frozen=True)
class FrameWords:
    """The words of one frame, with all formulas worked out.

    Attributes:
        mix: ((text, weight), ...), weights above 0, sum 1.
        negative: The negative prompt; of several prompts that of the one that weighs most.
    """

    mix: Mix
    negative: str


def prompt_timeline(
    project: Project, track: SceneTrack, styles: Mapping[str, Style], signals: Signals
) -> PromptTimeline:
    """Return which words hold in which frame.

    Raises:
        ProjectError: A scene names a style that does not exist, or the look a negative set that does not exist.
        ScheduleError: The project's prompts with keys cannot be read.
    """
    curve = parse_prompts(project.prompts) if project.prompts.strip() else None
    prompts = lay_out_prompts(curve, signals, project.prompts_blend) if curve else None
    fields = {id(scene): f"scenes[{index}]" for index, scene in enumerate(project.scenes)}
    looks = tuple(_style_of(scene, fields[id(scene)], styles) for scene in track.scenes)
    share = fades(track, signals)
    words: list[PromptVariant] = []
    known: dict[tuple[int, int], int] = {}
    parts = []
    for frame, scene in enumerate(track.scene_of.tolist()):
        found: list[tuple[int, float]] = []
        for pair, weight in _pairs(scene, float(share[frame]), frame, prompts):
            if pair not in known:
                known[pair] = len(words)
                key = prompts.keys[pair[1]] if prompts else None
                here = track.scenes[pair[0]]
                said = _words(here, looks[pair[0]], project.look, key, f"{fields[id(here)]}.prompt")
                chance = f"{seed_of(here, project.seed)}/{here.picture or fields[id(here)]}/{key.time if key else ''}"
                words.append(replace(said, positive=choose(said.positive, chance)[0]))
            found.append((known[pair], weight))
        parts.append(tuple(found))
    return PromptTimeline(tuple(words), tuple(parts), looks, share, curve)


def frame_words(wording: PromptTimeline, weight: NDArray[np.float64], signals: Signals) -> tuple[FrameWords, ...]:
    """Return the words of every frame.

    Args:
        wording: From `prompt_timeline`.
        weight: (n,) attention weight of the whole prompt, 1 = as it stands.
        signals: For formulas in backticks.

    Raises:
        ProjectError: A formula in a scene's prompt is wrong.
        ScheduleError: A formula in the prompts with keys is wrong.
    """
    spans = _spans(wording)
    said = list(zip(wording.words, spans, strict=True))
    positives = [_texts(wording, word, word.positive, span, signals) for word, span in said]
    negatives = [_texts(wording, word, word.negative, span, signals) for word, span in said]
    frames = []
    for frame, parts in enumerate(wording.parts):
        mix: dict[str, float] = {}
        for index, share in parts:
            text = _weighted(positives[index][frame - spans[index].start], float(weight[frame]))
            mix[text] = mix.get(text, 0.0) + share
        heaviest = max(parts, key=lambda part: part[1])[0]
        negative = negatives[heaviest][frame - spans[heaviest].start]
        frames.append(FrameWords(tuple((text, round(share, 6)) for text, share in mix.items()), negative))
    return tuple(frames)


def mix_text(mix: Mix) -> str:
    """Return a frame's mix as people read it: `(a:0.25) AND (b:0.75)`; a single prompt stands alone."""
    return " AND ".join(f"({text}:{weight:.3g})" if weight != 1 else text for text, weight in mix)


def unsafe_words(wording: PromptTimeline) -> Iterator[GlanceError]:
    """Yield an error for each prompt that asks for what must not be drawn (`glance.story.safety`)."""
    harmless: set[str] = set()
    left = TEXTS_CHARACTERS
    for word in wording.words:
        # Prompts that Parseq worked out differ in nothing but their weights, frame by frame; those are no letters.
        text = _WEIGHT.sub("", word.positive)
        if text in harmless:
            continue
        left -= len(text)
        if left < 0:
            yield ProjectError(word.field, f"expected at most {TEXTS_CHARACTERS:,} characters of prompts that differ")
            return
        try:
            check_words(text, word.field)
            harmless.add(text)
        except ProjectError as error:
            first = find_unsafe(text)[0]
            hint = f"expected words that may be drawn, found {first.text!r} ({first.kind}); say it another way"
            yield _placed(wording, word, first.text, hint) or error


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


def painter_mix(before: Style | None, after: Style | None, amount: float) -> tuple[tuple[int, float], ...]:
    """Return the painter's styles between two scenes' styles; its plainest one where neither has any."""
    mix: dict[int, float] = {}
    for style, share in ((before, 1 - amount), (after, amount)):
        for index, weight in style.painter if style else ():
            mix[index] = mix.get(index, 0.0) + weight * share
    total = sum(mix.values())
    if not total:
        return _UNSTYLED
    return tuple((index, round(weight / total, 6)) for index, weight in sorted(mix.items()) if weight > 0)


def _style_of(scene: Scene, field: str, styles: Mapping[str, Style]) -> Style | None:
    if scene.style and scene.style not in styles:
        raise ProjectError(f"{field}.style", f"there is no style `{scene.style}`; `glance styles` lists them")
    return styles.get(scene.style)


def _pairs(
    scene: int, share: float, frame: int, prompts: PromptTrack | None
) -> Iterator[tuple[tuple[int, int], float]]:
    """Yield ((scene, key), share) of one frame; a scene's own prompt goes by the scene's number."""
    for here, amount in ((scene, 1.0 - share), (scene + 1, share)):
        if amount <= 0:
            continue
        if prompts is None:
            yield (here, here), amount
            continue
        key, over = int(prompts.key_of[frame]), float(prompts.share[frame])
        for which, part in ((key, 1.0 - over), (key + 1, over)):
            if part > 0:
                yield (here, which), amount * part


def _words(scene: Scene, style: Style | None, look: Look, key: Key | None, field: str) -> PromptVariant:
    positive, minus = split_negative(key.value if key else scene.prompt)
    dressed = apply_style(style, positive) if style else positive
    around = look.prompt_prefix
    parts = (around.replace("{prompt}", dressed),) if "{prompt}" in around else (around, dressed)
    parts = (*parts, look.prompt_suffix)
    extra = ", ".join(text for text in (scene.negative, minus, look.negative) if text.strip())
    return PromptVariant(
        ", ".join(text.strip().strip(",") for text in parts if text.strip()),
        compose_negative(look.negative_sets, style, extra, positive),
        "prompts" if key else field,
        key,
    )


def _spans(wording: PromptTimeline) -> list[range]:
    """Return, for each of the words, the frames from the first to the last in which they are said."""
    first = [len(wording.parts)] * len(wording.words)
    last = [0] * len(wording.words)
    for frame, parts in enumerate(wording.parts):
        for index, _ in parts:
            first[index] = min(first[index], frame)
            last[index] = frame
    return [range(start, end + 1) for start, end in zip(first, last, strict=True)]


def _texts(wording: PromptTimeline, word: PromptVariant, text: str, span: range, signals: Signals) -> Sequence[str]:
    try:
        return texts_over_time(text, signals, span.start, span.stop)
    except ScheduleError as error:
        at_fault = text[error.column : error.column + error.length]
        raise _placed(wording, word, at_fault, error.hint) or ProjectError(word.field, str(error)) from None


def _placed(wording: PromptTimeline, word: PromptVariant, at_fault: str, hint: str) -> ScheduleError | None:
    """Return an error that points into the prompts with keys; None for words that did not come from there."""
    if wording.curve is None or word.key is None:
        return None
    return wording.curve.error(place_in(wording.curve, word.key, at_fault), hint, len(at_fault))


def _weighted(text: str, weight: float) -> str:
    return text if weight == 1 or not text else f"({text}:{weight:.3g})"
