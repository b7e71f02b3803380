"""The offline writer: storyboards and prompts from word lists, without a network, a model or a download.

A song gets one world (places that belong together), one arc of light and one thing that stays the same about its
subject. Each label of the song gets one picture in that world, so that a chorus returns to its picture; a later return
keeps every word of it and gains one accent. The first picture arrives, the last one leaves; between them the song's own
loud and quiet choose. What lyrics name is seen in the scene in which it is sung.

A prompt begins with what is new in its scene, so that scenes can be told apart by their first words; then come the
theme's own words, setting, composition, lighting, color. Nothing is said that the theme, or the prompt so far, makes
untrue (`contradictions`). Everything is decided by the theme, the sections, their looks and a seed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from glance.story.color_words import color_words
from glance.story.contradictions import colors_in, contradiction, facets_of, is_colorless
from glance.story.languages import says_something
from glance.story.lexicon import Arc, ByMood, Palette, Setting, World, load_lexicon
from glance.story.prompt_text import CLIP_TOKENS, estimate_tokens
from glance.story.storyboard import Storyboard, StoryScene, StorySection
from glance.story.styles import Style, apply_style
from glance.story.sung import sung_things
from glance.story.theme import Theme, chapters_of, read_theme, translate_theme, words_of
from glance.story.wildcards import choose
from glance.story.word_notes import left_out_of, notes_on_words, room_note

#: What a scene's own words may take, so that a style still fits behind them.
SCENE_TOKENS = 52
#: What of it is kept free for the accent of a return, its comma included.
ACCENT_TOKENS = 6
#: The name under which a storyboard says that no language model wrote it.
SOURCE = "offline"
_QUIET_ROLES = frozenset({"intro", "outro", "break", "silence"})
_LOUD_ROLES = frozenset({"chorus", "drop"})
#: Words that show that one thing is meant, which can wear something: `coffee` cannot, `a cup` can.
_ARTICLES = frozenset({"a", "an", "the", "my", "your", "his", "her", "our", "their", "one", "this", "that"})
_FRAMINGS = {"intro": "wide", "outro": "wide", "silence": "wide", "break": "close", "bridge": "close"}
_TRANSITIONS = {"chorus": "cut", "drop": "cut", "intro": "cut", "build": "hold"}
#: Shares of the song's time, by rising loudness, that are quiet and not yet loud.
_CALM, _LOUD = 0.3, 0.65
#: How many things of its lyrics a scene shows.
_SUNG = 3
#: What moves outdoors, whatever world the song is in.
_VEHICLES = frozenset(
    [
        "train",
        "boat",
        "ship",
        "car",
        "bus",
        "taxi",
        "bicycle",
        "motorcycle",
        "airplane",
        "plane",
        "rocket",
        "balloon",
        "truck",
        "subway",
        "tram",
    ]
)
#: Weather in a theme -> how it is seen in every scene.
_FALLING = {"snow": "snowflakes falling all around", "rain": "rain streaming down", "petals": "petals drifting down"}
#: As what something is there that cannot be there.
_PICTURES = ("a faded postcard", "a framed picture", "a torn poster", "a picture book")
#: What is sung of and stands outdoors.
_OUTDOORS = _VEHICLES | {"bridge", "road", "street", "highway", "river", "railway"}
#: Words of weather that is past, and places that a crowd fills.
_OVER = frozenset({"stopped", "ended", "over", "after"})
_CROWDED = frozenset({"stadium", "arena", "festival", "concert"})
#: Sections that differ by less than this are alike in energy.
_ALIKE = 0.05
_HANGUL = re.compile(r"[가-힣]")


@dataclass
class _Deck:
    """Draws phrases at random, none twice before all others of its list that fit were seen."""

    rng: np.random.Generator
    _seen: set[str] = field(default_factory=set)
    _begun: set[str] = field(default_factory=set)

    def draw(self, phrases: Sequence[str], shown: str = "", theme: str = "") -> str:
        """Return a phrase of the list that was not drawn lately, and that can be seen together with what is shown."""
        phrases = _fitting(phrases, shown, theme)
        left = [phrase for phrase in phrases if phrase not in self._seen]
        if not left:
            self._seen -= set(phrases)
            left = list(phrases)
        phrase = left[int(self.rng.integers(len(left)))]
        self._seen.add(phrase)
        return phrase

    def open(self, phrases: Sequence[str], shown: str, theme: str, spare: Sequence[str] = ()) -> str:
        """Return a phrase to begin a prompt with: one whose first words no other prompt of the song begins with.

        `spare` ones are taken where a long song has used up the others.
        """
        fitting = _fitting(phrases, shown, theme)
        fresh = self._unused(fitting) or (self._unused(_fitting(spare, shown, theme)) if spare else [])
        phrase = self.draw(fresh or fitting)
        self._begun.add(_beginning(phrase))
        return phrase

    def _unused(self, phrases: Sequence[str]) -> list[str]:
        return [phrase for phrase in phrases if _beginning(phrase) not in self._begun]


def _beginning(phrase: str) -> str:
    return " ".join(phrase.split()[:2])


def _fitting(phrases: Sequence[str], shown: str, theme: str) -> Sequence[str]:
    """Return the phrases that do not clash with the words shown; the least wrong, where none would be left."""
    never = _never(shown)
    true = [phrase for phrase in phrases if contradiction(phrase, shown, theme) is None]
    return [phrase for phrase in true if not never.intersection(words_of(phrase))] or true or phrases


def _never(shown: str) -> frozenset[str]:
    """Return the words that cannot be seen together with those shown."""
    words = {form for word in words_of(shown) for form in (word, word.removesuffix("s"))}
    return frozenset().union(*(clash.never for clash in load_lexicon().clashes if clash.words & words))


@dataclass(frozen=True)
class _Song:
    """What stays the same in all scenes of a song, and its length in seconds."""

    world: World
    arc: Arc
    palette: Palette
    attributes: dict[str, str]
    motifs: dict[str, str]
    end_s: float


@dataclass(frozen=True)
class _Shot:
    """How one picture is seen: its place, mood, time of day, the section's role, its part in the story, its look."""

    setting: Setting
    mood: str
    stage: str
    role: str = ""
    part: str = ""
    look: Style | None = None


