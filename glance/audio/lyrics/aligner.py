"""Words placed by a speech model: forced alignment by a CTC network as ONNX, where somebody has one.

A model is a file such as `model.onnx` of wav2vec 2.0 and its kin: sound at 16 kHz in (1, n), one row of scores a frame
out (1, frames, signs). Beside it lies `vocab.json`, which says which sign each column is. The words are spelled in
those signs and laid on the frames by the best path (Graves 2006; Kürzinger 2020). Any other model may be used through
the same interface: an `Aligner` says which signs it knows and how probable each is in each frame.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from glance.audio.decode import hear_sound
from glance.audio.types import LyricLine, SungWord
from glance.errors import AudioError
from glance.system.telemetry import silence

#: What speech models hear, in Hz; and how long around a line's guessed place it is looked for, in seconds.
RATE_HZ, _AROUND_S = 16_000, 3.0
_VOCABULARY_BYTES = 4 << 20
_BLANKS = ("<pad>", "[PAD]", "<blank>", "-", "<s>")
_GAPS = ("|", " ", "▁", "<space>")


class Aligner(Protocol):
    """A model that tells which signs are sung when.

    Attributes:
        signs: Sign -> its column.
        blank: The column that stands for no sign.
    """

    @property
    def signs(self) -> Mapping[str, int]: ...  # noqa: D102 - see above

    @property
    def blank(self) -> int: ...  # noqa: D102

    def scores(self, signal: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return log-probabilities (frames, signs) of sound (n,) at `RATE_HZ`."""
        ...


