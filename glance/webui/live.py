"""What img2img's fields say at this moment, as plain values that a page and a project can keep.

The WebUI's page knows its fields' values, and hands them to the server only with an event. `glance.webui.hooks` makes
such an event of our own; what arrives with it becomes JSON here.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

#: Fields of img2img: the WebUI's element id -> our name.
FIELDS = {
    "img2img_prompt": "prompt",
    "img2img_neg_prompt": "negative",
    "img2img_styles": "styles",
    "img2img_sampling": "sampler",
    "img2img_scheduler": "scheduler",
    "img2img_steps": "steps",
    "img2img_cfg_scale": "cfg",
    "img2img_denoising_strength": "denoising",
    "img2img_width": "width",
    "img2img_height": "height",
    "img2img_override_settings": "overrides",
}
#: Always-on scripts that only hold fields which GLANCE decides frame by frame.
OURS = ("sampler", "seed")


@dataclass
class ScriptValues:
    """Always-on scripts whose fields were changed, by title.

    Attributes:
        values: Each script's values, as JSON knows them.
        without_picture: Titles of scripts with a picture among their values, which stays behind.
        unkept: Titles of scripts with values that cannot be written down.
    """

    values: dict[str, list[Any]] = field(default_factory=dict)
    without_picture: list[str] = field(default_factory=list)
    unkept: list[str] = field(default_factory=list)


def live_text(fields: Mapping[str, Any], scripts: ScriptValues, options: Mapping[str, Any]) -> str:
    """Return what the page is told: one line of JSON, never the same twice, so that the page sees it arrive."""
    said = {
        "at": time.time_ns(),
        "fields": {name: plain(value, []) for name, value in fields.items()},
        "options": {name: plain(value, []) for name, value in options.items()},
        "scripts": scripts.values,
        "without_picture": scripts.without_picture,
        "unkept": scripts.unkept,
    }
    return json.dumps(said, ensure_ascii=False)


def changed_scripts(scripts: Sequence[Any], inputs: Sequence[Any], values: Sequence[Any]) -> ScriptValues:
    """Return the always-on scripts that differ from how the WebUI started, with all their values.

    Args:
        scripts: The WebUI's always-on scripts.
        inputs: The fields of all scripts; `scripts[i].args_from:args_to` are those of script i.
        values: What the fields hold.
    """
    found = ScriptValues()
    for script in scripts:
        title = str(script.title())
        own = slice(script.args_from, script.args_to)
        if title.lower() in OURS or all(map(_as_at_first, inputs[own], values[own])):
            continue
        lost: list[str] = []
        kept = [plain(value, lost) for value in values[own]]
        if "object" in lost:
            found.unkept.append(title)
            continue
        found.values[title] = kept
        if "picture" in lost:
            found.without_picture.append(title)
    return found


def script_arguments(runner: Any, kept: Mapping[str, Sequence[Any]]) -> tuple[Any, ...]:
    """Return the arguments of all scripts: those in `kept` (by title) with their values, the others with defaults.

    Args:
        runner: The WebUI's `scripts_txt2img` or `scripts_img2img`.
        kept: See `changed_scripts`.
    """
    # Position 0 is the script chosen in the drop-down: none.
    arguments = [0, *(getattr(component, "value", None) for component in runner.inputs[1:])]
    wanted = {title.lower(): values for title, values in kept.items()}
    for script in runner.alwayson_scripts if wanted else ():
        values = wanted.get(str(script.title()).lower(), ())[: script.args_to - script.args_from]
        arguments[script.args_from : script.args_from + len(values)] = values
    return tuple(arguments)


def plain(value: Any, lost: list[str]) -> Any:
    """Return a field's value as JSON knows it.

    Args:
        value: Anything a field may hold.
        lost: Gets `picture` or `object` for each part that cannot be written down; None stands in its place.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Enum):
        return plain(value.value, lost)
    if isinstance(value, Mapping):
        return {str(name): plain(part, lost) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, lost) for part in value]
    if hasattr(type(value), "from_dict"):  # ControlNet's units, which are also taken as mappings
        return plain({name: part for name, part in vars(value).items() if not name.startswith("_")}, lost)
    lost.append("picture" if hasattr(value, "shape") or hasattr(value, "getbands") else "object")
    return None


def _as_at_first(component: Any, value: Any) -> bool:
    first = getattr(component, "value", None)
    if getattr(component, "type", None) == "index":
        first = _index_of(first, getattr(component, "choices", None) or ())
    return _comparable(first) == _comparable(value)


def _index_of(chosen: Any, choices: Sequence[Any]) -> Any:
    # Gradio keeps the text that was chosen first, but hands over its place in the list.
    names = [choice[-1] if isinstance(choice, list | tuple) else choice for choice in choices]
    return names.index(chosen) if chosen in names else chosen


def _comparable(value: Any) -> tuple[Any, list[str]]:
    lost: list[str] = []
    found = plain(value, lost)
    return (None if found in ("", [], {}) else found), lost
