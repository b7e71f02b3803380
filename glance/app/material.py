"""What is dropped on a project besides its song: MIDI, DAW projects, stems, words, or a zip with all of it.

What a file is, is told by its content; where it goes in the project follows from that:

    FOLDER/ID/material/     MIDI files, DAW projects, collections, labels
    FOLDER/ID/stems-N/      stems that were dropped together
    FOLDER/ID/lyrics/       words
    FOLDER/ID/pictures/     cover.jpg of a generator's zip
"""

from __future__ import annotations

import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from glance.audio.lyrics.reader import LYRICS_ENDINGS, read_lyrics
from glance.audio.marked_sections import role_named
from glance.audio.stem_names import folded, name_stems
from glance.errors import AudioError, ProjectError
from glance.limits import MATERIAL_BYTES, PICTURE_BYTES
from glance.material.bundle import unpack
from glance.material.reader import MARKER_ENDINGS, MIDI_ENDINGS, read_material
from glance.media.image_reader import opened_picture
from glance.system.files import reason, remove_tree, write_atomically

#: Endings of sounds that stems and generators' songs come in.
_SOUNDS = (".wav", ".flac", ".aif", ".aiff", ".w64", ".m4a", ".opus", ".ogg", ".mp3", ".aac", ".wma")
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_COVER = re.compile(r"cover|artwork|front|folder|image|album", re.IGNORECASE)
_GROUP = re.compile(r"[a-z0-9]{1,16}")
_LEAST_WORDS = 2


@dataclass
class Sorted:
    """The files of a bundle by what they are.

    Attributes:
        song: The whole song; None where there is none.
        stems: Sounds that are parts of it.
        midi: MIDI files.
        markers: A DAW's or DJ program's file; None for none.
        lyrics: Words; None for none.
        cover: A picture; None for none.
    """

    song: Path | None = None
    stems: list[Path] = field(default_factory=list)
    midi: list[Path] = field(default_factory=list)
    markers: Path | None = None
    lyrics: Path | None = None
    cover: Path | None = None


def sort_files(paths: Sequence[Path]) -> Sorted:
    """Return a bundle's files by what they are: by endings, and sounds by their names (see `name_stems`)."""
    sounds = [path for path in paths if path.suffix.lower() in _SOUNDS]
    by_ending = {path: path.suffix.lower() for path in paths}
    words = [path for path, ending in by_ending.items() if ending in LYRICS_ENDINGS and _has_words(path)]
    pictures = [path for path, ending in by_ending.items() if ending in _PICTURES]
    song = _whole_song(sounds)
    return Sorted(
        song=song,
        stems=[path for path in sounds if song is None or folded(path.stem) != folded(song.stem)],
        midi=[path for path, ending in by_ending.items() if ending in MIDI_ENDINGS],
        markers=next((path for path, ending in by_ending.items() if ending in MARKER_ENDINGS), None),
        # Words with times first, then the longest text: a zip may hold a style prompt too.
        lyrics=max(
            words, key=lambda path: (path.suffix.lower() not in (".txt", ".json"), path.stat().st_size), default=None
        ),
        cover=max(pictures, key=lambda path: (bool(_COVER.search(path.stem)), path.stat().st_size), default=None),
    )


def _whole_song(sounds: Sequence[Path]) -> Path | None:
    """Return the sound that is the song: the only one, one called a mix, or the one whose name begins all others."""
    labels = list(dict.fromkeys(unicodedata.normalize("NFC", path.stem) for path in sounds))
    if not labels:
        return None
    named = name_stems(labels)
    wanted = labels[:1] if len(labels) == 1 else list(named.mixes)
    others = [folded(label) for label in labels]
    titles = [label for label in labels if sum(other.startswith(folded(label)) for other in others) == len(others)]
    unknown = [label for label in named.unknown if label not in named.mixes]
    best = (wanted or titles or (unknown if len(unknown) == 1 and len(labels) > 1 else []))[:1]
    return next((path for path in _best_first(sounds) if unicodedata.normalize("NFC", path.stem) in best), None)


def _best_first(sounds: Sequence[Path]) -> list[Path]:
    return sorted(sounds, key=lambda path: _SOUNDS.index(path.suffix.lower()))


def _has_words(path: Path) -> bool:
    try:
        found = read_lyrics(path)
    except AudioError:
        return False
    return len(found.lines) + sum(len(stanza.lines) or 1 for stanza in found.stanzas) >= _LEAST_WORDS


def unpacked(data: bytes | Iterable[bytes], folder: Path, name: str) -> Sorted:
    """Take a zip out into a folder, and return its files by what they are.

    Raises:
        ProjectError: It is no zip, or too large, or cannot be stored.
    """
    packed = folder / "bundle.zip"
    store(packed, data)
    endings = (*_SOUNDS, *_PICTURES, *LYRICS_ENDINGS, *MIDI_ENDINGS, *MARKER_ENDINGS)
    try:
        return sort_files(unpack(packed, folder / "files", endings))
    except AudioError as error:
        raise ProjectError("", str(error).replace("bundle.zip", name)) from None
    finally:
        with suppress(OSError):
            packed.unlink()


