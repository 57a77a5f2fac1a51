"""The same checks and the same demand on Spark (make test-all: needs a JVM)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from privdomain import frames
from privdomain.frames import Column, Kind, Schema

pytestmark = [
    pytest.mark.spark,
    # pyspark 4 is not sure of pandas 3, which nothing here hands to it
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

DAY, AT = date(2026, 11, 11), datetime(2026, 11, 11, tzinfo=UTC)


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "America/New_York")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def test_rows_are_checked(spark):
    """Empty cells, small values, the future and repeated keys, whatever zone the session shows."""
    schema = Schema(
        "rows",
        (
            Column("id", Kind.STRING, "id"),
            Column("units", Kind.INT, "units", minimum=0),
            Column("at", Kind.INSTANT, "when", nullable=True),
            Column("day", Kind.DATE, "day", nullable=True),
        ),
        key=("id",),
    )
    rows = [
        ("a", 1, AT, DAY), ("a", -1, AT + timedelta(microseconds=1), DAY + timedelta(1)), (None, None, None, None),
    ]  # fmt: skip
    native = spark.createDataFrame(rows, "id string, units long, at timestamp, day date")

    found = frames.check_rows(native, schema, as_of=AT)
    assert [(finding.check, finding.column, finding.rows) for finding in found] == [
        ("missing", "id", 1), ("missing", "units", 1), ("too_small", "units", 1), ("in_future", "at", 1),
        ("in_future", "day", 1), ("repeated_key", "id", 1),
    ]  # fmt: skip


def test_demand_stays_lazy_and_is_the_same(spark):
    """A Spark frame in and out."""
    rows = [("k", DAY, "paid", False, 2, 0, 1800, "CNY"), ("k", DAY, "closed", False, 9, 0, 1, "CNY"),
            ("k", DAY, "completed", False, 1, 1, 900, "CNY"), ("j", DAY, "paid", True, 1, 0, 0, "CNY")]  # fmt: skip
    native = spark.createDataFrame(
        rows,
        "sku_id string, order_date date, status string, is_freebie boolean, quantity int, refunded_quantity int, "
        "paid_minor long, currency string",
    )

    demand = frames.daily_demand(native, by=("sku_id",))
    assert type(demand).__module__.startswith("pyspark.")
    assert [tuple(row) for row in demand.collect()] == [("k", "CNY", DAY, 3, 1, 2700, 2)]