@dataclass(frozen=True)
class _Picture:
    """The words of one label's picture, in the order of the prompt, its mood, and what it shows."""

    opening: str
    subject: str
    setting: str
    composition: str
    light: str
    color: str
    negative: str
    mood: str
    known: str
    theme: str
    colorless: bool = False

    def prompt(self, new: Sequence[str] = ()) -> str:
        """Return the prompt: what is new first, then the picture.

        A picture with a long theme leaves out details of its framing, then its color, light and framing, so that an
        accent always fits and a return keeps every word of it; what is sung takes the place of light and color.
        """
        framing = self.composition.split(", ")[0]
        parts = [self.opening, self.subject, self.setting, self.composition, self.light, self.color]
        room = SCENE_TOKENS - max(ACCENT_TOKENS, estimate_tokens(", ".join(new)) + 1 if new else 0)
        if estimate_tokens(_joined(parts)) > room:
            parts[3] = framing
        for place in (4, 3, 5):
            if estimate_tokens(_joined(parts)) > room:
                parts[place] = ""
        return _joined([*new, *parts])


def _joined(parts: Sequence[str]) -> str:
    return ", ".join(part for part in parts if part)


def write_storyboard(
    theme: str, sections: Sequence[StorySection], seed: int | None = None, looks: Mapping[str, Style] | None = None
) -> Storyboard:
    """Return one scene per section, written from word lists.

    Args:
        theme: What the song is about: a word, a phrase, or several sentences that become the song's chapters. Korean is
            translated as far as the dictionary goes. Empty: a motif is chosen.
        sections: The song's sections in order; equal labels get the same picture.
        seed: Another seed tells the theme another way; None is a seed as well.
        looks: The style of each label; colors are those of its palette, and none where it has none.
    """
    seed = 1 if seed is None else seed
    told, chosen = choose(theme.strip(), str(seed))
    english, unknown = translate_theme(told)
    rng = np.random.default_rng([seed % 2**32, zlib.crc32(theme.strip().encode("utf-8", "replace"))])
    deck = _Deck(rng)
    chapters = [read_theme(chapter) for chapter in chapters_of(english)]
    song = _choose_song(english, chapters, sections[-1].end_s if sections else 0.0, deck)
    labels = list(dict.fromkeys(section.label for section in sections))
    looks = looks or {}
    pictures = {}
    used = [index * len(chapters) // len(labels) for index in range(len(labels))]
    moods = _moods(sections)
    for label, place, setting in zip(labels, used, _journey(song.world, len(labels), rng), strict=True):
        group = [section for section in sections if section.label == label]
        shot = _shot(chapters[place], group, setting, song)
        part = _part(group[0], sections)
        shot = _Shot(shot.setting, moods[label], shot.stage, shot.role, part, looks.get(label))
        pictures[label] = _dress(chapters[place], shot, song, deck)
    told = told if says_something(told) else ""
    left_out = left_out_of(english, used)
    if left_out:
        # The concept claims no more of the theme than the prompts hold.
        told = english = ". ".join(chapters[place].text for place in dict.fromkeys(used))
    concept = _concept(told, english if told else "", chapters, song, deck)
    note = notes_on_words(theme, told if left_out else english, unknown, chosen)
    note = "\n".join(part for part in (note, room_note(left_out)) if part)
    main = next((looks[label] for label in labels if label in looks), None)
    palette = main.palette if main is not None and main.palette else song.palette.colors
    return Storyboard(concept, palette, tuple(_scenes(sections, pictures, deck)), SOURCE, note)


def expand_prompt(words: str, seed: int, reach: float, style: Style | None = None) -> tuple[str, str, str]:
    """Return three prompts that grow out of a few words, which open each of them unchanged.

    Args:
        words: What shall be seen, such as `finger`; Korean is translated as far as the dictionary goes.
        seed: Another seed gives three others.
        reach: How far to go, in [0, 1]: from framing and light alone, over setting and color, to detail and action.
        style: Its template closes the prompt; without one, a far-reaching prompt names a medium of its own.
    """
    english, _ = translate_theme(choose(words.strip(), str(seed))[0])
    rng = np.random.default_rng([seed % 2**32, zlib.crc32(words.strip().encode("utf-8", "replace")), 3])
    deck = _Deck(rng)
    prompts = [_expand(english, min(max(reach, 0.0), 1.0), style, deck) for _ in range(3)]
    return prompts[0], prompts[1], prompts[2]


def _expand(words: str, reach: float, style: Style | None, deck: _Deck) -> str:
    theme = read_theme(chapters_of(words)[0])
    song = _choose_song(words, [theme], 1.0, deck)
    mood = deck.draw(("calm", "mid", "high"))
    setting = song.world.settings[int(deck.rng.integers(len(song.world.settings)))]
    own = song.world.arc if _travels(theme) else None
    stage = deck.draw(own.stages) if own else _stage_of(theme) or deck.draw(song.arc.stages)
    shot = _Shot(setting if _travels(theme) else Setting("", False), mood, stage, look=style)
    picture = _dress(theme, shot, song, deck)
    subject = f"{picture.subject}, {picture.opening}" if reach >= 0.6 else (theme.text or picture.subject)
    medium = deck.draw(load_lexicon().mediums) if style is None and reach >= 0.4 else ""
    optional = [picture.setting if reach >= 0.25 else "", picture.composition, picture.light]
    parts = [subject, *optional, picture.color if reach >= 0.4 else "", medium]
    room = CLIP_TOKENS - (estimate_tokens(apply_style(style, "")) + 1 if style else 0)
    while estimate_tokens(_joined(parts)) > room and len(parts) > 1:
        parts.pop(-2 if len(parts) > 2 else -1)
    prompt = _joined(parts)
    return apply_style(style, prompt) if style else prompt


def _choose_song(words: str, chapters: Sequence[Theme], end_s: float, deck: _Deck) -> _Song:
    """Return what holds for the whole song; the world is that of the word the theme names first."""
    lex = load_lexicon()
    named = [word.removesuffix("'s") for word in words_of(words)]
    named.sort(key=lambda word: word not in _VEHICLES)
    first = next((word for word in named if any(word in world.keys for world in lex.worlds)), "")
    true = [world for world in lex.worlds if contradiction(world.settings[0].text, words, words) is None]
    fitting = [world for world in lex.worlds if first in world.keys] or [w for w in true if w.arc is None]
    world = fitting[int(deck.rng.integers(len(fitting)))]
    world = _settings_for(chapters, world)
    stage = next((stage for chapter in chapters if (stage := _stage_of(chapter))), "")
    arcs = [arc for arc in lex.arcs if not stage or stage in arc.stages] or list(lex.arcs)
    arc = arcs[int(deck.rng.integers(len(arcs)))]
    palette = lex.palettes[int(deck.rng.integers(len(lex.palettes)))]
    attributes = {kind: deck.draw(phrases, words, words) for kind, phrases in lex.attributes.items()}
    motifs = {meaning: deck.draw(things, words, words) for meaning, things in lex.motifs.items()}
    return _Song(world, arc, palette, attributes, motifs, end_s)


def _journey(world: World, count: int, rng: np.random.Generator) -> list[Setting]:
    """Return `count` settings in the order of the journey; more than the world has come round again."""
    rounds, rest = divmod(count, len(world.settings))
    chosen = sorted(rng.permutation(len(world.settings))[:rest].tolist())
    return [*world.settings] * rounds + [world.settings[index] for index in chosen]


def _shot(chapter: Theme, group: Sequence[StorySection], setting: Setting, song: _Song) -> _Shot:
    """Return how the picture of a label is seen, from the sections that carry it."""
    first = group[0]
    travels = _travels(chapter)
    own = song.world.arc if travels else None
    fixed = _stage_of(chapter)
    stages = own.stages if own else (fixed,) if fixed else song.arc.stages
    place = int(len(stages) * first.start_s / song.end_s) if song.end_s > 0 else 0
    stage = stages[min(place, len(stages) - 1)]
    return _Shot(setting if travels else Setting("", False), "", stage, first.role)


def _stage_of(theme: Theme) -> str:
    """Return the light that a theme fixes: its hour, or that of the deep and of space; else nothing."""
    shown = facets_of(theme.text)
    if "underwater" in shown:
        return "deep"
    return "orbit" if "space" in shown else theme.stage


def _settings_for(chapters: Sequence[Theme], world: World) -> World:
    """Return the world without the rooms that a vehicle cannot stand in."""
    outdoors = tuple(setting for setting in world.settings if not setting.indoor)
    moves = any(_VEHICLES & set(words_of(chapter.text.split(",")[0])[:6]) for chapter in chapters)
    inside = any(chapter.kind in ("person", "creature") for chapter in chapters)
    return msgspec.structs.replace(world, settings=outdoors) if moves and not inside and outdoors else world


def _travels(theme: Theme) -> bool:
    """Return whether the theme can be taken to the places of a world: it is none itself, and names none."""
    return theme.kind not in ("place", "element") and not theme.placed


def _moods(sections: Sequence[StorySection]) -> dict[str, str]:
    """Return label -> calm, mid or high: how loud it is within its own song, and what its role asks for.

    A mastered song is loud from end to end: what counts is the share of its time that is quieter.
    """
    loudest: dict[str, float] = {}
    for section in sections:
        loudest[section.label] = max(section.energy, loudest.get(section.label, 0.0))
    whole = sum(max(section.end_s - section.start_s, 1e-6) for section in sections)
    moods = {}
    for label, energy in loudest.items():
        quieter = sum(s.end_s - s.start_s for s in sections if loudest[s.label] < energy - _ALIKE) / max(whole, 1e-6)
        alike = sum(s.end_s - s.start_s for s in sections if abs(loudest[s.label] - energy) <= _ALIKE) / max(
            whole, 1e-6
        )
        moods[label] = _mood(quieter + alike / 2, {s.role for s in sections if s.label == label})
    return moods


def _mood(share: float, roles: set[str]) -> str:
    if roles & _LOUD_ROLES:
        return "high" if share > _CALM else "mid"
    if roles <= _QUIET_ROLES:
        return "calm" if share < _LOUD else "mid"
    return "calm" if share < _CALM else "mid" if share < _LOUD else "high"


def _part(first: StorySection, sections: Sequence[StorySection]) -> str:
    """Return the part of a picture in the story: the first arrives, what is new at the end leaves."""
    if first is sections[0] and first.role not in _LOUD_ROLES:
        return "arrival"
    return "departure" if first is sections[-1] and len(sections) > 1 and first.role not in _LOUD_ROLES else ""


def _dress(theme: Theme, shot: _Shot, song: _Song, deck: _Deck) -> _Picture:
    lex = load_lexicon()
    known = _known(theme, shot)
    subject = _subject(theme, song)
    opening = _opening(theme, shot, deck, f"{known}, {subject}")
    place = _place(theme, shot, deck, f"{known}, {subject}, {opening}")
    known = f"{known}, {subject}, {opening}, {place}"
    composition = _composition(shot, deck, known, theme)
    return _Picture(
        opening=opening,
        subject=subject,
        setting=place,
        composition=composition,
        light=_light(shot, deck, f"{known}, {composition}", theme.text),
        colorless=is_colorless(shot.look),
        color=_color(lex.coloring.of(shot.mood), shot.look, song, deck),
        negative="daylight" if shot.stage == "night" and "day" not in facets_of(theme.text) else "",
        mood=shot.mood,
        known=known,
        theme=theme.text,
    )


def _known(theme: Theme, shot: _Shot) -> str:
    """Return in words what is settled before anything is drawn: time of day, place, and what they exclude."""
    broad = "broad" if _is_broad(theme) else ""
    inside = shot.setting.indoor or bool(load_lexicon().indoor_places.intersection(words_of(theme.text)))
    return " ".join([shot.stage, "indoors" if inside else "", broad, theme.kind, shot.setting.text, theme.text])


def _is_broad(theme: Theme) -> bool:
    """Return whether the theme is too large to be shown from close up, such as a city or the rain."""
    return theme.kind in ("place", "element")


def _subject(theme: Theme, song: _Song) -> str:
    """Return the theme's words and what belongs to them throughout the song."""
    if theme.kind == "abstract":
        return _joined([theme.text, song.motifs[theme.meaning]])
    words = set(words_of(theme.text))
    if theme.acting and words & _CROWDED:
        alone = bool(words & {"empty", "alone", "deserted", "abandoned"})
        return f"{theme.text}, {'rows of empty seats all around' if alone else 'a huge crowd with raised arms'}"
    if theme.kind == "element" and words & _OVER:
        return f"{theme.text}, everything still dripping" if words & {"rain", "storm"} else theme.text
    if theme.kind == "element":
        falls = next((seen for weather, seen in _FALLING.items() if weather in words), "")
        return _joined([theme.text, falls, "a child looking up" if "childhood" in words else ""])
    if theme.figure:
        # Whoever is known only by what is said gets something to be known by.
        alone = theme.figure == "a lone figure" and not (theme.acting and theme.placed)
        return f"{theme.text}, {theme.figure}" + (f" {song.attributes['person']}" if alone else "")
    return f"{theme.text} {song.attributes[theme.kind]}" if _is_bare(theme) else theme.text


def _opening(theme: Theme, shot: _Shot, deck: _Deck, known: str) -> str:
    """Return what is new in this picture: how it begins or ends, what the subject does, what it is seen through."""
    lex = load_lexicon()
    kind = "object" if theme.kind == "abstract" else "pair" if _is_pair(theme) else theme.kind
    if shot.part == "arrival" and not (theme.acting and theme.placed):
        return deck.open(lex.arrivals[kind], known, theme.text)
    if shot.part == "departure":
        return deck.open(lex.departures[kind], known, theme.text)
    if _is_broad(theme):
        return deck.open(lex.views.of(shot.mood), known, theme.text, (*_all_of(lex.views), *_all_of(lex.surroundings)))
    doing = lex.surroundings if theme.acting and theme.kind != "abstract" else lex.actions[kind]
    return deck.open(doing.of(shot.mood), known, theme.text, (*_all_of(doing), *_all_of(lex.surroundings)))


def _all_of(phrases: ByMood) -> tuple[str, ...]:
    return (*phrases.mid, *phrases.calm, *phrases.high)


def _is_pair(theme: Theme) -> bool:
    """Return whether the theme shows two people, who do what one alone cannot."""
    return theme.figure.startswith("two") or bool({"lovers", "couple", "twins"} & set(words_of(theme.text)))


def _is_bare(theme: Theme) -> bool:
    """Return whether the theme names one thing, and nothing of it, so that it can wear something."""
    words = theme.text.split()
    if _is_broad(theme) or theme.acting or theme.placed or theme.plural or "," in theme.text or len(words) > 3:
        return False
    return words[0].lower() in _ARTICLES or theme.kind != "object"


def _place(theme: Theme, shot: _Shot, deck: _Deck, shown: str) -> str:
    if theme.placed:
        return deck.draw(load_lexicon().surroundings.of(shot.mood), shown, theme.text)
    if _is_broad(theme):
        return "" if theme.acting else deck.draw(load_lexicon().surroundings.of(shot.mood), shown, theme.text)
    return shot.setting.text


def _composition(shot: _Shot, deck: _Deck, shown: str, theme: Theme) -> str:
    """Return a framing: what the section's role asks for; else loud scenes are large and seen from below."""
    framings = load_lexicon().compositions
    if shot.role in _FRAMINGS:
        framing = _FRAMINGS[shot.role]
        return deck.draw(framings["medium" if framing == "close" and _is_broad(theme) else framing], shown, theme.text)
    if shot.mood == "high":
        return deck.draw(framings["dynamic"], shown, theme.text)
    near = "close" if shot.mood == "calm" and not _is_broad(theme) else "wide"
    return deck.draw(framings["medium"] + framings[near], shown, theme.text)


def _light(shot: _Shot, deck: _Deck, shown: str, theme: str) -> str:
    lights = load_lexicon().lights[shot.stage]
    inside = "indoors" in shown.replace(",", " ").split()
    phrases = lights.indoor if inside else lights.strong if shot.mood == "high" else lights.soft
    if is_colorless(shot.look):
        phrases = tuple(phrase for phrase in phrases if not colors_in(phrase)) or phrases
    return deck.draw(phrases, shown.replace("indoors", "") if inside else shown, theme)


def _color(phrases: Sequence[str], look: Style | None, song: _Song, deck: _Deck) -> str:
    """Return words for the look's own colors; none for a look without colors."""
    if is_colorless(look):
        return ""
    words = color_words(look.palette) if look is not None else ()
    if len(words) < len("abc"):
        words = song.palette.words if look is None else ()
    return deck.draw(phrases).format(**dict(zip("abc", words, strict=True))) if words else ""


def _scenes(sections: Sequence[StorySection], pictures: dict[str, _Picture], deck: _Deck) -> Iterator[StoryScene]:
    seen: dict[str, int] = {}
    before, shown = "", set[str]()
    for section in sections:
        picture = pictures[section.label]
        returns = seen.get(section.label, 0)
        seen[section.label] = returns + 1
        new = _sung(section, picture, shown, deck)
        if returns and not new:
            new = [_accent(picture, deck)]
        transition = "hold" if section.label == before else _TRANSITIONS.get(section.role, "fade")
        before = section.label
        yield StoryScene(section.id, picture.prompt(new), picture.negative, transition=transition)


def _sung(section: StorySection, picture: _Picture, shown: set[str], deck: _Deck) -> list[str]:
    """Return what the section's lyrics name, first of all what no scene has shown yet; a thing where it stands.

    What would be untrue in the picture is beyond a window, or as a photograph of it there: a flame under water.
    """
    things = sung_things(section.lyrics, picture.theme, most=2 * _SUNG)
    chosen = sorted(things, key=lambda thing: thing in shown)[:_SUNG]
    shown.update(chosen)
    weather: list[str] = []
    standing: list[str] = []
    inside = "indoors" in facets_of(picture.known)
    for thing in chosen:
        if picture.colorless:
            colors = {*colors_in(thing)} - {*colors_in(picture.theme)}
            thing = " ".join(word for word in thing.split() if word not in colors)
        outdoors = inside and bool(_OUTDOORS & set(words_of(thing)))
        if outdoors or contradiction(thing, picture.known, picture.theme) is not None:
            thing = f"{thing} beyond the window" if inside else f"{deck.draw(_PICTURES)} of {thing}"
        (standing if thing.split()[0] in _ARTICLES else weather).append(thing)
    together = " and ".join(standing)
    return [*weather, f"{together} {deck.draw(load_lexicon().placements)}"] if together else weather


def _accent(picture: _Picture, deck: _Deck) -> str:
    """Return something small that the picture does not show yet."""
    shown = set(words_of(picture.prompt()))
    accents = _fitting(load_lexicon().accents.of(picture.mood), picture.known, picture.theme)
    fresh = [accent for accent in accents if not shown & {word for word in words_of(accent) if len(word) > 4}]
    return deck.open(fresh or accents, picture.known, picture.theme, _all_of(load_lexicon().accents))


def _concept(theme: str, english: str, chapters: Sequence[Theme], song: _Song, deck: _Deck) -> str:
    lex = load_lexicon()
    words = dict(zip("abc", song.palette.words, strict=True))
    travels = all(_travels(chapter) for chapter in chapters)
    fixed = _stage_of(chapters[0]) if len(chapters) == 1 else ""
    arc = lex.hours.get(fixed, song.arc.title)
    arc = song.world.arc.title if travels and song.world.arc else arc
    if _HANGUL.search(theme) and english != theme:
        return lex.told_korean.format(theme=theme, arc=lex.korean_arcs.get(arc, ""), english=english).replace("  ", " ")
    words["theme"] = (theme if english == theme else f"{theme} ({english})") or song.motifs["any"]
    if travels and len(chapters) == 1 and not (chapters[0].acting or chapters[0].figure):
        words |= {"world": song.world.title, "arc": arc, "Arc": arc[:1].upper() + arc[1:]}
        told = deck.draw(lex.concepts).format(**words)
    else:
        told = lex.told.format(world=f"{song.world.title}, " if travels else "", arc=arc, **words)
    return told[:1].upper() + told[1:]
