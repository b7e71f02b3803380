"""Energy within the song: loud songs have calm parts too, and roles are kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from glance.audio.fullness import bar_edges, energies, section_energies
from glance.audio.types import Section, SongAnalysis
from tests.conftest import heard


def song(*parts: tuple[str, float], length_s: float = 16.0) -> SongAnalysis:
    """Return a song of sections (role, decibels under the loudest), each `length_s` long."""
    base = heard(length_s * len(parts))
    values = dict(base.envelopes.values)
    level = np.repeat([10 ** (db / 20) for _, db in parts], round(length_s * 100))
    values["rms"] = np.append(level, level[-1]).astype(np.float32)
    for name in ("low", "mid", "high"):
        values[name] = np.full(values["rms"].size, 0.5, dtype=np.float32)
    sections = tuple(
        Section(index * length_s, (index + 1) * length_s, "ABCDEFGH"[index], role, max(0.0, 1 + db / 30))
        for index, (role, db) in enumerate(parts)
    )
    return replace(base, sections=sections, envelopes=replace(base.envelopes, values=values))


def test_a_squeezed_master_has_calm_and_loud_parts_all_the_same() -> None:
    asked = section_energies(*_of(song(("verse", -2.0), ("verse", -1.5), ("chorus", 0.0), ("verse", -2.5))))
    assert asked[2] > 0.8
    assert asked[3] < 0.25
    assert asked[3] < asked[0] < asked[1] < asked[2]


def test_energies_do_not_change_with_the_gain() -> None:
    loud = song(("intro", -12.0), ("verse", -6.0), ("chorus", 0.0))
    values = {**loud.envelopes.values, "rms": loud.envelopes.values["rms"] * np.float32(0.25)}
    soft = replace(loud, envelopes=replace(loud.envelopes, values=values))
    edges = [0.0, 16.0, 32.0, 48.0]
    np.testing.assert_allclose(energies(soft, edges), energies(loud, edges), atol=1e-6)


def test_a_chorus_is_never_calmer_than_the_verse_before_it_or_the_middle_section() -> None:
    analysis = song(("verse", 0.0), ("chorus", -4.0), ("verse", -1.0), ("chorus", -6.0))
    asked = section_energies(analysis, analysis.sections)
    assert asked[1] > asked[0] * 0.999
    assert asked[3] > asked[2]
    assert asked[3] > np.median(energies(analysis, np.arange(5) * 16.0))


def test_a_break_rests_and_silence_stands_still() -> None:
    asked = section_energies(*_of(song(("verse", -3.0), ("break", -1.0), ("silence", -60.0), ("chorus", 0.0))))
    assert asked[1] < asked[0]
    assert asked[2] == 0.0


@pytest.mark.parametrize("role", ["part", "verse", "bridge"])
def test_other_roles_have_the_energy_they_sound_like(role: str) -> None:
    quiet, loud = section_energies(*_of(song((role, -6.0), (role, 0.0))))
    assert quiet < 0.3 < 0.7 < loud


def test_each_bar_has_an_energy_among_its_song() -> None:
    analysis = song(("verse", -6.0), ("chorus", 0.0))
    edges = bar_edges(analysis)
    each = energies(analysis, edges)
    assert edges[0] == 0.0
    assert edges[-1] == 32.0
    assert each[:8].max() < each[8:].min()


@pytest.mark.parametrize("bars", [0, 1])
def test_a_song_without_bars_or_of_silence_has_energies_too(bars: int) -> None:
    analysis = song(("part", -6.0), ("part", 0.0))
    analysis = replace(analysis, beats_s=analysis.beats_s[:bars], downbeats_s=analysis.downbeats_s[:bars])
    assert len(section_energies(analysis, analysis.sections)) == 2
    silent = replace(
        analysis,
        sections=(Section(0.0, 32.0, "A", "silence", 0.0),),
        envelopes=replace(
            analysis.envelopes, values={name: 0 * curve for name, curve in analysis.envelopes.values.items()}
        ),
    )
    assert section_energies(silent, silent.sections) == [0.0]


def _of(analysis: SongAnalysis) -> tuple[SongAnalysis, tuple[Section, ...]]:
    return analysis, analysis.sections
