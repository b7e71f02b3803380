"""How much a strength changes, at 4, 8, 20 and 30 steps: levels, order, and how far step counts differ.

    GLANCE_TRIAL_MODEL=FOLDER python -m benchmarks.bench_strength          a model in diffusers' form, on this machine
    GLANCE_TRIAL_MODEL=FOLDER python -m benchmarks.bench_strength --goal   the amounts that every model is calibrated to
    python -m benchmarks.bench_strength --backend http://127.0.0.1:7860    the model of a WebUI, over its API
    python -m benchmarks.bench_strength --arithmetic                       no model: levels, and what families start at

A model needs torch, diffusers and transformers, which GLANCE itself does not. Amounts are those of
`glance.backends.strength.calibration`: 0 is what the autoencoder alone changes, 1 another picture altogether. Ways:

    whole        rounded to whole steps of N, as GLANCE did before
    exact        one strength is one noise level: in a WebUI's process, with a model that was not measured
    calibrated   the same, measured: few steps made up for
    over HTTP    k of N steps, the nearest start that a host can be asked for
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from glance.backends.sdapi.families import FAMILIES
from glance.backends.sdapi.host_steps import host_steps
from glance.backends.sdapi.sampler_laws import SamplerTraits, law_of
from glance.backends.strength.calibration import GOAL, Trial, amounts_of_change, difference
from glance.backends.strength.curves import StrengthCurve, meant_steps, steps_for
from glance.backends.strength.noise_levels import NoiseScale, level_at, share_at
from glance.project.plan import FrameSpec
from glance.render.backend import FrameBackend, FrameRequest
from tests.support.diffusers_trial import DiffusersTrial, Start, trial_model, whole_start

STEPS = (4, 8, 20, 30)
#: README's `0.8 - 0.4*kick`.
KICKS = tuple(float(kick) for kick in np.linspace(0, 1, 21))
SUBJECTS = (
    "a lighthouse, by the sea, at sunset, red and gold",
    "a whale, underwater, at noon, teal and blue, peach ink wash painting",
    "a tree, in a forest, in fog, green and brown, starry swirl painting",
    "two lovers, on a street, in neon light, purple and pink, flat illustration",
    "a castle, in the mountains, at night, navy and silver",
    "a flower, in a garden, at dawn, yellow and violet, sunlit pastel painting",
)
SIZE = (128, 128)
_EULER = law_of("Euler", SamplerTraits())
Starts = Callable[[FrameSpec], Start]


def exact(curve: StrengthCurve) -> Starts:
    """Return the starts that a host in whose process GLANCE runs is given."""

    def start(spec: FrameSpec) -> Start:
        change = 1 - spec.strength
        share = curve.share(change, meant_steps(change, spec.steps))
        return Start(999 * share, steps_for(change, spec.steps))

    return start


def over_http(spec: FrameSpec) -> Start:
    """Return the start that a host is asked for over its API."""
    taken = steps_for(0.35, spec.steps)
    found = host_steps(1 - spec.strength, taken, _EULER, "", NoiseScale())
    return Start(999 * share_at(found.ratio), found.taken, whole=True, of=found.steps)


WAYS: dict[str, Starts] = {
    "whole": whole_start,
    "exact": exact(StrengthCurve()),
    # The straight line: for the model that all are calibrated to, only few steps are left to be made up for.
    "calibrated": exact(StrengthCurve(((0.0, 0.0), (1.0, 1.0)))),
    "over HTTP": over_http,
}


def swept(backend: FrameBackend, steps: int, subjects: int) -> list[float]:
    """Return the mean amount of change at each of `KICKS`."""
    rows = []
    for subject in SUBJECTS[:subjects]:
        trial = Trial(SIZE, steps, subject=subject)
        thorough = replace(trial, steps=20)
        first = backend.generate(FrameRequest(SIZE, thorough.spec(0.0, 7), None))
        most = difference(first, backend.generate(FrameRequest(SIZE, thorough.spec(0.0, 1207), None)))
        row = []
        for kick in KICKS:
            request = FrameRequest(SIZE, trial.spec(round(0.8 - 0.4 * kick, 6), 1207), first)
            row.append(float((difference(first, backend.generate(request)) / most).mean()))
        rows.append(row)
    return [statistics.fmean(column) for column in zip(*rows, strict=True)]


def measure(model: DiffusersTrial, ways: list[str], subjects: int) -> Iterator[str]:
    """Yield a table's lines."""
    yield "| way | steps | levels of 21 | monotone | at .2 | at .4 | at .6 | from 30 steps |"
    yield "|---|---|---|---|---|---|---|---|"
    for way in ways:
        model.start = WAYS[way]
        found = {steps: swept(model, steps, subjects) for steps in STEPS}
        for steps, amounts in found.items():
            rises = all(a <= b + 1e-9 for a, b in pairwise(amounts))
            levels = len({round(amount, 4) for amount in amounts})
            off = max(abs(a / b - 1) for a, b in zip(amounts, found[STEPS[-1]], strict=True))
            shown = " | ".join(f"{amounts[index]:.3f}" for index in (0, 10, 20))
            yield f"| {way} | {steps} | {levels} | {'yes' if rises else 'no'} | {shown} | {off:.0%} |"


