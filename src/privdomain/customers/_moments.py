"""``as_of`` as the two things a frame can be compared with: an instant and a local day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from attrs import frozen

from privdomain.calendar import day_start, local_date
from privdomain.errors import ArgumentError

__all__ = ["Cut", "cut_at"]


@frozen
class Cut:
    """Where the history ends: nothing at or after ``instant`` is seen; ``day`` is its local day."""

    instant: datetime
    day: date


def cut_at(as_of: date | datetime, *, zone: ZoneInfo) -> Cut:
    """A day means its first moment in the zone: that day itself is not seen.

    Raises:
        ArgumentError: for a datetime without a zone.
    """
    if isinstance(as_of, datetime):
        if as_of.utcoffset() is None:
            raise ArgumentError(
                f"as_of={as_of!r} has no zone; add one, or pass a date for the start of that day"
            )
        return Cut(as_of.astimezone(UTC), local_date(as_of, zone=zone))
    if not isinstance(as_of, date):
        raise ArgumentError(f"as_of={as_of!r} is {type(as_of).__name__}; pass an aware datetime or a date")
    return Cut(day_start(as_of, zone=zone).astimezone(UTC), as_of)
