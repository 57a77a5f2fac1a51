"""Counting calls against a platform's limits, in the sandbox's own time."""

from __future__ import annotations

import threading
from enum import Enum

from attrs import define, frozen

__all__ = ["Meter", "Quota", "Spent"]

_CHINA_OFFSET_S = 8 * 3600


@frozen(kw_only=True)
class Quota:
    """How many calls of one path are answered in a minute and in a day of Beijing; None is no limit."""

    per_minute: int | None = None
    per_day: int | None = None


class Spent(Enum):
    """Which limit a call ran into."""

    MINUTE = "minute"
    DAY = "day"


@define
class _Count:
    minute: int = -1
    in_minute: int = 0
    day: int = -1
    in_day: int = 0


class Meter:
    """The calls of each name, counted by the minute and by the day of Beijing; a refused call does not count.

    ```python
    from privdomain.sandbox._quota import Meter, Quota, Spent

    meter, quota = Meter(), Quota(per_minute=1)
    assert meter.count("get", quota, at=0) is None
    assert meter.count("get", quota, at=59) is Spent.MINUTE
    assert meter.count("get", quota, at=60) is None
    ```
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, _Count] = {}

    def count(self, name: str, quota: Quota, *, at: float) -> Spent | None:
        """Count one call, or say which limit it would pass."""
        minute, day = int(at // 60), int((at + _CHINA_OFFSET_S) // 86_400)
        with self._lock:
            count = self._counts.setdefault(name, _Count())
            if count.minute != minute:
                count.minute, count.in_minute = minute, 0
            if count.day != day:
                count.day, count.in_day = day, 0
            if quota.per_day is not None and count.in_day >= quota.per_day:
                return Spent.DAY
            if quota.per_minute is not None and count.in_minute >= quota.per_minute:
                return Spent.MINUTE
            count.in_minute += 1
            count.in_day += 1
        return None
