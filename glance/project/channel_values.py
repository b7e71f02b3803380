"""Every channel's value in every frame: curve, camera preset and music put together.

For one channel, with neutral value v0 (0, or 1 for zoom):

    base(f)  = the curve's value, else `silence` of the channel's first reaction, else the channel's default
    value(f) = base(f) + motion * (preset(f) - v0) + sum over reactions of reactivity * amount * (y(x(f)) - silence)

clipped to the channel's range; over that, one after the other, the project's overrides (`glance.project.overrides`),
clipped again. In short: curve, camera preset, reactions, overrides. `motion` and `reactivity` are the scene's dials,
`amount` is the reaction's own in this part of the song (`glance.project.reaction_parts`); x is an envelope of the
song, or single hits of it. What presets and reactions do happens around the scene's subject, and the sway of
`handheld` comes on top; overrides change numbers alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from glance.audio.envelopes import sample_peaks
from glance.audio.hits import with_hits
from glance.audio.types import SongAnalysis
from glance.camera.presets import CAMERA_PRESETS
from glance.effects.registry import PARAMETERS
from glance.errors import ProjectError
from glance.project.camera import around_subjects, check_poses, preset_moves, sway
from glance.project.frame_choices import picture_seed, seed_of
from glance.project.model import REACTIVITY, Point, Project
from glance.project.overrides import check_overrides, laid_over
from glance.project.reaction_parts import check_parts, reaction_change
from glance.project.scenes import SceneTrack
from glance.project.subjects import subject_of
from glance.schedule.channels import CHANNELS, clamp
from glance.schedule.curve import Curve, evaluate, evaluate_text
from glance.schedule.parse import parse_schedule
from glance.schedule.pulses import rises
from glance.schedule.signals import STEM_NAMES, Signals
from glance.system.suggest import did_you_mean
from glance.timing import frame_count, parse_fps

_WITHOUT_STEMS = "this song was heard without stems: name the folder of its stems, or split it"
Values = Mapping[str, NDArray[np.float64]]
#: Channels that move the camera, so that it can come back.
_MOTIONS = frozenset({"zoom", "angle", "translation_x", "translation_y", "translation_z"})
_MOTIONS |= {"rotation_3d_x", "rotation_3d_y", "rotation_3d_z"}


def frame_rate(project: Project) -> Fraction:
    """Return the project's frames per second.

    Raises:
        ProjectError: It cannot be read.
    """
    try:
        return parse_fps(project.output.fps)
    except ValueError as error:
        raise ProjectError("output.fps", str(error)) from None


def signals_of(project: Project, analysis: SongAnalysis) -> Signals:
    """Sample the song once per frame of the project's video.

    Raises:
        ProjectError: The frame rate cannot be read.
    """
    fps = frame_rate(project)
    n_frames = frame_count(analysis.duration_s, fps)
    heard = with_hits(analysis).envelopes
    asked = {reaction.map.envelope for reaction in project.reactions if reaction.rest_beats > 0}
    hits = {name: rises(heard.values[name], heard.rate_hz) for name in sorted(asked & heard.values.keys())}
    envelopes = sample_peaks(heard, n_frames, fps)
    return Signals(n_frames, fps, project.seed, analysis.grid, envelopes, stems=heard.stems, hits=hits)


def evaluate_channels(project: Project, signals: Signals, track: SceneTrack) -> dict[str, NDArray[np.float64]]:
    """Return name -> (n,) for every number channel.

    Raises:
        ProjectError: A curve or an override names no channel, or a reaction no channel or envelope, or a scene no
            camera preset; a pose has no moment of its own; or an override cannot be read.
        ScheduleError: A curve's text is wrong, or an override's.
    """
    return laid_over(project, values_below(project, signals, track), signals)


def values_below(project: Project, signals: Signals, track: SceneTrack) -> dict[str, NDArray[np.float64]]:
    """Return name -> (n,) for every number channel, before the project's overrides are laid over them.

    Raises:
        ProjectError: See `evaluate_channels`.
        ScheduleError: A curve's text is wrong.
    """
    _check_names(project, signals)
    reactivity = np.array([REACTIVITY[scene.reactivity] for scene in track.scenes])[track.scene_of]
    aspect = project.output.width / project.output.height
    subjects = subjects_of(project, track)
    moved = preset_moves(signals, track, subjects, aspect)
    values = {}
    for name in _numbers_of(project):
        reactions = [reaction for reaction in project.reactions if reaction.channel == name]
        for reaction in reactions:
            change = reactivity * reaction_change(reaction, signals, track)
            moved[name] = moved.get(name, 0.0) + _settled(change, reaction.settle_s, signals.fps, name)
        values[name] = base_values(project, name, signals) + moved.get(name, 0.0)
    own_center = not {"transform_center_x", "transform_center_y"}.isdisjoint(project.curves)
    around_subjects(values, moved, track, subjects, aspect, own_center)
    sway(values, signals, track, project.output.width)
    return {name: clamp(name, value) for name, value in values.items()}


def _numbers_of(project: Project) -> list[str]:
    """Return the number channels that a project has: effects' ones where it has the effect, or moves them."""
    has = {use.effect for use in project.effects}
    moved = {*project.curves, *(reaction.channel for reaction in project.reactions)}
    numbers = (name for name, channel in CHANNELS.items() if channel.kind != "text")
    return [name for name in numbers if name not in PARAMETERS or PARAMETERS[name][0] in has or name in moved]


