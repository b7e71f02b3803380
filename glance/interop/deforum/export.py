"""Projects become Deforum settings files.

What Deforum can say is written as it stands; everything else that decides a value, the song's envelopes, camera
presets, beats and easings, is worked out for this song and written as numbers. What Deforum has no words for is listed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance import __version__
from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.errors import ScheduleError
from glance.interop.deforum.camera import MOTIONS, DeforumView
from glance.interop.deforum.guides import write_guides
from glance.interop.deforum.prompts import write_fading_prompts, write_prompts
from glance.interop.deforum.schedule import deforum_text, from_deforum, readable_by_deforum, scaled, schedule_text
from glance.interop.deforum.settings import SCHEDULES, SWITCHED
from glance.project.camera import mode_of
from glance.project.channel_values import channel_texts, evaluate_channels, signals_of
from glance.project.frame_prompts import PromptTimeline, frame_words, prompt_timeline
from glance.project.model import Project
from glance.project.scenes import SceneTrack, lay_out
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.story.styles import Style
from glance.system.files import is_plain_file

_WRITER = "deforum_git_commit_id"
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
    values = evaluate_channels(project, signals, track)
    wording = prompt_timeline(project, track, styles, signals)
    fading = _fading(project, wording, values, signals)
    mode = "Interpolation" if fading else _mode(track, notes)
    settings = _plain_entries(project, signals, mode)
    settings["prompts"] = fading or write_prompts(wording, frame_words(wording, values["prompt_weight"], signals))
    settings |= _schedules(project, signals, values, mode)
    settings |= _texts(project, signals, notes)
    settings["diffusion_cadence"] = _cadence(project, values["cadence"], notes)
    settings |= write_guides(project, signals, values, settings["diffusion_cadence"])
    notes += _left_out(project, track, values)
    # Deforum notes here which version has written a file; it reads the entry nowhere.
    settings[_WRITER] = f"GLANCE {__version__} {_digest(settings)}"
    return Exported(json.dumps(settings, indent=4, ensure_ascii=False) + "\n", tuple(notes))


def is_own_export(path: Path) -> bool:
    """Return whether a settings file is exactly as GLANCE wrote it: one that was changed since is somebody's work."""
    if not is_plain_file(path):
        return False
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        writer = settings.pop(_WRITER)
    except (OSError, ValueError, RecursionError, AttributeError, KeyError, TypeError):
        return False
    return isinstance(writer, str) and writer.startswith("GLANCE ") and writer.endswith(f" {_digest(settings)}")


def _digest(settings: Mapping[str, Any]) -> str:
    return sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:32]


def _mode(track: SceneTrack, notes: list[str]) -> str:
    modes = [mode_of(scene) for scene in track.scenes]
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
        "use_depth_warping": look.depth != "flat",
        "color_coherence": "None" if look.color_space == "none" else look.color_space.upper(),
        "legacy_colormatch": False,
        "noise_type": "perlin" if look.noise_type == "perlin" else "uniform",
        "optical_flow_cadence": "DIS Medium" if look.flow else "None",
        "add_soundtrack": "File" if project.song.path else "None",
        "soundtrack_path": project.song.path,
    }


def _fading(
    project: Project, wording: PromptTimeline, values: Mapping[str, NDArray[np.float64]], signals: Signals
) -> dict[str, str] | None:
    """Return the prompts of Deforum's mode Interpolation, where the project does what that mode does; else None."""
    drawn_anew = not values["strength"].any() and bool(np.all(values["cadence"] == 1))
    alone = project.prompts_blend == "fade" and drawn_anew and bool(np.all(values["prompt_weight"] == 1))
    return write_fading_prompts(wording, signals) if alone else None


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
        set_here = channel in project.curves or any(one.channel == channel for one in project.overrides)
        moved = set_here and not channel.startswith("perspective_flip")
        turned = channel in _FLIP_ANGLES and bool(np.any(values[channel] != 0))
        entries[switch] = bool(entries.get(switch)) or moved or turned
    entries["steps"] = int(values["steps"][0])
    entries["seed_schedule"] = _schedule(project, signals, "seed", values["seed"])
    size = (project.output.width, project.output.height)
    view = DeforumView("3d" if mode == "3D" else "2d", size, flat=project.look.depth == "flat")
    views = {fov: replace(view, fov_deg=fov) for fov in np.unique(values["fov"]).tolist()}
    for channel in MOTIONS:
        factors = np.array([1 / views[fov].factor(channel) for fov in values["fov"].tolist()])
        if np.any(factors != 1):
            entries[channel] = _rescaled(entries[channel], channel, factors, values[channel])
    return entries


def _rescaled(text: str, channel: str, factors: NDArray[np.float64], values: NDArray[np.float64]) -> str:
    if np.ptp(factors) == 0:
        there = scaled(text, channel, float(factors[0]))
        if readable_by_deforum(there, channel):
            return deforum_text(there, channel)
    return schedule_text(np.arange(values.size), values * factors)


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
    entries: dict[str, Any] = {}
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
        "pinned pictures are written as guided images; Deforum starts from the first of them": bool(look.guides),
        "`transition` = cut is not written; Deforum lets each prompt grow into the picture": any(
            scene.transition == "cut" for scene in track.scenes[1:]
        ),
        "gaussian noise is not known to Deforum; uniform was written": look.noise_type == "gaussian",
        f"`look.border` = {look.border} is written as its nearest": look.border in ("outpaint", "reflect"),
        "`look.palette` is not written": bool(look.palette),
        "song corrections and stems are not written; what follows from them is, as numbers": bool(project.song.stems),
    }
    matched = look.color_space != "none" and bool(values["colour"].any())
    checks["Deforum matches the colours of all scenes to the first frame"] = (
        look.color_reference != "first" and len(track.scenes) > 1 and matched
    )
    checks["`colour` other than 1 is not known to Deforum"] = bool(np.any(values["colour"] != 1))
    return [sentence for sentence, left_out in checks.items() if left_out]
