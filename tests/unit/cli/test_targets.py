"""No verb takes the place of a person's file: not by a default name, not by one that was asked for."""

from __future__ import annotations

import json
import os
import shutil
import unicodedata
from pathlib import Path

import av
import pytest
from PIL import Image

from glance.cli import main
from glance.media.video_reader import probe
from glance.render.ownership import video_fingerprint
from glance.system.files import numbered
from tests.support.song_files import write_clicks
from tests.unit.cli.test_verbs import refused

SMALL = ["--size", "64x64", "--fps", "2", "--end", "1"]
MINE = b"my own film"


@pytest.fixture
def mix(song: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(song, tmp_path / "mix.wav"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("verb", "ending"), [("render", ".mp4"), ("preview", ".preview.mp4")])
def test_a_default_name_that_is_taken_stays_and_the_next_is_said(
    verb: str, ending: str, mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / f"mix{ending}"
    film.write_bytes(MINE)
    second = next(numbered(film))
    for _ in range(2):
        assert main([verb, str(mix), *SMALL]) == 0
        told = capsys.readouterr()
        assert told.out.strip() == str(second)
        assert f"{film} is there already and is no video of GLANCE" in told.err
        assert second.name in told.err
        assert film.read_bytes() == MINE
    assert probe(second).n_frames > 0
    assert not [name for name in names(tmp_path) if "(3)" in name]


@pytest.mark.parametrize("verb", ["render", "preview"])
def test_a_name_that_was_asked_for_and_is_taken_is_refused_before_the_song_is_heard(
    verb: str, mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / "take2.mp4"
    film.write_bytes(MINE)
    told = refused(capsys, verb, str(mix), "-o", str(film), *SMALL)
    assert "--overwrite" in told
    assert "listening" not in told
    assert film.read_bytes() == MINE
    assert names(tmp_path) == ["mix.wav", "take2.mp4"]
    assert main([verb, str(mix), "-o", str(film), "--overwrite", *SMALL]) == 0
    assert probe(film).n_frames > 0


def test_a_link_is_a_persons_even_where_it_leads_nowhere(
    mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mix.mp4").symlink_to(tmp_path / "gone" / "film.mp4")
    assert main(["render", str(mix), *SMALL]) == 0
    assert (tmp_path / "mix.mp4").is_symlink()
    assert "--overwrite" in refused(capsys, "render", str(mix), "-o", str(tmp_path / "mix.mp4"), *SMALL)


def test_an_empty_file_of_that_name_is_free(mix: Path, tmp_path: Path) -> None:
    (tmp_path / "v.mp4").touch()
    assert main(["render", str(mix), "-o", str(tmp_path / "v.mp4"), *SMALL]) == 0
    assert probe(tmp_path / "v.mp4").n_frames > 0


def test_an_own_video_is_made_anew_and_one_that_an_editor_has_saved_is_not(mix: Path, tmp_path: Path) -> None:
    video = tmp_path / "mix.mp4"
    for _ in range(2):
        assert main(["render", str(mix), *SMALL]) == 0
    assert [name for name in names(tmp_path) if name.endswith(".mp4")] == ["mix.mp4"]
    cut = tmp_path / "cut.mp4"
    with av.open(str(video)) as source, av.open(str(cut), "w") as target:
        target.metadata.update(source.metadata)
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    assert "glance_fingerprint" in probe(cut).metadata["comment"]
    assert video_fingerprint(video)
    assert not video_fingerprint(cut)


def test_a_video_of_another_project_is_kept_as_projects_are(
    mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", str(mix), *SMALL]) == 0
    first = (tmp_path / "mix.mp4").read_bytes()
    assert main(["render", str(mix), *SMALL, "--seed", "2"]) == 0
    assert (tmp_path / "mix.1.mp4").read_bytes() == first
    assert "mix.1.mp4" in capsys.readouterr().err
    project = tmp_path / "mix.glance.json"
    project.write_text(project.read_text().replace('"theme": ""', '"theme": "mine"'))
    assert main(["render", str(project), *SMALL]) == 0
    project.write_text(project.read_text().replace('"seed": 2', '"seed": 4'))
    assert main(["render", str(project), *SMALL]) == 0
    videos = [name for name in names(tmp_path) if name.endswith(".mp4")]
    assert videos == ["mix.1.mp4", "mix.mp4"], "a project that is edited is still the same one"


def test_two_songs_of_one_name_keep_their_videos_projects_and_frames(
    mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_clicks(tmp_path / "mix.flac", duration_s=3.0, every_s=0.4)
    assert main(["render", str(mix), *SMALL]) == 0
    video = (tmp_path / "mix.mp4").read_bytes()
    frames = {path.name: path.read_bytes() for path in (tmp_path / "mix.run" / "frames").iterdir()}
    assert main(["render", str(other), *SMALL]) == 0
    assert (tmp_path / "mix.1.mp4").read_bytes() == video
    assert json.loads((tmp_path / "mix.1.glance.json").read_text())["song"]["path"] == "mix.wav"
    assert {path.name: path.read_bytes() for path in (tmp_path / "mix.run" / "frames").iterdir()} == frames
    assert "mix (2).run" in capsys.readouterr().err
    assert len(list((tmp_path / "mix (2).run" / "frames").iterdir())) == 2
    assert main(["render", str(tmp_path / "mix.glance.json"), "--resume", *SMALL]) == 0
    assert not (tmp_path / "mix (3).run").exists()


def test_a_folder_of_a_persons_under_the_runs_name_is_left_alone(mix: Path, tmp_path: Path) -> None:
    (tmp_path / "mix.run").mkdir()
    (tmp_path / "mix.run" / "holiday.jpg").write_bytes(MINE)
    assert main(["render", str(mix), *SMALL]) == 0
    assert names(tmp_path / "mix.run") == ["holiday.jpg"]
    assert (tmp_path / "mix (2).run" / "run.json").is_file()


@pytest.mark.parametrize("verb", ["render", "preview"])
@pytest.mark.parametrize("spelling", ["CAFÉ.MP4", unicodedata.normalize("NFD", "café.mp4"), "hard.mp4", "soft.mp4"])
def test_the_song_under_another_spelling_is_never_the_target(
    verb: str, spelling: str, song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = Path(shutil.copy(song, tmp_path / "café.mp4"))
    before = film.read_bytes()
    os.link(film, tmp_path / "hard.mp4")
    (tmp_path / "soft.mp4").symlink_to(film)
    for more in ([], ["--overwrite"]):
        told = refused(capsys, verb, str(film), "-o", str(tmp_path / spelling), *SMALL, *more)
        assert "made from" in told
        assert "listening" not in told
    assert film.read_bytes() == before
    assert (tmp_path / "hard.mp4").samefile(film)


def test_a_video_of_glances_own_that_is_the_song_is_never_the_target(
    mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", str(mix), *SMALL]) == 0
    video = tmp_path / "mix.mp4"
    before = video.read_bytes()
    assert "made from" in refused(capsys, "render", str(video), *SMALL)
    assert video.read_bytes() == before


def test_a_plot_takes_no_picture_of_a_persons_place(
    mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plot = tmp_path / "curves.png"
    Image.new("RGB", (8, 8)).save(plot)
    before = plot.read_bytes()
    told = refused(capsys, "schedules", str(mix), "--plot", str(plot))
    assert "--overwrite" in told
    assert "listening" not in told
    assert plot.read_bytes() == before
    assert main(["schedules", str(mix), "--plot", str(plot), "--overwrite"]) == 0
    assert main(["schedules", str(mix), "--plot", str(plot)]) == 0, "it is GLANCE's own now"
    assert names(tmp_path) == ["curves.png", "mix.wav"]


def test_a_plot_is_never_put_over_the_picture_it_is_made_of(
    mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cover = tmp_path / "cover.png"
    Image.new("RGB", (64, 64)).save(cover)
    told = refused(capsys, "schedules", str(mix), "--image", str(cover), "--plot", str(cover), "--overwrite")
    assert "made from" in told


def test_an_export_takes_no_settings_of_a_persons_place(
    mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, settings = tmp_path / "mix.glance.json", tmp_path / "settings.txt"
    assert main(["plan", str(mix)]) == 0
    settings.write_text('{"W": 512, "prompts": {"0": "mine"}}')
    export = ["export", str(project), "--deforum"]
    assert "--overwrite" in refused(capsys, *export, str(settings))
    assert "mine" in settings.read_text()
    assert main([*export, str(settings), "--overwrite"]) == 0
    assert main([*export, str(settings)]) == 0, "it is as GLANCE wrote it"
    edited = settings.read_text().replace('"fps": 24', '"fps": 15')
    settings.write_text(edited)
    assert "--overwrite" in refused(capsys, *export, str(settings)), "it was worked on since"
    assert settings.read_text() == edited
    for own in (project, mix):
        before = own.read_bytes()
        assert "made from" in refused(capsys, *export, str(own), "--overwrite")
        assert own.read_bytes() == before


def test_a_sheet_of_styles_takes_no_picture_of_a_persons_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.png"
    Image.new("RGB", (8, 8)).save(sheet)
    assert "--overwrite" in refused(capsys, "styles", "--sheet", str(sheet), "--compare", "noir")


@pytest.mark.parametrize("option", ["--overwrite", "--force"])
def test_a_project_is_replaced_only_on_request_and_the_song_never(
    option: str, mix: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "p.glance.json"
    project.write_text("mine")
    assert "--overwrite" in refused(capsys, "plan", str(mix), "-o", str(project))
    assert project.read_text() == "mine"
    assert main(["plan", str(mix), "-o", str(project), option]) == 0
    assert "made from" in refused(capsys, "plan", str(mix), "-o", str(mix), option)


def test_two_renders_of_one_video_at_the_same_time_both_end_well(mix: Path, tmp_path: Path) -> None:
    import subprocess
    import sys

    video = tmp_path / "v.mp4"
    words = [sys.executable, "-m", "glance", "render", str(mix), "-o", str(video), *SMALL]
    two = [
        subprocess.Popen(
            [*words, "--run", str(tmp_path / f"r{seed}"), "--seed", str(seed)], cwd=Path(__file__).parents[3]
        )
        for seed in (1, 2)
    ]
    assert [each.wait(120) for each in two] == [0, 0]
    videos = [path for path in tmp_path.iterdir() if path.suffix == ".mp4"]
    assert video in videos
    assert all(probe(path).n_frames == 2 for path in videos)
    assert not list(tmp_path.glob(".*"))