def subjects_of(project: Project, track: SceneTrack) -> tuple[Point, ...]:
    """Return where each scene of the track has its subject."""
    seeds = [picture_seed(seed_of(scene, project.seed), scene.picture) for scene in track.scenes]
    return tuple(subject_of(scene, project.look, seed) for scene, seed in zip(track.scenes, seeds, strict=True))


def channel_texts(project: Project, signals: Signals) -> dict[str, tuple[str, ...]]:
    """Return name -> n texts for every text channel (sampler, scheduler, checkpoint, vae)."""
    texts = {}
    for name, channel in CHANNELS.items():
        if channel.kind != "text":
            continue
        text = project.curves.get(name, "").strip()
        curve = _parsed(name, text) if text else None
        texts[name] = evaluate_text(curve, signals) if curve else (str(channel.default),) * signals.n_frames
    return texts


def base_values(project: Project, name: str, signals: Signals) -> NDArray[np.float64]:
    """Return (n,), what a number channel starts from: its curve, else its first reaction's silence, else its default.

    Raises:
        ScheduleError: The curve's text is wrong.
    """
    text = project.curves.get(name, "").strip()
    if text:
        return evaluate(_parsed(name, text), signals)
    start = next((one.map.silence for one in project.reactions if one.channel == name), CHANNELS[name].default)
    return np.full(signals.n_frames, float(start))


def _parsed(name: str, text: str) -> Curve:
    return parse_schedule(text, name)


def _settled(moves: NDArray[np.float64], settle_s: float, fps: Fraction, name: str) -> NDArray[np.float64]:
    """Return moves whose way sinks back home, to a third of itself in `settle_s` seconds; unchanged for 0."""
    if settle_s <= 0 or name not in _MOTIONS:
        return moves
    from scipy.signal import lfilter

    kept = float(np.exp(-1.0 / (settle_s * float(fps))))
    logarithmic = name == "zoom"
    way = lfilter([1.0], [1.0, -kept], np.log1p(np.maximum(moves, -0.9)) if logarithmic else moves)
    back = np.diff(way, prepend=0.0)
    return np.asarray(np.expm1(back) if logarithmic else back)


def _check_names(project: Project, signals: Signals) -> None:
    for name, text in project.curves.items():
        if name not in CHANNELS:
            raise ProjectError(f"curves.{name}", f"there is no such channel; {did_you_mean(name, CHANNELS)}")
        if CHANNELS[name].kind == "text":
            _parsed(name, text)
    for index, reaction in enumerate(project.reactions):
        where = f"reactions[{index}]"
        if reaction.channel not in CHANNELS or CHANNELS[reaction.channel].kind == "text":
            advice = did_you_mean(reaction.channel, CHANNELS)
            raise ProjectError(f"{where}.channel", f"there is no number channel `{reaction.channel}`; {advice}")
        envelope = reaction.map.envelope
        if envelope not in signals.envelopes:
            stem = envelope.removesuffix("_onset") in STEM_NAMES and not signals.stems
            advice = _WITHOUT_STEMS if stem else did_you_mean(envelope, signals.envelopes)
            raise ProjectError(f"{where}.map.envelope", f"the song has no envelope `{envelope}`; {advice}")
    for index, scene in enumerate(project.scenes):
        if scene.camera not in CAMERA_PRESETS:
            advice = did_you_mean(scene.camera, CAMERA_PRESETS)
            raise ProjectError(f"scenes[{index}].camera", f"there is no camera preset `{scene.camera}`; {advice}")
    check_poses(project, signals)
    check_parts(project, signals)
    check_overrides(project, signals)
