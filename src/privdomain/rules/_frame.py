"""Rules on a frame: one narwhals plan, run by polars, DuckDB or Spark, with the answers of the row reading.

Inside the plan a comparison with a missing value is null, and nulls travel through and/or as "unknown"; they become
false where the row reading says false: at the top, and under every ``not``. Columns come in the one form in which
the engines compare alike (`privdomain.frames._native`), and a constant is rewritten to its column's kind, exactly:
``n >= 2.5`` asks an int column ``n >= 3``, and a float column is never asked for 2^53 + 1.
"""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from privdomain.errors import ArgumentError, RuleError, Unsupported
from privdomain.rules._ast import LISTS, PRESENCE, RANGES, TEXTS, And, Node, Not, Op, Or, Test, tests_of
from privdomain.rules._check import ANY, check_kinds, families_of

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

__all__ = ["SPARK_TESTS", "SPARK_YEAR", "filter_frame", "frame_expr", "match_frame", "plain_expr"]

SPARK_TESTS: Final = 2_000
"""How many tests one plan may hold on Spark: its optimizer needs minutes, then the heap, for more."""

SPARK_YEAR: Final = 1583
"""The first whole year of the calendar in which Spark and Python agree on a date."""

_WIDTH: Final = (
    32  # clauses per join: DuckDB and Spark keep ``and`` as a tree of pairs, and a deep one overflows
)
_INT64: Final = 2**63


