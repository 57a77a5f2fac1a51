"""The real purchases that the reference counts belong to, and the frames a test is run on."""

import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import narwhals.stable.v2 as nw
import polars as pl
import pytest


@pytest.fixture(scope="session")
def data_folder():
    folder = os.environ.get("PRIVDOMAIN_DATA")
    if not folder:
        pytest.skip("PRIVDOMAIN_DATA is not set: the reference counts need the public data sets")
    return Path(folder) / "customer-analytics"


@pytest.fixture(scope="session")
def online_retail(data_folder):
    """The clean view of Online Retail II as order lines; each line is rounded once to the minor unit."""
    lines = pl.scan_parquet(data_folder / "online_retail_ii.parquet")
    overlap = (pl.col("sheet") == "2009-2010") & (pl.col("invoice_date") >= datetime(2010, 12, 1))
    thousandths = pl.col("quantity") * (pl.col("price") * 1000).round().cast(pl.Int64)
    return (
        lines.filter(
            ~overlap,
            pl.col("customer_id").is_not_null(),
            ~pl.col("invoice").str.starts_with("C"),
            pl.col("quantity") > 0,
            pl.col("price") > 0,
        )
        .select(
            platform=pl.lit("own"),
            shop_id=pl.lit("retailer"),
            order_id="invoice",
            customer_id=pl.col("customer_id").cast(pl.String),
            status=pl.lit("completed"),
            paid_minor=(thousandths + 5) // 10,
            currency=pl.lit("GBP"),
            paid_at=pl.col("invoice_date").dt.replace_time_zone("UTC"),
            order_date=pl.col("invoice_date").dt.date(),
        )
        .collect()
    )


EAGER = ("polars", "pandas", "pyarrow")
LAZY = ("polars lazy", "duckdb")


def as_kind(frame, kind):
    """The polars frame as another kind of frame."""
    opened = nw.from_native(frame)
    match kind:
        case "polars":
            return frame
        case "pandas":
            return opened.to_pandas()
        case "pyarrow":
            return opened.to_arrow()
        case "polars lazy":
            return frame.lazy()
        case "duckdb":
            connection = duckdb.connect()
            connection.execute("SET TimeZone = 'America/New_York'")  # the session's zone must not matter
            return connection.from_arrow(frame.to_arrow())
        case _:
            raise AssertionError(kind)


def rows_of(frame):
    """Any frame's rows as dicts of plain values; missing is None, instants are UTC."""
    opened = nw.from_native(frame)
    eager = opened.collect() if isinstance(opened, nw.LazyFrame) else opened
    return [{name: _plain(value) for name, value in row.items()} for row in eager.to_polars().to_dicts()]


def _plain(value):
    if isinstance(value, float) and value != value:
        return None
    return value.astimezone(UTC) if isinstance(value, datetime) else value
