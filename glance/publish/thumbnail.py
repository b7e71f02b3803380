"""The picture that stands for a video: sharp, full of light and color, with the subject in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glance.frames import Frame
from glance.media.images import write_png
from glance.publish.fitting import Fit
from glance.publish.publishing import Finished, focus_of
from glance.publish.targets import Target

#: Frames that are looked at.
_LOOKED_AT = 48
#: Black at its ends says nothing of a video.
_MARGIN = 0.05


def choose_frame(finished: Finished) -> int:
    """Return the position of the frame that says most: by sharpness, contrast and color, each by rank.

    Frames of the loudest sections are looked at; the middle one of a tie is taken.
    """
    footage, song = finished.footage, finished.song
    specs = footage.plan.frames
    loudest = max((section.energy for section in song.sections), default=0.0)
    loud = [each for each in song.sections if each.energy >= 0.8 * loudest]
    inside = [
        at
        for at in range(round(len(specs) * _MARGIN), max(1, round(len(specs) * (1 - _MARGIN))))
        if any(each.start_s <= specs[at].time_s < each.end_s for each in loud)
    ] or list(range(len(specs)))
    tried = sorted({inside[round(place)] for place in np.linspace(0, len(inside) - 1, _LOOKED_AT)})
    marks = np.array([_marks(next(footage.read(at, at + 1))) for at in tried])
    ranks = marks.argsort(axis=0).argsort(axis=0).sum(axis=1)
    return int(tried[int(ranks.argmax())])


def write_thumbnail(finished: Finished, target: Target, path: Path) -> Path:
    """Write the video's picture in the size that a place wants, and return its path.

    Raises:
        OSError: It cannot be written.
    """
    at = choose_frame(finished)
    frame = next(finished.footage.read(at, at + 1))
    x, y = focus_of(finished.footage)[at]
    size = target.thumbnail if all(target.thumbnail) else target.size
    write_png(
        path, Fit(size, "crop", (float(x), float(y))).apply(frame), {"Software": "GLANCE thumbnail"}, compress=True
    )
    return path


def _marks(frame: Frame) -> tuple[float, float, float]:
    """Return sharpness, contrast and how much color there is."""
    import cv2

    gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    saturation = cv2.cvtColor(frame, cv2.COLOR_RGB2HSV)[:, :, 1]
    return float(cv2.Laplacian(gray, cv2.CV_32F).var()), float(gray.std()), float(saturation.mean())
