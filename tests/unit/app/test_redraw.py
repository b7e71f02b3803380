"""A preview that was drawn before a change: what of it is stale, and drawn anew in place."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from glance.app.redraw import DrawnPreview, draw_stale, drawn_preview, picture_marks, stale_runs
from glance.app.renders import draw_preview
from glance.app.tasks import Task
from glance.media.images import read_png
from glance.project.compile import preview_plan
from glance.project.model import Output, Override, Project, Scene, Song
from glance.project.plan import RenderPlan
from tests.conftest import heard

SIZE = (64, 64)


def plan_of(*overrides: Override, **changes: object) -> RenderPlan:
    """A song of 16 s in three scenes, at 0 s, 5 s and 10 s; the last one grows out of the one before it."""
    scenes = (Scene(prompt="a heron"), Scene(start="5s", prompt="a boat"), Scene(start="10s", transition="hold"))
    made = Project(song=Song(path="song.wav"), scenes=scenes, output=Output(fps="12"), overrides=overrides)
    return preview_plan(msgspec.structs.replace(made, **changes), heard(), size=SIZE)


def pictures(folder: Path) -> list[np.ndarray]:
    return [read_png(path) for path in sorted((folder / "frames").glob("*.png"))]


def test_nothing_is_stale_of_a_plan_that_is_the_same() -> None:
    plan = plan_of()
    assert stale_runs(drawn_preview(plan, len(plan.frames)), plan, picture_marks(plan)) == []


def test_a_change_is_felt_until_the_next_cut_and_only_there() -> None:
    changed = plan_of(Override(channel="strength", start="2s", value=0.1))
    preview = drawn_preview(plan_of(), len(changed.frames))
    ((first, last),) = stale_runs(preview, changed, picture_marks(changed))
    assert 12 < first <= 24 < last <= 61
    grown = plan_of(Override(channel="strength", start="8s", value=0.1))
    runs = stale_runs(preview, grown, picture_marks(grown))
    assert (runs[0][0] > 84, runs[-1][1]) == (True, len(grown.frames))


def test_what_was_not_drawn_yet_is_stale_as_well() -> None:
    plan = plan_of()
    assert stale_runs(drawn_preview(plan, 60), plan, picture_marks(plan))[-1][1] == len(plan.frames)


def test_stale_pictures_come_out_as_if_all_had_been_drawn_anew_those_at_the_playhead_first(tmp_path: Path) -> None:
    before = plan_of()
    after = plan_of(
        Override(channel="strength", start="2s", value=0.1),
        Override(channel="noise", start="11s", end="12s", value=0.5),
    )
    task, there, whole = Task("redraw", "p"), tmp_path / "there", tmp_path / "whole"
    draw_preview(task, before, there, None)
    old = pictures(there)
    known = draw_stale(task, after, there, drawn_preview(before, len(before.frames)), 12.0, draws=False)
    assert task.state["stale"][0][0] <= 24
    first = int(task.state["stale"][-1][0])
    assert 60 < first <= 132
    known = draw_stale(task, after, there, known, 12.0)
    draw_preview(Task("preview", "p"), after, whole, None)
    new = pictures(there)
    for mine, theirs in zip(new, pictures(whole), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert any((one != two).any() for one, two in zip(old, new, strict=True))
    assert stale_runs(known, after, picture_marks(after)) == []


def test_a_redrawing_that_is_stopped_knows_what_it_has_not_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = plan_of(), plan_of(Override(channel="strength", start="2s", value=0.1))
    task = Task("redraw", "p")
    draw_preview(task, before, tmp_path / "there", None)
    monkeypatch.setattr(Task, "stopping", lambda self: self.state.get("done", 0) > 0)
    known = draw_stale(task, after, tmp_path / "there", drawn_preview(before, len(before.frames)), 0.0)
    assert isinstance(known, DrawnPreview)
    ((first, last),) = stale_runs(known, after, picture_marks(after))
    assert task.state["stale"] == [[first, last]]
    assert 24 <= first < last
