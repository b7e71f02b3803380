"""Frames drawn by the WebUI that GLANCE lives in: one `FrameRequest`, one call of its `process_images`."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from glance.backends.sdapi.families import family_of
from glance.backends.sdapi.host_names import missing_scripts
from glance.backends.sdapi.requests import (
    FRAME_OPTIONS,
    MODEL_OPTIONS,
    PIXEL_OPTIONS,
    DrawCall,
    cut_to_size,
    digest_of,
    draw_calls,
    multiple_seen,
    picture_settings,
    strength_note,
    vae_options,
)
from glance.backends.strength.curves import ModelStrength
from glance.backends.strength.measured import BareModels, MeasuredModels, measured_file, read_measured
from glance.errors import BackendError, BackendInterruptedError, BackendMemoryError, GlanceError
from glance.frames import Frame, size_of
from glance.project.plan import FrameSpec, RenderPlan, common_decisions
from glance.render.backend import FrameRequest
from glance.render.metadata import PictureSettings
from glance.webui.family import loaded_family
from glance.webui.names import host_names, host_title
from glance.webui.options import OptionsSnapshot
from glance.webui.parts import in_words
from glance.webui.probe import given, part_of
from glance.webui.processing import Extras, HostPictures, drawn_by_host
from glance.webui.queue import QueueSlot
from glance.webui.settings import Settings, output_folder

_log = logging.getLogger(__name__)
#: Settings that a WebUI notes in pictures, and that change none: where things are, and hashes.
_NO_PIXELS = frozenset({"sd_checkpoint_hash", "sd_hypernetwork", "forge_preset"})
#: How much of the WebUI's own words is passed on, in characters.
_MESSAGE_LENGTH = 300
#: How often a frame is drawn again after somebody pressed Skip, which leaves it half drawn.
_SKIPS = 3


class WebuiBackend:
    """The WebUI as a `FrameBackend`. Only to be used by the thread that holds `turn`.

    Args:
        turn: GLANCE's place in the WebUI's queue.
        settings: GLANCE's page of settings, as it was when the run began.
        always_on: Values of always-on scripts, by title; with any, these scripts work on every frame.
    """

    def __init__(
        self, turn: QueueSlot, settings: Settings, always_on: Mapping[str, Sequence[Any]] | None = None
    ) -> None:
        self._turn = turn
        self._settings = settings
        self._always_on = always_on or {}
        self._names = host_names()
        self._measured: MeasuredModels = read_measured(measured_file(output_folder()))

    @property
    def identity(self) -> str:
        """The WebUI, its model, and a digest of its settings that change pixels."""
        return in_words("its settings", self._identity)()

    def _identity(self) -> str:
        from modules import shared

        names = _picture_options(shared.opts.data_labels)
        options = {name: getattr(shared.opts, name, None) for name in names} | self._own_models()
        own = [self._settings.always_on, self._settings.vae, self._guidance()]
        if self._always_on:
            own.append(dict(self._always_on))
        model = _checkpoint_name(self._turn)
        note = strength_note(self._measured.points_of(model))
        return f"{host_title()}, {model}, settings {digest_of([options, own])}{note}"

    def deciding(self, spec: FrameSpec) -> object:
        """Return all of a frame's decisions but its labels and what only the painter goes by."""
        return common_decisions(spec), spec.taken, self._measured.points_of(self._model_name(spec))

    def measure_bare(self) -> str:
        """Take strengths for bare shares of the timesteps from now on, and return the person's model."""
        self._measured = BareModels()
        return _checkpoint_name(self._turn)

    def _model_name(self, spec: FrameSpec) -> str:
        return spec.checkpoint or _checkpoint_name(self._turn)

    def _strength(self, spec: FrameSpec) -> ModelStrength:
        """Return what strengths mean for a frame's model: as measured, else by its family."""
        family = loaded_family()
        if spec.checkpoint:
            family = family_of(model=spec.checkpoint) or family
        return self._measured.strength(self._model_name(spec), family.strength if family else ModelStrength())

    def problems(self, plan: RenderPlan) -> Sequence[str]:
        """Return what the WebUI lacks for the plan: samplers, schedulers, models."""
        return in_words("its names", self._problems)(plan)

    def _problems(self, plan: RenderPlan) -> list[str]:
        from modules import sd_models

        self._names = host_names()
        for remark in self._names.remarks(plan):
            _log.warning("%s", remark)
        found = [*self._names.problems(plan), *self._missing_scripts()]
        if self._settings.vae and any(not frame.vae for frame in plan.frames):
            try:
                self._names.vae(self._settings.vae)
            except BackendError as error:
                found.append(f"{error} (it is named on GLANCE's page of the settings)")
        if not sd_models.checkpoints_list:
            found.append("the WebUI has no model; put one into models/Stable-diffusion")
        return found

    def _missing_scripts(self) -> list[str]:
        from modules import scripts

        there = scripts.scripts_img2img.alwayson_scripts if self._always_on else ()
        return missing_scripts(self._always_on, [str(script.title()) for script in there])

    def settings(self, request: FrameRequest) -> PictureSettings:
        """Return what the WebUI is asked for, as its own pictures say it."""
        from modules import shared

        info = _checkpoint(self._turn)
        model = str(getattr(info, "title", None) or "") if info is not None else ""
        return picture_settings(request, self._names, shared.opts.data_labels, model, self._strength(request.spec))

    def generate(self, request: FrameRequest) -> Frame:
        """Draw one picture.

        Raises:
            BackendInterruptedError: Interrupt was pressed.
            BackendMemoryError: The memory ran out, twice.
            BackendError: The WebUI refused.
        """
        return in_words("a picture", self._generate)(request)

    def _generate(self, request: FrameRequest) -> Frame:
        from modules import shared

        self._turn.between_frames()
        frame = request.init
        model = self._strength(request.spec)
        for call in draw_calls(request, self._names, shared.opts.data_labels, model):
            try:
                frame = self._draw(call, frame)
            except _NotAskedError:
                _log.warning("The sampler %s makes its own list of sigmas: strength takes its steps", call.sampler)
                self._names = self._names.without_any_start(call.sampler)
                return self._generate(request)
            if size_of(frame) != call.size:
                # It rounds more than it was known to; from now on, it is known.
                multiple = multiple_seen(call.size, size_of(frame))
                if multiple <= self._names.multiple:
                    raise BackendError(f"the WebUI drew {size_of(frame)} pixels where {call.size} were asked for")
                self._names = dataclasses.replace(self._names, multiple=multiple)
                _log.warning("%s", *self._names.rounding(request.size))
                return self._generate(request)
        if frame is None:
            raise BackendError(f"frame {request.spec.index}: the WebUI drew no picture")
        return cut_to_size(frame, request.size)

    def close(self) -> None:
        """Nothing is held between frames."""

    def _draw(self, call: DrawCall, start: Frame | None) -> Frame:
        for _ in range(_SKIPS):
            frame = self._retried(call, start)
            if frame is not None:
                return frame
        raise BackendInterruptedError("Skip was pressed again and again while one frame was drawn")

    def _retried(self, call: DrawCall, start: Frame | None) -> Frame | None:
        try:
            return self._once(call, start)
        except BackendMemoryError:
            from modules import devices

            _log.warning("The memory ran out; its cache is cleared and the frame drawn once more")
            devices.torch_gc()
        return self._once(call, start)

    def _once(self, call: DrawCall, start: Frame | None) -> Frame | None:
        """Draw; None when Skip was pressed, all black when the model gave no numbers."""
        from modules import shared

        options = self._options(call)
        lasting = [name for name in options if name in MODEL_OPTIONS]
        self._turn.lend_models(*lasting)
        loan = OptionsSnapshot(shared.opts)
        loan.remember(*(name for name in options if name not in MODEL_OPTIONS))
        try:
            with host_errors(self._turn):
                drawn = self._process(call, options, start)
        except _nans():
            _log.warning("The model gave no numbers; the frame is drawn with another seed")
            return np.zeros((call.size[1], call.size[0], 3), np.uint8)
        finally:
            loan.give_back()
        frame = self._finished(drawn.images)
        if frame is not None and not drawn.started:
            raise _NotAskedError
        return frame

    def _finished(self, images: Sequence[Any]) -> Frame | None:
        from modules import shared

        state = shared.state
        # `stopping_generation` lets a picture be finished, unless it came before the picture was begun.
        if state.interrupted or (state.stopping_generation and not images):
            raise BackendInterruptedError("the WebUI's Interrupt was pressed")
        if state.skipped:
            state.skipped = False
            return None
        if not images:
            raise BackendError("the WebUI returned no picture; its console says why")
        return np.array(images[0].convert("RGB"), np.uint8)

    def _options(self, call: DrawCall) -> dict[str, object]:
        """Return the settings that have to change for a call: also back to the person's own, after another scene's."""
        from modules import shared

        own = self._own_models()
        vae = call.vae or (self._names.vae(self._settings.vae) if self._settings.vae else "")
        wanted = {**own, **call.options, **vae_options(vae, self._names, own)}
        changes = {name: value for name, value in wanted.items() if getattr(shared.opts, name, None) != value}
        if changes.get("sd_model_checkpoint", "") is None:  # the person never chose one: the WebUI takes its first
            changes["sd_model_checkpoint"] = getattr(_checkpoint(self._turn), "title", None)
        return changes

    def _own_models(self) -> dict[str, Any]:
        from modules import shared

        return {name: self._turn.own(name) for name in MODEL_OPTIONS & shared.opts.data_labels.keys()}

    def _process(self, call: DrawCall, options: Mapping[str, object], start: Frame | None) -> HostPictures:
        scripts = dict(self._always_on) if self._settings.always_on or self._always_on else None
        return drawn_by_host(call, start, options, Extras(self._guidance(), scripts))

    def _guidance(self) -> float | None:
        """Return what goes into the WebUI's field for distilled guidance or shift; None to leave it alone."""
        if self._settings.guidance:
            return self._settings.guidance
        family = loaded_family()
        return family.guidance if family is not None else None


