"""A look's moving picture: a bar of four beats, drawn with it on a subject and a song that belong to nobody."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping

import msgspec
import numpy as np

from glance.audio.envelopes import ENVELOPES
from glance.audio.types import Envelopes, Onsets, Section, SongAnalysis
from glance.frames import Frame
from glance.limits import LOOK_CLIP_BYTES
from glance.project.compile import compile_plan
from glance.project.look_applying import with_look
from glance.project.look_files import SharedLook
from glance.project.model import Output, Project, Scene, Song
from glance.project.redirect import scene_sections
from glance.render.backend import FrameBackend
from glance.render.feedback import draw_frames
from glance.render.finishing import Finisher
from glance.story.styles import Style

#: What every look is shown on.
SUBJECT = "a lighthouse on a cliff above the sea, the moon, clouds, distant hills"
SIZE, FPS, BPM, BEATS = (256, 144), 12, 120.0, 4
_QUALITY = 45


def neutral_song() -> SongAnalysis:
    """Return what is heard in a bar with a hit on each beat, the first the strongest: a chorus."""
    period = 60.0 / BPM
    length = BEATS * period
    beats = np.arange(BEATS, dtype=np.float64) * np.float64(period)
    rate = 100.0
    times = np.arange(int(length * rate) + 1, dtype=np.float64) / rate
    height = np.array([1.0, 0.55, 0.8, 0.55])[np.minimum((times / period).astype(np.int64), BEATS - 1)]
    pulse = (height * np.exp(-(times % period) / 0.09)).astype(np.float32)
    steady = np.full(times.size, 0.5, dtype=np.float32)
    quiet = {"snare", "hat", "vocals"}
    values = {name: steady * 0.2 if name in quiet else np.maximum(pulse, 0.15) for name in ENVELOPES}
    onsets = Onsets(beats, np.array([1.0, 0.5, 0.8, 0.5], dtype=np.float32))
    return SongAnalysis(
        song_hash="0" * 64,
        duration_s=length,
        sr=22050,
        tempo_bpm=BPM,
        beats_s=beats,
        beat_tempo_bpm=np.full(BEATS, BPM),
        downbeats_s=beats[:1],
        beats_per_bar=BEATS,
        tempo_candidates=(),
        onsets={"all": onsets, "low": onsets, "mid": onsets, "high": onsets},
        sections=(Section(0.0, length, "A", "chorus", 0.9),),
        envelopes=Envelopes(rate, values),
        peaks=np.zeros((100, 2), dtype=np.float32),
    )


def clip_frames(
    look: SharedLook | None, styles: Mapping[str, Style], backend: FrameBackend, song: SongAnalysis | None = None
) -> list[Frame]:
    """Return the frames of a look's clip; without a look, of the subject as it is.

    Raises:
        BackendError: They cannot be drawn.
        ProjectError: The look cannot be used.
    """
    song = song or neutral_song()
    scene = Scene(prompt=SUBJECT, picture="A", camera="slow_push", reactivity="high")
    output = Output(width=SIZE[0], height=SIZE[1], fps=str(FPS))
    project = Project(song=Song(path="neutral.wav"), seed=7, scenes=(scene,), output=output)
    if look is not None:
        project, _ = with_look(project, look, scene_sections(project, song), styles)
    project = msgspec.structs.replace(project, curves={"strength": "0:(0.8)", **project.curves, "cadence": "1"})
    plan = compile_plan(project, song, styles)
    drawn: dict[int, Frame] = {}
    for one in draw_frames(plan, backend, drawn.__getitem__):
        drawn[one.spec.index] = one.frame
    finisher = Finisher(plan, drawn.__getitem__)
    return [finisher.finished(index, finisher.plain(index, frame)) for index, frame in sorted(drawn.items())]


def with_clip(look: SharedLook, styles: Mapping[str, Style], backend: FrameBackend) -> SharedLook:
    """Return a look with its moving picture.

    Raises:
        BackendError: It cannot be drawn.
    """
    return msgspec.structs.replace(look, clip=base64.b64encode(webp(clip_frames(look, styles, backend))).decode())


def webp(frames: list[Frame]) -> bytes:
    """Return frames as an endless moving picture, small enough for a look's file."""
    from PIL import Image

    pictures = [Image.fromarray(frame) for frame in frames]
    for quality in (_QUALITY, _QUALITY // 2, _QUALITY // 4):
        out = io.BytesIO()
        pictures[0].save(
            out, "WEBP", save_all=True, append_images=pictures[1:], duration=1000 // FPS, loop=0, quality=quality
        )
        if out.tell() <= LOOK_CLIP_BYTES:
            break
    return out.getvalue()
