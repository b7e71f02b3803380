"""What an editor goes on with: the scenes with their first and last pictures, and a timeline with the song's markers.

NAME/shots.csv, NAME/shots.json     a row for each scene: times, frames, words, camera
NAME/shot-001-start.png, -end.png   its pictures, for programs that film the way from one to the other
NAME/timeline.otio                  OpenTimelineIO: the video as clips, cuts, beats and lyrics as markers
NAME/timeline.edl, .fcpxml          the same for Premiere, Resolve and Final Cut, where their adapters are installed
"""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from glance.media.images import write_png
from glance.publish.footage import scenes_of
from glance.publish.publishing import Finished
from glance.system.files import write_text
from glance.timing import format_clock

_PICTURES = {"Software": "GLANCE shot"}
_MARKED_BEATS = 5_000


def write_handoff(finished: Finished, video: Path, folder: Path, fps: Fraction) -> list[str]:
    """Write a video's shot list, pictures and timeline into a folder, and return what could not be written, in words.

    Args:
        finished: What it was made from.
        video: The file that editors will open.
        folder: Where to; made if need be.
        fps: Frames a second of that file.

    Raises:
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shots = shot_list(finished)
    specs = finished.footage.plan.frames
    for shot in shots:
        for name in ("start", "end"):
            at = int(shot[f"{name}_frame"]) - specs[0].index
            write_png(folder / str(shot[f"{name}_picture"]), next(finished.footage.read(at, at + 1)), _PICTURES)
    write_text(folder / "shots.json", json.dumps(shots, ensure_ascii=False, indent=1))
    table = io.StringIO()
    writer = csv.DictWriter(table, list(shots[0]))
    writer.writeheader()
    writer.writerows(shots)
    # Excel knows by the mark that a table is in UTF-8.
    write_text(folder / "shots.csv", "\ufeff" + table.getvalue())
    return _write_timeline(finished, video, folder, fps)


def shot_list(finished: Finished) -> list[dict[str, Any]]:
    """Return what an editor or a video model needs of each scene; frames are numbered as in the song."""
    footage, project = finished.footage, finished.project
    specs = footage.plan.frames
    rows = []
    for number, (scene, first, last) in enumerate(scenes_of(specs), start=1):
        begin = float(specs[first].index / footage.fps)
        end = float((specs[last - 1].index + 1) / footage.fps)
        words = project.scenes[scene]
        rows.append(
            {
                "shot": number,
                "start": format_clock(begin),
                "end": format_clock(end),
                "seconds": round(end - begin, 3),
                "start_frame": specs[first].index,
                "end_frame": specs[last - 1].index,
                "start_picture": f"shot-{number:03d}-start.png",
                "end_picture": f"shot-{number:03d}-end.png",
                "begins_with_cut": specs[first].cut or first == 0,
                "prompt": specs[first].prompt[0][0],
                "negative": specs[first].negative,
                "style": words.style,
                "camera": words.camera,
            }
        )
    return rows


def timeline_of(finished: Finished, video: Path, fps: Fraction) -> Any:
    """Return an OpenTimelineIO timeline: a clip for each scene, the song below, markers for beats, bars and lyrics.

    Raises:
        ImportError: opentimelineio is not installed.
    """
    import opentimelineio as otio

    footage, song = finished.footage, finished.song
    rate = float(fps)
    specs = footage.plan.frames
    start_s, end_s = float(specs[0].index / footage.fps), float((specs[-1].index + 1) / footage.fps)
    n_frames = round((end_s - start_s) * rate)

    def span(first: float, length: float) -> Any:
        return otio.opentime.TimeRange(
            otio.opentime.RationalTime(first, rate), otio.opentime.RationalTime(length, rate)
        )

    def marker(name: str, moment_s: float, color: str) -> Any:
        return otio.schema.Marker(name=name, marked_range=span(round((moment_s - start_s) * rate), 1), color=color)

    timeline = otio.schema.Timeline(name=finished.project.title or video.stem)
    pictures, sound = otio.schema.Track("scenes", kind="Video"), otio.schema.Track("song", kind="Audio")
    media = otio.schema.ExternalReference(video.resolve().as_uri(), span(0, n_frames))
    for number, (_, first, last) in enumerate(scenes_of(specs), start=1):
        label = f"{number}. {specs[first].prompt[0][0]:.60}"
        begin, end = (round(float(at / footage.fps) * rate) for at in (first, last))
        pictures.append(otio.schema.Clip(label, media.clone(), span(begin, end - begin)))
    sound.append(otio.schema.Clip(Path(footage.plan.song).name, media.clone(), span(0, n_frames)))
    bars = {round(float(each), 6) for each in song.downbeats_s}
    for beat in song.beats_s[:_MARKED_BEATS]:
        if start_s <= beat < end_s:
            is_bar = round(float(beat), 6) in bars
            pictures.markers.append(marker("bar" if is_bar else "beat", float(beat), "RED" if is_bar else "YELLOW"))
    for line in song.lyrics:
        if start_s <= line.start_s < end_s:
            pictures.markers.append(marker(line.text, line.start_s, "CYAN"))
    timeline.tracks.extend([pictures, sound])
    return timeline


def _write_timeline(finished: Finished, video: Path, folder: Path, fps: Fraction) -> list[str]:
    try:
        import opentimelineio as otio
    except ImportError:
        return ['no timeline was written; it needs: pip install "glance-music-video[handoff]"']
    timeline = timeline_of(finished, video, fps)
    write_text(folder / "timeline.otio", otio.adapters.write_to_string(timeline, "otio_json"))
    notes = []
    for name, ending, package in (
        ("cmx_3600", "edl", "otio-cmx3600-adapter"),
        ("fcpx_xml", "fcpxml", "otio-fcpx-xml-adapter"),
    ):
        if name not in otio.adapters.available_adapter_names():
            notes.append(f"no timeline.{ending} was written; it needs: pip install {package}")
            continue
        text = ""
        with suppress(otio.exceptions.OTIOError, ValueError, TypeError, KeyError):
            text = otio.adapters.write_to_string(_for_editing(timeline, name), name)
        if text:
            write_text(folder / f"timeline.{ending}", text)
        else:
            notes.append(f"timeline.{ending} could not be written; open timeline.otio in its place")
    return notes


def _for_editing(timeline: Any, adapter: str) -> Any:
    """Return what of a timeline an older form can hold: an EDL has one track, and no names beyond ASCII."""
    if adapter != "cmx_3600":
        return timeline
    import opentimelineio as otio

    made = timeline.clone()
    del made.tracks[1:]
    for clip in made.tracks[0].find_clips():
        clip.name = clip.name.encode("ascii", "replace").decode()
        clip.media_reference = otio.schema.MissingReference(
            name="GLANCE", available_range=clip.media_reference.available_range
        )
    made.tracks[0].markers.clear()
    return made
