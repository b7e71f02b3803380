"""The verbs that draw: render, preview, sync."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import msgspec

from glance.backends.registry import DEFAULT, backend_list, open_backends, upscaler_openers
from glance.cli.options import (
    add_output_options,
    add_song_options,
    add_wish_options,
    clock_of_text,
    given_path,
    hear,
    is_project,
    project_of,
    say,
    song_path,
    styles_of,
    warn_ignored,
)
from glance.cli.progress import ProgressBar
from glance.cli.sync_report import sync_report
from glance.cli.targets import (
    add_overwrite_option,
    keep_older_project,
    keep_older_video,
    name_for_older_video,
    require_no_source,
    run_target,
    sources_of,
    video_target,
)
from glance.errors import ProjectError
from glance.media.video_writer import check_name
from glance.project.compile import compile_plan, crop_plan, preview_plan
from glance.project.files import SUFFIX, load_project, save_project
from glance.project.model import Output, Project, Song
from glance.project.plan import RenderPlan, cost_text
from glance.project.scene_versions import with_version
from glance.project.validate import LANCZOS, video_size
from glance.render.backend import FrameBackend
from glance.render.frame_check import CheckedBackend, Hit, NudeNetDetector
from glance.render.job import Destination, make_video
from glance.render.upscaling import opened_upscaling
from glance.system.files import passing_folder
from glance.system.language import in_language
from glance.system.sleep import awake


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add render, preview and sync."""
    parser = verbs.add_parser("render", help="make the video of a song or a project")
    parser.add_argument("input", type=song_path, help="a song, or a project (.glance.json)")
    parser.add_argument("-o", "--output", type=Path, help="the video; beside the input by default")
    _add_part_options(parser)
    parser.add_argument("--backend", default=DEFAULT, help=f"{backend_list()}; several addresses joined by commas")
    parser.add_argument("--check-frames", action="store_true", help="look for nudity in pictures (pip install nudenet)")
    parser.add_argument("--run", dest="run_folder", type=Path, metavar="FOLDER", help="where frames are kept")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    parser.add_argument("--fresh", action="store_true", help="throw away a run that was stopped, and start anew")
    parser.add_argument(
        "--scene",
        type=int,
        metavar="N",
        help="draw scene N of a project again, by --seed; others stay as they are",
    )
    parser.add_argument("--report", action="store_true", help="measure afterwards how the video moves with the song")
    add_overwrite_option(parser, "a file of the video's name")
    add_output_options(parser)
    group = parser.add_argument_group("larger video (the frames stay as they are drawn)")
    group.add_argument("--upscaler", metavar="NAME", help="Lanczos, or an upscaler of the WebUI; empty for none")
    group.add_argument("--upscale", type=float, metavar="TIMES", help="how many times as wide and high, 1 to 4")
    add_wish_options(parser)
    add_song_options(parser)
    parser.set_defaults(run=_render)

    parser = verbs.add_parser("preview", help="see a project small and soon")
    parser.add_argument("input", type=song_path, help="a project (.glance.json), or a song")
    parser.add_argument("-o", "--output", type=Path, help="the video; beside the input by default")
    add_overwrite_option(parser, "a file of the video's name")
    _add_part_options(parser)
    add_output_options(parser)
    add_wish_options(parser)
    add_song_options(parser)
    parser.set_defaults(run=_preview)

    parser = verbs.add_parser("sync", help="measure how a video moves with its music")
    parser.add_argument("video", type=given_path)
    parser.add_argument("--song", type=song_path, help="the song; the video's own sound by default")
    parser.set_defaults(run=_sync)


def _add_part_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--start", type=clock_of_text, metavar="TIME", help="begin there, such as 0:30")
    parser.add_argument("--end", type=clock_of_text, metavar="TIME", help="end there, such as 0:45")
    parser.add_argument("--allow-sleep", action="store_true", help="let this computer go to sleep while it draws")


def _render(arguments: argparse.Namespace) -> int:
    output = video_target(arguments, ".mp4")
    check_name(output)
    _enlarged(Output(), arguments)
    saved = output.with_name(output.stem + SUFFIX)
    if arguments.scene is None:
        warn_ignored(arguments)
    if arguments.resume and arguments.llm and not is_project(arguments.input) and saved.exists():
        # A language model never tells the same story twice, so the one that was begun is the one to go on with.
        arguments.input = saved
    project, analysis = project_of(arguments, drawn=True)
    project = msgspec.structs.replace(project, output=_enlarged(project.output, arguments))
    require_no_source(output, [arguments.input, *sources_of(project)])
    if arguments.scene is not None:
        project = _redone(arguments, project)
    number = 0
    if not is_project(arguments.input):
        number = keep_older_project(saved, output, project)
        save_project(project, saved)
        say(f"the project is {saved}: change it as you like, and render it again")
    plan = crop_plan(compile_plan(project, analysis, styles_of(arguments)), arguments.start, arguments.end)
    say(cost_text(plan))
    folder = run_target(arguments, output, project)
    older = None if arguments.overwrite else partial(name_for_older_video, output, folder, number)
    video = _draw(project, plan, arguments, output, folder, older)
    if video is None:
        say(f"stopped. Everything drawn is kept in {folder}; the same command with --resume goes on")
        return 130
    print(video)
    if arguments.report:
        print(in_language(sync_report(video, analysis, plan.start_s)))
    return 0


