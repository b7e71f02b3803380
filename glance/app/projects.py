"""The projects on disk: one folder each, below the host's folder.

    FOLDER/ID/project.glance.json     what the page edits, saved at every change
    FOLDER/ID/song.mp3                the song, under its own name's ending
    FOLDER/ID/pictures/               start pictures, masks, guides
    FOLDER/ID/takes/001/              one rendered video each, see `glance.app.takes`
    FOLDER/ID/history/                the project as it was, see `glance.app.history`
    FOLDER/cache/                     what was heard in songs, by their content

Every path a page names is judged as text, then taken from its project's folder, and must stay in it.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

import msgspec

from glance.app.history import keep_version
from glance.app.material import add_material, cover_of, put_bundle, unpacked
from glance.audio.lyrics.reader import LYRICS_ENDINGS
from glance.errors import GlanceError, ProjectError, VideoError
from glance.limits import CUBE_BYTES, PROJECT_BYTES
from glance.material.reader import own_marks
from glance.media.image_reader import opened_picture
from glance.project.file_names import is_font_file
from glance.project.files import load_project, parse_project, save_project
from glance.project.model import NEW_VIDEO, Output, Project, Song
from glance.system.contents import is_picture, kind_of
from glance.system.files import free_bytes, is_abandoned, reason, remove, remove_tree, sweep, write_atomically
from glance.system.names import safe_relative
from glance.system.text_encoding import decode_text

_ID = re.compile(r"[a-z0-9-]{1,60}")
_NAME = "project.glance.json"
#: Unfinished songs and projects, as this version and earlier ones name them.
_UNFINISHED = re.compile(r"\.song\..+\.part|song\.\w+\.\d+\.part|project\.glance\.json\.part")
#: The title's line as GLANCE writes it, and the part of a file in which it stands.
_TITLE = re.compile(rb'^  "title": (".*"),?\r?$', re.MULTILINE)
_HEAD_BYTES = 256 * 1024


class StaleError(GlanceError):
    """A project was saved elsewhere since it was read; nothing was overwritten."""


@dataclass(frozen=True)
class Before:
    """What a page's project was made from.

    Attributes:
        revision: Of the saved state that the page knows.
        tab: Any name that the page gave itself when it was opened; empty for none.
    """

    revision: str
    tab: str = ""


class _Titled(msgspec.Struct):
    """A project file of which only the title is wanted."""

    title: str = ""


#: Endings under which an uploaded file is stored, since browsers and players treat them as media; what has another one
#: is judged by its content, as on the command line, and stored under an ending of ours that no browser runs.
SONG_ENDINGS = (
    *(".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".mp4", ".webm", ".wma"),
    *(".mov", ".mkv", ".m4b", ".m4v", ".mka", ".weba", ".caf", ".wv", ".avi", ".oga", ".mp2", ".ape", ".ac3"),
    *(".3gp", ".amr", ".au", ".mpg", ".mpeg", ".tta", ".w64"),
)
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif", ".jp2")
#: A look-up table of colors.
CUBE_ENDING = ".cube"
#: A song without the files of somebody else's machine.
_NO_FILES = {"stems": "", "lyrics": "", "table": "", "midi": "", "markers": "", "aligner": ""}
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


class ProjectStore:
    """Finds, makes and saves projects below one folder. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        # Made absolute once: a song's path is kept relative to its project, and would else be looked for twice as deep.
        self.folder = folder.resolve()
        self._lock = threading.Lock()
        # Revision and tab of each project's last save.
        self._writers: dict[str, Before] = {}
        self._sweep()

    def create(
        self,
        song_name: str,
        data: bytes | Iterable[bytes],
        output: Output | None = None,
        curves: Mapping[str, str] | None = None,
    ) -> str:
        """Put a song on the shelf as a new project and return the project's id.

        Args:
            song_name: The song's file name, or that of a zip with a song, its stems, words and cover.
            data: Its bytes, at once or in pieces.
            output: Size, frame rate and encoding of the project's video; GLANCE's own by default.
            curves: What it begins with besides, by channel.

        Raises:
            ProjectError: Neither name nor content are a song's, or the folder cannot be written.
        """
        if Path(song_name).suffix.lower() == ".zip":
            return self._create_of_bundle(song_name, data, output, curves)
        head, data = _peeked(data)
        ending = _song_ending(song_name, head)
        identity, folder, title = self._place_for(song_name)
        _write(folder / f"song{ending}", data)
        own = own_marks(folder / f"song{ending}")
        song = Song(path=str(folder / f"song{ending}"), markers=str(folder / f"song{ending}") if own else "")
        self._keep_new(song, folder, title, output, curves)
        return identity

    def _place_for(self, name: str) -> tuple[str, Path, str]:
        """Return the id, the folder and the title of a new project of a song's, or a bundle's, file name."""
        # A Mac sends Hangul and accents taken apart, and every letter would stand alone.
        title = Path(unicodedata.normalize("NFC", name)).stem.strip()[:120] or "song"
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "song"
        identity = f"{slug}-{secrets.token_hex(3)}"
        return identity, self.folder / identity, title

    def _keep_new(
        self, song: Song, folder: Path, title: str, output: Output | None, curves: Mapping[str, str] | None
    ) -> None:
        try:
            new = Project(song=song, title=title, scenes=(), output=output or NEW_VIDEO, curves=dict(curves or {}))
            save_project(new, folder / _NAME)
        except ProjectError:
            with suppress(OSError):
                remove(Path(song.path))
                folder.rmdir()
            raise

    def _create_of_bundle(
        self, name: str, data: bytes | Iterable[bytes], output: Output | None, curves: Mapping[str, str] | None
    ) -> str:
        """Put what a zip holds on the shelf as a new project and return the project's id."""
        identity, folder, title = self._place_for(name)
        passing = self.folder / f"unpacking-{secrets.token_hex(6)}"
        try:
            found = unpacked(data, passing, name)
            if found.song is None:
                what = f"{len(found.stems)} stems without the song" if found.stems else "no sound"
                raise ProjectError("", f"{name!r}: expected a song in the zip, found {what}; drop the song itself")
            place = folder / f"song{found.song.suffix.lower()}"
            folder.mkdir(parents=True)
            shutil.move(found.song, place)
            title = unicodedata.normalize("NFC", found.song.stem).strip()[:120] or title
            paths = {field: str(folder / path) for field, path in put_bundle(found, folder).items()}
            song = msgspec.structs.replace(Song(path=str(place)), **paths)
            self._keep_new(song, folder, title, output, curves)
        except OSError as error:
            raise ProjectError("", f"the zip cannot be stored in {self.folder}: {reason(error)}") from None
        finally:
            with suppress(OSError):
                remove_tree(passing)
        return identity

    def adopt(self, identity: str, text: str, before: Before | None = None) -> Project:
        """Give a project of the shelf the contents of an opened project file, except for its song.

        Raises:
            ProjectError: The text is no project, or names files outside the project's folder.
            StaleError: `before` is given, and the saved state is another one by now.
        """
        old = self.load(identity)
        new = parse_project(text, "the opened file")
        song = msgspec.structs.replace(new.song, path=old.song.path, hash=old.song.hash, **_NO_FILES)
        look = msgspec.structs.replace(new.look, start_image="", mask="", guides=())
        effects = tuple(msgspec.structs.replace(use, mask_picture="", file="") for use in new.effects)
        lettering = msgspec.structs.replace(new.lettering, logo="")
        if is_font_file(lettering.font):
            lettering = msgspec.structs.replace(lettering, font="")
        project = msgspec.structs.replace(new, song=song, look=look, lettering=lettering, effects=effects)
        self._save(identity, project, before)
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

    def newest(self, identity: str) -> tuple[Project, str]:
        """Return a project as it is saved, its paths made absolute, and its revision.

        The revision tells this saved state from every other: any change of the file changes it.

        Raises:
            ProjectError: There is none, or its file is damaged.
        """
        with self._lock:
            return self.load(identity), self._revision(identity)

    def save(self, identity: str, text: str) -> Project:
        """Check a page's project, save it over whatever is there and return it with absolute paths.

        Raises:
            ProjectError: The text is no valid project, or names a file outside the project's folder.
        """
        project = self.check(identity, text)
        self._save(identity, project)
        return project

    def save_over(self, identity: str, text: str, before: Before) -> tuple[Project, str]:
        """Check a page's project and save it where the saved one is still `before`; return it and its revision.

        Raises:
            ProjectError: The text is no valid project, or names a file outside the project's folder.
            StaleError: The saved state is another one by now.
        """
        project = self.check(identity, text)
        return project, self._save(identity, project, before)

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
            path=safe_path(folder, song.path, "song.path"),
            lyrics=safe_path(folder, song.lyrics, "song.lyrics"),
            stems=safe_path(folder, song.stems, "song.stems"),
            table=safe_path(folder, song.table, "song.table"),
            midi=safe_path(folder, song.midi, "song.midi"),
            markers=safe_path(folder, song.markers, "song.markers"),
            aligner=safe_path(folder, song.aligner, "song.aligner"),
            tracker=safe_path(folder, song.tracker, "song.tracker") if song.tracker.endswith(".onnx") else song.tracker,
        )
        guides = tuple(
            msgspec.structs.replace(guide, picture=safe_path(folder, guide.picture, f"look.guides[{index}].picture"))
            for index, guide in enumerate(look.guides)
        )
        look = msgspec.structs.replace(
            look,
            start_image=safe_path(folder, look.start_image, "look.start_image"),
            mask=safe_path(folder, look.mask, "look.mask"),
            guides=guides,
        )
        effects = tuple(
            msgspec.structs.replace(
                use,
                mask_picture=safe_path(folder, use.mask_picture, f"effects[{index}].mask_picture"),
                file=safe_path(folder, use.file, f"effects[{index}].file"),
            )
            for index, use in enumerate(project.effects)
        )
        lettering = project.lettering
        lettering = msgspec.structs.replace(lettering, logo=safe_path(folder, lettering.logo, "lettering.logo"))
        if is_font_file(lettering.font):
            font = safe_path(folder, lettering.font, "lettering.font")
            lettering = msgspec.structs.replace(lettering, font=font)
        return msgspec.structs.replace(project, song=song, look=look, lettering=lettering, effects=effects)

    def discard(self, identity: str) -> bool:
        """Delete a project that holds nothing but the file it was made of; return whether it did.

        One with a theme, a picture, lyrics, scenes or anything else that somebody put into it stays.
        """
        folder = self.folder_of(identity)
        project = self.load(identity)
        song = Path(project.song.path)
        made = Project(
            song=Song(path=project.song.path, markers=project.song.markers),
            title=project.title,
            scenes=(),
            output=project.output,
        )
        if project != made or {item.name for item in folder.iterdir()} != {_NAME, song.name} or song.parent != folder:
            return False
        with suppress(OSError):
            remove(folder / _NAME)
            remove(song)
            folder.rmdir()
        return True

    def store(self, project: Project, identity: str) -> None:
        """Save a project that the server itself made."""
        self._save(identity, project)

    def add_file(self, identity: str, name: str, data: bytes | Iterable[bytes]) -> str:
        """Keep a picture or lyrics file with the project and return its path relative to the project's folder.

        Raises:
            ProjectError: It is neither, or a picture that cannot be opened.
        """
        data = data if isinstance(data, bytes) else b"".join(data)
        ending = _file_ending(name, data)
        kind = "lyrics" if ending in LYRICS_ENDINGS else "tables" if ending == CUBE_ENDING else "pictures"
        stem = re.sub(r"[^\w-]+", "-", Path(unicodedata.normalize("NFC", name)).stem)[:40].strip("-") or "file"
        relative = f"{kind}/{stem}-{secrets.token_hex(3)}{ending}"
        _write(self.folder_of(identity) / relative, data)
        return relative

    def add_material(self, identity: str, name: str, data: bytes | Iterable[bytes], group: str = "") -> dict[str, str]:
        """Keep MIDI, a DAW's project, a stem, words or a zip of all that with the project; return what its song says.

        Raises:
            ProjectError: It is none of these, or damaged.
        """
        return add_material(self.folder_of(identity), name, data, group)

    def cover(self, identity: str) -> str:
        """Return the path of the cover that a project's zip held, relative to its folder; empty for none."""
        return cover_of(self.folder_of(identity))

    def file(self, identity: str, relative: str) -> Path:
        """Return the path of a file in a project's folder.

        Raises:
            ProjectError: It lies elsewhere, or there is none.
        """
        path = Path(safe_path(self.folder_of(identity), relative, "file"))
        if not relative or not path.is_file():
            raise ProjectError("file", f"there is no file {relative!r} in this project")
        return path

    def recent(self, limit: int = 30) -> list[Recent]:
        """Return the projects on the shelf, the last one changed first."""
        files = sorted(self.folder.glob(f"*/{_NAME}"), key=lambda path: path.stat().st_mtime, reverse=True)
        found = []
        for path in files[:limit]:
            try:
                title = _title(path)
            except (OSError, ValueError):
                # A damaged file must not hide the others; opening it says what is wrong.
                title = path.parent.name
            found.append(Recent(path.parent.name, title or path.parent.name, path.stat().st_mtime))
        return found

    def _sweep(self) -> None:
        """Delete what killed processes have left: unfinished files, and the folders that were made for them alone."""
        with suppress(OSError):
            for folder in self.folder.glob("*/"):
                if _ID.fullmatch(folder.name) and not folder.is_symlink():
                    _sweep_project(folder)

    def _save(self, identity: str, project: Project, before: Before | None = None) -> str:
        """Save a project and return its revision."""
        with self._lock:
            if before is not None and not self._is_newest(identity, before):
                raise StaleError
            folder = self.folder_of(identity)
            if before is not None:
                keep_version(folder, folder / _NAME)
            save_project(project, folder / _NAME)
            revision = self._revision(identity)
            self._writers[identity] = Before(revision, before.tab if before else "")
            return revision

    def _is_newest(self, identity: str, before: Before) -> bool:
        revision = self._revision(identity)
        # Where the answer to a page's save was lost, the page does not know that the newest state is its own.
        own = bool(before.tab) and self._writers.get(identity) == Before(revision, before.tab)
        return own or before.revision == revision

    def _revision(self, identity: str) -> str:
        try:
            return sha256((self.folder_of(identity) / _NAME).read_bytes()).hexdigest()[:16]
        except OSError as error:
            raise ProjectError("", f"the project cannot be read: {error.strerror or error}") from None


