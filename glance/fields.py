"""What a person can set: help, unit and range of a field, held once on the field itself and read from there.

A field says it with `Annotated[float, about("How far the camera goes", 0, 3)]`. Messages, the page, the settings page
and the documents read it by `fields_of` and `out_of_range`, so that none of them has numbers of its own.

The range stands in the JSON schema (`minimum`, `maximum`), not in msgspec's own `ge` and `le`: those would refuse a
whole file for one number, where a person should see the project with that field marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from glance.limits import finite

_LEAST = ("minimum", "exclusiveMinimum")
_MOST = ("maximum", "exclusiveMaximum")


@dataclass(frozen=True)
class Span:
    """The numbers that a field may hold.

    Attributes:
        low: The least.
        high: The largest.
        above: Whether `low` itself is excluded.
        below: Whether `high` itself is excluded.
        step: The number must be a multiple of this; 0 for any number.
    """

    low: float
    high: float
    above: bool = False
    below: bool = False
    step: int = 0

    def __contains__(self, value: object) -> bool:
        """Return whether a value is such a number; a NaN and a number that no double can hold are none."""
        number = finite(value)
        if number is None or (self.step and number % self.step):
            return False
        return (self.low < number if self.above else self.low <= number) and (
            number < self.high if self.below else number <= self.high
        )

    def __str__(self) -> str:
        """Return the range in words, such as `a number from 0 to 3`."""
        least = f"above {self.low:g}," if self.above else f"from {self.low:g}"
        return f"a number {least} to {'below ' if self.below else ''}{self.high:g}"


@dataclass(frozen=True)
class Field:
    """A field of a project.

    Attributes:
        path: Its place, with `[]` for each of a list, such as `scenes[].motion`.
        kind: What it holds, such as `number`, `text` or `list`.
        help: What it does.
        unit: What a number counts, such as `px`; empty where it is a plain number.
        span: Its range; None where it has none.
        choices: The words it may hold; empty for any.
        default: Its value where nobody has set it; `msgspec.NODEFAULT` where it has to be set.
    """

    path: str
    kind: str
    help: str
    unit: str
    span: Span | None
    choices: tuple[Any, ...]
    default: Any


def about(
    help: str,  # noqa: A002 - the field's name too
    low: float | None = None,
    high: float | None = None,
    *,
    unit: str = "",
    ends: str = "[]",
    step: int = 0,
) -> msgspec.Meta:
    """Return what stands on a field: its help, and a number's range and unit.

    Args:
        help: What it does, as a part of a sentence.
        low: The least number.
        high: The largest number.
        unit: What it counts.
        ends: Which ends of the range belong to it: `(]` leaves out the least, `[)` the largest.
        step: The number must be a multiple of this.
    """
    schema: dict[str, Any] = {}
    if low is not None and high is not None:
        schema = {_LEAST[ends[0] == "("]: low, _MOST[ends[1] == ")"]: high}
    if step:
        schema["multipleOf"] = step
    return msgspec.Meta(description=help, extra_json_schema=schema, extra={"unit": unit})


@lru_cache(maxsize=8)
def fields_of(kind: type) -> tuple[Field, ...]:
    """Return all fields of a struct or dataclass, those of the structs within it after their own field."""
    return tuple(_fields(inspect.type_info(kind), ""))


def field_of(kind: type, path: str) -> Field:
    """Return the field of that path."""
    return next(field for field in fields_of(kind) if field.path == path)


def span_of(kind: type, path: str) -> Span:
    """Return the range of the number field of that path."""
    span = field_of(kind, path).span
    if span is None:
        raise KeyError(path)
    return span


def out_of_range(value: Any) -> Iterator[tuple[str, Any, Span]]:
    """Yield (path, number, range) of every number in a struct or dataclass that is not in its range."""
    ranges = _compiled(value.__class__)
    if ranges is not None:
        yield from _outside(value, ranges, "")


@dataclass(frozen=True)
class _Ranges:
    """The ranges in a type: of the value itself, its fields (attribute, name, ...), its places, or all its items."""

    span: Span | None = None
    fields: tuple[tuple[str, str, _Ranges], ...] = ()
    places: tuple[_Ranges | None, ...] = ()
    items: _Ranges | None = None


def _outside(value: Any, ranges: _Ranges, path: str) -> Iterator[tuple[str, Any, Span]]:
    if value is None:
        return
    if ranges.span is not None and value not in ranges.span:
        yield path, value, ranges.span
    for attribute, name, inner in ranges.fields:
        yield from _outside(getattr(value, attribute), inner, f"{path}.{name}" if path else name)
    places = ranges.places or ((ranges.items,) * len(value) if ranges.items else ())
    for index, place in enumerate(places):
        if place is not None:
            yield from _outside(value[index], place, f"{path}[{index}]")


@lru_cache(maxsize=32)
def _compiled(kind: type) -> _Ranges | None:
    return _ranges(inspect.type_info(kind))


def _ranges(node: inspect.Type) -> _Ranges | None:
    span = _span(node)
    node = _bare(node)
    fields: list[tuple[str, str, _Ranges]] = []
    places: tuple[_Ranges | None, ...] = ()
    items = None
    if isinstance(node, inspect.StructType | inspect.DataclassType):
        for each in node.fields:
            inner = _ranges(each.type)
            if inner is not None:
                fields.append((each.name, each.encode_name, inner))
    elif isinstance(node, inspect.TupleType):
        places = tuple(_ranges(each) for each in node.item_types)
    elif isinstance(node, inspect.VarTupleType):
        items = _ranges(node.item_type)
    if span is None and not fields and items is None and not any(places):
        return None
    return _Ranges(span, tuple(fields), places, items)


def _fields(node: inspect.Type, path: str) -> Iterator[Field]:
    node = _bare(node)
    if isinstance(node, inspect.VarTupleType):
        yield from _fields(node.item_type, f"{path}[]")
    if not isinstance(node, inspect.StructType | inspect.DataclassType):
        return
    hints = get_type_hints(node.cls)
    for each in node.fields:
        where = f"{path}.{each.encode_name}" if path else each.encode_name
        schema, extra = _facts(each.type)
        bare = _bare(each.type)
        # msgspec sorts them; a person reads them as they were written.
        choices = _literals(hints[each.name]) if isinstance(bare, inspect.LiteralType) else ()
        default = each.default
        if each.default_factory is not msgspec.NODEFAULT:
            default = cast(Any, each.default_factory)()
        text = str(schema.get("description", ""))
        yield Field(where, _kind(bare), text, str(extra.get("unit", "")), _span(each.type), choices, default)
        yield from _fields(each.type, where)


def _literals(hint: Any) -> tuple[Any, ...]:
    """Return the words of a `Literal`, perhaps with a None beside it."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for each in get_args(hint) if (found := _literals(each))), ())


