"""The wire to a language model's server: opened past or through a proxy, asked what models it has, and heard.

Servers that call themselves compatible differ in what they send: a stream of events, one JSON object although a stream
was asked for, an error object with status 200, a login page. All of it comes out of here as pieces, or as one of two
exceptions that say which of these it was.
"""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from glance.errors import WriterError
from glance.story.llm_endpoints import Endpoint

if TYPE_CHECKING:
    from openai import OpenAI

#: Largest answer that is read where a server sends no stream; forty sections take a tenth of it.
_MAX_BYTES = 1_000_000
#: Models named in a message, and models tried one after the other.
MOST_MODELS = 5
#: Parts of names of models that make numbers, speech or pictures instead of talking.
_MUTE = re.compile(
    r"embed|(?:^|[/\-_])(?:bge|gte|e5|minilm|nomic|jina|colbert)(?:[\-_:.]|$)|minilm|rerank|whisper|(?:^|[\-_])tts|"
    r"speech|parakeet|wav2vec|stable-?diffusion|sdxl|flux|dall-e|gpt-image|(?:^|[\-_])clip(?:[\-_]|$)|siglip|moderation|"
    r"guard(?:$|[\-_:])|kokoro|bark|vae|upscal",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<(?:title|h1)[^>]*>([^<]{1,80})<", re.IGNORECASE)


class NoModelServer(Exception):  # noqa: N818 - a find, that leads to the next address
    """What answers at this address is no language model's interface; `str()` says what was found."""


class ServerFault(Exception):  # noqa: N818 - what the server said, not what happened here
    """The server answered with an error object, though its status says that all is well; `str()` is its message."""


@dataclass(frozen=True)
class Piece:
    """A part of an answer: text, a thought that is no part of it, or why it ended (`finish_reason`, or `refusal`)."""

    kind: Literal["text", "thought", "end"]
    value: str


def proxy_of(endpoint: Endpoint) -> str:
    """Return the proxy through which a server is asked, without its login; empty where it is asked directly.

    A server on this machine is never asked through a proxy, nor is one that `NO_PROXY` names.
    """
    parts = urlsplit(endpoint.base_url)
    if endpoint.local or urllib.request.proxy_bypass(parts.hostname or ""):
        return ""
    known = urllib.request.getproxies()
    proxy = urlsplit(known.get(parts.scheme) or known.get("all") or "")
    return f"{proxy.scheme}://{proxy.netloc.rpartition('@')[2]}" if proxy.netloc else ""


def opened_client(endpoint: Endpoint, base_url: str, key: str, timeout_s: float) -> OpenAI:
    """Return a client for one of an endpoint's addresses.

    Raises:
        WriterError: The proxy that the environment names cannot be used.
    """
    from openai import DefaultHttpxClient, OpenAI

    proxy = proxy_of(endpoint)
    try:
        http = DefaultHttpxClient(trust_env=bool(proxy))
    except (ImportError, ValueError) as error:
        needs = " needs the package socksio (pip install socksio)" if isinstance(error, ImportError) else " is unknown"
        raise WriterError(
            f"the language model at {endpoint.host} cannot be asked through the proxy {proxy}, which{needs}; or set "
            f"NO_PROXY={urlsplit(endpoint.base_url).hostname}, so that it is asked without"
        ) from None
    return OpenAI(base_url=base_url, api_key=key, timeout=timeout_s, max_retries=0, http_client=http)


def talking_models(client: OpenAI) -> tuple[str, ...]:
    """Return the server's models that can talk, as far as their names tell, in its order; none where it lists none.

    Raises:
        NoModelServer: A page answers, or an error object.
    """
    answer = _object_of(client.models.with_raw_response.list().http_response.read())
    found = answer.get("data", answer.get("models"))
    if not isinstance(found, list):
        raise NoModelServer(_fault_of(answer) or "JSON without a list of models")
    entries = [entry if isinstance(entry, Mapping) else {"id": entry} for entry in found]
    named = [(str(entry.get("id") or entry.get("name") or ""), str(entry.get("type", ""))) for entry in entries]
    talking = tuple(name for name, kind in named if name and not _MUTE.search(name) and "embed" not in kind)
    # A name may say the wrong thing: better to try a doubtful one than none.
    return talking or tuple(name for name, _ in named if name)


def pieces_of(client: OpenAI, model: str, request: Mapping[str, Any]) -> Iterator[Piece]:
    """Yield an answer as the model writes it.

    Args:
        client: See `opened_client`.
        model: The model's name.
        request: `messages`, ((role, text), ...), and `options`.

    Raises:
        NoModelServer: A page answers.
        ServerFault: The server reports an error with status 200.
    """
    raw = client.chat.completions.with_raw_response.create(
        model=model,
        messages=[{"role": role, "content": text} for role, text in request["messages"]],
        stream=True,
        **request["options"],
    )
    kind = raw.headers.get("content-type", "").lower()
    if "json" in kind or "html" in kind:
        yield from _whole_answer(_object_of(_bounded(raw.http_response)))
        return
    for chunk in raw.parse():
        for choice in chunk.choices[:1]:
            yield from _of_message(choice.delta)
            if getattr(choice.delta, "refusal", None):
                yield Piece("end", "refusal")
            elif choice.finish_reason:
                yield Piece("end", choice.finish_reason)


def _whole_answer(answer: Mapping[str, Any]) -> Iterator[Piece]:
    fault = _fault_of(answer)
    choices = answer.get("choices")
    if fault or not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        raise ServerFault(fault or "it sent JSON that holds no answer")
    message = choices[0].get("message")
    if not isinstance(message, Mapping):
        raise ServerFault("it sent JSON that holds no answer")
    yield from _of_message(message)
    yield Piece("end", "refusal" if message.get("refusal") else str(choices[0].get("finish_reason") or "stop"))


def _of_message(message: Any) -> Iterator[Piece]:
    part = dict(message) if isinstance(message, Mapping) else dict(message.to_dict())
    thought = part.get("reasoning_content") or part.get("reasoning")
    if isinstance(thought, str) and thought:
        yield Piece("thought", thought)
    text = part.get("content")
    if isinstance(text, str) and text:
        yield Piece("text", text)


def _object_of(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        text = data[:4000].decode("utf-8", "replace")
        title = _TITLE.search(text)
        what = f"a web page ({' '.join(title.group(1).split())})" if title else "a web page" if "<" in text else "text"
        raise NoModelServer(what) from None
    if isinstance(found, list):
        return {"data": found}
    return found if isinstance(found, Mapping) else {}


def _fault_of(answer: Mapping[str, Any]) -> str:
    fault = answer.get("error") or (answer.get("detail") if "choices" not in answer else "")
    if isinstance(fault, Mapping):
        fault = fault.get("message") or json.dumps(dict(fault), ensure_ascii=False)
    return str(fault) if fault else ""


def _bounded(response: Any) -> bytes:
    data = b""
    for block in response.iter_bytes():
        data += block
        if len(data) > _MAX_BYTES:
            raise ServerFault("it did not stop writing")
    return data


def models_listed(models: Sequence[str]) -> str:
    """Return a server's models for a message; empty for none."""
    more = f" and {len(models) - MOST_MODELS} more" if len(models) > MOST_MODELS else ""
    return ", ".join(models[:MOST_MODELS]) + more
