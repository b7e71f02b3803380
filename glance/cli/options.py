"""Options that several verbs share, and what is made of them."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec

from glance.audio.beside import Beside, files_beside
from glance.audio.decode import song_hash
from glance.audio.separation import separate
from glance.audio.sources import FEATURES, Sources
from glance.audio.time_sources import BARS, BEATS, SECTIONS, TimeChoice
from glance.audio.types import SongAnalysis
from glance.backends.registry import DEFAULT
from glance.camera.presets import CAMERA_PRESETS
from glance.errors import ProjectError
from glance.media.image_reader import read_picture
from glance.painter.notes import note_on_undrawn
from glance.project.analyses import analyse_song
from glance.project.director import DirectorOptions
from glance.project.file_names import path_of
from glance.project.files import SUFFIX, load_project
from glance.project.look_applying import with_look
from glance.project.look_files import LOOK_SUFFIX, SharedLook, find_look, read_look
from glance.project.model import NEW_VIDEO, REACTIVITY, Output, Project, Song
from glance.project.redirect import scene_sections
from glance.project.story import first_project
from glance.project.validate import checked_size, faults, video_size
from glance.story.llm_endpoints import find_endpoint
from glance.story.storyboard import Storyboard, StorySection
from glance.story.style_search import search_styles
from glance.story.styles import Style, StyleFolder, read_folder
from glance.story.wildcards import unknown_names
from glance.story.writer import PATIENCE_S, StoryWriter, checked_patience, preview_request
from glance.system.language import in_language
from glance.system.platform import cache_folder
from glance.timing import parse_clock, parse_fps


def song_path(text: str) -> Path:
    """Return the path of a song or project as it was typed or pasted; an address in the web is refused at once."""
    return path_of(text)


def given_path(text: str) -> Path:
    """Return the path of another file as it was typed or pasted; an address in the web is refused at once."""
    return path_of(text, "the file")


def add_song_options(parser: argparse.ArgumentParser) -> None:
    """Add what decides how a song is heard."""
    group = parser.add_argument_group("listening")
    stems = group.add_mutually_exclusive_group()
    stems.add_argument(
        "--stems", type=given_path, metavar="FOLDER", help="folder or zip with drums, bass, vocals, other"
    )
    stems.add_argument("--separate", action="store_true", help="split the song into stems with Demucs or demucs-onnx")
    group.add_argument(
        "--stem-name",
        type=_stem_name,
        action="append",
        default=[],
        metavar="FILE=NAME",
        help="what a stem is called in formulas, or - for none; may be repeated",
    )
    group.add_argument(
        "--lyrics", type=given_path, metavar="FILE", help="words, with times (.lrc, .srt, .vtt, .json ...) or without"
    )
    group.add_argument("--aligner", type=given_path, metavar="FILE", help="CTC model (.onnx) that places such words")
    group.add_argument("--table", type=given_path, metavar="FILE", help="CSV: times, and columns that become envelopes")
    group.add_argument(
        "--feature", action="append", default=[], choices=FEATURES, help="envelopes that librosa adds; may be repeated"
    )
    group.add_argument(
        "--tracker", default="glance", help="beat tracker: glance, beat_this where installed, or its .onnx file"
    )
    _add_material_options(parser)


def _add_material_options(parser: argparse.ArgumentParser) -> None:
    """Add the files of a DAW, and where time is taken from."""
    group = parser.add_argument_group("the musician's own files (see docs/material.md)")
    group.add_argument(
        "--midi", type=given_path, metavar="FILE", help="MIDI: its grid, and notes as envelopes midi_..."
    )
    group.add_argument(
        "--markers",
        type=given_path,
        metavar="FILE",
        help="Reaper, Ableton, rekordbox, Traktor, labels, or a sound file with marks",
    )
    group.add_argument(
        "--alone", action="store_true", help="leave the files beside the song unused (song.mid, song.rpp)"
    )
    for name, known in (("beats", BEATS), ("bars", BARS), ("sections", SECTIONS)):
        group.add_argument(f"--{name}-from", choices=known, default="", help=f"where {name} are taken from")
    for name in ("midi", "markers"):
        group.add_argument(
            f"--{name}-ms", type=float, metavar="MS", help="its times are moved later by this; 0 keeps them"
        )
        group.add_argument(f"--{name}-stretch", type=float, default=1.0, metavar="FACTOR", help="on its times")


def _stem_name(text: str) -> tuple[str, str]:
    """Return the file's name and the name in formulas of `lead vox=vocals`.

    Raises:
        argparse.ArgumentTypeError: The text has another form.
    """
    label, equals, name = text.rpartition("=")
    if not equals or not label or not name:
        raise argparse.ArgumentTypeError(
            f"expected a stem's file and its name such as 'lead vox=vocals', found {text!r}"
        )
    return label, name


def time_of(arguments: argparse.Namespace) -> TimeChoice:
    """Return where a person wants time to be taken from."""
    return TimeChoice(
        beats=arguments.beats_from,
        bars=arguments.bars_from,
        sections=arguments.sections_from,
        midi_ms=arguments.midi_ms,
        markers_ms=arguments.markers_ms,
        midi_stretch=arguments.midi_stretch,
        markers_stretch=arguments.markers_stretch,
    )


def add_wish_options(parser: argparse.ArgumentParser) -> None:
    """Add what a person may say about a video that is still to be planned."""
    group = parser.add_argument_group("wishes (every one may be left out)")
    group.add_argument("--theme", default="", help="what the video is about")
    group.add_argument("--style", action="append", default=[], help="name of a style, or free words; may be repeated")
    group.add_argument("--look", default="", metavar="NAME", help="a .glancelook file, or one of `glance look list`")
    group.add_argument("--image", type=given_path, help="picture to start from, such as the album cover")
    group.add_argument("--seed", type=int, help="another seed is another video (default: the song's own)")
    group.add_argument("--reactivity", choices=tuple(REACTIVITY), help="the same for all scenes")
    group.add_argument("--styles-folder", type=Path, metavar="FOLDER", help="folder with styles of your own")
    add_llm_options(parser)


def add_llm_options(parser: argparse.ArgumentParser) -> None:
    """Add where a language model is to be found. The key is read from the environment only."""
    group = parser.add_argument_group("language model (optional)")
    group.add_argument("--llm", default="", metavar="URL", help="openai, ollama, lmstudio, llamacpp, or any base URL")
    group.add_argument("--model", default="", help="the model's name there; the first that can talk by default")
    group.add_argument(
        "--llm-patience",
        type=float,
        metavar="SECONDS",
        help=f"how long it may take, loading included (default {PATIENCE_S:g})",
    )
    group.add_argument(
        "--prompt-form",
        choices=("tags", "sentences"),
        default="tags",
        help="how the image model reads best: tags (SD 1.5, SDXL; the default) or sentences (SD 3, Flux, Qwen ...)",
    )


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add size and frame rate."""
    group = parser.add_argument_group("picture")
    group.add_argument("--size", type=size_of_text, metavar="WxH", help="such as 512x288; multiples of 8")
    group.add_argument("--fps", help="frames per second, such as 12 or 29.97")


