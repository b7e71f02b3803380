"""A painter's sketch from words: the picture that the embedded painter draws new content from.

Words of the prompt choose a setting, what stands in it, the sky and the light (`composer_words`); the seed decides the
rest. The layout comes first: light on one third, the main subject on the other, what words ask of the shot. Painted
from back to front: sky, distance, land or water, things, what falls from the air, what the picture is seen through, and
a texture of several scales, which gives the style network something to set its strokes on.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from glance.frames import Frame, Size
from glance.painter.sketch.canvas import Canvas, between
from glance.painter.sketch.figures import Thing, height_of, is_pale, paint_figure, place_of
from glance.painter.sketch.foregrounds import paint_frame
from glance.painter.sketch.settings import LANDSCAPES, WORLDS, paint_snow_cover
from glance.painter.sketch.sky import Stage, light_of, paint_air, paint_sky, toned, with_palette
from glance.painter.sketch.stencils import is_stencil
from glance.painter.sketch.vocabulary import Reading, read_prompt

#: Where things belong when no word says so.
_HOME = {
    "boat": "sea", "lighthouse": "sea", "whale": "underwater", "fish": "underwater", "train": "field", "car": "street",
    "bridge": "lake", "piano": "room", "candle": "room", "mirror": "room", "door": "field", "window": "room",
    "clock": "abstract", "palm": "sea", "pine": "forest", "rose": "garden", "flower": "garden", "butterfly": "garden",
    "planet": "space", "robot": "city", "castle": "mountains", "eye": "abstract", "heart": "abstract",
    "angel": "heaven", "balloon": "heaven", "crown": "abstract", "skull": "desert", "wolf": "forest", "deer": "forest",
}  # fmt: skip
_ANYWHERE = ("sea", "mountains", "field", "lake", "forest", "city", "heaven", "abstract", "desert")
#: Where things with an outline alone are shown when no word says where.
_STANDING = ("sea", "field", "street", "mountains", "desert", "city")
#: Where snow lies on the ground, and where weather is shown when no word says where.
_SNOWED = ("field", "street", "mountains", "forest", "garden")
#: Weather that is what a picture is about -> what shows it.
_SHOWN_BY: Mapping[str, tuple[str, ...]] = {"snowfall": ("snowman", "house"), "rain": ("umbrella", "house")}
_MOST_SUBJECTS = 3
#: No subject is set nearer to the picture's edge than this, as a share of the width.
_NEAREST_EDGE = 0.15
#: How large the main subject is in a shot.
_SIZES = {"close": 1.3, "low": 1.25, "wide": 0.85, "high": 0.9}


@dataclass(frozen=True)
class _Layout:
    """Everything that is decided before the first stroke; `things` from back to front, `main` the first named thing."""

    setting: str
    stage: Stage
    things: tuple[Thing, ...]
    main: Thing | None


@dataclass(frozen=True)
class _Wanted:
    """What is asked for; `subject_x` is the main subject's place as a share of the width, None for any."""

    prompt: str
    seed: int
    aspect: float
    subject_x: float | None


def draw_sketch(
    prompt: str, palette: Sequence[str], seed: int, size: Size, style: str = "", subject_x: float | None = None
) -> Frame:
    """Return a sketch of what a prompt names.

    The same words, palette and seed give the same composition at every size.

    Args:
        prompt: The words of the picture; unknown ones are passed over, without any the seed chooses.
        palette: Colors as `#rrggbb` that the picture is drawn towards; may be empty.
        seed: Decides everything the words leave open.
        size: (width, height) in pixels, at least 16 a side.
        style: Words that a style has added to the prompt; they decide light and sky, never what is seen.
        subject_x: Where the main subject stands, as a share of the width; None leaves it to words and seed.

    Raises:
        ValueError: A palette entry is no `#rrggbb`.
    """
    reading = read_prompt(prompt, style)
    canvas = Canvas(*size, (0.0, 0.0, 0.0))
    layout = _laid_out(_Wanted(prompt, seed, canvas.aspect, subject_x), reading, palette)
    stage, rng = layout.stage, _rng(reading, prompt, seed, 22)
    if layout.setting in WORLDS:
        WORLDS[layout.setting](canvas, stage, rng)
    else:
        paint_sky(canvas, stage, rng)
        LANDSCAPES[layout.setting](canvas, stage, rng)
        if "snowfall" in stage.words and layout.setting in _SNOWED:
            paint_snow_cover(canvas, stage, rng)
    for thing in layout.things:
        if thing is layout.main:
            _set_off(canvas, stage, thing)
        paint_figure(canvas, stage, thing, rng)
    paint_air(canvas, stage, rng)
    for name in reading.frames[:1]:
        paint_frame(canvas, stage, name, rng)
    return _finished(canvas, palette, rng)


