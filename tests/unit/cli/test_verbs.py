"""The command line as a person uses it: what works, and what each mistake is told."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glance.app.demo_song import SR, demo_song
from glance.cli import main
from glance.media.video_reader import probe
from glance.schedule.channels import CHANNELS
from glance.schedule.easing import EASINGS
from glance.schedule.hints import NAMES

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first ten seconds of the demo song."""
    path = tmp_path_factory.mktemp("demo") / "demo.wav"
    samples = np.round(demo_song()[:, : 10 * SR].T * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SR)
        file.writeframes(samples.tobytes())
    return path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must be refused, and return what the person is told."""
    assert main(arguments) == 1
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert told.strip().splitlines()[-1] or told
    return told


def test_a_song_becomes_a_video_with_one_command(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = tmp_path / "video.mp4"
    options = ["--theme", "a lighthouse", "--size", "128x64", "--fps", "4", "--start", "0:01", "--end", "0:05"]
    assert main(["render", str(demo), "-o", str(video), *options]) == 0
    assert str(video) in capsys.readouterr().out
    info = probe(video)
    assert (info.n_frames, info.size) == (16, (128, 64))
    assert abs(info.video_s - info.audio_s) <= 0.5 / 4
    assert info.codec == "h264"
    assert info.audio_codec == "aac"
    assert (tmp_path / "video.glance.json").is_file()
    assert len(list((tmp_path / "video.run" / "frames").glob("*.png"))) == 16


def test_the_plan_can_be_edited_previewed_and_looked_at(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "mine.glance.json"
    assert main(["plan", str(demo), "--theme", "a lighthouse", "--style", "cubism", "-o", str(project)]) == 0
    edited = json.loads(project.read_text())
    assert {scene["style"] for scene in edited["scenes"]} == {"cubism"}
    edited["curves"]["zoom"] = "0:(1), 8b:(1.05, ease_in_out_sine), 16b:(1)"
    project.write_text(json.dumps(edited))
    assert main(["preview", str(project), "--start", "0", "--end", "1"]) == 0
    assert probe(tmp_path / "mine.preview.mp4").n_frames == 24
    plot = tmp_path / "curves.png"
    assert main(["schedules", str(project), "--plot", str(plot)]) == 0
    with Image.open(plot) as picture:
        assert picture.width > 1000
    capsys.readouterr()
    assert main(["schedules", str(project)]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert "zoom" in header.split(",")
    assert len(rows) == 240


def test_prompts_over_time_are_seen_frame_by_frame(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "mine.glance.json"
    edited = {
        "song": {"path": str(demo)},
        "prompts": "0: a tree\n4s: a river --neg boats",
        "prompts_blend": "fade",
        "look": {"negative_sets": []},
        "curves": {"sampler": "0:(Euler a), 2s:(DDIM)"},
    }
    project.write_text(json.dumps(edited))
    assert main(["schedules", str(project), "--prompts"]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert (rows[0]["prompt"], rows[0]["negative"]) == ("a tree", "")
    assert rows[36] == {
        "frame": "36",
        "seconds": "3.0000",
        "scene": "1",
        "prompt": "(a tree:0.25) AND (a river:0.75)",
        "negative": "boats",
    }
    assert main(["schedules", str(project)]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [rows[frame]["sampler"] for frame in (0, 23, 24)] == ["Euler a", "Euler a", "DDIM"]


def test_overrides_are_listed_with_the_values_below_and_after(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "mine.glance.json"
    changes = [
        {"channel": "strength", "start": "2s", "value": 0.2},
        {"channel": "cfg", "start": "1s", "end": "3s", "mode": "scale", "value": 0.5},
    ]
    project.write_text(json.dumps({"song": {"path": str(demo)}, "overrides": changes}))
    assert main(["schedules", str(project), "--overrides"]) == 0
    one, two = csv.DictReader(capsys.readouterr().out.splitlines())
    assert [one[name] for name in ("channel", "first", "last", "mode", "below", "after")] == (
        ["strength", "24", "24", "set", "0.65", "0.2"]
    )
    assert [two[name] for name in ("first", "last", "below", "after")] == ["12", "35", "7", "3.5"]


def test_all_channels_and_formulas_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["channels"]) == 0
    listed = capsys.readouterr().out.split()
    assert set(CHANNELS) <= set(listed)
    assert main(["channels", "--formulas"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in (*NAMES, *EASINGS, "smooth(x, seconds)"))


def test_a_finished_video_is_enlarged_without_drawing_it_again(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = tmp_path / "song.mp4"
    render = ["render", str(demo), "-o", str(video), "--size", "64x64", "--fps", "4", "--end", "2"]
    assert main(render) == 0
    drawn = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "song.run" / "frames").glob("*.png")}
    assert main([*render, "--resume", "--upscale", "3"]) == 0
    assert probe(video).size == (192, 192)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "song.run" / "frames").glob("*.png")} == drawn
    assert main([*render, "--resume", "--upscaler", "ESRGAN"]) == 1
    assert "without one there is: Lanczos" in capsys.readouterr().err
    assert main([*render, "--resume", "--upscale", "5"]) == 1
    assert "expected 1 to 4 times" in capsys.readouterr().err


def test_analyse_prints_numbers_for_programs(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(demo), "--json"]) == 0
    heard = json.loads(capsys.readouterr().out)
    assert heard["tempo_bpm"] == pytest.approx(112, abs=2)
    assert {"beats_s", "downbeats_s", "onsets", "sections", "envelopes"} <= heard.keys()
    assert main(["analyse", str(demo)]) == 0
    assert "112" in capsys.readouterr().out


def test_the_same_wishes_give_the_same_project(demo: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert main(["plan", str(demo), "--theme", "the sea", "--seed", "7", "-o", str(tmp_path / f"{name}.json")]) == 0
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_styles_and_prompts_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["styles", "--search", "바로크"]) == 0
    assert "baroque" in capsys.readouterr().out
    assert main(["prompt", "finger"]) == 0
    assert capsys.readouterr().out.count("finger") >= 3


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.wav", b"", "empty"),
        ("text.mp3", b"this is no music at all, only words " * 50, "text.mp3"),
        ("picture.wav", b"\x89PNG\r\n\x1a\n" + bytes(2000), "picture.wav"),
    ],
)
def test_what_is_no_song_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in refused(capsys, "analyse", str(tmp_path / name))


def test_missing_companions_are_named_with_what_to_do(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "pip install demucs" in refused(capsys, "analyse", str(demo), "--separate")
    assert "beat_this" in refused(capsys, "analyse", str(demo), "--tracker", "beat_this")
    assert "pip install nudenet" in refused(
        capsys, "render", str(demo), "--fps", "2", "--check-frames", "-o", str(demo.with_name("x.mp4"))
    )


def test_a_missing_song_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.mp3" in refused(capsys, "render", "nowhere.mp3")


def test_mistakes_in_a_project_name_their_place(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "p.glance.json"
    base = {"song": {"path": str(demo)}}
    mistakes: list[tuple[dict[str, object], list[str]]] = [
        ({"curves": {"zoom": "0:(1), 30:(1 + sn(t))"}}, ["zoom", "sin", "^"]),
        ({"curves": {"zoom": "0:(1), 30:(1/0)"}}, ["zoom"]),
        ({"curves": {"zom": "0:(1)"}}, ["curves.zom", "`zoom`"]),
        ({"scenes": [{"start": "soon"}, {"start": "later"}]}, ["scenes[1].start"]),
        ({"scenes": [{"camera": "orbitt"}]}, ["scenes[0].camera", "`orbit`"]),
        ({"scenes": [{"style": "cubims"}]}, ["scenes[0].style"]),
        ({"scenes": [{"prompt": "nude"}]}, ["scenes[0].prompt"]),
        ({"output": {"width": 500}}, ["output.width", "504"]),
        ({"output": {"fps": "warp"}}, ["output.fps", "29.97"]),
        ({"look": {"start_image": "gone.png"}}, ["look.start_image", "gone.png"]),
        ({"format": 9}, ["newer GLANCE"]),
        ({"song": {"path": "gone.mp3"}}, ["gone.mp3"]),
    ]
    for change, words in mistakes:
        path.write_text(json.dumps(base | change))
        told = refused(capsys, "render", str(path), "-o", str(tmp_path / "v.mp4"))
        for word in words:
            assert word in told, f"{change}: {told}"
    path.write_text("{not json")
    assert "not valid JSON" in refused(capsys, "render", str(path))
    assert not (tmp_path / "v.mp4").exists()


def test_other_mistakes_say_what_to_do(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["-o", str(tmp_path / "v.mp4"), "--size", "64x64", "--fps", "2"]
    assert "http://" in refused(capsys, "render", str(demo), *out, "--backend", "comfy")
    assert "part of the song" in refused(capsys, "render", str(demo), *out, "--start", "5:00")
    assert "29.97" in refused(capsys, "render", str(demo), "-o", str(tmp_path / "v.mp4"), "--fps", "fast")
    assert "gone.png" in refused(capsys, "render", str(demo), *out, "--image", "gone.png")
    assert "no style matches" in refused(capsys, "styles", "--search", "qqqq")
    assert "0 to 1" in refused(capsys, "prompt", "finger", "--reach", "7")
    assert main(["plan", str(demo), "-o", str(tmp_path / "p.glance.json")]) == 0
    capsys.readouterr()
    assert "--force" in refused(capsys, "plan", str(demo), "-o", str(tmp_path / "p.glance.json"))


def test_wrong_usage_is_answered_with_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["render"], ["dance", "song.mp3"], ["render", "a.mp3", "--size", "big"]):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == 2
        assert "usage" in capsys.readouterr().err


def test_the_installed_command_answers() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "glance", "--version"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.startswith("glance 0.")


def test_styles_can_be_compared_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "sheet.png"
    assert main(["styles", "--compare", "baroque", "cubism", "--sheet", str(sheet)]) == 0
    with Image.open(sheet) as picture:
        assert picture.width > 2 * 512 or picture.height > 2 * 512
    assert "baroque" in refused(capsys, "styles", "--compare", "baroqe")
    capsys.readouterr()
    assert main(["styles", "--like", "cubism"]) == 0
    assert "cubism" in capsys.readouterr().out
