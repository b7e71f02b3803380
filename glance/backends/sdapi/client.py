"""JSON over HTTP to a WebUI that may be busy, asleep behind a tunnel, or started anew while a night's render waits."""

from __future__ import annotations

import base64
import binascii
import io
import json
import logging
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glance.errors import BackendError, BackendInterruptedError, BackendMemoryError, VideoError
from glance.frames import Frame, Size, size_of
from glance.limits import ANSWER_BYTES, MEGABYTE
from glance.media.image_reader import ANSWERS, picture_of
from glance.system.redaction import redacted, spellings_of
from glance.system.waiting import interruptible, wait_for

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)
#: Answers that come from a proxy while the WebUI behind it is away.
_AWAY = frozenset({408, 429, 502, 503, 504, 520, 521, 522, 523, 524, 530})
_AUTH = frozenset({401, 403})
#: Waits between tries, in seconds, the last one repeated. The first is for a connection that had gone stale; a WebUI
#: that is being started needs a minute or two.
_BACK_OFF_S = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
#: A frame of a large model on a slow card; a connection that is dead gives an error much sooner.
_TIMEOUT_S = 1800.0
_CONNECT_TIMEOUT_S = 10.0
#: How long an address at which nothing has ever answered is tried, and how long each try may take: it is wrong, as a
#: rule, and whoever gave it sits in front of the screen.
_STRANGER_PATIENCE_S, _STRANGER_TIMEOUT_S = 10.0, 5.0
#: A request that is lost so late was being worked on; two in a row that were lost after the same time were cut off by
#: something in between, as tunnels and proxies do after one or two minutes.
_CUT_FROM_S, _CUTS_ALIKE = 10.0, 0.15


