"""The ranges of a project's numbers, and the files it names: what can be refused before the song is asked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from glance.errors import ProjectError
from glance.frames import Size
from glance.limits import FRAME_PIXELS, VIDEO_HEIGHT, VIDEO_WIDTH, finite, shown
from glance.media.video_writer import PRESETS
from glance.project.file_names import is_web_address, web_refusal
from glance.project.model import Output, Point, Project, ReactionPart

#: The upscaler that is always there: interpolation by a windowed sinc (Lanczos, 1956), which invents nothing.
LANCZOS = "Lanczos"
_LOW, _HIGH = 1.0, 4.0


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
    if not (math.isfinite(output.upscale) and _LOW <= output.upscale <= _HIGH):
        raise ProjectError("output.upscale", f"expected {_LOW:g} to {_HIGH:g} times, found {output.upscale:g}")
    width, height = enlarged(size, output.upscale)
    if width * height > VIDEO_WIDTH * VIDEO_HEIGHT:
        most = math.sqrt(VIDEO_WIDTH * VIDEO_HEIGHT / (size[0] * size[1]))
        advice = f"take {math.floor(most * 10) / 10:g} times at most" if most >= _LOW else "draw smaller frames"
        raise ProjectError(
            "output.upscale",
            f"expected a video of at most {VIDEO_WIDTH}x{VIDEO_HEIGHT} pixels, found {width}x{height}; {advice}",
        )
    return width, height


#: Above these, a number is a slip of the keyboard rather than a wish.
_MAX_BEATS, _MAX_REACH_S, _MAX_FEATHER_PX, _MAX_EVERY = 1000.0, 3600.0, 512.0, 1_000_000
_MAX_UNITS, _MAX_SETTLE_S = 10_000.0, 60.0
_MAX_REST_BEATS, _MAX_AMOUNT, _MAX_BARS, _MAX_MS = 1000.0, 10.0, 1000.0, 600_000.0


def faults(project: Project) -> Iterator[ProjectError]:
    """Yield what is wrong with a project's numbers and files, each with the path of its field."""
    for field, value, low, high in _ranges(project):
        number = finite(value)
        if number is None or not low <= number <= high:
            yield ProjectError(field, f"expected a number from {low:g} to {high:g}, found {shown(value)}")
    output, look = project.output, project.look
    if output.preset not in PRESETS:
        yield ProjectError("output.preset", f"expected one of {', '.join(PRESETS)}, found {output.preset!r:.60}")
    try:
        checked_size((output.width, output.height))
        video_size(output)
    except ProjectError as error:
        yield error
    pictures = {"look.start_image": look.start_image, "look.mask": look.mask}
    pictures |= {f"look.guides[{index}].picture": guide.picture for index, guide in enumerate(look.guides)}
    for field, path in pictures.items():
        if is_web_address(path):
            yield ProjectError(field, web_refusal(path, "the picture"))
        elif path and not Path(path).is_file():
            yield ProjectError(field, f"there is no picture {path}; choose another, or take it out")


def _points(field: str, point: Point | None) -> Iterator[tuple[str, float, float, float]]:
    for axis, share in enumerate(point or ()):
        yield f"{field}[{axis}]", share, 0.0, 1.0


def checked_size(size: Size) -> Size:
    """Return a size (width, height) that frames can have.

    Raises:
        ProjectError: A side is no multiple of 8 from 64 on, or the picture is larger than 8K.
    """
    for name, length in zip(("width", "height"), size, strict=True):
        if length < 64 or (length % 8 and length < FRAME_PIXELS):
            nearest = max(64, -(-length // 8) * 8)
            raise ProjectError(
                f"output.{name}", f"expected a multiple of 8 from 64 on, found {shown(length)}; take {nearest}"
            )
    if size[0] * size[1] > FRAME_PIXELS:
        raise ProjectError("output", f"expected at most 7680x4320 pixels, found {shown(size[0])}x{shown(size[1])}")
    return size


def _part_ranges(where: str, part: ReactionPart) -> Iterator[tuple[str, float, float, float]]:
    yield f"{where}.amount", part.amount, 0.0, _MAX_AMOUNT
    yield f"{where}.accent", part.accent, 0.0, 1.0
    yield f"{where}.every_bars", part.every_bars, 0.0, _MAX_BARS
    own = {"attack_ms": (0.0, _MAX_MS), "release_ms": (0.0, _MAX_MS), "bend": (1e-3, 100.0), "gate": (0.0, 0.999)}
    for name, (low, high) in own.items():
        value = getattr(part, name)
        if value is not None:
            yield f"{where}.{name}", value, low, high


def _ranges(project: Project) -> Iterator[tuple[str, float, float, float]]:
    """Yield (field, value, least, most) of every number that has a range of its own."""
    look = project.look
    for index, scene in enumerate(project.scenes):
        yield f"scenes[{index}].motion", scene.motion, 0.0, 3.0
        yield from _points(f"scenes[{index}].subject", scene.subject)
        for number, pose in enumerate(scene.poses):
            where = f"scenes[{index}].poses[{number}]"
            yield from _points(f"{where}.look", pose.look)
            yield from ((f"{where}.{axis}", getattr(pose, axis), -_MAX_UNITS, _MAX_UNITS) for axis in "xyz")
            yield f"{where}.roll", pose.roll, -360.0, 360.0
        yield f"scenes[{index}].transition_beats", scene.transition_beats, 0.0, _MAX_BEATS
    for index, reaction in enumerate(project.reactions):
        yield f"reactions[{index}].settle_s", reaction.settle_s, 0.0, _MAX_SETTLE_S
        yield f"reactions[{index}].rest_beats", reaction.rest_beats, 0.0, _MAX_REST_BEATS
        for number, part in enumerate(reaction.parts):
            yield from _part_ranges(f"reactions[{index}].parts[{number}]", part)
    for index, guide in enumerate(look.guides):
        yield f"look.guides[{index}].amount", guide.amount, 0.0, 1.0
        yield f"look.guides[{index}].reach_s", guide.reach_s, 0.0, _MAX_REACH_S
    yield "look.mask_feather_px", look.mask_feather_px, 0.0, _MAX_FEATHER_PX
    yield "look.seed_every", look.seed_every, 1, _MAX_EVERY
    yield "output.crf", project.output.crf, 1, 51
