"""The pictures that scenes are painted from, kept while they are in use."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.errors import BackendError, VideoError
from glance.frames import Frame, Size
from glance.media.image_reader import picture_of
from glance.painter import crop as crops
from glance.painter.network import PaintingNetwork
from glance.painter.paint_merge import clarity_of, harmonised, match_statistics
from glance.painter.sketch.canvas import color_of
from glance.painter.sketch.composition import draw_sketch, focus_of
from glance.project.plan import FrameSpec
from glance.story.styles import load_styles
from glance.system.recent import RecentlyUsed

#: A scene's picture is this much higher than the frame, so that a crop of it is still sharp ...
_ROOM = 1.4
#: ... but has no more pixels than this.
_MOST_PIXELS = 1_200_000
#: Height in pixels at which the scene's picture is painted whole, as the reference of color and position.
_REFERENCE_HEIGHT = 144
#: (width, height) at which the colors of a crop are measured.
_COLOR_SIZE: Size = (64, 36)
#: Power of the weights of prompts that cross-fade, and the share from which a picture is drawn at all.
_SWITCH, _UNSEEN = 4, 0.03
#: Height in pixels of the spot over a subject, and where it ends, in halves of the subject's height.
_EMPHASIS_HEIGHT, _EMPHASIS_END = 72, 1.7
_KEPT_PICTURES, _KEPT_REFERENCES, _KEPT_PARTS = 6, 32, 24


Picture = NDArray[np.float32]


@dataclass(frozen=True)
class ScenePicture:
    """What a frame is painted from.

    Attributes:
        blend: The scene's picture before painting, (h, w, 3) float32 in [0, 1]; prompts that cross-fade are blended.
        painted: The same, small, painted in the frame's style mix: where colors and positions are compared.
        focus: The main subject.
        emphasis: How much the subject is kept from strokes, (h, w) float32 in [0, 1], small; None without a subject.
    """

    blend: NDArray[np.float32]
    painted: NDArray[np.float32]
    focus: crops.Focus = crops.NO_FOCUS
    emphasis: NDArray[np.float32] | None = None


class SceneStore:
    """Makes and keeps scene pictures; what is kept never changes a pixel, only the time.

    Args:
        network: Paints the references.
        start_image: The picture of every scene, or None to compose one from each prompt.
    """

    def __init__(self, network: PaintingNetwork, start_image: Path | None) -> None:
        self._network = network
        self._start_image = start_image
        self._pictures: RecentlyUsed[Any] = RecentlyUsed(_KEPT_PICTURES)
        self._references: RecentlyUsed[Any] = RecentlyUsed(_KEPT_REFERENCES)
        self._parts: RecentlyUsed[Any] = RecentlyUsed(_KEPT_PARTS)

    @property
    def identity(self) -> str:
        """What decides the pictures: `composed`, or the start picture's SHA-256."""
        if self._start_image is None:
            return "composed pictures"
        return f"start picture {hashlib.sha256(_read(self._start_image)).hexdigest()[:16]}"

    def check(self) -> None:
        """Open the start picture.

        Raises:
            BackendError: It cannot be read.
        """
        if self._start_image is not None:
            _load(self._start_image)

    def of(self, spec: FrameSpec, size: Size) -> ScenePicture:
        """Return what a frame of a size is painted from.

        Raises:
            BackendError: The start picture cannot be read, or the network cannot paint.
        """
        canvas = _canvas_size(size)
        key = (self._picture_keys(spec), canvas)
        blend = self._pictures.get((key, "blend"), lambda: self._blend(spec, canvas))
        paint_key = (key, spec.paint.styles)
        focus = self._focus(spec, canvas)
        emphasis = self._parts.get((focus, canvas), lambda: emphasis_of(focus, canvas[0] / canvas[1]))
        painted = self._references.get(paint_key, lambda: self._reference(blend, spec, emphasis))
        return ScenePicture(blend, painted, focus, emphasis)

    def part(self, spec: FrameSpec, size: Size, crop: crops.Matrix, paint_size: Size) -> NDArray[np.float32]:
        """Return what a crop shows of the scene's picture as it hangs there painted, shape (height, width, 3).

        Strokes are laid once for all crops that lie near one another, so that they stay where they are on the picture
        while a camera moves over it.

        Args:
            size: (width, height) of the frame.
            paint_size: (width, height) at which the strokes are laid.
        """
        scene, place = self.of(spec, size), crops.resting_place(crop)
        key = (self._picture_keys(spec), _canvas_size(size), spec.paint.styles, paint_size, place.tobytes())
        laid = self._parts.get(key, lambda: self._laid(scene, spec, place, paint_size))
        return crops.sample(laid, crops.within(crop, place), size[1], size[0])

    def painted(self, scene: ScenePicture, spec: FrameSpec, guide: NDArray[np.float32], crop: crops.Matrix) -> Picture:
        """Return a guide of shape (h, w, 3) painted in the frame's style, in the colors of the scene's crop."""
        paint = self._network.redraw(guide, spec.paint.styles)
        shown = crops.sample(scene.painted, crop, _COLOR_SIZE[1], _COLOR_SIZE[0])
        kept = scene.emphasis
        kept = None if kept is None else crops.sample(kept, crop, guide.shape[0], guide.shape[1])
        return match_statistics(harmonised(paint, guide, clarity_of(spec.paint.styles), kept), shown)

    def close(self) -> None:
        """Forget all pictures."""
        self._pictures.clear()
        self._references.clear()
        self._parts.clear()

    def _laid(self, scene: ScenePicture, spec: FrameSpec, place: crops.Matrix, size: Size) -> Picture:
        guide = crops.sample(scene.blend, place, size[1], size[0])
        return self.painted(scene, spec, guide, place)

    def _focus(self, spec: FrameSpec, canvas: Size) -> crops.Focus:
        if self._start_image is not None or not spec.prompt:
            return crops.NO_FOCUS
        text = max(spec.prompt, key=lambda prompt: prompt[1])[0]
        words, style = _apart(text)
        return focus_of(words, spec.paint.picture_seed, canvas[0] / canvas[1], style, _subject_x(spec))

    def _picture_keys(self, spec: FrameSpec) -> Hashable:
        if self._start_image is not None:
            return "start"
        return _shares(spec.prompt), spec.paint.palette, spec.paint.picture_seed, _subject_x(spec)

    def _blend(self, spec: FrameSpec, canvas: Size) -> NDArray[np.float32]:
        if self._start_image is not None:
            return _as_float(_fitted(_load(self._start_image), canvas))
        blend = np.zeros((canvas[1], canvas[0], 3), dtype=np.float32)
        for text, share in _shares(spec.prompt):
            blend += self._composed(text, spec, canvas) * np.float32(share / 255.0)
        return blend

    def _composed(self, text: str, spec: FrameSpec, canvas: Size) -> Frame:
        def make() -> Frame:
            problem = palette_problem(spec.paint.palette)
            if problem:
                raise BackendError(f"Frame {spec.index}: {problem}")
            words, style = _apart(text)
            return draw_sketch(words, spec.paint.palette, spec.paint.picture_seed, canvas, style, _subject_x(spec))

        key = (text, spec.paint.palette, spec.paint.picture_seed, canvas, _subject_x(spec))
        return np.asarray(self._pictures.get(key, make), dtype=np.uint8)

    def _reference(
        self, blend: NDArray[np.float32], spec: FrameSpec, emphasis: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        import cv2

        width = round(_REFERENCE_HEIGHT * blend.shape[1] / blend.shape[0] / 4) * 4
        small = cv2.resize(blend, (max(16, width), _REFERENCE_HEIGHT), interpolation=cv2.INTER_AREA)
        small = np.asarray(small, dtype=np.float32)
        kept = None if emphasis is None else cv2.resize(emphasis, (small.shape[1], small.shape[0]))
        paint = self._network.redraw(small, spec.paint.styles)
        return harmonised(paint, small, clarity_of(spec.paint.styles), kept)


def emphasis_of(focus: crops.Focus, aspect: float) -> NDArray[np.float32] | None:
    """Return a soft spot over the main subject, 1 at its middle and 0 well outside it; None without a subject.

    Args:
        focus: As of `focus_of`.
        aspect: Width of the picture in heights.
    """
    x, y, height = focus
    if height <= 0.0:
        return None
    rows, columns = _EMPHASIS_HEIGHT, max(2, round(_EMPHASIS_HEIGHT * aspect))
    down = ((np.arange(rows) + 0.5) / rows - 0.5 - y)[:, None]
    across = ((np.arange(columns) + 0.5) / rows - aspect / 2.0 - x)[None, :]
    away = np.hypot(down, across) / (0.5 * height)
    return np.asarray(np.clip((_EMPHASIS_END - away) / (_EMPHASIS_END - 1.0), 0.0, 1.0), dtype=np.float32)


def _subject_x(spec: FrameSpec) -> float | None:
    return spec.subject[0] if spec.subject else None


def palette_problem(palette: Sequence[str]) -> str:
    """Return what is wrong with a palette as a sentence, or nothing."""
    try:
        for text in palette:
            color_of(text)
    except ValueError as error:
        return f"The palette cannot be read: {error}."
    return ""


@functools.lru_cache(maxsize=1)
def _style_words() -> tuple[tuple[str, str], ...]:
    """Return what the shipped styles write before and after a prompt."""
    templates = (style.template.partition("{prompt}") for style in load_styles().values())
    return tuple((before, after) for before, _, after in templates)


def _apart(text: str) -> tuple[str, str]:
    """Return a prompt without the words that a shipped style has added, and these words."""
    for before, after in _style_words():
        if before + after and before in text and after in text:
            words = text.replace(before, " ", 1) if before else text
            return (words.replace(after, " ", 1) if after else words), before + after
    return text, ""


def _shares(prompt: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Return how much each prompt's picture counts, of sum 1; two are seen through one another only briefly."""
    powers = [(text, weight**_SWITCH) for text, weight in prompt] or [("", 1.0)]
    total = sum(power for _, power in powers)
    if not total > 0.0:
        return ((powers[0][0], 1.0),)
    heard = [(text, power / total) for text, power in powers if power >= _UNSEEN * total]
    return tuple((text, share / sum(other for _, other in heard)) for text, share in heard)


def _canvas_size(size: Size) -> Size:
    room = min(_ROOM, (_MOST_PIXELS / (size[0] * size[1])) ** 0.5)
    return round(size[0] * room), round(size[1] * room)


def _as_float(frame: Frame) -> NDArray[np.float32]:
    return np.asarray(frame / np.float32(255.0), dtype=np.float32)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BackendError(
            f"The start picture {path} cannot be read ({error.strerror}); choose a JPEG, PNG or WebP file."
        ) from error


def _load(path: Path) -> Frame:
    try:
        return picture_of(_read(path), str(path))
    except VideoError as error:
        raise BackendError(f"The start picture cannot be used. {error}") from error


def _fitted(picture: Frame, canvas: Size) -> Frame:
    """Cut the middle of a picture to the canvas's shape and bring it to its size."""
    import cv2

    height, width = picture.shape[:2]
    factor = max(canvas[0] / width, canvas[1] / height)
    cut = min(width, round(canvas[0] / factor)), min(height, round(canvas[1] / factor))
    left, top = (width - cut[0]) // 2, (height - cut[1]) // 2
    part = picture[top : top + cut[1], left : left + cut[0]]
    shrinks = factor < 1.0
    shown = cv2.resize(part, canvas, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.ascontiguousarray(shown, dtype=np.uint8)
