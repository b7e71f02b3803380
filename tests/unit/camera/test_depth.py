from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from glance.camera.depth import (
    FAR_DEPTH,
    NEAR,
    GroundPlane,
    ModelDepth,
    depth_estimator,
    depth_from_nearness,
    smooth_depth,
)
from glance.errors import BackendError

FRAME = np.zeros((60, 80, 3), np.uint8)


def test_ground_is_near_at_the_bottom_and_far_from_the_horizon_up() -> None:
    depth = GroundPlane(horizon=0.5).estimate(FRAME)
    assert depth.shape == (60, 80)
    assert depth.dtype == np.float32
    assert depth[-1, 0] == pytest.approx(NEAR, rel=0.05)
    assert (depth[:30] == np.float32(FAR_DEPTH)).all()
    assert (np.diff(depth[:, 0]) <= 0).all()


def test_ground_is_computed_once_per_size_and_cannot_be_changed() -> None:
    first = GroundPlane().estimate(FRAME)
    assert first is GroundPlane().estimate(FRAME + 1)
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1


def test_nearness_becomes_depth_between_near_and_far() -> None:
    depth = depth_from_nearness(np.linspace(5, 500, 4800).reshape(60, 80))
    assert depth[0, 0] == pytest.approx(FAR_DEPTH)
    assert depth[-1, -1] == pytest.approx(NEAR)


@pytest.mark.parametrize("value", [3.0, np.nan])
def test_nearness_without_differences_is_a_flat_picture(value: float) -> None:
    assert (depth_from_nearness(np.full((4, 4), value)) == NEAR).all()


def test_smoothing_damps_flicker_of_scale_and_noise() -> None:
    random = np.random.default_rng(0)
    previous = GroundPlane().estimate(FRAME)
    new = (previous * 1.4 * np.exp(random.normal(0, 0.02, previous.shape))).astype(np.float32)
    smooth = smooth_depth(previous, new, 0.8)
    assert np.abs(smooth / previous - 1).mean() < 0.3 * np.abs(new / 1.4 / previous - 1).mean() + 0.002


def test_smoothing_leaves_what_came_into_view_alone() -> None:
    previous = np.full((20, 20), 3.0, np.float32)
    new = previous.copy()
    new[:5, :5] = 1.0
    assert (smooth_depth(previous, new, 0.9)[:5, :5] == 1.0).all()
    assert smooth_depth(previous, new, 0.0) is new


def test_smoothing_refuses_two_shapes() -> None:
    with pytest.raises(ValueError, match="one shape"):
        smooth_depth(np.ones((2, 2), np.float32), np.ones((3, 2), np.float32), 0.5)


def standin(answer: np.ndarray, **config: str) -> types.ModuleType:
    """Return a module that looks like transformers 4 and 5, with one model that always answers the same."""

    class Model:
        def __init__(self) -> None:
            self.config = types.SimpleNamespace(**config)
            self.dtype = "bfloat16"

        def float(self) -> Model:
            self.dtype = "float32"
            return self

    class Auto:
        @staticmethod
        def from_pretrained(name: str, *, local_files_only: bool) -> Model:
            assert local_files_only
            if name == "absent":
                raise OSError("not in the cache")
            return Model()

    class Pipeline:
        def __init__(self, model: Model) -> None:
            self.model = model

        def __call__(self, picture: object) -> dict[str, np.ndarray]:
            if self.model.dtype != "float32":
                raise TypeError("Got unsupported ScalarType BFloat16")
            return {"predicted_depth": answer}

    def pipeline(task: str, model: Model, image_processor: Model) -> Pipeline:
        # Version 5 takes `model_kwargs={"local_files_only": True}` for a second value of the same name, and stops.
        assert task == "depth-estimation"
        return Pipeline(model)

    module = types.ModuleType("transformers")
    module.pipeline = pipeline  # type: ignore[attr-defined]
    module.AutoModelForDepthEstimation = module.AutoImageProcessor = Auto  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize("shape", [(1, 30, 40), (60, 80)], ids=["version 4", "version 5"])
def test_answers_of_either_version_have_the_shape_of_the_frame(monkeypatch, shape: tuple[int, ...]) -> None:
    ramp = np.linspace(1, 10, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    monkeypatch.setitem(sys.modules, "transformers", standin(ramp, model_type="dpt"))
    depth = ModelDepth("any").estimate(FRAME)
    assert (depth.shape, depth.dtype) == ((60, 80), np.float32)
    assert depth[0, 0] == pytest.approx(FAR_DEPTH, rel=0.02)
    assert depth[-1, -1] == pytest.approx(NEAR, rel=0.02)


@pytest.mark.parametrize(
    "metric",
    [{"model_type": "zoedepth"}, {"model_type": "glpn"}, {"model_type": "a", "depth_estimation_type": "metric"}],
)
def test_relative_models_answer_with_nearness_and_metric_ones_with_distance(monkeypatch, metric) -> None:
    ramp = np.linspace(1, 10, 30 * 40, dtype=np.float32).reshape(30, 40)
    monkeypatch.setitem(sys.modules, "transformers", standin(ramp, model_type="dpt"))
    relative = ModelDepth("any").estimate(FRAME)
    monkeypatch.setitem(sys.modules, "transformers", standin(ramp, **metric))
    distance = depth_estimator("any").estimate(FRAME)
    assert relative.shape == distance.shape == (60, 80)
    assert relative[0, 0] > relative[-1, -1]
    assert distance[0, 0] < distance[-1, -1]


def test_a_model_that_is_not_here_says_what_to_do(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", standin(np.ones((2, 2)), model_type="dpt"))
    with pytest.raises(BackendError, match="download it first, or set depth to `ground`"):
        depth_estimator("absent")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(BackendError, match="not installed"):
        depth_estimator("any")
