"""The measure of sync: it finds the lag, tells reaction from chance, and is not fooled by camera, cuts or cadence."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.audio_truth import clicks, write_wav
from glance.audio.analysis import analyse
from glance.errors import VideoError
from glance.media.soundtrack import Soundtrack
from glance.media.sync import SyncReport, align, describe, measure_sync, on_a_grid, picture_change
from glance.media.video_writer import VideoWriter
from glance.timing import frames_at

SECONDS = 40


def song(bpm: float, first_s: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Return times and strengths of eighth notes, those off the beat weaker."""
    times = np.arange(first_s, SECONDS - 0.3, 30 / bpm)
    accents = np.where(np.arange(times.size) % 2 == 0, 1.0, 0.4)
    return times, accents * np.random.default_rng(0).uniform(0.6, 1.0, times.size)


def curve(fps: int, hits: tuple[np.ndarray, np.ndarray] | None, shift: int = 0, seed: int = 0) -> np.ndarray:
    """Return the picture change of a swaying camera with noise and hard cuts, and with fading hits if asked for."""
    count = fps * SECONDS
    change = 0.02 + 0.01 * np.sin(np.arange(count) / fps / 3)
    change *= 1 + 0.3 * np.random.default_rng(seed).normal(size=count)
    change[:: 8 * fps] += 0.3
    if hits is not None:
        for frame, strength in zip(frames_at(hits[0], Fraction(fps)) + shift, hits[1], strict=True):
            for later in range(max(0, min(4, count - frame))):
                change[frame + later] += 0.05 * strength * 0.5**later
    return np.abs(change)


@pytest.mark.parametrize("fps", [12, 24])
@pytest.mark.parametrize("shift", [-2, 0, 1, 3])
@pytest.mark.parametrize("bpm", [97, 120])
def test_the_lag_of_a_reacting_picture_is_found(fps: int, shift: int, bpm: int) -> None:
    times, strengths = song(bpm)
    report = align(curve(fps, (times, strengths), shift), times, strengths, Fraction(fps))
    assert report.offset_frames == shift
    assert report.offset_ms == pytest.approx(1000 * shift / fps)
    assert report.score > 0.6
    assert report.n_onsets == times.size
    assert report.n_frames == fps * SECONDS


@pytest.mark.parametrize("fps", [12, 24])
@pytest.mark.parametrize("bpm", [97, 120])
@pytest.mark.parametrize("seed", range(4))
def test_a_picture_that_does_not_listen_scores_next_to_nothing(fps: int, bpm: int, seed: int) -> None:
    times, strengths = song(bpm)
    assert align(curve(fps, None, seed=seed), times, strengths, Fraction(fps)).score < 0.15


@pytest.mark.parametrize("cadence", [2, 3, 4])
@pytest.mark.parametrize("fps", [12, 24])
def test_a_cadence_that_happens_to_fall_on_the_beats_is_no_reaction(fps: int, cadence: int) -> None:
    # At 120 beats a minute and 12 or 24 frames a second these eighth notes fall on drawn frames of cadence 3.
    times, strengths = song(120, first_s=0.5)
    rhythm = np.where(np.arange(fps * SECONDS) % cadence == 0, 3.0, 0.3)
    still = align(curve(fps, None) * rhythm, times, strengths, Fraction(fps))
    reacting = align(curve(fps, (times, strengths)) * rhythm, times, strengths, Fraction(fps))
    assert still.score < 0.2
    assert reacting.score > 0.4
    assert reacting.offset_frames == 0


def test_weaker_reaction_scores_lower() -> None:
    times, strengths = song(97)
    quiet = curve(24, None)
    hits = curve(24, (times, strengths)) - quiet
    scores = [align(quiet + amount * hits, times, strengths, Fraction(24)).score for amount in (0.0, 0.1, 0.3, 1.0)]
    assert scores == sorted(scores)
    assert scores[-1] - scores[0] > 0.6


def test_onsets_outside_the_video_do_not_count() -> None:
    times, strengths = song(97)
    more = np.concatenate([[-3.0], times, [SECONDS + 5.0]])
    report = align(curve(12, (times, strengths)), more, np.concatenate([[1.0], strengths, [1.0]]), Fraction(12))
    assert report.n_onsets == times.size
    assert report.score > 0.6


@pytest.mark.parametrize("change", [np.zeros(100), np.full(100, 0.1)])
def test_a_picture_that_never_changes_or_always_alike_scores_zero(change: np.ndarray) -> None:
    report = align(change, [1.0, 2.0, 3.0], [1.0, 0.5, 1.0], Fraction(12))
    assert (report.offset_frames, report.score) == (0, 0.0)


def test_without_onsets_there_is_nothing_to_be_in_sync_with() -> None:
    report = align(curve(12, None), [], [], Fraction(12))
    assert (report.score, report.n_onsets) == (0.0, 0)
    assert "nothing to be in sync with" in describe(report)


def test_as_many_strengths_as_times_are_needed() -> None:
    with pytest.raises(ValueError, match="as many strengths as times"):
        align(np.zeros(10), [1.0, 2.0], [1.0], Fraction(12))


def test_change_is_the_mean_step_of_all_values_and_zero_at_first() -> None:
    black, white = np.zeros((4, 6, 3), np.uint8), np.full((4, 6, 3), 255, np.uint8)
    half = black.copy()
    half[:2] = 255
    assert picture_change([black, white, white, half]) == pytest.approx([0.0, 1.0, 0.0, 0.5])
    assert picture_change([]).size == 0


