"""Puts Korean words into English order: clauses before a noun behind it, owners, places, times, what is done.

Korean names the main thing last; what stands before it says more of it. The grammar is that of titles and lyrics: a
noun with clauses before it, sentences that end in a verb, clauses that are linked to them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from glance.story.korean.analysis import Word, joined, words_in
from glance.story.korean.conjugation import END, FUTURE, LINK, NOUN, PAST, PRESENT
from glance.story.korean.dictionary import load_dictionary
from glance.story.korean.usage import (
    AT,
    DONE,
    FALLING,
    MOTION,
    PEOPLE,
    PICTURES,
    PLACES,
    PRONOUNS,
    SEEN,
    THROUGH,
    TIMES,
    TRANSITIVE,
    WEATHER,
)

_HANGUL = re.compile(r"[가-힣]+")
_ARTICLE = re.compile(r"^(?:an?|the) ")


@dataclass
class _Clause:
    """What stands before a verb, as it comes."""

    subject: str = ""
    object: str = ""
    places: list[str] = field(default_factory=list)
    adverbs: list[str] = field(default_factory=list)
    verb: Word | None = None

    def empty(self) -> bool:
        return not (self.subject or self.object or self.places or self.adverbs)

    def tail(self) -> str:
        return " ".join(part for part in (self.object, *self.places, *self.adverbs) if part)


@dataclass
class _State:
    """What has been read and waits for what follows."""

    clause: _Clause = field(default_factory=_Clause)
    before: list[str] = field(default_factory=list)
    relative: _Clause | None = None
    owner: str = ""
    around: list[str] = field(default_factory=list)
    first: str = ""
    bare: str = ""
    said: list[str] = field(default_factory=list)
    count: str = ""
    linked: list[str] = field(default_factory=list)


def translate(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text in English, as far as it can be read, and the words that cannot.

    Words that cannot be read follow as they were typed; a text without Hangul comes back as it is, and so does one of
    which nothing can be read.
    """
    if not _HANGUL.search(text):
        return text, ()
    words = words_in(text)
    unknown = tuple(word.text for word in words if word.kind == "unknown")
    told = [part for part in map(_phrase, _split(words)) if part]
    if not told:
        return text, unknown
    return ", ".join([*told, *([" ".join(unknown)] if unknown else [])]), unknown


def _split(words: Sequence[Word]) -> list[list[Word]]:
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.kind == "comma":
            parts.append([])
        elif word.kind != "unknown":
            parts[-1].append(word)
    return [part for part in parts if part]


def _phrase(words: Sequence[Word]) -> str:
    state = _State()
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else None
        if word.kind in ("noun", "latin"):
            _take_noun(state, word, following)
        elif word.kind == "verb":
            # `고래를 찾아 떠나는`: in front of another verb this is how, not the end.
            linked = word.use == END and following is not None and following.kind == "verb"
            _take_verb(state, replace(word, use=LINK) if linked else word)
        elif word.kind == "adjective":
            _take_adjective(state, word)
        elif word.kind == "adverb" and word.english:
            state.clause.adverbs.append(word.english)
        elif word.kind == "numeral":
            state.count = word.english
        elif word.kind == "determiner":
            state.before.append(word.english)
    return _closed(state)


def _take_adjective(state: _State, word: Word) -> None:
    if word.use not in (PRESENT, FUTURE, PAST):
        if word.use == LINK and word.english:
            state.before.append(word.english)
        elif state.clause.subject or state.bare:
            subject = state.clause.subject or state.bare
            state.said.append(f"{subject} that is {word.english}")
            state.clause, state.bare = _Clause(), ""
        return
    state.before.append(word.english)


def _take_noun(state: _State, word: Word, following: Word | None) -> None:
    known = load_dictionary()
    if word.text in known.times and state.relative is not None and word.text not in known.nouns:
        _take_time(state, known.times[word.text])
        return
    if word.text == "것":
        _take_thing(state)
        return
    if not word.english or (word.text in known.times and word.text not in known.nouns):
        return
    noun = _noun(state, word, following)
    if word.relation:
        noun = f"{word.relation} {noun}"
    _place_noun(state, noun, word, following)


