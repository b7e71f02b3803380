"""What a musician's own file says of a song: its tempo map, its marks, its notes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from glance.material.tempo_map import TempoMap


@dataclass(frozen=True)
class Mark:
    """A named moment, or stretch, of the song.

    Attributes:
        start_s: Its start in seconds.
        name: What the file calls it; may be empty.
        end_s: Its end in seconds; None for a moment.
    """

    start_s: float
    name: str
    end_s: float | None = None


@dataclass(frozen=True)
class NotePart:
    """The notes of one instrument of a MIDI file: of one channel of one track, or of one key of a drum kit.

    Attributes:
        track: Name of its track; may be empty.
        channel: MIDI channel, 1 to 16; the drums are on 10.
        program: General MIDI program that plays it, 0 to 127; -1 where the file does not say.
        key: The drum's key where this is one drum, else None.
        starts_s: (n,) float64 in seconds, increasing.
        ends_s: (n,) float64 in seconds.
        pitches: (n,) keys, 0 to 127.
        velocities: (n,) float32 in (0, 1].
    """

    track: str
    channel: int
    program: int
    key: int | None
    starts_s: NDArray[np.float64]
    ends_s: NDArray[np.float64]
    pitches: NDArray[np.int64]
    velocities: NDArray[np.float32]


@dataclass(frozen=True)
class Control:
    """A controller of one MIDI channel, held from event to event.

    Attributes:
        name: `cc74`, or `bend`.
        channel: MIDI channel, 1 to 16.
        times_s: (n,) float64 in seconds, increasing.
        values: (n,) float32 in [0, 1]; a bend at rest is 0.5.
    """

    name: str
    channel: int
    times_s: NDArray[np.float64]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class Material:
    """One file as it was read.

    Attributes:
        kind: What it is, in words: `MIDI file`, `Reaper project` ...
        file: Its name.
        tempo: Its tempo map; None where it has none.
        marks: Its markers, regions, cues or chapters, in order of time.
        parts: Its notes by instrument.
        controls: Its controllers.
        words: Its words that are sung, with their times.
        notes: What a person should know about the reading: sentences.
    """

    kind: str
    file: str
    tempo: TempoMap | None = None
    marks: tuple[Mark, ...] = ()
    parts: tuple[NotePart, ...] = ()
    controls: tuple[Control, ...] = ()
    words: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def events(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """All notes' starts (n,) in seconds, increasing, and their velocities (n,)."""
        if not self.parts:
            return np.zeros(0), np.zeros(0)
        times = np.concatenate([part.starts_s for part in self.parts])
        heights = np.concatenate([part.velocities for part in self.parts]).astype(np.float64)
        order = np.argsort(times, kind="stable")
        return times[order], heights[order]
