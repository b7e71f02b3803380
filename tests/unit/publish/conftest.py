"""A finished video, small: four seconds at 12 frames a second, of a song with lyrics."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from glance.audio.types import LyricLine
from glance.project.compile import compile_plan
from glance.project.model import Output, Project, Reaction, Scene, Song
from glance.publish.footage import footage_of_run
from glance.publish.publishing import Finished
from glance.render.job import Destination, make_video
from glance.schedule.reactions import AmplitudeMap
from tests.conftest import heard
from tests.support.quick_backend import QuickBackend
from tests.support.song_files import write_clicks

LINES = (LyricLine(1.0, 1.9, "light on the sea"), LyricLine(2.0, 3.0, "등대가 바다를 기억하네"))


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("finished")
    song = write_clicks(folder / "s.wav", duration_s=4.0, every_s=0.5, sr=44100)
    project = Project(
        song=Song(path=str(song)),
        title="A Song",
        scenes=(
            Scene(prompt="a house on the left third", picture="A", camera="static"),
            Scene(start="2s", prompt="a ship, centered", picture="B", camera="static"),
        ),
        reactions=(Reaction(channel="strength", map=AmplitudeMap("kick", 0.9, 0.4)),),
        output=Output(width=128, height=72, fps="12"),
    )
    analysis = replace(heard(4.0), lyrics=LINES)
    plan = compile_plan(project, analysis, {})
    make_video(project, plan, [QuickBackend()], Destination(folder / "v.mp4", folder / "run"))
    return Finished(project, analysis, footage_of_run(folder / "run", plan), (), "0" * 64)


@pytest.fixture
def finished(finished_once: Finished) -> Finished:
    return finished_once


def with_lettering(finished: Finished, **fields: object) -> Finished:
    lettering = msgspec.structs.replace(finished.project.lettering, **fields)
    return replace(finished, project=msgspec.structs.replace(finished.project, lettering=lettering))
