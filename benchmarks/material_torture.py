"""Damaged files of each kind that a musician's programs write: faults, the slowest, and the memory that it took.

python -m benchmarks.material_torture [ROUNDS]
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path

from glance.errors import GlanceError
from glance.material.reader import read_material
from tests.support.material_files import every_kind
from tests.torture.mutation import mutated_bytes


def main(rounds: int) -> int:
    faults = 0
    print(f"{'kind':<16}{'taken':>8}{'refused':>9}{'faults':>8}{'slowest s':>11}{'memory MB':>11}")
    with tempfile.TemporaryDirectory() as folder:
        for name, whole in every_kind().items():
            chance, path = random.Random(name), Path(folder) / name
            taken = refused = broken = 0
            slowest = 0.0
            for _ in range(rounds):
                path.write_bytes(mutated_bytes(whole, chance))
                began = time.process_time()
                try:
                    found = read_material(path, "song.mp3")
                    if found.tempo is not None:
                        found.tempo.grid(0.0, 600.0)
                    taken += 1
                except GlanceError:
                    refused += 1
                except Exception:  # noqa: BLE001 - what is counted here
                    broken += 1
                    traceback.print_exc()
                slowest = max(slowest, time.process_time() - began)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{name:<16}{taken:>8}{refused:>9}{broken:>8}{slowest:>11.3f}{memory:>11.0f}", flush=True)
            faults += broken
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
