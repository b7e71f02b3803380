"""From a finished video to a file for one place: smooth, in its size, with words, in its codec.

The order in which a frame comes by: drawn (or enlarged by an upscaler) -> in-betweens -> the place's size -> fades ->
logo and words -> encoder. Frames go through one by one; memory does not grow with the song. Nothing here draws a frame
of the song anew, and the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.types import SongAnalysis
from glance.errors import VideoError
from glance.frames import Frame, Size
from glance.media.encoders import Encoding, check_encoder, container_for
from glance.media.sound_copy import copy_problem
from glance.media.video_writer import Chapter, Cue, Soundtrack, VideoWriter
from glance.project.model import Project
from glance.publish.fitting import Fit, Mode
from glance.publish.footage import Footage
from glance.publish.lettering.fonts import choose_font, kind_for
from glance.publish.lettering.layer import LetteringLayer
from glance.publish.lettering.logo import Logo
from glance.publish.lettering.timing import Caption, credit_caption, lyric_captions, title_caption
from glance.publish.smoothing import FlowInterpolator, Interpolator, positions, smoothed
from glance.publish.targets import Target
from glance.render.eta import EtaClock
from glance.render.events import Event, FramePublished, PublishingStarted
from glance.render.metadata import video_text

#: Seconds over which a crop follows the subject from scene to scene, where no cut parts them.
_FOLLOW_S = 1.0
#: A crop that leaves less of the picture's width or height than this is worth a word.
_CROPPED = 0.6


@dataclass(frozen=True)
class Finished:
    """A finished video, and what it was made from.

    Attributes:
        project: The project.
        song: What was heard of its song.
        footage: Its frames.
        style_tags: Tags of its styles; lettering goes with them.
        fingerprint: What shows that a file is GLANCE's own; see `glance.render.ownership`.
    """

    project: Project
    song: SongAnalysis
    footage: Footage
    style_tags: tuple[str, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True)
class Publication:
    """What is to come out.

    Attributes:
        target: Where it goes.
        fps: Frames a second; None for those of the video, doubled until the target's least is reached.
        mode: How another shape of picture is reached; None for the target's own way.
        encoding: How it is compressed; None for the target's own.
        words: Whether lettering is drawn into the pictures, and the video fades in and out; a loop has neither. As a
            track beside the pictures, lyrics are always there.
        untouched_sound: Whether the song's own packets are taken over where the file can hold them.
        lettering_only: Whether there is nothing but the words, on transparent ground, for a video editor.
        interpolator: Who makes the frames between.
    """

    target: Target
    fps: Fraction | None = None
    mode: Mode | None = None
    encoding: Encoding | None = None
    words: bool = True
    untouched_sound: bool = False
    lettering_only: bool = False
    interpolator: Interpolator = field(default_factory=FlowInterpolator)


@dataclass(frozen=True)
class Published:
    """A file that is ready.

    Attributes:
        path: The file.
        notes: What a person should know of it: sentences.
    """

    path: Path
    notes: tuple[str, ...]


def publish(
    finished: Finished,
    wanted: Publication,
    path: Path,
    *,
    on_event: Callable[[Event], None],
    should_stop: Callable[[], bool],
) -> Published | None:
    """Write a finished video, or the part of it that `finished.footage` is, for one place.

    Args:
        finished: The video.
        wanted: What is to come out.
        path: Where it goes; replaced only once the new file is complete.
        on_event: Hears of every frame.
        should_stop: Asked before every frame.

    Returns:
        The file, or None where it was stopped; nothing is left behind then.

    Raises:
        VideoError: It is too long or too short for that place, the codec is not there, or the file cannot be written.
    """
    notes: list[str] = []
    encoding = _encoding(finished, wanted, path, notes)
    check_encoder(encoding)
    require_length(finished.footage, wanted.target)
    shown = _Shown.of(finished, wanted, notes)
    footage, target = finished.footage, wanted.target
    writer = VideoWriter(
        path,
        fps=shown.fps,
        size=target.size,
        soundtrack=None if target.silent else _soundtrack(footage),
        encoding=encoding,
        metadata=video_text(finished.project, finished.fingerprint) | _artist(finished.project),
    )
    length_s = float(shown.where.size / shown.fps)
    writer.annotate(length_s, chapters(finished), [] if target.loops else cues(finished, length_s))
    on_event(PublishingStarted(target.label, target.size, shown.where.size))
    clock = EtaClock(shown.where.size)
    try:
        with writer:
            for position, frame in enumerate(shown.frames(), start=1):
                if should_stop():
                    raise _StopError
                writer.write(frame)
                clock.tick()
                on_event(FramePublished(position, shown.where.size, clock.eta_s()))
    except _StopError:
        return None
    return Published(writer.path, tuple(notes))


def shown_frames(
    finished: Finished, wanted: Publication, *, on_event: Callable[[Event], None], should_stop: Callable[[], bool]
) -> tuple[Size, Fraction, Iterator[Frame]]:
    """Return the size, the frames a second and the frames of what `publish` would write, for other kinds of files.

    Raises:
        VideoError: As `publish`; where it is to stop, the frames raise it.
    """
    shown = _Shown.of(finished, wanted, [])
    clock = EtaClock(shown.where.size)

    def frames() -> Iterator[Frame]:
        on_event(PublishingStarted(wanted.target.label, wanted.target.size, shown.where.size))
        for position, frame in enumerate(shown.frames(), start=1):
            if should_stop():
                raise VideoError("stopped; what was begun is not complete")
            yield frame
            clock.tick()
            on_event(FramePublished(position, shown.where.size, clock.eta_s()))

    return wanted.target.size, shown.fps, frames()


def new_fps(fps: Fraction, target: Target, asked: Fraction | None = None) -> Fraction:
    """Return the frames a second of a file for a place.

    Raises:
        VideoError: So many were asked for as the place does not show, or fewer than were drawn.
    """
    if asked is not None:
        if not fps <= asked <= target.most_fps:
            raise VideoError(
                f"fps: expected {float(fps):g}, as drawn, to {target.most_fps} frames a second for {target.label}, "
                f"found {float(asked):g}"
            )
        return asked
    made = fps
    while made < target.least_fps:
        made *= 2
    return made


def require_length(footage: Footage, target: Target) -> None:
    """Refuse what a place would refuse for its length.

    Raises:
        VideoError: With how long it is, and what may be done.
    """
    length_s = float(len(footage) / footage.fps)
    if target.longest_s and length_s > target.longest_s + 0.5:
        raise VideoError(
            f"{target.label} takes videos of up to {target.longest_s:g} seconds, found {length_s:.1f}; choose a part, "
            "such as its best 30 seconds"
        )
    if length_s < target.shortest_s:
        raise VideoError(f"{target.label} takes videos from {target.shortest_s:g} seconds on, found {length_s:.1f}")


def chapters(finished: Finished) -> list[Chapter]:
    """Return the song's sections as chapters of the video; none where there are fewer than two."""
    start_s, end_s = _span(finished.footage)
    seen: dict[str, int] = {}
    made = []
    for section in finished.song.sections:
        seen[section.role] = seen.get(section.role, 0) + 1
        if section.end_s <= start_s or section.start_s >= end_s:
            continue
        title = f"{section.role.capitalize()} {seen[section.role]}"
        made.append(Chapter(max(0.0, section.start_s - start_s), title))
    return made if len(made) > 1 else []


