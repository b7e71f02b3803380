"""Songs whose beats, bars and sections are known exactly, composed from plain waves.

Usage: python -m benchmarks.audio_truth FOLDER     writes NAME.wav and NAME.json for every piece.

Each JSON holds `beats`, `downbeats` (seconds) and `sections` ([start, end, name] or null): what `bench_audio` reads.
"""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SR = 44_100
_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))


@dataclass(frozen=True)
class Song:
    """A composed song and the truth about it; times in seconds, `signal` mono float32 in [-1, 1]."""

    name: str
    signal: np.ndarray
    beats_s: np.ndarray
    downbeats_s: np.ndarray
    sections: tuple[tuple[float, float, str], ...] = ()


def clicks(times_s: np.ndarray, duration_s: float, sr: int = SR) -> np.ndarray:
    """Return short noise bursts that start exactly at the given times."""
    rng = np.random.default_rng(3)
    burst = rng.standard_normal(round(0.02 * sr)) * np.exp(-np.arange(round(0.02 * sr)) / (0.004 * sr))
    signal = np.zeros(round(duration_s * sr))
    for time in times_s:
        _add(signal, burst * 0.5, time, sr)
    return signal.astype(np.float32)


def compose(
    name: str,
    tempo: Callable[[float], float],
    form: tuple[tuple[str, int], ...],
    metre: int = 4,
    start_s: float = 0.3,
    swing: float = 0.5,
) -> Song:
    """Return a song of kick, snare, hat, bass and chords.

    Args:
        name: The song's name.
        tempo: Beats per minute at each beat, counted from 0.
        form: Parts and their lengths in bars; a part names its instruments: any of `k s h b c l` (kick, snare, hat,
            bass, chords, lead).
        metre: Beats per bar.
        start_s: Time of the first beat.
        swing: Where the second eighth of a beat lies, 0.5 straight.
    """
    count = sum(bars for _, bars in form) * metre
    gaps = [60.0 / tempo(beat) for beat in range(count + 1)]
    times = start_s + np.concatenate([[0.0], np.cumsum(gaps)])
    signal = np.zeros(round((times[count] + 1.5) * SR))
    voices = _voices()
    rng = np.random.default_rng(len(name) + count)
    sections, bar = [], 0
    for part, bars in form:
        sections.append((float(times[bar * metre]), float(times[(bar + bars) * metre]), part))
        for number in range(bar, bar + bars):
            _play_bar(
                signal, part, times[number * metre : (number + 1) * metre + 1], _CHORDS[number % 4], swing, voices, rng
            )
        bar += bars
    beats = times[:count]
    signal = (signal * (0.8 / max(np.abs(signal).max(), 1e-9))).astype(np.float32)
    return Song(name, signal, beats, beats[::metre], tuple(sections))


def pieces() -> tuple[Song, ...]:
    """Return the pieces of the benchmark: steady, swung, in three, with changing tempi, with a pause."""
    verse, chorus = "ksb", "kshbcl"
    song_form = (("c", 4), (verse, 8), (chorus, 8), (verse, 8), (chorus, 8), ("c", 4))
    steady = compose("steady_116", lambda beat: 116.0, song_form)
    return (
        steady,
        compose("swung_134", lambda beat: 134.0, ((chorus, 24),), swing=2 / 3),
        compose("waltz_150", lambda beat: 150.0, (("khbc", 32),), metre=3),
        compose("drift_96", lambda beat: 96.0 + 2.5 * np.sin(beat / 7), ((chorus, 20),)),
        compose("faster_84", lambda beat: 84.0 + 0.35 * beat, ((chorus, 28),)),
        compose("change_100", lambda beat: 100.0 if beat < 56 else 132.0, ((chorus, 30),)),
        with_pause(steady, 60, 7.3),
    )


