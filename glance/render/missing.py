"""What of a run is still to be drawn: the stretches of its plan whose frames are not all there.

A run's frames have gaps where frames were taken over from another run, or where several backends drew side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from glance.errors import RunError
from glance.render.drawing_order import drawing_order
from glance.render.feedback import groups
from glance.render.run_folder import RunFolder

#: How a whole PNG ends: an empty IEND chunk with its checksum.
_END = b"\0\0\0\0IEND\xaeB`\x82"


@dataclass(frozen=True)
class Missing:
    """What is to be drawn.

    Attributes:
        ranges: Half-open ranges of positions in the order of drawing, each of whole groups, in order.
        frames: Numbers of the frames that are missing.
        n_ready: Frames that are there.
        n_to_diffuse: Pictures that the backend has to draw.
    """

    ranges: tuple[tuple[int, int], ...]
    frames: frozenset[int]
    n_ready: int
    n_to_diffuse: int


def missing_of(run: RunFolder, start: int = 0, end: int | None = None) -> Missing:
    """Return what is missing of a run between two positions in its order of drawing (`drawing_order`).

    Groups that reach over them count whole.
    """
    order = drawing_order(run.plan)
    place = {spec.index: position for position, spec in enumerate(order.frames)}
    last = len(order.frames) if end is None else end
    asked = [group for group in groups(order, start) if place[group[0].index] < last]
    there = [spec.index for group in asked for spec in group if looks_whole(run.frame_path(spec.index))]
    gone = {spec.index for group in asked for spec in group}.difference(_readable(run, there, place))
    ranges: list[tuple[int, int]] = []
    lacking = [group for group in asked if any(spec.index in gone for spec in group)]
    for group in lacking:
        begin, stop = place[group[0].index], place[group[-1].index] + 1
        if ranges and ranges[-1][1] == begin:
            ranges[-1] = (ranges[-1][0], stop)
        else:
            ranges.append((begin, stop))
    return Missing(tuple(ranges), frozenset(gone), sum(map(len, asked)) - len(gone), len(lacking))


def _readable(run: RunFolder, there: list[int], place: Mapping[int, int]) -> list[int]:
    """Return the frames without the newest that cannot be read: a power cut leaves files in name only."""
    kept: list[int] = []
    after = None
    for index in reversed(there):
        if after == place[index] + 1 or _is_readable(run, index):
            kept.append(index)
            after = place[index]
    return kept


def _is_readable(run: RunFolder, index: int) -> bool:
    try:
        run.read(index)
    except RunError:
        return False
    return True


def looks_whole(path: Path) -> bool:
    """Return whether a PNG's file is there up to its end."""
    try:
        with path.open("rb") as file:
            file.seek(-len(_END), 2)
            return file.read() == _END
    except OSError:  # missing, or shorter than that
        return False
