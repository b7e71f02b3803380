"""A zip becomes a project in one step, and files that are dropped on a project find their places."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from glance.app.page_words import lines_of_page
from glance.app.projects import Before, ProjectStore
from glance.audio.types import LyricLine, SungWord
from glance.errors import ProjectError
from tests.support import material_files as files

WAVE = files.wave([], seconds=0.2)


def packed(contents: dict[str, bytes], *, flags: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return out.getvalue()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 40, 90)).save(out, "JPEG")
    return out.getvalue()


GENERATED = {
    "Night Train Stems/Night Train.mp3": WAVE,
    "Night Train Stems/Night Train (Vocals).wav": WAVE,
    "Night Train Stems/Night Train (Drums).wav": WAVE,
    "Night Train Stems/Night Train (Drums).mp3": WAVE,
    "Night Train Stems/Night Train (Bass).wav": WAVE,
    "Night Train Stems/Night Train (Bass).mid": files.song_midi(),
    "Night Train Stems/lyrics.lrc": b"[00:01.00][Verse]\n[00:02.00]a train\n[00:05.00]and the rain\n",
    "Night Train Stems/cover.jpeg": picture(),
    "__MACOSX/._Night Train.mp3": b"litter",
    "Night Train Stems/readme.pdf": b"%PDF",
}


def test_a_generators_zip_becomes_a_project_with_stems_words_midi_and_cover(tmp_path: Path) -> None:
    shelf = ProjectStore(tmp_path)
    identity = shelf.create("Download.zip", iter([packed(GENERATED)]))
    project = shelf.load(identity)
    assert project.title == "Night Train"
    assert Path(project.song.path).name == "song.mp3"
    assert sorted(path.name for path in Path(project.song.stems).iterdir()) == [
        *("Night Train (Bass).wav", "Night Train (Drums).mp3", "Night Train (Drums).wav", "Night Train (Vocals).wav")
    ]
    assert Path(project.song.lyrics).suffix == ".lrc"
    assert Path(project.song.midi).is_file()
    assert shelf.cover(identity) == "pictures/cover.jpeg"
    assert project.look.start_image == ""
    assert not list(tmp_path.glob("unpacking-*"))


@pytest.mark.parametrize(
    ("contents", "song", "stems"),
    [
        ({"01 Lead Vocal_bip.wav": 1, "Kick.wav": 1, "Full Mix.wav": 1}, "Full Mix.wav", 2),
        ({"드럼 노래 (보컬).wav": 1, "드럼 노래 (드럼).wav": 1, "드럼 노래.wav": 1}, "드럼 노래.wav", 2),
        ({"song.flac": 1}, "song.flac", 0),
        ({"a/vocals.mp3": 1, "a/no_vocals.mp3": 1, "Drum Song.mp3": 1}, "", 3),
    ],
)
def test_the_song_is_told_from_its_stems(tmp_path: Path, contents: dict[str, int], song: str, stems: int) -> None:
    shelf = ProjectStore(tmp_path)
    data = packed(dict.fromkeys(contents, WAVE))
    if not song:
        with pytest.raises(ProjectError, match="stems without the song"):
            shelf.create("x.zip", data)
        return
    project = shelf.load(shelf.create("x.zip", data))
    assert project.title == Path(song).stem
    found = list(Path(project.song.stems).iterdir()) if project.song.stems else []
    assert len(found) == stems


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"PK\x03\x04 no zip", packed({"a.txt": b"hello"}), packed({f"{n}.wav": b"" for n in range(400)})),
        packed(GENERATED)[:2000],
    ],
)
def test_zips_that_are_none_or_too_full_are_refused_and_leave_nothing(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ProjectError):
        ProjectStore(tmp_path).create("x.zip", data)
    assert list(tmp_path.iterdir()) == []


def test_names_in_a_zip_cannot_leave_the_project(tmp_path: Path) -> None:
    shelf = ProjectStore(tmp_path / "shelf")
    wicked = {"../../evil (Drums).wav": WAVE, "C:\\up\\evil (Bass).wav": WAVE, "/root/evil.wav": WAVE}
    project = shelf.load(shelf.create("x.zip", packed(wicked)))
    assert {path.name for path in Path(project.song.stems).iterdir()} == {"evil (Drums).wav", "evil (Bass).wav"}
    assert {path.name for path in tmp_path.iterdir()} == {"shelf"}


@pytest.fixture
def shelf(tmp_path: Path) -> ProjectStore:
    return ProjectStore(tmp_path)


def test_files_dropped_on_a_project_go_where_they_belong(shelf: ProjectStore) -> None:
    identity = shelf.create("song.wav", WAVE)
    folder = shelf.folder_of(identity)
    kinds = {
        name: shelf.add_material(identity, name, data)
        for name, data in files.every_kind().items()
        if name[-3:] != "mp3"
    }
    assert {name: next(iter(kind)) for name, kind in kinds.items()} == {
        **dict.fromkeys(("notes.mid", "notes0.mid"), "midi"),
        **dict.fromkeys(("song.rpp", "song.als", "rekordbox.xml", "collection.nml", "labels.txt"), "markers"),
        **dict.fromkeys(("cues.wav", "marks.aiff"), "stems"),
    }
    for kind in kinds.values():
        assert (folder / next(iter(kind.values()))).exists()
    assert "lyrics" in shelf.add_material(identity, "words.txt", b"[Verse]\nla la la\nand more\n")
    first = shelf.add_material(identity, "lead vox?.wav", WAVE, "abc")
    second = shelf.add_material(identity, "드럼 2.wav", WAVE, "abc")
    assert first == second == {"stems": "stems-abc"}
    assert {path.name for path in (folder / "stems-abc").iterdir()} == {"lead vox.wav", "드럼 2.wav"}
    bundle = shelf.add_material(
        identity, "stems.zip", packed({"x/Bass.wav": WAVE, "x/Drums.wav": WAVE, "x/n.mid": files.song_midi()})
    )
    assert set(bundle) == {"stems", "midi"}
    for name, data, group in (
        ("a.mid", b"MThd", ""),
        ("a.rpp", b"\0\1", ""),
        ("a.zip", b"no", ""),
        ("a.wav", WAVE, "../x"),
    ):
        with pytest.raises(ProjectError):
            shelf.add_material(identity, name, data, group)


def test_a_song_with_marks_of_its_own_is_asked_for_them(shelf: ProjectStore) -> None:
    song = files.wave(files.cue_chunks([(0, "Intro", 0), (4_800, "Verse", 0)]), seconds=0.2)
    assert Path(shelf.load(shelf.create("song.wav", song)).song.markers).name == "song.wav"
    assert shelf.load(shelf.create("song.wav", WAVE)).song.markers == ""


def test_paths_of_material_stay_in_the_project(shelf: ProjectStore) -> None:
    identity = shelf.create("song.wav", WAVE)
    _, revision = shelf.newest(identity)
    for field in ("midi", "markers", "aligner"):
        text = f'{{"song": {{"path": "song.wav", "{field}": "../../etc/passwd"}}}}'
        with pytest.raises(ProjectError, match="outside"):
            shelf.save_over(identity, text, Before(revision))


def test_words_of_the_page_are_checked(shelf: ProjectStore) -> None:
    good = {"start_s": 1, "end_s": 2.5, "text": " a  train ", "words": [{"start_s": 1, "end_s": 2, "text": "a"}]}
    assert lines_of_page([good]) == (LyricLine(1.0, 2.5, "a train", (SungWord(1.0, 2.0, "a"),)),)
    for wrong in (
        None,
        [],
        [1],
        [{**good, "end_s": 0}],
        [{**good, "text": ""}],
        [{**good, "words": 3}],
        [{**good, "start_s": "1"}],
    ):
        with pytest.raises(ProjectError):
            lines_of_page(wrong)
