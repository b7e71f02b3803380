"""A field's help, unit and range stand on the field, and everybody reads them there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest

from glance.app.catalogue import catalogue
from glance.fields import Span, about, field_of, fields_of, out_of_range, span_of
from glance.project.files import parse_project, project_json, project_of
from glance.project.model import (
    EffectUse,
    Guide,
    Look,
    Output,
    Override,
    Pose,
    Project,
    Reaction,
    ReactionPart,
    Scene,
    SceneVersion,
    Song,
)
from glance.project.reference import renewed
from glance.project.validate import faults
from glance.schedule.reactions import AmplitudeMap
from glance.story.styles import load_styles

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "project.md").read_text(encoding="utf-8")
RANGED = [field for field in fields_of(Project) if field.span]
#: A project with one of everything that has numbers in it.
FULL = Project(
    song=Song(path="song.wav"),
    scenes=(Scene(poses=(Pose(at="1s"),), subject=(0.5, 0.5), versions=(SceneVersion(),)),),
    reactions=(Reaction(channel="zoom", map=AmplitudeMap("kick", 1.0, 1.1), parts=(ReactionPart(),)),),
    effects=(EffectUse(effect="bloom"),),
    overrides=(Override(channel="zoom", start="1s"),),
    look=Look(guides=(Guide(at="1s", picture=""),)),
    output=Output(upscaler="Lanczos"),
)


def with_number(path: str, number: float) -> Project:
    """Return the full project with another number at a field's path, the first of each list."""
    plain: dict[str, Any] = msgspec.to_builtins(FULL)
    *way, last = path.replace("[]", ".0").split(".")
    inner: Any = plain
    for name in way:
        inner = inner[int(name) if name.isdecimal() else name]
    inner[last] = number
    return project_of(plain)


def beyond(field_span: Span) -> list[float]:
    low = field_span.low if field_span.above else field_span.low - 1
    high = field_span.high if field_span.below else field_span.high + 1
    return [low, high]


def ends(field_span: Span) -> list[float]:
    low = field_span.low + 1e-6 if field_span.above else field_span.low
    high = field_span.high - 1e-6 if field_span.below else field_span.high
    return [low, high]


def test_every_field_says_what_it_does() -> None:
    assert [field.path for field in fields_of(Project) if not re.match(r"\S.*\S$", field.help)] == []


def test_there_is_a_range_on_every_number_that_decides_a_picture() -> None:
    seeds = {"seed", "scenes[].seed", "scenes[].versions[].seed"}
    free = seeds | {"song.corrections.downbeat_s", "format", "reactions[].map.silence", "reactions[].map.peak"}
    numbers = {field.path for field in fields_of(Project) if field.kind in ("number", "whole number")}
    assert numbers - {field.path for field in RANGED} == free


@pytest.mark.parametrize("field", RANGED, ids=lambda field: field.path)
def test_a_number_beyond_its_range_is_told_by_its_path_and_the_file_still_opens(field: Any) -> None:
    whole = field.kind == "whole number"
    where = field.path.replace("[]", "[0]")
    for number in beyond(field.span):
        project = with_number(field.path, int(number) if whole else number)
        assert where in [fault.field for fault in faults(project)] or "output" in [f.field for f in faults(project)]
        assert parse_project(project_json(project)) == project
    for number in ends(field.span):
        project = with_number(field.path, int(number) if whole else number)
        assert where not in [fault.field for fault in faults(project)]


def test_the_message_names_range_and_number() -> None:
    (fault,) = faults(with_number("scenes[].motion", 30))
    assert str(fault) == "scenes[0].motion: expected a number from 0 to 3, found 30"
    (fault,) = faults(with_number("reactions[].map.gate", 1))
    assert str(fault) == "reactions[0].map.gate: expected a number from 0 to below 1, found 1"


def test_a_point_has_a_range_on_both_of_its_shares() -> None:
    project = msgspec.structs.replace(FULL, scenes=(Scene(subject=(0.5, 1.5), poses=(Pose(at="1s", look=(-1.0, 0)),)),))
    assert {fault.field for fault in faults(project)} == {"scenes[0].subject[1]", "scenes[0].poses[0].look[0]"}


def test_ranges_are_found_in_structs_dataclasses_tuples_and_beside_none() -> None:
    @dataclass(frozen=True)
    class Inner:
        share: float

    Inner.__annotations__["share"] = Annotated[float, about("A share.", 0, 1, ends="()")]
    Outer = msgspec.defstruct(
        "Outer",
        [
            ("one", Annotated[float | None, about("One.", 1, 2, unit="s")], None),
            ("many", tuple[Inner, ...], ()),
            ("free", dict[str, float], {}),
        ],
    )
    assert [field.path for field in fields_of(Outer)] == ["one", "many", "many[].share", "free"]
    assert field_of(Outer, "one").unit == "s"
    assert str(span_of(Outer, "many[].share")) == "a number above 0, to below 1"
    assert list(out_of_range(Outer())) == []
    found = [path for path, _, _ in out_of_range(Outer(one=float("nan"), many=(Inner(0.5), Inner(1.0)), free={"x": 9}))]
    assert found == ["one", "many[1].share"]
    with pytest.raises(KeyError):
        span_of(Outer, "free")


def test_the_document_names_every_field_as_the_model_has_it() -> None:
    assert renewed(DOCUMENT) == DOCUMENT
    assert "<!-- fields -->\n| field |" in DOCUMENT


def test_the_page_gets_every_range() -> None:
    told = catalogue(load_styles())["fields"]
    assert set(told) == {field.path for field in fields_of(Project)}
    assert told["scenes[].motion"]["max"] == 3
    assert told["output.width"] == {"kind": "whole number", "unit": "px", "min": 64, "step": 8} | {
        name: told["output.width"][name] for name in ("help", "max")
    }
    msgspec.json.encode(told)


def test_the_page_has_no_ranges_of_its_own() -> None:
    asked = set()
    for path in (ROOT / "javascript" / "lib" / "steps").glob("*.mjs"):
        text = path.read_text(encoding="utf-8")
        asked |= {field.path for field in RANGED if f'"{field.path}"' in text}
        for before, line in pairwise(text.splitlines()):
            assert not re.search(r"\bmax: \d", line) or "progress" in before + line, f"{path.name}: {line.strip()}"
    assert {"scenes[].motion", "output.crf", "output.upscale"} <= asked
