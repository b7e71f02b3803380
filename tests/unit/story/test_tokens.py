"""Tokens: the estimate against counts of CLIP's own tokenizer."""

from __future__ import annotations

import sys
import types

import pytest

from glance.story.prompt_text import count_tokens, estimate_tokens, local_tokenizer

#: Counted with CLIP's byte-pair vocabulary (bpe_simple_vocab_16e6), without the start and end marks.
COUNTED = (
    (
        "finger, a slender digit adorned with a delicate silver ring, a close-up shot with a blurred background of "
        "blooming roses, Photography, Canon EOS 5D Mark IV with a 50mm lens",
        39,
    ),
    (
        "a weathered fisherman mending turquoise nets at daybreak, cobblestone quay, rule of thirds, hazy sunlight, "
        "rust and seafoam",
        27,
    ),
    (
        "an overgrown Victorian conservatory swallowed by ivy, shattered skylights, volumetric light, emerald and "
        "copper",
        20,
    ),
    (
        "octopus conducting a brass orchestra inside a flooded cathedral, theatrical lighting, teal and gold",
        16,
    ),
    ("skateboarder, mid-air kickflip over a burning sofa, fisheye lens, harsh strobe, neon orange and black", 25),
    ("grandmother's kitchen, steam rising from dumplings, bamboo steamers, warm tungsten bulb, shallow focus", 20),
    ("a cat", 2),
    ("", 0),
)


@pytest.mark.parametrize(("prompt", "counted"), COUNTED)
def test_the_estimate_is_within_a_tenth_and_two_of_the_tokenizer(prompt: str, counted: int) -> None:
    assert abs(estimate_tokens(prompt) - counted) <= 2 + counted // 10


def test_known_words_are_counted_exactly() -> None:
    assert estimate_tokens("daguerreotype, chiaroscuro and sfumato") == 15


def test_networks_weights_and_brackets_count_nothing() -> None:
    assert estimate_tokens("<lora:ink_v2:0.8> (a cat:1.3), [dog]") == estimate_tokens("a cat, dog")


def test_korean_counts_its_bytes() -> None:
    assert 3 <= estimate_tokens("손가락") <= 9


def test_a_tokenizer_of_the_host_is_used_and_never_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    class Tokenizer:
        @classmethod
        def from_pretrained(cls, name: str, **options: object):
            asked.update(options, name=name)
            return lambda text, **_: {"input_ids": text.split()}

    module = types.ModuleType("transformers")
    module.CLIPTokenizer = Tokenizer
    monkeypatch.setitem(sys.modules, "transformers", module)
    tokenize = local_tokenizer()
    assert asked["local_files_only"] is True
    assert count_tokens("<lora:x:1> one two three", tokenize) == 3


def test_without_a_tokenizer_the_count_is_the_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert local_tokenizer() is None
    assert count_tokens("a cat", local_tokenizer()) == estimate_tokens("a cat")
