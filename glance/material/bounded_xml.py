"""XML from outside, element by element: no entities, no depth, no size without a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from glance.errors import AudioError

Attributes = dict[str, str]
#: Elements of one file, and elements within elements.
_MOST_ELEMENTS, _DEEPEST = 3_000_000, 200


def walk_xml(
    pieces: Iterable[bytes],
    name: str,
    begin: Callable[[list[str], Attributes], None],
    end: Callable[[list[str]], None] = lambda path: None,
) -> bool:
    """Call `begin(path, attributes)` at each element, with the names of those around it and its own, and `end(path)`.

    Returns:
        Whether the text was whole; what comes before a fault has been told.

    Raises:
        AudioError: It declares entities, which could expand without end or reach out, or is beyond every bound.
    """
    parser = expat.ParserCreate()
    path: list[str] = []
    count = 0

    def on_begin(tag: str, attributes: Attributes) -> None:
        nonlocal count
        count += 1
        path.append(tag)
        if count > _MOST_ELEMENTS or len(path) > _DEEPEST:
            raise AudioError(f"{name}: expected at most {_MOST_ELEMENTS:,} elements {_DEEPEST} deep, found more.")
        begin(path, attributes)

    def on_end(tag: str) -> None:
        end(path)
        path.pop()

    def refuse(*_: object) -> None:
        raise AudioError(f"{name}: expected plain XML, found entities of its own; such a file is not read.")

    parser.StartElementHandler, parser.EndElementHandler = on_begin, on_end
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = lambda *_: 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError):  # also an encoding that nobody knows
        return False
    return True
