"""The real part: two years of a retailer's invoice lines, and which of them count.

Online Retail II (UCI, CC BY 4.0; see examples/data/README.md). Nothing here is generated. The clean view is the
one the literature uses: the overlap of the two sheets dropped, cancellations and adjustments left out, a known
customer, a positive quantity and price; each line is rounded to the minor unit once.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from attrs import frozen

DATA = Path(__file__).resolve().parents[1] / "data"
ZONE = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2011, 12, 10, tzinfo=ZONE)
"""The morning after the last record."""

# The first reason that holds is the one a row is counted under.
_REASONS = {
    "overlap of the two sheets": (pl.col("sheet") == "2009-2010")
    & (pl.col("invoice_date") >= datetime(2010, 12, 1)),  # noqa: DTZ001  (the file's own wall clock)
    "cancelled invoice (C…)": pl.col("invoice").str.starts_with("C"),
    "bad-debt adjustment (A…)": pl.col("invoice").str.starts_with("A"),
    "no customer": pl.col("customer_id").is_null(),
    "quantity of zero or less": pl.col("quantity") <= 0,
    "price of zero or less": pl.col("price") <= 0,
}


@frozen
class Retail:
    """Lines that count, as ORDER_LINES columns with the retailer's own customer number, and those that do not."""

    lines: pl.DataFrame
    left_out: pl.DataFrame
    """Every row that does not count, with its reason."""

    def reasons(self) -> list[tuple[str, int, int]]:
        """(reason, rows, invoices) in the order in which the reasons are asked."""
        counted = self.left_out.group_by("reason").agg(pl.len(), pl.col("invoice").n_unique())
        by_reason = {reason: (rows, invoices) for reason, rows, invoices in counted.rows()}
        return [(reason, *by_reason[reason]) for reason in _REASONS if reason in by_reason]


def load(folder: Path = DATA) -> Retail:
    """Read the records and sort them into what counts and what does not."""
    rows = pl.read_parquet(folder / "online_retail_ii.parquet")
    names = pl.read_parquet(folder / "online_retail_ii_products.parquet")
    reason = pl.lit(None, dtype=pl.String)
    for name, holds in reversed(_REASONS.items()):
        reason = pl.when(holds).then(pl.lit(name)).otherwise(reason)
    rows = rows.with_columns(reason=reason)
    counts = rows.filter(pl.col("reason").is_null()).join(
        names, on="stock_code", how="left", maintain_order="left"
    )
    at = pl.col("invoice_date").min().over("invoice").dt.replace_time_zone(ZONE.key)
    lines = counts.select(
        pl.lit("").alias("space"),
        pl.lit("wechat_shop").alias("platform"),
        pl.lit("retail").alias("shop_id"),
        pl.col("invoice").alias("order_id"),
        pl.col("invoice").cum_count().over("invoice").cast(pl.String).alias("line_id"),
        pl.col("customer_id").cast(pl.String).alias("retailer_customer"),
        pl.col("stock_code").alias("product_id"),
        pl.col("stock_code").alias("sku_id"),
        pl.col("description").fill_null("").alias("title"),
        pl.col("quantity").cast(pl.Int64),
        (pl.col("price") * 100).round(mode="half_away_from_zero").cast(pl.Int64).alias("unit_price_minor"),
        (pl.col("price") * pl.col("quantity") * 100)
        .round(mode="half_away_from_zero")
        .cast(pl.Int64)
        .alias("paid_minor"),
        at.dt.convert_time_zone("UTC").alias("created_at"),
        at.dt.date().alias("order_date"),
    )
    return Retail(lines=lines, left_out=rows.filter(pl.col("reason").is_not_null()))