@dataclass(frozen=True)
class OnnxAligner:
    """A CTC network.

    Attributes:
        signs: Sign -> its column.
        blank: The column that stands for no sign.
        run: Sound (1, n) -> scores (1, frames, signs).
    """

    signs: Mapping[str, int]
    blank: int
    run: Callable[[NDArray[np.float32]], NDArray[np.float32]]

    def scores(self, signal: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return log-probabilities (frames, signs) of sound (n,) at `RATE_HZ`."""
        spread = float(signal.std()) or 1.0
        raw = np.asarray(self.run(((signal - signal.mean()) / spread)[None, :].astype(np.float32)))[0]
        top = raw.max(axis=1, keepdims=True)
        return np.asarray(raw - top - np.log(np.exp(raw - top).sum(axis=1, keepdims=True)), dtype=np.float32)


def open_aligner(path: Path) -> Aligner:
    """Return the model in an .onnx file.

    Raises:
        AudioError: There is none, it cannot be read, onnxruntime is not installed, or its `vocab.json` is missing.
    """
    path = Path(path)
    vocabulary = path.with_name("vocab.json")
    if not path.is_file() or not vocabulary.is_file():
        raise AudioError(f"{path}: expected a CTC model (.onnx) with its vocab.json beside it, found none.")
    signs = _signs(vocabulary)
    silence()
    try:
        import onnxruntime
    except ImportError:
        raise AudioError(
            "Aligning words by a model needs onnxruntime, which is not installed here: pip install onnxruntime."
        ) from None
    try:
        session: Any = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
    except Exception as error:  # noqa: BLE001 - whatever onnxruntime raises for a file that is none
        raise AudioError(f"{path.name}: expected a CTC model, onnxruntime cannot read it ({error!s:.200}).") from None
    blank = next((signs[each] for each in _BLANKS if each in signs), 0)
    return OnnxAligner(signs, blank, lambda sound: session.run(None, {name: sound})[0])


def _signs(path: Path) -> dict[str, int]:
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_VOCABULARY_BYTES).decode("utf-8"))
        return {str(sign): int(column) for sign, column in data.items()}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        raise AudioError(f"{path}: expected signs and their columns as JSON, found something else.") from None


def align_lines(aligner: Path | Aligner, song: Path, lines: Sequence[LyricLine]) -> tuple[LyricLine, ...]:
    """Return lines, whose places are guessed, with the times at which a model hears their words.

    A line is looked for from shortly before its guessed start to shortly after its guessed end, behind the one before
    it. A line whose signs the model does not know keeps its guess.

    Raises:
        AudioError: The model or the song cannot be read.
    """
    model = open_aligner(aligner) if isinstance(aligner, Path) else aligner
    signal = hear_sound(song, RATE_HZ).signal
    placed: list[LyricLine] = []
    for line in lines:
        least = placed[-1].end_s - 0.5 if placed else 0.0
        begin = max(0.0, least, line.start_s - _AROUND_S)
        stop = max(begin + 0.5, line.end_s + _AROUND_S)
        part = signal[int(begin * RATE_HZ) : int(stop * RATE_HZ)]
        placed.append(_aligned(line, model, part, begin) if part.size > RATE_HZ // 10 else line)
    return tuple(placed)


def _aligned(line: LyricLine, model: Aligner, part: NDArray[np.float32], begin_s: float) -> LyricLine:
    words = line.text.split()
    spelled = [_spelled(word, model.signs) for word in words]
    if not all(spelled):
        return line
    gap = next((model.signs[each] for each in _GAPS if each in model.signs), None)
    columns: list[int] = []
    owner: list[int] = []
    for index, signs in enumerate(spelled):
        if index and gap is not None:
            columns.append(gap)
            owner.append(-1)
        columns += signs
        owner += [index] * len(signs)
    scores = model.scores(part)
    frames = best_path(scores, columns, model.blank)
    if frames is None:
        return line
    second = part.size / RATE_HZ / len(scores)
    sung = []
    for index, word in enumerate(words):
        own = [frame for frame, whose in zip(frames, owner, strict=True) if whose == index]
        sung.append(SungWord(round(begin_s + own[0] * second, 3), round(begin_s + (own[-1] + 1) * second, 3), word))
    heard = zip(frames, columns, owner, strict=True)
    sure = float(np.exp(np.mean([scores[frame, column] for frame, column, whose in heard if whose >= 0])))
    return LyricLine(sung[0].start_s, sung[-1].end_s, line.text, tuple(sung), round(sure, 2))


def _spelled(word: str, signs: Mapping[str, int]) -> list[int]:
    """Return a word's columns: its signs as the model writes them, or in capitals, or without accents."""
    found = []
    for sign in unicodedata.normalize("NFC", word):
        bare = unicodedata.normalize("NFD", sign)[0]
        column = next(
            (signs[each] for each in (sign, sign.lower(), sign.upper(), bare.lower(), bare.upper()) if each in signs),
            None,
        )
        if column is not None:
            found.append(column)
    return found


def best_path(scores: NDArray[np.float32], columns: Sequence[int], blank: int) -> list[int] | None:
    """Return the frame in which each sign begins on the most probable path; None where there are too few frames.

    Args:
        scores: (frames, signs) log-probabilities.
        columns: The signs to be found, in order.
        blank: The column of no sign.
    """
    states = np.full(2 * len(columns) + 1, blank, dtype=np.int64)
    states[1::2] = columns
    frames = len(scores)
    # A sign that comes twice in a row needs a blank between.
    skips = np.zeros(states.size, dtype=bool)
    skips[3::2] = states[3::2] != states[1:-2:2]
    total = np.full(states.size, -np.inf)
    total[0] = scores[0, blank]
    if columns:
        total[1] = scores[0, states[1]]
    came = np.zeros((frames, states.size), dtype=np.int8)
    for frame in range(1, frames):
        options = np.stack(
            [
                total,
                np.concatenate([[-np.inf], total[:-1]]),
                np.where(skips, np.concatenate([[-np.inf, -np.inf], total[:-2]]), -np.inf),
            ]
        )
        came[frame] = options.argmax(axis=0)
        total = options.max(axis=0) + scores[frame, states]
    state = states.size - 1 if total[-1] >= total[-2] else states.size - 2
    if not np.isfinite(total[state]):
        return None
    begins = [0] * len(columns)
    for frame in range(frames - 1, -1, -1):
        if state % 2:
            begins[state // 2] = frame
        state -= int(came[frame, state])
    return begins