class JsonClient:
    """One WebUI's API. Not to be shared between threads.

    Args:
        url: `http://host:port`, perhaps with a path in front of the API and with `user:password@`.
        patience_s: How long a lost connection is tried again before giving up; where nothing has answered yet, ten
            seconds at most.
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
        # No packed answers: their bound counts what comes out.
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        if parts.username:
            user, password = (urllib.parse.unquote(part or "") for part in (parts.username, parts.password))
            token = base64.b64encode(f"{user}:{password}".encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        self._secrets = _secrets(parts)
        self._http: httpx.Client | None = None
        self._has_answered = False

    @property
    def address(self) -> str:
        """The URL without the password, for messages."""
        port = f":{self._parts.port}" if self._parts.port else ""
        return f"{self._parts.scheme}://{self._parts.hostname}{port}{self._parts.path.rstrip('/')}"

    def redacted(self, text: str) -> str:
        """Return a text that holds words of the server's without the password, which it may have repeated."""
        return redacted(text, self._secrets, "[password]")

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
        connection, self._http = self._http, None
        if connection is not None:
            with suppress(RuntimeError):  # of older releases, where an answer is still waited for that nobody wants
                connection.close()

    def _asked(self, method: str, path: str, body: bytes | None) -> Any:
        import httpx

        waited_s, tries, cut_after_s = 0.0, 0, 0.0
        while True:
            begun = time.monotonic()
            try:
                status, data = interruptible(partial(self._exchange, method, path, body))
                reason = f"it answered {status}"
            except (OSError, httpx.HTTPError) as error:
                self.close()
                status, data, reason = 0, b"", self.redacted(str(error)) or type(error).__name__
            if status and status not in _AWAY:
                if not self._broken_off(status, data):
                    self._has_answered = True
                    return self._understood(path, status, data)
                self.close()
                reason = "its answer broke off"
            lasted_s = time.monotonic() - begun
            if lasted_s >= _CUT_FROM_S and abs(lasted_s - cut_after_s) <= _CUTS_ALIKE * lasted_s:
                raise BackendError(self._cut_off(lasted_s))
            cut_after_s = lasted_s
            pause_s = _BACK_OFF_S[min(tries, len(_BACK_OFF_S) - 1)]
            # A frame may have taken minutes before its connection was lost; a stranger's silence is waiting.
            waited_s += 0.0 if self._has_answered else lasted_s
            if waited_s + pause_s > self._patience_left_s() or self._should_stop():
                raise BackendError(self._absence(reason))
            if pause_s:
                _log.warning("The WebUI at %s is away (%s); trying again in %.0f s", self.address, reason, pause_s)
                self._sleep(pause_s)
            waited_s, tries = waited_s + pause_s, tries + 1

    def _patience_left_s(self) -> float:
        return self._patience_s if self._has_answered else min(self._patience_s, _STRANGER_PATIENCE_S)

    def _cut_off(self, after_s: float) -> str:
        return (
            f"the connection to the WebUI at {self.address} is cut off after {after_s:.0f} seconds each time, before a "
            "frame is finished: a tunnel or proxy between here and there allows no more. Give the video fewer steps or "
            "a smaller size, or reach the WebUI without it. Everything drawn so far is kept"
        )

    def _absence(self, reason: str) -> str:
        if self._has_answered:
            return (
                f"the WebUI at {self.address} cannot be reached any more ({reason}). Is it running? Everything drawn "
                "so far is kept; continue when it is back"
            )
        return (
            f"no WebUI answers at {self.address} ({reason}). Is it running, was it started with --api, and are host "
            "and port the ones that it shows in its console?"
        )

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        import httpx

        parts, places = self._parts, _places(self._parts)
        for place in places:
            url = f"{parts.scheme}://{place}{parts.path.rstrip('/')}{path}"
            try:
                return self._exchange_at(url, method, body)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if place == places[-1]:
                    raise
            except httpx.InvalidURL:
                raise _not_an_address(parts.netloc) from None
        raise AssertionError("an address has a place")

    def _exchange_at(self, url: str, method: str, body: bytes | None) -> tuple[int, bytes]:
        data = bytearray()
        with self._connected().stream(method, url, content=body, timeout=self._timeout()) as response:
            for piece in response.iter_bytes():
                data += piece
                if len(data) > ANSWER_BYTES:
                    raise BackendError(
                        f"the WebUI at {self.address} answered with more than {ANSWER_BYTES // MEGABYTE} MB"
                    )
            return response.status_code, bytes(data)

    def _timeout(self) -> httpx.Timeout:
        import httpx

        if self._has_answered:
            return httpx.Timeout(_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S)
        return httpx.Timeout(_STRANGER_PATIENCE_S, connect=_STRANGER_TIMEOUT_S)

    def _connected(self) -> httpx.Client:
        import httpx

        if self._http is None:
            # The system's own certificates; no proxy or login of the environment: what is asked is a machine of ours.
            verify = ssl.create_default_context() if self._parts.scheme == "https" else False
            self._http = httpx.Client(headers=self._headers, verify=verify, trust_env=False)
        return self._http

    def _broken_off(self, status: int, data: bytes) -> bool:
        """Return whether a good status came with less than an answer, so that it is worth while to ask again.

        A WebUI answers with JSON, if only with `null`. Once it has, anything else is a tunnel's page or an answer that
        was cut; of an address that has not answered yet, only what begins like JSON is.
        """
        if status >= 300:
            return False
        try:
            json.loads(data)
        except ValueError:
            return self._has_answered or data.lstrip()[:1] in (b"{", b"[")
        return False

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
        raise self._refusal(status, answer)

    def _refusal(self, status: int, answer: Any) -> BackendError:
        said = answer if isinstance(answer, dict) else {}
        kind = str(said.get("error", ""))
        text = str(said.get("errors") or said.get("detail") or f"status {status}")
        if kind == "OutOfMemoryError" or "out of memory" in text:
            return BackendMemoryError(
                f"the WebUI at {self.address} ran out of memory. Everything drawn so far is kept: make the video "
                "smaller, or free the graphics card, then continue"
            )
        shown = self.redacted(" ".join(filter(None, [kind, text])))
        return BackendError(f"the WebUI at {self.address} refused: {shown[:500]}")


def _places(parts: urllib.parse.SplitResult) -> tuple[str, ...]:
    """Return the hosts with ports to try, one after the other."""
    host = parts.hostname or ""
    # WebUIs listen at 127.0.0.1. Windows asks at ::1 first when it is called localhost, and waits two seconds there.
    names = ("127.0.0.1", host) if (parts.scheme, host) == ("http", "localhost") else (host,)
    port = f":{parts.port}" if parts.port else ""
    return tuple(f"[{name}]{port}" if ":" in name else f"{name}{port}" for name in names)


def _not_an_address(text: str) -> BackendError:
    # The part behind the last @ only: in front of it stands a password.
    shown = text.rpartition("@")[2]
    return BackendError(f"expected a WebUI's address such as http://127.0.0.1:7860, found {shown!r}")


def _parts(url: str) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url if "://" in url else f"http://{url}")
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port can be that, or brackets do not match
        fits = False
    if not fits:
        raise _not_an_address(url)
    return parts


def _secrets(parts: urllib.parse.SplitResult) -> tuple[str, ...]:
    """Return the spellings of what stands in front of the @ of an address."""
    typed = [parts.username or "", parts.password or ""]
    meant = [urllib.parse.unquote(part) for part in typed]
    whole = [":".join(pair) for pair in (typed, meant) if pair[0]]
    # A user without a password is a token.
    return spellings_of([*whole, *(pair[1] or pair[0] for pair in (typed, meant))])


