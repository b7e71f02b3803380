"""A tunnel in front of a WebUI, as share links and notebook services put one there: https, a login, a path in front of
every address, and an end to every request that takes too long.
"""

from __future__ import annotations

import base64
import http.client
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

TLS = Path(__file__).parent / "tls"


class Tunnel:
    """What it is like, and what went through it.

    Attributes:
        url: Where it listens, with its path.
        cuts_after_s: How long a request may take.
        answers_when_cut: Status that is answered then; 0 hangs up.
        cut: How many requests were cut off.
    """

    def __init__(self) -> None:
        self.url = ""
        self.prefix = "/proxy/7860"
        self.login = ""
        self.cuts_after_s = 60.0
        self.answers_when_cut = 0
        self.cut = 0


@contextmanager
def tunnel(to: str) -> Iterator[Tunnel]:
    """Run a tunnel to an address while the block lasts."""
    state, target = Tunnel(), urlsplit(to)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass(None)

        def do_POST(self) -> None:
            self._pass(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _pass(self, body: bytes | None) -> None:
            expected = "Basic " + base64.b64encode(state.login.encode()).decode()
            if state.login and self.headers.get("Authorization") != expected:
                return self._say(401, b"<html>sign in</html>")
            if not self.path.startswith(state.prefix):
                return self._say(404, b"<html>nothing here</html>")
            there = http.client.HTTPConnection(target.hostname or "", target.port, timeout=state.cuts_after_s)
            begun = time.monotonic()
            try:
                kind = self.headers.get("Content-Type")
                headers = {"Content-Type": kind} if kind else {}
                there.request(self.command, self.path.removeprefix(state.prefix), body, headers)
                answer = there.getresponse()
                self._say(answer.status, answer.read())
            except OSError:
                assert time.monotonic() - begun < 30
                state.cut += 1
                if state.answers_when_cut:
                    return self._say(state.answers_when_cut, b"<html>timeout</html>")
                self.close_connection = True
            finally:
                there.close()
            return None

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    state.url = f"https://127.0.0.1:{server.server_address[1]}{state.prefix}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
