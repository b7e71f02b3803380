"""The frame check: what a detector finds is never shown, never fed back, and told."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest

from glance.errors import BackendError
from glance.imaging.quality import blank_frame_problem
from glance.render.backend import FrameRequest
from glance.render.frame_check import CheckedBackend, Hit, NudeNetDetector
from glance.render.style_previews import PreviewLook, draw_previews, preview_spec
from glance.story.styles import load_styles
from tests.support.quick_backend import QuickBackend

STYLE = next(iter(load_styles().values()))
LOOK = PreviewLook(size=(64, 64))


class Finder:
    """Finds something in the first `times` pictures."""

    name = "finder"

    def __init__(self, times: int) -> None:
        self.left = times

    def find(self, frame) -> str:
        self.left -= 1
        return "something" if self.left >= 0 else ""


def request() -> FrameRequest:
    return FrameRequest(LOOK.size, preview_spec(STYLE, LOOK), None)


def test_a_hit_comes_out_black_which_the_loop_never_uses_and_is_told() -> None:
    hits: list[Hit] = []
    backend = CheckedBackend(QuickBackend(), Finder(1), hits.append)
    black, clean = backend.generate(request()), backend.generate(request())
    assert blank_frame_problem(black) == "black"
    assert np.array_equal(clean, QuickBackend().generate(request()))
    assert hits == [Hit(0, 0, "something")]


def test_a_hit_is_drawn_anew() -> None:
    inner = QuickBackend()
    (preview,) = draw_previews([STYLE], CheckedBackend(inner, Finder(1)), LOOK)
    assert preview.frame is not None
    assert [asked.attempt for asked in inner.requests] == [0, 1]


def test_the_detector_is_part_of_the_identity() -> None:
    assert CheckedBackend(QuickBackend(), Finder(0)).identity == "quick 1, checked by finder"


def test_nudenet_is_asked_in_its_own_colors_and_heeded_above_the_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    class NudeDetector:
        def detect(self, picture):
            seen.append(picture)
            return [
                {"class": "BUTTOCKS_EXPOSED", "score": 0.9},
                {"class": "ANUS_EXPOSED", "score": 0.1},
                {"class": "FACE_FEMALE", "score": 0.9},
            ]

    module = types.ModuleType("nudenet")
    module.NudeDetector = NudeDetector
    monkeypatch.setitem(sys.modules, "nudenet", module)
    frame = np.zeros((8, 8, 3), dtype=np.uint8)
    frame[..., 0] = 255
    assert NudeNetDetector().find(frame) == "buttocks exposed"
    assert seen[0][0, 0].tolist() == [0, 0, 255]


def test_a_missing_detector_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nudenet", None)
    with pytest.raises(BackendError, match="pip install nudenet"):
        NudeNetDetector()