_KINDS: dict[type, str] = {
    inspect.FloatType: "number",
    inspect.IntType: "whole number",
    inspect.StrType: "text",
    inspect.BoolType: "yes or no",
    inspect.LiteralType: "choice",
    inspect.VarTupleType: "list",
    inspect.TupleType: "list",
    inspect.DictType: "names with values",
}


def _kind(node: inspect.Type) -> str:
    return _KINDS.get(type(node), "group")


def _facts(node: inspect.Type) -> tuple[dict[str, Any], dict[str, Any]]:
    if isinstance(node, inspect.Metadata):
        return node.extra_json_schema or {}, node.extra or {}
    return {}, {}


def _bare(node: inspect.Type) -> inspect.Type:
    """Return a type without its metadata, and without the None that it may be instead."""
    if isinstance(node, inspect.Metadata):
        return _bare(node.type)
    if isinstance(node, inspect.UnionType):
        return _bare(next(each for each in node.types if not isinstance(each, inspect.NoneType)))
    return node


def _span(node: inspect.Type) -> Span | None:
    schema, _ = _facts(node)
    low = next((schema[name] for name in _LEAST if name in schema), None)
    high = next((schema[name] for name in _MOST if name in schema), None)
    if low is None or high is None:
        return None
    return Span(low, high, _LEAST[1] in schema, _MOST[1] in schema, schema.get("multipleOf", 0))
