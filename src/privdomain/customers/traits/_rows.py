"""The same traits read from one customer's rows, one at a time: the meaning that the plan is held to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, TypeAlias

from privdomain.customers._moments import Cut
from privdomain.customers.traits._layout import Layout, is_money
from privdomain.customers.traits.definitions import (
    Count,
    DaysFirstToLast,
    DaysSince,
    Distinct,
    First,
    Last,
    Max,
    Min,
    Sum,
    Trait,
    TypicalGap,
)
from privdomain.customers.traits.windows import NaturalDays, RollingDays
from privdomain.errors import ArgumentError

__all__ = ["read_rows"]

Row: TypeAlias = Mapping[str, Any]


def read_rows(
    rows: Iterable[Row], traits: Mapping[str, Trait], *, layout: Layout, cut: Cut
) -> dict[str, Any]:
    """The traits of one customer; a column that a row does not have is missing there.

    Raises:
        ArgumentError: for rows of several customers or currencies, or a time that is none.
    """
    seen = [row for row in rows if _lies_before(row, layout, cut)]
    keys = {tuple(row.get(name) for name in layout.by) for row in seen}
    if len(keys) > 1:
        raise ArgumentError(
            f"these are rows of {len(keys)} customers by {', '.join(layout.by)}; pass one's at a time"
        )
    if layout.currency is None and "currency" not in layout.by and any(map(is_money, traits.values())):
        found = {row["currency"] for row in seen if row.get("currency") is not None}
        if len(found) > 1:
            raise ArgumentError(layout.mixed(found))
    return {
        name: _outcome(trait, _chosen(trait, seen, layout, cut), layout, cut)
        for name, trait in traits.items()
    }


def _lies_before(row: Row, layout: Layout, cut: Cut) -> bool:
    day = row.get(layout.day)
    if day is not None and (isinstance(day, datetime) or not isinstance(day, date)):
        raise ArgumentError(f"{layout.day}={day!r} is {type(day).__name__}; expected a date, the local day")
    if layout.at is None:
        return day is not None and day < cut.day
    at = row.get(layout.at)
    if at is None:
        return False
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise ArgumentError(f"{layout.at}={at!r} is no instant; expected an aware datetime")
    return at < cut.instant


def _chosen(trait: Trait, rows: Sequence[Row], layout: Layout, cut: Cut) -> list[Row]:
    tests: list[Callable[[Row], bool]] = []
    if trait.where is not None:
        tests.append(trait.where.matches)
    match trait.window:
        case RollingDays(days):
            start = cut.instant - timedelta(days=days)
            tests.append(lambda row: row[layout.order] >= start)
        case NaturalDays(days):
            first = cut.day - timedelta(days=days)
            tests.append(lambda row: row.get(layout.day) is not None and first <= row[layout.day] < cut.day)
        case None:
            pass
    if layout.currency is not None and is_money(trait):
        tests.append(lambda row: row.get("currency") == layout.currency)
    return [row for row in rows if all(test(row) for test in tests)]


def _present(row: Row, column: str) -> Any:
    value = row.get(column)
    return None if value is None or value != value else value  # noqa: PLR0124  (NaN is missing)


def _outcome(trait: Trait, rows: Sequence[Row], layout: Layout, cut: Cut) -> Any:
    match trait:
        case Count():
            return len(rows)
        case Distinct():
            values = {tuple(_present(row, name) for name in trait.column) for row in rows}
            return sum(None not in value for value in values)
        case Sum() | Min() | Max() | First() | Last():
            valued = [(row, value) for row in rows if (value := _present(row, trait.column)) is not None]
            return _of_values(trait, valued, layout)
        case _:
            return _of_days(trait, {row[layout.day] for row in rows if row.get(layout.day) is not None}, cut)


def _of_values(trait: Trait, valued: Sequence[tuple[Row, Any]], layout: Layout) -> Any:
    values = [value for _, value in valued]
    match trait:
        case Sum():
            return sum(values)
        case Min():
            return min(values, default=None)
        case Max():
            return max(values, default=None)
        case _:
            edge = (min if isinstance(trait, First) else max)(
                (row[layout.order] for row, _ in valued), default=None
            )
            return min((value for row, value in valued if row[layout.order] == edge), default=None)


def _of_days(trait: Trait, days: set[date], cut: Cut) -> Any:
    match trait:
        case DaysSince():
            return (cut.day - (max if trait.occurrence == "last" else min)(days)).days if days else None
        case DaysFirstToLast():
            return (max(days) - min(days)).days if days else None
        case TypicalGap():
            ordered = sorted(days)
            gaps = [(after - before).days for before, after in pairwise(ordered)]
            return float(median(gaps)) if gaps else None
        case _:
            raise AssertionError(trait)  # pragma: no cover  (TraitSet admits these kinds only)
