"""JSON over HTTP to a WebUI that may be busy, asleep behind a tunnel, or started anew while a night's render waits."""

from __future__ import annotations

import base64
import http.client
import json
import logging
import ssl
import time
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from glance.errors import BackendError, BackendMemoryError

_log = logging.getLogger(__name__)
#: Answers that come from a proxy while the WebUI behind it is away.
_AWAY = frozenset({408, 429, 502, 503, 504})
_AUTH = frozenset({401, 403})
#: Waits between tries, in seconds, the last one repeated. The first is for a connection that had gone stale; a WebUI
#: that is being started needs a minute or two.
_BACK_OFF_S = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
#: A frame of a large model on a slow card; a connection that is dead gives an error much sooner.
_TIMEOUT_S = 1800.0
_CONNECT_TIMEOUT_S = 10.0
_MAX_ANSWER_BYTES = 256 * 1024 * 1024


class JsonClient:
    """One WebUI's API. Not to be shared between threads.

    Args:
        url: `http://host:port`, perhaps with a path in front of the API and with `user:password@`.
        patience_s: How long a lost connection is tried again before giving up.
        should_stop: Asked while waiting to try again.
        sleep: Waits; replaced in tests.

    Raises:
        BackendError: The URL is none.
    """

    def __init__(
        self,
        url: str,
        *,
        patience_s: float = 300.0,
        should_stop: Callable[[], bool] = lambda: False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._parts = parts = _parts(url)
        self._patience_s = patience_s
        self._should_stop = should_stop
        self._sleep = sleep
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if parts.username:
            user, password = (urllib.parse.unquote(part or "") for part in (parts.username, parts.password))
            token = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        self._connection: http.client.HTTPConnection | None = None

    @property
    def address(self) -> str:
        """The URL without the password, for messages."""
        port = f":{self._parts.port}" if self._parts.port else ""
        return f"{self._parts.scheme}://{self._parts.hostname}{port}{self._parts.path.rstrip('/')}"

    def get(self, path: str) -> Any:
        """Return the JSON at a path. Raises as `post` does."""
        return self._asked("GET", path, None)

    def post(self, path: str, payload: Mapping[str, object] | None = None) -> Any:
        """Send JSON to a path and return the JSON it answers, trying again while the WebUI is away.

        Raises:
            BackendMemoryError: The WebUI's memory ran out.
            BackendError: The WebUI stayed away, asks for a password, or refused.
        """
        return self._asked("POST", path, json.dumps(payload or {}).encode())

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _asked(self, method: str, path: str, body: bytes | None) -> Any:
        waited_s, tries = 0.0, 0
        while True:
            try:
                status, data = self._exchange(method, path, body)
                reason = f"it answered {status}"
            except (OSError, http.client.HTTPException) as error:
                self.close()
                status, data, reason = 0, b"", str(error) or type(error).__name__
            if status and status not in _AWAY:
                return self._understood(path, status, data)
            pause_s = _BACK_OFF_S[min(tries, len(_BACK_OFF_S) - 1)]
            if waited_s + pause_s > self._patience_s or self._should_stop():
                raise BackendError(
                    f"the WebUI at {self.address} cannot be reached ({reason}). Is it running, was it started with "
                    "--api, and is the address right? Everything drawn so far is kept; continue when it is back"
                )
            if pause_s:
                _log.warning("The WebUI at %s is away (%s); trying again in %.0f s", self.address, reason, pause_s)
                self._sleep(pause_s)
            waited_s, tries = waited_s + pause_s, tries + 1

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = self._connected()
        connection.request(method, self._parts.path.rstrip("/") + path, body, self._headers)
        response = connection.getresponse()
        data = response.read(_MAX_ANSWER_BYTES + 1)
        if len(data) > _MAX_ANSWER_BYTES:
            raise BackendError(f"the WebUI at {self.address} answered with more than {_MAX_ANSWER_BYTES // 2**20} MB")
        if response.will_close:
            self.close()
        return response.status, data

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            host, port = self._parts.hostname or "", self._parts.port
            if self._parts.scheme == "https":
                context = ssl.create_default_context()
                connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                    host, port, timeout=_CONNECT_TIMEOUT_S, context=context
                )
            else:
                connection = http.client.HTTPConnection(host, port, timeout=_CONNECT_TIMEOUT_S)
            connection.connect()
            connection.sock.settimeout(_TIMEOUT_S)
            self._connection = connection
        return self._connection

    def _understood(self, path: str, status: int, data: bytes) -> Any:
        try:
            answer = json.loads(data) if data else None
        except ValueError:
            answer = None
        if 300 <= status < 400:
            raise BackendError(
                f"the WebUI at {self.address} sends to another address ({status}): give that one, perhaps with https://"
            )
        if status < 400:
            if data and answer is None and data.strip() != b"null":
                raise BackendError(f"{self.address}{path} did not answer with JSON; is this a WebUI's address?")
            return answer
        if status in _AUTH:
            raise BackendError(
                f"the WebUI at {self.address} asks for a password: put it into the address, as in "
                "http://user:password@127.0.0.1:7860 (what --api-auth was given)"
            )
        if status == 404:
            raise BackendError(f"the WebUI at {self.address} has no {path}; start it with --api")
        raise _refusal(self.address, status, answer)


def _parts(url: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url if "://" in url else f"http://{url}")
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port can be that, or brackets do not match
        fits = False
    if not fits:
        # The part behind the last @ only: in front of it stands a password.
        shown = url.rpartition("@")[2]
        raise BackendError(f"expected a WebUI's address such as http://127.0.0.1:7860, found {shown!r}")
    return parts


def _refusal(address: str, status: int, answer: Any) -> BackendError:
    said = answer if isinstance(answer, dict) else {}
    kind = str(said.get("error", ""))
    text = str(said.get("errors") or said.get("detail") or f"status {status}")
    if kind == "OutOfMemoryError" or "out of memory" in text:
        return BackendMemoryError(
            f"the WebUI at {address} ran out of memory. Everything drawn so far is kept: make the video smaller, or "
            "free the graphics card, then continue"
        )
    return BackendError(f"the WebUI at {address} refused: {' '.join(filter(None, [kind, text]))[:500]}")
