"""Several backends on one video. What lies between two hard cuts needs nothing of the frames before it, so each such
stretch can be drawn on its own; the frames are the same as those of a single backend.

Only a color reference may reach back: a picture that returns is matched to its first appearance. A stretch that needs
one waits for it. Stretches are handed out in the song's order, so what is waited for is always being drawn already.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from glance.errors import BackendError, BackendInterruptedError
from glance.frames import Frame
from glance.project.plan import NO_ANCHOR, RenderPlan
from glance.render.backend import FrameBackend, fingerprint
from glance.render.drawing_order import drawing_order
from glance.render.eta import EtaClock
from glance.render.events import Event, FrameDone, FrameRepeated, RunStarted, RunStopped
from glance.render.feedback import Drawn, draw_frames
from glance.render.metadata import frame_text, start_text
from glance.render.missing import missing_of
from glance.render.run_folder import RunFolder, check_space
from glance.system.waiting import wait_for

#: How often a stretch looks for a frame of another one.
_POLL_S = 0.05


def independent_ranges(plan: RenderPlan) -> list[tuple[int, int]]:
    """Return the half-open ranges of positions in `plan.frames` that can be drawn on their own."""
    frames = plan.frames
    starts = [0] + [
        at for at in range(1, len(frames)) if frames[at].cut and frames[at].diffuse and frames[at - 1].diffuse
    ]
    return list(zip(starts, [*starts[1:], len(frames)], strict=True))


def draw_side_by_side(
    plan: RenderPlan,
    backends: Sequence[FrameBackend],
    run: RunFolder,
    *,
    on_event: Callable[[Event], None],
    should_stop: Callable[[], bool],
) -> bool:
    """Draw the frames that are missing in the run folder, one stretch on each backend at a time.

    `glance.render.video.render` then finds them all there, and writes the video.

    Returns:
        True when every frame is there, False when it was stopped.

    Raises:
        BackendError: The backends do not draw alike, one of them cannot draw the plan, or a frame failed.
        RunError: The disk is full.
    """
    _check_alike(plan, backends)
    check_space(run.path, plan)
    order, known = drawing_order(plan), fingerprint(plan, backends[0])
    work = _Work(order, run, known, on_event, should_stop, deque(independent_ranges(order)))
    on_event(RunStarted(run.path, len(plan.frames), work.n_done, work.clock.n_left, run.note))
    # Daemons, so that a second Ctrl-C ends the program in the middle of their frames.
    threads = [threading.Thread(target=work.serve, args=(backend,), daemon=True) for backend in backends]
    for thread in threads:
        thread.start()
    for thread in threads:
        wait_for(thread)
    if work.errors:
        raise work.errors[0]
    if work.over():
        on_event(RunStopped(run.path, work.n_done, len(plan.frames)))
        return False
    return True


def _check_alike(plan: RenderPlan, backends: Sequence[FrameBackend]) -> None:
    kinds = sorted({backend.identity for backend in backends})
    if len(kinds) > 1:
        raise BackendError(
            "these WebUIs would not draw the same pictures; give them the same model and settings:\n"
            + "\n".join(f"- {kind}" for kind in kinds)
        )
    problems = [problem for backend in backends for problem in backend.problems(plan)]
    if problems:
        raise BackendError("this cannot be drawn:\n" + "\n".join(f"- {problem}" for problem in problems))


class _StopError(Exception):
    """Leaves a stretch that waits for a frame which will not come."""


@dataclass
class _Work:
    """What the threads share; `lock` guards all that changes."""

    plan: RenderPlan
    run: RunFolder
    fingerprint: str
    on_event: Callable[[Event], None]
    should_stop: Callable[[], bool]
    waiting: deque[tuple[int, int]]
    errors: list[Exception] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    interrupted: bool = False
    n_done: int = 0
    clock: EtaClock = field(init=False)

    def __post_init__(self) -> None:
        missing = missing_of(self.run)
        self.n_done = missing.n_ready
        self.clock = EtaClock(missing.n_to_diffuse)

    def over(self) -> bool:
        """Return whether nobody should go on."""
        return bool(self.errors) or self.interrupted or self.should_stop()

    def serve(self, backend: FrameBackend) -> None:
        """Draw one stretch after another on a backend, until none is left."""
        try:
            while not self.over():
                with self.lock:
                    if not self.waiting:
                        return
                    start, end = self.waiting.popleft()
                self._draw(backend, start, end)
        except (_StopError, BackendInterruptedError):
            self.interrupted = True
        except Exception as error:  # noqa: BLE001 - raised again by the thread that waits for this one
            self.errors.append(error)

    def _draw(self, backend: FrameBackend, start: int, end: int) -> None:
        frames = self.plan.frames
        before = frames[start - 1].index if start else NO_ANCHOR

        def recall(index: int) -> Frame:
            # A stretch begins with a cut, which looks at nothing of the frame before it.
            if index == before:
                return np.zeros((self.plan.size[1], self.plan.size[0], 3), np.uint8)
            return self._awaited(index)

        missing = missing_of(self.run, start, end)
        for first, last in missing.ranges:
            for drawn in draw_frames(self.plan, backend, recall, first):
                if drawn.spec.index in missing.frames:
                    self._keep(drawn, backend)
                if self.over():
                    return
                if drawn.spec.index == frames[last - 1].index:
                    break

    def _awaited(self, index: int) -> Frame:
        while not self.run.frame_path(index).exists():
            if self.over():
                raise _StopError
            time.sleep(_POLL_S)
        return self.run.read(index)

    def _keep(self, drawn: Drawn, backend: FrameBackend) -> None:
        spec = drawn.spec
        settings = drawn.settings(self.plan, backend)
        text = frame_text(self.plan, spec, settings, self.fingerprint)
        path = self.run.write(spec.index, drawn.frame, text)
        with self.lock:
            if drawn.problem:
                self.run.note_held(spec.index, drawn.problem)
                self.on_event(FrameRepeated(spec.index, drawn.problem))
            self.n_done += 1
            if spec.diffuse:
                self.clock.tick()
            n_frames, eta_s = len(self.plan.frames), self.clock.eta_s()
            start = start_text(settings)
            self.on_event(FrameDone(spec.index, self.n_done, n_frames, spec.scene, path, spec.diffuse, eta_s, start))
