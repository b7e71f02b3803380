"""Words as pictures: set once a caption, then laid over each frame with what the moment asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame, Size
from glance.project.model import Lettering
from glance.publish.lettering.fonts import FontFace
from glance.publish.lettering.timing import Caption
from glance.publish.targets import SafeZone

#: Seconds in which words come and go.
_FADE_S = 0.16
#: Of the height of letters: their outline, the distance of lines, the softness of the shadow.
_OUTLINE, _LEADING, _SHADOW = 0.07, 1.25, 0.12
_SHADOW_STRENGTH = 0.55
#: Heights of letters by role, as shares of what the project asks for.
_SCALE = {"lyric": 1.0, "title": 1.7, "credit": 0.8}
_SECOND_LINE = 0.55
#: A word that is still to come is seen this much.
_UNSUNG = 0.75
_SMALLEST_PX = 10

_Alpha = NDArray[np.float32]


@dataclass(frozen=True)
class _Block:
    """A caption, drawn: where it lies, its colors with how opaque they are, and where its words stand."""

    left: int
    top: int
    plain: Frame
    sung: Frame
    alpha: _Alpha
    #: For each word: left, top, right and bottom in the block.
    boxes: tuple[tuple[int, int, int, int], ...]


class LetteringLayer:
    """Lays captions over frames of one size.

    Args:
        captions: In order, without overlaps.
        wanted: How they look.
        face: What they are set in; it has all their letters.
        size: (width, height) of the frames.
        safe: What stays free of words.
    """

    def __init__(
        self, captions: Sequence[Caption], wanted: Lettering, face: FontFace, size: Size, safe: SafeZone
    ) -> None:
        self._captions = tuple(captions)
        self._starts = np.array([caption.start_s - _FADE_S for caption in captions])
        self._wanted, self._face, self._size, self._safe = wanted, face, size, safe
        # A caption is set when its first frame comes, and forgotten soon after its last.
        self._block = lru_cache(maxsize=2)(self._set)

    def over(self, frame: Frame, moment_s: float) -> Frame:
        """Return the frame with what is to be read at a moment of the song; the frame itself where that is nothing."""
        found = self._shown(moment_s)
        if found is None:
            return frame
        block, color, alpha = found
        height, width = alpha.shape
        made = frame.copy()
        area = made[block.top : block.top + height, block.left : block.left + width]
        share = alpha[:, :, None]
        area[:] = np.round(area * (1.0 - share) + color * share).astype(np.uint8)
        return np.asarray(made)

    def alone(self, moment_s: float) -> Frame:
        """Return the words on nothing: (height, width, 4) uint8, the last channel how opaque each pixel is."""
        width, height = self._size
        made = np.zeros((height, width, 4), np.uint8)
        found = self._shown(moment_s)
        if found is not None:
            block, color, alpha = found
            area = made[block.top : block.top + alpha.shape[0], block.left : block.left + alpha.shape[1]]
            area[:, :, :3] = color
            area[:, :, 3] = np.round(alpha * 255)
        return made

    def _shown(self, moment_s: float) -> tuple[_Block, NDArray[Any], _Alpha] | None:
        number = int(np.searchsorted(self._starts, moment_s, side="right")) - 1
        if number < 0:
            return None
        caption = self._captions[number]
        opaque = min(1.0, (moment_s - caption.start_s) / _FADE_S + 1.0, (caption.end_s - moment_s) / _FADE_S + 1.0)
        if number + 1 < len(self._captions):
            # The next one is there in full on its own moment, so this one makes room before.
            opaque = min(opaque, (self._captions[number + 1].start_s - _FADE_S - moment_s) / _FADE_S + 1.0)
        if opaque <= 0:
            return None
        block = self._block(number)
        if self._wanted.lyrics == "words" and caption.role == "lyric":
            color, alpha = self._karaoke(block, caption, moment_s)
        else:
            color, alpha = block.plain, block.alpha
        return block, color, alpha * np.float32(opaque)

    def _karaoke(self, block: _Block, caption: Caption, moment_s: float) -> tuple[Frame, _Alpha]:
        """Return the words in two colors: what has been sung, with the word at hand filled up as far as it is."""
        color = block.plain.copy()
        alpha = block.alpha * np.float32(_UNSUNG)
        for word, (left, top, right, bottom) in zip(caption.words, block.boxes, strict=True):
            length = max(1e-6, word.end_s - word.start_s)
            reach = left + round((right - left) * float(np.clip((moment_s - word.start_s) / length, 0, 1)))
            color[top:bottom, left:reach] = block.sung[top:bottom, left:reach]
            alpha[top:bottom, left:reach] = block.alpha[top:bottom, left:reach]
        return color, alpha

    def _set(self, number: int) -> _Block:
        caption = self._captions[number]
        width, height = self._size
        # The height of a 16:9 picture of as many pixels: letters of an upright one are as large to the eye.
        side = 0.75 * float(np.sqrt(width * height))
        pixels = max(_SMALLEST_PX, round(self._wanted.size * side * _SCALE[caption.role]))
        room = width * (1 - self._safe.left - self._safe.right)
        lines, pixels = _broken(caption, self._face, pixels, room)
        drawn = _drawn(lines, self._face, pixels, self._wanted)
        block_height, block_width = drawn.alpha.shape
        left = round(width * self._safe.left + (room - block_width) / 2)
        above, below = height * self._safe.top, height * (1 - self._safe.bottom) - block_height
        place = "middle" if caption.role != "lyric" else self._wanted.place
        top = {"top": above, "middle": (height - block_height) / 2, "bottom": below}[place]
        top = int(np.clip(top, 0, max(0, height - block_height)))
        left = int(np.clip(left, 0, max(0, width - block_width)))
        shown = (slice(0, height - top), slice(0, width - left))
        return _Block(left, top, drawn.plain[shown], drawn.sung[shown], drawn.alpha[shown], drawn.boxes)


@dataclass(frozen=True)
class _Line:
    """A line of a block: its words, and the height of its letters in pixels."""

    words: tuple[str, ...]
    pixels: int


def _broken(caption: Caption, face: FontFace, pixels: int, room: float) -> tuple[list[_Line], int]:
    """Return a caption's lines, broken where they would not fit; smaller where even one word would not."""
    if caption.role != "lyric":
        texts = caption.text.split("\n")
        sizes = [pixels, *(round(pixels * _SECOND_LINE) for _ in texts[1:])] if caption.role == "title" else None
        lines = [_Line((text,), size) for text, size in zip(texts, sizes or [pixels] * len(texts), strict=True)]
    else:
        broken = _even_lines([word.text for word in caption.words], face, pixels, room)
        lines = [_Line(tuple(words), pixels) for words in broken]
    widest = max(_width(line, face) for line in lines)
    if widest <= room:
        return lines, pixels
    ratio = room / widest
    smaller = [_Line(line.words, max(_SMALLEST_PX, int(line.pixels * ratio))) for line in lines]
    return smaller, max(_SMALLEST_PX, int(pixels * ratio))


