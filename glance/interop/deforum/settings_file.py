"""A Deforum settings file's text: read as JSON, however it was edited, and recognised for what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from glance.errors import ProjectError
from glance.interop.deforum.settings import MARKS, modernised
from glance.limits import SETTINGS_BYTES, without_unwritable
from glance.system.loose_json import LooseJsonError, read_loose

_KEY = re.compile(r"[\"']?\s*(?:\d+|max_f\b[^:]*|[^:]*\bmax_f)\s*[\"']?")
_UNRENDERED = (
    "this is a Parseq document, not yet rendered: its keyframes are formulas in Parseq's own language. Open it in "
    "Parseq, press Render, and import what `Copy output` or `Download output` gives"
)


def parse_settings(text: str) -> tuple[dict[str, Any], list[str]]:
    """Return a settings file's entries under today's names, and what was odd or renamed, in sentences.

    A file with prompts alone, as ComfyUI's prompt schedules are, counts as settings with these prompts.

    Raises:
        ProjectError: The text is no JSON object even with forbearance, has none of Deforum's entries, or is a Parseq
            document that was not rendered.
    """
    if len(text) > SETTINGS_BYTES:
        raise ProjectError("", f"a settings file of {len(text):,} characters is no Deforum settings file")
    try:
        found = read_loose(text)
    except LooseJsonError as error:
        raise ProjectError(
            "", f"expected a Deforum settings file, a JSON object; found text that is not JSON: {error}"
        ) from None
    if not isinstance(found.value, dict):
        raise ProjectError("", "expected a Deforum settings file, a JSON object; found another kind of JSON")
    refuse_document(found.value)
    inner = _inner(found.value, 3)
    if inner is None and _are_prompts(found.value):
        inner = {"prompts": found.value}
    if inner is None:
        raise ProjectError(
            "", "this JSON has none of Deforum's entries such as max_frames, prompts or strength_schedule"
        )
    settings, notes = modernised(without_unwritable(inner))
    return settings, [*(f"the file is not quite JSON: {repair}" for repair in found.repairs), *notes]


def refuse_document(found: Mapping[str, Any]) -> None:
    """Raise ProjectError for a Parseq document: keyframes and fields, and nothing rendered."""
    if isinstance(found.get("keyframes"), list) and not found.get("rendered_frames"):
        raise ProjectError("parseq", _UNRENDERED)


def _inner(found: dict[str, Any], depth: int) -> dict[str, Any] | None:
    """Return the object with the settings: the file's own, or one that a request to a web interface wraps."""
    if MARKS & found.keys():
        return found
    inside = [value for value in found.values() if isinstance(value, dict)] if depth else []
    return next((inner for value in inside if (inner := _inner(value, depth - 1)) is not None), None)


def _are_prompts(found: Mapping[str, Any]) -> bool:
    return bool(found) and all(_KEY.fullmatch(key) and isinstance(value, str) for key, value in found.items())
