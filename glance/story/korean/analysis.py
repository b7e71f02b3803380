"""Takes Korean text apart into words with their English, and says which of them it cannot read.

The dictionary's own forms come first. What they do not hold is given to kiwipiepy, a morphological analyser, where it
is installed: it finds stems under rarer endings, and tells grammar, which nobody need be warned of, from words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from glance.story.korean.conjugation import END, FUTURE, LINK, NOUN, PAST, PRESENT, forms_of
from glance.story.korean.dictionary import Dictionary, adjective_forms, load_dictionary, verb_forms

_PIECES = re.compile(r"[가-힣]+|[A-Za-z0-9À-ɏ'<>:.()\-]+|[,，、]|[^\s가-힣A-Za-z0-9À-ɏ'<>:.()\-,!?，、]+")
_HANGUL = re.compile(r"[가-힣]+")
_LATIN = re.compile(r"[A-Za-z0-9À-ɏ]")
#: Verbs that help another one, and what they add to it.
_HELPERS = {
    "싶": "want",
    "있": "",
    "않": "not",
    "못하": "cannot",
    "주": "",
    "버리": "",
    "두": "",
    "놓": "",
    "가": "",
    "오": "",
    "보": "",
}
#: Of these the ones that also stand behind `-고` and `-지`.
_BEHIND_LINKS = frozenset({"싶", "있", "않", "못하"})
#: kiwipiepy's tags of grammar: particles, endings, bound nouns, helping verbs, copula, signs.
_GRAMMAR = ("J", "E", "NNB", "NR", "VX", "VC", "S", "X", "MM", "MAJ", "IC")
_ENDINGS = {"는": PRESENT, "ᆫ": PAST, "은": PAST, "던": PAST, "ᆯ": FUTURE, "을": FUTURE}


@dataclass(frozen=True)
class Word:
    """A word of a text.

    Attributes:
        kind: noun, verb, adjective, adverb, determiner, numeral, counter, latin, comma or unknown.
        text: As it was typed; of verbs and adjectives the stem.
        english: In English; empty for verbs, whose forms the dictionary has, and for what is not known.
        use: What a verb or an adjective does: one of the uses of `conjugation`.
        role: What the particle says of a noun: subject, object, topic, of, and, at ...; empty without one.
        relation: Preposition of a noun of place that follows a noun, such as `under`; empty without one.
        plural: Whether it is more than one.
        mood: `want`, `not` or `cannot` of a helping verb, else empty.
    """

    kind: str
    text: str
    english: str = ""
    use: str = ""
    role: str = ""
    relation: str = ""
    plural: bool = False
    mood: str = ""


def words_in(text: str) -> tuple[Word, ...]:
    """Return the words of a text; those that cannot be read have the kind `unknown`, grammar is left out."""
    for several, one in load_dictionary().phrases.items():
        text = text.replace(several, one)
    pieces = _PIECES.findall(text)
    found: list[Word] = []
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else ""
        found += _read(piece, found[-1] if found else None, following)
    found = _without_grammar(text, found) if any(word.kind == "unknown" for word in found) else found
    return tuple(_helped(_counted(_related(found))))


def noun_of(word: str) -> str:
    """Return the noun that a word is, without its particles; the word itself where it is none."""
    read = _as_noun(word)
    return word if read is None else read.text


def _read(piece: str, before: Word | None, following: str) -> list[Word]:
    if not _HANGUL.match(piece):
        kind = "comma" if piece in ",，、" else "latin" if _LATIN.search(piece) else "unknown"
        return [Word(kind, piece, piece)]
    noun, verb = _as_noun(piece), _as_verb(piece)
    small = _as_counter(piece, before) or _as_small(piece, before, following)
    if small is not None:
        return [small]
    if noun is not None and verb is not None:
        # `나는`: I, or flying. In front of a noun, and behind what is flown through, it is the verb.
        tells = verb.use in (PRESENT, PAST, FUTURE) and _begins_noun(following)
        behind = before is not None and before.kind == "noun" and before.role in ("object", "at", "in", "subject", "")
        return [verb] if tells and (noun.role != "" and behind) else [noun]
    if noun is not None or verb is not None:
        return [noun or verb or Word("unknown", piece)]
    return _as_two(piece) or [Word("unknown", piece)]


def _as_counter(piece: str, before: Word | None) -> Word | None:
    """Return what things are counted by, behind a numeral: `장`, `마리의`, `시에`."""
    return _counter_in(piece) if before is not None and before.kind == "numeral" else None


def _counter_in(piece: str) -> Word | None:
    known = load_dictionary()
    for counter in sorted(known.counters, key=len, reverse=True):
        rest = piece.removeprefix(counter)
        if piece.startswith(counter) and (not rest or rest in known.particles):
            return Word("counter", counter, role=known.particles[rest] if rest else "")
    return None


def _as_small(piece: str, before: Word | None, following: str) -> Word | None:
    """Return a word without endings: a determiner, a numeral or an adverb, where its neighbors let it be one."""
    known = load_dictionary()
    noun_follows = _begins_noun(following)
    after_noun = before is not None and before.kind == "noun" and not before.role
    if piece in known.relations and after_noun and not noun_follows:
        return None
    if piece in known.determiners and noun_follows and not (after_noun and piece in ("온", "이")):
        behind_args = before is not None and before.kind == "noun" and before.role in ("at", "in", "from", "subject")
        if not (piece == "온" and behind_args):
            return Word("determiner", piece, known.determiners[piece])
    if piece in known.numerals and (noun_follows or _counter_in(following) is not None):
        return Word("numeral", piece, known.numerals[piece])
    if piece in known.adverbs and piece not in known.nouns and not (piece in known.relations and after_noun):
        return Word("adverb", piece, known.adverbs[piece])
    return None


def _begins_noun(piece: str) -> bool:
    return bool(piece) and (_as_noun(piece) is not None or piece in load_dictionary().determiners or _adjectival(piece))


def _adjectival(piece: str) -> bool:
    return piece in adjective_forms() and adjective_forms()[piece][1] in (PRESENT, PAST)


@functools.lru_cache(maxsize=4096)
def _as_noun(piece: str) -> Word | None:
    """Return the noun with its particles; the longest noun wins, two nouns may be joined."""
    known = load_dictionary()
    for length in range(len(piece), 0, -1):
        noun, rest = piece[:length], piece[length:]
        english = known.nouns.get(noun) or (known.times.get(noun) and noun) or (noun == "것" and "것") or ""
        relation = known.relations.get(noun, "") if not english else ""
        tail = _tail(rest, known)
        if (english or relation) and tail is not None:
            return replace(tail, text=noun, english=str(english), relation=tail.relation or relation)
    for length in range(len(piece) - 1, 0, -1):
        first, rest = known.nouns.get(piece[:length]), piece[length:]
        second = _as_noun(rest) if first and len(piece) > 2 else None
        if first and second is not None and second.english and len(second.text) > 1:
            return replace(second, text=piece[:length] + second.text, english=joined(first, second.english))
    return None


def _tail(rest: str, known: Dictionary) -> Word | None:
    """Return what stands behind a noun; None where it is no particle."""
    plural = rest.startswith("들") and (rest == "들" or rest[1:] in known.particles)
    rest = rest[1:] if plural else rest
    if not rest or rest in known.particles:
        role = known.particles[rest] if rest else ""
        return Word("noun", "", role="" if role == "plural" else role, plural=plural or role == "plural")
    for noun, preposition in known.relations.items():
        particle = rest[len(noun) :]
        if rest.startswith(noun) and (not particle or particle in known.particles):
            role = known.particles[particle] if particle else ""
            return Word("noun", "", role=role, relation=preposition, plural=plural)
    return None


def _as_verb(piece: str) -> Word | None:
    if piece in adjective_forms():
        stem, use = adjective_forms()[piece]
        return Word("adjective", stem, load_dictionary().adjectives[stem].english, PRESENT if use == PAST else use)
    if piece in verb_forms():
        stem, use = verb_forms()[piece]
        return Word("verb", stem, use=use)
    if piece in _helper_forms():
        stem, use = _helper_forms()[piece]
        return Word("verb", stem, use=use)
    return None


def _as_two(piece: str) -> list[Word]:
    """Return a noun and a verb that are written as one word: `비오는`."""
    for length in range(1, len(piece) - 1):
        noun, verb = _as_noun(piece[:length]), _as_verb(piece[length:])
        if noun is not None and noun.english and verb is not None:
            return [noun, verb]
    return []


@functools.cache
def _helper_forms() -> dict[str, tuple[str, str]]:
    return {form: (stem, use) for stem in ("싶", "않", "못하") for form, use in _forms(stem)}


def _forms(stem: str) -> Sequence[tuple[str, str]]:
    adnominal = [("싶은", PRESENT)] if stem == "싶" else [(f"{stem}는", PRESENT)]
    return [*forms_of(stem, "", adjective=False), *adnominal]


def _related(words: Sequence[Word]) -> list[Word]:
    """Join a noun and the noun of place behind it: `얼음 밑의`."""
    found: list[Word] = []
    for word in words:
        last = found[-1] if found else None
        if word.kind == "noun" and not word.english and word.relation:
            if last is not None and last.kind == "noun" and last.role in ("", "of"):
                found[-1] = replace(last, role=word.role or "at", relation=word.relation)
            continue
        found.append(word)
    return found


def _counted(words: Sequence[Word]) -> list[Word]:
    """Take counters out: `사진 한 장`, `두 마리의 고양이`; the numeral goes before its noun."""
    found: list[Word] = []
    for word in words:
        if word.kind != "counter":
            found.append(word)
            continue
        if word.text == "시":
            _tell_hour(found, word)
        elif len(found) > 1 and found[-2].kind == "noun" and not found[-2].role:
            found[-2:] = [found[-1], replace(found[-2], role=word.role)]
    return found


def _tell_hour(found: list[Word], word: Word) -> None:
    """Turn `새벽 세 시` into three in the morning."""
    hour = found.pop().english
    part = found[-1].text if found and found[-1].kind == "noun" and not found[-1].role else ""
    when = {"새벽": "in the morning", "아침": "in the morning", "밤": "at night", "저녁": "at night"}.get(part, "")
    if when:
        found.pop()
    found.append(replace(word, kind="noun", english=f"{hour} {when}" if when else f"{hour} o'clock"))


def _helped(words: Sequence[Word]) -> list[Word]:
    """Join verbs with their helping verbs: `잊지 못하는`, `보고 싶은`, `웃고 있는`."""
    found: list[Word] = []
    for word in words:
        last = found[-1] if found else None
        helps = word.kind == "verb" and word.text in _HELPERS and last is not None and last.kind == "verb"
        if helps and last is not None and (last.use == END or (last.use == LINK and word.text in _BEHIND_LINKS)):
            found[-1] = replace(last, use=word.use, mood=_HELPERS[word.text] or last.mood)
        else:
            found.append(word)
    return found


def _without_grammar(text: str, words: list[Word]) -> list[Word]:
    """Return the words with those read that only the analyser can read, and without its grammar."""
    analyser = _analyser()
    if analyser is None:
        return words
    tokens = analyser.tokenize(text)
    found: list[Word] = []
    for word in words:
        if word.kind != "unknown" or not _HANGUL.match(word.text):
            found.append(word)
            continue
        begin = text.find(word.text)
        inside = [token for token in tokens if begin <= token.start < begin + len(word.text)]
        found += _from_tokens(inside, word)
    return found


def _from_tokens(tokens: Sequence[Any], word: Word) -> list[Word]:
    found: list[Word] = []
    for token in tokens:
        form, tag = str(token.form), str(token.tag)
        last = found[-1] if found else None
        ended = _ended(last, form, tag) if last is not None else None
        if ended is not None:
            found[-1] = ended
        elif not tag.startswith(_GRAMMAR):
            found.append(_from_stem(form, tag))
    # What a name or a slang word is made of says less than the word itself.
    return [word] if found and all(part.kind == "unknown" for part in found) else found


def _from_stem(form: str, tag: str) -> Word:
    known = load_dictionary()
    if tag.startswith("NN") and form in known.nouns:
        return Word("noun", form, known.nouns[form])
    if tag.startswith("VV") and form in known.verbs:
        return Word("verb", form, use=LINK)
    if tag.startswith("VA") and form in known.adjectives:
        return Word("adjective", form, known.adjectives[form].english, PRESENT)
    return Word("unknown", form)


def _ended(last: Word, form: str, tag: str) -> Word | None:
    """Return a word with the ending, the particle or the suffix that a token is; None where it is none of its."""
    if tag == "XSV" and last.text + form in load_dictionary().verbs:
        return Word("verb", last.text + form, use=LINK)
    if tag.startswith("J") and last.kind == "noun":
        return replace(last, role=load_dictionary().particles.get(form, ""))
    uses = {"ETM": _ENDINGS.get(form, PRESENT), "EF": END, "ETN": NOUN}
    return replace(last, use=uses[tag]) if tag in uses and last.kind == "verb" else None


@functools.cache
def _analyser() -> Any | None:
    """Return the analyser, loaded when a text first needs it (half a second); None where it is not installed."""
    try:
        from kiwipiepy import Kiwi

        return Kiwi(num_workers=1)
    except Exception:  # noqa: BLE001 - whatever keeps an optional library from loading, the dictionary is there
        return None


def joined(first: str, second: str) -> str:
    """Return two nouns as one: `night` and `a train` become `a night train`."""
    bare = re.sub(r"^(?:an?|the) ", "", first)
    article, _, rest = second.partition(" ")
    if article in ("a", "an"):
        return f"{'an' if bare[0] in 'aeiou' else 'a'} {bare} {rest}"
    return f"the {bare} {rest}" if article == "the" else f"{bare} {second}"
