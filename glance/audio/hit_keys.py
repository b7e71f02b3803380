"""A song's envelopes told by name, and hits written as the keys of a schedule."""

from __future__ import annotations

from glance.audio.types import Onsets, SongAnalysis
from glance.errors import ProjectError

#: A hit's key is back at rest after this many seconds.
_REST_S = 0.15
#: Onsets of the song under the names of the envelopes that they make.
_HEARD = {"kick": "low", "snare": "mid", "hat": "high", "onset": "all"}
#: Hits written out at most.
_MOST = 20_000


def envelope_rows(analysis: SongAnalysis) -> list[str]:
    """Return a row for each envelope: its name and how many hits it has, where it has hits."""
    rows = []
    for name in sorted(analysis.envelopes.values):
        hits = hits_of(analysis, name)
        rows.append(f"{name:32}{hits.times_s.size} hits" if hits is not None else name)
    rows += [f'stem("{label}")'.ljust(32) + f"the same as {name}" for label, name in analysis.envelopes.stems.items()]
    return rows


def hits_of(analysis: SongAnalysis, name: str) -> Onsets | None:
    """Return the hits that an envelope is made of, as exact as they are known; None for one without."""
    exact = analysis.envelopes.exact.get(name)
    return exact if exact is not None else analysis.onsets.get(_HEARD.get(name, name))


def hits_as_keys(analysis: SongAnalysis, name: str) -> str:
    """Return an envelope's hits as the text of a schedule: up to a hit's height on its moment, and back to 0 after it.

    Raises:
        ProjectError: The song has no hits of this name.
    """
    hits = hits_of(analysis, name)
    if hits is None:
        known = ", ".join(each for each in sorted(analysis.envelopes.values) if hits_of(analysis, each) is not None)
        raise ProjectError("--keys", f"expected one of {known}, found {name!r}")
    times = hits.times_s[:_MOST].tolist()
    keys = [] if times and times[0] < 0.001 else ["0s:(0)"]
    for index, (time, height) in enumerate(zip(times, hits.strengths.tolist(), strict=False)):
        keys.append(f"{time:.3f}s:({height:.3f})")
        rest = time + _REST_S
        if index + 1 == len(times) or rest < times[index + 1] - 0.001:
            keys.append(f"{rest:.3f}s:(0)")
    return ", ".join(keys)
