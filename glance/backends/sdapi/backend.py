"""Frames drawn by a WebUI somewhere else, over its own API: any A1111 or Forge started with `--api` will do.

The other WebUI keeps its settings: what a frame needs goes along with its request, and what did not come back by itself
is put back at the end. A connection that is lost is tried again for minutes, so that a restart over there costs
nothing but time.
"""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glance.backends.sdapi.client import WatchedClient, decoded, encoded
from glance.backends.sdapi.families import Family, family_of, remarks_on, with_host_values
from glance.backends.sdapi.host_names import AUTOMATIC, HostNames, find_upscaler, missing_scripts, spellings
from glance.backends.sdapi.lent_options import SavedOptions
from glance.backends.sdapi.requests import (
    FORGE_MODULES,
    FRAME_OPTIONS,
    MODEL_OPTIONS,
    PIXEL_OPTIONS,
    UPSCALER_OPTIONS,
    DrawCall,
    cut_to_size,
    digest_of,
    draw_calls,
    multiple_seen,
    padded,
    picture_settings,
    strength_note,
    vae_options,
)
from glance.backends.sdapi.sampler_laws import SamplerTraits
from glance.backends.strength.curves import ModelStrength
from glance.backends.strength.measured import BareModels, MeasuredModels, measured_file, read_measured
from glance.errors import BackendError, BackendMemoryError
from glance.frames import Frame, size_of
from glance.project.model import Project
from glance.project.plan import FrameSpec, RenderPlan, common_decisions
from glance.project.validate import enlarged
from glance.render.backend import FrameRequest
from glance.render.metadata import PictureSettings
from glance.system.platform import cache_folder

_log = logging.getLogger(__name__)
#: Settings that a frame may change over there.
_LENT = frozenset({*FRAME_OPTIONS, *MODEL_OPTIONS, "CLIP_stop_at_last_layers"})
#: Folders in which Forge keeps the text encoders, which it lists together with the VAEs.
_ENCODERS = re.compile(r"[/\\](text_encoders?|clip)[/\\]", re.IGNORECASE)
#: Sides of the picture that is drawn only to seed the other WebUI's random generator.
_SEEDING_PX = 64
#: What the WebUI calls a picture without numbers in it.
_NANS = "NansException"


