"""Envelopes follow the parts of a song, and frames take their peaks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.audio_truth import compose
from glance.audio.analysis import analyse_signal
from glance.audio.envelopes import ENVELOPES, follow, hit_envelope, robust_scale, sample_peaks
from glance.audio.types import Envelopes, Onsets, SongAnalysis
from glance.timing import frame_at
from tests.unit.audio.test_beats import at_analysis_rate


@pytest.fixture(scope="module")
def analysis() -> SongAnalysis:
    song = compose("envelopes", lambda beat: 120.0, (("c", 4), ("kshb", 8)))
    return analyse_signal(at_analysis_rate(song.signal), "")


def test_every_song_has_all_envelopes_between_nought_and_one(analysis: SongAnalysis) -> None:
    assert set(analysis.envelopes.values) == set(ENVELOPES)
    sizes = {curve.size for curve in analysis.envelopes.values.values()}
    assert len(sizes) == 1
    for curve in analysis.envelopes.values.values():
        assert curve.dtype == np.float32
        assert curve.min() >= 0.0
        assert curve.max() <= 1.0


def test_drums_are_percussive_and_held_chords_are_harmonic(analysis: SongAnalysis) -> None:
    rate, values = analysis.envelopes.rate_hz, analysis.envelopes.values
    chords, drums = slice(int(1 * rate), int(8 * rate)), slice(int(9 * rate), int(24 * rate))
    assert values["harmonic"][chords].mean() > 2 * values["percussive"][chords].mean()
    assert values["percussive"][drums].mean() > 2 * values["percussive"][chords].mean()
    assert values["low"][drums].mean() > values["low"][chords].mean()


def test_hits_are_silent_between_and_highest_on_their_frame() -> None:
    onsets = Onsets(np.array([0.5, 1.53, 2.2]), np.array([1.0, 0.5, 0.25], dtype=np.float32))
    curve = hit_envelope(onsets, 400, 100.0)
    assert not curve[:49].any()
    assert curve[50] == 1.0
    assert curve[130] == 0.0
    assert curve[153] == pytest.approx(0.5, abs=0.01)
    assert curve[65] == pytest.approx(np.exp(-1), abs=0.03)


@pytest.mark.parametrize("fps", [Fraction(12), Fraction(24000, 1001), Fraction(30), Fraction(60)])
def test_an_event_peaks_at_the_frame_it_belongs_to(fps: Fraction) -> None:
    times = np.array([0.31, 1.0, 1.777, 2.5])
    onsets = Onsets(times, np.ones(4, dtype=np.float32))
    rate = 22050 / 220
    envelopes = Envelopes(rate, {"kick": hit_envelope(onsets, 400, rate)})
    sampled = sample_peaks(envelopes, int(3.5 * fps), fps)["kick"]
    for time in times:
        frame = frame_at(round(time * rate) / rate, fps)
        assert sampled[frame] >= sampled[frame - 2 : frame + 3].max() - 1e-6
        assert sampled[frame] > 0.99


def test_frames_of_a_part_are_those_of_the_whole() -> None:
    rng = np.random.default_rng(0)
    envelopes = Envelopes(100.227, {"rms": rng.random(1000).astype(np.float32)})
    whole = sample_peaks(envelopes, 200, Fraction(24))["rms"]
    part = sample_peaks(envelopes, 50, Fraction(24), start_frame=100)["rms"]
    np.testing.assert_array_equal(part, whole[100:150])


def test_frames_shorter_than_an_envelope_step_read_its_value() -> None:
    envelopes = Envelopes(10.0, {"rms": np.linspace(0, 1, 11).astype(np.float32)})
    sampled = sample_peaks(envelopes, 100, Fraction(100))["rms"]
    assert (sampled[1:] > 0).all()
    assert np.abs(np.diff(sampled)).max() < 0.11


def test_frames_behind_the_song_are_silent() -> None:
    envelopes = Envelopes(100.0, {"rms": np.ones(100, dtype=np.float32)})
    sampled = sample_peaks(envelopes, 48, Fraction(24))["rms"]
    assert (sampled[:24] == 1).all()
    assert not sampled[26:].any()


def test_one_transient_does_not_rescale_the_song() -> None:
    curve = np.full(1000, 0.2, dtype=np.float32)
    active = np.ones(1000, dtype=bool)
    plain = robust_scale(curve, active)
    curve[500] = 20.0
    np.testing.assert_allclose(np.delete(robust_scale(curve, active), 500), np.delete(plain, 500), atol=1e-6)
    assert robust_scale(curve, active)[500] <= 1.0


def test_a_release_falls_to_a_third_in_its_time_and_an_attack_never_delays_the_peak() -> None:
    curve = np.zeros(300, dtype=np.float32)
    curve[100] = 1.0
    followed = follow(curve, 100.0, 50.0, 200.0)
    assert followed.argmax() == 100
    assert followed[120] == pytest.approx(np.exp(-1), abs=0.01)
    assert followed[95] == pytest.approx(np.exp(-1), abs=0.01)
