"""Cells of exported tables: what is read, what is refused and in which words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.frames import _cells as cells


def read(found: cells.Cells) -> list[tuple[object, str | None]]:
    return list(zip(found.value.to_list(), found.reason.to_list(), strict=True))


def text(*values: str | None) -> pl.Series:
    return pl.Series("x", values, dtype=pl.String)


IDS = [
    ("A1", "A1"), ("  A1 ", "A1"), ("'3700000000000000001", "3700000000000000001"), ("\t99", "99"), ('="0123"', "0123"),
    ("１２３", "123"), ("007", "007"), ("12E5", "12E5"), ("12e3", "12e3"), ("E12", "E12"), ("A12E10", "A12E10"),
    ("a.0", "a.0"), ("-", None), ("", None), (None, None), ("NULL", None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "value"), IDS)
def test_ids(cell, value):
    """Text as it stands; the guards that exports put around ids go, leading zeros and letters stay."""
    assert read(cells.identifiers(text(cell))) == [(value, None)]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1.23E+18", "is 1.23E+18: a spreadsheet has rounded the id"),
        ("3.7e+18", "is 3.7e+18: a spreadsheet has rounded the id"),
        ("１.２３Ｅ＋１８", "is 1.23E+18: a spreadsheet has rounded the id"),
        ("123.0", "is a number with a decimal point: a spreadsheet has read the id as a number"),
        ("x" * 129, "is longer than 128 characters"),
        ("A\x001", "holds a control character"),
    ],
)
def test_ids_that_are_refused(cell, reason):
    """What a spreadsheet has made of an id is no id any more."""
    assert read(cells.identifiers(text(cell))) == [(None, reason)]


@pytest.mark.parametrize(
    "cell",
    ["1.23E18", "3.7e18", "12.3E+17", "1.23E-5", "37E+17", "37e17", "3E18", "370E016", ".37E19", "3.E18", "+3.7E18", "1,23E+18",
     "3.7E +18", "'3.7E18", "１２．３Ｅ１７", "1.5e3"],
)  # fmt: skip
def test_every_scientific_form_is_no_id(cell):
    """Sign, point and how many digits lead depend on what wrote the file; the id is lost in all of them."""
    ((value, reason),) = read(cells.identifiers(text(cell)))

    assert value is None
    assert str(reason).endswith("a spreadsheet has rounded the id")


def test_floats_are_no_ids():
    """A whole column of floats has lost its digits; its empty cells are just empty."""
    refused = "is a number with a decimal point: the id has been read as a number"
    assert read(cells.identifiers(pl.Series("x", [3.7e18, 1.0, None, float("nan")]))) == [
        (None, refused), (None, refused), (None, None), (None, None),
    ]  # fmt: skip


def test_whole_numbers_are_ids():
    """An integer column has all its digits."""
    assert read(cells.identifiers(pl.Series("x", [2**63 - 1, None]))) == [
        (str(2**63 - 1), None),
        (None, None),
    ]


def test_ids_rounded_without_a_sign_of_it():
    """Long ids that all end in zeros after the 15th digit were rounded; one among others that do not was not."""
    rounded = ["3700000000000010000", "3700000000000020000", "A1"]

    found = read(cells.identifiers(text(*rounded)))
    assert [value for value, _ in found] == [None, None, "A1"]
    assert "a spreadsheet has rounded the ids" in str(found[0][1])
    assert read(cells.identifiers(text(*rounded, "3700000000000020001")))[0] == ("3700000000000010000", None)
    assert read(cells.identifiers(text("3700000000000010000"))) == [("3700000000000010000", None)]


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("12.5", 1250), ("12.50", 1250), ("12", 1200), ("12.", 1200), ("0", 0), ("-0.00", 0), ("+3", 300),
        ("¥1,234.50", 123450), ("￥12", 1200), ("12.5元", 1250), ("１２．５", 1250), ("1,234,567.89", 123456789),
        (" 12.5 ", 1250), ("CNY 12.50", 1250), ("1 234 567.89", 123456789),
        ("¥ 1\u202f234", 123400), ("- ¥ 0", 0), ("12.50 RMB", 1250), ("人民币 1,200 元", 120000), ("人民币12", 1200), ("12.340", 1234), ("9999999999999.99", 999999999999999),
        (None, None), ("--", None),
    ],
)  # fmt: skip
def test_amounts(cell, minor):
    """Yuan in every dress a console gives them, exactly."""
    assert read(cells.amounts(text(cell), digits=2)) == [(minor, None)]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1,23", "1,23 is no amount"), ("1.234,50", "1.234,50 is no amount"), ("12,34.5", "12,34.5 is no amount"),
        ("12.345", "12.345 has more digits than the currency"), ("-3", "is negative"), ("1.2万", "what stands there is no amount"),
        ("王小明", "what stands there is no amount"), ("1.2.3", "1.2.3 is no amount"), ("138 0013 8000-", "what stands there is no amount"),
        ("138 0000 0000", "what stands there is no amount"), ("12 34", "12 34 is no amount"), ("1 234,567", "1 234,567 is no amount"),
        ("12 . 5", "12 . 5 is no amount"), ("1 2345", "1 2345 is no amount"), ("5元8", "5元8 is no amount"),
        ("12345678901234567890", "is too large"), ("٣", "what stands there is no amount"),
    ],
)  # fmt: skip
def test_amounts_that_are_refused(cell, reason):
    """Separators in the wrong place, digits the currency does not have; never a name or a phone number in the reason."""
    assert read(cells.amounts(text(cell), digits=2)) == [(None, reason)]


def test_amounts_in_minor_units():
    """With no digits after the point, 分 are whole; .0 is none."""
    assert read(cells.amounts(text("1200", "12.0", "12.5"), digits=0)) == [
        (1200, None), (12, None), (None, "12.5 has more digits than the currency"),
    ]  # fmt: skip


def test_amounts_that_are_numbers_already():
    """A spreadsheet's own numbers: floats to the nearest 分 where that is what they mean, integers, decimals."""
    floats = pl.Series("x", [19.99, 0.1 + 0.2, 12.345, -1.0, float("nan"), float("inf"), None])
    assert read(cells.amounts(floats, digits=2)) == [
        (1999, None), (30, None), (None, "has more digits than the currency"), (None, "is negative"), (None, None),
        (None, "is too large"), (None, None),
    ]  # fmt: skip
    assert read(cells.amounts(pl.Series("x", [12, None]), digits=2)) == [(1200, None), (None, None)]
    assert read(cells.amounts(pl.Series("x", [Decimal("12.30")]), digits=2)) == [(1230, None)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**14), max_size=20))
