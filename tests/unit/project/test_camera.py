"""Where the subject is, a hand's sway, ways through poses, and pushes that sink back."""

from __future__ import annotations

from fractions import Fraction

import msgspec
import numpy as np
import pytest

from benchmarks.standing_figure import FPS, camera_plan, course_of, steady_song
from glance.audio.types import SongAnalysis
from glance.camera.move import CameraMove
from glance.camera.path import PATH_CHANNELS, moves_between, spline_poses
from glance.camera.transform import compose, transform_of
from glance.errors import ProjectError
from glance.project.compile import compile_plan
from glance.project.files import parse_project, project_json
from glance.project.model import Look, Output, Pose, Project, Reaction, Scene, Song
from glance.project.plan import RenderPlan
from glance.project.subjects import subject_of
from glance.schedule.expression import Scope, compile_expression
from glance.schedule.reactions import AmplitudeMap
from tests.conftest import heard
from tests.support.schedule_songs import signals


def a_project(*scenes: Scene, **changes: object) -> Project:
    base = Project(song=Song(path="song.wav"), scenes=scenes, output=Output(width=256, height=144, fps="24"))
    return msgspec.structs.replace(base, **changes)


def compiled(*scenes: Scene, analysis: SongAnalysis | None = None, **changes: object) -> RenderPlan:
    return compile_plan(a_project(*scenes, **changes), analysis or heard(), {})


def cameras(plan: RenderPlan, name: str) -> np.ndarray:
    return np.array([getattr(spec.camera, name) for spec in plan.frames])


# --- the subject ---


@pytest.mark.parametrize(
    ("prompt", "x"),
    [
        ("a house, centered composition", 0.5),
        ("a house, symmetrical composition, eye level", 0.5),
        ("a house in the middle of a lake", 0.5),
        ("a fox on the left third, wide shot", 1 / 3),
        ("a fox on the right, rule of thirds", 2 / 3),
        ("a fox on the left, centered light", 1 / 3),
    ],
)
def test_the_subject_is_where_the_prompts_composition_puts_it(prompt: str, x: float) -> None:
    assert subject_of(Scene(prompt=prompt), Look(), 7)[0] == pytest.approx(x)


def test_thirds_without_a_side_take_the_pictures_own_and_keep_it() -> None:
    sides = {seed: subject_of(Scene(prompt="a fox, rule of thirds"), Look(), seed)[0] for seed in range(12)}
    assert {round(x, 3) for x in sides.values()} == {0.333, 0.667}
    again = {seed: subject_of(Scene(prompt="a fox, off-center"), Look(), seed)[0] for seed in range(12)}
    assert again == sides


def test_a_start_picture_has_its_subject_in_the_middle_unless_somebody_says_otherwise() -> None:
    look = Look(start_image="cover.png")
    assert subject_of(Scene(prompt="a fox"), look, 1) == (0.5, 0.5)
    assert subject_of(Scene(prompt="a fox", subject=(0.2, 0.7)), look, 1) == (0.2, 0.7)


def test_a_persons_point_is_what_zooms_leave_in_its_place() -> None:
    plan = compiled(Scene(camera="slow_push", subject=(0.3, 0.6)))
    assert set(cameras(plan, "center_x")) == {0.3}
    assert set(cameras(plan, "center_y")) == {0.6}
    assert {spec.subject for spec in plan.frames} == {(0.3, 0.6)}


@pytest.mark.parametrize("size", [(512, 288), (288, 512), (288, 288)])
@pytest.mark.parametrize("name", ["slow_push", "flight", "orbit", "spiral"])
def test_the_subject_stays_where_it_is_while_the_camera_moves_around_it(name: str, size) -> None:
    for x in (0.25, 0.5, 0.7):
        plan = camera_plan([Scene(camera=name, subject=(x, 0.58))], size, steady_song(8.0))
        assert np.abs(course_of(plan, x).place - (x, 0.58)).max() < 0.06


def test_a_persons_own_curves_and_imported_moves_are_not_recentered() -> None:
    own = compiled(Scene(camera="slow_push"), curves={"transform_center_x": "0:(0.9)"})
    assert set(cameras(own, "center_x")) == {0.9}
    imported = compiled(Scene(camera="static"), curves={"zoom": "0:(1.02)", "translation_z": "0:(3)"})
    assert set(cameras(imported, "center_x")) == {0.5}
    deep = compiled(Scene(camera="static", camera_mode="3d", subject=(0.2, 0.5)), curves={"translation_z": "0:(3)"})
    assert not cameras(deep, "translation_x").any()


def test_hits_push_towards_the_subject_in_3d() -> None:
    push = Reaction(channel="translation_z", map=AmplitudeMap("kick", 0.0, 6.0))
    right = compiled(Scene(camera_mode="3d", subject=(0.8, 0.5), reactivity="high"), reactions=(push,))
    assert cameras(right, "translation_x").max() > 1
    assert cameras(right, "translation_y").max() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("value", ["[1.2, 0.5]", "[0.5, -0.1]"])
