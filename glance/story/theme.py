"""Reads a person's theme just closely enough to build pictures around it: never changes its words.

The reading is a lexicon's, not a language model's: which kind of thing is named, whether the words already say where
it is, what it does and at what time of day. What is not known counts as an object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from glance.story.korean.analysis import noun_of
from glance.story.korean.phrases import translate
from glance.story.languages import says_something
from glance.story.lexicon import load_lexicon
from glance.story.prompt_text import estimate_tokens

#: What a theme may take of a prompt; the rest of CLIP's 75 tokens shows where it is, how it is lit, and the style.
THEME_TOKENS = 22
#: Letters that a prompt always has room for: other scripts cost several tokens a letter, and say as much in fewer.
_ALWAYS = 40
_HANGUL = re.compile(r"[가-힣]+")
_PLUMBING = re.compile(r"<[^<>]*>|:\s*[0-9.]+|[()\[\]{}]")
_WORDS = re.compile(r"[a-zß-ɏ]+(?:'[a-zß-ɏ]+)?|[가-힣]+")


#: Words beside prepositions of place that end the name of a thing.
_SENTENCE_ENDS = re.compile(r"(?<=[^\d.])[.!?]+(?=\s|$)|[\n;。！？｡؟۔।॥]+")
_CLAUSE_ENDS = re.compile(r"[,，、،]")
#: What somebody makes or says, so that whose it is can be seen: an astronaut's letter shows the astronaut.
_MADE = frozenset(
    [
        "letter",
        "letters",
        "song",
        "songs",
        "diary",
        "dream",
        "dreams",
        "prayer",
        "story",
        "photograph",
        "postcard",
        "poem",
        "promise",
        "goodbye",
        "farewell",
        "wish",
        "secret",
        "memory",
        "memories",
        "lullaby",
        "message",
        "confession",
        "dance",
        "last",
        "words",
    ]
)
#: What happens between two people, so that they are what can be seen.
_BETWEEN_TWO = {
    "goodbye": "two people parting", "farewell": "two people parting", "parting": "two people parting",
    "promise": "two people with linked little fingers", "vow": "two people hand in hand",
    "reunion": "two people running to each other", "confession": "two people facing each other",
}  # fmt: skip
#: Words that say how somebody does what a theme begins with: `dancing alone`.
_MANNER = frozenset(["alone", "together", "slowly", "home", "away", "again", "forever", "softly", "barefoot"])
#: Qualities that stand before a noun, so that a verb in -ing behind them is one as well: `a small dancing robot`.
_QUALITIES = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "old",
        "young",
        "small",
        "big",
        "lonely",
        "last",
        "first",
        "little",
        "tiny",
        "lost",
    ]
)
_DETERMINERS = frozenset(
    ["a", "an", "the", "my", "your", "his", "her", "our", "their", "this", "that", "no", "every", "all"]
)
#: `3 am`, `midnight hour`: an hour and the part of the day that it is.
_HOUR = re.compile(r"\b(\d{1,2})(?::\d\d)?\s?([ap])\.?m\b|\b(one|two|three|four|five) in the morning\b|\bat night\b")
_NIGHT_HOURS = {"a": range(1, 5), "p": range(9, 12)}
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
    words = [word.removesuffix("'s") if word.endswith("'s") and len(word) > 4 else word for word in words_of(text)]
    if not words:
        if says_something(text):
            return Theme(text.strip().rstrip(",.;"), "object", False, False, False, "", "")
        return Theme("", "abstract", False, False, False, "", "any")
    lex = load_lexicon()
    owner, thing = _owner_and_thing(words_of(text.split(",")[0]))
    kind, meaning = _kind(thing), _meaning(thing)
    if meaning and (kind == "object" or (meaning == "genre" and kind not in ("person", "creature"))):
        kind = "abstract"
    does = any(_does(words, index) for index in range(2, len(words)))
    ends = words[-1] in _ENDING_VERBS or (words[-1].endswith("ing") and _is_verb(words[-1]))
    acting = len(words) > 1 and (any(map(_is_verb, words[:-1])) or ends or does)
    figure = _maker(owner, thing) or _figure(words, thing, kind)
    if figure:
        kind = "person"
    placed = kind not in ("place", "element") and any(w in lex.prepositions for w in words[1:-1])
    over = bool({"stopped", "ended", "over"} & set(words))
    stage = _hour(text) or next((name for name, known in lex.times.items() if known & set(words) and not over), "")
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
    """Return a Korean theme in English, as far as it can be read, and the words that cannot; sentence by sentence.

    A theme without Hangul comes back as it is, and so does one of which nothing can be read.
    """
    if not _HANGUL.search(theme):
        return theme, ()
    told = [translate(sentence) for sentence in sentences_of(theme)]
    return ". ".join(english for english, _ in told), tuple(word for _, unknown in told for word in unknown)


def words_of(text: str) -> list[str]:
    """Return a text's words in lower case, without networks, weights and brackets; Korean words without particles."""
    plain = _PLUMBING.sub(" ", text).lower()
    words = _WORDS.findall(plain)
    return [noun_of(word) if _HANGUL.match(word) else word for word in words]


