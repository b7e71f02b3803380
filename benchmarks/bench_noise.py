"""Measure what carried noise and the limits on drift do to a loop's pictures, with a small real model.

GLANCE_TRIAL_MODEL=FOLDER python -m benchmarks.bench_noise out/noise --frames 300 --steps 8 --limit 1.3

Every way is drawn by GLANCE's own loop from the same plan: a slow push with a turn and a drift to the side, colors
matched to the first picture. Noise: all new (fresh 1), all carried (0), between, and renewed on every twelfth frame
(`kick`). Figures go into OUT.json, pictures into OUT.jpg: a row for each way, its frames at even distances.

warp error: mean difference in levels between a frame and the moved frame before it, without the edges; flicker: the
same of the means of blocks of 16 pixels; saturation (HSV, 0 to 255), detail (variance of the Laplacian) and contrast,
over frames 10 to 30 and over the last 30.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from glance.camera.move import CameraMove
from glance.camera.transform import transform_of
from glance.camera.warping import warp
from glance.frames import Frame, size_of
from glance.imaging.drift import PictureFigures, figures_of, mean_figures
from glance.project.plan import LookPlan, RenderPlan
from glance.render.feedback import draw_frames
from tests.support.diffusers_trial import DiffusersTrial, trial_model
from tests.support.painted_frames import frame_spec

#: Name -> the share of new noise in a frame.
WAYS: Mapping[str, Callable[[int], float]] = {
    "0": lambda frame: 0.0,
    ".25": lambda frame: 0.25,
    ".5": lambda frame: 0.5,
    "1": lambda frame: 1.0,
    "kick": lambda frame: math.exp(-(frame % 12) / 1.5),
}
_PROMPT = "a lighthouse, by the sea, at sunset, red and gold"
_MOVE = CameraMove(zoom=1.008, angle_deg=0.25, translation_x=0.4)
_COLUMNS, _TILE = 8, 128
_EDGE = 8


def loop_plan(n_frames: int, steps: int, side: int, limit: float, fresh: Callable[[int], float]) -> RenderPlan:
    """Return a plan of one scene."""
    look = LookPlan("lab", "perlin", "reflect", None, None, False, 0.0, True, "flat", limit)
    base = frame_spec()
    frames = tuple(
        replace(
            base,
            index=index,
            time_s=index / 24,
            prompt=((_PROMPT, 1.0),),
            negative="",
            seed=1000 + index,
            strength=0.45,
            steps=steps,
            camera=_MOVE,
            noise=0.0,
            color=0.7,
            anchor=0 if index else -1,
            cut=index == 0,
            noise_fresh=fresh(index),
        )
        for index in range(n_frames)
    )
    return RenderPlan("", "", "", 0.0, n_frames / 24, Fraction(24), (side, side), look, frames)


def drawn(plan: RenderPlan, backend: DiffusersTrial) -> list[Frame]:
    """Return all frames of a plan."""
    frames: dict[int, Frame] = {}
    for each in draw_frames(plan, backend, frames.__getitem__):
        frames[each.spec.index] = each.frame
    return list(frames.values())


def figures(frames: list[Frame]) -> dict[str, object]:
    """Return the figures of one way."""
    measured = [figures_of(frame) for frame in frames]
    early, late = mean_figures(measured[10:31]), mean_figures(measured[-30:])
    errors = np.array([_errors(*pair) for pair in itertools.pairwise(frames[9:])]).mean(axis=0)
    over = [mean_figures(measured[at : at + 10]) for at in range(0, len(measured) - 9, 10)]
    return {
        "warp_error": round(float(errors[0]), 2),
        "flicker": round(float(errors[1]), 2),
        "early": _plain(early),
        "late": _plain(late),
        "distance": round(late.color_distance(early), 2),
        "detail_over": [round(each.detail, 1) for each in over],
    }


def _errors(before: Frame, after: Frame) -> tuple[float, float]:
    moved = warp(before, transform_of(_MOVE, size_of(before)), depth=None, border="reflect")[0]
    apart = (after.astype(np.float32) - moved)[_EDGE:-_EDGE, _EDGE:-_EDGE]
    side = apart.shape[0] // 16 * 16
    blocks = apart[:side, :side].reshape(side // 16, 16, side // 16, 16, 3).mean(axis=(1, 3))
    return float(np.abs(apart).mean()), float(np.abs(blocks).mean())


def _plain(each: PictureFigures) -> dict[str, float]:
    names = ("lightness", "saturation", "contrast", "detail")
    return {name: round(getattr(each, name), 1) for name in names}


def _row(frames: list[Frame]) -> Frame:
    chosen = np.linspace(0, len(frames) - 1, _COLUMNS).astype(int)
    tiles = [np.asarray(Image.fromarray(frames[at]).resize((_TILE, _TILE))) for at in chosen]
    # At the right the middle row of every frame, over time.
    strip = np.stack([frame[frame.shape[0] // 2] for frame in frames])
    return np.concatenate([*tiles, np.asarray(Image.fromarray(strip).resize((_TILE, _TILE)))], axis=1)


def main() -> None:
    """Draw the ways that are asked for, and write what was found after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--limit", type=float, default=0.0)
    parser.add_argument("--note", default="", help="what else is to be said of it, a sentence")
    parser.add_argument("--ways", nargs="*", default=list(WAYS))
    arguments = parser.parse_args()
    folder = trial_model()
    if folder is None:
        raise SystemExit("this needs torch, diffusers, transformers and a model: see tests/support/diffusers_trial.py")
    import torch

    torch.set_num_threads(1)
    backend = DiffusersTrial(folder, half=True)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    found: dict[str, object] = {}
    rows: list[Frame] = []
    for name in arguments.ways:
        began = time.monotonic()
        plan = loop_plan(arguments.frames, arguments.steps, arguments.side, arguments.limit, WAYS[name])
        frames = drawn(plan, backend)
        found[name] = figures(frames)
        rows.append(_row(frames))
        print(name, found[name], f"{time.monotonic() - began:.0f} s", flush=True)
        asked = {"frames": arguments.frames, "steps": arguments.steps, "side": arguments.side, "limit": arguments.limit}
        told = {"model": folder.name, "backend": "one CPU thread, bfloat16", "date": date.today().isoformat()}
        made = {**told, "note": arguments.note, **asked, "ways": found}
        arguments.output.with_suffix(".json").write_text(json.dumps(made, indent=1), "utf-8")
        Image.fromarray(np.concatenate(rows)).save(arguments.output.with_suffix(".jpg"), quality=85)


if __name__ == "__main__":
    main()
