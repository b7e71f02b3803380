"""Where an effect works: in what is bright or dark, around the subject, or where a picture is white."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame

Kind = Literal["", "bright", "dark", "subject", "background", "picture"]
Mask = NDArray[np.float32]

#: Shape of the soft spot around a subject: half of its height, as shares of the picture's height.
_SUBJECT = 0.34


def mask_of(
    kind: Kind, frame: Frame, subject: tuple[float, float], picture: NDArray[np.float32] | None = None
) -> Mask | None:
    """Return where an effect works, (height, width) float32 in [0, 1]; None for everywhere.

    Args:
        kind: What it is made of.
        frame: The frame before the effect.
        subject: Where the subject is, as shares of width and height.
        picture: The mask of the kind `picture`, of any size.
    """
    import cv2

    height, width = frame.shape[:2]
    if kind in ("bright", "dark"):
        # A soft step in the middle of the tones, a little blurred so that noise makes no noise.
        table = np.clip((np.arange(256) / 255 - 0.3) / 0.4, 0, 1)
        table = table * table * (3 - 2 * table)
        gray = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
        gray = cv2.blur(gray, (max(1, height // 135),) * 2)
        return np.asarray(cv2.LUT(gray, (table if kind == "bright" else 1 - table).astype(np.float32)))
    if kind in ("subject", "background"):
        across = ((np.arange(96, dtype=np.float32) + 0.5) / 96 - subject[0]) * (width / height) / 0.8
        down = (np.arange(54, dtype=np.float32) + 0.5) / 54 - subject[1]
        far = np.sqrt(across[None, :] ** 2 + down[:, None] ** 2) / np.float32(_SUBJECT)
        spot = np.exp(-(far**4)).astype(np.float32)
        spot = spot if kind == "subject" else 1 - spot
        return np.asarray(cv2.resize(spot, (width, height), interpolation=cv2.INTER_LINEAR))
    if kind == "picture" and picture is not None:
        return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR))
    return None
