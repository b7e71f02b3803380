"""Deforum settings files become projects.

The aim is the same picture, frame for frame, as far as the two programs share an idea, and a sentence for everything
else: `Imported.notes` is meant to be read by the person who imports. Schedules evaluate as Deforum evaluates them
(`glance.project.deforum_schedule`); signs and units of the camera become ours (`glance.camera.deforum`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from glance.camera.deforum import NOTES, deforum_factor
from glance.camera.pose import Mode
from glance.errors import GlanceError, ProjectError, ScheduleError
from glance.project.deforum_prompts import Words, read_words
from glance.project.deforum_schedule import from_deforum, scaled, still_signals
from glance.project.deforum_settings import SCHEDULES, SWITCHED, read_settings, without_counterpart
from glance.project.model import Guide, Look, Output, Project, Scene, Song
from glance.project.parseq import ParseqFrames, read_parseq
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate, number_text
from glance.schedule.keytime import key_frame
from glance.schedule.parse import parse_schedule
from glance.timing import parse_fps

_BORDERS: Mapping[str, Literal["reflect", "replicate", "wrap"]] = {
    "replicate": "replicate",
    "wrap": "wrap",
    "border": "replicate",
    "reflection": "reflect",
}
_SPACES: Mapping[str, Literal["lab", "hsv", "rgb"]] = {"lab": "lab", "hsv": "hsv", "rgb": "rgb"}
#: Channels whose signs or units differ from Deforum's in one camera mode or the other.
MOTIONS = ("translation_x", "translation_y", "translation_z", "rotation_3d_x", "rotation_3d_y", "rotation_3d_z")
_BEHAVIOURS = ("iter", "fixed", "random", "ladder", "alternate", "schedule")
#: Longer than any scene: a fade of this many beats takes up the whole scene before it.
_WHOLE_SCENE_BEATS = 1e6
_DEFAULT_FRAMES, _DEFAULT_FPS = 120, 15


@dataclass(frozen=True)
class Imported:
    """A project made from another program's file.

    Attributes:
        project: The project.
        notes: Sentences on what was read differently, or has no counterpart and was left out.
    """

    project: Project
    notes: tuple[str, ...]


def import_settings(text: str, song: str = "") -> Imported:
    """Read a Deforum settings file of any version, saved by its tab or by a run.

    Args:
        text: The file's text.
        song: Path of the song; empty for the file's own soundtrack.

    Raises:
        ProjectError: The text is no Deforum settings file.
    """
    settings, notes = read_settings(text)
    return _Importer(settings, notes).imported(song)


class _Importer:
    """Turns the entries of one settings file into a project, collecting notes on the way."""

    def __init__(self, settings: dict[str, Any], notes: list[str]) -> None:
        self.settings, self.notes = settings, notes
        self.parseq = self._parseq()
        self.n_frames = self._whole("max_frames", _DEFAULT_FRAMES)
        if self.parseq and self._flag("parseq_non_schedule_overrides", True):
            self.n_frames = self.parseq.n_frames
        self.mode = str(settings.get("animation_mode", "2D"))
        seed = self._whole("seed", -1, least=-1)
        if seed < 0:
            seed = 1
            self.notes.append("`seed` = -1 draws a new seed in every run; the project has seed 1 instead")
        self.seed = seed
        self.size = (512, 512)

    def imported(self, song: str) -> Imported:
        """Return the whole project and all notes."""
        words = read_words(self.settings)
        if not (self.parseq and self.parseq.prompts):
            self.notes += words.notes
        output = self._output()
        self.size = (output.width, output.height)
        project = Project(
            song=Song(path=song or self._soundtrack()),
            title=self._title(),
            seed=self.seed,
            scenes=self._scenes(words),
            curves=self._curves(),
            look=self._look(words),
            output=output,
        )
        seconds = self.n_frames / float(parse_fps(project.output.fps))
        self.notes.append(
            f"the animation had {self.n_frames} frames, {seconds:.2f} s; here the song's length decides, and `max_f` "
            "in formulas follows it"
        )
        self._mode_notes()
        self.notes += without_counterpart(self.settings)
        return Imported(project, tuple(self.notes))

    # Plain entries.

    def _text(self, name: str) -> str:
        value = self.settings.get(name)
        return "" if value is None or str(value).strip() == "None" else str(value).strip()

    def _flag(self, name: str, default: bool = False) -> bool:
        value = self.settings.get(name, default)
        return value.strip().lower() == "true" if isinstance(value, str) else bool(value)

    def _whole(self, name: str, default: int, least: int = 1) -> int:
        value = self.settings.get(name, default)
        try:
            number = int(float(value))
        except (TypeError, ValueError, OverflowError):
            self.notes.append(f"`{name}` = {value!r} is no number; {default} was taken instead")
            return default
        return max(least, number)

    def _title(self) -> str:
        title = re.sub(r"\{[^}]*\}|_?\d{14}", "", self._text("batch_name")).strip(" _-")
        return "" if title.lower() == "deforum" else title

    def _soundtrack(self) -> str:
        source = self._text("add_soundtrack")
        path = self._text("video_init_path" if source == "Init Video" else "soundtrack_path") if source else ""
        if not path:
            self.notes.append("the file names no soundtrack; set `song.path` to the song before rendering")
        elif path.startswith(("http:", "https:")):
            self.notes.append(f"the soundtrack {path} is a web address; download it and set `song.path` to the file")
        return path

    def _output(self) -> Output:
        fps = self.settings.get("fps", _DEFAULT_FPS)
        if self.parseq and self.parseq.fps and self._flag("parseq_non_schedule_overrides", True):
            fps = self.parseq.fps
        try:
            parse_fps(fps if isinstance(fps, (int, float)) else str(fps))
        except ValueError as error:
            self.notes.append(f"`fps`: {error}; {_DEFAULT_FPS} was taken instead")
            fps = _DEFAULT_FPS
        size = {}
        for side, name in (("width", "W"), ("height", "H")):
            pixels = self._whole(name, 512, least=64)
            size[side] = max(64, round(pixels / 8) * 8)
            if size[side] != pixels:
                self.notes.append(f"`{name}` = {pixels} is no multiple of 8; {size[side]} was taken instead")
        text = number_text(float(fps)) if isinstance(fps, (int, float)) else str(fps)
        return Output(width=size["width"], height=size["height"], fps=text)

    # Curves.

    def _curves(self) -> dict[str, str]:
        curves: dict[str, str] = {}
        for name, channel in SCHEDULES.items():
            self._add_curve(curves, name, channel)
        for name, (channel, switch) in SWITCHED.items():
            if self._flag(switch):
                self._add_curve(curves, name, channel)
        self._add_constants(curves)
        if self._text("seed_behavior") == "schedule":
            self._add_curve(curves, "seed_schedule", "seed")
        if self._flag("use_looper"):
            self._add_curve(curves, "image_strength_schedule", "strength")
        if self.parseq:
            curves |= self.parseq.curves
            self.notes += self.parseq.notes
        self._to_our_camera(curves)
        if self.mode == "Interpolation":
            curves["strength"] = "0:(0)"
        return curves

    def _to_our_camera(self, curves: dict[str, str]) -> None:
        """Give the motions our signs and units (`glance.camera.deforum`)."""
        mode: Mode = "3d" if self.mode == "3D" else "2d"
        fov = self._values(curves.get("fov", ""), "fov")
        turned = mode == "3d" and fov.size > 0 and bool(np.all(fov < 0))
        if turned:
            curves["fov"] = scaled(curves["fov"], "fov", -1.0)
            self.notes.append(NOTES["negative_fov"])
        aspect = self._aspect_ratio() if mode == "3d" else 1.0
        for channel in MOTIONS:
            factor = deforum_factor(channel, mode, self.size, aspect)
            if turned and channel.startswith(("translation", "rotation")):
                factor = -factor
            if channel in curves and factor != 1:
                curves[channel] = scaled(curves[channel], channel, factor)

    def _aspect_ratio(self) -> float:
        ratios = self._values(self._text("aspect_ratio_schedule"), "aspect_ratio_schedule")
        if ratios.size == 0:
            return 1.0
        if np.ptp(ratios) > 0 or ratios[0] <= 0:
            self.notes.append(
                "`aspect_ratio_schedule` changes or is not above 0; its first value above 0 was taken for all"
            )
        return float(next((ratio for ratio in ratios.tolist() if ratio > 0), 1.0))

    def _values(self, text: str, channel: str) -> NDArray[np.float64]:
        """Return a schedule's values as Deforum has them; none where it cannot be read."""
        if not text:
            return np.zeros(0)
        try:
            there = from_deforum(text, channel, self.n_frames, self.seed).text
            return evaluate(parse_schedule(there, channel), still_signals(self.n_frames, self.seed))
        except ScheduleError as error:
            self.notes.append(f"`{channel}` cannot be read and was left out: {error}")
            return np.zeros(0)

    def _add_constants(self, curves: dict[str, str]) -> None:
        curves["cadence"] = f"0:({self._whole('diffusion_cadence', 1)})"
        curves.setdefault("steps", f"0:({self._whole('steps', 25)})")
        if self.parseq and self.parseq.cadence and self._flag("parseq_non_schedule_overrides", True):
            curves["cadence"] = f"0:({self.parseq.cadence})"
        for name in ("sampler", "scheduler"):
            value = self.settings.get(name)
            if isinstance(value, str) and value.strip() and name not in curves:
                curves[name] = '0:("{}")'.format(value.strip().replace('"', '""'))
            elif value is not None and not isinstance(value, str):
                self.notes.append(
                    f"`{name}` = {value} is the number of a {name} in an old list; the host's own is used"
                )
        curves["colour"] = "0:(1)" if self._colour_space() != "none" else "0:(0)"

    def _add_curve(self, curves: dict[str, str], name: str, channel: str) -> None:
        value = self.settings.get(name)
        if value is None or not str(value).strip():
            return
        try:
            found = from_deforum(str(value), channel, self.n_frames, self.seed)
            if CHANNELS[channel].kind != "text":
                self._check_range(name, channel, found.text)
        except ScheduleError as error:
            self.notes.append(f"`{name}` cannot be read and was left out: {error}")
            return
        curves[channel] = found.text
        self.notes += [f"`{name}` {note}" for note in found.notes]

    def _check_range(self, name: str, channel: str, text: str) -> None:
        values = evaluate(parse_schedule(text, channel), still_signals(self.n_frames, self.seed))
        low, high = CHANNELS[channel].low, CHANNELS[channel].high
        if channel == "fov" and values.max() < 0:
            return
        if values.min() < low or values.max() > high:
            found = f"{number_text(float(values.min()))} to {number_text(float(values.max()))}"
            limits = f"{number_text(float(low))} to {number_text(float(high))}"
            self.notes.append(f"`{name}` goes from {found}; `{channel}` is held within {limits}")

    def _parseq(self) -> ParseqFrames | None:
        manifest = self._text("parseq_manifest")
        if not manifest:
            return None
        if manifest.startswith(("http:", "https:")):
            self.notes.append(
                f"the Parseq manifest {manifest} is a web address and was not read; import the file itself"
            )
            return None
        try:
            return read_parseq(manifest, self._flag("parseq_use_deltas", True))
        except GlanceError as error:
            self.notes.append(f"`parseq_manifest` cannot be read and was left out: {error}")
            return None

    # Scenes and look.

    def _scenes(self, words: Words) -> tuple[Scene, ...]:
        mode: Literal["2d", "3d"] = "3d" if self.mode == "3D" else "2d"
        fading = self.mode == "Interpolation"
        prompts = self.parseq.prompts if self.parseq and self.parseq.prompts else words.prompts
        signals = still_signals(self.n_frames, self.seed)
        placed: dict[int, Scene] = {}
        for time, positive, negative in prompts:
            try:
                frame = key_frame(time, signals)
            except ScheduleError as error:
                self.notes.append(f"the prompt at {time!r} has no time that can be read and was left out: {error}")
                continue
            placed[frame] = Scene(
                start=time if frame else "0",
                prompt=positive,
                negative=negative,
                camera_mode=mode,
                reactivity="none",
                transition="fade" if fading else "hold",
                transition_beats=_WHOLE_SCENE_BEATS if fading else 4.0,
            )
        return tuple(placed[frame] for frame in sorted(placed)) or (Scene(camera_mode=mode, reactivity="none"),)

    def _look(self, words: Words) -> Look:
        border_entry = "padding_mode" if self.mode == "3D" else "border"
        border = self._text(border_entry) or "replicate"
        if border not in _BORDERS:
            self.notes.append(f"`{border_entry}` = {border} has no counterpart; edges are replicated instead")
        behaviour = self._text("seed_behavior") or "iter"
        if self.parseq and "seed" in self.parseq.curves:
            behaviour = "schedule"
        return Look(
            prompt_prefix=words.prefix,
            negative=words.negative,
            negative_sets=(),
            start_image=self._text("init_image") if self._flag("use_init") else "",
            colour_space=self._colour_space(),
            noise_type="uniform" if self._text("noise_type") == "uniform" else "perlin",
            border=_BORDERS.get(border, "replicate"),
            cadence_hits=False,
            flow=bool(self._text("optical_flow_cadence")),
            seed_behavior=behaviour if behaviour in _BEHAVIOURS else "iter",  # type: ignore[arg-type]
            seed_every=self._whole("seed_iter_N", 1),
            guides=self._guides(),
            mask=self._text("mask_file") if self._flag("use_mask") else "",
            mask_invert=self._flag("invert_mask"),
            mask_feather_px=float(self._whole("mask_overlay_blur", 4, least=0)),
        )

    def _colour_space(self) -> Literal["lab", "hsv", "rgb", "none"]:
        space = str(self.settings.get("color_coherence", "LAB")).lower()
        return _SPACES.get(space, "none")

    def _guides(self) -> tuple[Guide, ...]:
        if not self._flag("use_looper"):
            return ()
        from glance.schedule.prompts import parse_prompts

        pictures = self.settings.get("init_images")
        try:
            curve = parse_prompts(pictures if isinstance(pictures, str) else "")
            # Deforum's `max_f` counts the frames here, while it is the last frame's number in schedules.
            signals = still_signals(self.n_frames + 1, self.seed)
            guides = tuple(Guide(at=str(key_frame(key.time, signals)), picture=key.value) for key in curve.keys)
        except ScheduleError as error:
            self.notes.append(f"`init_images` cannot be read and was left out: {error}")
            return ()
        self.notes.append(
            "`init_images` pull towards each picture around its time; Deforum's blending differs in detail"
        )
        return guides

    def _mode_notes(self) -> None:
        if self.mode not in ("2D", "3D", "Interpolation"):
            self.notes.append(f"`animation_mode` = {self.mode} has no counterpart; 2D was taken instead")
        if self.mode == "Interpolation":
            self.notes.append(
                "`animation_mode` = Interpolation draws every frame anew: strength is 0, prompts cross-fade"
            )
        if self._text("color_coherence") in ("Video Input", "Image"):
            self.notes.append(f"`color_coherence` = {self._text('color_coherence')} has no counterpart")
        if self._text("noise_schedule") and self._text("noise_schedule") not in ("0: (0)", "0:(0)"):
            self.notes.append(
                "`noise_schedule` keeps its amounts, but noise here does not drain contrast as Deforum's does"
            )
        behaviour = self._text("seed_behavior") or "iter"
        if behaviour not in _BEHAVIOURS:
            self.notes.append(f"`seed_behavior` = {behaviour} has no counterpart; iter was taken instead")
        if self._flag("enable_perspective_flip") and self.mode == "2D":
            self.notes += [NOTES["flip_translation"], NOTES["flip_centre"]]


def import_parseq(text: str, song: str = "") -> Imported:
    """Read Parseq's rendered JSON (`rendered_frames`) as a project of its own.

    Raises:
        ProjectError: The text is no Parseq manifest.
    """
    frames = read_parseq(text, use_deltas=True)
    settings = {"animation_mode": "3D", "parseq_manifest": text, "max_frames": frames.n_frames, "seed": 1}
    return _Importer(settings, []).imported(song)


def is_parseq(text: str) -> bool:
    """Return whether a text looks like Parseq's rendered JSON rather than Deforum's settings."""
    return '"rendered_frames"' in text and '"strength_schedule"' not in text


def import_any(text: str, song: str = "") -> Imported:
    """Read a Deforum settings file or a Parseq manifest, whichever the text is.

    Raises:
        ProjectError: It is neither.
    """
    if not text.strip():
        raise ProjectError("", "expected a Deforum settings file or a Parseq manifest, found an empty file")
    return import_parseq(text, song) if is_parseq(text) else import_settings(text, song)
