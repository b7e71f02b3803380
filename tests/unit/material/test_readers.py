"""Files of a musician's programs are read as their programs would play them, and damaged ones in words."""

from __future__ import annotations

import gzip
import random
import struct
from pathlib import Path

import numpy as np
import pytest

from glance.errors import AudioError
from glance.limits import MIDI_EVENTS
from glance.material.reader import own_marks, read_material
from glance.material.types import Mark, Material
from tests.support import material_files as files


def read(folder: Path, name: str, data: bytes, song: str = "") -> Material:
    path = folder / name
    path.write_bytes(data)
    return read_material(path, song)


@pytest.mark.parametrize(("form", "running"), [(0, True), (1, True), (1, False)])
def test_a_midi_file_gives_its_grid_notes_controllers_marks_and_words(tmp_path: Path, form: int, running: bool) -> None:
    found = read(tmp_path, "a.mid", files.song_midi(running=running, form=form))
    assert found.tempo is not None
    beats, bars = found.tempo.grid(0.0, 12.0)
    slow = 4 + np.arange(12) * 60 / 90
    np.testing.assert_allclose(beats, [*np.arange(8) * 0.5, *slow], atol=1e-5)
    np.testing.assert_allclose(bars, [0, 2, 4, 4 + 4 * 60 / 90, 4 + 8 * 60 / 90, 4 + 11 * 60 / 90], atol=1e-5)
    assert [(mark.name, mark.start_s) for mark in found.marks] == [("Verse", 0.0), ("Chorus", pytest.approx(4.0))]
    assert [(word.name, word.start_s) for word in found.words] == [("hel", 0.0), ("lo ", 0.25)]
    kick = next(part for part in found.parts if part.key == 36)
    np.testing.assert_allclose(kick.starts_s[:3], [0, 0.5, 1.0])
    assert kick.velocities[3] == pytest.approx(69 / 127)
    bass = next(part for part in found.parts if part.key is None)
    assert (bass.program, bass.channel, bass.starts_s.size) == (33, 2, 10)
    assert bass.ends_s[0] == pytest.approx(900 / 480 * 0.5)
    assert {control.name for control in found.controls} == {"cc74", "bend"}


def test_smpte_division_counts_in_seconds_and_has_no_grid_without_a_tempo(tmp_path: Path) -> None:
    division = (256 - 25) << 8 | 40  # 25 frames of 40 ticks: a millisecond a tick
    drums = files.track([event for at in range(4) for event in files.note(500 * at, 10, 38, channel=9)])
    found = read(tmp_path, "a.mid", files.midi([drums], division))
    assert found.tempo is None
    np.testing.assert_allclose(found.parts[0].starts_s, [0, 0.5, 1.0, 1.5])


