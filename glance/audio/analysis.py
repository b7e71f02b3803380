"""`analyse`: one song file in, one `SongAnalysis` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glance.audio.beats import TRACKERS, Tracked, beat_tempi, check_tracker, main_tempo, track, track_with
from glance.audio.cache import cache_path, load, save
from glance.audio.decode import SAMPLE_RATE, decode, hear_sound, song_hash
from glance.audio.envelopes import ENVELOPES, song_envelopes
from glance.audio.hits import NAMES as HIT_NAMES
from glance.audio.hits import with_hits
from glance.audio.lead_in import behind_silence, lead_frames_of, without_lead_in
from glance.audio.lyrics.aligner import align_lines
from glance.audio.lyrics.placing import place_words
from glance.audio.lyrics.reader import Lyrics, misplaced, read_lyrics
from glance.audio.lyrics.word_envelopes import NAMES as WORD_NAMES
from glance.audio.lyrics.word_envelopes import with_word_envelopes
from glance.audio.onsets import BANDS, FineEnergy, fine_energy, pick_onsets, spectral_flux
from glance.audio.sections import find_sections
from glance.audio.spectrum import Spectrum, analyse_spectrum
from glance.audio.stem_files import opened_stems
from glance.audio.stem_names import STAND_INS
from glance.audio.stem_sound import STEM_CURVES, StemAligner, listen_to_stem
from glance.audio.stems import Stems, find_stems
from glance.audio.time_sources import TimeChoice, check_choice, drums_of, tag_marks, with_time
from glance.audio.tonality import majorness
from glance.audio.types import SongAnalysis
from glance.material.reader import read_material

Progress = Callable[[float, str], None]
#: Slices of the waveform kept for drawing.
_PEAKS = 2000
#: Names that no stem can have.
_TAKEN = frozenset(ENVELOPES) | frozenset(HIT_NAMES) | frozenset(BANDS) | frozenset(WORD_NAMES) | {"all"}


@dataclass(frozen=True)
class Other:
    """Who finds the beats, and in which file.

    Attributes:
        tracker: One of `TRACKERS`, or the path of an .onnx file.
        song: The song's file.
        drums: The drums' file where the beats are to be found in it; None for the song.
    """

    tracker: str
    song: Path
    drums: Path | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is GLANCE's own tracker on the song itself."""
        return self.tracker == "glance" and self.drums is None

    def tracked(self, lead_s: float) -> Tracked:
        """Return the beats that it finds, in a song behind so much silence."""
        if self.drums is None:
            return track_with(self.tracker, self.song).later(lead_s)
        if self.tracker != "glance":
            return track_with(self.tracker, self.drums).later(lead_s)
        sound = _extract(decode(self.drums), lambda share, what: None)
        found = track(sound.spectrum, spectral_flux(sound.spectrum), sound.fine)
        return found.later(lead_s - sound.lead_frames / sound.spectrum.rate_hz)


def analyse(  # noqa: PLR0913 - the public call: a name for each file that a musician has
    path: Path,
    *,
    stems: Path | None = None,
    lyrics: Path | None = None,
    midi: Path | None = None,
    markers: Path | None = None,
    time: TimeChoice | None = None,
    stem_names: Mapping[str, str] | None = None,
    aligner: Path | None = None,
    tracker: str = "glance",
    cache: Path | None = None,
    progress: Progress | None = None,
) -> SongAnalysis:
    """Listen to a song.

    Args:
        path: The song, of any kind that FFmpeg reads.
        stems: A folder of drums, bass, vocals or other files, or one above it, or a zip; each gets its own envelopes.
        lyrics: A file of words, with times or without; see `read_lyrics`.
        midi: A MIDI file: its tempo map as the grid, its notes and controllers as envelopes `midi_...`.
        markers: A DAW's project, a DJ program's collection, labels, or a sound file with marks: grid and sections.
        time: Where beats, bars and sections are taken from, and how far files are moved; the best there is by default.
        stem_names: File name of a stem without its ending -> the name in formulas that a person gave it.
        aligner: A CTC model (.onnx) that hears where words without times are sung; see `lyrics.aligner`.
        tracker: `glance`; `beat_this` where that package and its weights are installed; the path of its .onnx file.
        cache: A folder in which analyses are kept by the song's content; None keeps nothing.
        progress: Called with the share done, in [0, 1], and what is being done.

    Raises:
        AudioError: A file is missing or cannot be read, or the tracker is not installed.
    """
    check_tracker(tracker)
    choice = time or TimeChoice()
    check_choice(choice)
    report = progress or (lambda share, what: None)
    report(0.0, "reading the song")
    song = Path(path)
    digest = song_hash(song)
    words = read_lyrics(lyrics) if lyrics is not None else Lyrics(())
    own = [None if file is None else read_material(file, song.name) for file in (midi, markers)]
    with opened_stems(stems, cache) as folder:
        parts = find_stems(folder, _TAKEN, song, stem_names) if folder is not None else Stems({}, {})
        analysis = _heard(song, digest, parts, Other(tracker, song, drums_of(parts, choice)), cache, report)
    report(1.0, "heard")
    analysis = with_hits(analysis)
    placed = _words_in_place(words, analysis, song, aligner)
    analysis = with_time(analysis, own[0], own[1], choice, tag_marks(placed.hints, analysis))
    return with_word_envelopes(_with_words(analysis, placed, parts))


