"""``as_of`` as the two things a frame can be compared with: an instant and a local day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen

from privdomain.errors import ArgumentError

__all__ = ["Cut", "cut_at", "zone_of"]


@frozen
class Cut:
    """Where the history ends: nothing at or after ``instant`` is seen; ``day`` is its local day."""

    instant: datetime
    day: date


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name.

    Raises:
        ArgumentError: when there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ArgumentError(f"zone={name!r} is no IANA time zone; write one such as 'Asia/Shanghai'") from None


def cut_at(as_of: date | datetime, zone: ZoneInfo) -> Cut:
    """A day means its first moment in the zone: that day itself is not seen.

    Raises:
        ArgumentError: for a datetime without a zone.
    """
    if isinstance(as_of, datetime):
        if as_of.utcoffset() is None:
            raise ArgumentError(f"as_of={as_of!r} has no zone; add one, or pass a date for the start of that day")
        return Cut(as_of.astimezone(UTC), as_of.astimezone(zone).date())
    if not isinstance(as_of, date):
        raise ArgumentError(f"as_of={as_of!r} is {type(as_of).__name__}; pass an aware datetime or a date")
    return Cut(datetime.combine(as_of, time(), tzinfo=zone).astimezone(UTC), as_of)