def test_a_midi_file_that_is_cut_short_keeps_what_came_before(tmp_path: Path) -> None:
    whole = files.song_midi()
    found = read(tmp_path, "a.mid", whole[: len(whole) * 2 // 3])
    assert found.tempo is not None
    assert sum(part.starts_s.size for part in found.parts) > 15
    assert "damaged" in found.notes[0]


def test_more_events_than_any_song_has_are_left_out_and_told(tmp_path: Path) -> None:
    many = files.midi([b"MTrk" + struct.pack(">I", 3 * MIDI_EVENTS) + b"\x00\x90\x24" + b"\x01\x24\x40" * MIDI_EVENTS])
    assert "events" in read(tmp_path, "a.mid", many).notes[-1]


def test_wav_cues_are_counted_in_the_files_own_rate(tmp_path: Path) -> None:
    data = files.wave([*files.cue_chunks([(12_000, "Verse", 0), (24_000, "Chorus", 12_000)]), files.bext(96_000)])
    found = read(tmp_path, "a.wav", data)
    assert found.marks == (Mark(0.25, "Verse"), Mark(0.5, "Chorus", 0.75))
    assert found.tempo is None
    assert "2.000 s after the start" in found.notes[0]


def test_acids_beats_over_the_length_are_finer_than_its_tempo_and_one_shots_have_none(tmp_path: Path) -> None:
    loop = read(tmp_path, "a.wav", files.wave([files.acid(119.9, 2)]))
    assert loop.tempo is not None
    np.testing.assert_allclose(np.diff(loop.tempo.grid(0, 1.0)[0]), 0.5)
    with pytest.raises(AudioError, match="without them"):
        read(tmp_path, "b.wav", files.wave([files.acid(120, 2, one_shot=True)]))


@pytest.mark.parametrize("version", [3, 4])
def test_chapters_of_aiff_and_id3_are_marks(tmp_path: Path, version: int) -> None:
    assert read(tmp_path, "a.aiff", files.aiff([(22_050, "Verse")])).marks == (Mark(0.5, "Verse"),)
    chapters = read(tmp_path, "a.mp3", files.id3([(0, 1500, "Intro"), (1500, 3000, "후렴")], version)).marks
    assert chapters == (Mark(0.0, "Intro", 1.5), Mark(1.5, "후렴", 3.0))


def test_reapers_ramps_are_even_in_time_and_its_regions_have_ends(tmp_path: Path) -> None:
    found = read(tmp_path, "a.rpp", files.REAPER.encode())
    assert found.tempo is not None
    beats, bars = found.tempo.grid(0.0, 10.0)
    assert list(beats[:9]) == pytest.approx([*np.arange(8) * 0.5, 4.0])
    # From 90 to 120 in six seconds: after t seconds 1.5 t + t * t / 24 quarters.
    ramp = beats[8:16] - 4
    np.testing.assert_allclose(1.5 * ramp + ramp**2 / 24, np.arange(8), atol=2e-4)
    assert bars[:3] == pytest.approx([0, 2, 4])
    assert bars[3] == pytest.approx(beats[11])
    assert found.marks == (Mark(0.0, "Intro"), Mark(4.5, "Verse"), Mark(8.0, "Big Chorus", 12.0))


def test_a_live_set_keeps_the_songs_tempo_apart_from_its_clips(tmp_path: Path) -> None:
    for data in (files.ableton(), files.ABLETON.encode()):
        found = read(tmp_path, "a.als", data)
        assert found.tempo is not None
        beats, _ = found.tempo.grid(0, 6.0)
        np.testing.assert_allclose(beats, [*np.arange(8) * 0.5, 4.0, 4 + 2 / 3, 4 + 4 / 3], atol=1e-6)
        assert found.marks == (Mark(0.0, "Intro"), Mark(pytest.approx(4 + 4 * 2 / 3), "후렴"))


def test_lives_automation_is_played_in_sixteenths(tmp_path: Path) -> None:
    ramp = files.ABLETON.replace('Id="2" Time="8" Value="120"', 'Id="2" Time="0" Value="60"')
    ramp = ramp.replace('Id="3" Time="8" Value="90"', 'Id="3" Time="4" Value="120"')
    found = read(tmp_path, "a.als", files.ableton(ramp))
    assert found.tempo is not None
    steps = 60 + 60 * np.arange(16) / 16
    assert float(found.tempo.seconds_at(4.0)) == pytest.approx(float((15 / steps).sum()), abs=1e-6)


def test_a_collection_gives_the_song_that_is_asked_for(tmp_path: Path) -> None:
    found = read(tmp_path, "a.xml", files.REKORDBOX.encode(), "Zaż me.wav")
    assert found.tempo is not None
    beats, bars = found.tempo.grid(0.0, 21.0)
    assert beats[0] == pytest.approx(0.125)
    assert bars[0] == pytest.approx(0.125 + 2 * 0.5)  # the first mark is the third beat of its bar
    assert 20.0 in [pytest.approx(bar) for bar in bars]
    assert [mark.name for mark in found.marks] == ["Verse", "Drop", ""]
    with pytest.raises(AudioError, match="2 other songs"):
        read(tmp_path, "a.xml", files.REKORDBOX.encode(), "none.wav")
    traktor = read(tmp_path, "a.nml", files.TRAKTOR.encode(), "song.mp3")
    assert traktor.tempo is not None
    np.testing.assert_allclose(traktor.tempo.grid(0, 1.1)[0], [0.0525, 0.5325, 1.0125], atol=1e-9)
    assert traktor.marks == (Mark(15.4125, "Break"), Mark(30.7725, "", 38.4525))


def test_labels_with_points_or_commas_are_marks(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", files.LABELS.encode())
    assert found.marks == (Mark(0.0, "Intro", 15.5), Mark(15.5, "Verse 1", 31.0), Mark(31.0, "Chorus"))


ENTITIES = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><DJ_PLAYLISTS>&y;'


def test_xml_with_entities_and_bombs_of_gzip_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="entities"):
        read(tmp_path, "a.xml", ENTITIES.encode())
    bomb = gzip.compress(b"<Ableton><LiveSet>" + b" " * (140 << 20))
    with pytest.raises(AudioError, match="unpacked"):
        read(tmp_path, "a.als", bomb)


def test_a_songs_own_marks_are_found_and_a_lone_playhead_is_none(tmp_path: Path) -> None:
    song = tmp_path / "a.wav"
    song.write_bytes(files.wave(files.cue_chunks([(0, "Intro", 0), (24_000, "Verse", 0)])))
    assert own_marks(song) is not None
    song.write_bytes(files.wave(files.cue_chunks([(0, "", 0)])))
    assert own_marks(song) is None
    song.write_bytes(b"RIFF")
    assert own_marks(song) is None


def test_a_folder_of_midi_files_is_one_song_with_a_part_for_each(tmp_path: Path) -> None:
    for name in ("Song (Bass).mid", "Song (Synth).mid"):
        notes = files.track([files.tempo(0, 100), *files.note(0, 100, 50)])
        (tmp_path / name).write_bytes(files.midi([notes]))
    assert [part.track for part in read_material(tmp_path).parts] == ["Song (Bass)", "Song (Synth)"]


@pytest.mark.parametrize("name", sorted(files.every_kind()))
def test_damaged_files_are_read_or_refused_in_words(tmp_path: Path, name: str) -> None:
    whole = files.every_kind()[name]
    chance = random.Random(name)
    path = tmp_path / name
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.choice((0, 0xFF, chance.randrange(256)))
        path.write_bytes(bytes(data)[: chance.choice((len(data), chance.randrange(1, len(data))))])
        try:
            found = read_material(path, "song.mp3")
        except AudioError:
            continue
        if found.tempo is not None:
            beats, _ = found.tempo.grid(0.0, 300.0)
            assert (np.diff(beats) >= 0).all()
            assert np.isfinite(beats).all()
