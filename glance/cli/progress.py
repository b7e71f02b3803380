"""A render's progress as one line in the terminal."""

from __future__ import annotations

import math
import sys
from types import TracebackType

from glance.render.events import (
    Event,
    FlashesMeasured,
    FrameDone,
    FramePublished,
    FrameRepeated,
    FrameUpscaled,
    PublishingStarted,
    RunFinished,
    RunStarted,
    RunStopped,
    UpscalingStarted,
)
from glance.system.language import in_language
from glance.timing import format_clock


class ProgressBar:
    """Shows frame, scene and time to go; call it with every event. Use it in a `with` block."""

    def __init__(self) -> None:
        from tqdm import tqdm

        self._note = ""
        self._bar = tqdm(total=0, unit="frame", file=sys.stderr, bar_format="{desc} {bar} {n_fmt}/{total_fmt}{postfix}")

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.close()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, RunStarted):
            self._bar.total = event.n_frames
            self._bar.n = event.n_ready
            if event.n_ready:
                self._bar.write(in_language(f"{event.n_ready} frames are there already"), file=sys.stderr)
            if event.note and event.note != self._note:
                self._bar.write(in_language(event.note), file=sys.stderr)
                self._note = event.note
            self._bar.set_description_str(in_language("drawing"))
        elif isinstance(event, FrameDone):
            self._bar.n = event.position
            self._bar.set_description_str(in_language(f"scene {event.scene + 1}"), refresh=False)
            if not math.isnan(event.eta_s):
                self._bar.set_postfix_str(in_language(f"{format_clock(round(event.eta_s))} to go"), refresh=False)
            self._bar.refresh()
        elif isinstance(event, UpscalingStarted | PublishingStarted):
            self._begin_pass(event)
        elif isinstance(event, FrameUpscaled | FramePublished):
            self._bar.n = event.position
            self._bar.set_postfix_str(in_language(f"{format_clock(round(event.eta_s))} to go"), refresh=False)
            self._bar.refresh()
        elif isinstance(event, FrameRepeated | FlashesMeasured):
            self._say(event)
        elif isinstance(event, RunStopped | RunFinished):
            self._bar.close()

    def _begin_pass(self, event: UpscalingStarted | PublishingStarted) -> None:
        size = "{}x{}".format(*event.size)
        enlarges = isinstance(event, UpscalingStarted)
        self._bar.reset(event.n_frames)
        self._bar.n = event.n_ready if isinstance(event, UpscalingStarted) else 0
        self._bar.set_description_str(in_language(f"enlarging to {size}" if enlarges else f"writing {size}"))

    def _say(self, event: FrameRepeated | FlashesMeasured) -> None:
        if isinstance(event, FrameRepeated):
            text = f"frame {event.index}: the picture came out {event.problem}; the one before was held"
        elif event.report.spans or event.report.limited:
            text = f"the video {event.report}"
        else:
            return
        self._bar.write(in_language(text), file=sys.stderr)
