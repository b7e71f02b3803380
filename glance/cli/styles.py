"""The verbs of words and looks: styles, prompt."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from glance.cli.options import add_llm_options, require_png, say, styles_of
from glance.cli.targets import add_overwrite_option, require_replaceable
from glance.errors import ProjectError
from glance.painter.backend import PainterBackend
from glance.render.ownership import is_own_picture
from glance.render.style_previews import SUBJECT, PreviewLook, draw_previews, draw_sheet
from glance.story.llm_endpoints import find_endpoint
from glance.story.prompt_text import count_tokens, local_tokenizer
from glance.story.style_search import search_styles
from glance.story.styles import Style, find_style, load_styles, similar_styles
from glance.story.writer import StoryWriter, checked_patience, preview_prompt_request
from glance.system.platform import cache_folder

#: Sides of previews in pixels: of all styles on one sheet, and of a few to compare.
_SMALL, _LARGE = 256, 512


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add styles and prompt."""
    parser = verbs.add_parser("styles", help="list the art styles, or draw a sheet of them")
    parser.add_argument("--search", default="", metavar="WORDS", help="in English or Korean")
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="draw one subject in every style")
    add_overwrite_option(parser, "a picture of the sheet's name")
    parser.add_argument("--compare", nargs="+", metavar="ID", help="with --sheet: only these styles, drawn large")
    parser.add_argument("--like", default="", metavar="ID", help="only styles like this one")
    parser.add_argument("--subject", default=SUBJECT, help=f'what the sheet shows (default "{SUBJECT}")')
    parser.add_argument("--styles-folder", type=Path, metavar="FOLDER", help="folder with styles of your own")
    parser.set_defaults(run=_styles)

    parser = verbs.add_parser("prompt", help="turn a few words into detailed prompts")
    parser.add_argument("words", help='what shall be seen, such as "finger"')
    parser.add_argument("--style", default="", help="id of a style")
    parser.add_argument("--reach", type=float, default=0.5, help="how far to go from the words, 0 to 1 (default 0.5)")
    parser.add_argument("--seed", type=int, default=1)
    add_llm_options(parser)
    parser.set_defaults(run=_prompt)


def _styles(arguments: argparse.Namespace) -> int:
    require_png("--sheet", arguments.sheet)
    styles = styles_of(arguments)
    if arguments.sheet:
        require_replaceable("--sheet", arguments.sheet, arguments, is_own=is_own_picture, sources=())
    found = search_styles(styles, arguments.search)
    if arguments.like:
        found = similar_styles(styles, arguments.like)
    if arguments.compare:
        found = tuple(find_style(styles, name) for name in arguments.compare)
    if not found:
        raise ProjectError("--search", f"no style matches {arguments.search!r}")
    if arguments.sheet:
        side = _LARGE if arguments.compare else _SMALL
        _draw_sheet(arguments.sheet, found, PreviewLook(subject=arguments.subject, size=(side, side)))
        print(arguments.sheet)
        return 0
    for style in found:
        print(f"{style.id:28} {style.name_en:32} {style.name_ko}")
    return 0


def _draw_sheet(path: Path, styles: Sequence[Style], look: PreviewLook) -> None:
    from tqdm import tqdm

    backend = PainterBackend()
    try:
        previews = draw_previews(styles, backend, look, cache_folder() / "styles")
        cell = (160, 120) if look.size[0] == _SMALL else look.size
        draw_sheet(path, styles, tqdm(previews, total=len(styles), unit="style"), cell)
    finally:
        backend.close()


def _prompt(arguments: argparse.Namespace) -> int:
    if not 0 <= arguments.reach <= 1:
        raise ProjectError("--reach", f"expected a number from 0 to 1, found {arguments.reach:g}")
    style = find_style(load_styles(), arguments.style) if arguments.style else None
    endpoint = find_endpoint(arguments.llm, arguments.model) if arguments.llm else None
    if endpoint:
        say(preview_prompt_request(endpoint, arguments.words, arguments.reach).summary)
    patience_s = checked_patience(arguments.llm_patience, "--llm-patience")
    ideas = StoryWriter(endpoint, patience_s=patience_s, form=arguments.prompt_form).expand_prompt(
        arguments.words, arguments.seed, arguments.reach, style
    )
    if ideas.note:
        say(ideas.note)
    tokenize = local_tokenizer()
    for prompt in ideas.alternatives:
        print(f"{prompt}\n  ({count_tokens(prompt, tokenize)} tokens, written by: {ideas.source})")
    return 0
