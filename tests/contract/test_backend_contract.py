"""What every backend owes the render loop. A new backend joins by one entry in `BACKENDS`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image

from glance.backends.sdapi.backend import WebuiApiBackend
from glance.errors import BackendError
from glance.imaging.blend import masked, read_mask
from glance.painter.backend import PainterBackend
from glance.project.plan import PictureFile
from glance.render.backend import FrameBackend, FrameRequest
from glance.render.feedback import draw_frames
from glance.webui.backend import WebuiBackend
from glance.webui.queue import QueueSlot
from glance.webui.settings import Settings
from tests.support.fake_webui_server import fake_webui
from tests.support.host_sources import HOSTS
from tests.support.painted_frames import SMALL, frame_spec, photograph, plan_of
from tests.support.standin_webui import StandIn, install


@contextmanager
def inside_a_webui(*, host: str) -> Iterator[FrameBackend]:
    """The in-process backend, in a stand-in for the WebUI's own modules."""
    with pytest.MonkeyPatch.context() as patch:
        install(StandIn(host=host), patch.setitem)
        turn = QueueSlot(lambda: False)
        with turn.hold(lambda: False), closing(WebuiBackend(turn, Settings())) as made:
            yield made


@contextmanager
def over_http(credentials: str = "", host: str = "A1111") -> Iterator[FrameBackend]:
    """The API's backend, talking to a fake WebUI on this machine, which may ask for `user:password`."""
    with fake_webui(host) as server:
        server.password = credentials or None
        address = server.url.replace("://", f"://{quote(credentials, safe=':')}@") if credentials else server.url
        with closing(WebuiApiBackend(address)) as made:
            yield made


#: Name -> how to make one.
BACKENDS: dict[str, Callable[[], AbstractContextManager[FrameBackend]]] = {
    "painter": lambda: closing(PainterBackend(threads=1)),
    **{host: partial(inside_a_webui, host=host) for host in HOSTS},
    **{f"API of {host}": partial(over_http, host=host) for host in HOSTS},
    "API with a password": lambda: over_http("mina:p@ss/word 노래"),
}
#: A real WebUI, started with --api, joins by its address: GLANCE_TEST_WEBUI=http://127.0.0.1:7860 pytest -m host
REAL = os.environ.get("GLANCE_TEST_WEBUI", "")
CASES = [pytest.param(name) for name in sorted(BACKENDS)]
if REAL:
    BACKENDS[REAL] = lambda: closing(WebuiApiBackend(REAL))
    CASES.append(pytest.param(REAL, marks=pytest.mark.host))


@pytest.fixture(params=CASES, scope="module")
def backend(request: pytest.FixtureRequest) -> Iterator[FrameBackend]:
    """One backend, kept for the module."""
    with BACKENDS[request.param]() as made:
        yield made


@pytest.mark.parametrize("size", [(96, 64), (64, 96), (136, 72), (64, 64)])
@pytest.mark.parametrize("with_init", [False, True])
def test_frame_has_the_size_asked_for(backend: FrameBackend, size: tuple[int, int], with_init: bool) -> None:
    init = photograph(size) if with_init else None
    frame = backend.generate(FrameRequest(size, frame_spec(), init))
    assert frame.shape == (size[1], size[0], 3)
    assert frame.dtype == np.uint8
    assert frame.flags.c_contiguous


@pytest.mark.parametrize("init", [None, photograph(SMALL)])
def test_same_request_gives_the_same_pixels(backend: FrameBackend, init: np.ndarray | None) -> None:
    request = FrameRequest(SMALL, frame_spec(), init)
    first = backend.generate(request)
    backend.generate(FrameRequest(SMALL, frame_spec(seed=9, time_s=3.0), photograph(SMALL, 4)))
    np.testing.assert_array_equal(backend.generate(request), first)


def test_pixels_do_not_depend_on_what_was_drawn_before_a_close(backend: FrameBackend) -> None:
    request = FrameRequest(SMALL, frame_spec(), photograph(SMALL))
    first = backend.generate(request)
    backend.close()
    np.testing.assert_array_equal(backend.generate(request), first)


def test_full_strength_returns_the_previous_frame(backend: FrameBackend) -> None:
    init = photograph(SMALL)
    drawn = backend.generate(FrameRequest(SMALL, frame_spec(strength=1.0), init))
    np.testing.assert_array_equal(drawn, init)
    assert not np.shares_memory(drawn, init)


def test_no_strength_forgets_the_previous_frame(backend: FrameBackend) -> None:
    spec = frame_spec(strength=0.0)
    one = backend.generate(FrameRequest(SMALL, spec, photograph(SMALL, 1)))
    other = backend.generate(FrameRequest(SMALL, spec, photograph(SMALL, 2)))
    np.testing.assert_array_equal(one, other)


