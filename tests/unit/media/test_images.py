"""Single pictures: PNG bit for bit, torn files noticed, texts kept, and people's pictures of every kind."""

from __future__ import annotations

import subprocess
import sys
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glance.errors import VideoError
from glance.media.image_reader import read_picture
from glance.media.images import read_png, read_text, write_png


def picture(height: int = 37, width: int = 53) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("compress", [False, True])
def test_other_programs_read_our_png_and_its_texts(tmp_path: Path, compress: bool) -> None:
    path = tmp_path / "a.png"
    write_png(path, picture(), {"parameters": "a sea", "scene": "등대"}, compress=compress)
    with Image.open(path) as image:
        image.load()
        assert image.mode == "RGB"
        assert np.array_equal(np.array(image), picture())
        assert image.info["parameters"] == "a sea"
        assert image.info["scene"] == "등대"
    with Image.open(path) as image:
        image.verify()


def test_compressing_makes_a_soft_picture_smaller(tmp_path: Path) -> None:
    soft = np.repeat(np.arange(128, dtype=np.uint8)[:, None, None], 96, axis=1).repeat(3, axis=2)
    write_png(tmp_path / "a.png", soft)
    write_png(tmp_path / "b.png", soft, compress=True)
    assert (tmp_path / "b.png").stat().st_size < 0.5 * (tmp_path / "a.png").stat().st_size


def test_texts_of_other_programs_are_read(tmp_path: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("prompt", "바다" * 200, zip=True)
    info.add_text("parameters", "Steps: 20")
    Image.fromarray(picture()).save(tmp_path / "a.png", pnginfo=info)
    assert read_text(tmp_path / "a.png") == {"prompt": "바다" * 200, "parameters": "Steps: 20"}


def test_writing_leaves_no_other_file_and_replaces_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_png(path, picture())
    write_png(path, picture()[:20])
    assert read_png(path).shape == (20, 53, 3)
    assert [file.name for file in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize("keep", [0, 5, 30, 0.5, 0.999])
def test_a_torn_file_is_noticed_and_named(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "00017.png"
    write_png(path, picture(), {"scene": "1"})
    data = path.read_bytes()
    path.write_bytes(data[: keep if isinstance(keep, int) else int(len(data) * keep)])
    for read in (read_png, read_text):
        with pytest.raises(VideoError, match=r"00017\.png: expected a whole PNG"):
            read(path)


def test_a_single_changed_bit_of_the_picture_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_png(path, picture())
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(VideoError, match="was changed"):
        read_png(path)


def test_what_is_no_frame_or_no_keyword_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected an RGB frame"):
        write_png(tmp_path / "a.png", picture().astype(np.float32))
    for keyword in ("", "x" * 80, "장면"):
        with pytest.raises(ValueError, match="PNG keyword"):
            write_png(tmp_path / "a.png", picture(), {keyword: "x"})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_or_picture_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_png(tmp_path / "missing" / "a.png", picture())
    with pytest.raises(VideoError, match="there is no such picture"):
        read_png(tmp_path / "a.png")


def saved(path: Path, image: Image.Image, **settings: object) -> Path:
    image.save(path, **settings)
    return path


def test_a_photo_is_turned_the_way_the_camera_was_held(tmp_path: Path) -> None:
    image = Image.fromarray(np.zeros((20, 40, 3), np.uint8))
    image.paste((255, 0, 0), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was turned: to show it, rotate by 90 degrees clockwise.
    shown = read_picture(saved(tmp_path / "photo.png", image, exif=exif.tobytes()))
    assert shown.shape == (40, 20, 3)
    assert shown[:20].reshape(-1, 3).mean(axis=0) == pytest.approx([255, 0, 0])


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (4, 4), (10, 20, 30, 0))
    clear.putpixel((0, 0), (10, 20, 30, 255))
    shown = read_picture(saved(tmp_path / "a.png", clear))
    assert shown[0, 0].tolist() == [10, 20, 30]
    assert shown[3, 3].tolist() == [255, 255, 255]


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "LA"])
def test_pictures_of_every_mode_become_rgb(tmp_path: Path, mode: str) -> None:
    suffix = ".tif" if mode == "CMYK" else ".png"
    shown = read_picture(saved(tmp_path / f"a{suffix}", Image.new("RGB", (8, 6), (255, 255, 255)).convert(mode)))
    assert shown.shape == (6, 8, 3)
    assert shown.dtype == np.uint8
    assert shown.min() >= 254


def test_sixteen_bit_gray_keeps_its_brightness(tmp_path: Path) -> None:
    gray = np.full((6, 8), 32768, np.uint16)
    shown = read_picture(saved(tmp_path / "a.png", Image.fromarray(gray)))
    assert np.unique(shown).tolist() == [128]


def test_a_picture_is_scaled_to_cover_and_cropped_around_its_middle(tmp_path: Path) -> None:
    image = Image.new("RGB", (300, 100), (0, 0, 0))
    image.paste((255, 255, 255), (100, 0, 200, 100))
    shown = read_picture(saved(tmp_path / "a.png", image), size=(50, 50))
    assert shown.shape == (50, 50, 3)
    assert shown[:, 2:-2].min() > 250


@pytest.mark.parametrize(
    ("content", "message"), [(None, "no such picture"), (b"", "cannot be read"), (b"<svg/>", "expected a picture")]
)
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "cover.jpg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(VideoError, match=rf"cover\.jpg.*{message}"):
        read_picture(path)


def test_a_picture_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    buffer = BytesIO()
    Image.fromarray(picture(200, 200)).save(buffer, "JPEG")
    (tmp_path / "a.jpg").write_bytes(buffer.getvalue()[:2000])
    with pytest.raises(VideoError, match="cannot be read"):
        read_picture(tmp_path / "a.jpg")


def test_a_picture_of_absurd_size_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    from PIL import PngImagePlugin

    buffer = BytesIO()
    for width in (12_300, 40_000):
        buffer = BytesIO()
        buffer.write(b"\x89PNG\r\n\x1a\n")
        header = width.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
        PngImagePlugin.putchunk(buffer, b"IHDR", header)
        PngImagePlugin.putchunk(buffer, b"IDAT", b"")
        PngImagePlugin.putchunk(buffer, b"IEND", b"")
        (tmp_path / "a.png").write_bytes(buffer.getvalue())
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(VideoError, match="Make it smaller"):
                read_picture(tmp_path / "a.png")


ENDLESS_WRITER = """
import sys
from pathlib import Path
import numpy as np
from glance.media.images import write_png
frame = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
number = 0
while True:
    write_png(Path(sys.argv[1]) / f"{number % 7}.png", frame)
    number += 1
    print(number, flush=True)
"""


def test_a_process_killed_while_writing_leaves_no_torn_frame(tmp_path: Path) -> None:
    for kill_after in (8, 13, 29):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS_WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(kill_after):
                process.stdout.readline()
            process.kill()
        pictures = [read_png(path) for path in tmp_path.glob("[0-9].png")]
        assert len(pictures) == 7
        assert all(np.array_equal(picture, pictures[0]) for picture in pictures)
