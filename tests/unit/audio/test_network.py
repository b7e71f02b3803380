"""The beat network runs in numpy: the same bits for the same song, in blocks as in one piece."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from glance.audio import network
from glance.audio.network import TEMPI_BPM, hear


def music(frames: int) -> np.ndarray:
    """Return levels (frames, 64) with a hit in all bands every half second."""
    levels = np.random.default_rng(2).random((frames, 64)).astype(np.float32) * 0.2
    for start in range(20, frames, 50):
        levels[start : start + 12] += np.linspace(4, 0, levels[start : start + 12].shape[0], dtype=np.float32)[:, None]
    return levels


def test_the_same_song_gives_the_same_bits() -> None:
    levels = music(2400)
    one, other = hear(levels), hear(levels.copy())
    for name in ("beat", "downbeat", "tempo"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_blocks_tell_what_the_whole_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = music(2000)
    whole = hear(levels)
    monkeypatch.setattr(network, "_BLOCK", 37)
    parts = hear(levels)
    np.testing.assert_allclose(parts.beat, whole.beat, atol=2e-4)
    np.testing.assert_allclose(parts.tempo, whole.tempo, atol=2e-4)


@pytest.mark.parametrize("frames", [0, 1, 2, 3, 7, 101])
def test_a_blink_of_sound_has_half_as_many_moments(frames: int) -> None:
    heard = hear(music(frames) if frames > 20 else np.zeros((frames, 64), np.float32))
    assert heard.beat.shape == heard.downbeat.shape == (frames // 2,)
    assert heard.tempo.shape == (frames // 2, TEMPI_BPM.size)


def test_hits_every_half_second_are_heard_as_beats_at_about_that_tempo() -> None:
    heard = hear(music(4000))
    on = np.arange(20, 4000, 50) // 2
    on = on[(on > 100) & (on < 1900)]
    assert np.median(heard.beat[on]) > np.median(heard.beat[on + 12]) + 1
    np.testing.assert_allclose(np.exp(heard.tempo).sum(axis=1), 1, atol=1e-4)
    likeliest = TEMPI_BPM[heard.tempo[1000].argmax()]
    assert min(abs(np.log2(likeliest / tempo)) for tempo in (60.1, 120.3)) < 0.1


def test_it_needs_no_other_library() -> None:
    code = (
        "import sys, numpy as np; from glance.audio.network import hear; hear(np.zeros((100, 64), np.float32));"
        "print([name for name in ('torch', 'onnxruntime', 'librosa') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
