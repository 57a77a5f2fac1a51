"""Instants and wall clocks: where a local day begins, which date a moment belongs to, what 09:00 means there.

The rule of the file: an instant is an aware datetime; a date, a month and an opening hour exist only in a zone.
A wall-clock time that daylight saving skips means the moment the clock jumps; one that occurs twice means the
first time. China has no daylight saving since 1991, its customers abroad have.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from privdomain.errors import ArgumentError, nearest

__all__ = ["BUSINESS_ZONE", "Zone", "at_local", "day_start", "find_zone", "local_date"]

Zone: TypeAlias = ZoneInfo | str
"""A zone as an argument: a `ZoneInfo`, or its IANA name (``"Asia/Shanghai"``)."""

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
"""The zone of days, months and opening hours where nothing else is said."""

_SECOND = timedelta(seconds=1)


def find_zone(zone: Zone) -> ZoneInfo:
    """The zone of that IANA name; a `ZoneInfo` is returned as it is.

    ```python
    from privdomain.calendar import find_zone

    assert find_zone("Asia/Urumqi").key == "Asia/Urumqi"
    ```

    Raises:
        ArgumentError: for a name that is not in the IANA database, with the nearest one that is.
    """
    if isinstance(zone, ZoneInfo):
        return zone
    if not isinstance(zone, str):
        raise ArgumentError(
            f'{zone!r} is not a zone; pass an IANA name such as "Asia/Shanghai" or a ZoneInfo'
        )
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # ValueError and OSError: names such as "../x", "" or "Asia", which are paths before they are zones
        close = nearest(zone, available_timezones())
        hint = f"; did you mean {close!r}?" if close else '; a name looks like "Asia/Shanghai"'
        raise ArgumentError(f"{zone!r} is not an IANA zone{hint}") from None


def check_aware(moment: datetime, *, name: str) -> datetime:
    """The moment itself, or an `ArgumentError` when it does not say in which zone it is meant."""
    if not isinstance(moment, datetime):
        raise ArgumentError(f"{name} is {moment!r}; expected an aware datetime")
    if moment.utcoffset() is None:
        raise ArgumentError(
            f"{name} {moment.isoformat()} is naive; say the zone: datetime(…, tzinfo=ZoneInfo('Asia/Shanghai'))"
        )
    return moment


def check_date(day: date, *, name: str) -> date:
    """The date itself, or an `ArgumentError`: a datetime is a moment, and which date it has depends on a zone."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise ArgumentError(f"{name} is {day!r}; expected a date (of a moment: local_date(moment, zone=…))")
    return day


def to_utc(moment: datetime, *, name: str) -> datetime:
    """The same moment in UTC; refuses what is naive or falls outside the years 1 to 9999 there."""
    return in_zone(moment, zone=UTC, name=name)


def in_zone(moment: datetime, *, zone: tzinfo, name: str) -> datetime:
    """The same moment on the clock of ``zone``; refuses what is naive or outside the years 1 to 9999 there."""
    try:
        return check_aware(moment, name=name).astimezone(zone)
    except OverflowError:
        raise ArgumentError(f"{name} {moment.isoformat()} is outside the years 1 to 9999 in {zone}") from None


def local_date(at: datetime, *, zone: Zone = BUSINESS_ZONE) -> date:
    """The date on the wall calendar of ``zone`` at that moment.

    ```python
    from datetime import UTC, date, datetime
    from privdomain.calendar import local_date

    late = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)
    assert local_date(late) == date(2026, 2, 1)  # in Shanghai it is February already
    assert local_date(late, zone="UTC") == date(2026, 1, 31)
    ```
    """
    return in_zone(at, zone=find_zone(zone), name="at").date()


def day_start(day: date, *, zone: Zone = BUSINESS_ZONE) -> datetime:
    """The first moment of that date in ``zone``: midnight, or when the clock jumps where it skips midnight.

    ```python
    from datetime import date
    from privdomain.calendar import day_start

    assert day_start(date(2026, 2, 1)).isoformat() == "2026-02-01T00:00:00+08:00"
    assert day_start(date(2018, 11, 4), zone="America/Sao_Paulo").isoformat() == "2018-11-04T01:00:00-02:00"
    ```
    """
    return at_local(day, time(0), zone=zone)


def at_local(day: date, wall: time, *, zone: Zone = BUSINESS_ZONE) -> datetime:
    """The moment a clock in ``zone`` first shows ``wall`` on that date.

    A time that daylight saving skips is the moment of the jump, because from then on the clock shows later.

    ```python
    from datetime import date, time
    from privdomain.calendar import at_local

    jump = date(2026, 3, 8)  # New York goes from 02:00 to 03:00
    assert at_local(jump, time(2, 30), zone="America/New_York").isoformat() == "2026-03-08T03:00:00-04:00"
    ```

    Raises:
        ArgumentError: for a datetime in place of a date, a time with its own zone, or an unknown zone.
    """
    found = find_zone(zone)
    check_date(day, name="day")
    if wall.tzinfo is not None:
        raise ArgumentError(f"wall is {wall!r}; give a time without a zone, the zone is zone=")
    first = datetime.combine(day, wall.replace(fold=0), tzinfo=found)
    before, after = first.utcoffset(), first.replace(fold=1).utcoffset()
    if before is None or after is None or after <= before:
        return first
    # In a gap, fold=0 is read with the offset before the jump and fold=1 with the one after it, so the jump
    # lies in between. The zone database has no public list of jumps: halve the span until it is found.
    early = first.replace(tzinfo=UTC) - after
    late = first.replace(tzinfo=UTC) - before
    while late - early > _SECOND:
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle <= early:
            break
        if middle.astimezone(found).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0).astimezone(found)
