"""What every effect owes: nothing at its neutral value, no fault within its ranges, one look at every size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from glance.effects.effect import Clock, Effect, Values
from glance.effects.light import linear_levels
from glance.effects.registry import EFFECTS, PARAMETERS
from glance.frames import Frame
from glance.schedule.channels import CHANNELS

WITH_PIXELS = [effect for effect in EFFECTS.values() if effect.apply is not None]
OF_TIME = [effect for effect in EFFECTS.values() if effect.show is not None]
#: Effects that are meant to change how light the picture is on the whole.
LIGHTEN = {"bloom", "halation", "light_leak", "flash", "edge_glow", "exposure", "fade", "vignette", "scanlines"}
LIGHTEN |= {"letterbox", "lift_gamma_gain", "echo", "lut"}
#: Effects that show some parts of the picture more often than others.
REPEAT = {"mirror", "kaleidoscope", "tile", "polar"}
#: Least structural similarity of half the size with the whole; what is made of single pixels cannot be alike.
ALIKE = {"grain": 0.55, "glitch": 0.9}
STEPS = np.linspace(0, 1, 9)
TABLE = (np.stack(np.meshgrid(STEPS, STEPS, STEPS, indexing="ij"), axis=-1) ** 1.4).astype(np.float32)


def picture(height: int, seed: int = 1) -> Frame:
    """Return a picture with soft forms, hard edges, lights and shadows, the same at every size."""
    rng = np.random.default_rng(seed)
    wide = cv2.resize(rng.integers(20, 200, (9, 16, 3)).astype(np.uint8), (1024, 576), interpolation=cv2.INTER_CUBIC)
    cv2.circle(wide, (300, 220), 90, (250, 240, 200), -1, cv2.LINE_AA)
    cv2.rectangle(wide, (640, 280), (820, 560), (15, 25, 40), -1)
    return cv2.resize(wide, (height * 16 // 9, height), interpolation=cv2.INTER_AREA)


def values(effect: Effect, share: float, frame: Frame, lines: int, **changes: float) -> Values:
    """Return an effect's values `share` of the way from neutral to what a hit brings, or to the usual one."""
    full = {**effect.usual(), **effect.hit}
    doses = {one.name: one.neutral + share * (full[one.name] - one.neutral) for one in effect.doses}
    assets = {"lut": TABLE, "picture": picture(90, 5), "": None}
    return Values(
        {**full, **doses, **changes},
        index=30,
        time_s=1.25,
        beat=2.5,
        seed=4,
        subject=(0.4, 0.45),
        pixel=frame.shape[0] / lines,
        past=np.ascontiguousarray(frame[:, ::-1]),
        past_beats=0.2,
        asset=assets[effect.asset],
    )


def similarity(a: Frame, b: Frame) -> float:
    """Return the structural similarity of two pictures (Wang et al. 2004), over their brightness, 1 for the same."""
    x, y = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(np.float64) for each in (a, b))
    mean = lambda z: cv2.GaussianBlur(z, (11, 11), 1.5)  # noqa: E731
    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * cov + c2)) / ((mx**2 + my**2 + c1) * (vx + vy + c2))).mean())


@pytest.mark.parametrize("effect", WITH_PIXELS, ids=lambda effect: effect.name)
def test_neutral_is_the_frame_itself_whatever_else_is_set(effect: Effect) -> None:
    frame = picture(144)
    neutral = values(effect, 0.0, frame, 144)
    assert effect.is_neutral(neutral.numbers)
    assert effect.apply(frame, neutral) is frame


@pytest.mark.parametrize("effect", WITH_PIXELS, ids=lambda effect: effect.name)
def test_every_end_of_every_range_gives_a_frame_and_leaves_its_source_alone(effect: Effect) -> None:
    for frame in (picture(90), np.zeros((72, 64, 3), np.uint8), np.full((64, 128, 3), 255, np.uint8)):
        kept = frame.copy()
        for one in effect.parameters:
            for number in (one.low, one.high):
                out = effect.apply(frame, values(effect, 1.0, frame, 360, **{one.name: number}))
                assert out.shape == frame.shape
                assert out.dtype == np.uint8
                assert np.array_equal(frame, kept)


