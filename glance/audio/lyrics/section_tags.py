"""What of a lyrics file is sung, and what only tells about the song.

A line that is nothing but brackets is no line of the song: `[Chorus]`, `(upbeat music)`. Where it names a part of the
song it is kept as a hint at the sections, for no listening is as sure as the person. Notes (♪) around words go. What
transcribers hear in the silence at a song's end ("Thank you for watching!") goes and is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from glance.audio.lyrics.lines import Timed
from glance.audio.types import SectionHint
from glance.audio.word_tables import read_word_table

#: Part of a song -> how people write it, in lower case. Longer words come first where one begins with the other.
_PARTS = read_word_table("""
pre-chorus: pre-chorus, pre chorus, prechorus, build-up, build up, buildup, build, 프리코러스, 프리 코러스, 导歌, 導歌,
    プレコーラス
chorus: post-chorus, post chorus, chorus, refrain, hook, 코러스, 후렴, 훅, サビ, コーラス, 副歌, estribillo, coro,
    refrão, ritornello, припев
verse: verse, rap, 벌스, 절, 랩, aメロ, bメロ, cメロ, 番, ラップ, バース, 主歌, strophe, couplet,
    verso, estrofa, strofa, куплет
bridge: middle 8, bridge, 브릿지, 브리지, ブリッジ, 桥段, 橋段, puente, ponte, pont, бридж
intro: intro, introduction, 인트로, 도입부, 전주, イントロ, 前奏
outro: outro, ending, end, coda, big finish, finale, fade out, fade-out, 아웃트로, 후주, 엔딩, アウトロ, 尾奏
drop: drop, beat drop, bass drop, 드롭, ドロップ
break: instrumental break, instrumental, interlude, breakdown, break, solo, guitar solo, piano solo, 간주, 솔로,
    기타 솔로, 연주, 間奏, 间奏, ソロ, ギターソロ, インスト, zwischenspiel
""")
_ROLE_OF = {word: role for role, words in _PARTS.items() for word in words}
_PART = re.compile(
    r"(?:final |last |\d{1,2} ?|마지막 |ラスト?|大|落ち)?("
    + "|".join(re.escape(word) for word in sorted(_ROLE_OF, key=len, reverse=True))
    + r")(?![^\W\d_])[^\n]{0,200}",
    re.IGNORECASE,
)
#: Rows of a text without times that are read.
_MOST_ROWS = 5000
_PAIRS = {"[": "]", "(": ")", "{": "}", "【": "】", "（": "）", "［": "］", "〔": "〕", "*": "*"}
_NOTES = "♪♫♩♬🎵🎶🎼"
_BARE_PART = re.compile(r"[^\n:：]{1,40}(?:[:：]|\s\d{1,2}[:：]?)", re.ASCII)
_CREDIT = re.compile(
    r"(?:作词|作詞|作曲|编曲|編曲|制作人|製作人|混音|母带|和声|监制|出品|작사|작곡|편곡)\s{0,4}[:：].{0,200}"
)
_FILLERS = re.compile(
    r"(?:thank you|thanks)(?: so much| very much)? for (?:watching|listening|your attention).{0,40}"
    r"|thank you[.!]?|(?:please )?(?:like and )?subscribe.{0,60}|see you (?:in the )?next.{0,40}"
    r"|subtitles? by.{0,80}|.{0,40}amara\.org.{0,40}|transcri(?:bed|ption) by.{0,80}"
    r"|시청해\s?주셔서 감사합니다.{0,10}|구독과 좋아요.{0,30}|한글자막 by.{0,40}"
    r"|ご視聴ありがとうございました.{0,4}|チャンネル登録.{0,30}|请不吝点赞.{0,60}"
    r"|谢谢(?:观看|大家).{0,10}|謝謝(?:觀看|大家).{0,10}"
    r"|vielen dank fürs? zuschauen.{0,10}|untertitel.{0,60}"
    r"|merci d'avoir regardé.{0,20}|sous-titr.{0,60}|gracias por ver.{0,20}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sung:
    """The lines that are sung, the hints at sections between them, and what was left out.

    Attributes:
        lines: In order of time, with those that have no words and only end the line before.
        hints: Parts of the song by name.
        notes: What was left out, in words.
    """

    lines: list[Timed]
    hints: tuple[SectionHint, ...]
    notes: tuple[str, ...]


def sung(lines: Sequence[Timed]) -> Sung:
    """Return what is sung among a file's lines."""
    kept: list[Timed] = []
    hints: list[SectionHint] = []
    aside: list[str] = []
    for line in sorted(lines, key=lambda timed: timed.start_s):
        words, tag = _told_apart(line.text)
        if tag:
            role = part_named(tag)
            if role:
                hints.append(SectionHint(round(line.start_s, 3), role, tag))
            elif not words:
                aside.append(line.text)
        if words or not line.text:
            kept.append(line._replace(text=words))
    notes = [f"not sung, so left out: {_listed(aside)}"] if aside else []
    fillers = _fillers_at_the_end(kept)
    if fillers:
        notes.append(f"a transcriber's filler at the end was left out: {_listed([line.text for line in fillers])}")
        kept = [line for line in kept if line not in fillers]
    return Sung(kept, tuple(hints), tuple(notes))


