"""A project and its story: the first project of a song, its scenes as a writer sees them, and what a writer wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.project.director import DirectorOptions, direct, looks_of, seed_of, story_sections
from glance.project.model import Project, Song
from glance.story.storyboard import Storyboard, StorySection
from glance.story.styles import Style

#: Writes one scene for each section, in order, for a seed and each section's look by its label.
Write: TypeAlias = Callable[[tuple[StorySection, ...], int, Mapping[str, Style]], Storyboard]


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
    storyboard = None
    if write:
        sections = story_sections(heard)
        storyboard = write(sections, seed_of(options, heard), looks_of(heard, options, styles, sections))
    made = direct(heard, Path(song.path), options, storyboard, styles)
    return msgspec.structs.replace(made, song=msgspec.structs.replace(song, hash=analysis.song_hash))


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
