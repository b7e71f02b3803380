"""What schedules can say, made from the code's own tables: channels, names, functions and easings.

The command line prints it. `python -m glance.schedule.reference docs/schedules.md` writes it into the document; a test
fails where the document lags behind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from glance.effects.registry import EFFECTS, PARAMETERS
from glance.schedule.channels import CHANNELS, Channel
from glance.schedule.curve import number_text
from glance.schedule.easing import EASINGS
from glance.schedule.expression import FUNCTIONS
from glance.schedule.hints import NAMES

_STEM_CALLS = {
    'stem("lead vox")': "loudness of the stem whose file is named so, whatever the name is written in",
    'stem_onset("lead vox")': "how much starts to sound in that stem",
}


def channel_table() -> str:
    """Return all channels but those of effects as a Markdown table."""
    channels = [c for c in CHANNELS.values() if c.name not in PARAMETERS]
    rows = [f"| {c.group} | `{c.name}` | {_span(c)} | {_default(c)} | {c.help} |" for c in channels]
    return table("group", "channel", "range", "default", "what it does", rows=rows)


def effect_table() -> str:
    """Return all effects and their channels as a Markdown table."""
    rows = []
    for effect in EFFECTS.values():
        rows.append(f"| **{effect.label}** `{effect.name}` | | | | {effect.help} |")
        for one in effect.parameters:
            channel = CHANNELS[one.name]
            neutral = "" if one.neutral is None else number_text(float(one.neutral))
            rows.append(f"| | `{one.name}` | {_span(channel)} | {neutral} / {_default(channel)} | {one.help} |")
    return table("effect", "channel", "range", "neutral / usual", "what it does", rows=rows)


def loop_table() -> str:
    """Return what each effect in the loop does to the way from picture to picture, as a Markdown table."""
    rows = [f"| `{effect.name}` | {effect.coherence} |" for effect in EFFECTS.values() if effect.where == "loop"]
    return table("effect", "what it does to coherence", rows=rows)


def name_table() -> str:
    """Return the names of formulas as a Markdown table."""
    return table("name", "value", rows=[f"| `{name}` | {meaning} |" for name, meaning in NAMES.items()])


def function_table() -> str:
    """Return the functions of formulas, those of the easings left out, as a Markdown table."""
    rows = [f"| `{f.usage}` | {f.help} |" for name, f in FUNCTIONS.items() if name not in EASINGS]
    rows += [f"| `{usage}` | {meaning} |" for usage, meaning in _STEM_CALLS.items()]
    return table("function", "value", rows=rows)


def easing_list() -> str:
    """Return the names of the easings, one family a line."""
    families: dict[str, list[str]] = {}
    for name in EASINGS:
        families.setdefault(name.rsplit("_", 1)[-1], []).append(f"`{name}`")
    return "\n".join(f"- {', '.join(names)}" for names in families.values())


def channels_as_text() -> str:
    """Return all channels under the headings of their groups, for a terminal."""
    lines: list[str] = []
    group = ""
    for channel in CHANNELS.values():
        if channel.group != group:
            group = channel.group
            lines += ["", group] if lines else [group]
        default = f", {_default(channel)} by default" if _default(channel) else ""
        lines += [f"  {channel.name:24}{_span(channel)}{default}", f"  {'':24}{channel.help}"]
    return "\n".join(lines)


def formulas_as_text() -> str:
    """Return the names, functions and easings that formulas know, for a terminal."""
    names = [f"  {name:24}{meaning}" for name, meaning in NAMES.items()]
    functions = [f"  {f.usage:24}{f.help}" for name, f in FUNCTIONS.items() if name not in EASINGS]
    functions += [f"  {usage:24}{meaning}" for usage, meaning in _STEM_CALLS.items()]
    easings = [f"  {line.removeprefix('- ').replace('`', '')}" for line in easing_list().splitlines()]
    return "\n".join(["names", *names, "", "functions", *functions, "", "easings", *easings])


def renewed(document: str) -> str:
    """Return a document with what stands between `<!-- NAME -->` and `<!-- end -->` made anew."""
    parts = {
        "effects": effect_table,
        "loop": loop_table,
        "channels": channel_table,
        "names": name_table,
        "functions": function_table,
        "easings": easing_list,
    }
    return with_parts(document, parts)


def with_parts(document: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Return a document with each part between `<!-- NAME -->` and `<!-- end -->` made anew."""
    for name, make in parts.items():
        before, mark, rest = document.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        document = f"{before}{mark}{make()}\n{end}{after}" if mark and end else document
    return document


def table(*heads: str, rows: list[str]) -> str:
    """Return a Markdown table."""
    return "\n".join([f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads), *rows])


def _span(channel: Channel) -> str:
    if channel.kind == "text":
        return "text"
    whole = ", whole" if channel.kind == "integer" else ""
    unit = f" {channel.unit}" if channel.unit else ""
    return f"{number_text(float(channel.low))} to {number_text(float(channel.high))}{unit}{whole}"


def _default(channel: Channel) -> str:
    return str(channel.default) if isinstance(channel.default, str) else number_text(float(channel.default))


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
