"""Expressions: text such as `0.7 + 0.1*sin(2*pi*t/20)` compiled once to numpy, evaluated once for all frames.

A text goes through three gates. Its characters and their order are checked first, so that mistakes are found at their
column in plain words; then Python's own parser gives a tree; then each node of the tree must be on a short list, and
becomes a closure over numpy. Nothing is ever executed as Python. All numbers are 64-bit floats, so no power or product
can grow without bound; length and nesting are limited, so no text takes long.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from glance.errors import ScheduleError
from glance.limits import FORMULA_BRACKETS, FORMULA_CHARACTERS
from glance.schedule.easing import EASINGS
from glance.schedule.hints import unknown_name, unknown_stem
from glance.schedule.signals import Signals
from glance.system.loose_json import decimal_comma
from glance.system.suggest import did_you_mean

#: What an expression's parts evaluate to: one number, or one number or truth value per frame.
Value: TypeAlias = Any


@dataclass(frozen=True)
class Function:
    """One function of the schedules' language.

    Attributes:
        call: What it does, on floats and float64 or bool arrays.
        least: Least number of arguments.
        most: Greatest number of arguments.
        usage: How it is written, for error messages and the documentation.
        help: What it gives, in a few words.
        whole: Whether it looks at other frames; then `call` also gets the frame rate as its last argument.
    """

    call: Callable[..., Value]
    least: int
    most: int
    usage: str
    help: str
    whole: bool = False


def _pulse(phase: Value, width: Value = 0.5) -> Value:
    return np.where(np.mod(phase, 1.0) < width, 1.0, 0.0)


def _lerp(start: Value, end: Value, share: Value) -> Value:
    return start + (end - start) * share


def smooth(x: Value, seconds: Value, fps: float) -> Value:
    """Return x (n,) smoothed by a centerd triangle, so that peaks stay where they are.

    The triangle reaches `seconds` to either side, whatever the frame rate; at the song's ends the part that is left of
    it counts. It is a box applied twice, the box being the difference of the running integral, so any width costs O(n).
    """
    values = np.atleast_1d(np.asarray(x, dtype=np.float64))
    half = max(float(np.max(seconds)), 0.0) * fps / 2
    if values.size == 1 or half <= 0:
        return x
    for _ in range(2):
        values = _box(values, half)
    return values


def change(x: Value, fps: float) -> Value:
    """Return by how much x (n,) has changed since the frame before; the first frame changes as the second does.

    It makes a move per frame out of a place: a path that comes back has moves that add up to nothing.
    """
    values = np.atleast_1d(np.asarray(x, dtype=np.float64))
    if values.size < 2:
        return np.zeros_like(values) if np.ndim(x) else 0.0
    moved = np.diff(values)
    return np.concatenate([moved[:1], moved])


#: Frequencies of `wander`; none is a simple ratio of another.
_WAVES = (0.5, 0.6137, 0.7549, 0.9281, 1.1447, 1.4121, 1.7421)


def wander(x: Value, number: Value) -> Value:
    """Return smooth noise in [-1, 1] around 0, of waves between half and twice as long as one whole x.

    A sum of sines whose frequencies share no period and whose phases `number` decides, so it goes on for ever without
    coming back, and holds nothing that is faster than its waves: a hand, not a tremor.
    """
    key = int(abs(float(np.max(number)))) % 2**32
    phases = np.random.default_rng([key, 71]).uniform(0.0, math.tau, len(_WAVES))
    waves = [np.sin(math.tau * wave * np.asarray(x) + phase) for wave, phase in zip(_WAVES, phases, strict=True)]
    return np.sum(waves, axis=0) / len(_WAVES)


def _box(values: NDArray[np.float64], half: float) -> NDArray[np.float64]:
    # Frame i covers [i, i + 1); the box around its middle is [i + 0.5 - half, i + 0.5 + half], cut to the song.
    edges = np.arange(values.size + 1, dtype=np.float64)
    integral = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    middle, reach = edges[:-1] + 0.5, max(half, 0.5)
    low, high = np.maximum(middle - reach, 0.0), np.minimum(middle + reach, edges[-1])
    return np.asarray((np.interp(high, edges, integral) - np.interp(low, edges, integral)) / (high - low))


def decay(x: Value, seconds: Value, fps: float) -> Value:
    """Return x (n,) with peaks that ring out: y[i] = max(x[i], y[i-1] exp(-1 / (fps seconds)))."""
    values = np.atleast_1d(np.asarray(x, dtype=np.float64))
    seconds_max = float(np.max(seconds))
    if values.size == 1 or seconds_max <= 0:
        return x
    keep, level, ringing = float(np.exp(-1.0 / (fps * seconds_max))), float(values[0]), []
    for value in values.tolist():
        level = max(value, level * keep)
        ringing.append(level)
    return np.array(ringing)


def _one(call: Callable[..., Value], name: str, meaning: str) -> Function:
    return Function(call, 1, 1, f"{name}(x)", meaning)


#: Name, numpy's name, meaning.
_ELEMENTARY = (
    ("sin", "sin", "sine of an angle in radians"),
    ("cos", "cos", "cosine of an angle in radians"),
    ("tan", "tan", "tangent of an angle in radians"),
    ("arcsin", "arcsin", "angle whose sine is x, in radians"),
    ("arccos", "arccos", "angle whose cosine is x, in radians"),
    ("arctan", "arctan", "angle whose tangent is x, in radians"),
    ("asin", "arcsin", "another name of arcsin"),
    ("acos", "arccos", "another name of arccos"),
    ("atan", "arctan", "another name of arctan"),
    ("sinh", "sinh", "hyperbolic sine"),
    ("cosh", "cosh", "hyperbolic cosine"),
    ("tanh", "tanh", "hyperbolic tangent: bends large values towards -1 and 1"),
    ("arcsinh", "arcsinh", "inverse of sinh"),
    ("arccosh", "arccosh", "inverse of cosh"),
    ("arctanh", "arctanh", "inverse of tanh"),
    ("exp", "exp", "e to the power of x"),
    ("expm1", "expm1", "exp(x) - 1, exact near 0"),
    ("log", "log", "natural logarithm"),
    ("log2", "log2", "logarithm to base 2"),
    ("log10", "log10", "logarithm to base 10"),
    ("log1p", "log1p", "log(1 + x), exact near 0"),
    ("sqrt", "sqrt", "square root"),
    ("abs", "abs", "size without sign"),
    ("sign", "sign", "-1, 0 or 1"),
    ("floor", "floor", "the whole number below"),
    ("ceil", "ceil", "the whole number above"),
    ("round", "round", "the nearest whole number, halves to the even one"),
    ("trunc", "trunc", "the whole number towards 0"),
)


def _table() -> dict[str, Function]:
    table = {name: _one(getattr(np, call), name, meaning) for name, call, meaning in _ELEMENTARY}
    for name, call in (("arctan2", np.arctan2), ("atan2", np.arctan2)):
        table[name] = Function(call, 2, 2, f"{name}(y, x)", "angle of the point (x, y) in radians")
    table["hypot"] = Function(np.hypot, 2, 2, "hypot(x, y)", "length of (x, y)")
    table["fmod"] = Function(np.fmod, 2, 2, "fmod(x, y)", "remainder with the sign of x; x % y has the sign of y")
    for name, pick, which in (("min", np.minimum, "least"), ("max", np.maximum, "greatest")):
        for alias in (name, f"{name}imum"):
            table[alias] = Function(_folded(pick), 2, 16, f"{alias}(a, b, ...)", f"the {which} of them in each frame")
    table["clip"] = Function(_clip, 3, 3, "clip(x, low, high)", "x moved into [low, high]")
    table["where"] = Function(np.where, 3, 3, "where(condition, a, b)", "a in frames where it holds, else b")
    table["lerp"] = Function(_lerp, 3, 3, "lerp(a, b, x)", "a at x = 0, b at x = 1")
    table["pulse"] = Function(
        _pulse, 1, 2, "pulse(x, width)", "1 in the first `width` (0.5 if left out) of every whole x, else 0"
    )
    table["change"] = Function(change, 1, 1, "change(x)", "x less its value in the frame before", True)
    table["wander"] = Function(wander, 2, 2, "wander(x, n)", "smooth noise, a wave for every whole x; n picks it")
    table["smooth"] = Function(smooth, 2, 2, "smooth(x, seconds)", "x without its jitter, not delayed", True)
    table["decay"] = Function(decay, 2, 2, "decay(x, seconds)", "peaks of x that ring out", True)
    for name, ease in EASINGS.items():
        if name != "hold":
            table[name] = Function(ease, 1, 1, f"{name}(x)", "the easing curve, x from 0 to 1")
    return table


def _folded(pick: Callable[..., Value]) -> Callable[..., Value]:
    return lambda *values: reduce(pick, values)


def _clip(x: Value, low: Value, high: Value) -> Value:
    return np.minimum(np.maximum(x, low), high)


#: Name -> function.
FUNCTIONS: Mapping[str, Function] = MappingProxyType(_table())

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<label>\"[^\"\\\n]{1,200}\"|'[^'\\\n]{1,200}')"
    r"|(?P<op>\*\*|//|<=|>=|==|!=|[-+*/%<>&|^~(),])",
    re.ASCII,
)
#: Calls that take the name of a stem's file in quotation marks -> what is put behind the stem's name.
STEM_CALLS: Mapping[str, str] = MappingProxyType({"stem": "", "stem_onset": "_onset"})
_FOR_STEMS = 'names in quotation marks belong to stems: stem("lead vox")'
_WORDS = {"and", "or", "if", "else", "not"}


@dataclass(frozen=True)
class Scope:
    """The values of names in the frames `[start, stop)` of a song, worked out when first asked for."""

    signals: Signals
    start: int = 0
    stop: int | None = None

    def value(self, name: str) -> Value:
        """Return a name's value: a float, or an array of stop - start values. KeyError where it is not known."""
        whole = self.signals.named(name)
        return whole[self.start : self.stop] if isinstance(whole, np.ndarray) else whole

    def sliced(self, values: Value) -> Value:
        """Cut an array over all frames to this scope's frames."""
        return values[self.start : self.stop] if np.ndim(values) else values