def match_frame(frame: Any, *, rules: Mapping[str, Node]) -> Any:
    """The frame with one bool column per rule."""
    from privdomain.frames._engines import add_columns, columns_of  # noqa: PLC0415  (frames load narwhals)

    have = columns_of(frame)
    _check_names(rules, have)

    def plan(lazy: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        compiler = _compiler(rules, lazy, have)
        shared = compiler.share(rules.values(), besides=have)
        marked = (lazy.with_columns(**shared) if shared else lazy).with_columns(
            **{name: compiler.exact(node) for name, node in rules.items()}
        )
        return marked.drop(*shared) if shared else marked

    return add_columns(frame, plan, reads=families_of(rules))


def filter_frame(frame: Any, *, rule: Node) -> Any:
    """The rows of the frame for which the rule holds."""
    from privdomain.frames._engines import columns_of, keep_rows  # noqa: PLC0415

    have = columns_of(frame)

    def predicate(lazy: nw.LazyFrame[Any]) -> nw.Expr:
        return _compiler({"": rule}, lazy, have).exact(rule)

    return keep_rows(frame, predicate, reads=families_of({"": rule}))


def frame_expr(rule: Node, frame: Any) -> nw.Expr:
    """The rule as an expression for this frame, checked against its columns."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    from privdomain.frames._engines import columns_of  # noqa: PLC0415

    have = columns_of(frame)
    lazy = nw.from_native(frame).lazy()
    if lazy.implementation in {nw.Implementation.PANDAS, nw.Implementation.PYARROW}:
        raise Unsupported(
            f"{lazy.implementation.value} itself answers some rules otherwise; mark the frame by match_frame, "
            "which runs it on polars and gives it back as it was"
        )
    return _compiler({"": rule}, lazy, have).exact(rule)


def plain_expr(rule: Node) -> nw.Expr:
    """The rule as an expression for any frame with the builders' columns, checked against nothing."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    families = families_of({"": rule})
    unknown = [name for name, family in families.items() if family == ANY]
    if unknown:
        raise RuleError(
            f"whether {unknown[0]!r} can be NaN is not told by the rule; pass the frame: rule.to_expr(frame)"
        )
    return _Compiler({name: _Column(nw.col(name), family) for name, family in families.items()}).exact(rule)


def _check_names(rules: Mapping[str, Node], have: Iterable[str]) -> None:
    # DuckDB and Spark tell columns apart without their case
    taken = {name.casefold() for name in have}
    for name in rules:
        if name.casefold() in taken:
            raise ArgumentError(f"a column named {name!r} is there already; give the rule another name")
        taken.add(name.casefold())


def _compiler(rules: Mapping[str, Node], lazy: nw.LazyFrame[Any], have: Iterable[str]) -> _Compiler:
    """Check the rules against the frame and bring its columns to their comparable form."""
    from privdomain.frames._dtypes import said, way_out  # noqa: PLC0415
    from privdomain.frames._native import comparable, is_spark, is_void, widest  # noqa: PLC0415
    from privdomain.frames.schema import kind_of  # noqa: PLC0415

    schema = lazy.collect_schema()
    asked = families_of(rules)
    kinds: dict[str, str] = dict.fromkeys(have, "other")
    kinds |= {name: kind_of(dtype).value for name, dtype in schema.items()}
    void = {name for name in asked if name in schema and is_void(lazy, name, schema[name])}
    others = {
        name: (said(schema[name]), way) for name in asked if name in schema and (way := way_out(schema[name]))
    }
    # a column in which nothing ever stood has every kind: all its values are missing
    check_kinds(
        rules,
        kinds | {name: "int" if asked[name] == "number" else asked[name] for name in void},
        others=others,
    )
    if is_spark(lazy) and sum(1 for node in rules.values() for _ in tests_of(node)) > SPARK_TESTS:
        raise Unsupported(
            f"a plan on Spark holds at most {SPARK_TESTS:,} tests; mark the frame in several steps"
        )
    if is_spark(lazy):
        _check_years(rules)
    return _Compiler(
        {
            name: _Column(
                comparable(lazy, name, schema[name]),
                "void" if name in void else kinds[name],
                widest(schema[name]),
            )
            for name in asked
        }
    )


def _check_years(rules: Mapping[str, Node]) -> None:
    """Spark takes a moment through the JVM's calendar, which was another one before 1583, and fails on some."""
    for node in rules.values():
        for test in tests_of(node):
            early = [
                one for one in test.constants if isinstance(one.value, date) and one.value.year < SPARK_YEAR
            ]
            if early:
                raise Unsupported(
                    f"{test.field} {test.op} {early[0].value.isoformat()}: a plan on Spark holds dates and instants "
                    f"from the year {SPARK_YEAR} on; ask for what is missing by is missing"
                )


@frozen
class _Column:
    """A column and its kind; ``number`` where only "int or float" is known, ``void`` where nothing stands."""

    expr: nw.Expr
    kind: str
    widest: int = _INT64 - 1
    """Beyond it no value of a whole column lies; Spark cannot even be told such a number."""

    @property
    def may_be_nan(self) -> bool:
        return self.kind in {"float", "number"}


class _Compiler:
    """Turns nodes into expressions over the given columns."""

    def __init__(self, columns: Mapping[str, _Column]) -> None:
        import narwhals.stable.v2 as nw  # noqa: PLC0415

        self._nw = nw
        self._columns = columns
        self._shared: dict[Test, nw.Expr] = {}

    def share(self, nodes: Iterable[Node], *, besides: Iterable[str]) -> dict[str, nw.Expr]:
        """Columns for the tests that stand in several places, to be made in a step before the rules."""
        count = Counter(test for node in nodes for test in tests_of(node))
        again = [test for test, times in count.items() if times > 1 and test.op not in PRESENCE]
        prefix = "test " + "_" * max(
            (len(name) for name in besides), default=0
        )  # longer than any column's name
        names = [f"{prefix}{position}" for position in range(len(again))]
        made = {name: self._compared(test) for name, test in zip(names, again, strict=True)}
        self._shared = {test: self._nw.col(name) for name, test in zip(names, again, strict=True)}
        return made

    def exact(self, node: Node) -> nw.Expr:
        """The node as an expression that is true or false, never null."""
        expr, decided = self._node(node)
        return expr if decided else expr.fill_null(value=False)

    def _node(self, node: Node) -> tuple[nw.Expr, bool]:
        """The expression, and whether it is never null."""
        match node:
            case Test():
                return self._test(node)
            case Not(clause=clause):
                return ~self.exact(clause), True
            case And(clauses=clauses) | Or(clauses=clauses):
                parts = [self._node(clause) for clause in clauses]
                joined = self._join([expr for expr, _ in parts], every=isinstance(node, And))
                return joined, all(decided for _, decided in parts)

    def _join(self, parts: list[nw.Expr], *, every: bool) -> nw.Expr:
        fold = self._nw.all_horizontal if every else self._nw.any_horizontal
        while len(parts) > 1:
            groups = [parts[start : start + _WIDTH] for start in range(0, len(parts), _WIDTH)]
            parts = [fold(*group, ignore_nulls=False) if len(group) > 1 else group[0] for group in groups]
        return parts[0]

    # --- tests

    def _test(self, test: Test) -> tuple[nw.Expr, bool]:
        if test.op in PRESENCE:
            missing = self._missing(self._columns[test.field])
            return (missing if test.op is Op.IS_MISSING else ~missing), True
        shared = self._shared.get(test)
        return (self._compared(test) if shared is None else shared), False

    def _compared(self, test: Test) -> nw.Expr:
        column, op = self._columns[test.field], test.op
        if column.kind == "void":
            return self._never(column)
        if op in TEXTS:
            return _text(column.expr, test)
        if column.kind in {"int", "float", "number"}:
            return self._number(column, test)
        values = [one.value for one in test.constants]
        if op in LISTS:
            found = self._among(column, values)
            return found if op is Op.IN else ~found
        return _ordered(column.expr, op, values)

    def _missing(self, column: _Column) -> nw.Expr:
        null = column.expr.is_null()
        return null | column.expr.is_nan() if column.may_be_nan else null

    def _among(self, column: _Column, values: list[Any]) -> nw.Expr:
        if column.kind != "instant":
            return column.expr.is_in(values)
        # engines read a list of instants in zones of their own; single ones they agree on
        return self._join([column.expr == value for value in dict.fromkeys(values)], every=False)

    # --- numbers: constants become the column's kind without losing a bit

    def _number(self, column: _Column, test: Test) -> nw.Expr:
        op, given = test.op, [one.value for one in test.constants]
        if op in {Op.IN, Op.NOT_IN}:
            alike = [found for value in given if (found := _alike(column, value)) is not None]
            inside = self._among_numbers(column, alike)
            return inside if op is Op.IN else self._real(column, ~inside)
        if op is Op.BETWEEN:
            return self._bound(column, Op.GE, given[0]) & self._bound(column, Op.LE, given[1])
        if op is Op.NOT_BETWEEN:
            outside = self._bound(column, Op.LT, given[0]) | self._bound(column, Op.GT, given[1])
            return self._real(column, outside)
        if op in {Op.EQ, Op.NE}:
            alike_one = _alike(column, given[0])
            same = self._never(column) if alike_one is None else column.expr == alike_one
            return same if op is Op.EQ else self._real(column, ~same)
        bound = self._bound(column, op, given[0])
        return bound if op in {Op.LT, Op.LE} else self._real(column, bound)

    def _among_numbers(self, column: _Column, values: list[float]) -> nw.Expr:
        # a list has one type: whole numbers of more than 64 bits stand by themselves
        listed: list[float] = []
        wide: list[float] = []
        for value in values:
            (listed if isinstance(value, float) or abs(value) < _INT64 else wide).append(value)
        parts: list[nw.Expr] = [column.expr == value for value in wide]
        if listed:
            parts.append(column.expr.is_in(listed))
        return self._join(parts, every=False) if parts else self._never(column)

    def _real(self, column: _Column, expr: nw.Expr) -> nw.Expr:
        """Without NaN, which every engine holds larger than all numbers."""
        return expr & ~column.expr.is_nan() if column.may_be_nan else expr

    def _never(self, column: _Column) -> nw.Expr:
        """False for a value, null for null."""
        return column.expr != column.expr

    def _bound(self, column: _Column, op: Op, value: float) -> nw.Expr:
        """``column op value`` for an ordering, exactly."""
        below = op in {Op.LT, Op.LE}
        bound = _limit(column, value, below=below)
        if bound is None:  # beyond every value of the column
            holds = (value > 0) is below
            return ~self._never(column) if holds else self._never(column)
        if bound == value:
            return _ordered(column.expr, op, [bound])
        return column.expr <= bound if below else column.expr >= bound


def _text(expr: nw.Expr, test: Test) -> nw.Expr:
    wanted: str = test.constants[0].value
    if test.op in {Op.CONTAINS, Op.NOT_CONTAINS}:
        found = expr.str.contains(wanted, literal=True)
    elif test.op in {Op.STARTS_WITH, Op.NOT_STARTS_WITH}:
        found = expr.str.starts_with(wanted)
    else:
        found = expr.str.ends_with(wanted)
    return found if test.op in {Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH} else ~found


def _ordered(expr: nw.Expr, op: Op, values: list[Any]) -> nw.Expr:
    """A comparison with constants of the column's own kind."""
    if op in RANGES:  # not is_between(), which takes a text for the name of a column
        above: nw.Expr = expr >= values[0]
        inside: nw.Expr = above & (expr <= values[1])
        return inside if op is Op.BETWEEN else ~inside
    return _COMPARE[op](expr, values[0])


_COMPARE: Final[Mapping[Op, Callable[[nw.Expr, Any], nw.Expr]]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


def _alike(column: _Column, value: float) -> float | None:
    """The constant in the column's kind, None when no value of that kind equals it."""
    limit = _limit(column, value, below=True)
    return limit if limit == value else None


def _limit(column: _Column, value: float, *, below: bool) -> float | None:
    """The largest value of the column's kind that is ``<= value`` (or the smallest ``>= value``).

    None when a whole column has no value so large.
    """
    if column.kind == "float":
        return _nearest_float(value, below=below)
    if column.kind == "number":
        return _kindless(value)
    whole = math.floor(value) if below else math.ceil(value)
    return whole if -column.widest - 1 <= whole <= column.widest else None


def _nearest_float(value: float, *, below: bool) -> float:
    near = float(value)
    # Python compares an int with a float exactly, which is the whole point here
    if below:
        return near if near <= value else math.nextafter(near, -math.inf)
    return near if near >= value else math.nextafter(near, math.inf)


def _kindless(value: float) -> float:
    """A constant that int and float columns compare with alike: a whole number both have, or one below 2^53."""
    whole = math.floor(value)
    if value == whole and float(value) == value and -_INT64 <= whole < _INT64:
        return whole
    # not whole, so below 2^53, or beyond all whole columns: no whole number is rounded across it
    if isinstance(value, float) and value != _INT64:
        return value
    raise RuleError(f"{value} is no float; say what its column is by passing the frame: rule.to_expr(frame)")
