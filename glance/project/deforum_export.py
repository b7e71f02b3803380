"""Projects become Deforum settings files.

What Deforum can say is written as it stands; everything else that decides a value, the song's envelopes, camera
presets, beats and easings, is worked out for this song and written as numbers. What Deforum has no words for is listed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.audio.analysis import SongAnalysis
from glance.audio.corrections import apply_corrections
from glance.camera.deforum import deforum_factor
from glance.camera.presets import PRESETS
from glance.errors import ScheduleError
from glance.project.deforum import MOTIONS
from glance.project.deforum_schedule import deforum_text, from_deforum, readable_by_deforum, scaled, schedule_text
from glance.project.deforum_settings import SCHEDULES, SWITCHED
from glance.project.model import Project
from glance.project.scenes import SceneTrack, lay_out
from glance.project.values import channel_texts, channel_values, signals_of
from glance.project.wording import Wording, lay_out_words
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.story.styles import Style

_BORDERS = {"reflect": "replicate", "outpaint": "replicate", "replicate": "replicate", "wrap": "wrap"}
_PADDINGS = {"reflect": "reflection", "outpaint": "border", "replicate": "border", "wrap": "border"}


@dataclass(frozen=True)
class Exported:
    """A settings file.

    Attributes:
        text: The file's text.
        notes: Sentences on what Deforum has no words for.
    """

    text: str
    notes: tuple[str, ...]


def export_settings(project: Project, analysis: SongAnalysis, styles: Mapping[str, Style]) -> Exported:
    """Return a settings file that Deforum reads, for this project and its song.

    Args:
        project: The project.
        analysis: What was heard in its song, without the project's corrections.
        styles: All styles by id.

    Raises:
        ProjectError: A field of the project is wrong.
        ScheduleError: A curve's text is wrong.
    """
    signals = signals_of(project, apply_corrections(analysis, project.song.corrections))
    track = lay_out(project, signals)
    notes: list[str] = []
    mode = _mode(track, notes)
    values = channel_values(project, signals, track)
    settings = _plain_entries(project, signals, mode)
    settings["prompts"] = _prompts(lay_out_words(project, track, styles, signals))
    settings |= _schedules(project, signals, values, mode)
    settings |= _texts(project, signals, notes)
    settings["diffusion_cadence"] = _cadence(project, values["cadence"], notes)
    notes += _left_out(project, track, values)
    return Exported(json.dumps(settings, indent=4, ensure_ascii=False) + "\n", tuple(notes))


def _mode(track: SceneTrack, notes: list[str]) -> str:
    modes = [scene.camera_mode or PRESETS[scene.camera].mode for scene in track.scenes]
    frames = {
        mode: sum(track.end(i) - int(track.starts[i]) for i, m in enumerate(modes) if m == mode) for mode in modes
    }
    chosen = max(frames, key=lambda mode: frames[mode])
    if len(frames) > 1:
        notes.append(
            f"Deforum has one camera mode for all scenes; {chosen.upper()} was taken, other scenes will move less"
        )
    return chosen.upper()


def _plain_entries(project: Project, signals: Signals, mode: str) -> dict[str, Any]:
    look, output = project.look, project.output
    fps = float(signals.fps)
    return {
        "W": output.width,
        "H": output.height,
        "seed": project.seed,
        "batch_name": project.title or "Deforum_{timestring}",
        "seed_behavior": look.seed_behavior,
        "seed_iter_N": look.seed_every,
        "use_init": bool(look.start_image),
        "init_image": look.start_image or None,
        "use_mask": bool(look.mask),
        "mask_file": look.mask,
        "invert_mask": look.mask_invert,
        "mask_overlay_blur": round(look.mask_feather_px),
        "animation_prompts_positive": "",
        "animation_prompts_negative": "",
        "animation_mode": mode,
        "max_frames": signals.n_frames,
        "fps": int(fps) if fps.is_integer() else round(fps, 3),
        "border": _BORDERS[look.border],
        "padding_mode": _PADDINGS[look.border],
        "color_coherence": "None" if look.colour_space == "none" else look.colour_space.upper(),
        "legacy_colormatch": False,
        "noise_type": "perlin" if look.noise_type == "perlin" else "uniform",
        "optical_flow_cadence": "DIS Medium" if look.flow else "None",
        "add_soundtrack": "File" if project.song.path else "None",
        "soundtrack_path": project.song.path,
    }


def _prompts(wording: Wording) -> dict[str, str]:
    lines = [f"{word.positive} --neg {word.negative}" if word.negative else word.positive for word in wording.words]
    heaviest = [lines[max(parts, key=lambda part: part[1])[0]] for parts in wording.parts]
    return {str(frame): line for frame, line in enumerate(heaviest) if not frame or line != heaviest[frame - 1]}


def _schedules(
    project: Project, signals: Signals, values: Mapping[str, NDArray[np.float64]], mode: str
) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for name, channel in SCHEDULES.items():
        entries[name] = _schedule(project, signals, channel, values[channel])
    for name, (channel, switch) in SWITCHED.items():
        if CHANNELS[channel].kind == "text":
            continue
        entries[name] = _schedule(project, signals, channel, values[channel])
        moved = channel in project.curves and not channel.startswith("perspective_flip")
        turned = channel in _FLIP_ANGLES and bool(np.any(values[channel] != 0))
        entries[switch] = bool(entries.get(switch)) or moved or turned
    entries["steps"] = int(values["steps"][0])
    entries["seed_schedule"] = _schedule(project, signals, "seed", values["seed"])
    for channel in MOTIONS:
        factor = deforum_factor(channel, "3d" if mode == "3D" else "2d", (project.output.width, project.output.height))
        if factor != 1:
            entries[channel] = _rescaled(entries[channel], channel, 1 / factor, signals.n_frames, values[channel])
    return entries


def _rescaled(text: str, channel: str, factor: float, n_frames: int, values: NDArray[np.float64]) -> str:
    there = scaled(text, channel, factor)
    return (
        deforum_text(there, channel)
        if readable_by_deforum(there, channel)
        else schedule_text(np.arange(n_frames), values * factor)
    )


_FLIP_ANGLES = ("perspective_flip_theta", "perspective_flip_phi", "perspective_flip_gamma")


def _schedule(project: Project, signals: Signals, channel: str, values: NDArray[np.float64]) -> str:
    """Return the project's own text where Deforum gives the same values for it, else the values as numbers."""
    text = project.curves.get(channel, "").strip()
    if text and readable_by_deforum(text, channel):
        written = deforum_text(text, channel)
        if _matches(written, channel, signals, values):
            return written
    return schedule_text(np.arange(signals.n_frames), values)