def _noun(state: _State, word: Word, following: Word | None) -> str:
    """Return the noun with what stands before it; a clause waits for the last noun of a chain, a time has its own."""
    noun = word.english
    chained = word.role == "of" or (word.role == "" and not word.relation and _is_noun(following))
    # A time has its own clause; a mere quality (`불타는 도시의`, `비 오는 골목의`) is its noun's.
    clause = state.relative
    at_a_time = following is not None and _head(following.english) in TIMES
    weather = clause is not None and clause.subject in WEATHER and not at_a_time
    near = clause is not None and (weather or not (clause.subject or clause.tail()))
    waits = chained and not (word.role == "of" and (near or _head(noun) in TIMES))
    if state.bare:
        noun, state.bare = _compound(state.bare, noun), ""
    noun = _with_adjectives(noun, state.before)
    state.before = []
    noun = _numbered(noun, state.count, plural=word.plural)
    state.count = ""
    if state.owner:
        noun, state.owner = _owned(state.owner, noun), ""
    if state.around and not chained:
        noun, state.around = " ".join([noun, *state.around]), []
    if state.relative is not None and not waits:
        noun, state.relative = _relative(noun, state.relative), None
    if state.first and word.role not in ("and", "of"):
        noun, state.first = f"{state.first} and {noun}", ""
    return noun


def _is_noun(word: Word | None) -> bool:
    return word is not None and word.kind in ("noun", "latin")


def _place_noun(state: _State, noun: str, word: Word, following: Word | None) -> None:
    clause, role = state.clause, word.role
    if role == "of" and word.relation:
        state.around.append(noun)
    elif role == "of":
        state.owner = noun
    elif role == "and":
        state.first = f"{state.first} and {noun}" if state.first else noun
    elif word.relation:
        clause.places.append(noun)
    elif role in ("subject", "topic"):
        clause.subject = noun
    elif role == "object":
        clause.object = noun
    elif role:
        clause.places.append(_placed(noun, role, following))
    else:
        _place_bare(state, noun, following)


def _place_bare(state: _State, noun: str, following: Word | None) -> None:
    """Place a noun without a particle: what falls falls by itself, what is found is found by somebody."""
    if following is None or following.kind != "verb":
        state.bare = noun
    elif following.text in TRANSITIVE:
        state.clause.object = noun
    else:
        state.clause.subject = noun


def _placed(noun: str, role: str, following: Word | None) -> str:
    head = _head(noun)
    if role in ("at", "in"):
        moves = following is not None and following.kind == "verb" and following.text in MOTION and role == "in"
        return f"{'from' if moves else AT.get(head, 'in')} {noun}"
    if role == "to":
        return f"{'in' if noun in ('watercolor', 'oil painting', 'black and white') else 'to'} {noun}"
    return f"{'to' if role == 'for' else role} {noun}"


def _take_verb(state: _State, word: Word) -> None:
    clause = state.clause
    if word.text == "타" and clause.object:
        word = replace(word, text="타고가")
    clause.verb = word
    if state.first:
        clause.places.append(f"with {state.first}")
        state.first = ""
    if clause.object and word.text in THROUGH:
        clause.places.insert(0, f"{THROUGH[word.text]} {clause.object}")
        clause.object = ""
    if state.bare:
        clause.subject, state.bare = clause.subject or state.bare, ""
    if word.use in (PRESENT, PAST, FUTURE):
        # `버스를 타고 떠나는`: what is done beside the verb belongs to it.
        clause.adverbs += state.linked
        state.linked = []
        if state.relative is not None:
            state.said.append(_doing(state.relative))
        state.relative, state.clause = clause, _Clause()
        return
    state.clause = _Clause()
    if word.use == LINK and not clause.subject:
        state.linked.append(_doing(clause))
        return
    state.said += [*state.linked, _sentence(clause)]
    state.linked = []
    if word.use == NOUN:
        state.bare = state.said.pop()


