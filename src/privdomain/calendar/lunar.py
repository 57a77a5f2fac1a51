"""Lunar dates (农历): to and from solar dates, and the yearly return of one, such as a lunar birthday.

The rule of the file: a lunar date that does not exist cannot be made, and a date that has to move because its
month or its day is missing moves by a rule with a name. Range: lunar years 1900 to 2100, which are the solar
dates 1900-01-31 to 2101-01-28.

Source: the month lengths and leap months of borax, read once; conversion is arithmetic on them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from attrs import frozen

from privdomain.calendar._borax import first_lunar_day, lunar_months
from privdomain.calendar.zones import check_date
from privdomain.errors import ArgumentError

__all__ = [
    "FIRST_LUNAR_YEAR",
    "LAST_LUNAR_YEAR",
    "LunarDate",
    "MissingDay",
    "MissingLeap",
    "leap_month",
    "lunar_anniversary",
    "lunar_month_days",
]

FIRST_LUNAR_YEAR = 1900
LAST_LUNAR_YEAR = 2100

_MONTHS = ("正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月")
_DIGITS = "一二三四五六七八九十"

_Month = tuple[int, int, bool]  # year, number, is it the leap one


@frozen
class _Table:
    """Every lunar month of the range: where it starts, counted in days from the first, and how long it is."""

    first_day: date
    last_day: date
    starts: tuple[int, ...]
    months: tuple[_Month, ...]
    place: Mapping[_Month, int]
    lengths: tuple[int, ...]
    leap_of_year: Mapping[int, int]


@lru_cache(maxsize=1)
def _table() -> _Table:
    first = first_lunar_day()
    starts: list[int] = []
    months: list[_Month] = []
    lengths: list[int] = []
    start = 0
    for year in range(FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR + 1):
        for number, days, leap in lunar_months(year):
            starts.append(start)
            months.append((year, number, leap))
            lengths.append(days)
            start += days
    return _Table(
        first_day=first,
        last_day=first + timedelta(days=start - 1),
        starts=tuple(starts),
        months=tuple(months),
        place={month: place for place, month in enumerate(months)},
        lengths=tuple(lengths),
        leap_of_year={year: number for year, number, leap in months if leap},
    )


class MissingDay(StrEnum):
    """Where the 30th goes in a lunar month that has 29 days.

    ``LAST_DAY``: to the 29th. ``NEXT_DAY``: to the first of the next month. ``SKIP``: nowhere, this year has none.
    """

    LAST_DAY = "last_day"
    NEXT_DAY = "next_day"
    SKIP = "skip"


class MissingLeap(StrEnum):
    """Where a date in a leap month goes in a year without that leap month.

    ``ORDINARY_MONTH``: to the ordinary month of the same number. ``SKIP``: nowhere, this year has none.
    """

    ORDINARY_MONTH = "ordinary_month"
    SKIP = "skip"


@frozen(order=False)
class LunarDate:
    """A day of the lunar calendar: year, month 1 to 12, day, and whether the month is the leap one (闰月).

    Ordered by the solar day it falls on.

    ```python
    from datetime import date
    from privdomain.calendar import LunarDate

    assert LunarDate.from_solar(date(2026, 2, 17)) == LunarDate(2026, 1, 1)
    assert LunarDate(2025, 6, 1, is_leap=True).to_solar() == date(2025, 7, 25)
    assert str(LunarDate(2025, 6, 1, is_leap=True)) == "2025年闰六月初一"
    ```

    Raises:
        ArgumentError: for a date that does not exist, with the last day of that month or the year's leap month.
    """

    year: int
    month: int
    day: int
    is_leap: bool = False

    def __attrs_post_init__(self) -> None:
        days = lunar_month_days(self.year, self.month, is_leap=self.is_leap)
        if isinstance(self.day, bool) or not isinstance(self.day, int) or not 1 <= self.day <= days:
            last = LunarDate(self.year, self.month, days, is_leap=self.is_leap)
            raise ArgumentError(
                f"lunar {self.year} {_month_name(self.month, is_leap=self.is_leap)} has {days} days, not a day "
                f"{self.day!r}; its last day is {last} ({last.to_solar()})"
            )

    @classmethod
    def from_solar(cls, day: date) -> LunarDate:
        """The lunar date of a solar one.

        Raises:
            ArgumentError: before 1900-01-31 or after 2101-01-28.
        """
        table = _table()
        if not table.first_day <= check_date(day, name="day") <= table.last_day:
            raise ArgumentError(
                f"{day} has no known lunar date; the table covers {table.first_day} to {table.last_day}"
            )
        offset = (day - table.first_day).days
        place = bisect_right(table.starts, offset) - 1
        year, month, is_leap = table.months[place]
        return cls(year, month, offset - table.starts[place] + 1, is_leap=is_leap)

    def to_solar(self) -> date:
        """The solar date."""
        table = _table()
        start = table.starts[table.place[self.year, self.month, self.is_leap]]
        return table.first_day + timedelta(days=start + self.day - 1)

    def __lt__(self, other: LunarDate) -> bool:
        if not isinstance(other, LunarDate):
            return NotImplemented
        return self.to_solar() < other.to_solar()

    def __le__(self, other: LunarDate) -> bool:
        if not isinstance(other, LunarDate):
            return NotImplemented
        return self.to_solar() <= other.to_solar()

    def __gt__(self, other: LunarDate) -> bool:
        if not isinstance(other, LunarDate):
            return NotImplemented
        return other < self

    def __ge__(self, other: LunarDate) -> bool:
        if not isinstance(other, LunarDate):
            return NotImplemented
        return other <= self

    def __str__(self) -> str:
        return f"{self.year}年{_month_name(self.month, is_leap=self.is_leap)}{_day_name(self.day)}"


def leap_month(year: int) -> int | None:
    """The number of the month that is followed by its leap month in that lunar year, or None.

    ```python
    from privdomain.calendar import leap_month

    assert leap_month(2025) == 6
    assert leap_month(2026) is None
    ```
    """
    _check_year(year)
    return _table().leap_of_year.get(year)


def lunar_month_days(year: int, month: int, *, is_leap: bool = False) -> int:
    """How many days a lunar month has: 29 or 30.

    Raises:
        ArgumentError: for a year outside 1900 … 2100, a month outside 1 … 12, or a leap month that year has not.
    """
    _check_year(year)
    if isinstance(month, bool) or not isinstance(month, int) or not 1 <= month <= 12:
        raise ArgumentError(f"lunar month is {month!r}; months are 1 to 12, the leap one is is_leap=True")
    table = _table()
    place = table.place.get((year, month, bool(is_leap)))
    if place is None:
        leap = table.leap_of_year.get(year)
        has = f"its leap month is {_month_name(leap, is_leap=True)}" if leap else "it has no leap month"
        raise ArgumentError(f"lunar {year} has no {_month_name(month, is_leap=True)}; {has}")
    return table.lengths[place]


def lunar_anniversary(
    month: int,
    day: int,
    *,
    solar_year: int,
    is_leap: bool = False,
    missing_day: MissingDay = MissingDay.LAST_DAY,
    missing_leap: MissingLeap = MissingLeap.ORDINARY_MONTH,
) -> tuple[date, ...]:
    """The solar dates in ``solar_year`` on which a lunar month and day return: a lunar birthday (农历生日).

    Usually one; none or two for a date of the last lunar months, which a solar year can miss or meet twice. A
    month that has a leap twin is met once, in its ordinary half.

    ```python
    from datetime import date
    from privdomain.calendar import MissingDay, lunar_anniversary

    assert lunar_anniversary(8, 15, solar_year=2026) == (date(2026, 9, 25),)
    assert lunar_anniversary(12, 8, solar_year=2022) == (date(2022, 1, 10), date(2022, 12, 30))
    assert lunar_anniversary(12, 8, solar_year=2023) == ()
    assert lunar_anniversary(12, 30, solar_year=2026) == (date(2026, 2, 16),)  # that month has 29 days
    assert lunar_anniversary(12, 30, solar_year=2026, missing_day=MissingDay.SKIP) == ()
    ```

    Raises:
        ArgumentError: for a day no lunar month has, or a solar year outside 1901 … 2100.
    """
    if (
        isinstance(solar_year, bool)
        or not isinstance(solar_year, int)
        or not 1901 <= solar_year <= LAST_LUNAR_YEAR
    ):
        raise ArgumentError(f"solar_year is {solar_year!r}; whole solar years are known from 1901 to 2100")
    if isinstance(month, bool) or not isinstance(month, int) or not 1 <= month <= 12:
        raise ArgumentError(f"lunar month is {month!r}; months are 1 to 12, the leap one is is_leap=True")
    if isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= 30:
        raise ArgumentError(f"lunar day is {day!r}; a lunar month has at most 30 days")
    found = (
        _in_lunar_year(
            lunar_year, month, day, is_leap=is_leap, missing_day=missing_day, missing_leap=missing_leap
        )
        for lunar_year in (solar_year - 1, solar_year)
    )
    return tuple(when for when in found if when is not None and when.year == solar_year)


def _in_lunar_year(
    year: int, month: int, day: int, *, is_leap: bool, missing_day: MissingDay, missing_leap: MissingLeap
) -> date | None:
    leap = is_leap and leap_month(year) == month
    if is_leap and not leap and missing_leap is MissingLeap.SKIP:
        return None
    days = lunar_month_days(year, month, is_leap=leap)
    last = LunarDate(year, month, min(day, days), is_leap=leap).to_solar()
    if day <= days or missing_day is MissingDay.LAST_DAY:
        return last
    return None if missing_day is MissingDay.SKIP else last + timedelta(days=1)


def _check_year(year: int) -> None:
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_LUNAR_YEAR <= year <= LAST_LUNAR_YEAR:
        raise ArgumentError(f"year {year!r} is outside the lunar table; it covers 1900 to 2100")


def _month_name(month: int, *, is_leap: bool) -> str:
    return ("闰" if is_leap else "") + _MONTHS[month - 1]


def _day_name(day: int) -> str:
    if day in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    return ("初", "十", "廿")[day // 10] + _DIGITS[day % 10 - 1]