API = "/sdapi/v1"
_PROGRESS = f"{API}/progress?skip_current_image=true"
#: How often a wish to stop is looked for while a picture is made over there.
_WATCH_S = 0.2


#: Addresses that give a list of records -> the texts that each record has. All others give one object.
_RECORDS = {
    "samplers": ("name",),
    "schedulers": ("name", "label"),
    "sd-models": ("title",),
    "sd-vae": ("model_name", "filename"),
    "sd-modules": ("model_name", "filename"),
    "upscalers": ("name",),
}


class WatchedClient:
    """One WebUI's API. Not to be shared between threads.

    Args:
        url: See `JsonClient`.
        should_stop: Watched while a picture is made; once it says yes, that picture is interrupted over there.
        patience_s: How long a lost connection is tried again.

    Raises:
        BackendError: The address is none.
    """

    def __init__(self, url: str, *, should_stop: Callable[[], bool], patience_s: float) -> None:
        self._client = JsonClient(url, should_stop=should_stop, patience_s=patience_s)
        # Interrupting needs a connection of its own, for the other one waits for its picture.
        self._side = JsonClient(url, patience_s=0.0)
        self._should_stop = should_stop

    @property
    def address(self) -> str:
        """The URL without the password, for messages."""
        return self._client.address

    def redacted(self, text: str) -> str:
        """Return a text that holds words of the server's without the password."""
        return self._client.redacted(text)

    def get(self, name: str) -> Any:
        """Return the JSON of an address below `/sdapi/v1`, in the form that WebUIs give it.

        Raises:
            BackendError: As `JsonClient.post`, or it has another form.
        """
        answer = self._client.get(f"{API}/{name}")
        fields = _RECORDS.get(name)
        if isinstance(answer, dict) if fields is None else _are_records(answer, fields):
            return answer
        raise BackendError(f"{self.address}{API}/{name} answered in no WebUI's way; is this a WebUI's address?")

    def pictures(self, *calls: tuple[str, Mapping[str, object]]) -> Any:
        """Ask for pictures, one call after the other, and return what the last one answers.

        Args:
            calls: (name below `/sdapi/v1`, payload).

        Raises:
            BackendInterruptedError: It was interrupted, from here or over there.
            BackendMemoryError: The other WebUI ran out of memory.
            BackendError: It stayed away or refused.
        """
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(over,), name="glance-stop", daemon=True)
        watcher.start()
        try:
            for name, payload in calls:
                answer = self._client.post(f"{API}/{name}", payload)
        except KeyboardInterrupt:
            self._interrupt()
            raise
        finally:
            over.set()
            wait_for(watcher)
        state = self._client.get(_PROGRESS).get("state") or {}
        if self._should_stop() or state.get("interrupted") or state.get("skipped"):
            raise BackendInterruptedError("the WebUI was interrupted")
        return answer

    def restore(self, options: Mapping[str, Any]) -> bool:
        """Set those of the other WebUI's settings that are no longer as they were, and return whether it answered."""
        # Whoever closes does so after an error too, perhaps because nobody answers there any more.
        try:
            now = self._side.get(f"{API}/options")
            changed = {name: value for name, value in options.items() if now.get(name) != value}
            if changed:
                self._side.post(f"{API}/options", changed)
        except BackendError:
            return False
        return True

    def set_options(self, options: Mapping[str, Any]) -> None:
        """Set some of the other WebUI's settings. Raises as `get` does."""
        self._client.post(f"{API}/options", options)

    def close(self) -> None:
        """Hang up."""
        self._client.close()
        self._side.close()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_WATCH_S):
            if self._should_stop():
                self._interrupt()

    def _interrupt(self) -> None:
        with suppress(BackendError):
            self._side.post(f"{API}/interrupt")


def encoded(picture: NDArray[np.uint8]) -> str:
    """Return a picture as PNG in base64, as the API wants it."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def decoded(text: str, size: Size | None, address: str) -> Frame:
    """Return the picture that the API has sent as base64, in `size` unless that is None.

    Raises:
        BackendError: It is none, or has another size.
    """
    try:
        data = base64.b64decode(text.partition(",")[2] or text, validate=True)
        frame = picture_of(data, "its answer", ANSWERS)
    except (binascii.Error, ValueError, VideoError) as error:
        raise BackendError(f"the WebUI at {address} returned something that is no picture: {error}") from None
    if size is not None and size_of(frame) != size:
        raise BackendError(f"the WebUI at {address} drew {size_of(frame)} pixels where {size} were asked for")
    return frame


def _are_records(answer: Any, fields: tuple[str, ...]) -> bool:
    """Return whether an answer is a list of objects that have these texts."""
    return isinstance(answer, list) and all(
        isinstance(each, dict) and all(isinstance(each.get(field), str) for field in fields) for each in answer
    )
