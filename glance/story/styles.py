"""Styles: named looks that are put around a prompt, and ways to find one.

A style never touches the subject: its template adds medium, movement and light after the prompt, so that scenes of one
style look alike whatever they show. The shipped styles live in `data/styles.json`; a user's own lie in a folder of
their choice, in the same form, or in the forms that `style_import` reads.

Conventions: ids are lower-case words joined by `_`; colors are `#rrggbb`, main color first; names and tags are held
in English and in Korean.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
import numpy as np

from glance.errors import ProjectError
from glance.limits import STYLE_FILES
from glance.story.style_import import ImportedStyle, json_of, read_bounded, read_style_file
from glance.system.names import own_entries
from glance.system.suggest import did_you_mean

_DATA = Path(__file__).parent / "data" / "styles.json"
_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_COLOR = re.compile(r"#[0-9a-f]{6}")
#: How many painting styles the embedded painter knows.
N_PAINTER_STYLES = 26
#: Group given to styles that a user brought along.
OWN_GROUP = "own"


@dataclass(frozen=True)
class Style:
    """One look.

    Attributes:
        id: Stable name such as `film_noir`; projects refer to it.
        name_en: English name.
        name_ko: Korean name.
        group: Id of a group, see `style_labels`.
        template: Text with exactly one `{prompt}`: how things are shown, never what.
        negative: Words this style adds to the negative prompt; often empty.
        subtract: Words it takes out of the named negative sets, because they fight it (`monochrome` fights ink).
        tags: Ids of tags, see `style_labels`.
        palette: Colors as `#rrggbb`, may be empty.
        painter: ((index, weight), ...), the embedded painter's nearest painting styles, weights sum 1; may be empty.
        family: Which styles can stand beside it in one video, such as `photo`; empty for those that stand alone.
        synonyms: What else people type for it, in any language, most typical first.
        example: What its shipped example shows: the `look`, or `colors` alone where the painter cannot draw the look.
        asked: Whether it belongs to a faith or a living culture, and is taken only where somebody asks for it.
    """

    id: str
    name_en: str
    name_ko: str
    group: str
    template: str
    negative: str = ""
    subtract: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()
    painter: tuple[tuple[int, float], ...] = ()
    family: str = ""
    synonyms: tuple[str, ...] = ()
    asked: bool = False
    example: Literal["look", "colors"] = "look"


@dataclass(frozen=True)
class StyleLabels:
    """Names of groups and tags: id -> (English, Korean)."""

    groups: Mapping[str, tuple[str, str]]
    tags: Mapping[str, tuple[str, str]]


class _StyleFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    styles: tuple[Style, ...]
    groups: dict[str, tuple[str, str]] = {}
    tags: dict[str, str] = {}


class _Written(msgspec.Struct, frozen=True):
    """The same file with every field that was written, known or not."""

    styles: list[dict[str, object]]


@dataclass(frozen=True)
class StyleFolder:
    """What was found in a person's folder.

    Attributes:
        styles: All styles by id: the shipped ones, then those of the folder, which win where ids are equal.
        notes: A sentence for each file that is no style file and was left out.
    """

    styles: Mapping[str, Style]
    notes: tuple[str, ...] = ()


def load_styles(folder: Path | None = None) -> Mapping[str, Style]:
    """Return all styles by id, see `read_folder`."""
    return read_folder(folder).styles


def read_folder(folder: Path | None) -> StyleFolder:
    """Read a person's styles: every `*.json` (ours or Fooocus') and `*.csv` (A1111's `styles.csv`), by name.

    The folder may be a WebUI's own, with settings beside the styles: a file that is no style file costs only itself.
    It may be a single file as well. Nothing is ever written there.
    """
    styles = {style.id: style for style in _shipped().styles}
    notes: list[str] = []
    for path in _style_files(folder, notes):
        try:
            styles.update((style.id, style) for style in read_styles(path))
        except ProjectError as error:
            reason = str(error).replace("\n", " ")
            notes.append(f"{path.name} was left out: {reason[:200]}")
    return StyleFolder(MappingProxyType(styles), tuple(notes))


def _style_files(folder: Path | None, notes: list[str]) -> list[Path]:
    if folder is None or not folder.exists():
        return []
    if folder.is_file():
        return [folder]
    try:
        found = [path for path in own_entries(folder) if path.suffix.lower() in (".json", ".csv") and path.is_file()]
    except OSError as error:
        notes.append(f"{folder} was left out: {error.strerror or error}")
        return []
    if len(found) > STYLE_FILES:
        notes.append(f"only the first {STYLE_FILES} files of {folder} were read; keep styles in a folder of their own")
    return found[:STYLE_FILES]


def read_styles(path: Path) -> tuple[Style, ...]:
    """Read one style file of any known form.

    Raises:
        ProjectError: The file cannot be read, is of no known form, or one of its styles is wrong.
    """
    own = _read_own(path) if path.suffix.lower() == ".json" else None
    styles = own.styles if own is not None else tuple(_adopt(entry) for entry in read_style_file(path))
    for style in styles:
        _check(style, path)
    return styles


def style_labels() -> StyleLabels:
    """Return the names of groups and tags in English and Korean."""
    shipped = _shipped()
    groups = {**shipped.groups, OWN_GROUP: ("Your own", "내 스타일")}
    return StyleLabels(groups, {tag: (tag, korean) for tag, korean in shipped.tags.items()})


def apply_style(style: Style, prompt: str) -> str:
    """Return the prompt dressed in the style: `{prompt}` of the template replaced, subject first."""
    subject = prompt.strip().rstrip(",. ")
    return style.template.replace("{prompt}", subject).strip(" ,")


def similar_styles(styles: Mapping[str, Style], style_id: str, count: int = 6) -> tuple[Style, ...]:
    """Return the `count` styles most like one, nearest first, without it.

    The likeness is the sum of shared tags (Jaccard), nearness of palettes and overlap of painting styles.

    Raises:
        ProjectError: There is no style of that id.
    """
    style = find_style(styles, style_id)
    others = [other for other in styles.values() if other.id != style_id]
    return tuple(sorted(others, key=lambda other: (-likeness(style, other), other.id))[:count])


def surprise_style(styles: Mapping[str, Style], seed: int, seen: Sequence[str] = ()) -> Style:
    """Return a style for a seed: none of the last `seen` ids while others are left, none that must be asked for.

    Raises:
        ProjectError: There are no styles at all.
    """
    if not styles:
        raise ProjectError("styles", "expected at least one style, found none; check the folder of your own styles")
    free = [style_id for style_id in sorted(styles) if not styles[style_id].asked] or sorted(styles)
    fresh = [style_id for style_id in free if style_id not in set(seen)] or free
    return styles[fresh[int(np.random.default_rng(seed % 2**64).integers(len(fresh)))]]


def thumbnail_folder() -> Path:
    """Return the folder of the shipped examples: `<id>.webp`, one small picture per shipped style."""
    return _DATA.parent / "thumbs"


def find_style(styles: Mapping[str, Style], style_id: str) -> Style:
    """Return the style of an id.

    Raises:
        ProjectError: There is none; the message names the nearest ids.
    """
    if style_id in styles:
        return styles[style_id]
    hint = did_you_mean(style_id, styles, "`glance styles` lists them all", most=3, shown=str)
    raise ProjectError("style", f"expected the id of a style, found {style_id!r}; {hint}")


@functools.cache
def _shipped() -> _StyleFile:
    shipped = msgspec.json.decode(_DATA.read_bytes(), type=_StyleFile)
    for style in shipped.styles:
        _check(style, _DATA)
    return shipped


def _read_own(path: Path) -> _StyleFile | None:
    """Return our own form, or None where the file is a list, as Fooocus writes them."""
    where = f"styles in {path.name}"
    content = json_of(read_bounded(path), where)
    if content.startswith(b"["):
        return None
    try:
        own = msgspec.json.decode(content, type=_StyleFile)
        written = msgspec.json.decode(content, type=_Written).styles
    except msgspec.DecodeError as error:
        raise ProjectError(where, f"expected a style file, found: {error}") from error
    known = [field.name for field in dataclasses.fields(Style)]
    unknown = [key for style in written for key in style if key not in known]
    if unknown:
        raise ProjectError(where, f"expected the fields {', '.join(known)}, found {unknown[0]!r}; correct its name")
    return own


def _adopt(entry: ImportedStyle) -> Style:
    return Style(entry.id, entry.name, entry.name, OWN_GROUP, entry.template, entry.negative)


def _check(style: Style, path: Path) -> None:
    where = f"style {style.id!r} in {path.name}"
    weights = [weight for _, weight in style.painter]
    checks = (
        (_ID.fullmatch(style.id), "an id of lower-case words joined by _, such as film_noir", style.id),
        (style.name_en.strip(), "an English name", "none"),
        (style.template.count("{prompt}") == 1, "a template with exactly one {prompt}", style.template),
        (all(_COLOR.fullmatch(color) for color in style.palette), "colours as #rrggbb", style.palette),
        (all(0 <= i < N_PAINTER_STYLES for i, _ in style.painter), "painter indices from 0 to 25", style.painter),
        (
            not weights or (min(weights) > 0 and abs(sum(weights) - 1) < 1e-6),
            "positive painter weights that sum to 1",
            style.painter,
        ),
    )
    for right, expected, found in checks:
        if not right:
            raise ProjectError(where, f"expected {expected}, found {found}")


def likeness(a: Style, b: Style) -> float:
    """Return how alike two styles look, from 0: shared tags (Jaccard), nearness of palettes, painting styles, group."""
    shared, either = set(a.tags) & set(b.tags), set(a.tags) | set(b.tags)
    tags = len(shared) / len(either) if either else 0.0
    weights = dict(b.painter)
    painter = sum(min(weight, weights.get(index, 0.0)) for index, weight in a.painter)
    return tags + 0.5 * painter + 0.7 * _palette_nearness(a.palette, b.palette) + 0.2 * (a.group == b.group)


def _palette_nearness(a: Sequence[str], b: Sequence[str]) -> float:
    """Return 1 for equal palettes, towards 0 for far ones: each color against its nearest in the other."""
    if not a or not b:
        return 0.0
    first, second = (
        np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in p], dtype=np.float64) for p in (a, b)
    )
    distances = np.sqrt(((first[:, None] - second[None]) ** 2).sum(axis=2))  # (len(a), len(b)) in RGB units
    return float(1.0 - (distances.min(axis=0).mean() + distances.min(axis=1).mean()) / (2 * 255 * np.sqrt(3)))
