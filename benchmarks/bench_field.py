"""Measure the carried field: whether it stays white, whether it goes with the picture, and what it costs.

python -m benchmarks.bench_field [OUT.json]

64x64 cells of 4 channels, 300 frames of each path. Variance and worst autocorrelation (lags to 4) are the extremes of
15 looks; correlation is that of 4x4 block means with the bilinearly moved field of the frame before, where nothing
enters; milliseconds are of CPU, the mean of all frames (new anchors included) and the greatest.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from glance.camera.depth import StandingThings
from glance.camera.move import CameraMove
from glance.camera.transform import transform_of
from glance.imaging.carried_noise import CarriedField, NoiseMove

_SIZE, _SHAPE = (512, 512), (4, 64, 64)
_TO_PIXELS = np.array([[8, 0, 3.5], [0, 8, 3.5], [0, 0, 1]])
_PATHS = {
    "push-in 1 % and turn .4 degrees": CameraMove(zoom=1.01, angle_deg=0.4),
    "pan .37 cells": CameraMove(translation_x=2.96),
    "pull-out 1 %": CameraMove(zoom=0.99),
    "3D: past standing things": CameraMove(mode="3d", translation_x=1.0, translation_z=0.5),
}


def main(output: Path | None) -> None:
    """Print a line for each path, and write all into a file."""
    found = {name: _measured(move) for name, move in _PATHS.items()}
    for name, row in found.items():
        print(name, row)
    if output:
        output.write_text(json.dumps({"date": date.today().isoformat(), "paths": found}, indent=1), "utf-8")


def _measured(move: CameraMove) -> dict[str, object]:
    transform = transform_of(move, _SIZE)
    depth = None
    if not transform.is_flat:
        depth = cv2.resize(StandingThings().estimate(np.zeros((*_SIZE, 3), np.uint8)), (64, 64))
    field = CarriedField(_SHAPE, _SIZE, 7)
    in_cells = np.linalg.inv(_TO_PIXELS) @ transform.matrix @ _TO_PIXELS
    variances, lagged, alike, costs = [], [], [], []
    before = field.cells()
    for frame in range(1, 300):
        began = time.process_time()
        field.advance(NoiseMove(frame, transform.matrix, transform.parallax, depth))
        cells = field.cells()
        costs.append(1000 * (time.process_time() - began))
        if frame % 20 == 0:
            variances.append(float(cells.var()))
            lagged.append(_worst(cells))
            if depth is None:
                moved = np.stack([cv2.warpPerspective(each, in_cells, (64, 64)) for each in before])
                alike.append(float(np.corrcoef(_blocks(moved), _blocks(cells))[0, 1]))
        before = cells
    return {
        "variance": [round(min(variances), 3), round(max(variances), 3)],
        "autocorrelation": round(max(lagged), 3),
        "correlation": round(float(np.mean(alike)), 3) if alike else None,
        "ms": [round(float(np.mean(costs)), 1), round(max(costs), 1)],
        "anchors": field.anchors,
    }


def _worst(cells: NDArray[np.float32]) -> float:
    lags = [(down, right) for down in range(5) for right in range(-4, 5) if (down, right) > (0, 0)]
    return max(abs(float((cells * np.roll(cells, lag, axis=(1, 2))).mean())) for lag in lags)


def _blocks(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    return cells.reshape(4, 16, 4, 16, 4).mean(axis=(2, 4))[:, 2:-2, 2:-2].ravel()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
