"""From a project and a song to a plan: after this, nothing is left to decide but pixels.

signals (the song per frame) -> scenes -> channel values -> words -> which frames are drawn -> seeds -> frames
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.effects.registry import PARAMETERS
from glance.errors import ProjectError
from glance.frames import Size
from glance.project.camera import camera_move, mode_of
from glance.project.channel_values import channel_texts, evaluate_channels, frame_rate, signals_of, subjects_of
from glance.project.color_references import color_references
from glance.project.effect_plan import effect_plan
from glance.project.frame_choices import drawn_frames, frame_seeds, hit_frames, picture_seed, seed_of, steps_taken
from glance.project.frame_prompts import (
    FrameWords,
    PromptTimeline,
    frame_words,
    painter_mix,
    prompt_timeline,
    unsafe_words,
)
from glance.project.guides import look_plan, pulls
from glance.project.model import REACTIVITY, Point, Project
from glance.project.overrides import override_starts
from glance.project.plan import NO_ANCHOR, FrameSpec, FreshColors, PaintSpec, Pull, RenderPlan
from glance.project.reaction_parts import leap_frames
from glance.project.scenes import SceneTrack, lay_out
from glance.project.validate import checked_size, faults
from glance.schedule.signals import Signals
from glance.story.styles import Style, load_styles
from glance.timing import frame_at, frame_count, frames_at, time_of


def compile_plan(
    project: Project, analysis: SongAnalysis, styles: Mapping[str, Style] | None = None, *, size: Size | None = None
) -> RenderPlan:
    """Return the plan for the whole song.

    Args:
        project: What a person wants; its file paths are absolute.
        analysis: What was heard in its song, without the project's corrections (they are applied here).
        styles: All styles by id; those that come with GLANCE by default.
        size: (width, height) to draw at instead of the project's; motions in pixels scale with the width.

    Raises:
        ProjectError: A field is wrong, a file it names is missing, or a scene's prompt holds unsafe words.
        ScheduleError: The text of a curve, or of the prompts with keys, is wrong or holds unsafe words.
    """
    for fault in faults(project):
        raise fault
    styles = load_styles() if styles is None else styles
    analysis = apply_corrections(analysis, project.song.corrections)
    signals = signals_of(project, analysis)
    width, height = size = checked_size(size or (project.output.width, project.output.height))
    track = lay_out(project, signals)
    check_backwards(track)
    values = evaluate_channels(project, signals, track)
    for name in ("translation_x", "translation_y"):
        flat = np.array([mode_of(scene) == "2d" for scene in track.scenes])[track.scene_of]
        values[name] = np.where(flat, values[name] * width / project.output.width, values[name])
    words = prompt_timeline(project, track, styles, signals)
    if not project.look.allow_unsafe:
        for error in unsafe_words(words):
            raise error
    drawn, tween = drawn_and_between(project, analysis, signals, track, values["cadence"])
    frames = tuple(_Assembly(project, signals, track, values, words).frames(drawn, tween))
    return RenderPlan(
        title=project.title,
        song=project.song.path,
        song_hash=analysis.song_hash,
        start_s=0.0,
        end_s=analysis.duration_s,
        fps=signals.fps,
        size=(width, height),
        look=look_plan(project.look),
        frames=frames,
        effects=effect_plan(project, signals, track, values, words.fades),
        flashes=project.output.flashes,
    )


def crop_plan(plan: RenderPlan, start_s: float | None = None, end_s: float | None = None) -> RenderPlan:
    """Return the part of a plan in `[start_s, end_s)`, drawn as if the video began there.

    Raises:
        ProjectError: The range holds no frame.
    """
    first = frame_at(start_s or 0.0, plan.fps)
    last = len(plan.frames) if end_s is None else frame_count(end_s, plan.fps) if end_s > 0 else 0
    frames = plan.frames[max(0, first) : last]
    if not frames:
        until = "the end" if end_s is None else f"{end_s:g} s"
        found = f"{start_s or 0:g} s to {until}"
        raise ProjectError("start and end", f"expected a part of the song's {plan.end_s:.2f} s, found {found}")
    if len(frames) == len(plan.frames):
        return plan
    begin, end = frames[0].index, frames[-1].index

    def adapted(spec: FrameSpec) -> FrameSpec:
        changed = (
            replace(spec, fresh_colors=_fresh_within(spec.fresh_colors, begin, end)) if spec.fresh_colors else spec
        )
        changed = replace(changed, anchor=begin) if 0 <= spec.anchor < begin else changed
        if spec.index == begin:
            return replace(changed, cut=True, diffuse=True, tween=0.0, anchor=NO_ANCHOR, fresh_colors=())
        return replace(changed, diffuse=True, tween=0.0) if spec.index == end else changed

    end_of_song = end + 1 == len(plan.frames)
    return replace(
        plan,
        start_s=time_of(begin, plan.fps),
        end_s=plan.end_s if end_of_song else time_of(end + 1, plan.fps),
        frames=tuple(adapted(spec) for spec in frames),
    )


def _fresh_within(fresh: FreshColors, begin: int, end: int) -> FreshColors:
    """Return the shares of pictures up to frame `end`; those up to `begin`, a cut now, are its anchor's."""
    late = sum(share for frame, share in fresh if frame > end)
    return tuple((frame, round(share / (1.0 - late), 6)) for frame, share in fresh if begin < frame <= end)