def _redone(arguments: argparse.Namespace, project: Project) -> Project:
    """Return the project with another version of one scene, and save it in its own file.

    Raises:
        ProjectError: It is no project, or has no such scene, or no seed was named.
    """
    index = arguments.scene - 1
    if not is_project(arguments.input):
        raise ProjectError("--scene", "only a scene of a project can be drawn again; name its .glance.json")
    if arguments.seed is None:
        raise ProjectError("--scene", "expected a seed for the scene, such as --seed 7")
    if not 0 <= index < len(project.scenes):
        found = f"expected a scene from 1 to {len(project.scenes)}, found {arguments.scene}"
        raise ProjectError("--scene", found)
    project = with_version(project, index, {"seed": arguments.seed})
    saved = with_version(load_project(arguments.input), index, {"seed": arguments.seed})
    save_project(saved, arguments.input)
    n_versions = len(project.scenes[index].versions)
    say(f"scene {arguments.scene} has {n_versions} versions now, kept in {arguments.input.name}; seed {arguments.seed}")
    return project


def _enlarged(output: Output, arguments: argparse.Namespace) -> Output:
    """Return the project's video with the upscaler that was asked for; a factor alone asks for the built-in one."""
    upscaler = output.upscaler if arguments.upscaler is None else arguments.upscaler
    if arguments.upscale is not None:
        output = msgspec.structs.replace(output, upscale=arguments.upscale)
        upscaler = upscaler or LANCZOS
    output = msgspec.structs.replace(output, upscaler=upscaler)
    video_size(output)
    return output


def _draw(
    project: Project,
    plan: RenderPlan,
    arguments: argparse.Namespace,
    output: Path,
    folder: Path,
    older: Callable[[str], Path | None] | None = None,
) -> Path | None:
    """Draw a plan, and return the finished video's file; None where it was stopped.

    Args:
        project: What is drawn.
        plan: Its frames.
        arguments: What was asked for.
        output: Where the video goes.
        folder: Where its frames go.
        older: Returns, by the run's fingerprint, under which name an older video of another project there is kept.

    Raises:
        GlanceError: It cannot be drawn; what was drawn is kept.
    """
    hits: list[Hit] = []
    with ExitStack() as open_ones:
        backends = [open_ones.enter_context(closing(each)) for each in _opened(arguments, project, folder, hits)]
        upscaling = open_ones.enter_context(opened_upscaling(project.output, *upscaler_openers(arguments.backend)))
        destination = Destination(
            output,
            folder,
            resume=arguments.resume,
            fresh=arguments.fresh,
            upscaling=upscaling,
            keep_older=lambda known: partial(keep_older_video, output, older(known) if older else None),
        )
        with awake(not arguments.allow_sleep), stop_on_interrupt() as stopped, ProgressBar() as bar:
            made = make_video(project, plan, backends, destination, on_event=bar, should_stop=stopped.is_set)
    for hit in hits:
        say(f"frame {hit.index}, try {hit.attempt + 1}: the frame check found {hit.found}; the picture was thrown away")
    for index, problem in made.repeated.items() if made else ():
        say(f"frame {index} was held, because every picture of it came out {problem}")
    if made is None:
        return None
    for line in made.drift if vars(arguments).get("report") else ():
        say(line)
    if made.path != output:
        say(
            f"{output} is open in another program such as a player, or was put there meanwhile, so it stays; the new "
            f"video is {made.path.name}"
        )
    return made.path


def _opened(arguments: argparse.Namespace, project: Project, folder: Path, hits: list[Hit]) -> tuple[FrameBackend, ...]:
    backends = tuple(open_backends(arguments.backend, project, folder))
    if not arguments.check_frames:
        return backends
    detector = NudeNetDetector()
    return tuple(CheckedBackend(backend, detector, hits.append) for backend in backends)


def _preview(arguments: argparse.Namespace) -> int:
    output = video_target(arguments, ".preview.mp4")
    check_name(output)
    warn_ignored(arguments)
    project, analysis = project_of(arguments, drawn=True)
    project = msgspec.structs.replace(project, output=msgspec.structs.replace(project.output, upscaler=""))
    require_no_source(output, [arguments.input, *sources_of(project)])
    plan = preview_plan(project, analysis, styles_of(arguments), size=arguments.size)
    plan = crop_plan(plan, arguments.start, arguments.end)
    arguments.backend, arguments.resume, arguments.fresh, arguments.check_frames = DEFAULT, False, False, False
    with passing_folder("glance-preview") as folder:
        video = _draw(project, plan, arguments, output, folder)
    if video is None:
        return 130
    print(video)
    return 0


def _sync(arguments: argparse.Namespace) -> int:
    analysis = hear(Song(path=str(arguments.song or arguments.video)))
    print(in_language(sync_report(arguments.video, analysis)))
    return 0


@contextmanager
def stop_on_interrupt() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into a wish to stop after the frame at hand; a second one stops at once."""
    stopped = threading.Event()

    # Windows has a second key for it, which would end the program at once and without a word.
    numbers = [signal.SIGINT, *(getattr(signal, name) for name in ("SIGBREAK",) if hasattr(signal, name))]

    def ask(number: int, frame: object) -> None:
        stopped.set()
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield stopped
    finally:
        restore()