def put_bundle(found: Sorted, folder: Path) -> dict[str, str]:
    """Move a bundle's files to their places in a project's folder, and return what the project's song says of them."""
    changed: dict[str, str] = {}
    if found.stems:
        changed["stems"] = f"stems-{secrets.token_hex(3)}"
        for path in found.stems:
            _move(path, folder / changed["stems"] / path.name)
    if found.midi:
        place = folder / "material" / f"midi-{secrets.token_hex(3)}"
        for path in found.midi:
            _move(path, place / path.name)
        single = found.midi[0].name if len(found.midi) == 1 else ""
        changed["midi"] = (place / single).relative_to(folder).as_posix()
    for kind, file, home in (("markers", found.markers, "material"), ("lyrics", found.lyrics, "lyrics")):
        if file is not None:
            changed[kind] = f"{home}/{_stored_name(file.name)}"
            _move(file, folder / changed[kind])
    if found.cover is not None and _is_picture(found.cover):
        _move(found.cover, folder / "pictures" / f"cover{found.cover.suffix.lower()}")
    return changed


def cover_of(folder: Path) -> str:
    """Return the path of a project's cover, relative to its folder; empty for none."""
    return next((path.relative_to(folder).as_posix() for path in sorted(folder.glob("pictures/cover.*"))), "")


def add_material(folder: Path, name: str, data: bytes | Iterable[bytes], group: str = "") -> dict[str, str]:
    """Put a file into a project, and return what its song says of it: field -> path relative to the project's folder.

    Args:
        folder: The project's folder.
        name: The file's name.
        data: Its bytes.
        group: Sounds that are dropped together have one, any short name; they become one folder of stems.

    Raises:
        ProjectError: It is nothing that belongs to a song, or is damaged.
    """
    ending = Path(name).suffix.lower()
    if group and not _GROUP.fullmatch(group):
        raise ProjectError("group", "expected a short name of letters and digits")
    if ending == ".zip":
        return _add_zip(folder, name, data)
    if ending in _SOUNDS:
        place = f"stems-{group or secrets.token_hex(3)}"
        store(folder / place / _plain_name(name), data)
        return {"stems": place}
    content = _limited(data, name)
    kind, place = ("midi", "material") if ending in MIDI_ENDINGS else ("markers", "material")
    path = folder / place / _stored_name(name)
    store(path, content)
    if ending not in MIDI_ENDINGS and ending not in MARKER_ENDINGS and not _is_markers(path):
        kind, place = "lyrics", "lyrics"
        words = folder / place / path.name
        _move(path, words)
        path = words
    try:
        if kind == "lyrics":
            read_lyrics(path)
        else:
            read_material(path)
    except AudioError as error:
        # A collection without this song is told where the song's name is known: when it is heard.
        if not (kind == "markers" and "other songs in it" in str(error)):
            with suppress(OSError):
                path.unlink()
            raise ProjectError("", str(error).replace(path.name, name)) from None
    return {kind: path.relative_to(folder).as_posix()}


def _add_zip(folder: Path, name: str, data: bytes | Iterable[bytes]) -> dict[str, str]:
    passing = folder / f"unpacking-{secrets.token_hex(3)}"
    try:
        found = unpacked(data, passing, name)
        # The song is here already; what is called like it in the zip is no stem.
        changed = put_bundle(found, folder)
    finally:
        with suppress(OSError):
            remove_tree(passing)
    if not changed:
        raise ProjectError("", f"{name!r} holds nothing that belongs to a song: expected stems, MIDI, or words in it")
    return changed


def _is_markers(path: Path) -> bool:
    """Return whether a text is a DAW's and no lyrics: what Audacity's labels call is either."""
    try:
        found = read_material(path)
    except AudioError:
        return False
    named = sum(bool(role_named(mark.name)) for mark in found.marks)
    return found.kind != "label file" or 2 * named >= len(found.marks)


def _is_picture(path: Path) -> bool:
    try:
        if path.stat().st_size > PICTURE_BYTES:
            return False
        with opened_picture(path.read_bytes(), path.name):
            return True
    except Exception:  # noqa: BLE001 - a cover that cannot be opened is none, whatever its library makes of it
        return False


def _limited(data: bytes | Iterable[bytes], name: str) -> bytes:
    pieces, total = [], 0
    for piece in [data] if isinstance(data, bytes) else data:
        total += len(piece)
        if total > MATERIAL_BYTES:
            raise ProjectError("", f"{name!r}: expected at most {MATERIAL_BYTES >> 20} MB, found more")
        pieces.append(piece)
    return b"".join(pieces)


def _plain_name(name: str) -> str:
    """Return a file's name as it was, without what no system's file may be called."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(sign for sign in last if sign >= " " and sign not in '<>:"|?*')
    return kept.strip(". ")[-150:] or "file"


def _stored_name(name: str) -> str:
    path = Path(_plain_name(name))
    stem = re.sub(r"[^\w-]+", "-", path.stem)[:40].strip("-") or "file"
    return f"{stem}-{secrets.token_hex(3)}{path.suffix.lower()}"


def _move(path: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    except OSError as error:
        raise ProjectError("", f"the file cannot be stored in {target.parent}: {reason(error)}") from None


def store(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file whole or not at all.

    Raises:
        ProjectError: It cannot be stored.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    except OSError as error:
        raise ProjectError("", f"the file cannot be stored in {path.parent}: {reason(error)}") from None
