"""Long work in the background: started by one page, watched by any number, stopped by each of them.

A task has one state, a small mapping that is replaced whenever something happens. A watcher gets the newest state, not
every one in between, so a slow connection never makes a queue grow, and a page that was reloaded sees at once how
things stand. A task ends in exactly one of `done`, `stopped` and `error`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from glance.errors import GlanceError, ProjectError
from glance.system.packages import with_command

State = Mapping[str, Any]
_log = logging.getLogger(__name__)
#: Seconds after which a watcher is told the unchanged state again, so that a lost connection is noticed.
_HEARTBEAT_S = 5.0
#: Finished tasks that are remembered for pages that come back.
_REMEMBERED = 50


class Task:
    """One piece of long work.

    Args:
        kind: What it does: `listen`, `story`, `preview`, `render` ...
        project: Id of the project it works on.
    """

    def __init__(self, kind: str, project: str) -> None:
        self.id = secrets.token_hex(8)
        self.kind = kind
        self.project = project
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._watchers: set[_Watcher] = set()
        self._state: State = {"status": "running", "text": "", "done": 0, "total": 0}

    @property
    def state(self) -> State:
        """The newest state, with the task's id, kind and project."""
        return {"id": self.id, "kind": self.kind, "project": self.project, **self._state}

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return bool(self._state["status"] == "running")

    def say(self, **fields: Any) -> None:
        """Replace some of the state's fields and wake all watchers."""
        with self._lock:
            self._state = {**self._state, **fields}
            watchers = tuple(self._watchers)
        for watcher in watchers:
            watcher.wake()
        if not self.running:
            self._ended.set()

    def stop(self) -> None:
        """Ask it to stop; it does so at its next good moment."""
        self._stop.set()

    def stopping(self) -> bool:
        """Return whether it was asked to stop."""
        return self._stop.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it has ended, in this thread; return whether it has."""
        return self._ended.wait(timeout_s)

    async def watch(self) -> AsyncGenerator[State, None]:
        """Yield the state now, then whenever it has changed, until the task has ended; no thread waits meanwhile."""
        watcher = _Watcher()
        with self._lock:
            self._watchers.add(watcher)
        try:
            while True:
                watcher.changed.clear()
                state = self.state
                yield state
                if state["status"] != "running":
                    return
                await watcher.until_changed(_HEARTBEAT_S)
        finally:
            with self._lock:
                self._watchers.discard(watcher)


class _Watcher:
    """One page that watches, in the event loop that it was made in."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def wake(self) -> None:
        """Tell it, from any thread, that there is something new."""
        with suppress(RuntimeError):  # the loop has ended, and nobody watches any more
            self._loop.call_soon_threadsafe(self.changed.set)

    async def until_changed(self, timeout_s: float) -> None:
        """Wait for something new, or for so long."""
        with suppress(TimeoutError, asyncio.TimeoutError):
            await asyncio.wait_for(self.changed.wait(), timeout_s)


class BackgroundTasks:
    """All tasks of one server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[str, Task] = {}

    def start(self, kind: str, project: str, work: Callable[[Task], Mapping[str, Any]]) -> Task:
        """Run `work` in a thread of its own; what it returns becomes the `result` of the task's last state.

        A running task of the same kind on the same project is returned instead of starting a second one.
        """
        with self._lock:
            for task in self._running(kind, project):
                return task
            return self._begin(kind, project, work, ())

    def replace(self, kind: str, project: str, work: Callable[[Task], Mapping[str, Any]]) -> Task:
        """As `start`, but running tasks of the kind on the project are stopped; the new one waits until they have."""
        with self._lock:
            before = self._running(kind, project)
            for task in before:
                task.stop()
            return self._begin(kind, project, work, before)

    def _running(self, kind: str, project: str) -> list[Task]:
        return [task for task in self._tasks.values() if task.running and (task.kind, task.project) == (kind, project)]

    def _begin(
        self, kind: str, project: str, work: Callable[[Task], Mapping[str, Any]], before: Sequence[Task]
    ) -> Task:
        task = Task(kind, project)
        self._tasks[task.id] = task
        for old in [key for key, known in self._tasks.items() if not known.running][:-_REMEMBERED]:
            del self._tasks[old]
        threading.Thread(target=_run, args=(task, work, before), name=f"glance-{kind}", daemon=True).start()
        return task

    def find(self, task_id: str) -> Task:
        """Return a task by id.

        Raises:
            ProjectError: There is none; the server was perhaps started anew.
        """
        with self._lock:
            task = self._tasks.get(task_id)
        if task is None:
            raise ProjectError("", "this work is no longer known here; the server was started anew. Start it again")
        return task

    def running(self, project: str) -> list[Task]:
        """Return the running tasks of a project."""
        with self._lock:
            return [task for task in self._tasks.values() if task.running and task.project == project]


def _run(task: Task, work: Callable[[Task], Mapping[str, Any]], before: Sequence[Task]) -> None:
    try:
        for other in before:
            other.wait()
        result = {} if before and task.stopping() else work(task)
    except GlanceError as error:
        task.say(status="error", text=str(error), field=getattr(error, "field", ""))
    except ImportError as error:
        _log.warning("A package does not load", exc_info=True)
        task.say(status="error", text=f"This needs more than is there: {with_command(error)}", field="")
    except Exception:  # noqa: BLE001 - the tab's edge: whatever breaks must reach the person, not vanish with the thread
        _log.exception("The %s task failed", task.kind)
        task.say(status="error", text="Something in GLANCE broke here; the server's console has the details.", field="")
    else:
        task.say(status="stopped" if task.stopping() else "done", result=result)
