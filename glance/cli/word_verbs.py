"""The verbs of words and looks: styles, prompt."""

from __future__ import annotations

import argparse
from pathlib import Path

from glance.errors import ProjectError
from glance.story.grammar import expand_prompt
from glance.story.styles import Style, find_style, load_styles, search_styles
from glance.story.tokens import count_tokens


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add styles and prompt."""
    parser = verbs.add_parser("styles", help="list the art styles, or draw a sheet of them")
    parser.add_argument("--search", default="", metavar="WORDS", help="in English or Korean")
    parser.add_argument("--styles-folder", type=Path, metavar="FOLDER", help="folder with styles of your own")
    parser.set_defaults(run=_styles)

    parser = verbs.add_parser("prompt", help="turn a few words into detailed prompts")
    parser.add_argument("words", help='what shall be seen, such as "finger"')
    parser.add_argument("--style", default="", help="id of a style")
    parser.add_argument("--reach", type=float, default=0.5, help="how far to go from the words, 0 to 1 (default 0.5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.set_defaults(run=_prompt)


def _styles(arguments: argparse.Namespace) -> int:
    found = search_styles(load_styles(arguments.styles_folder), arguments.search)
    if not found:
        raise ProjectError("--search", f"no style matches {arguments.search!r}")
    for style in found:
        print(f"{style.id:28} {style.name_en:32} {style.name_ko}")
    return 0


def _prompt(arguments: argparse.Namespace) -> int:
    style: Style | None = find_style(load_styles(), arguments.style) if arguments.style else None
    for prompt in expand_prompt(arguments.words, arguments.seed, arguments.reach, style):
        print(f"{prompt}\n  ({count_tokens(prompt)} tokens)")
    return 0