def cues(finished: Finished, length_s: float) -> list[Cue]:
    """Return the lyrics with their times in the video."""
    start_s = _span(finished.footage)[0]
    made = []
    for caption in lyric_captions(finished.song.lyrics, np.zeros(0)):
        start, end = max(0.0, caption.start_s - start_s), min(length_s, caption.end_s - start_s)
        if end > start:
            made.append(Cue(start, end, caption.text))
    return made


def captions(finished: Finished, *, always: bool = False) -> list[Caption]:
    """Return everything that is to be read in the video, in order and without overlaps.

    Args:
        finished: The video.
        always: Whether the lyrics are among it even where they are not to be drawn.
    """
    lettering, song = finished.project.lettering, finished.song
    start_s, end_s = _span(finished.footage)
    lines = lyric_captions(song.lyrics, song.beats_s) if always or lettering.lyrics != "off" else []
    lines = [line for line in lines if line.end_s > start_s and line.start_s < end_s]
    first = lines[0].start_s if lines else float("inf")
    last = lines[-1].end_s if lines else -1.0
    title = title_caption(finished.project.title, lettering.artist, start_s, first) if lettering.title else []
    return [*title, *lines, *credit_caption(lettering.credits, end_s, max(last, *(each.end_s for each in title), -1.0))]


class _StopError(Exception):
    """Leaves the writer's block without finishing the file."""