def _hour(text: str) -> str:
    """Return the time of day of an hour: `3 am` is night."""
    match = _HOUR.search(text.lower())
    if match is None:
        return ""
    if match[1] is None:
        return "night"
    hour, half = int(match[1]), match[2]
    if hour in _NIGHT_HOURS[half] or (hour, half) == (12, "a"):
        return "night"
    return {"a": "dawn" if hour < 8 else "morning", "p": "noon" if hour in (12, 1, 2) else "golden"}[half]


def _owner_and_thing(words: list[str]) -> tuple[str, list[str]]:
    """Return whose a thing is, and the thing: `an astronaut's last letter home` is (`astronaut`, [last, letter])."""
    thing = _thing(words)
    place = next((index for index, word in enumerate(thing) if word.endswith("'s") and len(word) > 4), -1)
    owner = thing[place].removesuffix("'s") if place >= 0 else ""
    owned = thing[place + 1 :] or [owner]
    # `home` behind a noun is a way, not a house.
    if len(owned) > 1 and owned[-1] == "home" and owned[-2] not in _QUALITIES:
        owned = owned[:-1]
    return owner, owned if place >= 0 else thing


def _maker(owner: str, thing: list[str]) -> str:
    """Return who made the thing, where it is one that somebody makes: he or she is what can be seen."""
    kinds = load_lexicon().kinds
    if owner in kinds["person"] and thing and thing[-1] in _MADE:
        return f"the {owner}"
    return ""


def _thing(words: list[str]) -> list[str]:
    """Return the words before the first preposition, verb or relative pronoun: the thing itself."""
    lex = load_lexicon()
    stops = (
        lex.prepositions | {"who", "that", "which", "of", "with", "and", "after", "without", "until", "like"} | _LINKS
    )
    for index, word in enumerate(words):
        if word == "home" and index and _is_verb(words[index - 1]):
            return words[:index]
        if index > 1 and _does(words, index):
            return words[:index]
        if index and (word in stops or (word in lex.verbs and index + 1 < len(words))):
            return words[:index]
    return words


def _does(words: list[str], index: int) -> bool:
    """Return whether a word behind a noun is its verb: `a train leaving`, `a robot waters the flower`."""
    word, before = words[index], words[index - 1]
    following = words[index + 1] if index + 1 < len(words) else ""
    if before in _QUALITIES or before.endswith("'s"):
        return False
    leaving = word.endswith("ing") and len(word) > 4 and word not in load_lexicon().not_verbs
    return leaving or (word.endswith("s") and not word.endswith("ss") and following in _DETERMINERS)


def _kind(thing: list[str]) -> str:
    kinds = load_lexicon().kinds
    for word in reversed(thing):
        for name, nouns in kinds.items():
            if word in nouns or singular(word) in nouns:
                return name
    return "object"


def _figure(words: list[str], thing: list[str], kind: str) -> str:
    """Return whom to show for a line of a song: who is spoken of, or somebody who says it or does it.

    A story's *she opens a door* needs nobody else: who she is was said before.
    """
    lex = load_lexicon()
    subject = next((word for word in words[:3] if word in lex.figures), "")
    told = subject in ("she", "he") and any(word in lex.verbs for word in words)
    if subject:
        return "" if told else lex.figures[subject]
    manner = [word for word in thing[1:] if word not in _MANNER]
    doing = words[0].endswith("ing") and _is_verb(words[0]) and not manner
    if doing and "together" in thing:
        return "two people"
    if thing and thing[-1] in _BETWEEN_TWO and len(words) > 1:
        return _BETWEEN_TWO[thing[-1]]
    said = len(words) > 1 and words[0] not in _NAMING and bool(lex.spoken & set(words))
    heard = said and (words[0] in lex.spoken or kind == "object")
    return "a lone figure" if heard or (doing and kind in ("object", "abstract")) else ""


def _is_verb(word: str) -> bool:
    lex = load_lexicon()
    return word in lex.verbs or (word.endswith("ing") and len(word) > 4 and word not in lex.not_verbs)


def _plural(thing: list[str]) -> bool:
    last = thing[-1] if thing else ""
    return last in ("people", "children", "crowd") or (last.endswith("s") and not last.endswith("ss"))


def _meaning(thing: list[str]) -> str:
    """Return what a bare abstract noun means; `a lonely lighthouse` is a lighthouse."""
    lex = load_lexicon()
    if lex.motif_words["genre"] & set(thing):
        return "genre"
    last = thing[-1] if thing else ""
    known = next((meaning for meaning, words in lex.motif_words.items() if last in words), "")
    return known or ("any" if len(last) > 6 and last.endswith(lex.abstract_endings) else "")


def singular(word: str) -> str:
    """Return an English noun in the singular, as far as its ending tells."""
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
