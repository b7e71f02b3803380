"""Split toning: one color for shadows, another for lights."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.effects.light import hue_color, levels, per_level
from glance.frames import Frame


def split_tone(frame: Frame, values: Values) -> Frame:
    """Return the frame with its shadows pulled to one hue and its lights to another; their brightness stays."""
    amount = values["split_tone"]
    if amount == 0:
        return frame
    v = levels()[:, None]
    weights = np.array([0.2126, 0.7152, 0.0722])
    tints = []
    for name in ("split_tone_shadows", "split_tone_lights"):
        color = hue_color(values[name], 1.0)
        tints.append(color - color @ weights)
    shadows, lights = v * (1.0 - v) ** 2 * 2.2, v**2 * (1.0 - v) * 2.2
    return per_level(frame, v + amount * (shadows * tints[0] + lights * tints[1]))


EFFECT = Effect(
    "split_tone",
    "Split toning",
    "One color for the shadows, another for the lights.",
    "effects: color",
    (
        Parameter("split_tone", 0.0, 1.0, 0.4, "How strong the colors are.", neutral=0.0),
        Parameter("split_tone_shadows", 0.0, 360.0, 200.0, "Hue of the shadows.", "degrees"),
        Parameter("split_tone_lights", 0.0, 360.0, 35.0, "Hue of the lights.", "degrees"),
    ),
    split_tone,
)
