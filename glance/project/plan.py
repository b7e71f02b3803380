"""The plan: every frame of the video fully decided, before anything is drawn.

A plan holds plain values only. Two plans of the same digest give the same pixels on the same backend.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from operator import attrgetter

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.camera.move import CameraMove
from glance.effects.chain import EffectStep
from glance.frames import Size

#: Values of `FrameSpec.anchor` that name no frame: colors are matched to nothing, or to the start image.
NO_ANCHOR, START_IMAGE = -1, -2
#: ((frame number, share), ...) of pictures drawn from nothing with those frames' words, shares above 0, sum at most 1.
FreshColors = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class PictureFile:
    """A picture from a file, known by its content: another picture under the same name is another plan."""

    path: str
    sha256: str


@dataclass(frozen=True)
class Pull:
    """A picture the loop is pulled towards in one frame, by `amount` in [0, 1]."""

    picture: PictureFile
    amount: float


@dataclass(frozen=True)
class PaintSpec:
    """What of a frame the embedded painter alone draws by.

    Attributes:
        styles: ((index, weight), ...), the painter's nearest painting styles (0 to 25), weights sum 1.
        picture_seed: Seed of the scene's picture, the same in all frames of scenes that share a `picture`.
        palette: Colors as `#rrggbb`, may be empty.
    """

    styles: tuple[tuple[int, float], ...]
    picture_seed: int
    palette: tuple[str, ...]


@dataclass(frozen=True)
class FrameSpec:
    """All that decides one frame.

    Attributes:
        index: Frame number, from 0, within the whole song.
        time_s: Start time in the song, in seconds.
        scene: Index of the scene it belongs to.
        picture: Name of the scene's picture; a returning section carries the same name and returns to its look.
        prompt: ((text, weight), ...), weights positive, sum 1; one entry unless scenes or prompts cross-fade.
        negative: The negative prompt.
        style: Id of the style the words were taken from.
        paint: What the embedded painter draws by, and no diffusion model.
        seed: Seed of this frame's noise, in [0, 2**32).
        subseed: Second seed, mixed in by `subseed_strength` in [0, 1].
        subseed_strength: See above.
        strength: Share of the previous frame that is kept, in [0, 1].
        cfg: Classifier-free guidance scale.
        steps: Sampler steps for a full denoise.
        sampler: Sampler name; empty means the host's default.
        scheduler: Scheduler name; empty means automatic.
        checkpoint: Model name; empty means the loaded one.
        vae: VAE name; empty means the one that is set, `None` the model's own.
        clip_skip: CLIP layer to stop at, from the end: 1 skips none, 0 is as the host is set.
        camera: Motion since the frame before.
        noise: Amount of noise added before drawing, in [0, 1].
        contrast: Factor around the picture's mean, 1 = unchanged.
        sharpen: Unsharp amount, 0 = unchanged.
        color: Share of the way to the color reference's statistics, in [0, 1].
        anchor: Index of the earlier, diffused frame that is the color reference; -1 for none, -2 for the start image.
        diffuse: Whether the backend draws this frame (else it is an in-between of its diffused neighbors).
        tween: For an in-between, weight in [0, 1] of the following diffused frame.
        cut: Whether the scene starts anew here: the frame before is not carried over.
        guide: Picture pulled towards, if any.
        fresh_colors: Pictures that are drawn from nothing for their colors alone, and never seen; their statistics
            take these shares of the color reference, and `anchor` has the rest.
        subject: Where the subject is in the scene's picture, as shares of width and height; None where nobody knows.
        taken: Steps that a host takes of this frame where it cannot start at any noise level, so that what a scene's
            frames cost stays the same: its steps times what of its pictures may change on the whole, at least 3. 0 for
            as many as the frame's own strength asks for.
    """

    index: int
    time_s: float
    scene: int
    picture: str
    prompt: tuple[tuple[str, float], ...]
    negative: str
    style: str
    paint: PaintSpec
    seed: int
    subseed: int
    subseed_strength: float
    strength: float
    cfg: float
    steps: int
    sampler: str
    scheduler: str
    checkpoint: str
    vae: str
    clip_skip: int
    camera: CameraMove
    noise: float
    contrast: float
    sharpen: float
    color: float
    anchor: int
    diffuse: bool
    tween: float
    cut: bool
    guide: Pull | None
    fresh_colors: FreshColors = ()
    subject: tuple[float, float] | None = None
    taken: int = 0


@dataclass(frozen=True)
class LookPlan:
    """What decides pixels in every frame alike.

    Attributes:
        color_space: Space in which colors are matched: `lab`, `hsv`, `rgb` or `none`.
        noise_type: `uniform`, `gaussian` or `perlin`.
        border: What enters at the picture's edge: `reflect`, `replicate`, `wrap` or `outpaint`.
        start_image: The start picture, if any.
        mask: A mask picture (white may change), if any.
        mask_invert: Whether the mask's black may change instead.
        mask_feather_px: Blur of the mask's edge in pixels.
        flow: Whether in-betweens follow optical flow on top of the camera.
        depth: Where 3D moves take their depth from: `ground`, `floor`, `flat` or the name of a depth model.
    """

    color_space: str
    noise_type: str
    border: str
    start_image: PictureFile | None
    mask: PictureFile | None
    mask_invert: bool
    mask_feather_px: float
    flow: bool
    depth: str


@dataclass(frozen=True, eq=False)
class EffectPlan:
    """A video's effects, decided for every frame of the song.

    Attributes:
        after: Effects on finished frames, in their turn. No pixel of the loop depends on them.
        in_loop: Effects on what is carried from picture to picture, in their turn.
        shown: (n,) which frame is seen in each frame's place, none later than it; None where each is seen itself.
        beats: (n,) which beat each frame is on, as a fraction.
        seed: The project's seed.
        lines: Height of the finished video in pixels.
    """

    after: tuple[EffectStep, ...]
    in_loop: tuple[EffectStep, ...]
    shown: NDArray[np.int64] | None
    beats: NDArray[np.float64]
    seed: int
    lines: int

    def deciding(self, index: int) -> list[object]:
        """Return what of the effects in the loop decides a drawn frame, as plain values; empty where nothing does."""
        parts = [step.deciding(index) for step in self.in_loop]
        return [part for part in parts if part is not None]


@dataclass(frozen=True)
class RenderPlan:
    """A whole video, decided.

    Attributes:
        title: Title for the video's metadata.
        song: Path of the song.
        song_hash: SHA-256 of the song's file.
        start_s: Where in the song the video starts.
        end_s: Where in the song the video ends.
        fps: Frames per second, exact.
        size: (width, height) in pixels, multiples of 8.
        look: What holds for all frames.
        frames: The frames in order; `frames[0].index` may be above 0 when only a part is rendered.
        effects: What is done to the frames besides; None for nothing.
        flashes: Whether frames that flash too much are brought back: where `effects` are at work, always (`limit`), or
            never (`report`).
    """

    title: str
    song: str
    song_hash: str
    start_s: float
    end_s: float
    fps: Fraction
    size: Size
    look: LookPlan
    frames: tuple[FrameSpec, ...]
    effects: EffectPlan | None = None
    flashes: str = "report"

    def digest(self, deciding: Callable[[FrameSpec], object]) -> str:
        """Return a SHA-256 hex digest over everything in the plan that decides the video's pixels and sound.

        Args:
            deciding: Returns the part of a frame's decisions that whoever draws it goes by.
        """
        parts = [str(self.fps), self.size, self.look, self.song_hash, self.start_s, self.end_s]
        digest = hashlib.sha256(msgspec.json.encode(parts))
        for frame in self.frames:
            digest.update(msgspec.json.encode(deciding(frame)))
            # Effects on finished frames decide the video alone: they are no part of this. Nor is what is neutral, so
            # that a plan without effects has the digest that it had before there were any.
            fed_back = self.effects.deciding(frame.index) if self.effects and frame.diffuse else []
            if fed_back:
                digest.update(msgspec.json.encode([fed_back, self.effects.seed if self.effects else 0]))
        return digest.hexdigest()


#: A frame whose strength lies this far below that of the frame before it answers a hit: its picture leaps.
_LEAP = 0.08


def leaps(specs: Sequence[FrameSpec]) -> frozenset[int]:
    """Return the positions at which the picture changes at once: cuts, and hits that strength answers."""
    return frozenset(
        at for at in range(1, len(specs)) if specs[at].cut or specs[at].strength < specs[at - 1].strength - _LEAP
    )


#: Returns what of a frame decides the pixels of any backend: all but its labels, and what only the painter or only a
#: WebUI goes by.
common_decisions = attrgetter(
    *(each.name for each in fields(FrameSpec) if each.name not in {"scene", "picture", "style", "paint", "taken"})
)


def cost_text(plan: RenderPlan) -> str:
    """Return what a plan costs, in words: how many pictures are drawn, and how many are made of those around them."""
    n_drawn = sum(frame.diffuse for frame in plan.frames)
    between = len(plan.frames) - n_drawn
    rate = n_drawn / max(1e-9, len(plan.frames) / float(plan.fps))
    text = f"{n_drawn:,} pictures to draw, {rate:.1f} for each second of {float(plan.fps):g} frames"
    return f"{text}; {between:,} frames between them are mixed from these" if between else text
