"""Changes to single stretches: laid over curve, camera and music, in the plan, the file and Deforum's settings."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from glance.audio.corrections import BeatCorrections
from glance.errors import GlanceError, ProjectError, ScheduleError
from glance.interop.deforum.export import export_settings
from glance.project.channel_values import evaluate_channels, signals_of
from glance.project.compile import compile_plan, drawn_and_between
from glance.project.files import parse_project, project_json
from glance.project.model import Marker, Output, Override, Project, Reaction, Scene, Song
from glance.project.overrides import shape_share
from glance.project.scenes import lay_out
from glance.project.validate import problems_of
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from glance.schedule.reactions import AmplitudeMap
from glance.story.styles import load_styles
from tests.conftest import heard


def project(*overrides: Override, **fields: Any) -> Project:
    """A video that spirals and dips on every kick, 12 frames a second; the song has 120 beats a minute from 0 s."""
    dips = Reaction(channel="strength", map=AmplitudeMap("kick", 0.9, 0.3))
    scenes = (Scene(prompt="a heron", camera="spiral", reactivity="high"),)
    made = Project(song=Song(path="song.wav"), scenes=scenes, reactions=(dips,), output=Output(fps="12"))
    return msgspec.structs.replace(made, overrides=overrides, **fields)


def values(one: Project, channel: str = "strength") -> np.ndarray[Any, np.dtype[np.float64]]:
    signals = signals_of(one, heard())
    return evaluate_channels(one, signals, lay_out(one, signals))[channel]


def test_a_value_that_is_set_is_the_plans_value_on_its_frame_and_nothing_else_changes() -> None:
    before, after = (
        compile_plan(each, heard()).frames
        for each in (project(), project(Override(channel="strength", start="30", value=0.2)))
    )
    assert after[30].strength == 0.2
    assert before[30].strength != 0.2
    assert [frame for frame in after if frame.index != 30] == [frame for frame in before if frame.index != 30]


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("24", "36", 24, 36),
        ("2s", "3s", 24, 36),
        ("0:02", "0:03", 24, 36),
        ("4b", "6b", 24, 36),
        ("1bar", "2bar", 24, 48),
    ],
)
def test_stretches_are_given_in_frames_seconds_beats_and_bars(start: str, end: str, first: int, last: int) -> None:
    found = values(project(Override(channel="strength", start=start, end=end, value=0.123)))
    assert np.flatnonzero(found == 0.123).tolist() == list(range(first, last))


def test_an_offset_is_added_a_factor_scales_from_rest_and_both_are_clipped_to_the_channels_range() -> None:
    plain, zoom = values(project()), values(project(), "zoom")
    span = {"start": "1s", "end": "3s"}
    higher = values(project(Override(channel="strength", mode="add", value=0.05, **span)))
    half = values(project(Override(channel="strength", mode="scale", value=0.5, **span)))
    beyond = values(project(Override(channel="strength", mode="add", value=7, **span)))
    calmer = values(project(Override(channel="zoom", mode="scale", value=0.5, **span)), "zoom")
    np.testing.assert_allclose(higher[12:36], np.minimum(1.0, plain[12:36] + 0.05))
    np.testing.assert_allclose(half[12:36], plain[12:36] / 2)
    np.testing.assert_array_equal(beyond[12:36], 1.0)
    np.testing.assert_allclose(calmer[12:36], 1 + (zoom[12:36] - 1) / 2)
    for changed in (higher, half, beyond):
        np.testing.assert_array_equal(np.delete(changed, np.s_[12:36]), np.delete(plain, np.s_[12:36]))


def test_a_curve_is_laid_over_its_stretch_in_the_songs_own_time() -> None:
    text = "2s:(0.2), 3s:(0.8)"
    found = values(project(Override(channel="strength", start="2s", end="3s", curve=text)))
    curve = evaluate(parse_schedule(text), signals_of(project(), heard()))
    np.testing.assert_array_equal(found[24:36], curve[24:36])
    np.testing.assert_array_equal(found[36:], values(project())[36:])


def test_later_overrides_are_laid_over_earlier_ones() -> None:
    one = Override(channel="strength", start="2s", end="4s", value=0.4)
    two = Override(channel="strength", start="3s", end="5s", mode="scale", value=0.5)
    found, plain = values(project(one, two)), values(project())
    np.testing.assert_allclose(found[24:36], 0.4)
    np.testing.assert_allclose(found[36:48], 0.2)
    np.testing.assert_allclose(found[48:60], plain[48:60] / 2)


@pytest.mark.parametrize(
    ("shape", "share"),
    [
        ("flat", [1, 1, 1, 1]),
        ("fall", [1, 0.75, 0.5, 0.25]),
        ("rise", [0.25, 0.5, 0.75, 1]),
        ("swell", np.sin(np.pi * np.array([1, 3, 5, 7]) / 8) ** 2),
        ("soft", [0.5, 1, 1, 0.5]),
    ],
)
def test_a_shape_says_how_much_counts_along_the_way(shape: str, share: list[float]) -> None:
    np.testing.assert_allclose(shape_share(shape, np.arange(4), 4), share)
    found = values(project(Override(channel="cfg", start="24", end="28", value=11.0, shape=shape)), "cfg")  # type: ignore[arg-type]
    np.testing.assert_allclose(found[24:28], 7 + 4 * np.asarray(share))


def test_a_stretch_that_reaches_beyond_the_song_counts_where_the_song_is() -> None:
    begun = values(project(Override(channel="cfg", start="-2", end="2", value=11.0, shape="fall")), "cfg")
    np.testing.assert_allclose(begun[:3], [9, 8, 7])
    np.testing.assert_array_equal(values(project(Override(channel="cfg", start="9:00", value=3.0)), "cfg"), 7.0)


def test_a_stretch_in_beats_goes_along_with_a_corrected_tempo() -> None:
    one = project(Override(channel="strength", start="8b", end="10b", value=0.123))
    slower = msgspec.structs.replace(one, song=Song(path="song.wav", corrections=BeatCorrections(tempo_factor="1/2")))
    frames = [
        np.flatnonzero([frame.strength == 0.123 for frame in compile_plan(each, heard()).frames])
        for each in (one, slower)
    ]
    assert (frames[0][0], frames[0].size) == (48, 12)
    assert (frames[1][0], frames[1].size) == (96, 24)


def test_a_changed_frame_is_drawn_whatever_the_cadence() -> None:
    quiet = {
        "curves": {"cadence": "6"},
        "reactions": (),
        "look": msgspec.structs.replace(project().look, cadence_hits=False),
    }
    one = project(Override(channel="strength", start="32", value=0.2), **quiet)
    signals = signals_of(one, heard())
    drawn, _ = drawn_and_between(one, heard(), signals, lay_out(one, signals), np.full(signals.n_frames, 6.0))
    assert drawn[32]
    assert not drawn[31]


@pytest.mark.parametrize(
    ("override", "field", "words"),
    [
        (Override(channel="strenth", start="0"), "overrides[0].channel", "strength"),
        (Override(channel="sampler", start="0"), "overrides[0].channel", "no number channel"),
        (Override(channel="zoom", start="soon"), "overrides[0].start", "soon"),
        (Override(channel="zoom", start="4b", end="2b"), "overrides[0].end", "after its start 4b"),
        (Override(channel="zoom", start="4b", value=1e11), "overrides[0].value", "expected a number"),
        (Override(channel="zoom", start="4b", curve="0:(1 + kik)"), "overrides[0].curve", "kick"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(override: Override, field: str, words: str) -> None:
    with pytest.raises(GlanceError) as refusal:
        compile_plan(project(override), heard())
    assert words in str(refusal.value)
    (problem,) = problems_of(project(override), heard(), load_styles())
    assert problem.field == field
    if isinstance(refusal.value, ScheduleError):
        assert (problem.column, problem.length) == (7, 3)


def test_a_marker_needs_a_moment_and_moves_no_frame() -> None:
    named = project(markers=(Marker(at="8b", name="the drop"),))
    assert compile_plan(named, heard()).frames == compile_plan(project(), heard()).frames
    with pytest.raises(ProjectError, match=r"markers\[0\]\.at"):
        compile_plan(project(markers=(Marker(at="later"),)), heard())


def test_overrides_survive_a_file_and_old_files_have_none() -> None:
    one = project(Override(channel="zoom", start="3bar", end="4bar", mode="scale", value=0.5, shape="soft"))
    assert parse_project(project_json(one)) == one
    assert parse_project('{"song": {"path": "song.wav"}}').overrides == ()


def test_deforum_gets_the_values_baked() -> None:
    one = project(
        Override(channel="strength", start="30", value=0.2), Override(channel="cfg", start="1s", end="2s", value=11.0)
    )
    text = export_settings(one, heard(), load_styles()).text
    schedules = msgspec.json.decode(text)
    signals = signals_of(one, heard())
    there = evaluate(parse_schedule(schedules["strength_schedule"]), signals)
    np.testing.assert_allclose(there, values(one), atol=1e-9)
    np.testing.assert_allclose(evaluate(parse_schedule(schedules["cfg_scale_schedule"]), signals)[12:24], 11.0)
    assert schedules["cfg_scale_schedule"] != "0: (7)"
