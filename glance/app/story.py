"""Words for the page: a first project for a song, a story for scenes that are there, and other wordings of a prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from glance.app.host import Defaults
from glance.app.tasks import Task
from glance.app.timeline import scene_starts
from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.camera.presets import PRESETS
from glance.project.channel_values import signals_of
from glance.project.director import (
    DirectorOptions,
    direct,
    looks_of,
    picture_of,
    seed_of,
    song_seed,
    story_sections,
    styles_of_pictures,
)
from glance.project.model import Project, Scene
from glance.story.llm_endpoints import Endpoint, find_endpoint, find_key
from glance.story.offline_writer import write_storyboard
from glance.story.storyboard import Storyboard, StorySection
from glance.story.styles import Style
from glance.story.writer import PromptIdeas, StoryWriter, checked_patience, preview_request

#: Sent where a person named a server of their own and no key: the environment's keys are for the servers known by name.
_NO_KEY = "none"


@dataclass(frozen=True)
class WriterChoice:
    """Who writes. Held in memory for one call; never saved, logged or sent back.

    Attributes:
        server: A known server's name, its URL, or empty for the offline grammar.
        model: The model's name there; empty for the server's first.
        key: Its key; empty to look into this machine's environment.
        patience: Seconds that it may take, as typed; empty for the usual time.
    """

    server: str = ""
    model: str = ""
    key: str = field(default="", repr=False)
    patience: str = ""

    def endpoint(self) -> Endpoint | None:
        """Return the server, or None for offline.

        Raises:
            WriterError: It is neither a known name nor a URL, or its time is none.
        """
        checked_patience(self.patience, "Seconds to wait")
        return find_endpoint(self.server, self.model) if self.server.strip() else None

    def writer(self, task: Task | None = None) -> StoryWriter:
        """Return a writer that tells the task what comes in, and stops with it."""
        endpoint = self.endpoint()
        key = self.key or (_NO_KEY if endpoint is not None and endpoint.name == "custom" else None)
        patience_s = checked_patience(self.patience, "Seconds to wait")
        if task is None:
            return StoryWriter(endpoint, key, patience_s=patience_s)
        heard: list[str] = []

        def hear(text: str) -> None:
            heard.append(text)
            task.say(text="writing", tail="".join(heard)[-400:])

        return StoryWriter(endpoint, key, hear, task.stopping, patience_s)

    def shown(self, theme: str, sections: Sequence[StorySection]) -> str:
        """Return what would be sent, and to whom; empty where nothing leaves this program.

        Raises:
            WriterError: The server is neither a known name nor a URL.
        """
        endpoint = self.endpoint()
        if endpoint is None:
            return ""
        request = preview_request(endpoint, theme, sections, tuple(PRESETS), self.key or None)
        return request.summary + "\n\n" + "\n\n".join(f"{role}: {text}" for role, text in request.messages)


def with_host_key(choice: WriterChoice, defaults: Defaults) -> WriterChoice:
    """Return the choice with the key of this machine's environment, if its server is the one that the host names."""
    if choice.key or not defaults.writer_has_key or not defaults.writer or choice.server.strip() != defaults.writer:
        return choice
    return replace(choice, key=find_key(find_endpoint(choice.server)))


def write_story(
    project: Project, analysis: SongAnalysis, choice: WriterChoice, task: Task, styles: Mapping[str, Style]
) -> tuple[Project, str]:
    """Return the project with a new story for its theme, and what happened on the way in words.

    Scenes that still have the style that the director chose get the one that suits the theme.

    Raises:
        ProjectError: A scene's start cannot be read.
        WriterError: The server is neither a known name nor a URL.
    """
    sections = scene_sections(project, analysis)
    project = restyled(project, analysis, sections, styles)
    worn = {
        s.label: styles[scene.style] for s, scene in zip(sections, project.scenes, strict=True) if scene.style in styles
    }
    storyboard = choice.writer(task).write_storyboard(project.theme, sections, project.seed, tuple(PRESETS), worn)
    return with_story(project, storyboard), storyboard.note


def restyled(
    project: Project, analysis: SongAnalysis, sections: Sequence[StorySection], styles: Mapping[str, Style]
) -> Project:
    """Return the project in the looks of its theme, where a person has not chosen other ones; locked scenes stay.

    The song's own seed chooses, so that another telling of the same theme keeps its looks.
    """
    before = project.look.directed_styles
    if not before:
        return project
    heard = apply_corrections(analysis, project.song.corrections)
    wishes = DirectorOptions(theme=project.theme, seed=song_seed(analysis.song_hash))
    after = styles_of_pictures(heard, wishes, styles, sections)
    scenes = []
    for scene in project.scenes:
        picture = picture_of(scene.picture)
        ours = not scene.locked and picture in after and scene.style == before.get(picture)
        scenes.append(msgspec.structs.replace(scene, style=after[picture]) if ours else scene)
    look = msgspec.structs.replace(project.look, directed_styles=after)
    return msgspec.structs.replace(project, scenes=tuple(scenes), look=look)


def prompt_ideas(choice: WriterChoice, words: str, seed: int, reach: float) -> PromptIdeas:
    """Return three fuller wordings of a prompt.

    Raises:
        WriterError: The server is neither a known name nor a URL.
    """
    return choice.writer().expand_prompt(words[:2000], seed, min(max(reach, 0.0), 1.0))


def first_project(project: Project, analysis: SongAnalysis, styles: Mapping[str, Style]) -> Project:
    """Return the director's project for a song that has none yet; song, title and theme stay as they are."""
    heard = apply_corrections(analysis, project.song.corrections)
    # A project that nobody has touched yet has the first seed there is: then the song brings its own.
    seed = project.seed if project.seed != Project(song=project.song).seed else None
    wishes = DirectorOptions(theme=project.theme, seed=seed, output=project.output)
    sections = story_sections(heard)
    worn = looks_of(heard, wishes, styles, sections)
    storyboard = write_storyboard(project.theme, sections, seed_of(wishes, heard), worn)
    made = direct(heard, Path(project.song.path), wishes, storyboard, styles)
    song = msgspec.structs.replace(project.song, hash=analysis.song_hash)
    return msgspec.structs.replace(made, song=song, title=project.title)


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
