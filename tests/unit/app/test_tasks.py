"""Long work: watched, stopped, and always ended with a word."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from glance.app.tasks import BackgroundTasks, Task
from glance.errors import AudioError, ProjectError


def _watched(task: Task) -> list[Mapping[str, Any]]:
    async def states() -> list[Mapping[str, Any]]:
        return [state async for state in task.watch()]

    return asyncio.run(states())


def _last(task: Task) -> Mapping[str, Any]:
    return _watched(task)[-1]


def test_a_watcher_sees_the_result_at_the_end() -> None:
    def work(task: Task) -> dict[str, Any]:
        task.say(done=1, total=2)
        return {"answer": 42}

    state = _last(BackgroundTasks().start("listen", "p", work))
    assert (state["status"], state["result"], state["done"]) == ("done", {"answer": 42}, 1)


def test_a_refusal_becomes_its_sentence() -> None:
    def work(task: Task) -> dict[str, Any]:
        raise AudioError("this is no song")

    state = _last(BackgroundTasks().start("listen", "p", work))
    assert (state["status"], state["text"]) == ("error", "this is no song")


def test_a_field_at_fault_is_passed_on() -> None:
    def work(task: Task) -> dict[str, Any]:
        raise ProjectError("output.width", "too small")

    assert _last(BackgroundTasks().start("render", "p", work))["field"] == "output.width"


def test_a_bug_is_logged_and_said_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    def work(task: Task) -> dict[str, Any]:
        raise RuntimeError("secret detail")

    state = _last(BackgroundTasks().start("render", "p", work))
    assert state["status"] == "error"
    assert "secret detail" not in state["text"]
    assert "secret detail" in caplog.text


def test_a_stopped_task_says_so() -> None:
    begun = threading.Event()

    def work(task: Task) -> dict[str, Any]:
        begun.set()
        while not task.stopping():
            threading.Event().wait(0.005)
        return {}

    task = BackgroundTasks().start("render", "p", work)
    assert begun.wait(10)
    task.stop()
    assert _last(task)["status"] == "stopped"


def test_the_same_work_is_not_started_twice_but_other_projects_do_not_wait() -> None:
    go = threading.Event()

    def work(task: Task) -> dict[str, Any]:
        go.wait(10)
        return {}

    board = BackgroundTasks()
    first = board.start("render", "p", work)
    assert board.start("render", "p", work) is first
    other = board.start("render", "q", work)
    assert other is not first
    assert board.running("p") == [first]
    go.set()
    assert _last(first)["status"] == _last(other)["status"] == "done"
    assert board.running("p") == []


def test_new_work_takes_the_place_of_work_of_its_kind_once_that_has_ended() -> None:
    order: list[str] = []

    def first_work(task: Task) -> dict[str, Any]:
        while not task.stopping():
            threading.Event().wait(0.005)
        order.append("first ended")
        return {}

    def second_work(task: Task) -> dict[str, Any]:
        order.append("second began")
        return {}

    board = BackgroundTasks()
    first = board.start("preview", "p", first_work)
    second = board.replace("preview", "p", second_work)
    assert second is not first
    assert _last(second)["status"] == "done"
    assert first.state["status"] == "stopped"
    assert order == ["first ended", "second began"]


def test_any_number_of_pages_watch_without_a_thread_and_all_hear_of_a_change() -> None:
    go = threading.Event()

    def work(task: Task) -> dict[str, Any]:
        go.wait(10)
        return {"x": 1}

    task = BackgroundTasks().start("story", "p", work)

    async def watch_all() -> tuple[list[Mapping[str, Any]], int]:
        async def last() -> Mapping[str, Any]:
            state: Mapping[str, Any] = {}
            async for each in task.watch():
                state = each
            return state

        before = threading.active_count()
        watchers = [asyncio.create_task(last()) for _ in range(200)]
        await asyncio.sleep(0.05)
        threads = threading.active_count() - before
        go.set()
        return list(await asyncio.gather(*watchers)), threads

    states, threads = asyncio.run(watch_all())
    assert threads == 0
    assert [state["status"] for state in states] == ["done"] * 200


def test_a_watcher_that_goes_away_is_forgotten() -> None:
    go = threading.Event()

    def work(task: Task) -> dict[str, Any]:
        go.wait(10)
        return {}

    task = BackgroundTasks().start("story", "p", work)

    async def look_and_leave() -> None:
        watching = task.watch()
        await watching.__anext__()
        await watching.aclose()

    asyncio.run(look_and_leave())
    go.set()  # told to nobody, and to no loop that has ended
    assert task.wait(10)
    assert task.state["status"] == "done"


def test_an_unknown_task_is_a_sentence() -> None:
    with pytest.raises(ProjectError, match="started anew"):
        BackgroundTasks().find("nothing")


def test_a_late_watcher_sees_how_it_ended() -> None:
    task = BackgroundTasks().start("listen", "p", lambda task: {"x": 1})
    _last(task)
    assert [state["status"] for state in _watched(task)] == ["done"]