@dataclass(frozen=True)
class _Shown:
    """The frames as they come out."""

    finished: Finished
    wanted: Publication
    fps: Fraction
    where: NDArray[np.float64]
    focus: NDArray[np.float64]
    layer: LetteringLayer | None
    logo: Logo | None

    @classmethod
    def of(cls, finished: Finished, wanted: Publication, notes: list[str]) -> _Shown:
        footage, target, lettering = finished.footage, wanted.target, finished.project.lettering
        fps = new_fps(footage.fps, target, wanted.fps)
        where = positions(len(footage), footage.fps, fps, footage.leaps())
        mode = wanted.mode or target.mode
        left, top, right, bottom = Fit(target.size, mode).window(footage.size)
        if min(right - left, bottom - top) < _CROPPED:
            share, (wide, high) = min(right - left, bottom - top), target.draw
            notes.append(
                f"{target.label} shows only {share:.0%} of the picture's longer side; drawn in {wide}x{high} it would "
                "show all of it"
            )
        layer = None
        adorned = wanted.words and not target.loops
        read = captions(finished) if adorned else []
        if read:
            face = choose_font("".join(each.text for each in read), kind_for(finished.style_tags), lettering.font)
            layer = LetteringLayer(read, lettering, face, target.size, target.safe)
        logo = Logo.read(Path(lettering.logo), target.size, target.safe) if lettering.logo and adorned else None
        return cls(finished, wanted, fps, where, focus_of(footage), layer, logo)

    def frames(self) -> Iterator[Frame]:
        footage, target, lettering = self.finished.footage, self.wanted.target, self.finished.project.lettering
        start_s, end_s = _span(footage)
        moments = start_s + np.arange(self.where.size) / float(self.fps)
        if self.wanted.lettering_only:
            width, height = target.size
            nothing = np.zeros((height, width, 4), np.uint8)
            yield from (self.layer.alone(float(moment)) if self.layer else nothing for moment in moments)
            return
        fades = (0.0, 0.0) if self.wanted.target.loops else (lettering.fade_in_s, lettering.fade_out_s)
        light = fade_light(moments, start_s, end_s, *fades)
        mode = self.wanted.mode or target.mode
        drawn = smoothed(footage.frames(), self.where, self.wanted.interpolator)
        for frame, place, moment, share in zip(drawn, self.where, moments, light, strict=True):
            x, y = self.focus[min(len(footage) - 1, round(place))]
            made = Fit(target.size, mode, (float(x), float(y))).apply(frame)
            if share < 1:
                made = np.round(made * share).astype(np.uint8)
            made = self.logo.over(made) if self.logo else made
            yield self.layer.over(made, float(moment)) if self.layer else made


def focus_of(footage: Footage) -> NDArray[np.float64]:
    """Return (n, 2) the point that a crop keeps in each frame: the subject's, going over from scene to scene.

    At a cut it changes at once; between scenes that grow out of one another it follows within a second.
    """
    specs = footage.plan.frames
    wanted = np.array([spec.subject or (0.5, 0.5) for spec in specs], dtype=np.float64)
    bounds = [0, *(at for at, spec in enumerate(specs) if at and spec.cut), len(specs)]
    width = max(1, round(_FOLLOW_S * float(footage.fps)))
    kernel = np.hanning(2 * width + 1)
    kernel /= kernel.sum()
    for first, last in pairwise(bounds):
        part = np.pad(wanted[first:last], ((width, width), (0, 0)), mode="edge")
        for axis in range(2):
            wanted[first:last, axis] = np.convolve(part[:, axis], kernel, mode="valid")
    return wanted


def fade_light(
    moments: NDArray[np.float64], start_s: float, end_s: float, fade_in_s: float, fade_out_s: float
) -> NDArray[np.float64]:
    """Return (n,) in [0, 1]: how much of its light each frame keeps while the video leaves black, or goes into it."""
    rising = (moments - start_s) / fade_in_s if fade_in_s > 0 else np.ones(moments.size)
    falling = (end_s - moments) / fade_out_s if fade_out_s > 0 else np.ones(moments.size)
    return np.asarray(np.clip(np.minimum(rising, falling), 0, 1), dtype=np.float64)


def _span(footage: Footage) -> tuple[float, float]:
    """Return the seconds of the song at which the footage begins and ends."""
    first = float(footage.plan.frames[0].index / footage.fps)
    return first, first + float(len(footage) / footage.fps)


def _soundtrack(footage: Footage) -> Soundtrack:
    start_s, end_s = _span(footage)
    return Soundtrack(Path(footage.plan.song), start_s, end_s)


def _artist(project: Project) -> dict[str, str]:
    return {"artist": project.lettering.artist} if project.lettering.artist else {}


def _encoding(finished: Finished, wanted: Publication, path: Path, notes: list[str]) -> Encoding:
    """Return how the file is compressed; where the song cannot be taken over as it is, a note says why."""
    encoding = wanted.encoding or wanted.target.encoding
    if not wanted.untouched_sound or wanted.target.silent:
        return encoding
    problem = copy_problem(_soundtrack(finished.footage), container_for(path, encoding))
    if problem:
        notes.append(f"the song was compressed again, because {problem}")
        return encoding
    return replace(encoding, sound="copy")
