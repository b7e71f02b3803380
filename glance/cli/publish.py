"""The verb that brings a finished video to where people see it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import msgspec

from glance.cli.options import clock_of_text, given_path, hear, say, sibling_path, song_path, styles_of
from glance.cli.progress import ProgressBar
from glance.cli.render import stop_on_interrupt
from glance.cli.targets import add_overwrite_option, require_no_source, sources_of
from glance.errors import ProjectError, RunError, VideoError
from glance.media.encoders import CODECS, X264_PRESETS
from glance.media.picture_sequence import write_gif, write_sequence
from glance.project.files import load_project
from glance.project.model import Lettering, Project
from glance.project.validate import faults
from glance.publish.excerpts import section_parts
from glance.publish.fitting import MODES
from glance.publish.handoff import write_handoff
from glance.publish.opening import open_finished
from glance.publish.parts import Wish, chosen_part
from glance.publish.publishing import Finished, Publication, captions, new_fps, publish, shown_frames
from glance.publish.rife import interpolator_named
from glance.publish.subtitles import write_subtitles
from glance.publish.targets import TARGETS, Target, target_named
from glance.publish.thumbnail import write_thumbnail
from glance.render.ownership import may_replace_video
from glance.system.files import is_free, numbered
from glance.system.sleep import awake
from glance.timing import parse_fps


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add publish."""
    parser = verbs.add_parser("publish", help="bring a finished video to YouTube, Shorts, Canvas, an editor ...")
    parser.add_argument("input", type=song_path, help="the project (.glance.json) of a video that was rendered")
    parser.add_argument(
        "--for",
        dest="targets",
        action="append",
        default=[],
        metavar="PLACE",
        help=f"where it goes; may be repeated: {', '.join(TARGETS)}",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="folder of the files; the project's own")
    parser.add_argument("--run", dest="run_folder", type=Path, metavar="FOLDER", help="the video's frames")
    parser.add_argument("--allow-sleep", action="store_true", help="let this computer go to sleep while it writes")
    add_overwrite_option(parser, "files of those names")
    _add_part_options(parser)
    _add_picture_options(parser)
    _add_lettering_options(parser)
    parser.add_argument("--styles-folder", type=Path, metavar="FOLDER", help="folder with styles of your own")
    parser.set_defaults(run=_publish)


def _add_part_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which part of the song")
    group.add_argument("--start", type=clock_of_text, metavar="TIME", help="begin there, such as 0:30")
    group.add_argument("--end", type=clock_of_text, metavar="TIME", help="end there, such as 0:45")
    choice = group.add_mutually_exclusive_group()
    choice.add_argument("--best", type=float, metavar="SECONDS", help="the best 15, 30 or 60 seconds, in whole bars")
    choice.add_argument("--loop", type=int, metavar="BARS", help="a loop of so many bars whose end meets its start")
    choice.add_argument("--sections", action="store_true", help="each section as a file of its own, for VJ sets")


def _add_picture_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("picture and sound")
    group.add_argument("--fps", help="frames a second, up to 60; those between are made from the drawn ones")
    group.add_argument("--between", default="flow", metavar="WHO", help="flow, or the path of RIFE's program or .onnx")
    group.add_argument("--fit", choices=MODES, help="how another shape of picture is reached")
    group.add_argument("--codec", choices=tuple(CODECS), help="instead of the place's own")
    group.add_argument("--bits", type=int, choices=(8, 10), help="of a color channel")
    group.add_argument("--crf", type=int, help="quality, 1 (best) to 51 (smallest file)")
    group.add_argument("--speed", choices=X264_PRESETS, help="of the encoder; slower makes a smaller file")
    group.add_argument("--song-untouched", action="store_true", help="take the song's own packets over where it can be")
    group.add_argument("--silent", action="store_true", help="without sound")
    group.add_argument("--gif", action="store_true", help="an animated GIF instead of a video")
    group.add_argument("--pictures", action="store_true", help="a folder of PNG instead of a video")


def _add_lettering_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("words (the project's own unless said here)")
    group.add_argument("--lyrics", choices=("off", "lines", "words"), help="lines, or words as in karaoke")
    group.add_argument("--font", help="part of a font's name, or its file")
    group.add_argument("--title", action=argparse.BooleanOptionalAction, help="title and artist at the beginning")
    group.add_argument("--artist", help="whose song it is")
    group.add_argument("--credits", help="what stands at the end; \\n for a new line")
    group.add_argument("--logo", type=given_path, help="a picture in the corner")
    group.add_argument("--fade-in", type=float, metavar="SECONDS", help="out of black")
    group.add_argument("--fade-out", type=float, metavar="SECONDS", help="into black")
    group.add_argument("--no-words", action="store_true", help="nothing drawn over the picture")
    group.add_argument("--words-alone", action="store_true", help="only the words, transparent, for an editor")
    group.add_argument("--subtitles", action="store_true", help="lyrics as .srt and .ass beside the video")
    group.add_argument("--handoff", action="store_true", help="a shot list and a timeline for editors beside the video")
    group.add_argument("--thumbnail", action="store_true", help="a picture that stands for the video")


def _publish(arguments: argparse.Namespace) -> int:
    targets = [target_named(name) for name in arguments.targets or ["youtube"]]
    project = _with_words(load_project(arguments.input), arguments)
    for fault in faults(project):
        raise fault
    run = arguments.run_folder or sibling_path(arguments.input, ".run")
    video = sibling_path(arguments.input, ".mp4")
    finished = open_finished(run, project, video, hear, styles_of(arguments))
    with awake(not arguments.allow_sleep), stop_on_interrupt() as stopped:
        for target in (_as_asked(each, arguments) for each in targets):
            for name, part in _parts(finished, target, arguments):
                path = _write(part, target, name, arguments, stopped.is_set)
                if path is None:
                    say("stopped; the file that was being written is gone, those before it are complete")
                    return 130
                print(path)
    return 0


