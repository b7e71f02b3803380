"""Envelopes from a table, and from librosa where a project asks."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from glance.audio.analysis import analyse
from glance.audio.sources import Sources, librosa_curves, table_curves, with_sources
from glance.errors import AudioError
from tests.support.song_files import write_clicks


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "curves.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_column_of_a_table_is_an_envelope(tmp_path: Path) -> None:
    curves = table_curves(table(tmp_path, "time,glow,My Fader 2,7th\n0,0,-10,1\n1,1,30,0.5\n2,0.5,10,0\n"), 10.0, 40)
    assert set(curves) == {"glow", "my_fader_2", "c7th"}
    np.testing.assert_allclose(curves["glow"][[0, 5, 10, 15, 20]], [0, 0.5, 1, 0.75, 0.5], atol=1e-6)
    np.testing.assert_allclose(curves["my_fader_2"][[0, 10, 20]], [0, 1, 0.5], atol=1e-6)
    assert not curves["glow"][21:].any()


def test_semicolons_and_decimal_commas_are_read(tmp_path: Path) -> None:
    curves = table_curves(table(tmp_path, "\ufefft;a\n0,5;0,25\n1,5;0,75\n"), 2.0, 4)
    np.testing.assert_allclose(curves["a"], [0, 0.25, 0.5, 0.75], atol=1e-6)


def test_a_column_named_like_an_envelope_of_the_song_gets_a_name_of_its_own(tmp_path: Path) -> None:
    assert set(table_curves(table(tmp_path, "t,rms,kick\n0,0,0\n1,1,1\n"), 10.0, 5)) == {"table_rms", "table_kick"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: expected names"),
        ("time\n1\n2\n", "line 1: expected names"),
        ("t,a,a\n0,1,1\n1,1,1\n", "different columns"),
        ("t,a\n0,1\n", "at least two lines"),
        ("t,a\n0,1\n1\n", "line 3: expected 2 values, found 1"),
        ("t,a\n0,1\n1,loud\n", "line 3, column a: expected a number, found 'loud'"),
        ("t,a\n0,1\n1,inf\n", "line 3, column a"),
        ("t,a\n1,1\n1,0\n", "line 3: expected times in seconds that increase"),
    ],
)
def test_a_table_that_is_none_says_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(AudioError, match=said):
        table_curves(table(tmp_path, text), 10.0, 5)


def test_a_table_that_is_not_there_or_no_text_is_an_audio_error(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="expected a CSV file"):
        table_curves(tmp_path / "none.csv", 10.0, 5)
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(AudioError, match="expected a CSV file"):
        table_curves(tmp_path / "binary.csv", 10.0, 5)


def test_a_table_is_read_afresh_each_time(tmp_path: Path) -> None:
    song = write_clicks(tmp_path / "song.wav", duration_s=4.0, every_s=0.5)
    heard = analyse(song)
    first = with_sources(heard, song, Sources(table(tmp_path, "t,glow\n0,1\n9,1\n")))
    second = with_sources(heard, song, Sources(table(tmp_path, "t,glow\n0,0\n9,0\n")))
    assert first.envelopes.values["glow"].all()
    assert not second.envelopes.values["glow"].any()
    assert "glow" not in heard.envelopes.values


def test_without_librosa_its_features_are_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "librosa", None)
    song = write_clicks(tmp_path / "song.wav", duration_s=2.0, every_s=0.5)
    with pytest.raises(AudioError, match="need librosa, which is not installed"):
        librosa_curves(song, ("pitch",), 100.0, 200)
    with pytest.raises(AudioError, match="no feature 'mood'"):
        librosa_curves(song, ("mood",), 100.0, 200)


def test_pitch_and_chroma_come_from_librosa_scaled_to_the_song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("librosa")
    frames = 2 * 22050 // 512 + 1

    def yin(y: np.ndarray, **given: float) -> np.ndarray:
        assert given["sr"] == 22050
        return np.full(frames, np.sqrt(given["fmin"] * given["fmax"]))

    module.yin = yin  # type: ignore[attr-defined]
    module.feature = SimpleNamespace(  # type: ignore[attr-defined]
        rms=lambda y, hop_length: np.concatenate([np.ones(frames // 2), np.zeros(frames - frames // 2)])[None],
        chroma_cqt=lambda y, sr, hop_length: np.arange(12)[:, None] / 11 * np.ones(frames),
    )
    monkeypatch.setitem(sys.modules, "librosa", module)
    song = write_clicks(tmp_path / "song.wav", duration_s=2.0, every_s=0.5)
    curves = librosa_curves(song, ("pitch", "chroma"), 100.0, 200)
    assert curves["pitch"][20] == pytest.approx(0.5, abs=1e-3)
    assert curves["pitch"][180] == 0
    assert curves["chroma_c"].max() == 0
    assert curves["chroma_b"].min() == 1
    assert len(curves) == 13
    # what librosa heard once is kept
    heard, sources = analyse(song), Sources(features=("pitch",))
    first = with_sources(heard, song, sources, tmp_path / "cache")
    monkeypatch.setitem(sys.modules, "librosa", None)
    again = with_sources(heard, song, sources, tmp_path / "cache")
    np.testing.assert_array_equal(again.envelopes.values["pitch"], first.envelopes.values["pitch"])
    assert all(curve.dtype == np.float32 and curve.size == 200 for curve in curves.values())
