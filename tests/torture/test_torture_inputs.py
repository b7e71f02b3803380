"""Damaged inputs of every kind: never a traceback, never a hang. The long version is `make torture`."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from tests.torture.attack import HANG_S, attack
from tests.torture.mutation import mutated_json, mutated_text
from tests.torture.readers import KINDS
from tests.torture.seeds import PROJECT, SCHEDULES
from tests.torture.studio import ROOT

#: Inputs that take some seconds together; what they found once is in the unit tests.
ROUNDS = {
    "schedules": 400,
    "projects": 60,
    "foreign": 80,
    "bodies": 60,
    "lyrics": 100,
    "material": 200,
    "styles": 100,
    "looks": 120,
    "cubes": 200,
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_damaged_inputs_are_taken_or_refused_in_words(kind: str) -> None:
    outcome = attack(kind, ROUNDS[kind], seed=1)
    assert outcome.n_faults == 0, str(outcome)
    assert outcome.taken > 0
    assert outcome.refused > 0


def test_damages_are_the_same_for_the_same_seed_and_differ_for_another() -> None:
    text = SCHEDULES[0][1]
    assert mutated_text(text, random.Random("1")) == mutated_text(text, random.Random("1")) != text
    assert mutated_json(PROJECT, random.Random("1")) == mutated_json(PROJECT, random.Random("1")) != PROJECT


def test_a_fault_and_a_hang_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import contextmanager

    @contextmanager
    def broken(folder: object):  # type: ignore[no-untyped-def]
        def read(chance: random.Random) -> bool:
            if chance.random() < 0.5:
                raise IndexError("what a musician must not see")
            return True

        yield read

    monkeypatch.setitem(KINDS, "broken", broken)
    monkeypatch.setattr("tests.torture.attack.HANG_S", -1.0)
    outcome = attack("broken", 50)
    assert 0 < outcome.n_faults < 50
    assert "what a musician must not see" in str(outcome)
    assert len(outcome.slow) == 50
    assert HANG_S == 1.0


def test_the_program_ends_with_1_where_something_broke_and_tells_its_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "schedules", "--rounds", "20"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("schedules: 20 inputs")
