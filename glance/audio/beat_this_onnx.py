"""Beat This! (Foscarin, Schlueter and Widmer, ISMIR 2024) from an ONNX file that a person names, without torch.

The file takes log-mel spectra (1, frames, 128) and gives the log-odds of beats and of downbeats, (1, frames) each, at
50 frames a second. The spectra are those of the package's own front end: 22,050 Hz, Hann windows of 1,024 samples every
441, magnitudes over the window's root, 128 triangular mel bands (Slaney) from 30 Hz to 11 kHz, log(1 + 1000 x).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.audio.decode import SAMPLE_RATE, decode
from glance.audio.spectrum import mel_filterbank
from glance.errors import AudioError
from glance.system.telemetry import silence

FRAME_RATE_HZ = 50.0
_N_FFT, _HOP, _BANDS, _LOWEST_HZ, _HIGHEST_HZ = 1024, 441, 128, 30.0, 11_000.0
#: Frames given to the network at once, and frames at either end of them that are not taken from it.
_CHUNK, _BORDER = 1500, 6
#: A beat is the highest of this many frames to either side, and over even odds.
_REACH = 3
_BLOCK = 1024


def beats_and_downbeats(model: Path, song: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the times of beats and downbeats in seconds; downbeats lie on beats.

    Raises:
        AudioError: The file is no such network, or cannot be run.
    """
    levels = log_mel(decode(song))
    beat, downbeat = _heard(_session(model), model, levels)
    beats = _peaks(beat) / FRAME_RATE_HZ
    downbeats = _peaks(downbeat) / FRAME_RATE_HZ
    if not beats.size:
        return beats, beats
    nearest = np.unique(np.argmin(np.abs(beats - downbeats[:, None]), axis=1)) if downbeats.size else np.zeros(0, int)
    return beats, beats[nearest]


def log_mel(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the spectra (frames, 128) of a mono signal (n,) at 22,050 Hz."""
    from scipy.fft import rfft

    frequencies = np.asarray(np.fft.rfftfreq(_N_FFT, 1.0 / SAMPLE_RATE), dtype=np.float64)
    filters = mel_filterbank(frequencies, _BANDS, _LOWEST_HZ, _HIGHEST_HZ)[0].astype(np.float32)
    window = np.hanning(_N_FFT + 1)[:-1].astype(np.float32) / np.float32(np.sqrt(_N_FFT))
    half = _N_FFT // 2
    short = signal.size <= half  # too short to be mirrored at its ends
    padded = np.pad(signal.astype(np.float32), half) if short else np.pad(signal.astype(np.float32), half, "reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[::_HOP]
    levels = np.empty((frames.shape[0], _BANDS), dtype=np.float32)
    for start in range(0, frames.shape[0], _BLOCK):
        magnitude = np.abs(rfft(frames[start : start + _BLOCK] * window, axis=1)).astype(np.float32)
        levels[start : start + _BLOCK] = np.log1p(1000 * (magnitude @ filters))
    return levels


def _session(model: Path) -> Any:
    silence()
    try:
        import onnxruntime
    except ImportError:
        raise AudioError(
            "A beat tracker in an .onnx file needs onnxruntime, which is not installed here. Install it "
            "(pip install onnxruntime), or choose the tracker glance."
        ) from None
    try:
        return onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has a kind of its own for each fault of a file
        raise AudioError(f"{Path(model).name}: expected Beat This! as an ONNX file ({error}).") from error


def _heard(session: Any, model: Path, levels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the log-odds of beat and downbeat (frames,), put together from chunks that overlap."""
    wanted = [place.name for place in session.get_outputs()]
    names = [next((name for name in wanted if name.lower().startswith(kind)), None) for kind in ("beat", "down")]
    if None in names or len(session.get_inputs()) != 1:
        raise AudioError(
            f"{Path(model).name}: expected one input and the outputs beat and downbeat, found the outputs "
            f"{', '.join(wanted) or 'none'}."
        )
    source, count = session.get_inputs()[0].name, levels.shape[0]
    out = np.full((2, count), -100.0, dtype=np.float32)
    for start in range(-_BORDER, count, _CHUNK - 2 * _BORDER):
        stop = start + _CHUNK
        part = levels[max(start, 0) : stop]
        before = max(-start, 0)
        padded = np.pad(part, ((before, max(0, _BORDER - max(count - stop, 0))), (0, 0)))[None]
        try:
            said = [np.asarray(value)[0] for value in session.run(names, {source: padded})]
        except Exception as error:  # as above
            raise AudioError(f"{Path(model).name}: expected spectra of 128 bands to fit ({error}).") from error
        first, last = max(start + _BORDER, 0), min(stop - _BORDER, count)
        inside = slice(first - start, last - start) if start >= 0 else slice(first + before, last + before)
        for row, value in zip(out, said, strict=True):
            row[first:last] = value[inside]
    return out[0], out[1]


def _peaks(log_odds: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the frames of the highest log-odds around that are over 0, the middle of those that touch."""
    from scipy.ndimage import maximum_filter1d

    frames = np.flatnonzero((log_odds == maximum_filter1d(log_odds, 2 * _REACH + 1)) & (log_odds > 0))
    if not frames.size:
        return np.zeros(0)
    groups = np.split(frames, np.flatnonzero(np.diff(frames) > 1) + 1)
    return np.array([float(group.mean()) for group in groups])
