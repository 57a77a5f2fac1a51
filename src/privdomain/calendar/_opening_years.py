"""One year of opening hours as sorted instants with running sums: what business time searches in.

The rule of the file: instants are microseconds since 1970 in UTC, intervals are half-open, sorted and disjoint
(hours that overlap count once). An interval belongs to the year of the day it opens on, also where it closes in
the next. A day of unknown hours is no interval but a span that a search must not cross.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from privdomain.calendar.opening import DayHours
from privdomain.calendar.zones import at_local

__all__ = ["OpenYear", "from_micros", "layout_year", "to_micros"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_ONE_DAY = timedelta(days=1)

HoursOf = Callable[[date], DayHours | None]
"""The hours of a date; None when they are not known."""


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _TICK


def from_micros(micros: int) -> datetime:
    """The moment in UTC."""
    return _EPOCH + micros * _TICK


@frozen
class OpenYear:
    """Intervals ``starts[i] … ends[i]``; ``sums[i]`` is the open time up to and with the i-th of the year."""

    starts: list[int]
    ends: list[int]
    sums: list[int]
    unknown: list[tuple[int, int, date]]

    @property
    def total(self) -> int:
        """Open time of the whole year."""
        return self.sums[-1] if self.sums else 0

    def open_before(self, at: int) -> int:
        """Open time of the year before that instant."""
        count = bisect_right(self.starts, at)
        return self.sums[count - 1] - max(0, self.ends[count - 1] - at) if count else 0

    def when_open_for(self, amount: int) -> int:
        """The first instant before which ``amount`` (above 0, at most ``total``) of the year was open."""
        place = bisect_left(self.sums, amount)
        return self.ends[place] - (self.sums[place] - amount)

    def first_open(self, at: int) -> int | None:
        """The first open instant from that one on, or None in this year."""
        place = bisect_right(self.ends, at)
        return max(at, self.starts[place]) if place < len(self.starts) else None

    def first_unknown(self, start: int, end: int | None) -> date | None:
        """The first date of unknown hours that has a moment in ``start … end`` (to the end of the year: None)."""
        for begins, ends, day in self.unknown:
            if ends > start:
                return day if end is None or begins < end else None
        return None

    def within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The intervals clipped to ``start … end``, in order."""
        for place in range(bisect_right(self.ends, start), bisect_left(self.starts, end)):
            yield max(start, self.starts[place]), min(end, self.ends[place])


def layout_year(year: int, *, zone: ZoneInfo, hours_of: HoursOf, latest_close: time | None) -> OpenYear:
    """Lay out the intervals that open in a local year.

    ``latest_close`` is how far the hours of a day can reach into the next, None when none do: as far as that an
    unknown day may have been open.
    """
    starts: list[int] = []
    ends: list[int] = []
    sums: list[int] = []
    unknown: list[tuple[int, int, date]] = []
    first = date(year, 1, 1)
    open_until = (
        max((end for _, end in _intervals(first - _ONE_DAY, zone, hours_of)), default=0) if year > 1 else 0
    )
    open_until = max(open_until, to_micros(at_local(first, time(0), zone=zone)))
    total = 0
    day = first
    while day.year == year:
        if hours_of(day) is None:
            begins = max(open_until, to_micros(at_local(day, time(0), zone=zone)))
            unknown.append(
                (begins, to_micros(at_local(day + _ONE_DAY, latest_close or time(0), zone=zone)), day)
            )
        for opens, closes in _intervals(day, zone, hours_of):
            start = max(opens, open_until)
            if closes <= start:
                continue
            total += closes - start
            if ends and ends[-1] == start:
                ends[-1], sums[-1] = closes, total
            else:
                starts.append(start)
                ends.append(closes)
                sums.append(total)
            open_until = closes
        day += _ONE_DAY
    return OpenYear(starts, ends, sums, unknown)


def _intervals(day: date, zone: ZoneInfo, hours_of: HoursOf) -> list[tuple[int, int]]:
    return sorted(
        (
            to_micros(at_local(day, one.opens, zone=zone)),
            to_micros(at_local(day + _ONE_DAY if one.past_midnight else day, one.closes, zone=zone)),
        )
        for one in hours_of(day) or ()
    )
