"""Which part of the scene's picture a frame is drawn from.

A crop is an affine map, a (2, 3) float64 matrix that takes a point of the frame to a point of the scene's picture. Both
are measured in picture heights from the middle, x to the right, y down, so that crops do not depend on pixels:

    [u]   [a  b  cx] [x]
    [v] = [c  d  cy] [y]        scale = sqrt(|a d - b c|): 1 shows the whole height, 0.5 half of it
                     [1]
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
#: Middle (x, y) of the main subject from the picture's middle and its height, all in picture heights.
Focus = tuple[float, float, float]
NO_FOCUS: Focus = (0.0, 0.0, 0.0)

#: A crop smaller than this has used up what the picture has to show, one larger than this shows its mirror images.
SMALLEST, LARGEST = 0.34, 1.05
#: A pulse picks another crop at most this often, so that the frames of one pulse agree.
_SLOT_S = 0.5
#: Scales of the shots that pulses take turns in: from far, near, half near.
_SHOTS = ((0.86, 0.96), (0.56, 0.66), (0.72, 0.82))
#: Height of a shot in heights of its subject, at least.
_ROOM = 1.25
#: `resting_place`: ratio of scales, grid of centers in shares of the scale, grid of angles, what it shows beyond.
_STEP, _GRID, _TURN_DEG, _MARGIN = 0.85, 0.1, 6.0, 1.2
_ANGLES_DEG = tuple(float(angle) for angle in range(-180, 180, 20) if angle)
_SCALES = (0.36, 0.45, 0.57, 0.72, 0.9)
#: Correlation from which the upright search is enough, from which a match is wholly trusted, and up to which not.
_SURE, _BELIEVABLE, _NO_MATCH = 0.8, 0.5, 0.25
#: By how much a turned match must beat the upright one, so that two near-equal ones do not take turns, and what it must
#: reach, so that the frames after a change of scene are not taken for an upside-down part of the new one.
_TURN_MARGIN, _TURNED_SURE = 0.1, 0.72
#: Share of a tilt that is kept from frame to frame.
_KEPT_TILT = 0.97
#: Height in pixels of the pictures that are compared.
_SEARCH_HEIGHT = 48


@dataclass(frozen=True)
class Match:
    """Where a frame lies in the scene's picture.

    Attributes:
        crop: The affine map.
        trust: 0 where the frame shows something else, 1 where it is surely this part of the picture.
    """

    crop: Matrix
    trust: float


def crop_at(center: tuple[float, float], scale: float, angle_deg: float = 0.0) -> Matrix:
    """Return the crop around a center (u, v) in heights from the picture's middle, turned clockwise by an angle."""
    cos, sin = math.cos(math.radians(angle_deg)) * scale, math.sin(math.radians(angle_deg)) * scale
    return np.array([[cos, -sin, center[0]], [sin, cos, center[1]]])


def resting_crop(picture_seed: int, time_s: float, aspect: float) -> Matrix:
    """Return the crop a quiet scene is drawn from: nearly the whole picture, drifting around in about half a minute."""
    rng = np.random.default_rng([picture_seed % 2**32, 11])
    phase = rng.uniform(0.0, 2.0 * math.pi, 3) + 2.0 * math.pi * time_s / rng.uniform(24.0, 40.0, 3)
    scale = 0.91 + 0.05 * math.sin(phase[2])
    room = (1.0 - scale) / 2.0
    return crop_at((room * aspect * math.sin(phase[0]), room * math.sin(phase[1])), scale)


def leaping_crop(
    picture_seed: int, seed: int, time_s: float, attempt: int, aspect: float, focus: Focus = NO_FOCUS
) -> Matrix:
    """Return the crop a strong pulse leaps to: another shot of the same subject, closer or wider.

    Pulses of one scene leap differently every half second; a frame's own seed moves the crop a little.

    Args:
        focus: The subject, which is set on a third of the frame and seen whole.
    """
    slot = math.floor(time_s / _SLOT_S)
    rng = np.random.default_rng([picture_seed % 2**32, 12, max(0, slot), attempt])
    own = np.random.default_rng([seed % 2**32, 13, attempt])
    low, high = _SHOTS[(slot + attempt) % len(_SHOTS)]
    scale = min(0.97, max(rng.uniform(low, high), _ROOM * focus[2]) * own.uniform(0.98, 1.02))
    third = scale * aspect / 6.0 * (1.0 if rng.random() < 0.5 else -1.0)
    x, y = focus[0] + third, focus[1] + scale * rng.uniform(-0.06, 0.06)
    room = (1.0 - scale) / 2.0
    x, y = float(np.clip(x, -room * aspect, room * aspect)), float(np.clip(y, -room, room))
    nudge = own.uniform(-0.01, 0.01, 2)
    return crop_at((x + float(nudge[0]), y + float(nudge[1])), scale)


