"""Where a song's beats, bars and sections are taken from: by hand, from a DAW, from tags in the lyrics, or heard.

The order is fixed: what a person set by hand holds over a file of a DAW, that over tags, those over what was heard, and
MIDI counts before markers. A person may choose another source for each of the three. A file whose times lie beside the
sound is not moved in silence: until a person says by how much, what was heard is used in its place, and what would fit
is told (`TimeSource.shift_ms`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from glance.audio.beats import beat_tempi, main_tempo
from glance.audio.grid_fit import Fit, fit_times
from glance.audio.marked_sections import sections_of_marks, sections_on_bars
from glance.audio.midi_parts import midi_curves
from glance.audio.stems import Stems
from glance.audio.types import SectionHint, SongAnalysis, TimeSource
from glance.errors import AudioError, ProjectError
from glance.fields import about, out_of_range
from glance.limits import shown
from glance.material.types import Mark, Material

Source = Literal["", "midi", "markers", "tags", "drums", "heard"]
#: What each of the three can be taken from, the best first.
BEATS, BARS, SECTIONS = (
    ("midi", "markers", "drums", "heard"),
    ("midi", "markers", "heard"),
    ("midi", "markers", "tags", "heard"),
)
#: A grid that fits the sound less than this share of what was heard does so is no grid of this song.
_LEAST_FIT = 0.5
#: Grids alone cannot tell one beat from the next: shifts are looked for within this share of a beat.
_BEAT_REACH = 0.5
#: A part that lyrics name begins at what was heard to change so long before or after its tag, else on a bar before it.
_EDGE_BEFORE_S, _EDGE_AFTER_S, _BAR_BEFORE_S = 5.0, 2.0, 2.5
#: A section's edge from a file moves to a bar within this time.
_ON_BAR_S = 0.09


@dataclass(frozen=True)
class TimeChoice:
    """What a person chose about where time comes from; the defaults take the best source there is."""

    beats: Annotated[Source, about("Beats from `midi`, `markers`, `drums` (the stem) or `heard`; empty: the best.")] = (
        ""
    )
    bars: Annotated[Source, about("Bars from `midi`, `markers` or `heard`; empty for the best there is.")] = ""
    sections: Annotated[Source, about("Sections from `midi`, `markers`, `tags` or `heard`; empty: the best.")] = ""
    midi_ms: Annotated[
        float | None,
        about(
            "Moves the MIDI file's times later; nothing while nobody has said whether they fit.",
            -3.6e6,
            3.6e6,
            unit="ms",
        ),
    ] = None
    markers_ms: Annotated[
        float | None,
        about(
            "Moves the marker file's times later; nothing while nobody has said whether they fit.",
            -3.6e6,
            3.6e6,
            unit="ms",
        ),
    ] = None
    midi_stretch: Annotated[float, about("Factor on the MIDI file's times, before they are moved.", 0.5, 2)] = 1.0
    markers_stretch: Annotated[float, about("Factor on the marker file's times, before they are moved.", 0.5, 2)] = 1.0


@dataclass(frozen=True)
class _File:
    """One file in the song's time."""

    name: str
    material: Material
    fit: Fit
    shift_s: float
    stretch: float
    answered: bool
    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]
    beats_per_bar: int
    grid_fit: float

    @property
    def waits(self) -> bool:
        """Whether its times would have to be moved, and nobody has said so yet."""
        return not self.answered and self.fit.is_shifted

    @property
    def marks(self) -> tuple[Mark, ...]:
        moved = [
            Mark(self._moved(mark.start_s), mark.name, None if mark.end_s is None else self._moved(mark.end_s))
            for mark in self.material.marks
        ]
        return tuple(moved)

    def _moved(self, seconds: float) -> float:
        return seconds * self.stretch + self.shift_s


def check_choice(choice: TimeChoice) -> None:
    """Refuse a choice that is out of its range.

    Raises:
        ProjectError: With the field.
    """
    for field, value, span in out_of_range(choice):
        raise ProjectError(f"song.time.{field}", f"expected {span}, found {shown(value)}")
    for field, value, known in (
        ("beats", choice.beats, BEATS),
        ("bars", choice.bars, BARS),
        ("sections", choice.sections, SECTIONS),
    ):
        if value and value not in known:
            raise ProjectError(f"song.time.{field}", f"expected one of {', '.join(known)}, or nothing, found {value!r}")


