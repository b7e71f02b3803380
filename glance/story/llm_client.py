"""Talks to a language model's server through the `openai` client, and turns all that can go wrong into one sentence.

The server's answer is streamed in a thread of its own, so that a stop is obeyed at once, however slow the server is.
Nothing that is raised, passed on or shown holds the key: a server that sends it back finds it blotted out.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import queue
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit

from glance.errors import WriterError
from glance.story.llm_endpoints import NO_KEY, Endpoint, find_key
from glance.story.llm_messages import Messages, bounded, spoken_of
from glance.story.llm_transport import (
    MOST_MODELS,
    NoModelServer,
    ServerFault,
    models_listed,
    opened_client,
    pieces_of,
    proxy_of,
    talking_models,
)
from glance.system.redaction import redacted, spellings_of

if TYPE_CHECKING:
    from openai import OpenAI

#: How an answer's form is asked for, best first; a server that does not know one is asked the next way. The second is
#: llama.cpp's: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md (`response_format`).
FORMS = ("json_schema", "json_object", "plain")
#: Statuses with which servers answer a form they do not know.
_FORM_REFUSED = frozenset({400, 404, 415, 422, 501})
#: Statuses of servers that keep no list of their models.
_NO_LIST = frozenset({400, 404, 405, 501})
#: What servers say of the model, the context, the form and the address in their own words.
_ABOUT_MODEL = re.compile(
    r"model.{0,80}?(?:not (?:found|loaded|exist)|does not exist|unknown|invalid|not available)|no model|"
    r"(?:does|do) ?n.t support (?:chat|generat|complet)|does not support (?:chat|generat|complet)|not a chat model|"
    r"embedding|not support.{0,20}chat|(?:unknown|invalid|missing) model|unable to load",
    re.IGNORECASE,
)
_ABOUT_ROOM = re.compile(
    r"exceed\w*.{0,40}context|context.{0,20}(?:length|size|window).{0,60}(?:exceed|small|tokens)|"
    r"maximum context|context_length|too many tokens|prompt is too long|greater than the context",
    re.IGNORECASE,
)
_ABOUT_FORM = re.compile(r"grammar|schema|response_format|json", re.IGNORECASE)
_ABOUT_PLACE = re.compile(
    r"unexpected endpoint|no such (?:route|endpoint)|not found\W*$|cannot (?:get|post) /", re.IGNORECASE
)
_MORE_TIME = "allow more time (--llm-patience, or “Seconds to wait” on the page), or choose a smaller model"
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
#: Tries again when a server is busy, and the longest wait it may ask for.
RETRIES = 2
MAX_WAIT_S = 20.0
#: Longest answer: forty sections fit. The server is told, and one that does not listen is cut off.
MAX_ANSWER_TOKENS = 8000
MAX_CHARACTERS = 60_000
#: Longest thought before an answer, in characters.
MAX_THOUGHT = 600_000
_TICK_S = 0.05


class Stopped(WriterError):  # noqa: N818 - a wish, not a fault
    """The person pressed stop."""


@dataclass(frozen=True)
class _Busy:
    """The server asks to be left alone for `wait_s` seconds; None where it names no time."""

    reason: str
    wait_s: float | None


@dataclass(frozen=True)
class _Refused:
    """The server does not want this; another address, model or form may do."""

    what: Literal["address", "model", "form"]
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
        self._listed: tuple[str, ...] = ()
        self._models: tuple[str, ...] = ()
        self._addresses = endpoint.addresses
        self._form = 0

    @property
    def model(self) -> str:
        """Name of the model that answers; the server's first once asked, where none was named.

        Servers of local files name models by their path, which is nobody's business: only the file's name is kept.
        """
        file = re.split(r"[\\/](?=[^\\/]+\.gguf$)", self._model)[-1].removesuffix(".gguf")
        return self._blot(file)

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
            if isinstance(answer, _Busy):
                wait_s = float(2**waits) if answer.wait_s is None else answer.wait_s
                if waits == RETRIES or wait_s > MAX_WAIT_S:
                    raise WriterError(f"{self._who()} {answer.reason}; try again later")
                waits += 1
                self._pause(wait_s)
            elif not self._goes_on(answer):
                raise WriterError(f"{answer.reason}{self._other_models()}")

    def _goes_on(self, answer: _Refused) -> bool:
        """Turn to the next address, model or form, and return whether there is one."""
        if answer.what == "address":
            self._addresses = self._addresses[1:]
            return bool(self._addresses)
        if answer.what == "model":
            self._models = self._models[1:MOST_MODELS]
            self._model = self._models[0] if self._models else self._model
            return bool(self._models)
        self._form += 1
        return self._form < len(FORMS)

    def _other_models(self) -> str:
        if self._endpoint.model or len(self._listed) < 2:
            return ""
        return f"; the models there are {models_listed(self._listed)}: name one (--model, or on the page)"

    def _listen(self, messages: Messages, schema: Mapping[str, Any]) -> str | _Busy | _Refused:
        """Return one answer, read from a thread that does the waiting."""
        events: queue.Queue[tuple[str, Any]] = queue.Queue()
        gone = threading.Event()
        form = _response_format(FORMS[self._form], schema if self._endpoint.strict else bounded(schema))
        limit = "max_completion_tokens" if self._endpoint.strict else "max_tokens"
        request = {"messages": messages, "options": {**form, limit: MAX_ANSWER_TOKENS}}
        threading.Thread(target=self._stream, args=(request, events, gone), daemon=True).start()
        said: dict[str, list[str]] = {"text": [], "thought": []}
        n_characters = 0
        try:
            while True:
                kind, value = self._next(events)
                if kind == "error":
                    return self._explain(value)
                if kind == "end":
                    return self._whole("".join(said["text"]), "".join(said["thought"]), value)
                said[kind].append(value)
                if self._on_text is not None:
                    self._on_text(self._blot(value) if kind == "text" else "")
                n_characters += len(value)
                if n_characters > (MAX_CHARACTERS if kind == "text" else MAX_THOUGHT):
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
                        f"{self._who()} did not finish within {self._patience_s:g} s; {_MORE_TIME}"
                    ) from None

    def _whole(self, text: str, thoughts: str, ending: str) -> str | _Refused:
        if ending == "refusal" or ending == "content_filter":
            raise WriterError(f"{self._who()} refused to answer; change the theme or choose another model")
        # Some servers put an answer whose form is asked for where its thoughts belong, or never say that it is whole.
        if not text.strip() and _is_object(thoughts):
            return self._blot(thoughts)
        if ending == "none" and not _is_object(spoken_of(text)):
            raise WriterError(f"{self._who()} broke off in the middle of its answer; try again")
        if ending == "length" and "{" in spoken_of(text) and not _is_object(spoken_of(text)):
            raise WriterError(
                f"{self._who()} had no room to finish its answer; load it with a larger context, 8192 or more, "
                "or choose another model"
            )
        if spoken_of(text).strip():
            return self._blot(text)
        if ending == "length":
            raise WriterError(
                f"{self._who()} used up its whole answer with thinking; turn its thinking off, or choose another model"
            )
        thought = "only thought, and " if thoughts or text.strip() else ""
        return _Refused("form", f"{self._who()} {thought}answered with nothing; choose another model")

    def _stream(self, request: dict[str, Any], events: queue.Queue[tuple[str, Any]], gone: threading.Event) -> None:
        """Put ('text' or 'thought', piece)..., then ('end', why) or ('error', exception); runs in its own thread."""
        from openai import OpenAIError

        # A server that is none sends anything: what the client makes of it is a ValueError or a missing attribute.
        faults: tuple[type[BaseException], ...] = (
            OpenAIError,
            OSError,
            ValueError,
            AttributeError,
            TypeError,
            LookupError,
            WriterError,
            NoModelServer,
            ServerFault,
            *_transport_errors(),
        )
        left_s = max(0.1, self._deadline - time.monotonic())
        ending = "none"
        try:
            with opened_client(self._endpoint, self._addresses[0], self._key, left_s) as client:
                self._choose_model(client)
                for piece in pieces_of(client, self._model, request):
                    if gone.is_set():
                        return
                    if piece.kind == "end":
                        ending = ending if ending == "refusal" else piece.value
                    else:
                        events.put((piece.kind, piece.value))
        except faults as error:
            events.put(("error", error))
        finally:
            events.put(("end", ending))

    def _choose_model(self, client: OpenAI) -> None:
        """Ask the server for its models where none was named; one that keeps no list has a default."""
        from openai import APIStatusError

        if self._model:
            return
        try:
            self._listed = self._models = talking_models(client)
        except APIStatusError as error:
            if error.status_code not in _NO_LIST or len(self._addresses) > 1:
                raise
        self._model = self._models[0] if self._models else "default"

    def _explain(self, error: Exception) -> _Busy | _Refused:
        """Return how to go on after what the client raised, or raise it in plain words."""
        import openai

        if isinstance(error, WriterError):
            raise error
        detail = self._clean(str(error))
        if isinstance(error, NoModelServer):
            where = f"what answers at {self._endpoint.host} is {detail}, and no language model"
            return _Refused("address", f"{where}; check the address, or sign in to the network")
        if isinstance(error, ServerFault):
            return self._told(200, detail)
        if isinstance(error, openai.APIStatusError):
            return self._explain_status(error, detail)
        if isinstance(error, openai.APITimeoutError):
            raise WriterError(f"{self._who()} did not answer in time; {_MORE_TIME}")
        if isinstance(error, openai.APIConnectionError):
            raise WriterError(self._unreached())
        if isinstance(error, openai.APIError):
            return self._told(200, detail)
        raise WriterError(f"{self._who()} broke off or sent what is no answer ({detail or type(error).__name__})")

    def _unreached(self) -> str:
        proxy = proxy_of(self._endpoint)
        if proxy:
            name = urlsplit(self._endpoint.base_url).hostname
            return (
                f"no language model answered at {self._endpoint.host} through the proxy {proxy}; check the address, or "
                f"set NO_PROXY={name}, so that it is asked directly"
            )
        return f"no language model answered at {self._endpoint.host}; start it there, or check the address"

    def _explain_status(self, error: Any, detail: str) -> _Busy | _Refused:
        status = int(error.status_code)
        if status in (401, 403):
            names = " or ".join(self._endpoint.key_variables)
            raise WriterError(f"{self._who()} refused the key ({status}); set {names}, or check the key")
        about_form = status == 500 and bool(_ABOUT_FORM.search(detail))
        if status in _BUSY and not about_form:
            wait_s = _retry_after(error.response.headers.get("retry-after", ""))
            asked = f", and asks to wait {wait_s:g} s" if wait_s is not None and wait_s > MAX_WAIT_S else ""
            reason = "has too many requests" if status == 429 else f"has a fault of its own ({status})"
            return _Busy(reason + asked, wait_s)
        return self._told(status, detail)

    def _told(self, status: int, detail: str) -> _Refused:
        """Return what a server's own words ask for next, or raise them."""
        number = f" ({status})" if status != 200 else ""
        if _ABOUT_ROOM.search(detail):
            raise WriterError(
                f"{self._who()} has too little room for the request: {detail}; load it with a larger context, 8192 or "
                "more, or choose another model"
            )
        if _ABOUT_PLACE.search(detail) and len(self._addresses) > 1:
            return _Refused("address", f"{self._who()} refused the request{number}: {detail}")
        about_model = _ABOUT_MODEL.search(detail)
        if about_model and len(self._models) > 1 and not self._endpoint.model:
            return _Refused("model", f"{self._who()} refused the request{number}: {detail}")
        if status == 404 and not about_model and len(self._addresses) > 1:
            return _Refused("address", f"{self._who()} refused the request{number}: {detail}")
        if (status in _FORM_REFUSED or status == 500) and not about_model:
            return _Refused("form", f"{self._who()} refused the request: {detail}")
        said = "reported an error" if status == 200 else f"refused the request{number}"
        raise WriterError(f"{self._who()} {said}: {detail}{self._other_models()}")

    def _who(self) -> str:
        return " ".join(f"the language model {self.model} at {self._endpoint.host}".split())

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


def _is_object(text: str) -> bool:
    """Return whether a text is one whole JSON object, maybe in a fence."""
    try:
        return isinstance(json.loads(text[text.find("{") : text.rfind("}") + 1]), dict)
    except (ValueError, RecursionError):
        return False


def _retry_after(header: str) -> float | None:
    try:
        return max(0.0, float(header))
    except ValueError:
        return None


def _transport_errors() -> tuple[type[Exception], ...]:
    """Return the errors of the HTTP library under the client, which lets them through while it streams."""
    installed = [name for name in ("httpx", "httpx2") if importlib.util.find_spec(name) is not None]
    return tuple(importlib.import_module(name).HTTPError for name in installed)
