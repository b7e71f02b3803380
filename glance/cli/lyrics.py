"""The verb that writes words with times: lyrics."""

from __future__ import annotations

import argparse
from pathlib import Path

from glance.audio.lyrics.writer import WRITERS
from glance.cli.options import add_song_options, hear, is_project, song_of, song_path
from glance.cli.targets import add_overwrite_option, require_replaceable
from glance.errors import ProjectError
from glance.project.files import load_project
from glance.system.files import write_text


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add lyrics."""
    parser = verbs.add_parser("lyrics", help="write a song's words with their times: .lrc, .srt or .ass")
    parser.add_argument("input", type=song_path, help="a song with --lyrics, or a project that has some")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file; its ending says which form")
    add_overwrite_option(parser, "a lyrics file")
    add_song_options(parser)
    parser.set_defaults(run=_lyrics)


def _lyrics(arguments: argparse.Namespace) -> int:
    output: Path = arguments.output
    if output.suffix.lower() not in WRITERS:
        raise ProjectError("-o", f"expected a name that ends in {', '.join(WRITERS)}, found {output}")
    require_replaceable("-o", output, arguments, is_own=lambda path: False, sources=[arguments.input])
    song = load_project(arguments.input).song if is_project(arguments.input) else song_of(arguments)
    heard = hear(song)
    if not heard.lyrics:
        raise ProjectError("--lyrics", "expected a song with words; name their file with --lyrics")
    write_text(output, WRITERS[output.suffix.lower()](heard.lyrics))
    print(output)
    return 0
