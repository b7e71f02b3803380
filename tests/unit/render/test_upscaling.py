"""The second pass: finished frames become larger on their way into the video, and nowhere else."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from glance.cli import main
from glance.errors import BackendError, BackendInterruptedError, ProjectError, RunError
from glance.frames import Frame
from glance.media.video_reader import probe
from glance.media.video_writer import Encoding
from glance.project.model import Output
from glance.project.plan import RenderPlan
from glance.project.validate import video_size
from glance.render.backend import FrameUpscaler
from glance.render.events import (
    Event,
    FlashesMeasured,
    FrameDone,
    FrameUpscaled,
    RunFinished,
    RunStopped,
    UpscalingStarted,
)
from glance.render.run_folder import RunFolder, clear, open_run
from glance.render.upscaling import LanczosUpscaler, Upscaling, discard_enlarged, kept_frames
from glance.render.video import Target, render
from tests.support.fake_webui_server import fake_webui
from tests.support.quick_backend import QuickBackend
from tests.unit.render.test_video import a_plan, frames_of

ROOT = Path(__file__).parents[3]


class QuickUpscaler:
    """Repeats pixels; counts the frames it has enlarged."""

    exact = False

    def __init__(self, identity: str = "blocks", delay_s: float = 0.0, fails: Exception | None = None) -> None:
        self.identity = identity
        self.count = 0
        self._delay_s = delay_s
        self._fails = fails

    def problems(self) -> Sequence[str]:
        return ["there is no upscaler of this name"] if self.identity == "unknown" else []

    def upscale(self, frame: Frame, scale: float) -> Frame:
        time.sleep(self._delay_s)
        if self._fails is not None and self.count == 20:
            raise self._fails
        self.count += 1
        return frame.repeat(int(scale), axis=0).repeat(int(scale), axis=1)

    def close(self) -> None:
        pass


def run_all(
    plan: RenderPlan,
    folder: Path,
    *upscalers: FrameUpscaler | None,
    resume: bool = False,
    stops: Callable[[Event], bool] = lambda event: False,
) -> tuple[bool, list[Event], RunFolder]:
    events: list[Event] = []
    backend = QuickBackend()
    run = open_run(folder / "run", plan, backend, {}, resume=resume)
    real = tuple(upscaler for upscaler in upscalers if upscaler)
    upscaling = Upscaling(real, 2.0) if real else None
    target = Target(folder / "video.mp4", Encoding(), {}, upscaling)
    done = render(
        plan,
        backend,
        run,
        target,
        on_event=events.append,
        should_stop=lambda: any(stops(event) for event in events),
    )
    return done, events, run


@pytest.fixture
def whole(song: Path, tmp_path: Path) -> Path:
    """A run with a costly upscaler that was never stopped."""
    folder = tmp_path / "whole"
    folder.mkdir()
    assert run_all(a_plan(song), folder, QuickUpscaler())[0]
    return folder


@pytest.mark.parametrize("upscaler", [QuickUpscaler(), LanczosUpscaler()])
def test_the_video_is_larger_and_the_drawn_frames_stay(song: Path, tmp_path: Path, upscaler: FrameUpscaler) -> None:
    plan = a_plan(song)
    (tmp_path / "plain").mkdir()
    run_all(plan, tmp_path / "plain", None)
    done, events, run = run_all(plan, tmp_path, upscaler)
    assert done
    width, height = plan.size
    assert probe(tmp_path / "video.mp4").size == (2 * width, 2 * height)
    assert probe(tmp_path / "video.mp4").n_frames == len(plan.frames)
    assert frames_of(tmp_path) == frames_of(tmp_path / "plain")
    assert not (run.path / "upscaled").exists()
    passes = [type(event) for event in events if not isinstance(event, FrameDone | FrameUpscaled)]
    assert passes[1:] == [UpscalingStarted, FlashesMeasured, RunFinished]
    positions = [event.position for event in events if isinstance(event, FrameUpscaled)]
    assert positions == list(range(1, len(plan.frames) + 1))


def test_interpolation_keeps_a_flat_picture_flat() -> None:
    frame = np.full((64, 96, 3), (10, 100, 200), np.uint8)
    large = LanczosUpscaler().upscale(frame, 1.5)
    assert large.shape == (96, 144, 3)
    assert (large == frame[0, 0]).all()


@pytest.mark.parametrize("stop_after", [1, 20, 47])
def test_a_stopped_pass_goes_on_to_the_same_video(song: Path, tmp_path: Path, whole: Path, stop_after: int) -> None:
    plan = a_plan(song)
    done, events, run = run_all(
        plan,
        tmp_path,
        QuickUpscaler(),
        stops=lambda event: isinstance(event, FrameUpscaled) and event.position >= stop_after,
    )
    assert not done
    assert isinstance(events[-1], RunStopped)
    assert len(list((run.path / "upscaled").glob("*.png"))) == stop_after
    rest = QuickUpscaler()
    done, events, _ = run_all(plan, tmp_path, rest, resume=True)
    assert done
    assert rest.count == len(plan.frames) - stop_after
    assert not [event for event in events if isinstance(event, FrameDone)]
    assert (tmp_path / "video.mp4").read_bytes() == (whole / "video.mp4").read_bytes()


def test_a_pass_that_is_killed_goes_on_to_the_same_video(song: Path, tmp_path: Path, whole: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.unit.render.test_upscaling import *;"
        "run_all(a_plan(Path(sys.argv[1])), Path(sys.argv[2]), QuickUpscaler(delay_s=0.05))"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(song), str(tmp_path)], cwd=ROOT)
    deadline = time.monotonic() + 60
    while not (tmp_path / "run" / "upscaled" / "000010.png").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "video.mp4").exists()
    rest = QuickUpscaler()
    assert run_all(a_plan(song), tmp_path, rest, resume=True)[0]
    assert 0 < rest.count < 48 - 10
    assert (tmp_path / "video.mp4").read_bytes() == (whole / "video.mp4").read_bytes()


def test_another_upscaler_on_a_finished_run_draws_no_frame_again(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    run_all(plan, tmp_path, None)
    plain = (tmp_path / "video.mp4").read_bytes()
    _, events, _ = run_all(plan, tmp_path, QuickUpscaler(), resume=True)
    assert not [event for event in events if isinstance(event, FrameDone)]
    assert (tmp_path / "video.mp4").read_bytes() != plain
    assert run_all(plan, tmp_path, None, resume=True)[0]
    assert (tmp_path / "video.mp4").read_bytes() == plain


def test_frames_of_another_upscaler_are_not_taken_for_ones_own(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    stops = lambda event: isinstance(event, FrameUpscaled) and event.position >= 5  # noqa: E731
    run_all(plan, tmp_path, QuickUpscaler("blocks"), stops=stops)
    other = QuickUpscaler("other blocks")
    assert run_all(plan, tmp_path, other, resume=True)[0]
    assert other.count == len(plan.frames)


def test_an_interrupt_in_the_middle_of_a_frame_keeps_what_is_enlarged(song: Path, tmp_path: Path) -> None:
    plan = a_plan(song)
    done, events, run = run_all(plan, tmp_path, QuickUpscaler(fails=BackendInterruptedError("interrupted")))
    assert not done
    assert isinstance(events[-1], RunStopped)
    assert len(list((run.path / "upscaled").glob("*.png"))) == 20


def test_several_upscalers_share_the_frames_and_the_video_is_the_same(song: Path, tmp_path: Path, whole: Path) -> None:
    quick, slow = QuickUpscaler(delay_s=0.001), QuickUpscaler(delay_s=0.01)
    done, events, _ = run_all(a_plan(song), tmp_path, slow, quick)
    assert done
    assert slow.count + quick.count == 48
    assert quick.count > slow.count > 0
    assert [event.position for event in events if isinstance(event, FrameUpscaled)] == list(range(1, 49))
    assert (tmp_path / "video.mp4").read_bytes() == (whole / "video.mp4").read_bytes()


@pytest.mark.parametrize("fails", [BackendInterruptedError("stopped over there"), BackendError("out of paper")])
def test_one_upscalers_end_ends_the_pass_and_the_rest_goes_on_to_the_same_video(
    song: Path, tmp_path: Path, whole: Path, fails: BackendError
) -> None:
    plan = a_plan(song)
    pair = (QuickUpscaler(fails=fails), QuickUpscaler(delay_s=0.002))
    if isinstance(fails, BackendInterruptedError):
        assert not run_all(plan, tmp_path, *pair)[0]
    else:
        with pytest.raises(BackendError, match="out of paper"):
            run_all(plan, tmp_path, *pair)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("glance-upscaler")]
    rest = (QuickUpscaler(), QuickUpscaler())
    assert run_all(plan, tmp_path, *rest, resume=True)[0]
    assert sum(upscaler.count for upscaler in rest) < 48
    assert (tmp_path / "video.mp4").read_bytes() == (whole / "video.mp4").read_bytes()


def test_upscalers_that_are_not_alike_are_refused_by_name(song: Path, tmp_path: Path) -> None:
    with pytest.raises(BackendError, match=r"would not enlarge alike.*blocks; other blocks"):
        run_all(a_plan(song), tmp_path, QuickUpscaler(), QuickUpscaler("other blocks"))


def test_every_webui_of_a_command_enlarges_and_the_video_is_that_of_one(song: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.glance.json"
    output = {"width": 64, "height": 64, "fps": "4", "upscaler": "R-ESRGAN 4x+", "upscale": 2}
    project.write_text(json.dumps({"song": {"path": str(song)}, "scenes": [{"prompt": "boat"}], "output": output}))
    with fake_webui() as one, fake_webui() as other:
        for name, addresses in (("alone", one.url), ("shared", f"{one.url}, {other.url}")):
            assert main(["render", str(project), "-o", str(tmp_path / f"{name}.mp4"), "--backend", addresses]) == 0
        enlarged = [len(server.drawn("extra-single-image")) for server in (one, other)]
    assert sum(enlarged) == 2 * 16
    assert enlarged[1] > 0
    assert (tmp_path / "shared.mp4").read_bytes() == (tmp_path / "alone.mp4").read_bytes()


def test_an_unknown_upscaler_is_told_before_the_first_frame(song: Path, tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="no upscaler of this name"):
        run_all(a_plan(song), tmp_path, QuickUpscaler("unknown"))
    assert frames_of(tmp_path) == {}


def test_an_upscaler_that_gives_another_size_is_named(song: Path, tmp_path: Path) -> None:
    class Careless(QuickUpscaler):
        def upscale(self, frame: Frame, scale: float) -> Frame:
            return frame

    with pytest.raises(BackendError, match=r"blocks made .* asked for; choose another upscaler"):
        run_all(a_plan(song), tmp_path, Careless())


def test_a_disk_without_room_for_the_larger_frames_is_told_before_the_first_frame(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    plan = a_plan(song)
    usage = shutil.disk_usage(tmp_path)
    width, height = plan.size
    room = len(plan.frames) * width * height * 4  # for the drawn frames, and little more
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=room))
    with pytest.raises(RunError, match="frames, drawn and enlarged, need about"):
        run_all(plan, tmp_path, QuickUpscaler())
    assert frames_of(tmp_path) == {}


@pytest.mark.parametrize(
    ("output", "size"),
    [
        (Output(upscaler="", upscale=9.0), (512, 288)),
        (Output(upscaler="Lanczos", upscale=1.5), (768, 432)),
        (Output(upscaler="Lanczos", upscale=1.33), (680, 376)),
        (Output(width=1024, height=576, upscaler="Lanczos", upscale=4.0), (4096, 2304)),
    ],
)
def test_the_videos_size_is_a_multiple_of_eight_as_the_webui_makes_it(output: Output, size: tuple[int, int]) -> None:
    assert video_size(output) == size


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (Output(upscaler="Lanczos", upscale=0.5), "expected 1 to 4 times, found 0.5"),
        (Output(upscaler="Lanczos", upscale=float("nan")), "found nan"),
        (Output(width=1280, height=720, upscaler="Lanczos", upscale=4.0), "at most 4096x2304 pixels, found 5120x2880"),
        (Output(width=1280, height=720, upscaler="Lanczos", upscale=4.0), "take 3.2 times at most"),
        (Output(width=8192, height=4096, upscaler="Lanczos", upscale=1.0), "draw smaller frames"),
    ],
)
def test_a_video_that_would_be_too_large_says_how_far_it_may_go(output: Output, words: str) -> None:
    with pytest.raises(ProjectError, match=words):
        video_size(output)


def test_enlarged_frames_that_cannot_be_deleted_are_never_taken_for_another_upscalers(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = a_plan(song)
    _, _, run = run_all(plan, tmp_path)
    kept = kept_frames(run)
    kept.folder.mkdir()
    (kept.folder / "upscaler.json").write_text('{"upscaler": "another"}')
    kept.write(3, np.zeros((128, 128, 3), dtype=np.uint8), {})
    mine = kept.folder / "cover.png"
    mine.write_bytes(b"mine")
    with monkeypatch.context() as held:

        def refuse(path: Path, missing_ok: bool = False) -> None:
            raise PermissionError(errno.EACCES, "Access is denied")

        held.setattr(Path, "unlink", refuse)
        held.setattr("time.sleep", lambda seconds: None)
        with pytest.raises(RunError, match="program has it open"):
            discard_enlarged(run)
    assert kept.n_ready() == 0
    discard_enlarged(run)
    assert [path.name for path in kept.folder.iterdir()] == ["cover.png"]


def test_a_folder_of_a_persons_under_the_enlarged_ones_name_is_left_alone(song: Path, tmp_path: Path) -> None:
    _, _, run = run_all(a_plan(song), tmp_path)
    mine = run.path / "upscaled" / "000003.png"
    mine.parent.mkdir()
    mine.write_bytes(b"mine")
    with pytest.raises(RunError, match="another program"):
        deque(Upscaling((QuickUpscaler(),), 2.0).frames(run, lambda event: None, lambda: None), maxlen=0)
    clear(run.path)
    assert mine.read_bytes() == b"mine"