class WebuiApiBackend:
    """A WebUI reached over HTTP as a `FrameBackend`.

    Args:
        url: `http://host:port`; `user:password@` in it is what `--api-auth` was given there.
        should_stop: Watched while a frame is drawn; once it says yes, the frame is interrupted over there.
        patience_s: How long a lost connection is tried again.
        always_on: Values of the other WebUI's always-on scripts, by title, for every frame.
        notes: The run folder, in which it is written down what the other WebUI was lent; what an earlier render of that
            run left behind there is put back before anything else.

    Raises:
        BackendError: The address is none.
    """

    def __init__(
        self,
        url: str,
        *,
        should_stop: Callable[[], bool] = lambda: False,
        patience_s: float = 300.0,
        always_on: Mapping[str, Sequence[Any]] | None = None,
        notes: Path | None = None,
    ) -> None:
        self._client = WatchedClient(url, should_stop=should_stop, patience_s=patience_s)
        self._always_on = always_on or {}
        self._loan = SavedOptions(notes, self._client.address)
        self._names: HostNames | None = None
        self._options: dict[str, Any] = {}
        self._sent: set[str] = set()
        self._measured: MeasuredModels = read_measured(measured_file(cache_folder()))

    @property
    def identity(self) -> str:
        """The other WebUI's model and a digest of its settings that change pixels; not where it is."""
        self._connect()
        options = {name: self._options.get(name) for name in PIXEL_OPTIONS}
        model = str(self._options.get("sd_model_checkpoint")).split(" [")[0]
        own: Any = [options, dict(self._always_on)] if self._always_on else options
        guidance = self._guidance()
        if guidance is not None:
            own = [own, guidance]
        note = strength_note(self._measured.points_of(model))
        return self._client.redacted(f"WebUI API, {model}, settings {digest_of(own)}{note}")

    def deciding(self, spec: FrameSpec) -> object:
        """Return all of a frame's decisions but its labels and what only the painter goes by."""
        return common_decisions(spec), spec.taken, self._measured.points_of(self._model_name(spec))

    def measure_bare(self) -> str:
        """Take strengths for bare shares of the timesteps from now on, and return the other WebUI's model."""
        self._measured = BareModels()
        self._connect()
        return str(self._options.get("sd_model_checkpoint") or "")

    def _model_name(self, spec: FrameSpec) -> str:
        return spec.checkpoint or str(self._options.get("sd_model_checkpoint") or "")

    def _strength(self, spec: FrameSpec) -> ModelStrength:
        """Return what strengths mean for a frame's model: as measured, else by its family."""
        family = self._family()
        if spec.checkpoint:
            family = family_of(model=spec.checkpoint) or family
        return self._measured.strength(self._model_name(spec), family.strength if family else ModelStrength())

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Return what the other WebUI lacks for the plan.

        Raises:
            BackendError: It cannot be reached.
        """
        names = self._connect()
        family = self._family()
        for remark in [*names.remarks(plan), *(remarks_on(family, plan) if family is not None else ())]:
            _log.warning("%s", remark)
        found = [*names.problems(plan), *self._missing_scripts()]
        if not names.checkpoints:
            found.append(f"the WebUI at {self._client.address} has no model")
        if str(self._options.get("samples_format", "png")).lower() != "png":
            found.append(
                f"the WebUI at {self._client.address} sends {self._options['samples_format']} pictures, and what is "
                "lost in each frame would add up; set Settings, Saving images, File format to png there"
            )
        return [self._client.redacted(problem) for problem in found]

    def _missing_scripts(self) -> list[str]:
        if not self._always_on:
            return []
        return missing_scripts(self._always_on, self._client.get("scripts").get("img2img", ()))

    def settings(self, request: FrameRequest) -> PictureSettings:
        """Return what the other WebUI is asked for, as its own pictures say it."""
        names = self._connect()
        title = str(self._options.get("sd_model_checkpoint") or "")
        return picture_settings(request, names, self._options, title, self._strength(request.spec))

    def generate(self, request: FrameRequest) -> Frame:
        """Draw one picture.

        Raises:
            BackendInterruptedError: It was interrupted, from here or over there.
            BackendMemoryError: The other WebUI ran out of memory, twice.
            BackendError: It stayed away or refused.
        """
        names = self._connect()
        frame = request.init
        for call in draw_calls(request, names, self._options, self._strength(request.spec)):
            frame = self._retried(call, frame)
            if size_of(frame) != call.size:
                # It rounds more than it was known to; from now on, it is known.
                multiple = multiple_seen(call.size, size_of(frame))
                if multiple <= names.multiple:
                    raise BackendError(f"the WebUI drew {size_of(frame)} pixels where {call.size} were asked for")
                self._names = dataclasses.replace(names, multiple=multiple)
                _log.warning("%s", *self._names.rounding(request.size))
                return self.generate(request)
        if frame is None:
            raise BackendError(f"frame {request.spec.index}: the WebUI drew no picture")
        return cut_to_size(frame, request.size)

    def close(self) -> None:
        """Put back what the other WebUI kept of our settings, and hang up."""
        before, self._options = self._options, {}
        self._sent.clear()
        try:
            if before and self._client.restore({name: before[name] for name in sorted(_LENT & before.keys())}):
                self._loan.forget()
        finally:
            self._client.close()

    def _connect(self) -> HostNames:
        if self._names is None or not self._options:
            self._options = self._read_options()
            self._names = self._read_names()
        return self._names

    def _read_options(self) -> dict[str, Any]:
        options = dict(self._client.get("options"))
        left = self._loan.left_behind(options)
        if left:
            self._client.set_options(left)
            options = dict(self._client.get("options"))
        self._loan.forget()
        return options

    def _read_names(self) -> HostNames:
        samplers = self._client.get("samplers")
        models = self._client.get("sd-models")
        try:
            schedulers = self._client.get("schedulers")
        except BackendError:
            schedulers = []  # A1111 before 1.9 has none
        known = spellings((each["label"], [each["name"], *(each.get("aliases") or [])]) for each in schedulers)
        family = self._family()
        safe = family.scheduler if family is not None and family.flow else AUTOMATIC
        return HostNames(
            spellings((each["name"], each.get("aliases") or []) for each in samplers),
            known,
            spellings((each["title"], _aliases_of_model(each)) for each in models),
            self._read_vaes(),
            {each["name"]: _traits(each) for each in samplers},
            automatic=known.get(safe.lower(), AUTOMATIC),
            multiple=family.multiple if family is not None else 8,
        )

    def _family(self) -> Family | None:
        """Return what the other WebUI's model is, by its name and by the preset that is chosen there."""
        found = family_of(
            model=str(self._options.get("sd_model_checkpoint") or ""),
            preset=str(self._options.get("forge_preset") or ""),
        )
        return with_host_values(found, self._options) if found is not None else None

    def _guidance(self) -> float | None:
        # Left out, the API would take 3.5, which is Flux's and nobody else's.
        family = self._family()
        return family.guidance if family is not None else None

    def _read_vaes(self) -> dict[str, str]:
        try:
            known = self._client.get("sd-modules" if FORGE_MODULES in self._options else "sd-vae")
        except BackendError:
            return {}  # A1111 before 1.6 has no such list
        return {each["model_name"]: each["filename"] for each in known if not _ENCODERS.search(str(each["filename"]))}

    def _retried(self, call: DrawCall, start: Frame | None) -> Frame:
        try:
            return self._draw(call, start)
        except BackendMemoryError:
            return self._draw(call, start)  # the WebUI clears its cache between two calls

    def _draw(self, call: DrawCall, start: Frame | None) -> Frame:
        overrides = self._overrides(call)
        lent = overrides.keys() & self._options.keys() & _LENT
        self._loan.remember(self._options, {name: overrides[name] for name in sorted(lent)})
        payload = call.fields() | {"styles": [], "override_settings": overrides}
        guidance = self._guidance()
        if guidance is not None:
            payload["distilled_cfg_scale"] = guidance
        if self._always_on:
            payload["alwayson_scripts"] = {title: {"args": list(values)} for title, values in self._always_on.items()}
        # Taken back after each call, these would be loaded for each call; they are put back at the end instead. A1111
        # loads a checkpoint only when it is needed, so that it may well take it back.
        lasting = MODEL_OPTIONS if FORGE_MODULES in self._options else {"sd_vae"}
        if lasting & overrides.keys():
            payload["override_settings_restore_afterwards"] = False
        calls: list[tuple[str, Mapping[str, object]]] = [("txt2img", payload)]
        if not call.from_nothing and start is not None:
            payload |= call.image_fields() | {"init_images": [encoded(padded(start, call.size))]}
            if call.mask is not None:
                payload["mask"] = encoded(call.mask)
            calls = [("img2img", _seeding(payload)), ("img2img", payload)]
        try:
            answer = self._client.pictures(*calls)
        except BackendError as error:
            if _NANS in str(error):
                return np.zeros((call.size[1], call.size[0], 3), np.uint8)
            raise
        images = answer.get("images") if isinstance(answer, dict) else None
        if not images:
            raise BackendError(f"the WebUI at {self._client.address} returned no picture; its console says why")
        return decoded(str(images[0]), None, self._client.address)

    def _overrides(self, call: DrawCall) -> dict[str, object]:
        # A setting that already is as it should be is not sent, for a WebUI on a fresh install would keep it. One that
        # was sent once is sent again and again, for nobody knows what became of it.
        own = {name: self._options[name] for name in self._sent}
        wanted = {**own, **call.options, **vae_options(call.vae, self._connect(), self._options)}
        overrides = {
            name: value for name, value in wanted.items() if name in self._sent or self._options.get(name) != value
        }
        self._sent |= overrides.keys() & self._options.keys()
        return overrides


