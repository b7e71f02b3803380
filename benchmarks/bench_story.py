"""Forty storyboards, twenty themes on two songs, written offline, and what is wrong with them by rule.

`python -m benchmarks.bench_story` prints what the checks find; `--read` prints the storyboards for a person to read.
Counted are: what cannot be in one picture, prompts that begin alike, nouns of the theme that are in no scene or are
missing from one, things that are sung and not seen in their scene, and negatives that fight their prompt.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

from glance.story.contradictions import contradictions_in, fighting_negatives
from glance.story.offline_writer import write_storyboard
from glance.story.prompt_text import DEFAULT_NEGATIVE_SETS, compose_negative
from glance.story.review import Brief, review
from glance.story.storyboard import Storyboard, StorySection
from glance.story.style_choice import SongMood, choose_looks
from glance.story.styles import Style, load_styles
from glance.story.sung import sung_things
from glance.story.theme import chapters_of, singular, translate_theme, words_of

THEMES = (
    "a lighthouse that remembers the sea",
    "an astronaut's last letter home",
    "a diver finds a glowing city under the ice",
    "neon samurai",
    "two lovers at a train station",
    "first snow",
    "the last summer of our childhood",
    "a fox crossing the highway at night",
    "grandmother's kitchen",
    "film noir detective in the rain",
    "I never said goodbye",
    "a robot waters the last flower on earth",
    "dancing alone in an empty stadium",
    "time",
    "바다를 기억하는 등대",
    "첫눈 오는 날",
    "비 오는 골목의 고양이",
    "우주를 떠도는 고래",
    "할머니의 낡은 라디오",
    "네온사인이 반짝이는 거리",
)
_BAND = (
    ("A", "intro", 0.2, ""),
    ("B", "verse", 0.45, "I walked through the rain in a red coat\nthe last train left at nine"),
    ("C", "chorus", 0.95, "hold the flame, hold the flame"),
    ("B", "verse", 0.5, "a cup of coffee by the window\nyour letters on the floor"),
    ("C", "chorus", 1.0, "hold the flame, hold the flame"),
    ("D", "bridge", 0.3, "an old guitar, a broken mirror"),
    ("C", "chorus", 0.97, "hold the flame, hold the flame"),
    ("E", "outro", 0.15, ""),
)
_BALLAD = (
    ("A", "intro", 0.15, ""),
    ("B", "verse", 0.3, "빨간 우산을 쓰고 걷던 길"),
    ("B2", "verse", 0.35, "낡은 기타와 편지 한 장"),
    ("C", "chorus", 0.7, "너의 창문에 불빛이 켜지면"),
    ("D", "verse", 0.4, "첫 기차가 다리를 건너"),
    ("C", "chorus", 0.75, "너의 창문에 불빛이 켜지면"),
    ("E", "break", 0.1, ""),
    ("C", "chorus", 0.8, "너의 창문에 불빛이 켜지면"),
    ("F", "outro", 0.2, "눈이 내리네"),
)
SONGS: Mapping[str, tuple[Sequence[tuple[str, str, float, str]], float, SongMood, int]] = {
    "band": (_BAND, 128.0, SongMood(0.6, 0.5, 0.7, 0.3), 7001),
    "ballad": (_BALLAD, 72.0, SongMood(-0.6, -0.3, -0.6, -0.4), 90210),
}
#: Words of a theme that name nothing that is seen.
_UNSEEN = frozenset(
    [
        "a", "an", "the", "of", "in", "on", "at", "to", "that", "who", "and", "under", "for", "i", "my",
        "our", "me", "his", "her", "never", "said", "finds", "crossing", "dancing", "remembers", "over",
        "waters", "coming", "goes", "without", "it", "is", "day", "alone",
    ]
)  # fmt: skip


def sections_of(song: str) -> tuple[StorySection, ...]:
    """Return a song's sections, 20 seconds each."""
    parts, tempo = SONGS[song][:2]
    return tuple(
        StorySection(f"s{n + 1:02d}", label, role, 20.0 * n, 20.0 * (n + 1), energy, tempo, lyrics)
        for n, (label, role, energy, lyrics) in enumerate(parts)
    )


def told(theme: str, song: str) -> tuple[Storyboard, Brief]:
    """Return a storyboard in the looks that the director would choose, and what it is held against."""
    sections, (_, _, mood, seed) = sections_of(song), SONGS[song]
    styles = load_styles()
    chosen = choose_looks(theme, mood, styles, seed)
    looks: dict[str, Style] = {}
    if chosen is not None:
        looks = {s.label: styles[chosen.loud if s.role == "chorus" else chosen.main] for s in sections}
    return write_storyboard(theme, sections, seed, looks), Brief(translate_theme(theme)[0], sections, looks)


def faults_of(board: Storyboard, brief: Brief) -> list[str]:
    """Return everything that is wrong with a storyboard by rule, a line each."""
    found = [str(fault) for fault in review(board, brief)]
    begun: dict[str, str] = {}
    nouns = {singular(word.removesuffix("'s")) for word in words_of(brief.theme)} - _UNSEEN
    chapters = len(chapters_of(brief.theme))
    for section, scene in zip(brief.sections, board.scenes, strict=True):
        start = " ".join(scene.prompt.lower().split()[:3])
        if begun.setdefault(start, section.label) != section.label:
            found.append(f"scene {section.id}: begins like {begun[start]}: {start!r}")
        said = {singular(word.removesuffix("'s")) for word in words_of(scene.prompt)}
        missing = nouns - said if chapters == 1 else set()
        if missing:
            found.append(f"scene {section.id}: without {', '.join(sorted(missing))} of the theme")
        sung = sung_things(section.lyrics, brief.theme, most=3)
        unseen = [thing for thing in sung if not {singular(word) for word in words_of(thing)} & said]
        found += [f"scene {section.id}: {thing!r} is sung and not seen" for thing in unseen]
        found += [f"scene {section.id}: {wrong}" for wrong in contradictions_in(scene.prompt, brief.theme)]
        negative = compose_negative(DEFAULT_NEGATIVE_SETS, brief.looks.get(section.label), scene.negative, scene.prompt)
        fighting = fighting_negatives(negative, scene.prompt)
        found += [f"scene {section.id}: negative {entry!r} fights the prompt" for entry in fighting]
    return list(dict.fromkeys(found))


def main() -> None:
    """Write all storyboards and print what is wrong with them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--read", action="store_true", help="print the storyboards")
    read = parser.parse_args().read
    total = 0
    for theme in THEMES:
        for song in SONGS:
            board, brief = told(theme, song)
            faults = faults_of(board, brief)
            total += len(faults)
            if read or faults:
                looks = ", ".join(dict.fromkeys(style.id for style in brief.looks.values()))
                print(f"\n{theme} / {song} / {looks}")
            if read:
                print(f"  {board.concept}")
                seen = set()
                for section, scene in zip(brief.sections, board.scenes, strict=True):
                    mark = "=" if section.label in seen else " "
                    seen.add(section.label)
                    print(f" {mark}{section.label:3}{section.role:7} {scene.prompt}")
            if board.note:
                print(f"  note: {board.note}")
            for fault in faults:
                print(f"  ! {fault}")
    print(f"\n{len(THEMES) * len(SONGS)} storyboards, {total} faults")


if __name__ == "__main__":
    main()
