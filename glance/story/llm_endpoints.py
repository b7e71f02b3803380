"""Language model servers: where they are, and what will be sent to them.

Every server that speaks OpenAI's chat interface will do. A key comes from the environment, or from a field that the
caller keeps in memory; it is no part of an `Endpoint`, so that no project, preview, log or error can hold it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from glance.errors import WriterError

#: Read for every endpoint. `OPENAI_API_KEY` is read for OpenAI's own server alone, and never sent anywhere else.
KEY_VARIABLE = "GLANCE_LLM_KEY"
#: Sent where a server wants no key, since the client insists on one.
NO_KEY = "none"
_VERSION = re.compile(r"/v\d+(?:beta|alpha)?(?:/openai)?$")
#: Ends of addresses that people copy from a manual's example.
_COPIED = re.compile(r"/(?:chat/completions|completions|models|embeddings|responses)/?$")
_BARE = re.compile(r"(?:localhost|[\w.-]+|\[[0-9a-f:]+\]):\d{1,5}(?:/.*)?", re.IGNORECASE | re.ASCII)
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared with, never bound


@dataclass(frozen=True)
class Endpoint:
    """A language model behind a URL.

    Attributes:
        name: Preset's name, or `custom`.
        base_url: Up to and including `/v1`, or without it (see `addresses`).
        model: The model's name on that server; empty asks the server for its first.
        key_variables: Environment variables that may hold its key, first found wins.
    """

    name: str
    base_url: str
    model: str
    key_variables: tuple[str, ...] = (KEY_VARIABLE,)

    @property
    def host(self) -> str:
        """Host name and port, for people."""
        parts = urlsplit(self.base_url)
        return parts.netloc.rpartition("@")[2]

    @property
    def local(self) -> bool:
        """Whether nothing leaves this machine."""
        host = urlsplit(self.base_url).hostname or ""
        return host in _LOCAL_HOSTS or host.startswith("127.") or host.endswith(".localhost")

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the interface may be, likeliest first: people know a server's address, and not its `/v1`."""
        parts = urlsplit(self.base_url)
        path = parts.path.rstrip("/")
        if _VERSION.search(path):
            return (self.base_url,)
        below, root = f"{self.base_url}/v1", f"{parts.scheme}://{parts.netloc}/v1"
        return tuple(dict.fromkeys((below, self.base_url, root) if not path else (self.base_url, below, root)))

    @property
    def strict(self) -> bool:
        """Whether this is OpenAI's own server, which refuses what it does not know instead of ignoring it."""
        return urlsplit(self.base_url).hostname == "api.openai.com"


#: Servers that people have. The models are defaults; any other of the server's can be named.
ENDPOINT_PRESETS: Mapping[str, Endpoint] = MappingProxyType(
    {
        "openai": Endpoint("openai", "https://api.openai.com/v1", "gpt-4o-mini", (KEY_VARIABLE, "OPENAI_API_KEY")),
        "ollama": Endpoint("ollama", "http://localhost:11434/v1", ""),
        "lmstudio": Endpoint("lmstudio", "http://localhost:1234/v1", ""),
        "llamacpp": Endpoint("llamacpp", "http://localhost:8080/v1", ""),
    }
)


def find_endpoint(name_or_url: str, model: str = "") -> Endpoint:
    """Return the endpoint for a preset's name or a URL; a model given here goes before the preset's.

    Raises:
        WriterError: It is neither a preset nor an http URL, or the URL holds a user name or password.
    """
    text = name_or_url.strip()
    preset = ENDPOINT_PRESETS.get(text.casefold())
    if preset is not None:
        return Endpoint(preset.name, preset.base_url, model or preset.model, preset.key_variables)
    if _BARE.fullmatch(text):
        text = f"http://{text}"
    if not _is_address(text):
        presets = ", ".join(ENDPOINT_PRESETS)
        raise WriterError(
            f"language model: expected one of {presets}, or a URL such as http://localhost:8080/v1, found {text!r}"
        )
    if urlsplit(text).username or urlsplit(text).password:
        raise WriterError(f"language model: give the key in {KEY_VARIABLE}, not in the URL, which is saved and shown")
    return Endpoint("custom", _COPIED.sub("", text.rstrip("/")).rstrip("/"), model)


def _is_address(url: str) -> bool:
    """Return whether a text is an http URL with a host, and with a port that can be one, if it names any."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def find_key(endpoint: Endpoint, given: str | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Return the key: the one given, else the first of the endpoint's variables, else a placeholder."""
    known = os.environ if environment is None else environment
    found = next((known[name] for name in endpoint.key_variables if known.get(name, "").strip()), "")
    return (given or "").strip() or found.strip() or NO_KEY


@dataclass(frozen=True)
class RequestPreview:
    """What will be sent, and to whom; to be shown before the first call.

    Attributes:
        host: Where it goes.
        local: Whether that is this machine.
        model: The model asked; empty means the server's first.
        messages: ((role, text), ...), all of the words that are sent.
        characters: Their number, a measure of what it costs.
        with_key: Whether a key is sent along.
    """

    host: str
    local: bool
    model: str
    messages: tuple[tuple[str, str], ...]
    characters: int
    with_key: bool

    @property
    def summary(self) -> str:
        """One line for a person."""
        place = "on this machine" if self.local else "on the network"
        key = "with your key" if self.with_key else "without a key"
        model = self.model or "its first model"
        return (
            f"Sends {self.characters} characters (theme, sections, lyrics) to {self.host} {place}, to {model}, {key}. "
            "No sound and no picture is sent."
        )


def preview(endpoint: Endpoint, messages: tuple[tuple[str, str], ...], key: str | None = None) -> RequestPreview:
    """Return what a request with these messages would send."""
    characters = sum(len(text) for _, text in messages)
    return RequestPreview(
        endpoint.host, endpoint.local, endpoint.model, messages, characters, find_key(endpoint, key) != NO_KEY
    )
