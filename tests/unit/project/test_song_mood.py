"""How a song feels, from its analysis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from glance.audio.tonality import majorness
from glance.project.song_mood import song_mood
from tests.conftest import heard


def test_a_fast_bright_song_is_told_from_a_slow_dark_one() -> None:
    song = heard()

    def mood(tempo: float, level: float) -> tuple[float, float, float]:
        n = song.envelopes.values["rms"].size
        values = dict(song.envelopes.values, rms=np.full(n, 0.5, np.float32))
        values |= {name: np.full(n, level, np.float32) for name in ("brightness", "percussive")}
        told = song_mood(replace(song, tempo_bpm=tempo, envelopes=replace(song.envelopes, values=values)))
        return told.pace, told.brightness, told.drive

    assert all(value > 0.5 for value in mood(160.0, 0.6))
    assert all(value < -0.5 for value in mood(70.0, 0.15))


def test_a_silent_song_without_beats_has_no_mood() -> None:
    song = heard()
    values = {name: np.zeros_like(curve) for name, curve in song.envelopes.values.items()}
    told = song_mood(replace(song, tempo_bpm=0.0, envelopes=replace(song.envelopes, values=values)))
    assert (told.pace, told.brightness, told.drive) == (0.0, 0.0, 0.0)


def test_major_and_minor_triads_are_told_apart_in_every_key() -> None:
    for tonic in range(12):
        for third, sign in ((4, 1.0), (3, -1.0)):
            chroma = np.full((20, 12), 0.05, np.float32)
            for step, power in ((0, 1.0), (third, 0.7), (7, 0.8)):
                chroma[:, (tonic + step) % 12] = power
            assert majorness(chroma) * sign > 0.3


def test_noise_and_silence_are_neither() -> None:
    assert majorness(np.zeros((0, 12), np.float32)) == 0.0
    assert majorness(np.ones((9, 12), np.float32)) == 0.0
