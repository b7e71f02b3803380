"""Nothing of GLANCE's may take the WebUI down: what it asks of the WebUI is tried here, and what cannot be had is left
out, with its reason told in the tab.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from glance.errors import BackendError, GlanceError

_log = logging.getLogger(__name__)
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def kept_from_host(
    what: str, function: Callable[_Arguments, _Result], fallback: _Result
) -> Callable[_Arguments, _Result]:
    """Return a function that never raises into the WebUI: it gives `fallback` instead, and the console says why.

    Args:
        what: What is missing then, for the console.
        function: What is called.
        fallback: What to give where it fails.
    """

    @functools.wraps(function)
    def guarded(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        try:
            return function(*arguments, **named)
        except Exception as error:  # noqa: BLE001 - whatever another program's objects raise must not stop that program
            _log.warning("GLANCE goes without %s in this WebUI: %s", what, reason_of(error))
            return fallback

    return guarded


def in_words(what: str, function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Return a function whose failures in the WebUI are told to a musician.

    Raises:
        BackendError: In place of whatever was not in GLANCE's own words.
    """

    @functools.wraps(function)
    def told(*arguments: _Arguments.args, **named: _Arguments.kwargs) -> _Result:
        try:
            return function(*arguments, **named)
        except GlanceError:
            raise
        except Exception as error:
            _log.exception("GLANCE could not get %s from this WebUI", what)
            raise BackendError(
                f"GLANCE cannot get {what} from this WebUI: {reason_of(error)}. It is perhaps newer or older than the "
                "ones GLANCE knows. Please send us this line, with the WebUI's name and version"
            ) from error

    return told


def missing(probes: dict[str, Callable[[], Any]]) -> list[str]:
    """Try each probe and return a sentence for each that fails.

    Args:
        probes: What is tried, by what it gives.
    """
    found = []
    for what, probe in probes.items():
        try:
            probe()
        except Exception as error:  # noqa: BLE001 - as above
            found.append(f"GLANCE goes without {what} here: {reason_of(error)}")
    return found


def reason_of(error: Exception) -> str:
    """Return an error on one line."""
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
