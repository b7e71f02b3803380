"""Passwords and keys kept out of what a person is shown: a server may repeat what it was sent, in any spelling."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

#: Shorter texts are no secret, and occur in every sentence.
_SHORTEST = 3


def spellings_of(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return the ways in which secrets may come back, longest first: plain, URL-encoded, in JSON, in base64."""
    found: set[str] = set()
    for secret in secrets:
        data = secret.encode("utf-8", "surrogateescape")
        escaped = (quote(data, safe=""), quote(data), quote_plus(data))
        packed = [encode(data).decode() for encode in (base64.b64encode, base64.urlsafe_b64encode)]
        found |= {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], *escaped, *packed}
        found |= {_in_small_hex(text) for text in escaped} | {text.rstrip("=") for text in packed}
    return tuple(sorted((text for text in found if len(text) >= _SHORTEST), key=lambda text: (-len(text), text)))


def redacted(text: str, spellings: Iterable[str], mark: str) -> str:
    """Return a text in which `mark` stands in place of every spelling of a secret, see `spellings_of`."""
    for spelling in spellings:
        text = text.replace(spelling, mark)
    return text


def _in_small_hex(text: str) -> str:
    """Return a URL-encoded text with `%3a` for `%3A`."""
    head, *escapes = text.split("%")
    return "%".join([head, *(escape[:2].lower() + escape[2:] for escape in escapes)])
