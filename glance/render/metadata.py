"""From a frame back to the project that made it, and on to the host's img2img."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

from glance.errors import ProjectError, VideoError
from glance.frames import Size
from glance.media.image_reader import FRAMES, opened_picture
from glance.render.manifest import run_fingerprint
from glance.render.ownership import KEY


def fingerprint_of(picture: bytes) -> str:
    """Return the fingerprint in a frame's PNG.

    Raises:
        ProjectError: It is no picture, or none of GLANCE's.
    """
    try:
        with opened_picture(picture, "the frame", FRAMES) as image:
            found = image.info.get(KEY)
    except VideoError:
        raise ProjectError("", "this is no picture that can be read; drop a frame that GLANCE has drawn") from None
    if not isinstance(found, str) or not found:
        raise ProjectError("", "this picture does not say which project it is from; only frames of GLANCE do")
    return found


def frame_to_send(path: Path, size: Size | None = None) -> dict[str, Any]:
    """Return a frame as WebUIs hand pictures on: `picture` as a data URL (PNG), `text` with its prompt and settings.

    Args:
        path: The frame's file.
        size: (width, height) it shall have; as it is by default.

    Raises:
        ProjectError: It is not there, or was drawn without a text.
    """
    from PIL import Image

    try:
        with opened_picture(path.read_bytes(), path.name, FRAMES) as picture:
            text = str(picture.info.get("parameters", ""))
            out = io.BytesIO()
            sent = picture.convert("RGB")
            (sent.resize(size, Image.Resampling.LANCZOS) if size else sent).save(out, "PNG")
    except (OSError, VideoError):
        raise ProjectError("picture", "this picture is not there any more; draw it again") from None
    if not text:
        raise ProjectError("picture", "this picture does not say how it was drawn; draw it again")
    if size:
        text = re.sub(r"\bSize: \d+x\d+", f"Size: {size[0]}x{size[1]}", text)
    return {"picture": "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii"), "text": text}


def find_origin(folder: Path, fingerprint: str) -> dict[str, Any]:
    """Return the id of the project a fingerprint belongs to, the number of the take, and the project as it was then.

    Args:
        folder: Folder of all projects.
        fingerprint: See `fingerprint_of`.

    Raises:
        ProjectError: No take here has it.
    """
    for path in folder.glob("*/takes/*/run/run.json"):
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # a take that is just being begun, or was damaged, is not the one
        if manifest.get("fingerprint") == run_fingerprint(fingerprint, str(manifest.get("backend"))):
            take = path.parent.parent
            return {"id": take.parent.parent.name, "take": int(take.name), "project": manifest.get("project")}
    raise ProjectError("", "the project of this frame is not in GLANCE's folder any more")
