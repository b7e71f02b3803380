"""Ten themes as the embedded painter draws them: the first picture of four scenes each, for the documents.

python -m benchmarks.draw_themes SONG docs/themes-sheet.jpg
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from glance.cli.options import cache_folder
from glance.frames import Frame, Size
from glance.painter.backend import PainterBackend
from glance.project.analyses import analyse_song
from glance.project.compile import compile_plan
from glance.project.director import DirectorOptions
from glance.project.model import Output, Project, Song
from glance.project.plan import RenderPlan
from glance.project.story import first_project
from glance.render.backend import FrameRequest
from glance.story.styles import load_styles

THEMES = (
    "a lighthouse that remembers the sea",
    "an astronaut's last letter home",
    "a diver finds a glowing city under the ice",
    "neon samurai",
    "two lovers at a train station",
    "dancing alone in an empty stadium",
    "an elephant crossing the desert at sunset",
    "첫눈 오는 날",
    "비 오는 골목의 고양이",
    "할머니의 낡은 라디오",
)
_SIZE: Size = (256, 144)
#: How far into its scene a picture is taken, as a share, and how many scenes are shown.
_AT, _SCENES = 0.02, 4


def pictures_of(plan: RenderPlan, backend: PainterBackend) -> list[Frame]:
    """Return the first picture of the first scenes that look different."""
    shown: list[Frame] = []
    seen: set[object] = set()
    for spec in plan.frames:
        key = tuple(text for text, _ in spec.prompt)
        if key in seen or len(spec.prompt) > 1 or len(shown) == _SCENES:
            continue
        seen.add(key)
        shown.append(backend.generate(FrameRequest(spec=spec, init=None, size=plan.size)))
    return shown


def project_of(song: Path, theme: str, size: Size = _SIZE) -> tuple[Project, RenderPlan]:
    """Return the director's project of a song and a theme, and its plan."""
    styles, analysis = load_styles(), analyse_song(Song(path=str(song)), cache_folder())
    wishes = DirectorOptions(theme=theme, output=Output(width=size[0], height=size[1], fps="4"))
    project = first_project(Song(path=str(song)), analysis, wishes, styles)
    return project, compile_plan(project, analysis, styles)


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("song", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--themes", nargs="*", default=list(THEMES))
    arguments = parser.parse_args()
    backend = PainterBackend()
    rows = []
    for theme in arguments.themes:
        _, plan = project_of(arguments.song, theme)
        shown = pictures_of(plan, backend)
        shown += [np.zeros_like(shown[0])] * (_SCENES - len(shown))
        rows.append(np.concatenate(shown, axis=1))
    half = (len(rows) + 1) // 2
    rows += [np.zeros_like(rows[0])] * (2 * half - len(rows))
    columns = [np.concatenate(rows[:half]), np.concatenate(rows[half:])]
    Image.fromarray(np.concatenate(columns, axis=1)).save(arguments.output, quality=84)


if __name__ == "__main__":
    main()
