"""Taking in what a browser sends: no more than a route takes, without holding others up, and not for ever.

A request whose `Content-Length` is too large is refused before any of it is read. Songs go to a file as they come; the
file has no name, so that nothing is left of it whatever happens. Who sends nothing for half a minute, or next to
nothing for longer, is given up.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from glance.errors import GlanceError
from glance.limits import MEGABYTE, SILENCE_S, SLOWEST_BYTES_S

if TYPE_CHECKING:
    from starlette.requests import Request


_GRACE_S = 2.0


class BodyError(GlanceError):
    """A request's body is not taken in.

    Args:
        status: The answer's HTTP status.
        message: What to tell the person.
    """

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


async def body_of(request: Request, most: int) -> bytearray:
    """Return a request's body.

    Raises:
        BodyError: It has more than `most` bytes, or its sender is too slow.
    """
    body = bytearray()
    async for part in parts_of(request, most):
        body += part
    return body


async def file_of(request: Request, most: int, folder: Path) -> IO[bytes]:
    """Return a request's body as an open file without a name, at its start, on the disk of `folder`.

    Raises:
        BodyError: It has more than `most` bytes, or its sender is too slow, or the disk is full.
    """
    from starlette.concurrency import run_in_threadpool

    _check_length(request, most)
    try:
        file: IO[bytes] = await run_in_threadpool(_nameless, folder)
    except OSError as error:
        raise BodyError(400, f"the file cannot be stored in {folder}: {error.strerror or error}") from None
    try:
        async for part in parts_of(request, most):
            await run_in_threadpool(file.write, part)
        await run_in_threadpool(file.seek, 0)
    except OSError as error:
        file.close()
        raise BodyError(400, f"the file cannot be stored in {folder}: {error.strerror or error}") from None
    except BaseException:
        file.close()
        raise
    return file


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield an open file's bytes, a megabyte at a time."""
    while piece := file.read(MEGABYTE):
        yield piece


async def parts_of(request: Request, most: int) -> AsyncIterator[bytes]:
    """Yield a request's body as it comes.

    Raises:
        BodyError: It has more than `most` bytes, or its sender is too slow.
    """
    from starlette.requests import ClientDisconnect

    _check_length(request, most)
    begun, size = time.monotonic(), 0
    stream = request.stream().__aiter__()
    while True:
        left_s = begun + SILENCE_S + size / SLOWEST_BYTES_S - time.monotonic()
        try:
            # The studio's server drops such a connection a moment before; a WebUI's does not.
            part = await asyncio.wait_for(stream.__anext__(), max(0.0, min(left_s, SILENCE_S)) + _GRACE_S)
        except StopAsyncIteration:
            return
        except ClientDisconnect:
            raise BodyError(400, "The connection was lost.") from None
        except (TimeoutError, asyncio.TimeoutError):
            raise BodyError(408, "The connection is too slow: too little came for half a minute.") from None
        size += len(part)
        if size > most:
            raise _too_large(most)
        if part:
            yield part


def _check_length(request: Request, most: int) -> None:
    told = request.headers.get("content-length", "")
    # Twenty digits are more than any disk; more of them would only be a slow number.
    if told.isdecimal() and (len(told) > 20 or int(told) > most):
        raise _too_large(most)


def _too_large(most: int) -> BodyError:
    return BodyError(413, f"This is larger than GLANCE takes here ({most // MEGABYTE} MB).")


def _nameless(folder: Path) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return cast(IO[bytes], tempfile.TemporaryFile(dir=folder))
