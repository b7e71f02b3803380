"""What must not matter to the ear: when a song starts, how loud it is, its sampling rate, and silence after it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.audio_truth import compose
from glance.audio.analysis import analyse_signal
from glance.audio.decode import SAMPLE_RATE
from glance.audio.types import SongAnalysis
from tests.unit.audio.test_beats import at_analysis_rate

FEW = settings(max_examples=8, deadline=None)


@cache
def song() -> np.ndarray:
    form = (("hc", 3), ("kshbcl", 9))
    return at_analysis_rate(compose("invariant", lambda beat: 112.0 + np.sin(beat / 5), form).signal)


@cache
def plain() -> SongAnalysis:
    return analyse_signal(song(), "")


@FEW
@given(st.integers(1, 3 * SAMPLE_RATE))
def test_a_later_start_moves_everything_by_as_much(samples: int) -> None:
    shift = samples / SAMPLE_RATE
    moved = analyse_signal(np.concatenate([np.zeros(samples, dtype=np.float32), song()]), "")
    assert moved.beats_s.size == plain().beats_s.size
    np.testing.assert_allclose(moved.beats_s - shift, plain().beats_s, atol=0.004)
    np.testing.assert_allclose(moved.downbeats_s - shift, plain().downbeats_s, atol=0.004)
    assert moved.onsets["low"].times_s.size == pytest.approx(plain().onsets["low"].times_s.size, abs=2)
    inner = [section.start_s - shift for section in moved.sections[1:] if section.start_s - shift > 1.0]
    np.testing.assert_allclose(inner, [section.start_s for section in plain().sections[1:]], atol=0.004)


@FEW
@given(st.floats(-30.0, 6.0))
def test_gain_changes_nothing(decibels: float) -> None:
    louder = analyse_signal((song() * 10 ** (decibels / 20)).astype(np.float32), "")
    np.testing.assert_allclose(louder.beats_s, plain().beats_s, atol=1e-3)
    np.testing.assert_allclose(louder.downbeats_s, plain().downbeats_s, atol=1e-3)
    assert [section.label for section in louder.sections] == [section.label for section in plain().sections]
    for name, curve in plain().envelopes.values.items():
        np.testing.assert_allclose(louder.envelopes.values[name], curve, atol=0.05)


@FEW
@given(st.floats(2.0, 12.0))
def test_silence_after_a_song_adds_no_beat(seconds: float) -> None:
    longer = analyse_signal(np.concatenate([song(), np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)]), "")
    np.testing.assert_allclose(longer.beats_s, plain().beats_s, atol=1e-3)
    np.testing.assert_allclose(longer.downbeats_s, plain().downbeats_s, atol=1e-3)


def test_a_file_at_twice_the_rate_has_the_same_beats(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from scipy.signal import resample_poly

    from benchmarks.audio_truth import write_wav
    from glance.audio.analysis import analyse

    write_wav(tmp_path / "once.wav", song(), SAMPLE_RATE)
    write_wav(tmp_path / "twice.wav", resample_poly(song(), 2, 1), 2 * SAMPLE_RATE)
    once, twice = analyse(tmp_path / "once.wav"), analyse(tmp_path / "twice.wav")
    np.testing.assert_allclose(twice.beats_s, once.beats_s, atol=0.005)
    np.testing.assert_allclose(twice.downbeats_s, once.downbeats_s, atol=0.005)
