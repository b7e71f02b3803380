"""Negative prompts: named sets of words, each of which a person can switch on and off, and their composition.

The sets are the ones the method's authors used. `calm` holds what they had mixed into their quality set although it
fights ink, noir and cubist styles; here it is a switch of its own, off at first, and styles subtract it as well.

A negative prompt is a wish, not a filter; what must not be drawn is stopped by `guard`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from glance.errors import ProjectError
from glance.story.styles import Style


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


#: Name -> words, in the order in which they are written.
NEGATIVE_SETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "quality": _words(
            "worst quality, normal quality, low quality, low res, blurry, text, watermark, logo, banner, extra digits, "
            "cropped, jpeg artifacts, signature, username, error, duplicate, ugly, mutation, disgusting"
        ),
        "anatomy": _words(
            "bad anatomy, bad hands, three hands, three legs, bad arms, missing legs, missing arms, poorly drawn face, "
            "bad face, fused face, cloned face, extra fingers, missing fingers, fused feet, extra eyes, amputation, "
            "disconnected limbs"
        ),
        "realistic": _words("cartoon, cg, 3d, unreal, animate"),
        "border": _words("white space, frame"),
        "safety": _words("nsfw, nude, censored"),
        "calm": _words("sketch, monochrome, horror, geometry"),
    }
)
#: The sets that are on in a new project. `anatomy` helps only where people are seen, `realistic` only with photographs.
DEFAULT_NEGATIVE_SETS: tuple[str, ...] = ("quality", "border", "safety")
#: Commas inside these belong to one entry: attention `(a, b:1.2)`, `[a, b]`, and networks `<lora:name:0.7>`.
_OPENING, _CLOSING = "([<{", ")]>}"


#: Entries of the sets -> what a prompt says where it asks for them: two lovers are duplicates, a letter has text.
_ASKED_FOR: Mapping[str, str] = MappingProxyType(
    {
        "duplicate": r"two|twins?|couple|lovers|pair|both|three|many|rows|crowds?|friends|flock|mirrors?|reflect\w*|"
        r"people|dancers|sisters|brothers|family",
        "frame": r"frames?|framed|window|doorway|seen through",
        "text": r"letters?|postcard|signs?|newspapers?|books?|words|writing|written|posters?|graffiti|tickets?|diary",
        "logo": r"signs?|billboards?|logo",
        "banner": r"banners?|flags?|streamers",
        "cropped": r"close-up|macro|extreme|detail",
        "blurry": r"blurred|blurry|bokeh|soft background|shallow depth|out of focus|haze|hazy|mist|fog",
        "sketch": r"sketch\w*|drawing|drawn|pencil|charcoal",
        "monochrome": r"monochrome|black and white|grayscale|sepia",
        "horror": r"ghosts?|monsters?|demons?|haunted|skulls?|skeletons?",
        "geometry": r"geometr\w*|triangles?|cubes?|grid|spheres?",
        "white space": r"negative space|white|snow\w*|blank|minimal",
        "cartoon": r"cartoons?|comic",
        "3d": r"3d|clay|voxels?",
        "low res": r"pixels?|8-bit|vhs",
        "jpeg artifacts": r"glitch\w*|vhs|static",
        "signature": r"signature|signed",
        "mutation": r"mutants?|monsters?|werewolf",
        "ugly": r"monsters?|trolls?|ogres?",
    }
)


def compose_negative(sets: Iterable[str], style: Style | None = None, extra: str = "", prompt: str = "") -> str:
    """Return one negative prompt: the named sets less what the style subtracts, the style's words, the user's words.

    What the prompt asks for is taken out of the sets and of the style's words as well.

    Duplicates are merged (the first stays; a person's own weighted form, such as `(blurry:1.3)`, wins over the plain
    word of a set). What the style subtracts is taken out of the sets only, never out of `extra`; safety words stay.

    Raises:
        ProjectError: A set is not known.
    """
    taken_out = {_key(word) for word in style.subtract} if style else set()
    said = " ".join(re.findall(r"[a-z0-9'-]+", prompt.lower()))
    entries: list[str] = []
    for name in sets:
        words = _set(name)
        wanted = [word for word in words if _key(word) not in taken_out and not _is_asked_for(word, said)]
        entries += words if name == "safety" else wanted
    entries += [word for word in split_prompt(style.negative) if not _is_asked_for(word, said)] if style else []
    own = split_prompt(extra)
    merged: dict[str, str] = {}
    for word in entries:
        merged.setdefault(_key(word), word)
    for word in own:
        merged[_key(word)] = word
    return ", ".join(merged.values())


def split_prompt(text: str) -> list[str]:
    """Return the comma-separated entries of a prompt; commas within brackets do not separate."""
    entries, depth, start = [], 0, 0
    for index, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        elif character in ",\n" and depth == 0:
            entries.append(text[start:index])
            start = index + 1
    entries.append(text[start:])
    return [entry.strip() for entry in entries if entry.strip()]


def _is_asked_for(entry: str, said: str) -> bool:
    """Return whether a prompt, in lower case without signs, asks for what an entry would keep away."""
    plain = _key(entry)
    return bool(said) and bool(plain) and bool(re.search(rf"\b(?:{_ASKED_FOR.get(plain, re.escape(plain))})\b", said))


def _set(name: str) -> tuple[str, ...]:
    if name not in NEGATIVE_SETS:
        known = ", ".join(NEGATIVE_SETS)
        raise ProjectError("negative sets", f"expected some of {known}, found {name!r}; remove it or correct its name")
    return NEGATIVE_SETS[name]


def _key(entry: str) -> str:
    """Return what makes two entries the same: no case, no attention brackets, no weight, `-` and `_` as spaces."""
    if entry.startswith("<"):
        return entry
    plain = re.sub(r":\s*[0-9.]+\s*(?=[)\]]*$)", "", entry)
    return " ".join(re.sub(r"[()\[\]_-]+", " ", plain).casefold().split())


_AND = re.compile(r"\bAND\b")
_WEIGHT = re.compile(r":\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+))$")
_NETWORK = re.compile(r"<(?P<kind>lora|lyco|hypernet):(?P<name>[^:<>]+)(?::(?P<weight>[^<>]*))?>")


def mixed_prompt(parts: Iterable[tuple[str, float]]) -> str:
    """Return one prompt for ((text, weight), ...), weights positive.

    A single part is passed on untouched. Networks such as `<lora:name:0.8>` are taken out of the parts, scaled by the
    part's weight, added up where several parts name the same one, and put at the end, so that they fade with their
    scene.
    """
    wanted = [(text, weight) for text, weight in parts if weight > 0]
    if len(wanted) == 1:
        return wanted[0][0]
    networks: dict[tuple[str, str], list[float]] = {}
    pieces = []
    for text, weight in wanted:
        bare = _without_networks(text, weight, networks)
        pieces += [f"{piece} :{own * weight:.4g}" for piece, own in _composed(bare)]
    tags = "".join(f"<{kind}:{name}:{_weights(values)}>" for (kind, name), values in networks.items())
    return " AND ".join(pieces) + tags


def _composed(text: str) -> list[tuple[str, float]]:
    """Return the parts that a person joined by AND, with the weights they gave."""
    parts = []
    for piece in _AND.split(text):
        piece = piece.strip()
        match = _WEIGHT.search(piece)
        parts.append((piece[: match.start()].strip(), float(match[1])) if match else (piece, 1.0))
    return parts


def _without_networks(text: str, weight: float, networks: dict[tuple[str, str], list[float]]) -> str:
    def take(match: re.Match[str]) -> str:
        values = _numbers(match["weight"])
        if values is None:
            return match[0]  # a form this does not know, such as `te=0.5`, stays in its part at full strength
        known = networks.setdefault((match["kind"], match["name"]), [0.0] * len(values))
        known += [0.0] * (len(values) - len(known))
        for position, value in enumerate(values):
            known[position] += value * weight
        return ""

    return re.sub(r"\s{2,}", " ", _NETWORK.sub(take, text)).strip(" ,")


def _numbers(text: str | None) -> list[float] | None:
    try:
        return [float(part) for part in text.split(":")] if text else [1.0]
    except ValueError:
        return None


def _weights(values: Iterable[float]) -> str:
    return ":".join(f"{value:.4g}" for value in values)


#: CLIP's text encoder reads 77 tokens, two of which mark the start and the end.
CLIP_TOKENS = 75
_DATA = Path(__file__).parent / "data" / "tokens.json"
#: Mean number of tokens of English words of 1, 2, ... letters that are not in the list.
_MEANS = (1.0, 1.0, 1.0, 1.0, 1.05, 1.1, 1.2, 1.35, 1.5, 1.6, 1.6, 1.7, 2.2, 2.8, 3.0)
_PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|[^\s\w]+|_", re.IGNORECASE)
_TOKENS_NETWORK = re.compile(r"<[a-z]+:[^<>]*>", re.IGNORECASE)
_TOKENS_WEIGHT = re.compile(r":\s*-?(?:\d+(?:\.\d+)?|\.\d+)\s*(?=\))")


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
    return re.sub(r"[()\[\]{}\\]", " ", _TOKENS_WEIGHT.sub(" ", _TOKENS_NETWORK.sub(" ", prompt)))


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
