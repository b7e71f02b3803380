"""Songs made of stamps, in mel power, with exactly known beats, bars and tempi.

    song = make_song(rng, Bank(Path("stamps.npz")), 24.0)      # about 0.05 CPU-s

Power adds where sounds do not beat against each other, so a song is a sum of stamps and no audio is made. A song is a
style, a tempo map, sections in which players come and go, and a master. Everything is drawn from `rng`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.beats.bank import GAIN, Bank
from training.beats.canvas import Canvas, Singer
from training.beats.drums import Drummer, Part
from training.beats.harmony import Harmony
from training.beats.mastering import master
from training.beats.styles import draw_style, steps_per_beat
from training.beats.tempo import Clock, beat_gaps
from training.beats.tuned import Band

_PUMPING = ("house", "trance", "techno", "disco")


@dataclass(frozen=True)
class Song:
    """A song and the truth about it: mel power (frames, 64), times in seconds."""

    mel: np.ndarray
    beats_s: np.ndarray
    downbeats_s: np.ndarray
    style: str
    meter: int
    clock: Clock


def make_song(rng: np.random.Generator, bank: Bank, seconds: float = 24.0) -> Song:
    """Return a new song."""
    name, style = draw_style(rng)
    meter = style.meter
    bpm = float(np.exp(rng.uniform(*np.log(style.bpm))))
    gaps = beat_gaps(rng, bpm, int(seconds * bpm / 60 * 1.7) + 24, style.rubato)
    # most songs are cut out of a longer one
    start = rng.uniform(0.05, 1.6) if rng.random() < 0.4 else -rng.uniform(0, 8) * gaps[0]
    times = start + np.concatenate([[0.0], np.cumsum(gaps)])
    clock = Clock(times, float(rng.choice(style.swing)), 0.5 if style.sixteenths else 1.0)
    canvas = Canvas(rng, bank, clock, seconds)
    kit = bank.kit(rng)
    mix = {role: rng.normal(0, 3.5) for role in GAIN} | {"drums": rng.normal(0, 3) if name != "drums" else 0.0}
    drummer = Drummer(rng, style, kit, clock, mix)
    band = Band(rng, bank, style, Harmony(rng, name, meter), clock)
    singer = Singer(rng, kit)
    steps = drummer.main.get("K", "")
    per = steps_per_beat(len(steps), meter) if steps else 1.0
    kicks = [index / per for index, chance in enumerate(steps) if chance != "." and index / per < meter]
    every, part = int(rng.choice([2, 4, 4, 8])), Part(rng)
    for bar in range(int(np.searchsorted(times, seconds)) // meter + 1):
        if bar and bar % every == 0:
            part = Part(rng)
        if part.drums:
            drummer.play(canvas, bar, part, every)
        if part.bass:
            band.play_bass(canvas, bar, part.level, kicks)
        if part.comp:
            band.play_comp(canvas, bar, part.level)
        if part.lead:
            band.play_second(canvas, bar, part.level)
            band.play_lead(canvas, bar, part.level, singer)
    inside = (times >= 0) & (times < seconds)
    first = np.arange(times.size) % meter == 0
    mel = master(rng, canvas, 0.55 if drummer.family in _PUMPING else 0.15)
    return Song(mel, times[inside], times[inside & first], name, meter, clock)