Run: TypeAlias = Callable[[Scope], Value]


@dataclass(frozen=True)
class Expression:
    """A compiled expression.

    Attributes:
        text: Its source.
        names: Names it asks for, with the column of their first use.
        labels: Files of stems it asks for, with the column of their first use.
        run: Gives its values in a scope.
    """

    text: str
    names: Mapping[str, int]
    labels: Mapping[str, int]
    run: Run

    def values(self, scope: Scope) -> Value:
        """Return one float, or an array with one value per frame of the scope; infinities and NaN are passed on.

        Raises:
            ScheduleError: It asks for a name that the song does not have.
        """
        for name, column in self.names.items():
            if not scope.signals.knows(name):
                raise ScheduleError("", self.text, column, unknown_name(name, scope.signals), len(name))
        for label, column in self.labels.items():
            if scope.signals.stem(label) is None:
                hint = unknown_stem(label, scope.signals)
                raise ScheduleError("", self.text, column, hint, len(label) + 2)
        with np.errstate(all="ignore"):
            return self.run(scope)


@lru_cache(maxsize=8192)
def compile_expression(text: str) -> Expression:
    """Compile an expression.

    Raises:
        ScheduleError: It is not one; its column counts from the start of `text`, its channel is empty.
    """
    if len(text) > FORMULA_CHARACTERS:
        hint = f"an expression may have {FORMULA_CHARACTERS} characters, found {len(text)}"
        raise ScheduleError("", text, FORMULA_CHARACTERS, hint)
    _check_tokens(text)
    # Python reads an indented or broken line differently; blanks of the same length keep every column.
    flat = re.sub(r"\s", " ", text)
    indent = len(flat) - len(flat.lstrip())
    try:
        tree = ast.parse(flat.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        column = indent + max(0, (getattr(error, "offset", None) or 1) - 1)
        raise ScheduleError("", text, min(column, len(text) - 1), "this does not read as a formula") from None
    if isinstance(tree.body, ast.Tuple):
        column = text.index(",", indent + (tree.body.elts[0].end_col_offset or 0))
        hint = decimal_comma(text[:column], text[column + 1 :]) or "a comma stands only between a function's values"
        raise ScheduleError("", text, column, hint)
    compiler = _Compiler(text, indent)
    run = compiler.node(tree.body, 0)
    return Expression(text, MappingProxyType(compiler.names), MappingProxyType(compiler.labels), run)


def _check_tokens(text: str) -> None:
    """Check characters, brackets, and that values and operators take turns."""
    opened: list[int] = []
    position, after_value, last = 0, False, ""
    while (position := _skip_blanks(text, position)) < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise ScheduleError("", text, position, _odd_character(text[position]))
        part = match.group()
        after_value = _check_turn(text, match, after_value, last)
        if part == "(":
            opened.append(position)
        elif part == ")":
            if not opened:
                raise ScheduleError("", text, position, "this closes a bracket that was never opened")
            opened.pop()
        if len(opened) > FORMULA_BRACKETS:
            raise ScheduleError("", text, position, f"brackets may be {FORMULA_BRACKETS} deep")
        position, last = match.end(), part
    if opened:
        raise ScheduleError("", text, opened[-1], "this bracket is never closed")
    if not after_value:
        found = f"the end after `{last}`" if last else "nothing"
        raise ScheduleError("", text, max(0, len(text) - 1), f"expected a number, a name or a function, found {found}")


def _skip_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _check_turn(text: str, match: re.Match[str], after_value: bool, last: str) -> bool:
    """Return whether a value is complete after this part; raise where two values or two operators meet."""
    part, column = match.group(), match.start()
    if match.lastgroup == "number" and not math.isfinite(float(part)):
        raise ScheduleError("", text, column, "this number is too large", len(part))
    if match.lastgroup == "number" and part.isdigit() and part[0] == "0" and part.strip("0"):
        raise ScheduleError("", text, column, f"write {int(part)}, without zeros in front", len(part))
    if part in _WORDS:
        return False
    starts_value = match.lastgroup in ("number", "name", "label") or part == "("
    if match.lastgroup == "label" and last != "(":
        raise ScheduleError("", text, column, _FOR_STEMS, len(part))
    calls = part == "(" and last.isidentifier()
    if starts_value and after_value and not calls:
        hint = f"an operator such as * or + is missing between `{last}` and `{part}`"
        raise ScheduleError("", text, column, hint, len(part))
    if starts_value:
        return part != "("
    if part == ")" and last == "(":
        raise ScheduleError("", text, column, "expected a value between the brackets, found nothing")
    if not after_value and part not in ("+", "-", "~"):
        found = f"`{part}` after `{last}`" if last else f"`{part}`"
        hint = f"expected a number, a name or a function, found {found}"
        raise ScheduleError("", text, column, hint, len(part))
    return part == ")"


def _odd_character(character: str) -> str:
    if character.isdigit():
        return f"`{character}` is not one of the digits 0 to 9"
    if character == "=":
        return "expected a comparison such as ==, <= or >=, found a single ="
    return f"`{character}` has no meaning in a formula"


def _whole_division(call: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    # numexpr's whole numbers, which Deforum's formulas are made of, give 0 for both by 0.
    return lambda a, b: np.where(np.equal(b, 0), 0.0, call(a, b))


_BINARY: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.FloorDiv: _whole_division(np.floor_divide),
    ast.Mod: _whole_division(np.mod),
    ast.Pow: np.power,
}
_BITWISE: dict[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Value, Value], Value]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


