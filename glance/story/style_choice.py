"""Chooses a video's look: by the styles its theme names, else by what the theme and the song are like.

One look carries the video, a second one of the same family its loud parts, and returns with them. The choice is made
among the styles that fit best, by the seed: two songs, or two themes, rarely come to the same looks. A style that
belongs to a faith or a living culture is never chosen unasked, one of a culture only where the theme leads there.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from glance.story.style_search import plain_name
from glance.story.styles import Style, likeness
from glance.story.theme import translate_theme, words_of

_DATA = Path(__file__).parent / "data" / "style_affinities.json"
#: From how many of the best the seed chooses: of looks, and of second looks.
_LOOKS, _SECONDS = 7, 4
#: What the theme, the song and a plain liking count.
_OF_THEME, _OF_TAGS, _OF_SONG = 2.2, 0.5, 0.6
#: Words behind a name that say that a look is meant by it.
_MARKS = frozenset(
    [
        "style",
        "styled",
        "look",
        "aesthetic",
        "art",
        "painting",
        "painted",
        "drawn",
        "animation",
        "스타일",
        "스타일의",
        "풍",
        "풍의",
        "느낌",
        "느낌의",
    ]
)
_PARTICLES = (
    "으로",
    "로",
    "의",
    "풍",
    "풍의",
    "처럼",
    "같은",
    "에",
    "과",
    "와",
    "을",
    "를",
    "은",
    "는",
    "이",
    "가",
    "속",
    "적인",
    "적",
)
#: Names of more words than this are not looked for in a theme.
_LONGEST_NAME = 4


@dataclass(frozen=True)
class SongMood:
    """How a song feels, each in [-1, 1], 0 in the middle.

    Attributes:
        pace: Slow to fast.
        brightness: Dark sound to bright.
        drive: Soft to hard-hitting.
        majorness: Minor to major.
    """

    pace: float = 0.0
    brightness: float = 0.0
    drive: float = 0.0
    majorness: float = 0.0


@dataclass(frozen=True)
class Looks:
    """A video's styles by id: the one that carries it, and that of its loud parts; equal where one is named."""

    main: str
    loud: str


class _Affinity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What themes with one of the words look like: weights of tags, and styles that suit best of all."""

    words: frozenset[str]
    tags: dict[str, float]
    styles: frozenset[str]


class _Affinities(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shipped knowledge of what suits what.

    Attributes:
        named_by: Synonyms of styles that mean the style wherever they stand in a theme.
        not_by_name: Ids of styles whose names mean the thing, not the look, in a theme.
        moods: fast, slow, bright, dark, loud, soft, minor, major -> weights of tags.
        themes: What kinds of themes look like.
    """

    named_by: frozenset[str]
    not_by_name: frozenset[str]
    moods: dict[str, dict[str, float]]
    themes: tuple[_Affinity, ...]


@functools.cache
def _affinities() -> _Affinities:
    return msgspec.json.decode(_DATA.read_bytes(), type=_Affinities)


def styles_named_in(theme: str, styles: Mapping[str, Style]) -> tuple[str, ...]:
    """Return the ids of the styles that a theme names, in its order: `neon samurai`, `수채화로 그린 봄날`.

    A name counts wherever it stands, unless it is first of all a thing (`marble`); of the synonyms those that mean
    nothing else, and all where a word such as `style` follows.
    """
    known = _theme_names(tuple(styles.values()))
    words = re.findall(r"[^\W_]+(?:[-'’.][^\W_]+)*", theme)
    found: list[str] = []
    place = 0
    while place < len(words):
        length = next((n for n in range(_LONGEST_NAME, 0, -1) if _named(known, words, place, n)), 0)
        if length:
            found.append(_named(known, words, place, length))
        place += max(length, 1)
    return tuple(dict.fromkeys(found))


