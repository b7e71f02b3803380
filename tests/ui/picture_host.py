"""A stand-in for a WebUI around the page: what it has to choose from, and what its own tabs show.

`PictureHost` is the server's half. `TABS` is the browser's: the elements that a WebUI and `glance.webui.img2img_link`
put into the page, with what they do; `sent` in it is what has arrived in img2img.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glance.app.host import Choices, Defaults, Lora, PromptStyle, StandaloneHost, Suited
from glance.painter.backend import PainterBackend
from glance.project.model import Project
from glance.webui.import_settings import from_img2img_fields


class MeasurablePainter(PainterBackend):
    """The painter with a model's name, so that its strength can be measured as a WebUI's can."""

    def measure_bare(self) -> str:
        return "day.safetensors"


class PictureHost(StandaloneHost):
    """The painter, in a program that has models, LoRAs, styles and an img2img."""

    name = "Stand-in WebUI"

    def open_backend(self, project: Project) -> MeasurablePainter:
        start = project.look.start_image
        return MeasurablePainter(start_image=Path(start) if start else None)

    def choices(self) -> Choices:
        return Choices(
            checkpoints=("day.safetensors", "night.safetensors"),
            samplers=("Euler a", "DPM++ 2M"),
            schedulers=("Automatic", "Karras"),
            vaes=("sharp.pt",),
            loras=(
                Lora("ink_wash", "Ink wash"),
                Lora("lcm_fast", "", "LCM", {"steps": "8", "cfg": "1.5", "sampler": '"Euler a"'}),
            ),
            styles=(PromptStyle("film", "film still of {prompt}, grain", "digital"),),
            upscalers=("Lanczos",),
        )

    def defaults(self) -> Defaults:
        suits = Suited("SDXL", (1024, 576), "DPM++ 2M", "Karras", 24, 5.0, prompts="tags")
        curves = {"steps": "24", "cfg": "5", "sampler": '"DPM++ 2M"', "scheduler": '"Karras"'}
        return dataclasses.replace(super().defaults(), suits=suits, curves=curves)

    def take_over(self, project: Project, infotext: str = "") -> Project:
        return project

    def take_live(self, project: Project, said: Mapping[str, Any]) -> tuple[Project, dict[str, Any]]:
        return from_img2img_fields(project, said)


#: One pixel, as a PNG.
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5Erk"
    "Jggg=="
)
TABS = """
addEventListener("DOMContentLoaded", () => {
  const place = document.createElement("div");
  place.style.cssText = "position: fixed; bottom: 0; left: 0; z-index: 99";
  place.innerHTML = `
    <div id="tabs"><div><button>img2img</button><button>GLANCE</button></div></div>
    <div id="txt2img_gallery"></div><button id="glance_from_txt2img">to GLANCE</button>
    <button id="glance_read_img2img">read</button><div id="glance_img2img_says"><textarea></textarea></div>
    <div id="glance_sent_picture"><textarea></textarea></div><div id="glance_sent_text"><textarea></textarea></div>
    <button id="glance_send">send</button><pre id="arrived"></pre>`;
  document.body.append(place);
  const value = (id) => place.querySelector(`#${id} textarea`);
  place.querySelector("#glance_read_img2img").onclick = () => {
    value("glance_img2img_says").value = JSON.stringify({
      at: performance.now(),
      fields: { prompt: "ink", negative: "photo", styles: ["film"], sampler: "Euler a", steps: 12, denoising: 0.4,
                width: 128, height: 72 },
      options: { sd_model_checkpoint: "night.safetensors [0123456789]" },
      scripts: { ADetailer: [true, "face"] }, without_picture: [], unkept: [],
    });
  };
  place.querySelector("#glance_send").onclick = () => {
    const [picture, text] = ["glance_sent_picture", "glance_sent_text"].map((id) => value(id).value);
    place.querySelector("#arrived").textContent = `${picture.slice(0, 22)} ${text}`;
  };
});
"""
