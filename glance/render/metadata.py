"""What pictures and videos say about themselves: written as they are drawn, and read back.

A WebUI writes what a picture was made with into the picture, and into `params.txt` for the last one, as text. GLANCE's
frames carry the same text, so that a WebUI's "PNG info" sets its fields to what was really asked for:

    the prompt, perhaps over several lines
    Negative prompt: likewise
    Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7, Seed: 1, Size: 512x512, Model: tiny, Clip skip: 2
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from glance import __version__
from glance.errors import ProjectError, VideoError
from glance.frames import Size
from glance.media.image_reader import FRAMES, opened_picture
from glance.project.frame_prompts import mix_text
from glance.project.model import Project
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.ownership import KEY

#: Fields of GLANCE's own: where a frame's drawing began, and in how many steps it was drawn from there.
START, STEPS_TAKEN = "GLANCE start", "GLANCE steps taken"
_NEGATIVE = "Negative prompt:"
# A field's name begins at a word and is short: else each letter of a long line would be read as the begin of one.
_FIELD = re.compile(r'(?<![\w/+-])([\w/+-][\w /+-]{0,59}):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)')


@dataclass(frozen=True)
class PictureSettings:
    """What a picture was made with.

    Attributes:
        prompt: As the person wrote it, the WebUI's own styles included.
        negative: Likewise.
        fields: The last line's names and values.
    """

    prompt: str
    negative: str
    fields: Mapping[str, str]


def read_settings_text(text: str) -> PictureSettings:
    """Take a picture's text apart.

    Raises:
        ProjectError: It is no such text.
    """
    lines = text.strip().split("\n")
    fields = dict(_FIELD.findall(lines[-1]))
    if "Steps" not in fields:
        raise ProjectError(
            "", "there are no settings of a picture here: expected a line such as `Steps: 20, Sampler: ...`"
        )
    body = "\n".join(lines[:-1])
    prompt, _, negative = body.partition(_NEGATIVE)
    values = {name.strip(): _unquoted(value.strip()) for name, value in fields.items()}
    return PictureSettings(prompt.strip(), negative.strip(), values)


def settings_text(settings: PictureSettings) -> str:
    """Return the text that `read_settings_text` takes apart, in the form that WebUIs write and read."""
    fields = ", ".join(f"{name}: {_quoted(value)}" for name, value in settings.fields.items() if value != "")
    return f"{settings.prompt}\n{_NEGATIVE} {settings.negative}\n{fields}"


def frame_text(plan: RenderPlan, spec: FrameSpec, settings: PictureSettings, fingerprint: str) -> dict[str, str]:
    """Return what is written into a frame's PNG: how it was drawn, enough to find it again, and nothing secret.

    Args:
        plan: The plan it is from.
        spec: The frame's decisions.
        settings: What the backend was asked for, see `FrameBackend.settings`.
        fingerprint: The run's, see `glance.render.backend.fingerprint`.
    """
    own = {"GLANCE frame": str(spec.index), "GLANCE scene": str(spec.scene + 1), "GLANCE time": f"{spec.time_s:.3f}"}
    if not spec.diffuse:
        own["GLANCE in-between"] = "yes"
    own["GLANCE version"] = __version__
    fields = {**settings.fields, "Size": f"{plan.size[0]}x{plan.size[1]}", **own}
    return {"parameters": settings_text(replace(settings, fields=fields)), KEY: fingerprint}


def video_text(project: Project, fingerprint: str) -> dict[str, str]:
    """Return what a video file says about itself: enough to make it again, and nothing secret."""
    prompts = "\n".join(f"{index + 1}. {scene.prompt}" for index, scene in enumerate(project.scenes))
    return {
        "title": project.title,
        "comment": f"{project.theme}\n{project.prompts or prompts}".strip(),
        "glance_version": __version__,
        KEY: fingerprint,
    }


def plain_settings(spec: FrameSpec, seed: int) -> PictureSettings:
    """Return what a backend without a WebUI's fields says of a picture: the plan's own words for it."""
    fields = {
        "Steps": str(spec.steps),
        "CFG scale": f"{spec.cfg:g}",
        "Seed": str(seed),
        "Denoising strength": f"{1 - spec.strength:.3f}",
    }
    return PictureSettings(mix_text(spec.prompt), spec.negative, fields)


def start_text(settings: PictureSettings) -> str:
    """Return where a picture's drawing began, as `sigma 1.163, 4 steps`; empty where nothing like it is known."""
    start = settings.fields.get(START, "")
    return f"{start}, {settings.fields[STEPS_TAKEN]} steps" if start else ""


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


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        return value


def _quoted(value: str) -> str:
    """Return a value as WebUIs write it: in quotes where a comma, a colon or a new line would end it."""
    return json.dumps(value, ensure_ascii=False) if re.search(r'[,:\n"]', value) else value
