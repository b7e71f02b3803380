"""The one clock behind "time to go": drawing, drawing on several WebUIs, enlarging."""

import math

from glance.render.eta import EtaClock


def test_what_is_left_takes_as_long_as_what_was_made() -> None:
    now = [100.0]
    clock = EtaClock(10, now_s=lambda: now[0])
    assert math.isnan(clock.eta_s())
    for _ in range(4):
        now[0] += 3.0
        clock.tick()
    assert (clock.n_left, clock.eta_s()) == (6, 18.0)


def test_the_first_is_left_out_where_it_loads_a_model() -> None:
    now = [0.0]
    clock = EtaClock(10, warm_up=1, now_s=lambda: now[0])
    now[0] += 60.0
    clock.tick()
    assert math.isnan(clock.eta_s())
    now[0] += 2.0
    clock.tick()
    assert clock.eta_s() == 16.0
