"""What a WebUI has, asked by name: five of them share names, and none has all of them."""

from __future__ import annotations

import importlib
import logging
from typing import Any

_log = logging.getLogger(__name__)


def part_of(module: str, name: str, default: Any = None) -> Any:
    """Return a name of one of the WebUI's modules, or `default` where this WebUI lacks it or fails to give it.

    Args:
        module: As in `modules.sd_vae`.
        name: What is looked for in it.
        default: What to go on with where there is none.
    """
    try:
        return getattr(importlib.import_module(module), name)
    except Exception as error:  # noqa: BLE001 - somebody else's module may raise anything while it is loaded
        _log.debug("This WebUI has no %s.%s (%s: %s)", module, name, type(error).__name__, error)
        return default


def given(thing: Any, name: str, default: Any = None) -> Any:
    """Return an attribute of one of the WebUI's objects, or `default` where it is not there or fails to be read."""
    try:
        return getattr(thing, name)
    except Exception as error:  # noqa: BLE001 - as above
        _log.debug("This WebUI does not give %s (%s: %s)", name, type(error).__name__, error)
        return default
