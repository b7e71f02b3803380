"""A WebUI behind a tunnel: https, a login, a path in front of its addresses, and requests that are cut off."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from glance.backends.sdapi import client as sdapi_http
from glance.backends.sdapi.backend import WebuiApiBackend
from glance.errors import BackendError
from glance.render.backend import FrameRequest
from tests.support.fake_webui_server import FakeWebui, fake_webui
from tests.support.painted_frames import SMALL, frame_spec, photograph
from tests.support.tunnel import TLS, Tunnel, tunnel

LOGIN = "mina:p@ss"
REQUEST = FrameRequest(SMALL, frame_spec(), photograph(SMALL))


@pytest.fixture
def between(monkeypatch):
    """A WebUI, and a tunnel in front of it whose certificate this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "cert.pem"))
    monkeypatch.setattr(sdapi_http, "_CUT_FROM_S", 0.2)
    monkeypatch.setattr(sdapi_http, "_BACK_OFF_S", (0.0, 0.01))
    with fake_webui() as server, tunnel(server.url) as made:
        made.login = LOGIN
        yield server, made


def address(made: Tunnel, login: str = "mina:p%40ss@") -> str:
    return made.url.replace("https://", f"https://{login}")


def test_frames_come_through_https_a_login_and_a_path(between):
    server, made = between
    with closing(WebuiApiBackend(address(made))) as backend, closing(WebuiApiBackend(server.url)) as direct:
        assert (backend.generate(REQUEST) == direct.generate(REQUEST)).all()


def test_a_tunnel_that_asks_for_a_password_is_told_of(between):
    _, made = between
    with closing(WebuiApiBackend(made.url)) as backend, pytest.raises(BackendError, match="asks for a password"):
        backend.generate(REQUEST)


def test_a_certificate_that_nobody_vouches_for_is_refused(between, monkeypatch):
    _, made = between
    monkeypatch.delenv("SSL_CERT_FILE")
    backend = WebuiApiBackend(address(made), patience_s=0.0)
    with closing(backend), pytest.raises(BackendError, match="no WebUI answers"):
        backend.generate(REQUEST)


@pytest.mark.parametrize("status", [0, 504, 524])
def test_a_frame_that_was_cut_off_once_is_drawn_after_all(between, status):
    server, made = between
    made.answers_when_cut = status
    with closing(WebuiApiBackend(address(made))) as backend:
        assert backend.identity  # connected, before anything is slow
        slow_once(server, made)
        assert backend.generate(REQUEST).shape == (64, 96, 3)
    assert made.cut >= 1


@pytest.mark.parametrize("status", [0, 504, 524])
def test_a_tunnel_that_cuts_every_frame_off_is_named_instead_of_waited_for(between, status):
    server, made = between
    made.answers_when_cut = status
    with closing(WebuiApiBackend(address(made))) as backend:
        assert backend.identity  # as above
        made.cuts_after_s = 0.4
        server.slow.set()
        with pytest.raises(BackendError, match="cut off after 0 seconds each time") as told:
            backend.generate(REQUEST)
        server.slow.clear()
        server.interrupted.set()
    assert "fewer steps" in str(told.value)
    assert "p@ss" not in str(told.value)


def slow_once(server: FakeWebui, made: Tunnel) -> None:
    """Let the first picture take longer than the tunnel allows, and the next ones not."""
    made.cuts_after_s = 0.4
    server.slow.set()

    def later() -> None:
        server.slow.clear()
        server.interrupted.set()

    threading.Timer(0.6, later).start()
