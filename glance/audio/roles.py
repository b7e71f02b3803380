"""What each section is for: chorus, verse, build and so on, or just a part.

The chorus is what comes back, takes its share of the song and is the fullest: loud, wide in frequency, busy. A song in
which nothing stands out has parts, and no chorus is made up for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: The chorus must sound for this long in all, and for this share of the song.
_LEAST_CHORUS_S, _LEAST_SHARE = 8.0, 0.05
#: How far the chorus must stand out over the mean of all other parts, in dB of fullness; half of that if it comes back.
_STANDS_OUT_DB = 2.0
#: What a unit of width (mean log-level) and of busyness (mean flux over the song's) is worth, in dB.
_WIDE_DB, _BUSY_DB = 4.0, 2.0
#: What coming back is worth in the choice of the chorus, in dB for each of up to three times, and covering the song.
_RETURN_DB, _COVER_DB = 0.8, 3.0
#: Parts that take more of the song than this are its ground and not its chorus.
_GROUND = 0.65


@dataclass(frozen=True)
class Heft:
    """How much there is to a section.

    Attributes:
        seconds: Its length.
        energy: Loudness relative to the song, in [0, 1].
        loud_db: Loudness relative to the loudest section.
        wide: Mean log-compressed level over all bands.
        busy: Mean flux.
        silent: Whether hardly any of it sounds.
    """

    seconds: float
    energy: float
    loud_db: float
    wide: float
    busy: float
    silent: bool


def section_roles(labels: list[str], hefts: list[Heft]) -> list[str]:
    """Return the role of each section: intro, verse, build, chorus, drop, break, bridge, outro, part or silence."""
    top = chorus_label(labels, hefts)
    if top is None:
        return [_plain_role(index, hefts) for index in range(len(labels))]
    roles = [_role(index, labels, hefts, top) for index in range(len(labels))]
    before = [roles[index - 1] for index in range(1, len(roles)) if roles[index] == "chorus"]
    if sum(role in ("build", "break") for role in before) > len(before) / 2:
        roles = ["drop" if role == "chorus" else role for role in roles]
    return roles


def fullness_db(hefts: list[Heft]) -> NDArray[np.float64]:
    """Return how full each section is, in dB: loudness, width of the spectrum and density of events together."""
    busy = np.array([heft.busy for heft in hefts])
    whole = float(np.average(busy, weights=[heft.seconds for heft in hefts])) + 1e-9
    wide = np.array([heft.wide for heft in hefts])
    loud = np.maximum([heft.loud_db for heft in hefts], -30.0)
    return np.asarray(loud + _WIDE_DB * (wide - wide.max()) + _BUSY_DB * np.minimum(busy / whole, 2.0))


def chorus_label(labels: list[str], hefts: list[Heft]) -> str | None:
    """Return the label of the chorus, or None where no part stands out."""
    full = fullness_db(hefts)
    seconds = np.array([heft.seconds for heft in hefts])
    names = np.array(labels)
    sounding = ~np.array([heft.silent for heft in hefts])
    total = float(seconds[sounding].sum())
    best, chosen = -np.inf, None
    for label in dict.fromkeys(labels):
        inside, others = (names == label) & sounding, (names != label) & sounding
        length = float(seconds[inside].sum())
        if length < max(_LEAST_CHORUS_S, _LEAST_SHARE * total) or length > _GROUND * total or not others.any():
            continue
        rise = _weighted(full, seconds, inside) - _weighted(full, seconds, others)
        times = int(inside.sum())
        if rise < _STANDS_OUT_DB / (2 if times > 1 else 1):
            continue
        score = rise + _RETURN_DB * min(times, 3) + _COVER_DB * np.sqrt(length / total)
        if score > best:
            best, chosen = score, label
    return chosen


def _weighted(values: NDArray[np.float64], weights: NDArray[np.float64], inside: NDArray[np.bool_]) -> float:
    return float(np.average(values[inside], weights=weights[inside]))


def _plain_role(index: int, hefts: list[Heft]) -> str:
    """Return a role by position alone: a quiet beginning is an intro, a quiet end an outro."""
    if hefts[index].silent:
        return "silence"
    loudest = max(heft.energy for heft in hefts)
    if len(hefts) > 2 and index in (0, len(hefts) - 1) and hefts[index].energy < loudest - 0.1:
        return "outro" if index else "intro"
    return "part"


def _role(index: int, labels: list[str], hefts: list[Heft], top: str) -> str:
    last, label, energy = len(labels) - 1, labels[index], hefts[index].energy
    if hefts[index].silent:
        return "silence"
    if label == top:
        return "chorus"
    if index in (0, last):
        return "outro" if index else "intro"
    energies = [heft.energy for heft in hefts]
    loud = float(np.mean([value for other, value in zip(labels, energies, strict=True) if other == top]))
    once, follows, leads = labels.count(label) == 1, labels[index - 1] == top, labels[index + 1] == top
    if loud - energy > (0.15 if once else 0.22) and energies[index - 1] > energy + 0.08:
        return "break"
    if once and follows and leads:
        return "bridge"
    if once and leads and energy >= energies[index - 1] - 0.02:
        return "verse" if index == 1 and energies[0] < energy - 0.05 else "build"
    return "verse" if not once or leads or follows else "part"
