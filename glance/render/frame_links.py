"""What decides each frame's pixels, as one short text a frame: its link in the chain from one hard cut to the next.

A diffused frame is made of its own decisions and the diffused frame before it, so its link is a digest of both, and a
hard cut begins a new chain. Two plans that agree in a frame's link agree in its pixels, on the same backend: what was
drawn for one is taken over by the other. A change in one scene leaves every stretch between other hard cuts alone,
and in its own stretch all that comes before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from glance.limits import PROJECT_BYTES
from glance.project.plan import FrameSpec, RenderPlan
from glance.render.backend import FrameBackend
from glance.system.files import is_plain_file, write_text

#: In a run folder: the links of its frames.
LINKS = "links.json"
#: Hexadecimal digits of a link: 128 bits.
_LENGTH = 32


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """The links of a run's frames.

    Attributes:
        first: Number of the first frame in the song.
        links: One for each frame from there on.
        origins: Fingerprints of the runs that frames were taken over from.
    """

    first: int
    links: tuple[str, ...]
    origins: tuple[str, ...] = ()

    def of(self, index: int) -> str:
        """Return the link of the frame with that number in the song; empty where there is none."""
        at = index - self.first
        return self.links[at] if 0 <= at < len(self.links) else ""


def links_of(plan: RenderPlan, backend: FrameBackend) -> Links:
    """Return the links of a plan's frames on a backend."""
    return Links(first=plan.frames[0].index, links=tuple(_Chain.of(plan, backend).walk()))


def cut_positions(frames: Sequence[FrameSpec]) -> list[int]:
    """Return the positions at which a stretch begins that needs nothing of the frames before it."""
    return [at for at, spec in enumerate(frames) if at == 0 or (spec.cut and spec.diffuse)]


@dataclass
class _Chain:
    """The walk along a plan: links found so far, and what of each frame decides."""

    plan: RenderPlan
    backend: FrameBackend
    decided: list[bytes]
    base: bytes
    links: list[str]

    @classmethod
    def of(cls, plan: RenderPlan, backend: FrameBackend) -> _Chain:
        base = msgspec.json.encode([backend.identity, str(plan.fps), plan.size, plan.look])
        decided = [msgspec.json.encode(backend.deciding(spec)) + _fed_back(plan, spec) for spec in plan.frames]
        return cls(plan, backend, decided, base, [])

    def walk(self) -> list[str]:
        frames, before, start = self.plan.frames, "", 0
        for at, spec in enumerate(frames):
            if not spec.diffuse:
                continue
            begins = at == 0 or spec.cut
            # At the very beginning stands the start picture, which no later cut begins with.
            opening = b"begin" if at == 0 and self.plan.look.start_image else b""
            own = self._digest(
                [b"drawn", opening if begins else before.encode(), *self._group(at if begins else start, at + 1)]
            )
            for inner in range(start, at):
                self.links.append(self._between(inner, start, at, before, own))
            self.links.append(own)
            before, start = own, at + 1
        # A plan ends with a diffused frame; of one that does not, nothing after the last can be known.
        self.links += [""] * (len(frames) - len(self.links))
        return self.links

    def _between(self, inner: int, start: int, end: int, before: str, after: str) -> str:
        """Return the link of an in-between: of the frame before, of its group's moves, and of the frame after it."""
        group = self.plan.frames[start : end + 1]
        # Whether depth is asked for is decided for a whole group.
        moves = msgspec.json.encode([spec.camera for spec in group])
        mixed = any(spec.tween > 0 for spec in group[:-1])
        return self._digest(
            [b"between", before.encode(), moves, *self._group(inner, inner + 1), after.encode() if mixed else b""]
        )

    def _group(self, start: int, end: int) -> list[bytes]:
        """Return what decides some frames, and what of frames elsewhere they are matched to."""
        parts = list(self.decided[start:end])
        first = self.plan.frames[0].index
        for spec in self.plan.frames[start:end]:
            if 0 <= spec.anchor - first < len(self.links):
                parts.append(self.links[spec.anchor - first].encode())
            for index, _ in spec.fresh_colors:
                anew = replace(self.plan.frames[index - first], cut=True, diffuse=True, tween=0.0)
                parts.append(msgspec.json.encode(self.backend.deciding(anew)))
        return parts

    def _digest(self, parts: Iterable[bytes]) -> str:
        digest = hashlib.sha256(self.base)
        for part in parts:
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
        return digest.hexdigest()[:_LENGTH]


def _fed_back(plan: RenderPlan, spec: FrameSpec) -> bytes:
    """Return what decides the effects on what is carried from picture to picture; empty without any."""
    effects = plan.effects
    if effects is None or not effects.in_loop:
        return b""
    beat = float(effects.beats[spec.index])
    return msgspec.json.encode([effects.deciding(spec.index), effects.seed, effects.lines, beat])


def read_links(folder: Path) -> Links | None:
    """Return the links of a run folder's frames; None where it has none, as those of earlier versions."""
    path = folder / LINKS
    try:
        if not is_plain_file(path) or path.stat().st_size > PROJECT_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=Links)
    except (OSError, msgspec.DecodeError, RecursionError):
        return None  # its frames are drawn again


def write_links(folder: Path, links: Links) -> None:
    """Write down the links of a run folder's frames. Raises OSError."""
    write_text(folder / LINKS, msgspec.json.encode(links).decode())


def has_origin(folder: Path, fingerprint: str) -> bool:
    """Return whether frames of the run with that fingerprint were taken over into a run folder."""
    links = read_links(folder)
    return links is not None and fingerprint in links.origins


def origins_of(manifest: Mapping[str, Any], links: Links | None) -> tuple[str, ...]:
    """Return the fingerprints that a run's frames may bear: its own, and of those it took frames over from."""
    own = manifest.get("fingerprint")
    return tuple(dict.fromkeys([*([own] if isinstance(own, str) else []), *(links.origins if links else ())]))


def held_apart(plan: RenderPlan, held: Mapping[int, str]) -> set[int]:
    """Return the numbers of frames that may show something else than their links say: held ones, and what follows.

    A frame that was held on a cut is the frame before the cut, of another stretch.
    """
    apart: set[int] = set()
    tainted, group = False, list[int]()
    for spec in plan.frames:
        group.append(spec.index)
        if not spec.diffuse:
            continue
        tainted = spec.index in held or (tainted and not spec.cut)
        if tainted:
            apart.update(group)
        group = []
    return apart