def _checkpoint(turn: QueueSlot) -> Any:
    """Return what the WebUI knows of the person's own model; None without any."""
    from modules import sd_models

    known = sd_models.checkpoint_aliases.get(turn.own("sd_model_checkpoint"))
    return known or next(iter(sd_models.checkpoints_list.values()), None)


def _checkpoint_name(turn: QueueSlot) -> str:
    info = _checkpoint(turn)
    # The title gets a hash once the file was read; the name stays.
    return str(info.name) if info is not None else "no model"


def _picture_options(known: Mapping[str, Any]) -> list[str]:
    """Return the WebUI's settings that change a picture: those listed, and those that it notes in pictures itself."""
    noted = {name for name, info in known.items() if given(info, "infotext")}
    return sorted({*PIXEL_OPTIONS, *noted} - MODEL_OPTIONS - FRAME_OPTIONS.keys() - _NO_PIXELS)


class _NotAskedError(Exception):
    """A sampler was to start at a noise level, and has not asked for it: what it drew is another picture."""


class _NoNumbersError(Exception):
    """Stands for what a WebUI raises of a picture without numbers, in one that raises nothing."""


def _nans() -> type[Exception]:
    found = part_of("modules.devices", "NansException", _NoNumbersError)
    return found if isinstance(found, type) and issubclass(found, Exception) else _NoNumbersError


