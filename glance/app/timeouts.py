"""How long a connection to the studio may say nothing: uvicorn itself would wait for ever for the rest of a request."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from glance.limits import SILENCE_S


class ImpatientProtocol(H11Protocol):  # type: ignore[misc]
    """Drops a connection on which nothing came for a while though the rest of a request, or a first one, is due."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait_anew()

    def data_received(self, data: bytes) -> None:
        """Take in what came, and wait for more of it."""
        super().data_received(data)
        # A header that comes letter by letter is waited for once; a body as long as it comes.
        if self._patience is None or self.conn.their_state is not h11.IDLE:
            self._wait_anew()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of a body that was answered before it had come."""
        super().on_response_complete()
        self._wait_anew()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait_anew(self) -> None:
        self._wait_no_more()
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._patience = asyncio.get_running_loop().call_later(SILENCE_S, self._drop)

    def _drop(self) -> None:
        self._patience = None
        if self.flow.read_paused:
            self._wait_anew()  # it is we who do not read
        elif not self.transport.is_closing():
            self.transport.close()

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
