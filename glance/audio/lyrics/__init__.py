"""Words with times, from the files that people have them in."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.audio.lyrics.reader import LYRICS_ENDINGS as LYRICS_ENDINGS
    from glance.audio.lyrics.reader import Lyrics as Lyrics
    from glance.audio.lyrics.reader import misplaced as misplaced
    from glance.audio.lyrics.reader import read_lyrics as read_lyrics
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "reader": ("LYRICS_ENDINGS", "Lyrics", "misplaced", "read_lyrics"),
        },
    )
