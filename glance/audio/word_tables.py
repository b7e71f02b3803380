"""Tables of words that mean the same, written so that a person can read and extend them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def read_word_table(text: str) -> Mapping[str, tuple[str, ...]]:
    """Return name -> words from rows such as `drums: drum, drum kit`; rows that begin with blanks go on the last."""
    rows: list[str] = []
    for row in text.strip().splitlines():
        if row.startswith(" "):
            rows[-1] += row
        else:
            rows.append(row)
    parts = (row.partition(":") for row in rows)
    return MappingProxyType({name: tuple(word.strip() for word in words.split(",")) for name, _, words in parts})
