"""The real purchases that the reference counts belong to."""

import os
from datetime import datetime
from pathlib import Path

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


@pytest.fixture(scope="session")
def spark():
    """One local Spark session for the tests marked ``spark``."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyspark speaks of pandas 3 on import
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()
        )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
