"""Which frames are drawn and which are in-betweens: a cadence that hears.

With cadence N every Nth frame is drawn by the backend; the frames between are mixed from the drawn ones on either side.
Where the music hits, a frame is drawn whatever N says, and the in-betweens in front of it stay with the picture before
the hit: so a hit is seen on its own frame, not N - 1 frames late (as with a fixed cadence), and not early either.
The first and the last frame are always drawn, so no frame is left without a drawn one on each side.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from glance.project.model import Scene


def drawn_frames(
    cadence: NDArray[np.float64], hits: NDArray[np.bool_], cuts: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which frames are drawn, and how far each in-between has gone towards the next drawn one.

    Args:
        cadence: (n,) frames from one drawn frame to the next, at least 1, read at each drawn frame.
        hits: (n,) frames that must be drawn because the music hits there.
        cuts: (n,) frames that must be drawn because a scene starts anew.

    Returns:
        (n,) bool, True where drawn; (n,) float in [0, 1): the share of the following drawn frame, 0 where drawn and
        in front of a hit or cut.
    """
    n_frames = cadence.size
    drawn = hits | cuts
    drawn[0] = drawn[-1] = True
    steps = np.maximum(1, np.round(cadence)).astype(np.int64)
    since = 0
    for frame in range(1, n_frames):
        since += 1
        if drawn[frame] or since >= steps[frame - since]:
            drawn[frame] = True
            since = 0
    marks = np.flatnonzero(drawn)
    following = np.searchsorted(marks, np.arange(n_frames), side="left")
    after = marks[following]
    before = marks[np.maximum(0, following - 1)]
    gap = np.maximum(1, after - before)
    share = (np.arange(n_frames) - before) / gap
    sudden = hits | cuts
    share[drawn | sudden[after]] = 0.0
    return drawn, share


def hit_frames(frames: NDArray[np.int64], strengths: NDArray[np.float32], n_frames: int) -> NDArray[np.bool_]:
    """Return (n,) True on the frames of the song's clear onsets: those of at least a third of the strongest."""
    hits = np.zeros(n_frames, dtype=bool)
    clear = frames[np.asarray(strengths) >= 1 / 3]
    hits[clear[(clear >= 0) & (clear < n_frames)]] = True
    return hits


_RANGE = 2**32


def seed_of(scene: Scene, project_seed: int) -> int:
    """Return what decides by chance in a scene: its own seed where it has one, else the project's."""
    return project_seed if scene.seed is None else scene.seed


def picture_seed(seed: int, picture: str) -> int:
    """Return the seed in [0, 2**32) that all scenes of one picture and seed share; the seed for an unnamed picture."""
    if not picture:
        return seed % _RANGE
    digest = hashlib.sha256(f"{seed}/{picture}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def frame_seeds(
    behavior: str,
    base: NDArray[np.int64],
    drawn_before: NDArray[np.int64],
    every: int,
    scheduled: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the (n,) seeds of the frames, each in [0, 2**32).

    Args:
        behavior: `iter` goes on by 1 every `every` drawn frames; `fixed` stays; `random` jumps, the same way each time;
            `ladder` goes +2, -1, +2, -1 ...; `alternate` goes +1, -1; `schedule` reads the seed channel (negative
            values mean: as `random`).
        base: (n,) seed at the start of each frame's picture.
        drawn_before: (n,) drawn frames since that start.
        every: For `iter`.
        scheduled: (n,) values of the seed channel.
    """
    if behavior == "fixed":
        seeds = base
    elif behavior == "ladder":
        seeds = base + drawn_before // 2 + 2 * (drawn_before % 2)
    elif behavior == "alternate":
        seeds = base + drawn_before % 2
    elif behavior == "random":
        seeds = _scattered(base, drawn_before)
    elif behavior == "schedule":
        whole = np.floor(scheduled).astype(np.int64)
        seeds = np.where(whole < 0, _scattered(base, drawn_before), whole)
    else:
        seeds = base + drawn_before // max(1, every)
    return np.asarray(seeds % _RANGE, dtype=np.int64)


def _scattered(base: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Mix two numbers into one that looks random (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    x = (base.astype(np.uint64) << np.uint64(32)) + count.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray((x ^ (x >> np.uint64(31))) >> np.uint64(32), dtype=np.int64)


#: Fewer steps than this of a picture leave its strength too few levels, whatever its steps in all.
_FEWEST_STEPS = 3


def steps_taken(
    strength: NDArray[np.float64],
    steps: NDArray[np.float64],
    scene_of: NDArray[np.int64],
    drawn: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return (n,) how many steps each frame of a scene is to take where the start is moved by the total instead.

    Args:
        strength: (n,) values of the channel.
        steps: (n,) steps of a full denoise.
        scene_of: (n,) index of each frame's scene.
        drawn: (n,) frames that are drawn; in-betweens cost nothing, and have no say.
    """
    n_scenes = int(scene_of.max()) + 1
    counted = drawn & (strength > 0) & (strength < 1)
    weights = counted.astype(np.float64)
    number = np.maximum(1.0, np.bincount(scene_of, weights, n_scenes))
    change = np.bincount(scene_of, weights * (1 - strength), n_scenes) / number
    all_steps = np.bincount(scene_of, weights * steps, n_scenes) / number
    return np.asarray(np.maximum(_FEWEST_STEPS, np.rint(change * all_steps)).astype(np.int64)[scene_of])
