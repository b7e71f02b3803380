"""Who may ask: another site's page may not, whatever it asks for.

A browser sends a page's requests to this machine from anywhere in the web: an `<img>` needs no permission. What only
the page's own script can send is the header `X-Glance`, since for it a browser asks first, and nobody says yes.
Pictures, sounds, videos and streams of events are asked for without headers. For them counts what the browser says:

1. `Sec-Fetch-Site`, which it sends to this machine and over https: "same-origin", or "none" for an address that was
   typed. Another port of the same machine is "same-site", and somebody else.
2. `Origin` or `Referer`: the name and port that was asked for.
3. None of them, as over plain http in a network from a WebUI's page, which hides where it comes from: the key that the
   page's script was given in an answer to a request with the header.

Who may ask besides the page is `glance.app.access`'s.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

HEADER = "x-glance"
#: The header of an answer that tells the page's own script the key.
KEY_HEADER = "X-Glance-Key"
#: Made anew at every start.
KEY = secrets.token_urlsafe(16)
_OWN_SITES = ("same-origin", "none")


def is_page(headers: Mapping[str, str], key: str = "") -> bool:
    """Return whether a request bears what only GLANCE's own page knows: its header, or its key.

    Args:
        headers: The request's headers, names in lower case.
        key: The key in the request's address; empty for none.
    """
    return HEADER in headers or secrets.compare_digest(key.encode(), KEY.encode())


def shows_page(headers: Mapping[str, str]) -> bool:
    """Return whether a browser says that a request to read comes from a page of this server, or was typed."""
    other = names_other_site(headers)
    if other is not None:
        return not other
    # A browser says of an address that a person opened that it would rather have it encrypted.
    return headers.get("user-agent", "").startswith("Mozilla/") and "upgrade-insecure-requests" in headers


def names_other_site(headers: Mapping[str, str]) -> bool | None:
    """Return whether a request names another site as where it comes from; None where it names none at all."""
    site = headers.get("sec-fetch-site", "")
    if site:
        return site not in _OWN_SITES
    source = headers.get("origin") or headers.get("referer")
    if not source:
        return None
    try:
        place = urlsplit(source).netloc.rpartition("@")[2].lower()
    except ValueError:
        return True
    own = (headers.get("host", ""), headers.get("x-forwarded-host", ""))
    return not place or place not in [name.strip().lower() for name in own if name]
