"""What a person can choose from, as plain data for the page: styles, cameras, channels, easings, formats."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from glance.app.publishing import targets as publishing_targets
from glance.audio.envelopes import ENVELOPES
from glance.audio.hits import NAMES as HIT_NAMES
from glance.camera.presets import CAMERA_PRESETS
from glance.effects.registry import EFFECTS
from glance.errors import ProjectError
from glance.fields import Field, fields_of
from glance.project.look_files import look_card, shipped_looks
from glance.project.model import REACTIVITY, Project
from glance.schedule.channels import CHANNELS
from glance.schedule.easing import EASINGS
from glance.story.llm_endpoints import ENDPOINT_PRESETS
from glance.story.prompt_text import NEGATIVE_SETS
from glance.story.storyboard import TRANSITIONS
from glance.story.styles import Style, style_labels
from glance.system.names import safe_relative

#: Shapes of the picture: name -> width to height.
ASPECTS = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5)}
#: Longer side that suits who draws, in pixels, where nothing else is known.
NATURAL_PX = 512
#: How fine: name -> (how many times the side that suits who draws, frames per second).
QUALITIES = {"draft": (0.75, "12"), "standard": (1.0, "24"), "fine": (2.0, "24")}
#: The longest side of these; beyond, an upscaler is the better way.
_LONGEST_PX = 1536
_THUMBS = Path(__file__).parent.parent / "story" / "data" / "thumbs"


def catalogue(styles: Mapping[str, Style]) -> dict[str, Any]:
    """Return all choices; names of styles and groups in English and Korean, all other texts in English."""
    labels = style_labels()
    return {
        "styles": [
            {
                "id": style.id,
                "name": [style.name_en, style.name_ko],
                "group": style.group,
                "tags": [*style.tags, *(labels.tags[tag][1] for tag in style.tags if tag in labels.tags)],
                "template": style.template,
                "palette": list(style.palette),
                "asked": style.asked,
                "example": style.example,
                "thumb": (_THUMBS / f"{style.id}.webp").is_file(),
            }
            for style in styles.values()
        ],
        "groups": {group: list(names) for group, names in labels.groups.items()},
        "cameras": [
            {"name": preset.name, "label": preset.label, "help": preset.help, "mode": preset.mode}
            for preset in CAMERA_PRESETS.values()
        ],
        "channels": [
            {
                "name": channel.name,
                "unit": channel.unit,
                "low": channel.low,
                "high": channel.high,
                "default": channel.default,
                "group": channel.group,
                "help": channel.help,
                "kind": channel.kind,
            }
            for channel in CHANNELS.values()
        ],
        "effects": [
            {
                "name": effect.name,
                "label": effect.label,
                "help": effect.help,
                "coherence": effect.coherence,
                "group": effect.group,
                "where": effect.where,
                "asset": effect.asset,
                "parameters": [one.name for one in effect.parameters],
                "doses": {one.name: one.neutral for one in effect.doses},
                "hit": dict(effect.hit),
            }
            for effect in EFFECTS.values()
        ],
        "looks": [look_card(name, look) for name, look in shipped_looks().items()],
        "fields": {field.path: _facts(field) for field in fields_of(Project)},
        "easings": list(EASINGS),
        "envelopes": [*HIT_NAMES, *ENVELOPES],
        "reactivities": list(REACTIVITY),
        "transitions": list(TRANSITIONS),
        "writers": list(ENDPOINT_PRESETS),
        "negative_sets": list(NEGATIVE_SETS),
        "targets": publishing_targets(),
    }


def sizes(natural: int) -> dict[str, list[Any]]:
    """Return the formats to choose from: `16:9 standard` and the like -> width, height, frames per second.

    Args:
        natural: Longer side that suits who draws, in pixels.
    """
    return {
        f"{shape} {quality}": [*_size(*ASPECTS[shape], min(round(natural * times), _LONGEST_PX)), fps]
        for shape in ASPECTS
        for quality, (times, fps) in QUALITIES.items()
    }


def _facts(field: Field) -> dict[str, Any]:
    """Return what is known of a project's field; `min`, `max` and `step` where it is a number with a range."""
    facts: dict[str, Any] = {"kind": field.kind, "help": field.help, "unit": field.unit}
    if field.choices:
        facts["choices"] = list(field.choices)
    if field.span:
        facts |= {"min": field.span.low, "max": field.span.high}
        facts |= {"step": field.span.step} if field.span.step else {}
    return facts


def thumbnail(style_id: str) -> Path:
    """Return the shipped example picture of a style.

    Raises:
        ProjectError: There is none.
    """
    path = _THUMBS / f"{safe_relative(style_id, 'style')}.webp"
    if path.parent != _THUMBS or not path.is_file():
        raise ProjectError("style", f"there is no example picture of {style_id!r}")
    return path


def _size(wide: int, high: int, longer: int) -> tuple[int, int]:
    """Return a size of that shape whose longer side is `longer`, in multiples of 8."""
    scale = longer / max(wide, high)
    return round(wide * scale / 8) * 8, round(high * scale / 8) * 8
