from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.camera_pictures import axes_picture, path_picture
from glance.camera.move import CameraMove
from glance.camera.presets import CAMERA_PRESETS, NEUTRAL, on_beat
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.timing import BeatGrid


def song(fps: int, seconds: float = 8.0, loud: float = 0.5) -> Signals:
    n = int(seconds * fps)
    grid = BeatGrid(np.arange(0, seconds + 1, 0.5), np.arange(0, seconds + 1, 2.0))
    names = ("rms", "low", "kick")
    return Signals(n, Fraction(fps), 0, grid, {name: np.full(n, loud) for name in names})


def values(preset, signals: Signals) -> dict[str, np.ndarray]:
    return {name: evaluate(parse_schedule(f"0:({text})", name), signals) for name, text in preset.curves.items()}


@pytest.mark.parametrize("preset", CAMERA_PRESETS.values(), ids=CAMERA_PRESETS)
def test_every_preset_is_made_of_known_channels_and_stays_in_the_ranges_that_work(preset) -> None:
    for name, value in values(preset, song(12)).items():
        assert name in CHANNELS
        assert CHANNELS[name].default == NEUTRAL.get(name, 0.0)
        if name == "zoom":
            assert (np.abs(value - 1) <= 0.05).all()
        if name.startswith("translation"):
            assert (np.abs(value) <= 10).all()
        if name.startswith("rotation") or name == "angle":
            assert (np.abs(value) <= 1.75).all()


@pytest.mark.parametrize("preset", CAMERA_PRESETS.values(), ids=CAMERA_PRESETS)
def test_a_preset_goes_as_far_at_any_frame_rate(preset) -> None:
    for channel in preset.curves:
        if channel.startswith("transform_center") or channel == "handheld":
            continue  # these say where and how much, not how far in each frame
        neutral = NEUTRAL.get(channel, 0.0)
        slow, fast = (values(preset, song(fps))[channel][1:].cumsum() for fps in (12, 60))
        times = np.arange(1, slow.size + 1)
        np.testing.assert_allclose((fast[4::5] - neutral * times * 5)[: slow.size], slow - neutral * times, atol=0.02)


@pytest.mark.parametrize("preset", CAMERA_PRESETS.values(), ids=CAMERA_PRESETS)
def test_tied_to_the_beat_a_steady_preset_surges_on_beats_and_goes_equally_far(preset) -> None:
    tied = on_beat(preset)
    assert tied.curves.keys() == preset.curves.keys()
    if preset.name not in ("slow_push", "pull_back", "pan_left", "pan_right", "spiral", "crane"):
        return
    for channel, value in values(tied, song(12)).items():
        change = np.abs(value - NEUTRAL.get(channel, 0.0))
        loose = np.abs(values(preset, song(12))[channel] - NEUTRAL.get(channel, 0.0))
        assert change.sum() == pytest.approx(loose.sum(), rel=0.02)
        on_beats, between = change[::6].sum(), change[3::6].sum()
        assert on_beats > 2 * loose[::6].sum()
        assert between < 0.01 * on_beats


def test_breathing_is_deeper_when_it_is_loud() -> None:
    quiet, loud = (np.ptp(values(CAMERA_PRESETS["breathe"], song(12, loud=level))["zoom"]) for level in (0.1, 0.9))
    assert loud > 5 * quiet


def test_the_drop_falls_on_the_downbeat() -> None:
    fall = values(CAMERA_PRESETS["drop"], song(12))["translation_y"]
    assert (np.argmin(fall.reshape(-1, 24), axis=1) <= 2).all()


def test_the_pendulum_swings_once_in_four_beats() -> None:
    swing = values(CAMERA_PRESETS["pendulum"], song(12))["angle"]
    assert np.allclose(swing[:24], swing[24:48])
    assert swing[:24].sum() == pytest.approx(0, abs=1e-9)


def test_names_are_the_labels_in_small_letters() -> None:
    assert all(name == preset.name == preset.label.lower().replace(" ", "_") for name, preset in CAMERA_PRESETS.items())
    assert {
        "static",
        "slow_push",
        "orbit",
        "flight",
        "handheld",
        "drop",
        "breathe",
        "pendulum",
    } <= CAMERA_PRESETS.keys()


def test_a_path_picture_shows_which_way_the_camera_goes() -> None:
    left, right = (path_picture([CameraMove(translation_x=x)] * 24) for x in (-6, 6))
    assert left.shape == (136, 240, 3)

    def red_column(picture: np.ndarray) -> float:
        return float(np.nonzero((picture[..., 0] > 200) & (picture[..., 2] < 90))[1].mean())

    assert red_column(left) < 110 < 130 < red_column(right)


def test_a_path_picture_of_no_moves_is_still_a_picture() -> None:
    assert path_picture([]).std() > 1


def test_the_axes_picture_has_the_size_asked_for() -> None:
    assert axes_picture((320, 180)).shape == (180, 320, 3)
