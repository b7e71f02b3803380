"""Everything that is wrong with a project, field by field: its numbers and files, its curves, scenes and words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.effects.registry import EFFECTS
from glance.errors import GlanceError, ProjectError, ScheduleError
from glance.fields import out_of_range, span_of
from glance.frames import Size
from glance.limits import FRAME_PIXELS, VIDEO_HEIGHT, VIDEO_WIDTH, shown
from glance.media.video_writer import X264_PRESETS
from glance.project.channel_values import channel_texts, evaluate_channels, signals_of
from glance.project.file_names import is_font_file, is_web_address, web_refusal
from glance.project.frame_prompts import frame_words, prompt_timeline, unsafe_words
from glance.project.model import Output, Project
from glance.project.overrides import check_override
from glance.project.scenes import lay_out
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.story.styles import Style
from glance.system.suggest import did_you_mean

#: The upscaler that is always there: interpolation by a windowed sinc (Lanczos, 1956), which invents nothing.
LANCZOS = "Lanczos"
#: Numbers whose ranges are not all there is to them: `checked_size` and `video_size` judge these.
_OWN_WORDS = frozenset({"output.width", "output.height", "output.upscale"})
_COLOR = re.compile("#[0-9a-fA-F]{6}")
_SIDE, _TIMES = span_of(Output, "width"), span_of(Output, "upscale")


def enlarged(size: Size, scale: float) -> Size:
    """Return (width, height) of an enlarged picture: floored to multiples of 8, as the WebUI's upscalers do."""
    return int(size[0] * scale) // 8 * 8, int(size[1] * scale) // 8 * 8


def video_size(output: Output) -> Size:
    """Return (width, height) of the video: that of the frames, unless they are enlarged.

    Raises:
        ProjectError: The factor is out of range, or the video would become too large.
    """
    size = output.width, output.height
    if not output.upscaler:
        return size
    if output.upscale not in _TIMES:
        raise ProjectError(
            "output.upscale", f"expected {_TIMES.low:g} to {_TIMES.high:g} times, found {shown(output.upscale)}"
        )
    width, height = enlarged(size, output.upscale)
    if width * height > VIDEO_WIDTH * VIDEO_HEIGHT:
        most = math.sqrt(VIDEO_WIDTH * VIDEO_HEIGHT / (size[0] * size[1]))
        advice = f"take {math.floor(most * 10) / 10:g} times at most" if most >= _TIMES.low else "draw smaller frames"
        raise ProjectError(
            "output.upscale",
            f"expected a video of at most {VIDEO_WIDTH}x{VIDEO_HEIGHT} pixels, found {width}x{height}; {advice}",
        )
    return width, height


def faults(project: Project) -> Iterator[ProjectError]:
    """Yield what is wrong with a project's numbers and files, each with the path of its field."""
    for field, value, span in out_of_range(project):
        if field not in _OWN_WORDS:
            yield ProjectError(field, f"expected {span}, found {shown(value)}")
    output, look = project.output, project.look
    if output.preset not in X264_PRESETS:
        yield ProjectError("output.preset", f"expected one of {', '.join(X264_PRESETS)}, found {output.preset!r:.60}")
    yield from _lettering_faults(project)
    try:
        checked_size((output.width, output.height))
        video_size(output)
    except ProjectError as error:
        yield error
    pictures = {"look.start_image": look.start_image, "look.mask": look.mask}
    pictures["lettering.logo"] = project.lettering.logo
    pictures |= {f"look.guides[{index}].picture": guide.picture for index, guide in enumerate(look.guides)}
    pictures |= {f"effects[{index}].mask_picture": use.mask_picture for index, use in enumerate(project.effects)}
    yield from _effect_faults(project)
    for field, path in pictures.items():
        if is_web_address(path):
            yield ProjectError(field, web_refusal(path, "the picture"))
        elif path and not Path(path).is_file():
            yield ProjectError(field, f"there is no picture {path}; choose another, or take it out")


