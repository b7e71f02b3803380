"""Deforum's reading of a schedule, said in GLANCE's grammar.

Both read most texts alike. Where Deforum differs, the text is rewritten so that evaluating it here gives what Deforum
gives: a number is only what has digits, a sign and a point (`1e-3` and `1.` are formulas there, and hold); brackets
and quotes count for nothing around a number; keys outside the animation are dropped, without a ramp towards them.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from glance.errors import ScheduleError
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import Curve, Key, PlainKeys, frame_of, is_number, number_text
from glance.schedule.expression import Scope, compile_expression
from glance.schedule.parse import format_schedule, parse_schedule
from glance.schedule.signals import Signals
from glance.timing import BeatGrid

_NUMBER = re.compile(r"[+-]?\d*(?:\.\d+)?", re.ASCII)
#: What a plain number may look like without being one to Deforum: `1e-3`, `1.`, `( 1 )`.
_SUSPECT = re.compile(r"\d[eE]|\d\.(?!\d)|\(\s|\s\)")
_FUNCTIONS = {"sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh"}
_FUNCTIONS |= {"arctanh", "exp", "expm1", "log", "log10", "log1p", "sqrt", "abs", "floor", "ceil"}


@dataclass(frozen=True)
class Translated:
    """A schedule in the other program's grammar.

    Attributes:
        text: The schedule.
        notes: What was read or written differently, in sentences.
    """

    text: str
    notes: tuple[str, ...] = ()


def still_signals(n_frames: int, seed: int) -> Signals:
    """Return signals of a song that is not known yet: enough for Deforum's own names."""
    return Signals(n_frames, Fraction(15), seed, BeatGrid(np.zeros(0)), {})


def from_deforum(text: str, channel: str, n_frames: int, seed: int) -> Translated:
    """Return a Deforum schedule in GLANCE's grammar, so that both evaluate alike in frames `[0, n_frames)`.

    Raises:
        ScheduleError: The text is no schedule even in GLANCE's wider grammar.
    """
    if channel in CHANNELS and CHANNELS[channel].kind == "text":
        parse_schedule(text, channel)
        return Translated(text.strip())
    notes: list[str] = []
    cut = _cut_at_second_colons(text)
    if cut != text:
        notes.append("has a second colon in a key, after which Deforum reads nothing; neither does GLANCE")
        text = cut
    try:
        curve = parse_schedule(text, channel)
    except ScheduleError as error:
        text = _as_deforum_splits(text)
        if not text:
            raise
        try:
            curve = parse_schedule(text, channel)
        except ScheduleError:
            raise error from None
        notes.append(f"is odd ({error.hint}) and was read as Deforum reads it")
    keys = _as_deforum_reads(curve, text)
    signals = still_signals(n_frames, seed)
    frames = _frames(curve, keys, signals)
    notes += _overwritten(cut, keys, frames)
    inside = (frames >= 0) & (frames < n_frames)
    if not inside.all() and inside.any():
        keys = _without_ramp(keys, frames, n_frames)
        notes.append(f"has keys outside its {n_frames} frames, which Deforum drops; the value is held there instead")
    if inside.any() and not (frames[inside] == 0).any():
        notes.append("has no key at frame 0, which stops Deforum; its first value holds from the start")
    defined = _where_defined(dataclasses.replace(curve, keys=keys), signals)
    if defined is not keys:
        keys = defined
        notes.append(
            "has no finite value in some frames; those are filled in from their neighbours, as Deforum fills what is "
            "no number (what is infinite it passes on), and the rest is numbers now"
        )
    if keys is curve.keys:
        return Translated(text.strip(), tuple(notes))
    return Translated(format_schedule(dataclasses.replace(curve, keys=keys)), tuple(notes))


def _as_deforum_splits(text: str) -> str:
    """Return a schedule that cannot be read, cut as Deforum cuts it; empty where Deforum stops, too.

    It cuts at every comma, overwrites a key that comes again before it looks at values, and takes what is a number
    without any brackets and quotes for one: `(0).3` is 0.3.
    """
    found: dict[str, str] = {}
    for piece in text.strip().rstrip(",").split(","):
        time, colon, value = piece.partition(":")
        if not colon:
            return ""
        bare = re.sub(r"[\"'()\s]", "", value)
        found[time.strip().strip("\"'")] = bare if bare and _NUMBER.fullmatch(bare) else value.strip()
    return ", ".join(f"{_quoted(time)}:{value}" for time, value in found.items())


