"""What a file holds, told by its bytes and never by its name, and the text in it, whatever wrote it.

Names lie: exchange programs call a phone's HEIC photo `.JPG`, and a spreadsheet writes `styles.csv` in UTF-16.
"""

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
#: Encodings that are tried in this order where a text is not Unicode, with the letters that tell them; and how large
#: these letters' share must be among those that no Western text has.
_LEGACY = (
    ("cp932", (("\u3041", "\u3096"), ("\u30a1", "\u30fa"))),
    ("cp949", (("\uac00", "\ud7a3"),)),
    ("gb18030", (("\u3000", "\uffef"),)),
)
_SHARE = {"cp932": 0.15, "cp949": 0.9, "gb18030": 0.5}


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


def text_of(data: bytes) -> str:
    """Return a text file's text: UTF-8, UTF-16 or UTF-32 with or without a mark, else the encoding that fits best.

    Korean, Japanese and Chinese Windows encodings are tried where every byte fits, then Western Windows (cp1252).
    """
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    if b"\0" in data[:HEAD]:
        # Western text in UTF-16 has a zero in every second byte: first of each pair means big-endian.
        odd, even = data[1:HEAD:2].count(0), data[0:HEAD:2].count(0)
        if max(odd, even) > len(data[:HEAD]) // 8:
            return data.decode("utf-16-le" if odd >= even else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _legacy(data)


def _legacy(data: bytes) -> str:
    # In Western text the letters beyond ASCII stand alone; in East Asian text they come in pairs.
    runs = re.findall(rb"[\x80-\xff][\x40-\xff]?", data[: 64 * 1024])
    paired = sum(len(run) == 2 and run[1] >= 0x80 for run in runs)
    east = _east_asian(data) if 2 * paired > len(runs) else None
    if east is not None:
        return east
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _east_asian(data: bytes) -> str | None:
    """Return a text in one of East Asia's encodings: Japanese has kana, Korean next to nothing but Hangul."""
    for name, letters in _LEGACY:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        wide = [letter for letter in text if letter > "\u2fff"]
        own = sum(first <= letter <= last for letter in wide for first, last in letters)
        if own >= _SHARE[name] * len(wide):
            return text
    return None


def _iso_kind(head: bytes) -> str:
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "a video or sound file")
