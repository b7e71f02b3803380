"""Korean themes and lyrics in English, as far as a dictionary and the grammar of song titles go."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.story.korean.analysis import noun_of as noun_of
    from glance.story.korean.analysis import words_in as words_in
    from glance.story.korean.dictionary import load_dictionary as load_dictionary
    from glance.story.korean.phrases import translate as translate
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "analysis": ("noun_of", "words_in"),
            "dictionary": ("load_dictionary",),
            "phrases": ("translate",),
        },
    )
