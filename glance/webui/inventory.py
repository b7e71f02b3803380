"""What GLANCE needs of a WebUI, each with the sentence for where it is not to be had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glance.webui import names
from glance.webui.settings import output_folder, read_settings


def _drawing() -> None:
    from modules import processing, scripts

    _ = processing.StableDiffusionProcessingTxt2Img, processing.StableDiffusionProcessingImg2Img
    _ = processing.process_images, scripts.ScriptRunner


def _queue() -> None:
    from modules import call_queue, progress, shared

    _ = call_queue.queue_lock.acquire, progress.pending_tasks, shared.state.begin, shared.state.end
    _ = shared.state.interrupt, shared.opts.data, shared.opts.data_labels


#: What is tried when the tab is built.
PROBES: dict[str, Callable[[], Any]] = {
    "drawing by the WebUI (another one can draw for it, see the docs)": _drawing,
    "a place in the WebUI's queue": _queue,
    "the list of models": names.checkpoint_names,
    "the list of samplers": lambda: (names.sampler_names(), names.sampler_traits()),
    "the list of VAEs": names.vae_names,
    "the list of LoRAs": names.loras,
    "the list of prompt styles": names.prompt_styles,
    "the list of upscalers": names.upscaler_names,
    "its page of settings": read_settings,
    "the WebUI's folder for pictures": output_folder,
}
