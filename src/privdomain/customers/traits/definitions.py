"""The kinds of trait: what is asked of one customer's history, as data.

A trait is read in two ways that agree: one customer's rows (`TraitSet.of`) and a frame of everybody's
(`TraitSet.compute`). ``where`` decides which rows count, *before* anything is aggregated: "paid orders over ¥1000,
more than one" counts only orders over ¥1000. A missing value is never counted, summed, compared or picked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from attrs import field, frozen

from privdomain.customers.traits.windows import NaturalDays, RollingDays, Window
from privdomain.errors import ArgumentError
from privdomain.rules import Rule, parse_rule

__all__ = [
    "Count",
    "DaysFirstToLast",
    "DaysSince",
    "Distinct",
    "First",
    "Last",
    "Max",
    "Min",
    "Sum",
    "Trait",
    "TypicalGap",
]


def _rule(where: Rule | str | None) -> Rule | None:
    return parse_rule(where) if isinstance(where, str) else where


def _is_rule(_instance: Any, _attribute: Any, value: Any) -> None:
    if value is not None and not isinstance(value, Rule):
        raise ArgumentError(
            f"where={value!r} is {type(value).__name__}; pass a rule such as field('status') == 'paid', or its text"
        )


def _is_window(_instance: Any, _attribute: Any, value: Any) -> None:
    if value is not None and not isinstance(value, RollingDays | NaturalDays):
        raise ArgumentError(
            f"window={value!r} does not say which days are meant; write RollingDays({value!r}) for hours that roll or "
            f"NaturalDays({value!r}) for whole local days"
        )


def _is_column(instance: Any, _attribute: Any, value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise ArgumentError(f"{type(instance).__name__}({value!r}): the first argument is a column's name")


@frozen(kw_only=True)
class Trait:
    """What every kind has: ``where``, a rule (or its text) over the rows, and ``window``, a look-back."""

    where: Rule | None = field(default=None, converter=_rule, validator=_is_rule)
    window: Window | None = field(default=None, validator=_is_window)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values are aggregated."""
        return ()


@frozen
class _OfColumn(Trait):
    column: str = field(validator=_is_column)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values are aggregated."""
        return (self.column,)


@frozen
class Count(Trait):
    """How many rows; 0 where there is none."""


@frozen
class Sum(_OfColumn):
    """The sum of a column of numbers; 0 where there is none.

    A sum of whole numbers has 64 bits in a frame. One beyond ±9.2 · 10^18 is no sum of money but of something that is
    no amount (ids, a marker such as -2^63): polars wraps it around unsaid, the other engines refuse it, and
    `TraitSet.of` returns it whole.
    """


@frozen
class Min(_OfColumn):
    """The smallest value; text in code-point order."""


@frozen
class Max(_OfColumn):
    """The largest value; text in code-point order."""


@frozen
class First(_OfColumn):
    """The value of the earliest row that has one; of several in the same instant, the smallest value."""


@frozen
class Last(_OfColumn):
    """The value of the latest row that has one; of several in the same instant, the smallest value."""


def _columns(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _are_columns(_instance: Any, _attribute: Any, value: Any) -> None:
    if not value or not all(isinstance(name, str) and name for name in value):
        raise ArgumentError(
            f"Distinct({value!r}): name one column, or several that identify something together"
        )


@frozen
class Distinct(Trait):
    """How many different values; several columns are one value together: an order is one of its platform and shop.

    A value of which any part is missing does not count. Several columns must be text.
    """

    column: tuple[str, ...] = field(converter=_columns, validator=_are_columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose values are aggregated."""
        return self.column


def _last() -> Literal["last", "first"]:
    return "last"


def _is_occurrence(_instance: Any, _attribute: Any, value: Any) -> None:
    if value not in ("first", "last"):
        raise ArgumentError(
            f"occurrence={value!r}; days are counted since the 'last' row or since the 'first'"
        )


@frozen
class DaysSince(Trait):
    """Whole local days from the day of the last (or first) row to the day of ``as_of``; 0 is today."""

    occurrence: Literal["last", "first"] = field(factory=_last, kw_only=True, validator=_is_occurrence)


@frozen
class DaysFirstToLast(Trait):
    """Whole local days from the day of the first row to that of the last; 0 where all rows are of one day."""


@frozen
class TypicalGap(Trait):
    """The median number of days between one purchase day and the next; missing before the second day. 复购间隔

    Several rows of one local day are one purchase day.
    """
