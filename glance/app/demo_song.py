"""Three quarters of a minute of our own music: intro, verse, drop, break, drop, outro at 112 BPM.

Composed and synthesised here with plain numpy, so that a fresh machine has a song with a clear kick, a break without
one, and a part that comes back. Free to use under the project's licence.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SR = 44_100
BPM = 112.0
BEAT_S = 60.0 / BPM
BAR_S = 4 * BEAT_S
#: (name, bars) in order.
PARTS = (("intro", 2), ("verse", 4), ("drop", 4), ("break", 4), ("drop", 4), ("outro", 2))
#: Root and chord of each bar, as MIDI notes: A minor, F, C, G.
_CHORDS = ((57, (57, 60, 64)), (53, (57, 60, 65)), (48, (55, 60, 64)), (55, (55, 59, 62)))
_MELODY = (76, 0, 74, 72, 0, 69, 72, 74)

Signal = NDArray[np.float64]


@dataclass(frozen=True)
class _Mix:
    """The two channels being filled, (2, n)."""

    sound: Signal

    def add(self, note: Signal, at_s: float, gain: float, pan: float = 0.0) -> None:
        """Add a mono note at a time; `pan` from -1 (left) to 1 (right). What sticks out at the end is cut off."""
        start = round(at_s * SR)
        length = min(note.size, self.sound.shape[1] - start)
        for channel, share in enumerate((1 - max(0.0, pan), 1 + min(0.0, pan))):
            self.sound[channel, start : start + length] += note[:length] * gain * share


def demo_song() -> NDArray[np.float32]:
    """Return the song, (2, n) float32 in [-1, 1] at `SR`."""
    n_bars = sum(bars for _, bars in PARTS)
    n_samples = round((n_bars * BAR_S + 1.2) * SR)
    tones, drums = _Mix(np.zeros((2, n_samples))), _Mix(np.zeros((2, n_samples)))
    rng = np.random.default_rng(5)
    sounds = _Sounds(_kick(), _snare(rng), _hat(rng, 0.05), _hat(rng, 0.25))
    bar = 0
    for part, bars in PARTS:
        for number in range(bars):
            at_s = bar * BAR_S
            root, chord = _CHORDS[bar % 4]
            _harmony(tones, part, at_s, root, chord)
            _drums(drums, sounds, part, at_s, last=number == bars - 1)
            if part == "drop":
                _duck(tones.sound, at_s)
            bar += 1
    return _mastered(tones.sound + drums.sound)


def write_demo_song(path: Path) -> Path:
    """Write the song as a 16-bit stereo WAV file and return its path; the folder is made if need be."""
    samples = np.round(demo_song().T * 32767).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SR)
        file.writeframes(samples.tobytes())
    return path


@dataclass(frozen=True)
class _Sounds:
    kick: Signal
    snare: Signal
    hat: Signal
    open_hat: Signal


def _harmony(mix: _Mix, part: str, at_s: float, root: int, chord: Sequence[int]) -> None:
    """Pad in every bar; arpeggio, bass and melody where the part has them."""
    loud_pad = {"intro": 0.035, "verse": 0.03, "drop": 0.07, "break": 0.05, "outro": 0.04}[part]
    for place, note in enumerate(chord):
        mix.add(_pad(note, BAR_S * 1.1), at_s, loud_pad, pan=(-0.5, 0.0, 0.5)[place])
    if part != "outro":
        level = {"intro": 0.035, "verse": 0.05, "drop": 0.05, "break": 0.045}[part]
        for step in range(8):
            note = chord[(0, 1, 2, 1, 2, 1, 0, 2)[step]] + 12
            mix.add(_pluck(note, 0.5), at_s + step * BEAT_S / 2, level, pan=0.4 if step % 2 else -0.4)
    if part in ("verse", "drop"):
        pattern = (0.0, 1.5, 2.0, 3.5) if part == "verse" else (0.5, 1.5, 2.5, 3.5)
        for beat in pattern:
            mix.add(_bass(root - 24, 0.42), at_s + beat * BEAT_S, 0.17 if part == "verse" else 0.24)
    if part == "drop":
        for step, note in enumerate(_MELODY):
            if note:
                mix.add(_lead(note, 0.3), at_s + step * BEAT_S / 2, 0.12)


def _duck(tones: Signal, at_s: float) -> None:
    """Let the tones of one bar make room for a kick on every beat, as a side-chain compressor does."""
    for beat in range(4):
        start, end = (round((at_s + (beat + edge) * BEAT_S) * SR) for edge in (0, 1))
        tones[:, start:end] *= 1 - 0.75 * np.exp(-np.arange(end - start) / (0.11 * SR))


def _drums(mix: _Mix, sounds: _Sounds, part: str, at_s: float, last: bool) -> None:
    kicks = {"verse": (0, 2), "drop": (0, 1, 2, 3), "outro": (0,)}.get(part, ())
    for beat in kicks:
        mix.add(sounds.kick, at_s + beat * BEAT_S, {"verse": 0.7, "drop": 0.95, "outro": 0.5}[part])
    if part in ("verse", "drop"):
        for beat in (1, 3):
            mix.add(sounds.snare, at_s + beat * BEAT_S, 0.50 if part == "drop" else 0.28)
    if part in ("verse", "drop", "intro"):
        for step in range(8):
            off_beat = step % 2 == 1
            sound = sounds.open_hat if off_beat and part == "drop" else sounds.hat
            mix.add(sound, at_s + step * BEAT_S / 2, 0.10 if part == "intro" else 0.16, pan=0.25)
    if last and part == "break":
        for step in range(8):  # a roll that leads back into the drop
            mix.add(sounds.snare, at_s + BAR_S - (8 - step) * BEAT_S / 4, 0.08 + 0.04 * step)


def _time(length_s: float) -> Signal:
    return np.arange(round(length_s * SR)) / SR


def _hertz(note: float) -> float:
    return float(440.0 * 2 ** ((note - 69) / 12))


def _faded(sound: Signal, in_s: float = 0.004, out_s: float = 0.02) -> Signal:
    """Return the sound without clicks at its ends."""
    rise, fall = round(in_s * SR), round(out_s * SR)
    sound[:rise] *= np.linspace(0, 1, rise)
    sound[-fall:] *= np.linspace(1, 0, fall)
    return sound


def _harmonics(note: float, length_s: float, weights: Sequence[float], detune: float = 0.0) -> Signal:
    t = _time(length_s)
    base = _hertz(note + detune)
    return np.asarray(sum(w * np.sin(2 * np.pi * base * (k + 1) * t) for k, w in enumerate(weights)))


def _pad(note: float, length_s: float) -> Signal:
    weights = [1 / (k + 1) ** 1.4 for k in range(8)]
    sound = _harmonics(note, length_s, weights, -0.06) + _harmonics(note, length_s, weights, 0.06)
    return _faded(sound, 0.25, 0.3)


def _pluck(note: float, length_s: float) -> Signal:
    t = _time(length_s)
    bright = _harmonics(note, length_s, [0.0, 0.5, 0.35, 0.25, 0.2]) * np.exp(-t * 18)
    return _faded(_harmonics(note, length_s, [1.0]) * np.exp(-t * 7) + bright)


def _bass(note: float, length_s: float) -> Signal:
    t = _time(length_s)
    return _faded(np.tanh(1.6 * _harmonics(note, length_s, [1.0, 0.6, 0.35, 0.2])) * np.exp(-t * 3))


def _lead(note: float, length_s: float) -> Signal:
    t = _time(length_s)
    return _faded(_harmonics(note, length_s, [1.0, 0.0, 0.5, 0.0, 0.3, 0.0, 0.2]) * np.exp(-t * 5))


def _kick() -> Signal:
    t = _time(0.32)
    phase = 2 * np.pi * (48 * t + 130 / 32 * (1 - np.exp(-t * 32)))
    click = np.exp(-t * 900) * np.sin(2 * np.pi * 1800 * t)
    return _faded(np.sin(phase) * np.exp(-t * 11) + 0.4 * click, 0.0005)


def _snare(rng: np.random.Generator) -> Signal:
    t = _time(0.22)
    body = np.sin(2 * np.pi * 190 * t) * np.exp(-t * 28)
    return _faded(0.6 * body + 0.8 * np.diff(rng.standard_normal(t.size), prepend=0.0) * np.exp(-t * 20), 0.0005)


def _hat(rng: np.random.Generator, length_s: float) -> Signal:
    t = _time(length_s + 0.05)
    noise = np.diff(rng.standard_normal(t.size), n=2, prepend=[0.0, 0.0])
    return _faded(0.35 * noise * np.exp(-t * 3.2 / length_s), 0.0005)


def _mastered(sound: Signal) -> NDArray[np.float32]:
    """Return the mix softly limited, with a fade at its very end."""
    loud = np.tanh(sound * 0.9)
    tail = round(1.0 * SR)
    loud[:, -tail:] *= np.linspace(1, 0, tail)
    return np.asarray(0.89 * loud / np.abs(loud).max(), dtype=np.float32)


if __name__ == "__main__":
    import sys

    print(write_demo_song(Path(sys.argv[1])))  # noqa: T201 - the program's answer