def size_of_text(text: str) -> tuple[int, int]:
    """Return (width, height) of `512x288`.

    Raises:
        argparse.ArgumentTypeError: The text has another form.
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"expected a size such as 512x288, found {text!r}")
    return int(width), int(height)


def clock_of_text(text: str) -> float:
    """Return the seconds of `0:30`, `45` or `45.5s`.

    Raises:
        argparse.ArgumentTypeError: The text has another form.
    """
    try:
        return parse_clock(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def is_project(path: Path) -> bool:
    """Return whether a file's name says it is a project rather than a song."""
    return path.name.lower().endswith((SUFFIX, ".json"))


def sibling_path(source: Path, suffix: str) -> Path:
    """Return the path beside a file that has its name, up to the project's or song's own suffix, and then `suffix`.

    Raises:
        ProjectError: What was named is no file.
    """
    if not source.name or source.is_dir():
        raise ProjectError("", f"expected a file, found the folder {source}; name the song or project in it")
    name = source.name
    stem = name[: -len(SUFFIX)] if name.lower().endswith(SUFFIX) else source.stem
    return source.with_name(stem + suffix)


def output_of(arguments: argparse.Namespace, base: Output) -> Output:
    """Return `base` with the size and frame rate that were asked for.

    Raises:
        ProjectError: The frame rate cannot be read.
    """
    size = arguments.size or (base.width, base.height)
    if arguments.fps:
        try:
            parse_fps(arguments.fps)
        except ValueError as error:
            raise ProjectError("--fps", str(error)) from None
    return msgspec.structs.replace(base, width=size[0], height=size[1], fps=arguments.fps or base.fps)


