"""From project and song to plan."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

from glance.audio.corrections import BeatCorrections
from glance.audio.types import SongAnalysis
from glance.errors import ProjectError, ScheduleError
from glance.project.compile import compile_plan, crop_plan
from glance.project.model import Guide, Look, Output, Project, Reaction, Scene, Song
from glance.project.plan import RenderPlan, common_decisions
from glance.schedule.reactions import AmplitudeMap
from glance.story.styles import load_styles
from tests.conftest import heard

STYLES = load_styles()
PULSE = Reaction(channel="strength", map=AmplitudeMap("kick", 0.8, 0.4))


def a_project(**changes: object) -> Project:
    base = Project(
        song=Song(path="song.wav"),
        scenes=(
            Scene(prompt="a house", picture="A", reactivity="high"),
            Scene(start="2bar", prompt="a ship", picture="B", reactivity="high", transition="cut"),
            Scene(start="5bar", prompt="a house", picture="A", reactivity="none", transition="fade"),
        ),
        output=Output(width=256, height=128, fps="12"),
    )
    return msgspec.structs.replace(base, **changes)


def compiled(project: Project, analysis: SongAnalysis | None = None) -> RenderPlan:
    return compile_plan(project, analysis or heard(), STYLES)


@pytest.mark.parametrize("fps", ["12", "23.976", "30000/1001", "60"])
def test_the_plan_covers_the_song_at_any_frame_rate(fps: str) -> None:
    plan = compiled(a_project(output=Output(width=256, height=128, fps=fps)))
    assert len(plan.frames) == int(np.ceil(16 * plan.fps))
    assert [spec.index for spec in plan.frames] == list(range(len(plan.frames)))


def test_scenes_in_bars_start_on_the_frame_of_their_downbeat() -> None:
    plan = compiled(a_project())
    starts = [spec.index for before, spec in pairwise(plan.frames) if spec.scene != before.scene]
    assert starts == [round(4.0 * 12), round(10.0 * 12)]


def test_a_corrected_grid_moves_scenes_with_the_music() -> None:
    song = Song(path="song.wav", corrections=BeatCorrections(offset_ms=250))
    plan = compiled(a_project(song=song))
    assert next(spec.index for spec in plan.frames if spec.scene == 1) == round(4.25 * 12)


def test_another_frame_rate_moves_nothing_in_time() -> None:
    for fps in (12, 25):
        plan = compiled(a_project(output=Output(width=256, height=128, fps=str(fps))))
        first = next(spec for spec in plan.frames if spec.scene == 2)
        assert first.time_s == pytest.approx(10.0, abs=0.5 / fps)


def test_strength_falls_on_hits_and_only_there() -> None:
    plan = compiled(a_project(reactions=(PULSE,)))
    strengths = np.array([spec.strength for spec in plan.frames])
    third = round(16 / 0.5 / 3 / 4) * 4 * 0.5
    hit = round(third * 12)
    assert strengths[hit] < 0.45
    assert strengths[:hit].min() > 0.79
    assert strengths[hit + 4] > strengths[hit] + 0.1


def test_a_scene_without_reactivity_does_not_move() -> None:
    scenes = tuple(msgspec.structs.replace(scene, reactivity="none") for scene in a_project().scenes)
    plan = compiled(a_project(scenes=scenes, reactions=(PULSE,)))
    assert {spec.strength for spec in plan.frames} == {0.8}


def test_a_curve_is_the_base_that_the_music_moves() -> None:
    plan = compiled(a_project(curves={"strength": "0:(0.9)"}, reactions=(PULSE,)))
    strengths = [spec.strength for spec in plan.frames]
    assert max(strengths) == pytest.approx(0.9)
    assert min(strengths) == pytest.approx(0.5, abs=0.03)


def test_values_stay_in_their_channels_range() -> None:
    plan = compiled(a_project(curves={"strength": "0:(3)", "cadence": "0:(-5)"}))
    assert {spec.strength for spec in plan.frames} == {1.0}
    assert all(spec.diffuse for spec in plan.frames)


def test_the_motion_dial_scales_the_camera() -> None:
    def zoom(motion: float) -> float:
        scenes = (Scene(camera="slow_push", motion=motion, reactivity="none"),)
        return compiled(a_project(scenes=scenes)).frames[10].camera.zoom

    assert zoom(0.0) == 1.0
    assert zoom(2.0) - 1 == pytest.approx(2 * (zoom(1.0) - 1), rel=1e-3)


def test_scenes_without_a_style_can_be_painted_all_the_same() -> None:
    painter = {spec.paint.styles for spec in compiled(a_project()).frames}
    assert painter == {((0, 1.0),)}


def test_a_fade_is_complete_when_its_scene_starts() -> None:
    plan = compiled(a_project())
    start = next(spec.index for spec in plan.frames if spec.scene == 2)
    before = plan.frames[start - 1].prompt
    assert len(before) == 2
    assert before[1][1] > 0.9
    assert plan.frames[start].prompt == (("a house", 1.0),)
    assert not plan.frames[start].cut
    assert sum(weight for _, weight in before) == pytest.approx(1.0)


def test_a_returning_picture_starts_from_its_first_seed() -> None:
    scenes = tuple(msgspec.structs.replace(scene, transition="cut") for scene in a_project().scenes)
    plan = compiled(a_project(scenes=scenes))
    first, again = plan.frames[0], next(spec for spec in plan.frames if spec.scene == 2)
    assert first.seed == again.seed
    assert plan.frames[1].seed == plan.frames[again.index + 1].seed
    assert plan.frames[60].seed != first.seed


def test_colors_are_matched_to_what_was_drawn_from_nothing_and_never_to_a_carried_frame() -> None:
    plan = compiled(a_project())
    for spec in plan.frames:
        assert spec.anchor < spec.index
        if spec.anchor >= 0:
            assert plan.frames[spec.anchor].cut
            assert plan.frames[spec.anchor].diffuse
    assert plan.frames[1].anchor == 0
    third = next(spec for spec in plan.frames if spec.scene == 2)
    assert third.fresh_colors == ((third.index, 1.0),)


def test_hits_are_drawn_whatever_the_cadence() -> None:
    plan = compiled(a_project(curves={"cadence": "0:(5)"}))
    for beat_s in (6.0, 6.5, 7.0):
        assert plan.frames[round(beat_s * 12)].diffuse
    assert sum(spec.diffuse for spec in plan.frames) < len(plan.frames) / 2
    assert plan.frames[-1].diffuse


def test_a_style_dresses_the_prompt_and_names_its_painter() -> None:
    style = next(iter(STYLES.values()))
    plan = compiled(a_project(scenes=(Scene(prompt="a house", style=style.id),)))
    assert "a house" in plan.frames[0].prompt[0][0]
    assert plan.frames[0].prompt[0][0] != "a house"
    assert sum(weight for _, weight in plan.frames[0].paint.styles) == pytest.approx(1.0, abs=1e-5)


def test_a_smaller_size_keeps_the_motion() -> None:
    project = a_project(scenes=(Scene(reactivity="none"),), curves={"translation_x": "0:(8)"})
    assert compile_plan(project, heard(), STYLES, size=(128, 64)).frames[5].camera.translation_x == 4.0


def test_guides_pull_around_their_moment(tmp_path: Path) -> None:
    path = tmp_path / "guide.png"
    Image.new("RGB", (8, 8), "red").save(path)
    guide = Guide(at="4s", picture=str(path), amount=0.6, reach_s=1.0)
    plan = compiled(a_project(look=Look(guides=(guide,))))
    assert plan.frames[48].guide is not None
    assert plan.frames[48].guide.amount == pytest.approx(0.6)
    assert plan.frames[30].guide is None
    assert plan.frames[54].guide.amount == pytest.approx(0.3)


def digest(**changes: Any) -> str:
    return compiled(a_project(**changes)).digest(common_decisions)


def test_the_digest_knows_what_decides_pixels(tmp_path: Path) -> None:
    base = digest()
    assert digest() == base
    assert digest(theme="other words") == base
    assert digest(curves={"noise": "0:(0.2)"}) != base
    path = tmp_path / "start.png"
    Image.new("RGB", (8, 8), "red").save(path)
    red = digest(look=Look(start_image=str(path)))
    Image.new("RGB", (8, 8), "blue").save(path)
    assert digest(look=Look(start_image=str(path))) != red


def test_a_part_is_drawn_as_if_the_video_began_there() -> None:
    plan = compiled(a_project(curves={"cadence": "0:(4)"}))
    part = crop_plan(plan, 5.0, 9.0)
    assert [part.frames[0].index, part.frames[-1].index] == [60, 107]
    assert part.frames[0].cut
    assert part.frames[0].diffuse
    assert part.frames[-1].diffuse
    assert (part.start_s, part.end_s) == (5.0, 9.0)
    assert all(spec.anchor == -1 or spec.anchor >= 60 for spec in part.frames)
    assert crop_plan(plan) is plan


def test_a_part_outside_the_song_is_refused() -> None:
    with pytest.raises(ProjectError, match="part of the song"):
        crop_plan(compiled(a_project()), 20.0, 30.0)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"scenes": ()}, ProjectError, "at least one scene"),
        ({"scenes": (Scene(), Scene(start="9bars and a half"))}, ProjectError, r"scenes\[1\].start"),
        ({"scenes": (Scene(), Scene(start="8s"), Scene(start="2s"))}, ProjectError, "before the scene in front"),
        ({"scenes": (Scene(camera="slow_psh"),)}, ProjectError, "did you mean `slow_push`"),
        ({"scenes": (Scene(style="no such"),)}, ProjectError, r"scenes\[0\].style"),
        ({"scenes": (Scene(prompt="a `sqrt(` b"),)}, ProjectError, r"scenes\[0\].prompt"),
        ({"curves": {"zom": "0:(1)"}}, ProjectError, "did you mean `zoom`"),
        ({"curves": {"zoom": "0:(1"}}, ScheduleError, "zoom"),
        ({"reactions": (Reaction(channel="zoom", map=AmplitudeMap("kik", 1, 2)),)}, ProjectError, "kick"),
        ({"reactions": (Reaction(channel="sampler", map=AmplitudeMap("kick", 1, 2)),)}, ProjectError, "number channel"),
        ({"output": Output(fps="fast")}, ProjectError, "output.fps"),
        ({"output": Output(width=500, height=288)}, ProjectError, "multiple of 8"),
        ({"output": Output(width=80000, height=80000)}, ProjectError, "at most"),
        ({"look": Look(start_image="/none.png")}, ProjectError, "look.start_image"),
        ({"look": Look(guides=(Guide(at="soon", picture="/none.png"),))}, ProjectError, r"look.guides\[0\]"),
        ({"look": Look(negative_sets=("qualty",))}, ProjectError, "quality"),
        ({"song": Song(path="a", corrections=BeatCorrections(tempo_factor="7"))}, ProjectError, "tempo_factor"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        compiled(a_project(**changes))


def test_a_silent_song_compiles() -> None:
    silent = replace(
        heard(),
        beats_s=np.zeros(0),
        downbeats_s=np.zeros(0),
        beat_tempo_bpm=np.zeros(0),
        tempo_bpm=0.0,
    )
    assert len(compiled(a_project(), silent).frames) == 192


def test_a_long_song_compiles_to_exact_fractions() -> None:
    plan = compiled(a_project(output=Output(width=256, height=128, fps="29.97")), heard(600.0))
    assert plan.fps == Fraction(30000, 1001)
    assert plan.frames[-1].time_s == pytest.approx((len(plan.frames) - 1) * 1001 / 30000, abs=1e-9)


def test_no_negative_is_sent_where_guidance_leaves_it_out(analysis: SongAnalysis) -> None:
    scenes = (Scene(prompt="a boat", negative="fog"),)
    told = [
        compile_plan(Project(song=Song(path="a.wav"), scenes=scenes, curves={"cfg": cfg}), analysis, {})
        .frames[0]
        .negative
        for cfg in ("7", "1")
    ]
    assert "fog" in told[0]
    assert told[1] == ""
