"""People's pictures: one reader for all of them, that knows what it is given and never starts another program."""

from __future__ import annotations

import base64
import contextlib
import os
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glance.app.thumbnails import jpeg
from glance.backends.sdapi.client import decoded
from glance.errors import BackendError, ProjectError, VideoError
from glance.media import image_reader as picture_reader
from glance.media.image_reader import read_picture
from glance.render.metadata import fingerprint_of
from glance.system.contents import kind_of

ROOT = Path(__file__).parents[3]


def saved(path: Path, image: Image.Image, **settings: object) -> Path:
    image.save(path, **settings)
    return path


def heic(turned: int = 1) -> bytes:
    import pillow_heif

    image = Image.new("RGB", (64, 48), (255, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = turned
    out = BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=90, exif=exif.tobytes())
    return out.getvalue()


def png_header(width: int, height: int, bits: int, color: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("name", ["photo.heic", "IMG_0001.JPG"])
def test_a_phones_photo_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(heic())
    shown = read_picture(tmp_path / name)
    assert shown.shape == (48, 64, 3)
    assert shown.reshape(-1, 3).mean(axis=0) == pytest.approx([255, 0, 0], abs=6)


@pytest.mark.parametrize("name", ["photo.heic", "IMG_0001.JPG"])
def test_without_the_extra_package_a_phones_photo_is_named_as_such(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_bytes(heic())
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(VideoError, match=r"HEIC photo, as phones take them\. Save it as JPEG"):
        read_picture(tmp_path / name)


def test_reading_a_phones_photo_leaves_pillow_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(heic())
    Image.init()
    before = dict(Image.OPEN)
    read_picture(tmp_path / "a.heic")
    assert before == Image.OPEN


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%!PS-Adobe-3.0 EPSF-3.0\n{} loop\n", "PostScript"),
        (b"\xc5\xd0\xd3\xc6" + bytes(60), "PostScript"),
        (b"%PDF-1.7\n", "PDF"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"<!doctype html><html></html>", "web page"),
        (b"8BPS\0\1" + bytes(30), "Photoshop"),
        (b"\xff\n" + bytes(30), "JPEG XL"),
        (b"\0\0\0\x18ftypmp42" + bytes(20), "video"),
        (b"ID3\4\0" + bytes(30), "sound"),
        (b"no picture at all", "no known kind"),
        (b"", "empty file"),
    ],
)
def test_what_cannot_be_opened_is_named_by_its_content(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "cover.png").write_bytes(content)
    with pytest.raises(VideoError, match=what) as caught:
        read_picture(tmp_path / "cover.png")
    assert "object at 0x" not in str(caught.value)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Ghostscript is a shell script")
def test_no_picture_starts_another_program(tmp_path: Path) -> None:
    asked = tmp_path / "asked.txt"
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "gs"
    program.write_text(f'#!/bin/sh\necho "$*" >> {asked}\n[ "$1" = --version ] && echo 10.0\nexit 1\n')
    program.chmod(0o755)
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\n{} loop\n%%EOF\n"
    (tmp_path / "cover.png").write_bytes(eps)
    code = f"""
import base64, sys
from pathlib import Path
from glance.errors import GlanceError
from glance.painter.scene import _load
from glance.backends.sdapi.client import decoded
from glance.render.metadata import fingerprint_of, frame_to_send
from glance.app.thumbnails import jpeg
from glance.media.image_reader import read_picture
path = Path({str(tmp_path / "cover.png")!r})
for read in (read_picture, _load, jpeg, frame_to_send, lambda p: fingerprint_of(p.read_bytes()),
             lambda p: decoded(base64.b64encode(p.read_bytes()).decode(), (100, 100), "x")):
    try:
        read(path)
        sys.exit("taken")
    except GlanceError:
        pass
"""
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
    assert not asked.exists()


@pytest.mark.parametrize(("bits", "color"), [(8, 6), (8, 2), (16, 0)])
def test_a_small_file_of_many_pixels_is_refused_before_it_is_unpacked(tmp_path: Path, bits: int, color: int) -> None:
    (tmp_path / "cover.png").write_bytes(png_header(12_000, 12_000, bits, color))
    with pytest.raises(VideoError, match=r"12000x12000 pixels, more than 40 million\. Make it smaller"):
        read_picture(tmp_path / "cover.png")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process's peak of its own")
def test_the_largest_picture_with_transparency_takes_less_than_a_gigabyte(tmp_path: Path) -> None:
    row = b"\0" + bytes(6_000 * 4)
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(row) for _ in range(6_600)) + packer.flush()
    data = png_header(6_000, 6_600, 8, 6)
    begin, end = data[:33], data[-12:]
    packed = struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    (tmp_path / "cover.png").write_bytes(begin + packed + end)
    # Not `ru_maxrss`: a child begins with its parent's, and the tests that ran before may have taken more.
    code = f"""
import re
from pathlib import Path
from glance.media.image_reader import read_picture
assert read_picture(Path({str(tmp_path / "cover.png")!r}), (512, 288)).shape == (288, 512, 3)
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert int(done.stdout) < 1000


def test_a_jpeg_larger_than_the_bound_is_unpacked_at_half_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_reader, "MAX_PIXELS", 400 * 300)
    image = Image.new("RGB", (640, 480), (0, 200, 0))
    shown = read_picture(saved(tmp_path / "a.jpg", image, quality=95))
    assert shown.shape == (240, 320, 3)
    assert shown.reshape(-1, 3).mean(axis=0) == pytest.approx([0, 200, 0], abs=4)
    assert read_picture(tmp_path / "a.jpg", (64, 64)).shape == (64, 64, 3)


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_reader, "MAX_FILE_BYTES", 10)
    with pytest.raises(VideoError, match="Make it smaller"):
        read_picture(saved(tmp_path / "a.png", Image.new("RGB", (8, 8))))


@pytest.mark.parametrize(
    ("mode", "ending"),
    [("CMYK", "jpg"), ("CMYK", "tif"), ("I;16", "tif"), ("I;16", "png"), ("F", "tif"), ("LAB", "tif")],
)
def test_pictures_of_printers_and_scanners_keep_their_brightness(tmp_path: Path, mode: str, ending: str) -> None:
    gray = np.full((40, 60), 160, np.uint8)
    if mode == "I;16":
        image = Image.fromarray(gray.astype(np.uint16) * 257)
    elif mode == "F":
        image = Image.fromarray(gray.astype(np.float32) / 255)
    elif mode == "LAB":
        image = Image.merge("LAB", [Image.fromarray(np.full((40, 60), level, np.uint8)) for level in (160, 0, 0)])
    else:
        image = Image.fromarray(gray).convert("RGB").convert(mode)
    shown = read_picture(saved(tmp_path / f"a.{ending}", image), (30, 20))
    assert shown.shape == (20, 30, 3)
    assert abs(int(shown.mean()) - 160) <= (12 if mode == "LAB" else 3)


def test_a_dark_scan_of_sixteen_bits_stays_dark(tmp_path: Path) -> None:
    assert read_picture(saved(tmp_path / "a.png", Image.fromarray(np.full((6, 8), 200, np.uint16)))).max() == 1


def test_the_painter_reads_a_start_picture_as_everybody_else_does(tmp_path: Path) -> None:
    from glance.painter.scene import _load

    clear = Image.new("RGBA", (80, 60), (10, 20, 30, 0))
    assert _load(saved(tmp_path / "a.png", clear)).min() == 255


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
def test_damaged_pictures_are_refused_in_words_everywhere(tmp_path: Path, format_name: str) -> None:
    out = BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (60, 80, 3), dtype=np.uint8)).save(out, format_name)
    good = out.getvalue()
    chance = np.random.default_rng(2)
    path = tmp_path / "a.png"
    for _ in range(60):
        data = bytearray(good[: int(chance.integers(4, len(good)))])
        for at in chance.integers(0, len(data), 6).tolist():
            data[at] = int(chance.integers(0, 256))
        path.write_bytes(data)
        for read, refusal in (
            (read_picture, VideoError),
            (jpeg, ProjectError),
            (lambda p: fingerprint_of(p.read_bytes()), ProjectError),
            (lambda p: decoded(base64.b64encode(p.read_bytes()).decode(), (80, 60), "x"), BackendError),
        ):
            with contextlib.suppress(refusal):
                read(path)


def test_content_is_told_from_its_first_bytes() -> None:
    assert kind_of(heic()) == "a HEIC photo"
    assert kind_of(b'  {"song": {}}') == "a text"
    assert kind_of(bytes(20)) == ""