def stems_of(arguments: argparse.Namespace) -> Path | None:
    """Return the folder of the song's stems, splitting the song once if that was asked for; None for no stems.

    Raises:
        AudioError: Demucs is not installed, or failed.
    """
    if not arguments.separate:
        return arguments.stems.resolve() if arguments.stems else None
    # Splitting takes minutes, so a song that was split before is not split again.
    folder = cache_folder() / "stems" / song_hash(arguments.input)
    kept = next((path.parent for path in folder.glob("*/drums.*")), None)
    return kept or separate(arguments.input, folder, _may_fetch)


def _may_fetch(offer: str) -> bool:
    """Ask the person at the terminal; where nobody sits there, the answer is no."""
    if not sys.stdin.isatty():
        return False
    return input(f"{offer} Fetch it? [y/N] ").strip().lower() in ("y", "yes")


def sources_of(arguments: argparse.Namespace) -> Sources:
    """Return where envelopes come from besides the song."""
    return Sources(arguments.table.resolve() if arguments.table else None, tuple(arguments.feature))


def song_of(arguments: argparse.Namespace) -> Song:
    """Return the song that was named, with its stems, words and other sources.

    Raises:
        AudioError: It was to be split into stems, and Demucs is not installed, or failed.
    """
    stems, sources = stems_of(arguments), sources_of(arguments)
    beside = Beside() if arguments.alone else files_beside(arguments.input)
    for note in beside.notes:
        say(f"note: {note}")
    return Song(
        path=str(Path(arguments.input).resolve()),
        stems=str(stems or ""),
        stem_names=dict(arguments.stem_name),
        lyrics=_resolved(arguments.lyrics),
        aligner=_resolved(arguments.aligner),
        midi=_resolved(arguments.midi or beside.midi),
        markers=_resolved(arguments.markers or beside.markers),
        time=time_of(arguments),
        table=str(sources.table or ""),
        features=sources.features,
        tracker=arguments.tracker,
    )


def _resolved(path: Path | None) -> str:
    return str(path.resolve()) if path else ""


def hear(song: Song) -> SongAnalysis:
    """Return what is heard in a song, from the cache where it was heard before."""
    return analyse_song(song, cache_folder())


def opened_look(text: str) -> SharedLook:
    """Return the look of a file, or the shipped one of that name; what was left out of it is said.

    Raises:
        ProjectError: There is none, or the file is no look.
    """
    look = read_look(given_path(text)) if text.lower().endswith(LOOK_SUFFIX) else find_look(text)
    for note in look.notes:
        say(note)
    return look


def styles_of(arguments: argparse.Namespace) -> Mapping[str, Style]:
    """Return all styles, the person's own included, and say which files of theirs are none; read once for a command.

    Raises:
        ProjectError: There is no such folder or file.
    """
    folder: Path | None = arguments.styles_folder
    if folder is not None and not folder.exists():
        raise ProjectError("--styles-folder", f"expected a folder with styles of your own, found no folder {folder}")
    found: StyleFolder | None = getattr(arguments, "found_styles", None)
    if found is None:
        arguments.found_styles = found = read_folder(folder)
        for note in found.notes:
            say_note(note)
    return found.styles


def warn_ignored(arguments: argparse.Namespace) -> None:
    """Say which options change nothing, because the project that was given has its own answers to them."""
    if not is_project(arguments.input):
        return
    given = {
        "--stems": arguments.stems,
        "--separate": arguments.separate,
        "--lyrics": arguments.lyrics,
        "--midi": arguments.midi,
        "--markers": arguments.markers,
        "--table": arguments.table,
        "--feature": arguments.feature,
        "--tracker": arguments.tracker != "glance",
        "--theme": arguments.theme,
        "--style": arguments.style,
        "--look": arguments.look,
        "--image": arguments.image,
        "--seed": arguments.seed is not None,
        "--reactivity": arguments.reactivity,
        "--llm": arguments.llm,
    }
    names = ", ".join(name for name, value in given.items() if value)
    if names:
        say(
            f"note: {arguments.input.name} is planned already, so {names} will not change it; edit it, or name the song"
        )


def require_png(option: str, path: Path | None) -> None:
    """Raise ProjectError where a picture that will be a PNG is named as something else."""
    if path is not None and path.suffix.lower() != ".png":
        raise ProjectError(option, f"expected the name of a picture such as {path.stem or 'curves'}.png, found {path}")


