"""Talks to a language model's server through the `openai` client, and turns all that can go wrong into one sentence.

The server's answer is streamed in a thread of its own, so that a stop is obeyed at once, however slow the server is.
Nothing that is raised, passed on or shown holds the key: a server that sends it back finds it blotted out.
"""

from __future__ import annotations

import importlib
import importlib.util
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from glance.errors import WriterError
from glance.redaction import redacted, spellings_of
from glance.story.asking import Messages, bounded
from glance.story.endpoint import NO_KEY, Endpoint, find_key

if TYPE_CHECKING:
    from openai import OpenAI

#: How an answer's form is asked for, best first; a server that does not know one is asked the next way. The second is
#: llama.cpp's: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md (`response_format`).
FORMS = ("json_schema", "json_object", "plain")
#: Statuses with which servers answer a form they do not know.
_FORM_REFUSED = frozenset({400, 404, 415, 422, 501})
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
#: Tries again when a server is busy, and the longest wait it may ask for.
RETRIES = 2
MAX_WAIT_S = 20.0
#: Longest answer: forty sections fit. The server is told, and one that does not listen is cut off.
MAX_ANSWER_TOKENS = 8000
MAX_CHARACTERS = 60_000
_TICK_S = 0.05


class Stopped(WriterError):  # noqa: N818 - a wish, not a fault
    """The person pressed stop."""


@dataclass(frozen=True)
class _Busy:
    """The server asks to be left alone for `wait_s` seconds; None where it names no time."""

    reason: str
    wait_s: float | None


@dataclass(frozen=True)
class _FormRefused:
    """The server does not know the form asked for."""

    reason: str


