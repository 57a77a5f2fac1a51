"""Lunar dates: the whole range both ways, what does not exist, and what returns every year."""

import pickle
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from borax.calendars import lunardate as borax
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.calendar import (
    FIRST_LUNAR_YEAR,
    LAST_LUNAR_YEAR,
    LunarDate,
    MissingDay,
    MissingLeap,
    leap_month,
    lunar_anniversary,
    lunar_month_days,
)
from privdomain.errors import ArgumentError

FIRST, LAST = date(1900, 1, 31), date(2101, 1, 28)
solar_days = st.dates(min_value=FIRST, max_value=LAST)


def test_round_trip_over_the_whole_range():
    """Every solar date of 1900-01-31 … 2101-01-28 comes back, and lunar dates come in the order of the days."""
    days = [FIRST + timedelta(days=ahead) for ahead in range((LAST - FIRST).days + 1)]
    lunar = [LunarDate.from_solar(day) for day in days]

    assert len(lunar) == 73_412
    assert [one.to_solar() for one in lunar] == days
    assert len(set(lunar)) == len(lunar)


@settings(deadline=None)  # the first lunar date loads the table
@given(day=solar_days)
def test_both_ways_agree_with_the_library_behind_it(day):
    """The conversion is our arithmetic on borax's month lengths, so borax's own must answer alike."""
    theirs = borax.LunarDate.from_solar(day)
    ours = LunarDate.from_solar(day)

    assert (ours.year, ours.month, ours.day, ours.is_leap) == (
        theirs.year, theirs.month, theirs.day, bool(theirs.leap),
    )  # fmt: skip
    assert ours.to_solar() == theirs.to_solar_date()


KNOWN = [
    (date(1900, 1, 31), LunarDate(1900, 1, 1), "1900年正月初一"),
    (date(2020, 5, 23), LunarDate(2020, 4, 1, is_leap=True), "2020年闰四月初一"),
    (date(2023, 1, 22), LunarDate(2023, 1, 1), "2023年正月初一"),
    (date(2023, 3, 22), LunarDate(2023, 2, 1, is_leap=True), "2023年闰二月初一"),
    (date(2024, 2, 9), LunarDate(2023, 12, 30), "2023年腊月三十"),
    (date(2024, 2, 10), LunarDate(2024, 1, 1), "2024年正月初一"),
    (date(2025, 1, 28), LunarDate(2024, 12, 29), "2024年腊月廿九"),
    (date(2025, 1, 29), LunarDate(2025, 1, 1), "2025年正月初一"),
    (date(2025, 7, 25), LunarDate(2025, 6, 1, is_leap=True), "2025年闰六月初一"),
    (date(2026, 2, 17), LunarDate(2026, 1, 1), "2026年正月初一"),
    (date(2026, 9, 25), LunarDate(2026, 8, 15), "2026年八月十五"),
    (date(2026, 9, 20), LunarDate(2026, 8, 10), "2026年八月初十"),
    (date(2033, 12, 22), LunarDate(2033, 11, 1, is_leap=True), "2033年闰冬月初一"),
    (date(2101, 1, 28), LunarDate(2100, 12, 29), "2100年腊月廿九"),
]


@pytest.mark.parametrize(("solar", "lunar", "text"), KNOWN)
def test_known_dates(solar, lunar, text):
    """Ends of the range, leap months, New Years of 29 and 30 days, and how they are written."""
    assert LunarDate.from_solar(solar) == lunar
    assert lunar.to_solar() == solar
    assert str(lunar) == text


@settings(deadline=None)  # the first lunar date loads the table
@given(first=solar_days, second=solar_days)
def test_lunar_dates_are_ordered_as_their_days(first, second):
    """A leap month comes after its ordinary twin, which its number alone does not say."""
    one, other = LunarDate.from_solar(first), LunarDate.from_solar(second)

    assert (one < other, one <= other, one > other, one >= other, one == other) == (
        first < second, first <= second, first > second, first >= second, first == second,
    )  # fmt: skip


def test_a_lunar_date_survives_pickle():
    """Task queues send values to other processes."""
    one = LunarDate(2025, 6, 1, is_leap=True)

    assert pickle.loads(pickle.dumps(one)) == one


