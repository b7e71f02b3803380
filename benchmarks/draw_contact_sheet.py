"""Draw frames of a video as one picture, for the documents.

python -m benchmarks.draw_contact_sheet out/demo.mp4 docs/demo-sheet.jpg
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from glance.media.video_reader import frames, probe

COUNT, COLUMNS, WIDTH = 24, 6, 320


def main(video: Path, output: Path) -> None:
    """Write a sheet of `COUNT` frames at even distances."""
    info = probe(video)
    height = round(WIDTH * info.size[1] / info.size[0])
    chosen = set(np.linspace(info.n_frames / COUNT / 2, info.n_frames - 1, COUNT).astype(int).tolist())
    pictures = [frame for index, frame in enumerate(frames(video, size=(WIDTH, height))) if index in chosen]
    rows = [np.concatenate(pictures[start : start + COLUMNS], axis=1) for start in range(0, COUNT, COLUMNS)]
    Image.fromarray(np.concatenate(rows)).save(output, quality=86)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
