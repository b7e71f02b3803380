"""Sample and pixel counts are 64 bits wide, also where numpy 1 makes whole numbers of 32 bits: on Windows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import glance
from glance.audio.analysis import analyse_signal, waveform_peaks
from glance.audio.decode import SAMPLE_RATE

ROOT = Path(glance.__file__).parent
#: Rooms that count samples, frames and pixels: there every made range and running sum says how wide it is.
COUNTING = ("audio", "render", "video")
MAKERS = ("arange", "cumsum", "cumprod", "indices")


def narrowed(make: Callable[..., Any]) -> Callable[..., Any]:
    """numpy's own function with Windows' default integer: 32 bits, unless whole numbers came in or are asked for."""

    def wrapped(*arguments: Any, **options: Any) -> Any:
        made = make(*arguments, **options)
        wide = options.get("dtype") is not None or any(
            isinstance(each, (np.ndarray, np.generic)) or (isinstance(each, type) and issubclass(each, np.generic))
            for each in arguments
        )
        return made if wide or made.dtype != np.int64 else made.astype(np.int32)

    return wrapped


@pytest.fixture
def windows_integers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("arange", "cumsum", "array", "asarray", "full", "prod"):
        monkeypatch.setattr(np, name, narrowed(getattr(np, name)))


def beaten(seconds: float) -> np.ndarray:
    """A song of clicks at 120 a minute over a soft tone, (n,) at the hearing's rate."""
    time = np.arange(int(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    phase = time % 0.5
    click = np.exp(-phase * 60) * np.sin(2 * np.pi * np.where(time % 2 < 0.5, 90, 180) * phase)
    return (0.6 * click + 0.05 * np.sin(2 * np.pi * 330 * time)).astype(np.float32)


@pytest.mark.usefixtures("windows_integers")
@pytest.mark.parametrize("seconds", [48.7, 60, 600, 1200])
def test_the_drawn_waveform_of_a_long_song_with_integers_of_32_bits(seconds: float) -> None:
    signal = np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)
    signal[-SAMPLE_RATE:] = 0.5
    peaks = waveform_peaks(signal, 2000)
    assert peaks.shape == (2000, 2)
    assert peaks[-1, 1] == 0.5
    assert peaks[: round(1990 * (1 - 1 / seconds)), 1].max() == 0.0


@pytest.mark.usefixtures("windows_integers")
def test_ten_minutes_are_heard_with_integers_of_32_bits() -> None:
    heard = analyse_signal(beaten(600.0), "0" * 64)
    assert heard.duration_s == pytest.approx(600.0)
    assert heard.tempo_bpm == pytest.approx(120.0, abs=0.5)
    assert heard.beats_s.size >= 1150
    assert heard.beats_s[-1] > 590


def nodes(room: str) -> Iterator[tuple[str, ast.AST, ast.AST | None]]:
    for path in sorted((ROOT / room).rglob("*.py")) if room else sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node, above.get(node)


def is_maker(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MAKERS
        and not any(word.arg == "dtype" for word in node.keywords)
    )


def is_plain_int(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "int"


@pytest.mark.parametrize("room", COUNTING)
def test_a_range_or_running_sum_says_how_wide_it_is(room: str) -> None:
    found = [where for where, node, _ in nodes(room) if is_maker(node)]
    assert found == [], "say dtype=np.int64 (or np.float64): numpy 1 makes 32 bits of it on Windows"


def test_no_range_is_multiplied_before_it_is_made_wide() -> None:
    product = (ast.Mult, ast.Pow, ast.LShift)
    found = [
        where
        for where, node, above in nodes("")
        if is_maker(node) and isinstance(above, ast.BinOp) and isinstance(above.op, product)
    ]
    assert found == []


def test_nobody_asks_numpy_for_integers_of_the_machines_own_width() -> None:
    found = []
    for where, node, _ in nodes(""):
        if isinstance(node, ast.Attribute) and node.attr in ("int_", "intc", "uint", "long"):
            found.append(where)
        if isinstance(node, ast.keyword) and node.arg == "dtype" and is_plain_int(node.value):
            found.append(f"{where} dtype=int")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "astype":
            found += [where for argument in node.args if is_plain_int(argument)]
    assert found == [], "say np.int64"
