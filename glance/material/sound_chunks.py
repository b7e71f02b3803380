"""Marks and tempo that sound files carry: WAV's `cue `, `LIST adtl`, `smpl`, `acid`, `bext`, AIFF's `MARK` and `basc`.

After the RIFF and AIFF-C descriptions, EBU Tech 3285 (`bext`), and what public readers agree on for `acid` and `basc`.
Chunks of sound are skipped, so that a file of gigabytes costs no more than a small one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from glance.material.id3_chapters import chapters_of
from glance.material.tempo_map import FASTEST_BPM, SLOWEST_BPM, TempoMap, TempoPoint, map_of_seconds, sane_metre
from glance.material.types import Mark, Material
from glance.system.text_encoding import decode_text

#: Chunks looked at, bytes of one that are read, and marks at most.
_MOST_CHUNKS, _CHUNK_BYTES, _MOST_MARKS = 1000, 4 << 20, 20_000
#: What is read of a file; sound is not.
_WANTED = frozenset({b"fmt ", b"cue ", b"LIST", b"smpl", b"acid", b"bext", b"id3 ", b"ID3 ", b"COMM", b"MARK", b"basc"})
_ONE_SHOT = 1

Chunks = dict[bytes, list[bytes]]


def read_sound_chunks(path: Path) -> Material:
    """Return the marks and the tempo that a WAV or AIFF file carries; nothing in them where it carries none.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(12)
        is_wave = head[:4] in (b"RIFF", b"RF64")
        chunks: Chunks = {}
        sizes: dict[bytes, int] = {}
        for name, size, body in _chunks(file, "<" if is_wave else ">"):
            sizes.setdefault(name, size)
            if name in _WANTED:
                chunks.setdefault(name, []).append(body)
    material = _wave(chunks, sizes) if is_wave else _aiff(chunks)
    tags = chapters_of((chunks.get(b"id3 ") or chunks.get(b"ID3 ") or [b""])[0])
    marks = material.marks or tags.marks
    return Material(material.kind, path.name, material.tempo, marks, notes=material.notes)


def _chunks(file: BinaryIO, order: str) -> Iterator[tuple[bytes, int, bytes]]:
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            return
        name, size = struct.unpack(f"{order}4sI", head)
        body = file.read(min(size, _CHUNK_BYTES)) if name in _WANTED else b""
        rest = size - len(body) + size % 2
        if body and len(body) < min(size, _CHUNK_BYTES):
            rest = 0
        file.seek(rest, 1)
        yield name, size, body


def _wave(chunks: Chunks, sizes: dict[bytes, int]) -> Material:
    form = (chunks.get(b"fmt ") or [b""])[0]
    if len(form) < 16:
        return Material("WAV file", "")
    rate, bytes_a_second = struct.unpack("<II", form[4:12])
    if not 1000 <= rate <= 768_000:
        return Material("WAV file", "")
    labels, lengths = _labels(chunks.get(b"LIST", []))
    marks = []
    for body in chunks.get(b"cue ", []):
        for at in range(4, len(body) - 23, 24):
            number, _, _, _, _, sample = struct.unpack("<II4sIII", body[at : at + 24])
            start, length = sample / rate, lengths.get(number, 0) / rate
            marks.append(Mark(start, labels.get(number, ""), start + length if length else None))
    marks += _loops(chunks, rate) if not marks else []
    duration = sizes.get(b"data", 0) / bytes_a_second if bytes_a_second else 0.0
    notes = _origin(chunks, rate)
    return Material("WAV file", "", _acid(chunks, duration), _in_order(marks), notes=notes)


