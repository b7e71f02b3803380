"""A person's corrections move the beats, the bars and the sections with them."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from glance.audio.corrections import BeatCorrections, apply_corrections
from glance.audio.types import Envelopes, Section, SongAnalysis
from glance.errors import ProjectError

BEATS = np.arange(0.5, 30.0, 0.5)


@pytest.fixture
def analysis() -> SongAnalysis:
    downbeats = BEATS[1::4]
    return SongAnalysis(
        song_hash="",
        duration_s=30.0,
        sr=22050,
        tempo_bpm=120.0,
        beats_s=BEATS,
        beat_tempo_bpm=np.full(BEATS.size, 120.0),
        downbeats_s=downbeats,
        beats_per_bar=4,
        tempo_candidates=(),
        onsets={},
        sections=(
            Section(0.0, float(downbeats[4]), "A", "verse", 0.5),
            Section(float(downbeats[4]), 30.0, "B", "chorus", 1.0),
        ),
        envelopes=Envelopes(100.0, {}),
        peaks=np.zeros((0, 2), dtype=np.float32),
    )


def test_no_correction_changes_nothing(analysis: SongAnalysis) -> None:
    assert apply_corrections(analysis, BeatCorrections()) is analysis


def test_an_offset_moves_beats_bars_and_sections_alike(analysis: SongAnalysis) -> None:
    moved = apply_corrections(analysis, BeatCorrections(offset_ms=40.0))
    np.testing.assert_allclose(moved.beats_s, BEATS + 0.04)
    np.testing.assert_allclose(moved.downbeats_s, analysis.downbeats_s + 0.04)
    assert moved.sections[1].start_s == pytest.approx(analysis.sections[1].start_s + 0.04)
    assert moved.sections[0].end_s == moved.sections[1].start_s
    assert moved.sections[-1].end_s == 30.0


@pytest.mark.parametrize(("factor", "bpm"), [("1/2", 60.0), ("2", 240.0), ("3/2", 180.0), ("2/3", 80.0)])
def test_a_factor_changes_the_tempo_and_keeps_the_first_downbeat_on_a_beat(
    analysis: SongAnalysis, factor: str, bpm: float
) -> None:
    changed = apply_corrections(analysis, BeatCorrections(tempo_factor=factor))
    assert changed.tempo_bpm == pytest.approx(bpm)
    assert np.abs(changed.beats_s - analysis.downbeats_s[0]).min() < 1e-9
    assert np.isin(changed.downbeats_s, changed.beats_s).all()
    assert (np.diff(changed.beats_s) > 0).all()


def test_a_fixed_tempo_is_constant_and_in_phase_with_what_was_heard(analysis: SongAnalysis) -> None:
    shaky = replace(analysis, beats_s=BEATS + np.random.default_rng(0).normal(0, 0.01, BEATS.size))
    fixed = apply_corrections(shaky, BeatCorrections(fixed_bpm=120.0))
    np.testing.assert_allclose(np.diff(fixed.beats_s), 0.5)
    assert np.abs(fixed.beats_s[:, None] - BEATS).min(axis=0).max() < 0.01


def test_taps_near_the_beats_rephase_the_grid_but_keep_its_steadiness(analysis: SongAnalysis) -> None:
    taps = tuple(BEATS[4:10] + 0.12 + np.array([0.01, -0.01, 0.0, 0.01, -0.01, 0.0]))
    tapped = apply_corrections(analysis, BeatCorrections(taps_s=taps))
    np.testing.assert_allclose(np.diff(tapped.beats_s), 0.5)
    assert np.abs(tapped.beats_s - (BEATS[6] + 0.12)).min() < 0.011


def test_taps_at_another_tempo_become_the_grid_over_the_whole_song(analysis: SongAnalysis) -> None:
    taps = tuple(2.0 + 0.65 * np.array([0, 1, 2, 4, 5, 6]))
    tapped = apply_corrections(analysis, BeatCorrections(taps_s=taps))
    assert tapped.tempo_bpm == pytest.approx(60 / 0.65)
    assert tapped.beats_s[0] < 0.65
    assert tapped.beats_s[-1] > 30.0 - 0.65
    assert np.abs(tapped.beats_s[:, None] - np.array(taps)).min(axis=0).max() < 1e-6


def test_a_moved_downbeat_counts_the_bars_from_it_and_takes_the_sections_along(analysis: SongAnalysis) -> None:
    moved = apply_corrections(analysis, BeatCorrections(downbeat_s=5.02))
    assert 5.0 in moved.downbeats_s
    np.testing.assert_allclose(np.diff(moved.downbeats_s), 2.0)
    assert moved.sections[1].start_s in moved.downbeats_s


def test_taps_give_a_grid_to_a_song_without_beats(analysis: SongAnalysis) -> None:
    silent = replace(analysis, beats_s=np.zeros(0), downbeats_s=np.zeros(0), beat_tempo_bpm=np.zeros(0), tempo_bpm=0.0)
    tapped = apply_corrections(silent, BeatCorrections(taps_s=(1.0, 2.0, 3.0), downbeat_s=2.0))
    assert tapped.tempo_bpm == pytest.approx(60.0)
    assert 2.0 in np.round(tapped.downbeats_s, 9)


@pytest.mark.parametrize(
    ("corrections", "field"),
    [
        (BeatCorrections(offset_ms=9000.0), "offset_ms"),
        (BeatCorrections(offset_ms=float("nan")), "offset_ms"),
        (BeatCorrections(tempo_factor="5"), "tempo_factor"),
        (BeatCorrections(fixed_bpm=0.0), "fixed_bpm"),
        (BeatCorrections(taps_s=(-1.0, 2.0)), "taps_s"),
        (BeatCorrections(downbeat_s=-1.0), "downbeat_s"),
    ],
)
def test_a_correction_out_of_range_names_its_field(
    analysis: SongAnalysis, corrections: BeatCorrections, field: str
) -> None:
    with pytest.raises(ProjectError) as caught:
        apply_corrections(analysis, corrections)
    assert caught.value.field == f"song.corrections.{field}"


def test_corrections_survive_a_project_file() -> None:
    corrections = BeatCorrections(offset_ms=-12.5, tempo_factor="2", taps_s=(1.0, 1.5), downbeat_s=3.0)
    text = json.dumps(msgspec.to_builtins(corrections))
    assert msgspec.json.decode(text, type=BeatCorrections) == corrections


def test_half_a_beat_moves_beats_bars_and_sections_to_the_off_beat(analysis: SongAnalysis) -> None:
    moved = apply_corrections(analysis, BeatCorrections(shift_beats=0.5))
    np.testing.assert_allclose(moved.beats_s[:-1], BEATS[:-1] + 0.25)
    np.testing.assert_allclose(moved.downbeats_s[:-1], analysis.downbeats_s[:-1] + 0.25)
    assert moved.sections[1].start_s in moved.downbeats_s
    back = apply_corrections(analysis, BeatCorrections(shift_beats=-0.5))
    np.testing.assert_allclose(back.beats_s[:5], BEATS[:5] - 0.25)


def test_half_a_beat_at_a_pause_is_half_of_a_usual_beat(analysis: SongAnalysis) -> None:
    paused = np.concatenate([BEATS[:20], BEATS[20:] + 7.0])
    moved = apply_corrections(
        replace(analysis, beats_s=paused, downbeats_s=paused[1::4], duration_s=40.0), BeatCorrections(shift_beats=0.5)
    )
    np.testing.assert_allclose(moved.beats_s, paused + 0.25)


@pytest.mark.parametrize("shift", [-5, -1, 1, 2, 3, 4, 7])
def test_the_one_moves_beat_by_beat(analysis: SongAnalysis, shift: int) -> None:
    moved = apply_corrections(analysis, BeatCorrections(bar_shift=shift))
    np.testing.assert_array_equal(moved.beats_s, BEATS)
    index = np.searchsorted(BEATS, moved.downbeats_s)
    assert (index % 4 == (1 + shift) % 4).all()
    assert (np.diff(index) == 4).all()
    assert index[0] < 4
    assert index[-1] > BEATS.size - 6


@pytest.mark.parametrize("wrong", [{"shift_beats": 1.0}, {"shift_beats": float("nan")}, {"bar_shift": 99}])
def test_a_shift_out_of_range_names_its_field(analysis: SongAnalysis, wrong: dict[str, float]) -> None:
    with pytest.raises(ProjectError) as caught:
        apply_corrections(analysis, BeatCorrections(**wrong))  # type: ignore[arg-type]
    assert caught.value.field == f"song.corrections.{next(iter(wrong))}"


def test_a_project_of_before_has_no_shifts() -> None:
    old = '{"offset_ms": 5.0, "tempo_factor": "2", "fixed_bpm": null, "taps_s": [], "downbeat_s": null}'
    corrections = msgspec.json.decode(old, type=BeatCorrections)
    assert (corrections.shift_beats, corrections.bar_shift) == (0.0, 0)
