"""The page's effects and looks: preview frames with and without them, looks there and back, and nothing drawn twice."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from glance.app.host import StandaloneHost
from glance.app.routes import attach
from glance.app.service import StudioService
from glance.errors import ProjectError
from glance.media.images import write_png
from glance.project.files import project_json
from glance.project.model import EffectUse, Output, Project, Scene, Song
from tests.support.asgi_client import ask

OURS = {"X-Glance": "1"}


@pytest.fixture
def studio(tmp_path: Path, song: Path) -> tuple[Any, StudioService, str]:
    service = StudioService(StandaloneHost(tmp_path))
    app = Starlette()
    attach(app, service)
    identity = str(service.create("a.wav", song.read_bytes())["id"])
    project = Project(
        song=Song(path="song.wav"),
        scenes=(Scene(prompt="a house", style="cinematic"),),
        effects=(EffectUse(effect="saturation"), EffectUse(effect="exposure")),
        curves={"saturation": "0", "exposure": "1"},
        output=Output(width=64, height=64, fps="6"),
    )
    service.shelf.save(identity, project_json(project))
    frames = service.shelf.folder_of(identity) / "preview" / "frames"
    frames.mkdir(parents=True)
    colored = np.zeros((64, 64, 3), np.uint8)
    colored[:, :, 0] = 90
    write_png(frames / "000003.png", colored, {})
    return app, service, identity


def picture(app: Any, identity: str, query: str = "") -> np.ndarray:
    answer = ask(app, "GET", f"/glance/v1/projects/{identity}/pictures/preview/3.jpg{query}", headers=OURS)
    assert answer.status == 200
    return np.asarray(Image.open(io.BytesIO(answer.body)).convert("RGB"), dtype=int)


def test_a_previews_frames_are_shown_with_the_saved_effects_one_of_them_or_none(studio: Any) -> None:
    app, service, identity = studio
    plain, finished = picture(app, identity), picture(app, identity, "?effects=")
    alone = picture(app, identity, "?effects=exposure")
    assert plain[:, :, 0].mean() > plain[:, :, 2].mean() + 50
    assert abs(finished[:, :, 0].mean() - finished[:, :, 2].mean()) < 3
    assert alone[:, :, 0].mean() > plain[:, :, 0].mean() + 20
    project = service.shelf.load(identity)
    service.shelf.store(msgspec.structs.replace(project, effects=()), identity)
    assert np.array_equal(picture(app, identity, "?effects="), plain)


def test_a_look_is_applied_and_effects_are_chosen_without_saving(studio: Any) -> None:
    app, service, identity = studio
    before = service.shelf.load(identity)
    root = f"/glance/v1/projects/{identity}"
    answer = ask(app, "POST", f"{root}/look", data={"look": "night-drive", "parts": ["effects"]}, headers=OURS).json()
    assert [use["effect"] for use in answer["project"]["effects"]] == ["chroma_shift", "split_tone", "bloom"]
    assert answer["project"]["scenes"][0]["style"] == "cinematic"
    chosen = ask(app, "POST", f"{root}/effects", data={}, headers=OURS).json()["project"]
    assert "grain" in [use["effect"] for use in chosen["effects"]]
    assert service.shelf.load(identity) == before
    refused = ask(app, "POST", f"{root}/look", data={"file": "{}"}, headers=OURS)
    assert refused.status == 400
    assert "no look" in refused.json()["detail"]
    clip = ask(app, "GET", "/glance/v1/looks/night-drive.webp", headers=OURS)
    assert clip.body[8:12] == b"WEBP"


def test_files_of_effects_stay_within_the_projects_folder(studio: Any) -> None:
    _, service, identity = studio
    project = service.shelf.load(identity)
    for field in ("file", "mask_picture"):
        outside = msgspec.structs.replace(EffectUse(effect="lut"), **{field: "../../secret.cube"})
        with pytest.raises(ProjectError):
            service.shelf.check(identity, project_json(msgspec.structs.replace(project, effects=(outside,))))
    cube = b"LUT_3D_SIZE 2\n" + b"0 0 0\n" * 8
    assert service.shelf.add_file(identity, "film.cube", cube).startswith("tables/")