def with_time(
    analysis: SongAnalysis,
    midi: Material | None,
    markers: Material | None,
    choice: TimeChoice,
    tags: Sequence[Mark] = (),
) -> SongAnalysis:
    """Return the analysis with beats, bars and sections from where they are best known, and where that is.

    Args:
        analysis: What was heard.
        midi: A MIDI file: its grid, its marks and its notes.
        markers: A DAW's or DJ program's file.
        choice: What the person chose.
        tags: Parts that the lyrics name, in the song's time; empty for none.
    """
    check_choice(choice)
    if midi is None and markers is None and not tags:
        return analysis
    files = []
    if midi is not None:
        files.append(_placed("midi", midi, analysis, choice.midi_ms, choice.midi_stretch))
    if markers is not None:
        files.append(_placed("markers", markers, analysis, choice.markers_ms, choice.markers_stretch))
    heard_fit = fit_times(analysis.beats_s, np.ones(analysis.beats_s.size), analysis, 0.0).correlation
    made, told = _with_grid(analysis, files, choice, heard_fit)
    made, more = _with_sections(made, files, choice, tags)
    made = _with_notes(made, files)
    notes = [note for file in files for note in (*file.material.notes, *_sentences(file, heard_fit))]
    return replace(made, sources=(*told, *more), notes=(*made.notes, *notes))


def _placed(name: str, material: Material, analysis: SongAnalysis, shift_ms: float | None, stretch: float) -> _File:
    """Return a file in the song's time, and how it fits as it stands."""
    times, weights = material.events
    beats, downs, metre = np.zeros(0), np.zeros(0), 4
    shift = (shift_ms or 0.0) / 1000
    if material.tempo is not None:
        # In the file's own time the song may begin before 0 and end elsewhere.
        begin, end = (0.0 - shift) / stretch, (analysis.duration_s - shift) / stretch
        beats, downs = material.tempo.grid(begin, end)
        metre = material.tempo.beats_per_bar(end)
    own_beats, own_downs = beats, downs
    if times.size:
        fit = fit_times(times, weights, analysis)
    elif own_beats.size > 2:
        reach = _BEAT_REACH * float(np.median(np.diff(own_beats)))
        within = material.tempo.grid(0.0, analysis.duration_s)[0] if material.tempo is not None else own_beats
        fit = fit_times(within, np.ones(within.size), analysis, reach)
    else:
        fit = Fit(0.0, 0.0, 0.0)
    beats, downs = (each * stretch + shift for each in (own_beats, own_downs))
    beats, downs = (each[(each >= -1e-9) & (each < analysis.duration_s - 1e-6)] for each in (beats, downs))
    beats, downs = np.maximum(beats, 0.0), np.maximum(downs, 0.0)
    grid_fit = fit_times(beats, np.ones(beats.size), analysis, 0.0).correlation
    return _File(name, material, fit, shift, stretch, shift_ms is not None, beats, downs, metre, grid_fit)


def _with_grid(
    analysis: SongAnalysis, files: Sequence[_File], choice: TimeChoice, heard_fit: float
) -> tuple[SongAnalysis, list[TimeSource]]:
    """Return the analysis on the chosen grid, and all sources of beats and bars."""
    usable = [file for file in files if file.beats_s.size >= 2]
    good = [file for file in usable if not file.waits and file.grid_fit >= _LEAST_FIT * heard_fit]
    by_name = {file.name: file for file in usable}
    beats = by_name.get(choice.beats) or (good[0] if good and not choice.beats else None)
    bars = by_name.get(choice.bars) or (good[0] if good and not choice.bars else None)
    told = []
    for of, chosen in (("beats", beats), ("bars", bars)):
        told += [_source(of, file, file.grid_fit, used=file is chosen) for file in usable]
        plain = "drums" if of == "beats" and choice.beats == "drums" else "heard"
        told.append(TimeSource(of, plain, "", round(heard_fit, 3), 0.0, 1.0, used=chosen is None, waits=False))
    grid = beats.beats_s if beats else analysis.beats_s
    downs = bars.downbeats_s if bars else analysis.downbeats_s
    metre = bars.beats_per_bar if bars else analysis.beats_per_bar
    if not beats and not bars:
        return analysis, told
    if beats is not bars and grid.size:
        downs = np.unique(grid[np.argmin(np.abs(grid - downs[:, None]), axis=1)]) if downs.size else downs
    made = replace(
        analysis,
        beats_s=grid,
        downbeats_s=downs,
        beats_per_bar=metre,
        tempo_bpm=main_tempo(grid),
        beat_tempo_bpm=beat_tempi(grid),
        tempo_candidates=() if beats else analysis.tempo_candidates,
        confidence=None if beats else analysis.confidence,
    )
    reach = 0.5 * 60 / made.tempo_bpm * metre if made.tempo_bpm else 0.0
    return replace(made, sections=sections_on_bars(made.sections, downs, reach)), told


def _source(of: str, file: _File, correlation: float, *, used: bool) -> TimeSource:
    fit = file.fit
    shift = round(1000 * fit.shift_s, 1) if not file.answered else round(1000 * file.shift_s, 1)
    label = f"{file.material.kind} {file.material.file}"
    return TimeSource(of, file.name, label, round(correlation, 3), shift, fit.stretch, used=used, waits=file.waits)


