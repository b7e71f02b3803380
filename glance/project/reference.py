"""What a project file may hold, made from the model itself.

`python -m glance.project.reference docs/project.md` writes it into the document; a test fails where the document lags
behind.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from glance.fields import Field, fields_of
from glance.project.model import Project
from glance.schedule.reference import table, with_parts

_NESTED = frozenset({"group", "list"})


def field_table() -> str:
    """Return all fields of a project as a Markdown table."""
    rows = [
        f"| `{field.path}` | {_holds(field)} | {_default(field)} | {field.help.rstrip('.').replace('|', '/')} |"
        for field in fields_of(Project)
    ]
    return table("field", "holds", "default", "what it does", rows=rows)


def renewed(document: str) -> str:
    """Return a document with what stands between `<!-- fields -->` and `<!-- end -->` made anew."""
    return with_parts(document, {"fields": field_table})


def _holds(field: Field) -> str:
    if field.choices:
        return ", ".join(f"`{choice}`" if choice else "empty" for choice in field.choices)
    unit = f" {field.unit}" if field.unit else ""
    if field.span is None:
        return f"{field.kind}{unit}"
    whole = ", whole" if field.kind == "whole number" else ""
    step = f", a multiple of {field.span.step}" if field.span.step else ""
    return f"{str(field.span).removeprefix('a number ')}{unit}{whole if not step else ''}{step}"


def _default(field: Field) -> str:
    if field.default is msgspec.NODEFAULT:
        return "has to be there" if field.kind not in _NESTED else ""
    plain: Any = msgspec.to_builtins(field.default)
    if field.kind == "group" or plain in ("", None, {}) or (field.kind == "list" and not plain):
        return ""
    if field.kind == "list" and any(isinstance(each, dict) for each in plain):
        return f"{len(plain)} of them" if len(plain) != 1 else "one"
    return plain if isinstance(plain, str) else json.dumps(plain)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