def test_every_amount_is_read_as_it_was_written(amounts):
    """Whatever the amount and however it is written, the same 分 come back."""
    for written in ("{:.2f}", "¥{:,.2f}", "{:.2f} 元"):
        column = text(*(written.format(Decimal(minor) / 100) for minor in amounts))
        assert read(cells.amounts(column, digits=2)) == [(minor, None) for minor in amounts]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**11), max_size=20))
def test_every_float_amount_is_read_as_it_was_meant(amounts):
    """A double holds an amount up to a milliard yuan closely enough to tell which."""
    assert read(
        cells.amounts(pl.Series("x", [minor / 100 for minor in amounts], dtype=pl.Float64), digits=2)
    ) == [(minor, None) for minor in amounts]


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        ("2", 2, None), ("2件", 2, None), ("2 盒", 2, None), ("2.0", 2, None), ("1,000", 1000, None), ("２", 2, None),
        ("2.5", None, "2.5 is no whole number"), ("0", None, "0 is less than 1"), ("-1", None, "-1 is less than 1"),
        ("两件", None, "what stands there is no whole number"), (None, None, None), ("", None, None),
    ],
)  # fmt: skip
def test_units(cell, value, reason):
    """Whole numbers with or without a counting word."""
    assert read(cells.units(text(cell), at_least=1)) == [(value, reason)]


def test_units_that_are_numbers_already():
    """Floats without a fraction are whole."""
    column = pl.Series("x", [2.0, 2.5, 0.0, float("nan"), None])
    assert read(cells.units(column, at_least=1)) == [
        (2, None), (None, "is no whole number"), (None, "is less than 1"), (None, None), (None, None),
    ]  # fmt: skip


EVENING = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)
"""20:00 in Shanghai."""
MORNING = datetime(2026, 11, 10, 16, 0, tzinfo=UTC)
"""Midnight of the 11th in Shanghai."""


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-11-11 20:00:00", EVENING), ("2026-11-11 20:00", EVENING), ("2026/11/11 20:00", EVENING),
        ("2026.11.11 20:00", EVENING), ("2026年11月11日 20:00", EVENING), ("2026年11月11日20时00分00秒", EVENING),
        ("2026/11/11 下午8:00", EVENING), ("2026/11/11 下午 8:00:00", EVENING), ("2026-11-11T20:00:00", EVENING),
        ("2026-11-11T12:00:00Z", EVENING), ("2026-11-11T20:00:00+08:00", EVENING), ("2026-11-11T06:30:00-0530", EVENING),
        ("20261111200000", EVENING), ("２０２６-11-11 20：00", EVENING), ("46337.8333333", EVENING), ("46337.833333", EVENING),
        ("2026-11-11", MORNING), ("2026/11/11", MORNING), ("20261111", MORNING), ("46337", MORNING), ("2026年11月11日", MORNING),
        ("2026/11/11 上午12:00", MORNING), ("2026/11/11 0:00", MORNING),
        ("2026/1/5 9:05:07", datetime(2026, 1, 5, 1, 5, 7, tzinfo=UTC)),
        ("2026/11/11 下午12:05", datetime(2026, 11, 11, 4, 5, tzinfo=UTC)),
        ("2026-11-11 20:00:00.123", EVENING.replace(microsecond=123_000)),
        ("2026-11-11 20:00:00.123456789", EVENING.replace(microsecond=123_456)),
        ("2024-02-29", datetime(2024, 2, 28, 16, 0, tzinfo=UTC)), (None, None), ("-", None),
    ],
)  # fmt: skip
def test_moments(cell, value):
    """Every form that consoles and spreadsheets write, in UTC."""
    assert read(cells.instants(text(cell), zone="Asia/Shanghai")) == [(value, None)]


