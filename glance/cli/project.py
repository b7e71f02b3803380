"""The verbs around the project file: plan, redirect, schedules, channels."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.corrections import apply_corrections
from glance.audio.hit_keys import envelope_rows, hits_as_keys
from glance.cli.options import (
    add_output_options,
    add_song_options,
    add_wish_options,
    hear,
    is_project,
    new_project,
    project_of,
    require_png,
    say,
    say_note,
    sibling_path,
    song_of,
    song_path,
    styles_of,
    warn_ignored,
)
from glance.cli.plot import plot_schedules
from glance.cli.targets import add_overwrite_option, given_files, require_new_project, require_replaceable, sources_of
from glance.errors import ProjectError
from glance.project.channel_values import channel_texts, evaluate_channels, signals_of, values_below
from glance.project.files import SUFFIX, load_project, save_project
from glance.project.frame_prompts import frame_words, mix_text, prompt_timeline
from glance.project.model import Project
from glance.project.overrides import laid_over, override_frames
from glance.project.redirect import moved_anew
from glance.project.scenes import SceneTrack, lay_out
from glance.render.ownership import is_own_picture
from glance.schedule.reference import channels_as_text, formulas_as_text
from glance.schedule.signals import Signals


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add plan, redirect, schedules and channels."""
    parser = verbs.add_parser("plan", help="write the editable project of a song")
    parser.add_argument("input", type=song_path, help="a song")
    parser.add_argument("-o", "--output", type=Path, help=f"the project; beside the song as NAME{SUFFIX} by default")
    add_overwrite_option(parser, "a project")
    add_output_options(parser)
    add_wish_options(parser)
    add_song_options(parser)
    parser.set_defaults(run=_plan)

    parser = verbs.add_parser("redirect", help="let GLANCE direct the movement of a project anew")
    parser.add_argument("input", type=song_path, help="a project (.glance.json); it stays as it is")
    parser.add_argument("-o", "--output", type=Path, help=f"the new one; beside it as NAME.moved{SUFFIX} by default")
    add_overwrite_option(parser, "a project")
    parser.set_defaults(run=_redirect)

    parser = verbs.add_parser("schedules", help="see every curve of a project, frame by frame")
    parser.add_argument("input", type=song_path, help="a project (.glance.json), or a song")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--plot", type=Path, metavar="PNG", help="draw the curves over waveform, beats and sections")
    shown.add_argument("--prompts", action="store_true", help="the words of every frame instead, fades as mixtures")
    shown.add_argument(
        "--overrides",
        action="store_true",
        help="the changes to single stretches instead, with the values below and after",
    )
    add_overwrite_option(parser, "a picture of the plot's name")
    parser.add_argument("--all", action="store_true", help="also channels that never leave their default")
    add_output_options(parser)
    add_wish_options(parser)
    add_song_options(parser)
    parser.set_defaults(run=_schedules)

    parser = verbs.add_parser("channels", help="list what schedules can move, or what their formulas know")
    parser.add_argument(
        "input",
        type=song_path,
        nargs="?",
        help="a song or project: lists what its formulas know besides (stems, midi_...)",
    )
    parser.add_argument("--formulas", action="store_true", help="the names, functions and easings of formulas")
    parser.add_argument(
        "--keys", metavar="NAME", help="print the hits of an envelope, such as midi_kick, as a schedule's keys"
    )
    add_song_options(parser)
    parser.set_defaults(run=_channels)


def _plan(arguments: argparse.Namespace) -> int:
    output: Path = arguments.output or sibling_path(arguments.input, SUFFIX)
    require_new_project(output, arguments, sources=given_files(arguments))
    project, _ = new_project(arguments)
    save_project(project, output)
    say(f"{len(project.scenes)} scenes, written by: {project.writer}")
    print(output)
    return 0


def _redirect(arguments: argparse.Namespace) -> int:
    if not is_project(arguments.input):
        raise ProjectError("", f"expected a project, found {arguments.input}; `glance plan` makes one of a song")
    project = load_project(arguments.input)
    output: Path = arguments.output or sibling_path(arguments.input, f".moved{SUFFIX}")
    require_new_project(output, arguments, sources=[arguments.input, *sources_of(project)])
    moved = moved_anew(project, hear(project.song))
    save_project(moved, output)
    n_locked = sum(scene.locked for scene in moved.scenes)
    if n_locked:
        say_note(f"{n_locked} locked scenes keep their motion and reactivity")
    print(output)
    return 0


