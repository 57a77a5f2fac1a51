"""`Period`: a stretch of time with a beginning and an end, and the named ones (day, month, festival).

The rule of the file: a period is half-open, ``[start, end)``, and both are instants. The end of one is the start
of the next, nothing is counted twice and no last second is lost. Both are kept in UTC, where subtraction is
elapsed time; a zone is asked for where a calendar is meant. Rolling time (``last``) and natural days
(``full_days``) have different names, because they give different answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import define, field

from privdomain.calendar._festival_table import festival_days
from privdomain.calendar.months import add_months, next_day
from privdomain.calendar.zones import (
    BUSINESS_ZONE,
    Zone,
    check_aware,
    check_date,
    day_start,
    find_zone,
    in_zone,
    local_date,
    to_utc,
)
from privdomain.errors import ArgumentError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Period"]

_NO_TIME = timedelta(0)
_TICK = timedelta(microseconds=1)


def _start_utc(moment: datetime) -> datetime:
    return to_utc(moment, name="start")


def _end_utc(moment: datetime) -> datetime:
    return to_utc(moment, name="end")


@define(frozen=True, repr=False)
class Period:
    """The moments from ``start`` up to, not including, ``end``.

    Both are aware and kept in UTC. A period holds at least one moment: an empty or reversed one is refused.

    ```python
    from datetime import UTC, datetime, timedelta
    from privdomain.calendar import Period

    june = Period.month(2026, 6)
    assert str(june) == "2026-05-31T16:00:00Z/2026-06-30T16:00:00Z"
    assert datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC) in june
    assert june.end not in june
    assert [part.length.days for part in june.split(max_length=timedelta(days=7))] == [7, 7, 7, 7, 2]
    ```

    Raises:
        ArgumentError: for a naive moment, or an end that is not after the start.
    """

    start: datetime = field(converter=_start_utc)
    end: datetime = field(converter=_end_utc)

    def __attrs_post_init__(self) -> None:
        if self.end <= self.start:
            said = "the same moment as" if self.end == self.start else "before"
            raise ArgumentError(
                f"end {_iso(self.end)} is {said} start {_iso(self.start)}; a period ends after it starts"
            )

    # --- named periods ---

    @classmethod
    def last(cls, *, at: datetime, days: int = 0, hours: int = 0) -> Period:
        """The elapsed time before ``at``: ``days`` of 24 hours and ``hours``, ending at ``at`` itself.

        For whole local days ("yesterday", "the last seven days" of a report) use `full_days`.

        ```python
        from datetime import UTC, datetime
        from privdomain.calendar import Period

        now = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)
        assert str(Period.last(days=7, at=now)) == "2026-06-11T12:00:00Z/2026-06-18T12:00:00Z"
        ```
        """
        length = _timedelta("days and hours", days=days, hours=hours)
        if length <= _NO_TIME:
            raise ArgumentError(f"days={days} and hours={hours} are no time at all; say how far back: days=7")
        end = to_utc(at, name="at")
        return cls(_plus(end, -length), end)

    @classmethod
    def full_days(cls, count: int, *, at: datetime, zone: Zone = BUSINESS_ZONE) -> Period:
        """The ``count`` whole local days before the one ``at`` falls in; 1 is yesterday.

        ```python
        from datetime import UTC, date, datetime
        from privdomain.calendar import Period

        late = datetime(2026, 6, 18, 16, 30, tzinfo=UTC)  # 19 June, 00:30 in Shanghai
        assert Period.full_days(1, at=late) == Period.day(date(2026, 6, 18))
        ```
        """
        _check_count("count", count)
        today = local_date(at, zone=zone)
        if count >= today.toordinal():
            raise ArgumentError(f"count is {count}; there are no {count} days before {today}")
        return cls.days(today - timedelta(days=count), today - timedelta(days=1), zone=zone)

    @classmethod
    def day(cls, day: date, *, zone: Zone = BUSINESS_ZONE) -> Period:
        """One local day; 23 or 25 hours long where daylight saving begins or ends."""
        return cls.days(day, day, zone=zone)

    @classmethod
    def days(cls, first: date, last: date, *, zone: Zone = BUSINESS_ZONE) -> Period:
        """Local days from ``first`` through ``last``, which is included.

        ```python
        from datetime import date
        from privdomain.calendar import Period

        assert Period.days(date(2026, 11, 1), date(2026, 11, 11)).length.days == 11
        ```
        """
        check_date(first, name="first")
        if check_date(last, name="last") < first:
            raise ArgumentError(f"last {last} is before first {first}")
        found = find_zone(zone)
        start, end = day_start(first, zone=found), day_start(next_day(last), zone=found)
        if to_utc(start, name="first") == to_utc(end, name="last"):
            raise ArgumentError(f"{first} did not exist in {found.key}: the clock there was put past it")
        return cls(start, end)

    @classmethod
    def week(cls, day: date, *, zone: Zone = BUSINESS_ZONE) -> Period:
        """The week, Monday through Sunday, that ``day`` lies in."""
        monday = check_date(day, name="day") - timedelta(days=day.weekday())
        return cls.days(monday, monday + timedelta(days=6), zone=zone)

    @classmethod
    def month(cls, year: int, month: int, *, zone: Zone = BUSINESS_ZONE) -> Period:
        """A calendar month."""
        return cls._months(year, month, part="month", parts=12, zone=zone)

    @classmethod
    def quarter(cls, year: int, quarter: int, *, zone: Zone = BUSINESS_ZONE) -> Period:
        """A calendar quarter, 1 to 4."""
        return cls._months(year, quarter, part="quarter", parts=4, zone=zone)

    @classmethod
    def half_year(cls, year: int, half: int, *, zone: Zone = BUSINESS_ZONE) -> Period:
        """A calendar half-year, 1 or 2."""
        return cls._months(year, half, part="half", parts=2, zone=zone)

    @classmethod
    def year(cls, year: int, *, zone: Zone = BUSINESS_ZONE) -> Period:
        """A calendar year."""
        return cls._months(year, 1, part="year", parts=1, zone=zone)

    @classmethod
    def _months(cls, year: int, number: int, *, part: str, parts: int, zone: Zone) -> Period:
        _check_count("year", year)
        _check_count(part, number)
        if year > date.max.year - 1:
            raise ArgumentError(f"year is {year}; a period ends in a year up to 9999")
        if number > parts:
            raise ArgumentError(f"{part} is {number}; a year has {parts}")
        span = 12 // parts
        first = date(year, 1 + (number - 1) * span, 1)
        return cls.days(first, add_months(first, span) - timedelta(days=1), zone=zone)

    @classmethod
    def festival(cls, name: str, year: int, *, zone: Zone = BUSINESS_ZONE) -> Period:
        """The days of a festival: its day, or for a shopping festival its usual sale days.

        ``name`` is a slug or the Chinese name; `festivals` lists them and takes the windows of a platform.

        ```python
        from datetime import date
        from privdomain.calendar import Period

        assert Period.festival("double_11", 2026) == Period.days(date(2026, 11, 1), date(2026, 11, 11))
        assert Period.festival("中秋节", 2026) == Period.day(date(2026, 9, 25))
        ```

        Raises:
            ArgumentError: for a name that is not known, with the nearest one that is.
        """
        first, _, last = festival_days(name, year=year)
        return cls.days(first, last, zone=zone)

    # --- text ---

    @classmethod
    def parse(cls, text: str) -> Period:
        """From ISO text, ``start/end``, each with an offset or ``Z``: what ``str(period)`` writes.

        ```python
        from privdomain.calendar import Period

        june = Period.month(2026, 6)
        assert Period.parse(str(june)) == june
        assert Period.parse("2026-06-01T00:00:00+08:00/2026-07-01T00:00:00+08:00") == june
        ```
        """
        parts = text.split("/") if isinstance(text, str) else ()
        try:
            first, last = (datetime.fromisoformat(part) for part in parts)
        except ValueError:
            raise ArgumentError(
                f"{text!r} is not a period; expected start/end: 2026-06-01T00:00:00+08:00/2026-07-01T00:00:00+08:00"
            ) from None
        return cls(first, last)

    def isoformat(self, *, zone: Zone = "UTC") -> str:
        """ISO text ``start/end`` on the clock of ``zone``; the same moments whatever the zone."""
        found = find_zone(zone)
        start, end = in_zone(self.start, zone=found, name="start"), in_zone(self.end, zone=found, name="end")
        return f"{_iso(start)}/{_iso(end)}"

    def __str__(self) -> str:
        return f"{_iso(self.start)}/{_iso(self.end)}"

    def __repr__(self) -> str:
        return f"Period.parse({str(self)!r})"

    # --- asking ---

    @property
    def length(self) -> timedelta:
        """Elapsed time from start to end."""
        return self.end - self.start

    def __contains__(self, item: datetime | Period) -> bool:
        """Whether a moment, or a whole other period, lies inside."""
        if isinstance(item, Period):
            return self.start <= item.start and item.end <= self.end
        return self.start <= check_aware(item, name="the moment") < self.end

    def overlap(self, other: Period) -> Period | None:
        """What both share, or None; periods that only touch share nothing.

        ```python
        from privdomain.calendar import Period

        assert Period.month(2026, 6).overlap(Period.quarter(2026, 2)) == Period.month(2026, 6)
        assert Period.month(2026, 6).overlap(Period.month(2026, 7)) is None
        ```
        """
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def dates(self, *, zone: Zone = BUSINESS_ZONE) -> Iterator[date]:
        """The local dates that have a moment in the period, in order."""
        found = find_zone(zone)
        day, last = local_date(self.start, zone=found), local_date(self.end - _TICK, zone=found)
        return (date.fromordinal(number) for number in range(day.toordinal(), last.toordinal() + 1))

    # --- cutting and stretching ---

    def split(self, *, max_length: timedelta, overlap: timedelta = _NO_TIME) -> Iterator[Period]:
        """Parts of at most ``max_length``, in order, that together are exactly this period.

        Without ``overlap`` the end of a part is the start of the next. With it, each part but the first starts
        that much before the end of the one before it: for platforms whose update times arrive a little late.

        ```python
        from datetime import timedelta
        from privdomain.calendar import Period

        parts = list(Period.month(2026, 6).split(max_length=timedelta(days=14)))
        assert [part.length.days for part in parts] == [14, 14, 2]
        assert parts[0].end == parts[1].start
        ```

        Raises:
            ArgumentError: for a length that is not positive, or an overlap that is not shorter than it.
        """
        if max_length <= _NO_TIME:
            raise ArgumentError(f"max_length is {max_length}; a part has a length above zero")
        if not _NO_TIME <= overlap < max_length:
            raise ArgumentError(
                f"overlap is {overlap}; expected zero or more and less than max_length {max_length}"
            )
        return self._parts(max_length, overlap)

    def _parts(self, max_length: timedelta, overlap: timedelta) -> Iterator[Period]:
        start = self.start
        # compared as a length, because start + max_length may lie beyond the last moment there is
        while self.end - start > max_length:
            yield Period(start, start + max_length)
            start += max_length - overlap
        yield Period(start, self.end)

    def halves(self) -> tuple[Period, Period]:
        """Two contiguous halves, cut at a whole second where there is one: for a listing that is too long.

        Raises:
            ArgumentError: when the period is one microsecond long.
        """
        middle = self.start + self.length // 2
        whole = middle.replace(microsecond=0)
        cut = whole if whole > self.start else middle
        if cut <= self.start:
            raise ArgumentError(f"{self} is one microsecond long and cannot be halved")
        return Period(self.start, cut), Period(cut, self.end)

    def extend(self, *, before: timedelta = _NO_TIME, after: timedelta = _NO_TIME) -> Period:
        """The same period begun ``before`` earlier and ended ``after`` later.

        ```python
        from datetime import timedelta
        from privdomain.calendar import Period

        june = Period.month(2026, 6)
        assert june.extend(after=timedelta(days=31)).end == Period.month(2026, 7).end
        ```
        """
        for name, by in (("before", before), ("after", after)):
            if by < _NO_TIME:
                raise ArgumentError(
                    f"{name} is {by}; a period is extended by zero or more (a shorter one: overlap)"
                )
        return Period(_plus(self.start, -before), _plus(self.end, after))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """How pydantic reads and writes it: as the ISO text of `parse`."""
        from pydantic_core import core_schema  # noqa: PLC0415  (pydantic must not load with Period)

        text = core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema(strict=True))
        return core_schema.json_or_python_schema(
            json_schema=text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), text]),
            serialization=core_schema.to_string_ser_schema(),
        )


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z") if moment.tzinfo is UTC else moment.isoformat()


def _timedelta(name: str, *, days: int, hours: int) -> timedelta:
    try:
        return timedelta(days=days, hours=hours)
    except OverflowError:
        raise ArgumentError(f"{name} are more than there are: days={days}, hours={hours}") from None


def _plus(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        raise ArgumentError(f"{_iso(moment)} and {by} is outside the years 1 to 9999") from None


def _check_count(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ArgumentError(f"{name} is {value!r}; expected a whole number from 1")
