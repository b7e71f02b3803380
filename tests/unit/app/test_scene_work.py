"""Scenes drawn again, key pictures, parts, drafts and the history of a project, as a program asks for them."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.applications import Starlette

from glance.app.costs import draft_of
from glance.app.history import MOST, keep_version, superfluous
from glance.app.host import StandaloneHost
from glance.app.pace import PaceMeter, pace_s
from glance.app.routes import attach
from glance.app.service import StudioService
from glance.media.video_reader import probe
from glance.project.model import Output, Project, Song
from tests.support.asgi_client import Answer, ask

_OURS = {"X-Glance": "1"}


class Server:
    """A server with one project of three scenes, the first two behind hard cuts, drawn in a second."""

    def __init__(self, folder: Path, song: Path) -> None:
        self.folder = folder
        self.app = Starlette()
        self.service = StudioService(StandaloneHost(folder))
        attach(self.app, self.service)
        answer = ask(self.app, "POST", "/glance/v1/projects?name=song.wav", body=song.read_bytes(), headers=_OURS)
        self.id = str(answer.json()["id"])
        self.wait(self.post("listen"))
        project = self.get("")["project"]
        scene = {**project["scenes"][0], "transition": "cut", "camera": "static"}
        self.project: dict[str, Any] = {
            **project,
            "scenes": [
                {**scene, "start": "0", "prompt": "a house", "picture": "A"},
                {**scene, "start": "1s", "prompt": "a ship", "picture": "B"},
                {**scene, "start": "2s", "prompt": "the sea", "picture": "C", "transition": "hold"},
            ],
            "reactions": [],
            "curves": {"cadence": "1"},
            "output": {**project["output"], "width": 64, "height": 64, "fps": "4"},
        }

    def moved(self, folder: Path) -> Server:
        """Return a server of the same project in another folder."""
        other = copy.copy(self)
        other.folder, other.app, other.service = folder, Starlette(), StudioService(StandaloneHost(folder))
        attach(other.app, other.service)
        return other

    def post(self, path: str, **data: Any) -> Answer:
        return ask(self.app, "POST", f"/glance/v1/projects/{self.id}/{path}", data=data, headers=_OURS)

    def get(self, path: str) -> Any:
        return ask(self.app, "GET", f"/glance/v1/projects/{self.id}/{path}".rstrip("/")).json()

    def bytes(self, path: str) -> bytes:
        return ask(self.app, "GET", f"/glance/v1/projects/{self.id}/{path}").body

    def wait(self, answer: Answer) -> dict[str, Any]:
        assert answer.status == 200, answer.body
        task = self.service.tasks.find(answer.json()["id"])
        assert task.wait(60)
        state = dict(task.state)
        assert state["status"] == "done", state["text"]
        return state

    def frames(self, place: str, number: int) -> dict[int, bytes]:
        files = (self.folder / self.id / place / f"{number:03d}" / "run" / "frames").glob("*.png")
        return {int(file.stem): Image.open(file).tobytes() for file in files}


@pytest.fixture(scope="module")
def heard_once(tmp_path_factory: pytest.TempPathFactory, song: Path) -> Server:
    return Server(tmp_path_factory.mktemp("heard"), song)


@pytest.fixture
def server(tmp_path: Path, heard_once: Server) -> Server:
    """A server of its own on a copy of the one project, so that the song is heard once for all tests."""
    shutil.copytree(heard_once.folder, tmp_path / "shelf")
    return heard_once.moved(tmp_path / "shelf")


def test_a_redone_scene_is_a_version_beside_the_first_and_the_chosen_ones_are_put_together_undrawn(
    server: Server,
) -> None:
    server.wait(server.post("render", project=server.project))
    state = server.wait(server.post("scenes/1/redo", project=server.project, changes={"seed": 99}))
    first, second = state["result"]["versions"]
    assert (first["seed"], second["seed"]) == (None, 99)
    assert first["drawn"] > 0
    assert second["drawn"] > 0
    assert state["result"]["follows"] == [2]
    # What was drawn of the first take is its clip already, and only the scene itself is drawn anew.
    before, after = server.frames("versions", first["drawn"]), server.frames("versions", second["drawn"])
    assert sorted(after) == [4, 5, 6, 7]
    assert before == {index: server.frames("takes", 1)[index] for index in range(4, 8)}
    assert all(before[index] != after[index] for index in after)
    clip = server.service.scenes.version_file(server.id, second["drawn"])
    assert probe(clip).n_frames == 4
    assert server.bytes(f"versions/{second['drawn']}/poster.jpg")[:2] == b"\xff\xd8"

    scenes = [*server.project["scenes"]]
    scenes[1] = {**scenes[1], "seed": 99, "versions": [first, second]}
    server.wait(server.post("render", project={**server.project, "scenes": scenes}))
    one, two = server.frames("takes", 1), server.frames("takes", 2)
    assert [index for index in one if index < 4 and one[index] != two[index]] == []
    assert {index: two[index] for index in range(4, 8)} == after
    shared = server.folder / server.id / "takes" / "002" / "run" / "frames" / "000005.png"
    assert shared.stat().st_nlink == 2


def test_a_scene_that_is_redone_before_anything_was_drawn_has_a_first_version_without_pictures(server: Server) -> None:
    result = server.wait(server.post("scenes/1/redo", project=server.project, changes={"prompt": "a bird"}))["result"]
    assert [(each["prompt"], each["drawn"] > 0) for each in result["versions"]] == [("a ship", False), ("a bird", True)]
    assert [each["scene"] for each in server.get("versions")["versions"]] == [1]


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("scenes/9/redo", {"changes": {"seed": 1}}, "scene"),
        ("scenes/1/redo", {"changes": {"seed": "x"}}, "scenes[1]"),
        ("scenes/1/redo", {"changes": [1]}, "changes"),
        ("keys", {"scenes": [7]}, "scene"),
        ("keys", {"scenes": "all"}, "scenes"),
        ("render", {"span": [3, 1]}, "span"),
    ],
)
def test_what_is_no_scene_and_no_part_is_refused_at_its_field(
    server: Server, path: str, data: dict[str, Any], field: str
) -> None:
    answer = server.post(path, project=server.project, **data)
    assert (answer.status, answer.json()["field"]) == (400, field)


def test_a_part_of_the_song_is_made_with_its_own_frames_and_sound(server: Server) -> None:
    server.wait(server.post("render", project=server.project, span=[1.0, 2.5]))
    assert sorted(server.frames("takes", 1)) == [4, 5, 6, 7, 8, 9]
    info = probe(server.folder / server.id / "takes" / "001" / "video.mp4")
    assert info.n_frames == 6
    assert abs(info.audio_s - 1.5) < 0.1
    take = server.get("takes")["takes"][0]
    assert take["span"] == [1.0, 2.5]
    # The whole takes over what its stretches have in common with the part.
    server.wait(server.post("render", project=server.project))
    assert (server.folder / server.id / "takes" / "002" / "run" / "frames" / "000004.png").stat().st_nlink == 2


def test_a_deleted_take_frees_what_no_other_take_shows(server: Server) -> None:
    server.wait(server.post("render", project=server.project))
    server.wait(server.post("render", project=server.project))
    for take in server.get("takes")["takes"]:
        assert take["frees"] < take["n_bytes"] - 16 * 64 * 64 * 3 + 1
    freed = server.post("takes/1/delete").json()["freed"]
    assert 0 < freed < 200_000
    left = server.get("takes")["takes"]
    assert [take["number"] for take in left] == [2]
    assert left[0]["frees"] == left[0]["n_bytes"]
    assert len(server.frames("takes", 2)) == 16


def test_a_frame_that_was_taken_over_finds_its_project_once_its_own_take_is_gone(server: Server) -> None:
    server.wait(server.post("render", project=server.project))
    server.wait(server.post("render", project=server.project))
    frame = (server.folder / server.id / "takes" / "002" / "run" / "frames" / "000003.png").read_bytes()
    changed = {**server.project, "scenes": server.project["scenes"][:2]}
    server.wait(server.post("render", project=changed))
    for number in (1, 2):
        server.post(f"takes/{number}/delete")
    found = ask(server.app, "POST", "/glance/v1/origin", body=frame, headers=_OURS).json()
    assert (found["id"], found["take"]) == (server.id, 3)


def test_a_stopped_take_leaves_a_video_of_what_is_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = {**server.project, "output": {**server.project["output"], "fps": "24"}}
    answer = server.post("render", project=slow)
    task = server.service.tasks.find(answer.json()["id"])
    while task.running and task.state["done"] < 9:
        task.wait(0.01)
    task.stop()
    assert task.wait(60)
    take = server.get("takes")["takes"][0]
    assert (take["done"], take["so_far"]) == (False, True)
    file = server.folder / server.id / "takes" / "001" / "so far.mp4"
    assert probe(file).n_frames == take["n_ready"]
    server.wait(server.post("takes/1/resume"))
    assert not file.exists()
    assert server.get("takes")["takes"][0]["done"]


def test_key_pictures_are_what_the_video_begins_its_scenes_with_and_one_is_redrawn_alone(server: Server) -> None:
    state = server.wait(server.post("keys", project=server.project))
    keys = state["result"]["keys"]
    assert [key["scene"] for key in keys] == [0, 1, 2]
    server.wait(server.post("render", project=server.project))
    frames = server.frames("takes", 1)
    folder = server.folder / server.id / "keys"
    for scene, frame in ((0, 0), (1, 4)):
        assert Image.open(folder / f"{keys[scene]['name']}.png").tobytes() == frames[frame]
    assert server.bytes(f"keys/{keys[1]['name']}.jpg")[:2] == b"\xff\xd8"

    scenes = [*server.project["scenes"]]
    scenes[1] = {**scenes[1], "seed": 4}
    again = server.wait(server.post("keys", project={**server.project, "scenes": scenes}, scenes=[1]))["result"]["keys"]
    assert [old["name"] == new["name"] for old, new in zip(keys, again, strict=True)] == [True, False, True]
    assert again[1]["seed"] == 4
    assert len(list(folder.glob("*.png"))) == 3
    assert server.get("")["keys"] == again


def test_costs_are_counted_for_each_stage_and_timed_once_something_was_drawn(server: Server) -> None:
    before = server.post("costs", project=server.project).json()
    assert before["final"] == {"pictures": 16, "size": [64, 64], "pace_s": None, "seconds": None}
    assert before["keys"]["pictures"] == 3
    assert before["draft"]["pictures"] < 16
    server.wait(server.post("keys", project=server.project))
    after = server.post("costs", project=server.project, span=[0, 2]).json()
    assert after["final"]["pictures"] == 8
    assert after["final"]["seconds"] == pytest.approx(8 * after["final"]["pace_s"], abs=0.06)


def test_of_another_size_a_measured_pace_goes_with_its_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 101.0, 103.0])
    monkeypatch.setattr("glance.app.pace.time.monotonic", lambda: next(clock))
    host = StandaloneHost(tmp_path)
    meter = PaceMeter(host, (512, 512))
    for _ in range(3):
        meter.tick()
    meter.keep()
    assert pace_s(host, (512, 512)) == 1.5
    assert pace_s(host, (256, 256)) == 1.5 / 4
    (tmp_path / "cache" / "pace.json").write_text('{"GLANCE studio 64x64": "x", "a": 1}')
    assert pace_s(host, (512, 512)) is None


def test_a_draft_is_half_the_size_in_the_hosts_steps_and_draws_every_third_frame() -> None:
    project = Project(song=Song(path="x"), curves={"cadence": "1"}, output=Output(width=832, height=480, upscaler="A"))
    draft = draft_of(project, 64)
    assert (draft.output.width, draft.output.height, draft.output.upscaler) == (384, 256, "")
    assert draft.curves["cadence"] == "3"


def test_a_project_is_kept_as_it_was_and_comes_back(server: Server) -> None:
    newest = server.get("")
    for theme in ("one", "two"):
        project = {**newest["project"], "theme": theme}
        answer = server.post("save", project=project, revision=newest["revision"])
        newest = {"project": project, "revision": answer.json()["revision"]}
    kept = server.get("history")["kept"]
    # Of two saves within a minute the first one's past is kept: that is what somebody would go back to.
    assert [each["theme"] for each in kept] == [""]
    old = server.get(f"history/{kept[0]['name']}")["project"]
    assert old["song"]["path"] == newest["project"]["song"]["path"]
    assert old["scenes"] == server.get("")["project"]["scenes"]
    assert ask(server.app, "GET", f"/glance/v1/projects/{server.id}/history/../x").status == 404
    assert "no such version" in json.dumps(server.get("history/20261301"))


def test_the_history_thins_out_with_time_and_has_an_end(tmp_path: Path) -> None:
    now_s = 1_764_547_200.0  # 2025-12-01 00:00 UTC
    minutes = [f"20251130-23{minute:02d}00" for minute in range(0, 60, 5)]
    hours = [f"20251130-1{hour}{minute}00" for hour in range(2) for minute in ("00", "30")]
    older = [f"202511{day}-{hour}0000" for day in (27, 28) for hour in ("08", "20")]
    going = superfluous([*older, *hours, *minutes], now_s)
    assert going == ["20251127-200000", "20251128-200000", "20251130-103000", "20251130-113000"]
    many = [
        f"{year}{month:02d}{day:02d}-000000" for year in (2023, 2024) for month in range(1, 13) for day in range(1, 29)
    ]
    assert len(superfluous(many, now_s)) == len(many) - MOST
    keep_version(tmp_path / "nowhere", tmp_path / "nothing")
