"""Drawn frames as the video will show them: with the effects of the project as it is now, and nothing drawn again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from glance.app.thumbnails import jpeg, jpeg_of, picture_at
from glance.errors import GlanceError
from glance.frames import Frame
from glance.project.plan import RenderPlan
from glance.render.finishing import Finisher

#: Projects, as they were at one moment, whose effects are kept ready.
_KEPT = 4


class FinishedPictures:
    """Finishes single frames of previews; safe to use from several threads."""

    def __init__(self) -> None:
        self._ready: OrderedDict[tuple[str, ...], Finisher] = OrderedDict()
        self._lock = threading.Lock()

    def jpeg(self, folder: Path, index: int, key: tuple[str, ...], plan: Callable[[], RenderPlan], solo: str) -> bytes:
        """Return a frame with its effects as JPEG; where they cannot be worked out, as it was drawn.

        Args:
            folder: Folder of the frames.
            index: Number of the frame.
            key: Which project it is, as it was at which moment.
            plan: Returns the plan of that project.
            solo: The one effect that works; empty for all.

        Raises:
            ProjectError: The frame is not there.
        """
        frame = picture_at(_path(folder, index))
        try:
            with self._lock:
                finisher = self._finisher(folder, (*key, solo), plan, solo)
            return jpeg_of(finisher.finished(index, self._plain(finisher, index, frame)))
        except (GlanceError, IndexError):
            # The page tells what is wrong with the project; the picture is to be seen all the same.
            return jpeg(_path(folder, index))

    def _plain(self, finisher: Finisher, index: int, frame: Frame) -> Frame:
        try:
            return finisher.plain(index, frame)
        except GlanceError:
            return frame  # an effect of time asks for one that is not drawn yet, or lies outside of the preview

    def _finisher(self, folder: Path, key: tuple[str, ...], plan: Callable[[], RenderPlan], solo: str) -> Finisher:
        if key not in self._ready:
            self._ready[key] = Finisher(plan(), lambda index: picture_at(_path(folder, index)), solo=solo)
            while len(self._ready) > _KEPT:
                self._ready.popitem(last=False)
        self._ready.move_to_end(key)
        return self._ready[key]


def _path(folder: Path, index: int) -> Path:
    return folder / f"{index:06d}.png"
