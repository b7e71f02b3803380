"""Settings files made by chance: whatever is in them, a project comes out, or a sentence says why not."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from glance.errors import ProjectError
from glance.interop.deforum.reader import import_any
from glance.interop.deforum.settings import NO_COUNTERPART, READ, SCHEDULES, SWITCHED
from glance.project.files import parse_project, project_json

NAMES = sorted({*READ, *SCHEDULES, *SWITCHED, *NO_COUNTERPART} - {"parseq_manifest"})
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["0: (0.5)", "0:(t), 9:(2)", "3:(1)", "0:(", "None", "True", "2D", "3D", "Interpolation", "File"]),
    st.sampled_from(
        ["0: ( 1 ), 2:(1e-3)", "0:(0), 999:(5)", "-1", "12", "HSV", "LAB", "schedule", "wrap", '{"0": "a"}']
    ),
)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-5, 3000), st.floats(), TEXTS)
VALUES = st.one_of(PLAIN, st.lists(PLAIN, max_size=2), st.dictionaries(TEXTS, PLAIN, max_size=3))


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=12))
def test_any_settings_become_a_project_that_can_be_saved(entries: dict[str, Any]) -> None:
    found = import_any(json.dumps({"max_frames": 10} | entries))
    assert parse_project(project_json(found.project)) == found.project
    assert all(isinstance(note, str) and note for note in found.notes)


def refused(text: str) -> bool:
    try:
        import_any(text)
    except ProjectError as error:
        return bool(str(error))
    return False


@given(st.text(max_size=40))
def test_a_text_that_is_no_settings_file_is_refused_in_words(text: str) -> None:
    assert refused(text)


@given(st.recursive(PLAIN, lambda inner: st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=8))
def test_json_without_deforums_entries_is_refused_in_words(value: Any) -> None:
    assert refused(json.dumps(value))


@given(st.lists(st.dictionaries(st.sampled_from(["frame", "seed", "zoom_delta", "deforum_prompt"]), PLAIN), max_size=4))
def test_any_manifest_is_read_or_refused_in_words(frames: list[dict[str, Any]]) -> None:
    text = json.dumps({"rendered_frames": frames})
    assert refused(text) or import_any(text).project.scenes
