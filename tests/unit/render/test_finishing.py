"""Effects on the way into the video: nothing is drawn again, what is written is the same each time, and none waits."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import numpy as np
import pytest

from glance.audio.types import SongAnalysis
from glance.errors import RunError, VideoError
from glance.frames import Frame
from glance.project.compile import compile_plan, crop_plan
from glance.project.effect_choice import with_finish_of
from glance.project.model import EffectUse, Output, Project, Scene, Song
from glance.project.plan import RenderPlan, common_decisions
from glance.render.backend import fingerprint
from glance.render.events import FlashesMeasured
from glance.render.finishing import Finisher, FinishingLine
from glance.render.job import Destination, make_video
from tests.conftest import heard
from tests.support.quick_backend import QuickBackend

OUTPUT = Output(width=128, height=72, fps="12")


def project(*effects: str, curves: dict[str, str] | None = None, song: str = "song.wav", **changes: object) -> Project:
    made = Project(
        song=Song(path=song),
        scenes=(Scene(prompt="a house"), Scene(start="8s", prompt="a sea")),
        effects=tuple(EffectUse(effect=name) for name in effects),
        curves=curves or {},
        output=OUTPUT,
    )
    return msgspec.structs.replace(made, **changes)


def plan_of(made: Project, analysis: SongAnalysis | None = None) -> RenderPlan:
    return compile_plan(made, analysis or heard())


def frame_of(index: int) -> Frame:
    return np.random.default_rng(index).integers(0, 256, (72, 128, 3), dtype=np.uint8)


def finished(plan: RenderPlan, index: int) -> Frame:
    finisher = Finisher(plan, frame_of)
    return finisher.finished(index, finisher.plain(index, frame_of(index)))


def test_a_project_without_effects_has_the_plan_and_the_pixels_that_it_had() -> None:
    plan = plan_of(project())
    assert plan.effects is None
    frame = frame_of(3)
    assert Finisher(plan, frame_of).finished(3, frame) is frame
    bypassed = project("bloom", "mirror")
    bypassed = msgspec.structs.replace(
        bypassed, effects=tuple(msgspec.structs.replace(use, bypass=True) for use in bypassed.effects)
    )
    assert plan_of(bypassed).digest(common_decisions) == plan.digest(common_decisions)


def test_effects_on_finished_frames_are_no_part_of_the_fingerprint_and_effects_in_the_loop_are() -> None:
    backend = QuickBackend()
    plain = fingerprint(plan_of(project()), backend)
    assert fingerprint(plan_of(project("bloom", "grain", "stutter", curves={"stutter": "1"})), backend) == plain
    assert fingerprint(plan_of(project("mirror")), backend) != plain
    assert fingerprint(plan_of(project("mirror", curves={"mirror": "0"})), backend) == plain


def test_scenes_say_how_far_an_effect_works_in_them() -> None:
    made = project("pixelate", curves={"pixelate": "0.1"})
    scenes = (made.scenes[0], msgspec.structs.replace(made.scenes[1], effects={"pixelate": 0.0}))
    plan = plan_of(msgspec.structs.replace(made, scenes=scenes))
    assert not np.array_equal(finished(plan, 10), frame_of(10))
    assert np.array_equal(finished(plan, 120), frame_of(120))
    half = plan_of(msgspec.structs.replace(made, effects=(EffectUse(effect="pixelate", amount=0.5),)))
    assert half.effects is not None
    assert half.effects.after[0].columns["pixelate"][0] == pytest.approx(0.05)


def test_the_order_of_the_list_is_the_order_of_work() -> None:
    curves = {"saturation": "0", "posterize": "1"}
    orders = ("saturation", "posterize"), ("posterize", "saturation")
    one, other = (plan_of(project(*names, curves=curves)) for names in orders)
    assert not np.array_equal(finished(one, 5), finished(other, 5))


def test_a_mask_keeps_an_effect_to_its_place() -> None:
    made = project("exposure", curves={"exposure": "2"})
    bright = msgspec.structs.replace(made, effects=(EffectUse(effect="exposure", mask="bright"),))
    frame = np.full((72, 128, 3), 20, np.uint8)
    frame[:, 64:] = 200
    finisher = Finisher(plan_of(bright), frame_of)
    out = finisher.finished(5, frame)
    assert np.array_equal(out[:, :50], frame[:, :50])
    assert out[:, 90:].min() > 230


def test_solo_leaves_the_others_out() -> None:
    plan = plan_of(project("exposure", "saturation", curves={"exposure": "1", "saturation": "0"}))
    alone = Finisher(plan, frame_of, solo="saturation").finished(5, frame_of(5))
    assert np.array_equal(alone, finished(plan_of(project("saturation", curves={"saturation": "0"})), 5))


def test_effects_of_time_show_earlier_frames_and_a_part_never_one_in_front_of_it() -> None:
    curves = {"freeze": "0:(0, hold), 2s:(1, hold), 3s:(0, hold)", "freeze_beats": "0"}
    plan = plan_of(project("freeze", curves=curves))
    assert np.array_equal(finished(plan, 30), frame_of(24))
    assert np.array_equal(finished(plan, 36), frame_of(36))
    part = crop_plan(plan, 2.5, 4.0)
    assert part.frames[0].index == 30
    assert np.array_equal(finished(part, 33), frame_of(30))


def run(made: Project, folder: Path, name: str, **options: object) -> tuple[bytes, QuickBackend, list[object]]:
    backend, events = QuickBackend(), []
    destination = Destination(folder / name, folder / "run", **options)
    plan = crop_plan(plan_of(made, heard(4.0)), 0.0, 2.0)
    video = make_video(made, plan, [backend], destination, on_event=events.append)
    assert video is not None
    return video.path.read_bytes(), backend, events


def test_another_effect_makes_another_video_of_the_same_frames_and_twice_the_same_one(
    tmp_path: Path, song: Path
) -> None:
    plain = project(song=str(song))
    before, backend, _ = run(plain, tmp_path, "a.mp4")
    assert backend.requests
    curves = {"grain": "0.5", "stutter": "1", "stutter_beats": "0.5"}
    lively = project("grain", "stutter", "bloom", curves=curves, song=str(song))
    after, backend, _ = run(lively, tmp_path, "b.mp4", resume=True)
    assert backend.requests == []
    assert after != before
    again, backend, _ = run(lively, tmp_path, "c.mp4", resume=True)
    assert again == after
    enlarged = msgspec.structs.replace(OUTPUT, upscaler="Lanczos", upscale=2.0)
    assert plan_of(msgspec.structs.replace(lively, output=enlarged)).effects.lines == 144  # type: ignore[union-attr]


def test_a_run_that_was_stopped_goes_on_to_the_same_video(tmp_path: Path, song: Path) -> None:
    curves = {"echo": "0.9", "chroma_shift": "0.02", "flash": "0:(0.7*(floor(t)%2))"}
    made = project("echo", "chroma_shift", "flash", "grain", curves=curves, song=str(song))
    whole, _, events = run(made, tmp_path / "whole", "a.mp4")
    stopped = tmp_path / "stopped"
    plan = crop_plan(plan_of(made, heard(4.0)), 0.0, 2.0)
    seen: list[object] = []
    first = make_video(
        made,
        plan,
        [QuickBackend()],
        Destination(stopped / "a.mp4", stopped / "run"),
        on_event=seen.append,
        should_stop=lambda: len(seen) > 9,
    )
    assert first is None
    parted, backend, _ = run(made, stopped, "a.mp4", resume=True)
    assert 0 < len(backend.requests) < 24
    assert parted == whole
    (measured,) = (event for event in events if isinstance(event, FlashesMeasured))
    assert measured.report.limited
    assert measured.report.spans == ()


class SlowWriter:
    """Takes frames only once it is let."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.frames: list[Frame] = []

    def write(self, frame: Frame) -> None:
        assert self.may.wait(20)
        self.frames.append(frame)


