"""The studio as a test's own server: `python -m tests.ui.serve FOLDER [webui]`.

It prints its address, and ends with its input. With `webui`, the page believes to be inside one
(`tests.ui.picture_host`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.ui.ports import serve


def main(folder: Path, around: str = "") -> None:
    from glance.app.host import StandaloneHost
    from glance.app.studio import studio_app
    from tests.ui.picture_host import PictureHost

    serve(studio_app(folder, host=PictureHost(folder) if around == "webui" else StandaloneHost(folder)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
