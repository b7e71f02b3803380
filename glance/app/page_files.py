"""The page's own files: where they lie, and which edition of them this program began with.

A page may be older or newer than the program that answers it: left open while GLANCE was updated and the WebUI started
again, or opened after an update that the WebUI still has to be started again for. Neither fails at once; what is asked
for or answered is then of another age. So every answer names the program's edition, and the page compares.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path

from glance import __version__
from glance.system.language import FILES_ROOT

#: The header of every answer that the page's script reads, with the edition in it.
EDITION_HEADER = "X-Glance-Edition"


def edition_of(root: Path) -> str:
    """Return a short digest of GLANCE's version and of the page's files as they are on the disk now."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted([*root.glob("javascript/**/*.mjs"), root / "style.css"]):
        with suppress(OSError):  # being replaced at this moment
            facts = path.stat()
            digest.update(f"{path.relative_to(root)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


@cache
def own_edition() -> str:
    """Return the edition that this program began with."""
    return edition_of(FILES_ROOT)


def update_notes() -> list[str]:
    """Return a sentence where the page's files are no longer those that this program began with."""
    if edition_of(FILES_ROOT) == own_edition():
        return []
    return [
        "GLANCE was updated while it runs, so this page is newer than the program behind it. Let what is being drawn "
        "finish, then close the WebUI's window and start it again"
    ]
