"""The one table of what can be scheduled.

The command line, the tab, the documentation and the importers all read their names, ranges and defaults here. A value
outside `[low, high]` is moved to the nearer end (`clamp`): a schedule that overshoots is drawn at the limit, it is
never refused. Whole-number channels are then rounded down, as Deforum rounds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from glance.effects.registry import EFFECTS

Kind = Literal["number", "integer", "text"]


@dataclass(frozen=True)
class Channel:
    """One thing that a schedule can move.

    Attributes:
        name: Its name in projects, schedules and error messages.
        unit: Unit of its values; empty for plain numbers and texts.
        low: Least value; lower ones are moved up to it. Not used by texts.
        high: Greatest value; higher ones are moved down to it. Not used by texts.
        default: Its value where nothing is scheduled.
        group: Heading it is listed under.
        help: What it does, in one sentence for a musician.
        kind: `number` and `integer` channels are interpolated, `text` channels step.
    """

    name: str
    unit: str
    low: float
    high: float
    default: float | str
    group: str
    help: str
    kind: Kind = "number"


def _text(name: str, group: str, meaning: str) -> Channel:
    return Channel(name, "", 0.0, 0.0, "", group, meaning, "text")


_SEEDS = float(2**32 - 1)
_PX, _DEG = "px per frame", "degrees per frame"

_CHANNELS = (
    Channel(
        "strength",
        "",
        0.0,
        1.0,
        0.65,
        "diffusion",
        "How much of the frame before is kept: 0 draws a new picture, 1 repeats the old one.",
    ),
    Channel("cfg", "", 0.0, 30.0, 7.0, "diffusion", "How closely the prompt is followed."),
    Channel("steps", "", 1, 200, 25, "diffusion", "Sampler steps of a picture drawn from nothing.", "integer"),
    Channel(
        "seed",
        "",
        -1,
        _SEEDS,
        -1,
        "seed",
        "Chooses the picture's chance where seeds are scheduled; -1 draws one.",
        "integer",
    ),
    Channel("subseed", "", -1, _SEEDS, -1, "seed", "A second seed to mix in; -1 draws a new one.", "integer"),
    Channel("subseed_strength", "", 0.0, 1.0, 0.0, "seed", "How much of the second seed is mixed in."),
    _text("sampler", "model", "Name of the sampler; empty for the host's own choice."),
    _text("scheduler", "model", "Name of the noise scheduler; empty for the host's own choice."),
    _text("checkpoint", "model", "Name of the model; empty for the one that is loaded."),
    _text("vae", "model", "Name of the VAE, which gives the model its colours; empty for the one that is set."),
    Channel(
        "clip_skip",
        "layers",
        0,
        12,
        0,
        "model",
        "CLIP layer to stop at, from the end; 1 skips none, 0 is as the host is set.",
        "integer",
    ),
    Channel(
        "noise",
        "",
        0.0,
        1.0,
        0.04,
        "picture",
        "Noise added before a picture is drawn: more of it invites more new detail.",
    ),
    Channel("contrast", "", 0.0, 4.0, 1.0, "picture", "Contrast factor around the picture's mean; 1 changes nothing."),
    Channel("sharpen", "", 0.0, 4.0, 0.0, "picture", "Unsharp masking of the carried frame; 0 is off."),
    Channel("colour", "", 0.0, 1.0, 0.7, "picture", "How strongly colours are matched to the scene's first picture."),
    Channel("zoom", "factor per frame", 0.1, 10.0, 1.0, "camera 2d", "Above 1 goes in, below 1 goes out."),
    Channel(
        "angle",
        _DEG,
        -360.0,
        360.0,
        0.0,
        "camera 2d",
        "Rolls the camera clockwise, so the picture turns the other way.",
    ),
    Channel(
        "translation_x",
        "px or units per frame",
        -4096.0,
        4096.0,
        0.0,
        "camera",
        "Moves the camera to the right, so the picture goes left.",
    ),
    Channel(
        "translation_y",
        "px or units per frame",
        -4096.0,
        4096.0,
        0.0,
        "camera",
        "Moves the camera up, so the picture goes down.",
    ),
    Channel("translation_z", "units per frame", -4096.0, 4096.0, 0.0, "camera 3d", "Moves the camera forward."),
    Channel("rotation_3d_x", _DEG, -180.0, 180.0, 0.0, "camera 3d", "Turns the camera to look up."),
    Channel("rotation_3d_y", _DEG, -180.0, 180.0, 0.0, "camera 3d", "Turns the camera to look right."),
    Channel("rotation_3d_z", _DEG, -180.0, 180.0, 0.0, "camera 3d", "Rolls the camera clockwise."),
    Channel("handheld", "", 0.0, 5.0, 0.0, "hand", "How much the camera sways in a hand; 0 is a tripod."),
    Channel("fov", "degrees", 1.0, 179.0, 70.0, "camera 3d", "Field of view: wide angles exaggerate depth."),
    Channel("perspective_flip_theta", _DEG, -360.0, 360.0, 0.0, "perspective", "Roll of the 2D picture's plane."),
    Channel("perspective_flip_phi", _DEG, -360.0, 360.0, 0.0, "perspective", "Tilt of the 2D picture's plane."),
    Channel("perspective_flip_gamma", _DEG, -360.0, 360.0, 0.0, "perspective", "Pan of the 2D picture's plane."),
    Channel("perspective_flip_fv", "degrees", 1.0, 179.0, 53.0, "perspective", "Field of view of the tilted plane."),
    Channel(
        "transform_center_x", "widths", -10.0, 10.0, 0.5, "camera 2d", "Where zoom and angle centre, from the left."
    ),
    Channel(
        "transform_center_y", "heights", -10.0, 10.0, 0.5, "camera 2d", "Where zoom and angle centre, from the top."
    ),
    Channel("cadence", "frames", 1, 50, 1, "rhythm", "Every how many frames a picture is drawn anew.", "integer"),
    Channel("prompt_weight", "", 0.0, 2.0, 1.0, "words", "Attention weight of the scene's prompt as a whole."),
    Channel("guide_strength", "", 0.0, 1.0, 1.0, "words", "Scales the pull of pictures pinned to the song."),
)

#: The numbers of all effects, as their own files declare them. They count where the project has the effect.
_OF_EFFECTS = tuple(
    Channel(one.name, one.unit, one.low, one.high, one.usual, effect.group, one.help)
    for effect in EFFECTS.values()
    for one in effect.parameters
)
#: Name -> channel, in the order in which they are listed to people.
CHANNELS: Mapping[str, Channel] = MappingProxyType({channel.name: channel for channel in (*_CHANNELS, *_OF_EFFECTS)})


def clamp(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `values` (n,) moved into the channel's range, and rounded down where it counts whole numbers.

    Raises:
        KeyError: There is no such channel.
    """
    channel = CHANNELS[name]
    limited = np.clip(values, channel.low, channel.high)
    return np.floor(limited) if channel.kind == "integer" else limited
