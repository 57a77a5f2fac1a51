"""The customer summary of the literature from our traits: the reference counts of Online Retail II and CDNOW."""

from datetime import date

import polars as pl
import pytest

from privdomain.customers.traits import (
    Count,
    DaysFirstToLast,
    DaysSince,
    Distinct,
    Min,
    NaturalDays,
    Sum,
    TraitSet,
    TypicalGap,
)

SUMMARY = {
    "purchase_days": Distinct("order_date"),
    "days_since_first": DaysSince(occurrence="first"),
    "days_first_to_last": DaysFirstToLast(),
    "gap_days": TypicalGap(),
}


@pytest.fixture(scope="module")
def calibration(online_retail):
    return TraitSet(SUMMARY, zone="UTC").compute(online_retail, as_of=date(2011, 6, 10))


def test_online_retail_calibration(calibration):
    """Customers, repeat purchase days, one-time buyers, and both times in weeks, to the fourth decimal."""
    repeats = calibration["purchase_days"] - 1
    assert [calibration.height, repeats.sum(), (repeats == 0).sum()] == [4_969, 18_533, 1_623]
    first_to_last = calibration["days_first_to_last"]
    # the observation ends with the day before as_of
    first_to_end = calibration["days_since_first"] - 1
    assert [round(first_to_last.sum() / 7, 4), round(first_to_end.sum() / 7, 4)] == [
        136_767.5714,
        258_077.4286,
    ]
    assert (calibration["gap_days"].is_null() == (repeats == 0)).all()


def test_online_retail_holdout(calibration, online_retail):
    """183 natural days after the cut: purchase days, buyers and money of the customers known before it."""
    window = NaturalDays(183)
    after = TraitSet(
        {"days": Distinct("order_date", window=window), "spend_minor": Sum("paid_minor", window=window)},
        zone="UTC",
    ).compute(online_retail, as_of=date(2011, 12, 10))
    known = after.join(calibration, on="customer_id", how="semi")
    assert [known["days"].sum(), (known["days"] > 0).sum()] == [7_797, 2_577]
    assert known["spend_minor"].sum() == 458_977_428


def test_online_retail_whole_log(online_retail):
    """33,107 customer-days; between them 27,229 gaps."""
    days = TraitSet(SUMMARY, zone="UTC").compute(online_retail, as_of=date(2011, 12, 10))["purchase_days"]
    assert [days.sum(), (days - 1).sum()] == [33_107, 27_229]


@pytest.mark.parametrize(
    ("file", "customers", "repeats", "once", "holdout", "buyers"),
    [
        ("cdnow_sample.csv.gz", 2_357, 2_457, 1_411, 1_882, 684),
        ("cdnow_master.csv.gz", 23_570, 24_337, 14_119, 19_684, 7_058),
    ],
)
def test_cdnow(data_folder, file, customers, repeats, once, holdout, buyers):
    """A log of days without hours: summary to 1997-09-30, then 39 weeks of holdout."""
    purchases = pl.read_csv(
        data_folder / file, schema_overrides={"customer_id": pl.String, "date": pl.Date}
    ).with_columns(cents=(pl.col("amount") * 100).round().cast(pl.Int64))
    window = NaturalDays(273)
    traits = {
        "days": Distinct("date"),
        "since_first": DaysSince(occurrence="first"),
        "lines": Count(),
        "least": Min("cents"),
    }
    before = TraitSet(traits, at=None, day="date").compute(purchases, as_of=date(1997, 10, 1))
    x = before["days"] - 1
    assert [before.height, x.sum(), (x == 0).sum()] == [customers, repeats, once]
    weeks = (before["since_first"] - 1) / 7
    assert [weeks.min(), round(weeks.max(), 3)] == [27.0, 38.857]
    after = TraitSet({"days": Distinct("date", window=window)}, at=None, day="date").compute(
        purchases, as_of=date(1998, 7, 1)
    )
    assert [after["days"].sum(), (after["days"] > 0).sum()] == [holdout, buyers]


def test_cdnow_gaps(data_folder):
    """44,021 gaps in the master log; a customer's typical gap is the median of her own, as computed by hand."""
    purchases = pl.read_csv(
        data_folder / "cdnow_master.csv.gz", schema_overrides={"customer_id": pl.String, "date": pl.Date}
    )
    got = TraitSet({"days": Distinct("date"), "gap": TypicalGap()}, at=None, day="date").compute(
        purchases, as_of=date(1998, 7, 1)
    )
    assert (got["days"] - 1).sum() == 44_021
    days = purchases.select("customer_id", "date").unique().sort("customer_id", "date")
    gaps = days.with_columns(gap=pl.col("date").diff().over("customer_id").dt.total_days())
    by_hand = gaps.group_by("customer_id").agg(pl.col("gap").median()).sort("customer_id")
    assert got["gap"].equals(by_hand["gap"])