class _Compiler:
    """Turns the nodes of one tree into closures and collects the names they ask for."""

    def __init__(self, text: str, indent: int) -> None:
        self.text, self.indent = text, indent
        self.names: dict[str, int] = {}
        self.labels: dict[str, int] = {}

    def node(self, node: ast.expr, depth: int) -> Run:
        """Compile one node; the table below is the whole language."""
        if depth > FORMULA_BRACKETS * 5:
            raise self.error(node, f"this formula is nested more than {FORMULA_BRACKETS * 5} deep; split it")
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise self.error(node, "formulas have numbers, names, + - * / % **, comparisons and functions; not this")
        return handler(self, node, depth + 1)

    def error(self, node: ast.expr, hint: str) -> ScheduleError:
        """Return an error that points at a node."""
        end = node.end_col_offset or node.col_offset + 1
        return ScheduleError("", self.text, self.indent + node.col_offset, hint, end - node.col_offset)

    def constant(self, node: ast.Constant, _depth: int) -> Run:
        if not isinstance(node.value, (bool, int, float)):
            label = isinstance(node.value, str)
            raise self.error(node, _FOR_STEMS if label else "expected a number here")
        value = float(node.value)
        return lambda scope: value

    def name(self, node: ast.Name, _depth: int) -> Run:
        name = node.id
        if name in FUNCTIONS:
            raise self.error(node, f"`{name}` is a function: write {FUNCTIONS[name].usage}")
        if name.startswith("_"):
            raise self.error(node, f"there is no `{name}` here")
        self.names.setdefault(name, self.indent + node.col_offset)
        return lambda scope: scope.value(name)

    def unary(self, node: ast.UnaryOp, depth: int) -> Run:
        inner = self.node(node.operand, depth)
        if isinstance(node.op, ast.USub):
            return lambda scope: np.negative(_number(inner(scope)))
        if isinstance(node.op, ast.UAdd):
            return lambda scope: _number(inner(scope))
        if isinstance(node.op, ast.Not):
            return lambda scope: np.equal(inner(scope), 0)
        return lambda scope: _inverted(inner(scope))

    def binary(self, node: ast.BinOp, depth: int) -> Run:
        left, right = self.node(node.left, depth), self.node(node.right, depth)
        if isinstance(node.op, ast.BitXor) and not (_is_truth(node.left) and _is_truth(node.right)):
            at = self.text.index("^", self.indent + (node.left.end_col_offset or 0))
            hint = "`^` is no power: it means exclusive or, as in Deforum; a power is written **, such as t**2"
            raise ScheduleError("", self.text, at, hint)
        bitwise = _BITWISE.get(type(node.op))
        if bitwise:
            return lambda scope: _as_float(bitwise(_bits(left(scope)), _bits(right(scope))))
        call = _BINARY.get(type(node.op))
        if call is None:
            raise self.error(node, "expected one of the operators + - * / // % **")
        return lambda scope: call(_number(left(scope)), _number(right(scope)))

    def compare(self, node: ast.Compare, depth: int) -> Run:
        values = [self.node(part, depth) for part in (node.left, *node.comparators)]
        calls = [_COMPARE.get(type(op)) for op in node.ops]
        if None in calls:
            raise self.error(node, "expected one of the comparisons < <= > >= == !=")

        def run(scope: Scope) -> Value:
            found = [value(scope) for value in values]
            parts = [call(a, b) for call, a, b in zip(calls, found, found[1:], strict=False) if call]
            return np.logical_and.reduce(np.broadcast_arrays(*parts))

        return run

    def logic(self, node: ast.BoolOp, depth: int) -> Run:
        values = [self.node(part, depth) for part in node.values]
        call = np.logical_and if isinstance(node.op, ast.And) else np.logical_or

        def run(scope: Scope) -> Value:
            result = values[0](scope)
            for value in values[1:]:
                result = call(result, value(scope))
            return result

        return run

    def choice(self, node: ast.IfExp, depth: int) -> Run:
        test, yes, no = (self.node(part, depth) for part in (node.test, node.body, node.orelse))
        return lambda scope: np.where(test(scope), yes(scope), no(scope))

    def call(self, node: ast.Call, depth: int) -> Run:
        if not isinstance(node.func, ast.Name):
            raise self.error(node, "only a named function can be called")
        name = node.func.id
        if name in STEM_CALLS:
            return self.stem(node, STEM_CALLS[name])
        function = FUNCTIONS.get(name)
        if function is None:
            advice = did_you_mean(name, [*FUNCTIONS, *STEM_CALLS], most=2)
            raise self.error(node.func, f"there is no function `{name}`; {advice}")
        if node.keywords or not function.least <= len(node.args) <= function.most:
            spelt = self.text[self.indent + node.col_offset : self.indent + (node.end_col_offset or 0)]
            comma = re.search(r"\d,\d", spelt)
            hint = decimal_comma(spelt[: comma.start() + 1], spelt[comma.end() - 1 :]) if comma else ""
            found = f"expected {function.usage}, found {len(node.args)} values"
            raise self.error(node, f"{found}; {hint}" if hint else found)
        arguments = [self.node(argument, depth) for argument in node.args]
        if function.whole:
            return _over_all_frames(function.call, arguments)
        return lambda scope: function.call(*(_number(argument(scope)) for argument in arguments))

    def stem(self, node: ast.Call, suffix: str) -> Run:
        """Compile `stem("lead vox")`: any file's name, whatever it is written in."""
        label = node.args[0] if len(node.args) == 1 and not node.keywords else None
        if not isinstance(label, ast.Constant) or not isinstance(label.value, str):
            raise self.error(node, 'expected the name of a stem\'s file in quotation marks: stem("lead vox")')
        text = label.value
        self.labels.setdefault(text, self.indent + label.col_offset)
        return lambda scope: scope.value(f"{scope.signals.stem(text)}{suffix}")


