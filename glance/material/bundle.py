"""A zip with a song and what belongs to it, as song generators and DAWs hand them out.

Nothing in it is trusted: names are cut down to their last part, sizes are counted while unpacking, links and what lies
encrypted are left out, and nothing is unpacked that is not asked for.
"""

from __future__ import annotations

import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from glance.errors import AudioError
from glance.limits import BUNDLE_FILES, BUNDLE_UNPACKED_BYTES, SONG_BYTES

_PIECE = 1 << 20
#: Folders and files that systems put into a zip without being asked.
_LITTER = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_LINK = 0o120000


@dataclass(frozen=True)
class _Entry:
    """One file of a zip."""

    info: zipfile.ZipInfo
    name: str


def names_in(path: Path) -> list[str]:
    """Return the names of the files in a zip, without folders and litter.

    Raises:
        AudioError: It is no zip, damaged, or holds too many.
    """
    return [entry.name for entry in _entries(path)]


def unpack(path: Path, folder: Path, endings: Sequence[str]) -> list[Path]:
    """Take the files with certain endings out of a zip into a folder, and return them.

    Folders in the zip are left out of their names, unless two files would fall together.

    Raises:
        AudioError: It is no zip, damaged, encrypted, or unpacks to more than it may.
    """
    entries = [entry for entry in _entries(path) if PurePosixPath(entry.name).suffix.lower() in endings]
    left = BUNDLE_UNPACKED_BYTES
    made: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path) as archive:
            for entry in entries:
                target = _free(folder, entry.name, made)
                with archive.open(entry.info) as source, target.open("wb") as out:
                    left -= _copied(source, out, left, path.name)
                made.append(target)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        struct.error,
    ) as error:
        raise AudioError(f"{path.name}: expected a zip, found a damaged or encrypted one ({error}).") from None
    except OSError as error:
        raise AudioError(f"{path.name}: cannot be unpacked ({error.strerror or error}).") from None
    return made


def _entries(path: Path) -> list[_Entry]:
    try:
        if path.stat().st_size > SONG_BYTES:
            raise AudioError(f"{path.name}: expected a zip of at most {SONG_BYTES >> 20} MB.")
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error) as error:
        raise AudioError(f"{path.name}: expected a zip, found a damaged one ({error}).") from None
    except OSError as error:
        raise AudioError(f"{path.name}: cannot be read ({error.strerror or error}).") from None
    found = [
        _Entry(info, _name(info))
        for info in infos
        if not info.is_dir() and info.external_attr >> 16 & 0o170000 != _LINK
    ]
    found = [entry for entry in found if entry.name and not _is_litter(entry.info.filename)]
    if len(found) > BUNDLE_FILES:
        raise AudioError(f"{path.name}: expected at most {BUNDLE_FILES} files in a zip, found {len(found)}.")
    if sum(entry.info.file_size for entry in found) > BUNDLE_UNPACKED_BYTES:
        raise AudioError(f"{path.name}: expected at most {BUNDLE_UNPACKED_BYTES >> 20} MB unpacked, found more.")
    return found


def _name(info: zipfile.ZipInfo) -> str:
    """Return a file's name in a zip, without the folders around it."""
    name = info.filename
    if not info.flag_bits & 0x800:  # not UTF-8: old zips of East Asia are in their system's encoding
        name = _recoded(name)
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in unicodedata.normalize("NFC", last) if sign >= " " and sign not in '<>:"|?*')
    return plain.strip(". ")[-150:] if plain.strip(". ") else ""


def _recoded(name: str) -> str:
    if name.isascii():
        return name
    raw = name.encode("cp437", "replace")
    for encoding in ("utf-8", "cp949", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _is_litter(name: str) -> bool:
    low = name.lower().replace("\\", "/")
    return any(low.startswith(each) or low.endswith(each) for each in _LITTER) or "/._" in f"/{low}"


def _free(folder: Path, name: str, made: Sequence[Path]) -> Path:
    taken = {path.name.casefold() for path in made}
    wish, number = PurePosixPath(name), 2
    while name.casefold() in taken:
        name, number = f"{wish.stem} {number}{wish.suffix}", number + 1
    return folder / name


def _copied(source: IO[bytes], out: IO[bytes], most: int, name: str) -> int:
    total = 0
    while True:
        piece = source.read(_PIECE)
        if not piece:
            return total
        total += len(piece)
        if total > most:
            raise AudioError(f"{name}: expected at most {BUNDLE_UNPACKED_BYTES >> 20} MB unpacked, found more.")
        out.write(piece)
