"""Waiting that Ctrl-C can end. On Windows nothing interrupts a wait without a time limit, nor a blocked `recv`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TypeVar

#: How long a Ctrl-C waits at most.
STEP_S = 0.2
_Result = TypeVar("_Result")


def wait_for(thread: threading.Thread) -> None:
    """Wait until a thread has ended."""
    while thread.is_alive():
        thread.join(STEP_S)


def result_of(future: Future[_Result]) -> _Result:
    """Wait for a future and return its result, or raise what it ended with."""
    while not future.done():
        try:
            future.result(STEP_S)
        except (TimeoutError, FutureTimeoutError):
            # What was waited for may have ended with a TimeoutError of its own: then it is done.
            continue
        except BaseException:
            if not future.done():
                raise
    return future.result(0)


def interruptible(call: Callable[[], _Result]) -> _Result:
    """Return what a call returns that waits for the network, where a Ctrl-C is heard during it.

    Signals are only heard by the main thread, so there, the call is made in another one, which dies with the program.
    """
    if threading.current_thread() is not threading.main_thread():
        return call()
    answer: Future[_Result] = Future()

    def work() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits for this one
            answer.set_exception(error)

    threading.Thread(target=work, name="glance-network", daemon=True).start()
    return result_of(answer)
