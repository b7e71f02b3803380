"""What GLANCE costs inside a WebUI: at its start, and in each frame beside a bare loop of img2img.

    WEBUI/venv/bin/python -m benchmarks.bench_host WEBUI [flags of the WebUI ...]

Runs inside a real WebUI (A1111 or Forge), whose model and flags decide how long the diffusion takes; what GLANCE adds
does not depend on them. Both loops feed each picture to the next call and draw the same number of steps. What GLANCE
adds is the time of its loop outside `process_images`, which is wrapped in a stopwatch; the bare loop stands beside it
to show that the calls themselves cost the same. CPU time, in turns, medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

_ROUNDS = 3
_N_FRAMES = 4
_SIZE = (512, 288)
_STEPS = 20
_STRENGTH = 0.65
_HEAVY = ("torch", "librosa", "onnxruntime", "cv2", "scipy", "av", "openai", "gradio")
_START_UP = """
import sys, time
import numpy, starlette.routing, fastapi
before = set(sys.modules)
begin = time.process_time()
import glance.webui.entry, glance.webui.settings, glance.webui.names
import glance.webui.lazy_routes, glance.app.access, glance.app.gradio_page
print(time.process_time() - begin, *(name for name in {heavy!r} if name in set(sys.modules) - before))
"""


def start_up() -> tuple[float, list[str]]:
    """Return the median CPU seconds of loading what is loaded at the WebUI's start, and the heavy packages with it."""
    found = []
    for _ in range(_ROUNDS):
        code = _START_UP.format(heavy=_HEAVY)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        found.append(done.stdout.split())
    return statistics.median(float(words[0]) for words in found), found[0][1:]


def enter(webui: Path, flags: list[str]) -> None:
    """Make this process a WebUI without a page."""
    os.chdir(webui)
    sys.path.insert(0, str(webui))
    sys.argv = ["webui.py", *flags]
    import webui as program  # noqa: F401 - Forge sets itself up when it is imported

    if not (webui / "modules_forge").is_dir():
        from modules import initialize

        initialize.initialize()


def bare_loop(n_frames: int) -> None:
    """Draw one picture and feed it through img2img again and again."""
    from modules import call_queue, processing, shared
    from PIL import Image

    common: dict[str, Any] = {"sd_model": shared.sd_model, "prompt": "a lighthouse", "seed": 1, "subseed": 1}
    common |= {"steps": _STEPS, "cfg_scale": 7.0, "width": _SIZE[0], "height": _SIZE[1], "sampler_name": "Euler"}
    common |= {"scheduler": "Automatic", "do_not_save_samples": True, "do_not_save_grid": True}
    picture = Image.new("RGB", _SIZE, "grey")
    with call_queue.queue_lock:
        for index in range(n_frames):
            p = processing.StableDiffusionProcessingImg2Img(
                **common | {"seed": index}, init_images=[picture], denoising_strength=(7 - 0.5) / _STEPS
            )
            with closing(p):
                picture = processing.process_images(p).images[0]


def glance_loop(n_frames: int, folder: Path) -> None:
    """Render a plan as a person's click does: steps before the frame, PNGs, and a video with its song."""
    from glance.camera.move import CameraMove
    from glance.media.video_writer import Encoding
    from glance.project.plan import FrameSpec, LookPlan, PictureFile, RenderPlan
    from glance.render.run_folder import RunFolder
    from glance.render.video import Target, render
    from glance.webui.backend import WebuiBackend
    from glance.webui.queue import QueueSlot
    from glance.webui.settings import Settings

    start = folder / "start.png"
    song = folder / "song.wav"
    _write_start(start)
    _write_song(song)
    specs = tuple(
        FrameSpec(
            index=index,
            time_s=index / 12,
            scene=0,
            picture="A",
            prompt=(("a lighthouse", 1.0),),
            negative="",
            style="",
            painter=((0, 1.0),),
            picture_seed=1,
            palette=(),
            seed=index,
            subseed=1,
            subseed_strength=0.0,
            strength=_STRENGTH,
            cfg=7.0,
            steps=_STEPS,
            sampler="Euler",
            scheduler="",
            checkpoint="",
            vae="",
            clip_skip=1,
            camera=CameraMove(zoom=1.02),
            noise=0.02,
            contrast=1.0,
            sharpen=0.1,
            color=0.7,
            anchor=-2,
            diffuse=True,
            tween=0.0,
            cut=False,
            guide=None,
        )
        for index in range(n_frames)
    )
    look = LookPlan("lab", "perlin", "reflect", PictureFile(str(start), ""), None, False, 0.0, False, "ground")
    plan = RenderPlan("bench", str(song), "0" * 64, 0.0, n_frames / 12, Fraction(12), _SIZE, look, specs)
    run = RunFolder(Path(tempfile.mkdtemp(dir=folder)), plan)
    (run.path / "frames").mkdir()
    turn = QueueSlot(lambda: False)
    target = Target(run.path / "video.mp4", Encoding(), {})
    with turn.hold(lambda: False), closing(WebuiBackend(turn, Settings())) as backend:
        render(plan, backend, run, target, on_event=lambda event: None, should_stop=turn.interrupted)


def _write_start(path: Path) -> None:
    from PIL import Image

    Image.new("RGB", _SIZE, "grey").save(path)


def _write_song(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22050)
        file.writeframes(np.zeros(22050, np.int16).tobytes())


class Stopwatch:
    """Adds up the CPU seconds of the host's `process_images`."""

    def __init__(self) -> None:
        from modules import processing

        self.seconds = 0.0
        self._original = processing.process_images
        processing.process_images = self

    def __call__(self, p: Any) -> Any:
        begin = time.process_time()
        try:
            return self._original(p)
        finally:
            self.seconds += time.process_time() - begin


def cpu_s(action: Any, *arguments: Any) -> float:
    """Return the CPU seconds one call takes."""
    begin = time.process_time()
    action(*arguments)
    return time.process_time() - begin


def main() -> None:
    """Print both tables."""
    webui, flags = Path(sys.argv[1]).resolve(), sys.argv[2:]
    sys.path.insert(0, str(Path.cwd()))
    seconds, heavy = start_up()
    enter(webui, flags)
    watch = Stopwatch()
    bare, ours, own = [], [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare_loop(1)
        glance_loop(1, folder)
        for _ in range(_ROUNDS):
            bare.append(cpu_s(bare_loop, _N_FRAMES) / _N_FRAMES)
            watch.seconds = 0.0
            ours.append(cpu_s(glance_loop, _N_FRAMES, folder) / _N_FRAMES)
            own.append(ours[-1] - watch.seconds / _N_FRAMES)
    total, outside = statistics.median(ours), statistics.median(own)
    print(f"\nstart-up   {seconds * 1000:6.0f} ms CPU   heavy packages loaded: {', '.join(heavy) or 'none'}")
    print(f"{_SIZE[0]}x{_SIZE[1]}, 7 of {_STEPS} steps, CPU time a frame:")
    print(f"a bare img2img loop                {statistics.median(bare) * 1000:8.1f} ms")
    print(f"the same through GLANCE            {total * 1000:8.1f} ms")
    print(f"  of it outside process_images     {outside * 1000:8.1f} ms, {outside / total:.1%}")


if __name__ == "__main__":
    main()
