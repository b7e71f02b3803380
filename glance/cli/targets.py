"""Where a verb may write: never over a file of a person's, unless they say so."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from itertools import chain, count
from pathlib import Path

from glance.cli.options import is_project, say, sibling_path
from glance.errors import ProjectError, RunError
from glance.project.files import SUFFIX, load_project
from glance.project.model import Project
from glance.render.manifest import is_known_by, own_manifest
from glance.render.ownership import may_replace_video, video_fingerprint
from glance.render.run_contents import is_for_song
from glance.system.files import is_free, numbered, replace, same_file


def add_overwrite_option(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the leave to replace a file that is there already; `--force` is its earlier name."""
    parser.add_argument("--overwrite", "--force", action="store_true", help=f"replace {what} that is there already")


def require_replaceable(
    option: str, path: Path, arguments: argparse.Namespace, *, is_own: Callable[[Path], bool], sources: Iterable[Path]
) -> None:
    """Raise ProjectError where a file that was asked for would take the place of somebody's.

    Args:
        option: How the file was named, for example `--plot`.
        path: The file.
        arguments: What was asked for, with `overwrite`.
        is_own: Whether the file there is one that GLANCE made and may make anew.
        sources: What the file is made from; these are never replaced.
    """
    if any(same_file(path, source) for source in sources):
        raise ProjectError(option, f"{path} is what this is made from, and would be overwritten; name another file")
    if path.is_dir():
        raise ProjectError(option, f"expected a file, found the folder {path}")
    if not (arguments.overwrite or is_free(path) or is_own(path)):
        raise ProjectError(
            option,
            f"{path} is there already, and nothing in it shows that GLANCE made it; name another file, or replace it "
            "with --overwrite",
        )


def require_new_project(path: Path, arguments: argparse.Namespace, *, sources: Iterable[Path]) -> None:
    """Raise ProjectError where a project would take the place of any file: people work on projects by hand."""
    if any(same_file(path, source) for source in sources):
        raise ProjectError("-o", f"{path} is what the project is made from, and would be overwritten; name another")
    if not (arguments.overwrite or is_free(path)):
        raise ProjectError("", f"{path} is there already; --overwrite (or --force) replaces it, -o names another file")


def video_target(arguments: argparse.Namespace, ending: str) -> Path:
    """Return where a verb's video goes: what `-o` names, else the first name beside the input that is to be had.

    Raises:
        RunError: The video would take the place of what it is made from.
        ProjectError: `-o` names a file of somebody's; or the project cannot be read.
    """
    sources = given_files(arguments)
    if is_project(arguments.input):
        sources = [arguments.input, *sources_of(load_project(arguments.input))]
    if arguments.output is not None:
        require_no_source(arguments.output, sources)
        require_replaceable("-o", arguments.output, arguments, is_own=may_replace_video, sources=())
        return Path(arguments.output)
    wanted = sibling_path(arguments.input, ending)
    require_no_source(wanted, sources)
    if arguments.overwrite:
        return wanted
    names = (name for name in chain([wanted], numbered(wanted)) if not any(same_file(name, each) for each in sources))
    output = next(name for name in names if may_replace_video(name))
    if output != wanted:
        say(f"{wanted} is there already and is no video of GLANCE, so it stays; the new one will be {output.name}")
    return output


def given_files(arguments: argparse.Namespace) -> list[Path]:
    """Return the files that a verb was given to make a video from."""
    given = (arguments.input, arguments.lyrics, arguments.midi, arguments.markers, arguments.image)
    return [path for path in given if path]


def sources_of(project: Project) -> list[Path]:
    """Return the files that a project's video is made from."""
    song, look = project.song, project.look
    names = [song.path, song.lyrics, song.midi, song.markers, look.start_image, look.mask]
    names += [guide.picture for guide in look.guides]
    names += [name for use in project.effects for name in (use.mask_picture, use.file)]
    names.append(project.lettering.logo)
    return [Path(name) for name in names if name]


def require_no_source(video: Path, sources: Iterable[Path]) -> None:
    """Raise RunError where a video would take the place of what it is made from: a song may be an .mp4 too."""
    if any(same_file(video, source) for source in sources):
        raise RunError(f"the video would overwrite {video}, which it is made from; name another file with -o")


def run_target(arguments: argparse.Namespace, output: Path, project: Project) -> Path:
    """Return the run folder: what `--run` names, else the first beside the video that holds nothing else.

    A folder with the frames of another song, or with files of a person's, is left alone.
    """
    if arguments.run_folder is not None:
        return Path(arguments.run_folder)
    wanted = output.with_name(output.stem + ".run")
    song = project.song
    folder = next(each for each in chain([wanted], numbered(wanted)) if is_for_song(each, song.path, song.hash))
    if folder != wanted:
        say(f"{wanted} holds the frames of another song, or other files, so it stays; these go to {folder.name}")
    return folder


def keep_older_project(path: Path, output: Path, project: Project) -> int:
    """Move a project that is there already, and is another one, out of the way: a person may have worked on it.

    Returns:
        The number it has in its name now, which is free for its video too; 0 where nothing was moved.

    Raises:
        ProjectError: It cannot be moved.
    """
    if is_free(path):
        return 0
    try:
        if load_project(path) == project:
            return 0
    except ProjectError:
        pass
    number = next(each for each in count(1) if _is_unused(path, output, each))
    kept = _numbered_project(path, number)
    try:
        replace(path, kept)
    except OSError as error:
        raise ProjectError("", f"{path} is there already and cannot be moved: {error.strerror or error}") from None
    say(f"{path} was there already; it is {kept.name} now")
    return number


def name_for_older_video(output: Path, folder: Path, number: int, fingerprint: str) -> Path | None:
    """Return the name under which a video of another project is kept, as `NAME.1.mp4`; None where none has to be.

    Args:
        output: Where the new video will go.
        folder: The run folder. A video of the run in it is an earlier one of the same project, and is replaced.
        number: What `keep_older_project` has returned.
        fingerprint: Of the new video's run.
    """
    before = video_fingerprint(output)
    if before in ("", fingerprint):
        return None
    if not number and is_known_by(own_manifest(folder) or {}, before):
        return None
    project = output.with_name(output.stem + SUFFIX)
    number = number or next(each for each in count(1) if _is_unused(project, output, each))
    return output.with_name(f"{output.stem}.{number}{output.suffix}")


def keep_older_video(output: Path, kept: Path | None) -> None:
    """Give a video that is there already another name; see `name_for_older_video`."""
    if kept is None:
        return
    try:
        replace(output, kept)
    except OSError:
        return  # somebody plays it; the new one takes the next free name then
    say(f"{output} was there already; it is {kept.name} now")


def _is_unused(project: Path, output: Path, number: int) -> bool:
    video = output.with_name(f"{output.stem}.{number}{output.suffix}")
    return is_free(_numbered_project(project, number)) and is_free(video)


def _numbered_project(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name.removesuffix(SUFFIX)}.{number}{SUFFIX}")