@contextmanager
def host_errors(turn: QueueSlot) -> Iterator[None]:
    """Turn what the WebUI raises in the block into a BackendError in words for a musician."""
    try:
        yield
    except (GlanceError, _nans()):
        raise
    except Exception as error:
        if turn.interrupted():
            raise BackendInterruptedError("the WebUI's Interrupt was pressed") from error
        raise _in_our_words(error) from error


def _in_our_words(error: Exception) -> BackendError:
    text = str(error)
    if type(error).__name__ == "OutOfMemoryError" or "out of memory" in text or "not enough memory" in text:
        return BackendMemoryError(
            "the memory ran out while a frame was drawn. Everything drawn so far is kept: close other programs that "
            "use the graphics card, or make the video smaller, then continue"
        )
    if isinstance(error, AssertionError) and "changing settings" in text:
        return BackendError("the WebUI was started with --freeze-settings, so no frame can be drawn; start it without")
    if "loading state_dict" in text:
        return BackendError(
            "the WebUI could not load a VAE or a model, for it is of another kind than the rest (as SDXL and SD 1.5 "
            f"are); choose VAEs that fit the models of their scenes. It says: {_shortened(text)}"
        )
    return BackendError(f"the WebUI could not draw a frame: {type(error).__name__}: {_shortened(text)}")


def _shortened(text: str) -> str:
    """Return the beginning of a message on one line: torch lists every weight that does not fit."""
    line = " ".join(text.split())
    return line if len(line) <= _MESSAGE_LENGTH else line[:_MESSAGE_LENGTH] + " ..."
