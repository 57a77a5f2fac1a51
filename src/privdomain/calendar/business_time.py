"""Business time: when a promise made in working hours is due, and how much of them has passed.

The rule of the file: only open time counts. A remainder that fits an interval exactly is due when that interval
closes, not when the next one opens; a start outside opening hours begins at the next opening. Opening hours are
wall-clock times in one zone, counted time is elapsed time, so a shift across a daylight-saving change is as long
as it really was.

A year of opening hours is laid out once as sorted instants with running sums; a question is then a search in it,
and each year in between costs one addition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from attrs import Factory, field, frozen

from privdomain.calendar._opening_years import OpenYear, from_micros, layout_year, to_micros
from privdomain.calendar.opening import DayHours, parse_day, parse_week
from privdomain.calendar.periods import Period
from privdomain.calendar.workdays import DaySource, DayStatus, OnUnknown, unknown_day
from privdomain.calendar.zones import BUSINESS_ZONE, check_date, find_zone, in_zone, to_utc
from privdomain.errors import ArgumentError, CalendarUnknown

__all__ = ["BusinessHours"]

_SATURDAY = 5
_BARREN_YEARS = 3
_FAR_YEARS = 200
_DayText: TypeAlias = str | DayHours
_ExceptionTexts: TypeAlias = Mapping[date, _DayText] | tuple[tuple[date, DayHours], ...]


def _week(week: Mapping[str, str] | tuple[DayHours, ...]) -> tuple[DayHours, ...]:
    days = parse_week(week) if isinstance(week, Mapping) else week
    if len(days) != 7 or not any(days):
        raise ArgumentError('no day of the week has hours; write {"mon-fri": "09:00-18:00"}')
    return days


def _hours(day: _DayText) -> DayHours:
    return parse_day(day) if isinstance(day, str) else tuple(day)


def _hours_or_none(day: _DayText | None) -> DayHours | None:
    return None if day is None else _hours(day)


def _exceptions(days: _ExceptionTexts) -> tuple[tuple[date, DayHours], ...]:
    pairs = days.items() if isinstance(days, Mapping) else days
    given = {check_date(day, name="exceptions: the date"): _hours(hours) for day, hours in pairs}
    return tuple(sorted(given.items(), key=lambda pair: pair[0]))


def _exceptions_by_date(hours: BusinessHours) -> dict[date, DayHours]:
    return dict(hours.exceptions)


def _no_years() -> dict[int, OpenYear]:
    return {}


@frozen
class BusinessHours:
    """When somebody is there: opening hours by weekday, and what holidays and single dates make of them.

    ``week`` maps weekdays to hours, ``{"mon-fri": "09:00-12:00, 13:30-18:00", "sat": "10:00-16:00"}``; hours may
    run past midnight and belong to the day they open on. ``workdays`` brings the holidays: a holiday has the
    hours ``holiday`` (closed by default), a make-up day (调休) has ``makeup`` (by default those of the first of
    Monday to Friday that is open), an ordinary day those of its weekday. ``exceptions`` come before everything.
    Without ``workdays`` the week alone decides. ``on_unknown`` is for dates no notice covers: an error, the
    weekly pattern, or closed.

    ```python
    from datetime import datetime
    from privdomain.calendar import CHINA, BUSINESS_ZONE, BusinessHours

    hours = BusinessHours({"mon-fri": "09:00-18:00"}, workdays=CHINA)
    friday = datetime(2026, 2, 13, 17, 30, tzinfo=BUSINESS_ZONE)
    assert hours.due(friday, minutes=60).isoformat() == "2026-02-14T09:30:00+08:00"  # a make-up Saturday
    ```

    Raises:
        ArgumentError: for a week without hours, or a text that is no weekday or interval.
    """

    week: tuple[DayHours, ...] = field(converter=_week)
    zone: ZoneInfo = field(default=BUSINESS_ZONE, converter=find_zone, kw_only=True)
    workdays: DaySource | None = field(default=None, kw_only=True)
    holiday: DayHours = field(default=(), converter=_hours, kw_only=True)
    makeup: DayHours | None = field(default=None, converter=_hours_or_none, kw_only=True)
    exceptions: tuple[tuple[date, DayHours], ...] = field(default=(), converter=_exceptions, kw_only=True)
    on_unknown: OnUnknown = field(default=OnUnknown.RAISE, kw_only=True)
    _by_date: dict[date, DayHours] = field(
        init=False, eq=False, repr=False, default=Factory(_exceptions_by_date, takes_self=True)
    )
    _years: dict[int, OpenYear] = field(init=False, eq=False, repr=False, factory=_no_years)

    def due(
        self, start: datetime, *, minutes: int | None = None, duration: timedelta | None = None
    ) -> datetime:
        """The moment by which that much open time has passed since ``start``, in the zone of the hours.

        Give either ``minutes`` or ``duration``. Zero is due at ``start``, or at the next opening when closed.

        Raises:
            ArgumentError: for neither or both, a negative amount, or a moment too far away to be meant.
            CalendarUnknown: when a date no notice covers would have to be counted.
        """
        amount = _amount(minutes=minutes, duration=duration)
        if not amount:
            return self.next_opening(start)
        begin = to_micros(to_utc(start, name="start"))
        left = amount // timedelta(microseconds=1)
        for table in self._years_from(start):
            passed = table.open_before(begin)
            here = table.total - passed
            found = table.when_open_for(passed + left) if left <= here else None
            self._refuse_unknown(table, begin, found)
            if found is not None:
                return self._moment(found)
            left -= here
        raise self._never(start, f"{amount} of open time")

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between two moments.

        ```python
        from datetime import datetime, timedelta
        from privdomain.calendar import CHINA, BUSINESS_ZONE, BusinessHours

        hours = BusinessHours({"mon-fri": "09:00-18:00"}, workdays=CHINA)
        before = datetime(2026, 9, 30, 16, tzinfo=BUSINESS_ZONE)
        after = datetime(2026, 10, 9, 10, tzinfo=BUSINESS_ZONE)
        assert hours.elapsed(before, after) == timedelta(hours=12)
        ```

        Raises:
            ArgumentError: when ``end`` is before ``start``.
            CalendarUnknown: when a date no notice covers lies between them.
        """
        first, last = self._span(start, end)
        total = 0
        for table in self._years_between(start, end):
            self._refuse_unknown(table, first, last)
            total += table.open_before(last) - table.open_before(first)
        return timedelta(microseconds=total)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that moment.

        Raises:
            CalendarUnknown: when no notice covers the date.
        """
        moment = to_micros(to_utc(at, name="at"))
        tables = list(self._years_between(at, at))
        if any(table.first_open(moment) == moment for table in tables):
            return True
        for table in tables:
            self._refuse_unknown(table, moment, moment + 1)
        return False

    def next_opening(self, at: datetime) -> datetime:
        """The first open moment from ``at`` on: ``at`` itself while open, else the next opening.

        Raises:
            CalendarUnknown: when a date no notice covers comes first.
        """
        moment = to_micros(to_utc(at, name="at"))
        for table in self._years_from(at):
            found = table.first_open(moment)
            self._refuse_unknown(table, moment, found)
            if found is not None:
                return self._moment(found)
        raise self._never(at, "an opening")

    def open_periods(self, period: Period) -> Iterator[Period]:
        """The open stretches of a period, in order; hours that touch are one stretch.

        Raises:
            CalendarUnknown: when a date no notice covers lies in the period.
        """
        first, last = self._span(period.start, period.end)
        tables = list(self._years_between(period.start, period.end))
        for table in tables:
            self._refuse_unknown(table, first, last)
        return _joined(stretch for table in tables for stretch in table.within(first, last))

    def hours_on(self, day: date) -> DayHours:
        """The hours of a date: of an exception, a holiday, a make-up day or its weekday.

        Raises:
            CalendarUnknown: when no notice covers the date.
        """
        hours = self._hours_of(check_date(day, name="day"))
        if hours is None:
            raise unknown_day(day)
        return hours

    def _hours_of(self, day: date) -> DayHours | None:
        given = self._by_date.get(day)
        if given is not None:
            return given
        usual = self.week[day.weekday()]
        if self.workdays is None:
            return usual
        status, is_weekend = self.workdays.status(day), day.weekday() >= _SATURDAY
        if status is DayStatus.UNKNOWN:
            return {OnUnknown.RAISE: None, OnUnknown.WEEKLY_PATTERN: usual}.get(self.on_unknown, ())
        if status is DayStatus.OFF:
            # a weekend that no holiday claims is an ordinary day, and may have hours of its own
            return usual if is_weekend and self.workdays.name(day) is None else self.holiday
        return self._makeup_hours() if is_weekend else usual

    def _makeup_hours(self) -> DayHours:
        if self.makeup is not None:
            return self.makeup
        return next((hours for hours in self.week[:_SATURDAY] if hours), ())

    def _year(self, year: int) -> OpenYear:
        # the one thing that changes in this object is what it remembers; two threads lay out the same year alike
        table = self._years.get(year)
        if table is None:
            late = [one.closes for hours in self._all_hours() for one in hours if one.past_midnight]
            table = layout_year(
                year, zone=self.zone, hours_of=self._hours_of, latest_close=max(late, default=None)
            )
            self._years[year] = table
        return table

    def _all_hours(self) -> Iterator[DayHours]:
        yield from self.week
        yield self.holiday
        yield self.makeup or ()

    def _first_year(self, at: datetime) -> int:
        # a shift that opened the evening before may still be on
        local = in_zone(at, zone=self.zone, name="the moment").date()
        return local.year - 1 if (local.month, local.day) == (1, 1) else local.year

    def _years_from(self, at: datetime) -> Iterator[OpenYear]:
        first, barren = self._first_year(at), 0
        for year in range(first, min(first + _FAR_YEARS, date.max.year)):
            table = self._year(year)
            yield table
            barren = 0 if table.total else barren + 1
            if barren > _BARREN_YEARS:
                return

    def _years_between(self, start: datetime, end: datetime) -> Iterator[OpenYear]:
        first = self._first_year(start)
        last = in_zone(end, zone=self.zone, name="end").year
        if last - first > _FAR_YEARS or last >= date.max.year:
            raise ArgumentError(
                f"{start.isoformat()} to {end.isoformat()} is longer than business hours are kept"
            )
        return map(self._year, range(first, last + 1))

    def _span(self, start: datetime, end: datetime) -> tuple[int, int]:
        first, last = to_utc(start, name="start"), to_utc(end, name="end")
        if last < first:
            raise ArgumentError(f"end {end.isoformat()} is before start {start.isoformat()}")
        return to_micros(first), to_micros(last)

    def _refuse_unknown(self, table: OpenYear, start: int, end: int | None) -> None:
        day = table.first_unknown(start, end)
        if day is not None:
            raise unknown_day(day)

    def _never(self, at: datetime, wanted: str) -> ArgumentError | CalendarUnknown:
        if self.workdays is not None and self.on_unknown is OnUnknown.CONSERVATIVE:
            return CalendarUnknown(
                f"no {wanted} is known after {at.isoformat()}: what no notice covers counts as closed; add the next "
                "notice, or choose on_unknown=OnUnknown.WEEKLY_PATTERN"
            )
        return ArgumentError(f"there is no {wanted} within {_FAR_YEARS} years of {at.isoformat()}")

    def _moment(self, micros: int) -> datetime:
        return from_micros(micros).astimezone(self.zone)


def _amount(*, minutes: int | None, duration: timedelta | None) -> timedelta:
    if (minutes is None) == (duration is None):
        raise ArgumentError("give either minutes= or duration=, one of the two")
    if minutes is not None and (isinstance(minutes, bool) or not isinstance(minutes, int)):
        raise ArgumentError(f"minutes is {minutes!r}; expected a whole number, or duration=timedelta(…)")
    try:
        amount = timedelta(minutes=minutes) if minutes is not None else duration
    except OverflowError:
        raise ArgumentError(f"minutes is {minutes}; that is more time than there is") from None
    if not isinstance(amount, timedelta) or amount < timedelta(0):
        raise ArgumentError(f"the open time to pass is {amount!r}; expected zero or more")
    return amount


def _joined(stretches: Iterator[tuple[int, int]]) -> Iterator[Period]:
    held: tuple[int, int] | None = None
    for start, end in stretches:
        if held is not None and held[1] == start:
            held = (held[0], end)
            continue
        if held is not None:
            yield Period(from_micros(held[0]), from_micros(held[1]))
        held = (start, end)
    if held is not None:
        yield Period(from_micros(held[0]), from_micros(held[1]))
