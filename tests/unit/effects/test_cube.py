"""Look-up tables: what they say is what a frame gets, and no file does harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glance.effects.after.lut import lut
from glance.effects.cube import read_cube
from glance.effects.effect import Values
from glance.errors import ProjectError
from glance.limits import CUBE_BYTES


def cube(path: Path, size: int, change, head: str = "") -> Path:
    at = np.linspace(0, 1, size)
    rows = [change(np.array([r, g, b])) for b in at for g in at for r in at]
    body = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in rows)
    path.write_text(f'# made by a test\nTITLE "x"\n{head}LUT_3D_SIZE {size}\n{body}\n', encoding="utf-8")
    return path


def frame() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (40, 60, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    "change", [lambda c: c, lambda c: c[[1, 2, 0]], lambda c: 1 - c, lambda c: c * [0.9, 1.0, 0.7]]
)
def test_a_frame_gets_the_tables_colors(tmp_path: Path, change) -> None:
    table = read_cube(cube(tmp_path / "a.cube", 17, change))
    out = lut(frame(), Values({"lut": 1.0}, asset=table))
    wanted = np.apply_along_axis(change, 2, frame() / 255.0) * 255
    # One step of the table that frames go through is 4 levels.
    assert np.abs(out - wanted).max() <= 6
    assert np.abs(out - wanted).mean() < 2.2


def test_a_table_that_changes_nothing_changes_nothing_and_half_goes_half_way(tmp_path: Path) -> None:
    same = read_cube(cube(tmp_path / "a.cube", 5, lambda c: c))
    assert np.array_equal(lut(frame(), Values({"lut": 1.0}, asset=same)), frame())
    dark = read_cube(cube(tmp_path / "b.cube", 5, lambda c: c * 0))
    assert np.abs(lut(frame(), Values({"lut": 0.5}, asset=dark)) - frame() / 2).max() <= 2.5


def test_curves_and_other_domains_are_read(tmp_path: Path) -> None:
    one = tmp_path / "one.cube"
    one.write_text("LUT_1D_SIZE 3\n0 0 0\n0.25 0.5 0.75\n1 1 1\n", encoding="utf-8")
    table = read_cube(one)
    assert table.shape == (33, 33, 33, 3)
    assert np.allclose(table[16, 16, 16], [0.25, 0.5, 0.75], atol=1e-6)
    wide = read_cube(cube(tmp_path / "wide.cube", 5, lambda c: c, "DOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 1 1 1\n"))
    assert np.allclose(wide[0, 0, 0], 0.5, atol=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LUT_3D_SIZE 2\n0 0 0\n",
        "LUT_3D_SIZE 999\n",
        "LUT_3D_SIZE -3\n",
        "LUT_3D_SIZE 2 2\n",
        "LUT_3D_SIZE 2\n" + "0 0 nan\n" * 8,
        "LUT_3D_SIZE 2\n" + "0 0\n" * 8,
        "LUT_3D_SIZE 2\nDOMAIN_MIN 1 1 1\n" + "0 0 0\n" * 8,
        "\x00\x01\x02",
        "0 0 0\n" * 300_000,
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.cube"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=r"bad\.cube cannot be used as a look-up table"):
        read_cube(path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.cube"
    with path.open("wb") as file:
        file.truncate(CUBE_BYTES + 1)
    with pytest.raises(ProjectError, match="larger than 16 MB"):
        read_cube(path)