def _seeding(payload: Mapping[str, object]) -> dict[str, object]:
    """Return the smallest call that leaves the other WebUI's random generator in a state known by the frame's seed.

    Its VAE samples the picture it encodes with torch's global generator, which is where the call before left it: seeded
    by that call. Without this, a frame would depend on what was drawn before it, and a continued run would differ from
    an uninterrupted one. Prompts and steps are the frame's own, for the WebUI encodes words anew when they change.
    """
    gray = np.full((_SEEDING_PX, _SEEDING_PX, 3), 128, np.uint8)
    steps = int(str(payload["steps"]))
    small = {
        "width": _SEEDING_PX,
        "height": _SEEDING_PX,
        "denoising_strength": 0.5 / steps,
        "init_images": [encoded(gray)],
    }
    kept = {name: value for name, value in payload.items() if name not in ("mask", "alwayson_scripts")}
    return {**kept, **small, "send_images": False}


def _traits(sampler: Mapping[str, Any]) -> SamplerTraits:
    """Return what an API tells of a sampler. Its class it does not tell; but UniPC has settings where it is no timestep
    sampler, and the others of that class are so everywhere.
    """
    options = sampler.get("options") or {}
    name = str(sampler["name"]).lower()
    timestep = name in ("ddim", "ddim cfg++", "plms") or (
        name == "unipc" and "discard_next_to_last_sigma" not in options
    )
    return SamplerTraits(
        timestep,
        str(options.get("second_order", "")).lower() == "true",
        scheduler=str(options.get("scheduler") or ""),
        discards=str(options.get("discard_next_to_last_sigma", "")).lower() == "true",
    )


