"""The verbs for other programs' files: import, export."""

from __future__ import annotations

import argparse
from pathlib import Path

from glance.cli.options import given_path, hear, say, sibling_path, song_path
from glance.cli.targets import add_overwrite_option, require_new_project, require_replaceable, sources_of
from glance.errors import ProjectError
from glance.interop.deforum.export import export_settings, is_own_export
from glance.interop.deforum.reader import import_any
from glance.limits import SETTINGS_BYTES
from glance.project.files import SUFFIX, load_project, save_project
from glance.story.styles import load_styles
from glance.system.files import reason, write_text
from glance.system.text_encoding import decode_text


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add import and export."""
    parser = verbs.add_parser("import", help="turn Deforum settings or Parseq's JSON into a project")
    parser.add_argument("input", type=given_path, help="a Deforum settings file, or Parseq's rendered JSON")
    parser.add_argument("--song", type=song_path, help="the song; the file's own soundtrack by default")
    parser.add_argument("-o", "--output", type=Path, help="the project; beside the input by default")
    add_overwrite_option(parser, "a project")
    parser.set_defaults(run=_import)

    parser = verbs.add_parser("export", help="write a project as a Deforum settings file")
    parser.add_argument("input", type=Path, help="a project (.glance.json)")
    parser.add_argument("--deforum", type=Path, required=True, metavar="FILE", help="the settings file to write")
    add_overwrite_option(parser, "a file of that name")
    parser.set_defaults(run=_export)


def _import(arguments: argparse.Namespace) -> int:
    output: Path = arguments.output or sibling_path(arguments.input, SUFFIX)
    require_new_project(output, arguments, sources=[arguments.input])
    imported = import_any(_text_of(arguments.input), str(arguments.song.resolve()) if arguments.song else "")
    for note in imported.notes:
        say(f"- {note}")
    save_project(imported.project, output)
    print(output)
    return 0


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > SETTINGS_BYTES:
            raise ProjectError(
                "", f"{path} is too large to be a settings file: {SETTINGS_BYTES >> 20} MB are enough for any"
            )
        return decode_text(path.read_bytes()).text
    except OSError as error:
        raise ProjectError("", f"{path} cannot be read: {error.strerror or error}") from None


def _export(arguments: argparse.Namespace) -> int:
    project = load_project(arguments.input)
    sources = [arguments.input, *sources_of(project)]
    require_replaceable("--deforum", arguments.deforum, arguments, is_own=is_own_export, sources=sources)
    exported = export_settings(project, hear(project.song), load_styles())
    try:
        write_text(arguments.deforum, exported.text)
    except OSError as error:
        raise ProjectError("", f"{arguments.deforum} cannot be written: {reason(error)}") from None
    for note in exported.notes:
        say(f"- {note}")
    print(arguments.deforum)
    return 0
