"""Put trained networks into the package: their outputs are averaged when a song is heard.

Usage: python -m training.beats.pack TRAINED.npz [TRAINED.npz ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import glance.audio.network

if __name__ == "__main__":
    packed = {}
    for number, path in enumerate(sys.argv[1:]):
        with np.load(path, allow_pickle=False) as archive:
            packed.update({f"{number}/{name}": archive[name].astype(np.float32) for name in archive.files})
    target = Path(glance.audio.network.__file__).parent / "beat_network.npz"
    np.savez_compressed(target, **packed)
    print(target, target.stat().st_size, "bytes")
