"""Hits against the mix around them: a kick in a full chorus counts as much as one in a bare verse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glance.audio.hits import NAMES, contrast, with_hits
from glance.audio.types import Onsets, Section
from tests.conftest import heard

SECTIONS = (Section(0.0, 20.0, "A", "verse", 0.5), Section(20.0, 40.0, "B", "chorus", 1.0))


def mix() -> tuple[Onsets, NDArray[np.bool_]]:
    """Return onsets of a bare verse and a dense chorus, and which of them are kicks."""
    kicks = np.arange(0.0, 40.0, 0.5)
    noise = np.arange(20.125, 40.0, 0.125)
    noise = noise[np.abs(noise % 0.5) > 1e-6]
    times = np.concatenate([kicks, noise])
    strengths = np.concatenate([np.where(kicks < 20, 0.9, 0.32), np.full(noise.size, 0.15)])
    order = np.argsort(times)
    is_kick = np.concatenate([np.ones(kicks.size, bool), np.zeros(noise.size, bool)])[order]
    return Onsets(times[order], strengths[order].astype(np.float32)), is_kick


def test_a_kick_counts_as_much_in_a_dense_chorus_as_in_a_bare_verse() -> None:
    onsets, is_kick = mix()
    heights = contrast(onsets, SECTIONS).strengths
    verse, chorus = onsets.times_s < 20, onsets.times_s >= 20
    assert np.median(heights[is_kick & verse]) > 0.9
    assert np.median(heights[is_kick & chorus]) > 0.9
    assert np.median(heights[~is_kick]) < 0.4


def test_a_crackle_in_a_part_without_hits_is_no_hit() -> None:
    times = np.concatenate([np.arange(0.0, 20.0, 0.5), np.arange(21.0, 40.0, 3.0)])
    strengths = np.where(times < 20, 0.9, 0.03).astype(np.float32)
    heights = contrast(Onsets(times, strengths), SECTIONS).strengths
    assert heights[times >= 20].max() < 0.15


def test_every_song_gets_the_curves_once_and_keeps_those_it_has() -> None:
    analysis = heard()
    moving = with_hits(analysis)
    assert set(NAMES) <= set(moving.envelopes.values)
    assert with_hits(moving) is moving
    for name, curve in analysis.envelopes.values.items():
        assert moving.envelopes.values[name] is curve
    for name in NAMES:
        curve = moving.envelopes.values[name]
        assert curve.shape == analysis.envelopes.values["rms"].shape
        assert curve.min() >= 0
        assert curve.max() <= 1


def test_onsets_of_several_bands_at_one_moment_are_one_hit() -> None:
    analysis = heard()
    moved = {name: Onsets(found.times_s + late, found.strengths) for late, (name, found) in _late(analysis.onsets)}
    curve = with_hits(replace(analysis, onsets=moved)).envelopes.values["hit"]
    jumps = np.flatnonzero(np.diff(curve) > 0.3) + 1
    assert jumps.size == analysis.onsets["all"].times_s.size


def test_a_song_without_onsets_has_no_hits() -> None:
    none = Onsets(np.zeros(0), np.zeros(0, dtype=np.float32))
    analysis = heard()
    quiet = with_hits(replace(analysis, onsets=dict.fromkeys(analysis.onsets, none)))
    assert all(quiet.envelopes.values[name].max() == 0 for name in NAMES)


def _late(onsets: Mapping[str, Onsets]) -> list[tuple[float, tuple[str, Onsets]]]:
    return list(zip((0.0, 0.006, 0.012, 0.018), onsets.items(), strict=True))