def video(path: Path, flashes_s: np.ndarray, shift: int = 0, song: Path | None = None) -> Path:
    """Write ten seconds of a camera that pans over a texture, brighter for one frame at each flash."""
    rng, fps = np.random.default_rng(0), Fraction(12)
    texture = np.repeat(np.repeat(rng.integers(0, 180, (12, 60, 3), dtype=np.uint8), 8, axis=0), 8, axis=1)
    bright = set((frames_at(flashes_s, fps) + shift).tolist())
    track = Soundtrack(song, 0.0, 10.0) if song else None
    with VideoWriter(path, fps=fps, size=(128, 96), soundtrack=track) as writer:
        for frame in range(int(10 * fps)):
            window = texture[:, 2 * frame : 2 * frame + 128]
            writer.write(window + np.uint8(50) if frame in bright else window)
    return path


@pytest.mark.parametrize("shift", [0, 3])
def test_a_video_under_a_moving_camera_is_measured_to_the_frame(tmp_path: Path, shift: int) -> None:
    times = np.cumsum(np.random.default_rng(1).uniform(0.35, 0.9, 14))
    path = video(tmp_path / "v.mp4", times, shift)
    # The same moments, told from the start of a song that the video enters at 30 seconds.
    report = measure_sync(path, times + 30.0, np.ones(14), start_s=30.0)
    assert report.offset_frames == shift
    assert report.score > 0.6
    unrelated = np.cumsum(np.random.default_rng(2).uniform(0.35, 0.9, 14))
    assert measure_sync(path, unrelated, np.ones(14)).score < 0.3


def shifted(source: Path, target: Path, *, picture_s: float = 0.0, sound_s: float = 0.0) -> Path:
    """Copy a video with its picture or its sound that much later, as editors and phones do."""
    import av

    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        streams = {}
        for stream in (old.streams.video[0], old.streams.audio[0]):
            add = getattr(new, "add_stream_from_template", None) or (lambda template: new.add_stream(template=template))
            streams[stream.index] = add(stream)
        for packet in old.demux(list(old.streams.video) + list(old.streams.audio)):
            if packet.dts is None:
                continue
            late = round((picture_s if packet.stream.type == "video" else sound_s) / packet.time_base)
            packet.pts, packet.dts = packet.pts + late, packet.dts + late
            packet.stream = streams[packet.stream.index]
            new.mux(packet)
    return target


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
@pytest.mark.parametrize(("picture_s", "sound_s", "frames"), [(0, 0, 0), (0, 0.5, -6), (0.5, 0, 6), (0.25, 0.25, 0)])
def test_a_video_whose_sound_or_picture_starts_late_is_measured_as_it_plays(
    tmp_path: Path, ending: str, picture_s: float, sound_s: float, frames: int
) -> None:
    times = np.cumsum(np.random.default_rng(1).uniform(0.35, 0.9, 14))
    write_wav(tmp_path / "song.wav", clicks(times, 10.0))
    made = video(tmp_path / "v.mp4", times, song=tmp_path / "song.wav")
    moved = shifted(made, tmp_path / f"moved.{ending}", picture_s=picture_s, sound_s=sound_s)
    # What is heard in the file itself, an encoder's first empty samples included.
    onsets = analyse(moved).onsets["all"]
    report = measure_sync(moved, onsets.times_s, onsets.strengths)
    assert report.offset_frames == frames
    assert report.score > 0.5


def test_frames_of_a_variable_rate_count_where_they_are_shown() -> None:
    change = np.array([0.0, 0.1, 0.5, 0.1])
    grid, first = on_a_grid(change, [1.0, 1.1, 1.5, 1.6], Fraction(10))
    assert first == 10
    assert grid.tolist() == [0.0, 0.1, 0.0, 0.0, 0.0, 0.5, 0.1]


@pytest.mark.parametrize("shown_s", [[None] * 4, [0.0, 0.1, 0.2, 1e9], [0.0, None, 0.2, 0.3]])
def test_times_that_make_no_sense_count_as_a_constant_rate(shown_s: list[float | None]) -> None:
    change = np.array([0.0, 0.1, 0.5, 0.1])
    grid, first = on_a_grid(change, shown_s, Fraction(10))
    assert (grid.tolist(), first) == (change.tolist(), 0)


def test_a_video_too_short_to_measure_is_refused(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "v.mp4", fps=Fraction(12), size=(64, 48)) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8))
    with pytest.raises(VideoError, match="three frames or more"):
        measure_sync(tmp_path / "v.mp4", [0.0], [1.0])


@pytest.mark.parametrize(
    ("score", "offset", "expected"),
    [
        (0.6, 0, "clearly follows the music, right on the beat"),
        (0.6, 1, r"1 frame \(83 ms\) late"),
        (0.2, -2, r"faintly follows the music, 2 frames \(167 ms\) early"),
        (0.05, 4, "does not follow the music measurably"),
    ],
)
def test_a_report_is_told_in_plain_words(score: float, offset: int, expected: str) -> None:
    report = SyncReport(offset, 1000 * offset / 12, score, score, 0.1, 480, 90)
    assert re.search(expected, describe(report))
