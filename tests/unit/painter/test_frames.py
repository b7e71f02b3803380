"""The painter as a backend: its own promises beyond the contract of all backends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glance.errors import BackendError
from glance.frames import Frame
from glance.painter.backend import PainterBackend
from glance.painter.network import PAINTER_STYLES, PaintingNetwork
from glance.painter.paint_merge import clarity_of, harmonised, match_statistics
from glance.painter.sketch.composition import draw_sketch
from glance.painter.sketch.vocabulary import read_prompt
from glance.render.backend import FrameRequest
from glance.story.styles import apply_style, load_styles
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of


@pytest.fixture(scope="module")
def painter() -> PainterBackend:
    return PainterBackend(threads=1)


def draw(backend: PainterBackend, init: Frame | None, /, **changes: object) -> Frame:
    return backend.generate(FrameRequest(SMALL, frame_spec(**changes), init))


def test_pixels_do_not_depend_on_threads(painter: PainterBackend) -> None:
    init = photograph(SMALL)
    np.testing.assert_array_equal(draw(PainterBackend(threads=2), init), draw(painter, init))


def test_two_styles_are_told_apart_at_a_glance(painter: PainterBackend) -> None:
    blue, red = (draw(painter, None, painter=((index, 1.0),)).mean(axis=(0, 1)) for index in (19, 20))
    assert blue[2] > blue[0] + 20
    assert red[0] > red[2] + 20


def test_cross_fade_of_styles_lies_between_them(painter: PainterBackend) -> None:
    ends = [draw(painter, None, painter=((index, 1.0),)).mean() for index in (20, 8)]
    middle = draw(painter, None, painter=((20, 0.5), (8, 0.5))).mean()
    assert ends[0] < middle < ends[1]


def test_cross_fade_of_prompts_differs_from_both(painter: PainterBackend) -> None:
    sea, desert = ("the sea at night", 1.0), ("a desert at noon", 1.0)
    frames = [draw(painter, None, prompt=prompt) for prompt in ((sea,), (desert,))]
    mixed = draw(painter, None, prompt=((sea[0], 0.5), (desert[0], 0.5))).astype(int)
    assert all(np.abs(mixed - frame).mean() > 5 for frame in frames)


def test_strength_pulse_is_seen_over_quiet_frames(painter: PainterBackend) -> None:
    frame = draw(painter, None)
    changes = []
    for index in range(1, 17):
        strength = 0.25 if index in (8, 14) else 0.7
        drawn = draw(painter, frame, index=index, seed=index, time_s=index / 12, strength=strength)
        changes.append(np.abs(drawn.astype(int) - frame).mean())
        frame = drawn
    quiet = np.median([change for at, change in enumerate(changes, 1) if at not in (8, 9, 14, 15)])
    assert min(changes[7], changes[13]) > 1.5 * quiet


def test_feedback_neither_grays_nor_burns_nor_blurs(painter: PainterBackend) -> None:
    frame = draw(painter, None)
    seen = []
    for index in range(1, 81):
        zoomed = np.asarray(Image.fromarray(frame).resize(SMALL, Image.Resampling.BILINEAR, (1, 1, 95, 63)))
        frame = draw(painter, zoomed, index=index, seed=index, time_s=index / 12)
        light = frame.astype(float).mean(axis=-1)
        vivid = (frame.max(axis=-1).astype(float) - frame.min(axis=-1)).mean()
        seen.append((light.mean(), light.std(), vivid, np.abs(np.diff(light, axis=1)).mean()))
    early, late = np.mean(seen[:20], axis=0), np.mean(seen[-20:], axis=0)
    np.testing.assert_array_less(late, 1.3 * early)
    np.testing.assert_array_less(0.75 * early, late)


def test_start_picture_is_what_scenes_are_painted_from(tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    halves = np.zeros((60, 90, 3), dtype=np.uint8)
    halves[:, 45:] = 255
    Image.fromarray(halves).save(path)
    frame = draw(PainterBackend(path, threads=1), None, painter=((2, 1.0),))
    assert frame[:, 64:].mean() > frame[:, :32].mean() + 60


def test_identity_follows_the_start_picture(tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    Image.new("RGB", (40, 40), "red").save(path)
    red = PainterBackend(path).identity
    Image.new("RGB", (40, 40), "blue").save(path)
    assert len({red, PainterBackend(path).identity, PainterBackend().identity}) == 3


@pytest.mark.parametrize("content", [None, b"no picture at all"])
def test_unreadable_start_picture_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cover.png"
    if content is not None:
        path.write_bytes(content)
    painter = PainterBackend(path, threads=1)
    assert any("cover.png" in problem for problem in painter.problems(plan_of(frame_spec())))
    with pytest.raises(BackendError, match=r"cover\.png"):
        draw(painter, None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"painter": ((26, 1.0),)}, "styles 0 to 25, found style 26"),
        ({"painter": ((-1, 1.0),)}, "found style -1"),
        ({"painter": ()}, "at least one painting style"),
        ({"painter": ((3, -0.5), (4, 1.5))}, "weight of 0 or more, found -0.5"),
        ({"painter": ((3, float("nan")),)}, "found nan"),
        ({"palette": ("#12345",)}, "#12345"),
        ({"palette": ("#zzzzzz",)}, "#zzzzzz"),
    ],
)
def test_impossible_frames_are_named_before_and_while_drawing(
    painter: PainterBackend, changes: dict[str, object], message: str
) -> None:
    plan = plan_of(frame_spec(), frame_spec(index=7, **changes))
    problems = painter.problems(plan)
    assert len(problems) == 1
    assert problems[0].startswith("Frame 7: ")
    assert message in problems[0]
    with pytest.raises(BackendError, match=r"[.]$"):
        draw(painter, None, **changes)


def test_strength_out_of_range_is_refused(painter: PainterBackend) -> None:
    with pytest.raises(BackendError, match=r"strength must lie in 0 to 1, found 1\.5"):
        draw(painter, photograph(SMALL), strength=1.5)


def test_tiny_size_is_refused_with_the_smallest_allowed(painter: PainterBackend) -> None:
    assert any("32 pixels" in problem for problem in painter.problems(plan_of(frame_spec(), size=(24, 16))))
    with pytest.raises(BackendError, match="32 pixels"):
        painter.generate(FrameRequest((24, 16), frame_spec(), None))


def test_statistics_are_brought_to_the_target() -> None:
    rng = np.random.default_rng(3)
    picture, target = rng.random((20, 30, 3), dtype=np.float32) * 0.5, rng.random((9, 8, 3), dtype=np.float32) * 0.6
    matched = match_statistics(picture, target)
    np.testing.assert_allclose(matched.mean(axis=(0, 1)), target.mean(axis=(0, 1)), atol=1e-4)
    np.testing.assert_allclose(matched.std(axis=(0, 1)), target.std(axis=(0, 1)), atol=1e-4)


def test_flat_picture_is_not_torn_apart_by_the_statistics() -> None:
    flat = np.full((8, 8, 3), 0.5, dtype=np.float32)
    flat[0, 0] = 0.51
    assert match_statistics(flat, photograph((8, 8)).astype(np.float32) / 255).std() < 0.2


def test_every_style_has_a_name_of_its_own_and_colors() -> None:
    assert len({style.name for style in PAINTER_STYLES}) == len(PAINTER_STYLES) == 26
    assert all(len(style.colors) == 4 for style in PAINTER_STYLES)


def test_calm_frames_keep_their_strokes(painter: PainterBackend) -> None:
    frame = draw(painter, None)
    changes = []
    for index in range(1, 17):
        drawn = draw(painter, frame, index=index, seed=index, time_s=index / 12, strength=0.9)
        changes.append(np.abs(drawn.astype(int) - frame).mean())
        frame = drawn
    assert max(changes[8:]) < 2.0


def test_forms_come_back_in_a_picture_that_was_bent(painter: PainterBackend) -> None:
    frame = draw(painter, None)
    for index in range(12):
        frame = draw(painter, frame, index=index, seed=index, strength=0.9)
    rows, columns = np.mgrid[0 : SMALL[1], 0 : SMALL[0]]
    shifted = np.clip(columns + np.rint(3.0 * np.sin(rows / 6.0)).astype(int), 0, SMALL[0] - 1)
    bent = drawn = np.ascontiguousarray(frame[rows, shifted])
    for index in range(14):
        drawn = draw(painter, drawn, index=index, seed=index, strength=0.9)
    assert wobble(bent, frame) > 1.8
    assert wobble(drawn, frame) < 1.0


def wobble(picture: Frame, true: Frame) -> float:
    """Return the spread of the shifts, in pixels, that bring bands of a picture onto the true one."""
    reach = 8
    shifts = []
    for top in range(0, SMALL[1], reach):
        kept, seen = (frame[top : top + reach].astype(float).mean(axis=-1) for frame in (true, picture))
        middle = kept[:, reach:-reach]
        errors = [np.abs(middle - seen[:, reach + by : SMALL[0] - reach + by]).mean() for by in range(-reach, reach)]
        shifts.append(np.argmin(errors))
    return float(np.std(shifts))


def test_words_of_a_style_are_not_drawn_as_things() -> None:
    prompt = "a lighthouse by the sea at night"
    styled = apply_style(load_styles()["day_of_the_dead"], prompt)
    assert read_prompt(styled).subjects != ("lighthouse",)
    frames = [draw(PainterBackend(threads=1), None, prompt=((text, 1.0),)) for text in (prompt, styled)]
    assert np.corrcoef(*(frame.mean(axis=-1).ravel() for frame in frames))[0, 1] > 0.75


def test_paint_keeps_the_light_and_dark_of_its_picture(painter: PainterBackend) -> None:
    size = (192, 108)
    picture = draw_sketch("a lighthouse by the sea, day", (), 4, size).astype(np.float32) / np.float32(255.0)
    paint = PaintingNetwork(1).redraw(picture, ((3, 1.0),))
    bare, kept = (
        np.corrcoef(made.mean(axis=-1).ravel(), picture.mean(axis=-1).ravel())[0, 1]
        for made in (paint, harmonised(paint, picture, clarity_of(((3, 1.0),))))
    )
    assert kept > bare + 0.15
    assert kept > 0.6


def test_clarity_of_a_mix_lies_between_its_styles() -> None:
    clear, busy = clarity_of(((23, 1.0),)), clarity_of(((17, 1.0),))
    assert busy < clarity_of(((23, 0.5), (17, 0.5))) < clear
