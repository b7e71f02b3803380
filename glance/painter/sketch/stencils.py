"""Outlines of some five hundred things that have no figure of their own, in two tones: a filled outline and its lines.

The outlines are Noto Emoji's (SIL Open Font License 1.1, see `data/noto-emoji-license.txt`), traced by
`benchmarks/draw_stencils.py`; the names are English and Korean.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from glance.painter.sketch.canvas import Canvas, Color

_DATA = Path(__file__).parent / "data"
#: Units of the outlines' grid in a stencil's larger side.
_GRID = 255.0
#: What sets a stencil's name apart from a figure's.
_MARK = "stencil "
#: Heights in the picture, in picture heights, of what is small, usual and large.
_HEIGHT = 0.42
_LARGE_HEIGHT, _SMALL_HEIGHT = 0.56, 0.3
_LARGE = frozenset(
    "elephant|giraffe|camel|dragon|t rex|mammoth|gorilla|ferris wheel|church|circus tent|classical building|factory|"
    "hospital|hotel|school|department store|convenience store|post office|stadium|derelict house|volcano|mount fuji|"
    "roller coaster|christmas tree|evergreen tree|rocket|bus|tram|carousel horse|office building|fountain|cactus|"
    "airplane|helicopter|passenger ship|ferry|station|lion|bear|moose|bison|rhinoceros|hippopotamus".split("|")
)
_SMALL = frozenset("ant|honeybee|lady beetle|coin|key|candy|egg|needle|mosquito|beetle|cookie|game die|spider".split("|"))
_FLYING = frozenset(
    "airplane|small airplane|helicopter|flying saucer|satellite|parachute|honeybee|mosquito|owl|parrot|"
    "monarch butterfly|aerial tramway|suspension railway|dragon|fallen leaf|maple leaf|musical note|musical notes|"
    "bubbles".split("|")
)
_AFLOAT = frozenset("ferry|passenger ship|sailboat|motor boat|speedboat|canoe|swan|duck|goose".split("|"))
#: What has neither figure nor outline -> what is drawn for it, by one of its names.
_NEAREST = (
    "guide-dog:puppy,wolfdog chipmunk:squirrel owl:eagle,phoenix,hawk,falcon,vulture parrot:magpie,hummingbird,heron,peafowl "
    "butterfly:dragonfly tropical-fish:goldfish,piranha,mackerel rabbit:hare,bunny turtle:tortoise "
    "otter:seal,walrus,weasel,mink dragon:wyvern,basilisk,hydra unicorn:pegasus ogre:demon,devil,beast "
    "office-building:prison,border,terminal,dormitory,embassy,headquarters church:monastery,convent,shrine "
    "convenience-store:bakery,shop,laundry,barbershop,salon,bookstore,arcade,supermarket,pharmacy,boutique "
    "classical-building:university,bank,gallery,parliament,courthouse department-store:mall,warehouse,gym "
    "school:kindergarten,academy headstone:graveyard,cemetery,tomb derelict-house:shelter,shack "
    "ferry:submarine helicopter:drone airplane:airport door:elevator chair:desk,table,bench,swing,seat,stool "
    "open-book:diary,album,novel,magazine,poem,notebook,bible,dictionary framed-picture:painting,poster,canvas "
    "scroll:map,paper,contract videocassette:tape,vhs optical-disk:record,vinyl,disc radio:gramophone,speaker,amplifier,"
    "jukebox suitcase:box,crate,trunk violin:cello,gayageum,lute,sitar,erhu,mandolin,ukulele,oud "
    "teddy-bear:doll,toy,puppet,plush soccer-ball:ball flower:dandelion,camellia,chrysanthemum,magnolia,daffodil,lilac,"
    "peony,iris,pinwheel coat:uniform,jacket,suit,blazer,cape,cloak dress:hanbok,gown,skirt,robe,veil "
    "t-shirt:sweater,hoodie,jersey briefcase:bag,satchel,handbag gem-stone:ring,necklace,bracelet,crystal,earring "
    "champagne:bottle,whiskey,whisky,vodka,flask funeral-urn:vase,pot,pottery wine-glass:glass,goblet "
    "admission-tickets:ticket,tickets,card candle:match,lighter empty-nest:nest spider-web:web,net "
    "bed:blanket,pillow,mattress,cradle clock:wristwatch,metronome,pendulum tower:windmill,chimney,antenna "
    "person:statue,mannequin,scarecrow,sculpture,officer,actor,coachman,carrier,attendant,maiden,photographer,graduate,"
    "passenger alien:martian teapot:kettle,samovar running-shoe:shoe,shoes,boots,slippers shopping-cart:cart,stroller "
    "roller-coaster:coaster musical-note:song,melody,waltz,tango,symphony,lullaby seedling:seed dagger:spear,scythe,needle "
    "couple:family,siblings,sibling ferris-wheel:wheel hut:greenhouse,well trumpet:horn,bugle,tuba umbrella:canopy "
    "flashlight:lightsaber chains:rope,handcuffs hippopotamus:hippo mobile-phone:message hand:arm,glove"
)  # fmt: skip


class _Names(msgspec.Struct, frozen=True):
    """A stencil's names, the first English one its own."""

    en: tuple[str, ...]
    ko: tuple[str, ...]


