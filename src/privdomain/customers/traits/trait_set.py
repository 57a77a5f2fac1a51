"""Traits under their names, and the two ways of reading them: one customer's rows, or a frame of everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from privdomain.calendar import BUSINESS_ZONE, Zone, find_zone
from privdomain.customers._moments import cut_at
from privdomain.customers.traits._layout import Layout, is_money
from privdomain.customers.traits._rows import read_rows
from privdomain.customers.traits.definitions import Distinct, Sum, Trait
from privdomain.customers.traits.windows import RollingDays
from privdomain.errors import ArgumentError, FrameError, Problem, nearest

if TYPE_CHECKING:
    from privdomain.frames.schema import Kind

__all__ = ["TraitSet"]


class TraitSet:
    """Named traits of one customer's history, computed in one pass over the rows.

    Only rows before ``as_of`` are seen, by the instant column ``at``; a row without a time or a key is no history.
    A ``date`` as ``as_of`` is the first moment of that day in ``zone``.

    Args:
        traits: Traits by the name of the column each becomes.
        by: The column, or columns, whose values tell customers apart.
        at: The column with the instant of a row; None where rows have only a day.
        day: The column with its local day, made by whoever built the frame.
        zone: The zone of those days.
        currency: The one currency whose amounts count. Without it, amounts (columns named ``…_minor``) of
            several currencies are refused unless ``by`` keeps them apart.

    ```python
    from datetime import UTC, date, datetime
    import polars as pl
    from privdomain.customers.traits import Count, DaysSince, RollingDays, Sum, TraitSet
    from privdomain.rules import field

    traits = TraitSet(
        {
            "days_since_last_order": DaysSince(),
            "spend_30d_minor": Sum("paid_minor", window=RollingDays(30)),
            "large_lines": Count(where=field("paid_minor") > 100_000),
        }
    )
    lines = pl.DataFrame(
        {
            "customer_id": ["c1", "c1", "c2"],
            "paid_minor": [120_000, 3_000, 5_000],
            "paid_at": [datetime(2026, m, 3, 12, tzinfo=UTC) for m in (1, 6, 6)],
            "order_date": [date(2026, m, 3) for m in (1, 6, 6)],
        }
    )
    got = traits.compute(lines, as_of=date(2026, 6, 5))
    assert got.row(0) == ("c1", 2, 3_000, 1)
    one = lines.filter(pl.col("customer_id") == "c1").to_dicts()
    assert traits.of(one, as_of=date(2026, 6, 5)) == {
        "days_since_last_order": 2, "spend_30d_minor": 3_000, "large_lines": 1
    }
    ```

    Raises:
        ArgumentError: for traits whose names clash with columns, or windows that the time column cannot tell.
    """

    def __init__(
        self,
        traits: Mapping[str, Trait],
        *,
        by: str | Sequence[str] = "customer_id",
        at: str | None = "paid_at",
        day: str = "order_date",
        zone: Zone = BUSINESS_ZONE,
        currency: str | None = None,
    ) -> None:
        self.traits: Final = MappingProxyType(dict(traits))
        self.zone: Final = find_zone(zone)
        self._layout = Layout(
            by=(by,) if isinstance(by, str) else tuple(by), at=at, day=day, currency=currency
        )
        self._check_definitions()

    @property
    def by(self) -> tuple[str, ...]:
        """The columns that tell customers apart."""
        return self._layout.by

    @property
    def names(self) -> tuple[str, ...]:
        """The traits' names, in the order of their columns."""
        return tuple(self.traits)

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns a frame must have, in the order of first use."""
        layout = self._layout
        found = [*layout.by, *([layout.at] if layout.at else []), layout.day]
        for trait in self.traits.values():
            found += [*trait.columns, *(sorted(trait.where.fields) if trait.where is not None else ())]
        if layout.currency is not None and self._has_money:
            found.append("currency")
        return tuple(dict.fromkeys(found))

    @property
    def _has_money(self) -> bool:
        return any(map(is_money, self.traits.values()))

    def of(self, rows: Iterable[Mapping[str, Any]], *, as_of: date | datetime) -> dict[str, Any]:
        """The traits of one customer from that customer's rows; the same answer as `compute`.

        Raises:
            ArgumentError: for rows of several customers or currencies, or an ``as_of`` without a zone.
        """
        return read_rows(rows, self.traits, layout=self._layout, cut=cut_at(as_of, zone=self.zone))

    def compute(self, frame: Any, *, as_of: date | datetime) -> Any:
        """A frame of the same kind with one row per customer: the key, then a column per trait.

        Every customer with a row before ``as_of`` is in it. Counts and sums of nothing are 0, everything else of
        nothing is missing. Eager frames come back sorted by key; lazy ones stay lazy, in no order.

        Raises:
            FrameError: for missing or wrong columns, all of them named, or for several currencies.
            ArgumentError: for an ``as_of`` without a zone.
        """
        from privdomain.customers._frames import is_lazy, one_row, open_frame  # noqa: PLC0415  (with rows alone,
        from privdomain.customers.traits._compile import history, plan_traits  # noqa: PLC0415   no engine loads)
        from privdomain.frames._engines import run  # noqa: PLC0415

        layout, cut = self._layout, cut_at(as_of, zone=self.zone)
        opened = open_frame(frame)
        columns = opened.collect_schema().names()
        self._check_columns(columns)
        # without a named currency, the frame itself must show that there is only one
        ask = (
            self._has_money
            and layout.currency is None
            and "currency" not in layout.by
            and "currency" in columns
        )
        needed = [*self.needs, *(["currency"] if ask and "currency" not in self.needs else [])]
        narrow = opened.select(*needed).to_native()

        def plan(lazy: Any) -> Any:
            self._check_kinds(lazy)
            return plan_traits(lazy, self.traits, layout=layout, cut=cut)

        if ask:
            if is_lazy(frame):
                raise FrameError(
                    "a lazy frame is not looked into, so whether its amounts are of one currency cannot be seen: say "
                    f"which amounts count with currency=…, or group with by={(*layout.by, 'currency')!r}"
                )

            def currencies(lazy: Any) -> Any:
                import narwhals.stable.v2 as nw  # noqa: PLC0415

                self._check_kinds(lazy)
                seen = history(lazy, layout=layout, cut=cut)
                return seen.select(low=nw.col("currency").min(), high=nw.col("currency").max())

            ends = one_row(narrow, currencies)
            if ends["low"] != ends["high"]:
                raise FrameError(layout.mixed([ends["low"], ends["high"]]))
        return run(narrow, plan)

    def _check_definitions(self) -> None:
        layout = self._layout
        problems: list[Problem] = []
        if not layout.by:
            problems.append(Problem("by", "names no column", "one column or more"))
        for name, trait in self.traits.items():
            if not isinstance(trait, Trait):
                problems.append(Problem(name, f"is {type(trait).__name__}", "a trait such as Count()"))
            elif name in layout.by:
                problems.append(Problem(name, "is also a column of by", "another name"))
            elif layout.at is None and isinstance(trait.window, RollingDays):
                problems.append(
                    Problem(name, "rolls by the hour, and at=None leaves only days", "NaturalDays")
                )
        if problems or not self.traits:
            raise ArgumentError(
                "this is no set of traits" if problems else "a TraitSet has one trait or more",
                problems=problems,
            )

    def _check_columns(self, columns: Sequence[str]) -> None:
        problems: list[Problem] = []
        for name in self.needs:
            if name not in columns:
                hint = nearest(name, columns)
                problems.append(Problem(name, "is missing" + (f", did you mean {hint!r}?" if hint else "")))
        if problems:
            raise FrameError(
                f"the traits need columns that the frame lacks; it has {', '.join(columns)}",
                problems=problems,
            )

    def _check_kinds(self, lazy: Any) -> None:
        from privdomain.frames._native import is_void  # noqa: PLC0415
        from privdomain.frames.schema import Kind, kind_of  # noqa: PLC0415

        schema = lazy.collect_schema()
        # a column in which nothing stands has every kind
        found = {name: kind_of(dtype) for name, dtype in schema.items() if not is_void(lazy, name, dtype)}
        problems: list[Problem] = []

        def expect(name: str, *right: Kind, role: str) -> None:
            if name in found and found[name] not in right:
                problems.append(Problem(name, f"is {schema[name]}", f"{' or '.join(right)} ({role})"))

        for name in self._layout.by:
            expect(name, Kind.STRING, role="tells customers apart; ids are text")
        if self._layout.at is not None:
            expect(self._layout.at, Kind.INSTANT, role="when it happened")
        if getattr(schema[self._layout.day], "time_zone", "") is not None:
            expect(self._layout.day, Kind.DATE, role="the local day")
        valued = [kind for kind in Kind if kind is not Kind.OTHER]
        for name, trait in self.traits.items():
            for column in trait.columns:
                if column == self._layout.day:
                    continue
                if isinstance(trait, Sum):
                    expect(column, Kind.INT, Kind.FLOAT, role=f"summed by {name}")
                elif isinstance(trait, Distinct) and len(trait.columns) > 1:
                    expect(column, Kind.STRING, role=f"one part of a value of {name}")
                else:
                    expect(column, *valued, role=f"read by {name}")
        if problems:
            raise FrameError("the traits need columns of other kinds", problems=problems)
