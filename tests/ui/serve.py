"""GLANCE as a test's own server: `python -m tests.ui.serve FOLDER [webui]`.

It prints its address, and ends with its input. Where a WebUI's gradio is installed (3 or 4), it is the tab in that
gradio; elsewhere the page of `glance studio`, without any. With `webui`, the page believes to be inside a WebUI
(`tests.ui.picture_host`).
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.ui.ports import serve


def has_webuis_gradio() -> bool:
    """Return whether the gradio of a WebUI is installed here."""
    try:
        return metadata.version("gradio").split(".")[0] in ("3", "4")
    except metadata.PackageNotFoundError:
        return False


def main(folder: Path, around: str = "") -> None:
    from glance.app.host import StandaloneHost
    from tests.ui.picture_host import PictureHost

    host = PictureHost(folder) if around == "webui" else StandaloneHost(folder)
    serve(_app(folder, host))


def _app(folder: Path, host: Any) -> Any:
    if has_webuis_gradio():
        from tests.support.gradio_tab import gradio_tab

        return gradio_tab(host)
    from glance.app.studio import studio_app

    return studio_app(folder, host=host)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
