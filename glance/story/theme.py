"""Reads a person's theme just closely enough to build pictures around it: never changes its words.

The reading is a lexicon's, not a language model's: which kind of thing is named, whether the words already say where
it is, what it does and at what time of day. What is not known counts as an object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from glance.story.languages import says_something
from glance.story.lexicon import lexicon
from glance.story.prompt_text import estimate_tokens

#: What a theme may take of a prompt; the rest of CLIP's 75 tokens shows where it is, how it is lit, and the style.
THEME_TOKENS = 22
#: Letters that a prompt always has room for: other scripts cost several tokens a letter, and say as much in fewer.
_ALWAYS = 40
_HANGUL = re.compile(r"[가-힣]+")
#: `비 오는`, `눈이 내리는`: two words that are one in English.
_FALLING = re.compile(r"([비눈])[가이]?\s+(오는|내리는)")
_LATIN = re.compile(r"[A-Za-z0-9À-ɏ]")
_ARTICLE = re.compile(r"^(?:an?|the) ")
_PLUMBING = re.compile(r"<[^<>]*>|:\s*[0-9.]+|[()\[\]{}]")
_WORDS = re.compile(r"[a-zß-ɏ]+(?:'[a-zß-ɏ]+)?|[가-힣]+")


#: Words beside prepositions of place that end the name of a thing.
_SENTENCE_ENDS = re.compile(r"(?<=[^\d.])[.!?]+(?=\s|$)|[\n;。！？｡؟۔।॥]+")
_CLAUSE_ENDS = re.compile(r"[,，、،]")
#: Korean words, words of Latin letters with what belongs to them, and what is neither.
_PIECES = re.compile(r"[가-힣]+|[A-Za-z0-9À-ɏ'<>:.()\-]+|[^\s가-힣A-Za-z0-9À-ɏ'<>:.()\-,!?]+")
_LINKS = frozenset(
    ["who", "that", "which", "of", "with", "and", "after", "without", "until", "like", "to", "for", "where", "when"]
)
#: Words with which a thing is named, and nothing is said.
_NAMING = frozenset(["a", "an", "the", "my", "your", "his", "her", "our", "their", "this", "that", "these", "those"])
#: Verbs that no plural is spelt like, so that a sentence may end with them.
_ENDING_VERBS = frozenset(
    ["sings", "burns", "sleeps", "wakes", "dances", "remembers", "forgets", "disappears", "vanishes", "sinks", "melts"]
)


@dataclass(frozen=True)
class Theme:
    """What is known of one theme, or of one chapter of it.

    Attributes:
        text: The words that open every prompt: the user's own, or their translation.
        kind: person, creature, object, place, element or abstract.
        placed: Whether the words say where it is.
        acting: Whether the words say what it does.
        plural: Whether the thing named is more than one.
        stage: Time of day the words fix, a key of `Lexicon.lights`, or empty.
        meaning: Key of `Lexicon.motifs` for an abstract theme, else empty.
        figure: Whom a sentence shows that names nobody, such as `a lone figure` for a line in the first person.
    """

    text: str
    kind: str
    placed: bool
    acting: bool
    plural: bool
    stage: str
    meaning: str
    figure: str = ""


def read_theme(text: str) -> Theme:
    """Return what can be told of a theme in English; an empty one is abstract and means `any`.

    Of a theme in another language nothing can be told: it is a thing, and its words stay as they were typed.
    """
    words = words_of(text)
    if not words:
        if says_something(text):
            return Theme(text.strip().rstrip(",.;"), "object", False, False, False, "", "")
        return Theme("", "abstract", False, False, False, "", "any")
    lex = lexicon()
    thing = _thing(words_of(text.split(",")[0]))
    kind, meaning = _kind(thing), _meaning(thing)
    if meaning and (kind == "object" or (meaning == "genre" and kind not in ("person", "creature"))):
        kind = "abstract"
    ends = words[-1] in _ENDING_VERBS or (words[-1].endswith("ing") and _is_verb(words[-1]))
    acting = len(words) > 1 and (any(map(_is_verb, words[:-1])) or ends)
    figure = _figure(words, thing, kind)
    if figure:
        kind = "person"
    placed = kind not in ("place", "element") and any(w in lex.prepositions for w in words[1:-1])
    stage = next((name for name, known in lex.times.items() if known & set(words)), "")
    meaning = meaning if kind == "abstract" else ""
    return Theme(text.strip().rstrip(",.;"), kind, placed, acting, _plural(thing), stage, meaning, figure)


def chapters_of(theme: str) -> tuple[str, ...]:
    """Return the theme's sentences, each short enough to open a prompt; at least one, maybe empty.

    A theme of several sentences is a story: its sentences follow one another through the song. A sentence of more than
    `THEME_TOKENS` tokens is cut after its last clause, or word, that fits.
    """
    return tuple(_shorten(sentence) for sentence in sentences_of(theme)) or ("",)


def sentences_of(theme: str) -> tuple[str, ...]:
    """Return the theme's sentences, whole, in any script; none for an empty theme."""
    return tuple(sentence for part in _SENTENCE_ENDS.split(theme) if (sentence := part.strip()))


