"""What real music does and test songs do not: off-beats louder than beats, nothing that pulses, doubts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from benchmarks.audio_truth import compose
from glance.audio.analysis import analyse_signal
from glance.audio.decode import SAMPLE_RATE as SR
from glance.audio.onsets import Flux
from glance.audio.report import summary
from glance.audio.sections import bar_lines
from glance.audio.types import SongAnalysis
from tests.unit.audio.test_beats import at_analysis_rate, f_measure


def house(bpm: float, hats: float, bass: float, seconds: float = 30.0) -> tuple[np.ndarray, np.ndarray]:
    """Return a signal and its beats: a kick on every beat, hats and bass between them, no clap."""
    rng = np.random.default_rng(5)
    high, low = butter(4, 6000, "hp", fs=SR, output="sos"), butter(2, 400, "lp", fs=SR, output="sos")
    period, signal = 60 / bpm, np.zeros(round(seconds * SR))
    beats = np.arange(0.4, seconds - 0.5, period)
    time = np.arange(int(0.3 * SR)) / SR
    kick = np.sin(2 * np.pi * (48 * time + 90 * (1 - np.exp(-time * 40)) / 40)) * np.exp(-time * 9)
    kick += 0.3 * rng.standard_normal(time.size) * np.exp(-time * 400)
    short = np.arange(int(0.12 * SR)) / SR
    long = np.arange(int(period * 0.4 * SR)) / SR
    note = bass * sosfilt(low, (long * 55 % 1) * 2 - 1) * np.minimum(1, (long[-1] - long) * 50)
    for beat in beats:
        hat = hats * sosfilt(high, rng.standard_normal(short.size)) * np.exp(-short * 25)
        for sound, at in ((kick, beat), (hat, beat + period / 2), (note, beat + period / 2)):
            start = round(at * SR)
            end = min(signal.size, start + sound.size)
            signal[start:end] += sound[: end - start]
    return np.clip(signal * 0.5, -1, 1).astype(np.float32), beats


@pytest.mark.parametrize(("bpm", "hats", "bass"), [(124.0, 0.25, 0.4), (132.0, 0.35, 0.3), (118.0, 0.15, 0.5)])
def test_the_beat_is_on_the_kicks_and_not_on_the_hats_between(bpm: float, hats: float, bass: float) -> None:
    signal, beats = house(bpm, hats, bass)
    heard = analyse_signal(signal, "")
    assert f_measure(beats, heard.beats_s) > 0.98
    nearest = heard.beats_s[np.argmin(np.abs(heard.beats_s[:, None] - beats), axis=0)]
    assert abs(np.median(nearest - beats)) < 0.01
    # four on the floor is no waltz
    assert heard.beats_per_bar == 4


def wind(seconds: float = 25.0) -> np.ndarray:
    rng = np.random.default_rng(3)
    swell = np.interp(np.arange(round(seconds * SR)) / SR, np.arange(40), rng.normal(0, 0.7, 40))
    return (0.1 * rng.standard_normal(swell.size) * np.exp(swell)).astype(np.float32)


def test_where_nothing_pulses_no_grid_is_made_up() -> None:
    for signal in (wind(), np.random.default_rng(1).standard_normal(20 * SR).astype(np.float32) * 0.2):
        heard = analyse_signal(signal, "")
        assert heard.beats_s.size == 0
        assert heard.confidence is not None
        assert heard.confidence.passages == ()


def test_without_bars_phrases_start_where_something_starts() -> None:
    starts = np.cumsum([2.3, 1.7, 2.2, 1.9, 2.4, 1.6, 2.1])
    curve = np.zeros(round(15 * 100.0), np.float32)
    curve[np.round(starts * 100).astype(int)] = 1.0
    flux = Flux(100.0, curve, {}, np.ones(curve.size, dtype=bool))
    lines = bar_lines(np.zeros(0), 15.0, flux)
    assert (np.diff(lines) > 0).all()
    assert np.abs(lines[1:-1, None] - starts).min(axis=1).max() < 0.02
    still = bar_lines(np.zeros(0), 15.0, Flux(100.0, np.zeros_like(curve), {}, flux.active))
    np.testing.assert_allclose(np.diff(still)[:-1], 2.0)


def steady() -> SongAnalysis:
    return analyse_signal(at_analysis_rate(compose("steady", lambda beat: 116.0, (("kshbcl", 24),)).signal), "")


def test_a_plain_song_is_heard_with_confidence_and_noise_between_without() -> None:
    sure = steady().confidence
    assert sure is not None
    assert min(sure.beat, sure.bar) > 0.7
    assert sure.passages[0].start_s < 1.0
    assert all(a.end_s == b.start_s for a, b in zip(sure.passages[:-1], sure.passages[1:], strict=True))
    assert all(0 <= share <= 1 for part in sure.passages for share in (part.beat, part.octave, part.bar))


def test_the_report_tells_how_sure_it_is() -> None:
    assert "sure      beat" in summary(steady())
