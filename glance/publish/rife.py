"""RIFE, for who has it: a program, or a model as an ONNX file. No package brings its weights, so a path names them.

The program is `rife-ncnn-vulkan` or one with its options: `-0 FIRST -1 SECOND -o BETWEEN -s SHARE`. A model takes two
pictures and a share, as three inputs or as one with seven channels, in [0, 1], sides multiples of 64 (Huang et al.,
"Real-Time Intermediate Flow Estimation for Video Frame Interpolation", 2022; versions 4.x take any share).
"""

from __future__ import annotations

import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glance.errors import VideoError
from glance.frames import Frame
from glance.media.images import read_png, write_png
from glance.publish.smoothing import FlowInterpolator, Interpolator
from glance.system.telemetry import silence

_STEP = 64
#: A picture takes a program a second or two on the slowest card; it is given up after this many.
_PATIENCE_S = 120.0
_BLOCK = 1 << 20


def interpolator_named(name: str) -> Interpolator:
    """Return who makes the frames between: `flow`, or RIFE by the path of its program or of its .onnx file.

    Raises:
        VideoError: There is no such file.
    """
    if name in ("", "flow"):
        return FlowInterpolator()
    path = Path(name)
    if not path.is_file():
        raise VideoError(f"--between: expected flow, or RIFE's program or .onnx file, found no file {name}")
    return RifeModel(path) if path.suffix.lower() == ".onnx" else RifeProgram(path)


class RifeProgram:
    """RIFE as a program of its own, started for each frame."""

    def __init__(self, path: Path) -> None:
        self._path = path.resolve()
        self.identity = f"program {self._path.name} {self._path.stat().st_size}"
        self._folder = tempfile.TemporaryDirectory(prefix="glance-rife-")

    def between(self, before: Frame, after: Frame, share: float) -> Frame:
        """Return the frame between two others.

        Raises:
            VideoError: The program failed, or made no picture of that size.
        """
        folder = Path(self._folder.name)
        first, second, out = (folder / f"{name}.png" for name in ("first", "second", "out"))
        out.unlink(missing_ok=True)
        write_png(first, before)
        write_png(second, after)
        words = [str(self._path), "-0", str(first), "-1", str(second), "-o", str(out), "-s", f"{share:.4f}"]
        try:
            # The program is the one whose path the person gave; its words are a list, and no shell reads them.
            done = subprocess.run(words, capture_output=True, timeout=_PATIENCE_S, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise VideoError(f"{self._path.name} could not make a frame ({error})") from None
        if done.returncode or not out.is_file():
            said = done.stderr.decode(errors="replace").strip()[-300:]
            raise VideoError(f"{self._path.name} made no frame ({said or f'status {done.returncode}'})")
        made = read_png(out)
        if made.shape != before.shape:
            raise VideoError(f"{self._path.name} made a frame of another size: {made.shape[1]}x{made.shape[0]}")
        return made

    def close(self) -> None:
        """Delete the passing pictures."""
        self._folder.cleanup()


class RifeModel:
    """RIFE as an ONNX file."""

    def __init__(self, path: Path) -> None:
        silence()
        import onnxruntime

        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(path), providers=onnxruntime.get_available_providers()
            )
        except Exception as error:  # noqa: BLE001 - onnxruntime's own errors have no common base
            raise VideoError(f"{path} is no model that onnxruntime can open ({str(error)[:200]})") from None
        self._inputs = [each.name for each in self._session.get_inputs()]
        if len(self._inputs) not in (1, 3):
            raise VideoError(
                f"{path}: expected RIFE's inputs, two pictures and a share, found {', '.join(self._inputs)}"
            )
        self.identity = f"onnx {_digest(path)}"

    def between(self, before: Frame, after: Frame, share: float) -> Frame:
        """Return the frame between two others.

        Raises:
            VideoError: The model does not take or give pictures of that size.
        """
        height, width = before.shape[:2]
        first, second = _planes(before), _planes(after)
        moment = np.full((1, 1, *first.shape[2:]), share, np.float32)
        if len(self._inputs) == 1:
            given = {self._inputs[0]: np.concatenate([first, second, moment], axis=1)}
        else:
            shape = self._session.get_inputs()[2].shape
            step = moment if len(shape) == 4 else np.full([1] * max(1, len(shape)), share, np.float32)
            given = dict(zip(self._inputs, (first, second, step), strict=True))
        try:
            made = np.asarray(self._session.run(None, given)[0])
        except Exception as error:  # noqa: BLE001 - as above
            raise VideoError(f"RIFE's model could not make a frame ({str(error)[:200]})") from None
        if made.ndim != 4 or made.shape[1] != 3 or made.shape[2] < height or made.shape[3] < width:
            raise VideoError(f"RIFE's model made an array of shape {made.shape} where a picture was expected")
        picture = np.clip(made[0, :, :height, :width].transpose(1, 2, 0), 0, 1) * 255
        return np.ascontiguousarray(np.round(picture).astype(np.uint8))

    def close(self) -> None:
        """Let go of the model."""
        self._session = None


def _planes(frame: Frame) -> NDArray[np.float32]:
    """Return a frame as (1, 3, height, width) in [0, 1], its sides made multiples of 64 by repeating the edge."""
    height, width = frame.shape[:2]
    padded = np.pad(frame, ((0, -height % _STEP), (0, -width % _STEP), (0, 0)), mode="edge")
    return np.ascontiguousarray(padded.transpose(2, 0, 1)[None].astype(np.float32) / 255)


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()[:16]
