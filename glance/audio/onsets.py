"""Where something starts to sound: flux curves, their peaks, and each peak's exact moment.

Conventions: flux curves are at the spectrum's frame rate; a value at frame `k` is the rise in loudness that centers on
that frame. Levels are relative to the song's own loud parts, so gain changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.spectrum import Spectrum
from glance.audio.types import Onsets

#: Band edges in Hz: kick, snare, hat.
BANDS = {"low": (0.0, 150.0), "mid": (180.0, 2500.0), "high": (5000.0, 11_025.0)}
#: Spectral flux compares frames this many apart: about half a window, so that an attack is seen whole.
_LAG = 3
#: Power below the song's loud parts by more than this many dB counts as silence.
SILENCE_DB = 60.0
#: Log compression: log(1 + COMPRESSION * magnitude / reference).
_COMPRESSION = 100.0
#: Up to this frame, a first onset is the song's own beginning: that of `lead_in.LEAD_FRAMES` of silence, and a gap.
_FROM_NOTHING = 24
#: A song whose strongest attacks rise less than this, in log-magnitude over all bands, only sounds on.
_LEAST_RISE = 0.02
#: Samples per block of the fine energy curve that onsets are placed on (1.5 ms).
_FINE = 32
_FINE_BLOCK = 1 << 14
#: An attack's energy peaks this long after its beginning, the median over drum loops and sampled instruments.
_ATTACK_S = 0.0018


@dataclass(frozen=True)
class Flux:
    """How much the loudness rises at each frame, overall and by band.

    Attributes:
        rate_hz: Frames per second.
        total: (n,) float32, all bands together.
        bands: Name -> (n,) float32 for the keys of `BANDS`.
        active: (n,) bool, False where the song is silent.
    """

    rate_hz: float
    total: NDArray[np.float32]
    bands: dict[str, NDArray[np.float32]]
    active: NDArray[np.bool_]


def activity(loudness: NDArray[np.float32], rate_hz: float) -> NDArray[np.bool_]:
    """Return where a song sounds: (n,) bool, from its K-weighted power (n,).

    The level is smoothed over 0.1 s and compared with the 95th percentile of all frames that are within 60 dB of the
    loudest, so that silence added to a song does not move the threshold.
    """
    from scipy.ndimage import uniform_filter1d

    if not loudness.size or float(loudness.max()) < 1e-10:
        return np.zeros(loudness.size, dtype=bool)
    width = max(1, round(0.1 * rate_hz))
    level = uniform_filter1d(loudness.astype(np.float64), width, mode="constant")
    sounding = level[level > level.max() * 1e-6]
    return np.asarray(level > np.percentile(sounding, 95) * 10 ** (-SILENCE_DB / 10))


def spectral_flux(spectrum: Spectrum) -> Flux:
    """Return half-wave rectified log-spectral flux with a vibrato-suppressing maximum filter.

    After SuperFlux (Boeck and Widmer, DAFx 2013): each band is compared with the loudest of itself and its neighbors
    `_LAG` frames earlier.
    """
    active = activity(spectrum.loudness, spectrum.rate_hz)
    count = active.size
    zero = np.zeros(count, dtype=np.float32)
    if not active.any():
        return Flux(spectrum.rate_hz, zero, dict.fromkeys(BANDS, zero), active)
    level = log_level(spectrum, active)
    before = level.copy()
    np.maximum(before[:, 1:], level[:, :-1], out=before[:, 1:])
    np.maximum(before[:, :-1], level[:, 1:], out=before[:, :-1])
    rise = np.zeros_like(level)
    # A frame's rise is written between the two frames compared, where the attack is.
    half = _LAG // 2
    inside = rise[half : half + count - _LAG]  # in place, for a long song's levels take 60 MB
    np.subtract(level[_LAG:], before[:-_LAG], out=inside)
    np.maximum(inside, 0.0, out=inside)
    del level, before
    total = rise.mean(axis=1)
    if float(np.percentile(total[active], 99.5)) < _LEAST_RISE:
        return Flux(spectrum.rate_hz, zero, dict.fromkeys(BANDS, zero), active)
    bands = {}
    for name, (low, high) in BANDS.items():
        within = (spectrum.mel_hz >= low) & (spectrum.mel_hz < high)
        bands[name] = rise[:, within].mean(axis=1)
    return Flux(spectrum.rate_hz, total, bands, active)


def log_level(spectrum: Spectrum, active: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return log-compressed mel magnitudes (n, bands), relative to the 90th percentile of the active frames' peaks."""
    magnitude = np.sqrt(spectrum.mel)
    reference = float(np.percentile(magnitude.max(axis=1)[active], 90))
    magnitude *= np.float32(_COMPRESSION / reference)
    return np.asarray(np.log1p(magnitude, out=magnitude), dtype=np.float32)


