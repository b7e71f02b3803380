"""The style grid: one subject in many styles, drawn by the current backend as the grid is looked at.

Every style gets the same subject, seed and few steps, so that what differs is the style. Pictures stream in as they are
drawn, drawing stops between two of them, and each is kept on disk under a key of everything that decides its pixels.
"""

from __future__ import annotations

import hashlib
import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from glance import SOFTWARE
from glance.camera.move import CameraMove
from glance.errors import BackendError, RunError, VideoError
from glance.frames import Frame, Size
from glance.imaging.quality import blank_frame_problem
from glance.media.image_reader import FRAMES, picture_of
from glance.media.images import write_png
from glance.project.plan import FrameSpec, PaintSpec
from glance.render.backend import FrameBackend, FrameRequest
from glance.story.prompt_text import DEFAULT_NEGATIVE_SETS, compose_negative
from glance.story.safety import check_words
from glance.story.styles import Style, apply_style, style_labels
from glance.system.files import reason, remove, sweep, write_atomically

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont


#: What every style is shown on, unless a person asks for something else.
SUBJECT = "a house"
#: How much the pictures kept on disk may take together; the ones not looked at for longest go first.
CACHE_BYTES = 256 * 1024 * 1024
#: How often an unusable (black, flat) picture is drawn anew.
PREVIEW_REROLLS = 1


@dataclass(frozen=True)
class PreviewLook:
    """What all previews of a grid have in common.

    Attributes:
        subject: What is shown in every style.
        size: (width, height) in pixels, multiples of 8.
        steps: Sampler steps; few, since a style shows early.
        cfg: Classifier-free guidance scale.
        seed: The noise's seed, in [0, 2**32).
        sampler: Sampler name; empty means the host's default.
        scheduler: Scheduler name; empty means automatic.
        checkpoint: Model name; empty means the loaded one.
        guarded: Whether the guard reads the subject.
    """

    subject: str = SUBJECT
    size: Size = (256, 256)
    steps: int = 12
    cfg: float = 7.0
    seed: int = 7
    sampler: str = ""
    scheduler: str = ""
    checkpoint: str = ""
    guarded: bool = True


@dataclass(frozen=True)
class StylePreview:
    """One style's picture.

    Attributes:
        style: Id of the style.
        frame: The picture, or None where it could not be drawn.
        kept: Whether it was on disk already.
        problem: Why there is no picture, as a sentence; empty where there is one.
    """

    style: str
    frame: Frame | None
    kept: bool = False
    problem: str = ""


def draw_previews(
    styles: Iterable[Style],
    backend: FrameBackend,
    look: PreviewLook,
    cache: Path | None = None,
    stopped: Callable[[], bool] | None = None,
) -> Iterator[StylePreview]:
    """Yield one preview per style, in the order given, each as soon as it is there.

    Args:
        styles: What to show; put first what is on the screen.
        backend: Who draws.
        look: What they have in common.
        cache: Folder in which pictures are kept; None keeps none.
        stopped: Asked before each picture; once true, nothing more is yielded. Closing the iterator does the same.

    Raises:
        ProjectError: The subject must not be drawn.
        RunError: The cache's folder cannot be written.
    """
    if look.guarded:
        check_words(look.subject, "subject")
    for style in styles:
        if stopped is not None and stopped():
            return
        yield _preview(style, backend, look, cache)


def preview_key(style: Style, backend: FrameBackend, look: PreviewLook) -> str:
    """Return a SHA-256 hex digest of everything that decides a preview's pixels."""
    parts = (backend.identity, look.size, backend.deciding(preview_spec(style, look)))
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()


def preview_spec(style: Style, look: PreviewLook) -> FrameSpec:
    """Return the decisions for a preview: one picture drawn from nothing."""
    return FrameSpec(
        index=0,
        time_s=0.0,
        scene=0,
        picture=look.subject,
        prompt=((apply_style(style, look.subject), 1.0),),
        negative=compose_negative(DEFAULT_NEGATIVE_SETS, style),
        style=style.id,
        paint=PaintSpec(style.painter, look.seed, style.palette),
        seed=look.seed,
        subseed=0,
        subseed_strength=0.0,
        strength=0.0,
        cfg=look.cfg,
        steps=look.steps,
        sampler=look.sampler,
        scheduler=look.scheduler,
        checkpoint=look.checkpoint,
        vae="",
        clip_skip=0,
        camera=CameraMove(),
        noise=0.0,
        contrast=1.0,
        sharpen=0.0,
        color=0.0,
        diffuse=True,
        tween=0.0,
        cut=True,
        anchor=-1,
        guide=None,
    )


def _preview(style: Style, backend: FrameBackend, look: PreviewLook, cache: Path | None) -> StylePreview:
    path = cache / f"{preview_key(style, backend, look)}.png" if cache is not None else None
    kept = _read(path) if path is not None else None
    if kept is not None:
        return StylePreview(style.id, kept, kept=True)
    spec = preview_spec(style, look)
    problem = ""
    for attempt in range(PREVIEW_REROLLS + 1):
        try:
            frame = backend.generate(FrameRequest(look.size, spec, None, attempt=attempt))
        except BackendError as error:
            return StylePreview(style.id, None, problem=str(error))
        problem = blank_frame_problem(frame)
        if not problem:
            if path is not None:
                _keep(frame, path)
            return StylePreview(style.id, frame)
    return StylePreview(style.id, None, problem=f"the picture cannot be used: {problem}")


