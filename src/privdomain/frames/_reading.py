"""How the cells of an exported table become order lines: read, completed from their neighbours, examined.

A reason why a cell cannot stand is a column beside it (``why order_id``), so that a million rows are examined as
fast as one; only the reasons found are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from privdomain.errors import FrameError, Problem
from privdomain.frames._headings import is_order_total
from privdomain.frames._orders import ORDER_LINES

if TYPE_CHECKING:
    import polars as pl

    from privdomain.frames._cells import Cells

__all__ = [
    "STATUSES",
    "as_lines",
    "cells_of",
    "completed",
    "examined",
    "heading_of",
    "problems_of",
    "refuse_repeated_totals",
]

_SUMS: Final = ("合计", "总计", "小计", "汇总", "共计", "total")
_STATUS: Final = {
    "待付款": "pending_payment", "待支付": "pending_payment", "未付款": "pending_payment",
    "等待买家付款": "pending_payment", "待成团": "on_hold", "拼团中": "on_hold",
    "礼物待领取": "on_hold", "待收礼": "on_hold",
    "待发货": "paid", "已付款": "paid", "已支付": "paid", "备货中": "paid", "买家已付款": "paid",
    "等待卖家发货": "paid", "部分发货": "partially_shipped", "卖家部分发货": "partially_shipped",
    "已发货": "shipped", "待收货": "shipped", "卖家已发货": "shipped", "等待买家确认收货": "shipped",
    "已完成": "completed", "交易成功": "completed", "已收货": "completed", "已签收": "completed", "完成": "completed",
    "已关闭": "closed", "已取消": "closed", "交易关闭": "closed", "订单取消": "closed", "已退款": "closed",
    "取消": "closed",
}  # fmt: skip
STATUSES: Final = (
    "pending_payment", "on_hold", "paid", "partially_shipped", "shipped", "completed", "closed", "unknown",
)  # fmt: skip


def cells_of(column: str, found: pl.Series, *, digits: int, zone: str) -> Cells:
    """How the cells of one column are read."""
    from privdomain.frames import _cells as cells  # noqa: PLC0415  (they need the engine)

    if column.endswith("_minor"):
        return cells.amounts(found, digits=digits)
    if column.endswith("_at"):
        return cells.instants(found, zone=zone)
    match column:
        case "title":
            read = cells.texts(found)
        case "currency":
            read = cells.currencies(found)
        case "status":
            own = {word: word for word in STATUSES}
            read = cells.words(found, means=_STATUS | own, other="unknown")
        case "quantity" | "refunded_quantity":
            read = cells.units(found, at_least=int(column == "quantity"))
        case "is_freebie" | "is_gift":
            read = cells.flags(found)
        case _:
            read = cells.identifiers(found)
    return read


def completed(read: pl.DataFrame, *, defaults: Mapping[str, str], without_buyer: str) -> pl.DataFrame:
    """Every column of ours, filled from its neighbours where the table does not have it."""
    import polars as pl  # noqa: PLC0415

    def cell(name: str, dtype: Any = pl.String) -> pl.Expr:
        return pl.col(name) if name in read.columns else pl.lit(None, dtype=dtype).alias(name)

    sku = pl.coalesce(cell("sku_id"), cell("merchant_sku"), cell("product_id"), cell("title"))
    moment = pl.Datetime("us", "UTC")
    created = pl.coalesce(cell("created_at", moment), cell("paid_at", moment))
    updated = pl.coalesce(cell("updated_at", moment), cell("paid_at", moment), cell("created_at", moment))
    paid, units = pl.col("paid_minor"), pl.col("quantity")
    listed = cell("unit_price_minor", pl.Int64)
    by_price = pl.max_horizontal(listed * units - paid, 0)
    reduced = pl.coalesce(cell("discount_minor", pl.Int64), by_price, 0)
    # half up, in whole numbers: what one unit cost before the reduction
    price = pl.coalesce(listed, (2 * (paid + reduced) + units) // (2 * units))
    number = pl.int_range(1, pl.len() + 1).over("order_id").cast(pl.String)
    buyer = cell("buyer_id")
    if without_buyer == "keep":
        buyer = pl.coalesce(buyer, pl.format("anonymous:{}", "order_id"))
    # an empty cell in a column of states is not the state that tables without the column have
    given = {**defaults, "status": "unknown"} if "status" in read.columns else defaults
    return read.with_columns(
        *(pl.coalesce(cell(name), pl.lit(value)).alias(name) for name, value in given.items()),
        pl.coalesce(cell("line_id"), number).alias("line_id"),
        buyer.alias("buyer_id"),
        pl.coalesce(cell("product_id"), sku).alias("product_id"),
        sku.alias("sku_id"),
        cell("title").fill_null("").alias("title"),
        cell("merchant_sku").fill_null("").alias("merchant_sku"),
        price.alias("unit_price_minor"),
        reduced.alias("discount_minor"),
        cell("refunded_quantity", pl.Int64).fill_null(0).alias("refunded_quantity"),
        cell("is_freebie", pl.Boolean).fill_null(value=False).alias("is_freebie"),
        cell("is_gift", pl.Boolean).fill_null(value=False).alias("is_gift"),
        created.alias("created_at"),
        cell("paid_at", moment).alias("paid_at"),
        updated.alias("updated_at"),
    )


def refuse_repeated_totals(
    lines: pl.DataFrame, chosen: Mapping[str, str], columns: Mapping[str, str | None]
) -> None:
    """Refuse a table whose amounts are of whole orders that have several lines."""
    import polars as pl  # noqa: PLC0415

    heading = chosen["paid_minor"]
    if columns.get("paid_minor") is not None or not is_order_total(heading):
        return
    several = lines.filter(pl.col("order_id").is_not_null() & pl.col("order_id").is_duplicated())
    if several.height:
        orders = several["order_id"].n_unique()
        problem = Problem(
            heading,
            f"is of the whole order, and {orders} orders have several lines: it would count once for each",
            "columns={'paid_minor': …} with the amount of the line",
        )
        raise FrameError("the table has no amount for each line", problems=[problem])


def examined(lines: pl.DataFrame, chosen: Mapping[str, str], *, currency: str) -> pl.DataFrame:
    """Reasons for rows whose cells can be read, and which still are no order line."""
    import polars as pl  # noqa: PLC0415

    reasons = {name.removeprefix("why "): pl.col(name) for name in lines.columns if name.startswith("why ")}
    none = pl.lit(None, dtype=pl.String)
    sums = pl.col("order_id").str.to_lowercase().is_in(_SUMS)
    key = [pl.col(name) for name in ("shop_id", "order_id", "line_id")]
    again = ~pl.struct(key).is_first_distinct() & pl.col("order_id").is_not_null()
    more: list[tuple[str, pl.Expr, str]] = [
        ("order_id", sums, "is a line of sums, not of an order"),
        (
            "order_id",
            pl.col("order_id").is_null(),
            "is empty; of a merged cell only the first row has the value",
        ),
        ("sku_id", pl.col("sku_id").is_null(), "nothing says which product it is"),
        ("quantity", pl.col("quantity").is_null(), "is empty"),
        ("paid_minor", pl.col("paid_minor").is_null(), "is empty"),
        ("created_at", pl.col("created_at").is_null(), "nothing says when it was"),
        ("buyer_id", pl.col("buyer_id").is_null(), "is empty"),
        ("currency", pl.col("currency") != currency, f"is another currency than {currency}"),
        ("line_id", again, "repeats an earlier line of the order"),
        (
            "refunded_quantity",
            pl.col("refunded_quantity") > pl.col("quantity"),
            "is more than was bought",
        ),
    ]
    for column, wrong, reason in more:
        found = reasons.get(column, none)
        # a cell that could not be read is empty for that reason alone
        silent = _unread(column, chosen, reasons)
        reasons[column] = pl.coalesce(found, pl.when(wrong & silent).then(pl.lit(reason)))
    # of a line of sums nothing else is worth saying
    said = {
        name: expr if name == "order_id" else pl.when(~sums.fill_null(value=False)).then(expr)
        for name, expr in reasons.items()
    }
    return lines.with_columns(expr.alias(f"why {name}") for name, expr in said.items())


_SOURCES: Final = {
    "sku_id": ("sku_id", "merchant_sku", "product_id", "title"),
    "created_at": ("created_at", "paid_at"),
}


def _unread(column: str, chosen: Mapping[str, str], reasons: Mapping[str, pl.Expr]) -> pl.Expr:
    import polars as pl  # noqa: PLC0415

    sources = [name for name in _SOURCES.get(column, (column,)) if name in chosen]
    return pl.all_horizontal([pl.lit(value=True), *(reasons[name].is_null() for name in sources)])


def problems_of(bad: pl.DataFrame, reasons: Sequence[str], chosen: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every reason as a problem, by row and then by column."""
    told = bad.select("reject_row", *reasons).unpivot(
        index="reject_row", variable_name="column", value_name="reason"
    )
    order = {name: position for position, name in enumerate(reasons)}
    found = sorted(told.drop_nulls("reason").rows(), key=lambda cell: (cell[0], order[cell[1]]))
    return tuple(
        Problem(f"row {row}, {heading_of(column, chosen)}", reason, _EXPECTED.get(column, ""))
        for row, column, reason in ((row, name.removeprefix("why "), reason) for row, name, reason in found)
    )


