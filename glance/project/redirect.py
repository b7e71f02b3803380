"""Movement directed anew: the director's reactions for scenes that a person has made, words and pictures untouched."""

from __future__ import annotations

import msgspec

from glance.audio.corrections import apply_corrections
from glance.audio.fullness import section_energies
from glance.audio.types import SongAnalysis
from glance.project.channel_values import signals_of
from glance.project.model import Project, Scene
from glance.project.movement import CADENCE, MovingScene, motion_of, movement, reactivity_of
from glance.project.scenes import scene_starts
from glance.story.storyboard import StorySection

#: Channels whose reactions are the director's; all others are a person's own, and stay.
DIRECTED = frozenset({"strength", "zoom", "translation_z", "noise"})


def scene_sections(project: Project, analysis: SongAnalysis) -> tuple[StorySection, ...]:
    """Return the project's scenes as a writer sees them: their own times, and what the song does in them.

    Args:
        project: The project.
        analysis: What was heard in its song, without the project's corrections.

    Raises:
        ProjectError: A scene's start cannot be read.
    """
    heard = apply_corrections(analysis, project.song.corrections)
    asked = section_energies(heard, heard.sections)
    return tuple(
        _section(index, project.scenes[index], start, end, heard, asked)
        for index, (start, end) in enumerate(_spans(project, heard))
    )


def moved_anew(project: Project, analysis: SongAnalysis) -> Project:
    """Return the project with GLANCE's movement: reactions, and of scenes that are not locked motion and reactivity.

    Words, styles, pictures, cameras, transitions and curves stay, and so do reactions of other channels than the
    director's. Where no curve says how often a picture is drawn, 12 of them are drawn a second, and every leap.

    Args:
        project: The project.
        analysis: What was heard in its song, without the project's corrections.

    Raises:
        ProjectError: A scene's start or the frame rate cannot be read.
    """
    heard = apply_corrections(analysis, project.song.corrections)
    sections = scene_sections(project, analysis)
    of_song = [_most_of(heard, section.start_s, section.end_s) for section in sections]
    scenes, moving = [], []
    for index, (scene, section) in enumerate(zip(project.scenes, sections, strict=True)):
        number = of_song[: index + 1].count(of_song[index]) - 1
        if not scene.locked:
            motion = motion_of(section, number, of_song.count(of_song[index]))
            scene = msgspec.structs.replace(scene, motion=motion, reactivity=reactivity_of(section))
        scenes.append(scene)
        is_cut = index == 0 or scene.transition == "cut"
        start = "0" if index == 0 else scene.start
        moving.append(MovingScene(section, start, is_cut, scene.reactivity, name=str(of_song[index])))
    own = tuple(reaction for reaction in project.reactions if reaction.channel not in DIRECTED)
    return msgspec.structs.replace(
        project,
        scenes=tuple(scenes),
        curves={"cadence": CADENCE, **{name: text for name, text in project.curves.items() if text.strip()}},
        reactions=(*movement(heard, moving, project.output), *own),
    )


def _spans(project: Project, heard: SongAnalysis) -> list[tuple[float, float]]:
    starts = scene_starts(project, signals_of(msgspec.structs.replace(project, reactions=()), heard))
    ends = [*starts[1:], heard.duration_s]
    return [(start, max(start, min(end, heard.duration_s))) for start, end in zip(starts, ends, strict=True)]


def _most_of(heard: SongAnalysis, start_s: float, end_s: float) -> int:
    """Return the number of the song's section that a stretch lies in for the longest; 0 for a song without any."""

    def shared(index: int) -> float:
        section = heard.sections[index]
        return min(section.end_s, end_s) - max(section.start_s, start_s)

    return max(range(len(heard.sections)), key=shared, default=0)


def _section(
    index: int, scene: Scene, start_s: float, end_s: float, heard: SongAnalysis, asked: list[float]
) -> StorySection:
    most = _most_of(heard, start_s, end_s)
    known = most < len(heard.sections)
    return StorySection(
        id=f"s{index + 1:02d}",
        label=scene.picture or f"scene {index + 1}",
        role=heard.sections[most].role if known else "verse",
        start_s=start_s,
        end_s=end_s,
        energy=round(asked[most], 4) if known else 0.5,
        tempo_bpm=heard.tempo_bpm,
        lyrics="\n".join(line.text for line in heard.lyrics if start_s <= line.start_s < end_s),
    )