@dataclass(frozen=True)
class FineEnergy:
    """The signal's energy on a grid of `block_s` seconds, summed up, to place attacks on.

    Attributes:
        block_s: Seconds per block.
        cumulative: (n + 1,) float64 running sum of the blocks' energies.
    """

    block_s: float
    cumulative: NDArray[np.float64]

    def place(self, times_s: NDArray[np.float64], reach_s: float = 0.035) -> NDArray[np.float64]:
        """Return each time moved to the steepest attack within `reach_s` of it, shape (n,).

        The attack is where the energy of the next 6 ms exceeds that of the last 12 ms by the largest ratio; energies
        40 dB under the loudest of the neighborhood count as none.
        """
        if not times_s.size:
            return times_s
        reach = round(reach_s / self.block_s)
        ahead, behind = round(0.006 / self.block_s), round(0.012 / self.block_s)
        index = np.round(times_s / self.block_s).astype(np.int64)[:, None] + np.arange(
            -reach, reach + 1, dtype=np.int64
        )
        after = self._between(index, index + ahead) / ahead
        before = self._between(index - behind, index) / behind
        floor = after.max(axis=1, keepdims=True) * 1e-2 + 1e-20
        best = np.argmax((after + floor) / (before + floor), axis=1)
        placed = index[np.arange(times_s.size, dtype=np.int64), best] * self.block_s - _ATTACK_S
        return np.asarray(np.maximum(placed, 0.0))

    def _between(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.float64]:
        last = self.cumulative.size - 1
        return np.asarray(self.cumulative[np.clip(end, 0, last)] - self.cumulative[np.clip(start, 0, last)])


def fine_energy(signal: NDArray[np.float32], sr: int) -> FineEnergy:
    """Return the energy curve of `signal` (n,) that attacks are placed on.

    It is the energy of the second difference, which lifts high frequencies (12 dB an octave): an attack is brighter
    than what sounds on, and brightest at its start.
    """
    count = max(signal.size - 2, 0) // _FINE
    energy = np.empty(count)
    for start in range(0, count, _FINE_BLOCK):
        stop = min(count, start + _FINE_BLOCK)
        part = np.diff(signal[start * _FINE : stop * _FINE + 2], 2).reshape(stop - start, _FINE)
        energy[start:stop] = np.einsum("ij,ij->i", part, part)
    return FineEnergy(_FINE / sr, np.concatenate([[0.0], np.cumsum(energy, dtype=np.float64)]))


def pick_onsets(curve: NDArray[np.float32], flux: Flux, fine: FineEnergy | None, gap_s: float = 0.05) -> Onsets:
    """Return the peaks of a flux curve (n,) as onsets.

    A peak is the largest value within `gap_s` and stands above the local mean (0.2 s) by 5 % of the curve's 98th
    percentile. With `fine`, each is moved to its attack.
    """
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    empty = Onsets(np.zeros(0), np.zeros(0, dtype=np.float32))
    if curve.size < 3 or not flux.active.any():
        return empty
    scale = float(np.percentile(curve[flux.active], 98))
    if scale <= 1e-6:
        return empty
    gap = max(1, round(gap_s * flux.rate_hz))
    local = uniform_filter1d(curve, 2 * round(0.1 * flux.rate_hz) + 1)
    peak = (curve == maximum_filter1d(curve, 2 * gap + 1)) & (curve > local + 0.05 * scale) & (curve > 0.15 * scale)
    near = maximum_filter1d(flux.active.astype(np.uint8), 2 * gap + 1) > 0
    frames = np.flatnonzero(peak & near)
    if not frames.size:
        return empty
    times = peak_times(curve, frames) / flux.rate_hz
    if fine is not None:
        times = fine.place(times)
    # Two peaks may belong to one attack.
    times, which = np.unique(times, return_inverse=True)
    strengths = np.zeros(times.size, dtype=np.float32)
    np.maximum.at(strengths, which, curve[frames])
    if strengths.size > 1 and not flux.active[0] and times[0] * flux.rate_hz <= _FROM_NOTHING:
        # A song that begins at once rises in every band, whatever is struck: that counts as the strongest hit, no more.
        strengths[0] = min(strengths[0], strengths[1:].max())
    return Onsets(times, np.clip(strengths / strengths.max(), 1e-3, 1.0).astype(np.float32))


def peak_times(curve: NDArray[np.float32], frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return fractional frames of peaks by a parabola through each peak and its neighbors."""
    inner = np.clip(frames, 1, curve.size - 2)
    left, center, right = (curve[inner + step].astype(np.float64) for step in (-1, 0, 1))
    bend = left - 2 * center + right
    shift = np.where(bend < -1e-12, 0.5 * (left - right) / np.minimum(bend, -1e-12), 0.0)
    return np.asarray(inner + np.clip(shift, -0.5, 0.5))