def heading_of(column: str, chosen: Mapping[str, str]) -> str:
    """The heading to name for a column of ours: its own, or of the first it could be filled from."""
    sources = [chosen[source] for source in (column, *_SOURCES.get(column, ())) if source in chosen]
    return sources[0] if sources else column


_EXPECTED: Final = {
    "order_id": "the id as text: export the column as text and read the file with infer_schema=False",
    "paid_minor": 'an amount such as "1,234.50", zero or more',
    "unit_price_minor": 'an amount such as "1,234.50", zero or more',
    "discount_minor": 'an amount such as "1,234.50", zero or more',
    "quantity": "1 or more; what came back is an after-sale, not a sale",
    "created_at": 'a date such as "2026-11-11 20:00"',
    "paid_at": 'a date such as "2026-11-11 20:00"',
    "updated_at": 'a date such as "2026-11-11 20:00"',
    "buyer_id": "who bought; without_buyer='keep' takes such rows",
    "is_freebie": "是 or 否",
    "is_gift": "是 or 否",
}


def as_lines(lines: pl.DataFrame, *, zone: str) -> pl.DataFrame:
    """The columns of `ORDER_LINES`, in order."""
    import polars as pl  # noqa: PLC0415

    moment = pl.coalesce("paid_at", "created_at")
    dated = lines.with_columns(moment.dt.convert_time_zone(zone).dt.date().alias("order_date"))
    return dated.select([name for name in ORDER_LINES.names if name in dated.columns])
