"""Sections that a director can use: what comes back is seen, the chorus stands out, none is too short or long."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from glance.audio.onsets import Flux
from glance.audio.recurrence import section_distances, section_labels
from glance.audio.roles import Heft, chorus_label, section_roles
from glance.audio.sections import find_sections, segment
from glance.audio.spectrum import Spectrum

RATE = 100.0


def song(parts: str, bars: int = 8, seed: int = 1) -> tuple[Spectrum, Flux, np.ndarray]:
    """Return a made spectrum of parts of `bars` bars of two seconds: a letter a part, equal ones alike, `_` silence.

    Every part has its own chords, strokes and colors, which vary from bar to bar within it.
    """
    frames = int(bars * 2 * RATE)
    mel, chroma, total = [], [], []
    for number, letter in enumerate(parts):
        rng, loose = np.random.default_rng(ord(letter) + seed), np.random.default_rng(number)
        color = np.exp(rng.normal(-2, 1.2, 64)) * (0 if letter == "_" else 1)
        chords = rng.random((4, 12)) ** 4
        strokes = rng.random(8) ** 3
        slot = (np.arange(frames) // (RATE / 4)).astype(int)
        beat = strokes[slot % 8] * (np.arange(frames) % (RATE / 4) < 3)
        wobble = np.exp(loose.normal(0, 0.05, (frames, 1)))
        mel.append(color * wobble * (0.5 + beat[:, None]))
        chroma.append(chords[(np.arange(frames) // (2 * RATE)).astype(int) % 4] * mel[-1].sum(axis=1, keepdims=True))
        total.append(beat * (0 if letter == "_" else 1))
    power, flux = np.concatenate(mel).astype(np.float32), np.concatenate(total).astype(np.float32)
    loudness = power.sum(axis=1)
    spectrum = Spectrum(
        RATE,
        power,
        np.concatenate(chroma).astype(np.float32),
        loudness,
        np.zeros_like(loudness),
        np.linspace(50, 9000, 64),
    )
    active = loudness > loudness.max() * 1e-6
    bands = {name: flux * share for name, share in (("low", 1.0), ("mid", 0.6), ("high", 0.3))}
    return spectrum, Flux(RATE, flux, bands, active), np.arange(0, len(parts) * bars * 2, 2.0)


def heard(parts: str, bars: int = 8) -> list[tuple[float, str]]:
    spectrum, flux, downbeats = song(parts, bars)
    found = find_sections(spectrum, flux, downbeats, len(parts) * bars * 2.0)
    assert found[0].start_s == 0
    assert found[-1].end_s == len(parts) * bars * 2.0
    assert all(a.end_s == b.start_s for a, b in pairwise(found))
    return [(section.start_s, section.label) for section in found]


@pytest.mark.parametrize("parts", ["ABABCB", "ABCABC", "ABCBDBE"])
def test_what_comes_back_has_the_letter_that_it_had(parts: str) -> None:
    found = heard(parts)
    assert [start for start, _ in found] == [16.0 * number for number in range(len(parts))]
    assert "".join(label for _, label in found) == parts


def test_neighbors_that_are_the_same_are_one_section() -> None:
    assert [start for start, _ in heard("AABB")] == [0.0, 32.0]


def test_no_section_is_longer_than_32_bars() -> None:
    starts = [start for start, _ in heard("AAAAAAAAAAAA")]
    assert max(np.diff([*starts, 192.0])) <= 64.0
    assert len(starts) >= 3


def test_no_inner_section_is_shorter_than_two_bars() -> None:
    rng = np.random.default_rng(4)
    features = np.repeat(rng.normal(0, 3, (12, 6)), [8, 1, 8, 8, 1, 1, 8, 8, 1, 8, 8, 4], axis=0)
    lengths = np.diff(segment(features))
    assert min(lengths[1:-1]) >= 2
    assert max(lengths) <= 32


def test_a_section_laid_beside_a_longer_one_is_compared_along_its_best_diagonal() -> None:
    distances = np.full((20, 20), 1.0, dtype=np.float32)
    bars = np.arange(4)
    distances[bars + 2, bars + 10] = 0.1
    distances[bars + 10, bars + 2] = 0.1
    apart = section_distances(distances, [(0, 8), (8, 16), (16, 20)])
    # rows 2-5 beside columns 10-13: one diagonal of the 8 by 8 block, half of it alike
    assert apart[0, 1] == pytest.approx((4 * 0.1 + 4 * 1.0) / 8)
    assert apart[0, 2] == apart[1, 2] == pytest.approx(1.0)
    near = section_distances(distances, [(2, 6), (8, 16)])
    assert near[0, 1] == pytest.approx(0.1)


def test_letters_follow_the_order_of_the_song() -> None:
    distances = 1.0 - np.kron(np.eye(3)[[0, 1, 0, 2, 1]] @ np.eye(3)[[0, 1, 0, 2, 1]].T, np.ones((4, 4)))
    assert section_labels(distances.astype(np.float32), [0, 4, 8, 12, 16, 20]) == ["A", "B", "A", "C", "B"]


PLAIN = Heft(seconds=20.0, energy=0.9, loud_db=-3.0, wide=1.0, busy=1.0, silent=False)
FULL = replace(PLAIN, energy=1.0, loud_db=0.0, wide=1.5, busy=1.3)


def test_the_fullest_part_that_comes_back_is_the_chorus() -> None:
    labels, hefts = list("ABCBCDCE"), [PLAIN, PLAIN, FULL, PLAIN, FULL, PLAIN, FULL, PLAIN]
    assert chorus_label(labels, hefts) == "C"
    roles = section_roles(labels, hefts)
    assert [role for label, role in zip(labels, roles, strict=True) if label == "C"] == ["chorus"] * 3
    assert (roles[0], roles[-1]) == ("intro", "outro")
    assert roles[1] == roles[3] == "verse"


def test_a_loud_fill_of_a_few_seconds_is_no_chorus() -> None:
    fill = replace(FULL, seconds=3.0)
    labels, hefts = list("ABCBC"), [PLAIN, PLAIN, fill, PLAIN, fill]
    assert chorus_label(labels, hefts) != "C"


def test_where_nothing_stands_out_there_are_parts() -> None:
    labels, hefts = list("ABAB"), [PLAIN, replace(PLAIN, loud_db=-3.4), PLAIN, replace(PLAIN, loud_db=-3.4)]
    assert chorus_label(labels, hefts) is None
    assert section_roles(labels, hefts) == ["part"] * 4


def test_a_quiet_tail_that_sounds_is_an_outro_and_a_hush_is_silence() -> None:
    tail = replace(PLAIN, energy=0.0, loud_db=-34.0, wide=0.2, busy=0.1)
    labels, hefts = list("ABABC"), [PLAIN, FULL, PLAIN, FULL, tail]
    assert section_roles(labels, hefts)[-1] == "outro"
    assert section_roles(labels, [*hefts[:-1], replace(tail, silent=True)])[-1] == "silence"
