"""The offline writer: storyboards and prompts from word lists, without a network, a model or a download.

A song gets one world (places that belong together), one arc of light, one palette and one thing that stays the same
about its subject. Each label of the song gets one picture in that world, so that a chorus returns to its picture; a
later return keeps every word of it and gains one small accent. The order within a prompt is: the theme's own words,
detail and action, setting, composition, lighting, color. Everything is decided by the theme, the sections and a seed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from glance.story.languages import says_something
from glance.story.lexicon import Arc, Palette, Setting, World, lexicon
from glance.story.prompt_text import CLIP_TOKENS, estimate_tokens
from glance.story.storyboard import Storyboard, StoryScene, StorySection
from glance.story.styles import Style, apply_style
from glance.story.theme import Theme, chapters_of, lyric_image, read_theme, translate_theme, words_of
from glance.story.wildcards import choose
from glance.story.word_notes import left_out_of, notes_on_words, room_note

#: What a scene's own words may take, so that a style still fits behind them.
SCENE_TOKENS = 52
#: What of it is kept free for the accent of a return, its comma included.
ACCENT_TOKENS = 6
#: How long a theme that is a place or an element may be and still have a companion.
COMPANION_TOKENS = 9
#: The name under which a storyboard says that no language model wrote it.
SOURCE = "offline"
_QUIET_ROLES = frozenset({"intro", "outro", "break", "silence"})
_LOUD_ROLES = frozenset({"chorus", "drop"})
#: Words that show that one thing is meant, which can wear something: `coffee` cannot, `a cup` can.
_ARTICLES = frozenset({"a", "an", "the", "my", "your", "his", "her", "our", "their", "one", "this", "that"})
_FRAMINGS = {"intro": "wide", "outro": "wide", "silence": "wide", "break": "close", "bridge": "close"}
_TRANSITIONS = {"chorus": "cut", "drop": "cut", "intro": "cut", "build": "hold"}


@dataclass
class _Deck:
    """Draws phrases at random, none twice before all others of its list that fit were seen."""

    rng: np.random.Generator
    _seen: set[str] = field(default_factory=set)

    def draw(self, phrases: Sequence[str], shown: str = "") -> str:
        """Return a phrase of the list that was not drawn lately, and that can be seen together with what is shown."""
        phrases = _fitting(phrases, shown)
        left = [phrase for phrase in phrases if phrase not in self._seen]
        if not left:
            self._seen -= set(phrases)
            left = list(phrases)
        phrase = left[int(self.rng.integers(len(left)))]
        self._seen.add(phrase)
        return phrase


def _fitting(phrases: Sequence[str], shown: str) -> Sequence[str]:
    """Return the phrases that do not clash with the words shown; all, where none would be left."""
    never = _never(shown)
    return [phrase for phrase in phrases if not never.intersection(words_of(phrase))] or phrases


def _never(shown: str) -> frozenset[str]:
    """Return the words that cannot be seen together with those shown."""
    words = {form for word in words_of(shown) for form in (word, word.removesuffix("s"))}
    return frozenset().union(*(clash.never for clash in lexicon().clashes if clash.words & words))


@dataclass(frozen=True)
class _Song:
    """What stays the same in all scenes of a song, and its length in seconds."""

    world: World
    arc: Arc
    palette: Palette
    companion: str
    attributes: dict[str, str]
    motifs: dict[str, str]
    end_s: float


@dataclass(frozen=True)
class _Shot:
    """Where and how one picture is seen: its place, mood, time of day, the section's role, and what its lyrics name."""

    setting: Setting
    mood: str
    stage: str
    role: str = ""
    image: str = ""


@dataclass(frozen=True)
class _Picture:
    """The words of one label's picture, in the order of the prompt, its mood, and what it shows."""

    subject: str
    setting: str
    composition: str
    light: str
    color: str
    negative: str
    mood: str
    known: str

    def prompt(self, accent: str = "") -> str:
        """Return the prompt, with the accent after the setting.

        A picture with a long theme leaves out details of its framing, then its light, then its framing, so that an
        accent always fits and a return keeps every word of it.
        """
        framing, room = self.composition.split(", ")[0], SCENE_TOKENS - ACCENT_TOKENS
        parts = [self.subject, self.setting, self.composition, self.light, self.color]
        if estimate_tokens(", ".join(parts)) > room:
            parts[2] = framing
        while estimate_tokens(", ".join(parts)) > room and len(parts) > 3:
            parts.pop(-2)
        return ", ".join(part for part in (*parts[:2], accent, *parts[2:]) if part)


