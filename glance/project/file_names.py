"""Names of files as people give them: typed, copied from a file manager in quotation marks, or as an address."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from glance.errors import ProjectError

_WEB = re.compile(r"(?:https?|ftps?|s3|rtmp|rtsp|blob|data):", re.IGNORECASE)
#: What is left of an address once something took it for a path: `https:/example.org`.
_BARE_WEB = re.compile(r"(?:www\.|youtu\.be/|(?:[\w-]+\.)+(?:com|org|net|be|tv|fm|io)/)", re.IGNORECASE | re.ASCII)
_QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("<", ">"))


def is_web_address(text: str) -> bool:
    """Return whether a text is an address in the web rather than a file's name."""
    return bool(_WEB.match(text.strip().strip("\"'<>“”‘’")))


def path_of(text: str, what: str = "the song") -> Path:
    """Return the path that a person means, without quotation marks and `file://`.

    Args:
        text: What was typed or pasted.
        what: What it names, for the error.

    Raises:
        ProjectError: It is an address in the web, or can be no file's name.
    """
    bare = file_text(text)
    if is_web_address(bare) or (_BARE_WEB.match(bare) and not Path(bare).exists()):
        raise ProjectError("", web_refusal(bare, what))
    if "\0" in bare:
        raise ProjectError("", f"{bare[:80]!r} can be no file's name")
    return Path(bare)


def web_refusal(address: str, what: str) -> str:
    """Return the sentence for an address in place of a file."""
    return (
        f"GLANCE reads files, no web addresses: download {what} from {address[:120]}, where you may, and name the file "
        "instead"
    )


def file_text(text: str) -> str:
    """Return a file's name without the quotation marks and the `file://` under which file managers copy it."""
    bare = text.strip() if len(text.strip()) > 1 else text
    if not Path(text).exists():
        for begin, end in _QUOTES:
            if len(bare) > 2 and bare.startswith(begin) and bare.endswith(end):
                bare = bare[1:-1]
    if bare.lower().startswith("file:"):
        parts = urlsplit(bare)
        host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
        return url2pathname(host + parts.path) if parts.path else unquote(bare[5:])
    return text if not bare or Path(text).exists() else bare


def is_font_file(font: str) -> bool:
    """Return whether a lettering's font is a file, and no font's name."""
    return font.lower().endswith((".ttf", ".otf", ".ttc"))