def _labels(lists: list[bytes]) -> tuple[dict[int, str], dict[int, int]]:
    """Return what `LIST adtl` calls the cues, and how long they are, in samples."""
    names: dict[int, str] = {}
    lengths: dict[int, int] = {}
    for body in lists:
        if body[:4] != b"adtl":
            continue
        at = 4
        while at + 12 <= len(body):
            name, size = struct.unpack("<4sI", body[at : at + 8])
            inside = body[at + 8 : at + 8 + size]
            if len(inside) >= 4:
                number = struct.unpack("<I", inside[:4])[0]
                if name in (b"labl", b"note"):
                    names.setdefault(number, _text(inside[4:]))
                elif name == b"ltxt" and len(inside) >= 8:
                    lengths[number] = struct.unpack("<I", inside[4:8])[0]
                    if len(inside) > 20:
                        names.setdefault(number, _text(inside[20:]))
            at += 8 + size + size % 2
    return names, lengths


def _loops(chunks: Chunks, rate: int) -> list[Mark]:
    body = (chunks.get(b"smpl") or [b""])[0]
    marks = []
    for at in range(36, len(body) - 23, 24):
        _, _, start, end, _, _ = struct.unpack("<6I", body[at : at + 24])
        if end > start:
            marks.append(Mark(start / rate, "loop", end / rate))
    return marks


def _acid(chunks: Chunks, duration_s: float) -> TempoMap | None:
    body = (chunks.get(b"acid") or [b""])[0]
    if len(body) < 24:
        return None
    flags, _, _, _, beats, below, above, bpm = struct.unpack("<IHHfIHHf", body[:24])
    if flags & _ONE_SHOT:
        return None
    # The tempo field is rounded by some writers; a loop's beats over its length are not.
    exact = 60 * beats / duration_s if beats and duration_s else 0.0
    tempo = exact if exact and abs(exact / bpm - 1 if bpm else 0) < 0.005 else bpm
    return _even(tempo, above or 4, below or 4)


def _even(bpm: float, above: int, below: int) -> TempoMap | None:
    if not SLOWEST_BPM <= bpm <= FASTEST_BPM:
        return None
    return map_of_seconds([TempoPoint(0.0, bpm)], [(0.0, above, below)] if sane_metre(above, below) else [])


def _origin(chunks: Chunks, rate: int) -> tuple[str, ...]:
    body = (chunks.get(b"bext") or [b""])[0]
    if len(body) < 346:
        return ()
    low, high = struct.unpack("<II", body[338:346])
    seconds = (high << 32 | low) / rate
    if not 0 < seconds < 7 * 86_400:
        return ()
    return (f"the file says that it was recorded {seconds:.3f} s after the start of its session.",)


def _aiff(chunks: Chunks) -> Material:
    common = (chunks.get(b"COMM") or [b""])[0]
    if len(common) < 18:
        return Material("AIFF file", "")
    frames = struct.unpack(">I", common[2:6])[0]
    rate = _extended(common[8:18])
    if not 1000 <= rate <= 768_000:
        return Material("AIFF file", "")
    marks: list[Mark] = []
    body = (chunks.get(b"MARK") or [b""])[0]
    at = 2
    while at + 7 <= len(body) and len(marks) < _MOST_MARKS:
        sample, length = struct.unpack(">IB", body[at + 2 : at + 7])
        marks.append(Mark(sample / rate, _text(body[at + 7 : at + 7 + length])))
        at += 7 + length + (length + 1) % 2
    basc, tempo = (chunks.get(b"basc") or [b""])[0], None
    if len(basc) >= 16 and frames:
        beats, _, _, above, below = struct.unpack(">IHHHH", basc[4:16])
        tempo = _even(60 * beats * rate / frames, above, below)
    return Material("AIFF file", "", tempo, _in_order(marks))


def _extended(data: bytes) -> float:
    """Return an 80-bit number of AIFF; 0 for one that no rate can be."""
    exponent, mantissa = struct.unpack(">HQ", data)
    power = (exponent & 0x7FFF) - 16383 - 63
    return float(mantissa) * 2.0**power if -80 < power < 1 else 0.0


def _text(data: bytes) -> str:
    plain = data.split(b"\0", 1)[0][:1000]
    return decode_text(plain).text.strip() if plain else ""


def _in_order(marks: list[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks[:_MOST_MARKS], key=lambda mark: mark.start_s))
