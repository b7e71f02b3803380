"""Stems get their instrument's name whatever their files are called; the choice is told, and nothing is lost."""

from __future__ import annotations

import re
import wave
from pathlib import Path

import pytest

from glance.audio.analysis import analyse
from glance.audio.report import summary
from glance.audio.stem_names import RESERVED, ROLE_WORDS, name_stems
from glance.audio.stems import find_stems
from glance.errors import AudioError
from glance.schedule.easing import EASINGS
from glance.schedule.expression import FUNCTIONS
from glance.schedule.hints import NAMES
from glance.schedule.signals import STEM_NAMES
from tests.support.song_files import write_clicks

TITLES = ["Paper Boats", "All About That Bass", "Drum Song", "노래 (feat. 드럼)", "ガール", "a.b (c) d", "Café"]


def touch(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        (folder / name).write_bytes(b"sound %d" % number)
    return folder


def names_of(*labels: str, taken: frozenset[str] = frozenset()) -> list[str]:
    return list(name_stems(labels, taken).names.values())


@pytest.mark.parametrize("title", TITLES)
def test_instruments_are_found_in_longer_names_whatever_the_title_says(title: str) -> None:
    uvr = [f"1_{title}_(Vocals)", f"1_{title}_(Instrumental)"]
    assert names_of(*uvr) == ["vocals", "instrumental"]
    separator = [f"{title}_({part})_htdemucs_6s" for part in ("Vocals", "Drums", "Guitar", "Piano", "Other", "Bass")]
    assert names_of(*separator) == ["vocals", "drums", "guitar", "piano", "other", "bass"]
    generator = [
        f"{title} ({part})" for part in ("Backing Vocals", "Percussion", "Keyboard", "Synth", "Woodwinds", "FX")
    ]
    assert names_of(*generator) == ["backing_vocals", "percussion", "keys", "synth", "woodwinds", "fx"]
    lalal = [f"{title}_{part}_split_by_lalalai" for part in ("vocals", "no_vocals", "drum", "acoustic_guitar")]
    assert names_of(*lalal) == ["vocals", "instrumental", "drums", "guitar"]
    moises = [f"{title}-{part}-C minor-105bpm-440hz" for part in ("vocals", "drums", "bass", "other")]
    assert names_of(*moises) == ["vocals", "drums", "bass", "other"]
    assert names_of(f"{title} (Drums)") == ["drums"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("vocals", "no_vocals"), ["vocals", "instrumental"]),
        (("vocals", "minus_vocals"), ["vocals", "instrumental"]),
        (("vocals", "accompaniment"), ["vocals", "instrumental"]),
        (("01 Lead Vocal_bip", "02 BGV Stack", "Bass DI"), ["lead_vocals", "backing_vocals", "bass"]),
        (("stem – drums", "stem – a cappella"), ["drums", "vocals"]),
        (("01 Drums", "02 Bass"), ["drums", "bass"]),
        (("드럼", "베이스", "리드기타", "신스패드"), ["drums", "bass", "guitar", "synth"]),
        (("ドラム", "ボーカル", "吉他"), ["drums", "vocals", "guitar"]),
        (("DrumLoop 120", "LeadVocals", "808"), ["drums", "lead_vocals", "bass"]),
    ],
)
def test_the_words_of_separators_generators_and_people_are_known(labels: tuple[str, ...], expected: list[str]) -> None:
    assert names_of(*labels) == expected


def test_files_that_meet_in_a_name_are_told_apart_and_told(tmp_path: Path) -> None:
    folder = touch(tmp_path / "two", "Drums (dry).wav", "drums_dry.wav", "Snare Top.wav", "Snare Bottom.wav")
    found = find_stems(folder)
    assert {name: path.name for name, path in found.files.items()} == {
        "drums": "Drums (dry).wav",
        "drums_dry": "drums_dry.wav",
        "snare": "Snare Bottom.wav",
        "snare_top": "Snare Top.wav",
    }
    assert any("drums_dry.wav (`drums_dry`)" in note for note in found.notes)
    assert names_of("Drums 1", "Drums 2", "드럼") == ["drums", "drums_2", "drums_3"]


