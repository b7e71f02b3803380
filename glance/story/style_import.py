"""Reads styles that other tools wrote: A1111's `styles.csv` and Fooocus' JSON lists. Never writes them.

A1111 keeps `name,prompt,negative_prompt` per row; a prompt without `{prompt}` is appended to the user's. Rows with no
prompts at all are headings there. Fooocus keeps a list of `{name, prompt, negative_prompt}` objects.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from glance.errors import ProjectError
from glance.limits import STYLES_BYTES
from glance.system.loose_json import LooseJsonError, read_loose
from glance.system.text_encoding import decode_text


@dataclass(frozen=True)
class ImportedStyle:
    """A style as found in another tool's file: an id made of its name, a template with one `{prompt}`, a negative."""

    id: str
    name: str
    template: str
    negative: str


class _FooocusStyle(msgspec.Struct, frozen=True):
    name: str
    prompt: str | None = None
    negative_prompt: str | None = None


def read_style_file(path: Path) -> tuple[ImportedStyle, ...]:
    """Return the styles in an A1111 `styles.csv` or a Fooocus JSON file, in its order.

    Raises:
        ProjectError: The file is too large, cannot be read, or is of neither form.
    """
    where, content = f"styles in {path.name}", read_bounded(path)
    rows = _csv_rows(content, where) if path.suffix.lower() == ".csv" else _fooocus_rows(content, where)
    return tuple(_unique_ids(rows))


def read_bounded(path: Path) -> bytes:
    """Return a style file's bytes.

    Raises:
        ProjectError: The file cannot be read, or is larger than any style list.
    """
    where = f"styles in {path.name}"
    try:
        if path.stat().st_size > STYLES_BYTES:
            raise ProjectError(
                where, "expected a style list of at most 8 MB, found a larger file; is it the right one?"
            )
        return path.read_bytes()
    except OSError as error:
        raise ProjectError(where, f"expected a readable file, found: {error.strerror or error}") from error


def json_of(content: bytes, where: str) -> bytes:
    """Return the JSON in a style file's bytes, whatever its encoding, as UTF-8 without the slips of an editor.

    Raises:
        ProjectError: It is no JSON.
    """
    try:
        return msgspec.json.encode(read_loose(decode_text(content).text).value)
    except (LooseJsonError, UnicodeEncodeError, RecursionError) as error:
        raise ProjectError(where, f"expected JSON, found something else: {error}") from error


def _csv_rows(content: bytes, where: str) -> list[tuple[str, str, str]]:
    text = decode_text(content).text.replace("\0", "")
    delimiter, text = _delimited(text)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        fields = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        rows = [[value if isinstance(value, str) else "" for value in row.values()] for row in reader]
    except csv.Error as error:
        raise ProjectError(where, f"expected rows of name,prompt,negative_prompt, found: {error}") from error
    if "name" not in fields or not {"prompt", "text"} & set(fields):
        found = ", ".join(fields[:6])[:200] or "an empty file"
        raise ProjectError(where, f"expected the columns name, prompt and negative_prompt, found {found}")
    name = fields.index("name")
    # Until 2022 A1111 wrote the column `text` and no negatives.
    prompt = fields.index("prompt" if "prompt" in fields else "text")
    negative = fields.index("negative_prompt") if "negative_prompt" in fields else None
    return [(_cell(row, name), _cell(row, prompt), _cell(row, negative)) for row in rows]


def _delimited(text: str) -> tuple[str, str]:
    """Return what parts the columns, and the text from its headings on.

    Spreadsheets save semicolons where a comma is the decimal sign, and tabs as Unicode text; some say so in a line of
    their own, `sep=;`.
    """
    text = text.lstrip("\ufeff\r\n ")
    said = re.match(r'"?sep=(.)"?[^\n]*\n', text, re.IGNORECASE)
    if said:
        return said.group(1), text[said.end() :]
    heading = text.partition("\n")[0]
    return max(",;\t|", key=lambda mark: (heading.count(mark), mark == ",")), text


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _fooocus_rows(content: bytes, where: str) -> list[tuple[str, str, str]]:
    try:
        entries = msgspec.json.decode(json_of(content, where), type=list[_FooocusStyle])
    except msgspec.DecodeError as error:
        raise ProjectError(where, f"expected a list of name, prompt and negative_prompt, found: {error}") from error
    return [
        (entry.name.strip(), (entry.prompt or "").strip(), (entry.negative_prompt or "").strip()) for entry in entries
    ]


def _unique_ids(rows: Sequence[tuple[str, str, str]]) -> Iterator[ImportedStyle]:
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for name, prompt, negative in rows:
        if not name or not (prompt or negative):
            continue
        base = number = style_id_of(name)
        while number in taken:
            counts[base] = counts.get(base, 1) + 1
            number = f"{base}_{counts[base]}"
        taken.add(number)
        yield ImportedStyle(number, name, template_of(prompt), negative)


def template_of(prompt: str) -> str:
    """Return a template with exactly one `{prompt}`: the first is kept, and one is put in front where there is none."""
    if "{prompt}" not in prompt:
        return "{prompt}, " + prompt if prompt else "{prompt}"
    before, after = prompt.split("{prompt}", 1)
    return before + "{prompt}" + after.replace("{prompt}", "")


def style_id_of(name: str) -> str:
    """Return an id made of a name: Latin letters and digits joined by `_`; a short digest where none are left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return "_".join(words) if words else "style_" + hashlib.sha256(name.encode()).hexdigest()[:8]
