"""GLANCE in the WebUI's own tabs: a button below the pictures of txt2img and img2img, and the two ways between
img2img's fields and GLANCE's page.

All of it is made while the WebUI builds its page. The buttons' clicks are heard by the page's JavaScript.
"""

from __future__ import annotations

import importlib.util
from typing import Any

from glance.webui.live import FIELDS, changed_scripts, live_text

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

    if importlib.util.find_spec("modules.infotext_utils") is None:  # before A1111 1.8
        return
    from modules import infotext_utils

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
