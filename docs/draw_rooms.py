"""Draws docs/rooms.svg, the picture of the rooms in docs/architecture.md, from the imports of the code as it is.

    python docs/draw_rooms.py

A room is a package of `glance/`; it stands one floor above the highest room that it imports. An arrow is left out
where a longer way of arrows says the same, and so are the arrows to the ground, which every room may use.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

PACKAGE = Path(__file__).parent.parent / "glance"
PICTURE = Path(__file__).with_name("rooms.svg")

WIDTH, FLOOR, ROOM_HEIGHT, ROOM_WIDTH, MARGIN = 1080, 140, 94, 184, 28
STYLE = """
  text { font-family: system-ui, sans-serif; text-anchor: middle; fill: #1d2733; }
  .room { fill: #eef3f8; stroke: #6d86a0; } .ground { fill: #e6e2d8; stroke: #9a917d; }
  .name { font-size: 16px; font-weight: 600; } .about { font-size: 10.5px; fill: #46566a; }
  .arrow { fill: none; stroke: #6d86a0; stroke-width: 1.4; marker-end: url(#head); }
  .paper { fill: #ffffff; }
"""


def draw() -> str:
    """Return the picture as SVG: the same text for the same imports."""
    about = {path.name: _about(path) for path in sorted(PACKAGE.iterdir()) if (path / "__init__.py").is_file()}
    ground = {"system"}
    rooms = [room for room in about if room not in ground]
    arrows = {room: _imported(PACKAGE / room) & set(rooms) - {room} for room in rooms}
    floors = _floors(arrows)
    places = _places(floors, arrows)
    height = (max(floors.values()) + 1) * FLOOR + MARGIN

    def top(floor: int) -> int:
        return height - MARGIN - ROOM_HEIGHT - floor * FLOOR

    lines = [f'<rect class="paper" width="{WIDTH}" height="{height}"/>']
    for room, target in sorted(_reduced(arrows)):
        (x0, y0), (x1, y1) = (places[room], top(floors[room]) + ROOM_HEIGHT), (places[target], top(floors[target]))
        bend = (y1 - y0) * 0.55
        way = f"M{x0},{y0} C{x0},{y0 + bend:.0f} {x1},{y1 - bend:.0f} {x1},{y1 - 3}"
        lines.append(f'<path class="arrow" d="{way}"/>')
    for room in rooms:
        lines += _box(room, about[room], places[room], top(floors[room]), ROOM_WIDTH, "room")
    modules = sorted(path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("_"))
    base = ", ".join(modules + sorted(ground))
    lines += _box(base, "the ground: every room may use it", WIDTH // 2, top(0), WIDTH - 2 * MARGIN, "ground")
    head = '<marker id="head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    head += '<path d="M0,0 L8,4 L0,8 z" fill="#6d86a0"/></marker>'
    body = "\n".join(lines)
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    title = "<title>The rooms of glance/ and what each imports; arrows go down only</title>"
    return f"{opening}\n{title}\n<style>{STYLE}</style>\n<defs>{head}</defs>\n{body}\n</svg>\n"


def _about(room: Path) -> str:
    """Return the first sentence of a room's docstring, without what stands in brackets."""
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return text.split("\n", maxsplit=1)[0].split(" (")[0].rstrip(". ").replace("`", "")


def _imported(room: Path) -> set[str]:
    """Return the rooms that any module of a room imports, at its top or inside its functions."""
    return {name for path in room.rglob("*.py") for name in _names(ast.parse(path.read_text(encoding="utf-8")))}


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("glance."):
            yield (node.module or "").split(".")[1]
        elif isinstance(node, ast.ImportFrom) and node.module == "glance":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("glance."))


def _floors(arrows: dict[str, set[str]]) -> dict[str, int]:
    """Return each room's floor, from 1 on.

    Raises:
        ValueError: Rooms import one another in a circle.
    """
    floors: dict[str, int] = {}
    while len(floors) < len(arrows):
        ready = [room for room, below in arrows.items() if room not in floors and below <= set(floors)]
        if not ready:
            raise ValueError(f"rooms import one another in a circle: {sorted(set(arrows) - set(floors))}")
        floors |= {room: 1 + max((floors[target] for target in arrows[room]), default=0) for room in ready}
    return floors


def _reduced(arrows: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Yield the arrows that no longer way implies."""

    def below(room: str) -> set[str]:
        return arrows[room].union(*(below(target) for target in arrows[room])) if arrows[room] else set()

    for room, targets in arrows.items():
        implied = set().union(*(below(target) for target in targets)) if targets else set()
        yield from ((room, target) for target in targets - implied)


def _places(floors: dict[str, int], arrows: dict[str, set[str]]) -> dict[str, int]:
    """Return the middle of each room, in pixels: a floor's rooms at equal distances, near what they import."""
    places: dict[str, int] = {}
    for floor in range(1, max(floors.values()) + 1):
        here = [room for room in floors if floors[room] == floor]

        def pull(room: str) -> tuple[float, str]:
            known = [places[target] for target in arrows[room] if target in places]
            return sum(known) / len(known) if known else WIDTH / 2, room

        for index, room in enumerate(sorted(here, key=pull)):
            # Every other floor stands closer, so that an arrow past a floor finds a gap between its rooms.
            share = (index + 0.5) / len(here) if floor % 2 else (index + 1) / (len(here) + 1)
            places[room] = round(share * WIDTH)
    return places


def _box(name: str, about: str, middle: int, top: int, width: int, kind: str) -> list[str]:
    left, lines = middle - width // 2, _wrapped(about, width // 6)
    texts = [f'<text class="name" x="{middle}" y="{top + 22}">{escape(name)}</text>']
    for index, line in enumerate(lines):
        texts.append(f'<text class="about" x="{middle}" y="{top + 40 + 14 * index}">{escape(line)}</text>')
    box = f'<rect class="{kind}" x="{left}" y="{top}" width="{width}" height="{ROOM_HEIGHT}" rx="7"/>'
    return [box, *texts]


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` characters."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8", newline="\n")