def test_a_point_outside_the_picture_is_refused_with_its_field(value: str) -> None:
    text = f'{{"song": {{"path": "song.wav"}}, "scenes": [{{"subject": {value}}}]}}'
    with pytest.raises(ProjectError, match=r"scenes\[0\].subject"):
        compile_plan(parse_project(text), heard(), {})


def test_an_old_project_is_read_as_it_was_and_a_new_one_comes_back_whole() -> None:
    old = parse_project('{"song": {"path": "song.wav"}, "scenes": [{"camera": "orbit", "motion": 1.1}]}')
    assert old.scenes[0].subject is None
    assert old.scenes[0].poses == ()
    new = a_project(Scene(subject=(0.3, 0.6), poses=(Pose(at="0"), Pose(at="4bar", x=20, look=(0.4, 0.5)))))
    assert parse_project(project_json(new)) == new


# --- a hand ---


def hand(**changes: object) -> np.ndarray:
    plan = compiled(Scene(camera="handheld", **changes.pop("scene", {})), **changes)
    names = ("translation_x", "translation_y", "translation_z")
    names += ("rotation_3d_x_deg", "rotation_3d_y_deg", "rotation_3d_z_deg")
    return np.column_stack([cameras(plan, name) for name in names])


def test_a_hand_sways_on_every_axis_each_in_its_own_way() -> None:
    ways = hand().cumsum(axis=0)
    assert (np.ptp(ways, axis=0) > 0.8).all()
    apart = np.corrcoef(ways.T) - np.eye(6)
    assert np.abs(apart).max() < 0.8


def test_a_hands_sway_is_smooth_and_holds_no_tremor() -> None:
    moves = hand(analysis=heard(60.0))
    spectrum = np.abs(np.fft.rfft(moves.cumsum(axis=0) * np.hanning(len(moves))[:, None], axis=0)) ** 2
    hertz = np.fft.rfftfreq(len(moves), 1 / 24)
    assert (spectrum[hertz > 2.0].sum(axis=0) < 1e-3 * spectrum.sum(axis=0)).all()


def test_a_hand_is_the_same_for_a_seed_and_goes_as_far_at_any_frame_rate() -> None:
    assert np.array_equal(hand(), hand())
    assert not np.allclose(hand(), hand(seed=2))
    fast = hand(output=Output(width=256, height=144, fps="48"))
    np.testing.assert_allclose(fast.cumsum(axis=0)[::2][:300], hand().cumsum(axis=0)[:300], atol=0.25)


def test_music_and_curves_move_the_hands_amount_beside_any_preset() -> None:
    loud = Reaction(channel="handheld", map=AmplitudeMap("kick", 0.0, 2.0))
    plan = compiled(Scene(camera="orbit", reactivity="high"), reactions=(loud,), analysis=heard())
    roll = np.abs(cameras(plan, "rotation_3d_z_deg"))
    kicks = slice(round(6.0 * 24), round(10.0 * 24))
    assert roll[kicks].max() > 0.05
    assert roll[: kicks.start - 24].max() == 0
    flat = compiled(Scene(camera="slow_push"), curves={"handheld": "0:(1)"})
    assert np.ptp(cameras(flat, "angle_deg").cumsum()) > 0.5
    assert np.ptp(cameras(flat, "translation_x").cumsum()) > 3


def test_without_a_hand_nothing_sways() -> None:
    assert not cameras(compiled(Scene(camera="slow_push")), "angle_deg").any()


# --- poses ---

KEYS = np.array([[0, 0, 0, 0.5, 0.5, 0], [40, 10, 20, 0.3, 0.6, 5], [-30, 0, 60, 0.5, 0.5, 0.0]])


def test_a_spline_goes_through_its_poses_sets_off_and_stops_softly() -> None:
    times = np.array([0.0, 1.0, 3.0])
    np.testing.assert_allclose(spline_poses(times, KEYS, times), KEYS, atol=1e-9)
    fine = spline_poses(times, KEYS, np.linspace(-1, 4, 501))
    np.testing.assert_array_equal(fine[:100], np.repeat(KEYS[:1], 100, axis=0))
    speed = np.diff(fine, axis=0)
    assert np.abs(np.diff(speed, axis=0)).max() < 0.15
    assert spline_poses(times[:1], KEYS[:1], times).tolist() == KEYS[[0, 0, 0]].tolist()


def test_moves_lead_exactly_from_pose_to_pose() -> None:
    """However the way is cut into moves, the camera sees the same at its end."""
    size, times = (320, 180), np.array([0.0, 1.0, 3.0])
    ends = []
    for n in (4, 40):
        rows = moves_between(spline_poses(times, KEYS, np.linspace(0, 3, n)))
        moves = [CameraMove("3d", **{_field(c): v for c, v in zip(PATH_CHANNELS, row, strict=True)}) for row in rows]
        ends.append(compose(*(transform_of(move, size) for move in moves)))
    np.testing.assert_allclose(ends[0].matrix, ends[1].matrix, atol=1e-6)
    np.testing.assert_allclose(ends[0].parallax, ends[1].parallax, atol=1e-6)


def _field(channel: str) -> str:
    return f"{channel}_deg" if channel.startswith("rotation") else channel


