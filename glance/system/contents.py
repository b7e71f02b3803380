"""What a file holds, told by its bytes and never by its name: exchange programs call a phone's HEIC photo `.JPG`."""

from __future__ import annotations

import codecs
import re

#: Bytes that `kind_of` looks at.
HEAD = 512
#: (offset, bytes, what the file is), in the order in which they are tried.
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (0, b"\xff\xd8\xff", "a JPEG picture"),
    (0, b"GIF8", "a GIF picture"),
    (0, b"BM", "a BMP picture"),
    (0, b"II*\0", "a TIFF picture"),
    (0, b"MM\0*", "a TIFF picture"),
    (8, b"WEBP", "a WebP picture"),
    (0, b"\xff\n", "a JPEG XL picture"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (0, b"8BPS", "a Photoshop file"),
    (0, b"%PDF", "a PDF"),
    (0, b"%!PS", "a PostScript file"),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript file"),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (0, b"MThd", "a MIDI file, which holds notes and no sound"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (8, b"WAVE", "a sound file"),
    (0, b"ID3", "a sound file"),
    (0, b"fLaC", "a sound file"),
    (0, b"OggS", "a sound file"),
    (0, b"\x1aE\xdf\xa3", "a video or sound file"),
    (8, b"AVI ", "a video"),
)
#: The brand of an ISO media file (ISO/IEC 14496-12, `ftyp`) -> what it is; all others are films or sound.
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"hevm", b"mif1", b"msf1"), "a HEIC photo"),
    **dict.fromkeys((b"avif", b"avis"), "an AVIF picture"),
    b"M4A ": "a sound file",
    b"M4B ": "a sound file",
}
_PICTURE = re.compile(r" (?:picture|photo)$")
_XML = re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE\s+)?<?(svg|html)\b", re.I | re.S)


def kind_of(data: bytes) -> str:
    """Return what a file is, by its first `HEAD` bytes, with an article: `a HEIC photo`; empty where unknown."""
    head = data[:HEAD]
    if not head:
        return "an empty file"
    if head[4:8] == b"ftyp":
        return _iso_kind(head)
    for offset, mark, kind in _MARKS:
        if head.startswith(mark, offset):
            return kind
    marked = _XML.match(head)
    if marked:
        return "an SVG drawing" if marked.group(1).lower() == b"svg" else "a web page"
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    return "a text" if begin[:1] in (b"{", b"[") and b"\0" not in head else ""


def is_picture(kind: str) -> bool:
    """Return whether what `kind_of` found is a picture."""
    return bool(_PICTURE.search(kind))


def _iso_kind(head: bytes) -> str:
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "a video or sound file")
