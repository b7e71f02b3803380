"""The preview, drawn anew only where it changed since it was drawn.

A picture depends on its own decisions and, through the feedback loop, on everything since the last cut. So each frame
of a drawn preview is remembered by a number made of all that: frames whose number is another one now are stale. They
are drawn in place, from the first stale frame of a stretch on, and come out as if everything had been drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from glance.app.tasks import Task
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.backend import fingerprint
from glance.render.feedback import Drawn, draw_frames, groups
from glance.render.metadata import frame_text
from glance.render.run_folder import RunFolder

#: Frames [first, last) by their place in a plan.
Run = tuple[int, int]


@dataclass(frozen=True)
class DrawnPreview:
    """What the pictures of a preview were drawn from.

    Attributes:
        first: Number in the song of the first of them.
        marks: A number for each, the same only where the picture is.
    """

    first: int
    marks: tuple[int, ...]


def drawn_preview(plan: RenderPlan, n_drawn: int) -> DrawnPreview:
    """Return what the first `n_drawn` pictures of a plan are known by."""
    return DrawnPreview(plan.frames[0].index, tuple(picture_marks(plan)[:n_drawn]))


def picture_marks(plan: RenderPlan) -> list[int]:
    """Return a number for each frame of a plan; two plans have the same one where the same picture comes out.

    They hold within this process only.
    """
    common = hash((repr(plan.look), plan.size, plan.fps))
    by_index = {spec.index: spec for spec in plan.frames}
    marks: list[int] = []
    chosen: dict[int, int] = {}
    before = common
    for group in groups(plan, 0):
        key = group[-1]
        carried = common if key.cut else before
        words = tuple(_alone(by_index[index]) for index, _ in key.fresh_colors if index in by_index)
        mark = hash((carried, tuple(map(_alone, group)), chosen.get(key.anchor, key.anchor), words))
        marks.extend(hash((before, mark if spec.tween > 0 else 0, _alone(spec))) for spec in group[:-1])
        marks.append(mark)
        chosen[key.index] = mark
        before = mark
    return marks


def _alone(spec: FrameSpec) -> int:
    return hash(repr(spec))


def stale_runs(preview: DrawnPreview, plan: RenderPlan, marks: Sequence[int]) -> list[Run]:
    """Return the stretches of a plan whose pictures in the preview are others now, in whole groups of frames."""
    shift = plan.frames[0].index - preview.first

    def fresh(place: int) -> bool:
        known = place + shift
        return 0 <= known < len(preview.marks) and preview.marks[known] == marks[place]

    runs: list[Run] = []
    start = 0
    for group in groups(plan, 0):
        stop = start + len(group)
        if not all(fresh(place) for place in range(start, stop)):
            if runs and runs[-1][1] == start:
                runs[-1] = (runs[-1][0], stop)
            else:
                runs.append((start, stop))
        start = stop
    return [part for run in runs for part in _between_cuts(run, plan)]


def _between_cuts(run: Run, plan: RenderPlan) -> list[Run]:
    """Return a run in pieces that begin with a cut, so that the one around the playhead can be drawn first."""
    edges = [run[0]]
    edges += [place for place in range(run[0] + 1, run[1]) if plan.frames[place].cut and plan.frames[place - 1].diffuse]
    return list(zip(edges, [*edges[1:], run[1]], strict=True))


def draw_stale(
    task: Task, plan: RenderPlan, folder: Path, preview: DrawnPreview, playhead_s: float, *, draws: bool = True
) -> DrawnPreview:
    """Draw the stale pictures of a preview in place, those around the playhead first, and return what is known then.

    The task says which pictures are `stale` still, as stretches [first, last) of frame numbers in the song.

    Args:
        task: Hears of every picture, and may ask to stop.
        plan: The plan as it is now, of the same part of the song as the preview.
        folder: The preview's, see `RunFolder`.
        preview: What its pictures were drawn from.
        playhead_s: Seconds in the song; the stretch that holds it, else the nearest one, is drawn first.
        draws: False to say only which are stale.

    Raises:
        BackendError: The painter cannot draw it.
        RunError: The disk is full.
    """
    marks = picture_marks(plan)
    runs = stale_runs(preview, plan, marks)
    begin = plan.frames[0].index
    known: dict[int, int] = {preview.first - begin + place: mark for place, mark in enumerate(preview.marks)}
    total = sum(last - first for first, last in runs)
    task.say(stale=_numbers(runs, begin), total=total, fps=float(plan.fps), done=0)
    if draws and runs:
        head = playhead_s * float(plan.fps) - begin
        runs.sort(key=lambda run: (max(run[0] - head, head - run[1], 0.0), run))
        for place in _drawn(task, plan, folder, runs):
            known[place] = marks[place]
    return DrawnPreview(begin, tuple(known.get(place, 0) for place in range(len(plan.frames))))


def _numbers(runs: Sequence[Run], begin: int) -> list[list[int]]:
    """Return stretches as frame numbers in the song, in their order, without those that are drawn."""
    return [[begin + first, begin + last] for first, last in sorted(runs) if first < last]


def _drawn(task: Task, plan: RenderPlan, folder: Path, runs: Sequence[Run]) -> list[int]:
    """Draw stretches of a plan; return the places of the pictures that were drawn."""
    from glance.painter.backend import PainterBackend

    places: list[int] = []
    run = RunFolder(folder, plan)
    start = plan.look.start_image
    begin = plan.frames[0].index
    with closing(PainterBackend(start_image=Path(start.path) if start else None)) as painter:
        known = fingerprint(plan, painter)
        for number, (first, last) in enumerate(runs):
            group: list[Drawn] = []
            for drawn in draw_frames(plan, painter, run.read, first):
                group.append(drawn)
                if not drawn.spec.diffuse:
                    continue
                # Group by group, so that what is remembered is never half of one.
                for each in group:
                    text = frame_text(plan, each.spec, each.settings(plan, painter), known)
                    run.write(each.spec.index, each.frame, text)
                    places.append(each.spec.index - begin)
                reached = drawn.spec.index - begin + 1
                left = _numbers([(min(reached, last), last), *runs[number + 1 :]], begin)
                task.say(done=len(places), newest=drawn.spec.index, scene=drawn.spec.scene, stale=left)
                group = []
                if task.stopping() or reached >= last:
                    break
            if task.stopping():
                break
    return places
