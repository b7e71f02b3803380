"""What a mix and a medium do to the sum, in mel power."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.signal import lfilter

from training.beats.canvas import RATE_HZ, Canvas

_X = np.linspace(0, 1, 64)


def master(rng: np.random.Generator, canvas: Canvas, pumping: float) -> np.ndarray:
    """Return the finished song's mel power (frames, 64); with the chance `pumping` the kick ducks what is tuned."""
    drums, tuned = canvas.drums * equalizer(rng, 3), canvas.tuned * equalizer(rng, 3)
    if canvas.kicks and rng.random() < pumping:
        tuned *= np.square(_ducking(rng, canvas.kicks, tuned.shape[0]))[:, None]
    mel = drums + tuned
    if rng.random() < 0.7:
        mel += _room(rng, mel)
    # partials that beat against each other
    rough = uniform_filter1d(rng.standard_normal(mel.shape).astype(np.float32), 3, axis=0)
    mel *= np.exp(rough * rng.uniform(0.1, 0.8))
    mel *= equalizer(rng, 2.5) * _medium(rng)
    top = np.percentile(mel.sum(axis=1), 95) + 1e-12
    mel = _limited(rng, _compressed(rng, mel, top))
    mel += _noise(rng, mel.shape, top)
    if rng.random() < 0.12:
        ends = rng.permutation([10 ** -rng.uniform(1, 3), 1])
        mel *= np.linspace(*ends, mel.shape[0], dtype=np.float32)[:, None]
    return mel[: canvas.frames]


def equalizer(rng: np.random.Generator, depth_db: float) -> np.ndarray:
    """Return smooth gains (64,) in power."""
    gains = np.interp(_X, np.linspace(0, 1, 6), rng.normal(0, depth_db, 6))
    return (10 ** (gains / 10)).astype(np.float32)


def _ducking(rng: np.random.Generator, kicks: list[int], count: int) -> np.ndarray:
    curve = np.ones(count, np.float32)
    depth, length = rng.uniform(0.5, 0.99), int(rng.uniform(12, 45))
    shape = 1 - depth * (1 - np.linspace(0, 1, length))
    for kick in kicks:
        if 0 <= kick < count:
            end = min(count, kick + length)
            curve[kick:end] = np.minimum(curve[kick:end], shape[: end - kick])
    return curve


def _room(rng: np.random.Generator, mel: np.ndarray) -> np.ndarray:
    """Return a decaying tail, a bit duller than the sound."""
    wet, decay = 10 ** (rng.uniform(-24, -6) / 10), np.exp(-13.8 / (rng.uniform(0.15, 1.8) * RATE_HZ))
    tail = lfilter([0, 0, 1], [1, -decay], mel, axis=0).astype(np.float32)
    dull = np.linspace(1, rng.uniform(0.2, 1), 64, dtype=np.float32)
    return np.float32(wet * (1 - decay) * 12) * tail * dull


def _medium(rng: np.random.Generator) -> np.ndarray:
    """Return gains (64,) of what loses its top, its bottom, both or nothing."""
    gains = np.ones(64)
    if rng.random() < 0.25:
        gains = gains / (1 + np.exp((_X - rng.uniform(0.45, 0.95)) * 40))
    if rng.random() < 0.15:
        gains = gains / (1 + np.exp((rng.uniform(0, 0.15) - _X) * 60))
    return gains.astype(np.float32)


def _compressed(rng: np.random.Generator, mel: np.ndarray, top: float) -> np.ndarray:
    if rng.random() >= 0.6:
        return mel
    level = lfilter([0.12], [1, -0.88], mel.sum(axis=1)) + 1e-4 * top
    return mel * ((level / top) ** -rng.uniform(0.1, 0.55))[:, None].astype(np.float32)


def _limited(rng: np.random.Generator, mel: np.ndarray) -> np.ndarray:
    """Return the song with nothing over a ceiling, more or less strictly."""
    if rng.random() >= 0.5:
        return mel
    loud = mel.sum(axis=1)
    ceiling = np.percentile(loud, rng.uniform(55, 97)) + 1e-12
    return mel * np.minimum(1, ceiling / (loud + 1e-12))[:, None].astype(np.float32) ** rng.uniform(0.5, 1)


def _noise(rng: np.random.Generator, shape: tuple[int, ...], top: float) -> np.ndarray:
    slope = 10 ** (np.linspace(rng.uniform(0, 15), rng.uniform(-15, 0), 64) / 10)
    floor = 10 ** (rng.uniform(-85, -42) / 10) * top / 64 * slope
    if rng.random() < 0.05:
        floor = floor * 30  # an old record, an audience
    return (floor * rng.gamma(2.0, 0.5, shape)).astype(np.float32)
