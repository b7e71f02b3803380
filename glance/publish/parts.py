"""Which part of a finished video goes to a place: what was asked for, else what that place takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from glance.errors import VideoError
from glance.publish.excerpts import Excerpt, best_part, loop_part
from glance.publish.loops import calm_start, looped
from glance.publish.publishing import Finished
from glance.publish.targets import Target

#: The most that is taken of a long song where a place takes only short videos.
_SHORT_S = 60.0
#: The longest loop where a place has no bound.
_LOOP_S = 30.0


@dataclass(frozen=True)
class Wish:
    """What a person asks for; at most one of the last two.

    Attributes:
        start_s: Where in the song it begins; None for GLANCE's choice.
        end_s: Where it ends; None for GLANCE's choice.
        best_s: The best part of at most so many seconds; 0 for no such wish.
        loop_bars: A loop of so many bars; -1 for as many as fit, 0 for no such wish.
    """

    start_s: float | None = None
    end_s: float | None = None
    best_s: float = 0.0
    loop_bars: int = 0


def chosen_part(finished: Finished, target: Target, wish: Wish) -> tuple[Finished, Excerpt | None]:
    """Return the part of a video that goes to a place, and which it is; None for the whole.

    Raises:
        VideoError: There is no such part.
    """
    whole, song = finished.footage, finished.song
    is_asked = wish.start_s is not None or wish.end_s is not None
    if wish.best_s < 0:
        raise VideoError(f"best: expected a number of seconds above 0, found {wish.best_s:g}")
    if wish.loop_bars or (target.loops and not is_asked):
        loop = loop_part(song, max(0, wish.loop_bars), wish.start_s, target.longest_s or _LOOP_S)
        begin = calm_start(whole, loop.start_s, loop.end_s) if target.silent else loop.start_s
        footage = looped(whole, begin, begin + loop.end_s - loop.start_s)
        return replace(finished, footage=footage), replace(loop, start_s=begin, end_s=begin + loop.end_s - loop.start_s)
    length_s = float(len(whole) / whole.fps)
    if is_asked:
        part = Excerpt(wish.start_s or 0.0, song.duration_s if wish.end_s is None else wish.end_s, "as asked")
    elif wish.best_s:
        part = best_part(song, wish.best_s)
    elif target.longest_s and length_s > target.longest_s:
        part = best_part(song, min(target.longest_s, _SHORT_S))
    else:
        return finished, None
    return replace(finished, footage=whole.part(part.start_s, part.end_s)), part