def _as_asked(target: Target, arguments: argparse.Namespace) -> Target:
    """Return a place with what was asked for besides."""
    looping = target.loops or bool(arguments.loop)
    return replace(target, silent=target.silent or arguments.silent, loops=looping)


def _with_words(project: Project, arguments: argparse.Namespace) -> Project:
    """Return the project with the lettering that was asked for."""
    asked = {
        "lyrics": arguments.lyrics,
        "font": arguments.font,
        "title": arguments.title,
        "artist": arguments.artist,
        "credits": arguments.credits.replace("\\n", "\n") if arguments.credits else None,
        "logo": str(arguments.logo.resolve()) if arguments.logo else None,
        "fade_in_s": arguments.fade_in,
        "fade_out_s": arguments.fade_out,
    }
    given = {name: value for name, value in asked.items() if value is not None}
    lettering: Lettering = msgspec.structs.replace(project.lettering, **given)
    return msgspec.structs.replace(project, lettering=lettering)


def _parts(finished: Finished, target: Target, arguments: argparse.Namespace) -> Iterator[tuple[str, Finished]]:
    """Yield (what its file's name says of it, the part) for each file that is wanted."""
    whole, song = finished.footage, finished.song
    if arguments.sections:
        for number, section in enumerate(section_parts(song), start=1):
            with suppress(VideoError):  # a section outside what was rendered
                part = whole.part(section.start_s, section.end_s)
                yield f"{number:02d}-{section.label.replace(' ', '-')}", replace(finished, footage=part)
        return
    wish = Wish(arguments.start, arguments.end, arguments.best or 0.0, arguments.loop or 0)
    chosen, excerpt = chosen_part(finished, target, wish)
    if excerpt is not None:
        say(f"{target.label}: {excerpt}")
    yield "loop" if target.loops else "", chosen


def _write(
    finished: Finished, target: Target, name: str, arguments: argparse.Namespace, should_stop: object
) -> Path | None:
    wanted = _publication(target, arguments)
    ending = ".gif" if arguments.gif else "" if arguments.pictures else _suffix(target, wanted)
    words = ".words" if arguments.words_alone else ""
    path = _file(arguments, f".{target.name}{'.' + name if name else ''}{words}{ending}", finished.project)
    stop = should_stop if callable(should_stop) else lambda: False
    with closing(wanted.interpolator), ProgressBar() as bar:
        if arguments.gif or arguments.pictures:
            size, fps, frames = shown_frames(finished, wanted, on_event=bar, should_stop=stop)
            write = write_gif if arguments.gif else write_sequence
            made = write(path, frames, fps, size)
            return path if made else None
        done = publish(finished, wanted, path, on_event=bar, should_stop=stop)
    if done is None:
        return None
    for note in done.notes:
        say(f"note: {note}")
    _beside(finished, target, done.path, arguments)
    return done.path


def _publication(target: Target, arguments: argparse.Namespace) -> Publication:
    encoding = target.encoding
    if arguments.words_alone:
        encoding = replace(encoding, codec="prores4444", alpha=True, bits=0)
    if arguments.codec:
        encoding = replace(encoding, codec=arguments.codec, bits=0)
    if arguments.bits:
        encoding = replace(encoding, bits=arguments.bits)
    if arguments.crf is not None:
        encoding = replace(encoding, crf=arguments.crf)
    if arguments.speed:
        encoding = replace(encoding, preset=arguments.speed)
    return Publication(
        target,
        _fps(arguments.fps),
        arguments.fit,
        encoding,
        words=not arguments.no_words,
        untouched_sound=arguments.song_untouched,
        lettering_only=arguments.words_alone,
        interpolator=interpolator_named(arguments.between),
    )


def _suffix(target: Target, wanted: Publication) -> str:
    suffixes = (wanted.encoding or target.encoding).codec_facts.suffixes
    return target.suffix if target.suffix in suffixes else suffixes[0]


def _fps(text: str | None) -> Fraction | None:
    try:
        return parse_fps(text) if text else None
    except ValueError as error:
        raise ProjectError("--fps", str(error)) from None


def _file(arguments: argparse.Namespace, ending: str, project: Project) -> Path:
    """Return where a file goes: a name that is free, or that GLANCE gave to an earlier one of its own."""
    beside = sibling_path(arguments.input, ending)
    path = (arguments.output / beside.name) if arguments.output else beside
    require_no_source(path, [arguments.input, *sources_of(project)])
    if arguments.overwrite or may_replace_video(path):
        return path
    return next(each for each in numbered(path) if is_free(each))


def _beside(finished: Finished, target: Target, video: Path, arguments: argparse.Namespace) -> None:
    """Write what was asked for beside a video."""
    start_s = float(finished.footage.plan.frames[0].index / finished.footage.fps)
    try:
        if arguments.subtitles:
            read = [each for each in captions(finished, always=True) if each.role == "lyric"]
            if not read:
                say("note: this song has no lyrics with times, so there are no subtitles")
            for ending in (".srt", ".ass") if read else ():
                write_subtitles(video.with_suffix(ending), read, start_s, finished.project.lettering)
        if arguments.thumbnail:
            print(write_thumbnail(finished, target, video.with_suffix(".png")))
        if arguments.handoff:
            fps = new_fps(finished.footage.fps, target, _fps(arguments.fps))
            for note in write_handoff(finished, video, video.with_suffix(""), fps):
                say(f"note: {note}")
    except OSError as error:
        print(f"glance: {video.parent} cannot be written ({error.strerror or error})", file=sys.stderr)
        raise RunError(f"{video} is complete; what was to lie beside it could not be written") from None
