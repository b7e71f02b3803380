"""Reading schedules with a key in every frame, as programs write them: `0:(0.6523), 1:(0.6611), 2:(0.67), ...`

Ten thousand such keys are read in a third of a millisecond. The text is cut at its commas. Keys whose texts are equally
long and have their signs in the same places are read all at once, eight digits in a machine word at a time: after
Daniel Lemire, "Quickly parsing eight digits" (2018). Up to 15 digits make a whole number that a double holds exactly,
and so does the power of ten below them; their quotient is therefore the double nearest to the text (William Clinger,
"How to read floating point numbers accurately", 1990), the same that Python's `float` returns. Whatever does not fit
that outline is left to readers that know all of the grammar.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

#: Shorter texts are read as quickly in other ways.
_LEAST_TEXT = 2_000
#: Texts of one key are no longer than this.
_MOST_LENGTH = 48
#: Outlines tried for keys of one length, and keys of one outline that are worth it.
_OUTLINES, _LEAST_KEYS = 6, 24
#: Keys without an outline in common are read one by one, up to this share of all.
_LEAST_REST, _REST_SHARE = 400, 0.02

_SPAN = 8
_PAD = " " * _SPAN
_BLANK = " \t\r\n,"
_ALL_ZERO = bytes.maketrans(b"123456789", b"000000000")
_OUTLINE = re.compile(rb"(\d{1,8})(\s*:\s*\(\s*)(-?)(\d{1,7})(?:\.(\d{1,8}))?(\s*\)\s*,\s*)")
_KEY = re.compile(rb"(\d{1,8})\s*:\s*\(\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*\)\s*,\s*")
_GAP = re.compile(r"\)(\s*,\s*)")
_TOPS = np.uint64(0x8080808080808080)

_Words: TypeAlias = NDArray[np.unsignedinteger[Any]]
_Pairs: TypeAlias = tuple[NDArray[np.int64], NDArray[np.float64]]


class _Word:
    """A machine word of `size` digits, one a byte, the first one lowest.

    Attributes:
        kind: NumPy's name of the word.
        size: Digits that it holds.
        zeros: The word of so many digits 0.
        steps: (factor, shift, mask) that put two neighbors each into one number: digits, then pairs, then fours.
    """

    def __init__(self, kind: str, size: int) -> None:
        self.kind, self.size, self.number = kind, size, np.dtype(kind).type
        whole = (1 << 8 * size) - 1
        self.zeros = self.number(0x3030303030303030 & whole)
        self.steps = tuple(
            (self.number(10**width << 8 * width | 1), self.number(8 * width), self.number(mask & whole))
            for width, mask in ((1, 0x00FF00FF00FF00FF), (2, 0x0000FFFF0000FFFF), (4, 0x00000000FFFFFFFF))
            if width < size
        )


_WORDS = (_Word("u1", 1), _Word("<u2", 2), _Word("<u4", 4), _Word("<u8", _SPAN))


def read_regular(text: str) -> _Pairs | None:
    """Return the frames (n,) int64 and values (n,) float64 of a schedule, or None.

    Args:
        text: A schedule. Where it is not long, has other than plain numbers, or is too irregular, nothing is returned.
    """
    gap = _GAP.search(text, 0, _LEAST_TEXT)
    if len(text) < _LEAST_TEXT or gap is None or not text.isascii():
        return None
    after = gap.group(1)
    data = f"{_PAD}{text.strip(_BLANK)}{after}{_PAD}".encode("ascii")
    signs = np.frombuffer(data, np.uint8)
    stops = np.flatnonzero(signs == ord(",")) + (len(after) - after.index(","))
    starts = np.concatenate(([_SPAN], stops[:-1]))
    lengths = stops - starts
    if int(lengths.max()) > _MOST_LENGTH or int(lengths.min()) < 1 or stops[-1] != len(data) - _SPAN:
        return None
    return _Keys(data, starts, lengths.astype(np.uint8)).read()


class _Keys:
    """The keys of one text, read group by group."""

    def __init__(self, data: bytes, starts: NDArray[np.int64], lengths: NDArray[np.uint8]) -> None:
        self.data, self.starts, self.lengths = data, starts, lengths
        self.frames = np.empty(starts.size, np.int64)
        self.values = np.empty(starts.size, np.float64)

    def read(self) -> _Pairs | None:
        """Return frames and values of all keys."""
        if self._outline(self.starts.size // 2) is None:
            return None
        rest = []
        for length in range(int(self.lengths.min()), int(self.lengths.max()) + 1):
            which = np.flatnonzero(self.lengths == length)
            if which.size:
                rest.append(self._of_length(length, which))
        return (self.frames, self.values) if self._one_by_one(np.concatenate(rest)) else None

    def _outline(self, index: int) -> re.Match[bytes] | None:
        start = int(self.starts[index])
        return _OUTLINE.fullmatch(self.data, start, start + int(self.lengths[index]))

    def _of_length(self, length: int, which: NDArray[np.int64]) -> NDArray[np.int64]:
        """Read the keys whose texts are `length` long; return those that were not read."""
        for _ in range(_OUTLINES):
            if which.size < _LEAST_KEYS:
                break
            outline = self._outline(int(which[0]))
            if outline is None:
                break
            rows = _Rows.of(self.data, self.starts, which, length)
            fits = rows.fit(outline)
            frames, values = rows.numbers(outline)
            if fits.all():
                place = slice(int(which[0]), int(which[-1]) + 1) if rows.adjacent else which
                self.frames[place], self.values[place] = frames, values
                return which[:0]
            self.frames[which[fits]], self.values[which[fits]] = frames[fits], values[fits]
            which = which[~fits]
        return which

    def _one_by_one(self, which: NDArray[np.int64]) -> bool:
        """Read some keys for themselves; return whether all of them are numbers and none are too many."""
        if which.size > max(_LEAST_REST, _REST_SHARE * self.starts.size):
            return False
        for index in which.tolist():
            start = int(self.starts[index])
            key = _KEY.fullmatch(self.data, start, start + int(self.lengths[index]))
            value = float(key.group(2)) if key else np.inf
            if key is None or not np.isfinite(value):
                return False
            self.frames[index], self.values[index] = int(key.group(1)), value
        return True


class _Rows:
    """The texts of n keys of one length, at equal distances in memory.

    Attributes:
        data: What holds them.
        first: Where in it the first one begins, at least `_SPAN`.
        stride: From each one's beginning to the next one's.
        count: n.
        adjacent: Whether they follow one another in the schedule.
    """

    def __init__(self, data: bytes | NDArray[np.void], first: int, stride: int, count: int, adjacent: bool) -> None:
        self.data, self.first, self.stride, self.count, self.adjacent = data, first, stride, count, adjacent

    @classmethod
    def of(cls, data: bytes, starts: NDArray[np.int64], which: NDArray[np.int64], length: int) -> _Rows:
        """Return the keys `which`, gathered where they do not follow one another."""
        if int(which[-1]) - int(which[0]) + 1 == which.size:
            return cls(data, int(starts[which[0]]), length, which.size, True)
        stride = length + _SPAN
        windows = np.ndarray((len(data) - stride + 1,), f"V{stride}", data, strides=(1,))
        return cls(windows[starts[which] - _SPAN], _SPAN, stride, which.size, False)

    def words(self, stop: int, word: _Word) -> _Words:
        """Return the characters in front of column `stop`, (n,), as many as the word holds; copied."""
        place = self.first + stop - word.size
        words: _Words = np.ndarray((self.count,), word.kind, self.data, place, (self.stride,)).copy()
        return words

    def fit(self, outline: re.Match[bytes]) -> NDArray[np.bool_]:
        """Return (n,) whether digits stand where the outline has digits, and its other characters elsewhere."""
        wrong = np.zeros(self.count, np.uint64)
        for stop, spare, zeros, reach in _checks(outline.group().translate(_ALL_ZERO)):
            differ = self.words(stop, _WORDS[-1])
            if spare:
                differ >>= spare
            # A digit's byte holds 0 to 9 now, any other 0; adding `reach` leaves the top bits of all of them at 0.
            differ ^= zeros
            differ |= differ + reach
            wrong |= differ
        wrong &= _TOPS
        return np.asarray(wrong == 0)

    def numbers(self, outline: re.Match[bytes]) -> _Pairs:
        """Return frames (n,) and values (n,); they mean nothing for keys that do not fit the outline."""
        frames = self._whole(outline, 1).astype(np.int64)
        exact = self._whole(outline, 4).astype(np.float64)
        if outline.group(5):
            power = 10.0 ** len(outline.group(5))
            exact *= power
            exact += self._whole(outline, 5)
            exact /= power
        return frames, np.negative(exact, out=exact) if outline.group(3) else exact

    def _whole(self, outline: re.Match[bytes], group: int) -> _Words:
        """Return the whole numbers of one group of digits, at most eight."""
        start, stop = (place - outline.start() for place in outline.span(group))
        word = next(word for word in _WORDS if word.size >= stop - start)
        digits = self.words(stop, word)
        digits ^= word.zeros
        if word.size > stop - start:
            # What stands before the digits becomes leading zeros.
            spare = word.number(8 * (word.size - (stop - start)))
            digits >>= spare
            digits <<= spare
        for factor, shift, mask in word.steps:
            digits *= factor
            digits >>= shift
            digits &= mask
        return digits


@lru_cache(maxsize=64)
def _checks(outline: bytes) -> tuple[tuple[int, np.uint64, np.uint64, np.uint64], ...]:
    """Return, for each stretch of an outline with zeros for digits: its end, spare bits below it, itself, the reach."""
    checks = []
    for stop in range(len(outline), 0, -_SPAN):
        part = outline[max(0, stop - _SPAN) : stop]
        reach = bytes(0x76 if sign == ord("0") else 0x7F for sign in part)
        spare = 8 * (_SPAN - len(part))
        checks.append((stop, *map(np.uint64, (spare, int.from_bytes(part, "little"), int.from_bytes(reach, "little")))))
    return tuple(checks)
