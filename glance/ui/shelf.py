"""The projects on disk: one folder each, below the host's folder.

    FOLDER/ID/project.glance.json     what the page edits, saved at every change
    FOLDER/ID/song.mp3                the song, under its own name's ending
    FOLDER/ID/pictures/               start pictures, masks, guides
    FOLDER/ID/takes/001/              one rendered video each, see `glance.ui.takes`
    FOLDER/cache/                     what was heard in songs, by their content

Every path a page names is taken from its project's folder and must stay in it.
"""

from __future__ import annotations

import re
import secrets
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from glance.contents import is_picture, kind_of, text_of
from glance.errors import ProjectError, VideoError
from glance.project.files import load_project, parse_project, save_project
from glance.project.model import Output, Project, Song
from glance.video.picture_reader import opened_picture

_ID = re.compile(r"[a-z0-9-]{1,60}")
_NAME = "project.glance.json"
#: Endings under which an uploaded file is stored, since browsers and players treat them as media; what has another one
#: is judged by its content, as on the command line, and stored under an ending of ours that no browser runs.
SONG_ENDINGS = (
    *(".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".mp4", ".webm", ".wma"),
    *(".mov", ".mkv", ".m4b", ".m4v", ".mka", ".weba", ".caf", ".wv", ".avi", ".oga", ".mp2", ".ape", ".ac3"),
    *(".3gp", ".amr", ".au", ".mpg", ".mpeg", ".tta", ".w64"),
)
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif", ".jp2")
WORDS_ENDINGS = (".lrc", ".srt", ".txt", ".vtt", ".ass", ".ssa", ".sbv", ".json", ".tsv", ".csv")
_UNKNOWN_SONG, _UNKNOWN_PICTURE, _UNKNOWN_WORDS = ".media", ".png", ".txt"


@dataclass(frozen=True)
class Recent:
    """A project on the shelf.

    Attributes:
        id: Name of its folder.
        title: What the person called it, else the song's name.
        changed_s: When it was last saved, seconds since 1970.
    """

    id: str
    title: str
    changed_s: float


class Shelf:
    """Finds, makes and saves projects below one folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    def create(self, song_name: str, data: bytes, output: Output | None = None) -> str:
        """Put a song on the shelf as a new project and return the project's id.

        Args:
            song_name: The song's file name.
            data: Its bytes.
            output: Size, frame rate and encoding of the project's video; GLANCE's own by default.

        Raises:
            ProjectError: Neither name nor content are a song's, or the folder cannot be written.
        """
        ending = _song_ending(song_name, data)
        title = Path(song_name).stem.strip()[:120] or "song"
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "song"
        identity = f"{slug}-{secrets.token_hex(3)}"
        folder = self.folder / identity
        _write(folder / f"song{ending}", data)
        song = Song(path=str(folder / f"song{ending}"))
        save_project(Project(song=song, title=title, scenes=(), output=output or Output()), folder / _NAME)
        return identity

    def adopt(self, identity: str, text: str) -> Project:
        """Give a project of the shelf the contents of an opened project file, except for its song.

        Raises:
            ProjectError: The text is no project, or names files outside the project's folder.
        """
        old = self.load(identity)
        new = parse_project(text, "the opened file")
        song = msgspec.structs.replace(new.song, path=old.song.path, hash=old.song.hash, stems="", lyrics="")
        look = msgspec.structs.replace(new.look, start_image="", mask="", guides=())
        project = msgspec.structs.replace(new, song=song, look=look)
        self._save(identity, project)
        return project

    def folder_of(self, identity: str) -> Path:
        """Return a project's folder.

        Raises:
            ProjectError: There is no such project.
        """
        folder = self.folder / identity
        if not _ID.fullmatch(identity) or not (folder / _NAME).is_file():
            raise ProjectError("", "this project is not here; it was perhaps moved or deleted. Open another one")
        return folder

    def load(self, identity: str) -> Project:
        """Read a project, its paths made absolute.

        Raises:
            ProjectError: There is none, or its file is damaged.
        """
        return load_project(self.folder_of(identity) / _NAME)

    def save(self, identity: str, text: str) -> Project:
        """Check a page's project, save it and return it with absolute paths.

        Raises:
            ProjectError: The text is no valid project, or names a file outside the project's folder.
        """
        project = self.check(identity, text)
        self._save(identity, project)
        return project

    def check(self, identity: str, text: str) -> Project:
        """Return a page's project with absolute, confined paths, without saving it.

        Raises:
            ProjectError: The text is no valid project, or names a file outside the project's folder.
        """
        folder = self.folder_of(identity)
        project = parse_project(text)
        song, look = project.song, project.look
        song = msgspec.structs.replace(
            song,
            path=confined(folder, song.path, "song.path"),
            lyrics=confined(folder, song.lyrics, "song.lyrics"),
            stems=confined(folder, song.stems, "song.stems"),
        )
        guides = tuple(
            msgspec.structs.replace(guide, picture=confined(folder, guide.picture, f"look.guides[{index}].picture"))
            for index, guide in enumerate(look.guides)
        )
        look = msgspec.structs.replace(
            look,
            start_image=confined(folder, look.start_image, "look.start_image"),
            mask=confined(folder, look.mask, "look.mask"),
            guides=guides,
        )
        return msgspec.structs.replace(project, song=song, look=look)

    def discard(self, identity: str) -> None:
        """Remove a project that never came to anything, with its song."""
        shutil.rmtree(self.folder_of(identity), ignore_errors=True)

    def store(self, project: Project, identity: str) -> None:
        """Save a project that the server itself made."""
        self._save(identity, project)

    def add_file(self, identity: str, name: str, data: bytes) -> str:
        """Keep a picture or lyrics file with the project and return its path relative to the project's folder.

        Raises:
            ProjectError: It is neither, or a picture that cannot be opened.
        """
        ending = _file_ending(name, data)
        kind = "lyrics" if ending in WORDS_ENDINGS else "pictures"
        stem = re.sub(r"[^\w-]+", "-", Path(name).stem)[:40].strip("-") or "file"
        relative = f"{kind}/{stem}-{secrets.token_hex(3)}{ending}"
        _write(self.folder_of(identity) / relative, data)
        return relative

    def file(self, identity: str, relative: str) -> Path:
        """Return the path of a file in a project's folder.

        Raises:
            ProjectError: It lies elsewhere, or there is none.
        """
        path = Path(confined(self.folder_of(identity), relative, "file"))
        if not relative or not path.is_file():
            raise ProjectError("file", f"there is no file {relative!r} in this project")
        return path

    def recent(self, limit: int = 30) -> list[Recent]:
        """Return the projects on the shelf, the last one changed first."""
        files = sorted(self.folder.glob(f"*/{_NAME}"), key=lambda path: path.stat().st_mtime, reverse=True)
        found = []
        for path in files[:limit]:
            try:
                title = load_project(path).title
            except ProjectError:
                # A damaged file must not hide the others; opening it says what is wrong.
                title = path.parent.name
            found.append(Recent(path.parent.name, title or path.parent.name, path.stat().st_mtime))
        return found

    def _save(self, identity: str, project: Project) -> None:
        with self._lock:
            save_project(project, self.folder_of(identity) / _NAME)


def _song_ending(name: str, data: bytes) -> str:
    ending = Path(name).suffix.lower()
    if ending in SONG_ENDINGS:
        return ending
    kind = kind_of(data)
    if kind and kind not in ("a sound file", "a video or sound file", "a video"):
        raise _unlike(name, "a song", SONG_ENDINGS, kind)
    return _UNKNOWN_SONG  # the ears decide


def _file_ending(name: str, data: bytes) -> str:
    ending, kind = Path(name).suffix.lower(), kind_of(data)
    if ending in WORDS_ENDINGS and not is_picture(kind):
        return ending
    if is_picture(kind) or (kind and ending in PICTURE_ENDINGS):
        try:
            with opened_picture(data, name):
                return ending if ending in PICTURE_ENDINGS else _UNKNOWN_PICTURE
        except VideoError as error:
            raise ProjectError("", str(error)) from None
    if ending in PICTURE_ENDINGS:
        return ending
    if kind in ("", "a text") and _is_text(data):
        return _UNKNOWN_WORDS
    raise _unlike(name, "a picture or a lyrics file", (*PICTURE_ENDINGS, *WORDS_ENDINGS), kind)


def _is_text(data: bytes) -> bool:
    text = text_of(data[:4096])
    return bool(text) and not any(letter < " " and letter not in "\t\r\n" for letter in text)


def _unlike(name: str, what: str, endings: tuple[str, ...], kind: str) -> ProjectError:
    found = f", found {kind}" if kind else ""
    return ProjectError("", f"{name!r} does not look like {what}: expected one of {', '.join(endings)}{found}")


def confined(folder: Path, relative: str, field: str) -> str:
    """Return the absolute path of a file below a folder; empty for none.

    Raises:
        ProjectError: It lies elsewhere, also by way of a link, or no file can have that name.
    """
    if not relative:
        return ""
    root = folder.resolve()
    try:
        path = (root / relative).resolve()
        path.exists()
    except (ValueError, OSError, RuntimeError):  # a NUL, a name of a thousand letters, a link to itself
        raise ProjectError(field, f"{relative[:80]!r} can be no file's name") from None
    if not path.is_relative_to(root):
        raise ProjectError(
            field, f"{relative!r} lies outside the project's own folder; add the file on the page instead"
        )
    return str(path)


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{time.monotonic_ns()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise ProjectError("", f"the file cannot be stored in {path.parent}: {error.strerror or error}") from None
