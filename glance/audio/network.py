"""The beat network: a second witness that knows how music sounds, beside the flux that only knows what is loud.

A temporal convolutional network (after Davies and Boeck, EUSIPCO 2019) of 86,000 parameters reads the log-mel levels
that GLANCE computes anyway and tells, 50 times a second, how likely a beat and a downbeat are and how fast the music
goes. It was trained by `training/beats` on songs made of MIT- and CC0-licensed sounds; its weights lie beside this
file. It runs in numpy: the same bits for the same song, no other library, and a long song in blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Tempo classes in beats per minute, equal steps of log tempo.
TEMPI_BPM: NDArray[np.float64] = np.exp(np.linspace(np.log(50.0), np.log(220.0), 44))
#: Dilations of the blocks, in network frames: together they see 20 s to either side.
DILATIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
#: Network frames over which the tempo is averaged (5 s).
TEMPO_FRAMES = 251
_WEIGHTS = Path(__file__).parent / "beat_network.npz"
_BLOCK = 8192
Array = NDArray[np.float32]
Weights = dict[str, Array]


@dataclass(frozen=True)
class Heard:
    """What the network hears, at half the spectrum's frame rate.

    Attributes:
        beat: (n,) float32 log-odds of a beat.
        downbeat: (n,) float32 log-odds of a downbeat.
        tempo: (n, 44) float32 log-probabilities of `TEMPI_BPM`.
    """

    beat: Array
    downbeat: Array
    tempo: Array


def hear(levels: Array) -> Heard:
    """Return what the network hears in `log_level` (frames, 64) of a song: the mean over its trained copies."""
    rows = levels[: levels.shape[0] // 2 * 2].astype(np.float32, copy=False)
    heads = sum(_forward(rows, weights) for weights in _trained())
    heads = heads / np.float32(len(_trained()))
    tempo = heads[:, 2:]
    peak = tempo.max(axis=1, keepdims=True)
    tempo = tempo - peak - np.log(np.exp(tempo - peak).sum(axis=1, keepdims=True))
    return Heard(heads[:, 0].copy(), heads[:, 1].copy(), tempo)


@cache
def _trained() -> tuple[Weights, ...]:
    with np.load(_WEIGHTS, allow_pickle=False) as archive:
        names = [str(name) for name in archive.files]
        copies = sorted({name.split("/")[0] for name in names})
        return tuple(
            {name.split("/")[1]: archive[name] for name in names if name.startswith(copy + "/")} for copy in copies
        )


def _forward(rows: Array, weights: Weights) -> Array:
    """Return beat, downbeat and unnormalized tempo (frames / 2, 46) of one network."""
    hidden = _front(rows, weights)
    total = np.zeros_like(hidden)
    for number, dilation in enumerate(DILATIONS):
        skip = _gated(hidden, dilation, {name: weights[f"{name}{number}"] for name in _GATE})
        total += skip
        if number < len(DILATIONS) - 1:
            hidden = (hidden + skip) * weights[f"scale{number}"] + weights[f"shift{number}"]
    total = np.where(total > 0, total, np.expm1(np.minimum(total, 0)))
    events = total @ weights["events"] + weights["events_bias"]
    tempo = _slow(total) @ weights["tempo"] + weights["tempo_bias"]
    return np.concatenate([events, tempo], axis=1)


def _front(rows: Array, weights: Weights) -> Array:
    """Return (frames / 2, width): what sounds and what rises, every second frame."""
    out = np.empty((rows.shape[0] // 2, weights["join"].shape[1]), dtype=np.float32)
    for start in range(0, out.shape[0], _BLOCK):
        stop = min(start + _BLOCK, out.shape[0])
        near = _around(rows, 2 * start - 3, 2 * stop + 3)
        level = np.maximum(_strided(near[1:], stop - start, 6) @ weights["front"] + weights["front_bias"], 0)
        rising = np.maximum(near[2:] - near[:-2], 0)
        # outside the song there is neither a level nor a rise
        moments = np.arange(2 * start - 2, 2 * stop + 2, dtype=np.int64)
        rising[(moments < 1) | (moments > rows.shape[0] - 2)] = 0
        rise = np.maximum(_strided(rising, stop - start, 5) @ weights["rise"] + weights["rise_bias"], 0)
        joined = np.concatenate([level, rise], axis=1) @ weights["join"] + weights["join_bias"]
        out[start:stop] = np.maximum(joined, 0)
    return out


def _around(rows: Array, start: int, stop: int) -> Array:
    """Return rows `start` to `stop` - 1, zeros where there are none."""
    inside = rows[max(start, 0) : stop]
    before = max(-start, 0)
    return np.pad(inside, ((before, stop - start - before - inside.shape[0]), (0, 0)))


def _strided(rows: Array, count: int, size: int) -> Array:
    """Return rows 2 t to 2 t + size - 1 laid end to end, for `count` moments t: (count, size * bands)."""
    windows = np.lib.stride_tricks.sliding_window_view(rows, (size, rows.shape[1]))[:, 0]
    return windows[: 2 * count : 2].reshape(count, -1)


_GATE = ("wide", "wide_bias", "narrow", "narrow_bias")


def _gated(hidden: Array, dilation: int, weights: Weights) -> Array:
    """Return a block's skip connection (n, width): a dilated convolution of three taps through a gate."""
    count, width = hidden.shape
    padded = np.pad(hidden, ((dilation, dilation), (0, 0)))
    skip = np.empty_like(hidden)
    for start in range(0, count, _BLOCK):
        stop = min(start + _BLOCK, count)
        taps = [padded[start + shift : stop + shift] for shift in (0, dilation, 2 * dilation)]
        wide = np.concatenate(taps, axis=1) @ weights["wide"] + weights["wide_bias"]
        gate = np.tanh(wide[:, :width]) * (0.5 + 0.5 * np.tanh(0.5 * wide[:, width:]))
        skip[start:stop] = gate @ weights["narrow"] + weights["narrow_bias"]
    return skip


def _slow(total: Array) -> Array:
    """Return the mean of `total` (n, width) over `TEMPO_FRAMES` around each frame, fewer at the ends."""
    half, count = TEMPO_FRAMES // 2, total.shape[0]
    sums = np.concatenate([np.zeros((1, total.shape[1])), np.cumsum(total, axis=0, dtype=np.float64)])
    low, high = (
        np.maximum(np.arange(count, dtype=np.int64) - half, 0),
        np.minimum(np.arange(count, dtype=np.int64) + half + 1, count),
    )
    return np.asarray((sums[high] - sums[low]) / (high - low)[:, None], dtype=np.float32)