def _take_time(state: _State, conjunction: str) -> None:
    """A clause that says when: `비가 그친 후에`."""
    clause, state.relative = state.relative, None
    if clause is not None:
        told = _sentence(clause) if clause.subject else f"I {_agreeing(clause, 'I')} {clause.tail()}".strip()
        state.clause.places.append(f"{conjunction} {told}")


def _take_thing(state: _State) -> None:
    """`남은 것`: what was left behind."""
    clause, state.relative = state.relative, None
    if clause is not None and clause.verb is not None:
        state.said.append(
            f"all that {'was ' if clause.verb.text == '남' else ''}{_verb_of(clause)} {clause.tail()}".strip()
        )


def _closed(state: _State) -> str:
    clause = state.clause
    state.said += state.linked
    if state.relative is not None:
        state.said.append(_doing(state.relative))
    head = state.bare or clause.subject or clause.object
    rest = [part for part in (clause.subject, clause.object) if part and part != head]
    places = clause.places + ([f"of {state.owner}"] if state.owner else []) + state.around
    if head and state.owner:
        head, places = _owned(state.owner, head), clause.places + state.around
    main = " ".join([part for part in (head, *places) if part]) if head else " ".join(places)
    if not main and state.before:
        main = " ".join(state.before)
    if clause.adverbs and main:
        main = f"{main} {' '.join(clause.adverbs)}"
    told = [part for part in (*rest, main) if part]
    if state.said and head and state.said[0].startswith("all that "):
        return ", ".join([*told, *state.said])
    return ", ".join([*state.said, *told])


def _relative(noun: str, clause: _Clause) -> str:
    """Return a noun with the clause that stood before it."""
    verb = clause.verb
    if verb is None:
        return noun
    head, tail = _head(noun), clause.tail()
    if clause.subject in WEATHER and verb.text in FALLING and not tail:
        return _with_adjectives(noun, [WEATHER[clause.subject]])
    if verb.text == "덮이" and clause.subject:
        return _with_adjectives(noun, [f"{_ARTICLE.sub('', clause.subject)}-covered"])
    if verb.text in ("남", "남겨지") and not clause.subject:
        return f"{noun} left behind {tail}".strip()
    if verb.text in ("있", "없"):
        return _existing(noun, clause, with_it=verb.text == "있")
    if not clause.subject and not tail and not verb.mood and not (head in TIMES and verb.text in TRANSITIVE):
        return _described(noun, clause)
    together = any(place.startswith("with ") for place in clause.places)
    made = verb.text == "그리" or (head not in PEOPLE | TIMES and not together)
    if not clause.subject and not clause.object and verb.text in TRANSITIVE and made and not verb.mood:
        return f"{noun} {SEEN.get(verb.text, _forms(verb)[-1])} {tail}".strip()
    somebody = clause.object or clause.places or verb.mood or verb.text in TRANSITIVE
    if clause.subject or (head in TIMES and somebody) or (head in PLACES and (clause.object or together)):
        link = "when" if head in TIMES else "where" if head in PLACES else "that"
        subject = PRONOUNS.get(clause.subject, clause.subject) or "I"
        noun = re.sub(r"^an? ", "the ", noun) if link != "that" else noun
        return f"{noun} {link} {subject} {_agreeing(clause, subject)} {tail}".strip()
    does = _agreeing(clause, noun) if _is_plural(noun) else _verb_of(clause)
    return f"{noun} {'who' if head in PEOPLE else 'that'} {does} {tail}".strip()


def _existing(noun: str, clause: _Clause, *, with_it: bool) -> str:
    if clause.subject:
        return f"{noun} {'with' if with_it else 'without'} {clause.subject}"
    return f"{noun} {clause.tail()}".strip()


