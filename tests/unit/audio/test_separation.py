"""Stems made inside GLANCE: nothing is fetched unasked, and the separator's interface is used as it is."""

from __future__ import annotations

import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from benchmarks.audio_truth import write_wav
from glance.audio.separation import separate
from glance.audio.stems import find_stems
from glance.errors import AudioError
from tests.support.song_files import write_clicks

STEMS = ("drums", "bass", "other", "vocals")


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write_clicks(tmp_path / "song.wav", duration_s=2.0, every_s=0.5)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Put a small demucs_onnx and a hub without weights in the place of real ones; return what the first is asked."""
    calls: list[dict[str, object]] = []
    separator, hub = ModuleType("demucs_onnx"), ModuleType("huggingface_hub")

    def made(source: str, folder: str, **given: object) -> None:
        calls.append({"source": source, "folder": folder, **given})
        Path(folder).mkdir(parents=True)
        for share, name in enumerate(STEMS, 1):
            write_wav(Path(folder) / f"{name}.wav", np.full(4410, share / 10, dtype=np.float32))

    separator.separate = made  # type: ignore[attr-defined]
    hub.try_to_load_from_cache = lambda repository, file: None  # type: ignore[attr-defined]
    specs = {"demucs": None, "demucs_onnx": ModuleSpec("demucs_onnx", None)}
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: specs[name] if name in specs else real(name))
    monkeypatch.setitem(sys.modules, "demucs_onnx", separator)
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    return calls


def test_a_song_is_split_once_the_person_agrees(song: Path, tmp_path: Path, asked: list[dict[str, object]]) -> None:
    offers: list[str] = []
    folder = separate(song, tmp_path / "out", lambda offer: not offers.append(offer))
    assert set(find_stems(folder).files) == set(STEMS)
    assert len(offers) == 1
    assert "80 MB" in offers[0]
    assert "StemSplitio/htdemucs-onnx" in offers[0]
    (call,) = asked
    assert (call["source"], call["model"], call["precision"]) == (str(song), "htdemucs", "fp16weights")


def test_nothing_is_fetched_where_the_answer_is_no(song: Path, tmp_path: Path, asked: list[dict[str, object]]) -> None:
    with pytest.raises(AudioError, match="may not be fetched"):
        separate(song, tmp_path / "out", lambda offer: False)
    assert asked == []


def test_weights_that_are_here_ask_nobody(
    song: Path, tmp_path: Path, asked: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["huggingface_hub"], "try_to_load_from_cache", lambda repository, file: "/weights")

    def refuse(offer: str) -> bool:
        raise AssertionError(offer)

    assert separate(song, tmp_path / "out", refuse).is_dir()


def test_a_separator_that_fails_is_named(
    song: Path, tmp_path: Path, asked: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("no such model")

    monkeypatch.setattr(sys.modules["demucs_onnx"], "separate", broken)
    with pytest.raises(AudioError, match="could not split it"):
        separate(song, tmp_path / "out", lambda offer: True)


def test_without_a_separator_one_is_named(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "demucs.separate", None)
    with pytest.raises(AudioError, match="needs Demucs"):
        separate(song, tmp_path, lambda offer: True)
