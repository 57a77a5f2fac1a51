"""A rule as data: tests of one field each, joined by and, or, not.

The tree is frozen and hashable, and equal trees are equal rules: ``and`` and ``or`` are flat (their clauses are
never of their own kind), instants are in UTC, ``-0.0`` is ``0.0``, and ``1``, ``1.0`` and ``true`` are three
constants. Every constructor here checks, so that an executor meets no tree it cannot run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from numbers import Integral, Rational, Real
from typing import Any, Final, Literal, TypeAlias

from attrs import field, frozen

from privdomain.errors import RuleError, RuleTypeError
from privdomain.money import Money

__all__ = [
    "MAX_DEPTH",
    "MAX_SIZE",
    "And",
    "Constant",
    "ConstantKind",
    "Node",
    "Not",
    "Op",
    "Or",
    "Test",
    "conjunction",
    "constant",
    "disjunction",
    "family",
    "negation",
    "tests_of",
]

MAX_DEPTH: Final = 64
"""How many levels of and, or and not may stand above a test, the test included."""

MAX_SIZE: Final = 100_000
"""How many tests and constants one rule may hold."""

_INT64 = range(-(2**63), 2**63)

ConstantKind: TypeAlias = Literal["string", "int", "float", "bool", "date", "instant"]
"""What a constant is; the words are those of `privdomain.frames.schema.Kind`."""


class Op(StrEnum):
    """What a test asks of its field; the same words stand in the text and in the JSON form.

    A negated test (``!=``, ``not in``, …) is a test of its own: it is false for a missing value as well, which
    ``not`` around the positive test is not.
    """

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    NOT_IN = "not in"
    BETWEEN = "between"
    NOT_BETWEEN = "not between"
    CONTAINS = "contains"
    NOT_CONTAINS = "not contains"
    STARTS_WITH = "starts_with"
    NOT_STARTS_WITH = "not starts_with"
    ENDS_WITH = "ends_with"
    NOT_ENDS_WITH = "not ends_with"
    IS_MISSING = "is missing"
    IS_NOT_MISSING = "is not missing"


LISTS = frozenset({Op.IN, Op.NOT_IN})
RANGES = frozenset({Op.BETWEEN, Op.NOT_BETWEEN})
PRESENCE = frozenset({Op.IS_MISSING, Op.IS_NOT_MISSING})
EQUALITIES = frozenset({Op.EQ, Op.NE, *LISTS})
TEXTS = frozenset(
    {Op.CONTAINS, Op.NOT_CONTAINS, Op.STARTS_WITH, Op.NOT_STARTS_WITH, Op.ENDS_WITH, Op.NOT_ENDS_WITH}
)


@frozen
class Constant:
    """A value a field is compared with, and its kind (without which ``1 == True``)."""

    kind: ConstantKind
    value: Any  # str | int | float | bool | date | datetime, as ``kind`` says


def constant(value: object) -> Constant:
    """The constant of a Python value.

    Raises:
        RuleError: for a value no engine compares alike; the sentence says what to write.
    """
    found: Constant | None = None
    if isinstance(value, bool) or type(value).__name__ in {"bool_", "bool"}:  # numpy's own, by name
        found = Constant("bool", bool(value))
    # numpy's scalars are registered as Integral and Real; a Fraction is exact on no frame
    elif isinstance(value, Integral):
        found = _integer(int(value))
    elif isinstance(value, Real) and not isinstance(value, Rational):
        found = _float(float(value))
    elif isinstance(value, str):
        found = Constant("string", _text(str.__str__(value), "a string"))
    elif isinstance(value, datetime):
        found = _instant(value)
    elif isinstance(value, date):
        found = Constant("date", date(value.year, value.month, value.day))
    if found is None:
        raise RuleError(_refusal(value))
    return found


def _refusal(value: object) -> str:
    if value is None:
        return "a field is not compared with None; ask .is_missing() (text: is missing)"
    if isinstance(value, Decimal):
        return "a Decimal is compared exactly on no engine; write minor units as an int, or a float"
    if isinstance(value, Money):
        return "a column of amounts holds whole minor units of one currency; write the amount's .minor"
    return f"a field is compared with str, int, float, bool, date or an aware datetime, not {type(value).__name__}"


def _integer(value: int) -> Constant:
    if value not in _INT64:
        raise RuleError("a whole number in a rule has 64 bits; longer ids are strings: write it in quotes")
    return Constant("int", value)


def _float(value: float) -> Constant:
    if not isfinite(value):
        raise RuleError(f"{value} is no constant of a rule; NaN in a field is asked for by .is_missing()")
    return Constant("float", value + 0.0)  # -0.0 + 0.0 is 0.0: one zero, one text


def _instant(value: datetime) -> Constant:
    if value.utcoffset() is None:
        raise RuleError(
            f"{value.isoformat()} has no time zone and names no moment; "
            'write datetime(…, tzinfo=ZoneInfo("Asia/Shanghai"))'
        )
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        raise RuleError(f"{value.isoformat()} is outside the years 1 to 9999 in UTC") from None
    return Constant("instant", datetime.combine(moment.date(), moment.timetz()))


def _text(value: str, what: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RuleError(f"{what} holds half a surrogate pair, which no frame can store") from None
    return value


def family(kind: ConstantKind) -> str:
    """Kinds that can be compared with each other: int and float are one family, the others their own."""
    return "number" if kind in {"int", "float"} else kind


@frozen
class Test:
    """One question about one field: its name, the operation, and the constants it takes.

    No constant for ``is missing``, two for ``between``, any number from one for ``in``, else one.
    """

    __test__ = False  # pytest would collect the name

    field: str
    op: Op
    constants: tuple[Constant, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.field, str) or not self.field:
            raise RuleError(f"a field's name is a text with at least one character, not {self.field!r}")
        _text(self.field, "a field's name")
        _check_count(self)
        kinds: list[ConstantKind] = list(dict.fromkeys(one.kind for one in self.constants))
        families = {family(kind) for kind in kinds}
        if len(families) > 1:
            raise RuleTypeError(f"{self.field} {self.op} mixes {' and '.join(kinds)}; one field has one kind")
        if self.op in TEXTS and families != {"string"}:
            raise RuleTypeError(f"{self.field} {self.op} takes a string, not {', '.join(kinds)}")
        if "bool" in families and self.op not in EQUALITIES:
            raise RuleTypeError(f"{self.field} {self.op}: true and false have no order; use == or !=")
        if self.op in RANGES and self.constants[0].value > self.constants[1].value:
            raise RuleError(f"{self.field} {self.op} holds for nothing: the smaller bound comes first")

    @property
    def size(self) -> int:
        """Itself and its constants."""
        return 1 + len(self.constants)

    @property
    def depth(self) -> int:
        """One: a test is a leaf."""
        return 1


def _check_count(test: Test) -> None:
    given = len(test.constants)
    if test.op in LISTS:
        if not given:
            raise RuleError(
                f"{test.field} {test.op} an empty list: it would hold for nothing or for everybody"
            )
        if given >= MAX_SIZE:
            raise RuleError(f"{test.field} {test.op} {given:,} values; a rule holds at most {MAX_SIZE:,}")
        return
    right = 0 if test.op in PRESENCE else 2 if test.op in RANGES else 1
    if given != right:
        raise RuleError(f"{test.field} {test.op} takes {right} value(s), not {given}")


@frozen
class And:
    """Holds when every clause holds. At least two clauses, none of them an `And`."""

    clauses: tuple[Node, ...]
    size: int = field(eq=False, repr=False)
    depth: int = field(eq=False, repr=False)


@frozen
class Or:
    """Holds when some clause holds. At least two clauses, none of them an `Or`."""

    clauses: tuple[Node, ...]
    size: int = field(eq=False, repr=False)
    depth: int = field(eq=False, repr=False)


@frozen
class Not:
    """Holds when its clause does not: for a missing value too, since a test of it is false."""

    clause: Node
    size: int = field(eq=False, repr=False)
    depth: int = field(eq=False, repr=False)


Node: TypeAlias = Test | And | Or | Not


def conjunction(nodes: Iterable[Node]) -> Node:
    """All of them: flat, and the node itself when there is only one."""
    return _join(And, nodes)


def disjunction(nodes: Iterable[Node]) -> Node:
    """Any of them: flat, and the node itself when there is only one."""
    return _join(Or, nodes)


def negation(node: Node) -> Node:
    """The opposite."""
    return Not(node, *_bounded(node.size, node.depth + 1))


def _join(kind: type[And | Or], nodes: Iterable[Node]) -> Node:
    clauses: list[Node] = []
    size = depth = 0
    # sizes are carried along, not counted again: ten thousand ``&`` in a row stay cheap
    for node in nodes:
        size += node.size
        if isinstance(node, kind):
            clauses.extend(node.clauses)
            depth = max(depth, node.depth)
        else:
            clauses.append(node)
            depth = max(depth, node.depth + 1)
    if not clauses:
        raise RuleError("a rule needs at least one clause")
    if len(clauses) == 1:
        return clauses[0]
    return kind(tuple(clauses), *_bounded(size, depth))


def _bounded(size: int, depth: int) -> tuple[int, int]:
    if size > MAX_SIZE:
        raise RuleError(
            f"the rule holds more than {MAX_SIZE:,} tests and values; compare with a column instead"
        )
    if depth > MAX_DEPTH:
        raise RuleError(f"the rule is nested more than {MAX_DEPTH} levels deep")
    return size, depth


def tests_of(node: Node) -> Iterator[Test]:
    """Every test of the tree, from left to right."""
    match node:
        case Test():
            yield node
        case Not(clause=clause):
            yield from tests_of(clause)
        case And(clauses=clauses) | Or(clauses=clauses):
            for one in clauses:
                yield from tests_of(one)
