"""Clocks: where "now" comes from at the edges of a program and in tests.

The rule of the file: the core never asks a clock; what decides takes ``at=`` or ``as_of=``. An edge that must ask
takes a `Clock`, so that a test can hold time still or move it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

from attrs import field, frozen

from privdomain.calendar.zones import to_utc
from privdomain.errors import ArgumentError

__all__ = ["Clock", "FixedClock", "ManualClock", "SystemClock"]


class Clock(Protocol):
    """Anything that tells the time."""

    def now(self) -> datetime:
        """The present moment, aware."""
        ...


@frozen
class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


def _utc(moment: datetime) -> datetime:
    return to_utc(moment, name="at")


@frozen
class FixedClock:
    """A clock that stands still, kept in UTC.

    ```python
    from datetime import UTC, datetime
    from privdomain.calendar import FixedClock

    noon = datetime(2026, 6, 18, 12, tzinfo=UTC)
    assert FixedClock(noon).now() == noon
    ```
    """

    at: datetime = field(converter=_utc)

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.at


class ManualClock:
    """A clock that moves when it is told to, forwards only; safe to share between threads.

    ```python
    from datetime import UTC, datetime, timedelta
    from privdomain.calendar import ManualClock

    clock = ManualClock(datetime(2026, 6, 18, 12, tzinfo=UTC))
    clock.advance(timedelta(minutes=5))
    assert clock.now().minute == 5
    ```
    """

    def __init__(self, at: datetime) -> None:
        self._now = _utc(at)
        self._lock = Lock()

    def now(self) -> datetime:
        """The moment it has been moved to, in UTC."""
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move on by that much; returns the new now.

        Raises:
            ArgumentError: for a negative step: time in a program does not run backwards.
        """
        if by < timedelta(0):
            raise ArgumentError(f"by is {by}; a clock is advanced by zero or more")
        with self._lock:
            self._now += by
            return self._now

    def move_to(self, at: datetime) -> datetime:
        """Move on to that moment; returns it.

        Raises:
            ArgumentError: for a moment before now.
        """
        moment = _utc(at)
        with self._lock:
            if moment < self._now:
                raise ArgumentError(f"{moment.isoformat()} is before now, {self._now.isoformat()}")
            self._now = moment
            return self._now

    def __repr__(self) -> str:
        return f"ManualClock({self.now().isoformat()})"