def _title(path: Path) -> str:
    """Return a project file's title, from its first lines where GLANCE itself wrote it. Raises OSError, ValueError."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        found = _TITLE.search(head)
        if found:
            return str(json.loads(found[1]))
        return msgspec.json.decode(head + file.read(PROJECT_BYTES - len(head)), type=_Titled).title


def _sweep_project(folder: Path) -> None:
    if (folder / _NAME).is_file():
        for place in (folder, folder / "pictures", folder / "lyrics"):
            sweep(place)
    with suppress(OSError):
        unfinished = [item for item in folder.iterdir() if _UNFINISHED.fullmatch(item.name)]
        for item in filter(is_abandoned, unfinished):
            remove(item)
        if unfinished and not (folder / _NAME).exists():
            folder.rmdir()  # only where nothing else is in it


def _peeked(data: bytes | Iterable[bytes]) -> tuple[bytes, Iterable[bytes]]:
    """Return how some bytes begin, and all of them."""
    pieces = iter([data] if isinstance(data, bytes) else data)
    head = next(pieces, b"")
    return head, chain([head], pieces)


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
    if ending == CUBE_ENDING and len(data) <= CUBE_BYTES and kind in ("", "a text") and _is_text(data):
        return ending
    if ending in LYRICS_ENDINGS and not is_picture(kind):
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
    raise _unlike(name, "a picture or a lyrics file", (*PICTURE_ENDINGS, *LYRICS_ENDINGS), kind)


def _is_text(data: bytes) -> bool:
    text = decode_text(data[:4096]).text
    return bool(text) and not any(letter < " " and letter not in "\t\r\n" for letter in text)


def _unlike(name: str, what: str, endings: tuple[str, ...], kind: str) -> ProjectError:
    found = f", found {kind}" if kind else ""
    return ProjectError("", f"{name!r} does not look like {what}: expected one of {', '.join(endings)}{found}")


def safe_path(folder: Path, relative: str, field: str) -> str:
    """Return the absolute path of a file below a folder; empty for none.

    Raises:
        ProjectError: It lies elsewhere, also by way of a link, or no file can have that name.
    """
    if not relative:
        return ""
    # By its text first: to look at `//host/share/x` is to sign in there, on Windows.
    named = safe_relative(relative, field)
    root = folder.resolve()
    try:
        path = (root / named).resolve()
        path.exists()
    except (ValueError, OSError, RuntimeError):  # a NUL, a name of a thousand letters, a link to itself
        raise ProjectError(field, f"{relative[:80]!r} can be no file's name") from None
    if not path.is_relative_to(root):
        raise ProjectError(
            field, f"{relative!r} lies outside the project's own folder; add the file on the page instead"
        )
    return str(path)


def _write(path: Path, data: bytes | Iterable[bytes]) -> None:
    is_new = not path.parent.exists()
    free = free_bytes(path)
    if isinstance(data, bytes) and free is not None and free < len(data):
        needed, room = (f"{count / 1e6:,.1f} MB" for count in (len(data), free))
        raise ProjectError(
            "", f"the file needs {needed}, and the disk of {path.parent} has {room} free; make room, then add it again"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    except OSError as error:
        if is_new:
            with suppress(OSError):
                path.parent.rmdir()
        raise ProjectError("", f"the file cannot be stored in {path.parent}: {reason(error)}") from None
