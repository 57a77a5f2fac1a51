"""Month arithmetic: the clamp table, rounding up, and the laws."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.calendar import RoundUp, add_months, day_start, round_up_day, usable_through, usable_until
from privdomain.errors import ArgumentError

CLAMP = [
    pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), date(2026, 3, 1), id="CLAMP-1-january-31st"),
    pytest.param(date(2024, 1, 31), 1, date(2024, 2, 29), date(2024, 3, 1), id="CLAMP-2-leap-year"),
    pytest.param(date(2026, 1, 25), 1, date(2026, 2, 25), date(2026, 2, 26), id="CLAMP-3-no-clamp"),
    pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), date(2027, 3, 1), id="CLAMP-4-six-months"),
    pytest.param(date(2024, 2, 29), 12, date(2025, 2, 28), date(2025, 3, 1), id="CLAMP-5-leap-day"),
]


@pytest.mark.parametrize(("start", "months", "through", "unusable_from"), CLAMP)
def test_month_clamp(start, months, through, unusable_from):
    """Add the months, then clamp; usable through the last day, unusable from the next midnight."""
    assert add_months(start, months) == through
    assert usable_through(start, months=months) == through
    assert usable_until(day_start(start), months=months) == day_start(unusable_from)


ROUND_UP = [
    pytest.param(None, date(2027, 7, 10), id="none"),
    pytest.param(RoundUp.MONTH, date(2027, 7, 31), id="month"),
    pytest.param(RoundUp.QUARTER, date(2027, 9, 30), id="quarter"),
    pytest.param(RoundUp.HALF_YEAR, date(2027, 12, 31), id="half-year"),
    pytest.param(RoundUp.YEAR, date(2027, 12, 31), id="ROUND-UP-1-year-end"),
    pytest.param(RoundUp.MARCH, date(2028, 3, 31), id="march-of-next-year"),
    pytest.param(RoundUp.JULY, date(2027, 7, 31), id="july-not-over-yet"),
    pytest.param(RoundUp.FEBRUARY, date(2028, 2, 29), id="february-of-a-leap-year"),
    pytest.param(RoundUp.DECEMBER, date(2027, 12, 31), id="december"),
]


@pytest.mark.parametrize(("round_up", "through"), ROUND_UP)
def test_round_up_comes_after_the_clamp(round_up, through):
    """Earned 2026-07-10, 12 months, rounded to the year end: usable through 2027-12-31; the others alike."""
    assert usable_through(date(2026, 7, 10), months=12, round_up=round_up) == through


def test_tier_6_twelve_months_rounded_to_the_month_end():
    """TIER-6: upgraded 2026-03-10, held 12 months rounded to month end, valid through 2027-03-31."""
    assert usable_through(date(2026, 3, 10), months=12, round_up=RoundUp.MONTH) == date(2027, 3, 31)


def test_the_zone_decides_which_day_a_term_begins_on():
    """At 16:30 UTC on 31 January it is February in Shanghai, so a month ends on 1 March there."""
    earned = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)

    assert usable_until(earned, months=1).isoformat() == "2026-03-02T00:00:00+08:00"
    assert usable_until(earned, months=1, zone="UTC").isoformat() == "2026-03-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-02-08T02:30:00-05:00", 1, "2026-03-08T07:00:00+00:00"),  # skipped: the moment of the jump
        ("2026-02-08T09:00:00-05:00", 1, "2026-03-08T13:00:00+00:00"),  # 09:00 stays 09:00
        ("2026-12-31T23:59:59-05:00", 2, "2027-03-01T04:59:59+00:00"),
    ],
)
def test_a_datetime_keeps_its_wall_clock_across_daylight_saving(start, months, expected):
    """Months are added on the wall in New York, not as elapsed time."""
    local = datetime.fromisoformat(start).astimezone(ZoneInfo("America/New_York"))

    assert add_months(local, months).astimezone(UTC).isoformat() == expected


def test_a_datetime_with_a_fixed_offset_keeps_it():
    """A platform's +08:00 stays +08:00, microseconds included."""
    start = datetime(2026, 1, 31, 9, 0, 0, 7, tzinfo=timezone(timedelta(hours=8)))

    assert add_months(start, 1).isoformat() == "2026-02-28T09:00:00.000007+08:00"


dates = st.dates(min_value=date(1000, 1, 1), max_value=date(3000, 12, 31))
counts = st.integers(min_value=-2400, max_value=2400)


@given(first=dates, second=dates, months=counts)
def test_add_months_is_monotone(first, second, months):
    """What is later stays later, or becomes equal by the clamp."""
    first, second = sorted((first, second))

    assert add_months(first, months) <= add_months(second, months)


@given(start=dates, months=counts)
def test_add_months_lands_in_the_month_asked_for(start, months):
    """The month is exact; the day is the same or the last of the month."""
    end = add_months(start, months)

    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(day=dates, to=st.sampled_from(RoundUp))
def test_round_up_is_the_end_of_a_month_and_stays_there(day, to):
    """Rounding goes forward, at most a year, to a last day of a month, and once more changes nothing."""
    up = round_up_day(day, to)

    assert day <= up < add_months(day, 12) + timedelta(days=31)
    assert (up + timedelta(days=1)).day == 1
    assert round_up_day(up, to) == up


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: add_months(date(9999, 12, 1), 1), "year 10000"),
        (lambda: add_months(date(1, 1, 1), -1), "year 0"),
        (lambda: add_months(date(2026, 1, 1), True), "whole numbers"),
        (lambda: add_months(date(2026, 1, 1), 1.0), "whole numbers"),
        (lambda: add_months(datetime(2026, 1, 1), 1), "naive"),
        (lambda: add_months("2026-01-01", 1), "expected a date"),
        (lambda: usable_through(date(2026, 1, 1), months=-1), "zero or more"),
        (lambda: usable_through(datetime(2026, 1, 1, tzinfo=UTC), months=1), "expected a date"),
        (
            lambda: usable_until(datetime(9999, 12, 30, tzinfo=UTC), months=0, round_up=RoundUp.YEAR),
            "last date",
        ),
        (lambda: round_up_day(date(9999, 12, 30), RoundUp.MARCH), "year 10000"),
    ],
)
def test_month_arithmetic_refuses(call, says):
    """Wrong kinds and dates that do not exist are ArgumentErrors."""
    with pytest.raises(ArgumentError, match=says):
        call()


def test_the_last_year_end_there_is_can_be_rounded_to():
    """The end of 9999 is a date like others."""
    assert round_up_day(date(9999, 12, 30), RoundUp.YEAR) == date.max
