"""What a render tells whoever watches it. The CLI draws a progress bar of it, the tab a page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from glance.effects.flashes import FlashReport
from glance.frames import Size


@dataclass(frozen=True)
class RunStarted:
    """The first event.

    Attributes:
        folder: The run folder.
        n_frames: Frames of the whole video.
        n_ready: Frames that an earlier run has already drawn.
        n_to_diffuse: Frames that the backend still has to draw; an ETA counts only these.
        note: What a person should know of the frames that are there; mostly empty.
    """

    folder: Path
    n_frames: int
    n_ready: int
    n_to_diffuse: int
    note: str = ""


@dataclass(frozen=True)
class FrameDone:
    """One more frame is on disk.

    Attributes:
        index: Its number in the song.
        position: How many frames of the video are done, this one included.
        n_frames: Frames of the whole video.
        scene: Index of its scene.
        path: Its PNG file.
        diffused: Whether the backend drew it (else it is an in-between).
        eta_s: Estimated seconds until the video is done; NaN until two frames were drawn.
        start: Where its drawing began, as `sigma 1.163, 4 steps`; empty where nothing like it is known.
    """

    index: int
    position: int
    n_frames: int
    scene: int
    path: Path
    diffused: bool
    eta_s: float
    start: str = ""


@dataclass(frozen=True)
class FrameRepeated:
    """The backend's picture was unusable even after new tries, so the frame before was carried on.

    Attributes:
        index: Number of the frame in the song.
        problem: What was wrong with the picture, such as `black`.
    """

    index: int
    problem: str


@dataclass(frozen=True)
class UpscalingStarted:
    """All frames are drawn, and they are being enlarged for the video.

    Attributes:
        upscaler: By what.
        size: (width, height) of the video.
        n_frames: Frames of the whole video.
        n_ready: Frames that an earlier run has already enlarged.
    """

    upscaler: str
    size: Size
    n_frames: int
    n_ready: int


@dataclass(frozen=True)
class FrameUpscaled:
    """One more frame is enlarged and in the video.

    Attributes:
        index: Its number in the song.
        position: How many frames are enlarged, this one included.
        n_frames: Frames of the whole video.
        eta_s: Estimated seconds until the video is done.
    """

    index: int
    position: int
    n_frames: int
    eta_s: float


@dataclass(frozen=True)
class FlashesMeasured:
    """The video is whole, and it is known how it flashes.

    Attributes:
        report: Where it flashes more than people can bear, and where it was kept from that.
    """

    report: FlashReport


@dataclass(frozen=True)
class PublishingStarted:
    """A finished video is being brought to where it goes.

    Attributes:
        label: Where that is.
        size: (width, height) of what comes out.
        n_frames: Its frames.
    """

    label: str
    size: Size
    n_frames: int


@dataclass(frozen=True)
class FramePublished:
    """One more frame of it is written.

    Attributes:
        position: How many are, this one included.
        n_frames: Its frames.
        eta_s: Estimated seconds until it is done.
    """

    position: int
    n_frames: int
    eta_s: float


@dataclass(frozen=True)
class RunStopped:
    """A person stopped the run; everything drawn so far is kept.

    Attributes:
        folder: The run folder to go on from.
        n_done: Frames on disk.
        n_frames: Frames of the whole video.
    """

    folder: Path
    n_done: int
    n_frames: int


@dataclass(frozen=True)
class RunFinished:
    """The video is complete.

    Attributes:
        video: The finished file.
        folder: The run folder.
        held: Numbers of the frames that were held.
    """

    video: Path
    folder: Path
    held: tuple[int, ...]


Event: TypeAlias = (
    RunStarted
    | FrameDone
    | FrameRepeated
    | UpscalingStarted
    | FrameUpscaled
    | FlashesMeasured
    | PublishingStarted
    | FramePublished
    | RunStopped
    | RunFinished
)
