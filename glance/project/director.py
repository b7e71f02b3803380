"""The director: a song becomes a first project, with no questions asked.

    scenes      one per section of the song, starting on its downbeat; long sections are split at a bar
    pictures    sections that sound alike share a picture, so a chorus looks like its first self
    styles      one for the video, a second of its family for the loud parts; chosen by theme, song and seed
    camera      chosen from role and energy; the same for the same picture
    reactivity  deep where the song is loud, none in silence
    effects     few and quiet, where the style has room for them; none in breaks
    movement    leaps and pushes on hits, as many and as deep as each section's energy among its own song asks for

The same song, wishes and seed give the same project. Everything in it can be changed afterwards.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from glance.audio.fullness import LOUD_ROLES, section_energies
from glance.audio.types import Section, SongAnalysis
from glance.project.effect_choice import with_chosen_effects
from glance.project.model import Look, Output, Project, Reaction, Reactivity, Scene, Song, Transition
from glance.project.movement import CADENCE, MovingScene, motion_of, movement, reactivity_of, time_text
from glance.project.song_mood import song_mood
from glance.story.offline_writer import write_storyboard
from glance.story.storyboard import Storyboard, StoryScene, StorySection
from glance.story.style_choice import choose_looks
from glance.story.styles import Style, load_styles

#: Sections longer than this become several scenes, so that the picture goes on telling.
LONGEST_SCENE_S = 24.0
#: Sections shorter than this join the one before.
SHORTEST_SCENE_S = 2.0
#: A build of this many seconds is several scenes, so that its camera can become faster.
_PARTED_BUILD_S = 6.0
#: From this energy on a part without a role is filmed like a chorus.
_STRONG = 0.85

#: Camera presets by mood, from which each picture gets one.
_CAMERAS: Mapping[str, tuple[str, ...]] = {
    "still": ("slow_push", "breathe"),
    "calm": ("slow_push", "pan_left", "pan_right", "pendulum", "pull_back"),
    "moving": ("orbit", "flight", "spiral", "slow_push"),
    "strong": ("flight", "spiral", "orbit"),
    "no_audio": ("slow_push", "pan_left", "pan_right", "pull_back", "orbit", "spiral"),
}


@dataclass(frozen=True)
class DirectorOptions:
    """What a person may say before anything is made; everything has an answer of its own.

    Attributes:
        theme: What the video is about, in their words.
        styles: Ids of styles, the second one for the loud parts; empty for the director's choice.
        style_words: Style in free words, appended to every prompt.
        seed: Another seed is another video; None takes the song's own, so that two songs differ.
        reactivity: The same reactivity for all scenes; empty lets each section have its own.
        start_image: The picture to start from; empty for none.
        output: Size, frame rate, quality.
    """

    theme: str = ""
    styles: tuple[str, ...] = ()
    style_words: str = ""
    seed: int | None = None
    reactivity: Reactivity | None = None
    start_image: str = ""
    output: Output = field(default_factory=Output)


def story_sections(analysis: SongAnalysis) -> tuple[StorySection, ...]:
    """Return the song's sections as a writer and a director see them: none too short, none too long, with lyrics."""
    sections: list[StorySection] = []
    joined = _joined(analysis.sections)
    for section, energy in zip(joined, section_energies(analysis, joined), strict=True):
        cuts = _split_points(section, analysis)
        for part, (start_s, end_s) in enumerate(itertools.pairwise(cuts)):
            label = section.label if part == 0 else f"{section.label}{part + 1}"
            words = "\n".join(line.text for line in analysis.lyrics if start_s <= line.start_s < end_s)
            tempo = _tempo_within(analysis, start_s, end_s)
            identity = f"s{len(sections) + 1:02d}"
            sections.append(StorySection(identity, label, section.role, start_s, end_s, round(energy, 4), tempo, words))
    return tuple(sections)


