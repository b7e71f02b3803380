"""The verb that listens: analyse."""

from __future__ import annotations

import argparse
import json

from glance.audio.report import as_json, summary
from glance.cli.options import add_song_options, hear, song_of, song_path


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add analyse."""
    parser = verbs.add_parser("analyse", aliases=["analyze"], help="hear tempo, beats, sections and loudness of a song")
    parser.add_argument("input", type=song_path, help="a song")
    parser.add_argument("--json", action="store_true", help="print everything, for programs")
    add_song_options(parser)
    parser.set_defaults(run=_analyse)


def _analyse(arguments: argparse.Namespace) -> int:
    analysis = hear(song_of(arguments))
    print(json.dumps(as_json(analysis)) if arguments.json else summary(analysis))
    return 0
