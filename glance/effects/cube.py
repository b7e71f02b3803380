"""Look-up tables in .cube files, as Adobe's Cube LUT Specification 1.0 (2013) has them, read within bounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.errors import ProjectError
from glance.limits import CUBE_BYTES, CUBE_STEPS

Table = NDArray[np.float32]


def read_cube(path: Path) -> Table:
    """Return a .cube file's table, (n, n, n, 3) float32 by red, green, blue; one-dimensional ones are spread out.

    Raises:
        ProjectError: It cannot be read, is too large, or is no such table.
    """
    try:
        if path.stat().st_size > CUBE_BYTES:
            raise _fault(path, f"it is larger than {CUBE_BYTES // 2**20} MB")
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise _fault(path, error.strerror or str(error)) from None
    try:
        return _table(text)
    except ValueError as error:
        raise _fault(path, str(error)) from None


def _fault(path: Path, why: str) -> ProjectError:
    return ProjectError("", f"{path.name} cannot be used as a look-up table: {why}. Choose another .cube file")


def _table(text: str) -> Table:
    """Return the table of a file's text. Raises ValueError, with what is wrong."""
    one = three = 0
    low, high = np.zeros(3), np.ones(3)
    rows: list[tuple[float, ...]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words or words[0] == "TITLE":
            continue
        if words[0] in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            size = _size(words, number)
            one, three = (size, 0) if words[0] == "LUT_1D_SIZE" else (0, size)
        elif words[0] in ("DOMAIN_MIN", "DOMAIN_MAX"):
            ends = np.array(_numbers(words[1:], number))
            low, high = (ends, high) if words[0] == "DOMAIN_MIN" else (low, ends)
        elif words[0][0].isalpha():
            continue  # a word of another program's
        else:
            rows.append(_numbers(words, number))
        if len(rows) > CUBE_STEPS**3:
            raise ValueError(f"it has more than {CUBE_STEPS**3} entries")
    wanted = one or three**3
    if not wanted or len(rows) != wanted:
        raise ValueError(f"expected {wanted or 'LUT_3D_SIZE and its'} entries, found {len(rows)}")
    if not (np.all(high > low) and np.all(np.isfinite(high - low))):
        raise ValueError("its DOMAIN_MAX must lie above its DOMAIN_MIN")
    values = np.clip(np.array(rows, dtype=np.float32), -4.0, 4.0)
    table = _spread(values) if one else values.reshape(three, three, three, 3).transpose(2, 1, 0, 3)
    return _over_unit_range(table, low, high)


def _size(words: list[str], number: int) -> int:
    if len(words) != 2 or not (words[1].isascii() and words[1].isdecimal() and len(words[1]) < 6):
        raise ValueError(f"line {number}: expected a size such as {words[0]} 33")
    size = int(words[1])
    most = CUBE_STEPS if words[0] == "LUT_3D_SIZE" else CUBE_STEPS**2
    if not 2 <= size <= most:
        raise ValueError(f"line {number}: expected a size from 2 to {most}, found {size}")
    return size


def _numbers(words: list[str], number: int) -> tuple[float, ...]:
    try:
        found = tuple(float(word) for word in words)
    except ValueError:
        found = ()
    if len(found) != 3 or not all(np.isfinite(found)):
        raise ValueError(f"line {number}: expected three numbers, found {' '.join(words)!r:.60}")
    return found


def _spread(curves: Table) -> Table:
    """Return the three-dimensional table of one curve for each color."""
    at = np.linspace(0, 1, 33)
    red, green, blue = (np.interp(at, np.linspace(0, 1, len(curves)), curves[:, color]) for color in range(3))
    return np.stack(np.meshgrid(red, green, blue, indexing="ij"), axis=-1).astype(np.float32)


def _over_unit_range(table: Table, low: NDArray[np.float64], high: NDArray[np.float64]) -> Table:
    """Return the table for colors in [0, 1], of one that is made for others."""
    if not low.any() and np.all(high == 1):
        return np.ascontiguousarray(table)
    from glance.effects.after.lut import looked_up

    at = np.linspace(0, 1, table.shape[0])
    colors = np.stack(np.meshgrid(at, at, at, indexing="ij"), axis=-1)
    return looked_up(table, (colors - low) / (high - low)).astype(np.float32)