def direct(
    analysis: SongAnalysis,
    song: Path,
    wishes: DirectorOptions | None = None,
    storyboard: Storyboard | None = None,
    styles: Mapping[str, Style] | None = None,
) -> Project:
    """Return the first project for a song.

    Args:
        analysis: What was heard.
        song: The song's file.
        wishes: What the person asked for; nothing by default.
        storyboard: One scene for each of `story_sections(analysis)`; what the offline writer writes by default.
        styles: All styles, by id; those that come with GLANCE by default.
    """
    wishes = wishes or DirectorOptions()
    styles = load_styles() if styles is None else styles
    sections = story_sections(analysis)
    storyboard = storyboard or write_storyboard(
        wishes.theme, sections, seed_of(wishes, analysis), looks_of(analysis, wishes, styles, sections)
    )
    written = {scene.section_id: scene for scene in storyboard.scenes}
    chosen = styles_of_pictures(analysis, wishes, styles, sections)
    scenes: list[Scene] = []
    for index, section in enumerate(sections):
        words = written.get(section.id, StoryScene(section.id, wishes.theme))
        style = words.style if words.style in styles else chosen.get(picture_of(section.label), "")
        scenes.append(_scene(sections, index, words, analysis, wishes, style))
    made = Project(
        song=Song(path=str(song), hash=analysis.song_hash),
        title=song.stem,
        theme=wishes.theme,
        concept=storyboard.concept,
        writer=storyboard.source,
        seed=seed_of(wishes, analysis),
        scenes=tuple(scenes),
        curves={"cadence": CADENCE},
        reactions=_movement(analysis, sections, scenes, wishes),
        look=Look(
            palette=storyboard.palette,
            start_image=wishes.start_image,
            prompt_suffix=wishes.style_words,
            directed_styles={} if wishes.styles else chosen,
        ),
        output=wishes.output,
    )
    return with_chosen_effects(made, sections, styles)


def _scene(
    sections: Sequence[StorySection],
    index: int,
    words: StoryScene,
    analysis: SongAnalysis,
    wishes: DirectorOptions,
    style: str,
) -> Scene:
    section = sections[index]
    energy = _energy_of_picture(sections, section.label)
    return Scene(
        start=time_text(section.start_s, analysis.grid) if index else "0",
        prompt=words.prompt,
        negative=words.negative,
        style=style,
        picture=section.label,
        camera=words.camera or _camera(section, energy, wishes, seed_of(wishes, analysis)),
        motion=_motion(sections, index),
        reactivity=wishes.reactivity or reactivity_of(section),
        transition=_transition(sections, index, words),
        transition_beats=4.0,
    )


def _motion(sections: Sequence[StorySection], index: int) -> float:
    section = sections[index]
    parts = [other for other in sections if picture_of(other.label) == picture_of(section.label)]
    return motion_of(section, parts.index(section), len(parts))


def _movement(
    analysis: SongAnalysis, sections: Sequence[StorySection], scenes: Sequence[Scene], wishes: DirectorOptions
) -> tuple[Reaction, ...]:
    """Return the reactions of a project whose scenes are decided: one scene for each section."""
    moving = [
        MovingScene(
            section=section,
            start=scene.start,
            is_cut=index == 0 or scene.transition == "cut",
            reactivity=scene.reactivity,
            name=picture_of(section.label),
        )
        for index, (section, scene) in enumerate(zip(sections, scenes, strict=True))
    ]
    return movement(analysis, moving, wishes.output, own_dials=wishes.reactivity is None)


def _energy_of_picture(sections: Sequence[StorySection], label: str) -> float:
    """Return the mean energy of all sections that share a picture, and with it a camera."""
    return float(np.mean([section.energy for section in sections if section.label == label]))


def _camera(section: StorySection, energy: float, wishes: DirectorOptions, seed: int) -> str:
    if section.role == "silence":
        mood = "still"
    elif wishes.reactivity == "none":
        mood = "no_audio"
    elif section.role in LOUD_ROLES or energy >= _STRONG:
        mood = "strong"
    else:
        mood = "still" if energy < 0.25 else "calm" if energy < 0.6 else "moving"
    return _pick(_CAMERAS[mood], f"camera/{seed}/{wishes.theme}/{section.label}")


def _transition(sections: Sequence[StorySection], index: int, words: StoryScene) -> Transition:
    """Cut where the music jumps or a picture comes back; else follow the writer, or fade."""
    if index == 0:
        return "cut"
    section, before = sections[index], sections[index - 1]
    if picture_of(section.label) == picture_of(before.label):
        return "hold"
    returning = any(section.label == earlier.label for earlier in sections[:index])
    if returning or section.role in LOUD_ROLES or section.energy - before.energy > 0.15:
        return "cut"
    return "hold" if words.transition == "hold" else "fade"


