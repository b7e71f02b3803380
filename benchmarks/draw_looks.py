"""Make the looks that ship with GLANCE, each with its moving picture, and a sheet of them.

    python -m benchmarks.draw_looks [SHEET.jpg]

The looks are written down here, and nowhere else; the files are made of this.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image, ImageDraw, ImageFont

from glance.audio.hits import HIT
from glance.effects.registry import EFFECTS, PARAMETERS
from glance.painter.backend import PainterBackend
from glance.project.look_files import LookCamera, LookWords, SharedLook, look_json
from glance.project.model import EffectUse, Reaction
from glance.render.look_clips import clip_frames, with_clip
from glance.schedule.reactions import AmplitudeMap
from glance.story.styles import load_styles

FOLDER = Path(__file__).parents[1] / "glance" / "project" / "data" / "looks"
NEGATIVE = ("quality", "border", "safety")


def hit(channel: str, silence: float, peak: float, release_ms: float = 180.0, gate: float = 0.3) -> Reaction:
    return Reaction(channel=channel, map=AmplitudeMap(HIT, silence, peak, bend=1.4, gate=gate, release_ms=release_ms))


def made(name: str, about: str, styles: str, palette: str, **rest: Any) -> SharedLook:
    """Return a look.

    `effects` is `effect=quiet/loud` words: how far each works in quiet and in loud parts; `set` gives channels values,
    `hits` reactions, `quiet` and `loud` the camera's moves.
    """
    doses = {}
    for word in rest.get("effects", "").split():
        effect, _, shares = word.partition("=")
        quiet, _, loud = shares.partition("/")
        doses[effect] = {"verse": float(quiet), "chorus": float(loud), "break": 0.0}
    order = [effect for effect in EFFECTS if effect in doses]
    unknown = set(rest.get("set", {})) - set(PARAMETERS)
    assert not unknown, unknown
    return SharedLook(
        name=name,
        about=about,
        author="GLANCE",
        license="CC0 1.0",
        styles=tuple(styles.split()),
        palette=tuple(palette.split()),
        words=LookWords(suffix=rest.get("words", ""), negative_sets=NEGATIVE),
        camera=LookCamera(
            presets={"verse": tuple(rest["quiet"].split()), "chorus": tuple(rest["loud"].split())},
            motion={"verse": rest.get("motion", (0.7, 1.2))[0], "chorus": rest.get("motion", (0.7, 1.2))[1]},
            handheld=rest.get("handheld", 0.0),
        ),
        reactions=tuple(rest.get("hits", ())),
        curves={channel: f"0:({value:g})" for channel, value in rest.get("set", {}).items()},
        effects=tuple(EffectUse(effect=effect, amount=doses[effect]["verse"]) for effect in order),
        doses={effect: doses[effect] for effect in order},
    )


LOOKS = {
    "summer-film": made(
        "Summer film", "Warm grain, a red rim on every light, sun that leaks in.", "super8 golden_hour",
        "#f2b35e #d96c3f #3f6f8a #f8e6c1",
        effects="white_balance=1/1 grain=0.8/1 halation=0.7/1 light_leak=0/1 vignette=0.6/0.5",
        set={"warmth": 0.35, "vignette": 0.35, "grain": 0.32},
        hits=[hit("halation", 0.7, 1.5), hit("light_leak", 0.25, 0.6, 500)],
        quiet="slow_push pan_right", loud="orbit flight", handheld=0.4, words="late afternoon sun",
    ),
    "night-drive": made(
        "Night drive", "Neon that glows, colors that come apart on the beat.", "synthwave cyberpunk",
        "#120a2a #ff2e88 #22d3ee #ffd166",
        effects="split_tone=1/1 bloom=0.6/1 chroma_shift=0.4/1",
        set={"bloom": 0.7, "split_tone": 0.5, "split_tone_shadows": 250, "split_tone_lights": 330},
        hits=[hit("bloom", 0.5, 1.5), hit("chroma_shift", 0.002, 0.012, 120)],
        quiet="flight slow_push", loud="flight spiral", motion=(0.9, 1.5), words="wet asphalt, neon reflections",
    ),
    "old-tape": made(
        "Old tape", "Lines, colors beside themselves, jumps on hits.", "vhs",
        "#2b2d42 #8d99ae #ef476f #ffd166",
        effects="saturation=1/1 scanlines=0.8/1 chroma_shift=1/1 glitch=0/1",
        set={"saturation": 0.8, "scanlines": 0.5, "chroma_shift": 0.004},
        hits=[hit("glitch", 0.0, 0.6, 140, 0.55), hit("chroma_shift", 0.003, 0.014, 150)],
        quiet="static pan_left", loud="pendulum orbit", handheld=0.8,
    ),
    "silver-screen": made(
        "Silver screen", "Black and white, deep shadows, bars above and below.", "film_noir photo_black_white",
        "#0b0b0b #6f6f6f #f2f2f2",
        effects="saturation=1/1 lift_gamma_gain=1/1 bloom=0.5/0.8 vignette=1/1 grain=1/1 letterbox=1/1",
        set={"saturation": 0, "lift": -0.02, "gamma": 0.92, "gain": 1.12, "grain": 0.35, "letterbox": 0.22},
        hits=[hit("bloom", 0.4, 1.0)],
        quiet="slow_push pan_left", loud="slow_push orbit", words="dramatic shadows, hard light",
    ),
    "dream": made(
        "Dream", "Soft light over everything, the picture gives way like water.", "watercolor_animation fairy_tale",
        "#cdb4db #ffc8dd #a2d2ff #fff1e6",
        effects="lift_gamma_gain=1/1 bloom=0.8/1 displace=0.6/1",
        set={"bloom": 0.3, "bloom_radius": 0.05, "bloom_threshold": 0.65, "lift": 0.05, "gain": 1.0, "displace": 0.003},
        hits=[hit("bloom", 0.25, 0.6, 500)],
        quiet="breathe slow_push", loud="breathe orbit", motion=(0.5, 0.9),
    ),
    "club": made(
        "Club", "Colored light on the beat, rushes outwards on hits.", "cyberpunk disco_1970s",
        "#0d0221 #ff006e #3a86ff #fb5607",
        effects="color_pulse=0.4/1 zoom_blur=0/1 bloom=0.7/1",
        set={"color_pulse_hue": 310, "bloom": 0.7},
        hits=[hit("color_pulse", 0.1, 0.7, 200), hit("zoom_blur", 0.0, 0.35, 160, 0.5)],
        quiet="flight", loud="spiral flight", motion=(1.0, 1.6),
    ),
    "cathedral": made(
        "Cathedral", "The picture mirrors itself when the music opens up.", "gothic_horror byzantine",
        "#1b1b3a #693668 #a74482 #f8c630",
        effects="mirror=0/1 bloom=0.5/0.8 vignette=1/0.6",
        set={"bloom": 0.7, "vignette": 0.5},
        hits=[hit("bloom", 0.5, 1.2, 300)],
        quiet="slow_push", loud="slow_push breathe", words="candlelight",
    ),
    "kaleidoscope": made(
        "Kaleidoscope", "Six-fold, turning with the song, in the loud parts.", "liquid_light kaleidoscope",
        "#f72585 #7209b7 #4361ee #4cc9f0",
        effects="kaleidoscope=0/1 hue_turn=0.5/1",
        set={"kaleidoscope_folds": 6, "hue_turn": 25},
        hits=[hit("hue_turn", 0.0, 50.0, 400)],
        quiet="spiral slow_push", loud="spiral", motion=(0.8, 1.0),
    ),
    "print-shop": made(
        "Print shop", "Few flat colors, nothing that glows.", "vector_arcade memphis_1980s",
        "#ef476f #ffd166 #06d6a0 #118ab2 #073b4c",
        effects="posterize=0.8/1",
        set={"posterize": 0.8, "posterize_levels": 5},
        hits=[hit("posterize", 0.5, 1.0, 200)],
        quiet="pan_left pan_right", loud="orbit pendulum",
    ),
    "deep-water": made(
        "Deep water", "Cold and slow; everything sways.", "deep_sea underwater",
        "#03263f #0a6c8f #3fb6b2 #c8f2e0",
        effects="white_balance=1/1 displace=1/1 vignette=1/0.8 bloom=0.4/0.8",
        set={"warmth": -0.5, "tint": -0.3, "displace": 0.004, "displace_size": 0.7, "bloom": 0.6},
        hits=[hit("bloom", 0.15, 0.45, 500)],
        quiet="breathe pan_left", loud="flight breathe", motion=(0.5, 0.8),
    ),
    "storm": made(
        "Storm", "Dark and shaken; the light jumps with the drums.", "dark_fantasy gothic_horror",
        "#0b132b #1c2541 #5bc0be #e0e1dd",
        effects="exposure=1/1 shake=0.3/1 vignette=1/1 motion_blur=0/1",
        set={"vignette": 0.6, "exposure": -0.2},
        hits=[hit("exposure", -0.2, 0.8, 160), hit("shake", 0.08, 0.5, 250), hit("motion_blur", 0.0, 0.04, 140, 0.5)],
        quiet="slow_push", loud="flight spiral", motion=(0.8, 1.5), words="storm clouds, rain",
    ),
    "arcade": made(
        "Arcade", "Large pixels on hits, lines of the tube, outlines that shine.", "pixel_art",
        "#1a1c2c #5d275d #b13e53 #ffcd75 #41a6f6",
        effects="pixelate=0.6/1 edge_glow=0.4/1 scanlines=0.6/0.8",
        set={"edge_glow": 0.3, "edge_glow_hue": 190, "scanlines": 0.4},
        hits=[hit("pixelate", 0.012, 0.04, 150), hit("edge_glow", 0.2, 0.9, 200)],
        quiet="pan_right pan_left", loud="flight", motion=(0.8, 1.3),
    ),
}  # fmt: skip


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    styles = load_styles()
    cells = []
    with closing(PainterBackend()) as backend:
        cells.append(("without a look", clip_frames(None, styles, backend)))
        for name, look in LOOKS.items():
            assert set(look.styles) <= set(styles), look.styles
            full = with_clip(look, styles, backend)
            (FOLDER / f"{name}.glancelook").write_text(look_json(full), encoding="utf-8")
            cells.append((look.name, clip_frames(msgspec.structs.replace(look), styles, backend)))
    if len(sys.argv) > 1:
        sheet(cells).save(sys.argv[1], quality=80, optimize=True)


def sheet(cells: list[tuple[str, list[Any]]]) -> Image.Image:
    """Return one picture of all looks: of each a quiet moment and one on a hit."""
    width, height = 256, 144
    page = Image.new("RGB", (4 * (width + 6) + 6, -(-len(cells) * 2 // 4) * (height + 26) + 6), "#14161a")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    for number, (name, frames) in enumerate(cells):
        for part, index in enumerate((len(frames) // 2 - 1, len(frames) // 2)):
            row, column = divmod(number * 2 + part, 4)
            left, top = 6 + column * (width + 6), 4 + row * (height + 26)
            pen.text((left, top), name if not part else "on a hit", "#ffffff" if not part else "#9aa4b2", font)
            page.paste(Image.fromarray(frames[index]), (left, top + 20))
    return page


if __name__ == "__main__":
    main()
