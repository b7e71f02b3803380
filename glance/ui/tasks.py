"""Long work in the background: started by one page, watched by any number, stopped by each of them.

A task has one state, a small mapping that is replaced whenever something happens. A watcher gets the newest state, not
every one in between, so a slow connection never makes a queue grow, and a page that was reloaded sees at once how
things stand. A task ends in exactly one of `done`, `stopped` and `error`.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from glance._packages import explain
from glance.errors import GlanceError, ProjectError

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
        self._changed = threading.Condition()
        self._version = 0
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
        with self._changed:
            self._state = {**self._state, **fields}
            self._version += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Ask it to stop; it does so at its next good moment."""
        self._stop.set()

    def stopping(self) -> bool:
        """Return whether it was asked to stop."""
        return self._stop.is_set()

    def watch(self) -> Iterator[State]:
        """Yield the state now, then whenever it has changed, until the task has ended."""
        seen = -1
        while True:
            with self._changed:
                if self._version == seen and self.running:
                    self._changed.wait(_HEARTBEAT_S)
                seen = self._version
            state = self.state
            yield state
            if state["status"] != "running":
                return


class TaskBoard:
    """All tasks of one server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tasks: dict[str, Task] = {}

    def start(self, kind: str, project: str, work: Callable[[Task], Mapping[str, Any]]) -> Task:
        """Run `work` in a thread of its own; what it returns becomes the `result` of the task's last state.

        A running task of the same kind on the same project is returned instead of starting a second one.
        """
        with self._lock:
            for task in self._tasks.values():
                if task.running and (task.kind, task.project) == (kind, project):
                    return task
            task = Task(kind, project)
            self._tasks[task.id] = task
            for old in [key for key, known in self._tasks.items() if not known.running][:-_REMEMBERED]:
                del self._tasks[old]
        threading.Thread(target=_run, args=(task, work), name=f"glance-{kind}", daemon=True).start()
        return task

    def end(self, kind: str, project: str) -> None:
        """Stop the running tasks of a kind on a project, and wait until they have."""
        for task in self.running(project):
            if task.kind == kind:
                task.stop()
                for _ in task.watch():
                    pass

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


def _run(task: Task, work: Callable[[Task], Mapping[str, Any]]) -> None:
    try:
        result = work(task)
    except GlanceError as error:
        task.say(status="error", text=str(error), field=getattr(error, "field", ""))
    except ImportError as error:
        _log.warning("A package does not load", exc_info=True)
        task.say(status="error", text=f"This needs more than is there: {explain(error)}", field="")
    except Exception:  # noqa: BLE001 - the tab's edge: whatever breaks must reach the person, not vanish with the thread
        _log.exception("The %s task failed", task.kind)
        task.say(status="error", text="Something in GLANCE broke here; the server's console has the details.", field="")
    else:
        task.say(status="stopped" if task.stopping() else "done", result=result)
