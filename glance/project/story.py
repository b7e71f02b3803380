"""A project and its story: the first project of a song, its scenes as a writer sees them, and what a writer wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.project.channel_values import signals_of
from glance.project.director import DirectorOptions, direct, story_sections
from glance.project.model import Project, Scene, Song
from glance.project.scenes import scene_starts
from glance.story.storyboard import Storyboard, StorySection
from glance.story.styles import Style

#: Writes one scene for each section, in order.
Write: TypeAlias = Callable[[tuple[StorySection, ...]], Storyboard]


def first_project(
    song: Song,
    analysis: SongAnalysis,
    options: DirectorOptions,
    styles: Mapping[str, Style],
    write: Write | None = None,
) -> Project:
    """Return the director's project for a song that has none yet.

    Args:
        song: The song, and how it is heard; stays as it is but for its `hash`.
        analysis: What was heard in it, without corrections.
        options: What the person asked for.
        styles: All styles, by id.
        write: Who writes the scenes; the offline writer by default.
    """
    heard = apply_corrections(analysis, song.corrections)
    storyboard = write(story_sections(heard)) if write else None
    made = direct(heard, Path(song.path), options, storyboard, styles)
    return msgspec.structs.replace(made, song=msgspec.structs.replace(song, hash=analysis.song_hash))


def scene_sections(project: Project, analysis: SongAnalysis) -> tuple[StorySection, ...]:
    """Return the project's scenes as a writer sees them: their own times, and what the song does in them.

    Raises:
        ProjectError: A scene's start cannot be read.
    """
    heard = apply_corrections(analysis, project.song.corrections)
    starts = [*scene_starts(project, signals_of(project, heard)), heard.duration_s]
    return tuple(
        _section(index, scene, starts[index], starts[index + 1], heard) for index, scene in enumerate(project.scenes)
    )


def _section(index: int, scene: Scene, start_s: float, end_s: float, analysis: SongAnalysis) -> StorySection:
    def shared(start: float, end: float) -> float:
        return min(end, end_s) - max(start, start_s)

    most = max(analysis.sections, key=lambda section: shared(section.start_s, section.end_s), default=None)
    words = "\n".join(line.text for line in analysis.lyrics if start_s <= line.start_s < end_s)
    return StorySection(
        id=f"s{index + 1:02d}",
        label=scene.picture or f"scene {index + 1}",
        role=most.role if most else "verse",
        start_s=start_s,
        end_s=end_s,
        energy=most.energy if most else 0.5,
        tempo_bpm=analysis.tempo_bpm,
        lyrics=words,
    )


def with_story(project: Project, storyboard: Storyboard) -> Project:
    """Return the project with a storyboard's words in its scenes; locked scenes stay as they are."""
    written = {scene.section_id: scene for scene in storyboard.scenes}
    scenes = []
    for index, scene in enumerate(project.scenes):
        words = written.get(f"s{index + 1:02d}")
        if scene.locked or words is None:
            scenes.append(scene)
            continue
        camera = words.camera or scene.camera
        scenes.append(msgspec.structs.replace(scene, prompt=words.prompt, negative=words.negative, camera=camera))
    look = msgspec.structs.replace(project.look, palette=storyboard.palette)
    return msgspec.structs.replace(
        project, scenes=tuple(scenes), concept=storyboard.concept, writer=storyboard.source, look=look
    )