def focus_of(
    prompt: str, seed: int, aspect: float, style: str = "", subject_x: float | None = None
) -> tuple[float, float, float]:
    """Return the middle (x, y) of the main subject from the picture's middle and its height, in picture heights."""
    main = _laid_out(_Wanted(prompt, seed, aspect, subject_x), read_prompt(prompt, style), ()).main
    if main is None:
        return (0.0, 0.0, 0.0)
    return (main.foot[0] - aspect / 2.0, main.foot[1] - main.height / 2.0 - 0.5, main.height)


def _rng(reading: Reading, prompt: str, seed: int, purpose: int) -> np.random.Generator:
    # Prompts that name nothing known still differ from one another.
    unnamed = 0 if reading.settings or reading.subjects else zlib.crc32(prompt.encode())
    return np.random.default_rng([seed % 2**32, unnamed, purpose])


def _laid_out(wanted: _Wanted, reading: Reading, palette: Sequence[str]) -> _Layout:
    rng = _rng(reading, wanted.prompt, wanted.seed, 21)
    reading = _with_weather_shown(reading)
    setting = _setting(reading, rng)
    stage = _stage(reading, setting, palette, wanted, rng)
    things = _placed(stage, reading, setting, wanted.aspect, rng)
    main = things[0] if reading.subjects else None
    return _Layout(setting, stage, tuple(sorted(things, key=lambda thing: thing.foot[1])), main)


def _with_weather_shown(reading: Reading) -> Reading:
    """Return the reading with things that show the weather, where a picture is about nothing else."""
    weather = next((sky for sky in reading.skies if sky in _SHOWN_BY), "")
    if not weather or set(reading.settings) - {"heaven"} or set(reading.subjects) - {"birds"}:
        return reading
    return replace(reading, settings=(), subjects=(*_SHOWN_BY[weather], *reading.subjects))


def _setting(reading: Reading, rng: np.random.Generator) -> str:
    if reading.settings:
        return reading.settings[0]
    if set(reading.subjects[:2]) in map(set, _SHOWN_BY.values()):
        return str(rng.choice(_SNOWED))
    for subject in reading.subjects:
        if subject in _HOME:
            return _HOME[subject]
    stands = any(is_stencil(subject) for subject in reading.subjects)
    return str(rng.choice(_STANDING if stands else _ANYWHERE))


def _stage(reading: Reading, setting: str, palette: Sequence[str], wanted: _Wanted, rng: np.random.Generator) -> Stage:
    """Lay the picture out on thirds: the light on one side, the main subject on the other."""
    left = bool(rng.integers(2))
    near, far = rng.uniform(0.27, 0.37), rng.uniform(0.62, 0.72)
    if "centre" in reading.shots:
        near, far = rng.uniform(0.46, 0.5), rng.uniform(0.66, 0.76)
    aspect = wanted.aspect
    if wanted.subject_x is not None:
        near, left = min(wanted.subject_x, 1.0 - wanted.subject_x), wanted.subject_x < 0.5
        near = max(near, _NEAREST_EDGE)
    subject_x = aspect * (near if left else 1.0 - near)
    lamp_x = aspect * (far if left else 1.0 - far)
    light = with_palette(light_of(reading.moods, rng), palette)
    low = {"dawn", "sunset", "dusk"} & set(reading.moods[:1])
    lamp_y = float(rng.uniform(0.42, 0.5) if low else rng.uniform(0.18, 0.32))
    horizon = float(rng.uniform(0.54, 0.64))
    if "low" in reading.shots:
        horizon = float(rng.uniform(0.7, 0.77))
    elif "high" in reading.shots:
        horizon = float(rng.uniform(0.38, 0.45))
    wet = setting in {"sea", "lake"}
    foot_y = float(rng.uniform(0.8, 0.9)) if wet else min(0.92, horizon + float(rng.uniform(0.22, 0.28)))
    words = frozenset((setting, *reading.settings, *reading.subjects, *reading.skies, *reading.moods))
    return Stage(horizon, (float(lamp_x), min(lamp_y, horizon - 0.1)), float(subject_x), foot_y, light, words)


