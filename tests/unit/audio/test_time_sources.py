"""Where beats, bars and sections come from: the order, what fits, what is asked, and where notes fall."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from glance.audio.analysis import analyse
from glance.audio.envelopes import sample_peaks
from glance.audio.grid_fit import fit_times
from glance.audio.hit_keys import hits_as_keys
from glance.audio.report import summary
from glance.audio.time_sources import TimeChoice, tag_marks, with_time
from glance.audio.types import SectionHint, SongAnalysis
from glance.errors import AudioError, ProjectError
from glance.material.reader import read_material
from glance.material.types import Mark
from glance.timing import frames_at
from tests.support import material_files as files
from tests.support.song_files import write_wave

SR = 22_050
#: A pattern of two bars that no shift by less than its length repeats, in quarters; and the song's length in bars.
PATTERN, BARS, BPM = (0, 1, 1.5, 2, 3, 4.25, 5, 6.5, 7), 10, 132.0


def hits_of_song() -> NDArray[np.float64]:
    """Seconds of all drum hits: the pattern, without its last bar but one, and once with a hit more."""
    quarters = [8 * bar + place for bar in range(BARS // 2) for place in PATTERN if (bar, place) != (3, 5)]
    return np.array(sorted([*quarters, 19.5])) * 60 / BPM


def write_song(path: Path, *, lead_s: float = 0.0, speed: float = 1.0, rate: int = SR) -> Path:
    """Write drum hits at their exact times as sound, behind some silence, played at a speed."""
    times = hits_of_song() / speed + lead_s
    sound = np.zeros(int((times[-1] + 1.5) * rate))
    decay = np.arange(int(0.12 * rate)) / rate
    chance = np.random.default_rng(1)
    for time in times:
        burst = chance.standard_normal(decay.size) * np.exp(-decay * 40) + 2 * np.sin(2 * np.pi * 60 * decay) * np.exp(
            -decay * 20
        )
        start = round(time * rate)
        sound[start : start + decay.size] += 0.2 * burst
    return write_wave(path, sound, rate)


def write_midi(path: Path) -> Path:
    ticks = np.round(hits_of_song() * BPM / 60 * 480).astype(int).tolist()
    drums = [event for tick in ticks for event in files.note(tick, 60, 36, 100, 9)]
    tracks = [
        files.track(
            [files.tempo(0, BPM), files.metre(0, 4, 4), files.text(0, 6, "Verse"), files.text(9600, 6, "Chorus")]
        )
    ]
    path.write_bytes(files.midi([*tracks, files.track(drums)]))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("material")


@pytest.fixture(scope="module")
def midi(folder: Path) -> Path:
    return write_midi(folder / "song.mid")


@pytest.fixture(scope="module")
def heard(folder: Path) -> SongAnalysis:
    return analyse(write_song(folder / "song.wav"))


def test_a_midi_files_grid_is_exact_and_every_hit_is_on_its_frame(
    folder: Path, midi: Path, heard: SongAnalysis
) -> None:
    made = analyse(folder / "song.wav", midi=midi)
    np.testing.assert_allclose(made.beats_s[:40], np.arange(40) * 60 / BPM, atol=1e-3)
    np.testing.assert_allclose(made.downbeats_s[:10], np.arange(10) * 240 / BPM, atol=1e-3)
    assert made.tempo_bpm == pytest.approx(BPM, abs=0.01)
    for fps in (Fraction(12), Fraction(24), Fraction(30000, 1001), Fraction(60)):
        sampled = sample_peaks(made.envelopes, 30 * 60, fps)["midi_kick"]
        frames = np.unique(frames_at(hits_of_song(), fps))
        rises = np.flatnonzero(np.diff(sampled, prepend=0.0) > 0.02)
        assert set(frames.tolist()) == set(rises.tolist()), fps
    assert {source.source for source in made.sources if source.used} == {"midi"}
    assert "midi     used" in summary(made)
    assert heard.sources == ()


@pytest.mark.parametrize("lead_s", [0.083, 240 / BPM, 480 / BPM])
def test_a_bounce_behind_silence_is_found_to_milliseconds_and_asked_for(
    folder: Path, midi: Path, lead_s: float
) -> None:
    song = write_song(folder / f"late{lead_s:.3f}.wav", lead_s=lead_s)
    made = analyse(song, midi=midi)
    beats = next(source for source in made.sources if source.of == "beats" and source.source == "midi")
    assert beats.waits
    assert not beats.used
    assert beats.shift_ms == pytest.approx(1000 * lead_s, abs=3.0)
    assert any("Move or keep them" in note for note in made.notes)
    moved = analyse(song, midi=midi, time=TimeChoice(midi_ms=beats.shift_ms))
    assert moved.sources[0].used
    grid = np.arange(40) * 60 / BPM + lead_s
    distance = np.abs(moved.beats_s - grid[:, None]).min(axis=1)
    assert distance.max() < 0.003
    kept = analyse(song, midi=midi, time=TimeChoice(midi_ms=0.0))
    assert kept.envelopes.exact["midi_kick"].times_s[0] == 0.0


def test_a_bounce_of_another_sample_rate_fits_and_one_played_at_it_is_found_stretched(folder: Path, midi: Path) -> None:
    same = analyse(write_song(folder / "48.wav", rate=48_000), midi=midi)
    assert same.sources[0].used
    fast = analyse(write_song(folder / "fast.wav", speed=48_000 / 44_100), midi=midi)
    assert fast.sources[0].waits
    assert fast.sources[0].stretch == pytest.approx(44_100 / 48_000)
    assert abs(fast.sources[0].shift_ms) < 3


def test_a_bounce_of_half_the_song_is_found_in_it(heard: SongAnalysis, midi: Path) -> None:
    times, weights = read_material(midi).events
    fit = fit_times(np.concatenate([times, times + 24.3]), np.tile(weights, 2), heard)
    assert not fit.is_shifted
    assert fit.correlation > 0.9


def test_the_order_is_midi_then_markers_then_tags_then_heard_and_each_can_be_chosen(
    midi: Path, heard: SongAnalysis
) -> None:
    notes, marks = read_material(midi), replace(read_material(midi), kind="Reaper project", parts=())
    tags = (Mark(0.0, "Intro"), Mark(7.0, "Chorus"))
    best = with_time(heard, notes, marks, TimeChoice(), tags)
    assert [(one.of, one.source) for one in best.sources if one.used] == [
        (of, "midi") for of in ("beats", "bars", "sections")
    ]
    assert [section.role for section in best.sections] == ["verse", "chorus"]
    chosen = with_time(heard, notes, marks, TimeChoice(beats="heard", bars="markers", sections="tags"), tags)
    assert {one.of: one.source for one in chosen.sources if one.used} == {
        "beats": "heard",
        "bars": "markers",
        "sections": "tags",
    }
    np.testing.assert_array_equal(chosen.beats_s, heard.beats_s)
    assert set(chosen.downbeats_s) <= set(chosen.beats_s)
    assert [section.role for section in chosen.sections] == ["intro", "chorus"]
    with pytest.raises(ProjectError, match=r"song\.time\.bars"):
        with_time(heard, notes, None, TimeChoice(bars="tags"))


def test_a_grid_of_another_tempo_is_not_taken(folder: Path, heard: SongAnalysis) -> None:
    path = folder / "plain.mid"
    path.write_bytes(files.midi([files.track([files.tempo(0, 97.3)])]))
    made = with_time(heard, read_material(path), None, TimeChoice())
    np.testing.assert_array_equal(made.beats_s, heard.beats_s)
    assert any("Was the tempo exported" in note or "do not lie on the sound" in note for note in made.notes)


def test_notes_are_the_keys_of_a_schedule(folder: Path, midi: Path) -> None:
    made = analyse(folder / "song.wav", midi=midi)
    keys = hits_as_keys(made, "midi_kick")
    assert keys.startswith("0.000s:(0.787), 0.150s:(0), 0.455s:(0.787)")
    with pytest.raises(ProjectError, match="midi_kick"):
        hits_as_keys(made, "none")


def test_beats_of_the_drums_need_drums(folder: Path) -> None:
    with pytest.raises(AudioError, match="no stem is named `drums`"):
        analyse(folder / "song.wav", time=TimeChoice(beats="drums"))
    stems = folder / "stems"
    stems.mkdir()
    write_song(stems / "drums.wav")
    made = analyse(folder / "song.wav", stems=stems, time=TimeChoice(beats="drums"))
    assert made.beats_s.size > 20


def test_tags_begin_where_something_changes_before_them(heard: SongAnalysis) -> None:
    sections = tuple(replace(heard.sections[0], start_s=at, end_s=at + 6) for at in (0.0, 6.0, 12.0))
    changed = replace(heard, sections=sections)
    hints = (SectionHint(1.0, "verse", "Verse"), SectionHint(7.4, "chorus", "Chorus"))
    assert [mark.start_s for mark in tag_marks(hints, changed)] == [0.0, 6.0]
