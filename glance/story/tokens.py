"""How much of a prompt CLIP reads: a count of its tokens, or a close estimate where no tokenizer is at hand."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path

import msgspec

#: CLIP's text encoder reads 77 tokens, two of which mark the start and the end.
CLIP_TOKENS = 75
_DATA = Path(__file__).parent / "data" / "tokens.json"
#: Mean number of tokens of English words of 1, 2, ... letters that are not in the list.
_MEANS = (1.0, 1.0, 1.0, 1.0, 1.05, 1.1, 1.2, 1.35, 1.5, 1.6, 1.6, 1.7, 2.2, 2.8, 3.0)
_PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_", re.IGNORECASE)
_NETWORK = re.compile(r"<[a-z]+:[^<>]*>", re.IGNORECASE)
_WEIGHT = re.compile(r":\s*-?(?:\d+(?:\.\d+)?|\.\d+)\s*(?=\))")


def estimate_tokens(prompt: str) -> int:
    """Return about how many CLIP tokens a prompt has, without the start and end marks.

    Words are split as CLIP splits them. Of the words in `data/tokens.json`, those of the styles and the grammar among
    them, the number of byte-pair tokens is known; of others it is the mean over English words of their length.
    Networks such as `<lora:name:1>` are read by the host, and brackets and weights by its attention parser: they count
    nothing.
    """
    return round(sum(_cost(piece) for piece in _PIECES.findall(_spoken(prompt).lower())))


def count_tokens(prompt: str, tokenize: Callable[[str], int] | None = None) -> int:
    """Return the number of CLIP tokens: counted where a tokenizer is given (see `local_tokenizer`), else estimated."""
    return tokenize(_spoken(prompt)) if tokenize is not None else estimate_tokens(prompt)


def local_tokenizer(folder: Path | None = None) -> Callable[[str], int] | None:
    """Return a function that counts with CLIP's own tokenizer, or None where transformers has none on this machine.

    Args:
        folder: A folder with the tokenizer's files; None looks for `openai/clip-vit-large-patch14` in the local cache.
            Nothing is ever downloaded.
    """
    try:
        from transformers import CLIPTokenizer
    except ImportError:
        return None
    name = str(folder) if folder is not None else "openai/clip-vit-large-patch14"
    try:
        tokenizer = CLIPTokenizer.from_pretrained(name, local_files_only=True)
    except (OSError, ValueError):
        return None

    def count(text: str) -> int:
        return len(tokenizer(text, add_special_tokens=False, truncation=False)["input_ids"])

    return count


def _spoken(prompt: str) -> str:
    """Return what is left for CLIP once the host has taken networks, brackets and weights out."""
    return re.sub(r"[()\[\]{}\\]", " ", _WEIGHT.sub(" ", _NETWORK.sub(" ", prompt)))


def _cost(piece: str) -> float:
    if not piece.isascii():
        # Letters outside Latin are spelt in bytes, about two to a token.
        return max(1.0, len(piece.encode()) / 2)
    if not piece.isalpha():
        return 1.0
    known = _known().get(piece)
    return float(known) if known else _MEANS[min(len(piece), len(_MEANS)) - 1]


@functools.cache
def _known() -> dict[str, int]:
    return msgspec.json.decode(_DATA.read_bytes(), type=dict[str, int])
