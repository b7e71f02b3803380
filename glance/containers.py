"""Sound and video files opened for reading, with every PyAV that a WebUI brings along (12.3 to 19)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av.container

_LENIENT = "metadata_errors"


def open_container(path: str | Path) -> av.container.InputContainer:
    """Open a file for reading; titles and comments in it that are no proper text never keep it shut.

    Args:
        path: The file.

    Raises:
        av.FFmpegError: It is nothing that FFmpeg reads.
        OSError: It cannot be read.
    """
    import av

    try:
        return av.open(str(path), metadata_errors="ignore")
    except TypeError as error:
        # PyAV 19 is lenient by itself and takes no such word. Versions do not tell (builds of one number differ), and
        # a compiled function does not show its parameters: only the call itself does.
        if _LENIENT not in str(error):
            raise
    return av.open(str(path))
