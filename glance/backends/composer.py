"""A painter's sketch from words: the picture that the embedded painter draws new content from.

Words of the prompt choose a setting, what stands in it, the sky and the light (`composer_words`); the seed decides the
rest. Painted from back to front: sky, distance, land or water, things, what falls from the air, and a texture of
several scales, which gives the style network something to set its strokes on.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from glance.backends.composer_canvas import Canvas
from glance.backends.composer_figures import height_of, paint_figure, place_of
from glance.backends.composer_land import LANDSCAPES
from glance.backends.composer_light import light_of, toned, with_palette
from glance.backends.composer_sky import Stage, paint_air, paint_sky
from glance.backends.composer_words import Reading, read_prompt
from glance.backends.composer_worlds import WORLDS
from glance.frames import Frame, Size

#: Where things belong when no word says so.
_HOME = {
    "boat": "sea", "lighthouse": "sea", "whale": "underwater", "fish": "underwater", "train": "field", "car": "street",
    "bridge": "lake", "piano": "room", "candle": "room", "mirror": "room", "door": "field", "window": "room",
    "clock": "abstract", "palm": "sea", "pine": "forest", "rose": "garden", "flower": "garden", "butterfly": "garden",
    "planet": "space", "robot": "city", "castle": "mountains", "eye": "abstract", "heart": "abstract",
    "angel": "heaven", "balloon": "heaven", "crown": "abstract", "skull": "desert", "wolf": "forest", "deer": "forest",
}  # fmt: skip
_ANYWHERE = ("sea", "mountains", "field", "lake", "forest", "city", "heaven", "abstract", "desert")
_MOST_SUBJECTS = 3


def compose(prompt: str, palette: Sequence[str], seed: int, size: Size) -> Frame:
    """Return a sketch of what a prompt names.

    The same words, palette and seed give the same composition at every size.

    Args:
        prompt: The words of the picture; unknown ones are passed over, without any the seed chooses.
        palette: Colours as `#rrggbb` that the picture is drawn towards; may be empty.
        seed: Decides everything the words leave open.
        size: (width, height) in pixels, at least 16 a side.

    Raises:
        ValueError: A palette entry is no `#rrggbb`.
    """
    reading = read_prompt(prompt)
    # Prompts that name nothing known still differ from one another.
    unnamed = 0 if reading.settings or reading.subjects else zlib.crc32(prompt.encode())
    rng = np.random.default_rng([seed % 2**32, unnamed, 21])
    setting = _setting(reading, rng)
    canvas = Canvas(*size, (0.0, 0.0, 0.0))
    stage = _stage(reading, setting, palette, canvas.aspect, rng)
    if setting in WORLDS:
        WORLDS[setting](canvas, stage, rng)
    else:
        paint_sky(canvas, stage, rng)
        LANDSCAPES[setting](canvas, stage, rng)
    _things(canvas, stage, reading, setting, rng)
    paint_air(canvas, stage, rng)
    return _finished(canvas, palette, rng)


def _setting(reading: Reading, rng: np.random.Generator) -> str:
    if reading.settings:
        return reading.settings[0]
    for subject in reading.subjects:
        if subject in _HOME:
            return _HOME[subject]
    return str(rng.choice(_ANYWHERE))


def _stage(reading: Reading, setting: str, palette: Sequence[str], aspect: float, rng: np.random.Generator) -> Stage:
    """Lay the picture out on thirds: the light on one side, the main subject on the other."""
    left = bool(rng.integers(2))
    near, far = rng.uniform(0.26, 0.38), rng.uniform(0.6, 0.74)
    subject_x = aspect * (near if left else far)
    lamp_x = aspect * (far if left else near)
    light = with_palette(light_of(reading.moods, rng), palette)
    low = {"dawn", "sunset"} & set(reading.moods[:1])
    lamp_y = float(rng.uniform(0.42, 0.5) if low else rng.uniform(0.2, 0.34))
    words = frozenset((setting, *reading.settings, *reading.subjects, *reading.skies, *reading.moods))
    return Stage(float(rng.uniform(0.56, 0.66)), (float(lamp_x), lamp_y), float(subject_x), light, words)


def _things(canvas: Canvas, stage: Stage, reading: Reading, setting: str, rng: np.random.Generator) -> None:
    """Set the named things: the first large at its place, the others smaller and further away, far ones first."""
    names = reading.subjects[:_MOST_SUBJECTS]
    wet = setting in {"sea", "lake"}
    for place in reversed(range(len(names))):
        name = names[place]
        main = place == 0
        height = height_of(name) * float(rng.uniform(1.0, 1.2)) * (1.0 if main else 0.62)
        offset = 0.0 if main else (0.3 + 0.12 * place) * (1 if stage.subject_x < canvas.aspect / 2 else -1)
        x = stage.subject_x + offset + float(rng.normal(0.0, 0.02))
        carrier = place_of(name)
        if carrier == "air" or setting == "space":
            foot = float(rng.uniform(0.35, 0.5)) + height / 2
        elif carrier == "water":
            foot = stage.horizon + (0.13 if main else 0.04)
            x = canvas.aspect - x if main and wet else x
        else:
            foot = (0.88 if main else 0.8) if wet else stage.horizon + (0.24 if main else 0.08)
        paint_figure(canvas, stage, name, (x, foot), height, rng)


def _finished(canvas: Canvas, palette: Sequence[str], rng: np.random.Generator) -> Frame:
    """Stretch and tone the picture, and lay brush marks and a soft vignette over it."""
    low, high = np.percentile(canvas.pixels, (1.0, 99.0))
    stretched = 0.02 + 0.96 * (canvas.pixels - low) / max(float(high - low), 0.2)
    canvas.pixels = toned(canvas.pixels + (stretched - canvas.pixels) * np.float32(0.6), palette)
    marks = 0.03 * canvas.noise(rng, 10.0, 5, 2.2) + 0.02 * canvas.noise(rng, 40.0, 3, 0.6)
    corner = np.hypot((canvas.x / canvas.aspect - 0.5) * 1.1, canvas.y - 0.5)
    canvas.shade((1.0 + marks) * (1.06 - 0.4 * np.clip(corner - 0.2, 0.0, 1.0)))
    return np.ascontiguousarray(np.rint(np.clip(canvas.pixels, 0.0, 1.0) * 255.0).astype(np.uint8))