def test_a_name_without_an_instrument_is_one_that_formulas_can_say(tmp_path: Path) -> None:
    labels = [f"Paper Boats_Insert {number}" for number in (1, 2, 12)]
    assert names_of(*labels) == ["insert_1", "insert_2", "insert_12"]
    odd = names_of("!!!", "Ω", "1", "time", "sin", "if", "ease_in_quad", "뷁", "naïve")
    assert len(set(odd)) == len(odd)
    assert odd[-1] == "naive"
    for name in odd:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name)
        assert name not in {*NAMES, *FUNCTIONS, "if"}
    found = find_stems(touch(tmp_path / "x", "Zxq.wav"))
    assert any('stem("Zxq")' in note for note in found.notes)


def test_the_formulas_words_are_no_stems_names() -> None:
    assert {*NAMES, *FUNCTIONS} - {*EASINGS} <= RESERVED
    assert all(name.startswith("ease_") or name in RESERVED for name in EASINGS)
    assert set(ROLE_WORDS) == STEM_NAMES


def test_names_of_the_songs_own_envelopes_stay_theirs() -> None:
    taken = frozenset({"kick", "onset", "low"})
    assert names_of("Kick", "low", taken=taken) == ["stem_kick", "stem_low"]


def test_the_mix_the_song_and_what_systems_leave_are_no_stems(tmp_path: Path) -> None:
    folder = touch(tmp_path, "full mix.wav", "drums.wav", "._drums.wav", ".hidden.wav", "notes.txt", "song.wav")
    found = find_stems(folder, song=folder / "song.wav")
    assert list(found.files) == ["drums"]
    assert any("full mix.wav is the whole song" in note for note in found.notes)


def test_a_stem_that_is_there_twice_is_heard_once_and_without_loss(tmp_path: Path) -> None:
    found = find_stems(touch(tmp_path, "Drums.mp3", "drums.wav", "Drums.mid", "bass.ogg"))
    assert {name: path.name for name, path in found.files.items()} == {"bass": "bass.ogg", "drums": "drums.wav"}


def test_stems_lie_one_or_two_folders_below(tmp_path: Path) -> None:
    touch(tmp_path / "htdemucs" / "song", "drums.wav", "bass.wav")
    found = find_stems(tmp_path)
    assert list(found.files) == ["bass", "drums"]
    assert "htdemucs" in found.notes[0]
    touch(tmp_path / "htdemucs" / "other song", "drums.wav")
    with pytest.raises(AudioError, match="stems of one song, found several folders"):
        find_stems(tmp_path)
    assert list(find_stems(tmp_path, song=Path("Song.mp3")).files) == ["bass", "drums"]


def test_a_folder_of_far_too_many_files_is_refused(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{number}.wav" for number in range(101)))
    with pytest.raises(AudioError, match="expected at most 100 stems, found 101"):
        find_stems(tmp_path)


def test_lead_vocals_stand_in_for_vocals_and_the_choice_is_in_the_report(tmp_path: Path) -> None:
    song = write_clicks(tmp_path / "song.wav", duration_s=4.0, every_s=0.5)
    folder = tmp_path / "stems"
    folder.mkdir()
    write_clicks(folder / "Paper Boats (Lead Vocals).wav", duration_s=4.0, every_s=1.0)
    write_clicks(folder / "Paper Boats (Drums).wav", duration_s=4.0, every_s=0.5)
    heard = analyse(song, stems=folder)
    values = heard.envelopes.values
    assert {"drums", "drums_onset", "lead_vocals", "vocals", "vocals_onset"} <= set(values)
    assert values["vocals"] is values["lead_vocals"]
    assert heard.envelopes.stems["Paper Boats (Drums)"] == "drums"
    assert "Paper Boats (Lead Vocals).wav is `lead_vocals`" in summary(heard)


def test_a_stem_that_begins_on_its_first_sample_is_heard_there(tmp_path: Path) -> None:
    song = write_clicks(tmp_path / "song.wav", duration_s=4.0, every_s=0.5)
    folder = tmp_path / "stems"
    folder.mkdir()
    write_clicks(folder / "drums.wav", duration_s=4.0, every_s=0.5)
    heard = analyse(song, stems=folder)
    assert heard.onsets["drums"].times_s[0] == pytest.approx(0.0, abs=0.005)
    assert heard.envelopes.values["drums"].size == heard.envelopes.values["rms"].size
    with wave.open(str(song)) as file:
        assert heard.duration_s == file.getnframes() / file.getframerate()
