"""Which font words are set in: one of the system's, or of a package of fonts, that has all their letters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from glance.errors import VideoError

Kind = Literal["sans", "serif", "mono", "heavy"]
_ENDINGS = (".ttf", ".otf", ".ttc")
#: No folder of fonts that a person has is larger; a wrong link may lead into a whole disk.
_MOST_FILES = 20_000
#: A collection of fonts is asked for so many faces.
_MOST_FACES = 12
#: Letters of a text that are looked up; more tell nothing new.
_MOST_LETTERS = 400
#: Packages that bring fonts, and where in them.
_PACKAGES = (("pylopdf_fonts_ko", ""), ("koreanize_matplotlib", "fonts"), ("manimgx_fonts", ""))


def _parts(names: str) -> tuple[str, ...]:
    return tuple(names.split())


#: What is tried first for each kind of lettering, as parts of file names: Windows, macOS, Linux, packages.
_FIRST: dict[Kind, tuple[str, ...]] = {
    "sans": _parts(
        "segoeuisb segoeui. malgunbd malgun avenirnext helveticaneue applesdgothicneo notosans-semibold notosans-bold "
        "notosanscjk-bold nanumgothicbold dejavusans-bold notosanscjk"
    ),
    "serif": _parts(
        "georgiab georgia batang newyork times applemyungjo notoserif-bold notoserifcjk-bold nanummyeongjobold "
        "dejavuserif-bold notoserifcjk"
    ),
    "mono": _parts("consolab consola menlo notosansmono notosansmonocjk dejavusansmono-bold"),
    "heavy": _parts(
        "ariblk impact arialblack notosans-black notosanscjk-black malgunbd dejavusans-bold notosanscjk-bold"
    ),
}
#: Never chosen unless asked for: slanted, condensed and thin cuts, symbols.
_AVOIDED = ("italic", "oblique", "condensed", "thin", "extralight", "light", "symbol", "emoji", "wingding", "math")
#: Tags of styles -> the kind of lettering that goes with them; the first that fits.
_BY_TAG: tuple[tuple[frozenset[str], Kind], ...] = (
    (frozenset({"futuristic", "horror"}), "mono"),
    (frozenset({"cute", "energetic", "urban"}), "heavy"),
    (frozenset({"history", "romantic", "ornament", "dreamy", "paint", "print", "nature", "fantasy"}), "serif"),
)


@dataclass(frozen=True)
class FontFace:
    """One face of a font's file."""

    path: Path
    index: int = 0

    def sized(self, pixels: int) -> Any:
        """Return Pillow's font of that height."""
        return _opened(str(self.path), self.index, pixels)


def kind_for(tags: Iterable[str]) -> Kind:
    """Return the kind of lettering that goes with a style's tags."""
    has = set(tags)
    return next((kind for wanted, kind in _BY_TAG if wanted & has), "sans")


def choose_font(text: str, kind: Kind = "sans", asked: str = "") -> FontFace:
    """Return a font that has all letters of a text.

    Args:
        text: All words that will be set in it.
        kind: What is looked for first.
        asked: A font's file, or a part of its name; empty for GLANCE's choice.

    Raises:
        VideoError: The font that was asked for is not there or lacks letters; or no font here has them.
    """
    letters = _letters(text)
    if asked:
        return _asked(asked, letters)
    for path in _in_order(font_files(), kind):
        face = _face_with(path, letters)
        if face is not None:
            return face
    sample = " ".join(letters[:8])
    raise VideoError(
        f"no font of this machine has all letters of these words (such as {sample}). Install one that has, or name its "
        "file as the lettering's font; for Korean: pip install pylopdf-fonts-ko"
    )


def font_files() -> tuple[Path, ...]:
    """Return the files of the system's fonts, and those of packages that bring some."""
    return _files(tuple(str(folder) for folder in (*_folders(), *_package_folders())))


@lru_cache(maxsize=4)
def _files(folders: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(sorted(_walked(Path(folder) for folder in folders), key=lambda path: path.name.lower()))


def _walked(folders: Iterable[Path]) -> Iterator[Path]:
    seen = 0
    for folder in folders:
        for root, _, names in os.walk(folder):
            for name in names:
                seen += 1
                if seen > _MOST_FILES:
                    return
                if name.lower().endswith(_ENDINGS):
                    yield Path(root) / name


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", local / "Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


def _package_folders() -> Iterator[Path]:
    for name, inside in _PACKAGES:
        try:
            spec = find_spec(name)
        except (ImportError, ValueError):
            continue
        for place in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(place) / inside


def _in_order(files: Sequence[Path], kind: Kind) -> Iterator[Path]:
    """Yield the kind's own fonts first, then upright ones, then the rest."""
    rest = list(files)
    for part in _FIRST[kind]:
        found = [path for path in rest if part in path.name.lower().replace(" ", "") and not _is_avoided(path)]
        yield from found
        rest = [path for path in rest if path not in found]
    yield from (path for path in rest if not _is_avoided(path))


def _is_avoided(path: Path) -> bool:
    name = path.name.lower()
    return any(part in name for part in _AVOIDED)


def _asked(name: str, letters: str) -> FontFace:
    path = Path(name)
    files = [path] if path.suffix.lower() in _ENDINGS else [each for each in font_files() if _is_named(each, name)]
    if not files or not files[0].is_file():
        raise VideoError(f"lettering.font: no font {name!r:.80} on this machine; name its file, or leave it empty")
    for each in files:
        face = _face_with(each, letters)
        if face is not None:
            return face
    raise VideoError(f"lettering.font: {files[0].name} lacks letters of these words; choose another, or leave it empty")


def _is_named(path: Path, name: str) -> bool:
    plain = name.lower().replace(" ", "").replace("-", "")
    return plain in path.stem.lower().replace(" ", "").replace("-", "")


def _letters(text: str) -> str:
    return "".join(sorted({letter for letter in text if not letter.isspace() and letter.isprintable()}))[:_MOST_LETTERS]


def _face_with(path: Path, letters: str) -> FontFace | None:
    for index in range(_MOST_FACES if path.suffix.lower() == ".ttc" else 1):
        try:
            font = _opened(str(path), index, 24)
        except (OSError, ValueError):
            return None
        if _has(font, letters):
            return FontFace(path, index)
    return None


@lru_cache(maxsize=64)
def _opened(path: str, index: int, pixels: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(path, pixels, index=index)


def _has(font: Any, letters: str) -> bool:
    """Return whether no letter is drawn as the box that stands for those a font lacks."""
    try:
        missing = font.getmask("\U0010fffe")
        box = (missing.size, bytes(missing))
        return all((mask.size, bytes(mask)) != box for mask in map(font.getmask, letters))
    except (OSError, ValueError):
        return False