def _matches(text: str, channel: str, signals: Signals, values: NDArray[np.float64]) -> bool:
    try:
        there = from_deforum(text, channel, signals.n_frames, signals.seed).text
        return bool(np.allclose(evaluate(parse_schedule(there, channel), signals), values, rtol=1e-12, atol=1e-12))
    except ScheduleError:
        return False


def _texts(project: Project, signals: Signals, notes: list[str]) -> dict[str, Any]:
    entries: dict[str, Any] = {"sampler": "Euler a"}
    for channel, texts in channel_texts(project, signals).items():
        changes = [(i, text) for i, text in enumerate(texts) if i == 0 or texts[i - 1] != text]
        if not any(text for _, text in changes):
            continue
        if channel == "sampler" and len(changes) == 1:
            entries["sampler"] = changes[0][1]
            continue
        if channel == "scheduler" and len(changes) == 1:
            entries["scheduler"] = changes[0][1]
            continue
        if channel == "vae":
            notes.append("`vae`: Deforum draws with the VAE that is set in the WebUI")
            continue
        name, switch = next((name, switch) for name, (target, switch) in SWITCHED.items() if target == channel)
        entries[name] = ", ".join(f'{frame}: ("{text}")' for frame, text in changes)
        entries[switch] = True
        if any(set(text) & set(",:()'\"") for _, text in changes):
            notes.append(f"`{channel}` has a name with a comma, colon, bracket or quote, which Deforum misreads")
    return entries


def _cadence(project: Project, cadence: NDArray[np.float64], notes: list[str]) -> int:
    value = int(np.median(cadence))
    if np.ptp(cadence) > 0 or (value > 1 and project.look.cadence_hits):
        notes.append(f"Deforum has one cadence for the whole video, {value}; hits between drawn frames come late there")
    return value


def _left_out(project: Project, track: SceneTrack, values: Mapping[str, NDArray[np.float64]]) -> list[str]:
    look = project.look
    checks = {
        "pinned pictures (`look.guides`) are not written": bool(look.guides),
        "`transition` = cut and fade are not written; Deforum lets each prompt grow into the picture": any(
            scene.transition != "hold" for scene in track.scenes[1:]
        ),
        "gaussian noise is not known to Deforum; uniform was written": look.noise_type == "gaussian",
        f"`look.border` = {look.border} is written as its nearest": look.border in ("outpaint", "reflect"),
        "`look.palette` is not written": bool(look.palette),
        "song corrections and stems are not written; what follows from them is, as numbers": bool(project.song.stems),
        "prompts with formulas in backticks are written as they stand; Deforum knows only `t` and `max_f` in them": any(
            "`" in scene.prompt for scene in track.scenes
        ),
    }
    for channel, neutral in (("colour", 1.0), ("prompt_weight", 1.0), ("guide_strength", 1.0)):
        known = f"`{channel}` other than {neutral:g} is not known to Deforum"
        checks[known] = bool(np.any(values[channel] != neutral)) and not (
            channel == "guide_strength" and not look.guides
        )
    return [sentence for sentence, left_out in checks.items() if left_out]
