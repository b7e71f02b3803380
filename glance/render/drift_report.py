"""The drift meter: what became of a video's pictures over its frames, beside what each scene began with.

Written into the run folder when a video is complete: `drift.json` the figures, `drift.png` their curves.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from glance import SOFTWARE
from glance.errors import RunError
from glance.frames import Frame
from glance.imaging.drift import PictureFigures, figures_of, mean_figures
from glance.project.plan import RenderPlan
from glance.render.drawing_order import drawing_order
from glance.render.early_frames import early_frames, scene_stretches
from glance.render.run_contents import DRIFT, DRIFT_PLOT
from glance.render.run_folder import RunFolder
from glance.system.files import write_atomically, write_json

#: So many frames of a video are looked at, whatever its length.
_LOOKS = 240
#: The end of a scene is its last frames, so many.
_LATE = 30
#: From here on a scene counts as drifted: saturation, contrast and detail by these factors.
_BOUNDS = {"saturation": 1.25, "contrast": 1.5, "detail": 2.0}
#: What is drawn, from top to bottom, and the color of its curve.
_CURVES = (
    ("lightness", (60, 60, 60)),
    ("saturation", (190, 60, 120)),
    ("contrast", (40, 100, 190)),
    ("detail", (30, 130, 70)),
    ("dE to the scene's reference", (200, 110, 20)),
)
_ROW, _WIDTH, _LEFT = 90, 960, 10

ReadFrame = Callable[[int], Frame]


@dataclass(frozen=True)
class SceneDrift:
    """How a scene ended beside how it began.

    Attributes:
        scene: Its index.
        early: Figures of its frames 10 to 30.
        late: Figures of its last frames, of those that were drawn last where it was drawn backwards.
        distance: dE (CIE 1976) between the mean colors of the two.
    """

    scene: int
    early: PictureFigures
    late: PictureFigures
    distance: float

    def drifted(self) -> list[str]:
        """Return what left the bounds, as `detail x 2.3`."""
        found = []
        for name, bound in _BOUNDS.items():
            ratio = getattr(self.late, name) / max(getattr(self.early, name), 1e-6)
            if not 1 / bound <= ratio <= bound:
                found.append(f"{name} x {ratio:.2f}")
        return found


@dataclass(frozen=True)
class Drift:
    """The meter's readings.

    Attributes:
        frames: (n,) numbers of the frames that were looked at.
        figures: Of each.
        distances: (n,) dE to the first figures of the scene's frames 10 to 30; NaN where a scene is too short for any.
        scenes: Those that are long enough to have a beginning and an end.
    """

    frames: tuple[int, ...]
    figures: tuple[PictureFigures, ...]
    distances: tuple[float, ...]
    scenes: tuple[SceneDrift, ...]

    def lines(self) -> list[str]:
        """Return a line for each scene, and one of advice where pictures drifted too far."""
        lines = [
            f"scene {each.scene + 1}: saturation {each.early.saturation:.0f} > {each.late.saturation:.0f}, contrast "
            f"{each.early.contrast:.0f} > {each.late.contrast:.0f}, detail {each.early.detail:.0f} > "
            f"{each.late.detail:.0f}, colors moved by dE {each.distance:.1f}"
            for each in self.scenes
        ]
        return [*lines, self.advice()] if self.advice() else lines

    def advice(self) -> str:
        """Return what drifted too far and what helps, in a sentence; empty where nothing has."""
        found = [f"scene {each.scene + 1} ({', '.join(each.drifted())})" for each in self.scenes if each.drifted()]
        if not found:
            return ""
        return (
            f"pictures drifted between the beginning and the end of {'; '.join(found[:4])}. A drift_limit of 1.3 holds "
            "contrast and detail, more `colour` holds colors, and a VAE in full precision (--no-half-vae in a WebUI) "
            "where they run away all the same"
        )


def measure_drift(plan: RenderPlan, read: ReadFrame) -> Drift:
    """Return the readings of a finished plan.

    Args:
        plan: Its frames in the video's order.
        read: Reads a frame by its number.
    """
    order = drawing_order(plan)
    known: dict[int, PictureFigures] = {}

    def figures(index: int) -> PictureFigures:
        if index not in known:
            known[index] = figures_of(read(index))
        return known[index]

    scenes, references = [], dict[int, PictureFigures]()
    for stretch in scene_stretches(order):
        early = early_frames(order, stretch)
        if not early or len(stretch) <= _LATE + 30:
            continue
        late = [order.frames[at].index for at in stretch[-_LATE:]][::3]
        begun, ended = (mean_figures([figures(index) for index in part]) for part in (early, late))
        scenes.append(SceneDrift(order.frames[stretch.start].scene, begun, ended, ended.color_distance(begun)))
        references |= {order.frames[at].index: begun for at in stretch}
    step = max(1, len(plan.frames) // _LOOKS)
    frames = [spec.index for spec in plan.frames[::step]]
    seen = [figures(index) for index in frames]
    away = [
        one.color_distance(references[index]) if index in references else float("nan")
        for index, one in zip(frames, seen, strict=True)
    ]
    return Drift(tuple(frames), tuple(seen), tuple(away), tuple(scenes))


def write_drift(plan: RenderPlan, run: RunFolder) -> Drift | None:
    """Measure a finished run and write what was found beside its frames; None where it cannot be read or written."""
    with suppress(RunError, OSError):
        drift = measure_drift(plan, run.read)
        write_json(run.path / DRIFT, _plain(drift))
        write_atomically(run.path / DRIFT_PLOT, plot_of(drift))
        return drift
    return None


def _plain(drift: Drift) -> dict[str, object]:
    distances = [None if np.isnan(each) else round(each, 2) for each in drift.distances]
    return {
        "frames": list(drift.frames),
        "figures": [_rounded(each) for each in drift.figures],
        "dE": distances,
        "scenes": [
            {
                "scene": each.scene + 1,
                "early": _rounded(each.early),
                "late": _rounded(each.late),
                "dE": round(each.distance, 2),
            }
            for each in drift.scenes
        ],
    }


def _rounded(figures: PictureFigures) -> dict[str, object]:
    values = asdict(figures)
    color = values.pop("color")
    return {name: round(value, 2) for name, value in values.items()} | {"color": [round(each, 2) for each in color]}


def plot_of(drift: Drift) -> bytes:
    """Return the readings as a PNG: one curve below the other, each from 0 to its own greatest value."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    canvas = np.full((_ROW * len(_CURVES), _WIDTH, 3), 255, np.uint8)
    rows: list[Sequence[float]] = [[getattr(each, name) for each in drift.figures] for name, _ in _CURVES[:-1]]
    rows.append(drift.distances)
    for place, (values, (name, tint)) in enumerate(zip(rows, _CURVES, strict=True)):
        _draw(canvas[place * _ROW : (place + 1) * _ROW], np.asarray(values, np.float64), name, tint)
    info, packed = PngInfo(), io.BytesIO()
    info.add_text("Software", SOFTWARE)
    Image.fromarray(canvas).save(packed, "PNG", pnginfo=info)
    return packed.getvalue()


def _draw(row: Frame, values: NDArray[np.float64], name: str, tint: tuple[int, int, int]) -> None:
    import cv2

    top, bottom = 22, _ROW - 8
    greatest = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    cv2.line(row, (_LEFT, bottom), (_WIDTH - _LEFT, bottom), (210, 210, 210), 1)
    x = np.linspace(_LEFT, _WIDTH - _LEFT, max(2, values.size))[: values.size]
    y = bottom - values / max(greatest, 1e-9) * (bottom - top)
    points = np.column_stack([x, y])
    for first, second in itertools.pairwise(points):
        if np.isfinite(first[1]) and np.isfinite(second[1]):
            cv2.line(row, _pixel(first), _pixel(second), tint, 1, cv2.LINE_AA)
    label = f"{name}, up to {greatest:.1f}"
    cv2.putText(row, label, (_LEFT, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.45, tint, 1, cv2.LINE_AA)


def _pixel(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
