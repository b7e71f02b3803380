"""Listening: a song file becomes a `SongAnalysis`."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.audio.analysis import analyse as analyse
    from glance.audio.beside import Beside as Beside
    from glance.audio.beside import files_beside as files_beside
    from glance.audio.corrections import TEMPO_FACTORS as TEMPO_FACTORS
    from glance.audio.corrections import BeatCorrections as BeatCorrections
    from glance.audio.corrections import apply_corrections as apply_corrections
    from glance.audio.decode import hear_sound as hear_sound
    from glance.audio.decode import song_hash as song_hash
    from glance.audio.envelopes import ENVELOPES as ENVELOPES
    from glance.audio.envelopes import hit_envelope as hit_envelope
    from glance.audio.envelopes import sample_peaks as sample_peaks
    from glance.audio.fullness import LOUD_ROLES as LOUD_ROLES
    from glance.audio.fullness import energies as energies
    from glance.audio.fullness import loudness_db as loudness_db
    from glance.audio.fullness import section_energies as section_energies
    from glance.audio.hit_keys import envelope_rows as envelope_rows
    from glance.audio.hit_keys import hits_as_keys as hits_as_keys
    from glance.audio.hits import HIT as HIT
    from glance.audio.hits import NAMES as NAMES
    from glance.audio.hits import with_hits as with_hits
    from glance.audio.marked_sections import role_named as role_named
    from glance.audio.report import as_json as as_json
    from glance.audio.report import summary as summary
    from glance.audio.separation import separate as separate
    from glance.audio.sources import FEATURES as FEATURES
    from glance.audio.sources import Sources as Sources
    from glance.audio.sources import with_sources as with_sources
    from glance.audio.stem_names import folded as folded
    from glance.audio.stem_names import name_stems as name_stems
    from glance.audio.time_sources import BARS as BARS
    from glance.audio.time_sources import BEATS as BEATS
    from glance.audio.time_sources import SECTIONS as SECTIONS
    from glance.audio.time_sources import TimeChoice as TimeChoice
    from glance.audio.types import Envelopes as Envelopes
    from glance.audio.types import LyricLine as LyricLine
    from glance.audio.types import Onsets as Onsets
    from glance.audio.types import Section as Section
    from glance.audio.types import SectionHint as SectionHint
    from glance.audio.types import SongAnalysis as SongAnalysis
    from glance.audio.types import SungWord as SungWord
    from glance.audio.types import TempoCandidate as TempoCandidate
    from glance.audio.word_tables import read_word_table as read_word_table
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "analysis": ("analyse",),
            "beside": ("Beside", "files_beside"),
            "corrections": ("BeatCorrections", "TEMPO_FACTORS", "apply_corrections"),
            "decode": ("hear_sound", "song_hash"),
            "envelopes": ("ENVELOPES", "hit_envelope", "sample_peaks"),
            "fullness": ("LOUD_ROLES", "energies", "loudness_db", "section_energies"),
            "hit_keys": ("envelope_rows", "hits_as_keys"),
            "hits": ("HIT", "NAMES", "with_hits"),
            "marked_sections": ("role_named",),
            "report": ("as_json", "summary"),
            "separation": ("separate",),
            "sources": ("FEATURES", "Sources", "with_sources"),
            "stem_names": ("folded", "name_stems"),
            "time_sources": ("BARS", "BEATS", "SECTIONS", "TimeChoice"),
            "types": (
                "Envelopes",
                "LyricLine",
                "Onsets",
                "Section",
                "SectionHint",
                "SongAnalysis",
                "SungWord",
                "TempoCandidate",
            ),
            "word_tables": ("read_word_table",),
        },
    )
