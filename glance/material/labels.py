"""Audacity's labels: a line each of start, end and name, parted by tabs; also with commas for points."""

from __future__ import annotations

import re

from glance.material.types import Mark

_LINE = re.compile(
    r"\s{0,8}(\d{1,7}(?:[.,]\d{1,12})?)\t\s{0,8}(\d{1,7}(?:[.,]\d{1,12})?)(?:\t([^\n]{0,1000}))?", re.ASCII
)
_MOST = 20_000


def read_labels(text: str) -> tuple[Mark, ...]:
    """Return the labels of a text, in order of time; none where it is none of Audacity's."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("\\")]
    found = [match for line in lines[:_MOST] if (match := _LINE.fullmatch(line.rstrip("\r")))]
    if not found or len(found) < 0.8 * min(len(lines), _MOST):
        return ()
    marks = []
    for match in found:
        start, end = (float(match[number].replace(",", ".")) for number in (1, 2))
        marks.append(Mark(start, (match[3] or "").strip(), end if end > start else None))
    return tuple(sorted(marks, key=lambda mark: mark.start_s))
