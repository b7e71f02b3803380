"""The WebUI's queue: one picture or one video at a time, whoever asks.

A video holds the queue's lock for its whole run, or, when the GPU is shared, gives way between two frames to whoever is
waiting. While it holds the lock, the WebUI's own progress display and its Interrupt button belong to it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from glance.webui.options import OptionsSnapshot
from glance.webui.parts import in_words, kept_from_host
from glance.webui.probe import part_of
from glance.webui.settings import params_file

JOB = "GLANCE"
#: How long a waiting job gets to take the lock once it was let go.
_HANDOVER_S = 2.0
#: How often a wish to stop is looked for.
_WATCH_S = 0.1


class QueueSlot:
    """GLANCE's place in the WebUI's queue.

    Args:
        shares: Asked between frames: whether others may draw before the video is finished.
    """

    def __init__(self, shares: Callable[[], bool]) -> None:
        self._shares = shares
        self._models: OptionsSnapshot | None = None
        self._last_picture: bytes | None = None
        self._done = 0
        self._total = 0

    @contextmanager
    def hold(self, stopping: Callable[[], bool]) -> Iterator[None]:
        """Wait for the turn and hold it; afterwards the WebUI is as it was.

        Args:
            stopping: Watched while the turn lasts; once it says yes, the frame being drawn is interrupted.
        """
        lock, shared = in_words("a place in its queue", _queue)()
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(stopping, over), name="glance-stop", daemon=True)
        with lock:
            in_words("a place in its queue", self._begin)(shared)
            watcher.start()
            try:
                yield
            finally:
                over.set()
                watcher.join()
                # What the frame failed of is to be told, and not what then failed, too.
                kept_from_host("a tidy end of its turn", self._end, None)(shared)

    def between_frames(self) -> None:
        """Let a waiting job draw first, when the GPU is shared. To be called by the thread that holds the turn."""
        from modules import call_queue, shared

        pending = part_of("modules.progress", "pending_tasks", ())
        waiting = next(iter(pending), None)
        # The next job would wipe out an Interrupt that let the frame before be finished.
        if self._models is None or waiting is None or self.interrupted() or not self._shares():
            return
        self._end(shared)
        call_queue.queue_lock.release()
        try:
            # The lock can be taken back before the waiting thread wakes up, so it gets a moment.
            deadline = time.monotonic() + _HANDOVER_S
            while waiting in pending and time.monotonic() < deadline:
                # Windows sleeps no shorter than this.
                time.sleep(0.02)
        finally:
            call_queue.queue_lock.acquire()
            self._begin(shared)

    def lend_models(self, *names: str) -> None:
        """Remember model settings that a frame is about to change; they come back at the end of the turn.

        They are lent for so long because each change loads a model.
        """
        if self._models is not None:
            # The WebUI notes a loaded model's hash among its settings, too.
            self._models.remember(*names, *(["sd_checkpoint_hash"] if "sd_model_checkpoint" in names else []))

    def own(self, name: str) -> Any:
        """Return a model setting as the person has it, whatever frames have made of it during this turn."""
        from modules import shared

        return (self._models or OptionsSnapshot(shared.opts)).own(name)

    def show(self, text: str, done: int, total: int) -> None:
        """Put progress into the WebUI's own display; the API's `/sdapi/v1/progress` tells it too."""
        from modules import shared

        self._done, self._total = done, total
        if self._models is not None:
            self._publish(shared.state, text)

    def interrupted(self) -> bool:
        """Return whether one of the WebUI's Interrupt buttons was pressed during this turn."""
        from modules import shared

        state = shared.state
        return self._models is not None and bool(state.interrupted or state.stopping_generation)

    def _watch(self, stopping: Callable[[], bool], over: threading.Event) -> None:
        from modules import shared

        while not over.wait(_WATCH_S):
            if self._models is not None and stopping():
                # Again and again, for the WebUI forgets it when another job begins.
                shared.state.interrupt()

    def _begin(self, shared: Any) -> None:
        shared.state.begin(job=JOB)
        self._models = OptionsSnapshot(shared.opts)
        self._last_picture = _read(params_file())
        self._publish(shared.state, None)

    def _end(self, shared: Any) -> None:
        models, self._models = self._models, None
        try:
            if models is not None:
                models.give_back(_restore_model)
        finally:
            _write(params_file(), self._last_picture)
            state = shared.state
            state.end()
            # `end` leaves these as they are, and the next caller may look at them before its own `begin`.
            state.interrupted = state.skipped = state.stopping_generation = False
            state.textinfo = None

    def _publish(self, state: Any, text: str | None) -> None:
        state.job_count = max(self._total, 1)
        state.job_no = min(self._done, max(self._total - 1, 0))
        state.textinfo = text


def _queue() -> tuple[Any, Any]:
    from modules import call_queue, shared

    return call_queue.queue_lock, shared


def _read(path: Path) -> bytes | None:
    # Held by a virus scanner for a moment, it is not worth a video.
    with suppress(OSError):
        return path.read_bytes()
    return None


def _write(path: Path, contents: bytes | None) -> None:
    # Every call of `process_images` notes its prompt there, and the person's own last picture would be forgotten.
    if contents is not None:
        with suppress(OSError):  # a folder that cannot be written is the WebUI's to complain of
            path.write_bytes(contents)


def _restore_model(name: str, value: Any) -> None:
    """Set a model setting the way this WebUI does it, so that the model itself follows."""
    from modules import sysinfo

    if hasattr(sysinfo, "set_config"):  # Forge: the next call loads what is set here
        sysinfo.set_config({name: value}, save_config=False)
        return
    from modules import sd_vae, shared

    # A1111 loads the checkpoint at the next call by itself, but not the VAE.
    shared.opts.data[name] = value
    if name == "sd_vae":
        # First the model's own, for A1111 does not notice a VAE that was only loaded in part.
        sd_vae.restore_base_vae(shared.sd_model)
        sd_vae.reload_vae_weights()
