"""What each kind of trait means, case by case, read from rows and from a frame alike."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

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
    rfm_definitions,
    rfm_traits,
)
from privdomain.errors import ArgumentError, FrameError
from privdomain.rules import field

SHANGHAI = ZoneInfo("Asia/Shanghai")


def line(at, **fields):
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    return {
        "customer_id": "c1", "paid_at": moment.astimezone(UTC), "order_date": moment.date(), "currency": "CNY",
        "paid_minor": 100, "product_id": "p", **fields,
    }  # fmt: skip


def read(trait, rows, *, as_of, zone=SHANGHAI):
    """The trait by rows and by frame; they must agree."""
    traits = TraitSet({"it": trait}, zone=zone)
    by_row = traits.of(rows, as_of=as_of)["it"]
    frame = traits.compute(pl.DataFrame(rows, infer_schema_length=None), as_of=as_of)
    assert frame["it"].to_list() == [by_row]
    return by_row


NOON = datetime(2024, 2, 18, 13, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("at", "natural", "rolling"),
    [
        ("2024-02-10T23:59:59.999999", 0, 0),
        ("2024-02-11T00:00:00", 1, 0),
        ("2024-02-11T12:59:59.999999", 1, 0),
        ("2024-02-11T13:00:00", 1, 1),
        ("2024-02-17T23:59:59.999999", 1, 1),
        ("2024-02-18T00:00:00", 0, 1),
        ("2024-02-18T12:59:59.999999", 0, 1),
    ],
)
def test_the_two_families_of_windows(at, natural, rolling):
    """SEG-1: past 7 natural days at 18 Feb 13:00 is 11 Feb 00:00 to 18 Feb 00:00; 7 × 24 h is another window."""
    rows = [line(at), line("2023-01-01T00:00:00")]
    assert read(Count(window=NaturalDays(7)), rows, as_of=NOON) == natural
    assert read(Count(window=RollingDays(7)), rows, as_of=NOON) == rolling


def test_filtering_precedes_aggregation():
    """Orders over ¥1000, counted: the small order is not among them."""
    rows = [line("2024-02-01T00:00:00", paid_minor=minor) for minor in (100_000, 100_001, 250_000)]
    assert read(Count(where=field("paid_minor") > 100_000), rows, as_of=NOON) == 2
    assert read(Count(where="paid_minor > 100000"), rows, as_of=NOON) == 2


def test_rolling_hours_cross_daylight_saving():
    """24 h × 1 is 24 hours also where the local day has 23: the window is cut between instants, not wall clocks."""
    paris = ZoneInfo("Europe/Paris")
    as_of = datetime(2024, 3, 31, 12, tzinfo=paris)  # the clocks went forward at 02:00
    start = as_of.astimezone(UTC) - timedelta(days=1)
    rows = [
        {"customer_id": "c", "paid_at": at, "order_date": at.astimezone(paris).date()}
        for at in (start - timedelta(microseconds=1), start)
    ]
    assert read(Count(window=RollingDays(1)), rows, as_of=as_of, zone=paris) == 1


@pytest.mark.parametrize(
    ("last", "as_of", "expected"),
    [
        ("2024-02-18T00:00:00", NOON, 0),
        ("2024-02-17T23:59:59", NOON, 1),
        ("2024-02-29T23:00:00", date(2024, 3, 1), 1),
        ("2023-02-28T23:00:00", date(2023, 3, 1), 1),
        ("2024-02-28T10:00:00", date(2024, 3, 1), 2),
        ("2023-12-31T10:00:00", date(2025, 1, 1), 367),
        ("1999-12-31T10:00:00", date(2000, 3, 1), 61),
        ("2096-02-28T10:00:00", date(2100, 3, 1), 1462),
    ],
)
def test_days_since_counts_local_days(last, as_of, expected):
    """Month ends, leap days, a leap century and one that is not: whole local days, 0 for the day of as_of."""
    rows = [line(last), line("1999-01-01T00:00:00")]
    assert read(DaysSince(), rows, as_of=as_of) == expected


def test_gaps_are_between_days_not_rows():
    """Three lines of one day are one purchase day; the median of 2 and 5 days is 3.5; one day has no gap."""
    days = [line("2024-02-01T08:00:00"), line("2024-02-01T09:00:00"), line("2024-02-03T00:00:00")]
    assert read(TypicalGap(), days[:2], as_of=NOON) is None
    assert read(TypicalGap(), days, as_of=NOON) == 2.0
    assert read(TypicalGap(), [*days, line("2024-02-08T00:00:00")], as_of=NOON) == 3.5


def test_first_and_last_with_ties():
    """Of several values in one instant the smallest is taken, whatever the rows' order; a missing one never."""
    rows = [
        line("2024-02-02T00:00:00", product_id="b"),
        line("2024-02-02T00:00:00", product_id="a"),
        line("2024-02-03T00:00:00", product_id=None),
        line("2024-02-01T00:00:00", product_id="z"),
    ]
    for ordered in (rows, rows[::-1]):
        assert read(Last("product_id"), ordered, as_of=NOON) == "a"
        assert read(First("product_id"), ordered, as_of=NOON) == "z"