def test_drawing_goes_on_while_the_encoder_is_busy_and_all_frames_arrive_in_order() -> None:
    plan, writer = plan_of(project()), SlowWriter()
    with FinishingLine(plan, Finisher(plan, frame_of), writer) as line:
        for index in range(4):
            line.write(index, frame_of(index))
        assert writer.frames == []
        writer.may.set()
        for index in range(4, 20):
            line.write(index, frame_of(index))
    assert len(writer.frames) == 20
    assert all(np.array_equal(frame, frame_of(index)) for index, frame in enumerate(writer.frames))


def test_what_goes_wrong_in_the_encoders_thread_is_raised_where_frames_are_handed_over() -> None:
    class Full:
        def write(self, frame: Frame) -> None:
            raise VideoError("the disk is full")

    plan = plan_of(project())

    def hand_over(writer: object, count: int, error: Exception | None = None) -> None:
        with FinishingLine(plan, Finisher(plan, frame_of), writer) as line:  # type: ignore[arg-type]
            for index in range(count):
                line.write(index, frame_of(index))
            if error:
                raise error

    with pytest.raises(VideoError, match="the disk is full"):
        hand_over(Full(), 50)
    writer = SlowWriter()
    writer.may.set()
    with pytest.raises(RunError, match="gone"):
        hand_over(writer, 3, RunError("gone"))


def test_a_take_gets_the_finish_of_another_project_and_keeps_what_it_was_drawn_with() -> None:
    drawn = project("mirror", "bloom", curves={"mirror": "0.5", "strength": "0.7", "bloom": "1"})
    now = project("kaleidoscope", "grain", curves={"kaleidoscope": "1", "grain": "0.4", "strength": "0.2"})
    taken = with_finish_of(drawn, now)
    assert [use.effect for use in taken.effects] == ["grain", "mirror"]
    assert taken.curves == {"mirror": "0.5", "strength": "0.7", "grain": "0.4"}
    backend = QuickBackend()
    assert fingerprint(plan_of(taken), backend) == fingerprint(plan_of(drawn), backend)