def _effect_faults(project: Project) -> Iterator[ProjectError]:
    """Yield what is wrong with a project's effects, and with what its scenes say of them."""
    for index, use in enumerate(project.effects):
        where, effect = f"effects[{index}]", EFFECTS.get(use.effect)
        if effect is None:
            yield ProjectError(f"{where}.effect", f"there is no such effect; {did_you_mean(use.effect, EFFECTS)}")
        elif effect.needs_asset and not use.file and not use.bypass:
            yield ProjectError(f"{where}.file", f"{effect.label} needs a file; choose one, or switch the effect off")
        elif use.file and not Path(use.file).is_file():
            yield ProjectError(f"{where}.file", f"there is no file {use.file}; choose another, or take it out")
        if use.mask == "picture" and not use.mask_picture:
            yield ProjectError(f"{where}.mask_picture", "this mask needs a picture; choose one, or another mask")
    for index, scene in enumerate(project.scenes):
        for name, share in scene.effects.items():
            where = f"scenes[{index}].effects.{name}"
            if name not in EFFECTS:
                yield ProjectError(where, f"there is no such effect; {did_you_mean(name, EFFECTS)}")
            elif not (math.isfinite(share) and 0 <= share <= 1):
                yield ProjectError(where, f"expected a number from 0 to 1, found {shown(share)}")


def _lettering_faults(project: Project) -> Iterator[ProjectError]:
    lettering = project.lettering
    for name in ("color", "sung", "outline"):
        value = getattr(lettering, name)
        if not _COLOR.fullmatch(value):
            yield ProjectError(f"lettering.{name}", f"expected a color such as #ff8800, found {value!r:.60}")
    if is_font_file(lettering.font) and not Path(lettering.font).is_file():
        missing = f"there is no font file {lettering.font}; choose another, or leave it empty"
        yield ProjectError("lettering.font", missing)


def checked_size(size: Size) -> Size:
    """Return a size (width, height) that frames can have.

    Raises:
        ProjectError: A side is no multiple of 8 from 64 on, or the picture is larger than 8K.
    """
    for name, length in zip(("width", "height"), size, strict=True):
        least, step = int(_SIDE.low), _SIDE.step
        if length < least or (length % step and length < FRAME_PIXELS):
            nearest = max(least, -(-length // step) * step)
            raise ProjectError(
                f"output.{name}",
                f"expected a multiple of {step} from {least} on, found {shown(length)}; take {nearest}",
            )
    if size[0] * size[1] > FRAME_PIXELS:
        raise ProjectError("output", f"expected at most 7680x4320 pixels, found {shown(size[0])}x{shown(size[1])}")
    return size


@dataclass(frozen=True)
class Problem:
    """Something a person has to put right.

    Attributes:
        field: Path of the field in the project, such as `curves.zoom` or `scenes[2].start`.
        message: What was expected, what was found, what to do.
        column: Where in the field's text the fault begins; -1 where that is not known.
        length: How many characters are at fault.
    """

    field: str
    message: str
    column: int = -1
    length: int = 0


def problems_of(project: Project, analysis: SongAnalysis, styles: Mapping[str, Style]) -> list[Problem]:
    """Return all that would keep the project from being rendered; empty where nothing does."""
    try:
        signals = signals_of(project, apply_corrections(analysis, project.song.corrections))
    except GlanceError as error:
        return [_problem(error)]
    sound, found = with_sound_curves(project, signals)
    slips = [_problem(fault) for fault in faults(project)]
    if slips:
        return [*found, *slips]
    try:
        track = lay_out(sound, signals)
        values = evaluate_channels(sound, signals, track)
        channel_texts(sound, signals)
        words = prompt_timeline(sound, track, styles, signals)
        frame_words(words, values["prompt_weight"], signals)
    except GlanceError as error:
        return [*found, _problem(error)]
    if not project.look.allow_unsafe:
        # A prompt with a key may be said in several scenes; it is wrong only once.
        found.extend(dict.fromkeys(_problem(error) for error in unsafe_words(words)))
    return found


def with_sound_curves(project: Project, signals: Signals) -> tuple[Project, list[Problem]]:
    """Return the project without the curves and overrides that cannot be read, and what is wrong with those."""
    kept, problems = dict(project.curves), []
    for name, text in project.curves.items():
        if name not in CHANNELS or not text.strip():
            continue
        try:
            curve = parse_schedule(text, name)
            if CHANNELS[name].kind != "text":
                evaluate(curve, signals)
        except ScheduleError as error:
            problems.append(_problem(error))
            del kept[name]
    overrides = []
    for index, override in enumerate(project.overrides):
        try:
            check_override(override, index, signals)
            overrides.append(override)
        except GlanceError as error:
            problems.append(_problem(error))
    return (
        msgspec.structs.replace(project, curves=kept, overrides=tuple(overrides)) if problems else project
    ), problems


def _problem(error: GlanceError) -> Problem:
    if isinstance(error, ScheduleError):
        own = error.channel == "prompts" or error.channel.startswith("overrides[")
        field = error.channel if own else f"curves.{error.channel}"
        return Problem(field, error.hint, error.column, error.length)
    if isinstance(error, ProjectError):
        return Problem(error.field, error.message)
    return Problem("", str(error))