def test_nothing_to_aggregate():
    """Counts and sums of nothing are 0; everything else of nothing is missing; the customer is still there."""
    none = field("paid_minor") > 10**9
    definitions = {
        "count": Count(where=none), "sum_minor": Sum("paid_minor", where=none), "distinct": Distinct("product_id", where=none),
        "min": Min("paid_minor", where=none), "max": Max("paid_minor", where=none), "first": First("product_id", where=none),
        "last": Last("product_id", where=none), "span": DaysFirstToLast(where=none), "since": DaysSince(where=none), "gap": TypicalGap(where=none),
    }  # fmt: skip
    rows = [line("2024-02-01T00:00:00")]
    expected = {
        "count": 0, "sum_minor": 0, "distinct": 0,
        "min": None, "max": None, "first": None, "last": None, "span": None, "since": None, "gap": None,
    }  # fmt: skip
    traits = TraitSet(definitions)
    assert traits.of(rows, as_of=NOON) == expected
    assert traits.compute(pl.DataFrame(rows), as_of=NOON).to_dicts() == [{"customer_id": "c1", **expected}]
    assert traits.of([], as_of=NOON) == expected
    assert traits.compute(pl.DataFrame(rows).clear(), as_of=NOON).to_dicts() == []


def test_a_customer_exists_from_the_first_row_on():
    """Who has no row before as_of, or no key, is in no result."""
    rows = [line("2024-02-18T13:00:00"), line("2024-02-01T00:00:00", customer_id=None)]
    assert TraitSet({"n": Count()}).compute(pl.DataFrame(rows), as_of=NOON).height == 0


def test_narrow_integers_do_not_overflow():
    """A sum of 8-bit quantities is a sum, not its remainder."""
    frame = pl.DataFrame(
        [line("2024-02-01T00:00:00", quantity=127)] * 300, schema_overrides={"quantity": pl.Int8}
    )
    assert TraitSet({"units": Sum("quantity")}).compute(frame, as_of=NOON)["units"].to_list() == [38_100]


# --- currencies


def test_mixed_currencies_are_refused_or_kept_apart():
    """Yuan and dollars do not add up: refused by name, unless grouped by currency or one of them is named."""
    rows = [line("2024-02-01T00:00:00"), line("2024-02-02T00:00:00", currency="USD", paid_minor=7)]
    frame, spend = pl.DataFrame(rows), {"spend_minor": Sum("paid_minor"), "lines": Count()}
    with pytest.raises(FrameError, match="CNY and USD do not add up"):
        TraitSet(spend).compute(frame, as_of=NOON)
    with pytest.raises(ArgumentError, match="CNY and USD do not add up"):
        TraitSet(spend).of(rows, as_of=NOON)
    apart = TraitSet(spend, by=("customer_id", "currency")).compute(frame, as_of=NOON)
    assert apart.rows() == [("c1", "CNY", 100, 1), ("c1", "USD", 7, 1)]
    dollars = TraitSet(spend, currency="USD")
    assert dollars.compute(frame, as_of=NOON).rows() == [("c1", 7, 2)]
    assert dollars.of(rows, as_of=NOON) == {"spend_minor": 7, "lines": 2}
    assert TraitSet({"lines": Count()}).compute(frame, as_of=NOON).rows() == [("c1", 2)]


