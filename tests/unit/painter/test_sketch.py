"""The sketches that prompts become."""

from __future__ import annotations

import numpy as np
import pytest

from glance.frames import size_of
from glance.painter.sketch.canvas import Canvas, color_of, smooth_outline
from glance.painter.sketch.composition import draw_sketch, focus_of
from glance.painter.sketch.figures import FIGURES, height_of, place_of
from glance.painter.sketch.foregrounds import paint_frame
from glance.painter.sketch.sky import Stage, light_of
from glance.painter.sketch.vocabulary import COLORS, FRAMES, MOODS, SETTINGS, SKIES, SUBJECTS, read_prompt, undrawn

SIZE = (96, 54)


def test_prompt_is_read_in_its_own_order_and_once() -> None:
    reading = read_prompt("(Lighthouse:1.3) and a GULL over the stormy sea, <lora:sunset:1>, sea, gulls")
    assert reading.subjects == ("lighthouse", "birds")
    assert reading.settings == ("sea",)
    assert "storm" in reading.moods
    assert "sunset" not in reading.moods


def test_korean_nouns_are_read_with_their_particles() -> None:
    reading = read_prompt("바다를 기억하는 등대와 달빛")
    assert reading.settings == ("sea",)
    assert reading.subjects == ("lighthouse",)
    assert reading.moods == ("night",)


def test_words_inside_other_words_name_nothing() -> None:
    assert read_prompt("watercolour understarted carpet").subjects == ()


@pytest.mark.parametrize("setting", sorted(SETTINGS))
def test_every_setting_gives_a_picture_with_contrast(setting: str) -> None:
    frame = draw_sketch(SETTINGS[setting].split()[0], (), 1, SIZE)
    assert size_of(frame) == SIZE
    assert frame.std() > 12


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_every_subject_is_seen(subject: str) -> None:
    assert place_of(subject) in {"ground", "water", "air"}
    assert 0.1 <= height_of(subject) <= 0.7
    word = SUBJECTS[subject].split()[0]
    bare, with_it = (draw_sketch(f"field, day{extra}", (), 2, SIZE).astype(int) for extra in ("", f", {word}"))
    assert (np.abs(with_it - bare).max(axis=-1) > 30).mean() > 0.002


def test_every_shape_is_named_by_a_word() -> None:
    assert set(FIGURES) <= set(SUBJECTS)


@pytest.mark.parametrize("sky", sorted(SKIES))
def test_every_sky_changes_the_picture(sky: str) -> None:
    word = SKIES[sky].split()[0]
    assert (
        draw_sketch(f"field, summer, {word}", (), 3, SIZE) != draw_sketch("field, summer", (), 3, SIZE)
    ).mean() > 0.01


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_every_mood_has_a_light(mood: str) -> None:
    light = light_of((mood,), np.random.default_rng(0))
    assert 0.0 <= light.darkness <= 1.0
    assert light.zenith.shape == (3,)


def test_night_is_darker_than_noon() -> None:
    night, noon = (draw_sketch(f"mountains, {mood}", (), 4, SIZE).mean() for mood in ("midnight", "noon"))
    assert night < noon - 30


def test_same_words_and_seed_give_the_same_picture() -> None:
    np.testing.assert_array_equal(
        draw_sketch("forest", ("#ff0000",), 5, SIZE), draw_sketch("forest", ("#ff0000",), 5, SIZE)
    )


def test_other_seed_composes_otherwise() -> None:
    assert (draw_sketch("forest", (), 5, SIZE) != draw_sketch("forest", (), 6, SIZE)).mean() > 0.5


def test_unknown_words_still_make_different_pictures() -> None:
    assert (draw_sketch("qwerty", (), 5, SIZE) != draw_sketch("asdfgh", (), 5, SIZE)).mean() > 0.5


def test_composition_does_not_depend_on_the_size() -> None:
    import cv2

    small = draw_sketch("a lighthouse by the sea, dawn", (), 7, (160, 90)).astype(float)
    large = draw_sketch("a lighthouse by the sea, dawn", (), 7, (640, 360))
    shrunk = cv2.resize(large, (160, 90), interpolation=cv2.INTER_AREA).astype(float)
    assert np.abs(small - shrunk).mean() < 12
    assert np.corrcoef(small.ravel(), shrunk.ravel())[0, 1] > 0.93


