"""Guided images of Deforum and our pinned pictures, there and back."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from glance.interop.deforum.export import export_settings
from glance.interop.deforum.reader import Imported, import_settings
from glance.interop.deforum.schedule import still_signals
from glance.project.channel_values import evaluate_channels, signals_of
from glance.project.guides import LEAST_PULL, guide_weights
from glance.project.model import Guide, Look, Output, Project, Song
from glance.project.scenes import lay_out
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from tests.conftest import heard

PICTURES = json.dumps({"0": "a.png", "max_f/2": "b.png", "max_f-5": "c.png"})
BASE = {"W": 512, "H": 512, "seed": 7, "animation_mode": "2D", "max_frames": 20, "fps": 10, "prompts": {"0": "a"}}


def imported(**changes: Any) -> Imported:
    return import_settings(json.dumps(BASE | changes))


def values(found: Imported, channel: str) -> list[float]:
    signals = still_signals(20, found.project.seed)
    return evaluate(parse_schedule(found.project.curves[channel], channel), signals).tolist()


def strongest(project: Project) -> list[tuple[float, str]]:
    """Return the pull and the picture of every frame of the song."""
    signals = signals_of(project, heard())
    scale = evaluate_channels(project, signals, lay_out(project, signals))["guide_strength"]
    amounts = guide_weights(project.look.guides, signals, scale)
    pictures = [project.look.guides[index].picture for index in amounts.argmax(axis=0).tolist()]
    return [(pull, name) for pull, name in zip(amounts.max(axis=0).tolist(), pictures, strict=True)]


def test_guided_pictures_are_pinned_where_deforum_pins_them() -> None:
    found = imported(use_looper=True, init_images=PICTURES, image_strength_schedule="0:(0.7)")
    assert [(guide.at, guide.picture, guide.shape) for guide in found.project.look.guides] == [
        ("0", "a.png", "hold"),
        ("max_f/2", "b.png", "hold"),
        ("max_f-5", "c.png", "hold"),
    ]
    assert values(found, "strength")[0] == 0.7
    assert found.project.look.start_image == "a.png"


@pytest.mark.parametrize("tween", [20, 4, 7.5])
def test_guided_pictures_pull_as_hard_in_every_frame_as_deforum_blends_them(tween: float) -> None:
    blending = {"blendFactorMax": "0:(0.3), 19:(0.6)", "tweening_frames_schedule": f"0:({tween})"}
    found = imported(use_looper=True, init_images=PICTURES, **blending)
    signals = still_signals(20, 7)
    amounts = guide_weights(found.project.look.guides, signals, np.array(values(found, "guide_strength")))
    for frame in range(20):
        gap = 9 if frame < 9 else 5 if frame <= 14 else 25
        # Frame 9 ends the first gap and begins the second one, which counts.
        share = 0.3 + 0.3 * frame / 19 - 0.25 * math.cos((frame % tween) / (tween / 2))
        expected = share if frame % gap <= tween else 0.07
        assert amounts[:, frame].max() == pytest.approx(expected, abs=1e-9), frame
        assert (
            found.project.look.guides[int(amounts[:, frame].argmax())].picture
            == "abc"[(frame >= 9) + (frame >= 14)] + ".png"
        )


def test_pictures_at_web_addresses_are_to_be_downloaded() -> None:
    found = imported(use_looper=True, init_images='{"0": "https://a.b/c.png", "9": "https://a.b/c.png"}')
    assert len([note for note in found.notes if "https://a.b/c.png" in note and "download it" in note]) == 1
    found = imported(use_init=True, init_image="http://a.b/d.png", use_mask=True, mask_file="http://a.b/e.png")
    assert len([note for note in found.notes if "download it" in note]) == 2


@pytest.mark.parametrize("pictures", ["", "{", '{"0": 3}', '{"soon": "a.png"}', "{}"])
def test_pictures_that_cannot_be_read_leave_no_guides(pictures: str) -> None:
    assert imported(use_looper=True, init_images=pictures).project.look.guides == ()


@pytest.mark.parametrize(
    "guides",
    [
        (Guide(at="1s", picture="a.png"), Guide(at="2bar", picture="b.png", amount=0.8, reach_s=3.0)),
        (Guide(at="0", picture="a.png", shape="hold"), Guide(at="5s", picture="b.png", amount=0.3, shape="hold")),
        (Guide(at="12s", picture="a.png", amount=0.2), Guide(at="3s", picture="b.png", shape="hold", amount=0.4)),
    ],
)
def test_pinned_pictures_pull_alike_after_the_way_to_deforum_and_back(guides: tuple[Guide, ...]) -> None:
    look = Look(guides=guides, negative_sets=(), start_image=guides[0].picture)
    curves = {"strength": "0:(0.6), 50:(0.4)", "guide_strength": "0:(1), 8s:(0.5)"}
    project = Project(song=Song(path="song.wav"), look=look, curves=curves, output=Output(width=512, fps="12"))
    text = export_settings(project, heard(), {}).text
    back = import_settings(text).project
    for frame, ((pull, name), (again, same)) in enumerate(zip(strongest(project), strongest(back), strict=True)):
        assert again == pytest.approx(pull, abs=1e-6), frame
        assert name == same or pull <= LEAST_PULL, frame
    assert import_settings(export_settings(back, heard(), {}).text).project.curves == back.curves
    assert json.loads(text)["image_strength_schedule"].startswith("0:(0.6)")


@pytest.mark.parametrize(
    ("behavior", "seeds"),
    [("iter", [7, 7, 8, 8]), ("fixed", [7, 7, 7, 7]), ("ladder", [7, 9, 8, 10]), ("random", [-1, -1, -1, -1])],
)
def test_seeds_are_scheduled_because_guided_images_want_it(behavior: str, seeds: list[int]) -> None:
    look = Look(guides=(Guide(at="1s", picture="a.png"),), seed_behavior=behavior, seed_every=2)  # type: ignore[arg-type]
    project = Project(song=Song(path="song.wav"), seed=7, look=look, curves={"cadence": "3"})
    settings = json.loads(export_settings(project, heard(), {}).text)
    assert settings["seed_behavior"] == "schedule"
    drawn = evaluate(parse_schedule(settings["seed_schedule"], "seed"), still_signals(24, 7))[::3]
    assert drawn[:4].tolist() == seeds


def test_without_pinned_pictures_nothing_is_said_of_them() -> None:
    settings = json.loads(export_settings(Project(song=Song(path="song.wav")), heard(), {}).text)
    assert "use_looper" not in settings