def translate_theme(theme: str) -> tuple[str, tuple[str, ...]]:
    """Return a Korean theme in English, as far as the word list goes, and the Korean words it does not know.

    Modifiers go before their noun and the last noun comes first, since Korean names the main thing last; what belongs
    to something (`의`) is joined to it. Words that are not known follow as they were typed. A theme without Hangul
    comes back as it is, and so does one of which nothing is known.
    """
    if not _HANGUL.search(theme):
        return theme, ()
    adjectives: list[str] = []
    nouns: list[str] = []
    unknown: list[str] = []
    owner = ""
    for word in _PIECES.findall(_FALLING.sub(r"\1\2", theme)):
        english = _translate_word(word) if _HANGUL.match(word) else word if _LATIN.search(word) else None
        if english is None:
            unknown += [] if word in lexicon().korean_particles else [word]
        elif _owns(word):
            named = english[0].isupper()
            owner = _owned(owner, english if named else _modified(english, adjectives))
            adjectives = adjectives if named else []
        elif english in lexicon().korean_adjectives:
            adjectives.append(english)
        else:
            nouns.append(_owned(owner, _modified(english, adjectives)))
            adjectives, owner = [], ""
    nouns += [owner] if owner else []
    nouns += [" ".join(adjectives)] if adjectives else []
    if not nouns:
        return theme, tuple(unknown)
    # What nobody here can translate is not lost: models that know more languages read it as it was typed.
    return ", ".join([*reversed(nouns), *([" ".join(unknown)] if unknown else [])]), tuple(unknown)


def lyric_image(lyrics: str, theme: str) -> str:
    """Return something the lyrics name that can be drawn, or an empty text; never what the theme names already."""
    known = lexicon().lyric_images
    named = {known.get(word) for word in words_of(theme)}
    found = [known[word] for word in words_of(lyrics) if word in known and known[word] not in named]
    return max(found, key=lambda image: (found.count(image), -found.index(image))) if found else ""


def words_of(text: str) -> list[str]:
    """Return a text's words in lower case, without networks, weights and brackets; Korean words without particles."""
    plain = _PLUMBING.sub(" ", text).lower()
    words = _WORDS.findall(plain)
    return [_stem(word) if _HANGUL.match(word) else word for word in words]


def _thing(words: list[str]) -> list[str]:
    """Return the words before the first preposition, verb or relative pronoun: the thing itself."""
    lex = lexicon()
    stops = (
        lex.prepositions | {"who", "that", "which", "of", "with", "and", "after", "without", "until", "like"} | _LINKS
    )
    for index, word in enumerate(words):
        if word == "home" and index and _is_verb(words[index - 1]):
            return words[:index]
        if index and (word in stops or (word in lex.verbs and index + 1 < len(words))):
            return words[:index]
    return words


def _kind(thing: list[str]) -> str:
    kinds = lexicon().kinds
    for word in reversed(thing):
        for name, nouns in kinds.items():
            if word in nouns or _singular(word) in nouns:
                return name
    return "object"


