"""A language model's server on loopback that answers as a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Answers one request. It gets the handler and the request's body.
Reply = Callable[["ChatHandler", dict], None]


@dataclass
class ChatServer:
    """A running server: its URL, what it was sent, its models (None keeps no list), and where alone it answers."""

    url: str
    requests: list[dict] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    models: tuple[str, ...] | None = ("tiny",)
    under: str = ""

    def forms(self) -> list[str]:
        """Return the response formats asked for, in order."""
        return [request.get("response_format", {}).get("type", "plain") for request in self.requests]


class ChatHandler(BaseHTTPRequestHandler):
    """Speaks just enough of the chat interface."""

    protocol_version = "HTTP/1.1"
    chat: ChatServer
    replies: Iterator[Reply]
    left: threading.Event

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def do_GET(self) -> None:
        """List the models."""
        self.chat.paths.append(self.path)
        if self.chat.models is None or not self.path.startswith(self.chat.under):
            self.send(404, b"404 page not found", "text/plain")
            return
        entry = {"object": "model", "created": 0, "owned_by": "us"}
        self.json(200, {"object": "list", "data": [{"id": name, **entry} for name in self.chat.models]})

    def do_POST(self) -> None:
        """Note the request and answer with the next reply."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chat.requests.append(body)
        self.chat.headers.append(dict(self.headers))
        if not self.path.startswith(self.chat.under):
            self.send(404, b"404 page not found", "text/plain")
            return
        try:
            next(self.replies)(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def json(self, status: int, content: object, **headers: str) -> None:
        """Answer with JSON."""
        self.send(status, json.dumps(content).encode(), "application/json", **headers)

    def send(self, status: int, data: bytes, kind: str, **headers: str) -> None:
        """Answer with bytes of any kind."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def begin_stream(self) -> None:
        """Open an event stream, which ends when the connection is closed."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, delta: dict, finish: str | None = None) -> None:
        """Send one piece."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "tiny", "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()


def say(text: str, piece: int = 40) -> Reply:
    """Stream a text to its end."""

    def reply(handler: ChatHandler, body: dict) -> None:
        handler.begin_stream()
        for start in range(0, len(text), piece):
            handler.event({"content": text[start : start + piece]})
        handler.event({}, "stop")
        handler.wfile.write(b"data: [DONE]\n\n")

    return reply


def fail(status: int, message: str = "no", **headers: str) -> Reply:
    """Answer with a status."""
    return lambda handler, body: handler.json(status, {"error": {"message": message}}, **headers)


def whole(message: dict, finish: str = "stop") -> Reply:
    """Answer with one JSON object although a stream was asked for."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return lambda handler, body: handler.json(200, {"object": "chat.completion", "choices": [choice]})


def plain(data: bytes, kind: str, status: int = 200) -> Reply:
    """Answer with bytes, such as a login page."""
    return lambda handler, body: handler.send(status, data, kind)


def stream(*deltas: dict, finish: str | None = "stop", done: bool = True) -> Reply:
    """Stream these pieces."""

    def reply(handler: ChatHandler, body: dict) -> None:
        handler.begin_stream()
        for delta in deltas:
            handler.event(delta)
        handler.event({}, finish)
        if done:
            handler.wfile.write(b"data: [DONE]\n\n")

    return reply


def fault_in_stream(message: str) -> Reply:
    """Begin a stream and report an error in it."""

    def reply(handler: ChatHandler, body: dict) -> None:
        handler.begin_stream()
        handler.wfile.write(f"event: error\ndata: {json.dumps({'error': {'message': message}})}\n\n".encode())

    return reply


def refuse(handler: ChatHandler, body: dict) -> None:
    """Stream a refusal, as OpenAI's models do."""
    handler.begin_stream()
    handler.event({"refusal": "I cannot help with that."})
    handler.event({}, "stop")
    handler.wfile.write(b"data: [DONE]\n\n")


def break_off(handler: ChatHandler, body: dict) -> None:
    """Begin to answer, then close the connection."""
    handler.begin_stream()
    handler.event({"content": '{"concept": "half a'})


def close_at_once(handler: ChatHandler, body: dict) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def dawdle(handler: ChatHandler, body: dict) -> None:
    """Send a word now and then until the client has gone, for ten seconds at most."""
    handler.begin_stream()
    for _ in range(200):
        handler.event({"content": "slow "})
        if handler.left.wait(0.05):
            return


def hang(handler: ChatHandler, body: dict) -> None:
    """Send nothing at all, for ten seconds at most."""
    handler.left.wait(10.0)
    handler.close_connection = True


def babble(handler: ChatHandler, body: dict) -> None:
    """Send an event stream that is none."""
    handler.begin_stream()
    handler.wfile.write(b"data: <html>hello</html>\n\n")


@contextmanager
def chat_server(*replies: Reply) -> Iterator[ChatServer]:
    """Run a server that gives these replies in turn, the last one for ever."""
    chat = ChatServer("")

    def turns() -> Iterator[Reply]:
        yield from replies
        while True:
            yield replies[-1]

    left = threading.Event()
    handler = type("Handler", (ChatHandler,), {"chat": chat, "replies": turns(), "left": left})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    chat.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield chat
    finally:
        left.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
        time.sleep(0.01)
