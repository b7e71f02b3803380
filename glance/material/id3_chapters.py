"""Chapters and tempo in the ID3 tag of an MP3: the frames `CHAP` and `TBPM` of ID3v2.3 and 2.4, after id3.org."""

from __future__ import annotations

import struct
from typing import NamedTuple

from glance.material.types import Mark

#: Bytes of a tag that are read (covers are large), and chapters at most.
TAG_BYTES = 16 << 20
_MOST_CHAPTERS = 5000
_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}


class Chapters(NamedTuple):
    """What a tag says of time; `bpm` is 0 where it names no tempo."""

    marks: tuple[Mark, ...]
    bpm: float


def chapters_of(data: bytes) -> Chapters:
    """Return the chapters and the tempo of an ID3v2 tag; nothing in it for other bytes."""
    if data[:3] != b"ID3" or len(data) < 10 or data[3] not in (3, 4):
        return Chapters((), 0.0)
    version, flags, size = data[3], data[5], _synchsafe(data[6:10])
    body = data[10 : 10 + min(size, TAG_BYTES)]
    if flags & 0x80 and version == 3:
        body = body.replace(b"\xff\x00", b"\xff")
    at = 0
    if flags & 0x40 and len(body) >= 4:
        at = _synchsafe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")
    marks: list[Mark] = []
    bpm = 0.0
    for name, content in _frames(body[at:], version):
        if name == b"CHAP" and len(marks) < _MOST_CHAPTERS:
            marks += _chapter(content, version)
        elif name == b"TBPM":
            bpm = _number(_text(content))
    return Chapters(tuple(sorted(marks, key=lambda mark: mark.start_s)), bpm)


def tag_length(head: bytes) -> int:
    """Return the length in bytes of the tag that a file's first ten bytes announce."""
    return 10 + _synchsafe(head[6:10]) if head[:3] == b"ID3" and len(head) >= 10 else 0


def _frames(body: bytes, version: int) -> list[tuple[bytes, bytes]]:
    frames: list[tuple[bytes, bytes]] = []
    at = 0
    while at + 10 <= len(body) and body[at] and len(frames) < 2 * _MOST_CHAPTERS:
        raw = body[at + 4 : at + 8]
        size = _synchsafe(raw) if version == 4 else int.from_bytes(raw, "big")
        content = body[at + 10 : at + 10 + size]
        if version == 4 and body[at + 9] & 2:
            content = content.replace(b"\xff\x00", b"\xff")
        frames.append((body[at : at + 4], content))
        at += 10 + size
    return frames


def _chapter(content: bytes, version: int) -> list[Mark]:
    end = content.find(b"\0")
    if end < 0 or len(content) < end + 17:
        return []
    start_ms, end_ms = struct.unpack(">II", content[end + 1 : end + 9])
    inside = dict(_frames(content[end + 17 :], version))
    name = _text(inside.get(b"TIT2", b"")) or content[:end].decode("latin-1")
    return [Mark(start_ms / 1000, name, end_ms / 1000 if start_ms < end_ms < 0xFFFFFFFF else None)]


def _text(content: bytes) -> str:
    if not content:
        return ""
    text = content[1:2001].decode(_ENCODINGS.get(content[0], "latin-1"), "replace")
    return text.split("\0", 1)[0].strip()


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 < value < 1000 else 0.0


def _synchsafe(data: bytes) -> int:
    value = 0
    for byte in data:
        value = value << 7 | byte & 0x7F
    return value
