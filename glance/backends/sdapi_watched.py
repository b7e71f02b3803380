"""Pictures from a WebUI's API, with a wish to stop passed on while one is being made."""

from __future__ import annotations

import base64
import binascii
import io
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance._waiting import wait_for
from glance.backends.sdapi_http import JsonClient
from glance.errors import BackendError, BackendInterruptedError, VideoError
from glance.frames import Frame, Size, size_of
from glance.video.picture_reader import ANSWERS, picture_of

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


def decoded(text: str, size: Size, address: str) -> Frame:
    """Return the picture that the API has sent as base64.

    Raises:
        BackendError: It is none, or has another size.
    """
    try:
        data = base64.b64decode(text.partition(",")[2] or text, validate=True)
        frame = picture_of(data, "its answer", ANSWERS)
    except (binascii.Error, ValueError, VideoError) as error:
        raise BackendError(f"the WebUI at {address} returned something that is no picture: {error}") from None
    if size_of(frame) != size:
        raise BackendError(f"the WebUI at {address} drew {size_of(frame)} pixels where {size} were asked for")
    return frame


def _are_records(answer: Any, fields: tuple[str, ...]) -> bool:
    """Return whether an answer is a list of objects that have these texts."""
    return isinstance(answer, list) and all(
        isinstance(each, dict) and all(isinstance(each.get(field), str) for field in fields) for each in answer
    )