@dataclass(frozen=True)
class _Assembly:
    """The arrays of one compilation, put together frame by frame at the end."""

    project: Project
    signals: Signals
    track: SceneTrack
    values: Mapping[str, NDArray[np.float64]]
    words: PromptTimeline

    def frames(self, drawn: NDArray[np.bool_], tween: NDArray[np.float64]) -> Iterator[FrameSpec]:
        cuts = _cuts(self.track)
        texts = channel_texts(self.project, self.signals)
        seeds, picture_seeds = self._seeds(drawn, cuts)
        colors = color_references(self.project.look, self.track, self.words, drawn, self.signals)
        guides, words, subjects = self._of_scenes()
        taken = steps_taken(self.values["strength"], self.values["steps"], self.track.scene_of, drawn)
        columns = {name: np.round(values, 8).tolist() for name, values in self.values.items() if name not in PARAMETERS}
        for frame, scene in enumerate(self.track.scene_of.tolist()):
            value = {name: column[frame] for name, column in columns.items()}
            yield FrameSpec(
                index=frame,
                time_s=time_of(frame, self.signals.fps),
                scene=scene,
                picture=self.track.scenes[scene].picture,
                prompt=words[frame].mix,
                # At 1 and below guidance leaves the negative out: models that know none are drawn so.
                negative=words[frame].negative if value["cfg"] > 1.0 else "",
                style=self.track.scenes[scene].style,
                paint=PaintSpec(self._painter(frame, scene), int(picture_seeds[scene]), self._palette(scene)),
                seed=int(seeds[frame]),
                subseed=int(value["subseed"]),
                subseed_strength=value["subseed_strength"],
                strength=value["strength"],
                cfg=value["cfg"],
                steps=int(value["steps"]),
                sampler=texts["sampler"][frame],
                scheduler=texts["scheduler"][frame],
                checkpoint=texts["checkpoint"][frame],
                vae=texts["vae"][frame],
                clip_skip=int(value["clip_skip"]),
                camera=camera_move(mode_of(self.track.scenes[scene]), value),
                noise=value["noise"],
                contrast=value["contrast"],
                sharpen=value["sharpen"],
                color=value["colour"],
                anchor=int(colors.anchors[frame]),
                diffuse=bool(drawn[frame]),
                tween=round(float(tween[frame]), 6),
                cut=bool(cuts[frame]),
                guide=guides.get(frame),
                fresh_colors=colors.fresh[frame],
                subject=subjects[scene],
                taken=int(taken[frame]),
                noise_fresh=value["noise_fresh"],
                backwards=self.track.scenes[scene].backwards,
            )

    def _of_scenes(self) -> tuple[dict[int, Pull], tuple[FrameWords, ...], tuple[Point, ...]]:
        """Return the pictures that frames are pulled to, the frames' words, and where each scene's subject is."""
        guides = pulls(self.project, self.signals, self.values["guide_strength"])
        words = frame_words(self.words, self.values["prompt_weight"], self.signals)
        return guides, words, subjects_of(self.project, self.track)

    def _seeds(self, drawn: NDArray[np.bool_], cuts: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (n,) frame seeds and (k,) picture seeds; counting starts anew at every cut and every own seed."""
        look = self.project.look
        seeds = [picture_seed(seed_of(scene, self.project.seed), scene.picture) for scene in self.track.scenes]
        pictures = np.array(seeds, dtype=np.int64)
        number = np.cumsum(drawn, dtype=np.int64) - 1
        begins = cuts.copy()
        begins[self.track.starts[[scene.seed is not None for scene in self.track.scenes]]] = True
        last_cut = np.maximum.accumulate(np.where(begins, np.arange(cuts.size), 0))
        base = pictures[self.track.scene_of[last_cut]]
        counted = number - number[last_cut]
        return frame_seeds(look.seed_behavior, base, counted, look.seed_every, self.values["seed"]), pictures

    def _painter(self, frame: int, scene: int) -> tuple[tuple[int, float], ...]:
        styles, share = self.words.styles, float(self.words.fades[frame])
        return painter_mix(styles[scene], styles[min(scene + 1, len(styles) - 1)], share)

    def _palette(self, scene: int) -> tuple[str, ...]:
        style = self.words.styles[scene]
        return self.project.look.palette or (style.palette if style else ())


def drawn_and_between(
    project: Project,
    analysis: SongAnalysis,
    signals: Signals,
    track: SceneTrack,
    cadence: NDArray[np.float64],
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return (n,) True where a picture is drawn, and (n,) how far each other frame has gone to the next drawn one.

    Args:
        project: The project.
        analysis: What was heard, with the project's corrections.
        signals: The song per frame.
        track: The scenes on their frames.
        cadence: (n,) values of the channel of that name.
    """
    hits = _hits(project, analysis, signals, track) & project.look.cadence_hits
    hits = np.asarray(hits | override_starts(project, signals))
    # A scene that is drawn backwards begins with its last frame.
    ends = [track.end(index) - 1 for index, scene in enumerate(track.scenes) if scene.backwards]
    hits[ends] = True
    return drawn_frames(cadence, hits, _cuts(track))


def check_backwards(track: SceneTrack) -> None:
    """Raise ProjectError where a scene is to be drawn backwards and does not stand between two cuts."""
    for index, scene in enumerate(track.scenes):
        for other in (index, index + 1):
            if not scene.backwards or other in (0, len(track.scenes)) or track.scenes[other].transition == "cut":
                continue
            raise ProjectError(
                f"scenes[{index}].backwards",
                f"a scene that is drawn backwards stands alone, and scene {other + 1} grows out of the one before it; "
                f"let scene {other + 1} begin with a cut, or draw scene {index + 1} forwards",
            )


def _cuts(track: SceneTrack) -> NDArray[np.bool_]:
    """Return (n,) True on the frames on which a scene starts anew."""
    cuts = np.zeros(track.scene_of.size, dtype=bool)
    for scene, start in zip(track.scenes, track.starts.tolist(), strict=True):
        cuts[start] = scene.transition == "cut"
    cuts[0] = True
    return cuts


def _hits(project: Project, analysis: SongAnalysis, signals: Signals, track: SceneTrack) -> NDArray[np.bool_]:
    """Return (n,) True where the picture answers a hit, in scenes that react to the music at all.

    Those are the hits that the strength leaps on; where it follows a whole curve, the song's clear onsets.
    """
    reacts = np.array([REACTIVITY[scene.reactivity] > 0 for scene in track.scenes])[track.scene_of]
    leaps = leap_frames(project, signals, track)
    if leaps is not None:
        return np.asarray(leaps & reacts)
    onsets = analysis.onsets["all"]
    hits = hit_frames(frames_at(onsets.times_s, signals.fps), onsets.strengths, signals.n_frames)
    return np.asarray(hits & reacts)


#: Longer side of a preview, in pixels.
_LONGER_SIDE = 256
#: Seconds from one drawn picture to the next; hits of the music are drawn besides.
_STEP_S = 0.5


def preview_size(size: Size) -> Size:
    """Return a small size of nearly the same shape, in multiples of 8."""
    scale = min(1.0, _LONGER_SIDE / max(size))
    width, height = (max(64, round(length * scale / 8) * 8) for length in size)
    return width, height


def preview_plan(
    project: Project, analysis: SongAnalysis, styles: Mapping[str, Style] | None = None, *, size: Size | None = None
) -> RenderPlan:
    """Return the plan of a project's preview, at `size` or at a size that suits a preview.

    Raises:
        ProjectError: A field is wrong.
        ScheduleError: A curve's text is wrong.
    """
    cadence = max(1, round(float(frame_rate(project)) * _STEP_S))
    quick = msgspec.structs.replace(
        project,
        curves={**project.curves, "cadence": str(cadence)},
        look=msgspec.structs.replace(project.look, flow=False),
    )
    size = size or preview_size((project.output.width, project.output.height))
    return compile_plan(quick, analysis, styles, size=size)
