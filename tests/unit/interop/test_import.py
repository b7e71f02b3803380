"""Deforum settings files become projects, and say what they could not become."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from glance.errors import ProjectError
from glance.interop.deforum.camera import MOTIONS
from glance.interop.deforum.reader import Imported, import_any, import_settings
from glance.interop.deforum.schedule import still_signals
from glance.interop.deforum.settings import NO_COUNTERPART, READ, SCHEDULES, SWITCHED
from glance.project.files import parse_project, project_json
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import Key, evaluate, evaluate_text
from glance.schedule.parse import parse_schedule
from glance.schedule.prompts import parse_prompts

BASE: dict[str, Any] = {
    "W": 512,
    "H": 512,
    "seed": 7,
    "animation_mode": "2D",
    "max_frames": 20,
    "fps": 10,
    "prompts": {"0": "a house --neg fog", "10": "a ship"},
}


def imported(**changes: Any) -> Imported:
    return import_settings(json.dumps(BASE | changes, ensure_ascii=False))


def values(found: Imported, channel: str, n_frames: int = 20) -> list[float]:
    signals = still_signals(n_frames, found.project.seed)
    return evaluate(parse_schedule(found.project.curves[channel], channel), signals).tolist()


def says(found: Imported, *words: str) -> bool:
    return any(all(word in note for word in words) for note in found.notes)


def test_the_numbers_of_the_first_versions_are_read() -> None:
    found = imported(scale=9, fov=40.0, subseed=12, subseed_strength=0.3, seed_enable_extras=True)
    read = {channel: values(found, channel)[0] for channel in ("cfg", "fov", "subseed", "subseed_strength")}
    assert read == {"cfg": 9.0, "fov": 40.0, "subseed": 12.0, "subseed_strength": 0.3}
    assert says(found, "`scale`", "`cfg_scale_schedule`")
    assert values(imported(scale=9, cfg_scale_schedule="0:(4)"), "cfg")[0] == 4.0
    assert "subseed" not in imported(subseed=12, seed_enable_extras=False).project.curves


def test_what_is_imported_is_a_project_that_can_be_saved_and_read() -> None:
    project = imported(strength_schedule="0: (0.65), 10: (0.4)").project
    assert parse_project(project_json(project)) == project


def test_every_number_schedule_reaches_its_channel() -> None:
    schedules = {name: f"0:({0.1 * index + 0.1:.1f})" for index, name in enumerate(SCHEDULES)}
    found = imported(animation_mode="3D", use_depth_warping=False, **schedules)
    for name, channel in SCHEDULES.items():
        if channel not in MOTIONS:
            assert found.project.curves[channel] == schedules[name]
        else:
            # At a field of view below 1 and without depth, the pace of moves inwards is that of 1 degree.
            pace = 1 / math.tan(math.radians(0.5)) if channel in ("translation_z", "rotation_3d_z") else 1
            assert values(found, channel)[0] == pytest.approx(float(schedules[name][3:-1]) * pace)


def test_switched_schedules_count_only_when_their_switch_is_on() -> None:
    schedules = {name: "0: (3)" for name, (channel, _) in SWITCHED.items() if CHANNELS[channel].kind != "text"}
    off = imported(**schedules)
    on = imported(**schedules, **{switch: True for _, switch in SWITCHED.values()})
    for name in schedules:
        channel = SWITCHED[name][0]
        assert values(on, channel) == [3.0] * 20
        if channel == "steps":
            assert values(off, channel) == [25.0] * 20
        else:
            assert channel not in off.project.curves


def test_the_2d_sideways_move_changes_its_sign_and_the_3d_one_does_not() -> None:
    schedule = "0: (10), 10: (5*sin(t))"
    flat, deep = (imported(animation_mode=mode, translation_x=schedule) for mode in ("2D", "3D"))
    np.testing.assert_allclose(values(flat, "translation_x"), -np.array(values(deep, "translation_x")))
    assert values(deep, "translation_x")[0] == 10
    assert {scene.camera_mode for scene in flat.project.scenes} == {"2d"}
    assert {scene.camera_mode for scene in deep.project.scenes} == {"3d"}


def test_prompts_become_scenes_at_their_times() -> None:
    scenes = imported().project.scenes
    assert [(scene.start, scene.prompt, scene.negative) for scene in scenes] == [
        ("0", "a house", "fog"),
        ("10", "a ship", ""),
    ]
    assert {scene.transition for scene in scenes} == {"hold"}
    assert {scene.reactivity for scene in scenes} == {"none"}


def test_scenes_come_in_the_order_of_their_frames() -> None:
    found = imported(prompts={"15": "c", "0": "a", "5": "b"})
    assert [scene.prompt for scene in found.project.scenes] == ["a", "b", "c"]


def test_words_saved_by_the_tab_are_common_to_all_prompts() -> None:
    found = imported(animation_prompts_positive="ink, ", animation_prompts_negative="nsfw, --neg nude")
    assert found.project.look.prompt_prefix == "ink"
    assert found.project.look.negative.split() == ["nsfw,", "nude"]
    assert found.project.scenes[0].prompt == "a house"


MERGED = {"0": "ink a house --neg fog  nsfw, nude", "10": "ink a ship --neg nsfw, nude"}


def test_words_saved_by_a_run_are_taken_out_of_the_prompts_again() -> None:
    found = imported(prompts=MERGED, positive_prompts="ink", negative_prompts="nsfw, nude")
    assert [(scene.prompt, scene.negative) for scene in found.project.scenes] == [("a house", "fog"), ("a ship", "")]
    assert found.project.look.prompt_prefix == "ink"
    assert found.project.look.negative == "nsfw, nude"
    assert not says(found, "count once")


def test_words_put_in_twice_count_once_and_it_is_said() -> None:
    twice = {time: f"ink {text} nsfw, nude" for time, text in MERGED.items()}
    found = imported(prompts=twice, positive_prompts="ink", negative_prompts="nsfw, nude")
    assert [scene.prompt for scene in found.project.scenes] == ["a house", "a ship"]
    assert says(found, "2 times", "count once")


def test_prompts_changed_after_a_run_keep_their_words() -> None:
    found = imported(positive_prompts="ink", negative_prompts="nsfw")
    assert found.project.look.prompt_prefix == ""
    assert found.project.scenes[0].prompt == "a house"
    assert says(found, "positive_prompts", "were not added")


def test_the_tabs_own_entry_for_prompts_is_read() -> None:
    found = imported(prompts=None, animation_prompts='{"0": "a hill"}')
    assert found.project.scenes[0].prompt == "a hill"


@pytest.mark.parametrize(("prompts", "word"), [("a house", "no JSON"), (["a", "b"], "list of 2"), ({}, "no prompts")])
def test_prompts_of_an_odd_kind_are_noted(prompts: object, word: str) -> None:
    assert says(imported(prompts=prompts), word)


def test_a_prompt_at_a_time_that_is_none_is_left_out_with_a_note() -> None:
    found = imported(prompts={"0": "a", "soon": "b"})
    assert len(found.project.scenes) == 1
    assert says(found, "'soon'", "left out")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"flip_2d_perspective": True, "perspective_flip_phi": "0:(4)"}, "enable_perspective_flip"),
        ({"color_coherence": "Match Frame 0 HSV"}, "HSV"),
        ({"skip_video_for_run_all": True}, "skip_video_creation"),
        ({"hybrid_composite": True}, "Normal"),
        ({"optical_flow_cadence": True}, "DIS Fine"),
        ({"use_zoe_depth": True}, "Zoe"),
        ({"add_soundtrack": True, "soundtrack_path": "a.mp3"}, "File"),
    ],
)
def test_old_names_and_values_are_read_and_noted(old: dict[str, Any], new: str) -> None:
    found = imported(**old)
    assert says(found, next(iter(old)), new)


def test_old_entries_have_their_effect() -> None:
    assert values(imported(flip_2d_perspective=True, perspective_flip_phi="0:(4)"), "perspective_flip_phi")[0] == 4
    assert imported(color_coherence="Match Frame 0 HSV").project.look.color_space == "hsv"
    assert imported(optical_flow_cadence=True).project.look.flow
    assert imported(add_soundtrack=True, soundtrack_path="a.mp3").project.song.path == "a.mp3"


def test_an_audio_string_with_a_key_in_every_frame_comes_over_exactly() -> None:
    numbers = np.random.default_rng(1).uniform(0.2, 0.9, 500).round(4)
    text = ",".join(f"{frame}: ({number})" for frame, number in enumerate(numbers.tolist()))
    found = imported(max_frames=500, strength_schedule=text + ",")
    np.testing.assert_array_equal(values(found, "strength", 500), numbers)
    assert not says(found, "strength_schedule")


def test_keys_beyond_the_end_are_held_as_deforum_holds_them_and_noted() -> None:
    found = imported(zoom="0: (1), 15: (2), 30: (9), -4: (5)")
    assert values(found, "zoom")[15:] == [2.0] * 5
    assert says(found, "`zoom`", "outside its 20 frames")
    assert values(found, "zoom", 40)[30] == 9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5: (1)", "no key at frame 0"),
        ("0: (sni(t))", "did you mean `sin`"),
        ("0: (1/t)", "no finite value in some frames"),
        ("0: (0/0)", "no finite value in any frame"),
        ("0: (1", "never closed"),
        ("0: (50)", "held within"),
    ],
)
def test_a_schedule_that_stops_deforum_or_leaves_its_range_is_noted(text: str, words: str) -> None:
    assert says(imported(zoom=text), "`zoom`", words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:(sin(t)/t)", {0: math.sin(1), 1: math.sin(1), 5: math.sin(5) / 5}),
        ("0:(1), 4:(log(t - 5)), 9:(8)", {0: 1.0, 3: 0.5, 4: 1 / 3, 5: 1 / 6, 6: 0.0, 8: math.log(3), 9: 8.0}),
        ("0:(2*sqrt(15 - t))", {15: 0.0, 16: 0.0, 19: 0.0}),
        ("0:(1/(t - 3))", {2: -1.0, 3: 0.0, 4: 1.0}),
    ],
)
def test_frames_without_a_value_are_filled_in_from_their_neighbors(text: str, expected: dict[int, float]) -> None:
    found = imported(angle=text)
    curve = values(found, "angle")
    assert {frame: curve[frame] for frame in expected} == pytest.approx(expected)
    assert says(found, "`angle`", "filled in from their neighbours")


def test_nothing_without_a_counterpart_is_dropped_in_silence() -> None:
    switches = {"r_upscale_video": True, "frame_interpolation_engine": "FILM", "use_mask": True, "use_init": True}
    switches |= {"use_mask_video": True, "hybrid_composite": "Normal", "hybrid_motion": "Affine", "use_looper": True}
    switches |= {"hybrid_flow_consistency": True, "use_noise_mask": True, "enable_ddim_eta_scheduling": True}
    switches |= {"enable_ancestral_eta_scheduling": True, "optical_flow_redo_generation": "RAFT"}
    switches |= {"optical_flow_cadence": "RAFT", "init_images": "{}", "enable_noise_multiplier_scheduling": "yes"}
    strange = dict.fromkeys(NO_COUNTERPART, "something else") | switches | {"shake_name": "INVESTIGATION"}
    found = imported(**strange)
    for name in {*NO_COUNTERPART, "shake_name"}:
        assert says(found, f"`{name}`"), name


def test_every_entry_is_either_read_or_listed_once() -> None:
    groups = [set(READ), set(SCHEDULES), set(SWITCHED), set(NO_COUNTERPART)]
    assert sum(map(len, groups)) == len(set().union(*groups))


def test_defaults_spelt_differently_are_only_counted() -> None:
    found = imported(near_schedule="0:(200.0)", kernel_schedule="0: (5)", tiling=False, r_upscale_factor="x4")
    assert says(found, "4 more entries")


def test_a_control_net_unit_is_noted_when_it_is_on() -> None:
    found = imported(cn_1_enabled=False, cn_1_model="a", cn_2_enabled=True, cn_2_model="depth [x]", cn_2_weight="0:(1)")
    assert says(found, "unit 2", "depth [x]")
    assert not says(found, "unit 1")


def test_look_and_output_come_over() -> None:
    found = imported(
        W=520,
        H=301,
        fps=29.97,
        border="wrap",
        noise_type="uniform",
        seed_behavior="ladder",
        seed_iter_N=3,
        use_init=True,
        init_image="a.png",
        use_mask=True,
        mask_file="m.png",
        invert_mask=True,
        mask_overlay_blur=9,
        batch_name="My song_{timestring}",
        diffusion_cadence="4",
        color_coherence="None",
    )
    project, look = found.project, found.project.look
    assert (project.output.width, project.output.height, project.output.fps) == (520, 304, "29.97")
    assert says(found, "`H` = 301")
    assert (look.border, look.noise_type, look.seed_behavior, look.seed_every) == ("wrap", "uniform", "ladder", 3)
    assert (look.start_image, look.mask, look.mask_invert, look.mask_feather_px) == ("a.png", "m.png", True, 9.0)
    assert (look.color_space, project.title, project.seed) == ("none", "My song", 7)
    assert values(found, "cadence") == [4.0] * 20


def test_the_3d_edge_is_the_padding_mode() -> None:
    assert imported(animation_mode="3D", padding_mode="reflection").project.look.border == "reflect"
    assert says(imported(animation_mode="3D", padding_mode="zeros"), "padding_mode", "zeros")


def test_a_random_seed_becomes_a_fixed_one_and_it_is_said() -> None:
    assert says(imported(seed=-1), "seed 1 instead")


def test_a_seed_schedule_counts_when_seeds_are_scheduled() -> None:
    schedule = '0:(s), 1:(-1), "max_f-2":(-1), "max_f-1":(s)'
    assert values(imported(seed_behavior="schedule", seed_schedule=schedule), "seed") == [7, *[-1.0] * 17, 7, 7]
    assert "seed" not in imported(seed_schedule=schedule).project.curves


def test_names_of_samplers_and_models_are_kept() -> None:
    found = imported(
        sampler="DPM++ SDE Karras",
        enable_checkpoint_scheduling=True,
        checkpoint_schedule='0: ("a.ckpt"), 10: ("b.safetensors")',
    )
    curves, signals = found.project.curves, still_signals(20, 7)
    assert set(evaluate_text(parse_schedule(curves["sampler"], "sampler"), signals)) == {"DPM++ SDE Karras"}
    assert evaluate_text(parse_schedule(curves["checkpoint"], "checkpoint"), signals)[9:11] == (
        "a.ckpt",
        "b.safetensors",
    )


def test_an_old_samplers_number_is_noted() -> None:
    assert says(imported(sampler=4), "`sampler` = 4")


def test_interpolation_mode_fades_prompts_and_draws_every_frame_anew() -> None:
    found = imported(animation_mode="Interpolation", strength_schedule="0:(0.8)")
    assert values(found, "strength") == [0.0] * 20
    assert values(found, "cadence") == [1.0] * 20
    assert parse_prompts(found.project.prompts).keys == (Key("0", "a house --neg fog"), Key("10", "a ship"))
    assert found.project.prompts_blend == "fade"
    assert says(found, "Interpolation")


def test_prompts_at_formulas_stay_prompts_with_keys() -> None:
    prompts = {"0": "a house --neg fog", "max_f/2": "a ship", '"max_f-1"': "a (sea:`t/max_f`)"}
    found = imported(prompts=prompts)
    assert [key.time for key in parse_prompts(found.project.prompts).keys] == ["0", "max_f/2", "max_f-1"]
    assert (len(found.project.scenes), found.project.prompts_blend) == (1, "hold")


def test_video_input_is_noted() -> None:
    assert says(imported(animation_mode="Video Input"), "Video Input", "no counterpart")


@pytest.mark.parametrize(
    ("changes", "path", "words"),
    [
        ({"add_soundtrack": "File", "soundtrack_path": "a.mp3"}, "a.mp3", ()),
        ({"add_soundtrack": "Init Video", "video_init_path": "v.mp4"}, "v.mp4", ()),
        ({"add_soundtrack": "None", "soundtrack_path": "a.mp3"}, "", ("no soundtrack",)),
        ({"add_soundtrack": "File", "soundtrack_path": "https://x/a.mp3"}, "https://x/a.mp3", ("web address",)),
    ],
)
def test_the_soundtrack_is_the_song(changes: dict[str, Any], path: str, words: tuple[str, ...]) -> None:
    found = imported(**changes)
    assert found.project.song.path == path
    assert not words or says(found, *words)


def test_a_song_given_by_hand_comes_first() -> None:
    assert import_settings(json.dumps(BASE), "mine.wav").project.song.path == "mine.wav"


@pytest.mark.parametrize("wrapped", [{"deforum_settings": BASE}, {"input": {"id": 3, "settings": BASE}}])
def test_a_request_to_a_web_interface_is_read_like_a_file(wrapped: dict[str, Any]) -> None:
    assert import_any(json.dumps(wrapped)).project.scenes[1].prompt == "a ship"


def test_a_second_colon_in_a_key_ends_it_as_in_deforum_and_it_is_said() -> None:
    found = imported(zoom="0: 2: (3*t), 10: (4)")
    assert values(found, "zoom")[::10] == [2, 4]
    assert says(found, "`zoom`", "second colon")


@pytest.mark.parametrize(
    ("text", "at_five"),
    [("0:(1e-3), 10:(1)", 0.001), ("0:( 1 ), 10:(3)", 1), ("0:(1.), 10:(3)", 1), ("0:(1), 10:(3)", 2)],
)
def test_numbers_that_deforum_takes_for_formulas_hold_as_there(text: str, at_five: float) -> None:
    assert values(imported(zoom=text), "zoom")[5] == pytest.approx(at_five)


def test_other_names_for_size_and_sampler_are_read() -> None:
    text = json.dumps({"max_frames": 3, "width": 640, "height": 384, "sampler_name": "DDIM"})
    project = import_any(text).project
    assert (project.output.width, project.output.height) == (640, 384)
    assert project.curves["sampler"] == '0:("DDIM")'


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert import_any("\ufeff" + json.dumps(BASE)).project.seed == 7


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"a": 1}', "null", '{"deforum_settings": 3}', "[" * 100_000])
def test_what_is_no_settings_file_is_refused(text: str) -> None:
    with pytest.raises(ProjectError, match=r"expected|none of Deforum"):
        import_any(text)


@pytest.mark.parametrize("name", ["max_frames", "W", "fps", "seed", "diffusion_cadence", "mask_overlay_blur"])
@pytest.mark.parametrize("value", ["lots", None, [], {}, -5, 1e400])
def test_entries_of_the_wrong_kind_are_noted_and_never_break_the_import(name: str, value: object) -> None:
    project = imported(**{name: value}).project
    assert parse_project(project_json(project)) == project


def test_3d_moves_up_and_down_follow_the_pictures_shape() -> None:
    schedules = dict.fromkeys(("translation_x", "translation_y", "rotation_3d_x", "rotation_3d_y"), "0:(10), 5:(t)")
    found = imported(animation_mode="3D", W=512, H=256, aspect_ratio_schedule="0:(2)", **schedules)
    for name in schedules:
        assert values(found, name)[:6:5] == [5.0, 2.5], name
    flat = imported(W=512, H=256, **schedules)
    assert values(flat, "translation_y")[0] == 10


def test_a_negative_field_of_view_turns_the_moves_around() -> None:
    found = imported(animation_mode="3D", fov_schedule="0:(-70)", translation_z="0:(2)", rotation_3d_y="0:(t)")
    assert values(found, "fov")[0] == 70
    assert values(found, "translation_z")[0] == pytest.approx(-2 * math.log(2) / math.tan(math.radians(35)))
    assert values(found, "rotation_3d_y")[3] == -3
    assert says(found, "negative field of view")


def test_an_aspect_ratio_that_changes_is_noted() -> None:
    assert says(imported(animation_mode="3D", aspect_ratio_schedule="0:(1), 9:(2)"), "aspect_ratio_schedule")