def _schedules(arguments: argparse.Namespace) -> int:
    require_png("--plot", arguments.plot)
    warn_ignored(arguments)
    styles = styles_of(arguments)
    if arguments.plot:
        sources = given_files(arguments)
        sources += sources_of(load_project(arguments.input)) if is_project(arguments.input) else []
        require_replaceable("--plot", arguments.plot, arguments, is_own=is_own_picture, sources=sources)
    project, analysis = project_of(arguments)
    analysis = apply_corrections(analysis, project.song.corrections)
    signals = signals_of(project, analysis)
    track = lay_out(project, signals)
    if arguments.overrides:
        return _print_overrides(project, signals, track)
    values = evaluate_channels(project, signals, track)
    if arguments.prompts:
        wording = prompt_timeline(project, track, styles, signals)
        words = frame_words(wording, values["prompt_weight"], signals)
        mixes, negatives = [mix_text(each.mix) for each in words], [each.negative for each in words]
        return _print_table(signals, track, {"prompt": mixes, "negative": negatives})
    texts = channel_texts(project, signals)
    if not arguments.all:
        values = {name: value for name, value in values.items() if value.min() != value.max()}
        texts = {name: text for name, text in texts.items() if len(set(text)) > 1}
    if arguments.plot:
        plot_schedules(arguments.plot, analysis, track, values, signals.fps, _changed(project, signals))
        print(arguments.plot)
        return 0
    numbers = {name: [f"{number:.6g}" for number in value.tolist()] for name, value in values.items()}
    return _print_table(signals, track, {**numbers, **texts})


def _print_table(signals: Signals, track: SceneTrack, columns: Mapping[str, Sequence[str]]) -> int:
    # The stream itself makes the system's own line ends of it.
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["frame", "seconds", "scene", *columns])
    for frame, seconds in enumerate(signals.times_s.tolist()):
        row = (column[frame] for column in columns.values())
        table.writerow([frame, f"{seconds:.4f}", int(track.scene_of[frame]) + 1, *row])
    return 0


def _print_overrides(project: Project, signals: Signals, track: SceneTrack) -> int:
    below = values_below(project, signals, track)
    final = laid_over(project, below, signals)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["channel", "start", "end", "first", "last", "mode", "value", "shape", "below", "after"])
    for override, (first, last) in zip(project.overrides, override_frames(project, signals), strict=True):
        inside = slice(max(0, first), max(0, last))
        asked = override.curve or f"{override.value:g}"
        ranges = (_range_text(values[override.channel][inside]) for values in (below, final))
        table.writerow(
            [
                override.channel,
                override.start,
                override.end,
                first,
                last - 1,
                override.mode,
                asked,
                override.shape,
                *ranges,
            ]
        )
    return 0


def _changed(project: Project, signals: Signals) -> dict[str, list[tuple[int, int]]]:
    changed: dict[str, list[tuple[int, int]]] = {}
    for override, frames in zip(project.overrides, override_frames(project, signals), strict=True):
        changed.setdefault(override.channel, []).append(frames)
    return changed


def _range_text(values: NDArray[np.float64]) -> str:
    """Return the least and the greatest of values, as one number where they are one; empty for none."""
    if not values.size:
        return ""
    low, high = f"{values.min():.6g}", f"{values.max():.6g}"
    return low if low == high else f"{low} to {high}"


def _channels(arguments: argparse.Namespace) -> int:
    if arguments.input is None:
        if arguments.keys:
            raise ProjectError(
                "--keys", "expected a song whose hits are meant, such as `glance channels song.mp3 --keys kick`"
            )
        print(formulas_as_text() if arguments.formulas else channels_as_text())
        return 0
    song = load_project(arguments.input).song if is_project(arguments.input) else song_of(arguments)
    heard = hear(song)
    if arguments.keys:
        print(hits_as_keys(heard, arguments.keys))
        return 0
    print("\n".join(["envelopes of this song", *(f"  {row}" for row in envelope_rows(heard))]))
    return 0
