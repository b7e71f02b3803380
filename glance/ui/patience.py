"""How long a connection to the studio may say nothing: uvicorn itself would wait for ever for the rest of a header."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from glance.limits import SILENCE_S


class ImpatientProtocol(H11Protocol):  # type: ignore[misc]
    """Ends a connection whose request's header has not come whole within the time, or that goes on after its answer.

    Bodies that are read are waited for where they are read.
    """

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_or_not()

    def data_received(self, data: bytes) -> None:
        """Take in what came; wait on where it was no whole header."""
        super().data_received(data)
        self._wait_or_not()

    def on_response_complete(self) -> None:
        """Wait for the rest of a body that was answered before it had come, and for the next request."""
        super().on_response_complete()
        self._wait_or_not()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait_or_not(self) -> None:
        if not self._idles():
            self._wait_no_more()
        elif self._patience is None:
            self._patience = asyncio.get_running_loop().call_later(SILENCE_S, self._end)

    def _end(self) -> None:
        self._patience = None
        if self._idles() and not self.transport.is_closing():
            self.transport.close()

    def _idles(self) -> bool:
        """Return whether no whole header is there, or only a body is to come that nobody reads any more."""
        states = self.conn.their_state, self.conn.our_state
        return states[0] is h11.IDLE or states == (h11.SEND_BODY, h11.DONE)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
