"""Nothing that did not change is drawn again: what of a run stays, what is taken over, and that both are to the bit."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec
import pytest

from glance.project.compile import compile_plan
from glance.project.model import Output, Project, Scene, Song
from glance.project.plan import RenderPlan
from glance.render.events import RunStarted
from glance.render.frame_links import held_apart, links_of, read_links, write_links
from glance.render.job import Destination, make_video
from glance.render.run_folder import RunFolder, open_run
from glance.render.taking_over import take_over
from tests.conftest import heard
from tests.support.quick_backend import QuickBackend


def a_project(song: Path, cadence: int = 1) -> Project:
    """Four scenes of a second: three after hard cuts, the last grown out of the third."""
    return Project(
        song=Song(path=str(song)),
        scenes=(
            Scene(prompt="a house", picture="A", camera="slow_push"),
            Scene(start="1s", prompt="a ship", picture="B"),
            Scene(start="2s", prompt="a tree", picture="C", camera="orbit"),
            Scene(start="3s", prompt="the sea", picture="D", transition="hold"),
        ),
        curves={"cadence": f"0:({cadence})", "colour": "0:(0.5)", "noise": "0:(0.05)"},
        output=Output(width=64, height=64, fps="12"),
    )


def with_scene(project: Project, index: int, **fields: object) -> Project:
    scenes = list(project.scenes)
    scenes[index] = msgspec.structs.replace(scenes[index], **fields)
    return msgspec.structs.replace(project, scenes=tuple(scenes))


def plan_of(project: Project) -> RenderPlan:
    return compile_plan(project, heard(4.0), {})


def made(project: Project, folder: Path, backend: QuickBackend, **where: object) -> list[object]:
    events: list[object] = []
    destination = Destination(folder / "video.mp4", folder / "run", **where)
    assert make_video(project, plan_of(project), [backend], destination, on_event=events.append)
    return events


def pixels(folder: Path, plan: RenderPlan) -> list[bytes]:
    run = RunFolder(folder / "run", plan)
    return [run.read(spec.index).tobytes() for spec in plan.frames]


def drawn(backend: QuickBackend) -> set[int]:
    return {request.spec.index for request in backend.requests}


def test_another_prompt_changes_the_links_of_its_own_stretch_from_there_on(song: Path) -> None:
    project = a_project(song)
    before = links_of(plan_of(project), QuickBackend()).links
    for index, changed in ((1, range(12, 24)), (3, range(36, 48)), (2, range(24, 48))):
        after = links_of(plan_of(with_scene(project, index, prompt="a bird")), QuickBackend()).links
        assert [at for at in range(48) if before[at] != after[at]] == list(changed), index


def test_another_model_size_or_rate_changes_every_link(song: Path) -> None:
    project = a_project(song)
    before = set(links_of(plan_of(project), QuickBackend()).links)
    assert len(before) == 48
    assert before.isdisjoint(links_of(plan_of(project), QuickBackend(identity="another")).links)
    large = msgspec.structs.replace(project, output=Output(width=128, height=64, fps="12"))
    assert before.isdisjoint(links_of(plan_of(large), QuickBackend()).links)


@pytest.mark.parametrize("cadence", [1, 3])
def test_a_redone_scene_is_all_that_is_drawn_and_the_video_is_that_of_a_run_from_nothing(
    song: Path, tmp_path: Path, cadence: int
) -> None:
    project = a_project(song, cadence)
    made(project, tmp_path / "one", QuickBackend())
    other = with_scene(project, 1, seed=77)
    backend = QuickBackend()
    events = made(other, tmp_path / "two", backend, donors=(tmp_path / "one" / "run",))
    # With cadence 3 the picture on the cut behind it is drawn once more, for the in-betweens in front of it.
    assert drawn(backend) <= set(range(11, 25))
    assert drawn(backend) >= {12, 15, 18, 21}
    started = next(event for event in events if isinstance(event, RunStarted))
    assert started.n_ready >= 48 - 12 - cadence
    made(other, tmp_path / "alone", QuickBackend())
    assert pixels(tmp_path / "two", plan_of(other)) == pixels(tmp_path / "alone", plan_of(other))
    assert (tmp_path / "two" / "video.mp4").stat().st_size == (tmp_path / "alone" / "video.mp4").stat().st_size


def test_frames_taken_over_need_no_room_and_outlive_the_take_they_came_from(song: Path, tmp_path: Path) -> None:
    project = a_project(song)
    made(project, tmp_path / "one", QuickBackend())
    made(project, tmp_path / "two", backend := QuickBackend(), donors=(tmp_path / "one" / "run",))
    assert not backend.requests
    frame = tmp_path / "two" / "run" / "frames" / "000007.png"
    assert frame.samefile(tmp_path / "one" / "run" / "frames" / "000007.png")
    shutil.rmtree(tmp_path / "one")
    assert len(pixels(tmp_path / "two", plan_of(project))) == 48


def test_a_disk_without_second_names_gets_copies(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("no links here")

    project = a_project(song)
    made(project, tmp_path / "one", QuickBackend())
    monkeypatch.setattr(os, "link", refused)
    made(project, tmp_path / "two", backend := QuickBackend(), donors=(tmp_path / "one" / "run",))
    assert not backend.requests
    assert pixels(tmp_path / "one", plan_of(project)) == pixels(tmp_path / "two", plan_of(project))


def test_another_backends_pictures_are_never_taken_over(song: Path, tmp_path: Path) -> None:
    project = a_project(song)
    made(project, tmp_path / "one", QuickBackend(identity="another model"))
    made(project, tmp_path / "two", backend := QuickBackend(), donors=(tmp_path / "one" / "run", tmp_path / "none"))
    assert drawn(backend) == set(range(48))


def test_a_finished_run_whose_project_changed_keeps_what_did_not(song: Path, tmp_path: Path) -> None:
    project = a_project(song)
    made(project, tmp_path, QuickBackend())
    other = with_scene(project, 2, style="", prompt="a bird")
    made(other, tmp_path, backend := QuickBackend())
    assert drawn(backend) == set(range(24, 48))
    made(other, tmp_path / "alone", QuickBackend())
    assert pixels(tmp_path, plan_of(other)) == pixels(tmp_path / "alone", plan_of(other))


def test_a_run_stopped_among_frames_taken_over_goes_on_to_the_same_pixels(song: Path, tmp_path: Path) -> None:
    project = a_project(song)
    donor = tmp_path / "one" / "run"
    made(project, tmp_path / "one", QuickBackend())
    other = with_scene(project, 0, seed=5)
    destination = Destination(tmp_path / "two" / "video.mp4", tmp_path / "two" / "run", donors=(donor,))
    backend, plan = QuickBackend(), plan_of(other)
    assert make_video(other, plan, [backend], destination, should_stop=lambda: len(backend.requests) > 4) is None
    made(other, tmp_path / "two", backend := QuickBackend(), resume=True, donors=(donor,))
    assert drawn(backend) == set(range(5, 12))
    made(other, tmp_path / "alone", QuickBackend())
    assert pixels(tmp_path / "two", plan) == pixels(tmp_path / "alone", plan)


def test_links_left_by_a_kill_between_two_plans_cost_the_frames_that_changed_and_no_others(
    song: Path, tmp_path: Path
) -> None:
    project = a_project(song)
    made(project, tmp_path, QuickBackend())
    other = with_scene(project, 1, prompt="a bird")
    old = read_links(tmp_path / "run")
    assert old is not None
    run = open_run(tmp_path / "run", plan_of(other), QuickBackend(), {}, resume=False)
    assert len(list(run.folder.glob("*.png"))) == 36
    # As if it had been killed once the manifest was new, and nothing else.
    made(project, tmp_path / "again", QuickBackend())
    run = open_run(tmp_path / "again" / "run", plan_of(other), QuickBackend(), {}, resume=False)
    write_links(run.path, old)
    shutil.copytree(tmp_path / "run" / "frames", run.folder, dirs_exist_ok=True)
    run = open_run(run.path, plan_of(other), QuickBackend(), {}, resume=True)
    assert sorted(int(file.stem) for file in run.folder.glob("*.png")) == [*range(12), *range(24, 48)]


def test_what_was_held_is_not_taken_over_nor_what_follows_up_to_the_next_cut(song: Path, tmp_path: Path) -> None:
    project = a_project(song)
    made(project, tmp_path / "one", QuickBackend(bad={12: 9}))
    plan = plan_of(project)
    assert held_apart(plan, {12: "black"}) == set(range(12, 24))
    run = open_run(tmp_path / "two" / "run", plan, QuickBackend(), {}, resume=False)
    assert take_over(run, [tmp_path / "one" / "run"]) == 36
    made(project, tmp_path / "two", backend := QuickBackend(), resume=True)
    assert drawn(backend) == set(range(12, 24))
