"""Nothing waits without a time limit, which no Ctrl-C ends on Windows; and a computer that draws stays awake."""

from __future__ import annotations

import signal
import threading
import time
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from glance.system import sleep as _awake
from glance.system.sleep import awake, hold_awake
from glance.system.waiting import interruptible, result_of, wait_for


@pytest.fixture(autouse=True)
def as_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait without a time limit never comes back there, however often Ctrl-C is pressed."""
    join, result = threading.Thread.join, Future.result

    def limited_join(self: threading.Thread, timeout: float | None = None) -> None:
        assert timeout is not None or self.name.startswith("unwatched"), "a join that Ctrl-C cannot end"
        join(self, timeout)

    def limited_result(self: Future[Any], timeout: float | None = None) -> Any:
        assert timeout is not None, "a result that Ctrl-C cannot end"
        return result(self, timeout)

    monkeypatch.setattr(threading.Thread, "join", limited_join)
    monkeypatch.setattr(Future, "result", limited_result)


def test_a_thread_is_waited_for_in_steps() -> None:
    ended: list[int] = []
    thread = threading.Thread(target=lambda: (time.sleep(0.3), ended.append(1)))
    thread.start()
    wait_for(thread)
    assert ended == [1]


def test_a_future_is_waited_for_in_steps_and_gives_its_result_or_its_error() -> None:
    with_result, with_error, with_own_timeout, cancelled = (Future[int]() for _ in range(4))
    threading.Timer(0.3, with_result.set_result, [7]).start()
    with_error.set_exception(OSError("gone"))
    with_own_timeout.set_exception(TimeoutError("its own"))
    cancelled.cancel()
    assert result_of(with_result) == 7
    with pytest.raises(OSError, match="gone"):
        result_of(with_error)
    with pytest.raises(TimeoutError, match="its own"):
        result_of(with_own_timeout)
    with pytest.raises(CancelledError):
        result_of(cancelled)


def test_a_ctrl_c_ends_a_wait_for_the_network_before_the_answer() -> None:
    answered = threading.Event()
    # What Windows does: the wish arrives between two steps of the main thread, never inside the blocked call.
    threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interruptible(lambda: answered.wait(20))
    assert time.monotonic() - begun < 10
    answered.set()


def test_a_call_for_the_network_gives_its_answer_or_its_error_and_stays_in_a_thread_that_hears_no_signals() -> None:
    def fail() -> None:
        raise ConnectionError("refused")

    assert interruptible(lambda: 5) == 5
    with pytest.raises(ConnectionError):
        interruptible(fail)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lambda: interruptible(threading.get_ident))
        there = pool.submit(threading.get_ident)
        assert result_of(asked) == result_of(there)
        for thread in pool._threads:
            thread.name = "unwatched"


@pytest.mark.parametrize("module", ["render/parallel.py", "render/upscaling.py", "backends/sdapi/client.py"])
def test_what_a_render_waits_for_is_waited_for_in_steps(module: str) -> None:
    text = (Path(_awake.__file__).parents[1] / module).read_text(encoding="utf-8")
    assert ".result()" not in text
    assert "er.join()" not in text
    assert "thread.join()" not in text


class Held:
    """Stands in for the system's own way; notes when it is asked, and when it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held, self.released = threading.Event(), threading.Event()
        monkeypatch.setattr(_awake, "AFTER_S", 0.0)
        monkeypatch.setattr(_awake, "hold_awake", self.hold)

    def hold(self) -> Any:
        self.held.set()
        return self.released.set


def test_a_computer_is_held_awake_while_it_draws_and_let_go_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    with awake():
        assert held.held.wait(5)
        assert not held.released.is_set()
    assert held.released.wait(5)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_it_is_let_go_after_an_error_and_a_stop_too(
    error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    with pytest.raises(error), awake():
        raise error
    assert held.released.wait(5)


def test_who_does_not_want_it_is_not_held_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    with awake(wanted=False):
        assert not held.held.wait(0.1)


def test_windows_is_told_by_one_thread_to_stay_awake_and_that_it_may_sleep_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import ctypes

    told: list[int] = []

    class Kernel:
        @staticmethod
        def SetThreadExecutionState(state: int) -> None:
            told.append(state)

    monkeypatch.setattr(_awake, "WINDOWS", True)
    monkeypatch.setattr(ctypes, "windll", type("Dll", (), {"kernel32": Kernel}), raising=False)
    release = hold_awake()
    assert told == [0x80000001]
    release()
    assert told == [0x80000001, 0x80000000]


@pytest.mark.parametrize("mac", [True, False])
def test_elsewhere_a_program_of_the_system_does_it_and_ends_with_the_render(
    mac: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    import subprocess

    started: list[list[str]] = []
    real = subprocess.Popen

    def popen(command: list[str], **options: Any) -> Any:
        started.append(command)
        return real([shutil.which("cat")], **options)

    monkeypatch.setattr(_awake, "MAC", mac)
    monkeypatch.setattr(_awake, "WINDOWS", False)
    monkeypatch.setattr(shutil, "which", lambda name, which=shutil.which: which(name) or f"/usr/bin/{name}")
    monkeypatch.setattr(_awake.subprocess, "Popen", popen)
    hold_awake()()
    assert started[0][0].endswith("caffeinate" if mac else "systemd-inhibit")
    monkeypatch.setattr(_awake.subprocess, "Popen", lambda *_, **__: (_ for _ in ()).throw(OSError("not allowed")))
    hold_awake()()
