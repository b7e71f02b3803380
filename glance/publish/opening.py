"""A run that was drawn to its end, opened to be published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from glance.audio.types import SongAnalysis
from glance.errors import RunError
from glance.project.compile import compile_plan, crop_plan
from glance.project.files import project_of
from glance.project.model import Project, Song
from glance.publish.footage import footage_of_run, footage_of_video
from glance.publish.publishing import Finished
from glance.render.manifest import NAME, is_manifest, read_manifest
from glance.render.run_folder import are_frames_discarded
from glance.story.styles import Style


def open_finished(
    run: Path, project: Project, video: Path, hear: Callable[[Song], SongAnalysis], styles: Mapping[str, Style]
) -> Finished:
    """Return a finished video as it was drawn, with the words that its project has today.

    Args:
        run: Its run folder. The project in it decides the frames, whatever was changed since.
        project: The project as it is now: its title, lettering and song are taken.
        video: Its video, which is read where the frames were deleted when it was complete.
        hear: Returns what is heard in a song.
        styles: All styles.

    Raises:
        RunError: The folder is no run, or not drawn to its end.
        VideoError: The frames are gone, and the video is another one.
    """
    if not (run / NAME).is_file():
        raise RunError(f"{run} holds no frames of a video; render the project first, or name its frames with --run")
    manifest = read_manifest(run)
    if not is_manifest(manifest):
        raise RunError(f"{run / NAME} is not one of GLANCE's")
    drawn = project_of(manifest["project"])
    drawn = msgspec.structs.replace(drawn, song=project.song)
    song = hear(project.song)
    start_s, end_s = (manifest.get(name) for name in ("start_s", "end_s"))
    whole = compile_plan(drawn, song, styles)
    plan = crop_plan(whole, float(start_s or 0.0), float(end_s) if isinstance(end_s, int | float) else None)
    kept = not are_frames_discarded(run)
    footage = footage_of_run(run, plan) if kept else footage_of_video(video, plan)
    tags = tuple(tag for scene in drawn.scenes if scene.style in styles for tag in styles[scene.style].tags)
    shown = msgspec.structs.replace(drawn, title=project.title, lettering=project.lettering)
    return Finished(shown, song, footage, tags, str(manifest["fingerprint"]))
