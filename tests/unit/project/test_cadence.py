"""A cadence that hears: no hit late, none early, none lost, and every frame written."""

from __future__ import annotations

import numpy as np

from glance.project.frame_choices import drawn_frames, hit_frames, steps_taken

NONE = np.zeros(13, dtype=bool)


def test_without_hits_every_nth_frame_is_drawn() -> None:
    drawn, _ = drawn_frames(np.full(13, 4.0), NONE, NONE)
    assert np.flatnonzero(drawn).tolist() == [0, 4, 8, 12]


def test_in_betweens_move_evenly_to_the_next_drawn_frame() -> None:
    _, share = drawn_frames(np.full(13, 4.0), NONE, NONE)
    np.testing.assert_allclose(share[:5], [0, 0.25, 0.5, 0.75, 0])


def test_the_last_frame_is_drawn_whatever_the_cadence() -> None:
    drawn, _ = drawn_frames(np.full(11, 4.0), NONE[:11], NONE[:11])
    assert drawn[-1]


def test_a_hit_is_drawn_on_its_own_frame_and_not_before() -> None:
    hits = NONE.copy()
    hits[6] = True
    drawn, share = drawn_frames(np.full(13, 4.0), hits, NONE)
    assert drawn[6]
    assert share[5] == 0.0, "the frame in front of a hit must still show the picture before it"
    assert np.flatnonzero(drawn).tolist() == [0, 4, 6, 10, 12]


def test_cadence_one_draws_everything() -> None:
    drawn, share = drawn_frames(np.ones(13), NONE, NONE)
    assert drawn.all()
    assert not share.any()


def test_cadence_may_change_along_the_song() -> None:
    drawn, _ = drawn_frames(np.array([2.0] * 4 + [3.0] * 9), NONE, NONE)
    assert np.flatnonzero(drawn).tolist() == [0, 2, 4, 7, 10, 12]


def test_only_clear_onsets_count_as_hits() -> None:
    hits = hit_frames(np.array([1, 2, 99]), np.array([1.0, 0.1, 0.9], dtype=np.float32), 10)
    assert np.flatnonzero(hits).tolist() == [1]


def test_the_steps_that_are_taken_are_a_scenes_own_and_at_least_three():
    strength = np.array([0.0, 0.9, 0.9, 0.6, 0.5, 0.3, 1.0, 0.4])
    scene_of = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    drawn = np.array([True, True, False, True, True, True, True, True])
    # Neither a cut, an in-between nor a frame that is kept has a say.
    assert steps_taken(strength, np.full(8, 20.0), scene_of, drawn).tolist() == [5] * 4 + [12] * 4
    assert steps_taken(strength, np.full(8, 4.0), scene_of, drawn).tolist() == [3] * 8
