"""What `glance sync` and `--report` say: the whole video in a sentence, each section in a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from glance.audio.fullness import LOUD_ROLES, loudness_db
from glance.audio.types import SongAnalysis
from glance.media.sync import describe, watched, word_of
from glance.media.sync_sections import measure_sections, rank_correlation
from glance.timing import format_clock

#: Sections of which a video shows less than this are left out.
_LEAST_S = 1.0


def sync_report(video: Path, analysis: SongAnalysis, start_s: float = 0.0) -> str:
    """Return how a video follows its song, as a sentence, a table of the sections it shows, and their correlation.

    Args:
        video: The finished video.
        analysis: What was heard in its song.
        start_s: Where in the song the video starts.

    Raises:
        VideoError: The video cannot be read, or has fewer than three frames.
    """
    sections, onsets = analysis.sections, analysis.onsets["all"]
    bounds = [(section.start_s, section.end_s) for section in sections]
    whole, parts = measure_sections(watched(video), onsets.times_s, onsets.strengths, bounds, start_s=start_s)
    lines = [describe(whole)]
    shown = [index for index, part in enumerate(parts) if part.shown_s >= _LEAST_S]
    if len(shown) < 2:
        return lines[0]
    loudness = loudness_db(analysis, [*(section.start_s for section in sections), sections[-1].end_s])
    counted = [index for index in shown if parts[index].counts and sections[index].role != "silence"]
    middle = float(np.median([parts[index].movement for index in counted])) if counted else 0.0
    lines.append(f"{'section':22}{'loudness':>9}{'movement':>10}{'score':>7}")
    for index in shown:
        section, part = sections[index], parts[index]
        name = f"{format_clock(round(section.start_s, 1)):8}{section.label:4}{section.role:10}"
        calm = index in counted and section.role in LOUD_ROLES and part.movement < middle
        remark = "  calmer than the song's middle" if calm else ""
        follows = f"{part.score:7.2f} {word_of(part.score)}" if part.counts and part.n_onsets else f"{'-':>7}"
        lines.append(f"{name}{loudness[index]:6.1f} dB{part.movement:10.1f}{follows}{remark}")
    follows_song = rank_correlation(loudness[counted], [parts[index].movement for index in counted])
    if np.isfinite(follows_song):
        lines.append(
            f"The louder a section, the livelier the picture: rank correlation {follows_song:+.2f} over "
            f"{len(counted)} sections (1 is always, 0 by chance, -1 the other way round)."
        )
    return "\n".join(lines)
