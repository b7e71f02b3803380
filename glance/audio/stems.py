"""Stems: a song's parts as files of their own, and Demucs, where a person has it, to make them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from glance.audio.stem_names import NamedStems, folded, name_stems, renamed_stems
from glance.errors import AudioError
from glance.system.names import own_entries

#: Endings of stems, what loses nothing first.
_ENDINGS = (".wav", ".flac", ".aif", ".aiff", ".w64", ".m4a", ".opus", ".ogg", ".mp3", ".aac", ".wma")
#: Levels of folders that are looked through below the one that is named, folders on one level, and stems at most.
_LEVELS, _MOST_FOLDERS, _MOST = 2, 1000, 100
_DEMUCS_MODEL = "htdemucs"


@dataclass(frozen=True)
class Stems:
    """The stems found in a folder.

    Attributes:
        files: Name in formulas -> file, in the order of the files' names.
        labels: The file's name without its ending -> name in formulas, for `stem("...")`.
        notes: What was chosen, where that is not plain: sentences.
    """

    files: Mapping[str, Path]
    labels: Mapping[str, str]
    notes: tuple[str, ...] = ()


def find_stems(
    folder: Path,
    taken: frozenset[str] = frozenset(),
    song: Path | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Stems:
    """Return the stems in a folder, or in the folders of one or two levels below it.

    Args:
        folder: Where the person says they are.
        taken: Names that no stem can have; see `name_stems`.
        song: The song they are of: tells which of several folders is meant, and is no stem of its own.
        chosen: What a person said of files, by their names without endings: a name in formulas, or `-` for no stem.

    Raises:
        AudioError: The folder is missing, holds no audio file, or far too many, or stems of several songs.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise AudioError(f"{folder}: expected a folder of stems (drums.wav, bass.wav, vocals.wav ...), found none.")
    home, files = _home_of(folder, song)
    files = [path for path in files if song is None or not _same(path, song)]
    if not files:
        raise AudioError(f"{folder}: expected stems such as drums.wav or vocals.mp3, found no audio file in it.")
    if len(files) > _MOST:
        raise AudioError(f"{home}: expected at most {_MOST} stems, found {len(files)} audio files. Is it the folder?")
    wishes = {folded(label): name for label, name in (chosen or {}).items()}
    by_label = {unicodedata.normalize("NFC", path.stem): path for path in files}
    by_label = {label: path for label, path in by_label.items() if wishes.get(folded(label)) != "-"}
    named = renamed_stems(name_stems(list(by_label), taken), wishes, taken)
    found = {name: by_label[label] for label, name in named.names.items()}
    if not found:
        raise AudioError(f"{home}: expected stems such as drums.wav or vocals.mp3, found only a mix of the whole song.")
    notes = [f"stems: the files of {home.relative_to(folder)} are used."] if home != folder else []
    return Stems(found, named.names, (*notes, *_choices(named, by_label)))


def _choices(named: NamedStems, files: Mapping[str, Path]) -> list[str]:
    """Return what was chosen, in sentences, where the files' names are not the formulas' names already."""
    notes = []
    renamed = {label: name for label, name in named.names.items() if folded(label) != name}
    if renamed:
        listed = ", ".join(f"{files[label].name} is `{name}`" for label, name in renamed.items())
        notes.append(f"stems in formulas: {listed}.")
    if named.doubled:
        listed = ", ".join(f"{files[label].name} (`{named.names[label]}`)" for label in named.doubled)
        notes.append(
            f"stems: another file had the instrument's name already, so these got names of their own: {listed}."
        )
    if named.unknown:
        listed = ", ".join(f'stem("{label}")' for label in named.unknown[:8])
        notes.append(f"stems: no instrument was found in the names of {listed}; formulas can say them like this.")
    if named.mixes:
        notes.append(f"stems: {', '.join(files[label].name for label in named.mixes)} is the whole song, not used.")
    return notes


def _home_of(folder: Path, song: Path | None) -> tuple[Path, list[Path]]:
    """Return the folder that holds the audio files, and these: `folder`, or the one below it that fits the song."""
    level = [folder]
    for _ in range(_LEVELS + 1):
        holding = [(home, files) for home in level if (files := _audio_files(home))]
        if holding:
            return _meant(folder, holding, song)
        level = [path for home in level for path in _entries(home) if path.is_dir()][:_MOST_FOLDERS]
    return folder, []


def _meant(folder: Path, holding: list[tuple[Path, list[Path]]], song: Path | None) -> tuple[Path, list[Path]]:
    if len(holding) == 1:
        return holding[0]
    fitting = [home for home in holding if song is not None and folded(song.stem) in folded(home[0].name)]
    if not fitting:
        names = ", ".join(str(home.relative_to(folder)) for home, _ in holding[:5])
        raise AudioError(
            f"{folder}: expected the stems of one song, found several folders ({names}). Name one of them."
        )
    return max(fitting, key=lambda home: len(home[1]))


def _audio_files(folder: Path) -> list[Path]:
    """Return a folder's audio files, sorted by name with numbers as numbers, each recording once."""
    found: dict[str, Path] = {}
    for path in _entries(folder):
        ending = path.suffix.lower()
        if ending not in _ENDINGS or not path.is_file():
            continue
        # The same stem as .wav and as .mp3 is one stem; the better of the two is heard.
        label = folded(path.stem)
        if label not in found or _ENDINGS.index(ending) < _ENDINGS.index(found[label].suffix.lower()):
            found[label] = path
    return sorted(found.values(), key=lambda path: _natural(path.stem))


def _entries(folder: Path) -> list[Path]:
    """Return what a person has in a folder; empty where none may look."""
    try:
        return own_entries(folder)
    except OSError:
        return []


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"([0-9]{1,9})", folded(text))]


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def separate_with_demucs(path: Path, out: Path, device: str = "cpu") -> Path:
    """Split a song into drums, bass, vocals and other with Demucs, and return the folder of the stems.

    Raises:
        AudioError: Demucs is not installed, or did not deliver.
    """
    try:
        from demucs.separate import main as demucs
    except ImportError:
        raise AudioError(
            "Splitting a song into stems needs Demucs, which is not installed here. Install it (pip install demucs), "
            "or split the song with another tool and name the folder of its stems."
        ) from None
    arguments = ["-n", _DEMUCS_MODEL, "-d", device, "--filename", "{stem}.{ext}", "-o", str(out), str(path)]
    try:
        demucs(arguments)
    except (SystemExit, OSError, RuntimeError) as error:
        raise AudioError(f"{Path(path).name}: Demucs could not split it ({error}). See its output above.") from error
    folder = Path(out) / _DEMUCS_MODEL
    find_stems(folder)
    return folder
