"""The verb that measures a model: calibrate."""

from __future__ import annotations

import argparse
from contextlib import closing

from glance.backends.registry import open_backend
from glance.backends.strength.calibration import PICTURES, SUBJECT, Trial, measure_model
from glance.backends.strength.measured import MeasuredModels, keep_measured, measured_file, model_key, read_measured
from glance.cli.options import say
from glance.errors import ProjectError
from glance.project.model import Output, Project, Song
from glance.project.validate import checked_size
from glance.system.platform import cache_folder


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add calibrate."""
    parser = verbs.add_parser("calibrate", help="measure what strength means for a WebUI's model: 12 pictures")
    parser.add_argument("--backend", metavar="ADDRESS", help="the WebUI (http://...); without, list what was measured")
    parser.add_argument("--checkpoint", default="", metavar="NAME", help="its model; the loaded one by default")
    parser.add_argument("--sampler", default="", metavar="NAME", help="the host's first by default")
    parser.add_argument("--scheduler", default="", metavar="NAME", help="automatic by default")
    parser.add_argument("--steps", type=int, default=20, help="steps of a full denoise (default 20)")
    parser.add_argument("--cfg", type=float, default=7.0, help="guidance (default 7)")
    parser.add_argument("--width", type=int, default=Output().width, help=f"in pixels (default {Output().width})")
    parser.add_argument("--height", type=int, default=Output().height, help=f"in pixels (default {Output().height})")
    parser.add_argument("--subject", default=SUBJECT, help="what is drawn")
    parser.set_defaults(run=_calibrate)


def _calibrate(arguments: argparse.Namespace) -> int:
    kept = measured_file(cache_folder())
    if not arguments.backend:
        _list(read_measured(kept))
        return 0
    if not 1 <= arguments.steps <= 150:
        raise ProjectError("--steps", f"expected 1 to 150, found {arguments.steps}")
    trial = Trial(
        checked_size((arguments.width, arguments.height)),
        arguments.steps,
        arguments.cfg,
        arguments.sampler,
        arguments.scheduler,
        arguments.checkpoint,
        arguments.subject,
    )
    with closing(open_backend(arguments.backend, Project(song=Song(path="")))) as backend:
        found = measure_model(backend, trial, lambda done: say(f"{done} of {PICTURES} drawn"))
    if found is not None:
        name, model = found
        keep_measured(kept, name, model)
        print(f"{model_key(name)}: kept in {kept}")
        _show(model.points)
    return 0


def _list(measured: MeasuredModels) -> None:
    for name, model in measured.models.items():
        print(f"{name}  ({model.date}, {model.host}, {model.sampler}, {model.steps} steps)")
        _show(model.points)
    if not measured.models:
        print("no model was measured yet; give the WebUI's address: glance calibrate --backend http://127.0.0.1:7860")


def _show(points: tuple[tuple[float, float], ...]) -> None:
    print("  strength  start of the schedule")
    for denoising, share in points[1:-1]:
        print(f"  {1 - denoising:8.2f}  {share:8.3f}")
