"""What several tests need: a small song, what is heard in it, and a backend that draws at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from glance.audio.envelopes import ENVELOPES
from glance.audio.types import Envelopes, Onsets, Section, SongAnalysis
from tests.support.song_files import write_clicks


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the person's own cache."""
    monkeypatch.setenv("GLANCE_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A 4 s WAV file with a click on every half second."""
    return write_clicks(tmp_path_factory.mktemp("song") / "clicks.wav", duration_s=4.0, every_s=0.5)


def heard(duration_s: float = 16.0, bpm: float = 120.0) -> SongAnalysis:
    """Return what is heard in a song of three sections (A, B, A) with a hit on every beat of B."""
    period = 60.0 / bpm
    beats = np.arange(0, duration_s - 1e-9, period)
    rate = 100.0
    n = int(duration_s * rate) + 1
    times = np.arange(n) / rate
    third = round(duration_s / period / 3 / 4) * 4 * period
    inside = (times >= third) & (times < 2 * third)
    pulse = np.exp(-((times % period) / 0.05)) * inside
    values = {name: np.full(n, 0.2, dtype=np.float32) for name in ENVELOPES}
    for name in ("kick", "percussive", "onset", "low"):
        values[name] = pulse.astype(np.float32)
    for name in ("snare", "hat"):
        values[name] = np.zeros(n, dtype=np.float32)
    hits = beats[(beats >= third - 1e-9) & (beats < 2 * third - 1e-9)]
    onsets = Onsets(hits, np.ones(hits.size, dtype=np.float32))
    sections = (
        Section(0.0, third, "A", "verse", 0.2),
        Section(third, 2 * third, "B", "chorus", 0.9),
        Section(2 * third, duration_s, "A", "verse", 0.2),
    )
    return SongAnalysis(
        song_hash="0" * 64,
        duration_s=duration_s,
        sr=22050,
        tempo_bpm=bpm,
        beats_s=beats,
        beat_tempo_bpm=np.full(beats.size, bpm),
        downbeats_s=beats[::4],
        beats_per_bar=4,
        tempo_candidates=(),
        onsets={"all": onsets, "low": onsets, "mid": onsets, "high": onsets},
        sections=sections,
        envelopes=Envelopes(rate, values),
        peaks=np.zeros((100, 2), dtype=np.float32),
    )


@pytest.fixture
def analysis() -> SongAnalysis:
    """What is heard in a 16 s song at 120 BPM."""
    return heard()