def choose_looks(theme: str, mood: SongMood, styles: Mapping[str, Style], seed: int) -> Looks | None:
    """Return the looks of a video; None where there are no styles at all.

    Args:
        theme: What it is about, in the person's words.
        mood: How the song feels.
        styles: All styles, by id.
        seed: Chooses among those that fit alike.
    """
    named = styles_named_in(theme, styles)
    if named:
        return Looks(named[0], named[min(1, len(named) - 1)])
    score = _scores(theme, mood, styles)
    if not score:
        return None
    best = sorted(score, key=lambda name: (-score[name], name))[:_LOOKS]
    main = best[int(_fraction(f"look/{seed}/{theme}") * len(best))]
    others = [name for name in score if name != main and styles[name].family == styles[main].family]
    ranked = sorted(others, key=lambda name: (-_as_second(styles[main], styles[name], score[name]), name))[:_SECONDS]
    loud = ranked[int(_fraction(f"loud/{seed}/{theme}") * len(ranked))] if ranked else main
    return Looks(main, loud)


def _scores(theme: str, mood: SongMood, styles: Mapping[str, Style]) -> dict[str, float]:
    wanted = {word for word in words_of(translate_theme(theme)[0]) for word in (word, word.removesuffix("'s"))}
    kinds = [affinity for affinity in _affinities().themes if affinity.words & wanted]
    share = 1.0 / max(1, len(kinds))
    of_song = _tags_of(mood)
    score = {}
    for name, style in styles.items():
        # Styles without a family are a person's own: they are never chosen unasked either.
        if style.asked or not style.family:
            continue
        suits = sum(_OF_THEME * (name in kind.styles) for kind in kinds)
        if style.group == "culture" and not suits:
            continue
        suits += _OF_TAGS * sum(kind.tags.get(tag, 0.0) for kind in kinds for tag in style.tags)
        score[name] = suits * max(share, 0.5) + _OF_SONG * sum(of_song.get(tag, 0.0) for tag in style.tags)
    return score


def _tags_of(mood: SongMood) -> dict[str, float]:
    """Return how much each tag suits the song."""
    poles = (
        (mood.pace, "slow", "fast"),
        (mood.brightness, "dark", "bright"),
        (mood.drive, "soft", "loud"),
        (mood.majorness, "minor", "major"),
    )
    weights: dict[str, float] = {}
    for value, low, high in poles:
        for tag, weight in _affinities().moods[high if value > 0 else low].items():
            weights[tag] = weights.get(tag, 0.0) + weight * abs(value)
    return weights


def _as_second(main: Style, other: Style, score: float) -> float:
    """Return how good a style is for the loud parts beside another: livelier, and still a relative."""
    lively = {"energetic", "colourful", "bright", "glow", "light"}
    rise = len(lively & set(other.tags)) - len(lively & set(main.tags))
    return 0.5 * score + 0.6 * min(rise, 2) + 1.2 * likeness(main, other)


@functools.lru_cache(maxsize=4)
def _theme_names(styles: Sequence[Style]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what names a style anywhere, and what names it where a word such as `style` follows: name -> id."""
    data = _affinities()
    free = {plain_name(word) for word in data.named_by}
    anywhere: dict[str, str] = {}
    marked: dict[str, str] = {}
    for style in styles:
        names = [plain_name(name) for name in (style.name_en, style.name_ko, style.id.replace("_", " "))]
        for name in names:
            (marked if style.id in data.not_by_name else anywhere).setdefault(name, style.id)
    # The most typical first: where two styles share a synonym, the one that lists it earlier has it.
    listed = [(place, plain_name(word), style.id) for style in styles for place, word in enumerate(style.synonyms)]
    for _, name, style_id in sorted(listed, key=lambda entry: entry[0]):
        (anywhere if name in free else marked).setdefault(name, style_id)
    return anywhere, marked


def _named(known: tuple[Mapping[str, str], Mapping[str, str]], words: Sequence[str], place: int, length: int) -> str:
    """Return the id of the style that `length` words of a theme name, or nothing."""
    anywhere, marked = known
    if place + length > len(words):
        return ""
    joined = plain_name("".join(words[place : place + length]))
    last = next((end for end in _PARTICLES if joined.endswith(end) and len(joined) - len(end) >= 2), "")
    forms = (joined, joined.removesuffix(last)) if last else (joined,)
    follows = words[place + length].casefold() if place + length < len(words) else ""
    meant = follows in _MARKS or last in ("풍", "풍의")
    for form in forms:
        if form in anywhere:
            return anywhere[form]
        if meant and form in marked:
            return marked[form]
    return ""


def _fraction(key: str) -> float:
    """Return a number in [0, 1) that looks random and is the same for the same key, on every machine."""
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:6], "big") / 2**48
