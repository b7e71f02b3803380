"""The style grid: previews stream, stop, and are drawn once for everything that decides their pixels."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.draw_style_thumbnails import MAX_BYTES_EACH, THUMBNAIL, draw_thumbnail, pack
from glance.errors import BackendError, ProjectError, RunError, VideoError
from glance.frames import size_of
from glance.media.image_reader import read_picture
from glance.painter.backend import PainterBackend
from glance.painter.network import PaintingNetwork
from glance.render import style_previews as previews_module
from glance.render.style_previews import (
    PreviewLook,
    StylePreview,
    draw_previews,
    draw_sheet,
    preview_key,
    preview_spec,
)
from glance.story.styles import Style, load_styles, thumbnail_folder
from tests.support.quick_backend import QuickBackend

STYLES = list(load_styles().values())[:4]
LOOK = PreviewLook(size=(64, 64))


def test_previews_come_one_by_one_in_the_order_asked_for() -> None:
    backend = QuickBackend()
    stream = draw_previews(STYLES, backend, LOOK)
    assert next(stream).style == STYLES[0].id
    assert len(backend.requests) == 1
    assert [preview.style for preview in stream] == [style.id for style in STYLES[1:]]


def test_stop_draws_nothing_more() -> None:
    backend = QuickBackend()
    drawn = list(draw_previews(STYLES, backend, LOOK, stopped=lambda: len(backend.requests) >= 2))
    assert len(drawn) == 2


def test_a_kept_preview_is_not_drawn_again_and_is_the_same_to_the_bit(tmp_path: Path) -> None:
    first = list(draw_previews(STYLES, QuickBackend(), LOOK, tmp_path))
    backend = QuickBackend()
    again = list(draw_previews(STYLES, backend, LOOK, tmp_path))
    assert backend.requests == []
    assert all(preview.kept for preview in again)
    assert all(np.array_equal(a.frame, b.frame) for a, b in zip(first, again, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "a cat"},
        {"size": (64, 72)},
        {"steps": 13},
        {"cfg": 6.0},
        {"seed": 8},
        {"sampler": "Euler a"},
        {"scheduler": "Karras"},
        {"checkpoint": "other"},
    ],
)
def test_whatever_decides_pixels_decides_the_key(change: dict) -> None:
    keys = {preview_key(STYLES[0], QuickBackend(), look) for look in (LOOK, dataclasses.replace(LOOK, **change))}
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("change", "painted"),
    [
        ({"template": "{prompt}, x"}, False),
        ({"negative": "x"}, False),
        ({"palette": ()}, True),
        ({"painter": ((1, 1.0),)}, True),
    ],
)
def test_a_changed_style_or_backend_has_another_key(change: dict, painted: bool) -> None:
    other = dataclasses.replace(STYLES[0], **change)
    painter = PainterBackend(threads=1)
    assert preview_key(other, painter, LOOK) != preview_key(STYLES[0], painter, LOOK)
    same = preview_key(other, QuickBackend(), LOOK) == preview_key(STYLES[0], QuickBackend(), LOOK)
    assert same is painted, "what only the painter goes by decides no other backend's pictures"
    assert preview_key(STYLES[0], QuickBackend(identity="2"), LOOK) != preview_key(STYLES[0], QuickBackend(), LOOK)


def test_names_decide_nothing() -> None:
    renamed = dataclasses.replace(STYLES[0], name_en="Other", tags=())
    assert preview_key(renamed, QuickBackend(), LOOK) == preview_key(STYLES[0], QuickBackend(), LOOK)


def test_all_styles_show_the_same_subject_and_seed() -> None:
    specs = [preview_spec(style, LOOK) for style in STYLES]
    assert {spec.seed for spec in specs} == {LOOK.seed}
    assert all(spec.prompt[0][0].startswith("a house, ") for spec in specs)


def test_a_black_picture_is_drawn_again_and_then_told() -> None:
    (mended,) = draw_previews(STYLES[:1], QuickBackend(bad={0: 1}), LOOK)
    assert mended.frame is not None
    (lost,) = draw_previews(STYLES[:1], QuickBackend(bad={0: 9}), LOOK)
    assert lost.frame is None
    assert "black" in lost.problem


def test_a_style_that_cannot_be_drawn_leaves_the_others() -> None:
    class Broken(QuickBackend):
        def generate(self, request):
            if request.spec.style == STYLES[1].id:
                raise BackendError("out of paint")
            return super().generate(request)

    drawn = list(draw_previews(STYLES, Broken(), LOOK))
    assert [preview.frame is None for preview in drawn] == [False, True, False, False]
    assert drawn[1].problem == "out of paint"


def test_a_damaged_kept_picture_is_drawn_anew(tmp_path: Path) -> None:
    list(draw_previews(STYLES[:1], QuickBackend(), LOOK, tmp_path))
    (path,) = tmp_path.glob("*.png")
    path.write_bytes(b"no picture")
    (preview,) = draw_previews(STYLES[:1], QuickBackend(), LOOK, tmp_path)
    assert not preview.kept
    assert preview.frame is not None


def test_the_cache_makes_room_for_new_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews_module, "CACHE_BYTES", 1)
    list(draw_previews(STYLES, QuickBackend(), LOOK, tmp_path))
    assert len(list(tmp_path.glob("*"))) <= 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="choose another folder"):
        list(draw_previews(STYLES, QuickBackend(), LOOK, tmp_path / "file"))


def test_the_guard_reads_the_subject_unless_told_not_to() -> None:
    unsafe = dataclasses.replace(LOOK, subject="a nude")
    with pytest.raises(ProjectError, match="subject"):
        next(draw_previews(STYLES, QuickBackend(), unsafe))
    assert next(draw_previews(STYLES, QuickBackend(), dataclasses.replace(unsafe, guarded=False))).frame is not None


def test_the_sheet_shows_every_style(tmp_path: Path) -> None:
    own = Style("mine", "Mine, a very long name that cannot fit under its picture", "내것", "own", "{prompt}")
    shown = [*STYLES, own]
    shipped = [StylePreview(style.id, read_picture(thumbnail_folder() / f"{style.id}.webp")) for style in STYLES]
    shipped.append(StylePreview(own.id, None))
    draw_sheet(tmp_path / "sheet.png", shown, reversed(shipped), cell=(64, 48))
    with Image.open(tmp_path / "sheet.png") as sheet:
        picture = np.asarray(sheet.convert("RGB"), dtype=np.float32)
    first = np.asarray(Image.fromarray(shipped[0].frame).resize((64, 48)), dtype=np.float32)
    assert np.abs(picture[50:98, 16:80] - first).mean() < 12


def test_a_sheet_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="sheet"):
        draw_sheet(tmp_path / "missing" / "sheet.png", STYLES, [])


def test_an_example_is_small_and_wears_the_style_s_colors() -> None:
    style = load_styles()["cyanotype"]
    frame = draw_thumbnail(style, PaintingNetwork(1))
    assert size_of(frame) == THUMBNAIL
    assert len(pack(frame)) <= MAX_BYTES_EACH
    red, _, blue = frame.reshape(-1, 3).mean(axis=0)
    assert blue > red + 25
