"""`analyse`: one song file in, one `SongAnalysis` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.beats import TRACKERS, beat_tempi, check_tracker, main_tempo, track, track_with
from glance.audio.cache import cache_path, load, save
from glance.audio.decode import SAMPLE_RATE, hear_sound, song_hash
from glance.audio.envelopes import ENVELOPES, song_envelopes
from glance.audio.hits import NAMES as HIT_NAMES
from glance.audio.hits import with_hits
from glance.audio.lead_in import behind_silence, lead_frames_of, without_lead_in
from glance.audio.lyrics.reader import Lyrics, misplaced, read_lyrics
from glance.audio.onsets import BANDS, FineEnergy, fine_energy, pick_onsets, spectral_flux
from glance.audio.sections import find_sections
from glance.audio.spectrum import Spectrum, analyse_spectrum
from glance.audio.stem_names import STAND_INS
from glance.audio.stems import Stems, find_stems, listen_to_stem
from glance.audio.tonality import majorness
from glance.audio.types import SongAnalysis

Progress = Callable[[float, str], None]
#: Slices of the waveform kept for drawing.
_PEAKS = 2000
#: Names that no stem can have.
_TAKEN = frozenset(ENVELOPES) | frozenset(HIT_NAMES) | frozenset(BANDS) | {"all"}


@dataclass(frozen=True)
class Other:
    """Another tracker than GLANCE's own, and the song file that it reads."""

    tracker: str
    song: Path


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
        stems: A folder of drums, bass, vocals or other files, or one above it; each gets its own envelopes and onsets.
        lyrics: A file of words with times; see `read_lyrics`.
        tracker: `glance`; `beat_this` where that package and its weights are installed; the path of its .onnx file.
        cache: A folder in which analyses are kept by the song's content; None keeps nothing.
        progress: Called with the share done, in [0, 1], and what is being done.

    Raises:
        AudioError: A file is missing or cannot be read, or the tracker is not installed.
    """
    check_tracker(tracker)
    report = progress or (lambda share, what: None)
    report(0.0, "reading the song")
    digest = song_hash(path)
    words = read_lyrics(lyrics) if lyrics is not None else Lyrics(())
    parts = find_stems(stems, _TAKEN, Path(path)) if stems is not None else Stems({}, {})
    heard_by = tracker if tracker in TRACKERS else song_hash(Path(tracker))
    options = [heard_by, *(f"{name}={song_hash(file)}" for name, file in parts.files.items())]
    kept = cache_path(cache, digest, *options) if cache is not None else None
    analysis = load(kept, digest) if kept is not None else None
    if analysis is None:
        heard = hear_sound(path, progress=lambda share: report(0.3 * share, "decoding"))
        notes, sound = heard.notes, _extract(heard.signal, report)
        del heard
        analysis = _infer(sound, digest, report, None if tracker == "glance" else Other(tracker, Path(path)))
        analysis = replace(analysis, notes=notes)
        analysis = _with_stems(analysis, parts.files, report)
        if kept is not None:
            save(kept, analysis)
    report(1.0, "heard")
    return _with_words(with_hits(analysis), words, parts)


def analyse_signal(
    signal: NDArray[np.float32], digest: str, report: Progress = lambda share, what: None, other: Other | None = None
) -> SongAnalysis:
    """Return the analysis of a mono signal (n,) at `SAMPLE_RATE`.

    Args:
        signal: (n,) samples.
        digest: The song's hash, to be written into the result.
        report: Progress callback.
        other: Who shall find the beats instead of GLANCE's own tracker, and in which file.
    """
    return _infer(_extract(signal, report), digest, report, other)


@dataclass(frozen=True)
class _Sound:
    """All that is asked of a signal: the signal itself, 90 kB a second, is not kept any longer than that.

    The spectrum and the fine energy begin `lead_frames` frames of silence before the song.
    """

    duration_s: float
    spectrum: Spectrum
    fine: FineEnergy
    peaks: NDArray[np.float32]
    lead_frames: int


def _extract(signal: NDArray[np.float32], report: Progress) -> _Sound:
    report(0.3, "listening")
    duration_s, peaks = signal.size / SAMPLE_RATE, waveform_peaks(signal, _PEAKS)
    lead_frames = lead_frames_of(signal)
    spectrum = analyse_spectrum(signal, SAMPLE_RATE, lead_frames)
    fine = behind_silence(fine_energy(signal, SAMPLE_RATE), lead_frames, SAMPLE_RATE)
    return _Sound(duration_s, spectrum, fine, peaks, lead_frames)


def _infer(sound: _Sound, digest: str, report: Progress, other: Other | None) -> SongAnalysis:
    spectrum, fine = sound.spectrum, sound.fine
    flux = spectral_flux(spectrum)
    onsets = {name: pick_onsets(curve, flux, fine) for name, curve in {"all": flux.total, **flux.bands}.items()}
    report(0.5, "finding beats")
    lead_s = sound.lead_frames / spectrum.rate_hz
    tracked = track(spectrum, flux, fine) if other is None else track_with(other.tracker, other.song).later(lead_s)
    report(0.7, "finding sections")
    analysis = SongAnalysis(
        song_hash=digest,
        duration_s=sound.duration_s,
        sr=SAMPLE_RATE,
        tempo_bpm=main_tempo(tracked.beats_s),
        beats_s=tracked.beats_s,
        beat_tempo_bpm=beat_tempi(tracked.beats_s),
        downbeats_s=tracked.downbeats_s,
        beats_per_bar=tracked.beats_per_bar,
        tempo_candidates=tracked.candidates,
        onsets=onsets,
        sections=find_sections(spectrum, flux, tracked.downbeats_s, sound.duration_s + lead_s),
        envelopes=song_envelopes(spectrum, flux, onsets),
        peaks=sound.peaks,
        confidence=tracked.confidence,
        majorness=majorness(spectrum.chroma),
    )
    return without_lead_in(analysis, lead_s)


def _with_words(analysis: SongAnalysis, words: Lyrics, parts: Stems) -> SongAnalysis:
    """Return an analysis with what is read afresh each time: the lyrics, and the names of the stems' files."""
    places = misplaced(words, analysis.duration_s, analysis.onsets["all"].times_s)
    return replace(
        analysis,
        envelopes=replace(analysis.envelopes, stems=parts.labels),
        lyrics=words.lines,
        section_hints=words.hints,
        notes=(*analysis.notes, *parts.notes, *words.notes, *places),
    )


def _with_stems(analysis: SongAnalysis, parts: Mapping[str, Path], report: Progress) -> SongAnalysis:
    if not parts:
        return analysis
    values, onsets = dict(analysis.envelopes.values), dict(analysis.onsets)
    count = values["rms"].size
    for number, (name, path) in enumerate(parts.items()):
        report(0.8 + 0.2 * number / len(parts), f"listening to {name}")
        values[name], values[f"{name}_onset"], onsets[name] = listen_to_stem(path, count)
    for name, others in STAND_INS.items():
        other = next((other for other in others if other in parts), None)
        if name not in values and other is not None:
            values[name], values[f"{name}_onset"] = values[other], values[f"{other}_onset"]
    return replace(analysis, envelopes=replace(analysis.envelopes, values=values), onsets=onsets)


def waveform_peaks(signal: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return (k, 2) minima and maxima of a signal (n,) in k <= count equal slices."""
    slices = min(count, signal.size)
    if not slices:
        return np.zeros((0, 2), dtype=np.float32)
    starts = np.arange(slices, dtype=np.int64) * signal.size // slices
    return np.stack([np.minimum.reduceat(signal, starts), np.maximum.reduceat(signal, starts)], axis=1)
