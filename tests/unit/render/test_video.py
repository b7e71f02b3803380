"""The render: every frame in order, resumable to the bit, and honest about what went wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from glance.errors import BackendError, RunError
from glance.media.images import read_png, read_text
from glance.media.video_reader import probe
from glance.media.video_writer import Encoding
from glance.project.compile import compile_plan, crop_plan
from glance.project.model import Look, Output, Project, Reaction, Scene, Song
from glance.project.plan import RenderPlan
from glance.render.backend import FrameBackend, fingerprint
from glance.render.events import Event, FrameDone, FrameRepeated, RunFinished, RunStarted, RunStopped
from glance.render.feedback import MAX_REPEATS
from glance.render.run_folder import RunFolder, are_frames_discarded, clear, discard_frames, open_run
from glance.render.video import Target, render
from glance.schedule.reactions import AmplitudeMap
from tests.conftest import heard
from tests.support.quick_backend import QuickBackend

ROOT = Path(__file__).parents[3]


def a_project(song: Path, **changes: object) -> Project:
    project = Project(
        song=Song(path=str(song)),
        scenes=(
            Scene(prompt="a house", picture="A", camera="slow_push"),
            Scene(start="1.5s", prompt="a ship", picture="B", camera="orbit"),
            Scene(start="3s", prompt="the sea", picture="C", camera="spiral", transition="fade"),
        ),
        curves={"cadence": "0:(3)", "colour": "0:(0.5)", "noise": "0:(0.05)", "sharpen": "0:(0.1)"},
        reactions=(Reaction(channel="strength", map=AmplitudeMap("kick", 0.8, 0.4)),),
        output=Output(width=64, height=64, fps="12"),
    )
    return msgspec.structs.replace(project, **changes)


def a_plan(song: Path, **changes: object) -> RenderPlan:
    return compile_plan(a_project(song, **changes), heard(4.0), {})


def run_all(
    plan: RenderPlan,
    folder: Path,
    backend: FrameBackend | None = None,
    *,
    resume: bool = False,
    stop_after: int = 10**9,
) -> tuple[bool, list[Event], RunFolder]:
    events: list[Event] = []
    backend = backend or QuickBackend()
    run = open_run(folder / "run", plan, backend, {"theme": plan.title}, resume=resume)
    target = Target(folder / "video.mp4", Encoding(), {"title": "test"})
    n_drawn = 0

    def listen(event: Event) -> None:
        nonlocal n_drawn
        events.append(event)
        n_drawn += isinstance(event, FrameDone)

    done = render(plan, backend, run, target, on_event=listen, should_stop=lambda: n_drawn >= stop_after)
    return done, events, run


def frames_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "run" / "frames").glob("*.png"))}


def test_every_frame_is_written_in_order_and_the_video_is_as_long_as_the_song(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    done, events, run = run_all(plan, tmp_path)
    assert done
    assert [event.index for event in events if isinstance(event, FrameDone)] == list(range(48))
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    info = probe(tmp_path / "video.mp4")
    assert info.n_frames == 48
    assert abs(info.video_s - info.audio_s) <= 0.5 / 12
    assert run.n_ready() == 48


def test_a_frames_file_says_what_it_is(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    _, _, run = run_all(plan, tmp_path)
    text = read_text(run.frame_path(20))
    assert text["glance_fingerprint"] == fingerprint(plan, QuickBackend())
    assert "a ship" in text["parameters"]
    assert f"Seed: {plan.frames[20].seed}" in text["parameters"]


@pytest.mark.parametrize("stop_after", [1, 2, 3, 17, 18, 19, 40, 47])
def test_a_stopped_run_goes_on_to_the_same_frames_and_the_same_video(
    song: Path, tmp_path: Path, stop_after: int
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    plan = a_plan(song)
    run_all(plan, whole)
    done, events, _ = run_all(plan, parts, stop_after=stop_after)
    assert not done
    assert isinstance(events[-1], RunStopped)
    assert not (parts / "video.mp4").exists()
    assert len(frames_of(parts)) == stop_after
    done, events, _ = run_all(plan, parts, resume=True)
    assert done
    assert events[0].n_ready == stop_after
    assert frames_of(parts) == frames_of(whole)
    assert (parts / "video.mp4").read_bytes() == (whole / "video.mp4").read_bytes()


def test_a_damaged_newest_frame_is_drawn_again(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    run_all(plan, tmp_path, stop_after=20)
    before = frames_of(tmp_path)
    newest = tmp_path / "run" / "frames" / "000019.png"
    newest.write_bytes(newest.read_bytes()[:100])
    run_all(plan, tmp_path, resume=True)
    assert frames_of(tmp_path)["000019.png"] == before["000019.png"]


def test_a_killed_process_loses_at_most_the_frame_at_hand(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    (tmp_path / "whole").mkdir()
    run_all(plan, tmp_path / "whole")
    script = (
        "import sys; from pathlib import Path; from tests.unit.render.test_video import a_plan, run_all;"
        "from tests.support.quick_backend import QuickBackend;"
        "run_all(a_plan(Path(sys.argv[1])), Path(sys.argv[2]), QuickBackend(delay_s=0.05))"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(song), str(tmp_path)], cwd=ROOT)
    frames = tmp_path / "run" / "frames"
    deadline = time.monotonic() + 60
    while len(list(frames.glob("0*.png"))) < 10 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    n_there = len(frames_of(tmp_path))
    assert 10 <= n_there < 48
    done, events, _ = run_all(plan, tmp_path, resume=True)
    assert done
    assert events[0].n_ready == n_there
    assert frames_of(tmp_path) == frames_of(tmp_path / "whole")
    assert (tmp_path / "video.mp4").read_bytes() == (tmp_path / "whole" / "video.mp4").read_bytes()


def test_an_unfinished_run_is_not_overwritten_by_accident(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    run_all(plan, tmp_path, stop_after=5)
    with pytest.raises(RunError, match=r"5 of 48 frames.*--resume"):
        run_all(plan, tmp_path)
    assert len(frames_of(tmp_path)) == 5
    clear(tmp_path / "run")
    assert run_all(plan, tmp_path)[0]


def test_of_a_finished_run_only_the_video_is_made_again_and_fresh_draws_all(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    _, _, run = run_all(plan, tmp_path)
    video = (tmp_path / "video.mp4").read_bytes()
    (tmp_path / "video.mp4").unlink()
    backend = QuickBackend()
    run_all(plan, tmp_path, backend, resume=True)
    assert not backend.requests
    assert (tmp_path / "video.mp4").read_bytes() == video
    run_all(plan, tmp_path, backend)
    assert not backend.requests
    open_run(run.path, plan, backend, {}, resume=False, fresh=True)
    run_all(plan, tmp_path, backend)
    assert backend.requests


def test_a_run_without_its_frames_is_drawn_anew_only_on_request(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    _, _, run = run_all(plan, tmp_path)
    frames = frames_of(tmp_path)
    discard_frames(run)
    assert frames_of(tmp_path) == {}
    with pytest.raises(RunError, match="deleted when their video was complete"):
        run_all(plan, tmp_path, resume=True)
    assert run_all(plan, tmp_path)[0]
    assert frames_of(tmp_path) == frames
    assert not are_frames_discarded(run.path)


def test_a_changed_project_is_noticed_and_said(song: Path, tmp_path: Path) -> None:
    project = a_project(song)
    plan = compile_plan(project, heard(4.0), {})
    backend = QuickBackend()
    run = open_run(tmp_path / "run", plan, backend, msgspec.to_builtins(project), resume=False)
    run.write(0, np.full((64, 64, 3), 7, dtype=np.uint8), {})
    curves = project.curves | {"noise": "0:(0.4)"}
    changed = msgspec.structs.replace(project, curves=curves)
    other = compile_plan(changed, heard(4.0), {})
    with pytest.raises(RunError, match=r'curves.noise: "0:\(0.05\)" -> "0:\(0.4\)"'):
        open_run(tmp_path / "run", other, backend, msgspec.to_builtins(changed), resume=True)
    with pytest.raises(RunError, match=r"backend: .*quick 2"):
        open_run(tmp_path / "run", plan, QuickBackend(identity="quick 2"), msgspec.to_builtins(project), resume=True)


def test_a_folder_with_other_files_is_left_alone(song: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "holiday.jpg").write_text("mine")
    with pytest.raises(RunError, match="other files"):
        run_all(a_plan(song), tmp_path)
    with pytest.raises(RunError, match="no run folder"):
        clear(tmp_path / "run")
    assert (tmp_path / "run" / "holiday.jpg").read_text() == "mine"


def test_a_full_disk_names_the_space_and_keeps_what_was_drawn(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    usage = shutil.disk_usage(tmp_path)
    plan = a_plan(song)
    run_all(plan, tmp_path, stop_after=5)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(RunError, match=r"need about .* MB"):
        run_all(plan, tmp_path, resume=True)
    assert len(frames_of(tmp_path)) == 5


def test_a_black_picture_is_drawn_again_with_other_noise(song: Path, tmp_path: Path) -> None:
    backend = QuickBackend(bad={6: 1})
    _, events, run = run_all(a_plan(song), tmp_path, backend)
    assert [request.attempt for request in backend.requests if request.spec.index == 6] == [0, 1]
    assert not any(isinstance(event, FrameRepeated) for event in events)
    assert run.held() == {}


def test_a_picture_that_stays_black_is_held_and_never_fed_back(song: Path, tmp_path: Path) -> None:
    backend = QuickBackend(bad={6: 99})
    _, events, run = run_all(a_plan(song), tmp_path, backend)
    assert list(run.held()) == [6]
    assert FrameRepeated(6, run.held()[6]) in events
    assert read_png(run.frame_path(6)).mean() > 40
    following = next(request for request in backend.requests if request.spec.index == 9)
    assert following.init is not None
    assert following.init.mean() > 40


def test_a_cut_whose_picture_stays_black_holds_the_frame_in_front_of_it(song: Path, tmp_path: Path) -> None:
    backend = QuickBackend(bad={18: 99})
    done, _, run = run_all(a_plan(song), tmp_path, backend)
    assert done
    assert list(run.held()) == [18]
    np.testing.assert_array_equal(read_png(run.frame_path(18)), read_png(run.frame_path(15)))


def test_a_first_picture_that_stays_black_stops_the_run_with_advice(song: Path, tmp_path: Path) -> None:
    with pytest.raises(BackendError, match=r"frame 0.*another seed"):
        run_all(a_plan(song), tmp_path, QuickBackend(bad={0: 99}))


def test_a_model_that_draws_nothing_more_stops_the_run_and_going_on_gets_further(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = a_plan(song, curves={})
    broken = dict.fromkeys(range(2, 2 + 2 * MAX_REPEATS), 99)
    for n_stops in (1, 2):
        n_frames = 2 + n_stops * MAX_REPEATS
        with pytest.raises(BackendError, match=rf"before frame {n_frames} .*still.*is kept.*VAE.*continue"):
            run_all(plan, tmp_path, QuickBackend(bad=broken), resume=n_stops > 1)
        assert len(frames_of(tmp_path)) == n_frames
    assert run_all(plan, tmp_path, QuickBackend(bad=broken), resume=True)[0]
    monkeypatch.setattr("glance.render.feedback.MAX_REPEATS", 10**9)
    run_all(plan, tmp_path / "at once", QuickBackend(bad=broken))
    assert frames_of(tmp_path) == frames_of(tmp_path / "at once")


def test_held_frames_stop_no_run_with_a_good_one_among_them_nor_at_the_end(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song, curves={})
    n_frames = len(plan.frames)
    good = {0, MAX_REPEATS, n_frames - MAX_REPEATS - 1}
    broken = dict.fromkeys(set(range(2 * MAX_REPEATS)) - good, 99) | dict.fromkeys(
        range(n_frames - MAX_REPEATS, n_frames), 99
    )
    done, _, run = run_all(plan, tmp_path, QuickBackend(bad=broken))
    assert done
    assert len(run.held()) == len(broken)


def test_objections_of_the_backend_come_before_the_first_frame(song: Path, tmp_path: Path) -> None:
    backend = QuickBackend()
    with pytest.raises(BackendError, match="the plan is called impossible"):
        run_all(replace(a_plan(song), title="impossible"), tmp_path, backend)
    assert not backend.requests


def test_an_existing_video_survives_a_failed_render(song: Path, tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(b"yesterday's masterpiece")
    with pytest.raises(BackendError):
        run_all(a_plan(song), tmp_path, QuickBackend(bad={0: 99}))
    assert (tmp_path / "video.mp4").read_bytes() == b"yesterday's masterpiece"


def test_a_cut_starts_from_nothing_and_other_frames_from_the_one_before(song: Path, tmp_path: Path) -> None:
    backend = QuickBackend()
    run_all(a_plan(song), tmp_path, backend)
    from_nothing = [request.spec.index for request in backend.requests if request.init is None]
    # The scene at 36 grows out of the one before: a picture of its words is drawn for its colors, and never seen.
    assert from_nothing == [0, 18, 36]


def test_the_start_image_is_where_the_video_begins(song: Path, tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    Image.new("RGB", (100, 80), (250, 20, 20)).save(path)
    backend = QuickBackend()
    run_all(a_plan(song, look=Look(start_image=str(path), color_space="none"), curves={}), tmp_path, backend)
    assert backend.requests[0].init is not None
    assert backend.requests[0].init[32, 32].tolist() == pytest.approx([250, 20, 20], abs=12)


def test_outside_the_mask_nothing_changes(song: Path, tmp_path: Path) -> None:
    mask = np.zeros((64, 64), dtype=np.uint8)
    mask[:, 32:] = 255
    path = tmp_path / "mask.png"
    Image.fromarray(mask).save(path)
    look = Look(mask=str(path), mask_feather_px=0, color_space="none")
    scenes = (Scene(prompt="a house"),)
    plan = a_plan(song, look=look, scenes=scenes, curves={"noise": "0:(0)"}, reactions=())
    _, _, run = run_all(plan, tmp_path)
    first, last = read_png(run.frame_path(0)), read_png(run.frame_path(47))
    np.testing.assert_array_equal(first[:, :31], last[:, :31])
    assert np.abs(first[:, 33:].astype(int) - last[:, 33:]).mean() > 5


def test_in_betweens_cost_no_drawing(song: Path, tmp_path: Path) -> None:
    backend = QuickBackend()
    plan = a_plan(song)
    run_all(plan, tmp_path, backend)
    # One more, of which only the colors are taken, for the scene that grows out of the one before.
    assert len(backend.requests) == sum(spec.diffuse for spec in plan.frames) + 1 < 48


def test_a_part_of_a_song_has_its_own_sound(song: Path, tmp_path: Path) -> None:
    plan = crop_plan(a_plan(song), 1.0, 3.0)
    run_all(plan, tmp_path)
    info = probe(tmp_path / "video.mp4")
    assert info.n_frames == 24
    assert info.audio_s == pytest.approx(2.0, abs=0.03)
