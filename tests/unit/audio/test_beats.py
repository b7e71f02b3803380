"""Beats, bars and sections of songs whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.audio_truth import SR, Song, clicks, compose, with_pause
from glance.audio.analysis import analyse_signal
from glance.audio.decode import SAMPLE_RATE
from glance.audio.types import SongAnalysis

STEADY = compose("steady", lambda beat: 116.0, (("c", 4), ("ksb", 8), ("kshbcl", 8), ("ksb", 8)))


def at_analysis_rate(signal: np.ndarray, sr: int = SR) -> np.ndarray:
    """Return a signal resampled to SAMPLE_RATE."""
    from math import gcd

    from scipy.signal import resample_poly

    common = gcd(sr, SAMPLE_RATE)
    return resample_poly(signal, SAMPLE_RATE // common, sr // common).astype(np.float32)


def heard(song: Song) -> SongAnalysis:
    return analyse_signal(at_analysis_rate(song.signal), "")


def f_measure(wanted: np.ndarray, found: np.ndarray) -> float:
    import mir_eval

    return float(mir_eval.beat.f_measure(mir_eval.beat.trim_beats(wanted), mir_eval.beat.trim_beats(found)))


@pytest.mark.parametrize(
    "song",
    [
        STEADY,
        compose("fast", lambda beat: 168.0, (("kshbcl", 24),)),
        compose("slow", lambda beat: 72.0, (("kshbc", 12),)),
        compose("swung", lambda beat: 128.0, (("kshbcl", 16),), swing=2 / 3),
        compose("waltz", lambda beat: 150.0, (("khbc", 24),), metre=3),
        compose("drifting", lambda beat: 96.0 + 2.5 * np.sin(beat / 7), (("kshbcl", 14),)),
        compose("changing", lambda beat: 100.0 if beat < 40 else 132.0, (("kshbcl", 20),)),
    ],
    ids=lambda song: song.name,
)
def test_beats_and_bars_are_found_in_time(song: Song) -> None:
    analysis = heard(song)
    assert f_measure(song.beats_s, analysis.beats_s) > 0.95
    assert f_measure(song.downbeats_s, analysis.downbeats_s) > 0.9
    nearest = analysis.beats_s[np.argmin(np.abs(analysis.beats_s[:, None] - song.beats_s), axis=0)]
    assert abs(np.median(nearest - song.beats_s)) < 0.005


def test_the_metre_of_a_waltz_is_three() -> None:
    analysis = heard(compose("waltz", lambda beat: 150.0, (("khbc", 24),), metre=3))
    assert analysis.beats_per_bar == 3
    assert analysis.tempo_bpm == pytest.approx(150.0, abs=0.5)


def test_a_click_track_is_heard_within_ten_milliseconds() -> None:
    times = np.arange(0.37, 20.0, 0.6)
    analysis = analyse_signal(at_analysis_rate(clicks(times, 20.5)), "")
    for found in (analysis.beats_s, analysis.onsets["all"].times_s):
        assert found.size == times.size
        np.testing.assert_allclose(found, times, atol=0.01)


def test_downbeats_are_beats_and_everything_increases() -> None:
    analysis = heard(STEADY)
    assert np.isin(analysis.downbeats_s, analysis.beats_s).all()
    for times in (analysis.beats_s, analysis.downbeats_s, *(onsets.times_s for onsets in analysis.onsets.values())):
        assert (np.diff(times) > 0).all()
    assert analysis.beat_tempo_bpm.shape == analysis.beats_s.shape
    assert analysis.tempo_candidates[0].bpm == pytest.approx(analysis.tempo_bpm, rel=0.05)
    assert [option.score for option in analysis.tempo_candidates] == sorted(
        (option.score for option in analysis.tempo_candidates), reverse=True
    )


def test_there_is_no_beat_in_a_pause_and_the_beat_comes_back_after_it() -> None:
    song = with_pause(STEADY, 60, 7.3)
    analysis = heard(song)
    start, end = song.beats_s[59], song.beats_s[60]
    assert not ((analysis.beats_s > start + 0.1) & (analysis.beats_s < end - 0.1)).any()
    assert f_measure(song.beats_s, analysis.beats_s) > 0.95


@pytest.mark.parametrize("kind", ["silence", "tone", "fading tone"])
def test_what_does_not_beat_has_no_tempo(kind: str) -> None:
    time = np.arange(15 * SAMPLE_RATE) / SAMPLE_RATE
    signal = np.zeros(time.size) if kind == "silence" else 0.5 * np.sin(2 * np.pi * 440 * time)
    if kind == "fading tone":
        signal *= np.linspace(1, 0, time.size)
    analysis = analyse_signal(signal.astype(np.float32), "")
    assert analysis.beats_s.size == 0
    assert analysis.downbeats_s.size == 0
    assert analysis.tempo_bpm == 0
    assert analysis.tempo_candidates == ()
    assert analysis.beats_per_bar == 4
    assert (analysis.sections[0].start_s, analysis.sections[-1].end_s) == (0.0, analysis.duration_s)


def test_three_seconds_are_enough_for_a_tempo() -> None:
    song = compose("short", lambda beat: 120.0, (("kshbc", 2),))
    analysis = analyse_signal(at_analysis_rate(song.signal[: 3 * SR]), "")
    assert analysis.tempo_bpm == pytest.approx(120.0, abs=1.0)
    assert analysis.beats_s.size == 6


@pytest.mark.parametrize("count", [1, 100, 1500])
def test_a_blink_of_sound_is_a_song_without_beats(count: int) -> None:
    analysis = analyse_signal(np.full(count, 0.5, dtype=np.float32), "")
    assert analysis.beats_s.size == 0
    assert analysis.sections[-1].end_s == analysis.duration_s


def test_sections_turn_where_the_instruments_change_and_come_back_under_their_letter() -> None:
    form = (("c", 4), ("ksb", 8), ("kshbcl", 8), ("ksb", 8), ("kshbcl", 8), ("c", 4))
    song = compose("form", lambda beat: 120.0, form)
    sections = heard(song).sections
    inner = np.array([section.start_s for section in sections[1:]])
    wanted = np.array([start for start, _, _ in song.sections[1:]])
    assert inner.size == wanted.size
    np.testing.assert_allclose(inner, wanted, atol=0.05)
    labels = [section.label for section in sections]
    assert labels[1] == labels[3]
    assert labels[2] == labels[4]
    assert len(set(labels[:3])) == 3
    assert sections[0].role == "intro"
    assert sections[2].role in ("chorus", "drop")
    assert sections[2].role == sections[4].role
    assert sections[-1].role == "outro"