def test_palette_colors_the_picture() -> None:
    plain = draw_sketch("sea, day", (), 8, SIZE).astype(float).mean(axis=(0, 1))
    red = draw_sketch("sea, day", ("#200004", "#b01020", "#ffd0c0"), 8, SIZE).astype(float).mean(axis=(0, 1))
    assert red[0] - red[2] > plain[0] - plain[2] + 30


@pytest.mark.parametrize("text", ["#12345", "red", "#12345g", ""])
def test_wrong_color_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="#ff8800"):
        color_of(text)


def test_smooth_outline_passes_through_its_points() -> None:
    points = [(0.0, 0.0), (1.0, 0.2), (0.8, 1.0), (0.1, 0.9)]
    np.testing.assert_allclose(smooth_outline(points, steps=5)[::5], points, atol=1e-12)
    np.testing.assert_allclose(smooth_outline(points, closed=False)[-1], points[-1])


def test_disc_covers_its_area() -> None:
    canvas = Canvas(200, 100, (0.0, 0.0, 0.0))
    canvas.disc((1.0, 0.5), 0.25, (1.0, 1.0, 1.0))
    assert canvas.pixels[..., 0].sum() / 100**2 == pytest.approx(np.pi * 0.25**2, rel=0.01)


def test_painting_outside_the_sheet_changes_nothing() -> None:
    canvas = Canvas(40, 20, (0.5, 0.5, 0.5))
    canvas.disc((-3.0, 0.5), 0.2, (1.0, 0.0, 0.0))
    canvas.polygons([[(5.0, 5.0), (6.0, 5.0), (6.0, 6.0)]], (1.0, 0.0, 0.0))
    canvas.lines([], 0.1, (1.0, 0.0, 0.0))
    assert (canvas.pixels == 0.5).all()


@pytest.mark.parametrize(
    "term", ["bird's-eye view", "eye level", "hand-drawn", "fish-eye lens", "as large as a house", "soft rim light"]
)
def test_terms_of_camera_and_craft_are_not_drawn_as_things(term: str) -> None:
    reading = read_prompt(f"a lighthouse, {term}")
    assert reading.subjects == ("lighthouse",)
    assert not reading.skies


def test_what_a_picture_is_seen_through_is_a_frame_and_no_thing_in_it() -> None:
    reading = read_prompt("a lighthouse by the sea, seen through a giant gateway, framed by dark branches")
    assert reading.subjects == ("lighthouse",)
    assert reading.frames == ("arch", "branches")
    assert read_prompt("a gateway by the sea").subjects == ("door",)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("frame", sorted(FRAMES))
def test_every_frame_stands_at_the_edges_and_leaves_the_middle_free(frame: str, seed: int) -> None:
    canvas = Canvas(192, 108, (0.5, 0.5, 0.5))
    light = light_of(("day",), np.random.default_rng(0))
    stage = Stage(0.6, (1.2, 0.3), 0.6, 0.85, light, frozenset())
    paint_frame(canvas, stage, frame, np.random.default_rng(seed))
    changed = np.abs(canvas.pixels - 0.5).max(axis=-1) > 0.1
    assert changed.mean() > 0.01
    assert changed[38:70, 40:150].mean() < 0.15


def test_small_thing_to_one_side_is_an_aside_that_leaves_subject_and_mood_alone() -> None:
    reading = read_prompt("a lighthouse by the sea, a red umbrella tiny below, burning lanterns in one corner")
    assert reading.subjects == ("lighthouse",)
    assert reading.asides == (("umbrella", "red"), ("candle", ""))
    assert not reading.moods


def test_small_thing_that_is_named_first_is_the_subject() -> None:
    assert read_prompt("a small house in one corner of a field").subjects == ("house",)


def test_aside_has_the_color_its_words_give_it() -> None:
    asked = "a lighthouse by the sea, day, a {} umbrella in one corner"
    red, blue = (draw_sketch(asked.format(color), (), 6, SIZE).astype(int) for color in ("red", "blue"))
    turned = (red - blue)[np.abs(red - blue).max(axis=-1) > 30]
    assert len(turned) > 5
    assert turned[:, 0].mean() > 30 > -30 > turned[:, 2].mean()


def test_every_color_can_be_read() -> None:
    assert all(color_of(color).shape == (3,) for color in COLORS.values())


