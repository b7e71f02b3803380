"""The projects on disk, as the page sees them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from glance.app.projects import ProjectStore
from glance.errors import ProjectError
from glance.project.model import Project, Scene


@pytest.fixture
def shelf(tmp_path: Path) -> ProjectStore:
    return ProjectStore(tmp_path / "shelf")


def _page_text(shelf: ProjectStore, identity: str, **changes: object) -> str:
    project = shelf.load(identity)
    song = msgspec.structs.replace(project.song, path="song.wav")
    return json.dumps(msgspec.to_builtins(msgspec.structs.replace(project, song=song, **changes)))


def test_a_song_becomes_a_project_with_its_name(shelf: ProjectStore) -> None:
    identity = shelf.create("밤 기차 (final).WAV", b"sound")
    project = shelf.load(identity)
    assert project.title == "밤 기차 (final)"
    assert Path(project.song.path).read_bytes() == b"sound"
    assert Path(project.song.path).suffix == ".wav"


@pytest.mark.parametrize("name", ["song.exe", "song", "song.html", ""])
def test_what_is_no_song_by_its_name_is_refused_with_the_names_that_are(shelf: ProjectStore, name: str) -> None:
    with pytest.raises(ProjectError, match=r"expected one of .*\.mp3"):
        shelf.create(name, b"")


def test_a_saved_project_comes_back(shelf: ProjectStore) -> None:
    identity = shelf.create("a.wav", b"")
    shelf.save(identity, _page_text(shelf, identity, scenes=(Scene(prompt="a heron"),)))
    assert ProjectStore(shelf.folder).load(identity).scenes[0].prompt == "a heron"


@pytest.mark.parametrize("path", ["/etc/passwd", "../../other/song.wav", "pictures/../../x.png"])
def test_a_page_cannot_name_files_outside_its_project(shelf: ProjectStore, path: str) -> None:
    identity = shelf.create("a.wav", b"")
    look = msgspec.structs.replace(shelf.load(identity).look, start_image=path)
    with pytest.raises(ProjectError, match="outside the project"):
        shelf.save(identity, _page_text(shelf, identity, look=look))
    with pytest.raises(ProjectError, match="outside the project"):
        shelf.file(identity, path)


@pytest.mark.parametrize("identity", ["", "..", "a/b", "nothing-here", "A" * 80])
def test_an_id_that_is_none_is_a_sentence(shelf: ProjectStore, identity: str) -> None:
    with pytest.raises(ProjectError, match="not here"):
        shelf.load(identity)


def test_a_wrong_field_is_named_and_the_old_project_stays(shelf: ProjectStore) -> None:
    identity = shelf.create("a.wav", b"")
    raw = json.loads(_page_text(shelf, identity)) | {"seed": "seven"}
    with pytest.raises(ProjectError) as caught:
        shelf.save(identity, json.dumps(raw))
    assert caught.value.field == "seed"
    assert shelf.load(identity).seed == 1


def test_a_picture_is_kept_under_a_harmless_name(shelf: ProjectStore) -> None:
    identity = shelf.create("a.wav", b"")
    relative = shelf.add_file(identity, "../../my cover?.PNG", b"picture")
    assert shelf.file(identity, relative).read_bytes() == b"picture"
    with pytest.raises(ProjectError, match="picture or a lyrics file"):
        shelf.add_file(identity, "page.html", b"")


def test_an_opened_copy_brings_scenes_but_keeps_this_song_and_no_foreign_files(shelf: ProjectStore) -> None:
    identity = shelf.create("a.wav", b"")
    song, scenes, look = {"path": "/elsewhere/b.mp3"}, [{"prompt": "a heron"}], {"start_image": "/etc/x.png"}
    raw = {"song": song, "scenes": scenes, "look": look}
    project = shelf.adopt(identity, json.dumps(raw))
    assert project.scenes[0].prompt == "a heron"
    assert Path(project.song.path).name == "song.wav"
    assert project.look.start_image == ""


def test_recent_projects_are_listed_newest_first_and_a_damaged_one_hides_none(shelf: ProjectStore) -> None:
    first, second = shelf.create("first.wav", b""), shelf.create("second.wav", b"")
    (shelf.folder / first / "project.glance.json").write_text("{ broken")
    assert {recent.id for recent in shelf.recent()} == {first, second}
    assert shelf.recent()[0].title in {"second", first}


def test_a_discarded_project_is_gone(shelf: ProjectStore) -> None:
    identity = shelf.create("a.wav", b"")
    shelf.discard(identity)
    assert shelf.recent() == []


def test_the_model_of_the_page_is_the_model_of_the_core(shelf: ProjectStore) -> None:
    identity = shelf.create("a.wav", b"")
    assert isinstance(shelf.check(identity, _page_text(shelf, identity)), Project)


def test_titles_are_read_from_the_first_lines_of_large_projects_and_from_files_edited_by_hand(
    shelf: ProjectStore,
) -> None:
    large, minified, other = (shelf.create(f"{name}.wav", b"") for name in ("large", "minified", "other"))
    project = msgspec.structs.replace(shelf.load(large), title='밤 "기차"\n', curves={"zoom": "1" * 3_000_000})
    shelf.store(project, large)
    path = shelf.folder / large / "project.glance.json"
    # What follows the title is not looked at: even a file that is damaged there has its title.
    path.write_bytes(path.read_bytes()[:1_000_000])
    plain = msgspec.json.encode({"song": {"path": "song.wav", "title": "no"}, "title": "by hand"})
    (shelf.folder / minified / "project.glance.json").write_bytes(plain)
    (shelf.folder / other / "project.glance.json").write_bytes(b'{"title": 5}')
    titles = {recent.id: recent.title for recent in shelf.recent()}
    assert titles == {large: '밤 "기차"\n', minified: "by hand", other: other}
