"""The two readings of a trait agree: one customer's rows, and every kind of frame on its engine."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.customers.traits import (
    Count,
    DaysFirstToLast,
    DaysSince,
    Distinct,
    First,
    Last,
    Max,
    Min,
    NaturalDays,
    RollingDays,
    Sum,
    TraitSet,
    TypicalGap,
)
from privdomain.rules import field
from tests.customers.frame_kinds import EAGER, LAZY, as_kind, rows_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2024, 3, 1, 13, tzinfo=SHANGHAI)  # the day after a leap day

LARGE = field("paid_minor") > 1_000
TRAITS = {
    "lines": Count(),
    "large_lines": Count(where=LARGE),
    "lines_7d": Count(window=RollingDays(7)),
    "lines_7_days": Count(window=NaturalDays(7)),
    "spend_minor": Sum("paid_minor"),
    "large_7d_minor": Sum("paid_minor", where=LARGE, window=RollingDays(7)),
    "quantity": Sum("quantity"),
    "weight": Sum("weight"),
    "orders": Distinct(("shop_id", "order_id")),
    "products_30d": Distinct("product_id", window=RollingDays(30)),
    "smallest_minor": Min("paid_minor"),
    "heaviest": Max("weight"),
    "first_product": First("product_id"),
    "last_product": Last("product_id"),
    "last_large_product": Last("product_id", where=LARGE),
    "first_weight": First("weight", window=RollingDays(7)),
    "last_paid_at": Last("paid_at"),
    "alphabetical": Min("product_id"),
    "days_since_last": DaysSince(),
    "days_since_first": DaysSince(occurrence="first"),
    "days_large_to_large": DaysFirstToLast(where=LARGE),
    "days_since_large": DaysSince(where=LARGE, window=NaturalDays(366)),
    "gap_days": TypicalGap(),
    "large_gap_days": TypicalGap(where=LARGE),
}
SCHEMA = {
    "customer_id": pl.String,
    "shop_id": pl.String,
    "order_id": pl.String,
    "product_id": pl.String,
    "paid_minor": pl.Int64,
    "quantity": pl.Int8,
    "weight": pl.Float64,
    "paid_at": pl.Datetime("us", "UTC"),
    "order_date": pl.Date,
    "currency": pl.String,
}

# few values, so that keys repeat and instants tie; the edges of the windows are among them
_edges = [AS_OF - timedelta(days=days) for days in (0, 1, 7, 30)]
instants = st.one_of(
    st.sampled_from([*_edges, *(edge - timedelta(microseconds=1) for edge in _edges)]),
    st.datetimes(datetime(2024, 1, 25), datetime(2024, 3, 2)).map(
        lambda naive: naive.replace(tzinfo=SHANGHAI)
    ),
    st.just(datetime(2023, 2, 28, 23, 59, 59, 999_999, tzinfo=SHANGHAI)),
)


@st.composite
def lines(draw):
    at = draw(st.none() | instants)
    return {
        "customer_id": draw(st.none() | st.sampled_from(["c1", "c2", "客户"])),
        "shop_id": draw(st.none() | st.sampled_from(["s1", "s2"])),
        "order_id": draw(st.none() | st.sampled_from(["o1", "o2", "o3"])),
        "product_id": draw(st.none() | st.sampled_from(["P", "p", "é", "茶", "𠮷", ""])),
        "paid_minor": draw(st.none() | st.integers(-5, 5) | st.integers(0, 2**40)),
        "quantity": draw(st.none() | st.integers(100, 127)),
        "weight": draw(st.none() | st.sampled_from([0.5, 1.25, -2.0, float("nan")])),
        "paid_at": None if at is None else at.astimezone(UTC),
        "order_date": draw(st.just(None if at is None else at.astimezone(SHANGHAI).date()) | st.none()),
        "currency": draw(st.sampled_from(["CNY", "CNY", None])),
    }


def by_row(rows, traits=TRAITS, as_of=AS_OF):
    traits = TraitSet(traits, currency="CNY")
    keys = sorted({row["customer_id"] for row in rows if row["customer_id"] is not None and seen(row, as_of)})
    return [
        {"customer_id": key, **traits.of([row for row in rows if row["customer_id"] == key], as_of=as_of)}
        for key in keys
    ]


def seen(row, as_of):
    return row["paid_at"] is not None and row["paid_at"] < as_of


def compute(rows, kind, as_of=AS_OF):
    frame = as_kind(pl.DataFrame(rows, schema=SCHEMA, orient="row"), kind)
    got = TraitSet(TRAITS, currency="CNY").compute(frame, as_of=as_of)
    assert type(got) is type(frame)
    return sorted(rows_of(got), key=lambda row: row["customer_id"])


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
@settings(deadline=None, max_examples=15)
@given(rows=st.lists(lines(), max_size=14))
def test_rows_and_frames_agree(kind, rows):
    """Missing values, ties, window edges, empty windows and odd text: the same traits by row and on each engine."""
    assert compute(rows, kind) == by_row(rows)  # halves and quarters: even float sums are exact


@settings(deadline=None, max_examples=30)
@given(rows=st.lists(lines(), max_size=10), seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, seed):
    """Rows of one instant have no order of their own: shuffled, they give the same traits."""
    shuffled = [*rows]
    seed.shuffle(shuffled)
    assert by_row(shuffled) == by_row(rows)


@settings(deadline=None, max_examples=30)
@given(rows=st.lists(lines(), max_size=10), as_of=instants)
def test_nothing_at_or_after_the_cut_is_seen(rows, as_of):
    """Traits as of a moment are the traits of the rows before it alone: what is learned leaks nothing."""
    assert by_row(rows, as_of=as_of) == by_row([row for row in rows if seen(row, as_of)], as_of=as_of)


@pytest.mark.parametrize("kind", EAGER)
def test_frames_of_dates_alone(kind):
    """Where rows have only a day, the day of as_of is not over and not seen."""
    frame = pl.DataFrame(
        {"customer_id": ["c"] * 3, "date": [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]}
    )
    traits = TraitSet({"n": Count(), "gap": TypicalGap(), "since": DaysSince()}, at=None, day="date")
    got = traits.compute(as_kind(frame, kind), as_of=AS_OF)
    assert rows_of(got) == [{"customer_id": "c", "n": 2, "gap": 1.0, "since": 1}]
    assert traits.of(frame.to_dicts(), as_of=AS_OF) == {"n": 2, "gap": 1.0, "since": 1}


@pytest.mark.spark
def test_spark_agrees(spark):
    """The same traits on Spark, lazily, with ties, missing values and window edges."""
    import random

    rng = random.Random(7)
    instants = [edge - timedelta(microseconds=us) for edge in _edges for us in (0, 1)]
    rows = []
    for _ in range(60):
        at = rng.choice([None, *instants])
        rows.append(
            {
                "customer_id": rng.choice([None, "c1", "c2", "客户"]),
                "shop_id": rng.choice([None, "s1", "s2"]),
                "order_id": rng.choice([None, "o1", "o2"]),
                "product_id": rng.choice([None, "P", "é", "𠮷"]),
                "paid_minor": rng.choice([None, 0, 999, 1001, 2**40]),
                "quantity": rng.choice([None, 127]),
                "weight": rng.choice([None, 0.5, float("nan")]),
                "paid_at": None if at is None else at.astimezone(UTC),
                "order_date": None if at is None else at.astimezone(SHANGHAI).date(),
                "currency": rng.choice(["CNY", None]),
            }
        )
    ddl = (
        "customer_id string, shop_id string, order_id string, product_id string, paid_minor long, quantity byte, "
        "weight double, paid_at timestamp, order_date date, currency string"
    )
    frame = spark.createDataFrame([tuple(row.values()) for row in rows], ddl)
    got = TraitSet(TRAITS, currency="CNY").compute(frame, as_of=AS_OF)
    assert type(got) is type(frame)
    plain = sorted((row.asDict() for row in got.collect()), key=lambda row: row["customer_id"])
    for row in plain:
        row["last_paid_at"] = row["last_paid_at"] and row["last_paid_at"].replace(tzinfo=UTC)
    assert plain == by_row(rows)