def _heard(song: Path, digest: str, parts: Stems, other: Other, cache: Path | None, report: Progress) -> SongAnalysis:
    """Return what is heard in a song and its stems, from the cache where it was heard before."""
    heard_by = other.tracker if other.tracker in TRACKERS else song_hash(Path(other.tracker))
    options = [heard_by, *(f"{name}={song_hash(file)}" for name, file in parts.files.items())]
    if parts.files:
        options.append("bands and pitch of stems")
    if other.drums is not None:
        options.append("beats of the drums")
    kept = cache_path(cache, digest, *options) if cache is not None else None
    analysis = load(kept, digest) if kept is not None else None
    if analysis is None:
        heard = hear_sound(song, progress=lambda share: report(0.3 * share, "decoding"))
        notes, sound = heard.notes, _extract(heard.signal, report)
        aligned = StemAligner(heard.signal) if parts.files else None
        del heard
        analysis = _infer(sound, digest, report, None if other.is_own else other)
        analysis = replace(analysis, notes=notes)
        analysis = _with_stems(analysis, parts.files, aligned, report)
        if kept is not None:
            save(kept, analysis)
    return analysis


def _words_in_place(words: Lyrics, analysis: SongAnalysis, song: Path, aligner: Path | None) -> Lyrics:
    """Return lyrics whose lines have times: those of the file, those that an aligner heard, or guesses."""
    if not words.stanzas:
        return words
    placed = place_words(words.stanzas, analysis)
    if aligner is not None:
        placed = replace(placed, lines=align_lines(aligner, song, placed.lines))
    return replace(placed, notes=(*words.notes, *placed.notes))


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
    tracked = track(spectrum, flux, fine) if other is None else other.tracked(lead_s)
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


def _with_stems(
    analysis: SongAnalysis, parts: Mapping[str, Path], aligned: StemAligner | None, report: Progress
) -> SongAnalysis:
    if not parts or aligned is None:
        return analysis
    notes: list[str] = []
    values, onsets = dict(analysis.envelopes.values), dict(analysis.onsets)
    count = values["rms"].size
    for number, (name, path) in enumerate(parts.items()):
        report(0.8 + 0.2 * number / len(parts), f"listening to {name}")
        stem = listen_to_stem(path, count, aligned)
        values |= {f"{name}{suffix}": curve for suffix, curve in stem.curves.items()}
        onsets[name] = stem.onsets
        notes += stem.notes
    for name, others in STAND_INS.items():
        other = next((other for other in others if other in parts), None)
        if name not in values and other is not None:
            values |= {f"{name}{suffix}": values[f"{other}{suffix}"] for suffix in STEM_CURVES}
    envelopes = replace(analysis.envelopes, values=values)
    return replace(analysis, envelopes=envelopes, onsets=onsets, notes=(*analysis.notes, *notes))


def waveform_peaks(signal: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return (k, 2) minima and maxima of a signal (n,) in k <= count equal slices."""
    slices = min(count, signal.size)
    if not slices:
        return np.zeros((0, 2), dtype=np.float32)
    starts = np.arange(slices, dtype=np.int64) * signal.size // slices
    return np.stack([np.minimum.reduceat(signal, starts), np.maximum.reduceat(signal, starts)], axis=1)