def _described(noun: str, clause: _Clause) -> str:
    verb = clause.verb
    assert verb is not None  # noqa: S101 - `_relative` has looked
    _, ing, past = _forms(verb)[:3]
    who = "who" if _head(noun) in PEOPLE else "that"
    if verb.use == PAST:
        return _with_adjectives(noun, [DONE[verb.text]]) if verb.text in DONE else f"{noun} {who} {past}"
    if verb.use == FUTURE:
        return f"{noun} {who} will {_base(verb)}"
    return _with_adjectives(noun, [ing]) if " " not in ing else f"{noun} {ing}"


def _sentence(clause: _Clause) -> str:
    if not clause.subject:
        return _doing(clause)
    subject = PRONOUNS.get(clause.subject, clause.subject)
    return f"{subject} {_agreeing(clause, subject)} {clause.tail()}".strip()


def _doing(clause: _Clause) -> str:
    verb = clause.verb
    if verb is None:
        return clause.tail()
    ing = _alone(_forms(verb)[1], clause)
    not_ = "not " if verb.mood in ("not", "cannot") else ""
    wish = f"wanting to {_base(verb)}" if verb.mood == "want" else f"{not_}{ing}"
    return " ".join(part for part in (clause.subject, wish, clause.tail()) if part)


def _verb_of(clause: _Clause) -> str:
    verb = clause.verb
    if verb is None:
        return ""
    third, _, past = (_alone(form, clause) for form in _forms(verb)[:3])
    if verb.mood:
        helper = {"cannot": "cannot", "not": "does not", "want": "wants to"}[verb.mood]
        return f"{helper} {_base(verb)}"
    return {PAST: past, FUTURE: f"will {_base(verb)}"}.get(verb.use, third)


def _agreeing(clause: _Clause, subject: str) -> str:
    verb = clause.verb
    if verb is None or (verb.use in (PAST, FUTURE) and not verb.mood):
        return _verb_of(clause)
    weather = verb.text == "오" and _head(subject) in ("snow", "rain", "blizzard", "shower")
    many = subject in ("I", "we", "you", "they") or _is_plural(subject)
    if verb.mood:
        helper = {
            "cannot": "cannot",
            "not": "do not" if many else "does not",
            "want": "want to" if many else "wants to",
        }
        return f"{helper[verb.mood]} {_base(verb)}"
    if weather:
        return "falls"
    return _alone(_base(verb) if many else _forms(verb)[0], clause)


def _forms(verb: Word) -> tuple[str, ...]:
    known = load_dictionary().verbs.get(verb.text)
    return known.forms if known else ("is", "being", "was")


def _alone(form: str, clause: _Clause) -> str:
    """Return a verb's form without a preposition that nothing follows: `waits for` becomes `waits`."""
    return form if clause.object else re.sub(r" (?:for|at|to|of|on|in)$", "", form)


def _base(verb: Word) -> str:
    third, _, rest = _forms(verb)[0].partition(" ")
    irregular = {"is": "be", "goes": "go", "does": "do", "has": "have", "dies": "die", "lies": "lie"}
    if third in irregular:
        base = irregular[third]
    elif third.endswith("ies"):
        base = f"{third[:-3]}y"
    else:
        base = third[:-2] if third.endswith(("sses", "shes", "ches", "xes", "zzes")) else third.removesuffix("s")
    return f"{base} {rest}".strip()


def _compound(first: str, second: str) -> str:
    """Return two nouns that follow one another: `서울 골목`, `여름 바다`, `유년 골목길`."""
    bare = _ARTICLE.sub("", first)
    if _head(second) == "sound":
        return f"the sound of {bare}"
    if bare.split()[0] in ("my", "your", "our", "that", "this"):
        return f"{second} of {bare}"
    if second == "a day":
        return f"{bare} day"
    if " " in bare and _head(bare) in TIMES:
        return f"{second} on {first}"
    if bare[:1].isupper() and bare not in ("Christmas", "Mars"):
        return f"{second} in {first}"
    if len(bare.split()) > 2 or first.startswith(("after ", "before ", "when ", "while ")):
        return f"{second} on {first}" if bare.startswith("way ") else f"{second}, {first}"
    if bare in ("childhood", "youth", "memory", "memories", "school days", "love", "life", "farewell"):
        return f"{second} of {first}"
    return joined(first, second)