def _read(path: Path) -> Frame | None:
    """Return a kept picture; one that cannot be read counts as none, and will be written anew."""
    try:
        frame = picture_of(path.read_bytes(), path.name, FRAMES)
        os.utime(path)
    except (OSError, VideoError):
        return None
    return frame


def _keep(frame: Frame, path: Path) -> None:
    from PIL import Image

    packed = BytesIO()
    Image.fromarray(frame).save(packed, format="PNG")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, packed.getvalue(), sync=False)
        sweep(path.parent)
        _make_room(path.parent)
    except OSError as error:
        raise RunError(
            f"style previews cannot be kept in {path.parent} ({reason(error)}); choose another folder"
        ) from error


def _make_room(folder: Path) -> None:
    """Delete the pictures that were not looked at for longest, until the rest fit."""
    entries = sorted(((p.stat().st_mtime_ns, p.stat().st_size, p) for p in folder.glob("*.png")), reverse=True)
    taken = 0
    for _, size, path in entries:
        taken += size
        if taken > CACHE_BYTES:
            with suppress(OSError):  # somebody looks at it; the next picture makes room again
                remove(path)


_COLUMNS = 10
_GAP, _CAPTION, _HEADING, _MARGIN = 8, 18, 34, 16
_PAPER, _INK, _EMPTY = (250, 249, 246), (34, 34, 38), (222, 220, 214)


def draw_sheet(path: Path, styles: Sequence[Style], previews: Iterable[StylePreview], cell: Size = (160, 120)) -> None:
    """Write a PNG with the previews under their groups' names; a style without a picture gets an empty field.

    Args:
        path: Where to write it.
        styles: What to show; within a group, in the order given.
        previews: Their pictures, of any size and in any order; each is cropped to the cell's shape.
        cell: (width, height) of a picture on the sheet, in pixels.

    Raises:
        VideoError: The file cannot be written.
    """
    from PIL import Image, ImageDraw, ImageOps

    groups: dict[str, list[Style]] = {}
    for style in styles:
        groups.setdefault(style.group, []).append(style)
    columns = max(1, min(_COLUMNS, max((len(members) for members in groups.values()), default=1)))
    rows = sum(-(-len(members) // columns) for members in groups.values())
    width = 2 * _MARGIN + columns * (cell[0] + _GAP) - _GAP
    height = 2 * _MARGIN + len(groups) * _HEADING + rows * (cell[1] + _CAPTION + _GAP)
    sheet = Image.new("RGB", (width, height), _PAPER)
    corners = _write_names(ImageDraw.Draw(sheet), groups, columns, cell)
    for preview in previews:
        if preview.frame is not None and preview.style in corners:
            picture = ImageOps.fit(Image.fromarray(preview.frame), cell, Image.Resampling.LANCZOS)
            sheet.paste(picture, corners[preview.style])
    try:
        write_png(path, np.array(sheet, dtype=np.uint8), {"Software": SOFTWARE}, compress=True)
    except OSError as error:
        raise VideoError(f"the sheet cannot be written as {path}: {reason(error)}") from None


def _write_names(
    draw: ImageDraw, groups: dict[str, list[Style]], columns: int, cell: Size
) -> dict[str, tuple[int, int]]:
    """Draw headings, empty fields and captions; return each field's upper left corner by style id."""
    names = style_labels().groups
    heading, caption = _font(18), _font(12)
    corners = {}
    top = _MARGIN
    for group, members in groups.items():
        draw.text((_MARGIN, top + 6), names.get(group, (group, group))[0], fill=_INK, font=heading)
        top += _HEADING
        for index, style in enumerate(members):
            left = _MARGIN + index % columns * (cell[0] + _GAP)
            upper = top + index // columns * (cell[1] + _CAPTION + _GAP)
            corners[style.id] = (left, upper)
            draw.rectangle((left, upper, left + cell[0] - 1, upper + cell[1] - 1), fill=_EMPTY)
            name = _drawable(style.name_en, caption)
            while draw.textlength(name, font=caption) > cell[0] and len(name) > 4:
                name = name[:-3].rstrip(". ") + ".."
            draw.text((left, upper + cell[1] + 2), name, fill=_INK, font=caption)
        top += -(-len(members) // columns) * (cell[1] + _CAPTION + _GAP)
    return corners


def _drawable(name: str, font: FreeTypeFont | ImageFont) -> str:
    """Return the name in letters that the font has: Pillow's bitmap font knows Latin-1 alone."""
    return name if hasattr(font, "getname") else name.encode("latin-1", "replace").decode("latin-1")


def _font(size: int) -> FreeTypeFont | ImageFont:
    """Return Pillow's own font; before Pillow 10.1, or without FreeType, it has one size only."""
    from PIL import ImageFont, features

    if features.check("freetype2") and "size" in inspect.signature(ImageFont.load_default).parameters:
        return ImageFont.load_default(size=size)
    return ImageFont.load_default()
