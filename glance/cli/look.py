"""The verb of looks: saved from a project, applied to one, listed."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

import msgspec

from glance.cli.options import hear, is_project, opened_look, say, song_path, styles_of
from glance.cli.targets import add_overwrite_option
from glance.errors import ProjectError
from glance.painter.backend import PainterBackend
from glance.project.files import load_project, save_project
from glance.project.look_applying import look_of, with_look
from glance.project.look_files import LOOK_SUFFIX, PARTS, look_json, parts_of, shipped_looks
from glance.project.model import Project
from glance.project.redirect import scene_sections
from glance.render.look_clips import with_clip
from glance.system.files import write_text


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add look."""
    parser = verbs.add_parser("look", help="save a project's look, apply one, list those there are")
    actions = parser.add_subparsers(title="what to do", metavar="ACTION", required=True)

    saving = actions.add_parser("save", help="take the look of a project into a file to share")
    saving.add_argument("project", type=song_path, help="a project (.glance.json)")
    saving.add_argument("-o", "--output", type=Path, help="the look's file; beside the project by default")
    saving.add_argument("--name", default="", help="what it is called; the project's title by default")
    saving.add_argument("--about", default="", help="one sentence on it")
    saving.add_argument("--author", default="", help="who made it")
    saving.add_argument("--license", default="", help="under what others may use it, such as CC BY 4.0")
    saving.add_argument("--credits", default="", help="whom it owes something")
    saving.add_argument("--no-clip", action="store_true", help="draw no moving picture of it")
    saving.add_argument("--styles-folder", type=Path, metavar="FOLDER", help="folder with styles of your own")
    add_overwrite_option(saving, "a file of the look's name")
    saving.set_defaults(run=_save)

    applying = actions.add_parser("apply", help="give a look to projects")
    applying.add_argument("look", help="a look's file, or the name of one of GLANCE's")
    applying.add_argument("projects", type=song_path, nargs="+", help="projects (.glance.json), which are changed")
    applying.add_argument("--part", action="append", choices=PARTS, help="only this part; may be repeated")
    applying.add_argument("--styles-folder", type=Path, metavar="FOLDER", help="folder with styles of your own")
    applying.set_defaults(run=_apply)

    listing = actions.add_parser("list", help="list GLANCE's looks, or tell what is in a file")
    listing.add_argument("look", nargs="?", default="", help="a look's file")
    listing.set_defaults(run=_list)


def _save(arguments: argparse.Namespace) -> int:
    project = _project(arguments.project)
    target = arguments.output or arguments.project.with_name(_stem(arguments.project) + LOOK_SUFFIX)
    if not target.name.lower().endswith(LOOK_SUFFIX):
        raise ProjectError("-o", f"expected a name that ends in {LOOK_SUFFIX}, found {target.name}")
    if target.exists() and not arguments.overwrite:
        raise ProjectError("-o", f"there is a file {target} already; name another one, or add --overwrite")
    look = look_of(project, scene_sections(project, hear(project.song)), arguments.name or project.title)
    told = {name: getattr(arguments, name) for name in ("about", "author", "license", "credits")}
    look = msgspec.structs.replace(look, **told)
    if not arguments.no_clip:
        with closing(PainterBackend()) as backend:
            look = with_clip(look, styles_of(arguments), backend)
    try:
        write_text(target, look_json(look))
    except OSError as error:
        raise ProjectError("-o", f"the look cannot be saved as {target}: {error.strerror or error}") from None
    print(target)
    return 0


def _apply(arguments: argparse.Namespace) -> int:
    look = opened_look(arguments.look)
    # All are read before the first is changed: a slip in the last name leaves them as they were.
    projects = [(path, _project(path)) for path in arguments.projects]
    for path, project in projects:
        sections = scene_sections(project, hear(project.song))
        new, notes = with_look(project, look, sections, styles_of(arguments), arguments.part or PARTS)
        for note in notes:
            say(note)
        save_project(new, path)
        print(path)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    if arguments.look:
        look = opened_look(arguments.look)
        for label in ("name", "about", "author", "license", "credits"):
            if getattr(look, label):
                print(f"{label}: {getattr(look, label)}")
        print(f"parts: {', '.join(parts_of(look)) or 'none'}")
        return 0
    for name, look in shipped_looks().items():
        print(f"{name:20} {look.name:22} {look.about}")
    return 0


def _project(path: Path) -> Project:
    if not is_project(path):
        raise ProjectError("", f"{path} is no project; `glance plan SONG` makes one of a song")
    return load_project(path)


def _stem(path: Path) -> str:
    return path.name.removesuffix(".json").removesuffix(".glance")
