"""Words for the page: a story for scenes that are there, and other wordings of a prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from glance.app.host import Defaults
from glance.app.tasks import Task
from glance.audio.corrections import apply_corrections
from glance.audio.types import SongAnalysis
from glance.camera.presets import CAMERA_PRESETS
from glance.project.director import DirectorOptions, picture_of, song_seed, styles_of_pictures
from glance.project.model import Project
from glance.project.redirect import scene_sections
from glance.project.story import with_story
from glance.story.llm_endpoints import Endpoint, find_endpoint, find_key
from glance.story.prompt_form import Form
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
        form: How the image model reads prompts best.
    """

    server: str = ""
    model: str = ""
    key: str = field(default="", repr=False)
    patience: str = ""
    form: Form = "tags"

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
            return StoryWriter(endpoint, key, patience_s=patience_s, form=self.form)
        heard: list[str] = []

        def hear(text: str) -> None:
            heard.append(text)
            task.say(text="writing", tail="".join(heard)[-400:])

        return StoryWriter(endpoint, key, hear, task.stopping, patience_s, form=self.form)

    def shown(self, theme: str, sections: Sequence[StorySection]) -> str:
        """Return what would be sent, and to whom; empty where nothing leaves this program.

        Raises:
            WriterError: The server is neither a known name nor a URL.
        """
        endpoint = self.endpoint()
        if endpoint is None:
            return ""
        request = preview_request(endpoint, theme, sections, tuple(CAMERA_PRESETS), self.key or None)
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
    storyboard = choice.writer(task).write_storyboard(
        project.theme, sections, project.seed, tuple(CAMERA_PRESETS), worn
    )
    return with_story(project, storyboard), storyboard.note


def write_offline(
    theme: str, form: Form, sections: tuple[StorySection, ...], seed: int, looks: Mapping[str, Style]
) -> Storyboard:
    """Return a new project's first story, in the form that the image model reads best."""
    return StoryWriter(None, form=form).write_storyboard(theme, sections, seed, looks=looks)


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
