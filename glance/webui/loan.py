"""The WebUI's settings, lent for a while and given back exactly as they were.

The WebUI's own `override_settings` forgets to take back a setting that was not in its settings file before, which is
every setting on a fresh install. So what was there is remembered here: the value, or that there was none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol


class HostOptions(Protocol):
    """The part of the WebUI's `shared.opts` that is used.

    Attributes:
        data: Settings that were ever set; others have their default.
        data_labels: Every setting the WebUI knows.
    """

    data: dict[str, Any]
    data_labels: Mapping[str, Any]


class Loan:
    """Remembers settings before they are changed, and puts them back.

    Args:
        options: The WebUI's settings.
    """

    def __init__(self, options: HostOptions) -> None:
        self._options = options
        self._before: dict[str, tuple[bool, Any]] = {}

    def remember(self, *names: str) -> None:
        """Note how settings are now, unless that was noted already."""
        for name in names:
            if name not in self._before:
                data = self._options.data
                self._before[name] = (name in data, data.get(name))

    def give_back(self, restore: Callable[[str, Any], None] | None = None) -> None:
        """Put every noted setting back and forget the notes.

        Args:
            restore: Called with the name and the old value of each setting that has changed and was there before; it
                may set it itself. Afterwards the value is set in any case.
        """
        before, self._before = self._before, {}
        data = self._options.data
        for name, (was_there, value) in before.items():
            if not was_there:
                data.pop(name, None)
            elif data.get(name) != value or name not in data:
                if restore is not None:
                    restore(name, value)
                data[name] = value
