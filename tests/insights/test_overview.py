"""The overview counts what is there, values a year, and puts the most valuable quiet customer first."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from privdomain.customers.segmentation import RFM
from privdomain.customers.traits import rfm_traits
from privdomain.errors import ArgumentError, FrameError
from privdomain.insights.overview import UNSCORED, GroupRow, summarize_customers
from privdomain.insights.reports import write_report

AT = datetime(2026, 11, 24, tzinfo=UTC)


def profiles() -> pl.DataFrame:
    columns = [
        "customer_id", "days_since_last_order", "days_first_to_last_order", "orders", "spend_minor",
        "r_score", "f_score", "m_score", "segment", "value_class",
    ]  # fmt: skip
    rows = [
        ("a", 3, 730, 10, 200_000, 5, 5, 5, "champion", "重要价值客户"),
        ("b", 300, 0, 1, 50_000, 1, 1, 4, "hibernating", "重要挽留客户"),
        ("c", 400, 730, 6, 300_001, 1, 5, 5, "can't lose", "重要保持客户"),
        ("d", 350, 100, 2, 50_000, 1, 1, 4, "hibernating", "重要挽留客户"),
        ("e", 360, 0, 1, 100, 1, 1, 1, "hibernating", "一般挽留客户"),
    ]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_groups_and_totals():
    """Every customer is in one class and one segment, and the groups add up to the whole."""
    found = summarize_customers(profiles(), as_of=AT, currency="CNY")

    assert (found.customers, found.orders, found.revenue_minor) == (5, 20, 600_101)
    assert found.classes[0] == GroupRow(
        name="重要保持客户", customers=1, orders=6, spend_minor=300_001, yearly_minor=150_000
    )
    for groups in (found.classes, found.segments):
        assert sum(group.customers for group in groups) == 5
        assert sum(group.spend_minor for group in groups) == 600_101
    assert found.grid == ((1, 1, 3), (1, 5, 1), (5, 5, 1))


def test_whom_to_win_back_first():
    """Only the two valuable quiet classes, by a year's worth, equal ones by id; the sum counts all of them."""
    found = summarize_customers(profiles(), as_of=AT, currency="CNY", win_back=2)

    assert [who.customer_id for who in found.win_back] == ["c", "b"]
    assert found.at_stake_minor == 150_000 + 50_000 + 50_000


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_any_eager_frame(kind):
    """The same figures from every kind of eager frame."""
    frame = profiles()
    given = {"polars": lambda: frame, "pandas": frame.to_pandas, "pyarrow": frame.to_arrow}[kind]()

    assert summarize_customers(given, as_of=AT, currency="CNY") == summarize_customers(
        frame, as_of=AT, currency="CNY"
    )


def test_tags_and_months():
    """A tag counts people, not rows; a month sums what was paid in it."""
    tags = pl.DataFrame({"customer_id": ["a", "a", "b"], "tag": ["vip", "vip", "new"]})
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 1, 1)]
    lines = pl.DataFrame({"order_date": days, "paid_minor": [1, 20, 300]})

    found = summarize_customers(profiles(), as_of=AT, currency="CNY", tags=tags, order_lines=lines)

    assert found.tags == (("new", 1), ("vip", 1))
    assert found.months == (("2026-01-01", 301), ("2026-02-01", 20))


def test_the_page(tmp_path):
    """The overview is a report: its page names the classes and writes the money."""
    found = summarize_customers(profiles(), as_of=AT, currency="CNY", notes=("订单为真实数据",))

    page = write_report(found, tmp_path / "overview.html").read_text(encoding="utf-8")

    for shown in ("客户概览", "重要保持客户", "¥6,001.01", "¥2,500.00", "订单为真实数据", "先联系谁"):
        assert shown in page


def test_what_it_refuses():
    """A lazy frame, missing columns (all named), a naive moment."""
    with pytest.raises(FrameError, match="lazy"):
        summarize_customers(profiles().lazy(), as_of=AT, currency="CNY")
    with pytest.raises(FrameError) as missing:
        summarize_customers(profiles().drop("orders", "segment"), as_of=AT, currency="CNY")
    assert [problem.path for problem in missing.value.problems] == ["orders", "segment"]
    with pytest.raises(ArgumentError, match="time zone"):
        summarize_customers(profiles(), as_of=datetime(2026, 1, 1), currency="CNY")
    with pytest.raises(ArgumentError, match="win_back=-1"):
        summarize_customers(profiles(), as_of=AT, currency="CNY", win_back=-1)


def test_a_customer_without_an_order_that_counts(tmp_path):
    """From order lines on: whoever has only a closed order is 未评分, stands in no grid, and the page is written."""
    at = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3)]
    lines = pl.DataFrame(
        {
            "platform": ["own"] * 3, "shop_id": ["mall"] * 3, "order_id": ["1", "2", "3"],
            "customer_id": ["a", "b", "c"], "status": ["paid", "completed", "closed"], "paid_minor": [900, 100, 500],
            "currency": ["CNY"] * 3, "paid_at": at, "order_date": [moment.date() for moment in at],
        }
    )  # fmt: skip
    traits = rfm_traits(lines, as_of=AT)

    found = summarize_customers(RFM().fit(traits).score(traits), as_of=AT, currency="CNY")

    assert found.customers == 3
    assert {row.name: row.customers for row in found.classes}[UNSCORED] == 1
    assert sum(row.customers for row in found.segments) == 3
    assert sum(number for *_, number in found.grid) == 2
    assert UNSCORED in write_report(found, tmp_path / "r.html").read_text(encoding="utf-8")


def test_nobody_yet(tmp_path):
    """A shop without customers has a page, too: zeros, and no empty charts."""
    found = summarize_customers(profiles().head(0), as_of=AT, currency="CNY")

    page = write_report(found, tmp_path / "r.html").read_text(encoding="utf-8")

    assert (found.customers, found.revenue_minor, found.win_back) == (0, 0, ())
    assert "各类客户人数" not in page
