"""What bass, accompaniment and lead play in a bar: moments in beats, pitches, lengths."""

from __future__ import annotations

import numpy as np

from training.beats.bank import Bank, Voice
from training.beats.canvas import Canvas, Singer
from training.beats.harmony import Harmony
from training.beats.styles import Style
from training.beats.tempo import Clock

_SHORT = ("off8", "skank", "chank", "off24", "pah", "chug", "gallop")
#: Rhythms that melodies are made of: lengths in beats, negative for a rest.
_CELLS = (
    *([1.0], [0.5, 0.5], [0.5, 0.5], [0.75, 0.25], [0.25, 0.25, 0.5], [0.5, 0.25, 0.25], [0.25] * 4),
    *([-1.0], [-0.5, 0.5], [1.5, 0.5], [2.0], [0.5, 1.0, 0.5], [-0.5, 1.0, 0.5]),
)
_SWUNG = (
    *([1.0], [0.5, 0.5], [0.5, 0.5], [-0.5, 0.5], [1.5, 0.5], [0.5, 1.0, 0.5], [-1.0]),
    *([1 / 3] * 3, [2.0]),
)
_RAG = (
    *([0.25, 0.5, 0.25], [0.25, 0.5, 0.25, 0.5, 0.5], [0.5, 0.25, 0.25], [0.25] * 4),
    *([0.25, 0.5, 0.5, 0.5, 0.25], [0.5, 0.5]),
)
_RAPPED = ([0.25] * 4, [0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [-0.25, 0.25, 0.25, 0.25], [0.75, 0.25], [-1.0])


class Band:
    """The tuned instruments of one song."""

    def __init__(self, rng: np.random.Generator, bank: Bank, style: Style, harmony: Harmony, clock: Clock) -> None:
        self._rng, self._harmony, self._clock, self.meter = rng, harmony, clock, style.meter
        self.bass, self.comp, self.lead = (str(rng.choice(modes)) for modes in (style.bass, style.comp, style.lead))
        self._bass_voice = bank.voice(rng, style.bass_programs)
        self._comp_voice = bank.voice(rng, style.comp_programs)
        self._lead_voice = bank.voice(rng, style.lead_programs)
        self._pad_voice = bank.voice(rng, [88, 89, 90, 48, 50, 52])
        second = rng.random() < 0.35
        self._second = (str(rng.choice(style.comp)), bank.voice(rng, style.comp_programs)) if second else None
        self._pad, self._pedal = rng.random() < 0.25, rng.random() < style.pedal
        self._mix = {name: rng.normal(0, 3.5) for name in ("bass", "comp", "lead", "pad", "second")}
        self._cells = _cells(self.lead, style)
        self._riff = self._rhythm(self.meter * int(rng.choice([1, 1, 2])))
        self._riff_steps = [int(step) for step in rng.integers(0, 8, len(self._riff))]
        self._riff_length = self.meter * (2 if self._riff and self._riff[-1][0] >= self.meter else 1)
        self._own = self._own_rhythm(style.sixteenths)
        self._step = int(rng.integers(5, 12))
        self._shift = float(rng.choice([0, 0, 0, -0.5, 0.5])) if self.lead.startswith("vocal") else 0.0
        self._sparseness = rng.uniform(0.3, 0.6)
        self._root = harmony.root

    # --- bass ---------------------------------------------------------------------------------------------------------

    def play_bass(self, canvas: Canvas, bar: int, level: float, kicks: list[float]) -> None:
        """Play a bar of bass; `kicks` are the beats of the bar that the drummer's kick is on."""
        if self.bass == "none":
            return
        start = bar * self.meter
        spots = [spot for spot in self._bass_spots(bar, kicks) if spot < self.meter] or [0.0]
        ends = [*spots[1:], float(self.meter)]
        for number, (spot, end) in enumerate(zip(spots, ends, strict=True)):
            pitch, octave = self._bass_pitch(start, spot, number), 12 if self.bass == "octave" and number % 2 else 0
            length = max(0.2, (end - spot) * (0.95 if self._rng.random() < 0.8 else 0.5))
            stamp = self._bass_voice.near(pitch, self._bass_voice.lowest + octave)
            db = -5 + self._mix["bass"] + level + self._rng.normal(0, 1)
            canvas.note("bass", stamp, start + self._clock.warp(spot), db, length)

    def _bass_spots(self, bar: int, kicks: list[float]) -> list[float]:
        meter = self.meter
        quarters, halves = [float(beat) for beat in range(meter)], [half / 2 for half in range(2 * meter)]
        fixed: dict[str, list[float]] = {
            "root1": [0.0], "long": [0.0], "root13": [0.0, 2.0] if meter == 4 else [0.0], "two": [0.0, 2.0],
            "oompah": [0.0, 2.0], "quarters": quarters, "walk": quarters, "oom8": quarters, "eighths": halves,
            "octave": halves, "boogie": halves, "off8": [beat + 0.5 for beat in quarters], "tresillo": [0.0, 1.5, 3.0],
            "tumbao": [1.5, 3.0], "off3": [beat + part for beat in quarters for part in (0.25, 0.5, 0.75)],
            "gallop": [beat + part for beat in quarters for part in (0.0, 0.5, 0.75)],
            "chug": [step / 4 for step in range(4 * meter)], "sync": self._own, "kick": kicks or [0.0],
        }  # fmt: skip
        if self.bass == "reggae":
            return [spot for spot in (0.0, 1.5, 2.0, 2.5, 3.5) if (spot * 7 + bar) % 5 > 1 or spot == 2]
        return fixed[self.bass]

    def _bass_pitch(self, start: float, spot: float, number: int) -> int:
        chord = self._harmony.chord(start + spot)
        if self.bass == "walk" and number:
            # the last beat leads into the next bar's root
            if number == self.meter - 1:
                return self._harmony.chord(start + self.meter)[0] + int(self._rng.choice([-1, 1, 2]))
            return int(self._rng.choice(chord))
        if self.bass == "boogie":
            steps = (0, 0, 4, 4, 7, 7, 9, 9) if self._clock.swing > 0.52 else (0, 7, 9, 7)
            return chord[0] + steps[number % len(steps)]
        return chord[0] + (7 if self.bass in ("oompah", "oom8", "two") and number % 2 else 0)

    # --- accompaniment ------------------------------------------------------------------------------------------------

    def play_comp(self, canvas: Canvas, bar: int, level: float) -> None:
        """Play a bar of accompaniment, and of pads where there are any."""
        self._comp(canvas, bar, self.comp, self._comp_voice, -11 + self._mix["comp"] + level)
        if self._pad:
            for pitch in self._harmony.chord(bar * self.meter):
                stamp = self._pad_voice.near(pitch, max(self._pad_voice.lowest, 52))
                db = -16 + self._mix["pad"] + level + self._rng.normal(0, 1.2)
                canvas.note("comp", stamp, bar * self.meter, db, self.meter)

    def play_second(self, canvas: Canvas, bar: int, level: float) -> None:
        """Play a bar of the second accompaniment, where there is one."""
        if self._second is not None:
            self._comp(canvas, bar, *self._second, -11 + self._mix["second"] + level)

    def _comp(self, canvas: Canvas, bar: int, mode: str, voice: Voice, db: float) -> None:
        if mode == "none":
            return
        low = max(voice.lowest, 52)
        if mode.startswith("arp") or mode in ("alberti", "broken8", "broken3"):
            self._broken(canvas, bar, mode, voice, db)
        elif mode == "sparse":
            self._sparse(canvas, bar, voice, low, db)
        else:
            self._chords(canvas, bar, mode, voice, db)

    def _broken(self, canvas: Canvas, bar: int, mode: str, voice: Voice, db: float) -> None:
        """Chords one note after the other; `broken` ones start with their bass, as a left hand does."""
        start = bar * self.meter
        step = {"arp8": 0.5, "arp16": 0.25, "arp3": 1 / 3, "alberti": 0.5, "broken8": 0.5, "broken3": 1 / 3}[mode]
        orders = ((0, 1, 2, 1), (0, 1, 2, 3), (0, 2, 1, 3), (3, 2, 1, 0))
        order = (0, 2, 1, 2) if mode == "alberti" else orders[self._root % 4]
        low = max(voice.lowest, 52)
        for index in range(round(self.meter / step)):
            place = index * step
            chord = self._harmony.chord(start + place)
            chord = [*chord, chord[0] + 12]
            tone = index % 3 if mode == "arp3" else order[index % 4] % len(chord)
            pitch = low + (chord[0] - low) % 12 + chord[tone] - chord[0]
            if mode.startswith("broken"):
                first = index % round(self.meter / step / (2 if self.meter == 4 else 1)) == 0
                pitch += -24 if first else 0
            played = place if step == 1 / 3 else self._clock.warp(place)
            accent = 1.5 if place % 1 == 0 else 0.0
            length = self.meter - place if self._pedal else step * 1.2
            canvas.note("comp", voice.at(pitch), start + played, db + self._rng.normal(0, 1.5) + accent, length)

    def _sparse(self, canvas: Canvas, bar: int, voice: Voice, low: int, db: float) -> None:
        rng, meter = self._rng, self.meter
        spots = [0.0, *(float(beat) for beat in range(1, meter) if rng.random() < self._sparseness)]
        spots += [beat + 0.5 for beat in range(meter) if rng.random() < self._sparseness / 5]
        for spot in spots:
            chord = self._harmony.chord(bar * meter + spot)
            for pitch in chord if rng.random() < 0.2 else [int(rng.choice(chord))]:
                length = 3 if self._pedal else 1
                canvas.note("comp", voice.near(pitch, low), bar * meter + spot, db + 4 + rng.normal(0, 1.2), length)

    def _chords(self, canvas: Canvas, bar: int, mode: str, voice: Voice, db: float) -> None:
        rng, start = self._rng, bar * self.meter
        low = max(voice.lowest, 40 if mode in ("chug", "gallop") else 52)
        spots = [spot for spot in self._chord_spots(mode, bar) if spot < self.meter]
        ends = [*spots[1:], float(self.meter)]
        for number, (spot, end) in enumerate(zip(spots, ends, strict=True)):
            chord = self._harmony.chord(start + max(spot, 0))
            chord = chord[:2] if mode in ("chug", "gallop") else chord
            chord = [chord[number % len(chord)]] if mode == "inner" else chord
            short = 0.45 if mode in _SHORT and rng.random() < 0.85 else 0.95
            length = self.meter - spot if self._pedal else (end - spot) * short
            accent = 2 if mode in ("eighths", "chug", "strum", "shuf") and spot % 1 == 0 else 0
            for pitch in chord:
                beat = start + self._clock.warp(spot)
                canvas.note("comp", voice.near(pitch, low), beat, db + accent + rng.normal(0, 1.2), length)

    def _chord_spots(self, mode: str, bar: int) -> list[float]:
        meter, rng = self.meter, self._rng
        quarters, halves = [float(beat) for beat in range(meter)], [half / 2 for half in range(2 * meter)]
        fixed: dict[str, list[float]] = {
            "whole": [0.0], "pad": [0.0], "half": [0.0, 2.0] if meter == 4 else [0.0], "quarters": quarters,
            "eighths": halves, "shuf": halves, "boogie": halves, "off8": [beat + 0.5 for beat in quarters],
            "skank": [beat + part for beat in quarters for part in (0.5, 0.75)], "off24": quarters[1::2],
            "strum": [0.0, 1.0, 1.5, 2.5, 3.0, 3.5] if meter == 4 else [0.0, 1.0, 1.5, 2.0, 2.5],
            "charleston": [0.0, 1.5], "sync": self._own, "pah": quarters[1:],
            "gallop": [beat + part for beat in quarters for part in (0.0, 0.5, 0.75)],
            "montuno": [0.0, 1.0, 1.5, 2.5, 3.5], "anticip": [-0.5, 1.5] if bar else [0.0, 1.5],
        }  # fmt: skip
        if mode == "chug":
            return [step / 4 for step in range(4 * meter) if (step * 5 + self._root) % 7 or step % 4 == 0]
        if mode == "chank":
            return [step / 4 for step in range(4 * meter) if rng.random() < 0.5]
        if mode == "comp":
            return sorted(spot for spot in (0.5, 1.5, 2.0, 3.5, 0.0, 2.5) if rng.random() < 0.4) or [1.5]
        if mode == "inner":
            return [half for half in halves if rng.random() < 0.6 or half % 2 == 0]
        return fixed[mode]

    # --- lead ---------------------------------------------------------------------------------------------------------

    def play_lead(self, canvas: Canvas, bar: int, level: float, singer: Singer) -> None:
        """Play or sing a bar of melody."""
        if self.lead in ("none", "inner"):
            return
        rng, voice, start = self._rng, self._lead_voice, bar * self.meter
        low = int(np.clip(61 + self._root, voice.lowest, max(voice.lowest, voice.highest - 14)))
        for place, length, step in self._lead_notes(start):
            self._step = int(np.clip(self._step + rng.integers(-2, 3), 2, 14)) if step is None else step + 4
            pitch = self._harmony.degree(self._step)
            if place == int(place) and rng.random() < 0.6:
                pitch = int(rng.choice(self._harmony.chord(start + place)))
            high = 12 if self._step > 9 and low + 24 < voice.highest else 0
            stamp = voice.at(low + (pitch - low) % 12 + high)
            beat = start + self._clock.warp(max(0, place + (self._shift if step is None else 0)))
            db, held = -7 + self._mix["lead"] + level + rng.normal(0, 1.5), length * rng.uniform(0.7, 1.0)
            if self.lead.startswith("vocal"):
                canvas.sung(stamp, beat, db, held, singer)
            else:
                canvas.note("lead", stamp, beat, db, held)

    def _lead_notes(self, start: int) -> list[tuple[float, float, int | None]]:
        """Return (place in the bar, length, step of the scale; None for a free melody)."""
        meter = self.meter
        if self.lead == "arp":
            return [(step / 4, 0.25, step * 2 % 7) for step in range(4 * meter)]
        if self.lead == "riff":
            behind = start % self._riff_length
            notes = zip(self._riff, self._riff_steps, strict=True)
            return [(beat - behind, length, step) for (beat, length), step in notes if 0 <= beat - behind < meter]
        if self.lead == "sparse":
            spots = [half / 2 for half in range(2 * meter) if self._rng.random() < 0.2]
            return [(spot, 1.0, int(self._rng.integers(7))) for spot in spots]
        return [(beat, length, None) for beat, length in self._rhythm(meter)]

    def _rhythm(self, total: float) -> list[tuple[float, float]]:
        """Return notes (beat, length) that fill `total` beats."""
        notes, beat = [], 0.0
        while beat < total - 1e-6:
            for length in self._cells[self._rng.integers(len(self._cells))]:
                if length > 0 and beat < total:
                    notes.append((beat, min(length, total - beat)))
                beat += abs(length)
        return notes

    def _own_rhythm(self, sixteenths: bool) -> list[float]:
        """Return the syncopated beats that bass or accompaniment of this song insist on."""
        rng = self._rng
        first = 0.0 if rng.random() < 0.75 else 0.5
        grid = np.arange(0, self.meter, 0.25 if sixteenths or rng.random() < 0.4 else 0.5)
        return sorted({first, *(float(beat) for beat in rng.choice(grid, rng.integers(2, 6), replace=False))})


def _cells(lead: str, style: Style) -> tuple[list[float], ...]:
    if lead == "rag":
        return _RAG
    if lead == "vocal16":
        return _RAPPED
    return _SWUNG if max(style.swing) > 0.58 and not style.sixteenths else _CELLS
