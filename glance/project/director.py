"""The director: a song becomes a first project, with no questions asked.

    scenes      one per section of the song, starting on its downbeat; long sections are split at a bar
    pictures    sections that sound alike share a picture, so a chorus looks like its first self
    styles      one for the video, a second of its family for the loud parts; chosen by theme, song and seed
    camera      chosen from role and energy; the same for the same picture
    reactivity  deep where the song is loud, none in silence
    strength    high in quiet parts, falling on hits; motion pulses on the same hits hide the change

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

from glance.audio.types import Section, SongAnalysis
from glance.project.model import Look, Output, Project, Reaction, Reactivity, Scene, Song, Transition
from glance.project.song_mood import song_mood
from glance.schedule.reactions import AmplitudeMap
from glance.story.storyboard import Storyboard, StoryScene, StorySection
from glance.story.style_choice import choose_looks
from glance.story.styles import Style
from glance.timing import parse_fps

#: Sections longer than this become several scenes, so that the picture goes on telling.
LONGEST_SCENE_S = 24.0
#: Sections shorter than this join the one before.
SHORTEST_SCENE_S = 2.0
#: A scene boundary within this distance of a downbeat is that downbeat.
_SNAP_S = 0.15
#: Seconds in which the camera sinks back after a push on a hit.
_SETTLE_S = 0.5

#: Roles that have a look of their own.
_LOUD_ROLES = frozenset({"chorus", "drop"})

#: Camera presets by mood, from which each picture gets one.
_CAMERAS: Mapping[str, tuple[str, ...]] = {
    "still": ("slow_push", "breathe"),
    "calm": ("slow_push", "pan_left", "pan_right", "pendulum", "pull_back"),
    "moving": ("orbit", "flight", "spiral", "slow_push"),
    "strong": ("flight", "spiral", "orbit"),
    "deaf": ("slow_push", "pan_left", "pan_right", "pull_back", "orbit", "spiral"),
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
    for section in _joined(analysis.sections):
        cuts = _split_points(section, analysis)
        for part, (start_s, end_s) in enumerate(itertools.pairwise(cuts)):
            label = section.label if part == 0 else f"{section.label}{part + 1}"
            words = "\n".join(line.text for line in analysis.lyrics if start_s <= line.start_s < end_s)
            tempo = _tempo_within(analysis, start_s, end_s)
            identity = f"s{len(sections) + 1:02d}"
            sections.append(StorySection(identity, label, section.role, start_s, end_s, section.energy, tempo, words))
    return tuple(sections)


def direct(
    analysis: SongAnalysis, song: Path, wishes: DirectorOptions, storyboard: Storyboard, styles: Mapping[str, Style]
) -> Project:
    """Return the first project for a song.

    Args:
        analysis: What was heard.
        song: The song's file.
        wishes: What the person asked for.
        storyboard: One scene for each of `story_sections(analysis)`.
        styles: All styles, by id.
    """
    sections = story_sections(analysis)
    written = {scene.section_id: scene for scene in storyboard.scenes}
    chosen = styles_of_pictures(analysis, wishes, styles, sections)
    scenes: list[Scene] = []
    for index, section in enumerate(sections):
        words = written.get(section.id, StoryScene(section.id, wishes.theme))
        style = words.style if words.style in styles else chosen.get(picture_of(section.label), "")
        scenes.append(_scene(sections, index, words, analysis, wishes, style))
    return Project(
        song=Song(path=str(song), hash=analysis.song_hash),
        title=song.stem,
        theme=wishes.theme,
        concept=storyboard.concept,
        writer=storyboard.source,
        seed=seed_of(wishes, analysis),
        scenes=tuple(scenes),
        reactions=_reactions(analysis, wishes.output),
        look=Look(
            palette=storyboard.palette,
            start_image=wishes.start_image,
            prompt_suffix=wishes.style_words,
            directed_styles={} if wishes.styles else chosen,
        ),
        output=wishes.output,
    )


def _scene(
    sections: Sequence[StorySection],
    index: int,
    words: StoryScene,
    analysis: SongAnalysis,
    wishes: DirectorOptions,
    style: str,
) -> Scene:
    section = sections[index]
    return Scene(
        start=_start_text(section.start_s, analysis) if index else "0",
        prompt=words.prompt,
        negative=words.negative,
        style=style,
        picture=section.label,
        camera=words.camera or _camera(section, wishes, seed_of(wishes, analysis)),
        motion=round(0.7 + 0.6 * section.energy, 2),
        reactivity=wishes.reactivity or _reactivity(section),
        transition=_transition(sections, index, words),
        transition_beats=4.0,
    )


def _start_text(start_s: float, analysis: SongAnalysis) -> str:
    """Return a start in bars where it lies on a downbeat, so that it follows a corrected grid; else in seconds."""
    downbeats = analysis.downbeats_s
    if downbeats.size:
        nearest = int(np.argmin(np.abs(downbeats - start_s)))
        if abs(float(downbeats[nearest]) - start_s) <= _SNAP_S:
            return f"{nearest}bar"
    return f"{start_s:.3f}s"


def _reactivity(section: StorySection) -> Reactivity:
    if section.role == "silence":
        return "none"
    if section.energy < 0.3:
        return "low"
    return "medium" if section.energy < 0.65 else "high"


def _camera(section: StorySection, wishes: DirectorOptions, seed: int) -> str:
    if section.role == "silence":
        mood = "still"
    elif wishes.reactivity == "none":
        mood = "deaf"
    elif section.role in ("drop", "chorus"):
        mood = "strong"
    else:
        mood = "still" if section.energy < 0.25 else "calm" if section.energy < 0.6 else "moving"
    return _pick(_CAMERAS[mood], f"camera/{seed}/{wishes.theme}/{section.label}")


def _transition(sections: Sequence[StorySection], index: int, words: StoryScene) -> Transition:
    """Cut where the music jumps or a picture comes back; else follow the writer, or fade."""
    if index == 0:
        return "cut"
    section, before = sections[index], sections[index - 1]
    if picture_of(section.label) == picture_of(before.label):
        return "hold"
    returning = any(section.label == earlier.label for earlier in sections[:index])
    if returning or section.role in ("drop", "chorus") or section.energy - before.energy > 0.15:
        return "cut"
    return "hold" if words.transition == "hold" else "fade"


def _reactions(analysis: SongAnalysis, output: Output) -> tuple[Reaction, ...]:
    """Return how strength falls and the camera pulses on the song's hits.

    Values are per frame, so what is meant per second is spread over the frames of a second; 12 frames a second is the
    rate the strengths were chosen at.
    """
    rate = float(parse_fps(output.fps)) / 12.0
    kept = round(0.9 ** (1 / rate), 3)
    hits = (("kick", 0.25, 1.0), ("snare", 0.4, 0.5)) if _beats_drive(analysis) else (("onset", 0.4, 0.8),)
    reactions = []
    for envelope, strength, push in hits:
        # Squaring makes a hit's tail half as long: the picture jumps and is still again.
        depth = {
            "strength": (kept, strength),
            "zoom": (1.0, round(1.0 + 0.06 * push / rate, 4)),
            "translation_z": (0.0, round(5.0 * push / rate, 3)),
        }
        reactions += [
            # Pushes sink back, or a loud minute would leave nothing of the subject in the picture.
            Reaction(
                channel=channel,
                map=AmplitudeMap(envelope, silence, peak, bend=2.0),
                settle_s=0.0 if channel == "strength" else _SETTLE_S,
            )
            for channel, (silence, peak) in depth.items()
        ]
    noise = AmplitudeMap("percussive", 0.01, 0.06)
    return (*reactions, Reaction(channel="noise", map=noise))


def _beats_drive(analysis: SongAnalysis) -> bool:
    """Return whether there is a kick on a good part of the beats; else any onset has to do."""
    low = analysis.onsets.get("low")
    if low is None or not analysis.beats_s.size:
        return False
    return int((low.strengths > 0.3).sum()) >= 0.2 * analysis.beats_s.size


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
    loud = {picture_of(section.label) for section in sections if section.role in _LOUD_ROLES}
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
