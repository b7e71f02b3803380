"""`analyse`: one song file in, one `SongAnalysis` out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.analysis import SongAnalysis
from glance.audio.decode import SAMPLE_RATE, decode, song_hash
from glance.audio.envelopes import song_envelopes
from glance.audio.lyrics import read_lyrics
from glance.audio.onsets import fine_energy, pick_onsets, spectral_flux
from glance.audio.sections import find_sections
from glance.audio.spectrum import analyse_spectrum
from glance.audio.tempo import beat_tempi, main_tempo
from glance.audio.tracking import track

Progress = Callable[[float, str], None]
#: Slices of the waveform kept for drawing.
_PEAKS = 2000


def analyse(
    path: Path,
    *,
    stems: Path | None = None,
    lyrics: Path | None = None,
    tracker: str = "glance",
    cache: Path | None = None,
    progress: Progress | None = None,
) -> SongAnalysis:
    """Listen to a song.

    Args:
        path: The song, of any kind that FFmpeg reads.
        stems: A folder of drums, bass, vocals or other files; each gets its own envelopes and onsets.
        lyrics: A .lrc, .srt or text file with times.
        tracker: `glance`, or `beat_this` where that package and its weights are installed.
        cache: A folder in which analyses are kept by the song's content; None keeps nothing.
        progress: Called with the share done, in [0, 1], and what is being done.

    Raises:
        AudioError: A file is missing or cannot be read, or the tracker is not installed.
    """
    report = progress or (lambda share, what: None)
    report(0.0, "reading the song")
    digest = song_hash(path)
    signal = decode(path, progress=lambda share: report(0.4 * share, "decoding"))
    analysis = analyse_signal(signal, SAMPLE_RATE, digest, report)
    return replace(analysis, lyrics=read_lyrics(lyrics)) if lyrics is not None else analysis


def analyse_signal(signal: NDArray[np.float32], sr: int, digest: str, report: Progress) -> SongAnalysis:
    """Return the analysis of a mono signal (n,) at `sr` Hz."""
    report(0.4, "listening")
    spectrum = analyse_spectrum(signal, sr)
    flux, fine = spectral_flux(spectrum), fine_energy(signal, sr)
    onsets = {name: pick_onsets(curve, flux, fine) for name, curve in {"all": flux.total, **flux.bands}.items()}
    report(0.7, "finding beats")
    tracked = track(spectrum, flux, fine)
    duration_s = signal.size / sr
    report(0.85, "finding sections")
    sections = find_sections(spectrum, tracked.downbeats_s, duration_s)
    report(0.9, "drawing envelopes")
    return SongAnalysis(
        song_hash=digest,
        duration_s=duration_s,
        sr=sr,
        tempo_bpm=main_tempo(tracked.beats_s),
        beats_s=tracked.beats_s,
        beat_tempo_bpm=beat_tempi(tracked.beats_s),
        downbeats_s=tracked.downbeats_s,
        beats_per_bar=tracked.beats_per_bar,
        tempo_candidates=tracked.candidates,
        onsets=onsets,
        sections=sections,
        envelopes=song_envelopes(spectrum, flux, onsets),
        peaks=waveform_peaks(signal, _PEAKS),
    )


def waveform_peaks(signal: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return (k, 2) minima and maxima of a signal (n,) in k <= count equal slices."""
    slices = min(count, signal.size)
    if not slices:
        return np.zeros((0, 2), dtype=np.float32)
    starts = np.arange(slices) * signal.size // slices
    return np.stack([np.minimum.reduceat(signal, starts), np.maximum.reduceat(signal, starts)], axis=1)
