"""Words with times as files: LRC with the times of words, SubRip, Advanced SubStation with karaoke lengths.

All three keep thousandths of a second. LRC and Advanced SubStation keep each word's time, and what is read from them is
what was written; SubRip has none, so it keeps the lines' times alone. Advanced SubStation itself counts in hundredths:
a line begins on the hundredth before it, with an empty syllable of the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from glance.audio.types import LyricLine, SungWord

_STYLES = """[Script Info]
ScriptType: v4.00+
WrapStyle: 0
ScaledBorderAndShadow: yes
PlayResX: 1920
PlayResY: 1080

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,64,&H00FFFFFF,&H00B0B0B0,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,60,60,60,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def write_lrc(lines: Sequence[LyricLine]) -> str:
    """Return lines as LRC; words have their times in angle brackets, as players know them."""
    rows = []
    for index, line in enumerate(lines):
        following = lines[index + 1].start_s if index + 1 < len(lines) else math.inf
        start, end = f"[{_clock(line.start_s)}]", f"<{_clock(line.end_s)}>"
        if line.words:
            rows.append(f"{start}{_timed(line.words)}{end}")
        elif round(line.end_s, 3) > round(following, 3):
            rows.append(f"{start}{line.text}{end}")
        else:
            rows.append(f"{start}{line.text}")
            if round(line.end_s, 3) < round(following, 3):
                rows.append(f"[{_clock(line.end_s)}]")
    return "\n".join(rows) + "\n"


def _timed(words: Sequence[SungWord]) -> str:
    written = ""
    for index, word in enumerate(words):
        written += f"<{_clock(word.start_s)}>{word.text}"
        following = words[index + 1].start_s if index + 1 < len(words) else None
        if following is not None:
            # A pause between two words is an end of its own.
            written += f"<{_clock(word.end_s)}> " if round(word.end_s, 3) != round(following, 3) else " "
    return written


def write_srt(lines: Sequence[LyricLine]) -> str:
    """Return lines as SubRip subtitles."""
    cues = (
        f"{number}\n{_clock_of_subtitles(line.start_s)} --> {_clock_of_subtitles(line.end_s)}\n{line.text}\n"
        for number, line in enumerate(lines, 1)
    )
    return "\n".join(cues)


def write_ass(lines: Sequence[LyricLine]) -> str:
    """Return lines as Advanced SubStation subtitles with the length of each word."""
    return _STYLES + "".join(_event(line) for line in lines)


def _event(line: LyricLine) -> str:
    start, end = round(1000 * line.start_s), round(1000 * line.end_s)
    begin, stop = start // 10, -(-end // 10)
    # A line without words of its own is one sweep over all of it.
    words, kind = (line.words, "k") if line.words else ((SungWord(line.start_s, line.end_s, line.text),), "kf")
    text, at = "", 10 * begin
    for index, word in enumerate(words):
        first, last = round(1000 * word.start_s), round(1000 * word.end_s)
        if first > at:
            text += f"{{\\k{_hundredths(first - at)}}}"
        blank = " " if index + 1 < len(words) else ""
        text += f"{{\\{kind}{_hundredths(last - first)}}}{_escaped(word.text)}{blank}"
        at = last
    if end > at:
        text += f"{{\\k{_hundredths(end - at)}}}"
    return f"Dialogue: 0,{_clock_of_ass(begin)},{_clock_of_ass(stop)},Default,,0,0,0,,{text}\n"


def _escaped(text: str) -> str:
    # Braces begin commands in this format.
    return text.replace("{", "(").replace("}", ")").replace("\\", "/")


def _hundredths(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(1000 * seconds), 60_000)
    return f"{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _clock_of_subtitles(seconds: float) -> str:
    hours, rest = divmod(round(1000 * seconds), 3_600_000)
    return f"{hours:02d}:{rest // 60_000:02d}:{rest // 1000 % 60:02d},{rest % 1000:03d}"


def _clock_of_ass(hundredths: int) -> str:
    hours, rest = divmod(hundredths, 360_000)
    return f"{hours}:{rest // 6000:02d}:{rest // 100 % 60:02d}.{rest % 100:02d}"


#: Ending -> what writes it.
WRITERS: Mapping[str, Callable[[Sequence[LyricLine]], str]] = {".lrc": write_lrc, ".srt": write_srt, ".ass": write_ass}
