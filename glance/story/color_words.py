"""Names of colors, so that words and palette of a picture say the same."""

from __future__ import annotations

from collections.abc import Sequence

#: Name -> color. Names of colors alone: `coral` is a reef, `salmon` a fish, `rose` a flower to whoever draws.
_NAMES = {
    "black": 0x101010, "charcoal grey": 0x3A3A3C, "grey": 0x808080, "silver grey": 0xB8BCC0, "white": 0xF6F6F4,
    "cream": 0xF2E8CF, "beige": 0xD9C7A3, "tan": 0xC19A6B, "ochre": 0xC68A2E, "brown": 0x6F4A2B, "dark brown": 0x3A2416,
    "rust": 0xA8482A, "brick red": 0x9B2D20, "red": 0xD62828, "crimson": 0xA3142E, "maroon": 0x5A1A20, "pink": 0xEF8FA9,
    "pale pink": 0xF3D3D3, "magenta": 0xD7268A, "orange": 0xF2842B, "peach": 0xF5C29B, "amber": 0xE8A32B,
    "golden yellow": 0xF2C230, "yellow": 0xF5DF4D, "mustard": 0xC9A227, "olive green": 0x6B7037, "moss green": 0x4F6B3A,
    "green": 0x2F8F4E, "dark green": 0x1F4D3A, "mint": 0xA9DCC3, "sage green": 0x9DB08B, "teal": 0x1F7A7A,
    "turquoise": 0x3FC1C9, "cyan": 0x5DE0F0, "pale blue": 0xBFD9E8, "sky blue": 0x6FB1E0, "blue": 0x2F6FC0,
    "cobalt blue": 0x1F47A3, "navy blue": 0x17254D, "indigo": 0x343078, "violet": 0x7A4BA8, "lilac": 0xB9A3D6,
    "purple": 0x5B2A6E, "plum": 0x6B3050, "slate blue": 0x566B85, "steel grey": 0x5F6B73,
}  # fmt: skip


def color_words(palette: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """Return up to `most` different names for the colors of a palette (`#rrggbb`), in its order.

    Distances are weighted by how the eye sees red and blue beside red's mean ("redmean", CompuPhase).
    """
    named = dict.fromkeys(_name(int(color[1:], 16)) for color in palette)
    return tuple(named)[:most]


def _name(color: int) -> str:
    return min(_NAMES, key=lambda name: _distance(color, _NAMES[name]))


def _distance(a: int, b: int) -> float:
    first, second = (((value >> 16) & 255, (value >> 8) & 255, value & 255) for value in (a, b))
    mean = (first[0] + second[0]) / 2
    red, green, blue = (one - other for one, other in zip(first, second, strict=True))
    return (2 + mean / 256) * red * red + 4 * green * green + (2 + (255 - mean) / 256) * blue * blue