@pytest.mark.parametrize(
    "cell",
    [
        "11/11/2026", "26-11-11", "2026-02-30", "2026-13-01", "2026-11-11 24:00", "2026-11-11 20:61", "1762862400",
        "2025-02-29", "2026-11-11 下午13:00", "12345", "99999", "0026-11-11", "00261111", "1899-12-31", "2226-11-11",
        "2026-11-11T20:00:00+99:99", "2026-11-11T20:00:00+15:00", "2026-11-11T20:00:00-0860",
    ],
)  # fmt: skip
def test_moments_that_are_refused(cell):
    """What could be two dates, or none, is not guessed; Unix seconds are no date of a spreadsheet."""
    assert read(cells.instants(text(cell), zone="Asia/Shanghai")) == [(None, f"{cell} is no date")]


def test_a_name_in_a_column_of_dates_is_not_repeated():
    """Columns shift: the reason does not show what it cannot read."""
    assert read(cells.instants(text("王小明", "13800138000", "1762862400000"), zone="Asia/Shanghai")) == [
        (None, "what stands there is no date")
    ] * 3  # fmt: skip


def test_clocks_that_are_put_forward_and_back():
    """A skipped time is refused, one that occurs twice is the first."""
    skipped, twice = "2026-03-08 02:30", "2026-11-01 01:30"
    assert read(cells.instants(text(skipped, twice), zone="America/New_York")) == [
        (None, "2026-03-08 02:30 is a time the clock skipped"), (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), None),
    ]  # fmt: skip


def test_moments_that_are_dates_already():
    """Typed columns: with a zone, without one, days, and a spreadsheet's numbers."""
    aware = pl.Series("x", [EVENING, None], dtype=pl.Datetime("ms", "Asia/Tokyo"))
    naive = pl.Series("x", [datetime(2026, 11, 11, 20), None], dtype=pl.Datetime("ns"))
    days = pl.Series("x", [date(2026, 11, 11), None])
    numbers = pl.Series("x", [46337.83333333, None, float("nan")])
    assert read(cells.instants(aware, zone="UTC")) == [(EVENING, None), (None, None)]
    assert read(cells.instants(naive, zone="Asia/Shanghai")) == [(EVENING, None), (None, None)]
    assert read(cells.instants(days, zone="Asia/Shanghai")) == [(MORNING, None), (None, None)]
    assert read(cells.instants(numbers, zone="Asia/Shanghai")) == [
        (EVENING, None),
        (None, None),
        (None, None),
    ]
    assert read(cells.instants(pl.Series("x", [20261111]), zone="UTC")) == [
        (None, "is a number, and no day of Excel's")
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.datetimes(datetime(1992, 1, 1), datetime(2099, 12, 31)).map(lambda at: at.replace(microsecond=0)),
        max_size=12,
    )
)
def test_every_moment_is_read_as_it_was_written(moments):
    """Whatever the second and however it is written, the same moment comes back."""
    for written in (
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%Y年%m月%d日 %H:%M:%S",
        "%Y%m%d%H%M%S",
        "%Y-%m-%dT%H:%M:%SZ",
    ):
        column = text(*(at.strftime(written) for at in moments))
        expected = [(at.replace(tzinfo=UTC), None) for at in moments]
        assert read(cells.instants(column, zone="UTC")) == expected
    serials = [(at - datetime(1899, 12, 30)).total_seconds() / 86_400 for at in moments]
    assert read(cells.instants(pl.Series("x", serials, dtype=pl.Float64), zone="UTC")) == expected


@pytest.mark.parametrize(
    ("cell", "value"),
    [("是", True), ("否", False), ("Y", True), ("no", False), ("1", True), ("0.0", False), ("TRUE", True), ("", False), (None, False)],
)  # fmt: skip
def test_flags(cell, value):
    """Yes and no in both languages; an empty cell is no."""
    assert read(cells.flags(text(cell))) == [(value, None)]


def test_flags_that_are_none():
    """Perhaps is neither."""
    assert read(cells.flags(text("也许"))) == [(None, "is neither yes nor no")]
    assert read(cells.flags(pl.Series("x", [True, None]))) == [(True, None), (False, None)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("人民币", "CNY"), ("元", "CNY"), ("RMB", "CNY"), ("rmb", "CNY"), ("ＣＮＹ", "CNY"), (" cny ", "CNY"), ("人民币元", "CNY"),
     ("usd", "USD"), ("", None), (None, None)],
)  # fmt: skip
def test_currencies(cell, code):
    """The words in use for one's own currency, and codes in any case."""
    assert read(cells.currencies(text(cell))) == [(code, None)]


def test_words():
    """Known words are ours, others are said to be unknown, empty cells stay empty."""
    found = cells.words(text("已完成", "审核中", None), means={"已完成": "completed"}, other="unknown")
    assert read(found) == [("completed", None), ("unknown", None), (None, None)]
