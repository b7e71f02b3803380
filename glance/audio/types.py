"""What GLANCE hears in a song: the types that every other room reads.

Conventions: all times are seconds from the first sample of the decoded song, increasing; envelopes are float32 in
[0, 1] at `Envelopes.rate_hz`, value k describing the moment k / rate_hz.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from glance.timing import BeatGrid


@dataclass(frozen=True)
class Onsets:
    """Moments at which something starts to sound.

    Attributes:
        times_s: (n,) float64, increasing.
        strengths: (n,) float32 in (0, 1], relative to the song's strongest.
    """

    times_s: NDArray[np.float64]
    strengths: NDArray[np.float32]


@dataclass(frozen=True)
class Section:
    """A stretch `[start_s, end_s)` of the song that sounds of a piece.

    Attributes:
        start_s: Start in seconds.
        end_s: End in seconds.
        label: A, B, C ...; equal labels sound alike (a chorus that comes back).
        role: intro, verse, build, chorus, drop, break, bridge, outro, part (nothing stands out) or silence.
        energy: Perceived loudness relative to the song, in [0, 1].
    """

    start_s: float
    end_s: float
    label: str
    role: str
    energy: float


@dataclass(frozen=True)
class TempoCandidate:
    """A tempo the song could also be felt in, with its relative score in (0, 1] (the chosen one is listed first)."""

    bpm: float
    score: float


@dataclass(frozen=True)
class Passage:
    """How sure the hearing is between two moments; shares in [0, 1], as in `Confidence`."""

    start_s: float
    end_s: float
    beat: float
    octave: float
    bar: float


@dataclass(frozen=True)
class Confidence:
    """How sure the hearing is of a song's beats, each a share in [0, 1]; all 0 where nothing beats.

    Attributes:
        beat: That the beats are on the beat and not between.
        octave: That they are counted at the tempo that people tap, not at half, double or 3:2 of it.
        bar: That bars start where they are said to.
        passages: The same from beat to beat, in passages of 32 beats.
    """

    beat: float = 0.0
    octave: float = 0.0
    bar: float = 0.0
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class SungWord:
    """A word sung in `[start_s, end_s)`."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class LyricLine:
    """A line of words sung in `[start_s, end_s)`.

    Attributes:
        start_s: Start in seconds.
        end_s: End in seconds.
        text: Its words.
        words: Each word with its time; empty where only the line's are known.
        confidence: How sure a guessed time is, in [0, 1]; None for a time that a file or a person has given.
    """

    start_s: float
    end_s: float
    text: str
    words: tuple[SungWord, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True)
class SectionHint:
    """Where a person's lyrics say that a part of the song begins (`[Verse 2]`).

    Attributes:
        start_s: Its start in seconds.
        role: One of the sections' roles, or `pre-chorus`.
        text: What the file says, without brackets.
    """

    start_s: float
    role: str
    text: str


@dataclass(frozen=True)
class Envelopes:
    """Curves of the song's loudness in parts, all of one length and rate.

    Attributes:
        rate_hz: Values per second.
        values: Name -> (n,) float32 in [0, 1]. Always present: rms, low, mid, high, percussive, harmonic, onset,
            brightness, and the decaying hit envelopes kick, snare, hat. What `analyse` returns has hit, kick_hit,
            snare_hit and hat_hit besides, which are measured against the mix around them. A stem NAME adds `NAME` and
            `NAME_onset`.
        stems: The name of a stem's file, without its ending -> the stem's name in `values`.
        exact: Name of an envelope of hits -> their times and heights as a file says them, finer than `rate_hz`.
    """

    rate_hz: float
    values: Mapping[str, NDArray[np.float32]]
    stems: Mapping[str, str] = field(default_factory=dict)
    exact: Mapping[str, Onsets] = field(default_factory=dict)


@dataclass(frozen=True)
class TimeSource:
    """One place that a song's beats, bars or sections can be taken from.

    Attributes:
        of: `beats`, `bars` or `sections`.
        source: `midi`, `markers`, `tags`, `drums` or `heard`.
        label: The file, in words; empty for what was heard.
        fit: How well it fits the sound, in [0, 1]: of a grid its correlation with the onsets, of sections the share of
            their edges at which something changes.
        shift_ms: By how much its times are moved, or, while it waits, would have to be.
        stretch: Factor on its times that would fit.
        used: Whether it is the one that is used.
        waits: Whether its times do not fit as they stand, and nobody has said yet whether they shall be moved.
    """

    of: str
    source: str
    label: str
    fit: float
    shift_ms: float
    stretch: float
    used: bool
    waits: bool


@dataclass(frozen=True)
class SongAnalysis:
    """Everything heard in one song.

    Attributes:
        song_hash: SHA-256 hex digest of the song file's bytes.
        duration_s: Length of the decoded song in seconds.
        sr: Sampling rate of the signal that was analysed, in Hz.
        tempo_bpm: The song's main tempo; 0 where nothing beats.
        beats_s: (n,) beat times; may be empty.
        beat_tempo_bpm: (n,) tempo at each beat.
        downbeats_s: (m,) times of the first beats of bars, a subset of `beats_s`.
        beats_per_bar: The metre, 3 or 4; 4 where nothing beats.
        tempo_candidates: Best first; empty where nothing beats.
        onsets: Overall under `all`, and per band under `low` (kick), `mid` (snare), `high` (hat).
        sections: Covers `[0, duration_s)` without gaps.
        envelopes: Loudness curves.
        peaks: (k, 2) float32, minimum and maximum of the waveform in k equal slices, for drawing.
        lyrics: Timed lines, empty where none were given.
        section_hints: Where the lyrics name parts of the song.
        notes: What a person should know about the song, its stems and its lyrics as they were read: sentences.
        confidence: How sure the hearing is of beats, octave and bars; None where another tracker found them.
        majorness: How major it sounds, in [-1, 1]: 1 major, -1 minor, 0 where neither can be told.
        sources: What beats, bars and sections could be taken from, and are; empty where all were heard.
    """

    song_hash: str
    duration_s: float
    sr: int
    tempo_bpm: float
    beats_s: NDArray[np.float64]
    beat_tempo_bpm: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]
    beats_per_bar: int
    tempo_candidates: tuple[TempoCandidate, ...]
    onsets: Mapping[str, Onsets]
    sections: tuple[Section, ...]
    envelopes: Envelopes
    peaks: NDArray[np.float32]
    lyrics: tuple[LyricLine, ...] = field(default=())
    section_hints: tuple[SectionHint, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    confidence: Confidence | None = None
    majorness: float = 0.0
    sources: tuple[TimeSource, ...] = field(default=())

    @property
    def grid(self) -> BeatGrid:
        """The beats and downbeats as a ruler."""
        return BeatGrid(self.beats_s, self.downbeats_s)
