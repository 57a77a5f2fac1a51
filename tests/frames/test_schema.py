"""Schemas: what a frame must have, said all at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from privdomain import frames
from privdomain.errors import ArgumentError, FrameError
from privdomain.frames import Column, Kind, Schema, kinds

SCHEMAS = [thing for thing in vars(frames).values() if isinstance(thing, Schema)]
every_schema = pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)

PAID = Schema(
    "paid",
    (
        Column("customer_id", Kind.STRING, "ours"),
        Column("paid_minor", Kind.INT, "what was paid", "minor"),
        Column("paid_at", Kind.INSTANT, "when", "UTC"),
        Column("note", Kind.STRING, "said", required=False),
    ),
)
GOOD = pl.DataFrame({
    "customer_id": ["c1"], "paid_minor": [100], "paid_at": [datetime(2026, 11, 11, tzinfo=UTC)], "more": [1.5],
})  # fmt: skip


_DUCKDB = duckdb.connect()  # before DuckDB 1.4 a relation does not keep its connection open


def as_duckdb(frame: pl.DataFrame) -> duckdb.DuckDBPyRelation:
    return _DUCKDB.from_arrow(frame.to_arrow())


ENGINES = {
    "polars": lambda frame: frame,
    "polars lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": as_duckdb,
}
every_engine = pytest.mark.parametrize("engine", ENGINES)


@every_engine
def test_a_right_frame_passes_on_every_engine(engine):
    """Kinds are compared, not dtypes; columns that are not asked for may stand there."""
    PAID.check(ENGINES[engine](GOOD))


@every_engine
def test_all_wrong_columns_are_named_at_once(engine):
    """Missing ones with the nearest name, wrong ones with what they are and should be."""
    wrong = GOOD.select(
        pl.col("customer_id").alias("custmer_id"),
        pl.col("paid_minor").cast(pl.String),
        pl.lit(datetime(2026, 1, 1)).alias("paid_at"),
    )

    with pytest.raises(FrameError) as caught:
        PAID.check(ENGINES[engine](wrong))

    missing, text, naive = (str(problem) for problem in caught.value.problems)
    assert missing == "customer_id: (string) is missing, did you mean 'custmer_id'?; expected ours"
    assert text == "paid_minor: is string; expected int (what was paid)"
    assert naive.startswith("paid_at: is ")
    assert "is other" not in naive
    assert "; expected instant (when); a time without a zone names no moment: say the zone" in naive
    assert "custmer_id, paid_minor, paid_at" in str(caught.value)


DAY = Schema("plan", (Column("day", Kind.DATE, "when"), Column("paid_minor", Kind.INT, "paid", "minor")))


@pytest.mark.parametrize(
    ("frame", "own", "way"),
    [
        (pd.DataFrame({"day": pd.to_datetime(["2026-11-11"])}), "datetime64[", "in pandas .dt.date"),
        (
            pl.DataFrame({"day": [datetime(2026, 11, 11)]}),
            "Datetime(time_unit='us', time_zone=None)",
            "take .dt.date()",
        ),
        (pl.DataFrame({"day": [datetime(2026, 11, 11, tzinfo=UTC)]}), "instant", "take .dt.date()"),
        (pl.DataFrame({"day": [None]}), "Null", "cast to date"),
        (pd.DataFrame({"day": ["x", 1]}), "object", "make all of them date"),
        (pl.DataFrame({"day": [[1]]}), "List(Int64)", ""),
        (pl.DataFrame({"paid_minor": [Decimal("12.30")]}), "Decimal(precision=", "12.30 yuan are 1230"),
        (pa.table({"paid_minor": [Decimal("12.30")]}), "decimal128(4, 2)", "cast to a 64-bit integer"),
        (
            duckdb.sql("SELECT 12.30::DECIMAL(18, 2) AS paid_minor"),
            "DECIMAL(18,2)",
            "cast to a 64-bit integer",
        ),
        (pl.DataFrame({"paid_minor": [12.3]}), "float", "count whole minor units"),
    ],
    ids=str,
)
def test_what_a_column_is_and_the_way_out(frame, own, way):
    """The engine's own name of the type, and what to do about it."""
    (name,) = kinds(frame)
    with pytest.raises(FrameError) as caught:
        DAY.only(name).check(frame)

    (problem,) = caught.value.problems
    assert problem.problem.startswith(f"is {own}")
    assert way in problem.expected


