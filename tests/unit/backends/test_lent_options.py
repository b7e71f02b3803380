"""What another WebUI was lent comes back even after a render that was killed, with the same run's next start."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from glance.backends.sdapi.backend import WebuiApiBackend
from glance.cli import main
from glance.render.backend import FrameRequest
from tests.support.fake_webui_server import FakeWebui, fake_webui
from tests.support.painted_frames import SMALL, frame_spec, photograph

ROOT = Path(__file__).parents[3]
REQUEST = FrameRequest(SMALL, frame_spec(), photograph(SMALL))


@pytest.fixture
def server() -> Iterator[FakeWebui]:
    with fake_webui() as running:
        yield running


def killed(server: FakeWebui, folder: Path, *specs: object) -> None:
    """Draw frames and never close, as a render does that is killed."""
    backend = WebuiApiBackend(server.url, notes=folder)
    for spec in specs:
        backend.generate(dataclasses.replace(REQUEST, spec=spec))
    backend._client.close()


def reopened(server: FakeWebui, folder: Path) -> str:
    with closing(WebuiApiBackend(server.url, notes=folder)) as backend:
        return backend.identity


def test_a_render_that_is_really_killed_gives_its_vae_back_when_it_is_resumed(
    server: FakeWebui, song: Path, tmp_path: Path
) -> None:
    project = tmp_path / "p.glance.json"
    plain = {"song": {"path": str(song)}, "scenes": [{"prompt": "a boat"}], "curves": {"vae": '"sharp.pt"'}}
    project.write_text(json.dumps({**plain, "output": {"width": 64, "height": 64, "fps": "2"}}))
    command = ["render", str(project), "--backend", server.url]
    frames = tmp_path / "p.run" / "frames"
    with subprocess.Popen([sys.executable, "-m", "glance", *command], cwd=ROOT, env=dict(os.environ)) as process:
        deadline = time.monotonic() + 60
        while not (frames / "000001.png").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        server.slow.set()
        process.kill()
    server.slow.clear()
    assert server.options["sd_vae"] == "sharp.pt", "the killed render was to leave its VAE behind"
    assert not (tmp_path / "p.mp4").exists()
    assert main([*command, "--resume"]) == 0
    assert server.options["sd_vae"] == "Automatic"
    assert (tmp_path / "p.mp4").is_file()
    assert list((tmp_path / "p.run").glob("lent-*")) == []


def test_forges_checkpoint_comes_back_and_the_run_is_the_same_again(server: FakeWebui, tmp_path: Path) -> None:
    server.options |= {"forge_additional_modules": [], "sd_model_checkpoint": "tiny.safetensors [abcdef]"}
    before = reopened(server, tmp_path)
    killed(server, tmp_path, frame_spec(checkpoint="other"), frame_spec(vae="soft.pt"), frame_spec(vae="sharp.pt"))
    assert server.options["forge_additional_modules"] == ["/models/VAE/sharp.pt"]
    assert reopened(server, tmp_path) == before
    assert server.options["sd_model_checkpoint"] == "tiny.safetensors [abcdef]"
    assert server.options["forge_additional_modules"] == []


def test_what_a_person_has_set_since_stays(server: FakeWebui, tmp_path: Path) -> None:
    killed(server, tmp_path, frame_spec(vae="sharp.pt"))
    server.options["sd_vae"] = "soft.pt"
    reopened(server, tmp_path)
    assert server.options["sd_vae"] == "soft.pt"
    assert list(tmp_path.iterdir()) == []


def test_another_webui_and_another_run_are_left_alone(server: FakeWebui, tmp_path: Path) -> None:
    killed(server, tmp_path, frame_spec(vae="sharp.pt"))
    other_run = tmp_path / "other"
    other_run.mkdir()
    reopened(server, other_run)
    with fake_webui() as other:
        other.options["sd_vae"] = "sharp.pt"
        reopened(other, tmp_path)
        assert other.options["sd_vae"] == "sharp.pt"
    assert server.options["sd_vae"] == "sharp.pt"
    reopened(server, tmp_path)
    assert server.options["sd_vae"] == "Automatic"


def test_a_note_stays_where_the_webui_is_gone_when_the_render_ends(server: FakeWebui, tmp_path: Path) -> None:
    backend = WebuiApiBackend(server.url, notes=tmp_path)
    backend.generate(dataclasses.replace(REQUEST, spec=frame_spec(vae="sharp.pt")))
    server.fail = lambda path: (503, {})
    backend.close()
    server.fail = lambda path: None
    reopened(server, tmp_path)
    assert server.options["sd_vae"] == "Automatic"


def test_a_damaged_note_is_no_obstacle_and_no_note_holds_a_password(server: FakeWebui, tmp_path: Path) -> None:
    server.password = "ada:planted"
    server.url = server.url.replace("//", "//ada:planted@")
    killed(server, tmp_path, frame_spec(vae="sharp.pt"))
    (note,) = tmp_path.iterdir()
    assert "planted" not in note.read_text()
    note.write_text('{"settings": {"sd_vae": 5}}')
    reopened(server, tmp_path)
    assert list(tmp_path.iterdir()) == []