_HANDLERS: dict[type[ast.expr], Callable[..., Run]] = {
    ast.Constant: _Compiler.constant,
    ast.Name: _Compiler.name,
    ast.UnaryOp: _Compiler.unary,
    ast.BinOp: _Compiler.binary,
    ast.Compare: _Compiler.compare,
    ast.BoolOp: _Compiler.logic,
    ast.IfExp: _Compiler.choice,
    ast.Call: _Compiler.call,
}


def _is_truth(node: ast.expr) -> bool:
    """Return whether a node is true or false in every frame, rather than a number."""
    if isinstance(node, ast.BinOp):
        return type(node.op) in _BITWISE and _is_truth(node.left) and _is_truth(node.right)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not) or (isinstance(node.op, ast.Invert) and _is_truth(node.operand))
    return isinstance(node, ast.Compare | ast.BoolOp)


def _over_all_frames(call: Callable[..., Value], arguments: list[Run]) -> Run:
    def run(scope: Scope) -> Value:
        whole = Scope(scope.signals)
        values = [_number(argument(whole)) for argument in arguments]
        return scope.sliced(call(*values, float(scope.signals.fps)))

    return run


def _number(value: Value) -> Value:
    """Return truth values as 0 and 1, everything else as it is."""
    return value.astype(np.float64) if getattr(value, "dtype", None) == np.bool_ else value


def _bits(value: Value) -> Value:
    """Return truth values as they are and numbers cut to whole ones, for & | ^ ~."""
    array = np.asarray(value)
    return array if array.dtype == np.bool_ else np.nan_to_num(array).clip(-(2.0**62), 2.0**62).astype(np.int64)


def _inverted(value: Value) -> Value:
    return _as_float(np.invert(_bits(value)))


def _as_float(bits: Value) -> Value:
    return bits if bits.dtype == np.bool_ else bits.astype(np.float64)