def _even_lines(words: Sequence[str], face: FontFace, pixels: int, room: float) -> list[list[str]]:
    """Return the words in as few lines as fit, these as even as they can be."""
    widths = np.array([_width(_Line((word,), pixels), face) for word in words])
    count = max(1, int(np.ceil(widths.sum() / max(1.0, room))))
    for n_lines in range(count, len(words) + 1):
        middle = np.cumsum(widths) - widths / 2
        line_of = np.minimum((middle / max(1.0, widths.sum()) * n_lines).astype(np.int64), n_lines - 1)
        lines = [[word for word, line in zip(words, line_of, strict=True) if line == each] for each in range(n_lines)]
        if all(_width(_Line(tuple(line), pixels), face) <= room for line in lines if line):
            return [line for line in lines if line]
    return [[word] for word in words]


def _width(line: _Line, face: FontFace) -> float:
    return float(face.sized(line.pixels).getlength("".join(line.words).rstrip())) + 2 * _margin(line.pixels)


def _margin(pixels: int) -> int:
    return max(2, round(pixels * (_OUTLINE + 2 * _SHADOW)))


def _drawn(lines: Sequence[_Line], face: FontFace, pixels: int, wanted: Lettering) -> _Block:
    """Return a block at (0, 0)."""
    from PIL import Image, ImageDraw

    margin = _margin(pixels)
    width = max(2, int(np.ceil(max(_width(line, face) for line in lines))))
    tops = np.cumsum([0, *(round(line.pixels * _LEADING) for line in lines)])
    size = (width, int(tops[-1]) + 2 * margin)
    letters, edges = (Image.new("L", size) for _ in range(2))
    boxes: list[tuple[int, int, int, int]] = []
    for line, top in zip(lines, tops[:-1], strict=True):
        font = face.sized(line.pixels)
        text = "".join(line.words).rstrip()
        left = (width - float(font.getlength(text))) / 2
        place = (left, int(top) + margin)
        ImageDraw.Draw(letters).text(place, text, fill=255, font=font)
        stroke = max(1, round(line.pixels * _OUTLINE))
        ImageDraw.Draw(edges).text(place, text, fill=255, font=font, stroke_width=stroke)
        bottom = int(top) + margin + round(line.pixels * _LEADING)
        said = ""
        for word in line.words:
            begin = left + float(font.getlength(said))
            said += word
            end = left + float(font.getlength(said.rstrip()))
            boxes.append((max(0, int(begin) - stroke), int(top) + margin // 2, min(width, int(end) + stroke), bottom))
    return _composed(np.asarray(letters), np.asarray(edges), pixels, wanted, tuple(boxes))


def _composed(
    letters: Frame, edges: Frame, pixels: int, wanted: Lettering, boxes: tuple[tuple[int, int, int, int], ...]
) -> _Block:
    """Return letters with their outline on a soft shadow, as color and opacity."""
    import cv2

    fill, edge = (np.asarray(mask, np.float32) / 255 for mask in (letters, edges))
    shadow = cv2.GaussianBlur(edge, (0, 0), max(1.0, pixels * _SHADOW)) * np.float32(_SHADOW_STRENGTH)
    alpha = np.maximum(np.maximum(fill, edge), shadow)
    outline = np.array(rgb_of(wanted.outline), np.float32)

    def colored(color: str) -> Frame:
        share = fill[:, :, None]
        return np.round(share * np.array(rgb_of(color), np.float32) + (1 - share) * outline).astype(np.uint8)

    return _Block(0, 0, colored(wanted.color), colored(wanted.sung), alpha.astype(np.float32), boxes)


def rgb_of(color: str) -> tuple[int, int, int]:
    """Return (red, green, blue) of a color written as `#rrggbb`."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