def project_of(arguments: argparse.Namespace, *, drawn: bool = False) -> tuple[Project, SongAnalysis]:
    """Return the project to work on, loaded or newly directed, and what is heard in its song.

    Args:
        arguments: The command's options.
        drawn: Whether it is to be drawn: then its numbers and files are checked before the song is listened to.

    Raises:
        GlanceError: The file cannot be read, or a wish cannot be met.
    """
    path: Path = arguments.input
    if is_project(path):
        project = load_project(path)
        project = msgspec.structs.replace(project, output=output_of(arguments, project.output))
        for fault in faults(project) if drawn else ():
            raise fault
        _say_unknown_names(project)
        analysis = hear(project.song)
        if project.song.hash not in ("", analysis.song_hash):
            say_note(f"{project.song.path} is not the file that {path.name} was made for; its scenes keep their times")
        return project, analysis
    return new_project(arguments)


def new_project(arguments: argparse.Namespace) -> tuple[Project, SongAnalysis]:
    """Hear a song and direct its first project.

    Raises:
        GlanceError: The song cannot be heard, or a wish cannot be met.
    """
    song = song_of(arguments)
    if arguments.image and not arguments.image.is_file():
        raise ProjectError("--image", f"there is no picture {arguments.image}")
    if arguments.image:
        read_picture(arguments.image)
    styles = styles_of(arguments)
    # Everything that can be refused is, before minutes are spent on a long song.
    output = output_of(arguments, NEW_VIDEO)
    checked_size((output.width, output.height))
    video_size(output)
    checked_patience(arguments.llm_patience, "--llm-patience")
    if arguments.llm:
        find_endpoint(arguments.llm, arguments.model)
    look = opened_look(arguments.look) if arguments.look else None
    say(f"listening to {Path(song.path).name}")
    analysis = hear(song)
    for note in analysis.notes:
        say_note(note)
    ids, words = _styles_asked_for(arguments.style, styles)
    wishes = DirectorOptions(
        theme=unicodedata.normalize("NFC", arguments.theme),
        styles=ids,
        style_words=words,
        seed=arguments.seed,
        reactivity=arguments.reactivity,
        start_image=str(arguments.image.resolve()) if arguments.image else "",
        output=output,
    )
    project = first_project(song, analysis, wishes, styles, partial(_storyboard, arguments))
    if look is not None:
        project, notes = with_look(project, look, scene_sections(project, analysis), styles)
        for note in notes:
            say(note)
    if getattr(arguments, "backend", "") == DEFAULT and not arguments.image:
        undrawn = note_on_undrawn(scene.prompt for scene in project.scenes)
        if undrawn:
            say_note(undrawn)
    return project, analysis


def _say_unknown_names(project: Project) -> None:
    """Say which prompts name lists of another extension, which nobody here can fill in."""
    for index, scene in enumerate(project.scenes):
        names = ", ".join(unknown_names(scene.prompt))
        if names:
            say_note(f"scene {index + 1} has {names}, a list of another extension; it stays as it is, so write words")


def say(text: str) -> None:
    """Print a line about what is going on, in the person's language, where it does not mix with a verb's own output."""
    print(in_language(text), file=sys.stderr, flush=True)


def say_note(text: str) -> None:
    """Print what a person should know, behind a word that sets it apart."""
    say(f"{in_language('note')}: {in_language(text)}")


def _storyboard(
    arguments: argparse.Namespace, sections: tuple[StorySection, ...], seed: int, looks: Mapping[str, Style]
) -> Storyboard:
    endpoint = find_endpoint(arguments.llm, arguments.model) if arguments.llm else None
    if endpoint:
        say(preview_request(endpoint, arguments.theme, sections, tuple(CAMERA_PRESETS)).summary)
    patience_s = checked_patience(arguments.llm_patience, "--llm-patience")

    def on_text(text: str) -> None:
        print(".", end="", file=sys.stderr, flush=True)

    writer = StoryWriter(endpoint, on_text=on_text, patience_s=patience_s, form=arguments.prompt_form)
    storyboard = writer.write_storyboard(arguments.theme, sections, seed, tuple(CAMERA_PRESETS), looks)
    if endpoint:
        say("")
    if storyboard.note:
        say(storyboard.note)
    return storyboard


def _styles_asked_for(asked: list[str], styles: Mapping[str, Style]) -> tuple[tuple[str, ...], str]:
    """Return the ids of the styles that were named, and what names no style as free words."""
    ids: list[str] = []
    words: list[str] = []
    for text in asked:
        name = unicodedata.normalize("NFC", text).strip().casefold()
        exact = [style.id for style in styles.values() if name in (style.id, style.name_en.casefold(), style.name_ko)]
        found = exact or [style.id for style in search_styles(styles, text)[:1] if len(name.split()) <= 2]
        if found:
            ids.append(found[0])
        elif name:
            words.append(unicodedata.normalize("NFC", text).strip())
    return tuple(ids), ", ".join(words)