def test_style_lends_light_and_a_missing_place_but_no_things() -> None:
    style = ", pencil shapes, neon street, painted sugar skulls"
    assert read_prompt("a cat", style).subjects == ("cat",)
    assert read_prompt("a cat", style).settings == ("street",)
    assert read_prompt("a cat in a garden", style).settings == ("garden",)
    assert "neon" in read_prompt("a cat", style).moods


def test_shape_in_passing_is_no_abstract_picture() -> None:
    assert read_prompt("a cat by the lake, simple shapes").settings == ("lake",)
    assert read_prompt("abstract shapes, a cat").settings == ("abstract",)


@pytest.mark.parametrize(
    ("prompt", "subject"),
    [
        ("서울의 밤거리를 걷는 소녀", "person"),
        ("우산을 쓴 여자", "umbrella"),
        ("춤추는 댄서", "dancer"),
        ("숲속의 사슴", "deer"),
    ],
)
def test_korean_prompts_name_their_subjects(prompt: str, subject: str) -> None:
    assert subject in read_prompt(prompt).subjects


def test_korean_syllables_inside_other_words_name_nothing() -> None:
    assert read_prompt("나비").skies == ()
    assert read_prompt("우산").settings == ()


@pytest.mark.parametrize("seed", range(6))
def test_focus_is_where_the_subject_is_drawn(seed: int) -> None:
    size = (192, 108)
    x, y, height = focus_of("a lighthouse by the sea, day", seed, size[0] / size[1])
    bare = draw_sketch("the sea, day", (), seed, size).astype(int)
    drawn = draw_sketch("a lighthouse by the sea, day", (), seed, size).astype(int)
    column = round((x + size[0] / size[1] / 2) * size[1])
    rows = slice(round((y - height / 3 + 0.5) * size[1]), round((y + height / 3 + 0.5) * size[1]))
    assert np.abs(drawn - bare)[rows, column - 2 : column + 3].mean() > 25
    assert 0.2 < (x / (size[0] / size[1]) + 0.5) < 0.8


def test_close_shot_shows_the_subject_larger_than_a_wide_one() -> None:
    close, wide = (focus_of(f"a lighthouse by the sea, {shot}", 3, 16 / 9)[2] for shot in ("close-up", "wide shot"))
    assert close > 1.3 * wide


def test_figure_stands_out_from_a_dark_city() -> None:
    size = (256, 144)
    frame = draw_sketch("a woman in the city at night", (), 5, size).astype(float).mean(axis=-1)
    x, y, height = focus_of("a woman in the city at night", 5, size[0] / size[1])
    column, row = round((x + size[0] / size[1] / 2) * size[1]), round((y + 0.5) * size[1])
    around = frame[row - 20 : row + 20, column - 45 : column + 45]
    assert abs(frame[row - 4 : row + 4, column - 3 : column + 3].mean() - around.mean()) > 12
    assert height > 0.3


@pytest.mark.parametrize(
    ("prompt", "setting", "subject"),
    [
        ("coming closer, an astronaut's last letter home, the astronaut", "space", "letter"),
        ("a diver finds a glowing city under the ice", "underwater", "diver"),
        ("carrying a mirror, neon samurai, in a narrow alley", "street", "samurai"),
        ("my father's fishing boat never came back", "sea", "boat"),
        ("a lonely lighthouse keeper, deep teal and coral pink", "", "lighthouse"),
        ("a machinist asleep, shallow depth of field, old rose", "", "person"),
        ("a stadium singing my name, a huge crowd with raised arms", "stadium", "crowd"),
        ("an old radio in the foreground, a train at night", "", "train"),
    ],
)
def test_the_theme_is_the_subject_whatever_is_said_before_or_around_it(prompt: str, setting: str, subject: str) -> None:
    read = read_prompt(prompt)
    assert read.subjects[0] == subject
    assert read.settings[:1] == ((setting,) if setting else ())


def test_what_cannot_be_drawn_is_named_and_nothing_else() -> None:
    assert undrawn("fine rain, a gramophone on a bench, wide shot") == (("a gramophone", "radio"), ("a bench", "chair"))
    assert undrawn("an astronaut's last letter home, a grandmother, by the sea") == ()
    assert undrawn("a lighthouse, a gramophone in the foreground") == ()
