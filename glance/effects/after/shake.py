"""Shake: the frame trembles."""

from __future__ import annotations

import numpy as np

from glance.effects.effect import Effect, Parameter, Values
from glance.frames import Frame

#: How far full shake moves the picture, as shares of its height, and how far it rolls it, in degrees.
_WAY, _ROLL = 0.035, 1.6
#: Waves of each direction, as factors of the speed: a band of an octave and a half, so that nothing drifts or buzzes.
_BAND = np.array([0.6, 0.8, 1.07, 1.4, 1.7])


def shake(frame: Frame, values: Values) -> Frame:
    """Return the frame moved and rolled by smooth chance within a band of speeds; no edge comes into the picture."""
    import cv2

    amount = values["shake"]
    if amount == 0:
        return frame
    height, width = frame.shape[:2]
    phases = np.random.default_rng((values.seed, 0x5A4E)).random((3, _BAND.size)) * 2 * np.pi
    waves = np.sin(2 * np.pi * _BAND * values["shake_speed"] * values.time_s + phases).sum(axis=1) / np.sqrt(_BAND.size)
    x, y = amount * _WAY * height * waves[:2]
    move = cv2.getRotationMatrix2D((width / 2, height / 2), amount * _ROLL * waves[2], 1.0 + 0.09 * amount)
    move[:, 2] += (x, y)
    return np.asarray(cv2.warpAffine(frame, move, (width, height), borderMode=cv2.BORDER_REFLECT_101))


EFFECT = Effect(
    "shake",
    "Shake",
    "The finished picture trembles, whatever the camera does.",
    "effects: motion",
    (
        Parameter("shake", 0.0, 1.0, 0.1, "How far it trembles.", neutral=0.0),
        Parameter("shake_speed", 0.5, 15.0, 5.0, "How fast.", "per second"),
    ),
    shake,
    hit={"shake": 0.6},
)
