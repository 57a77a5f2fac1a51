"""Months, and terms that are counted in months: how long something stays usable.

The rule of the file: add the months, then clamp the day to the last day of the target month, then round up
where a policy says so. Dates are days that can still be used; the instant after the last of them is where
validity ends (half-open), so what is usable through 28 February ends at 1 March 00:00.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from privdomain.calendar.zones import (
    BUSINESS_ZONE,
    Zone,
    at_local,
    check_aware,
    check_date,
    day_start,
    find_zone,
    local_date,
)
from privdomain.errors import ArgumentError

__all__ = ["RoundUp", "add_months", "round_up_day", "usable_through", "usable_until"]

DateT = TypeVar("DateT", date, datetime)


class RoundUp(StrEnum):
    """To the end of which span a term is rounded up: the month, quarter, half-year or year, or a named month.

    ``RoundUp.MARCH`` means the end of the next March, this year's when it is not over yet.
    """

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    JANUARY = "january"
    FEBRUARY = "february"
    MARCH = "march"
    APRIL = "april"
    MAY = "may"
    JUNE = "june"
    JULY = "july"
    AUGUST = "august"
    SEPTEMBER = "september"
    OCTOBER = "october"
    NOVEMBER = "november"
    DECEMBER = "december"


_SPAN_MONTHS = {RoundUp.MONTH: 1, RoundUp.QUARTER: 3, RoundUp.HALF_YEAR: 6, RoundUp.YEAR: 12}
_NAMED_MONTHS = [member for member in RoundUp if member not in _SPAN_MONTHS]


def add_months(start: DateT, months: int) -> DateT:
    """The same day ``months`` later (earlier when negative), clamped to the last day of that month.

    A datetime keeps its wall clock and its zone; a wall time that daylight saving skips on the new date becomes
    the moment of the jump.

    ```python
    from datetime import date
    from privdomain.calendar import add_months

    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    ```

    Raises:
        ArgumentError: for a naive datetime, months that are no whole number, or a year outside 1 … 9999.
    """
    if isinstance(months, bool) or not isinstance(months, int):
        raise ArgumentError(f"months is {months!r}; months are counted in whole numbers")
    if isinstance(start, datetime):
        moment = check_aware(start, name="start")
        day = _shift(moment.date(), months)
        if isinstance(moment.tzinfo, ZoneInfo):
            return at_local(day, moment.time(), zone=moment.tzinfo)
        return datetime.combine(day, moment.timetz())
    return _shift(check_date(start, name="start"), months)


def _shift(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise ArgumentError(f"{day} and {months} months is in the year {year}; dates end at year {MAXYEAR}")
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def round_up_day(day: date, to: RoundUp) -> date:
    """The last day of the span ``day`` lies in: of its month, quarter, half-year or year, or the named month.

    ```python
    from datetime import date
    from privdomain.calendar import RoundUp, round_up_day

    assert round_up_day(date(2027, 7, 10), RoundUp.HALF_YEAR) == date(2027, 12, 31)
    assert round_up_day(date(2027, 7, 10), RoundUp.MARCH) == date(2028, 3, 31)
    ```
    """
    check_date(day, name="day")
    if to in _SPAN_MONTHS:
        span = _SPAN_MONTHS[to]
        ahead = (span - day.month) % span
    else:
        ahead = (_NAMED_MONTHS.index(to) + 1 - day.month) % 12
    month = _shift(day.replace(day=1), ahead)
    return month.replace(day=monthrange(month.year, month.month)[1])


def usable_through(start: date, *, months: int, round_up: RoundUp | None = None) -> date:
    """The last day on which something that begins on ``start`` and lasts ``months`` can be used.

    ```python
    from datetime import date
    from privdomain.calendar import RoundUp, usable_through

    assert usable_through(date(2026, 1, 31), months=1) == date(2026, 2, 28)
    assert usable_through(date(2026, 7, 10), months=12, round_up=RoundUp.YEAR) == date(2027, 12, 31)
    ```

    Raises:
        ArgumentError: for a negative number of months.
    """
    _check_term(months)
    last = add_months(check_date(start, name="start"), months)
    return last if round_up is None else round_up_day(last, round_up)


def usable_until(
    at: datetime, *, months: int, round_up: RoundUp | None = None, zone: Zone = BUSINESS_ZONE
) -> datetime:
    """The first moment at which something that began at ``at`` and lasts ``months`` is no longer usable.

    The end of the last usable day in ``zone``, so it can be the end of a half-open `Period`.

    ```python
    from datetime import UTC, datetime
    from privdomain.calendar import usable_until

    earned = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)
    assert usable_until(earned, months=1).isoformat() == "2026-03-01T00:00:00+08:00"
    ```
    """
    found = find_zone(zone)
    last = usable_through(local_date(at, zone=found), months=months, round_up=round_up)
    return day_start(next_day(last), zone=found)


def next_day(day: date) -> date:
    """The day after; the last day there is has none, which is an `ArgumentError` and no overflow."""
    if day == date.max:
        raise ArgumentError(f"{day} is the last date there is; nothing begins after it")
    return day + timedelta(days=1)


def _check_term(months: int) -> None:
    if isinstance(months, bool) or not isinstance(months, int) or months < 0:
        raise ArgumentError(f"months is {months!r}; a term is a whole number of months, zero or more")
