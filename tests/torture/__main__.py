"""The long versions: `python -m tests.torture [KIND ...] [--minutes M] [--rounds N]`; ends with 1 if anything broke."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.torture.attack import attack
from tests.torture.clients import many_clients
from tests.torture.kills import kill_and_resume, kill_while_saving
from tests.torture.readers import KINDS
from tests.torture.studio import running_studio

#: Damaged inputs of each kind, kills, and clients, where nothing else is said.
ROUNDS = {"schedules": 100_000, "projects": 20_000, "foreign": 20_000, "bodies": 20_000, "lyrics": 10_000}
ROUNDS |= {"styles": 10_000, "looks": 10_000, "cubes": 10_000, "kills": 200}
_CLIENTS, _MINUTES, _MOST_MB, _MOST_GROWTH_MB = 50, 10.0, 1024, 50


def main(words: list[str] | None = None) -> int:
    """Run what was named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join((*KINDS, "kills", "clients")))
    parser.add_argument("--rounds", type=int, help="instead of the full number")
    parser.add_argument("--minutes", type=float, help="at most, for each kind; 10 for the clients by default")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(words)
    broken = False
    for kind in asked.kinds or (*KINDS, "kills", "clients"):
        minutes = asked.minutes
        seconds = minutes * 60 if minutes else float("inf")
        rounds = asked.rounds or ROUNDS.get(kind, 0)
        if kind == "kills":
            with tempfile.TemporaryDirectory() as folder:
                kills = kill_and_resume(Path(folder), rounds, asked.seed, seconds)
                kills.wrong += kill_while_saving(Path(folder), kills.rounds, asked.seed)
            broken |= bool(kills.wrong)
            sys.stdout.write(f"{kills}\n")
            sys.stdout.flush()
        elif kind == "clients":
            with tempfile.TemporaryDirectory() as folder, running_studio(Path(folder) / "shelf") as studio:
                load = many_clients(studio, Path(folder), _CLIENTS, (minutes or _MINUTES) * 60)
            later = load.memory_mb[len(load.memory_mb) // 2 :]
            broken |= bool(load.errors) or (bool(later) and later[-1] - later[0] > _MOST_GROWTH_MB)
            sys.stdout.write(f"{load}\n")
            sys.stdout.flush()
        else:
            outcome = attack(kind, rounds, asked.seed, seconds)
            broken |= bool(outcome.n_faults or outcome.slow) or outcome.peak_mb > _MOST_MB
            sys.stdout.write(f"{outcome}\n")
            sys.stdout.flush()
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
