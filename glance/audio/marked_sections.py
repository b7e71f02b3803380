"""Sections that somebody named: a DAW's markers and regions, chapters, the tags of lyrics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from glance.audio.lyrics.section_tags import part_named
from glance.audio.types import Section, SongAnalysis
from glance.material.types import Mark

#: Sections shorter than this are none, and more of them than this neither.
_SHORTEST_S, _MOST = 1.0, 200
#: A mark this near a bar's beginning means it, in seconds; and where a song begins with a mark.
_NEAR_BAR_S, _AT_START_S = 0.09, 0.5
#: Names of parts as the director knows them.
_ROLES = {"pre-chorus": "build"}
_NUMBER = re.compile(r"[\s_#-]*\(?\d{1,3}[a-z]?\)?\s*$", re.IGNORECASE)


def sections_of_marks(analysis: SongAnalysis, marks: Sequence[Mark]) -> tuple[Section, ...]:
    """Return the song's sections as marks name them; none where they name fewer than two parts of it.

    A mark's role is what its name says, else that of what was heard there. Marks of one name (`Chorus`, `Chorus 2`) get
    one label. Where at least half of the marks name parts of a song, the others (`fix vocals`) are no parts.
    """
    edges = _edges(analysis, marks)
    if len(edges) < 2:
        return ()
    starts = [start for start, _ in edges]
    labels = _labels([_plain(name) for _, name in edges])
    sections = []
    for index, (start, name) in enumerate(edges):
        end = starts[index + 1] if index + 1 < len(starts) else analysis.duration_s
        heard = _heard_within(analysis.sections, start, end)
        role = role_named(name) or heard.role
        sections.append(Section(start, end, labels[index], role, _energy(analysis.sections, start, end)))
    return tuple(sections)


def role_named(name: str) -> str:
    """Return the role that a mark's name says, as sections have them; empty where it says none."""
    part = part_named(_plain(name)) or part_named(name)
    return _ROLES.get(part, part)


def sections_on_bars(
    sections: tuple[Section, ...], downbeats_s: NDArray[np.float64], reach_s: float
) -> tuple[Section, ...]:
    """Return sections whose inner edges lie on the bar within `reach_s` of them, if there is one."""
    if not downbeats_s.size:
        return sections
    edges = [0.0]
    for section in sections[1:]:
        nearest = float(downbeats_s[np.argmin(np.abs(downbeats_s - section.start_s))])
        edges.append(nearest if abs(nearest - section.start_s) <= reach_s else section.start_s)
    ends = [*edges[1:], sections[-1].end_s]
    moved = [replace(each, start_s=a, end_s=b) for each, a, b in zip(sections, edges, ends, strict=True)]
    return tuple(each for each in moved if each.end_s > each.start_s)


def _edges(analysis: SongAnalysis, marks: Sequence[Mark]) -> list[tuple[float, str]]:
    """Return (start, name) of the parts that marks make, the first at 0."""
    inside = [mark for mark in marks if -_AT_START_S <= mark.start_s < analysis.duration_s - _SHORTEST_S]
    naming = [mark for mark in inside if role_named(mark.name)]
    chosen = naming if 2 * len(naming) >= len(inside) else [mark for mark in inside if mark.name] or inside
    rows: list[tuple[float, str]] = []
    for mark in sorted(chosen, key=lambda each: each.start_s)[:_MOST]:
        start = max(0.0, mark.start_s)
        near = analysis.downbeats_s[np.abs(analysis.downbeats_s - start) < _NEAR_BAR_S]
        start = float(near[0]) if near.size else start
        # A region that ends before the next one leaves a part without a name.
        previous = next((each for each in reversed(chosen) if each.start_s < mark.start_s), None)
        if rows and previous and previous.end_s is not None and start - previous.end_s > 2 * _SHORTEST_S:
            rows.append((previous.end_s, ""))
        if rows and start - rows[-1][0] < _SHORTEST_S:
            rows[-1] = (rows[-1][0], rows[-1][1] or mark.name)
        else:
            rows.append((start, mark.name))
    if rows and rows[0][0] > _AT_START_S:
        rows.insert(0, (0.0, ""))
    elif rows:
        rows[0] = (0.0, rows[0][1])
    return rows


def _plain(name: str) -> str:
    return _NUMBER.sub("", name.strip()).strip() or name.strip()


def _labels(names: Sequence[str]) -> list[str]:
    """Return A, B, C ... for names, the same for the same; a part without a name is like no other."""
    known: dict[str, str] = {}
    labels = []
    for index, name in enumerate(names):
        key = role_named(name) or name.casefold() or f"\0{index}"
        known.setdefault(key, _letters(len(known)))
        labels.append(known[key])
    return labels


def _letters(number: int) -> str:
    return (chr(64 + number // 26) if number >= 26 else "") + chr(65 + number % 26)


def _overlap(section: Section, start: float, end: float) -> float:
    return max(0.0, min(section.end_s, end) - max(section.start_s, start))


def _heard_within(sections: Sequence[Section], start: float, end: float) -> Section:
    return max(sections, key=lambda section: _overlap(section, start, end))


def _energy(sections: Sequence[Section], start: float, end: float) -> float:
    weights = [_overlap(section, start, end) for section in sections]
    total = sum(weights)
    if total <= 0:
        return 0.0
    return sum(weight * section.energy for weight, section in zip(weights, sections, strict=True)) / total
