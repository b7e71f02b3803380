"""What names in formulas mean, and words for a person who wrote one that means nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from glance.schedule.signals import STEM_NAMES, Signals
from glance.system.suggest import did_you_mean

#: Names that every expression knows, with what they mean.
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "t": "frame number, from 0",
        "s": "the project's seed",
        "max_f": "number of the last frame",
        "time": "seconds since the song began",
        "beat": "beats since the first one, with fraction",
        "bar": "bars since the first downbeat, with fraction",
        "beat_phase": "0 on a beat, growing to 1 just before the next",
        "bar_phase": "0 on a downbeat, growing to 1 just before the next",
        "fps": "frames per second",
        "pi": "3.14159...",
        "tau": "2*pi",
        "e": "2.71828...",
    }
)

#: Names that songs with words have.
WORD_NAMES = frozenset(["vocals_active", "line_start", "word_hit"])


def unknown_name(name: str, signals: Signals) -> str:
    """Return words about a name that means nothing in this song; stems that are missing are called stems."""
    if name.removesuffix("_onset") in STEM_NAMES:
        return _unknown(f"there is no `{name}` here; it is the name of a stem", name, signals)
    if name.startswith("midi_") and not any(known.startswith("midi_") for known in signals.envelopes):
        return f"there is no `{name}` here; this song was heard without a MIDI file: add it to the song"
    if name in WORD_NAMES:
        return f"there is no `{name}` here; this song was heard without words: add its lyrics"
    return f"there is no `{name}` here; {did_you_mean(name, [*signals.envelopes, *NAMES], most=2)}"


def unknown_stem(label: str, signals: Signals) -> str:
    """Return words about a stem, named by its file, that this song has not."""
    return _unknown(f'there is no stem called "{label}"', label, signals)


def _unknown(what: str, name: str, signals: Signals) -> str:
    if not signals.stems:
        return f"{what}; this song was heard without stems: name the folder of its stems, or split it"
    stems = sorted({*signals.stems.values()})
    return f"{what}; {did_you_mean(name, [*stems, *(f'{stem}_onset' for stem in stems)], most=2)}"