def with_pause(song: Song, beat: int, pause_s: float) -> Song:
    """Return a song with digital silence put in before one of its beats."""
    cut = round((song.beats_s[beat] - 0.01) * SR)
    signal = np.concatenate([song.signal[:cut], np.zeros(round(pause_s * SR), dtype=np.float32), song.signal[cut:]])
    moved = [
        np.where(times > song.beats_s[beat] - 0.005, times + pause_s, times)
        for times in (song.beats_s, song.downbeats_s)
    ]
    return Song(f"pause_{song.name}", signal, moved[0], moved[1])


def write_wav(path: Path, signal: np.ndarray, sr: int = SR) -> None:
    """Write a mono signal in [-1, 1] as 16-bit wav."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sr)
        file.writeframes((np.clip(signal, -1, 1) * 32767).astype("<i2").tobytes())


def _voices() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(11)
    time = np.arange(round(0.25 * SR)) / SR
    kick = np.sin(2 * np.pi * (50 * time + 3.0 * (1 - np.exp(-time * 35)))) * np.exp(-time * 16)
    noise = rng.standard_normal(time.size)
    snare = 0.5 * noise * np.exp(-time * 24) + 0.4 * np.sin(2 * np.pi * 190 * time) * np.exp(-time * 30)
    hat = 0.25 * np.diff(noise, prepend=0.0) * np.exp(-time * 70)
    return {"k": kick, "s": snare, "h": hat}


def _play_bar(
    signal: np.ndarray,
    part: str,
    beats: np.ndarray,
    chord: tuple[int, ...],
    swing: float,
    voices: dict[str, np.ndarray],
    rng: np.random.Generator,
) -> None:
    metre = beats.size - 1
    for index in range(metre):
        start, length = beats[index], beats[index + 1] - beats[index]
        if "k" in part and index % 2 == 0 and (metre == 4 or index == 0):
            _add(signal, voices["k"] * rng.uniform(0.85, 1.0), start)
        if "s" in part and index % 2 == 1:
            _add(signal, voices["s"] * rng.uniform(0.75, 0.9), start)
        if "h" in part:
            _add(signal, voices["h"], start)
            _add(signal, voices["h"] * 0.6, start + swing * length)
        if "b" in part:
            _add(signal, _tone(55 * 2 ** (chord[0] / 12), length * 0.9, 3), start)
        if "l" in part and rng.random() < 0.6:
            note = 880 * 2 ** (chord[rng.integers(3)] / 12)
            _add(signal, 0.25 * _tone(note, length * 0.4, 2), start + rng.choice([0.0, swing]) * length)
    if "c" in part:
        for step in chord:
            _add(signal, 0.25 * _tone(220 * 2 ** (step / 12), beats[-1] - beats[0], 4), beats[0])


def _tone(hz: float, duration_s: float, partials: int) -> np.ndarray:
    time = np.arange(round(duration_s * SR)) / SR
    wave_form = sum(np.sin(2 * np.pi * hz * k * time) / k for k in range(1, partials + 1))
    envelope = np.minimum(time / 0.004, 1.0) * np.exp(-1.5 * time) * np.minimum((duration_s - time) / 0.02, 1.0)
    return 0.4 * wave_form * envelope


def _add(signal: np.ndarray, sound: np.ndarray, time_s: float, sr: int = SR) -> None:
    start = round(time_s * sr)
    end = min(signal.size, start + sound.size)
    signal[start:end] += sound[: end - start]


def write_pieces(folder: Path) -> None:
    """Write all pieces as NAME.wav and NAME.json into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for song in pieces():
        write_wav(folder / f"{song.name}.wav", song.signal)
        truth = {
            "name": song.name,
            "beats": song.beats_s.round(5).tolist(),
            "downbeats": song.downbeats_s.round(5).tolist(),
            "sections": [list(section) for section in song.sections] if len(song.sections) > 2 else None,
        }
        (folder / f"{song.name}.json").write_text(json.dumps(truth))


if __name__ == "__main__":
    write_pieces(Path(sys.argv[1]))