def _overwritten(text: str, keys: PlainKeys | tuple[Key, ...], frames: NDArray[np.int64]) -> list[str]:
    """Return a note where a frame has several keys of different values: the last one counts, there and here."""
    values: dict[str, set[str]] = {}
    for piece in text.split(","):
        time, _, value = piece.partition(":")
        if time.strip().isdigit():
            values.setdefault(time.strip(), set()).add(re.sub(r"[()\s]", "", value))
    twice = [time for time, found in values.items() if len(found) > 1]
    if not twice and np.unique(frames).size == frames.size:
        return []
    if not twice:
        ordered = [(frame, key.value) for frame, key in zip(frames.tolist(), keys, strict=True)]
        held = dict(ordered)
        twice = [str(frame) for frame, value in ordered if held[frame] != value]
    return [f"lists frame {', '.join(twice[:3])} more than once; the last one counts, as in Deforum"] if twice else []


def scaled(text: str, channel: str, factor: float) -> str:
    """Return a schedule whose value is `factor` times the old one in every frame."""
    curve = parse_schedule(text, channel)
    if isinstance(curve.keys, PlainKeys):
        # Adding 0 turns -0.0 into 0.0.
        plain = PlainKeys(curve.keys.frames, curve.keys.values * factor + 0.0)
        return format_schedule(dataclasses.replace(curve, keys=plain))
    keys = tuple(dataclasses.replace(key, value=_times(key.value, factor)) for key in curve.keys)
    return format_schedule(dataclasses.replace(curve, keys=keys))


def readable_by_deforum(text: str, channel: str) -> bool:
    """Return whether Deforum reads this schedule, and reads it as GLANCE does.

    That leaves keys at whole frames or formulas of max_f and s, numbers, and formulas of t, s and max_f without
    commas; no easings. There must be a key at frame 0.
    """
    curve = parse_schedule(text, channel)
    keys = list(curve.keys)
    if not any(key.time.isdigit() and int(key.time) == 0 for key in keys):
        return False
    return all(_plain_time(key.time) and not key.easing and _plain_value(key.value) for key in keys)


def deforum_text(text: str, channel: str) -> str:
    """Return a schedule that `readable_by_deforum` accepted with every value in brackets, as Deforum writes them."""
    curve = parse_schedule(text, channel)
    values = [_decimal(float(key.value)) if is_number(key.value) else key.value for key in curve.keys]
    return ", ".join(f"{_quoted(key.time)}:({value})" for key, value in zip(curve.keys, values, strict=True))


def prompt_formula_for_deforum(formula: str) -> bool:
    """Return whether Deforum works out a formula inside a prompt, and as GLANCE does.

    It puts the frame number in the place of every letter t, so that names with a t in them are out.
    """
    calls = set(re.findall(r"([A-Za-z_]\w*)\s*\(", formula))
    words = set(re.findall(r"[A-Za-z_]\w*", formula)) - calls
    return calls <= {name for name in _FUNCTIONS | {"where"} if "t" not in name} and words <= {"t", "max_f"}


def _quoted(time: str) -> str:
    return time if time.isdigit() else f'"{time}"'


def _times(value: str, factor: float) -> str:
    if is_number(value):
        return number_text(float(value) * factor + 0.0)
    return f"-({value})" if factor == -1 else f"{factor!r}*({value})"


def _plain_time(time: str) -> bool:
    if time.isdigit():
        return True
    if re.search(r"[,:.]|\d[a-z]", time):
        return False
    return set(compile_expression(time).names) <= {"max_f", "s"}


def _plain_value(value: str) -> bool:
    if is_number(value):
        return True
    if "," in value or ":" in value:
        return False
    calls = set(re.findall(r"([A-Za-z_]\w*)\s*\(", value))
    words = set(re.findall(r"[A-Za-z_]\w*", value)) - calls
    return calls <= _FUNCTIONS and words <= {"t", "s", "max_f"}


def _cut_at_second_colons(text: str) -> str:
    """Return the text as far as Deforum reads it: of each piece between commas, what two colons enclose."""
    if text.count(":") <= text.count(",") + 1:
        return text
    return ",".join(":".join(piece.split(":")[:2]) for piece in text.split(","))


def _as_deforum_reads(curve: Curve, text: str) -> PlainKeys | tuple[Key, ...]:
    """Return keys whose values are numbers just where Deforum sees numbers; the curve's own where nothing differs."""
    own = curve.keys if isinstance(curve.keys, PlainKeys) else tuple(curve.keys)
    if isinstance(own, PlainKeys) and not _SUSPECT.search(text):
        return own
    pieces = text.strip().rstrip(",").split(",")
    if len(pieces) != len(own):
        return own  # a comma within a value stops Deforum, so there is no reading to match
    keys = tuple(_read(key, piece.split(":")[-1].strip()) for key, piece in zip(own, pieces, strict=True))
    return own if keys == tuple(own) else keys