def looks_of(
    analysis: SongAnalysis, wishes: DirectorOptions, styles: Mapping[str, Style], sections: Sequence[StorySection]
) -> dict[str, Style]:
    """Return the look of every section by its label, for a writer whose colors shall agree with it."""
    chosen = styles_of_pictures(analysis, wishes, styles, sections)
    return {s.label: styles[chosen[picture_of(s.label)]] for s in sections if chosen.get(picture_of(s.label))}


def seed_of(wishes: DirectorOptions, analysis: SongAnalysis) -> int:
    """Return the seed that was wished for, else the song's own, in [1, 2**31)."""
    return wishes.seed if wishes.seed is not None else song_seed(analysis.song_hash)


def song_seed(song_hash: str) -> int:
    """Return a song's own seed, in [1, 2**31)."""
    return 1 + int.from_bytes(hashlib.sha256(f"seed/{song_hash}".encode()).digest()[:4], "big") % (2**31 - 1)


def styles_of_pictures(
    analysis: SongAnalysis, wishes: DirectorOptions, styles: Mapping[str, Style], sections: Sequence[StorySection]
) -> dict[str, str]:
    """Return picture -> style: the loud parts have one of their own, whatever the others take turns with."""
    named = [name for name in wishes.styles if name in styles]
    if not named and not wishes.style_words:
        looks = choose_looks(wishes.theme, song_mood(analysis), styles, seed_of(wishes, analysis))
        named = [looks.main, looks.loud] if looks else []
    if not named:
        return {}
    loud_style, quiet_styles = named[min(1, len(named) - 1)], [*named[:1], *named[2:]]
    loud = {picture_of(section.label) for section in sections if section.role in LOUD_ROLES}
    quiet = dict.fromkeys(picture for section in sections if (picture := picture_of(section.label)) not in loud)
    turns = {picture: quiet_styles[place % len(quiet_styles)] for place, picture in enumerate(quiet)}
    if not loud and len(named) > 1:
        # A song without a chorus still shows what was named, in the loudest of its pictures.
        energy = {picture: max(s.energy for s in sections if picture_of(s.label) == picture) for picture in quiet}
        loudest = max(energy, key=lambda picture: energy[picture])
        turns = {p: quiet_styles[place % len(quiet_styles)] for place, p in enumerate(q for q in quiet if q != loudest)}
        loud = {loudest}
    return turns | dict.fromkeys(loud, loud_style)


def picture_of(label: str) -> str:
    """Return a section's label without the number of its part: a long chorus is one picture."""
    return label.rstrip("0123456789")


def _joined(sections: Sequence[Section]) -> list[Section]:
    """Return the sections with every too short one joined to a neighbor."""
    joined: list[Section] = []
    for section in sections:
        if joined and section.end_s - section.start_s < SHORTEST_SCENE_S:
            last = joined.pop()
            section = Section(last.start_s, section.end_s, last.label, last.role, last.energy)
        joined.append(section)
    if len(joined) > 1 and joined[0].end_s - joined[0].start_s < SHORTEST_SCENE_S:
        first, second = joined[:2]
        joined[:2] = [Section(first.start_s, second.end_s, second.label, second.role, second.energy)]
    return joined


def _split_points(section: Section, analysis: SongAnalysis) -> list[float]:
    """Return the section's start, the downbeats at which it is split into parts of like length, and its end."""
    length = section.end_s - section.start_s
    n_parts = int(np.ceil(length / LONGEST_SCENE_S))
    if section.role == "build" and length >= _PARTED_BUILD_S:
        n_parts = max(2, n_parts)
    points = [section.start_s]
    inner = [t for t in analysis.downbeats_s.tolist() if section.start_s + 1 < t < section.end_s - 1]
    for part in range(1, n_parts):
        wanted = section.start_s + part * length / n_parts
        place = bisect.bisect_left(inner, wanted)
        near = inner[max(0, place - 1) : place + 1] or [wanted]
        point = min(near, key=lambda t: abs(t - wanted))
        if point - points[-1] >= SHORTEST_SCENE_S:
            points.append(point)
    return [*points, section.end_s]


def _tempo_within(analysis: SongAnalysis, start_s: float, end_s: float) -> float:
    inside = (analysis.beats_s >= start_s) & (analysis.beats_s < end_s)
    return float(np.median(analysis.beat_tempo_bpm[inside])) if inside.any() else 0.0


def _pick(choices: Sequence[str], key: str) -> str:
    return choices[int(_fraction(key) * len(choices))]


def _fraction(key: str) -> float:
    """Return a number in [0, 1) that looks random and is the same for the same key, on every machine."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48
