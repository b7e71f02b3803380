"""What every upscaler owes the second pass. A new one joins by one entry in `UPSCALERS`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial

import numpy as np
import pytest

from glance.backends.sdapi.backend import WebuiApiUpscaler
from glance.errors import BackendInterruptedError
from glance.project.validate import enlarged
from glance.render.backend import FrameUpscaler
from glance.render.upscaling import LanczosUpscaler
from glance.webui.queue import QueueSlot
from glance.webui.upscaler import WebuiUpscaler
from tests.support.fake_webui_server import fake_webui
from tests.support.host_sources import HOSTS
from tests.support.painted_frames import SMALL, photograph
from tests.support.standin_webui import StandIn, install

NAME = "R-ESRGAN 4x+"


@contextmanager
def inside_a_webui(name: str, *, host: str) -> Iterator[FrameUpscaler]:
    """The host's own, in a stand-in for its modules."""
    with pytest.MonkeyPatch.context() as patch:
        install(StandIn(host=host), patch.setitem)
        turn = QueueSlot(lambda: False)
        with turn.hold(lambda: False):
            yield WebuiUpscaler(turn, name)


@contextmanager
def over_http(name: str) -> Iterator[FrameUpscaler]:
    """The API's, talking to a fake WebUI on this machine."""
    with fake_webui() as server, closing(WebuiApiUpscaler(server.url, name)) as made:
        yield made


#: Name -> how to make one of that upscaler's name.
UPSCALERS: dict[str, Callable[[str], AbstractContextManager[FrameUpscaler]]] = {
    "built in": lambda name: closing(LanczosUpscaler()),
    **{host: partial(inside_a_webui, host=host) for host in HOSTS},
    "WebUI API": over_http,
}
CASES = [pytest.param((kind, NAME), id=kind) for kind in sorted(UPSCALERS)]
#: As for the backends: a real WebUI by its address. `Nearest` needs no download over there.
REAL = os.environ.get("GLANCE_TEST_WEBUI", "")
if REAL:
    UPSCALERS[REAL] = lambda name: closing(WebuiApiUpscaler(REAL, name))
    CASES.append(pytest.param((REAL, "Nearest"), id=REAL, marks=pytest.mark.host))


@pytest.fixture(params=CASES, scope="module")
def upscaler(request: pytest.FixtureRequest) -> Iterator[FrameUpscaler]:
    """One upscaler, kept for the module."""
    kind, name = request.param
    with UPSCALERS[kind](name) as made:
        yield made


@pytest.mark.parametrize("scale", [1.0, 1.3, 2.0, 4.0])
@pytest.mark.parametrize("size", [SMALL, (64, 96), (136, 72)])
def test_the_frame_comes_back_in_the_size_that_was_promised(
    upscaler: FrameUpscaler, size: tuple[int, int], scale: float
) -> None:
    large = upscaler.upscale(photograph(size), scale)
    width, height = enlarged(size, scale)
    assert large.shape == (height, width, 3)
    assert large.dtype == np.uint8


def test_the_larger_picture_shows_the_same(upscaler: FrameUpscaler) -> None:
    frame = photograph(SMALL)
    large = upscaler.upscale(frame, 2.0).astype(float)
    width, height = SMALL
    small_again = large.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
    assert np.abs(small_again - frame).mean() < 8.0


def test_the_same_frame_gives_the_same_bits_and_is_left_alone(upscaler: FrameUpscaler) -> None:
    frame = photograph(SMALL)
    kept = frame.copy()
    first = upscaler.upscale(frame, 2.0)
    upscaler.upscale(photograph(SMALL, 3), 2.0)
    np.testing.assert_array_equal(upscaler.upscale(frame, 2.0), first)
    np.testing.assert_array_equal(frame, kept)


def test_a_known_name_is_no_problem_and_the_identity_is_stable(upscaler: FrameUpscaler) -> None:
    assert list(upscaler.problems()) == []
    assert upscaler.identity.strip()
    assert upscaler.identity == upscaler.identity


def test_closing_twice_is_fine(upscaler: FrameUpscaler) -> None:
    upscaler.close()
    upscaler.close()


@pytest.mark.parametrize("kind", [*HOSTS, "WebUI API"])
def test_an_unknown_name_is_answered_with_the_nearest(kind: str) -> None:
    with UPSCALERS[kind]("R-ESRGAN 4x") as made:
        (problem,) = made.problems()
        assert "did you mean R-ESRGAN 4x+?" in problem


@pytest.mark.parametrize("kind", [*HOSTS, "WebUI API"])
def test_names_are_found_in_any_case(kind: str) -> None:
    with UPSCALERS[kind]("r-esrgan 4X+") as made:
        assert list(made.problems()) == []
        assert made.upscale(photograph(SMALL), 2.0).shape == (128, 192, 3)


def test_what_an_interrupt_left_unfinished_is_never_returned() -> None:
    with pytest.MonkeyPatch.context() as patch:
        webui = install(StandIn(), patch.setitem)
        webui.midway = lambda number: webui.state.interrupt()
        turn = QueueSlot(lambda: False)
        with turn.hold(lambda: False), pytest.raises(BackendInterruptedError):
            WebuiUpscaler(turn, NAME).upscale(photograph(SMALL), 2.0)


def test_a_wish_to_stop_interrupts_the_frame_over_there() -> None:
    with fake_webui() as server:
        upscaler = WebuiApiUpscaler(
            server.url, NAME, should_stop=lambda: any("extra-single" in path for path, _ in server.requests)
        )
        server.slow.set()
        with closing(upscaler), pytest.raises(BackendInterruptedError):
            upscaler.upscale(photograph(SMALL), 2.0)
        assert "/sdapi/v1/interrupt" in [path for path, _ in server.requests]


def test_a_waiting_picture_is_let_in_between_two_enlarged_frames() -> None:
    with pytest.MonkeyPatch.context() as patch:
        webui = install(StandIn(), patch.setitem)
        turn = QueueSlot(lambda: True)
        let_in: list[int] = []
        patch.setattr(turn, "between_frames", lambda: let_in.append(webui.upscaled))
        with turn.hold(lambda: False):
            upscaler = WebuiUpscaler(turn, NAME)
            upscaler.upscale(photograph(SMALL), 2.0)
            upscaler.upscale(photograph(SMALL), 2.0)
        assert let_in == [0, 1]


def test_out_of_memory_is_tried_once_more() -> None:
    def fail_once(number: int) -> None:
        if number == 1:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    with pytest.MonkeyPatch.context() as patch:
        webui = install(StandIn(), patch.setitem)
        webui.midway = fail_once
        turn = QueueSlot(lambda: False)
        with turn.hold(lambda: False):
            assert WebuiUpscaler(turn, NAME).upscale(photograph(SMALL), 2.0).shape == (128, 192, 3)
    assert webui.upscaled == 2
