"""The drift meter tells what became of pictures, and the limits keep it small."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from glance.frames import Frame
from glance.imaging.drift import figures_of, held_within, mean_figures
from glance.media.video_writer import Encoding
from glance.project.plan import LookPlan, RenderPlan
from glance.render.drift_report import measure_drift, plot_of, write_drift
from glance.render.feedback import draw_frames
from glance.render.run_contents import DRIFT, DRIFT_PLOT
from glance.render.run_folder import RunFolder, clear, open_run
from glance.render.video import Target, render
from tests.support.painted_frames import frame_spec
from tests.support.quick_backend import QuickBackend

SIZE = (64, 48)


def picture(seed: int = 1) -> Frame:
    coarse = np.random.default_rng(seed).integers(60, 190, (12, 16, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize(SIZE, Image.Resampling.BICUBIC))


def a_plan(n_frames: int = 90, limit: float = 0.0, song: str = "") -> RenderPlan:
    look = LookPlan("none", "perlin", "reflect", None, None, False, 0.0, False, "flat", limit)
    frames = tuple(
        replace(frame_spec(), index=index, time_s=index / 12, cut=index == 0, strength=0.9) for index in range(n_frames)
    )
    return RenderPlan("", song, "", 0.0, n_frames / 12, Fraction(12), SIZE, look, frames)


class BurningBackend(QuickBackend):
    """Adds a little contrast and detail to everything, as a model's loop does."""

    def generate(self, request):
        if request.init is None:
            return picture()
        away = request.init.astype(np.float32)
        soft = np.asarray(Image.fromarray(request.init).resize((16, 12)).resize(SIZE)).astype(np.float32)
        return np.clip(np.rint(away + 0.12 * (away - soft) + 0.015 * (away - 128)), 0, 255).astype(np.uint8)


def in_a_loop(plan: RenderPlan) -> list[Frame]:
    frames: dict[int, Frame] = {}
    for each in draw_frames(plan, BurningBackend(), frames.__getitem__):
        frames[each.spec.index] = each.frame
    return list(frames.values())


def test_a_loop_that_burns_is_told_and_is_held_by_the_limit():
    loose, held = (in_a_loop(a_plan(limit=limit)) for limit in (0.0, 1.3))
    wild, calm = (measure_drift(a_plan(), frames.__getitem__).scenes[0] for frames in (loose, held))
    assert any(each.startswith("detail x") for each in wild.drifted())
    assert not calm.drifted()
    assert calm.late.detail <= 2 * calm.early.detail
    # Up to frame 30 there is nothing yet to hold a scene to.
    np.testing.assert_array_equal(loose[30], held[30])


def test_limits_leave_a_frame_within_them_alone_and_bring_others_back():
    frame = picture()
    reference = figures_of(frame)
    assert held_within(frame, reference, 1.3) is frame
    strong = np.clip((frame.astype(np.float32) - 128) * 2.2 + 128, 0, 255).astype(np.uint8)
    back = figures_of(held_within(strong, reference, 1.3))
    assert 1.15 * reference.contrast < back.contrast <= 1.31 * reference.contrast
    assert back.detail <= 1.6 * reference.detail < figures_of(strong).detail
    assert back.lightness == pytest.approx(figures_of(strong).lightness, abs=2)
    faint = np.clip((frame.astype(np.float32) - 128) * 0.4 + 128, 0, 255).astype(np.uint8)
    slowly = figures_of(held_within(faint, reference, 1.3))
    assert figures_of(faint).contrast < slowly.contrast < reference.contrast / 1.3


def test_figures_of_known_pictures():
    gray = np.full((48, 64, 3), 100, np.uint8)
    assert figures_of(gray).saturation == 0
    assert figures_of(gray).contrast == 0
    assert figures_of(gray).lightness == 100
    red = np.zeros((48, 64, 3), np.uint8)
    red[..., 0] = 255
    assert figures_of(red).saturation == 255
    # CIE 1976 of sRGB red is (53.24, 80.09, 67.20).
    assert figures_of(red).color == pytest.approx((53.24, 80.09, 67.20), abs=0.2)
    assert mean_figures([figures_of(gray), figures_of(red)]).saturation == 127.5
    with pytest.raises(ValueError, match="at least one"):
        mean_figures([])


def test_every_finished_run_has_its_figures_and_their_plot(song, tmp_path):
    plan = replace(a_plan(80, song=str(song)), end_s=4.0)
    backend = BurningBackend()
    run = open_run(tmp_path / "run", plan, backend, {}, resume=False)
    heard: list[object] = []
    target = Target(tmp_path / "video.mp4", Encoding(), {})
    assert render(plan, backend, run, target, on_event=heard.append, should_stop=lambda: False)
    told = json.loads((run.path / DRIFT).read_text("utf-8"))
    assert told["frames"] == list(range(80))
    assert told["scenes"][0]["late"]["detail"] > told["scenes"][0]["early"]["detail"]
    assert told["dE"][0] is not None
    with Image.open(run.path / DRIFT_PLOT) as plot:
        assert plot.size[0] > 500
        assert "GLANCE" in plot.info["Software"]
    assert "detail" in "".join(heard[-1].drift)
    clear(run.path)
    assert not list(run.path.glob("drift*"))


def test_a_run_whose_frames_are_gone_is_not_measured(tmp_path):
    assert write_drift(a_plan(), RunFolder(tmp_path, a_plan())) is None


def test_a_scene_too_short_to_drift_is_passed_over():
    frames = [picture(seed) for seed in range(40)]
    drift = measure_drift(a_plan(40), frames.__getitem__)
    assert drift.lines() == []
    assert len(plot_of(drift)) > 1000


def test_the_meter_reads_a_long_video_in_a_few_hundred_looks():
    asked: list[int] = []
    frame = picture()

    def read(index: int) -> Frame:
        asked.append(index)
        return frame

    measure_drift(a_plan(3000), read)
    assert len(asked) < 300
