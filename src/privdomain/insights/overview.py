"""Who the customers are and whom to win back first: one page for a shop manager. 客户概览

Reads profiles that already have their RFM scores; computes nothing that another room owns.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import narwhals.stable.v2 as nw
from attrs import frozen

# the names of RFM segments live with RFM; the page shows them in Chinese
from privdomain.customers.segmentation import RFMSegment
from privdomain.errors import ArgumentError, FrameError
from privdomain.frames.schema import Column, Kind, Schema
from privdomain.insights.reports import (
    Chart,
    ChartKind,
    ColumnFormat,
    Fact,
    ReportDocument,
    Section,
    Table,
    TableColumn,
)
from privdomain.money import Money

__all__ = ["PROFILES", "UNSCORED", "AtRisk", "CustomerOverview", "GroupRow", "summarize_customers"]

PROFILES = Schema(
    "profiles",
    (
        Column("customer_id", Kind.STRING, "the customer"),
        Column("days_since_last_order", Kind.INT, "whole days since the last order", "days"),
        Column("days_first_to_last_order", Kind.INT, "from the first to the last order", "days"),
        Column("orders", Kind.INT, "orders in the whole history"),
        Column("spend_minor", Kind.INT, "paid in the whole history", "minor units"),
        Column("r_score", Kind.INT, "recency score, 1 to 5"),
        Column("f_score", Kind.INT, "frequency score, 1 to 5"),
        Column("m_score", Kind.INT, "monetary score, 1 to 5"),
        Column("segment", Kind.STRING, "segment by the R and F scores"),
        Column("value_class", Kind.STRING, "one of the eight classes (RFM 八分类)"),
    ),
    "One row per customer, with traits and RFM scores.",
)

# low recency and high value: worth a call before anybody else (customer-analytics reference, RFM 八分类)
_AT_RISK = ("重要保持客户", "重要挽留客户")
_YEAR_DAYS = 365

UNSCORED = "未评分"
"""The group of customers without a score: none of their orders counts (closed, unpaid)."""


@frozen
class GroupRow:
    """One group of customers: how many, what they bought, and what a year of them was worth."""

    name: str
    customers: int
    orders: int
    spend_minor: int
    yearly_minor: int
    """Spend of a year while they were buying: ``spend · 365 / max(365, days first to last order)``, summed."""


@frozen
class AtRisk:
    """One customer who bought a lot and has gone quiet."""

    customer_id: str
    value_class: str
    days_since_last_order: int
    orders: int
    spend_minor: int
    yearly_minor: int


@frozen
class CustomerOverview:
    """The figures of the page, as plain values; ``to_dict()`` is the ``report/1`` document of them."""

    as_of: datetime
    currency: str
    customers: int
    orders: int
    revenue_minor: int
    classes: tuple[GroupRow, ...]
    segments: tuple[GroupRow, ...]
    tags: tuple[tuple[str, int], ...]
    win_back: tuple[AtRisk, ...]
    at_stake_minor: int
    """A year's spend of the customers in 重要保持客户 and 重要挽留客户."""
    grid: tuple[tuple[int, int, int], ...]
    """(r_score, f_score, customers)"""
    months: tuple[tuple[str, int], ...]
    """(first day of the month, paid in it); empty when no lines were given."""
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The page in Chinese, as plain data."""
        return _document(self).model_dump(mode="json", by_alias=True)


def summarize_customers(
    profiles: Any,
    *,
    as_of: datetime,
    currency: str,
    tags: Any = None,
    order_lines: Any = None,
    win_back: int = 20,
    notes: tuple[str, ...] = (),
) -> CustomerOverview:
    """Customers by class and segment, money at stake, tags, and who to win back first.

    ``profiles`` is an eager frame as `PROFILES`; ``tags`` has one row per (``customer_id``, ``tag``);
    ``order_lines`` (``order_date``, ``paid_minor``) adds the months. Amounts are minor units of ``currency``.

    Raises:
        FrameError: when a frame is lazy or lacks a column; every missing one is named.
        ArgumentError: for a naive ``as_of`` or a negative ``win_back``.
    """
    if as_of.tzinfo is None:
        raise ArgumentError(f"as_of={as_of.isoformat()} has no time zone")
    if win_back < 0:
        raise ArgumentError(f"win_back={win_back}; list zero customers or more")
    people = _eager(profiles, PROFILES).with_columns(
        yearly_minor=nw.col("spend_minor")
        * _YEAR_DAYS
        // nw.max_horizontal(nw.lit(_YEAR_DAYS), nw.col("days_first_to_last_order"))
    )
    risk = people.filter(nw.col("value_class").is_in(_AT_RISK)).sort(
        "yearly_minor", "customer_id", descending=[True, False]
    )
    first = risk.head(win_back).select(
        "customer_id", "value_class", "days_since_last_order", "orders", "spend_minor", "yearly_minor"
    )
    grid = (
        people.filter(~nw.col("r_score").is_null(), ~nw.col("f_score").is_null())
        .group_by("r_score", "f_score")
        .agg(nw.len().cast(nw.Int64).alias("n"))
        .sort("r_score", "f_score")
    )
    return CustomerOverview(
        as_of=as_of,
        currency=currency,
        customers=len(people),
        orders=int(people["orders"].sum()),
        revenue_minor=int(people["spend_minor"].sum()),
        classes=_groups(people, "value_class"),
        segments=_groups(people, "segment"),
        tags=() if tags is None else _tag_counts(tags),
        win_back=tuple(AtRisk(**row) for row in first.rows(named=True)),
        at_stake_minor=int(risk["yearly_minor"].sum()),
        grid=tuple(cast("list[tuple[int, int, int]]", grid.rows())),
        months=() if order_lines is None else _months(order_lines),
        notes=notes,
    )


def _eager(native: Any, schema: Schema) -> nw.DataFrame[Any]:
    schema.check(native)
    frame: nw.DataFrame[Any] | nw.LazyFrame[Any] = nw.from_native(native)
    if isinstance(frame, nw.LazyFrame):
        raise FrameError(f"{schema.name} is a lazy frame; a summary needs its rows: collect it first")
    return nw.from_native(frame.to_polars(), eager_only=True)  # polars runs every eager frame


def _groups(people: nw.DataFrame[Any], by: str) -> tuple[GroupRow, ...]:
    grouped = (
        people.with_columns(nw.col(by).cast(nw.String).fill_null(UNSCORED))
        .group_by(by)
        .agg(
            nw.len().cast(nw.Int64).alias("customers"),
            nw.col("orders").sum(),
            nw.col("spend_minor").sum(),
            nw.col("yearly_minor").sum(),
        )
        .rename({by: "name"})
        .sort("spend_minor", "name", descending=[True, False])
    )
    return tuple(GroupRow(**row) for row in grouped.rows(named=True))


_TAGS = Schema("tags", (Column("customer_id", Kind.STRING, "whose"), Column("tag", Kind.STRING, "which")))
_LINES = Schema(
    "order_lines",
    (Column("order_date", Kind.DATE, "local day"), Column("paid_minor", Kind.INT, "line total")),
)


def _tag_counts(tags: Any) -> tuple[tuple[str, int], ...]:
    counted = (
        _eager(tags, _TAGS).group_by("tag").agg(nw.col("customer_id").n_unique().cast(nw.Int64).alias("n"))
    )
    return tuple(cast("list[tuple[str, int]]", counted.sort("n", "tag", descending=[True, False]).rows()))


def _months(lines: Any) -> tuple[tuple[str, int], ...]:
    by_month = (
        _eager(lines, _LINES)
        .with_columns(month=nw.col("order_date").dt.truncate("1mo"))
        .group_by("month")
        .agg(nw.col("paid_minor").sum())
        .sort("month")
    )
    return tuple((str(month), int(paid)) for month, paid in by_month.rows())


def _shown(name: str) -> str:
    try:
        return f"{RFMSegment(name).chinese} {name}"
    except ValueError:  # a class, or a segment of the caller's own
        return name


def _charts(found: CustomerOverview, main: Callable[[int], float]) -> list[Chart]:
    """The pictures of which there is something to draw."""
    charts: list[Chart] = []
    if found.classes:
        people = tuple((row.name, float(row.customers)) for row in found.classes)
        spent = tuple((row.name, main(row.spend_minor)) for row in found.classes)
        charts.append(Chart(title="各类客户人数", kind=ChartKind.BARS, points=people, unit="人"))
        charts.append(Chart(title="各类客户累计消费", kind=ChartKind.BARS, points=spent, unit=found.currency))
    if found.grid:
        best_first = sorted(found.grid, key=lambda cell: (-cell[0], cell[1]))
        cells = tuple((str(f), str(r), float(n)) for r, f, n in best_first)
        axes = {"x_title": "F（购买频次分）", "y_title": "R（最近购买分）"}
        charts.append(Chart(title="R × F 人数分布", kind=ChartKind.GRID, points=cells, unit="人", **axes))
    if found.months:
        points = tuple((month, main(paid)) for month, paid in found.months)
        charts.append(
            Chart(title="月消费", kind=ChartKind.LINE, points=points, unit=found.currency, x_title="月份")
        )
    return charts


def _document(found: CustomerOverview) -> ReportDocument:
    def money(title: str) -> TableColumn:
        return TableColumn(title=title, format=ColumnFormat.MONEY, currency=found.currency)

    def main(minor: int) -> float:
        return float(Money(minor, found.currency).amount)

    def count(title: str) -> TableColumn:
        return TableColumn(title=title, format=ColumnFormat.COUNT)

    def groups(title: str, heading: str, rows: tuple[GroupRow, ...]) -> Table:
        return Table(
            title=title,
            columns=(
                TableColumn(title=heading),
                count("客户数"),
                TableColumn(title="占比", format=ColumnFormat.SHARE),
                count("订单数"),
                money("累计消费"),
                money("活跃年消费"),
            ),
            rows=tuple(
                (
                    _shown(row.name),
                    row.customers,
                    row.customers / found.customers,
                    row.orders,
                    row.spend_minor,
                    row.yearly_minor,
                )
                for row in rows
            ),
        )

    facts = (
        Fact(label="客户", value=found.customers, format=ColumnFormat.COUNT),
        Fact(label="订单", value=found.orders, format=ColumnFormat.COUNT),
        Fact(label="消费总额", value=found.revenue_minor, format=ColumnFormat.MONEY, currency=found.currency),
        Fact(
            label="待挽回金额",
            value=found.at_stake_minor,
            format=ColumnFormat.MONEY,
            currency=found.currency,
            note="重要保持与重要挽留客户在活跃时的一年消费",
        ),
    )
    charts = _charts(found, main)
    back = Table(
        title="优先挽回名单",
        columns=(
            TableColumn(title="客户"), TableColumn(title="类别"), count("未购天数"), count("订单数"),
            money("累计消费"), money("活跃年消费"),
        ),
        rows=tuple(
            (who.customer_id, who.value_class, who.days_since_last_order, who.orders, who.spend_minor, who.yearly_minor)
            for who in found.win_back
        ),
        note="活跃年消费 = 累计消费 × 365 ÷ max(365, 首末单间隔天数)。",
    )  # fmt: skip
    sections = [
        Section(title="概览", text="\n".join(found.notes), facts=facts, charts=tuple(charts)),
        Section(title="RFM 八分类", tables=(groups("", "类别", found.classes),)),
        Section(title="客户分层", tables=(groups("", "分层", found.segments),)),
    ]
    if found.tags:
        tags = Table(columns=(TableColumn(title="标签"), count("客户数")), rows=found.tags)
        sections.append(Section(title="标签", tables=(tags,)))
    sections.append(Section(title="先联系谁", tables=(back,)))
    return ReportDocument(
        title="客户概览",
        subtitle=f"统计时点 {found.as_of.strftime('%Y-%m-%d %H:%M %z')}",
        sections=tuple(sections),
    )
