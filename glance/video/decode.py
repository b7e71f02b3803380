"""A video's frames, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from glance.containers import open_container
from glance.errors import VideoError
from glance.frames import Frame, Size

if TYPE_CHECKING:
    import av


@contextmanager
def opened(path: Path) -> Iterator[av.container.InputContainer]:
    """Open a file that has a video stream, and turn what goes wrong while it is read into words for a person.

    Raises:
        VideoError: The file is missing, no video, or damaged.
    """
    import av

    try:
        with open_container(path) as container:
            if not container.streams.video:
                raise VideoError(f"{path}: expected a video, found a file without pictures. Choose another.")
            yield container
    except (av.FFmpegError, OSError) as error:
        reason = (error.strerror or str(error)).rstrip(".").lower()
        raise VideoError(f"{path}: expected a video that can be read, but {reason}. Check the file.") from None


def frames(path: Path, *, size: Size | None = None) -> Iterator[Frame]:
    """Yield a video's frames in the order they are shown, as arrays of shape (height, width, 3).

    Args:
        path: A video file.
        size: (width, height) that each frame is scaled to, by area; None for the video's own.

    Raises:
        VideoError: The file is missing, no video, or damaged.
    """
    from av.video.reformatter import VideoReformatter

    width, height = size or (None, None)
    to_rgb = VideoReformatter()
    with opened(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for picture in container.decode(stream):
            matrix = _matrix(picture.colorspace, picture.height)
            # RGB has no matrix, but PyAV 12 looks at the source's only where the target's is another.
            other = 1 if matrix != 1 else 5
            rgb = to_rgb.reformat(
                picture, width, height, "rgb24", src_colorspace=matrix, dst_colorspace=other, interpolation="AREA"
            )
            yield np.ascontiguousarray(rgb.to_ndarray())


def _matrix(tagged: int, height: int) -> int:
    """Return swscale's number of the matrix from YCbCr to RGB (ITU-T H.273, table 4, gives the tags).

    Untagged pictures follow what players do: BT.709 for high definition, BT.601 below.
    """
    by_tag = {1: 1, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
    return by_tag.get(int(tagged), 1 if height >= 720 else 5)
