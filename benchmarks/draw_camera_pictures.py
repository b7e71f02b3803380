"""Draw the pictures of docs/camera.md: the axes, and the path of every preset over eight seconds at 120 beats a minute.

python -m benchmarks.draw_camera_pictures docs
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.camera_pictures import axes_picture, path_picture
from glance.camera.move import CameraMove
from glance.camera.presets import CAMERA_PRESETS, CameraPreset
from glance.project.camera import moves_of_preset
from glance.schedule.signals import Signals
from glance.timing import BeatGrid

FPS, SECONDS, COLUMNS = 12, 8, 4


def moves_of(preset: CameraPreset) -> list[CameraMove]:
    """Return the preset's moves, one per frame, over a song that swells and fades."""
    n = FPS * SECONDS
    loudness = 0.5 + 0.4 * np.sin(np.arange(n) / n * 2 * np.pi)
    grid = BeatGrid(np.arange(0, SECONDS + 1, 0.5), np.arange(0, SECONDS + 1, 2.0))
    song = Signals(n, Fraction(FPS), 0, grid, {"rms": loudness, "low": loudness})
    return moves_of_preset(preset, song)


def main() -> None:
    """Write camera-axes.png and camera-presets.png into the folder named on the command line."""
    folder = Path(sys.argv[1])
    tiles = []
    for preset in CAMERA_PRESETS.values():
        tile = path_picture(moves_of(preset), (240, 136))
        label = np.full((24, 240, 3), 250, np.uint8)
        cv2.putText(label, preset.label, (8, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (52, 54, 60), 1, cv2.LINE_AA)
        tiles.append(np.vstack([label, tile]))
    tiles += [np.full_like(tiles[0], 250)] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    Image.fromarray(np.vstack(rows)).save(folder / "camera-presets.png", optimize=True)
    Image.fromarray(axes_picture((640, 360))).save(folder / "camera-axes.png", optimize=True)


if __name__ == "__main__":
    main()