@pytest.mark.parametrize("effect", WITH_PIXELS, ids=lambda effect: effect.name)
def test_it_does_something_and_the_same_each_time(effect: Effect) -> None:
    frame = picture(144)
    moment = values(effect, 1.0, frame, 144)
    out = effect.apply(frame, moment)
    assert np.abs(out.astype(int) - frame).mean() > 0.3
    assert np.array_equal(out, effect.apply(frame, moment))


@pytest.mark.parametrize("effect", WITH_PIXELS, ids=lambda effect: effect.name)
def test_half_the_size_looks_like_the_whole(effect: Effect) -> None:
    large, small = picture(576), picture(288)
    # As many lines as both sizes can show.
    changes = {"scanlines_count": 60.0} if effect.name == "scanlines" else {}
    whole = effect.apply(large, values(effect, 0.7, large, 576, **changes))
    half = effect.apply(small, values(effect, 0.7, small, 576, **changes))
    shrunk = cv2.resize(whole, (512, 288), interpolation=cv2.INTER_AREA)
    assert similarity(shrunk, half) > ALIKE.get(effect.name, 0.93)


@pytest.mark.parametrize(
    "effect", [one for one in WITH_PIXELS if one.name not in LIGHTEN | REPEAT], ids=lambda effect: effect.name
)
def test_what_is_not_meant_to_lighten_or_darken_does_not(effect: Effect) -> None:
    # Soft forms in the middle tones: there is room for every change on both sides.
    frame = cv2.addWeighted(picture(144), 0.35, picture(144), 0.0, 80)
    out = effect.apply(frame, values(effect, 0.5, frame, 144))
    assert luminance(out) == pytest.approx(luminance(frame), rel=0.04)


def luminance(frame: Frame) -> float:
    """Return the mean relative luminance of a frame."""
    return float((linear_levels()[frame] @ [0.2126, 0.7152, 0.0722]).mean())


@pytest.mark.parametrize("effect", OF_TIME, ids=lambda effect: effect.name)
def test_no_frame_is_seen_before_its_moment_and_neutral_moves_none(effect: Effect) -> None:
    n = 96
    beats = np.arange(n) / 12.0
    usual = {one.name: np.full(n, one.usual) for one in effect.parameters}
    neutral = usual | {one.name: np.full(n, float(one.neutral)) for one in effect.doses}
    assert np.array_equal(effect.show(neutral, Clock(beats)), np.arange(n))
    for one in effect.parameters:
        for number in (one.low, one.high):
            pulse = usual | {dose.name: (np.arange(n) % 24 < 9) * dose.high for dose in effect.doses}
            shown = effect.show(pulse | {one.name: np.full(n, number)}, Clock(beats))
            assert shown.shape == (n,)
            assert np.all(shown <= np.arange(n))
            assert np.all(shown >= 0)


def test_every_parameter_is_a_channel_with_its_range_and_its_words() -> None:
    names = [one.name for effect in EFFECTS.values() for one in effect.parameters]
    assert len(names) == len(set(names)) == len(PARAMETERS)
    for effect in EFFECTS.values():
        assert effect.doses
        assert set(effect.hit) <= {one.name for one in effect.parameters}
        assert (effect.where == "loop") == bool(effect.coherence)
        for one in effect.parameters:
            channel = CHANNELS[one.name]
            assert (channel.low, channel.high, channel.default) == (one.low, one.high, one.usual)
            assert one.low <= one.usual <= one.high
            assert one.neutral is None or one.low <= one.neutral <= one.high
            assert one.low <= effect.hit.get(one.name, one.usual) <= one.high
            assert channel.help.endswith(".")
            assert channel.group == effect.group
