"""Music that begins on its first sample has its first kick, onset, beat and bar there."""

from __future__ import annotations

import numpy as np
import pytest

from glance.audio.analysis import analyse_signal
from glance.audio.decode import SAMPLE_RATE
from glance.audio.lead_in import LEAD_FRAMES, lead_frames_of

RATE = SAMPLE_RATE


def drum_loop(seconds: float, bpm: float, start_s: float = 0.0) -> np.ndarray:
    """Return kick on 1 and 3, snare on 2 and 4, hats in eighths and a bass note that changes with the bar."""
    noise = np.random.default_rng(1)
    signal = np.zeros(round(seconds * RATE))
    beat, t = 60 / bpm, np.arange(round(0.18 * RATE)) / RATE
    kick = np.sin(2 * np.pi * (50 * t + 4 * (1 - np.exp(-30 * t)))) * np.exp(-18 * t)
    snare = (0.6 * noise.normal(size=t.size) + 0.4 * np.sin(2 * np.pi * 190 * t)) * np.exp(-27 * t)
    hat = 0.25 * noise.normal(size=t.size // 4) * np.exp(-120 * t[: t.size // 4])
    for number in range(int((seconds - start_s) / beat) + 1):
        at = start_s + number * beat
        main, gain = (snare, 0.7) if number % 2 else (kick, 0.9 if number % 4 == 0 else 0.7)
        for sound, moment, level in ((main, at, gain), (hat, at, 1.0), (hat, at + beat / 2, 0.7)):
            first = round(moment * RATE)
            part = signal[first : first + sound.size]
            part += level * sound[: part.size]
    time = np.arange(signal.size) / RATE - start_s
    tone = np.where((time // (4 * beat)) % 2 == 0, 55.0, 65.4)
    signal += np.where(time >= 0, 0.15 * np.sin(2 * np.pi * np.cumsum(tone) / RATE), 0.0)
    return (0.6 * signal).astype(np.float32)


@pytest.mark.parametrize("bpm", [90, 120, 174])
def test_beats_and_bars_of_a_loop_are_counted_from_its_first_sample(bpm: float) -> None:
    song = analyse_signal(drum_loop(30.0, bpm), "")
    beats = np.arange(song.beats_s.size) * 60 / bpm
    assert song.beats_s[0] == pytest.approx(0.0, abs=0.005)
    np.testing.assert_allclose(song.beats_s, beats, atol=0.03)
    np.testing.assert_allclose(song.downbeats_s[:8], np.arange(8) * 240 / bpm, atol=0.03)
    assert song.onsets["all"].times_s[0] == pytest.approx(0.0, abs=0.005)
    assert song.onsets["low"].times_s[0] == pytest.approx(0.0, abs=0.005)
    assert song.envelopes.values["kick"][0] > 0.9
    assert song.sections[0].start_s == 0.0
    assert song.sections[-1].end_s == song.duration_s == 30.0


def test_a_key_in_beats_lies_on_its_beat() -> None:
    song = analyse_signal(drum_loop(30.0, 120), "")
    assert round(float(song.grid.time_of_beat(32)) * 12) == 192


def test_no_beat_and_no_onset_lies_behind_the_end() -> None:
    song = analyse_signal(drum_loop(30.0, 120, 0.02), "")
    assert song.beats_s[-1] < song.duration_s - 0.1
    assert song.onsets["all"].times_s[-1] < song.duration_s


def test_a_song_with_a_lead_in_of_its_own_is_heard_as_it_is() -> None:
    song = drum_loop(5.0, 120, 0.25)
    assert lead_frames_of(song) == 0
    assert lead_frames_of(drum_loop(5.0, 120)) == LEAD_FRAMES
    assert lead_frames_of(np.zeros(1000, dtype=np.float32)) == 0
    assert lead_frames_of(np.zeros(0, dtype=np.float32)) == 0


def test_music_that_is_moved_is_heard_alike() -> None:
    at_once, later = analyse_signal(drum_loop(30.0, 120), ""), analyse_signal(drum_loop(30.0, 120, 0.1), "")
    count = min(at_once.beats_s.size, later.beats_s.size)
    np.testing.assert_allclose(at_once.beats_s[:count] + 0.1, later.beats_s[:count], atol=0.01)
    rms = at_once.envelopes.values["rms"]
    assert rms.size == later.envelopes.values["rms"].size


def test_the_first_sample_does_not_make_all_other_hits_small() -> None:
    rng = np.random.default_rng(3)
    signal = (rng.normal(0, 0.05, 8 * SAMPLE_RATE)).astype(np.float32)
    for beat in range(1, 16):
        start = round(beat * 0.5 * SAMPLE_RATE)
        signal[start : start + 2000] += rng.normal(0, 0.4, 2000).astype(np.float32) * np.exp(-np.arange(2000) / 400)
    analysis = analyse_signal(signal, "0" * 64)
    for band in analysis.onsets:
        onsets = analysis.onsets[band]
        later = onsets.strengths[onsets.times_s > 0.25]
        assert later.max() == pytest.approx(1.0), band
