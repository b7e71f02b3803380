"""A row of effects, applied to frame after frame: what the plan decided becomes pixels here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from glance.effects.effect import Values
from glance.effects.masks import Kind, mask_of
from glance.effects.registry import EFFECTS
from glance.frames import Frame
from glance.imaging.blend import masked


@dataclass(frozen=True, eq=False)
class EffectStep:
    """One effect of a plan, decided for every frame.

    Attributes:
        effect: Its name.
        columns: Parameter -> (n,) values over the whole song.
        mask: Where it works.
        mask_picture: File of the mask of that kind; empty for none.
        file: Look-up table or picture that it was given; empty for none.
        digests: SHA-256 of the two files, in that order; empty for none.
    """

    effect: str
    columns: Mapping[str, NDArray[np.float64]]
    mask: Kind = ""
    mask_picture: str = ""
    file: str = ""
    digests: tuple[str, str] = ("", "")

    def numbers(self, index: int) -> dict[str, float]:
        """Return parameter -> value in one frame of the song."""
        return {name: float(column[index]) for name, column in self.columns.items()}

    def deciding(self, index: int) -> object:
        """Return what of it decides a frame's pixels, as plain values; None where it changes nothing there."""
        numbers = self.numbers(index)
        if EFFECTS[self.effect].is_neutral(numbers):
            return None
        return [self.effect, sorted(numbers.items()), self.mask, *self.digests]


@dataclass(frozen=True)
class Assets:
    """The files of a row of effects, read once: by path, tables and pictures as `Values.asset` has them, and masks."""

    files: Mapping[str, NDArray[np.float32] | Frame] = field(default_factory=dict)
    masks: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


def apply_effects(steps: Sequence[EffectStep], frame: Frame, moment: Values, assets: Assets) -> Frame:
    """Return a frame with a row of effects, one after the other; the frame itself where all are neutral.

    Args:
        steps: The effects; those of time are passed over.
        frame: (height, width, 3) uint8.
        moment: What effects are given besides their numbers.
        assets: Their files.
    """
    for step in steps:
        effect = EFFECTS[step.effect]
        if effect.apply is None:
            continue
        numbers = step.numbers(moment.index)
        if effect.is_neutral(numbers):
            continue
        changed = effect.apply(frame, replace(moment, numbers=numbers, asset=assets.files.get(step.file)))
        mask = mask_of(step.mask, frame, moment.subject, assets.masks.get(step.mask_picture)) if step.mask else None
        frame = changed if mask is None or changed is frame else masked(frame, changed, mask)
    return frame
