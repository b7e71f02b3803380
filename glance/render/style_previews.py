"""The style grid: one subject in many styles, drawn by the current backend as the grid is looked at.

Every style gets the same subject, seed and few steps, so that what differs is the style. Pictures stream in as they are
drawn, drawing stops between two of them, and each is kept on disk under a key of everything that decides its pixels.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import msgspec

from glance._files import reason, remove, sweep, write_atomically
from glance.camera.pose import CameraMove
from glance.errors import BackendError, RunError, VideoError
from glance.frames import Frame, Size
from glance.imaging.usable import problem_of
from glance.project.plan import FrameSpec
from glance.render.backend import FrameBackend, FrameRequest
from glance.story.guard import check_words
from glance.story.negatives import DEFAULT_NEGATIVE_SETS, compose_negative
from glance.story.styles import Style, apply_style
from glance.video.picture_reader import FRAMES, picture_of

#: What every style is shown on, unless a person asks for something else.
SUBJECT = "a house"
#: How much the pictures kept on disk may take together; the ones not looked at for longest go first.
CACHE_BYTES = 256 * 1024 * 1024
#: How often an unusable (black, flat) picture is drawn anew.
REROLLS = 1


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


def style_previews(
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
    parts = (backend.identity, look.size, preview_spec(style, look))
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
        painter=style.painter,
        picture_seed=look.seed,
        palette=style.palette,
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
        clip_skip=1,
        camera=CameraMove(),
        noise=0.0,
        contrast=1.0,
        sharpen=0.0,
        colour=0.0,
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
    for attempt in range(REROLLS + 1):
        try:
            frame = backend.generate(FrameRequest(look.size, spec, None, attempt=attempt))
        except BackendError as error:
            return StylePreview(style.id, None, problem=str(error))
        problem = problem_of(frame)
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