def test_leap_months_of_the_range():
    """Seven in nineteen years: 74 of 201, and a leap month has a twin before it."""
    years = range(FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR + 1)
    leaps = {year: leap_month(year) for year in years if leap_month(year)}

    assert len(leaps) == 74
    assert tuple(leaps) == borax.LCalendars.get_leap_years()
    assert [leaps.get(year) for year in range(2020, 2027)] == [4, None, None, 2, None, 6, None]
    for year, month in leaps.items():
        ordinary_last = LunarDate(year, month, lunar_month_days(year, month)).to_solar()
        assert LunarDate(year, month, 1, is_leap=True).to_solar() == ordinary_last + timedelta(days=1)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: LunarDate(2025, 12, 30),
            r"2025 腊月 has 29 days.*last day is 2025年腊月廿九 \(2026-02-16\)",
        ),
        (
            lambda: LunarDate(2025, 6, 30, is_leap=True),
            r"闰六月 has 29 days.*2025年闰六月廿九 \(2025-08-22\)",
        ),
        (lambda: LunarDate(2026, 1, 0), "has 30 days, not a day 0"),
        (lambda: LunarDate(2026, 1, 31), "has 30 days, not a day 31"),
        (lambda: LunarDate(2026, 6, 1, is_leap=True), "2026 has no 闰六月; it has no leap month"),
        (lambda: LunarDate(2025, 5, 1, is_leap=True), "2025 has no 闰五月; its leap month is 闰六月"),
        (lambda: LunarDate(2026, 13, 1), "months are 1 to 12"),
        (lambda: LunarDate(2101, 1, 1), "covers 1900 to 2100"),
        (lambda: LunarDate(1899, 12, 1), "covers 1900 to 2100"),
        (lambda: LunarDate(2026, 1, True), "not a day True"),
        (lambda: LunarDate.from_solar(date(1900, 1, 30)), "covers 1900-01-31 to 2101-01-28"),
        (lambda: LunarDate.from_solar(date(2101, 1, 29)), "covers 1900-01-31 to 2101-01-28"),
        (lambda: LunarDate.from_solar(datetime(2026, 1, 1)), "expected a date"),
        (lambda: leap_month(2101), "covers 1900 to 2100"),
        (lambda: lunar_anniversary(1, 31, solar_year=2026), "at most 30 days"),
        (lambda: lunar_anniversary(0, 1, solar_year=2026), "months are 1 to 12"),
        (lambda: lunar_anniversary(1, 1, solar_year=1900), "from 1901 to 2100"),
    ],
)
def test_a_lunar_date_that_does_not_exist_cannot_be_made(make, says):
    """The error names the last day of that month, the leap month of that year, or the range."""
    with pytest.raises(ArgumentError, match=says):
        make()


ORDINARY, SKIP_LEAP = MissingLeap.ORDINARY_MONTH, MissingLeap.SKIP
RETURNS = [
    ("mid-autumn", 8, 15, False, 2026, MissingDay.LAST_DAY, ORDINARY, ["2026-09-25"]),
    (
        "twice in a solar year",
        12,
        8,
        False,
        2022,
        MissingDay.LAST_DAY,
        ORDINARY,
        ["2022-01-10", "2022-12-30"],
    ),
    ("not in the next", 12, 8, False, 2023, MissingDay.LAST_DAY, ORDINARY, []),
    ("the 30th exists", 12, 30, False, 2024, MissingDay.SKIP, ORDINARY, ["2024-02-09"]),
    ("the 30th is the 29th", 12, 30, False, 2026, MissingDay.LAST_DAY, ORDINARY, ["2026-02-16"]),
    ("the 30th is the next 1st", 12, 30, False, 2026, MissingDay.NEXT_DAY, ORDINARY, ["2026-02-17"]),
    ("the 30th is left out", 12, 30, False, 2026, MissingDay.SKIP, ORDINARY, []),
    ("the leap month exists", 6, 5, True, 2025, MissingDay.LAST_DAY, SKIP_LEAP, ["2025-07-29"]),
    ("a leap month that does not occur", 6, 5, True, 2026, MissingDay.LAST_DAY, ORDINARY, ["2026-07-18"]),
    ("is left out", 6, 5, True, 2026, MissingDay.LAST_DAY, SKIP_LEAP, []),
    ("another leap month is no help", 6, 5, True, 2023, MissingDay.LAST_DAY, SKIP_LEAP, []),
    ("an ordinary date in a leap year", 6, 5, False, 2025, MissingDay.LAST_DAY, ORDINARY, ["2025-06-29"]),
    ("the 30th of a leap month of 29", 6, 30, True, 2025, MissingDay.LAST_DAY, SKIP_LEAP, ["2025-08-22"]),
    ("the day after it", 6, 30, True, 2025, MissingDay.NEXT_DAY, SKIP_LEAP, ["2025-08-23"]),
]


@pytest.mark.parametrize(
    ("month", "day", "is_leap", "year", "missing_day", "missing_leap", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in RETURNS],
)
def test_a_lunar_date_returns(month, day, is_leap, year, missing_day, missing_leap, expected):
    """Once, twice or not at all in a solar year; a missing day or month moves by the rule that was named."""
    found = lunar_anniversary(
        month, day, solar_year=year, is_leap=is_leap, missing_day=missing_day, missing_leap=missing_leap
    )

    assert [when.isoformat() for when in found] == expected


@settings(deadline=None)  # the first lunar date loads the table
@given(
    month=st.integers(1, 12),
    day=st.integers(1, 30),
    is_leap=st.booleans(),
    first=st.integers(1901, 2090),
    missing_day=st.sampled_from([MissingDay.LAST_DAY, MissingDay.NEXT_DAY]),
)
def test_a_birthday_that_is_never_skipped_returns_every_lunar_year(month, day, is_leap, first, missing_day):
    """Over ten solar years there are nine to eleven, in order, one lunar year apart."""
    found = [
        when
        for year in range(first, first + 10)
        for when in lunar_anniversary(month, day, solar_year=year, is_leap=is_leap, missing_day=missing_day)
    ]

    assert 9 <= len(found) <= 11
    assert all(352 <= (after - one).days <= 386 + 30 for one, after in pairwise(found))
