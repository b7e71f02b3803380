"""Parseq's rendered JSON, alone and inside a settings file."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from glance.errors import ProjectError
from glance.interop.deforum.reader import import_any, import_settings
from glance.interop.deforum.schedule import still_signals
from glance.interop.parseq import read_parseq
from glance.schedule.channels import clamp
from glance.schedule.curve import Key, evaluate
from glance.schedule.parse import parse_schedule
from glance.schedule.prompts import parse_prompts


def frame(number: int, **entries: Any) -> dict[str, Any]:
    return {"frame": number, "strength": 0.5 + number / 100, "deforum_prompt": "a --neg b"} | entries


def manifest(frames: list[dict[str, Any]], **options: Any) -> str:
    return json.dumps({"options": {"output_fps": 30, "cadence": 3} | options, "rendered_frames": frames})


def values(curves: dict[str, str], channel: str, n_frames: int) -> np.ndarray:
    return evaluate(parse_schedule(curves[channel], channel), still_signals(n_frames, 1))


def test_every_frame_has_parseqs_value() -> None:
    numbers = np.random.default_rng(2).normal(size=(3, 40))
    frames = [frame(i, angle=0, angle_delta=a, noise=abs(b), scale=c) for i, (a, b, c) in enumerate(numbers.T.tolist())]
    found = read_parseq(manifest(frames))
    np.testing.assert_allclose(values(found.curves, "angle", 40), numbers[0], atol=1e-9)
    np.testing.assert_allclose(values(found.curves, "noise", 40), np.abs(numbers[1]), atol=1e-9)
    np.testing.assert_allclose(values(found.curves, "cfg", 40), numbers[2], atol=1e-9)
    assert (found.n_frames, found.fps, found.cadence) == (40, 30, 3)


def test_motion_is_taken_from_frame_to_frame_unless_told_otherwise() -> None:
    text = manifest([frame(0, zoom=1.0, zoom_delta=1.0), frame(1, zoom=2.0, zoom_delta=1.5)])
    assert values(read_parseq(text).curves, "zoom", 2).tolist() == [1.0, 1.5]
    assert values(read_parseq(text, use_deltas=False).curves, "zoom", 2).tolist() == [1.0, 2.0]


def test_prompts_change_only_where_they_change() -> None:
    text = manifest([frame(0), frame(1), frame(2, deforum_prompt="c"), frame(3, deforum_prompt="c")])
    assert read_parseq(text).prompts == (("0", "a", "b"), ("2", "c", ""))


def test_a_seed_between_two_is_the_lower_one() -> None:
    found = read_parseq(manifest([frame(0, seed=5.0), frame(1, seed=5.9), frame(2, seed=6.0)]))
    assert clamp("seed", values(found.curves, "seed", 3)).tolist() == [5, 5, 6]


def test_what_has_no_counterpart_is_listed_once() -> None:
    found = read_parseq(manifest([frame(0, near=1, antiblur_kernel=5, zoom_pc=1, prompt_weight_1=1)]))
    assert [note for note in found.notes if "`near`" in note]
    assert [note for note in found.notes if "`antiblur_kernel`" in note]
    assert len(found.notes) == 2


def test_gaps_and_repeats_are_filled_and_noted() -> None:
    found = read_parseq(manifest([frame(4, strength=0.8), frame(0, strength=0.4), frame(4, strength=0.6)]))
    np.testing.assert_allclose(values(found.curves, "strength", 5), [0.4, 0.45, 0.5, 0.55, 0.6])
    assert "gaps" in found.notes[0]


@pytest.mark.parametrize("hole", [None, math.nan, math.inf, "half", "1e999", 10**400, True])
def test_a_value_that_is_no_number_is_filled_in_and_noted(hole: object) -> None:
    found = read_parseq(manifest([frame(0, strength=0.4), frame(1, strength=hole), frame(2, strength=0.8)]))
    np.testing.assert_allclose(values(found.curves, "strength", 3), [0.4, 0.6, 0.8])
    assert "`strength` is no number in frame 1" in found.notes[0]


def test_a_parameter_without_any_number_is_left_out_and_noted() -> None:
    found = read_parseq(manifest([frame(0, strength="a"), frame(1, strength="b")]))
    assert "strength" not in found.curves
    assert "`strength` is a number in no frame" in found.notes[0]


def test_a_manifest_alone_becomes_a_project() -> None:
    found = import_any(manifest([frame(0, seed=3), frame(1, seed=3, deforum_prompt="c")])).project
    assert parse_prompts(found.prompts).keys == (Key("0", "a --neg b"), Key("1", "c"))
    assert (found.output.fps, found.look.seed_behavior, found.curves["cadence"]) == ("30", "schedule", "0:(3)")


def test_a_manifest_in_a_settings_file_overrides_its_schedules() -> None:
    settings = {"animation_mode": "3D", "max_frames": 9, "fps": 10, "strength_schedule": "0:(0.9)", "zoom": "0:(2)"}
    settings |= {"diffusion_cadence": 5, "parseq_manifest": manifest([frame(0), frame(1)]), "prompts": {"0": "x"}}
    found = import_settings(json.dumps(settings)).project
    assert values(found.curves, "strength", 2).tolist() == [0.5, 0.51]
    assert found.curves["zoom"] == "0:(2)"
    assert (found.output.fps, found.curves["cadence"], found.scenes[0].prompt) == ("30", "0:(3)", "a")
    kept = import_settings(json.dumps(settings | {"parseq_non_schedule_overrides": False})).project
    assert (kept.output.fps, kept.curves["cadence"]) == ("10", "0:(5)")


def test_a_manifest_at_a_web_address_is_noted() -> None:
    found = import_settings(json.dumps({"max_frames": 3, "parseq_manifest": "https://x/y.json"}))
    assert any("web address" in note for note in found.notes)


def test_a_broken_manifest_in_a_settings_file_is_noted() -> None:
    found = import_settings(json.dumps({"max_frames": 3, "parseq_manifest": "{"}))
    assert any("`parseq_manifest` cannot be read" in note for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"rendered_frames": []}',
        '{"rendered_frames": [1]}',
        '{"rendered_frames": [{"frame": -1}]}',
    ],
)
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ProjectError, match="expected"):
        read_parseq(text)
