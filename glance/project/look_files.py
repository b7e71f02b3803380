"""Looks that can be handed on: `.glancelook` files, read within bounds, without code and without paths.

A look is how a video looks, without its song and its scenes: styles, palette, words, camera habits, reactions, effects.
What a file holds that this GLANCE does not know is left out and told, so that a look of a newer one opens too.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np

from glance import __version__
from glance.audio.envelopes import ENVELOPES
from glance.audio.hits import NAMES as HIT_NAMES
from glance.camera.presets import CAMERA_PRESETS
from glance.effects.registry import EFFECTS
from glance.errors import GlanceError, ProjectError
from glance.fields import about, out_of_range
from glance.limits import EFFECTS as MOST_EFFECTS
from glance.limits import LOOK_BYTES, LOOK_CLIP_BYTES, REACTIONS, TEXT_CHARACTERS, finite, without_unwritable
from glance.project.files import read_json
from glance.project.model import EffectUse, Reaction
from glance.schedule.channels import CHANNELS
from glance.schedule.curve import evaluate
from glance.schedule.parse import parse_schedule
from glance.schedule.signals import Signals
from glance.system.suggest import did_you_mean
from glance.timing import BeatGrid

LOOK_SUFFIX = ".glancelook"
FORMAT = 1
#: Parts of a look that can be applied by themselves.
PARTS = ("styles", "palette", "words", "camera", "reactions", "effects")
_DATA = Path(__file__).parent / "data" / "looks"
#: Most entries of a dictionary or a list of names.
_MOST_NAMES = 200


class LookWords(msgspec.Struct, frozen=True, kw_only=True):
    """Words around every prompt, as `Look` has them."""

    prefix: str = ""
    suffix: str = ""
    negative: str = ""
    negative_sets: tuple[str, ...] = ()


class LookCamera(msgspec.Struct, frozen=True, kw_only=True):
    """Habits of the camera, by the role of the song's part: `verse`, `chorus` ..."""

    presets: dict[str, tuple[str, ...]] = {}
    motion: dict[str, Annotated[float, about("How far the camera goes.", 0, 3)]] = {}
    handheld: Annotated[float, about("How much it sways.", 0, 5)] = 0.0


class SharedLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a `.glancelook` file holds.

    Attributes:
        glancelook: Version of the file's form.
        glance: Version of the program that wrote it.
        name: What it is called.
        about: One sentence on it.
        author: Who made it.
        license: Under what others may use it.
        credits: Whom it owes something.
        styles: Ids of styles: of the quiet parts, then of the loud ones.
        palette: Colors as `#rrggbb`.
        words: Words around every prompt.
        camera: Habits of the camera.
        reactions: How the music moves channels, effects' ones among them.
        curves: Schedules that hold for any song: constants, and formulas of what is heard in every one.
        effects: The effects, in their turn.
        doses: Effect -> role of the song's part -> how far it works there.
        clip: A moving picture of it (WebP, base64); empty for none.
        notes: What was left out when it was opened; never in a file.
    """

    glancelook: int = FORMAT
    glance: str = __version__
    name: str = ""
    about: str = ""
    author: str = ""
    license: str = ""
    credits: str = ""
    styles: tuple[str, ...] = ()
    palette: tuple[str, ...] = ()
    words: LookWords | None = None
    camera: LookCamera | None = None
    reactions: tuple[Reaction, ...] = ()
    curves: dict[str, str] = {}
    effects: tuple[EffectUse, ...] = ()
    doses: dict[str, dict[str, float]] = {}
    clip: str = ""
    notes: tuple[str, ...] = ()

    @property
    def clip_bytes(self) -> bytes:
        """Its moving picture; empty for none."""
        return base64.b64decode(self.clip) if self.clip else b""


def look_json(look: SharedLook) -> str:
    """Return a look as the text of its file."""
    plain = {name: value for name, value in msgspec.to_builtins(look).items() if name != "notes" and value}
    return json.dumps(plain, indent=1, ensure_ascii=False) + "\n"


def read_look(path: Path) -> SharedLook:
    """Read a look's file.

    Raises:
        ProjectError: It cannot be read, or is no look.
    """
    try:
        if path.stat().st_size > LOOK_BYTES:
            raise ProjectError("", f"{path} is too large to be a look")
        return parse_look(path.read_bytes().decode("utf-8-sig", "replace"), path.name)
    except OSError as error:
        raise ProjectError("", f"the look {path} cannot be read: {error.strerror or error}") from None


def parse_look(text: str, name: str = "the look") -> SharedLook:
    """Return the look that a JSON text describes; `notes` of it say what was left out.

    Raises:
        ProjectError: It is no look.
    """
    if len(text) > LOOK_BYTES:
        raise ProjectError("", f"{name} is too large to be a look")
    raw = without_unwritable(read_json(text, name))
    version = raw.get("glancelook") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ProjectError("", f"{name} is no look of GLANCE: expected a JSON object with `glancelook`")
    if finite(version) is None:
        raise ProjectError("", f"{name} is no look of GLANCE: its version is beyond every use")
    notes: list[str] = []
    if version > FORMAT:
        notes.append("This look was made by a newer GLANCE; what this one does not know is left out.")
    known = {field.name for field in msgspec.structs.fields(SharedLook)} - {"notes"}
    unknown = [key for key in list(raw)[:_MOST_NAMES] if key not in known]
    notes += [f"Left out: {key!r:.60}, which this GLANCE does not know." for key in unknown]
    parts = {key: part for key, part in _parts(raw, notes) if part is not None}
    return SharedLook(**parts, notes=tuple(notes[:20]))


def _parts(raw: Mapping[str, Any], notes: list[str]) -> Iterator[tuple[str, Any]]:
    """Yield (field, value) of all that can be used of a look's plain values, and note what cannot."""
    for key in ("glance", "name", "about", "author", "license", "credits"):
        yield key, _text(raw.get(key), key, notes)
    for key in ("styles", "palette"):
        yield key, _texts(raw.get(key), key, notes)
    yield "words", _struct(raw.get("words"), LookWords, "words", notes)
    yield "camera", _camera(raw.get("camera"), notes)
    yield "effects", tuple(_effects(_list(raw.get("effects"), "effects", MOST_EFFECTS, notes), notes))
    yield "reactions", tuple(_reactions(_list(raw.get("reactions"), "reactions", REACTIONS, notes), notes))
    yield "curves", dict(_curves(raw.get("curves"), notes))
    yield "doses", dict(_doses(raw.get("doses"), notes))
    yield "clip", _clip(raw.get("clip"), notes)


def _left_out(what: str, notes: list[str]) -> None:
    notes.append(f"Left out: {what}.")


