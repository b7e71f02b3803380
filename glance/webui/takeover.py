"""A picture's settings for a whole video: what was found in txt2img or img2img becomes the project's look.

The WebUI writes what a picture was made with into the picture, and into `params.txt` for the last one, as text:

    the prompt, perhaps over several lines
    Negative prompt: likewise
    Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7, Seed: 1, Size: 512x512, Model: tiny, Clip skip: 2
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from glance.errors import ProjectError
from glance.project.model import Project
from glance.webui.settings import params_file

_NEGATIVE = "Negative prompt:"
_FIELD = re.compile(r'\s*([\w /+-]+):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)')
#: What the last line calls a channel of ours.
_CHANNELS = {
    "Steps": "steps",
    "Sampler": "sampler",
    "Schedule type": "scheduler",
    "CFG scale": "cfg",
    "Model": "checkpoint",
    "Clip skip": "clip_skip",
}
_TEXTS = ("sampler", "scheduler", "checkpoint")


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


def taken_over(project: Project, settings: PictureSettings) -> Project:
    """Return the project with a picture's look.

    The prompt goes in front of every scene's own, the negative prompt to those of all scenes; sampler, scheduler,
    steps, guidance, model and clip skip hold for the whole song; the size is rounded to multiples of 8.
    """
    replace = msgspec.structs.replace
    curves = dict(project.curves)
    for name, channel in _CHANNELS.items():
        if name in settings.fields:
            value = settings.fields[name]
            curves[channel] = json.dumps(value, ensure_ascii=False) if channel in _TEXTS else value
    look = replace(project.look, prompt_prefix=settings.prompt, negative=settings.negative)
    output = project.output
    size = re.fullmatch(r"(\d+)x(\d+)", settings.fields.get("Size", ""))
    if size:
        width, height = (max(64, round(int(side) / 8) * 8) for side in size.groups())
        output = replace(output, width=width, height=height)
    return replace(project, curves=curves, look=look, output=output)


def last_picture() -> str:
    """Return the text of the last picture that the WebUI drew.

    Raises:
        ProjectError: It has drawn none.
    """
    try:
        return params_file().read_text(encoding="utf-8")
    except OSError:
        raise ProjectError("", "the WebUI has not drawn a picture yet; draw one in img2img first") from None


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        return str(json.loads(value))
    except ValueError:
        return value