def _read(key: Key, source: str) -> Key:
    # Deforum takes brackets and quotes away, but not the blanks inside them: `( 0.5 )` is a formula there.
    bare = re.sub(r"[\"'()]", "", source)
    if bare and _NUMBER.fullmatch(bare):
        return key if is_number(key.value) else dataclasses.replace(key, value=number_text(float(bare)))
    if is_number(key.value):
        return dataclasses.replace(key, easing="hold")
    # Deforum's loop variable is within reach of its formulas, and has the value of t.
    return dataclasses.replace(key, value=re.sub(r"\bi\b", "t", key.value))


def _where_defined(curve: Curve, signals: Signals) -> PlainKeys | tuple[Key, ...]:
    """Return keys without the frames in which formulas are not finite; the curve's own where all of them are.

    Such a formula becomes one number for each frame that it has a value in; straight lines then fill the gaps.

    Raises:
        ScheduleError: No frame has a value at all.
    """
    if isinstance(curve.keys, PlainKeys):
        return curve.keys
    keys = tuple(curve.keys)
    starts = _frames(curve, keys, signals)
    found: list[Key] = []
    changed = False
    for index, (key, start) in enumerate(zip(keys, starts.tolist(), strict=True)):
        if start in starts[index + 1 :]:
            continue  # the later key in one frame counts alone
        later = starts[starts > start]
        first, stop = max(start, 0), int(min(later.min(), signals.n_frames) if later.size else signals.n_frames)
        values = _raw_values(key, Scope(signals, first, stop)) if first < stop else np.zeros(0)
        finite = np.isfinite(values)
        if finite.all():
            found.append(key)
            continue
        changed = True
        kept = (np.flatnonzero(finite) + first).tolist()
        found += [Key(str(frame), number_text(float(values[frame - first]))) for frame in kept]
    if not found:
        raise curve.error(0, "this has no finite value in any frame", len(curve.text))
    return tuple(found) if changed else curve.keys  # type: ignore[return-value]


def _raw_values(key: Key, scope: Scope) -> NDArray[np.float64]:
    """Return a key's values in a scope's frames, whatever they are; none for what is no formula that can be read."""
    if is_number(key.value):
        return np.zeros(0)
    try:
        values = np.asarray(compile_expression(key.value).values(scope), dtype=np.float64)
    except ScheduleError:
        return np.zeros(0)  # said with its place when the curve is evaluated
    return np.broadcast_to(values, ((scope.stop or 0) - scope.start,))


def _frames(curve: Curve, keys: PlainKeys | tuple[Key, ...], signals: Signals) -> NDArray[np.int64]:
    if isinstance(keys, PlainKeys):
        return keys.frames
    return np.array([frame_of(curve, key, signals) for key in keys], dtype=np.int64)


def _without_ramp(
    keys: PlainKeys | tuple[Key, ...], frames: NDArray[np.int64], n_frames: int
) -> PlainKeys | tuple[Key, ...]:
    """Drop keys before the start, and hold the last key inside; keys after the end stay for longer animations."""
    inside = np.flatnonzero((frames >= 0) & (frames < n_frames))
    last = inside[np.flatnonzero(frames[inside] == frames[inside].max())[-1]]
    if (frames >= n_frames).any():
        held = [dataclasses.replace(key, easing="hold") if index == last else key for index, key in enumerate(keys)]
    else:
        held = list(keys)
    return tuple(key for key, frame in zip(held, frames.tolist(), strict=True) if frame >= 0)


def schedule_text(frames: NDArray[np.int64], values: NDArray[np.float64]) -> str:
    """Return the shortest schedule that moves in straight lines through `values` (k,) at `frames` (k,).

    Keys that lie on the line between their neighbors are left out. Numbers have no exponents, which Deforum would
    not take for numbers; they are exact to 12 decimals.
    """
    order = np.argsort(frames, kind="stable")
    frames, values = frames[order], values[order]
    last = np.append(frames[1:] != frames[:-1], True)
    frames, values = frames[last], values[last]
    keep = np.ones(frames.size, dtype=bool)
    if frames.size > 2:
        slopes = np.diff(values) / np.diff(frames)
        keep[1:-1] = np.abs(np.diff(slopes)) > 1e-12
    if np.ptp(values) == 0:
        keep[1:] = False
    pairs = zip(frames[keep].tolist(), values[keep].tolist(), strict=True)
    return ", ".join(f"{frame}:({_decimal(value)})" for frame, value in pairs)


def _decimal(value: float) -> str:
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