def _text(value: Any, where: str, notes: list[str]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and len(value) <= TEXT_CHARACTERS:
        return value
    _left_out(f"{where}, which is no text", notes)
    return None


def _texts(value: Any, where: str, notes: list[str]) -> tuple[str, ...] | None:
    found = _list(value, where, _MOST_NAMES, notes)
    return tuple(text for text in found if isinstance(text, str) and len(text) <= TEXT_CHARACTERS)


def _list(value: Any, where: str, most: int, notes: list[str]) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        _left_out(f"{where}, which is no list", notes)
        return []
    return value[:most]


def _struct(value: Any, kind: Any, where: str, notes: list[str]) -> Any:
    """Return a value as a struct; None where it is none, or a number in it is out of its range."""
    if value is None:
        return None
    try:
        made = msgspec.convert(value, kind)
        if any(len(str(each)) > TEXT_CHARACTERS for each in msgspec.structs.astuple(made)):
            raise ValueError
        wrong = next(iter(out_of_range(made)), None)
    except (msgspec.ValidationError, ValueError, OverflowError):
        _left_out(f"{where}, which this GLANCE cannot read", notes)
        return None
    if wrong is not None:
        _left_out(f"{where}, whose {wrong[0]} is no {str(wrong[2]).removeprefix('a ')}", notes)
        return None
    return made


def _camera(value: Any, notes: list[str]) -> LookCamera | None:
    made: LookCamera | None = _struct(value, LookCamera, "camera", notes)
    if made is None:
        return None
    for name in sorted({name for names in made.presets.values() for name in names} - set(CAMERA_PRESETS))[:5]:
        _left_out(f"the camera move {name!r:.40}", notes)
    presets = {role: tuple(name for name in names if name in CAMERA_PRESETS) for role, names in made.presets.items()}
    motion = {role: value for role, value in made.motion.items() if finite(value) is not None and 0 <= value <= 3}
    return msgspec.structs.replace(made, presets={role: each for role, each in presets.items() if each}, motion=motion)


def _effects(values: list[Any], notes: list[str]) -> Iterator[EffectUse]:
    for value in values:
        use = _struct(value, EffectUse, "an effect", notes)
        if use is None:
            continue
        effect = EFFECTS.get(use.effect)
        if effect is None or effect.needs_asset:
            _left_out(f"the effect {use.effect!r:.40}" + (", which needs a file" if effect else ""), notes)
            continue
        # A look holds no paths: whatever stands there came from somewhere else.
        mask = "" if use.mask == "picture" else use.mask
        yield msgspec.structs.replace(use, mask=mask, mask_picture="", file="")


def _reactions(values: list[Any], notes: list[str]) -> Iterator[Reaction]:
    for value in values:
        # Its parts are of another song.
        plain = {**value, "parts": []} if isinstance(value, dict) else value
        one = _struct(plain, Reaction, "a reaction", notes)
        if one is None:
            continue
        heard = one.map.envelope in ENVELOPES or one.map.envelope in HIT_NAMES
        if one.channel not in CHANNELS or CHANNELS[one.channel].kind == "text" or not heard:
            _left_out(f"the reaction of {one.channel!r:.40} to {one.map.envelope!r:.40}", notes)
        elif finite(one.map.silence) is None or finite(one.map.peak) is None:
            _left_out(f"the reaction of {one.channel!r:.40}, whose numbers are none", notes)
        else:
            yield one


def _curves(value: Any, notes: list[str]) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    entries = list(value.items())[:_MOST_NAMES] if isinstance(value, dict) else []
    for name, text in entries:
        if is_songless(name, text):
            yield name, text
        else:
            _left_out(f"the schedule of {name!r:.40}", notes)


def is_songless(channel: str, text: Any) -> bool:
    """Return whether a schedule holds for any song: one key at the start, of what is heard in every song."""
    if channel not in CHANNELS or CHANNELS[channel].kind == "text" or not isinstance(text, str) or len(text) > 2000:
        return False
    try:
        curve = parse_schedule(text, channel)
        if len(curve.keys) > 1:
            return False
        evaluate(curve, _any_song())
    except GlanceError:
        return False
    return True


@lru_cache(maxsize=1)
def _any_song() -> Signals:
    heard = dict.fromkeys((*ENVELOPES, *HIT_NAMES), np.linspace(0.0, 1.0, 8))
    beats = np.arange(8, dtype=np.float64) / 2
    return Signals(8, Fraction(8), 1, BeatGrid(beats, beats[::4]), heard)


def _doses(value: Any, notes: list[str]) -> Iterator[tuple[str, dict[str, float]]]:
    entries = list(value.items())[:_MOST_NAMES] if isinstance(value, dict) else []
    for name, roles in entries:
        if name not in EFFECTS or not isinstance(roles, dict):
            continue
        numbers = {role: finite(share) for role, share in list(roles.items())[:_MOST_NAMES]}
        yield name, {role: min(1.0, max(0.0, share)) for role, share in numbers.items() if share is not None}


def _clip(value: Any, notes: list[str]) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if len(data) > LOOK_CLIP_BYTES or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        _left_out("its moving picture", notes)
        return None
    return value


@lru_cache(maxsize=1)
def shipped_looks() -> Mapping[str, SharedLook]:
    """Return the looks that come with GLANCE: file's name without its ending -> look."""
    return {path.stem: read_look(path) for path in sorted(_DATA.glob(f"*{LOOK_SUFFIX}"))}


def find_look(name: str) -> SharedLook:
    """Return a shipped look.

    Raises:
        ProjectError: There is none of that name.
    """
    looks = shipped_looks()
    if name in looks:
        return looks[name]
    raise ProjectError("look", f"there is no look {name!r:.60}; {did_you_mean(name, looks)}")


def parts_of(look: SharedLook) -> tuple[str, ...]:
    """Return which parts a look has."""
    held = {
        "styles": look.styles,
        "palette": look.palette,
        "words": look.words,
        "camera": look.camera,
        "reactions": look.reactions,
        "effects": look.effects,
    }
    return tuple(part for part in PARTS if held[part])


def look_card(name: str, look: SharedLook) -> dict[str, Any]:
    """Return what the page lists of a shipped look, by the name that it is asked for."""
    return {
        "name": name,
        "label": look.name,
        "about": look.about,
        "author": look.author,
        "license": look.license,
        "parts": list(parts_of(look)),
        "clip": bool(look.clip),
    }