def _owned(owner: str, noun: str) -> str:
    """Return `a grandmother's sea`, `a night in Seoul` or `the end of love`."""
    if owner in ("me", "us", "you", "them"):
        own = {"me": "my", "us": "our", "you": "your", "them": "their"}[owner]
        return f"{own} {_ARTICLE.sub('', noun)}"
    head = _head(owner)
    if head in PEOPLE or _is_living(head):
        return f"{owner}'s {_ARTICLE.sub('', noun)}"
    if owner.endswith(("in the morning", "at night", "o'clock")):
        return f"{noun} at {owner}"
    if head in TIMES and _head(noun) in PICTURES:
        return f"{noun} of {owner}"
    if head in TIMES:
        return f"{noun} {'on' if _ARTICLE.match(owner) else AT.get(head, 'in')} {owner}"
    if any(word[0].isupper() for word in owner.split()) or (head in PLACES and "of" not in noun.split()):
        return f"{noun} in {owner}"
    return f"{noun} of {owner}"


def _is_living(head: str) -> bool:
    from glance.story.lexicon import load_lexicon

    kinds = load_lexicon().kinds
    return head in kinds["person"] or head in kinds["creature"]


def _with_adjectives(noun: str, adjectives: Sequence[str]) -> str:
    """Return `a lonely lighthouse` for `a lighthouse` and [`lonely`]; `my` and `that` take the article's place."""
    if not adjectives:
        return noun
    noun = f"a {noun}" if noun.split()[0] in ("night", "day", "evening", "morning") else noun
    rest = _ARTICLE.sub("", noun)
    article = noun[: len(noun) - len(rest)].strip()
    own = [word for word in adjectives if word in ("my", "your", "our", "that", "this", "one", "all", "every", "a")]
    qualities = [word for word in adjectives if word not in own]
    if own and own[0] != "a":
        return " ".join([own[0], *qualities, rest])
    if article == "the" or {"first", "last", "only"} & set(qualities):
        return " ".join(["the", *qualities, rest])
    if not article:
        return " ".join([*qualities, rest])
    return " ".join(["an" if (qualities or [rest])[0][0] in "aeiou" else "a", *qualities, rest])


def _numbered(noun: str, count: str, *, plural: bool) -> str:
    if count in ("", "one") and not plural:
        return noun
    rest = _ARTICLE.sub("", noun)
    many = rest if rest == noun and _is_plural(rest) else _plural_of(rest)
    return f"{count} {many}" if count not in ("", "one") else many


def _plural_of(noun: str) -> str:
    irregular = {
        "person": "people",
        "child": "children",
        "man": "men",
        "woman": "women",
        "foot": "feet",
        "wolf": "wolves",
    }
    words = noun.split()
    last = words[-1]
    if last in irregular:
        last = irregular[last]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = f"{last[:-1]}ies"
    else:
        last = f"{last}es" if last.endswith(("s", "x", "ch", "sh")) else f"{last}s"
    return " ".join([*words[:-1], last])


def _is_plural(noun: str) -> bool:
    if re.match(r"^(?:an?|one) ", noun) or noun in ("I", "we", "you", "they"):
        return False
    head = _head(noun)
    return head in ("people", "children", "men", "women") or (head.endswith("s") and not head.endswith("ss"))


def _head(noun: str) -> str:
    """Return the noun that an English phrase is about: the last word before a preposition or a clause."""
    words = re.split(
        r" (?:in|on|of|at|under|that|who|where|when|with|without|from|by|beside|behind|to|for|and|seen) ", noun
    )[0]
    return words.split()[-1] if words.split() else ""
