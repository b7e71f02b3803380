"""A finished video for a place: its size, rate, length and sound, the same each time, and nothing left when stopped."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from glance.errors import RunError, VideoError
from glance.media.encoders import Encoding
from glance.media.images import read_png
from glance.media.video_reader import frames as frames_of
from glance.media.video_reader import probe
from glance.publish.excerpts import best_part, loop_part, section_parts
from glance.publish.footage import footage_of_run
from glance.publish.handoff import shot_list, write_handoff
from glance.publish.loops import calm_start, looped
from glance.publish.opening import open_finished
from glance.publish.parts import Wish, chosen_part
from glance.publish.publishing import Finished, Publication, chapters, focus_of, new_fps, publish, shown_frames
from glance.publish.rife import interpolator_named
from glance.publish.targets import Target, target_named
from glance.publish.thumbnail import choose_frame, write_thumbnail
from glance.render.events import Event, FramePublished, PublishingStarted
from glance.render.ownership import may_replace_video
from tests.unit.publish.conftest import LINES, with_lettering

PLACE = Target("here", "Here", (160, 90), Encoding(), thumbnail=(80, 45))


def written(finished: Finished, wanted: Publication, path: Path) -> Path:
    done = publish(finished, wanted, path, on_event=lambda _: None, should_stop=lambda: False)
    assert done is not None
    return done.path


def test_a_place_gets_its_size_and_rate_and_the_song_stays_in_step(finished: Finished, tmp_path: Path) -> None:
    events: list[Event] = []
    path = tmp_path / "a.mp4"
    wanted = Publication(PLACE, Fraction(60))
    publish(finished, wanted, path, on_event=events.append, should_stop=lambda: False)
    info = probe(path)
    assert (info.size, info.fps, info.n_frames) == ((160, 90), 60, 240)
    assert info.video_s == pytest.approx(4.0)
    assert info.audio_s == pytest.approx(4.0, abs=0.03)
    assert isinstance(events[0], PublishingStarted)
    assert sum(isinstance(event, FramePublished) for event in events) == 240
    # What was drawn at a second is shown at that second, hits too.
    drawn, shown = list(finished.footage.frames()), list(frames_of(path, size=(128, 72)))
    for leap in sorted(finished.footage.leaps()):
        assert (
            np.abs(shown[5 * leap].astype(int) - drawn[leap]).mean()
            < np.abs(shown[5 * leap].astype(int) - drawn[leap - 1]).mean()
        )


def test_the_same_video_gives_the_same_bytes_and_may_be_replaced(finished: Finished, tmp_path: Path) -> None:
    first = written(finished, Publication(PLACE), tmp_path / "a.mp4").read_bytes()
    assert may_replace_video(tmp_path / "a.mp4")
    assert written(finished, Publication(PLACE), tmp_path / "b.mp4").read_bytes() == first


def test_stopping_leaves_nothing_and_an_older_file_stays(finished: Finished, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"older")
    assert publish(finished, Publication(PLACE), path, on_event=lambda _: None, should_stop=lambda: True) is None
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"older"]


def test_words_are_in_the_file_as_chapters_and_as_a_track(finished: Finished, tmp_path: Path) -> None:
    import av

    path = written(finished, Publication(PLACE), tmp_path / "a.mp4")
    with av.open(str(path)) as container:
        assert [stream.type for stream in container.streams][:3] == ["video", "audio", "subtitle"]
        texts = [bytes(packet)[2:].decode() for packet in container.demux(subtitles=0) if packet.size > 2]
        assert texts == [line.text for line in LINES]
        titles = [chapter["metadata"]["title"] for chapter in container.chapters()]
    assert titles == [chapter.title for chapter in chapters(finished)]


def test_lettering_changes_the_video_and_redraws_nothing(finished: Finished, tmp_path: Path) -> None:
    plain = list(frames_of(written(finished, Publication(PLACE), tmp_path / "a.mp4")))
    lettered = with_lettering(finished, lyrics="lines", title=False, fade_out_s=1.0)
    drawn = list(frames_of(written(lettered, Publication(PLACE), tmp_path / "b.mp4")))
    assert len(plain) == len(drawn)
    assert np.abs(plain[5].astype(int) - drawn[5]).mean() < 1
    assert np.abs(plain[60].astype(int) - drawn[60]).max() > 60
    assert drawn[-1].mean() < 0.2 * plain[-1].mean()


def test_words_alone_are_transparent(finished: Finished, tmp_path: Path) -> None:
    lettered = with_lettering(finished, lyrics="words")
    encoding = Encoding(codec="prores4444", alpha=True)
    path = written(lettered, Publication(PLACE, encoding=encoding, lettering_only=True), tmp_path / "w.mov")
    assert probe(path).pix_fmt.startswith("yuva444p")


def test_a_place_says_what_length_and_rate_it_takes(finished: Finished, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"up to 2 seconds, found 4\.0"):
        written(finished, Publication(replace(PLACE, longest_s=2.0)), tmp_path / "a.mp4")
    with pytest.raises(VideoError, match="from 9 seconds on"):
        written(finished, Publication(replace(PLACE, shortest_s=9.0)), tmp_path / "a.mp4")
    with pytest.raises(VideoError, match="expected 12, as drawn, to 60"):
        new_fps(Fraction(12), PLACE, Fraction(120))
    assert [float(new_fps(Fraction(fps), PLACE)) for fps in (12, 24, 30)] == [24, 24, 30]
    with pytest.raises(VideoError, match="expected a place"):
        target_named("myspace")


def test_a_short_place_gets_the_best_part_of_a_long_song(finished: Finished) -> None:
    part, excerpt = chosen_part(finished, replace(PLACE, longest_s=2.5), Wish())
    assert excerpt is not None
    assert len(part.footage) / 12 <= 2.5
    same, nothing = chosen_part(finished, PLACE, Wish())
    assert (same, nothing) == (finished, None)
    span, _ = chosen_part(finished, PLACE, Wish(1.0, 2.0))
    assert [spec.index for spec in span.footage.plan.frames] == list(range(12, 24))


def test_a_loop_has_no_seam(finished: Finished) -> None:
    excerpt = loop_part(finished.song, 1, 1.0)
    begin = calm_start(finished.footage, excerpt.start_s, excerpt.start_s + 1.0)
    frames = list(looped(finished.footage, begin, begin + 1.0).frames())
    assert len(frames) == 12
    steps = [np.abs(a.astype(int) - b).mean() for a, b in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert steps[-1] <= np.median(steps) + 1e-9
    late = list(looped(finished.footage, 3.0, 4.0).frames())
    assert len(late) == 12


def test_parts_are_whole_bars_and_sections_are_numbered(finished: Finished) -> None:
    part = best_part(finished.song, 3.0)
    assert part.end_s - part.start_s <= 3.0 + 1e-6
    assert any(abs(part.start_s - bar) < 1e-6 for bar in finished.song.downbeats_s)
    labels = [each.label for each in section_parts(finished.song)]
    assert len(labels) == len(set(labels)) == len(finished.song.sections)
    with pytest.raises(VideoError, match="expected a loop of at most"):
        loop_part(finished.song, 500)


def test_a_crop_follows_the_subject_and_jumps_only_at_a_cut(finished: Finished) -> None:
    focus = focus_of(finished.footage)
    specs = finished.footage.plan.frames
    assert focus.shape == (48, 2)
    steps = np.abs(np.diff(focus, axis=0)).max(axis=1)
    assert all(steps[at] < 0.1 or specs[at + 1].cut for at in range(len(steps)))


def test_shots_are_listed_with_their_pictures(finished: Finished, tmp_path: Path) -> None:
    rows = shot_list(finished)
    assert [(row["start_frame"], row["end_frame"]) for row in rows] == [(0, 23), (24, 47)]
    write_handoff(finished, tmp_path / "v.mp4", tmp_path / "v", Fraction(24))
    first = read_png(tmp_path / "v" / "shot-002-start.png")
    assert np.array_equal(first, next(finished.footage.read(24, 25)))
    assert (tmp_path / "v" / "shots.csv").read_text(encoding="utf-8").startswith("\ufeffshot,")


def test_editors_get_a_timeline_with_cuts_bars_and_lyrics(finished: Finished, tmp_path: Path) -> None:
    otio = pytest.importorskip("opentimelineio")
    assert write_handoff(finished, tmp_path / "v.mp4", tmp_path / "v", Fraction(24)) == []
    timeline = otio.adapters.read_from_file(str(tmp_path / "v" / "timeline.otio"))
    scenes, song = timeline.tracks
    assert [clip.source_range.duration.value for clip in scenes] == [48, 48]
    assert song[0].source_range.duration.value == 96
    names = [marker.name for marker in scenes.markers]
    assert names.count("bar") == sum(1 for bar in finished.song.downbeats_s if bar < 4)
    assert LINES[1].text in names
    assert "00:00:02:00" in (tmp_path / "v" / "timeline.edl").read_text(encoding="utf-8")
    assert (tmp_path / "v" / "timeline.fcpxml").is_file()


def test_a_thumbnail_has_the_places_size(finished: Finished, tmp_path: Path) -> None:
    assert 0 <= choose_frame(finished) < 48
    assert read_png(write_thumbnail(finished, PLACE, tmp_path / "t.png")).shape == (45, 80, 3)


def test_a_run_is_opened_as_it_was_drawn_and_an_unfinished_one_is_refused(finished: Finished, tmp_path: Path) -> None:
    folder = finished.footage.source
    again = open_finished(folder, finished.project, folder.parent / "v.mp4", lambda _: finished.song, {})
    assert np.array_equal(next(again.footage.read(30, 31)), next(finished.footage.read(30, 31)))
    with pytest.raises(RunError, match="holds no frames"):
        open_finished(tmp_path, finished.project, tmp_path / "v.mp4", lambda _: finished.song, {})
    longer = replace(finished.footage.plan, frames=(*finished.footage.plan.frames, finished.footage.plan.frames[-1]))
    longer = replace(longer, frames=(*longer.frames[:-1], replace(longer.frames[-1], index=48)))
    with pytest.raises(RunError, match="holds 48 of the 49 frames"):
        footage_of_run(folder, longer)


def test_a_program_makes_the_frames_between_and_its_failure_is_told(finished: Finished, tmp_path: Path) -> None:
    program = tmp_path / "rife"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nfrom PIL import Image\nw = sys.argv\n"
        "a, b, o, s = (w[w.index(x) + 1] for x in ('-0', '-1', '-o', '-s'))\n"
        "Image.blend(Image.open(a), Image.open(b), float(s)).save(o)\n"
    )
    program.chmod(0o755)
    rife = interpolator_named(str(program))
    before, after = finished.footage.read(0, 2)
    made = rife.between(before, after, 0.5)
    assert np.abs(made.astype(int) - (before.astype(int) + after) / 2).max() <= 1
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no card')\n")
    with pytest.raises(VideoError, match="made no frame"):
        rife.between(before, after, 0.5)
    rife.close()
    with pytest.raises(VideoError, match="found no file"):
        interpolator_named("nowhere.onnx")


def test_other_kinds_of_files_get_the_same_frames(finished: Finished) -> None:
    wanted = Publication(PLACE)
    size, fps, frames = shown_frames(finished, wanted, on_event=lambda _: None, should_stop=lambda: False)
    assert (size, fps) == ((160, 90), 24)
    assert sum(1 for _ in frames) == 96
