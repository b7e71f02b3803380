"""Effects of time: which frame is seen when. The sound never moves, and no frame is seen before its moment.

They choose among frames that are there already, so a picture may stand still, stutter or rush, and nothing is drawn
for it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from glance.effects.effect import Clock, Columns, Effect, Parameter

#: From this value on an effect of time is on: a frame is held, or it is not.
_ON = 0.5


def freeze(columns: Columns, clock: Clock) -> NDArray[np.int64]:
    """Return which frame is seen: where the value rises, that moment's, for its beats or as long as it is on."""
    on = columns["freeze"] >= _ON
    shown = np.arange(on.size)
    held = -1
    for frame in range(on.size):
        if on[frame] and (frame == 0 or not on[frame - 1]):
            held = frame
        length = columns["freeze_beats"][max(held, 0)]
        if held < 0 or (clock.beats[frame] - clock.beats[held] >= length - 1e-9 if length > 0 else not on[frame]):
            held = -1
            continue
        shown[frame] = held
    return shown


def stutter(columns: Columns, clock: Clock) -> NDArray[np.int64]:
    """Return which frame is seen: while it is on, the piece at its beginning again and again."""
    on = columns["stutter"] >= _ON
    shown = np.arange(on.size)
    begin = 0
    for frame in range(on.size):
        if not on[frame]:
            continue
        if frame == 0 or not on[frame - 1]:
            begin = frame
        piece = columns["stutter_beats"][begin]
        within = (clock.beats[frame] - clock.beats[begin]) % piece
        place = int(np.searchsorted(clock.beats, clock.beats[begin] + within + 1e-9, side="right")) - 1
        shown[frame] = min(max(begin, place), frame)
    return shown


def ramp(columns: Columns, clock: Clock) -> NDArray[np.int64]:
    """Return which frame is seen: each stretch of beats begins slowly and catches up with the song at its end."""
    amount, lengths = columns["ramp"], np.maximum(columns["ramp_beats"], 1e-3)
    begin = np.floor(clock.beats / lengths) * lengths
    share = (clock.beats - begin) / lengths
    late = begin + lengths * share ** (1.0 + 2.0 * amount)
    place = np.searchsorted(clock.beats, late + 1e-9, side="right") - 1
    frames = np.arange(amount.size)
    return np.asarray(np.where(amount > 0, np.clip(place, 0, frames), frames))


FREEZE = Effect(
    "freeze",
    "Freeze",
    "The picture stands still for some beats, and the song goes on.",
    "effects: time",
    (
        Parameter("freeze", 0.0, 1.0, 0.0, "Above a half the picture stands still.", neutral=0.0),
        Parameter("freeze_beats", 0.0, 64.0, 1.0, "For how long; 0 for as long as it is on.", "beats"),
    ),
    show=freeze,
    where="time",
    hit={"freeze": 1.0},
)
STUTTER = Effect(
    "stutter",
    "Stutter",
    "A short piece is seen again and again, and the song goes on.",
    "effects: time",
    (
        Parameter("stutter", 0.0, 1.0, 0.0, "Above a half the picture stutters.", neutral=0.0),
        Parameter("stutter_beats", 0.0625, 4.0, 0.25, "Length of the piece.", "beats"),
    ),
    show=stutter,
    where="time",
    hit={"stutter": 1.0},
)
RAMP = Effect(
    "ramp",
    "Speed ramp",
    "Movement holds back and then rushes to the next beat, as if time did.",
    "effects: time",
    (
        Parameter("ramp", 0.0, 1.0, 0.5, "How far it holds back.", neutral=0.0),
        Parameter("ramp_beats", 0.5, 16.0, 2.0, "Length of a stretch; each ends on a beat.", "beats"),
    ),
    show=ramp,
    where="time",
    hit={"ramp": 1.0},
)
