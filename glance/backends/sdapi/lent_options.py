"""What a WebUI somewhere else was lent, written down beside a run's frames: a render that was killed could not put it
back, and the same run's next start would take it for the person's own.

    NAME.run/lent-5e1f0c9a2b7d.json     one for each address
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from glance.render.disk import disk_error
from glance.system.files import remove, write_json


class SavedOptions:
    """The note of one run on one WebUI.

    Args:
        folder: The run folder; None writes nothing down.
        address: The WebUI's address, without a password.
    """

    def __init__(self, folder: Path | None, address: str) -> None:
        name = f"lent-{sha256(address.encode()).hexdigest()[:12]}.json"
        self._path = None if folder is None else folder / name
        self._address = address
        self._lent: dict[str, dict[str, Any]] = {}

    def remember(self, own: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
        """Write down settings before they are sent; to be called for every frame, for it writes only what is new.

        Args:
            own: The other WebUI's settings as a person has them.
            sent: What is lent: setting -> value.

        Raises:
            RunError: The disk is full, or the folder cannot be written.
        """
        new = False
        for name, value in sent.items():
            known = self._lent.setdefault(name, {"own": own[name], "lent": []})
            if value != known["own"] and value not in known["lent"]:
                known["lent"].append(value)
                new = True
        if not new or self._path is None:
            return
        try:
            write_json(self._path, {"address": self._address, "settings": self._lent})
        except OSError as error:
            raise disk_error(error, self._path.parent, 0) from None

    def left_behind(self, now: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a killed render left over there: setting -> the person's own value.

        Args:
            now: The other WebUI's settings as they are. One that is no longer as it was lent was changed by a person
                since, and stays.
        """
        return {
            name: loan["own"]
            for name, loan in self._read().items()
            if name in now and any(_alike(now[name], value) for value in loan["lent"])
        }

    def forget(self) -> None:
        """Delete the note: everything is back."""
        self._lent.clear()
        if self._path is not None:
            with suppress(OSError):  # one that stays names what is the person's own by then, and changes nothing
                remove(self._path)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            settings = json.loads(self._path.read_text(encoding="utf-8"))["settings"] if self._path else {}
            return {str(name): {"own": loan["own"], "lent": list(loan["lent"])} for name, loan in settings.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # none, or none that could be used


def _alike(one: Any, other: Any) -> bool:
    """Return whether two values of a setting name the same: a model with or without its hash, a file by any path."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return re.split(r"[/\\]", value.split(" [")[0])[-1] if isinstance(value, str) else value