@dataclass(frozen=True)
class Stanza:
    """Lines of a text without times that stand together.

    Attributes:
        tag: The part of the song that the text calls them; empty where it calls them nothing.
        lines: What is sung; empty for a part without words.
    """

    tag: str
    lines: tuple[str, ...]


def stanzas_of(text: str) -> tuple[Stanza, ...]:
    """Return the stanzas of lyrics without times; none for a text that is no lyrics: without words, or control signs.

    Tags begin stanzas; in a text without tags, blank lines do.
    """
    if any(sign < " " and sign not in "\t\r\n\f\v" for sign in text):
        return ()
    found: list[tuple[str, list[str]]] = [("", [])]
    tagged = False
    for row in text.splitlines()[:_MOST_ROWS]:
        words, tag = _told_apart(row)
        if tag and part_named(tag):
            tagged = True
            found.append((tag, []))
        elif not row.strip() and not tagged:
            found.append(("", []))
        if words:
            found[-1][1].append(words)
    if tagged:  # what stands before the first tag belongs to it, unless it is a title
        found = [(tag, lines) for tag, lines in found if tag or len(lines) > 1]
    return tuple(Stanza(tag, tuple(lines)) for tag, lines in found if tag or lines)


def part_named(text: str) -> str:
    """Return the part of a song that a tag names, one of the sections' roles or `pre-chorus`; empty for another tag."""
    match = _PART.fullmatch(text.strip())
    return _ROLE_OF[match.group(1).lower()] if match else ""


def _told_apart(text: str) -> tuple[str, str]:
    """Return the words of a line that are sung, and the tag that stands before or instead of them."""
    words = text.strip().strip(_NOTES).strip() if any(sign in text for sign in _NOTES) else text.strip()
    if not any(character.isalnum() for character in words):
        return "", ""
    if _CREDIT.fullmatch(words):
        return "", words
    inside, rest = _bracketed(words)
    if inside and not any(character.isalnum() for character in rest):
        return "", inside
    if inside and words[0] in "[【［" and part_named(inside):
        return rest.strip(" :-"), inside
    if _BARE_PART.fullmatch(words) and part_named(words.rstrip(":： ")):
        return "", words.rstrip(":： ")
    return words, ""


def _bracketed(text: str) -> tuple[str, str]:
    """Return what the bracket that a text begins with holds, and what follows it; the first is empty without one."""
    close = _PAIRS.get(text[0], "")
    if not close:
        return "", text
    depth = 0
    for place, character in enumerate(text):
        if character == close and place:
            depth -= 1
            if depth <= 0:
                return text[1:place].strip(), text[place + 1 :].strip()
        elif character == text[0]:
            depth += 1
    return "", text


def _fillers_at_the_end(lines: Sequence[Timed]) -> list[Timed]:
    found: list[Timed] = []
    for line in reversed(lines):
        if line.text and not _FILLERS.fullmatch(line.text):
            break
        if line.text:
            found.append(line)
    # A file of nothing else is a song's, however odd.
    return found[::-1] if len(found) < sum(bool(line.text) for line in lines) else []


def _listed(texts: Sequence[str]) -> str:
    shown = ", ".join(f"“{text[:40]}”" for text in dict.fromkeys(texts[:3]))
    return f"{shown} and {len(texts) - 3} more" if len(texts) > 3 else shown
