"""The verb that listens: analyse."""

from __future__ import annotations

import argparse
import json

from glance.audio.corrections import TEMPO_FACTORS, BeatCorrections, apply_corrections
from glance.audio.report import as_json, summary
from glance.cli.options import add_song_options, hear, song_of, song_path
from glance.system.language import in_language


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add analyse."""
    parser = verbs.add_parser("analyse", aliases=["analyze"], help="hear tempo, beats, sections and loudness of a song")
    parser.add_argument("input", type=song_path, help="a song")
    parser.add_argument("--json", action="store_true", help="print everything, for programs")
    add_song_options(parser)
    _add_corrections(parser)
    parser.set_defaults(run=_analyse)


def _add_corrections(parser: argparse.ArgumentParser) -> None:
    """Add a person's corrections of the beats, the same as in a project's `song.corrections`."""
    group = parser.add_argument_group(
        "corrections", "put right what was heard; a project keeps them in song.corrections"
    )
    group.add_argument("--tempo-factor", choices=sorted(TEMPO_FACTORS), default="1", help="beats for each beat heard")
    group.add_argument("--shift-beats", type=float, default=0.0, metavar="SHARE", help="0.5: half a beat later")
    group.add_argument("--bar-shift", type=int, default=0, metavar="BEATS", help="bars start this many beats later")
    group.add_argument("--downbeat", type=float, metavar="SECONDS", help="a moment that is the first beat of a bar")
    group.add_argument(
        "--tap", type=float, action="append", default=[], metavar="SECONDS", help="a beat; say it again for more"
    )
    group.add_argument("--fixed-bpm", type=float, metavar="BPM", help="one tempo for the whole song")
    group.add_argument("--offset-ms", type=float, default=0.0, metavar="MS", help="all beats later by this")


def _corrections(arguments: argparse.Namespace) -> BeatCorrections:
    return BeatCorrections(
        offset_ms=arguments.offset_ms,
        tempo_factor=arguments.tempo_factor,
        fixed_bpm=arguments.fixed_bpm,
        taps_s=tuple(arguments.tap),
        downbeat_s=arguments.downbeat,
        shift_beats=arguments.shift_beats,
        bar_shift=arguments.bar_shift,
    )


def _analyse(arguments: argparse.Namespace) -> int:
    analysis = apply_corrections(hear(song_of(arguments)), _corrections(arguments))
    print(json.dumps(as_json(analysis)) if arguments.json else in_language(summary(analysis)))
    return 0
