"""What was demanded of each SKU on each day, from order lines.

The rule: a line counts when its order is paid and not closed (``paid``, ``partially_shipped``, ``shipped``,
``completed``) and it is no freebie. Orders not yet paid, on hold, closed or of unknown state are no demand; what
was refunded later was demanded all the same, and stands beside it as ``refunded_quantity``. A line that does not
say whether it is a freebie is none. A line that counts and has no day is refused, never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from privdomain.errors import ArgumentError, FrameError, Problem
from privdomain.frames._orders import ORDER_LINES
from privdomain.frames.schema import Column, Kind, Schema, kinds

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

__all__ = ["DAILY_DEMAND", "daily_demand", "fill_days"]

_COUNTED: Final = ("paid", "partially_shipped", "shipped", "completed")
_BY: Final = ("space", "platform", "shop_id", "product_id", "sku_id")
_MEASURES: Final = ("quantity", "refunded_quantity", "paid_minor", "line_count")

DAILY_DEMAND: Final = Schema(
    "daily_demand",
    (
        *ORDER_LINES.only(*_BY),
        Column("currency", Kind.STRING, "the amounts' currency", "ISO 4217"),
        Column("day", Kind.DATE, "the day, in the business zone", "local day"),
        Column("quantity", Kind.INT, "units demanded", "units", minimum=0),
        Column("refunded_quantity", Kind.INT, "how many of them were refunded since", "units", minimum=0),
        Column("paid_minor", Kind.INT, "what was paid for them", "minor", minimum=0),
        Column("line_count", Kind.INT, "in how many lines", "lines", minimum=0),
    ),
    doc="One row per SKU and day.",
    key=(*_BY, "currency", "day"),
)


def daily_demand(lines: Any, *, by: str | Sequence[str] = _BY) -> Any:  # the frame's type is the caller's
    """`DAILY_DEMAND` of order lines: a row for each SKU and day on which it was demanded, sorted.

    Any engine, the same kind of frame out; a lazy frame stays lazy. ``by`` names the columns that make a series:
    ``by="merchant_sku"`` adds all shops together. `fill_days` adds the days without demand. Lines without an
    ``order_date`` are refused; a lazy frame cannot be asked without running it, so there they stand in rows whose
    ``day`` is null, which `fill_days` refuses.

    ```python
    import polars as pl
    from datetime import date
    from privdomain import frames

    lines = pl.DataFrame({
        "sku_id": ["k1", "k1", "k1"], "order_date": [date(2026, 11, 11)] * 3, "status": ["paid", "closed", "completed"],
        "is_freebie": [False, False, True], "quantity": [2, 5, 1], "refunded_quantity": [0, 0, 0],
        "paid_minor": [1800, 4500, 0], "currency": ["CNY"] * 3,
    })
    demand = frames.daily_demand(lines, by="sku_id")
    assert demand.rows() == [("k1", "CNY", date(2026, 11, 11), 2, 0, 1800, 1)]
    ```

    Raises:
        FrameError: when columns are missing or of another kind, or lines that count have no ``order_date``.
        ArgumentError: when ``by`` names nothing, or a column that is counted.
    """
    import narwhals.stable.v2 as nw  # noqa: PLC0415  (the door stays light)

    from privdomain.frames._engines import run  # noqa: PLC0415

    by = (by,) if isinstance(by, str) else tuple(by)
    series = (*by, "currency")
    taken = sorted({"currency", "day", "order_date", *_MEASURES} & set(by))
    if not by or taken:
        raise ArgumentError(
            f"by={by!r} {'has ' + ', '.join(taken) if taken else 'is empty'}; name what makes a series"
        )
    needed = ("currency", "order_date", "status", "is_freebie", "quantity", "refunded_quantity", "paid_minor")
    found = kinds(lines)
    own = tuple(Column(name, found.get(name, Kind.STRING), "asked for by by=") for name in by)
    Schema("order_lines", (*own, *ORDER_LINES.only(*needed))).check_kinds(found, native=lines)

    def plan(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        counted = frame.filter(nw.col("status").is_in(_COUNTED), ~nw.col("is_freebie").fill_null(value=False))
        summed = ("quantity", "refunded_quantity", "paid_minor")
        days = counted.group_by(*series, "order_date").agg(
            *(nw.col(name).sum() for name in summed), nw.len().alias("line_count")
        )
        # sums and counts have another width on every engine
        exact = days.with_columns(*(nw.col(name).cast(nw.Int64) for name in _MEASURES))
        named = exact.rename({"order_date": "day"}).select(*series, "day", *_MEASURES)
        return named.sort(*series, "day")

    demand = run(lines, plan)
    _refuse_without_day(demand, column="order_date", rows="lines that count")
    return demand


def fill_days(
    demand: Any, *, first: date | None = None, last: date | None = None
) -> Any:  # the frame's type is the caller's
    """Daily demand with a row for every day: nought where nothing was demanded. 补全日历

    Each series runs from ``first``, or from its own first day (before it was sold it was not demanded), to
    ``last``, or to the last day of the whole frame. Days outside are left out. Needs an eager frame, because a
    calendar is made that the engine does not have.

    ```python
    import polars as pl
    from datetime import date
    from privdomain import frames

    demand = pl.DataFrame({
        "sku_id": ["k1", "k1"], "currency": ["CNY", "CNY"], "day": [date(2026, 11, 1), date(2026, 11, 4)],
        "quantity": [2, 1], "refunded_quantity": [0, 0], "paid_minor": [200, 100], "line_count": [1, 1],
    })
    assert frames.fill_days(demand)["quantity"].to_list() == [2, 0, 0, 1]
    assert frames.fill_days(demand, first=date(2026, 11, 3))["quantity"].to_list() == [0, 1]
    ```

    Raises:
        FrameError: for a lazy frame, one that `daily_demand` did not make, or rows without a day.
        ArgumentError: when ``last`` lies before ``first``.
    """
    import narwhals.stable.v2 as nw  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415

    from privdomain.frames._engines import run  # noqa: PLC0415

    if first is not None and last is not None and last < first:
        raise ArgumentError(f"last {last} is before first {first}")
    found = kinds(demand)
    DAILY_DEMAND.only("day", *_MEASURES).check_kinds(found, native=demand)
    if isinstance(nw.from_native(demand), nw.LazyFrame):
        raise FrameError(
            "fill_days needs an eager frame; collect the demand first, it has one row per SKU and day"
        )
    _refuse_without_day(demand, column="day", rows="rows of demand")
    series = [name for name in found if name not in ("day", *_MEASURES)]

    def plan(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        rows: pl.LazyFrame = frame.to_native()
        begins = pl.col("day").min() if first is None else pl.lit(first)
        ends = pl.col("day").max() if last is None else pl.lit(last)
        whole = rows.with_columns(ends.alias("_end"))
        spans = whole.group_by(series).agg(begins.alias("_begin"), pl.col("_end").first())
        spans = spans.filter(pl.col("_begin") <= pl.col("_end"))
        days = spans.with_columns(pl.date_ranges("_begin", "_end").alias("day")).drop("_begin", "_end")
        every = days.explode("day")
        filled = every.join(rows, on=[*series, "day"], how="left", nulls_equal=True)
        measured = filled.with_columns(pl.col(_MEASURES).fill_null(0))
        return nw.from_native(measured.select([*found]).sort([*series, "day"]))

    return run(demand, plan)


def _refuse_without_day(demand: Any, *, column: str, rows: str) -> None:
    """Refuse demand of no day, which a calendar would drop; a lazy frame is not run for it."""
    import narwhals.stable.v2 as nw  # noqa: PLC0415

    frame = cast("nw.DataFrame[Any] | nw.LazyFrame[Any]", nw.from_native(demand))
    if isinstance(frame, nw.LazyFrame):
        return
    lost = frame.filter(nw.col("day").is_null())
    if len(lost):
        number = int(lost["line_count"].sum()) if column == "order_date" else len(lost)
        raise FrameError(
            "demand needs a day for everything that was sold",
            problems=[
                Problem(
                    column, f"is null in {number} {rows}", "a day, or a filter that leaves them out openly"
                )
            ],
        )
