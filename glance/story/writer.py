"""The writer: a language model where one is to be had, the offline grammar where not.

Whatever happens, a usable storyboard comes back, and its note says in one line what happened. A model never sees or
returns frames; what it returns is checked, and it is asked again at most twice, with what was wrong.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from glance.errors import WriterError
from glance.story.languages import unread_words
from glance.story.llm_client import Conversation
from glance.story.llm_endpoints import Endpoint, RequestPreview, preview
from glance.story.llm_messages import (
    Messages,
    WrongAnswer,
    prompt_messages,
    prompt_schema,
    read_alternatives,
    read_storyboard,
    storyboard_messages,
    storyboard_schema,
)
from glance.story.offline_writer import SOURCE, expand_prompt, write_storyboard
from glance.story.prompt_form import Form, board_in_form, in_form
from glance.story.review import Brief, mended, request_of, review
from glance.story.storyboard import Storyboard, StorySection
from glance.story.styles import Style, apply_style
from glance.story.theme import translate_theme
from glance.story.wildcards import choose
from glance.story.word_notes import notes_on_words

#: How long a model may take, in seconds, where nothing else was said; and the longest that can be asked for.
PATIENCE_S = 120.0
MAX_PATIENCE_S = 86_400.0
#: How often a model is asked again after an answer that cannot be used.
REASKS = 2
#: How much of a wrong answer is shown to the model again.
_QUOTED = 4000
_Told = TypeVar("_Told")


@dataclass(frozen=True)
class PromptIdeas:
    """Three prompts that grew out of a few words.

    Attributes:
        english: The person's words in English; untouched where they were English.
        alternatives: Three prompts.
        source: `offline`, or the model's name.
        note: What happened on the way; empty where all went well.
    """

    english: str
    alternatives: tuple[str, str, str]
    source: str
    note: str = ""


class StoryWriter:
    """Writes with the language model at an endpoint; falls back to the offline grammar, and says so.

    Args:
        endpoint: The model's server; None writes offline.
        key: Its key, kept in memory only; None looks into the environment.
        on_text: Called with each piece of the answer as it comes in.
        stopped: Asked all the time; once true, the offline grammar takes over.
        patience_s: Seconds that one storyboard or prompt may take, re-asking included.
        form: How the image model reads prompts best, see `prompt_form`.
    """

    def __init__(
        self,
        endpoint: Endpoint | None,
        key: str | None = None,
        on_text: Callable[[str], None] | None = None,
        stopped: Callable[[], bool] | None = None,
        patience_s: float = PATIENCE_S,
        *,
        form: Form = "tags",
    ) -> None:
        self._endpoint = endpoint
        self._key = key
        self._on_text = on_text
        self._stopped = stopped
        self._patience_s = patience_s
        self._form = form

    def write_storyboard(
        self,
        theme: str,
        sections: Sequence[StorySection],
        seed: int,
        cameras: Sequence[str] = (),
        looks: Mapping[str, Style] | None = None,
    ) -> Storyboard:
        """Return one scene per section; never fails.

        Args:
            theme: What the song is about, in any language.
            sections: The song's sections in order.
            seed: For the offline grammar.
            cameras: Names of camera presets a model may choose from.
            looks: The style of each label, which the words must not contradict.
        """
        return board_in_form(self._storyboard(theme, sections, seed, cameras, looks), self._form)

    def _storyboard(
        self,
        theme: str,
        sections: Sequence[StorySection],
        seed: int,
        cameras: Sequence[str],
        looks: Mapping[str, Style] | None,
    ) -> Storyboard:
        if self._endpoint is None or not sections:
            return write_storyboard(theme, sections, seed, looks)
        conversation = self._conversation(self._endpoint)
        told = choose(theme, str(seed))[0]
        messages = storyboard_messages(told, sections, cameras)
        critic = _Critic(Brief(_readable(told), sections, looks or {}))
        try:
            board = self._converse(
                conversation,
                messages,
                storyboard_schema(sections, cameras),
                lambda answer: critic.read(read_storyboard(answer, sections, cameras, conversation.model)),
            )
            return critic.mend(board)
        except WriterError as error:
            if critic.first is not None:
                return critic.mend(critic.first)
            offline = write_storyboard(theme, sections, seed, looks)
            return dataclasses.replace(offline, note=f"{_fallen(error)}\n{offline.note}".strip())

    def expand_prompt(
        self, words: str, seed: int, reach: float, style: Style | None = None, guarded: bool = True
    ) -> PromptIdeas:
        """Return three prompts that grow out of a few words; never fails. `reach` in [0, 1] says how far to go."""
        ideas = self._ideas(words, seed, reach, style, guarded)
        first, second, third = (in_form(prompt, self._form) for prompt in ideas.alternatives)
        return dataclasses.replace(ideas, alternatives=(first, second, third))

    def _ideas(self, words: str, seed: int, reach: float, style: Style | None, guarded: bool) -> PromptIdeas:
        if self._endpoint is None:
            return _offline_ideas(words, seed, reach, style, "")
        conversation = self._conversation(self._endpoint)
        try:
            english, prompts = self._converse(
                conversation,
                prompt_messages(words, reach),
                prompt_schema(),
                lambda answer: read_alternatives(answer, words, guarded),
            )
        except WriterError as error:
            return _offline_ideas(words, seed, reach, style, _fallen(error))
        first, second, third = (apply_style(style, p) if style else p for p in prompts)
        return PromptIdeas(english or words, (first, second, third), conversation.model)

    def _conversation(self, endpoint: Endpoint) -> Conversation:
        return Conversation(endpoint, self._key, self._on_text, self._stopped, self._patience_s)

    def _converse(
        self, conversation: Conversation, messages: Messages, schema: dict[str, object], read: Callable[[str], _Told]
    ) -> _Told:
        """Ask, read, and ask again with what was wrong.

        Raises:
            WriterError: No usable answer came.
        """
        talk = messages
        problem = ""
        for _ in range(REASKS + 1):
            answer = conversation.ask(talk, schema)
            try:
                return read(answer)
            except WrongAnswer as wrong:
                problem = str(wrong)
                request = f"This cannot be used. {problem}. Answer again with the whole JSON object and nothing else."
                talk = (*messages, ("assistant", answer[:_QUOTED]), ("user", request))
        raise WriterError(
            f"the language model {conversation.model} did not answer in the form asked for, {REASKS + 1} times "
            f"({problem}); choose a larger model"
        )


class _Critic:
    """Reads over what a model wrote: sends it back once, and mends what is wrong after that.

    Args:
        brief: What the storyboard is held against.
    """

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self.first: Storyboard | None = None

    def read(self, board: Storyboard) -> Storyboard:
        """Return the storyboard.

        Raises:
            WrongAnswer: It is the first one, and something is wrong with it.
        """
        faults = review(board, self._brief)
        if faults and self.first is None:
            self.first = board
            raise WrongAnswer(request_of(faults))
        return board

    def mend(self, board: Storyboard) -> Storyboard:
        """Return the storyboard with what is still wrong put right, and a note of it."""
        faults = review(board, self._brief)
        if not faults:
            return board
        scenes = ", ".join(dict.fromkeys(fault.scene for fault in faults))
        note = f"The language model contradicted the theme, the song or itself; mended in {scenes}: {faults[0].said}."
        return dataclasses.replace(mended(board, self._brief), note=note)


def _readable(theme: str) -> str:
    """Return the theme in English; nothing where its language is not read here, or where it is data, not words."""
    if set("{}[]") & set(theme):
        return ""
    english, unknown = translate_theme(theme)
    return "" if unknown or unread_words(english) else english


def checked_patience(value: object, field: str) -> float:
    """Return how long a model may take, in seconds; the usual time for an empty value.

    Raises:
        WriterError: It is no number from 1 to a day; `field` says where it was written.
    """
    if value is None or value == "":
        return PATIENCE_S
    try:
        seconds = float(value) if isinstance(value, str | int | float) else math.nan
    except (ValueError, OverflowError):
        seconds = math.nan
    if not 1 <= seconds <= MAX_PATIENCE_S:
        raise WriterError(f"{field}: expected seconds from 1 to {MAX_PATIENCE_S:g}, found {str(value)[:40]}")
    return seconds


def preview_request(
    endpoint: Endpoint,
    theme: str,
    sections: Sequence[StorySection],
    cameras: Sequence[str] = (),
    key: str | None = None,
) -> RequestPreview:
    """Return what a storyboard's first request would send, and to whom; sends nothing."""
    return preview(endpoint, storyboard_messages(theme, sections, cameras), key)


def preview_prompt_request(endpoint: Endpoint, words: str, reach: float, key: str | None = None) -> RequestPreview:
    """Return what the first request for a single prompt would send, and to whom; sends nothing."""
    return preview(endpoint, prompt_messages(words, reach), key)


def _fallen(error: WriterError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}. Written offline instead."


def _offline_ideas(words: str, seed: int, reach: float, style: Style | None, note: str) -> PromptIdeas:
    told, chosen = choose(words.strip(), str(seed))
    english, unknown = translate_theme(told)
    note = "\n".join(part for part in (note, notes_on_words(words, english, unknown, chosen)) if part)
    return PromptIdeas(english, expand_prompt(words, seed, reach, style), SOURCE, note)
