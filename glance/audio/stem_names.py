"""Which instrument a stem's file holds, from its name.

Separators, song generators and DAWs name stems in ways of their own: `1_song_(Vocals).wav`, `01 Bass DI.wav`,
`song-drums-C minor-105bpm.mp3`, `Song (Lead Vocals).wav`, `드럼.wav`. Instruments are looked for as words in brackets,
then in what tells the files of a folder apart, the last word first: a title may hold an instrument's name too. A file
whose name holds none keeps its own name, written so that a formula can say it.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from glance.audio.word_tables import read_word_table

#: Name in formulas -> the words that people use for it, in lower case, blanks for what is no letter or digit.
ROLE_WORDS = read_word_table("""
instrumental: instrumental, instrumentals, inst, accompaniment, no vocals, no vocal, minus vocals, without
    vocals, karaoke, backing track, playback, 반주, 엠알, 伴奏, カラオケ
no_drums: no drums, no drum, drumless, minus drums, without drums
no_bass: no bass, minus bass, without bass
lead_vocals: lead vocals, lead vocal, lead vox, lead voc, main vocals, main vocal, leadvocal, leadvocals, ld
    vox, 리드 보컬, 리드보컬, 메인 보컬, メインボーカル, 主唱
backing_vocals: backing vocals, backing vocal, background vocals, background vocal, backing vox, backingvocals,
    bgv, bgvs, bgvox, bv, bvs, bvox, choir, harmonies, harmony, harmony vocals, harmony vocal, 코러스, コーラス, 和声
vocals: vocals, vocal, vox, voc, vocs, voice, voices, acapella, a cappella, acappella, a capella, singing,
    gesang, stimme, voix, chant, voz, 보컬, 목소리, ボーカル, ヴォーカル, 人声, 人聲
kick: kick, kicks, kick drum, kickdrum, bass drum, bassdrum, bd, 킥, キック
snare: snare, snares, snare drum, clap, claps, rimshot, 스네어, スネア
hat: hat, hats, hihat, hihats, hi hat, hi hats, hh, 하이햇, ハイハット
toms: toms, tom, floor tom, rack tom, 탐, タム
cymbals: cymbals, cymbal, crash, ride, overhead, overheads, oh, 심벌
percussion: percussion, percussions, perc, percs, shaker, shakers, tambourine, conga, congas, bongo, bongos,
    퍼커션, 타악기, パーカッション, 打击乐
drums: drums, drum, drum kit, drumkit, drum bus, drum loop, drumloop, beat, beats, schlagzeug, batterie,
    bateria, batería, 드럼, 드럼들, ドラム, ドラムス, 鼓
bass: bass, bass guitar, bassguitar, e bass, synth bass, sub, sub bass, subbass, 808, 808s, basse, bajo, baixo,
    베이스, ベース, 贝斯, 貝斯
guitar: guitar, guitars, gtr, gtrs, gitarre, guitare, guitarra, acoustic guitar, electric guitar, ac gtr, el
    gtr, lead guitar, rhythm guitar, 기타, 통기타, 일렉기타, ギター, 吉他
piano: piano, pianos, grand piano, klavier, 피아노, ピアノ, 钢琴, 鋼琴
keys: keys, keyboard, keyboards, organ, rhodes, electric piano, epiano, e piano, wurlitzer, 건반, 키보드, 오르간,
    キーボード, オルガン, 键盘
synth: synth, synths, synthesizer, synthesizers, pad, pads, lead synth, synth lead, arp, pluck, 신스, 신디, 신시사이저,
    シンセ, 合成器
strings: strings, string, violin, violins, viola, cello, cellos, orchestra, 스트링, 스트링스, 현악, 바이올린,
    첼로, ストリングス, 弦乐, 弦樂
brass: brass, horns, horn, trumpet, trumpets, trombone, tuba, 브라스, 금관, 트럼펫, ブラス, 铜管
woodwinds: woodwinds, woodwind, winds, wind, flute, clarinet, oboe, bassoon, sax, saxophone, 목관, 플루트, 색소폰, 木管,
    サックス
