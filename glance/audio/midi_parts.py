"""A MIDI file's notes and controllers as envelopes and hits: `midi_kick`, `midi_bass_pitch`, `midi_cc74`.

Each part becomes four curves: `midi_bass` jumps to a note's velocity on its start and decays as the song's own hits do,
`midi_bass_velocity` holds the velocity while the note sounds, `midi_bass_pitch` its height (0 and 1 are the part's own
lowest and highest note), `midi_bass_gate` is 1 while a note sounds. A drum has the first two. Starts keep their exact
times besides, so that a hit is on its frame at every frame rate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glance.audio.envelopes import hit_envelope
from glance.audio.stem_names import role_of, sayable
from glance.audio.types import Onsets
from glance.material.types import Control, Material, NotePart

#: Parts and controllers that become envelopes, those with the most notes first.
MOST_PARTS, MOST_CONTROLS = 40, 40
#: Drums of General MIDI by key; all others are `drum_KEY`.
_DRUMS = {
    **dict.fromkeys((35, 36), "kick"),
    **dict.fromkeys((38, 40), "snare"),
    **dict.fromkeys((42, 44, 46), "hat"),
    **dict.fromkeys((41, 43, 45, 47, 48, 50), "toms"),
    **dict.fromkeys((49, 52, 55, 57), "crash"),
    **dict.fromkeys((51, 53, 59), "ride"),
    **dict.fromkeys((37,), "side_stick"),
    **dict.fromkeys((39,), "clap"),
    **dict.fromkeys((54,), "tambourine"),
    **dict.fromkeys((56,), "cowbell"),
    **dict.fromkeys((69, 70, 82), "shaker"),
}
#: Families of General MIDI's programs, eight each.
_FAMILIES = (
    *("piano", "bells", "organ", "guitar", "bass", "strings", "strings", "brass", "woodwinds", "woodwinds", "lead"),
    *("pad", "fx", "ethnic", "percussion", "effects"),
)
_CHOIR = range(52, 55)
#: Shortest time for which a velocity is held, so that a drum's note without length is seen.
_SHORTEST_S = 0.05

Curves = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class MidiCurves:
    """What a file's notes and controllers became.

    Attributes:
        values: Name -> curve (n,) in [0, 1].
        onsets: Name -> the starts of its notes, exact, and their velocities.
        told: What is what, in one sentence; empty without notes.
    """

    values: Curves
    onsets: dict[str, Onsets]
    told: str = ""


def midi_curves(
    material: Material, rate_hz: float, count: int, shift_s: float = 0.0, stretch: float = 1.0
) -> MidiCurves:
    """Return a MIDI file's parts as curves (count,) at `rate_hz`, its times moved as they fit the sound."""
    values: Curves = {}
    onsets: dict[str, Onsets] = {}
    told = []
    for name, parts in _named(material.parts).items():
        notes = _joined(parts, shift_s, stretch)
        if not notes.starts_s.size:
            continue
        hits = Onsets(notes.starts_s, notes.velocities)
        onsets[name] = hits
        values[name] = hit_envelope(hits, count, rate_hz)
        values[f"{name}_velocity"] = _held(notes, notes.velocities, count, rate_hz)
        if notes.key is None:
            values[f"{name}_pitch"] = _held(notes, _heights(notes.pitches), count, rate_hz)
            values[f"{name}_gate"] = _held(notes, np.ones(notes.starts_s.size, dtype=np.float32), count, rate_hz)
        told.append(f"`{name}` ({notes.starts_s.size} notes)")
    for name, control in _named_controls(material.controls).items():
        values[name] = _followed(control, count, rate_hz, shift_s, stretch)
    sentence = f"{material.file}: {', '.join(told)} in formulas." if told else ""
    return MidiCurves(values, onsets, sentence)


def _named(parts: Iterable[NotePart]) -> dict[str, list[NotePart]]:
    """Return the parts by their names in formulas; drums of one name, and what one track plays twice, go together."""
    most = sorted(parts, key=lambda part: -part.starts_s.size)
    named: dict[str, list[NotePart]] = {}
    owner: dict[str, tuple[str, int]] = {}
    for part in most:
        wish = f"midi_{_name(part)}"
        name, number = wish, 2
        while part.key is None and name in owner and owner[name] != (part.track, part.channel):
            name, number = f"{wish}_{number}", number + 1
        if name not in named and len(named) >= MOST_PARTS:
            continue
        owner[name] = (part.track, part.channel)
        named.setdefault(name, []).append(part)
    return dict(sorted(named.items()))


def _name(part: NotePart) -> str:
    if part.key is not None:
        return _DRUMS.get(part.key, f"drum_{part.key}")
    by_name = role_of(part.track) or sayable(part.track)
    family = "choir" if part.program in _CHOIR else _FAMILIES[part.program // 8]
    return by_name or (family if part.program >= 0 else f"channel_{part.channel}")


def _joined(parts: list[NotePart], shift_s: float, stretch: float) -> NotePart:
    """Return parts as one, in the song's time; what lies before its beginning is left out."""
    columns = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("starts_s", "ends_s", "pitches", "velocities")
    ]
    starts, ends = columns[0] * stretch + shift_s, columns[1] * stretch + shift_s
    kept = np.argsort(starts, kind="stable")
    kept = kept[starts[kept] >= -1e-9]
    first = parts[0]
    return NotePart(
        first.track,
        first.channel,
        first.program,
        first.key,
        np.maximum(starts[kept], 0.0),
        ends[kept],
        columns[2][kept],
        columns[3][kept].astype(np.float32),
    )


def _heights(pitches: NDArray[np.int64]) -> NDArray[np.float32]:
    low, high = int(pitches.min()), int(pitches.max())
    return ((pitches - low) / max(1, high - low)).astype(np.float32)


def _held(notes: NotePart, heights: NDArray[np.float32], count: int, rate_hz: float) -> NDArray[np.float32]:
    """Return a curve (count,) that is as high as the last note that began, while it sounds."""
    curve = np.zeros(count, dtype=np.float32)
    begin = np.clip(np.round(notes.starts_s * rate_hz), 0, count).astype(np.int64)
    stop = np.round(np.maximum(notes.ends_s, notes.starts_s + _SHORTEST_S) * rate_hz)
    for start, end, height in zip(
        begin.tolist(), np.clip(stop, 0, count).astype(np.int64).tolist(), heights, strict=True
    ):
        curve[start:end] = height
    return curve


def _named_controls(controls: Iterable[Control]) -> dict[str, Control]:
    """Return the controllers by name: `midi_cc74` where one channel moves it, else `midi_cc74_CHANNEL` for each."""
    most = sorted(controls, key=lambda control: -control.times_s.size)[:MOST_CONTROLS]
    count: dict[str, int] = {}
    for control in most:
        count[control.name] = count.get(control.name, 0) + 1
    named = {}
    for control in most:
        own = f"midi_{control.name}" if count[control.name] == 1 else f"midi_{control.name}_{control.channel}"
        named[own] = control
    return dict(sorted(named.items()))


def _followed(control: Control, count: int, rate_hz: float, shift_s: float, stretch: float) -> NDArray[np.float32]:
    times = control.times_s * stretch + shift_s
    moments = np.arange(count, dtype=np.float64) / rate_hz + 0.5 / rate_hz
    last = np.searchsorted(times, moments, side="right") - 1
    before = 0.5 if control.name == "bend" else float(control.values[0])
    return np.where(last >= 0, control.values[np.maximum(last, 0)], np.float32(before)).astype(np.float32)
