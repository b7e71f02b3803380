"""The whole way from a file to an analysis: cache, stems, trackers, report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.audio_truth import compose, write_wav
from glance.audio.analysis import analyse
from glance.audio.report import as_json, summary
from glance.audio.stems import find_stems, separate_with_demucs
from glance.audio.types import SongAnalysis
from glance.errors import AudioError


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("songs") / "song.wav"
    write_wav(path, compose("song", lambda beat: 120.0, (("kshbc", 6),)).signal)
    return path


def same(one: SongAnalysis, other: SongAnalysis) -> bool:
    return as_json(one) == as_json(other) and bool(np.array_equal(one.peaks, other.peaks))


def test_a_kept_analysis_is_the_same_and_is_used(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = analyse(song, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the song was decoded again")

    monkeypatch.setattr("glance.audio.analysis.hear_sound", refuse)
    assert same(analyse(song, cache=tmp_path), first)


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_corrupt_cache_is_made_again(song: Path, tmp_path: Path, damage: bytes | None) -> None:
    first = analyse(song, cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:2000] if damage is None else damage)
    assert same(analyse(song, cache=tmp_path), first)
    assert kept.stat().st_size > 2000


def test_a_cache_folder_that_cannot_be_made_is_no_error(song: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert analyse(song, cache=tmp_path / "file" / "cache").beats_s.size


def test_stems_add_their_envelopes_and_onsets_and_are_part_of_the_key(song: Path, tmp_path: Path) -> None:
    stems, cache = tmp_path / "stems", tmp_path / "cache"
    stems.mkdir()
    write_wav(stems / "Drums.wav", compose("drums", lambda beat: 120.0, (("ksh", 6),)).signal)
    write_wav(stems / "low.wav", compose("bass", lambda beat: 120.0, (("b", 3),)).signal)
    (stems / "notes.txt").write_text("not a stem")
    plain, parted = analyse(song, cache=cache), analyse(song, stems=stems, cache=cache)
    added = set(parted.envelopes.values) - set(plain.envelopes.values)
    parts = ("", "_onset", "_low", "_mid", "_high", "_pitch")
    assert added == {f"{stem}{part}" for stem in ("drums", "stem_low") for part in parts}
    assert len({curve.size for curve in parted.envelopes.values.values()}) == 1
    assert parted.onsets["drums"].times_s.size > 20
    assert not parted.envelopes.values["stem_low"][-300:].any()
    assert same(analyse(song, stems=stems, cache=cache), parted)


def test_a_folder_without_stems_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="found no audio file"):
        find_stems(tmp_path)
    with pytest.raises(AudioError, match="expected a folder of stems"):
        find_stems(tmp_path / "none")


def test_lyrics_are_read_afresh_and_never_kept(song: Path, tmp_path: Path) -> None:
    words = tmp_path / "song.lrc"
    words.write_text("[00:01.00]one")
    assert analyse(song, lyrics=words, cache=tmp_path / "cache").lyrics[0].text == "one"
    words.write_text("[00:01.00]two")
    assert analyse(song, lyrics=words, cache=tmp_path / "cache").lyrics[0].text == "two"
    assert analyse(song, cache=tmp_path / "cache").lyrics == ()


def test_a_tracker_that_is_not_there_is_named(song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "beat_this.inference", None)
    monkeypatch.setitem(__import__("sys").modules, "demucs.separate", None)
    with pytest.raises(AudioError, match="beat_this is not installed"):
        analyse(song, tracker="beat_this")
    with pytest.raises(AudioError, match="no tracker 'best'"):
        analyse(song, tracker="best")
    with pytest.raises(AudioError, match="needs Demucs"):
        separate_with_demucs(song, tmp_path)


def test_another_tracker_gives_the_beats(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import ModuleType

    module = ModuleType("beat_this.inference")

    class File2Beats:
        def __init__(self, **_: object) -> None:
            pass

        def __call__(self, path: str) -> tuple[np.ndarray, np.ndarray]:
            assert path == str(song)
            return np.arange(1, 10.0), np.array([1.0, 4.0, 7.0])

    module.File2Beats = File2Beats  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "beat_this", ModuleType("beat_this"))
    monkeypatch.setitem(__import__("sys").modules, "beat_this.inference", module)
    analysis = analyse(song, tracker="beat_this")
    np.testing.assert_array_equal(analysis.beats_s, np.arange(1, 10.0))
    np.testing.assert_array_equal(analysis.downbeats_s, [1.0, 4.0, 7.0])
    assert analysis.beats_per_bar == 3


def test_progress_only_grows(song: Path) -> None:
    shares: list[float] = []
    analyse(song, progress=lambda share, what: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_the_report_is_plain_data_and_the_summary_names_what_was_heard(song: Path) -> None:
    analysis = analyse(song)
    data = json.loads(json.dumps(as_json(analysis)))
    assert data["beats_s"] == np.round(analysis.beats_s, 4).tolist()
    assert set(data["envelopes"]["values"]) == set(analysis.envelopes.values)
    text = summary(analysis)
    assert "120.0 BPM" in text
    assert "4 beats to a bar" in text
    silent = replace(analysis, beats_s=np.zeros(0), beat_tempo_bpm=np.zeros(0), downbeats_s=np.zeros(0), tempo_bpm=0.0)
    assert "no beat found" in summary(silent)


def test_listening_needs_neither_librosa_nor_numba(song: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from glance.audio.analysis import analyse; analyse(Path(sys.argv[1]));"
        "print([name for name in ('librosa', 'numba', 'torch') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code, str(song)], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_summary_shows_the_first_and_the_last_line_of_the_lyrics_and_all_notes(song: Path, tmp_path: Path) -> None:
    words = tmp_path / "song.lrc"
    words.write_text(
        "[00:01.00][Chorus]\n[00:01.50]Paper boats\n[00:03.00]in between\n[00:04.25]Sail on\n[09:00.00]late"
    )
    text = summary(analyse(song, lyrics=words))
    assert "lyrics    4 lines" in text
    assert "0:01.5   Paper boats" in text
    assert "9:00   late" in text
    assert "in between" not in text
    assert "Chorus at 0:01 (from the lyrics)" in text
    assert "1 of 4 lines of the lyrics begin after the song's end" in text
    words.write_text("[00:01.50]Paper boats")
    assert "lyrics    1 line\n     0:01.5   Paper boats" in summary(analyse(song, lyrics=words))


def test_what_is_said_about_a_damaged_song_is_kept_with_its_analysis(song: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.wav"
    cut.write_bytes(song.read_bytes()[: song.stat().st_size // 2])
    first = analyse(cut, cache=tmp_path / "cache")
    assert "could be read: it is damaged or cut short" in first.notes[0]
    assert analyse(cut, cache=tmp_path / "cache").notes == first.notes