fx: fx, sfx, effects, effect, riser, risers, impact, impacts, foley, 효과음, エフェクト, 音效
other: other, others, rest, residual, melody, 나머지, 기타등등, その他, 其他
""")
#: Files that hold the whole song, by words; they are no stems.
_MIX_WORDS = (
    *("full mix", "fullmix", "mixdown", "mix down", "mix", "master", "mastered", "stereo mix", "original mix"),
    *("믹스", "마스터", "ミックス"),
)
#: Name -> the stems that stand in for it where it is missing, the best first.
STAND_INS: Mapping[str, tuple[str, ...]] = MappingProxyType({"vocals": ("lead_vocals",), "keys": ("piano",)})
#: Words that mean something else in formulas: values, functions, and Python's own words. Easings begin with `ease_`.
RESERVED = frozenset(
    [
        *("t", "s", "e", "max_f", "time", "beat", "bar", "beat_phase", "bar_phase", "fps", "pi", "tau", "stem"),
        *("stem_onset", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "asin", "acos", "atan", "sinh", "cosh"),
        *("tanh", "arcsinh", "arccosh", "arctanh", "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "abs"),
        *("sign", "floor", "ceil", "round", "trunc", "arctan2", "atan2", "hypot", "fmod", "min", "minimum", "max"),
        *(
            "maximum",
            "clip",
            "where",
            "lerp",
            "change",
            "wander",
            "pulse",
            "smooth",
            "decay",
            "linear",
            "hold",
            *keyword.kwlist,
        ),
    ]
)
_PHRASES: Mapping[tuple[str, ...], str] = MappingProxyType(
    {tuple(phrase.split()): role for role, phrases in ROLE_WORDS.items() for phrase in phrases}
)
#: Words of languages that write words together: they count inside of a longer one too ("리드기타").
_JOINED = tuple(phrase[0] for phrase in _PHRASES if len(phrase) == 1 and len(phrase[0]) > 1 and not phrase[0].isascii())
_MIXES = frozenset(tuple(phrase.split()) for phrase in _MIX_WORDS)
_LONGEST_PHRASE = max(len(phrase) for phrase in _PHRASES)
_BRACKETS = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,200})[)\]）】]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class NamedStems:
    """The names of a folder's stems.

    Attributes:
        names: Label (the file's name without its ending) -> name in formulas; unique, letters first.
        mixes: Labels that are the whole song and no stem.
        unknown: Labels whose names say no instrument.
        doubled: Labels of which another had taken the instrument's name already.
    """

    names: Mapping[str, str]
    mixes: tuple[str, ...]
    unknown: tuple[str, ...]
    doubled: tuple[str, ...]


def name_stems(labels: Sequence[str], taken: frozenset[str] = frozenset()) -> NamedStems:
    """Return names for stems with the given labels, in their order.

    Args:
        labels: The files' names without their endings, each once.
        taken: Names that mean something else already; `stem_` is put before those.
    """
    words = {label: words_of(label) for label in labels}
    shared = _shared_brackets(labels)
    title = _title([list(found) for found in words.values()])
    names: dict[str, str] = {}
    mixes, unknown, doubled = [], [], []
    for label in labels:
        role = _role(label, shared, words[label], title)
        if role == _MIX:
            mixes.append(label)
            continue
        wish = role or _own_name(words[label], title)
        if not role:
            unknown.append(label)
        elif _free(role, taken, ()) in names.values():
            doubled.append(label)
            wish = _own_name(words[label], title, role)
        names[label] = _free(wish or "stem_1", taken, tuple(names.values()))
    return NamedStems(names, tuple(mixes), tuple(unknown), tuple(doubled))


def renamed_stems(named: NamedStems, wishes: Mapping[str, str], taken: frozenset[str] = frozenset()) -> NamedStems:
    """Return the names with those that a person chose, by folded label; what had such a name gets another."""
    if not wishes:
        return named
    names: dict[str, str] = {}
    labels = [*named.names, *named.mixes]
    for label in sorted(labels, key=lambda each: folded(each) not in wishes):
        wish = sayable(wishes.get(folded(label), "")) or named.names.get(label, "")
        if wish:
            names[label] = _free(wish, taken, tuple(names.values()))
    ordered = {label: names[label] for label in labels if label in names}
    mixes = tuple(label for label in named.mixes if label not in ordered)
    unknown = tuple(label for label in named.unknown if folded(label) not in wishes)
    doubled = tuple(label for label in named.doubled if folded(label) not in wishes)
    return NamedStems(ordered, mixes, unknown, doubled)


def role_of(text: str) -> str:
    """Return the name in formulas of the instrument that a text names; empty where it names none."""
    found = _last_phrase(words_of(text))
    return "" if found == _MIX else found


def sayable(text: str) -> str:
    """Return a text's words as one name that a formula can say: ASCII, no digits first; empty where none is left."""
    return _own_name(words_of(text), (0, 0)) if text.strip() else ""


def words_of(text: str) -> tuple[str, ...]:
    """Return a text's words in lower case: runs of letters and of digits, `LeadVocal` as two."""
    whole = unicodedata.normalize("NFC", text)
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", whole)
    return tuple(word.lower() for word in _WORD.findall(apart))


def folded(text: str) -> str:
    """Return a label as it is compared: one Unicode form, no capitals, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


_MIX = "the mix"


def _brackets(label: str) -> list[str]:
    return _BRACKETS.findall(unicodedata.normalize("NFC", label))


def _shared_brackets(labels: Sequence[str]) -> frozenset[str]:
    """Return what stands in brackets in all of several labels: it belongs to the title ("(feat. Drum Choir)")."""
    return (
        frozenset.intersection(*(frozenset(_brackets(label)) for label in labels)) if len(labels) > 1 else frozenset()
    )


def _role(label: str, shared: frozenset[str], words: tuple[str, ...], title: tuple[int, int]) -> str:
    inside = [_last_phrase(words_of(part)) for part in _brackets(label) if part not in shared]
    bracketed = next((role for role in reversed(inside) if role and role != _MIX), "")
    own = words[title[0] : len(words) - title[1]]
    return bracketed or _last_phrase(own)


def _last_phrase(words: Sequence[str]) -> str:
    """Return the role of the last phrase in words that names one, the longest that ends there; empty without one."""
    for end in range(len(words), 0, -1):
        for length in range(min(_LONGEST_PHRASE, end), 0, -1):
            phrase = tuple(words[end - length : end])
            # "vocals 2" and "bass2" are takes of one instrument.
            plain = (*phrase[:-1], phrase[-1].rstrip("0123456789") or phrase[-1])
            role = _PHRASES.get(phrase) or _PHRASES.get(plain) or (_MIX if phrase in _MIXES else "")
            if role:
                return role
        inside = [phrase for phrase in _JOINED if phrase in words[end - 1]]
        if inside:
            return _PHRASES[(max(inside, key=lambda phrase: (words[end - 1].rfind(phrase), len(phrase))),)]
    return ""


def _title(names: list[list[str]]) -> tuple[int, int]:
    """Return how many words at the start and at the end all names share: a song's title, a model, a tempo.

    Words that name an instrument and nothing else are no title: `drums 1` and `drums 2` share what they are.
    """
    if len(names) < 2:
        return 0, 0
    shortest = min(map(len, names))
    before = 0
    while before < shortest and len({words[before] for words in names}) == 1:
        before += 1
    after = 0
    while after < shortest - before and len({words[-1 - after] for words in names}) == 1:
        after += 1
    head, tail = names[0][:before], names[0][len(names[0]) - after :]
    return (0 if _only_instruments(head) else before), (0 if _only_instruments(tail) else after)


def _only_instruments(words: list[str]) -> bool:
    return bool(words) and all((word,) in _PHRASES for word in words)


def _own_name(words: tuple[str, ...], title: tuple[int, int], role: str = "") -> str:
    """Return a name made of a file's own words, those that formulas can say: letters first, ASCII."""
    own = words[title[0] : len(words) - title[1]] or words
    if own and own[0].isdigit() and title[0] and not role:
        own = words[title[0] - 1 : len(words) - title[1]]
    sayable = [_ascii(word) for word in own]
    name = "_".join(word for word in sayable if word)
    while name[:1].isdigit():  # a track's number
        name = name.lstrip("0123456789").lstrip("_")
    return name[:60] or role


def _ascii(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    # A word of which only a letter or two would be left says nothing.
    return plain if 2 * len(plain) >= len(word) else ""


def _free(wish: str, taken: frozenset[str], used: Sequence[str]) -> str:
    """Return a name like `wish` that nothing else has, with `_onset` behind it neither."""
    meant = {*taken, *RESERVED}
    if wish in meant or f"{wish}_onset" in meant or wish.startswith("ease_"):
        wish = f"stem_{wish}"
    both = {*meant, *used, *(f"{other}_onset" for other in used)}
    name, number = wish, 2
    while name in both or f"{name}_onset" in both:
        name, number = f"{wish.removesuffix('_1')}_{number}", number + 1
    return name
