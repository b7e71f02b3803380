"""The page's pure modules: their own tests, and their numbers beside Python's."""

from __future__ import annotations

import json
import random
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from glance.project.model import Override, Project, Song
from glance.project.overrides import laid_over
from glance.schedule.channels import CHANNELS, clamp
from glance.schedule.curve import evaluate
from glance.schedule.easing import EASINGS
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.timing import BeatGrid

_ROOT = Path(__file__).parents[3]


def _node(*arguments: str) -> str:
    done = subprocess.run(["node", *arguments], cwd=_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def test_the_pages_own_tests_pass() -> None:
    files = sorted(str(path) for path in (_ROOT / "tests" / "js").glob("*.test.mjs"))
    assert "# fail 0" in _node("--test", "--test-reporter=tap", *files)


def test_curves_have_the_values_in_the_page_that_they_have_in_the_plan(tmp_path: Path) -> None:
    chance = random.Random(5)
    cases = [_case(chance) for _ in range(150)] + [_easing_case(name) for name in EASINGS]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    pages = json.loads(_node("tests/js/evaluate.mjs", str(file)))
    for case, values in zip(cases, pages, strict=True):
        grid = BeatGrid(np.array(case["beats"]), np.array(case["downbeats"]))
        signals = Signals(case["frames"], Fraction(case["rate"]), 1, grid, {})
        expected = evaluate(parse_schedule(case["text"], "strength"), signals)
        np.testing.assert_allclose(values, expected, rtol=0, atol=1e-9, err_msg=case["text"])


def test_changes_are_laid_over_in_the_page_as_they_are_in_the_plan(tmp_path: Path) -> None:
    chance = random.Random(7)
    cases = [_changes(chance) for _ in range(120)]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    pages = json.loads(_node("tests/js/lay_over.mjs", str(file)))
    for case, values in zip(cases, pages, strict=True):
        grid = BeatGrid(np.array(case["beats"]), np.array(case["downbeats"]))
        signals = Signals(len(case["below"]), Fraction(case["rate"]), 1, grid, {})
        overrides = tuple(Override(**one) for one in case["overrides"])
        project = Project(song=Song(path="song.wav"), overrides=overrides)
        name = case["channel"]["name"]
        expected = laid_over(project, {name: np.array(case["below"])}, signals)[name]
        np.testing.assert_allclose(values, expected, rtol=0, atol=1e-9, err_msg=str(case["overrides"]))


def _changes(chance: random.Random) -> dict[str, Any]:
    case = _case(chance)
    channel = CHANNELS[chance.choice(["strength", "zoom", "steps", "angle"])]
    below = clamp(channel.name, np.array([chance.uniform(-1, 30) for _ in range(case["frames"])])).tolist()
    overrides = []
    for _ in range(chance.randrange(1, 6)):
        unit, start, length = chance.choice(["", "s", "b", "bar"]), chance.uniform(-2, 9), chance.uniform(0.2, 6)
        end = chance.choice([f"{start + length:.4f}{unit}", f"{start + length:.4f}{unit}", ""])
        overrides.append(
            {
                "channel": channel.name,
                "start": f"{start:.4f}{unit}",
                "end": end if unit or not end else f"{start + 1 + length:.4f}",
                "mode": chance.choice(["set", "add", "scale"]),
                "value": round(chance.uniform(-2, 3), 3),
                "curve": chance.choice(["", "", case["text"]]),
                "shape": chance.choice(["flat", "fall", "rise", "swell", "soft"]),
            }
        )
    kept = {name: getattr(channel, name) for name in ("name", "low", "high", "kind")}
    return {**case, "below": below, "overrides": overrides, "channel": kept}


def _case(chance: random.Random) -> dict[str, Any]:
    beats = np.cumsum([chance.uniform(0.3, 0.8) for _ in range(chance.randrange(0, 20))]).tolist()
    rate = chance.choice(["12", "24", "30000/1001", "7.5"])
    keys = [_key(chance) for _ in range(chance.randrange(1, 9))]
    frames = chance.randrange(1, 300)
    places = {"beats": beats, "downbeats": beats[1::4]}
    return {"text": ", ".join(keys), "rate": rate, "fps": float(Fraction(rate)), "frames": frames, **places}


def _key(chance: random.Random) -> str:
    number = round(chance.uniform(0, 25), chance.randrange(0, 4))
    time = chance.choice([f"{number * 8:g}", f"{number}s", f"{number}b", f"{number / 4}bar", f"0:{number}", "max_f"])
    easing = chance.choice(["", "", f", {chance.choice(list(EASINGS))}"])
    return f"{time}: ({chance.uniform(-2, 2):.5g}{easing})"


def _easing_case(name: str) -> dict[str, Any]:
    text = f"0:(0, {name}), 97:(1)"
    return {"text": text, "rate": "12", "fps": 12.0, "frames": 100, "beats": [], "downbeats": []}
