"""A page of gradio's own as WebUIs build theirs, with GLANCE's hooks in it: `python -m tests.ui.serve_hooks`.

The parts of `modules` that the hooks ask for are facts of A1111 1.10.1; the gradio is the one that is installed here.
"""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from tests.ui.ports import serve


def main() -> None:
    import gradio as gr
    from fastapi import FastAPI

    bindings: list[Any] = []
    runner = SimpleNamespace(inputs=[None], alwayson_scripts=[])
    _modules(gr, runner, bindings)
    from glance.webui.img2img_link import Img2imgHooks, sending_fields

    hooks = Img2imgHooks()

    def made(component: Any, element: str) -> Any:
        hooks.after_component(component, elem_id=element)
        return component

    with gr.Blocks() as page:
        made(gr.Textbox(label="Prompt", elem_id="img2img_prompt"), "img2img_prompt")
        made(gr.Number(0.75, label="Denoising", elem_id="img2img_denoising_strength"), "img2img_denoising_strength")
        runner.inputs = [gr.Dropdown(["None"], value="None", label="Script"), gr.Checkbox(label="ADetailer")]
        runner.alwayson_scripts = [SimpleNamespace(title=lambda: "ADetailer", args_from=1, args_to=2)]
        with gr.Row():
            made(gr.Button("to extras", elem_id="img2img_send_to_extras"), "img2img_send_to_extras")
        sending_fields()
        shown = gr.Textbox(label="Arrived", lines=2)
        (binding,) = bindings
        sources = [binding.source_image_component, binding.source_text_component]
        binding.paste_button.click(lambda *sent: " ".join(sent), sources, [shown])
    serve(gr.mount_gradio_app(FastAPI(), page, path="/"))


def _modules(gr: Any, runner: Any, bindings: list[Any]) -> None:
    opts = SimpleNamespace(sd_model_checkpoint="day.safetensors", data_labels={"sd_model_checkpoint": None})
    package = {
        "scripts": {"scripts_img2img": runner},
        "shared": {"opts": opts},
        "ui_components": {"ToolButton": lambda text, elem_id, tooltip: gr.Button(text, elem_id=elem_id)},
        "infotext_utils": {
            "ParamBinding": lambda **how: SimpleNamespace(**how),
            "register_paste_params_button": bindings.append,
        },
    }
    sys.modules["modules"] = ModuleType("modules")
    for name, contents in package.items():
        module = ModuleType(f"modules.{name}")
        module.__spec__ = SimpleNamespace()  # type: ignore[assignment]
        vars(module).update(contents)
        sys.modules[f"modules.{name}"] = module
        setattr(sys.modules["modules"], name, module)


if __name__ == "__main__":
    main()
