"""Everything that reads what people have, ready to be fed with damaged inputs.

Each reader takes a source of chance, makes a damaged input and reads it as GLANCE would; it returns whether it was
taken. What is refused in words (`GlanceError`) counts as read; any other exception is a fault.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from glance.audio.lyrics.reader import read_lyrics
from glance.effects.cube import read_cube
from glance.interop.deforum.export import export_settings
from glance.interop.deforum.reader import import_any
from glance.project.channel_values import signals_of
from glance.project.compile import compile_plan
from glance.project.files import load_project, parse_project, save_project
from glance.project.look_applying import with_look
from glance.project.look_files import LOOK_SUFFIX, look_json, parse_look, read_look
from glance.project.model import Project
from glance.project.redirect import scene_sections
from glance.project.validate import problems_of
from glance.schedule.curve import evaluate, evaluate_text
from glance.schedule.parse import format_schedule, parse_schedule
from glance.story.styles import load_styles, read_styles
from tests.conftest import heard
from tests.support.material_files import every_kind
from tests.support.song_files import write_clicks
from tests.torture.mutation import mutated_bytes, mutated_json, mutated_text
from tests.torture.seeds import BODIES, CUBE, DEFORUM, LOOK, LYRICS, PARSEQ, PROJECT, SCHEDULES, STYLES

#: Reads one damaged input, and returns whether it was taken.
Reader = Callable[[random.Random], bool]


@contextmanager
def schedules(folder: Path) -> Iterator[Reader]:
    """Schedules: read, evaluated, written, read again."""
    signals = signals_of(parse_project(json.dumps(PROJECT)), heard())

    def read(chance: random.Random) -> bool:
        channel, seed = chance.choice(SCHEDULES)
        curve = parse_schedule(mutated_text(seed, chance), channel)
        if channel == "sampler":
            evaluate_text(curve, signals)
        else:
            evaluate(curve, signals)
        parse_schedule(format_schedule(curve), channel)
        return True

    yield read


@contextmanager
def projects(folder: Path) -> Iterator[Reader]:
    """Projects: read, checked, compiled if nothing is wrong, saved, opened again."""
    analysis, styles = heard(4.0), load_styles()
    path = folder / "p.glance.json"

    def read(chance: random.Random) -> bool:
        if chance.random() < 0.3:
            text = mutated_text(json.dumps(PROJECT), chance)
        else:
            text = json.dumps(mutated_json(PROJECT, chance))
        project = parse_project(text)
        if not problems_of(project, analysis, styles) and chance.random() < 0.3:
            compile_plan(project, analysis, styles)
        save_project(project, path)
        load_project(path)
        return True

    yield read


@contextmanager
def foreign(folder: Path) -> Iterator[Reader]:
    """Deforum settings and Parseq's JSON: imported, saved, opened, and every tenth written for Deforum again."""
    analysis, styles = heard(4.0), load_styles()
    path = folder / "p.glance.json"

    def read(chance: random.Random) -> bool:
        seed = chance.choice((DEFORUM, PARSEQ))
        if chance.random() < 0.3:
            text = mutated_text(json.dumps(seed), chance)
        else:
            text = json.dumps(mutated_json(seed, chance))
        project: Project = import_any(text, "song.wav").project
        save_project(project, path)
        project = load_project(path)
        if chance.random() < 0.1:
            export_settings(project, analysis, styles)
        return True

    yield read


@contextmanager
def lyrics(folder: Path) -> Iterator[Reader]:
    """Lyrics in all forms and some encodings."""

    def read(chance: random.Random) -> bool:
        name, seed = chance.choice(LYRICS)
        path = folder / name
        encoding = chance.choice(("utf-8", "utf-8", "utf-16", "cp949", "latin-1"))
        path.write_bytes(mutated_text(seed, chance).encode(encoding, "replace"))
        read_lyrics(path)
        return True

    yield read


@contextmanager
def material(folder: Path) -> Iterator[Reader]:
    """MIDI, DAW projects, DJ collections, labels and sound files with marks: read, and their grid laid out."""
    from glance.material.reader import read_material

    whole = sorted(every_kind().items())

    def read(chance: random.Random) -> bool:
        name, data = chance.choice(whole)
        path = folder / name
        path.write_bytes(mutated_bytes(data, chance))
        found = read_material(path, "song.mp3")
        if found.tempo is not None:
            found.tempo.grid(0.0, 600.0)
        return True

    yield read


