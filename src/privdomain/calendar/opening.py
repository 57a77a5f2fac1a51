"""Opening hours: an interval of the wall clock, and the seven lists of them that make a week.

The rule of the file: an interval belongs to the day it opens on, also where it closes after midnight. Text is how
hours are configured: ``"09:00-12:00, 13:30-18:00"`` for a day, ``"mon-fri"`` for its place in the week.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import TypeAlias

from attrs import frozen

from privdomain.errors import ArgumentError, nearest

__all__ = ["OpenHours"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DayHours: TypeAlias = tuple["OpenHours", ...]

_MIDNIGHT = time(0)
_INTERVAL = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@frozen
class OpenHours:
    """One interval of the wall clock, half-open; it closes on the next day when ``closes`` is not after ``opens``.

    ``00:00-24:00`` is the whole day. Other than that an interval of equal times is refused: it could mean none.

    ```python
    from datetime import time
    from privdomain.calendar import OpenHours

    assert OpenHours.parse("22:00-06:00").past_midnight
    assert OpenHours.parse("09:00-18:00") == OpenHours(time(9), time(18))
    ```
    """

    opens: time
    closes: time

    def __attrs_post_init__(self) -> None:
        for name, wall in (("opens", self.opens), ("closes", self.closes)):
            if not isinstance(wall, time) or wall.tzinfo is not None:
                raise ArgumentError(f"{name} is {wall!r}; opening hours are times without a zone")
        if self.opens == self.closes and self.opens != _MIDNIGHT:
            raise ArgumentError(f"{self} could mean always or never; write 00:00-24:00, or leave the day out")

    @classmethod
    def parse(cls, text: str) -> OpenHours:
        """From ``"09:00-18:00"``; midnight as an end is written ``24:00`` or ``00:00``.

        Raises:
            ArgumentError: for text that is no such interval.
        """
        found = _INTERVAL.fullmatch(text.strip())
        if found is not None:
            from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
            end = (0, 0) if (to_hour, to_minute) == (24, 0) else (to_hour, to_minute)
            try:
                return cls(time(from_hour, from_minute), time(*end))
            except ValueError as error:
                if isinstance(error, ArgumentError):
                    raise
        raise ArgumentError(f'{text!r} is not an interval of the clock; expected "09:00-18:00"')

    @property
    def past_midnight(self) -> bool:
        """Whether it closes on the day after it opens, midnight itself included."""
        return self.closes <= self.opens

    def __str__(self) -> str:
        closes = "24:00" if self.closes == _MIDNIGHT else self.closes.isoformat("minutes")
        return f"{self.opens.isoformat('minutes')}-{closes}"


def parse_day(text: str) -> DayHours:
    """The intervals of one day: ``"09:00-12:00, 13:30-18:00"``; empty text is a closed day."""
    return tuple(OpenHours.parse(part) for part in text.split(",") if part.strip())


def parse_week(week: Mapping[str, str]) -> tuple[DayHours, ...]:
    """Seven days from ``{"mon-fri": "09:00-18:00", "sat": "10:00-16:00"}``; what is not named is closed."""
    days: dict[int, DayHours] = {}
    for name, text in week.items():
        first, _, last = name.replace(" ", "").partition("-")
        start, end = _weekday(first, within=name), _weekday(last or first, within=name)
        if end < start:
            raise ArgumentError(f"{name!r} runs backwards; a week is written mon … sun")
        hours = parse_day(text)
        for weekday in range(start, end + 1):
            if weekday in days:
                raise ArgumentError(f"{WEEKDAYS[weekday]} is given twice, the second time by {name!r}")
            days[weekday] = hours
    return tuple(days.get(weekday, ()) for weekday in range(7))


def _weekday(name: str, *, within: str) -> int:
    if name in WEEKDAYS:
        return WEEKDAYS.index(name)
    close = nearest(name, WEEKDAYS)
    hint = f"did you mean {close!r}?" if close else "days are " + ", ".join(WEEKDAYS)
    raise ArgumentError(f"{name!r} in {within!r} is not a weekday; {hint}")
