"""Golden pictures: kept as PNG beside the tests, compared with a tolerance, renewed with `--renew-golden`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glance.frames import Frame

PICTURES = Path(__file__).parent / "pictures"
#: Rounding differs between processors and versions of OpenCV and onnxruntime; a changed drawing differs by far more.
MEAN_TOLERANCE = 3.0
PIXEL_TOLERANCE = 30
SHARE_BEYOND = 0.02


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the command that renews: `pytest tests/golden --renew-golden`."""
    parser.addoption("--renew-golden", action="store_true", help="write the golden pictures anew, then look at them")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Frame], None]:
    """Compare a frame with its golden picture, or write it where renewal was asked for."""
    renew = request.config.getoption("--renew-golden", default=False)

    def check(name: str, frame: Frame) -> None:
        path = PICTURES / f"{name}.png"
        if renew:
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(frame).save(path, optimize=True)
        assert path.is_file(), f"{path.name} is missing; write it with: pytest tests/golden --renew-golden"
        with Image.open(path) as opened:
            kept = np.asarray(opened.convert("RGB"))
        difference = np.abs(kept.astype(int) - frame)
        beyond = float((difference.max(axis=-1) > PIXEL_TOLERANCE).mean())
        assert difference.mean() <= MEAN_TOLERANCE, f"{name} differs by {difference.mean():.1f} of 255 on average"
        assert beyond <= SHARE_BEYOND, f"{beyond:.1%} of {name} differs by more than {PIXEL_TOLERANCE} of 255"

    return check