def test_what_a_pose_looks_at_is_in_the_middle_of_the_picture_and_a_place_moves_what_is_near() -> None:
    look = compiled(Scene(poses=(Pose(at="0s"), Pose(at="2s", look=(0.75, 0.5)))))
    assert look.frames[10].camera.mode == "3d"
    turned = cameras(look, "rotation_3d_y_deg").sum()
    assert turned == pytest.approx(np.degrees(np.arctan(0.5 * np.tan(np.radians(35)))), rel=0.01)
    step = compiled(Scene(poses=(Pose(at="0s"), Pose(at="2s", z=30))))
    assert cameras(step, "translation_z").sum() == pytest.approx(30, rel=1e-3)
    assert not cameras(step, "translation_z")[3 * 24 :].any()


def test_poses_are_told_in_bars_and_need_no_order() -> None:
    ordered = compiled(Scene(poses=(Pose(at="0"), Pose(at="2bar", x=20), Pose(at="4bar"))))
    mixed = compiled(Scene(poses=(Pose(at="4bar"), Pose(at="0"), Pose(at="2bar", x=20))))
    assert [a.camera for a in ordered.frames] == [b.camera for b in mixed.frames]
    assert cameras(ordered, "translation_x")[: 4 * 24].sum() == pytest.approx(20, rel=0.02)
    assert cameras(ordered, "translation_x").sum() == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(
    ("poses", "field"),
    [
        ((Pose(at="first"),), r"poses\[0\].at"),
        ((Pose(at="4s"), Pose(at="2bar", x=20)), r"poses\[1\].at"),
        (tuple(Pose(at=f"{k}") for k in range(600)), "poses"),
        ((Pose(at="1bar"), Pose(at="1bar", x=3)), r"poses\[1\].at"),
        ((Pose(at="1bar", x=1e9),), r"poses\[0\].x"),
        ((Pose(at="1bar", look=(2.0, 0.5)),), r"poses\[0\].look"),
    ],
)
def test_poses_that_cannot_be_are_refused_with_their_field(poses: tuple[Pose, ...], field: str) -> None:
    with pytest.raises(ProjectError, match=field):
        compiled(Scene(poses=poses))


# --- pushes that sink back ---


@pytest.mark.parametrize("fps", ["12", "60"])
def test_a_push_on_a_hit_sinks_back_at_any_frame_rate(fps: str) -> None:
    push = AmplitudeMap("kick", 1.0, 1.0 + 0.06 * 12 / int(fps))
    output = Output(width=256, height=144, fps=fps)
    stays, sinks = (
        compiled(Scene(reactivity="high"), reactions=(Reaction(channel="zoom", map=push, settle_s=s),), output=output)
        for s in (0.0, 1.0)
    )
    assert cameras(stays, "zoom").prod() > 1.5
    assert cameras(sinks, "zoom").prod() == pytest.approx(1.0, abs=0.02)
    hit = round(6.0 * int(fps))
    assert cameras(sinks, "zoom")[hit] > 1.0 + 0.4 * 0.06 * 12 / int(fps)


def test_strength_never_sinks_back() -> None:
    dip = Reaction(channel="strength", map=AmplitudeMap("kick", 0.9, 0.4), settle_s=1.0)
    plan = compiled(Scene(reactivity="high"), reactions=(dip,))
    assert max(spec.strength for spec in plan.frames) == pytest.approx(0.9)


# --- formulas ---


def test_change_makes_moves_of_places() -> None:
    found = compile_expression("change(t*t)").values(Scope(signals(6)))
    assert found.tolist() == [1, 1, 3, 5, 7, 9]
    assert np.all(compile_expression("change(3)").values(Scope(signals(6))) == 0)


def test_wander_is_bounded_smooth_and_different_for_every_number() -> None:
    song = signals(2000)
    first, second = (compile_expression(f"wander(t/40, {n})").values(Scope(song)) for n in (1, 2))
    assert 0.5 < np.abs(first).max() <= 1
    assert abs(float(first.mean())) < 0.1
    assert np.abs(np.diff(first)).max() < 0.2
    assert abs(float(np.corrcoef(first, second)[0, 1])) < 0.5


def test_a_part_of_a_song_has_clocks_of_its_own_and_the_songs_phases() -> None:
    song = signals(60)
    part = song.part(20, 50, 25)
    assert part.n_frames == 30
    assert part.named("t")[5] == 0
    assert part.named("beat")[5] == pytest.approx(0)
    np.testing.assert_allclose(part.named("beat_phase"), song.named("beat_phase")[20:50])
    np.testing.assert_array_equal(part.named("kick"), song.named("kick")[20:50])
    assert part.times_s[0] == pytest.approx(float(20 / Fraction(song.fps)))


def test_a_long_scene_of_a_hand_does_not_roll_away() -> None:
    plan = camera_plan([Scene(camera="handheld", subject=(1 / 3, 0.58))], (512, 288), steady_song(240.0))
    course = course_of(plan)
    assert np.abs(course.lean_deg).max() < 5
    assert course.inside.min() > 0.9
    assert len(plan.frames) == 240 * FPS
