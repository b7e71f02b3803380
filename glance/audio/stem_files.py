"""Stems in a zip: taken out into a folder of the cache, bounded, once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from glance.audio.decode import song_hash
from glance.errors import AudioError
from glance.material.bundle import unpack
from glance.system.files import remove_tree

_ENDINGS = (".wav", ".flac", ".aif", ".aiff", ".w64", ".m4a", ".opus", ".ogg", ".mp3", ".aac", ".wma")
#: Says that all of a zip was taken out.
_WHOLE = "unpacked.ok"


@contextmanager
def opened_stems(stems: Path | None, cache: Path | None) -> Iterator[Path | None]:
    """Yield the folder of stems: the one that was named, or that into which a zip was taken out.

    Args:
        stems: A folder, a zip, or None.
        cache: Where zips are kept unpacked by their content; None unpacks them for the time of use.

    Raises:
        AudioError: The zip is damaged or too large.
    """
    if stems is None or not Path(stems).is_file():
        yield stems
        return
    stems = Path(stems)
    if stems.suffix.lower() != ".zip":
        raise AudioError(f"{stems}: expected a folder of stems, or a zip of them, found a file.")
    if cache is None:
        with tempfile.TemporaryDirectory() as passing:
            unpack(stems, Path(passing), _ENDINGS)
            yield Path(passing)
        return
    folder = Path(cache) / "stems" / song_hash(stems)[:32]
    if not (folder / _WHOLE).is_file():
        if folder.exists():
            remove_tree(folder)
        unpack(stems, folder, _ENDINGS)
        (folder / _WHOLE).touch()
    yield folder
