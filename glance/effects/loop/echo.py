"""Echo: pictures that leave a trail of light."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame


def echo(frame: Frame, values: Values) -> Frame:
    """Return the frame with what was brighter before still shining, fading to a half within the decay.

    The trail is in the picture before, which is all that is asked for: so it goes on through stops and starts.
    """
    import cv2

    amount = values["echo"]
    if amount == 0 or values.past is None:
        return frame
    kept = amount * 0.5 ** (values.past_beats / values["echo_decay"])
    return np.asarray(cv2.max(frame, cv2.convertScaleAbs(values.past, alpha=min(1.0, kept))))


EFFECT = Effect(
    "echo",
    "Echo",
    "What shone before leaves a trail behind the moving picture.",
    "effects in the loop",
    (
        Parameter("echo", 0.0, 1.0, 0.9, "How bright the trail begins.", neutral=0.0),
        Parameter("echo_decay", 0.05, 16.0, 1.0, "In how many beats it fades to a half.", "beats"),
    ),
    echo,
    where="loop",
    hit={"echo": 1.0},
    coherence="Holds on to what was bright and so calms the picture; with little camera motion it only lightens. Long "
    "decays bleach the picture unless colors are matched.",
)