def goal(model: DiffusersTrial) -> dict[float, float]:
    """Return the mean amount of change at each share of the timesteps, in so many steps that more change nothing."""
    model.start = lambda spec: Start(999 * (1 - spec.strength), 20)
    rows = [list(amounts_of_change(Trial(SIZE, 20, subject=subject), model.generate))[-1] for subject in SUBJECTS]
    return {share: round(statistics.fmean(row[share] for row in rows), 3) for share in rows[0]}


def arithmetic() -> Iterator[str]:
    """Yield what needs no model."""
    yield "levels of `0.8 - 0.4*kick`, 401 kicks: in the process / over HTTP, k and N at strengths .8, .6, .4"
    kicks = np.linspace(0, 1, 401)
    for steps in STEPS:
        changes = [0.2 + 0.4 * float(kick) for kick in kicks]
        inside = {round(level_at(change), 6) for change in changes}
        asked = [host_steps(change, steps_for(0.35, steps), _EULER, "", NoiseScale()) for change in changes]
        pairs = ", ".join(f"{asked[index].taken} of {asked[index].steps}" for index in (0, 200, 400))
        yield f"  {steps:2} steps: {len(inside)} / {len({found.ratio for found in asked})}; {pairs}"
    yield "sigma at 1 - strength of .2, .4, .5, .6, .8, arithmetic"
    for family in FAMILIES:
        strength = family.strength
        levels = [strength.scale.level(strength.curve.ratio(change, 20)) for change in (0.2, 0.4, 0.5, 0.6, 0.8)]
        yield f"  {family.title:22} " + "  ".join(f"{level:5.3f}" for level in levels)


def main() -> None:
    """Print one of the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--goal", action="store_true")
    parser.add_argument("--arithmetic", action="store_true")
    parser.add_argument("--backend", default="", metavar="ADDRESS")
    parser.add_argument("--ways", default="whole,exact,calibrated,over HTTP")
    parser.add_argument("--subjects", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.arithmetic:
        print("\n".join(arithmetic()))
        return
    if arguments.backend:
        _measure_host(arguments.backend)
        return
    folder = trial_model()
    if folder is None:
        parser.error(
            "GLANCE_TRIAL_MODEL must name a model in diffusers' form, and torch, diffusers, transformers be there"
        )
    model = DiffusersTrial(folder, guidance=5.0, half=True)
    if arguments.goal:
        print(goal(model))
        return
    for line in measure(model, arguments.ways.split(","), arguments.subjects):
        print(line, flush=True)


def _measure_host(address: str) -> None:
    from glance.backends.sdapi.backend import WebuiApiBackend

    backend = WebuiApiBackend(address)
    try:
        for steps in STEPS:
            amounts = swept(backend, steps, 1)
            rises = all(a <= b + 1e-9 for a, b in pairwise(amounts))
            shown = " ".join(f"{amount:.3f}" for amount in amounts)
            print(f"{steps} steps: monotone {rises}, {len({round(each, 4) for each in amounts})} levels: {shown}")
        print("goal:", GOAL)
    finally:
        backend.close()


if __name__ == "__main__":
    main()