@dataclass(frozen=True)
class Stencil:
    """A thing's outline, standing on y = 0 around x = 0, its larger side 1.

    Attributes:
        lines: Closed contours, each (n, 2); filled by turns they are the line drawing.
        silhouette: Those around which nothing lies; filled they are the thing's area.
        height: Its own height, in (0, 1].
    """

    lines: tuple[NDArray[np.float64], ...]
    silhouette: tuple[NDArray[np.float64], ...]
    height: float


def is_stencil(name: str) -> bool:
    """Return whether a subject's name is that of a stencil."""
    return name.startswith(_MARK)


def height_of_stencil(name: str) -> float:
    """Return how high a stencil stands, in picture heights."""
    plain = name.removeprefix(_MARK)
    side = _LARGE_HEIGHT if plain in _LARGE else _SMALL_HEIGHT if plain in _SMALL else _HEIGHT
    return side * max(0.55, _outlines()[plain].height)


def place_of_stencil(name: str) -> str:
    """Return what carries a stencil: `ground`, `water` or `air`."""
    plain = name.removeprefix(_MARK)
    return "air" if plain in _FLYING else "water" if plain in _AFLOAT else "ground"


def stencil_of(word: str) -> str:
    """Return the subject that a noun of one or two words names, `stencil ...`; empty where there is no outline."""
    own = _named().get(word) or _named().get(word.removesuffix("s"))
    return f"{_MARK}{own}" if own else ""


def nearest_of(noun: str) -> str:
    """Return what is drawn for a noun without a picture of its own: a stencil's or a figure's name; empty for none."""
    near = _nearest().get(noun) or _nearest().get(noun.removesuffix("s"), "")
    return stencil_of(near) or near


def english_of(korean: str) -> str:
    """Return the English name of a thing that is named in Korean, or nothing."""
    return _korean().get(korean, "")


def paint_stencil(canvas: Canvas, name: str, place: tuple[float, float, float, bool], colors: tuple[Color, Color]) -> None:
    """Paint a stencil.

    Args:
        canvas: The sheet.
        name: `stencil ...`.
        place: Foot (x, y) and height in picture heights; whether it is turned round.
        colors: Of its area and of its lines.
    """
    x, y, height, turned = place
    stencil = _outlines()[name.removeprefix(_MARK)]
    sign = -1.0 if turned else 1.0
    scale = height / stencil.height

    def standing(path: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack([x + sign * scale * path[:, 0], y - scale * path[:, 1]], axis=-1)

    for path in stencil.silhouette:
        canvas.polygons([standing(path)], colors[0])
    canvas.polygons([standing(path) for path in stencil.lines], colors[1])


@functools.cache
def _names() -> tuple[_Names, ...]:
    return msgspec.json.decode((_DATA / "stencils.json").read_bytes(), type=tuple[_Names, ...])


@functools.cache
def _named() -> Mapping[str, str]:
    return {word: names.en[0] for names in _names() for word in names.en}


@functools.cache
def _korean() -> Mapping[str, str]:
    return {word.removesuffix(" 얼굴"): names.en[0] for names in _names() for word in names.ko}


@functools.cache
def _nearest() -> Mapping[str, str]:
    pairs = (entry.split(":") for entry in _NEAREST.split())
    return {noun: near.replace("-", " ") for near, nouns in pairs for noun in nouns.split(",") if noun}


@functools.cache
def _outlines() -> Mapping[str, Stencil]:
    with np.load(_DATA / "stencils.npz", allow_pickle=False) as data:
        points, lengths, outer, counts = (data[name] for name in ("points", "lengths", "outer", "counts"))
    paths = np.split(points.astype(np.float64) / _GRID, np.cumsum(lengths)[:-1])
    ends = np.cumsum(counts)
    found = {}
    for names, first, last in zip(_names(), ends - counts, ends, strict=True):
        lines = tuple(path - (0.5, 0.0) for path in paths[first:last])
        silhouette = tuple(path for path, alone in zip(lines, outer[first:last], strict=True) if alone)
        found[names.en[0]] = Stencil(lines, silhouette, float(max(path[:, 1].max() for path in lines)))
    return found
