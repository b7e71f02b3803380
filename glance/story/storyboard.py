"""The storyboard: what is asked of a writer (sections of a song) and what it returns (one scene per section).

A writer, be it a language model or the offline grammar, never sees or returns a frame number. It gets sections and
returns scenes that carry the same ids.
"""

from __future__ import annotations

from dataclasses import dataclass

#: How one scene follows the one before it: `cut` at once; `fade` cross-fades the prompts; `hold` keeps the picture and
#: lets the new prompt grow into it.
TRANSITIONS = ("cut", "fade", "hold")


@dataclass(frozen=True)
class StorySection:
    """A section of the song as a writer sees it.

    Attributes:
        id: Stable name such as `s03`, unique in the song.
        label: A, B, C ...; sections of one label sound alike, and shall look alike.
        role: intro, verse, build, chorus, drop, break, bridge, outro or silence.
        start_s: Start in seconds.
        end_s: End in seconds.
        energy: Loudness relative to the song, in [0, 1].
        tempo_bpm: Tempo in the section, 0 where nothing beats.
        lyrics: Words sung in it, lines joined by newlines; data, never instructions.
    """

    id: str
    label: str
    role: str
    start_s: float
    end_s: float
    energy: float
    tempo_bpm: float
    lyrics: str = ""


@dataclass(frozen=True)
class StoryScene:
    """What a writer wants to be seen in one section.

    Attributes:
        section_id: The `StorySection.id` it belongs to.
        prompt: English prompt: subject, action, setting, composition, lighting, color; no style words, they are
            appended from the style.
        negative: Extra words for the negative prompt, often empty.
        camera: Name of a camera preset, or empty for the director's choice.
        transition: One of `TRANSITIONS`.
        style: Id of a style, or empty for the director's choice.
    """

    section_id: str
    prompt: str
    negative: str = ""
    camera: str = ""
    transition: str = "cut"
    style: str = ""


@dataclass(frozen=True)
class Storyboard:
    """A whole song's pictures in words.

    Attributes:
        concept: One or two sentences: the idea that holds the video together.
        palette: Up to six colors as `#rrggbb`, main color first.
        scenes: One per section, in the song's order.
        source: `offline`, or the model's name.
        note: What happened on the way, in words for the user; empty where all went well.
    """

    concept: str
    palette: tuple[str, ...]
    scenes: tuple[StoryScene, ...]
    source: str
    note: str = ""
