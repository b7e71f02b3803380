"""Does the picture move where the song is loud? A line for each song of a folder, and a table of its sections.

Run as `python -m benchmarks.bench_movement FOLDER [--sections] [--fps 24]`. For each song its default project is
planned, or a project (`*.glance.json`) as it is; nothing is drawn.

Loudness of a section: mean K-weighted power (ITU-R BS.1770) of the mixed-down song, in dB. A dip is a frame whose
strength is at least 0.09 below the highest of the second before it (since the dip or cut before) and below the next
frame's; dips within the same scene count. Movement of a section: the depths of its dips of at least 0.15, added up, per
10 seconds. Sections under 4 s and silence do not count.

follows     Spearman's rank correlation of loudness and movement over the sections; 1 means the louder, the livelier
calm        chorus and drop sections that move less than the song's median section, of how many
dips/s      dips a second in chorus and drop sections
closest     shortest time from a leap (strength down to 0.64, or a cut) to the next, in beats
shot        longest time without either, in bars
drawn/s     pictures drawn a second
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.analysis import analyse
from glance.audio.decode import SAMPLE_RATE, hear_sound
from glance.audio.fullness import LOUD_ROLES
from glance.audio.spectrum import analyse_spectrum
from glance.audio.types import Section, SongAnalysis
from glance.camera.presets import CAMERA_PRESETS
from glance.cli.options import cache_folder, hear
from glance.media.sync_sections import SHORTEST_S, rank_correlation
from glance.project.compile import compile_plan
from glance.project.director import DirectorOptions, direct, story_sections
from glance.project.files import SUFFIX, load_project
from glance.project.model import Output
from glance.project.plan import RenderPlan
from glance.story.styles import load_styles
from glance.story.writer import StoryWriter

SONGS = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"}
LEAST_DIP, SEEN_DIP, REACH_S, LEAP = 0.09, 0.15, 1.0, 0.64


@dataclass(frozen=True)
class Row:
    """One section: its loudness in dB, dips per 10 s, and movement."""

    section: Section
    loudness: float
    dips: float
    movement: float

    @property
    def counts(self) -> bool:
        """Whether it takes part in medians and correlations."""
        return self.section.role != "silence" and self.section.end_s - self.section.start_s >= SHORTEST_S


def planned(path: Path, fps: str) -> tuple[RenderPlan, SongAnalysis, Path]:
    """Return plan, analysis and song of a song's default project, or of a project."""
    styles = load_styles()
    if path.name.endswith(SUFFIX):
        project = load_project(path)
        analysis = hear(project)
    else:
        analysis = analyse(path.resolve(), cache=cache_folder())
        story = StoryWriter(None).write_storyboard("", story_sections(analysis), 1, tuple(CAMERA_PRESETS))
        project = direct(analysis, path.resolve(), DirectorOptions(output=Output(fps=fps)), story, styles)
    return compile_plan(project, analysis, styles), analysis, Path(project.song.path)


def dips_of(plan: RenderPlan) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the frames of dips and their depths."""
    strength = np.array([frame.strength for frame in plan.frames])
    scene = np.array([frame.scene for frame in plan.frames])
    at, depths, begin = [], [], 0
    reach = max(1, round(REACH_S * float(plan.fps)))
    for index in range(1, len(plan.frames) - 1):
        if plan.frames[index].cut or scene[index] != scene[index - 1]:
            begin = index
            continue
        depth = float(strength[max(begin, index - reach) : index].max(initial=0.0) - strength[index])
        if depth >= LEAST_DIP and strength[index] < strength[index + 1] and strength[index] <= strength[index - 1]:
            at.append(index)
            depths.append(depth)
            begin = index
    return np.array(at, dtype=np.int64), np.array(depths)


def rows_of(plan: RenderPlan, analysis: SongAnalysis, song: Path) -> list[Row]:
    """Return the sections of a song."""
    spectrum = analyse_spectrum(hear_sound(song).signal, SAMPLE_RATE)
    at, depths = dips_of(plan)
    seconds = at / float(plan.fps)
    rows = []
    for section in analysis.sections:
        span = max(1e-9, section.end_s - section.start_s)
        power = spectrum.loudness[
            round(section.start_s * spectrum.rate_hz) : max(1, round(section.end_s * spectrum.rate_hz))
        ]
        inside = (seconds >= section.start_s) & (seconds < section.end_s)
        moved = 10 * float(depths[inside & (depths >= SEEN_DIP)].sum()) / span
        loudness = 10 * float(np.log10(power.mean(dtype=np.float64) + 1e-12))
        rows.append(Row(section, loudness, 10 * float(inside.sum()) / span, moved))
    return rows


def line_of(plan: RenderPlan, analysis: SongAnalysis, rows: Sequence[Row]) -> str:
    """Return a song's figures."""
    counted = [row for row in rows if row.counts]
    loud = [row for row in counted if row.section.role in LOUD_ROLES]
    middle = float(np.median([row.movement for row in counted])) if counted else 0.0
    calm = sum(row.movement < middle for row in loud)
    leaps = np.array([frame.time_s for frame in plan.frames if frame.cut or frame.strength <= LEAP])
    grid = analysis.grid
    closest = float(np.diff(grid.beat_at(leaps)).min(initial=np.inf))
    shots = np.diff(grid.bar_at(np.append(leaps, plan.end_s)))
    drawn = sum(frame.diffuse for frame in plan.frames) / (len(plan.frames) / float(plan.fps))
    follows = rank_correlation([row.loudness for row in counted], [row.movement for row in counted])
    dips = float(np.mean([row.dips / 10 for row in loud])) if loud else float("nan")
    return (
        f"{follows:+8.2f}{calm:5d} of {len(loud):2d}{dips:8.2f}{closest:9.2f}{float(shots.max(initial=0)):7.1f}"
        f"{drawn:9.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sections", action="store_true", help="a table of each song's sections as well")
    parser.add_argument("--fps", default="24")
    given = parser.parse_args()
    files = [
        path for path in sorted(given.folder.iterdir()) if path.suffix.lower() in SONGS or path.name.endswith(SUFFIX)
    ]
    print(f"{'song':28}{' follows':>8}{'calm':>11}{'dips/s':>8}{'closest':>9}{'shot':>7}{'drawn/s':>9}")
    for path in files:
        plan, analysis, song = planned(path, given.fps)
        rows = rows_of(plan, analysis, song)
        print(f"{path.name.removesuffix(SUFFIX)[:27]:28}{line_of(plan, analysis, rows)}", flush=True)
        for row in rows if given.sections else ():
            one = row.section
            print(
                f"    {one.start_s:7.1f} {one.end_s:7.1f}  {one.label:4}{one.role:8}{row.loudness:7.1f} dB"
                f"{row.dips:7.1f} dips/10 s{row.movement:7.2f}{'' if row.counts else '  (does not count)'}"
            )


if __name__ == "__main__":
    main()