def _figure(words: list[str], thing: list[str], kind: str) -> str:
    """Return whom to show for a line of a song: who is spoken of, or somebody who says it or does it.

    A story's *she opens a door* needs nobody else: who she is was said before.
    """
    lex = lexicon()
    subject = next((word for word in words[:3] if word in lex.figures), "")
    told = subject in ("she", "he") and any(word in lex.verbs for word in words)
    if subject:
        return "" if told else lex.figures[subject]
    doing = words[0].endswith("ing") and _is_verb(words[0]) and len(thing) == 1
    said = len(words) > 1 and words[0] not in _NAMING and bool(lex.spoken & set(words))
    heard = said and (words[0] in lex.spoken or kind == "object")
    return "a lone figure" if heard or (doing and kind == "object") else ""


def _is_verb(word: str) -> bool:
    lex = lexicon()
    return word in lex.verbs or (word.endswith("ing") and len(word) > 4 and word not in lex.not_verbs)


def _plural(thing: list[str]) -> bool:
    last = thing[-1] if thing else ""
    return last in ("people", "children", "crowd") or (last.endswith("s") and not last.endswith("ss"))


def _meaning(thing: list[str]) -> str:
    """Return what a bare abstract noun means; `a lonely lighthouse` is a lighthouse."""
    lex = lexicon()
    if lex.motif_words["genre"] & set(thing):
        return "genre"
    last = thing[-1] if thing else ""
    known = next((meaning for meaning, words in lex.motif_words.items() if last in words), "")
    return known or ("any" if len(last) > 6 and last.endswith(lex.abstract_endings) else "")


def _singular(word: str) -> str:
    for ending, instead in (("ves", "f"), ("ies", "y"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word.removesuffix("s")


def _shorten(sentence: str) -> str:
    if not _is_long(sentence):
        return sentence
    ends = [match.start() for match in _CLAUSE_ENDS.finditer(sentence)]
    for end in reversed(ends):
        if not _is_long(sentence[:end]):
            return sentence[:end].strip()
    clause = sentence[: ends[0]] if ends else sentence
    words = clause.split()
    while len(words) > 1 and (_is_long(" ".join(words)) or words[-1].lower() in _LOOSE):
        words.pop()
    # A script without blanks has no words to leave out; some of its letters are better than none.
    bare = " ".join(words)
    return bare[:_ALWAYS].rstrip() if _is_long(bare) else bare


def _is_long(text: str) -> bool:
    return len(text) > _ALWAYS and estimate_tokens(text) > THEME_TOKENS


#: Words that a cut must not leave at the end.
_LOOSE = frozenset(
    ["a", "an", "the", "of", "and", "or", "to", "in", "on", "at", "with", "for", "by", "from", "into", "that", "who"]
)


def _stem(word: str) -> str:
    known = lexicon()
    if word in known.korean or word in known.lyric_images:
        return word
    for particle in sorted(known.korean_particles, key=len, reverse=True):
        stem = word.removesuffix(particle)
        if stem and stem != word and (stem in known.korean or stem in known.lyric_images):
            return stem
    return word


def _translate_word(word: str) -> str | None:
    return lexicon().korean.get(_stem(word))


def _owns(word: str) -> bool:
    """Return whether a Korean word says that the next noun belongs to it."""
    return word.endswith("의") and word not in lexicon().korean and word.removesuffix("의") in lexicon().korean


def _owned(owner: str, noun: str) -> str:
    """Return `a grandmother's sea`, `night in Seoul` or `the end of love`."""
    if not owner:
        return noun
    kind = _kind(words_of(owner))
    if kind in ("person", "creature"):
        return f"{owner}'s {_ARTICLE.sub('', noun)}"
    among = kind == "place" and (
        owner[0].isupper() or _kind(words_of(noun)) in ("person", "creature", "place", "element")
    )
    return f"{noun} {'in' if among else 'of'} {owner}"


def _modified(noun: str, adjectives: list[str]) -> str:
    """Return `a lonely lighthouse` for `a lighthouse` and [`lonely`]."""
    if not adjectives:
        return noun
    article, _, rest = noun.partition(" ")
    if article not in ("a", "an", "the"):
        return " ".join([*adjectives, noun])
    if article == "the":
        return " ".join(["the", *adjectives, rest])
    return " ".join(["an" if adjectives[0][0] in "aeiou" else "a", *adjectives, rest])
