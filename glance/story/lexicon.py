"""The offline writer's words: the typed form of `data/grammar.json`."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec

_DATA = Path(__file__).parent / "data" / "grammar.json"


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place as a phrase that follows a subject, such as `on a long wooden pier`, and whether it is indoors."""

    text: str
    indoor: bool


class Arc(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The song's light from start to end: keys of `Lexicon.lights`, and a phrase for the concept."""

    title: str
    stages: tuple[str, ...]


class World(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings that belong together, in the order of a journey.

    Attributes:
        title: Phrase for the concept, such as `along a windswept coast`.
        keys: Words of a theme that call for this world.
        settings: The places.
        arc: The only light that fits, or None where any does.
    """

    title: str
    keys: frozenset[str]
    settings: tuple[Setting, ...]
    arc: Arc | None


class Lights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lighting phrases of one time of day: for quiet scenes, for loud ones, and indoors."""

    soft: tuple[str, ...]
    strong: tuple[str, ...]
    indoor: tuple[str, ...]


class ByMood(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases for quiet, middling and loud sections."""

    calm: tuple[str, ...]
    mid: tuple[str, ...]
    high: tuple[str, ...]

    def of(self, mood: str) -> tuple[str, ...]:
        """Return the phrases for `calm`, `mid` or `high`."""
        return {"calm": self.calm, "mid": self.mid, "high": self.high}[mood]


class Clash(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a scene, or what is known of it such as `indoors`, and words that nothing drawn beside them may have."""

    words: frozenset[str]
    never: frozenset[str]


class Palette(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"colors": "colours"}):
    """Colors as `#rrggbb` and three of them in words."""

    colors: tuple[str, ...]
    words: tuple[str, str, str]


class Lexicon(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"coloring": "colouring"}):
    """All word lists; each phrase is one that can be drawn.

    Attributes:
        worlds: Where a song can take place.
        views: What a theme that is a place or an element itself is seen through, or against.
        arrivals: Kind of subject -> how it is first seen, where a song begins.
        departures: Kind of subject -> how it is last seen, where a song ends.
        placements: Where a thing is that is sung of.
        actions: Kind of subject -> what it does, or how it is.
        attributes: Kind of subject -> what it wears or is made of, constant in a song.
        surroundings: What fills a scene whose theme brings its own setting or action.
        accents: What is added when a picture returns.
        compositions: wide, medium, close and dynamic framings.
        lights: Time of day -> lighting.
        arcs: Sequences of times of day.
        times: Time of day -> words of a theme that fix it.
        palettes: Colors.
        coloring: How `{a}`, `{b}` and `{c}`, a palette's words, are put.
        motifs: Abstract word -> things that show it; `any` for a song without a theme.
        motif_words: Abstract word -> words that mean it.
        kinds: person, creature, place, element -> nouns.
        indoor_places: Those of the places that are seen from inside.
        figures: Pronoun that a sentence is about -> whom it shows.
        spoken: Words of a sentence that is said by somebody rather than names a thing.
        clashes: What cannot be seen together.
        prepositions: Words that begin a setting.
        verbs: Verbs in the third person.
        not_verbs: Words in -ing that are no verbs.
        mediums: Media for a single prompt without a style.
        lyric_images: Word of a lyric -> what it adds to the picture.
        concepts: Sentences for the idea that holds the song together, for a theme of a few words.
        told: The same for a theme that is a sentence, or brings its own place.
        told_korean: The same for a theme in Korean.
        korean_arcs: Titles of arcs and phrases of hours -> Korean.
        hours: Time of day -> phrase for the concept, where the theme fixes it.
        abstract_endings: Endings of English nouns that cannot be seen.
    """

    worlds: tuple[World, ...]
    views: ByMood
    arrivals: dict[str, tuple[str, ...]]
    departures: dict[str, tuple[str, ...]]
    placements: tuple[str, ...]
    actions: dict[str, ByMood]
    attributes: dict[str, tuple[str, ...]]
    surroundings: ByMood
    accents: ByMood
    compositions: dict[str, tuple[str, ...]]
    lights: dict[str, Lights]
    arcs: tuple[Arc, ...]
    times: dict[str, frozenset[str]]
    palettes: tuple[Palette, ...]
    coloring: ByMood
    motifs: dict[str, tuple[str, ...]]
    motif_words: dict[str, frozenset[str]]
    kinds: dict[str, frozenset[str]]
    indoor_places: frozenset[str]
    figures: dict[str, str]
    spoken: frozenset[str]
    clashes: tuple[Clash, ...]
    prepositions: frozenset[str]
    verbs: frozenset[str]
    not_verbs: frozenset[str]
    mediums: tuple[str, ...]
    lyric_images: dict[str, str]
    concepts: tuple[str, ...]
    told: str
    told_korean: str
    korean_arcs: dict[str, str]
    hours: dict[str, str]
    abstract_endings: tuple[str, ...]


@functools.cache
def load_lexicon() -> Lexicon:
    """Return the shipped words, read and checked once."""
    return msgspec.json.decode(_DATA.read_bytes(), type=Lexicon)