def setting_beside(crop: Matrix, focus: Focus, x: float, aspect: float) -> Matrix:
    """Return an upright crop moved sideways so that it shows the subject at the share `x` of the frame's width.

    It does not leave the picture for that. Without a subject, the crop stays.
    """
    if not focus[2]:
        return crop
    scale = scale_of(crop)
    room = max(0.0, (1.0 - scale) / 2.0 * aspect)
    wanted = focus[0] - (min(max(x, 1 / 3), 2 / 3) - 0.5) * aspect * scale
    return crop_at((float(np.clip(wanted, -room, room)), float(crop[1, 2])), scale)


def blend_matrices(first: Matrix, second: Matrix, share: float) -> Matrix:
    """Return the crop a share of the way from the first to the second, as a camera would travel."""
    scales = scale_of(first), scale_of(second)
    angles = [math.degrees(math.atan2(crop[1, 0], crop[0, 0])) for crop in (first, second)]
    turn = (angles[1] - angles[0] + 180.0) % 360.0 - 180.0
    center = first[:, 2] + (second[:, 2] - first[:, 2]) * share
    scale = scales[0] * (scales[1] / scales[0]) ** share
    return crop_at((float(center[0]), float(center[1])), scale, angles[0] + turn * share)


def within(crop: Matrix, outer: Matrix) -> Matrix:
    """Return a crop of the picture as a crop of what another crop shows."""
    inverse = np.linalg.inv(outer[:, :2])
    return np.column_stack([inverse @ crop[:, :2], inverse @ (crop[:, 2] - outer[:, 2])])


def resting_place(crop: Matrix) -> Matrix:
    """Return a wider crop out of a coarse grid that holds this one: the same for crops that lie near one another."""
    scale = scale_of(crop)
    level = 0.9 * _STEP ** round(math.log(scale / 0.9) / math.log(_STEP))
    turn = math.degrees(math.atan2(crop[1, 0], crop[0, 0]))
    x, y = (round(float(part) / (_GRID * level)) * _GRID * level for part in crop[:, 2])
    return crop_at((x, y), level * _MARGIN, round(turn / _TURN_DEG) * _TURN_DEG)


def scale_of(crop: Matrix) -> float:
    """Return the share of the picture's height that a crop shows."""
    return math.sqrt(abs(float(np.linalg.det(crop[:, :2]))))


def exhaustion(crop: Matrix, aspect: float, focus: Focus = NO_FOCUS) -> float:
    """Return how far a crop has used up what the picture can show.

    0 well inside; 1 where it ends, or the subject at `focus` leaves it: from there a pulse should lead elsewhere; 2 far
    outside: nothing should be drawn from it any more.
    """
    scale = scale_of(crop)
    near = (1.4 * SMALLEST - scale) / (0.4 * SMALLEST)
    far = (scale - LARGEST) / 0.15
    aside = (max(abs(crop[0, 2]) / aspect, abs(crop[1, 2])) - 0.35) / 0.15
    shown = np.linalg.inv(crop[:, :2]) @ (np.array(focus[:2]) - crop[:, 2])
    lost = (max(abs(shown[0]) / aspect, abs(shown[1])) - 0.36) / 0.14
    cut = (focus[2] - scale) / (0.3 * focus[2]) if focus[2] else 0.0
    return float(np.clip(max(near, far, aside, lost, cut), 0.0, 2.0))


