"""Signals for schedule tests: a short song at 10 frames a second, 120 beats a minute, four beats a bar."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from glance.schedule.curve import evaluate, evaluate_text
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.timing import BeatGrid


def signals(n_frames: int = 10, seed: int = 5, fps: int = 10) -> Signals:
    """Return the song's signals: `low` rises from 0 to 1, `kick` is 1 on every fifth frame."""
    low = np.linspace(0, 1, n_frames) if n_frames > 1 else np.zeros(n_frames)
    kick = (np.arange(n_frames) % 5 == 0).astype(np.float64)
    grid = BeatGrid(np.arange(0, 60, 0.5), np.arange(0, 60, 2.0))
    return Signals(n_frames, Fraction(fps), seed, grid, {"low": low, "kick": kick})


def values(text: str, n_frames: int = 10, channel: str = "zoom", seed: int = 5) -> list[float]:
    """Return a schedule's values in every frame."""
    return evaluate(parse_schedule(text, channel), signals(n_frames, seed)).tolist()


def texts(text: str, n_frames: int = 10, channel: str = "sampler") -> tuple[str, ...]:
    """Return a text schedule's texts in every frame."""
    return evaluate_text(parse_schedule(text, channel), signals(n_frames))
