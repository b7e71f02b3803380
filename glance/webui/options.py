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


class OptionsSnapshot:
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

    def own(self, name: str) -> Any:
        """Return a setting as it was when it was noted, or as it is; its default where it was never set."""
        data = self._options.data
        there, value = self._before.get(name, (name in data, data.get(name)))
        return value if there else self._options.data_labels[name].default

    def give_back(self, restore: Callable[[str, Any], None] | None = None) -> None:
        """Put every noted setting back and forget the notes.

        Args:
            restore: Called with the name and the old value of each setting that has changed, its default where it had
                none; it may set it itself. Afterwards the setting is as it was in any case.
        """
        before, self._before = self._before, {}
        data = self._options.data
        for name, (was_there, value) in before.items():
            if name in data and was_there and data[name] == value:
                continue
            if restore is not None and (was_there or name in data):
                restore(name, value if was_there else self._options.data_labels[name].default)
            if was_there:
                data[name] = value
            else:
                data.pop(name, None)
