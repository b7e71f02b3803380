"""Sketches and the law of denoising, for whatever a person may type or a curve may say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from glance.painter.crop import crop_at, scale_of
from glance.painter.paint_merge import merge, new_share
from glance.painter.sketch.composition import draw_sketch
from glance.painter.sketch.vocabulary import MOODS, SETTINGS, SKIES, SUBJECTS, read_prompt

KNOWN = sorted(
    {word for table in (SETTINGS, SUBJECTS, SKIES, MOODS) for words in table.values() for word in words.split()}
)
PROMPTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(KNOWN), max_size=6).map(", ".join))
COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
SIDES = st.integers(16, 90)


@settings(max_examples=60, deadline=None)
@given(PROMPTS, st.lists(COLORS, max_size=5), st.integers(-(2**40), 2**40), SIDES, SIDES)
def test_any_prompt_becomes_a_picture_that_shows_something(
    prompt: str, palette: list[str], seed: int, width: int, height: int
) -> None:
    frame = draw_sketch(prompt, palette, seed, (width, height))
    assert frame.shape == (height, width, 3)
    assert frame.dtype == np.uint8
    assert frame.std() > 2


@given(PROMPTS)
def test_reading_names_only_known_things_and_ignores_case(prompt: str) -> None:
    reading = read_prompt(prompt)
    assert set(reading.settings) <= set(SETTINGS)
    assert set(reading.subjects) <= set(SUBJECTS)
    assert len(set(reading.subjects)) == len(reading.subjects)
    assert read_prompt(prompt.lower()) == reading


@given(st.floats(0.01, 200.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_more_denoising_never_keeps_more(frequency: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert 0.0 <= new_share(frequency, less) <= new_share(frequency, more) <= 1.0


@settings(deadline=None)
@given(st.floats(0.0, 1.0), st.integers(8, 60), st.integers(8, 60))
def test_merge_of_flat_pictures_stays_between_them(denoising: float, width: int, height: int) -> None:
    dark, bright = (np.full((height, width, 3), level, dtype=np.float32) for level in (0.2, 0.8))
    merged = merge(dark, bright, denoising)
    assert merged.min() >= 0.2 - 1e-4
    assert merged.max() <= 0.8 + 1e-4


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(0.05, 3.0), st.floats(-180, 180))
def test_scale_of_a_crop_survives_its_turn(x: float, y: float, scale: float, angle_deg: float) -> None:
    assert abs(scale_of(crop_at((x, y), scale, angle_deg)) - scale) < 1e-9
