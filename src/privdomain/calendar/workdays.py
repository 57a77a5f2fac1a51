"""Working days: which dates are worked, in China by the yearly notice, and counting in them.

The rule of the file: a day is ``working``, ``off`` or ``unknown``, and unknown is never guessed silently. China
needs both directions, days off on weekdays and make-up working days on weekends (调休), and decrees them one year
at a time; a year whose notice is not out is unknown. What to do then is the caller's choice: see `OnUnknown`.

Source: the notices of the State Council, 2018 to 2026, linked in `china_notices`. These are days off, not the
statutory days that carry triple pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from attrs import Factory, field, frozen

from privdomain.calendar._notices import CHINA_NOTICES
from privdomain.calendar.notices import Notice, NoticeDay, index_days
from privdomain.calendar.zones import check_date
from privdomain.errors import ArgumentError, CalendarUnknown

__all__ = [
    "CHINA",
    "DaySource",
    "DayStatus",
    "NoticeTable",
    "OnUnknown",
    "WorkdayCalendar",
    "china_notices",
]

# No calendar closes for three years: after that many days without a working one, there is none to be found.
GIVE_UP_DAYS = 3 * 366

_SATURDAY = 5


class DayStatus(StrEnum):
    """Whether a date is worked; ``UNKNOWN`` when no published notice covers it."""

    WORKING = "working"
    OFF = "off"
    UNKNOWN = "unknown"


class OnUnknown(StrEnum):
    """What a count does at a date no notice covers.

    ``RAISE``: `CalendarUnknown`. ``WEEKLY_PATTERN``: Monday to Friday are worked; right for most days, wrong
    around every festival. ``CONSERVATIVE``: nothing is worked that is not known to be, so a deadline never comes
    too early and a count of days is never too high; a deadline with no known working day left to fall on is
    `CalendarUnknown` all the same.
    """

    RAISE = "raise"
    WEEKLY_PATTERN = "weekly_pattern"
    CONSERVATIVE = "conservative"


class DaySource(Protocol):
    """What can back a `WorkdayCalendar`: a notice table, another library, a company's own list.

    ``name`` is what the day is called where something other than the week decided it (a holiday, a make-up day),
    and None where the day follows the week. Answers for one date do not change.
    """

    def status(self, day: date, /) -> DayStatus:
        """Whether that date is worked."""
        ...

    def name(self, day: date, /) -> str | None:
        """The festival that decided it, or None."""
        ...


def _notice_tuple(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    latest = {notice.year: notice for notice in notices}
    return tuple(latest[year] for year in sorted(latest))


def _listed_days(table: NoticeTable) -> Mapping[date, NoticeDay]:
    return index_days(table.notices)


def _covered_years(table: NoticeTable) -> frozenset[int]:
    return frozenset(notice.year for notice in table.notices)


@frozen
class NoticeTable:
    """Yearly notices as a `DaySource`, over a ``base`` that answers for every year they do not cover.

    A second notice for a year takes the place of the first.
    """

    notices: tuple[Notice, ...] = field(converter=_notice_tuple)
    base: DaySource | None = None
    _days: Mapping[date, NoticeDay] = field(
        init=False, eq=False, repr=False, default=Factory(_listed_days, takes_self=True)
    )
    _years: frozenset[int] = field(
        init=False, eq=False, repr=False, default=Factory(_covered_years, takes_self=True)
    )

    def status(self, day: date, /) -> DayStatus:
        """As listed; else by the week in a year with a notice; else as the base says, or unknown."""
        listed = self._days.get(day)
        if listed is not None:
            return DayStatus.OFF if listed.is_off else DayStatus.WORKING
        if day.year in self._years:
            return DayStatus.WORKING if day.weekday() < _SATURDAY else DayStatus.OFF
        return self.base.status(day) if self.base is not None else DayStatus.UNKNOWN

    def name(self, day: date, /) -> str | None:
        """The festival of a listed day, else what the base says, else None."""
        listed = self._days.get(day)
        if listed is not None:
            return listed.name
        return self.base.name(day) if self.base is not None and day.year not in self._years else None


@frozen
class WorkdayCalendar:
    """Counting in working days over any `DaySource`. ``CHINA`` is the one of the published notices.

    ```python
    from datetime import date
    from privdomain.calendar import CHINA, DayStatus, OnUnknown

    assert CHINA.status(date(2026, 2, 14)) is DayStatus.WORKING  # a Saturday, made up for 春节
    assert CHINA.name(date(2026, 2, 14)) == "春节"
    assert CHINA.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert CHINA.status(date(2027, 3, 1)) is DayStatus.UNKNOWN
    assert CHINA.is_working(date(2027, 3, 1), on_unknown=OnUnknown.WEEKLY_PATTERN)
    ```
    """

    source: DaySource

    def with_notice(self, notice: Notice) -> WorkdayCalendar:
        """The same calendar knowing one more year, or knowing that year better.

        ```python
        from datetime import date
        from privdomain.calendar import CHINA, DayStatus, Notice

        newer = CHINA.with_notice(Notice.parse("元旦 01-01..01-03", year=2027))
        assert newer.status(date(2027, 1, 4)) is DayStatus.WORKING
        assert CHINA.status(date(2027, 1, 4)) is DayStatus.UNKNOWN
        ```
        """
        if isinstance(self.source, NoticeTable):
            # in one table, so that the December days of a later notice stay decided by the later one
            return WorkdayCalendar(NoticeTable((*self.source.notices, notice), base=self.source.base))
        return WorkdayCalendar(NoticeTable((notice,), base=self.source))

    def status(self, day: date, /) -> DayStatus:
        """Whether that date is worked, off, or not known."""
        return self.source.status(check_date(day, name="day"))

    def name(self, day: date, /) -> str | None:
        """The festival that decided the day, on days off and make-up days alike; None where the week decides."""
        return self.source.name(check_date(day, name="day"))

    def is_working(self, day: date, *, on_unknown: OnUnknown = OnUnknown.RAISE) -> bool:
        """Whether that date is worked.

        Raises:
            CalendarUnknown: for a date no notice covers, unless ``on_unknown`` says otherwise.
        """
        return works(self.source, check_date(day, name="day"), on_unknown=on_unknown)

    def next_working_day(self, day: date, *, on_unknown: OnUnknown = OnUnknown.RAISE) -> date:
        """The first working day after ``day``."""
        return self.add_working_days(day, 1, on_unknown=on_unknown)

    def on_or_after(self, day: date, *, on_unknown: OnUnknown = OnUnknown.RAISE) -> date:
        """``day`` itself when it is worked, else the next working day: where a deadline on a day off moves to."""
        return (
            day
            if self.is_working(day, on_unknown=on_unknown)
            else self.next_working_day(day, on_unknown=on_unknown)
        )

    def add_working_days(self, day: date, count: int, *, on_unknown: OnUnknown = OnUnknown.RAISE) -> date:
        """The ``count``-th working day after ``day``; before it when negative; ``day`` itself for 0.

        The day itself is not counted, worked or not, so counts add up.

        ```python
        from datetime import date
        from privdomain.calendar import CHINA

        friday = date(2026, 9, 18)
        assert CHINA.add_working_days(friday, 1) == date(2026, 9, 20)  # a make-up Sunday
        assert CHINA.add_working_days(date(2026, 9, 20), -1) == friday
        ```

        Raises:
            CalendarUnknown: when the count reaches a date no notice covers, unless ``on_unknown`` says otherwise.
        """
        check_date(day, name="day")
        if isinstance(count, bool) or not isinstance(count, int):
            raise ArgumentError(f"count is {count!r}; working days are counted in whole numbers")
        step = timedelta(days=1 if count > 0 else -1)
        left, barren, at = abs(count), 0, day
        while left:
            if at == (date.max if count > 0 else date.min):
                raise ArgumentError(f"{count} working days from {day} is past the last date there is")
            at += step
            if works(self.source, at, on_unknown=on_unknown):
                left, barren = left - 1, 0
            else:
                barren += 1
            if barren > GIVE_UP_DAYS:
                raise CalendarUnknown(
                    f"from {day} on there are fewer than {abs(count)} days known to be worked; add the notice of "
                    "that year with .with_notice(…), or pass on_unknown=OnUnknown.WEEKLY_PATTERN"
                )
        return at

    def working_days_between(self, start: date, end: date, *, on_unknown: OnUnknown = OnUnknown.RAISE) -> int:
        """How many days from ``start`` up to, not including, ``end`` are worked.

        ```python
        from datetime import date
        from privdomain.calendar import CHINA

        assert CHINA.working_days_between(date(2026, 1, 1), date(2027, 1, 1)) == 248
        ```

        Raises:
            ArgumentError: when ``end`` is before ``start``.
            CalendarUnknown: for a date no notice covers, unless ``on_unknown`` says otherwise.
        """
        if check_date(end, name="end") < check_date(start, name="start"):
            raise ArgumentError(f"end {end} is before start {start}")
        days = map(date.fromordinal, range(start.toordinal(), end.toordinal()))
        return sum(works(self.source, day, on_unknown=on_unknown) for day in days)


def works(source: DaySource, day: date, *, on_unknown: OnUnknown) -> bool:
    """Whether a source's day is worked, with a rule for what it does not know."""
    status = source.status(day)
    if status is not DayStatus.UNKNOWN:
        return status is DayStatus.WORKING
    if on_unknown is OnUnknown.RAISE:
        raise unknown_day(day)
    return on_unknown is OnUnknown.WEEKLY_PATTERN and day.weekday() < _SATURDAY


def unknown_day(day: date) -> CalendarUnknown:
    """The error for a date no notice covers, with the ways out."""
    return CalendarUnknown(
        f"{day} is covered by no published holiday notice: whether it is worked is unknown; add the notice of "
        f"{day.year} with .with_notice(…), or choose on_unknown=OnUnknown.WEEKLY_PATTERN or CONSERVATIVE"
    )


@lru_cache(maxsize=1)
def china_notices() -> tuple[Notice, ...]:
    """The notices behind `CHINA`, each with its year, its links and the days it lists.

    ```python
    from privdomain.calendar import china_notices

    assert [notice.year for notice in china_notices()] == list(range(2018, 2027))
    assert all("gov.cn" in link for notice in china_notices() for link in notice.sources)
    ```
    """
    return tuple(
        Notice.parse("; ".join(entries), year=year, sources=sources)
        for year, sources, entries in CHINA_NOTICES
    )


CHINA = WorkdayCalendar(NoticeTable(china_notices()))
"""Working days of mainland China, 2018 to 2026, by the published notices."""
