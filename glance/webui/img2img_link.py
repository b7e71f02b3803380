"""GLANCE in the WebUI's own tabs: a button below the pictures of txt2img and img2img, and the two ways between
img2img's fields and GLANCE's page.

All of it is made while the WebUI builds its page. The buttons' clicks are heard by the page's JavaScript.
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


#: The last of the WebUI's own buttons below a tab's pictures; ours comes behind it.
_LAST_BUTTON = {"txt2img_send_to_extras": "txt2img", "img2img_send_to_extras": "img2img"}
#: Settings that decide how img2img draws, besides its fields.
_OPTIONS = ("sd_model_checkpoint", "sd_vae", "CLIP_stop_at_last_layers", "forge_additional_modules")


class Img2imgHooks:
    """Watches the WebUI building its page."""

    def __init__(self) -> None:
        self._fields: dict[str, Any] = {}

    def after_component(self, component: Any, **how: Any) -> None:
        """Take note of img2img's fields, and add what is ours. To be called after each component was made."""
        element = how.get("elem_id")
        if element in FIELDS:
            self._fields[FIELDS[element]] = component
        elif element in _LAST_BUTTON:
            _send_button(_LAST_BUTTON[element])
            if _LAST_BUTTON[element] == "img2img":
                self._reader()

    def _reader(self) -> None:
        """Make the event with which the page reads img2img: by now, all of its fields and scripts are there."""
        import gradio as gr
        from modules import scripts

        runner = scripts.scripts_img2img
        # The first is the script of the drop-down, which no video runs; it is missing while there are no scripts.
        inputs = [each for each in runner.inputs if each is not None]
        names, fields = list(self._fields), list(self._fields.values())

        def read(*values: Any) -> str:
            own, others = values[: len(names)], values[len(names) :]
            changed = changed_scripts(runner.alwayson_scripts, inputs, others)
            return live_text(dict(zip(names, own, strict=True)), changed, _options())

        button = gr.Button("Read", elem_id="glance_read_img2img")
        answer = gr.Textbox(label="GLANCE reads img2img", elem_id="glance_img2img_says", lines=2)
        _forget(button, answer)
        button.click(fn=read, inputs=[*fields, *inputs], outputs=[answer], queue=False, show_progress=False)


def sending_fields() -> None:
    """Make the fields through which a frame goes to img2img. To be called inside GLANCE's tab.

    The page's JavaScript fills them, then presses the button; the rest is the WebUI's own way from tab to tab.
    """
    import gradio as gr
    from modules import infotext_utils  # not before A1111 1.8

    with gr.Row(elem_id="glance_sending"):
        picture = gr.Textbox(label="GLANCE picture", elem_id="glance_sent_picture", lines=2)
        text = gr.Textbox(label="GLANCE text", elem_id="glance_sent_text", lines=2)
        button = gr.Button("Send", elem_id="glance_send")
    _forget(picture, text, button)
    infotext_utils.register_paste_params_button(
        infotext_utils.ParamBinding(
            paste_button=button, tabname="img2img", source_text_component=text, source_image_component=picture
        )
    )


def _send_button(tab: str) -> None:
    from modules.ui_components import ToolButton

    _forget(ToolButton("🎬", elem_id=f"glance_from_{tab}", tooltip="Send image to GLANCE, as the start of a video."))


def _forget(*components: Any) -> None:
    # Otherwise the WebUI keeps their first values in ui-config.json.
    for component in components:
        component.do_not_save_to_config = True


def _options() -> dict[str, Any]:
    from modules import shared

    return {name: getattr(shared.opts, name) for name in _OPTIONS if name in shared.opts.data_labels}