class Conversation:
    """Questions to one model, with one deadline for all of them together.

    Args:
        endpoint: Whom to ask.
        key: Its key; None looks into the environment.
        on_text: Called with each piece of text as it comes in, from the thread that called `ask`.
        stopped: Asked all the time; true ends the conversation with `Stopped`.
        patience_s: Seconds for everything together, and for each silence within it.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: str | None = None,
        on_text: Callable[[str], None] | None = None,
        stopped: Callable[[], bool] | None = None,
        patience_s: float = 120.0,
    ) -> None:
        self._endpoint = endpoint
        self._key = find_key(endpoint, key)
        self._secrets = () if self._key == NO_KEY else spellings_of([self._key])
        self._on_text = on_text
        self._stopped = stopped
        self._deadline = time.monotonic() + patience_s
        self._patience_s = patience_s
        self._model = endpoint.model
        self._form = 0

    @property
    def model(self) -> str:
        """Name of the model that answers; the server's first once asked, where none was named.

        Servers of local files name models by their path, which is nobody's business: only the file's name is kept.
        """
        file = re.split(r"[\\/](?=[^\\/]+\.gguf$)", self._model)[-1].removesuffix(".gguf")
        return self._blot(file) or "its first model"

    def ask(self, messages: Messages, schema: Mapping[str, Any]) -> str:
        """Return all the model wrote.

        Raises:
            Stopped: Stop was pressed.
            WriterError: No whole answer came; the message says what happened and what to do.
        """
        waits = 0
        while True:
            answer = self._listen(messages, schema)
            if isinstance(answer, str):
                return answer
            if isinstance(answer, _FormRefused):
                self._form += 1
                if self._form == len(FORMS):
                    raise WriterError(f"{self._who()} refused the request: {answer.reason}")
                continue
            wait_s = float(2**waits) if answer.wait_s is None else answer.wait_s
            if waits == RETRIES or wait_s > MAX_WAIT_S:
                raise WriterError(f"{self._who()} {answer.reason}; try again later")
            waits += 1
            self._pause(wait_s)

    def _listen(self, messages: Messages, schema: Mapping[str, Any]) -> str | _Busy | _FormRefused:
        """Return one answer, read from a thread that does the waiting."""
        events: queue.Queue[tuple[str, Any]] = queue.Queue()
        gone = threading.Event()
        form = _response_format(FORMS[self._form], schema if self._endpoint.strict else bounded(schema))
        limit = "max_completion_tokens" if self._endpoint.strict else "max_tokens"
        request = {"messages": messages, "options": {**form, limit: MAX_ANSWER_TOKENS}}
        threading.Thread(target=self._stream, args=(request, events, gone), daemon=True).start()
        pieces: list[str] = []
        n_characters = 0
        try:
            while True:
                kind, value = self._next(events)
                if kind == "error":
                    return self._explain(value)
                if kind == "end":
                    return self._whole("".join(pieces), value)
                pieces.append(value)
                if self._on_text is not None:
                    self._on_text(self._blot(value))
                n_characters += len(value)
                if n_characters > MAX_CHARACTERS:
                    raise WriterError(f"{self._who()} did not stop writing; choose another model")
        finally:
            gone.set()

    def _next(self, events: queue.Queue[tuple[str, Any]]) -> tuple[str, Any]:
        while True:
            if self._stopped is not None and self._stopped():
                raise Stopped("stopped before the language model had answered")
            try:
                return events.get(timeout=_TICK_S)
            except queue.Empty:
                if time.monotonic() > self._deadline:
                    raise WriterError(
                        f"{self._who()} did not finish within {self._patience_s:g} s; "
                        "allow more time, or choose a smaller model"
                    ) from None

    def _whole(self, text: str, ending: str) -> str:
        if ending == "refusal" or ending == "content_filter":
            raise WriterError(f"{self._who()} refused to answer; change the theme or choose another model")
        if ending == "none":
            raise WriterError(f"{self._who()} broke off in the middle of its answer; try again")
        if not text.strip():
            raise WriterError(f"{self._who()} answered with nothing; choose another model")
        return self._blot(text)

    def _stream(self, request: dict[str, Any], events: queue.Queue[tuple[str, Any]], gone: threading.Event) -> None:
        """Put ('text', piece)..., then ('end', why) or ('error', exception); runs in a thread of its own."""
        from openai import OpenAI, OpenAIError

        # A server that is none sends anything: what the client makes of it is a ValueError or a missing attribute.
        faults: tuple[type[BaseException], ...] = (
            OpenAIError,
            OSError,
            ValueError,
            AttributeError,
            TypeError,
            *_transport_errors(),
        )
        left_s = max(0.1, self._deadline - time.monotonic())
        ending = "none"
        try:
            with OpenAI(base_url=self._endpoint.base_url, api_key=self._key, timeout=left_s, max_retries=0) as client:
                self._model = self._model or _first_model(client)
                for text, ended in _pieces(client, self._model, request):
                    if gone.is_set():
                        return
                    ending = ending if ending == "refusal" else ended or ending
                    if text:
                        events.put(("text", text))
        except faults as error:
            events.put(("error", error))
        finally:
            events.put(("end", ending))

    def _explain(self, error: Exception) -> _Busy | _FormRefused:
        """Return how to go on after what the client raised, or raise it in plain words."""
        import openai

        detail = self._clean(str(error))
        if isinstance(error, openai.APIStatusError):
            return self._explain_status(error, detail)
        if isinstance(error, openai.APITimeoutError):
            raise WriterError(f"{self._who()} did not answer in time; allow more time, or choose a smaller model")
        if isinstance(error, openai.APIConnectionError):
            raise WriterError(
                f"no language model answered at {self._endpoint.host}; start it there, or check the address"
            )
        if isinstance(error, openai.APIError):
            raise WriterError(f"{self._who()} reported an error: {detail}")
        raise WriterError(f"{self._who()} broke off or sent what is no answer ({detail or type(error).__name__})")

    def _explain_status(self, error: Any, detail: str) -> _Busy | _FormRefused:
        status = int(error.status_code)
        if status in (401, 403):
            names = " or ".join(self._endpoint.key_variables)
            raise WriterError(f"{self._who()} refused the key ({status}); set {names}, or check the key")
        if status in _BUSY:
            wait_s = _retry_after(error.response.headers.get("retry-after", ""))
            asked = f", and asks to wait {wait_s:g} s" if wait_s is not None and wait_s > MAX_WAIT_S else ""
            reason = "has too many requests" if status == 429 else f"has a fault of its own ({status})"
            return _Busy(reason + asked, wait_s)
        if status in _FORM_REFUSED and not (status == 404 and "model" in detail.lower()):
            return _FormRefused(detail)
        raise WriterError(f"{self._who()} refused the request ({status}): {detail}")

    def _who(self) -> str:
        return f"the language model {self.model} at {self._endpoint.host}"

    def _clean(self, text: str) -> str:
        return " ".join(self._blot(text).split())[:200]

    def _blot(self, text: str) -> str:
        return redacted(text, self._secrets, "[key]")

    def _pause(self, seconds: float) -> None:
        until = min(time.monotonic() + seconds, self._deadline)
        while time.monotonic() < until:
            if self._stopped is not None and self._stopped():
                raise Stopped("stopped while the language model was busy")
            time.sleep(min(_TICK_S, max(0.0, until - time.monotonic())))


def _response_format(form: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    if form == "json_schema":
        named = {"name": "answer", "strict": True, "schema": dict(schema)}
        return {"response_format": cast("Any", {"type": "json_schema", "json_schema": named})}
    if form == "json_object":
        return {"response_format": cast("Any", {"type": "json_object", "schema": dict(schema)})}
    return {}


def _pieces(client: OpenAI, model: str, request: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (text, ending) as the model writes; the ending is empty until the last, `refusal` where it refuses."""
    stream = client.chat.completions.create(
        model=model,
        messages=[{"role": role, "content": text} for role, text in request["messages"]],
        stream=True,
        **request["options"],
    )
    for chunk in stream:
        for choice in chunk.choices[:1]:
            refused = getattr(choice.delta, "refusal", None)
            yield choice.delta.content or "", "refusal" if refused else choice.finish_reason or ""


def _first_model(client: OpenAI) -> str:
    models = list(client.models.list())
    return models[0].id if models else "default"


def _retry_after(header: str) -> float | None:
    try:
        return max(0.0, float(header))
    except ValueError:
        return None


def _transport_errors() -> tuple[type[Exception], ...]:
    """Return the errors of the HTTP library under the client, which lets them through while it streams."""
    installed = [name for name in ("httpx", "httpx2") if importlib.util.find_spec(name) is not None]
    return tuple(importlib.import_module(name).HTTPError for name in installed)
