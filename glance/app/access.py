"""Who may ask: GLANCE's own page, behind the host's login, and programs, behind the API's.

The page is known by its header, by the key that its script was told, or by what the browser says of where a request
comes from (`glance.app.request_origin`). It may do what a person who opened it may. Where the host has a login
(gradio's `auth`), its browser must be signed in.

Everybody else is a program. It may ask where the host lets programs ask at all (a WebUI's `--api`), with one of the
host's logins for them (`--api-auth`) if there are any. Another site's page in a browser is none, unless the person has
let it (`--cors-allow-origins`).
"""

from __future__ import annotations

import base64
import binascii
import inspect
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glance.app.request_origin import is_page, names_other_site, shows_page
from glance.errors import GlanceError

if TYPE_CHECKING:
    from starlette.requests import Request


@dataclass(frozen=True)
class Access:
    """What a host allows to programs.

    Attributes:
        programs: Whether they may ask at all.
        passwords: User -> password of who may; None where no login is wanted.
        other_sites: Whether other sites' pages count as programs.
    """

    programs: bool = True
    passwords: Mapping[str, str] | None = None
    other_sites: bool = False


#: As where a person runs GLANCE alone.
FOR_ALL = Access()


#: As where a person runs GLANCE alone.
FOR_ALL = Access()


class RefusedError(GlanceError):
    """A request is not answered.

    Args:
        status: The answer's HTTP status.
        message: What to tell the person.
        headers: The answer's headers.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.headers = dict(headers or {})
        super().__init__(message)


def passwords_of(credentials: str | None) -> dict[str, str] | None:
    """Return user -> password of a WebUI's `--api-auth`, `user:password,user:password`; None where there is none.

    Where it cannot be read, nobody may ask.
    """
    if not credentials:
        return None
    pairs = (pair.strip() for pair in credentials.split(","))
    return dict(pair.split(":", 1) for pair in pairs if pair.find(":") > 0)


async def check_access(request: Request, access: Access, *, public: bool = False) -> bool:
    """Return whether a request that may be answered is the page's; else it is a program's.

    Args:
        request: The request.
        access: What programs may.
        public: Whether it asks for what anybody may read, the page's own code: a page that hides where it comes from
            asks for that before its script runs.

    Raises:
        RefusedError: It may not be answered.
    """
    headers, key = request.headers, request.query_params.get("key", "")
    reads = request.method in ("GET", "HEAD")
    if public and reads:
        if names_other_site(headers):
            raise _foreign()
        if await _is_signed_in(request):
            return True
    own = is_page(headers, key if reads else "")
    if (own or (reads and shows_page(headers))) and await _is_signed_in(request):
        return True
    if own and not _given(headers):
        raise RefusedError(401, "Please sign in again.")
    _check_program(headers, access)
    return False


def _check_program(headers: Mapping[str, str], access: Access) -> None:
    other, given = names_other_site(headers), _given(headers)
    hides = other is None and headers.get("user-agent", "").startswith("Mozilla/") and not given
    if (other or hides) and not access.other_sites:
        raise _foreign()
    if not access.programs:
        raise RefusedError(404, "Only GLANCE's page may ask here. For programs, start the WebUI with --api.")
    if access.passwords is not None and not _is_known(given, access.passwords):
        raise RefusedError(401, "Incorrect username or password", {"WWW-Authenticate": "Basic"})


def _foreign() -> RefusedError:
    return RefusedError(403, "This request came from another site's page.")


def _given(headers: Mapping[str, str]) -> str:
    """Return `user:password` of a request (RFC 7617); empty where it has none."""
    kind, _, packed = headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(packed.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _is_known(given: str, passwords: Mapping[str, str]) -> bool:
    user, _, password = given.partition(":")
    expected = passwords.get(user)
    # Bytes, because the comparison in constant time takes no text beyond ASCII.
    return expected is not None and secrets.compare_digest(password.encode(), expected.encode())


async def _is_signed_in(request: Request) -> bool:
    """Ask the gradio app that the routes live in, in the way its own `login_required` does; others have no login."""
    app = request.scope.get("app")
    dependency = getattr(app, "auth_dependency", None)
    if dependency is not None:
        user = dependency(request)
        return (await user if inspect.isawaitable(user) else user) is not None
    if getattr(app, "auth", None) is None:
        return True
    tokens: Mapping[str, str] = getattr(app, "tokens", {})
    suffix = getattr(app, "cookie_id", None)
    names = ["access-token", "access-token-unsecure"]
    names = [f"{name}-{suffix}" for name in names] if suffix else names
    return any(tokens.get(request.cookies.get(name, "")) is not None for name in names)
