"""Answering a request: how it is taken in, and how JSON, files and streams are sent.

Starlette is what every supported gradio is built on; its older versions lack byte ranges, without which a browser
cannot seek in a song, so files are sent from here. What is refused comes back as `{"detail": "a sentence"}`.
"""

from __future__ import annotations

import json
import logging
import mimetypes
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from glance.app.access import Access, RefusedError, check_access
from glance.app.page_files import EDITION_HEADER, own_edition
from glance.app.request_body import BodyError, body_of, file_of, pieces_of
from glance.app.request_origin import HEADER, KEY, KEY_HEADER
from glance.errors import GlanceError, ProjectError
from glance.limits import REQUEST_BYTES
from glance.project.files import read_json
from glance.system.packages import with_command
from glance.system.platform import MAC

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


_OWN_NAMES = ("127.0.0.1", "localhost", "::1")


def is_local(client: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request came from this machine's own browser.

    Args:
        client: The address it came from.
        headers: Its headers; a proxy in between names the one it asks for, or speaks of the machine behind it.
    """
    name = urlsplit(f"//{headers.get('host', '')}").hostname
    forwarded = "forwarded" in headers or any(key.startswith("x-forwarded") for key in headers)
    return client in _OWN_NAMES and name in _OWN_NAMES and not forwarded


def can_open() -> bool:
    """Return whether this machine has a desktop with a file manager."""
    return _command(Path()) is not None or hasattr(os, "startfile")


def open_folder(folder: Path) -> None:
    """Open a folder in this machine's file manager.

    Raises:
        ProjectError: It is not there, or there is no file manager.
    """
    if not folder.is_dir():
        raise ProjectError("", f"the folder {folder} is not there any more")
    starter: Any = getattr(os, "startfile", None)
    command = _command(folder)
    try:
        if starter is not None:
            # With a backslash at its end, or `001` could start a program `001.exe` beside it.
            starter(os.path.join(folder, ""))  # noqa: PTH118 - a Path drops the end that is meant
        elif command is not None:
            # The command is a word of ours and one absolute path of a folder that is there; no shell reads it.
            nowhere = subprocess.DEVNULL
            subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)  # noqa: S603
        else:
            raise ProjectError("", f"this machine has no file manager; the folder is {folder}")
    except OSError as error:
        raise ProjectError("", f"the folder {folder} cannot be opened: {error.strerror or error}") from None


def _command(folder: Path) -> list[str] | None:
    """Return what opens a folder here, but for Windows; None where nothing does."""
    if MAC:
        return ["/usr/bin/open", str(folder)]
    desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    opener = shutil.which("xdg-open")
    return [opener, str(folder)] if desktop and opener else None


_log = logging.getLogger(__name__)
_CHUNK = 256 * 1024
_TOO_SLOW = 408
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class Call:
    """One request, read to its end.

    Attributes:
        path: Values of the places in the route's path.
        query: The address's query.
        body: The request's bytes; empty where it came as a file.
        range: The `Range` header, or empty.
        page: Whether GLANCE's page asks; else a program does.
        local: Whether it came from a browser on this machine.
        file: What was uploaded, open at its start, where the route takes files.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes | bytearray
    range: str
    page: bool = False
    local: bool = False
    file: IO[bytes] | None = None

    def pieces(self) -> Iterator[bytes]:
        """Yield what was uploaded, piece by piece; nothing where the route takes no files."""
        return iter(()) if self.file is None else pieces_of(self.file)

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object, an empty one where there is no body.

        Raises:
            ProjectError: It is none.
        """
        value = read_json(self.body.decode("utf-8", "replace") or "{}", "what was sent")
        if not isinstance(value, dict):
            raise ProjectError("", "what was sent is JSON, but no object")
        return value


Handler = Callable[[Call], "Response"]


@dataclass(frozen=True)
class Intake:
    """What a route takes in.

    Attributes:
        most: Bytes of a request's body.
        folder: Gives the folder on whose disk a body goes that is taken as a file; None for the memory.
    """

    most: int = REQUEST_BYTES
    folder: Callable[[], Path] | None = None


def endpoint(
    handler: Handler, access: Access, intake: Intake = Intake(), *, public: bool = False
) -> Callable[[Request], Awaitable[Response]]:
    """Make a Starlette endpoint of a handler, which runs in a thread and may raise `GlanceError`.

    Args:
        handler: Answers.
        access: Who may ask besides the page.
        intake: What it takes in.
        public: Whether it sends what anybody may read; see `glance.app.access.check_access`.
    """
    from starlette.concurrency import run_in_threadpool

    async def answer(request: Request) -> Response:
        try:
            page = await check_access(request, access, public=public)
            call = await _read(request, intake, page=page)
        except (RefusedError, BodyError) as error:
            return _refused(error)
        try:
            response = await run_in_threadpool(_handled, handler, call)
            if HEADER in request.headers:
                response.headers[KEY_HEADER] = KEY
                response.headers[EDITION_HEADER] = own_edition()
            return response
        finally:
            if call.file is not None:
                call.file.close()

    return answer


async def _read(request: Request, intake: Intake, *, page: bool) -> Call:
    local = is_local(request.client.host if request.client else "", request.headers)
    asked = request.headers.get("range", "")
    call = Call(request.path_params, dict(request.query_params), b"", asked, page=page, local=local)
    if intake.folder is None:
        return replace(call, body=await body_of(request, intake.most))
    return replace(call, file=await file_of(request, intake.most, intake.folder()))


def _refused(error: RefusedError | BodyError) -> Response:
    answer = json_response({"detail": str(error)}, error.status)
    if isinstance(error, RefusedError):
        answer.headers.update(error.headers)
    elif error.status == _TOO_SLOW:
        # Others may send what is still under way, which nobody keeps: cut off, they would never read the answer.
        answer.headers["Connection"] = "close"
    return answer


def _handled(handler: Handler, call: Call) -> Response:
    try:
        return handler(call)
    except GlanceError as error:
        return json_response({"detail": str(error), "field": getattr(error, "field", "")}, 400)
    except ImportError as error:
        _log.warning("A package does not load", exc_info=True)
        return json_response({"detail": f"This needs more than is there: {with_command(error)}"}, 400)
    except Exception:  # noqa: BLE001 - the tab's edge: a page must get an answer it can show
        _log.exception("A request of the page failed")
        return json_response({"detail": "Something in GLANCE broke here; the server's console has the details."}, 500)


def json_response(value: Any, status: int = 200) -> Response:
    """Answer with JSON that is never kept by the browser."""
    from starlette.responses import Response

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Response(text, status, {"Cache-Control": "no-store"}, "application/json")


def bytes_response(data: bytes, media_type: str) -> Response:
    """Answer with bytes that may change from one request to the next."""
    from starlette.responses import Response

    return Response(data, 200, {"Cache-Control": "no-store"}, media_type)


def events_response(states: AsyncIterator[Mapping[str, Any]]) -> Response:
    """Send states as server-sent events, one as soon as it is there; no thread waits for them."""
    from starlette.responses import StreamingResponse

    async def lines() -> AsyncIterator[str]:
        async for state in states:
            yield f"data: {json.dumps(state, ensure_ascii=False)}\n\n"

    # The second header asks proxies in between not to hold events back.
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(lines(), 200, headers, "text/event-stream")


def file_response(path: Path, call: Call, *, download: str = "", fresh: bool = True) -> Response:
    """Send a file, or the part of it that the browser asked for.

    Args:
        path: The file.
        call: The request, for its `Range`.
        download: Name under which the browser shall save it; empty to show or play it.
        fresh: Whether the browser must ask again each time.

    Raises:
        ProjectError: The file is not there.
    """
    from starlette.responses import Response, StreamingResponse

    try:
        size = path.stat().st_size
    except OSError as error:
        raise ProjectError("file", f"{path} cannot be read: {error.strerror or error}") from None
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-cache" if fresh else "max-age=86400",
        "X-Content-Type-Options": "nosniff",
    }
    if download:
        headers["Content-Disposition"] = attachment(download)
    start, end = 0, size
    status = 200
    if call.range:
        part = _range(call.range, size)
        if part is None:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
        (start, end), status = part, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    media_type = _media_type(path)
    return StreamingResponse(_pieces(path, start, end), status, headers, media_type)


def attachment(name: str) -> str:
    """Return the header that has a browser keep a file under a name, which may be in any alphabet (RFC 6266)."""
    safe = re.sub(r"[^\w .-]+", "_", name, flags=re.ASCII)
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def _media_type(path: Path) -> str:
    # Some systems' tables call modules text/plain, which browsers then refuse to run.
    own = {".mjs": "text/javascript", ".js": "text/javascript", ".webp": "image/webp", ".m4a": "audio/mp4"}
    own |= {".m4b": "audio/mp4", ".mka": "audio/x-matroska", ".mkv": "video/x-matroska", ".caf": "audio/x-caf"}
    own |= {".weba": "audio/webm", ".opus": "audio/ogg", ".oga": "audio/ogg", ".flac": "audio/flac"}
    guess = own.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0]
    return guess or "application/octet-stream"


def _range(text: str, size: int) -> tuple[int, int] | None:
    """Return [start, end) of a single byte range (RFC 9110, section 14), or None where it cannot be met."""
    match = _RANGE.fullmatch(text.strip())
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else None


def _pieces(path: Path, start: int, end: int) -> Iterator[bytes]:
    # Opened for each piece: a browser that shows a paused video stops reading, and would hold the file for as long. On
    # Windows nobody could then replace it, and a new video of the same take would come to nothing.
    first = None
    while start < end:
        try:
            with path.open("rb") as file:
                found = os.fstat(file.fileno())
                now = found.st_ino, found.st_size, found.st_mtime_ns
                if now != (first := first or now):
                    return  # pieces of two files would be no file
                file.seek(start)
                piece = file.read(min(_CHUNK, end - start))
        except OSError:
            return  # it was replaced or deleted meanwhile; the browser asks anew
        if not piece:
            return
        start += len(piece)
        yield piece
