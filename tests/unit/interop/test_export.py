"""Projects become Deforum settings files that read back as they were."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import numpy as np
import pytest

from glance.interop.deforum.export import Exported, export_settings
from glance.interop.deforum.reader import import_settings
from glance.interop.deforum.settings import NO_COUNTERPART, READ, SCHEDULES, SWITCHED
from glance.project.channel_values import evaluate_channels, signals_of
from glance.project.model import Guide, Look, Output, Project, Reaction, Scene, Song
from glance.project.scenes import lay_out
from glance.schedule.reactions import AmplitudeMap
from glance.story.styles import load_styles
from tests.conftest import heard

STYLES = load_styles()
ANALYSIS = heard()
PLAIN = Project(
    song=Song(path="song.wav"),
    seed=3,
    scenes=(Scene(prompt="a house", negative="fog"), Scene(start="2bar", prompt="a ship", transition="hold")),
    curves={"strength": "0:(0.7), 30:(0.7+0.1*sin(t/20)), max_f-1:(0.5)", "zoom": "0:(1), 1e1:(1.1)"},
    look=Look(negative_sets=(), border="wrap", cadence_hits=False),
    output=Output(width=512, height=288, fps="12"),
)


def exported(**changes: Any) -> Exported:
    return export_settings(msgspec.structs.replace(PLAIN, **changes), ANALYSIS, STYLES)


def values_of(project: Project) -> dict[str, np.ndarray]:
    signals = signals_of(project, ANALYSIS)
    return evaluate_channels(project, signals, lay_out(project, signals))


LIVELY = {
    "scenes": (
        Scene(prompt="a house", camera="slow_push", reactivity="high"),
        Scene(start="2bar", prompt="a ship", camera="slow_push", reactivity="low"),
    ),
    "curves": {
        "strength": "0:(0.8, ease_in_out_sine), 4bar:(0.5)",
        "translation_x": "0:(2*low), 3s:(-1)",
        "steps": "0:(20), 50:(30)",
        "perspective_flip_phi": "0:(0), 60:(12)",
    },
    "reactions": (Reaction(channel="noise", map=AmplitudeMap("kick", 0.05, 0.3)),),
}


@pytest.mark.parametrize("mode", ["2d", "3d"])
def test_what_is_exported_reads_back_with_the_same_values(mode: str) -> None:
    scenes = tuple(msgspec.structs.replace(scene, camera_mode=mode) for scene in LIVELY["scenes"])  # type: ignore[arg-type]
    project = msgspec.structs.replace(PLAIN, **LIVELY | {"scenes": scenes})
    back = import_settings(export_settings(project, ANALYSIS, STYLES).text).project
    before, after = values_of(project), values_of(back)
    for channel in set(SCHEDULES.values()) | {"steps", "perspective_flip_phi", "subseed", "clip_skip"}:
        if channel == "clip_skip":
            continue
        np.testing.assert_allclose(after[channel], before[channel], rtol=0, atol=1e-9, err_msg=channel)


def test_a_text_that_deforum_reads_is_written_as_it_stands() -> None:
    settings = json.loads(exported().text)
    assert settings["strength_schedule"] == '0:(0.7), 30:(0.7+0.1*sin(t/20)), "max_f-1":(0.5)'
    assert settings["zoom"] == "0:(1), 10:(1.1)"


@pytest.mark.parametrize(
    "text",
    [
        "0:(low)",
        "0:(0.5, hold), 9:(0.6)",
        "0:(min(t, 1))",
        "1s:(0.5)",
        "2bar:(0.3), 0:(0.5)",
        "0:(0), 999:(1)",
        "5:(1)",
    ],
)
def test_what_deforum_would_misread_is_written_as_numbers(text: str) -> None:
    written = json.loads(exported(curves={"strength": text}).text)["strength_schedule"]
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(written)
    project = msgspec.structs.replace(PLAIN, curves={"strength": text})
    back = import_settings(json.dumps(json.loads(exported(curves={"strength": text}).text))).project
    np.testing.assert_allclose(values_of(back)["strength"], values_of(project)["strength"], atol=1e-9)


def test_scenes_become_prompts_at_their_frames_with_their_words() -> None:
    settings = json.loads(exported(look=Look(prompt_prefix="ink", negative="blur", negative_sets=())).text)
    assert settings["prompts"] == {"0": "ink, a house --neg fog, blur", "48": "ink, a ship --neg blur"}
    assert settings["animation_prompts_positive"] == settings["animation_prompts_negative"] == ""


def test_the_file_has_only_entries_that_deforum_knows() -> None:
    known = {*READ, *SCHEDULES, *SWITCHED, *NO_COUNTERPART}
    assert set(json.loads(exported().text)) <= known


def test_the_plain_entries_come_back() -> None:
    project = msgspec.structs.replace(
        PLAIN,
        title="My song",
        look=Look(
            negative_sets=(),
            color_space="hsv",
            noise_type="uniform",
            border="wrap",
            color_reference="first",
            cadence_hits=False,
            flow=False,
            seed_behavior="ladder",
            mask="m.png",
            mask_invert=True,
            start_image="a.png",
        ),
        curves={"cadence": "0:(3)", "colour": "0:(1)", "sampler": "Euler a"},
    )
    back = import_settings(export_settings(project, ANALYSIS, STYLES).text).project
    assert back.look == project.look
    assert back.output == project.output
    assert (back.title, back.seed, back.song.path) == ("My song", 3, "song.wav")
    assert values_of(back)["cadence"].tolist() == [3.0] * len(values_of(back)["cadence"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"look": Look(guides=(Guide(at="1s", picture="a.png"),))}, "pinned pictures"),
        ({"look": Look(noise_type="gaussian")}, "gaussian"),
        ({"look": Look(border="outpaint")}, "outpaint"),
        ({"look": Look(palette=("#ff0000",))}, "palette"),
        ({"scenes": (Scene(), Scene(start="2s", transition="cut"))}, "transition"),
        ({"curves": {"colour": "0:(0.5)"}}, "`colour`"),
        ({"scenes": (Scene(), Scene(start="2s"))}, "the colours of all scenes"),
        ({"curves": {"cadence": "0:(1), 50:(4)"}}, "one cadence"),
        ({"curves": {"vae": "sharp.pt"}}, "`vae`"),
        ({"scenes": (Scene(camera_mode="2d"), Scene(start="9s", camera_mode="3d"))}, "one camera mode"),
        ({"curves": {"sampler": '0:("a, b"), 5:(c)'}}, "misreads"),
    ],
)
def test_what_deforum_has_no_words_for_is_noted(changes: dict[str, Any], words: str) -> None:
    assert any(words in note for note in exported(**changes).notes)


def test_names_that_change_are_scheduled() -> None:
    settings = json.loads(exported(curves={"checkpoint": "0:(a.ckpt), 5:(b.ckpt)", "scheduler": "Karras"}).text)
    assert settings["checkpoint_schedule"] == '0: ("a.ckpt"), 5: ("b.ckpt")'
    assert settings["enable_checkpoint_scheduling"] is True
    assert settings["scheduler"] == "Karras"