def test_currencies_after_the_cut_do_not_matter():
    """A dollar order of next week does not spoil today's sums."""
    rows = [line("2024-02-01T00:00:00"), line("2024-02-20T00:00:00", currency="USD")]
    got = TraitSet({"spend_minor": Sum("paid_minor")}).compute(pl.DataFrame(rows), as_of=NOON)
    assert got.rows() == [("c1", 100)]


def test_a_lazy_frame_is_not_looked_into():
    """What a lazy frame holds is not known without running it, so the currency must be said."""
    frame = pl.DataFrame([line("2024-02-01T00:00:00")]).lazy()
    spend = {"spend_minor": Sum("paid_minor")}
    with pytest.raises(FrameError, match="currency="):
        TraitSet(spend).compute(frame, as_of=NOON)
    assert TraitSet(spend, currency="CNY").compute(frame, as_of=NOON).collect().rows() == [("c1", 100)]


# --- RFM


def test_rfm_traits_count_effective_orders_only():
    """Unpaid, held and closed orders are no purchases; one number in two shops is two orders."""
    common = {"platform": "own", "shop_id": "s1", "order_id": "1"}
    rows = [
        line("2024-02-01T00:00:00", status="completed", **common),
        line("2024-02-01T00:00:00", status="completed", **common),
        line("2024-02-05T00:00:00", status="paid", **{**common, "shop_id": "s2"}),
        line("2024-02-06T00:00:00", status="closed", **{**common, "order_id": "2"}),
        line("2024-02-07T00:00:00", status="on_hold", **{**common, "order_id": "3"}),
        {
            **line("2024-02-08T00:00:00", status="pending_payment", **{**common, "order_id": "4"}),
            "paid_at": None,
        },
    ]
    assert rfm_traits(pl.DataFrame(rows), as_of=NOON).rows() == [("c1", 13, 4, 2, 300)]
    got = TraitSet({**rfm_definitions(window=NaturalDays(14)), "lines": Count()}).of(rows, as_of=NOON)
    assert got == {
        "days_since_last_order": 13, "days_first_to_last_order": 0, "orders": 1, "spend_minor": 100, "lines": 5,
    }  # fmt: skip


# --- what is refused


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Count(window=30), r"RollingDays\(30\).*NaturalDays\(30\)"),
        (lambda: RollingDays(0), "one day or more"),
        (lambda: NaturalDays(True), "whole number"),
        (lambda: Sum(""), "a column's name"),
        (lambda: Distinct(()), "name one column"),
        (lambda: Count(where=lambda row: True), "pass a rule"),
        (lambda: DaysSince(occurrence="newest"), "'last' row or since the 'first'"),
        (lambda: TraitSet({}), "one trait or more"),
        (lambda: TraitSet({"customer_id": Count()}), "also a column of by"),
        (lambda: TraitSet({"n": "count"}), "expected a trait"),
        (lambda: TraitSet({"n": Count()}, by=()), "names no column"),
        (lambda: TraitSet({"n": Count(window=RollingDays(1))}, at=None), "leaves only days"),
        (lambda: TraitSet({"n": Count()}, zone="Asia/Shanghia"), "is not an IANA zone"),
        (lambda: TraitSet({"n": Count()}).of([], as_of=datetime(2024, 1, 1)), "has no zone"),
        (lambda: TraitSet({"n": Count()}).of([], as_of="2024-01-01"), "aware datetime or a date"),
        (
            lambda: TraitSet({"n": Count()}).of([{"paid_at": datetime(2024, 1, 1)}], as_of=NOON),
            "is no instant",
        ),
        (lambda: TraitSet({"n": Count()}).of([{"order_date": NOON}], as_of=NOON), "expected a date"),
        (
            lambda: TraitSet({"n": Count()}).of(
                [line("2024-02-01T00:00:00"), line("2024-02-01T00:00:00", customer_id="c2")], as_of=NOON
            ),
            "rows of 2 customers",
        ),
    ],
)
def test_wrong_arguments_say_what_is_right(make, words):
    """Every wrong definition or argument is refused with what to write instead."""
    with pytest.raises(ArgumentError, match=words):
        make()