@contextmanager
def styles(folder: Path) -> Iterator[Reader]:
    """Style files: A1111's, Fooocus' and our own."""

    def read(chance: random.Random) -> bool:
        name, seed = chance.choice(STYLES)
        path = folder / name
        if path.suffix == ".json" and chance.random() < 0.6:
            text = json.dumps(mutated_json(json.loads(seed), chance))
        else:
            text = mutated_text(seed, chance)
        path.write_bytes(text.encode(chance.choice(("utf-8", "utf-8", "cp949", "utf-16")), "replace"))
        read_styles(path)
        return True

    yield read


@contextmanager
def looks(folder: Path) -> Iterator[Reader]:
    """Looks: opened, given to a project, and that project saved, opened and compiled."""
    analysis, known = heard(4.0), load_styles()
    path = folder / f"a{LOOK_SUFFIX}"
    project = parse_project(json.dumps({**PROJECT, "prompts": "", "look": {"always_on": {}}}))
    sections = scene_sections(project, analysis)

    def read(chance: random.Random) -> bool:
        text = (
            json.dumps(mutated_json(LOOK, chance)) if chance.random() < 0.7 else mutated_text(json.dumps(LOOK), chance)
        )
        path.write_bytes(text.encode("utf-8", "replace"))
        look = read_look(path)
        parse_look(look_json(look))
        new, _ = with_look(project, look, sections, known)
        save_project(new, folder / "p.glance.json")
        assert load_project(folder / "p.glance.json").effects == new.effects
        if chance.random() < 0.1 and not problems_of(new, analysis, known):
            compile_plan(new, analysis, known)
        return True

    yield read


@contextmanager
def cubes(folder: Path) -> Iterator[Reader]:
    """Look-up tables of colors."""
    path = folder / "a.cube"

    def read(chance: random.Random) -> bool:
        path.write_bytes(mutated_text(CUBE, chance).encode(chance.choice(("utf-8", "utf-8", "utf-16")), "replace"))
        read_cube(path)
        return True

    yield read


@contextmanager
def bodies(folder: Path) -> Iterator[Reader]:
    """Bodies of requests to the page's routes; an answer of status 500, or none, is a fault."""
    from starlette.applications import Starlette

    from glance.app.host import StandaloneHost
    from glance.app.routes import attach
    from glance.app.service import StudioService
    from tests.support.asgi_client import ask

    app = Starlette()
    workshop = StudioService(StandaloneHost(folder))
    attach(app, workshop)
    headers = {"X-Glance": "1"}
    song = write_clicks(folder / "clicks.wav", duration_s=2.0, every_s=0.5).read_bytes()
    identity = ask(app, "POST", "/glance/v1/projects?name=a.wav", body=song, headers=headers).json()["id"]
    workshop.listen(identity).wait(60)
    root = f"/glance/v1/projects/{identity}"

    def read(chance: random.Random) -> bool:
        path, seed = chance.choice(BODIES)
        state = ask(app, "GET", root).json()
        seed = {**seed, "project": state["project"], "revision": state["revision"]} if "project" in seed else seed
        if chance.random() < 0.3:
            body = mutated_text(json.dumps(seed), chance).encode("utf-8", "replace")
        else:
            body = json.dumps(mutated_json(seed, chance)).encode()
        answer = ask(app, "POST", f"/glance/v1/{path.replace('ID', identity)}", body=body, headers=headers)
        assert answer.status in (200, 400, 409, 413), (answer.status, path, body[:2000])
        assert ask(app, "GET", root).status == 200, body[:2000]
        return answer.status == 200

    # What a request starts is not what is tried here, and would go on for minutes.
    idle: dict[str, Any] = {"draw_preview": _nothing, "draw_styles": _nothing}
    take = patch("glance.app.take_service.draw_take", _nothing)
    with take, patch.multiple("glance.app.service", **idle):
        yield read


def _nothing(*_: object) -> dict[str, Any]:
    return {}


KINDS = {
    "schedules": schedules,
    "projects": projects,
    "foreign": foreign,
    "bodies": bodies,
    "lyrics": lyrics,
    "material": material,
    "styles": styles,
    "looks": looks,
    "cubes": cubes,
}
