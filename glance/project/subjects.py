"""Where in the picture its subject is: known before the first frame, so that the camera can keep it.

A person's word comes first (`Scene.subject`), then the composition that the scene's prompt asks for, then a start
picture's middle. Where nothing is said, the picture's seed puts the subject on one of the two thirds. The embedded
painter composes its pictures around this point; a diffusion model follows the words.
"""

from __future__ import annotations

import hashlib
import re

from glance.project.model import Look, Point, Scene

#: Height of a subject's middle when nobody says otherwise: a little below the picture's.
_HEIGHT = 0.55
_THIRDS = (1 / 3, 2 / 3)
_LEFT = re.compile(r"\b(?:left third|(?:on|at|to) the left|left side|left of (?:the )?(?:frame|picture|image))\b")
_RIGHT = re.compile(r"\b(?:right third|(?:on|at|to) the right|right side|right of (?:the )?(?:frame|picture|image))\b")
_OFF = re.compile(r"\b(?:off[- ]?cent(?:er|re)(?:ed|d)?|(?:rule of |on )thirds|golden ratio)\b")
_MIDDLE = re.compile(r"\b(?:cent(?:er|re)(?:ed|d)|in the (?:cent(?:er|re)|middle)|symmetr\w+|radial|radiating)\b")


def subject_of(scene: Scene, look: Look, picture_seed: int) -> Point:
    """Return the subject's middle (x, y), as shares of the width from the left and of the height from the top."""
    if scene.subject is not None:
        return scene.subject
    words = scene.prompt.lower()
    side = hashlib.sha256(f"subject/{picture_seed}".encode()).digest()[0] % 2
    for pattern, x in ((_LEFT, _THIRDS[0]), (_RIGHT, _THIRDS[1]), (_OFF, _THIRDS[side]), (_MIDDLE, 0.5)):
        if pattern.search(words):
            return (x, _HEIGHT)
    return (0.5, 0.5) if look.start_image else (_THIRDS[side], _HEIGHT)