def _with_sections(
    analysis: SongAnalysis, files: Sequence[_File], choice: TimeChoice, tags: Sequence[Mark]
) -> tuple[SongAnalysis, list[TimeSource]]:
    """Return the analysis with the chosen sections, and all sources of sections."""
    found = {file.name: sections_of_marks(analysis, file.marks) for file in files}
    found["tags"] = sections_of_marks(analysis, tags)
    waiting = {file.name for file in files if file.waits}
    labels = {file.name: f"{file.material.kind} {file.material.file}" for file in files}
    names = [name for name in SECTIONS if found.get(name)]
    ready = [name for name in names if name not in waiting]
    chosen = choice.sections if choice.sections in names else (ready[0] if ready and not choice.sections else "heard")
    told = []
    for name in names:
        fit = _edges_met(found[name], analysis)
        file = next((each for each in files if each.name == name), None)
        shift = round(1000 * file.fit.shift_s, 1) if file else 0.0
        label = labels.get(name, "")
        told.append(TimeSource("sections", name, label, fit, shift, 1.0, used=name == chosen, waits=name in waiting))
    told.append(TimeSource("sections", "heard", "", 1.0, 0.0, 1.0, used=chosen == "heard", waits=False))
    if chosen == "heard":
        return analysis, told
    return replace(analysis, sections=sections_on_bars(found[chosen], analysis.downbeats_s, _ON_BAR_S)), told


def _edges_met(sections: Sequence[object], analysis: SongAnalysis) -> float:
    """Return the share of a file's inner edges at which something was heard to change."""
    ours = np.array([section.start_s for section in sections[1:]])  # type: ignore[attr-defined]
    heard = np.array([section.start_s for section in analysis.sections[1:]])
    if not ours.size or not heard.size:
        return 0.0
    return round(float((np.abs(ours[:, None] - heard).min(axis=1) < 1.0).mean()), 3)


def _with_notes(analysis: SongAnalysis, files: Sequence[_File]) -> SongAnalysis:
    """Return the analysis with the envelopes and hits of a MIDI file's notes."""
    made = analysis
    for file in files:
        if not (file.material.parts or file.material.controls):
            continue
        envelopes = made.envelopes
        curves = midi_curves(
            file.material, envelopes.rate_hz, int(envelopes.values["rms"].size), file.shift_s, file.stretch
        )
        values = {**envelopes.values, **curves.values}
        exact = {**envelopes.exact, **curves.onsets}
        notes = (*made.notes, curves.told) if curves.told else made.notes
        made = replace(made, envelopes=replace(envelopes, values=values, exact=exact), notes=notes)
    return made


def _sentences(file: _File, heard_fit: float) -> list[str]:
    """Return what a person has to be asked, or told, about one file."""
    name, fit = file.material.file, file.fit
    if file.waits:
        stretched = f" and be {fit.stretch:.4f} times as long" if fit.stretch != 1.0 else ""
        return [
            f"{name}: its times do not lie on the sound; moved by {1000 * fit.shift_s:+.1f} ms{stretched} they would "
            f"(correlation {fit.best:.2f}, as they are {fit.correlation:.2f}). Move or keep them; until then what was "
            "heard is used."
        ]
    if file.beats_s.size >= 2 and file.grid_fit < _LEAST_FIT * heard_fit:
        return [
            f"{name}: its beats fit the sound less ({file.grid_fit:.2f}) than what was heard ({heard_fit:.2f}), so "
            "that is used. Was the tempo exported with it?"
        ]
    return []


def drums_of(parts: Stems, choice: TimeChoice) -> Path | None:
    """Return the file of the drums where beats are to be found in it; None for the song itself.

    Raises:
        AudioError: Beats are to come from the drums, and there is no stem of them.
    """
    if choice.beats != "drums":
        return None
    if "drums" not in parts.files:
        raise AudioError(
            "Beats are to be taken from the drums, and no stem is named `drums`. Name one, or choose others."
        )
    return parts.files["drums"]


def tag_marks(hints: Sequence[SectionHint], analysis: SongAnalysis) -> tuple[Mark, ...]:
    """Return parts that lyrics name as marks, each where something was heard to change near it, else on a bar.

    A tag stands in front of the first line that is sung, and parts begin before somebody sings.
    """
    edges = np.array([section.start_s for section in analysis.sections])
    marks: list[Mark] = []
    for hint in sorted(hints, key=lambda each: each.start_s):
        start = hint.start_s
        for times, before, after in (
            (edges, _EDGE_BEFORE_S, _EDGE_AFTER_S),
            (analysis.downbeats_s, _BAR_BEFORE_S, 0.3),
        ):
            near = times[(times >= start - before) & (times <= start + after)]
            if near.size:
                start = float(near[np.argmin(np.abs(near - hint.start_s))])
                break
        if not marks or start > marks[-1].start_s + 1.0:
            marks.append(Mark(start, hint.text))
    return tuple(marks) if len(marks) > 1 else ()
