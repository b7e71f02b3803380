"""Finished frames enlarged by a WebUI somewhere else, over its own API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from glance.backends.sdapi import UPSCALER_OPTIONS, digest_of, find_upscaler
from glance.backends.sdapi_watched import WatchedClient, decoded, encoded
from glance.errors import BackendError, BackendMemoryError
from glance.frames import Frame, size_of
from glance.project.enlarging import enlarged


class WebuiApiUpscaler:
    """One upscaler of a WebUI reached over HTTP as a `FrameUpscaler`.

    Args:
        url: See `WebuiApiBackend`.
        name: The upscaler's name, in any case.
        should_stop: Watched while a frame is enlarged; once it says yes, that is interrupted over there.
        patience_s: How long a lost connection is tried again.

    Raises:
        BackendError: The address is none.
    """

    exact = False

    def __init__(
        self, url: str, name: str, *, should_stop: Callable[[], bool] = lambda: False, patience_s: float = 300.0
    ) -> None:
        self._client = WatchedClient(url, should_stop=should_stop, patience_s=patience_s)
        self._name = name
        self._found = ""

    @property
    def identity(self) -> str:
        """The upscaler's name, and a digest of the settings that change what it makes."""
        options: dict[str, Any] = self._client.get("options")
        return f"{self._name}, settings {digest_of({name: options.get(name) for name in UPSCALER_OPTIONS})}"

    def problems(self) -> Sequence[str]:
        """Say so where the other WebUI has no such upscaler.

        Raises:
            BackendError: It cannot be reached.
        """
        known = [str(each["name"]) for each in self._client.get("upscalers")]
        try:
            self._found = find_upscaler(self._name, known)
        except BackendError as error:
            return [self._client.redacted(str(error))]
        return []

    def upscale(self, frame: Frame, scale: float) -> Frame:
        """Return the enlarged frame.

        Raises:
            BackendInterruptedError: It was interrupted, from here or over there.
            BackendMemoryError: The other WebUI ran out of memory, twice.
            BackendError: It stayed away or refused.
        """
        payload = {
            "resize_mode": 0,
            "upscaling_resize": scale,
            "upscaler_1": self._found or self._name,
            "image": encoded(frame),
        }
        try:
            answer = self._client.pictures(("extra-single-image", payload))
        except BackendMemoryError:  # the WebUI clears its cache between two calls
            answer = self._client.pictures(("extra-single-image", payload))
        text = answer.get("image") if isinstance(answer, dict) else None
        if not text:
            raise BackendError(f"the WebUI at {self._client.address} returned no picture; its console says why")
        return decoded(str(text), enlarged(size_of(frame), scale), self._client.address)

    def close(self) -> None:
        """Hang up."""
        self._client.close()