def test_more_strength_shows_more_of_the_previous_frame(backend: FrameBackend) -> None:
    # Seen in how far pictures drawn from two different frames differ, not in how near they are to their frames: a
    # model that was never trained does not give any picture back, and yet has to draw from the one that it is given.
    seen = []
    for strength in (0.97, 0.5, 0.1, 0.0):
        spec = frame_spec(strength=strength)
        one, other = (backend.generate(FrameRequest(SMALL, spec, photograph(SMALL, seed))) for seed in (1, 2))
        seen.append(np.abs(one.astype(int) - other).mean())
    assert seen[0] > seen[1] > seen[2] > seen[3] == 0


def test_input_is_left_alone(backend: FrameBackend) -> None:
    init, mask = photograph(SMALL), np.linspace(0, 1, SMALL[0] * SMALL[1], dtype=np.float32).reshape(SMALL[::-1])
    kept_init, kept_mask = init.copy(), mask.copy()
    backend.generate(FrameRequest(SMALL, frame_spec(), init, mask))
    np.testing.assert_array_equal(init, kept_init)
    np.testing.assert_array_equal(mask, kept_mask)


HALF = np.full(SMALL[::-1], 128, dtype=np.uint8)
EDGE = np.zeros(SMALL[::-1], dtype=np.uint8)
EDGE[:, 48:] = 255


@pytest.mark.parametrize(
    ("picture", "feather_px"), [(HALF, 0.0), (EDGE, 8.0), (EDGE, 0.0)], ids=["half", "soft", "hard"]
)
def test_a_mask_is_mixed_in_once(
    backend: FrameBackend, picture: np.ndarray, feather_px: float, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "mask.png"
    Image.fromarray(picture).save(path)
    frames = [frame_spec(index=index, seed=index + 1, time_s=index / 12, strength=0.4) for index in range(2)]
    plan = plan_of(*frames)
    look = replace(plan.look, mask=PictureFile(str(path), "0" * 64), mask_feather_px=feather_px)
    before, after = (drawn.frame for drawn in draw_frames(replace(plan, look=look), backend, lambda index: before))
    mask = read_mask(picture, feather_px=feather_px)
    # A real WebUI looks at the mask while it draws; whatever it draws, it is laid over the frame before but once.
    shown = mask if request.node.callspec.params["backend"] == REAL else None
    alone = backend.generate(FrameRequest(SMALL, frames[1], before, shown))
    assert (alone[:, 48:] != before[:, 48:]).mean() > 0.5
    np.testing.assert_allclose(after.astype(int), masked(before, alone, mask), atol=1)
    np.testing.assert_array_equal(after[mask == 0], before[mask == 0])


def test_another_attempt_draws_another_picture(backend: FrameBackend) -> None:
    init = photograph(SMALL)
    first = backend.generate(FrameRequest(SMALL, frame_spec(), init, attempt=0))
    second = backend.generate(FrameRequest(SMALL, frame_spec(), init, attempt=1))
    assert (first != second).any()


def test_another_seed_draws_another_picture(backend: FrameBackend) -> None:
    init = photograph(SMALL)
    one, other = (backend.generate(FrameRequest(SMALL, frame_spec(seed=seed), init)) for seed in (1, 2))
    assert (one != other).any()


@pytest.mark.parametrize("level", [0, 255])
def test_black_or_white_previous_frame_is_drawn_upon(backend: FrameBackend, level: int) -> None:
    frame = np.full((SMALL[1], SMALL[0], 3), level, dtype=np.uint8)
    for index in range(12):
        frame = backend.generate(FrameRequest(SMALL, frame_spec(index=index, seed=index, time_s=index / 12), frame))
    assert frame.std() > 15.0


def test_previous_frame_of_another_size_is_refused_with_both_sizes(backend: FrameBackend) -> None:
    with pytest.raises(BackendError, match="96x64"):
        backend.generate(FrameRequest(SMALL, frame_spec(), photograph((64, 64))))


def test_mask_of_another_size_is_refused(backend: FrameBackend) -> None:
    with pytest.raises(BackendError, match="mask"):
        backend.generate(FrameRequest(SMALL, frame_spec(), photograph(SMALL), np.ones((8, 8), dtype=np.float32)))


def test_ready_plan_has_no_problems(backend: FrameBackend) -> None:
    assert list(backend.problems(plan_of(frame_spec()))) == []


def test_identity_is_stable_and_says_something(backend: FrameBackend) -> None:
    assert backend.identity == backend.identity
    assert backend.identity.strip()


def test_closing_twice_is_fine(backend: FrameBackend) -> None:
    backend.close()
    backend.close()
