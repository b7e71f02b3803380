"""How large the video becomes when its finished frames are enlarged."""

from __future__ import annotations

import math

from glance.errors import ProjectError
from glance.frames import Size
from glance.limits import VIDEO_HEIGHT, VIDEO_WIDTH
from glance.project.model import Output

#: The upscaler that is always there: interpolation by a windowed sinc (Lanczos, 1956), which invents nothing.
LANCZOS = "Lanczos"
_LOW, _HIGH = 1.0, 4.0


def enlarged(size: Size, scale: float) -> Size:
    """Return (width, height) of an enlarged picture: floored to multiples of 8, as the WebUI's upscalers do."""
    return int(size[0] * scale) // 8 * 8, int(size[1] * scale) // 8 * 8


def video_size(output: Output) -> Size:
    """Return (width, height) of the video: that of the frames, unless they are enlarged.

    Raises:
        ProjectError: The factor is out of range, or the video would become too large.
    """
    size = output.width, output.height
    if not output.upscaler:
        return size
    if not (math.isfinite(output.upscale) and _LOW <= output.upscale <= _HIGH):
        raise ProjectError("output.upscale", f"expected {_LOW:g} to {_HIGH:g} times, found {output.upscale:g}")
    width, height = enlarged(size, output.upscale)
    if width * height > VIDEO_WIDTH * VIDEO_HEIGHT:
        most = math.sqrt(VIDEO_WIDTH * VIDEO_HEIGHT / (size[0] * size[1]))
        advice = f"take {math.floor(most * 10) / 10:g} times at most" if most >= _LOW else "draw smaller frames"
        raise ProjectError(
            "output.upscale",
            f"expected a video of at most {VIDEO_WIDTH}x{VIDEO_HEIGHT} pixels, found {width}x{height}; {advice}",
        )
    return width, height