def sample(picture: NDArray[np.float32], crop: Matrix, height: int, width: int) -> NDArray[np.float32]:
    """Return what a crop shows of a picture of shape (h, w, channels) or (h, w); beyond its edges it is mirrored."""
    import cv2

    pixels = _pixel_map(crop, picture.shape[:2], (height, width))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(picture, pixels, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(shown, dtype=np.float32)


def find(frame: NDArray[np.float32], picture: NDArray[np.float32]) -> Match:
    """Return where in `picture` a frame lies: the affine map with the greatest correlation.

    Searches scales, then angles if the upright search is not sure, then refines (Evangelidis & Psarakis, 2008,
    enhanced correlation coefficient). Cost: a few milliseconds.

    Args:
        frame: (h, w, 3) in [0, 1], of any size.
        picture: (h, w, 3) in [0, 1], painted like the frame, of any size and about the same aspect.
    """
    seen = _lightness(frame, _SEARCH_HEIGHT)
    whole = _lightness(picture, _SEARCH_HEIGHT)
    if float(seen.std()) < 0.01 or float(whole.std()) < 0.01:
        return Match(crop_at((0.0, 0.0), 1.0), 0.0)
    match = _refined(seen, whole, _best_place(seen, whole, _SCALES, (0.0,)))
    if match.trust < _SURE:
        turned = _refined(seen, whole, _best_place(seen, whole, _SCALES[::2], _ANGLES_DEG))
        match = turned if turned.trust > max(match.trust + _TURN_MARGIN, _TURNED_SURE) else match
    trust = (match.trust - _NO_MATCH) / (_BELIEVABLE - _NO_MATCH)
    return Match(_uprighted(match.crop), float(np.clip(trust, 0.0, 1.0)))


def _lightness(picture: NDArray[np.float32], height: int) -> NDArray[np.float32]:
    import cv2

    width = max(8, round(picture.shape[1] * height / picture.shape[0]))
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    gray = cv2.cvtColor(np.asarray(small, dtype=np.float32), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.GaussianBlur(gray, (0, 0), 1.0), dtype=np.float32)


def _best_place(
    seen: NDArray[np.float32], whole: NDArray[np.float32], scales: Sequence[float], angles_deg: Sequence[float]
) -> Match:
    """Slide the frame, made smaller by each scale, over the picture turned back by each angle, and return the best."""
    import cv2

    best = Match(crop_at((0.0, 0.0), 1.0), -1.0)
    patches = [_shrunk(seen, scale) for scale in scales]
    for angle_deg in angles_deg:
        field = _turned_back(whole, angle_deg)
        for scale, patch in zip(scales, patches, strict=True):
            scores = cv2.matchTemplate(field, patch, cv2.TM_CCOEFF_NORMED)
            _, score, _, (left, top) = cv2.minMaxLoc(scores)
            if score > best.trust:
                x = left + (patch.shape[1] - field.shape[1]) / 2.0
                y = top + (patch.shape[0] - field.shape[0]) / 2.0
                turn = crop_at((0.0, 0.0), 1.0 / whole.shape[0], angle_deg)[:, :2]
                center = turn @ (x, y)
                best = Match(crop_at((float(center[0]), float(center[1])), scale, angle_deg), float(score))
    return best


def _shrunk(picture: NDArray[np.float32], scale: float) -> NDArray[np.float32]:
    import cv2

    size = max(6, round(picture.shape[1] * scale)), max(6, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _turned_back(picture: NDArray[np.float32], angle_deg: float) -> NDArray[np.float32]:
    if not angle_deg:
        return picture
    side = max(picture.shape)
    return sample(picture, crop_at((0.0, 0.0), side / picture.shape[0], angle_deg), side, side)


def _refined(seen: NDArray[np.float32], whole: NDArray[np.float32], match: Match) -> Match:
    """Refine a rough match; one that cannot be refined counts for less, because it would hold the picture in place."""
    import cv2

    rough = Match(match.crop, match.trust - 0.2)
    start = _pixel_map(match.crop, whole.shape, seen.shape).astype(np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 25, 1e-3)
    try:
        score, pixels = cv2.findTransformECC(seen, whole, start, cv2.MOTION_AFFINE, criteria, None, 5)
    except cv2.error:  # it does not converge where the two have nothing in common
        return rough
    crop = _similar(_crop_of_pixels(np.asarray(pixels, dtype=np.float64), whole.shape, seen.shape))
    nearby = 0.75 < scale_of(crop) / scale_of(match.crop) < 1.33 and bool(np.abs(crop - match.crop).max() < 0.25)
    return Match(crop, float(score)) if nearby and score >= rough.trust else rough


def _similar(crop: Matrix) -> Matrix:
    """Return the nearest crop that neither shears nor stretches: a turn, a scale and a shift."""
    cos, sin = (crop[0, 0] + crop[1, 1]) / 2.0, (crop[1, 0] - crop[0, 1]) / 2.0
    return np.array([[cos, -sin, crop[0, 2]], [sin, cos, crop[1, 2]]])


def _uprighted(crop: Matrix) -> Matrix:
    """Return the crop turned a little towards upright, so that small errors of the match do not add up to a tilt."""
    angle_deg = math.degrees(math.atan2(crop[1, 0], crop[0, 0]))
    return crop_at((float(crop[0, 2]), float(crop[1, 2])), scale_of(crop), angle_deg * _KEPT_TILT)


def _pixel_map(crop: Matrix, picture: tuple[int, ...], frame: tuple[int, ...]) -> Matrix:
    """Return the map from the frame's pixels (x, y) to the picture's, (2, 3)."""
    to_units = np.array([[1.0, 0.0, -(frame[1] - 1) / 2.0], [0.0, 1.0, -(frame[0] - 1) / 2.0], [0.0, 0.0, frame[0]]])
    units = crop @ (to_units / frame[0])
    return np.asarray(units * picture[0] + np.array([[0, 0, (picture[1] - 1) / 2], [0, 0, (picture[0] - 1) / 2]]))


def _crop_of_pixels(pixels: Matrix, picture: tuple[int, ...], frame: tuple[int, ...]) -> Matrix:
    """Return the crop whose `_pixel_map` is `pixels`."""
    middle = np.array([[0, 0, (picture[1] - 1) / 2], [0, 0, (picture[0] - 1) / 2]])
    to_pixels = np.array([[frame[0], 0.0, (frame[1] - 1) / 2], [0.0, frame[0], (frame[0] - 1) / 2], [0.0, 0.0, 1.0]])
    return np.asarray((pixels - middle) / picture[0] @ to_pixels)