def write_storyboard(theme: str, sections: Sequence[StorySection], seed: int) -> Storyboard:
    """Return one scene per section, written from word lists.

    Args:
        theme: What the song is about: a word, a phrase, or several sentences that become the song's chapters. Korean is
            translated as far as the word list goes. Empty: a motif is chosen.
        sections: The song's sections in order; equal labels get the same picture.
        seed: Another seed tells the theme another way.
    """
    told, chosen = choose(theme.strip(), str(seed))
    english, unknown = translate_theme(told)
    rng = np.random.default_rng([seed % 2**32, zlib.crc32(theme.strip().encode("utf-8", "replace"))])
    deck = _Deck(rng)
    chapters = [read_theme(chapter) for chapter in chapters_of(english)]
    song = _choose_song(english, chapters, sections[-1].end_s if sections else 0.0, deck)
    labels = list(dict.fromkeys(section.label for section in sections))
    pictures = {}
    used = [index * len(chapters) // len(labels) for index in range(len(labels))]
    for label, place, setting in zip(labels, used, _journey(song.world, len(labels), rng), strict=True):
        pictures[label] = _picture(chapters[place], [s for s in sections if s.label == label], setting, song, deck)
    told = told if says_something(told) else ""
    left_out = left_out_of(english, used)
    if left_out:
        # The concept claims no more of the theme than the prompts hold.
        told = english = ". ".join(chapters[place].text for place in dict.fromkeys(used))
    concept = _concept(told, english if told else "", chapters, song, deck)
    note = notes_on_words(theme, told if left_out else english, unknown, chosen)
    note = "\n".join(part for part in (note, room_note(left_out)) if part)
    return Storyboard(concept, song.palette.colors, tuple(_scenes(sections, pictures, deck)), SOURCE, note)


def expand_prompt(words: str, seed: int, reach: float, style: Style | None = None) -> tuple[str, str, str]:
    """Return three prompts that grow out of a few words, which open each of them unchanged.

    Args:
        words: What shall be seen, such as `finger`; Korean is translated as far as the word list goes.
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
    stage = deck.draw(own.stages) if own else theme.stage or deck.draw(song.arc.stages)
    shot = _Shot(setting if _travels(theme) else Setting("", False), mood, stage)
    picture = _dress(theme, shot, song, deck)
    subject = picture.subject if reach >= 0.6 else (theme.text or picture.subject)
    medium = deck.draw(lexicon().mediums) if style is None and reach >= 0.4 else ""
    optional = [picture.setting if reach >= 0.25 else "", picture.composition, picture.light]
    parts = [subject, *optional, picture.color if reach >= 0.4 else "", medium]
    room = CLIP_TOKENS - (estimate_tokens(apply_style(style, "")) + 1 if style else 0)
    while estimate_tokens(", ".join(part for part in parts if part)) > room and len(parts) > 1:
        parts.pop(-2 if len(parts) > 2 else -1)
    prompt = ", ".join(part for part in parts if part)
    return apply_style(style, prompt) if style else prompt


def _choose_song(words: str, chapters: Sequence[Theme], end_s: float, deck: _Deck) -> _Song:
    lex = lexicon()
    named = set(words_of(words))
    fitting = [world for world in lex.worlds if world.keys & named] or list(lex.worlds)
    world = fitting[int(deck.rng.integers(len(fitting)))]
    stage = next((chapter.stage for chapter in chapters if chapter.stage), "")
    arcs = [arc for arc in lex.arcs if not stage or stage in arc.stages]
    arc = arcs[int(deck.rng.integers(len(arcs)))]
    palette = lex.palettes[int(deck.rng.integers(len(lex.palettes)))]
    attributes = {kind: deck.draw(phrases) for kind, phrases in lex.attributes.items()}
    motifs = {meaning: deck.draw(things) for meaning, things in lex.motifs.items()}
    return _Song(world, arc, palette, deck.draw(lex.companions, words), attributes, motifs, end_s)


def _journey(world: World, count: int, rng: np.random.Generator) -> list[Setting]:
    """Return `count` settings in the order of the journey; more than the world has come round again."""
    rounds, rest = divmod(count, len(world.settings))
    chosen = sorted(rng.permutation(len(world.settings))[:rest].tolist())
    return [*world.settings] * rounds + [world.settings[index] for index in chosen]


def _picture(chapter: Theme, group: Sequence[StorySection], setting: Setting, song: _Song, deck: _Deck) -> _Picture:
    """Return the picture of a label from the sections that carry it."""
    first = group[0]
    mood = _mood(group)
    travels = _travels(chapter)
    own = song.world.arc if travels else None
    stages = own.stages if own else (chapter.stage,) if chapter.stage else song.arc.stages
    place = int(len(stages) * first.start_s / song.end_s) if song.end_s > 0 else 0
    stage = stages[min(place, len(stages) - 1)]
    setting = setting if travels else Setting("", False)
    image = lyric_image("\n".join(section.lyrics for section in group), chapter.text)
    return _dress(chapter, _Shot(setting, mood, stage, first.role, image), song, deck)


def _travels(theme: Theme) -> bool:
    """Return whether the theme can be taken to the places of a world: it is none itself, and names none."""
    return theme.kind not in ("place", "element") and not theme.placed


def _mood(group: Sequence[StorySection]) -> str:
    energy = max(section.energy for section in group)
    roles = {section.role for section in group}
    if roles & _LOUD_ROLES:
        return "high" if energy > 0.45 else "mid"
    if roles <= _QUIET_ROLES:
        return "calm" if energy < 0.7 else "mid"
    return "calm" if energy < 0.38 else "mid" if energy < 0.72 else "high"


def _dress(theme: Theme, shot: _Shot, song: _Song, deck: _Deck) -> _Picture:
    lex = lexicon()
    known = _known(theme, shot)
    subject = _subject(theme, shot.mood, song, deck, known)
    place = _place(theme, shot, deck, f"{known} {subject}")
    known = f"{known} {subject} {place}"
    image = "" if _never(known).intersection(words_of(shot.image)) else shot.image
    beside = image or _beside(theme, shot.mood, song, deck)
    composition = _composition(shot, deck, f"{known} {beside}")
    colors = dict(zip("abc", song.palette.words, strict=True))
    return _Picture(
        subject=subject,
        setting=", ".join(part for part in (place, beside) if part),
        composition=composition,
        light=_light(shot, deck, f"{known} {composition}"),
        color=deck.draw(lex.coloring.of(shot.mood)).format(**colors),
        negative="daylight" if shot.stage == "night" else "",
        mood=shot.mood,
        known=known,
    )


def _known(theme: Theme, shot: _Shot) -> str:
    """Return in words what is settled before anything is drawn: time of day, place, and what they exclude."""
    broad = "broad" if _is_broad(theme) else ""
    inside = shot.setting.indoor or bool(lexicon().indoor_places.intersection(words_of(theme.text)))
    return " ".join([shot.stage, "indoors" if inside else "", broad, theme.kind, shot.setting.text, theme.text])


def _is_broad(theme: Theme) -> bool:
    """Return whether the theme is too large to be shown from close up, such as a city or the rain."""
    return theme.kind in ("place", "element")


def _subject(theme: Theme, mood: str, song: _Song, deck: _Deck, known: str) -> str:
    """Return the theme's words, what belongs to them throughout the song, and what happens in this scene."""
    lex = lexicon()
    named = theme.text
    if theme.kind == "abstract":
        named = ", ".join(part for part in (theme.text, song.motifs[theme.meaning]) if part)
    elif theme.figure:
        alone = not theme.figure.startswith("two")
        named = f"{theme.text}, {theme.figure}" + (f" {song.attributes['person']}" if alone else "")
        if theme.acting and theme.placed:
            return named
    elif _is_bare(theme):
        named = f"{theme.text} {song.attributes[theme.kind]}"
    actions = lex.actions["object" if theme.kind == "abstract" else theme.kind]
    doing = lex.surroundings if theme.acting and not (_is_broad(theme) or theme.kind == "abstract") else actions
    return f"{named}, {deck.draw(doing.of(mood), f'{known} {named}')}"


def _is_bare(theme: Theme) -> bool:
    """Return whether the theme names one thing, and nothing of it, so that it can wear something."""
    words = theme.text.split()
    if _is_broad(theme) or theme.acting or theme.placed or theme.plural or "," in theme.text or len(words) > 4:
        return False
    return words[0].lower() in _ARTICLES or theme.kind != "object"


def _place(theme: Theme, shot: _Shot, deck: _Deck, shown: str) -> str:
    if theme.placed:
        return deck.draw(lexicon().surroundings.of(shot.mood), shown)
    if _is_broad(theme):
        return deck.draw(lexicon().views.of(shot.mood), shown)
    return shot.setting.text


def _beside(theme: Theme, mood: str, song: _Song, deck: _Deck) -> str:
    """Return the song's companion, small beside a place or an element; a long theme has enough to show itself."""
    if not _is_broad(theme) or estimate_tokens(theme.text) > COMPANION_TOKENS:
        return ""
    return deck.draw(lexicon().appearances.of(mood)).format(c=song.companion)


def _composition(shot: _Shot, deck: _Deck, shown: str) -> str:
    """Return a framing: quiet scenes are wide and empty or close, loud ones are large and seen from below."""
    framings = lexicon().compositions
    if shot.mood == "high":
        return deck.draw(framings["dynamic"], shown)
    if shot.role in _FRAMINGS:
        framing = _FRAMINGS[shot.role]
        return deck.draw(framings["medium" if framing == "close" and "broad" in words_of(shown) else framing], shown)
    return deck.draw(framings["medium"] + framings["close" if shot.mood == "calm" else "wide"], shown)


def _light(shot: _Shot, deck: _Deck, shown: str) -> str:
    lights = lexicon().lights[shot.stage]
    if "indoors" in shown.split():
        return deck.draw(lights.indoor, shown.replace("indoors", ""))
    return deck.draw(lights.strong if shot.mood == "high" else lights.soft, shown)


def _scenes(sections: Sequence[StorySection], pictures: dict[str, _Picture], deck: _Deck) -> Iterator[StoryScene]:
    seen: dict[str, int] = {}
    before = ""
    for section in sections:
        picture = pictures[section.label]
        returns = seen.get(section.label, 0)
        seen[section.label] = returns + 1
        accent = _accent(picture, deck) if returns else ""
        transition = "hold" if section.label == before else _TRANSITIONS.get(section.role, "fade")
        before = section.label
        yield StoryScene(section.id, picture.prompt(accent), picture.negative, transition=transition)


def _accent(picture: _Picture, deck: _Deck) -> str:
    """Return something small that the picture does not show yet."""
    shown = set(words_of(picture.prompt()))
    accents = _fitting(lexicon().accents.of(picture.mood), picture.known)
    fresh = [accent for accent in accents if not shown & {word for word in words_of(accent) if len(word) > 4}]
    return deck.draw(fresh or accents)


def _concept(theme: str, english: str, chapters: Sequence[Theme], song: _Song, deck: _Deck) -> str:
    lex = lexicon()
    words = dict(zip("abc", song.palette.words, strict=True))
    words["theme"] = (theme if english == theme else f"{theme} ({english})") or song.motifs["any"]
    travels = all(_travels(chapter) for chapter in chapters)
    fixed = chapters[0].stage if len(chapters) == 1 else ""
    arc = lex.hours[fixed] if fixed else song.arc.title
    arc = song.world.arc.title if travels and song.world.arc else arc
    if travels and len(chapters) == 1 and not (chapters[0].acting or chapters[0].figure):
        words |= {"world": song.world.title, "arc": arc, "Arc": arc[:1].upper() + arc[1:]}
        told = deck.draw(lex.concepts).format(**words)
    else:
        told = lex.told.format(world=f"{song.world.title}, " if travels else "", arc=arc, **words)
    return told[:1].upper() + told[1:]
