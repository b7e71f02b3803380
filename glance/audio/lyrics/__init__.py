"""Words with times, from the files that people have them in."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.audio.lyrics.aligner import align_lines as align_lines
    from glance.audio.lyrics.placing import place_words as place_words
    from glance.audio.lyrics.reader import LYRICS_ENDINGS as LYRICS_ENDINGS
    from glance.audio.lyrics.reader import Lyrics as Lyrics
    from glance.audio.lyrics.reader import misplaced as misplaced
    from glance.audio.lyrics.reader import read_lyrics as read_lyrics
    from glance.audio.lyrics.section_tags import part_named as part_named
    from glance.audio.lyrics.word_envelopes import NAMES as NAMES
    from glance.audio.lyrics.word_envelopes import with_word_envelopes as with_word_envelopes
    from glance.audio.lyrics.writer import WRITERS as WRITERS
    from glance.audio.lyrics.writer import write_lrc as write_lrc
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "aligner": ("align_lines",),
            "placing": ("place_words",),
            "reader": ("LYRICS_ENDINGS", "Lyrics", "misplaced", "read_lyrics"),
            "section_tags": ("part_named",),
            "word_envelopes": ("NAMES", "with_word_envelopes"),
            "writer": ("WRITERS", "write_lrc"),
        },
    )
