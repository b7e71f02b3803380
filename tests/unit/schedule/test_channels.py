"""The table of channels."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from glance.camera.move import CameraMove
from glance.effects.registry import PARAMETERS
from glance.schedule.channels import CHANNELS, clamp

WANTED = [
    "strength",
    "cfg",
    "steps",
    "seed",
    "subseed",
    "subseed_strength",
    "sampler",
    "scheduler",
    "checkpoint",
    "vae",
    "clip_skip",
    "noise",
    "contrast",
    "sharpen",
    "zoom",
    "angle",
    "translation_x",
    "translation_y",
    "translation_z",
    "rotation_3d_x",
    "rotation_3d_y",
    "rotation_3d_z",
    "perspective_flip_theta",
    "perspective_flip_phi",
    "perspective_flip_gamma",
    "perspective_flip_fv",
    "fov",
    "handheld",
    "transform_center_x",
    "transform_center_y",
    "cadence",
    "colour",
    "prompt_weight",
    "guide_strength",
    "noise_fresh",
]


def test_the_table_has_every_channel_under_its_own_name() -> None:
    assert sorted(CHANNELS) == sorted([*WANTED, *PARAMETERS])
    assert all(CHANNELS[name].name == name for name in CHANNELS)


@pytest.mark.parametrize("name", WANTED)
def test_each_channel_is_described_and_its_default_lies_within_its_range(name: str) -> None:
    channel = CHANNELS[name]
    assert channel.group
    assert channel.help.endswith(".")
    if channel.kind == "text":
        assert channel.default == ""
        return
    assert isinstance(channel.default, (int, float))
    assert channel.low < channel.high
    assert math.isfinite(channel.low)
    assert channel.low <= channel.default <= channel.high


def test_the_cameras_defaults_stand_still() -> None:
    still = {field.name.removesuffix("_deg"): field.default for field in dataclasses.fields(CameraMove)}
    renamed = {"transform_center_x": "center_x", "transform_center_y": "center_y"}
    for name, channel in CHANNELS.items():
        if channel.group.startswith("camera") or channel.group == "perspective":
            assert channel.default == still[renamed.get(name, name)], name


def test_values_outside_are_moved_to_the_nearer_end() -> None:
    assert clamp("strength", np.array([-1, 0.5, 7])).tolist() == [0, 0.5, 1]


def test_whole_number_channels_are_rounded_down() -> None:
    assert clamp("steps", np.array([24.99, 0.2, 900])).tolist() == [24, 1, 200]
    assert clamp("seed", np.array([-0.5, 3.7])).tolist() == [-1, 3]


def test_an_unknown_channel_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        clamp("zom", np.zeros(1))