def test_the_way_out_of_pandas_leads_out():
    """What the message says to do is enough."""
    at = pd.Series(pd.to_datetime(["2026-11-11", None]))

    DAY.only("day").check(pd.DataFrame({"day": at.dt.date}))
    DAY.only("day").check(pd.DataFrame({"day": at.astype("date32[day][pyarrow]")}))
    PAID.only("paid_at").check(pd.DataFrame({"paid_at": at.dt.tz_localize("Asia/Shanghai")}))


def test_functions_name_the_types_too():
    """Whoever asks for a schema says what it met."""
    for ask in (frames.daily_demand, lambda lines: frames.check_rows(lines, frames.ORDER_LINES)):
        with pytest.raises(FrameError, match=r"order_date: is instant; expected date .* take .dt.date"):
            ask(pl.DataFrame({"order_date": [datetime(2026, 11, 11, tzinfo=UTC)]}))


def test_an_optional_column_must_be_right_when_it_is_there():
    """Absent is fine, another kind is not."""
    with pytest.raises(FrameError, match="note: is int; expected string"):
        PAID.check(GOOD.with_columns(note=pl.lit(1)))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pl.Series([1], dtype=pl.UInt8), Kind.INT),
        (pl.Series([1], dtype=pl.Int64), Kind.INT),
        (pl.Series([1.0], dtype=pl.Float32), Kind.FLOAT),
        (pl.Series(["a"], dtype=pl.Categorical), Kind.STRING),
        (pl.Series(["a"], dtype=pl.Enum(["a"])), Kind.STRING),
        (pl.Series([True]), Kind.BOOL),
        (pl.Series([date(2026, 1, 1)]), Kind.DATE),
        (pl.Series([datetime(2026, 1, 1, tzinfo=UTC)]), Kind.INSTANT),
        (pl.Series([datetime(2026, 1, 1)]), Kind.OTHER),
        (pl.Series([[1]]), Kind.OTHER),
        (pl.Series([None]), Kind.OTHER),
    ],
    ids=lambda part: str(getattr(part, "dtype", part)),
)
def test_kinds(values, kind):
    """Any width is an int, a category is a string, a time without a zone is nothing we document."""
    assert kinds(values.to_frame("x")) == {"x": kind}


def test_what_is_no_frame():
    """A list of rows is none; the error says what is."""
    with pytest.raises(FrameError, match="list is not a frame; pass polars"):
        PAID.check([{"customer_id": "c1"}])


def test_a_part_of_a_schema():
    """A function asks for the columns it needs and no others."""
    assert PAID.only("paid_at", "customer_id").names == ("paid_at", "customer_id")
    with pytest.raises(ArgumentError, match="did you mean 'paid_minor'"):
        PAID.only("paid_minr")


def test_contradictions_are_refused():
    """A name that stands twice, and a key that is no column."""
    column = Column("a", Kind.INT, "a")
    with pytest.raises(ArgumentError, match="names a column twice: a"):
        Schema("x", (column, column))
    with pytest.raises(ArgumentError, match="has no column 'b'"):
        Schema("x", (column,), key=("b",))


@every_schema
def test_documented_columns_are_documented(schema):
    """Every published column says what it means and, for what is counted or timed, in which unit."""
    for column in schema:
        assert column.doc, column.name
        if column.kind in (Kind.INSTANT, Kind.DATE) or column.name.endswith("_minor"):
            assert column.unit, column.name
        if column.name.endswith("_minor"):
            assert column.kind is Kind.INT
        if column.name.endswith(("_at", "_date")):
            assert column.kind in (Kind.INSTANT, Kind.DATE)


@every_schema
def test_keys_are_filled_and_begin_with_the_tenant(schema):
    """What identifies a row is never empty, and begins with ``space``: one database serves many brands."""
    assert schema.key[0] == "space"
    assert not any(schema[name].nullable for name in schema.key)


def test_columns_that_others_build_on():
    """Names are a contract: tables, traits and reports are written against them."""
    assert " ".join(frames.ORDER_LINES.names) == (
        "space platform shop_id order_id line_id buyer_id customer_id product_id sku_id title merchant_sku quantity "
        "unit_price_minor paid_minor discount_minor refunded_quantity is_freebie is_gift currency status created_at "
        "paid_at updated_at order_date"
    )
    assert " ".join(frames.ORDERS.names) == (
        "space platform shop_id order_id buyer_id customer_id status platform_status created_at paid_at shipped_at "
        "completed_at updated_at version order_date line_count quantity goods_paid_minor freight_minor discount_minor "
        "total_minor currency is_gift"
    )
