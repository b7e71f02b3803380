"""The verbs for other programs' files: import, export."""

from __future__ import annotations

import argparse
from pathlib import Path

from glance.cli.options import beside, given_path, hear, say, song_path
from glance.contents import text_of
from glance.errors import ProjectError
from glance.project.deforum import import_any
from glance.project.deforum_export import export_settings
from glance.project.deforum_file import MAX_BYTES
from glance.project.files import SUFFIX, load_project, save_project
from glance.story.styles import load_styles


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add import and export."""
    parser = verbs.add_parser("import", help="turn Deforum settings or Parseq's JSON into a project")
    parser.add_argument("input", type=given_path, help="a Deforum settings file, or Parseq's rendered JSON")
    parser.add_argument("--song", type=song_path, help="the song; the file's own soundtrack by default")
    parser.add_argument("-o", "--output", type=Path, help="the project; beside the input by default")
    parser.add_argument("--force", action="store_true", help="replace a project that is there already")
    parser.set_defaults(run=_import)

    parser = verbs.add_parser("export", help="write a project as a Deforum settings file")
    parser.add_argument("input", type=Path, help="a project (.glance.json)")
    parser.add_argument("--deforum", type=Path, required=True, metavar="FILE", help="the settings file to write")
    parser.set_defaults(run=_export)


def _import(arguments: argparse.Namespace) -> int:
    output: Path = arguments.output or beside(arguments.input, SUFFIX)
    if output.exists() and not arguments.force:
        raise ProjectError("", f"{output} is there already; --force replaces it, -o names another file")
    imported = import_any(_text_of(arguments.input), str(arguments.song.resolve()) if arguments.song else "")
    for note in imported.notes:
        say(f"- {note}")
    save_project(imported.project, output)
    print(output)
    return 0


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ProjectError(
                "", f"{path} is too large to be a settings file: {MAX_BYTES >> 20} MB are enough for any"
            )
        return text_of(path.read_bytes())
    except OSError as error:
        raise ProjectError("", f"{path} cannot be read: {error.strerror or error}") from None


def _export(arguments: argparse.Namespace) -> int:
    project = load_project(arguments.input)
    exported = export_settings(project, hear(project), load_styles())
    try:
        arguments.deforum.write_text(exported.text, encoding="utf-8")
    except OSError as error:
        raise ProjectError("", f"{arguments.deforum} cannot be written: {error.strerror or error}") from None
    for note in exported.notes:
        say(f"- {note}")
    print(arguments.deforum)
    return 0
