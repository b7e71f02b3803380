"""Draw the manual's sheets of effects: each one off, half, full and on a hit, on frames of GLANCE's own.

    python -m benchmarks.draw_effect_sheets RUN_FOLDER PROJECT docs/img [--frames 60 200 ...]

`RUN_FOLDER` holds the frames of a finished video, `PROJECT` is its project. Effects in the loop are shown after a
second of drawing with them.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from pathlib import Path

import cv2
import msgspec
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from glance.cli.options import cache_folder
from glance.effects.effect import Effect, Values
from glance.effects.registry import EFFECTS
from glance.frames import Frame
from glance.media.images import read_png
from glance.painter.backend import PainterBackend
from glance.project.analyses import analyse_song
from glance.project.compile import compile_plan, crop_plan
from glance.project.files import load_project
from glance.project.model import EffectUse, Project
from glance.render.feedback import draw_frames

CELL = (320, 180)
MARGIN, LABEL = 6, 26
COLUMNS = ("off", "half", "full", "on a hit")
QUALITY = 66


def doses(effect: Effect) -> list[dict[str, float]]:
    """Return the numbers of the four columns."""
    usual, hit = effect.usual(), {**effect.usual(), **effect.hit}
    full = hit if effect.is_neutral(usual) else usual
    off = usual | {one.name: one.neutral for one in effect.doses}
    half = full | {one.name: (one.neutral + full[one.name]) / 2 for one in effect.doses}
    return [off, half, full, hit]


def table() -> np.ndarray:
    """Return a look-up table like a faded print: warm lights, teal shadows, soft ends."""
    at = np.stack(np.meshgrid(*[np.linspace(0, 1, 17)] * 3, indexing="ij"), axis=-1)
    luma = at @ [0.2126, 0.7152, 0.0722]
    warm = np.array([0.09, 0.02, -0.1]) * (luma[..., None] - 0.35)
    return (0.05 + 0.9 * (0.8 * at + 0.2 * luma[..., None]) + 1.6 * warm).clip(0, 1).astype(np.float32)


def row(effect: Effect, frame: Frame, index: int) -> list[Frame]:
    """Return the four pictures of an effect on finished frames."""
    asset = table() if effect.asset == "lut" else None
    moments = [Values(numbers, index=index, time_s=index / 12, seed=3, asset=asset) for numbers in doses(effect)]
    return [effect.apply(frame, moment) for moment in moments]


def drawn_row(effect: Effect, project: Project, begin_s: float) -> Iterator[Frame]:
    """Yield the four pictures of an effect in the loop: what is drawn after a second with it."""
    analysis = analyse_song(project.song, cache_folder())
    for numbers in doses(effect):
        curves = project.curves | {name: f"0:({value})" for name, value in numbers.items()}
        new = msgspec.structs.replace(project, curves=curves, effects=(EffectUse(effect=effect.name),))
        plan = crop_plan(compile_plan(new, analysis), begin_s, begin_s + 1.0)
        frames: dict[int, Frame] = {}
        backend = PainterBackend()
        for drawn in draw_frames(plan, backend, frames.__getitem__):
            frames[drawn.spec.index] = drawn.frame
        backend.close()
        yield frames[max(frames)]


def sheet(rows: list[tuple[str, list[Frame]]]) -> Image.Image:
    """Return one picture of all rows, labeled."""
    width = MARGIN + 4 * (CELL[0] + MARGIN)
    page = Image.new("RGB", (width, LABEL + len(rows) * (CELL[1] + LABEL) + MARGIN), "#14161a")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(15)
    for column, name in enumerate(COLUMNS):
        pen.text((MARGIN + column * (CELL[0] + MARGIN), 4), name, "#9aa4b2", font)
    for number, (label, pictures) in enumerate(rows):
        top = LABEL + number * (CELL[1] + LABEL)
        pen.text((MARGIN, top + 3), label, "#ffffff", font)
        for column, picture in enumerate(pictures):
            small = cv2.resize(picture, CELL, interpolation=cv2.INTER_AREA)
            page.paste(Image.fromarray(small), (MARGIN + column * (CELL[0] + MARGIN), top + LABEL - 3))
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("project", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--frames", type=int, nargs="+", default=[60, 200, 300, 420])
    parser.add_argument("--only", nargs="*", default=[])
    wanted = parser.parse_args()
    frames = [read_png(wanted.run / "frames" / f"{index:06d}.png") for index in wanted.frames]
    project = load_project(wanted.project)
    turn = itertools.cycle(range(len(frames)))
    groups: dict[str, list[tuple[str, list[Frame]]]] = {}
    for effect in EFFECTS.values():
        if wanted.only and effect.name not in wanted.only:
            continue
        if effect.where == "after":
            place = next(turn)
            large = cv2.resize(frames[place], (1024, 576), interpolation=cv2.INTER_LANCZOS4)
            pictures = row(effect, large, wanted.frames[place])
        elif effect.where == "loop":
            pictures = list(drawn_row(effect, project, wanted.frames[0] / 12))
        else:
            continue
        groups.setdefault(effect.group, []).append((f"{effect.label} ({effect.name})", pictures))
    for group, rows in groups.items():
        name = group.removeprefix("effects").strip(": ").replace(" ", "-")
        sheet(rows).save(wanted.folder / f"effects-{name}.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
