"""What a strength lets change: the law of diffusion's image-to-image, written with image pyramids.

SDEdit (Meng et al., 2022, arXiv:2108.01073) adds noise to a picture and denoises it. A natural picture's amplitude
falls as 1/f, noise is flat, so noise of relative level sigma drowns everything above a frequency proportional to
1/sigma: that part is invented anew, the rest is kept. With the variance-preserving cosine schedule (Nichol & Dhariwal,
2021, arXiv:2102.09672) the level at denoising d is sigma(d) = tan(pi d / 2), hence the cut-off used here:

    f_c(d) = HALF_WAY * cot(pi d / 2)      in cycles per picture height

Frames are float32 in [0, 1], shape (height, width, 3).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

#: Cut-off at d = 0.5 in cycles per picture height: what is smaller than a twelfth of the height is drawn anew.
HALF_WAY = 6.0
#: A pyramid ends where its smaller side would fall under this many pixels.
_SMALLEST = 4


def cut_off(denoising: float) -> float:
    """Return the cut-off frequency in cycles per picture height at a denoising in [0, 1]; infinite at 0, 0 at 1."""
    if denoising <= 0.0:
        return math.inf
    if denoising >= 1.0:
        return 0.0
    return HALF_WAY / math.tan(math.pi * denoising / 2.0)


def new_share(frequency: float, denoising: float) -> float:
    """Return the share of new content, in [0, 1], at a frequency above 0 in cycles per picture height.

    The Wiener filter's share of noise where a picture's power falls as 1/f^2: 1 / (1 + (f_c / f)^2).
    """
    limit = cut_off(denoising)
    if math.isinf(limit):
        return 0.0
    return 1.0 / (1.0 + (limit / frequency) * (limit / frequency))


def band_frequencies(height: int, width: int) -> tuple[float, ...]:
    """Return the middle frequency of each band of a pyramid, the finest first, the residue last.

    A Laplacian pyramid's level k of a picture `height` pixels high holds the octave below its Nyquist frequency
    height / 2 / 2**k; the middle of an octave lies sqrt(2) below its top.
    """
    bands, top = [], height / 2.0
    smaller = min(height, width)
    while smaller // 2 >= _SMALLEST:
        bands.append(top / math.sqrt(2.0))
        top /= 2.0
        smaller //= 2
    return (*bands, top / 2.0)


def merge(
    kept: NDArray[np.float32], new: NDArray[np.float32], denoising: float, gain: float = 1.0, least: float = 0.0
) -> NDArray[np.float32]:
    """Return `kept` with everything that `denoising` lets change taken from `new`.

    Args:
        kept: (height, width, 3) picture whose low frequencies stay.
        new: Picture of the same shape that the rest comes from.
        denoising: In [0, 1]; 0 returns `kept`, 1 returns `new`.
        gain: What is kept is kept so many times over: its shares are raised to this power.
        least: Share of new content that every frequency has at least.
    """
    import cv2

    if denoising <= 0.0:
        return kept
    if denoising >= 1.0:
        return new
    # The pyramid is linear: merge(kept, new) = kept + merge(0, new - kept), so one pyramid is enough.
    level = np.subtract(new, kept, dtype=np.float32)
    bands: list[NDArray[np.float32]] = []
    frequencies = band_frequencies(*kept.shape[:2])
    for _ in frequencies[:-1]:
        smaller = cv2.pyrDown(level)
        bands.append(level - cv2.pyrUp(smaller, dstsize=(level.shape[1], level.shape[0])))
        level = smaller
    shares = [max(least, 1.0 - (1.0 - new_share(frequency, denoising)) ** gain) for frequency in frequencies]
    result = level * np.float32(shares[-1])
    for band, share in zip(reversed(bands), reversed(shares[:-1]), strict=True):
        result = cv2.pyrUp(result, dstsize=(band.shape[1], band.shape[0])) + band * np.float32(share)
    return np.asarray(kept + result, dtype=np.float32)
