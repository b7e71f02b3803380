"""Words and looks: storyboards, prompts, negatives, styles, and who writes them."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.story.lexicon import load_lexicon as load_lexicon
    from glance.story.llm_endpoints import ENDPOINT_PRESETS as ENDPOINT_PRESETS
    from glance.story.llm_endpoints import Endpoint as Endpoint
    from glance.story.llm_endpoints import find_endpoint as find_endpoint
    from glance.story.llm_endpoints import find_key as find_key
    from glance.story.offline_writer import write_storyboard as write_storyboard
    from glance.story.prompt_form import Form as Form
    from glance.story.prompt_text import DEFAULT_NEGATIVE_SETS as DEFAULT_NEGATIVE_SETS
    from glance.story.prompt_text import NEGATIVE_SETS as NEGATIVE_SETS
    from glance.story.prompt_text import compose_negative as compose_negative
    from glance.story.prompt_text import count_tokens as count_tokens
    from glance.story.prompt_text import local_tokenizer as local_tokenizer
    from glance.story.prompt_text import mixed_prompt as mixed_prompt
    from glance.story.safety import check_words as check_words
    from glance.story.safety import find_unsafe as find_unsafe
    from glance.story.storyboard import TRANSITIONS as TRANSITIONS
    from glance.story.storyboard import Storyboard as Storyboard
    from glance.story.storyboard import StoryScene as StoryScene
    from glance.story.storyboard import StorySection as StorySection
    from glance.story.style_choice import SongMood as SongMood
    from glance.story.style_choice import choose_looks as choose_looks
    from glance.story.style_search import search_styles as search_styles
    from glance.story.styles import Style as Style
    from glance.story.styles import StyleFolder as StyleFolder
    from glance.story.styles import apply_style as apply_style
    from glance.story.styles import find_style as find_style
    from glance.story.styles import load_styles as load_styles
    from glance.story.styles import read_folder as read_folder
    from glance.story.styles import read_styles as read_styles
    from glance.story.styles import similar_styles as similar_styles
    from glance.story.styles import style_labels as style_labels
    from glance.story.styles import surprise_style as surprise_style
    from glance.story.styles import thumbnail_folder as thumbnail_folder
    from glance.story.sung import things_by_noun as things_by_noun
    from glance.story.theme import singular as singular
    from glance.story.wildcards import choose as choose
    from glance.story.wildcards import unknown_names as unknown_names
    from glance.story.writer import PATIENCE_S as PATIENCE_S
    from glance.story.writer import PromptIdeas as PromptIdeas
    from glance.story.writer import StoryWriter as StoryWriter
    from glance.story.writer import checked_patience as checked_patience
    from glance.story.writer import preview_prompt_request as preview_prompt_request
    from glance.story.writer import preview_request as preview_request
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "lexicon": ("load_lexicon",),
            "llm_endpoints": ("ENDPOINT_PRESETS", "Endpoint", "find_endpoint", "find_key"),
            "offline_writer": ("write_storyboard",),
            "prompt_form": ("Form",),
            "prompt_text": (
                "DEFAULT_NEGATIVE_SETS",
                "NEGATIVE_SETS",
                "compose_negative",
                "count_tokens",
                "local_tokenizer",
                "mixed_prompt",
            ),
            "safety": ("check_words", "find_unsafe"),
            "storyboard": ("StoryScene", "StorySection", "Storyboard", "TRANSITIONS"),
            "style_choice": ("SongMood", "choose_looks"),
            "style_search": ("search_styles",),
            "styles": (
                "Style",
                "StyleFolder",
                "apply_style",
                "find_style",
                "load_styles",
                "read_folder",
                "read_styles",
                "similar_styles",
                "style_labels",
                "surprise_style",
                "thumbnail_folder",
            ),
            "sung": ("things_by_noun",),
            "theme": ("singular",),
            "wildcards": ("choose", "unknown_names"),
            "writer": (
                "PATIENCE_S",
                "PromptIdeas",
                "StoryWriter",
                "checked_patience",
                "preview_prompt_request",
                "preview_request",
            ),
        },
    )