def test_missing_and_wrong_columns_are_all_named():
    """One error lists every column that is missing, with the nearest name, or of another kind."""
    traits = TraitSet({"spend": Sum("paid_minor"), "large": Count(where=field("quantity") > 2)})
    with pytest.raises(FrameError) as caught:
        traits.compute(pl.DataFrame({"customer_id": ["c"], "paid_minr": [1]}), as_of=NOON)
    text = str(caught.value)
    assert "paid_minor: is missing, did you mean 'paid_minr'?" in text
    assert [problem.path for problem in caught.value.problems] == [
        "paid_at",
        "order_date",
        "paid_minor",
        "quantity",
    ]
    wrong = pl.DataFrame(
        {
            "customer_id": [1],
            "paid_at": [datetime(2024, 1, 1)],
            "order_date": ["x"],
            "paid_minor": ["1"],
            "quantity": [1],
        }
    )
    with pytest.raises(FrameError) as caught:
        traits.compute(wrong, as_of=NOON)
    assert [problem.path for problem in caught.value.problems] == [
        "customer_id",
        "paid_at",
        "order_date",
        "paid_minor",
    ]
    with pytest.raises(FrameError, match="list is not a frame"):
        traits.compute([], as_of=NOON)


def test_columns_in_which_nothing_stands():
    """A column of nothing has no kind; it is a column of missing values, whatever role it has."""
    rows = [
        line("2024-02-01T00:00:00", quantity=None, note=None),
        line("2024-02-03T00:00:00", quantity=None, note=None),
    ]
    frame = pl.DataFrame(rows)
    assert frame.schema["note"] == pl.Null
    traits = TraitSet(
        {
            "units": Sum("quantity"),
            "notes": Distinct("note"),
            "last_note": Last("note"),
            "noted": Count(where=field("note") == "x"),
            "noted_7d": Count(where=field("note") == "x", window=RollingDays(7)),
        }
    )
    assert (traits.by, traits.names) == (
        ("customer_id",),
        ("units", "notes", "last_note", "noted", "noted_7d"),
    )
    nothing = {"units": 0, "notes": 0, "last_note": None, "noted": 0, "noted_7d": 0}
    assert traits.compute(frame, as_of=NOON).to_dicts() == [{"customer_id": "c1", **nothing}]
    assert traits.of(rows, as_of=NOON) == nothing
    for name in ("customer_id", "paid_at"):
        empty = frame.with_columns(pl.lit(None).alias(name))
        assert traits.compute(empty, as_of=NOON).height == 0
    dayless = frame.with_columns(order_date=pl.lit(None))
    assert TraitSet({"gap": TypicalGap(), "n": Count()}).compute(dayless, as_of=NOON).rows() == [
        ("c1", None, 2)
    ]


def test_a_timestamp_without_a_zone_is_a_day():
    """It names no moment, but it names a local day: what pandas used to make of dates."""
    frame = pl.DataFrame([line("2024-02-01T00:00:00"), line("2024-02-03T00:00:00")])
    naive = frame.with_columns(pl.col("order_date").cast(pl.Datetime("ns")))
    traits = TraitSet({"since": DaysSince(), "week": Count(window=NaturalDays(16)), "gap": TypicalGap()})
    assert (
        traits.compute(naive, as_of=NOON).rows()
        == traits.compute(frame, as_of=NOON).rows()
        == [("c1", 15, 1, 2.0)]
    )
