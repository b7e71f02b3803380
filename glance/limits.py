"""Every bound that an input has, in one place: bytes, characters, pixels, keys and frames.

The table for people is `docs/limits.md`; a test holds it against this module. What loading refuses, saving refuses too.
Bounds are checked before work begins: they are far above what a real song needs, and far below what a machine can bear.
"""

from __future__ import annotations

import math
import re
from typing import Any

from glance.errors import ProjectError

MEGABYTE = 1024 * 1024

#: A project file, read or written, and the body of a request that carries one.
PROJECT_BYTES = 64 * MEGABYTE
#: A song that is dropped on the page, hours of uncompressed audio, or a zip with a song and its stems.
SONG_BYTES = 1024 * MEGABYTE
#: A picture or lyrics file that is added to a project, and a frame dropped on the page.
PICTURE_BYTES = 64 * MEGABYTE
#: Every other request of the page.
REQUEST_BYTES = 2 * MEGABYTE
#: Seconds without a byte after which a request, or a connection that has sent none, is given up.
SILENCE_S = 30.0
#: Bytes a second that a request must have come with on the whole, once those seconds are over.
SLOWEST_BYTES_S = 1024

#: One text of a project: a prompt, a negative prompt, a theme.
TEXT_CHARACTERS = 20_000
#: All of a project's texts together, schedules and prompts with keys not counted; and all prompts that differ.
TEXTS_CHARACTERS = 2_000_000
#: Prompts with keys, all of them together. Parseq gives every frame one, which differ in their weights alone.
PROMPTS_CHARACTERS = 8_000_000
PROMPT_KEYS = 50_000
#: Formulas in backticks in one prompt.
PROMPT_FORMULAS = 100
#: Characters of a prompt with formulas, times the frames it is said in.
PROMPT_FRAMES_CHARACTERS = 256_000_000
SCENES = 5_000
GUIDES = 1_000
REACTIONS = 1_000
#: Parts of the song in which one reaction differs.
REACTION_PARTS = 1_000
#: Stretches that a person changed over everything else, and moments with names.
OVERRIDES = 5_000
MARKERS = 1_000
#: Taps on the beat by hand.
TAPS = 10_000

#: One channel's schedule.
SCHEDULE_CHARACTERS = 16_000_000
#: Keys of a schedule in which any key is more than a frame's number and a value: more than a video has frames.
SCHEDULE_KEYS = 300_000
#: Formulas that differ, in one schedule; a million of them would take minutes to read.
SCHEDULE_FORMULAS = 10_000
#: Brackets within brackets; more is a slip of the keyboard.
SCHEDULE_BRACKETS = 60
#: One formula, and brackets within brackets in it.
FORMULA_CHARACTERS = 2_000
FORMULA_BRACKETS = 40
#: The time of a key; a formula may be longer.
KEY_CHARACTERS = 80

#: A settings file of Deforum, or Parseq's JSON.
SETTINGS_BYTES = 64 * MEGABYTE
#: Frames of an animation that is imported: half a day of video at 24 a second.
ANIMATION_FRAMES = 1_000_000
#: A MIDI file, and the events of one that are read; any other file of a DAW or DJ program, and what it may unpack to.
MIDI_BYTES = 8 * MEGABYTE
MIDI_EVENTS = 300_000
MATERIAL_BYTES = 64 * MEGABYTE
UNPACKED_BYTES = 128 * MEGABYTE
#: What such a zip may unpack to, and files in it.
BUNDLE_UNPACKED_BYTES = 2048 * MEGABYTE
BUNDLE_FILES = 300
#: A style file, and how many of them a styles folder may hold.
STYLES_BYTES = 8 * MEGABYTE
STYLE_FILES = 200

#: A look-up table of colors (.cube), and the steps of each color in it.
CUBE_BYTES = 16 * MEGABYTE
CUBE_STEPS = 65
#: A shared look (.glancelook), with its preview clip, and that clip alone.
LOOK_BYTES = 4 * MEGABYTE
LOOK_CLIP_BYTES = 2 * MEGABYTE
#: Effects of a project.
EFFECTS = 64
#: The file of models whose strength was measured, and how many of them it keeps.
MEASURED_BYTES = 4 * MEGABYTE
MEASURED_MODELS = 1_000

#: Pixels of a frame that is drawn: 8K video is beyond every model and every patience.
FRAME_PIXELS = 7680 * 4320
#: Pixels of a video whose frames are enlarged: what H.264 players of the last years show without trouble (level 5.2).
VIDEO_WIDTH, VIDEO_HEIGHT = 4096, 2304
#: Pixels and frames of a video that is asked for over the WebUI's API: an hour at 24 frames a second.
API_PIXELS = 4096 * 2304
API_FRAMES = 24 * 3600
#: Bytes of one answer of a WebUI.
ANSWER_BYTES = 256 * MEGABYTE

#: Characters that no text may hold: control characters but tab and line breaks, and halves of a character.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def finite(value: object) -> float | None:
    """Return a number of JSON as a double; None for what is no number, or none that a double can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def shown(value: object) -> str:
    """Return a value as a message shows it: short, whatever its length; a number may have a million digits."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return "a number beyond every use"
    try:
        text = f"{value:g}" if isinstance(value, float) else repr(value)
    except ValueError:  # a list with such a number in it
        return "something beyond every use"
    return text if len(text) <= 80 else text[:77] + "..."


def without_unwritable(value: Any) -> Any:
    """Return a JSON value whose texts hold only what a text may hold; other programs' files are not refused for it."""
    if isinstance(value, str):
        return _UNWRITABLE.sub("", value)
    if isinstance(value, dict):
        return {without_unwritable(name): without_unwritable(inner) for name, inner in value.items()}
    return [without_unwritable(inner) for inner in value] if isinstance(value, list) else value


def unwritable(text: str) -> str:
    """Return the first character of a text that no text may hold, in a form that can be shown; empty for none."""
    found = _UNWRITABLE.search(text)
    return ascii(found.group()) if found else ""


def check_text(text: str, field: str, most: int = TEXT_CHARACTERS) -> None:
    """Refuse a text that is too long, or that holds what no text may.

    Raises:
        ProjectError: With the field.
    """
    if len(text) > most:
        raise ProjectError(field, f"expected at most {most:,} characters, found {len(text):,}; shorten it")
    sign = unwritable(text)
    if sign:
        raise ProjectError(field, f"expected text, found the control character {sign}; take it out")