def _aliases_of_model(model: Mapping[str, Any]) -> list[str]:
    title = str(model["title"])
    names = [title.split(" [")[0], str(model.get("model_name") or ""), str(model.get("hash") or "")]
    return [name for name in names if name]


def open_webui(address: str, project: Project, notes: Path | None) -> WebuiApiBackend:
    """Return a WebUI for a project, see `glance.backends.registry`."""
    return WebuiApiBackend(address, always_on=project.look.always_on, notes=notes)


class WebuiApiUpscaler:
    """One upscaler of a WebUI reached over HTTP as a `FrameUpscaler`.

    Args:
        url: See `WebuiApiBackend`.
        name: The upscaler's name, in any case.
        should_stop: Watched while a frame is enlarged; once it says yes, that is interrupted over there.
        patience_s: How long a lost connection is tried again.

    Raises:
        BackendError: The address is none.
    """

    exact = False

    def __init__(
        self, url: str, name: str, *, should_stop: Callable[[], bool] = lambda: False, patience_s: float = 300.0
    ) -> None:
        self._client = WatchedClient(url, should_stop=should_stop, patience_s=patience_s)
        self._name = name
        self._found = ""

    @property
    def identity(self) -> str:
        """The upscaler's name, and a digest of the settings that change what it makes."""
        options: dict[str, Any] = self._client.get("options")
        return f"{self._name}, settings {digest_of({name: options.get(name) for name in UPSCALER_OPTIONS})}"

    def problems(self) -> Sequence[str]:
        """Say so where the other WebUI has no such upscaler.

        Raises:
            BackendError: It cannot be reached.
        """
        known = [str(each["name"]) for each in self._client.get("upscalers")]
        try:
            self._found = find_upscaler(self._name, known)
        except BackendError as error:
            return [self._client.redacted(str(error))]
        return []

    def upscale(self, frame: Frame, scale: float) -> Frame:
        """Return the enlarged frame.

        Raises:
            BackendInterruptedError: It was interrupted, from here or over there.
            BackendMemoryError: The other WebUI ran out of memory, twice.
            BackendError: It stayed away or refused.
        """
        payload = {
            "resize_mode": 0,
            "upscaling_resize": scale,
            "upscaler_1": self._found or self._name,
            "image": encoded(frame),
        }
        try:
            answer = self._client.pictures(("extra-single-image", payload))
        except BackendMemoryError:  # the WebUI clears its cache between two calls
            answer = self._client.pictures(("extra-single-image", payload))
        text = answer.get("image") if isinstance(answer, dict) else None
        if not text:
            raise BackendError(f"the WebUI at {self._client.address} returned no picture; its console says why")
        return decoded(str(text), enlarged(size_of(frame), scale), self._client.address)

    def close(self) -> None:
        """Hang up."""
        self._client.close()
