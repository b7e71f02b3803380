"""Small sound files for tests."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np


def write_clicks(path: Path, *, duration_s: float, every_s: float, sr: int = 22050) -> Path:
    """Write a mono WAV file with a short click at every multiple of `every_s`, and return its path."""
    signal = np.zeros(round(duration_s * sr))
    t = np.arange(int(0.02 * sr)) / sr
    click = np.sin(2 * np.pi * 1000 * t) * np.exp(-t / 0.004)
    for start in np.round(np.arange(0, duration_s, every_s) * sr).astype(int):
        end = min(signal.size, start + click.size)
        signal[start:end] += click[: end - start]
    return write_wave(path, signal, sr)


def write_wave(path: Path, signal: np.ndarray, sr: int = 22050) -> Path:
    """Write a mono WAV file of samples in [-1, 1], cut off there, and return its path."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sr)
        file.writeframes((np.clip(signal, -1, 1) * 30000).astype("<i2").tobytes())
    return path
