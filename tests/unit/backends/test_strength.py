"""What strength means: noise levels, curves of families, and models that are measured."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from glance.backends.sdapi.families import FAMILIES, family_of
from glance.backends.strength.calibration import (
    GOAL,
    PICTURES,
    SHARES,
    Trial,
    amounts_of_change,
    measure_model,
    structural_similarity,
)
from glance.backends.strength.curves import ModelStrength, StrengthCurve, curve_from_amounts, steps_for
from glance.backends.strength.measured import MeasuredModel, MeasuredModels, keep_measured, read_measured
from glance.backends.strength.noise_levels import NoiseScale, evenly_on, level_at, schedule, share_at
from glance.cli import main
from glance.errors import BackendError
from glance.painter.backend import PainterBackend
from glance.render.backend import FrameRequest
from tests.support.diffusers_trial import DiffusersTrial, Start, trial_model
from tests.support.painted_frames import SMALL, photograph
from tests.support.quick_backend import QuickBackend

CHANGES = [float(each) for each in np.linspace(0.01, 0.99, 99)]


class BentBackend(QuickBackend):
    """Lets in another share of the noise than a strength says; its strength can be measured."""

    def __init__(self, bend: float) -> None:
        super().__init__()
        self._bend = bend

    def measure_bare(self) -> str:
        return "models/Bent.safetensors [0123456789]"

    def generate(self, request: FrameRequest) -> np.ndarray:
        spec = request.spec
        if request.init is None:
            return photograph(request.size, spec.seed)
        share = (1 - spec.strength) ** self._bend
        other = photograph(request.size, spec.seed)
        return np.rint(request.init * (1 - share) + other * share).astype(np.uint8)


def test_levels_are_stable_diffusions_own():
    assert [round(level_at(share), 2) for share in (0.2, 0.3, 0.4, 0.5, 0.6, 0.8)] == [
        0.57,
        0.83,
        1.16,
        1.62,
        2.28,
        5.09,
    ]
    assert (round(level_at(0), 3), round(level_at(1), 2)) == (0.029, 14.61)
    for share in CHANGES:
        assert share_at(level_at(share)) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.title)
def test_a_familys_noise_rises_with_what_may_change(family):
    strength = family.strength
    levels = [strength.scale.level(strength.curve.ratio(change, 20)) for change in CHANGES]
    assert all(a < b for a, b in pairwise(levels))
    assert not strength.curve.measured
    assert levels[-1] < (1 if family.flow else 15)


def test_families_that_were_trained_larger_start_from_more_noise():
    small, large = (family_of(model=name) for name in ("v1-5-pruned", "sdxl_lightning"))
    assert small is not None
    assert large is not None
    assert small.strength.curve.share(0.5, 20) == 0.5
    assert large.strength.curve.share(0.5, 4) == pytest.approx(2 / 3)
    flux = family_of(model="flux1-dev")
    assert flux is not None
    assert flux.strength.scale.level(flux.strength.curve.ratio(0.5, 20)) == pytest.approx(0.745, abs=0.005)


@pytest.mark.parametrize("name", ["", "karras", "exponential", "sgm uniform", "kl optimal", "simple", "beta", "ddim"])
@pytest.mark.parametrize("scale", [NoiseScale(), NoiseScale(True, 3.0)], ids=["diffusion", "flow"])
def test_every_schedule_falls_from_the_models_most_noise(name, scale):
    for n in (2, 5, 20, 60):
        levels = schedule(name, n, scale)
        assert (np.diff(levels) < 0).all()
        assert levels[-1] > 0
        assert levels[0] <= scale.table()[-1] * 1.0001


def test_even_steps_start_exactly_where_they_shall():
    levels = schedule("karras", 100, NoiseScale())
    for start in (0.05, 0.57, 2.28, 14.0):
        for n in (1, 3, 12):
            found = evenly_on(levels, start, n)
            assert (found.size, found[0]) == (n, start)
            assert (np.diff(found) < 0).all()


def test_a_measured_curve_makes_up_for_few_steps_and_keeps_the_order():
    curve = StrengthCurve(((0.0, 0.0), (0.5, 0.4), (1.0, 1.0)))
    assert curve.share(0.5, 3) > curve.share(0.5, 8) > curve.share(0.5, 30) == 0.4
    for steps in (4, 8, 20, 60, 150):
        shares = [curve.share(change, max(3.0, change * steps)) for change in CHANGES]
        assert all(a < b for a, b in pairwise(shares))
    assert [steps_for(change, 4) for change in (0.1, 0.5, 0.9)] == [3, 3, 4]
    assert steps_for(0.5, 1) == 1


def test_the_curve_gives_every_strength_the_amount_that_is_meant():
    amounts = {share: share**2 for share in SHARES}
    points = curve_from_amounts(amounts, {share: 0.8 * share for share in SHARES})
    curve = StrengthCurve(points)
    for change in (0.2, 0.4, 0.6, 0.8):
        assert np.interp(curve.share(change, 99), SHARES, list(amounts.values())) == pytest.approx(
            0.8 * change, abs=0.03
        )
    # Whatever was measured, more may change with less strength.
    flat = curve_from_amounts(dict.fromkeys(SHARES, 0.5), GOAL)
    assert all(a[1] < b[1] for a, b in pairwise(flat))


def test_twelve_pictures_measure_a_model():
    backend = BentBackend(2.0)
    heard: list[int] = []
    found = measure_model(backend, Trial(SMALL), heard.append)
    assert found is not None
    name, model = found
    assert heard == list(range(1, PICTURES + 1)) == list(range(1, 13))
    assert name == "models/Bent.safetensors [0123456789]"
    # It changes less than others where little may change, so it starts from more noise there.
    by_pixels = dict(model.points)
    assert by_pixels[0.2] > 0.3
    assert measure_model(BentBackend(1.0), Trial(SMALL), heard.append, lambda: True) is None


def test_what_cannot_be_measured_is_said():
    with pytest.raises(BackendError, match="only models of a WebUI"):
        measure_model(PainterBackend(), Trial(SMALL), lambda done: None)

    class Still(BentBackend):
        def generate(self, request: FrameRequest) -> np.ndarray:
            return photograph(request.size)

    with pytest.raises(BackendError, match="the same picture whatever its seed"):
        measure_model(Still(1.0), Trial(SMALL), lambda done: None)


def test_similar_pictures_are_told_from_others():
    one = photograph(SMALL, 1)
    assert structural_similarity(one, one) == pytest.approx(1)
    assert structural_similarity(one, photograph(SMALL, 2)) < 0.5


def test_a_measurement_is_kept_beside_the_models_name(tmp_path: Path):
    path = tmp_path / "new" / "strength.json"
    points = ((0.0, 0.0), (0.5, 0.7), (1.0, 1.0))
    keep_measured(path, "sd/Dream_8.safetensors [0123456789]", MeasuredModel(points=points, steps=20))
    keep_measured(path, "other.ckpt", MeasuredModel(points=points))
    found = read_measured(path)
    assert list(found.models) == ["dream_8", "other"]
    for name in ("Dream_8", "dream_8.safetensors [0123456789]", "more/dream_8.ckpt"):
        assert found.strength(name, ModelStrength()).curve == StrengthCurve(points)
    assert found.strength("unknown", ModelStrength()) == ModelStrength()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"models": 3}', '{"models": {"a": {"points": [[0, 5], [1, "x"]]}}}'])
def test_a_damaged_file_of_measurements_is_as_none(text: str, tmp_path: Path):
    path = tmp_path / "strength.json"
    assert read_measured(path) == MeasuredModels()
    path.write_text(text, encoding="utf-8")
    assert read_measured(path) == MeasuredModels()
    path.write_text('{"models": {"a": {"points": [[0, 0.9], [1, 0.1]]}}}', encoding="utf-8")
    assert read_measured(path) == MeasuredModels()


def test_the_command_line_lists_what_was_measured(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GLANCE_CACHE", str(tmp_path))
    assert main(["calibrate"]) == 0
    assert "no model was measured yet" in capsys.readouterr().out
    model = MeasuredModel(points=((0.0, 0.0), (0.5, 0.7), (1.0, 1.0)), steps=20, sampler="Euler", date="2026-12-01")
    keep_measured(tmp_path / "strength.json", "dream", model)
    assert main(["calibrate"]) == 0
    assert "dream  (2026-12-01" in capsys.readouterr().out
    assert main(["calibrate", "--backend", "painter"]) == 1
    assert "only models of a WebUI can be measured" in capsys.readouterr().err


@pytest.mark.skipif(
    trial_model() is None, reason="GLANCE_TRIAL_MODEL names no model, or torch and diffusers are missing"
)
def test_with_a_real_model_few_steps_change_as_much_as_many():
    curve = StrengthCurve(((0.0, 0.0), (1.0, 1.0)))
    folder = trial_model()
    assert folder is not None
    trial = Trial((64, 64), subject="a lighthouse, by the sea, at sunset, red and gold")
    found = []
    for steps in (3, 12):
        model = DiffusersTrial(folder, half=True)
        model.start = lambda spec, steps=steps: Start(999 * curve.share(1 - spec.strength, steps), steps)
        found.append(list(amounts_of_change(trial, model.generate))[-1])
    for few, many in zip(found[0].values(), found[1].values(), strict=True):
        assert few == pytest.approx(many, rel=0.15)
    assert all(a < b for a, b in pairwise(found[0].values()))
