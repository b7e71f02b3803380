"""What sketches and painted frames look like. Renew on purpose: `pytest tests/golden --renew-golden`, then look."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from glance.frames import Frame
from glance.painter.backend import PainterBackend
from glance.painter.sketch.composition import draw_sketch
from glance.render.backend import FrameRequest
from tests.support.painted_frames import frame_spec

SIZE = (160, 96)
SKETCHES = {
    "sketch_lighthouse": ("a lighthouse that remembers the sea, night", ()),
    "sketch_city": ("neon city in the rain, a person", ()),
    "sketch_forest": ("a deer in the forest, golden light", ()),
    "sketch_palette": ("boat on a lake, dawn", ("#12263f", "#e4572e", "#f6e7cb")),
    "sketch_abstract": ("abstract vortex, heart", ()),
}
STYLES = {"painted_starry": 19, "painted_pastel": 0, "painted_tidal": 24, "painted_scarlet": 20}


@pytest.mark.parametrize("name", sorted(SKETCHES))
def test_sketch_looks_as_it_did(name: str, golden: Callable[[str, Frame], None]) -> None:
    prompt, palette = SKETCHES[name]
    golden(name, draw_sketch(prompt, palette, 31, SIZE))


@pytest.mark.parametrize("name", sorted(STYLES))
def test_painted_frame_looks_as_it_did(name: str, golden: Callable[[str, Frame], None]) -> None:
    spec = frame_spec(painter=((STYLES[name], 1.0),), picture_seed=31)
    golden(name, PainterBackend(threads=1).generate(FrameRequest(SIZE, spec, None)))


def test_repainted_sketch_looks_as_it_did(golden: Callable[[str, Frame], None]) -> None:
    init = draw_sketch("mountain lake, dawn", (), 8, SIZE)
    spec = frame_spec(strength=0.6, painter=((4, 0.5), (12, 0.5)), picture_seed=31)
    golden("repainted_lake", PainterBackend(threads=1).generate(FrameRequest(SIZE, spec, init)))
