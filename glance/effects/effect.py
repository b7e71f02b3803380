"""What an effect is: a pure function of a finished frame and some numbers, and the one place where those are declared.

The channels of `glance.schedule.channels` are made of the parameters here, so schedules, reactions, the timeline, the
page, the documents and the checks all follow a parameter that is added to an effect's own file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from glance.frames import Frame

Where = Literal["after", "time", "loop"]
Asset = Literal["", "lut", "picture"]


@dataclass(frozen=True)
class Parameter:
    """One number of an effect; a channel of that name moves it.

    Attributes:
        name: The channel's name.
        low: The least value.
        high: The largest value.
        usual: Its value in an effect that has just been added.
        help: What it does, in one sentence for a musician.
        unit: What it counts; empty for a plain number.
        neutral: The value at which the effect changes nothing; None where the number only shapes what another one
            brings in. Scenes' dials lead from here to the value.
    """

    name: str
    low: float
    high: float
    usual: float
    help: str
    unit: str = ""
    neutral: float | None = None


@dataclass(frozen=True)
class Values:
    """What an effect is given for one frame.

    Attributes:
        numbers: Parameter -> value within its range.
        index: Number of the frame within the song.
        time_s: When it is shown.
        beat: Which beat that is, as a fraction.
        seed: The project's seed.
        subject: Where the picture's subject is, as shares of width and height.
        pixel: Size of one of the finished video's pixels in pixels of this frame: below 1 in a small preview.
        past: In the loop, the picture drawn before; None where there is none, and after the loop.
        past_beats: In the loop, beats since then.
        asset: The look-up table, (n, n, n, 3) float32 by red, green, blue, or the picture that the effect was given.
    """

    numbers: Mapping[str, float]
    index: int = 0
    time_s: float = 0.0
    beat: float = 0.0
    seed: int = 0
    subject: tuple[float, float] = (0.5, 0.5)
    pixel: float = 1.0
    past: Frame | None = None
    past_beats: float = 0.0
    asset: NDArray[np.float32] | Frame | None = None

    def __getitem__(self, name: str) -> float:
        """Return a parameter's value."""
        return self.numbers[name]


@dataclass(frozen=True)
class Clock:
    """The frames of a whole video, for effects that choose which of them is seen.

    Attributes:
        beats: (n,) which beat each frame is on, as a fraction; it never falls.
    """

    beats: NDArray[np.float64]


Columns: TypeAlias = Mapping[str, NDArray[np.float64]]
#: Changes one frame. Returns the frame itself where all doses are neutral.
Apply: TypeAlias = Callable[[Frame, Values], Frame]
#: Returns (n,) the number of the frame that is seen in each frame's place: never a later one.
Show: TypeAlias = Callable[[Columns, Clock], NDArray[np.int64]]


@dataclass(frozen=True)
class Effect:
    """An effect.

    Attributes:
        name: Its name in projects.
        label: What a person calls it.
        help: What it does, in one sentence.
        group: Heading it is listed under.
        parameters: Its numbers; at least one of them has a neutral value.
        apply: What it does to a frame; None for effects of time.
        show: Which frames are seen; for effects of time.
        where: `after` the loop, on finished frames; `time`, likewise; or in the `loop`, where it feeds back.
        hit: Parameter -> value on a strong hit of the music, where hits suit it.
        asset: What file it can be given.
        needs_asset: Whether it does nothing without.
        coherence: For effects in the loop, what they do to the way from picture to picture.
    """

    name: str
    label: str
    help: str
    group: str
    parameters: tuple[Parameter, ...]
    apply: Apply | None = None
    show: Show | None = None
    where: Where = "after"
    hit: Mapping[str, float] = field(default_factory=dict)
    asset: Asset = ""
    needs_asset: bool = False
    coherence: str = ""

    @property
    def doses(self) -> tuple[Parameter, ...]:
        """The parameters that bring the effect in."""
        return tuple(one for one in self.parameters if one.neutral is not None)

    def is_neutral(self, numbers: Mapping[str, float]) -> bool:
        """Return whether the effect changes nothing at these values."""
        return all(numbers[one.name] == one.neutral for one in self.doses)

    def usual(self) -> dict[str, float]:
        """Return parameter -> its usual value."""
        return {one.name: one.usual for one in self.parameters}
