"""Several backends on one video give the frames of a single one."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glance.errors import BackendError, BackendInterruptedError
from glance.frames import Frame
from glance.project.model import Scene
from glance.project.plan import RenderPlan
from glance.render.backend import FrameRequest
from glance.render.events import Event, FrameDone, RunStarted, RunStopped
from glance.render.feedback import draw_frames
from glance.render.parallel import draw_side_by_side, independent_ranges
from glance.render.run_folder import RunFolder
from tests.support.quick_backend import QuickBackend
from tests.unit.render.test_video import a_plan

SCENES = tuple(
    Scene(start=start, prompt=name, picture=name, camera="slow_push")
    for start, name in (("0", "house"), ("1s", "ship"), ("2s", "house"), ("3s", "sea"))
)


@pytest.fixture
def plan() -> RenderPlan:
    return a_plan(Path("song.wav"), scenes=SCENES, curves={"colour": "0:(0.5)", "noise": "0:(0.05)"})


def folder(path: Path, plan: RenderPlan) -> RunFolder:
    (path / "frames").mkdir(parents=True)
    return RunFolder(path, plan)


def alone(plan: RenderPlan) -> list[Frame]:
    drawn: dict[int, Frame] = {}
    for each in draw_frames(plan, QuickBackend(), drawn.__getitem__):
        drawn[each.spec.index] = each.frame
    return [drawn[spec.index] for spec in plan.frames]


def together(plan: RenderPlan, run: RunFolder, backends: list, events: list[Event], stop=lambda: False) -> bool:
    return draw_side_by_side(plan, backends, run, on_event=events.append, should_stop=stop)


def test_a_stretch_begins_at_every_hard_cut(plan):
    found = independent_ranges(plan)
    assert [plan.frames[start].scene for start, _ in found] == [0, 1, 2, 3]
    assert [start for start, _ in found[1:]] == [end for _, end in found[:-1]]
    assert found[-1][1] == len(plan.frames)


def test_a_fade_is_no_place_to_part(plan):
    scenes = (SCENES[0], Scene(start="2s", prompt="ship", picture="ship", transition="fade"))
    assert len(independent_ranges(a_plan(Path("song.wav"), scenes=scenes))) == 1


@pytest.mark.parametrize("n_backends", [1, 2, 3])
def test_the_frames_are_those_of_a_single_backend(plan, tmp_path, n_backends):
    run, events = folder(tmp_path / "run", plan), []
    assert together(plan, run, [QuickBackend() for _ in range(n_backends)], events)
    for spec, frame in zip(plan.frames, alone(plan), strict=True):
        np.testing.assert_array_equal(run.read(spec.index), frame)
    assert isinstance(events[0], RunStarted)
    assert [event.position for event in events if isinstance(event, FrameDone)] == list(range(1, len(plan.frames) + 1))


def test_two_backends_really_draw_at_once(plan, tmp_path):
    meeting = threading.Barrier(2, timeout=10)

    class Meeting(QuickBackend):
        met = False

        def generate(self, request: FrameRequest) -> Frame:
            if not self.met:
                self.met = True
                meeting.wait()
            return super().generate(request)

    assert together(plan, folder(tmp_path / "run", plan), [Meeting(), Meeting()], [])


def test_a_stopped_run_goes_on_to_the_same_frames(plan, tmp_path):
    run, events = folder(tmp_path / "run", plan), []
    enough = lambda: sum(isinstance(event, FrameDone) for event in events) >= 9  # noqa: E731
    assert not together(plan, run, [QuickBackend(), QuickBackend()], events, enough)
    assert isinstance(events[-1], RunStopped)
    assert together(plan, run, [QuickBackend(), QuickBackend()], [])
    for spec, frame in zip(plan.frames, alone(plan), strict=True):
        np.testing.assert_array_equal(run.read(spec.index), frame)


@pytest.mark.parametrize("error", [BackendError("the card is gone"), BackendInterruptedError("Interrupt")])
def test_one_backends_end_ends_the_others_too(plan, tmp_path, error):
    class Broken(QuickBackend):
        def generate(self, request: FrameRequest) -> Frame:
            raise error

    run = folder(tmp_path / "run", plan)
    if isinstance(error, BackendInterruptedError):
        assert not together(plan, run, [QuickBackend(), Broken()], [])
    else:
        with pytest.raises(BackendError, match="the card is gone"):
            together(plan, run, [QuickBackend(), Broken()], [])


def test_backends_that_draw_differently_are_refused_by_name(plan, tmp_path):
    other = QuickBackend(identity="another model")
    with pytest.raises(BackendError, match="another model"):
        together(plan, folder(tmp_path / "run", plan), [QuickBackend(), other], [])


def test_a_part_of_a_song_is_drawn_with_its_own_frame_numbers(plan, tmp_path):
    part = replace(plan, frames=plan.frames[12:])
    run = folder(tmp_path / "run", part)
    late = replace(part, frames=tuple(replace(spec, anchor=max(spec.anchor, 12)) for spec in part.frames))
    assert together(late, run, [QuickBackend(), QuickBackend()], [])
    assert run.n_ready() == len(part.frames)