def _placed(stage: Stage, reading: Reading, setting: str, aspect: float, rng: np.random.Generator) -> tuple[Thing, ...]:
    """Place the named things: the first large, the others smaller and further away, asides small in front."""
    names = reading.subjects[:_MOST_SUBJECTS]
    wet = setting in {"sea", "lake"}
    side = 1.0 if stage.subject_x < aspect / 2 else -1.0
    large = next((_SIZES[shot] for shot in ("close", "low", "wide", "high") if shot in reading.shots), 1.0)
    things = []
    for rank, name in enumerate(names):
        main = rank == 0
        height = height_of(name) * float(rng.uniform(1.05, 1.2)) * (large if main else 0.62)
        x = stage.subject_x + (0.0 if main else side * (0.3 + 0.12 * rank)) + float(rng.normal(0.0, 0.015))
        carrier = place_of(name)
        if carrier == "air" or setting == "space":
            foot = float(rng.uniform(0.38, 0.5)) + height / 2
        elif carrier == "water":
            foot = stage.horizon + (0.13 if main else 0.04)
        else:
            foot = stage.foot_y if main else (stage.foot_y - 0.07 if wet else stage.horizon + 0.08)
        things.append(Thing(name, (x, foot), min(height, foot - 0.12)))
    for number, (name, color) in enumerate(reading.asides[:2]):
        x = stage.subject_x + side * aspect * (0.3 + 0.14 * number) * float(rng.uniform(0.9, 1.1))
        height = min(0.17, 0.42 * height_of(name))
        foot = float(rng.uniform(0.3, 0.36)) if place_of(name) == "air" else float(rng.uniform(0.87, 0.93))
        things.append(Thing(name, (float(np.clip(x, 0.12 * aspect, 0.88 * aspect)), foot), height, color))
    return tuple(things)


def _set_off(canvas: Canvas, stage: Stage, thing: Thing) -> None:
    """Lay light behind the main subject, so that its outline stands against something brighter."""
    x, y = thing.foot[0], thing.foot[1] - 0.62 * thing.height
    color = between(stage.light.horizon, stage.light.lamp, 0.45)
    # White walls are brighter than what is behind them already.
    amount = 0.12 if is_pale(thing.name) else 0.26 + 0.2 * stage.light.darkness
    canvas.glow((x, y), 0.1 + 0.22 * thing.height, color, amount)


def _finished(canvas: Canvas, palette: Sequence[str], rng: np.random.Generator) -> Frame:
    """Stretch and tone the picture, and lay brush marks and a soft vignette over it."""
    low, high = np.percentile(canvas.pixels, (1.0, 99.0))
    stretched = 0.02 + 0.96 * (canvas.pixels - low) / max(float(high - low), 0.2)
    canvas.pixels = toned(canvas.pixels + (stretched - canvas.pixels) * np.float32(0.6), palette)
    marks = 0.03 * canvas.noise(rng, 10.0, 5, 2.2) + 0.02 * canvas.noise(rng, 40.0, 3, 0.6)
    corner = np.hypot((canvas.x / canvas.aspect - 0.5) * 1.1, canvas.y - 0.5)
    canvas.shade((1.0 + marks) * (1.06 - 0.4 * np.clip(corner - 0.2, 0.0, 1.0)))
    return np.ascontiguousarray(np.rint(np.clip(canvas.pixels, 0.0, 1.0) * 255.0).astype(np.uint8))
