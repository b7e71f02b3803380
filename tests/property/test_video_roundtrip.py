"""Whatever the picture and its texts, a PNG gives them back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from glance.media.images import read_png, read_text, write_png

keywords = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=79)
values = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
    st.dictionaries(keywords, values, max_size=4),
    st.booleans(),
)
def test_pixels_and_texts_come_back_as_they_were(
    height: int, width: int, seed: int, text: dict[str, str], compress: bool
) -> None:
    frame = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.png"
        write_png(path, frame, text, compress=compress)
        assert np.array_equal(read_png(path), frame)
        assert read_text(path) == text
