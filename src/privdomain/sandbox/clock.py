"""The time that the emulated platforms of one sandbox share, and who is told when it moves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from privdomain.errors import ArgumentError

__all__ = ["SandboxClock"]


class SandboxClock:
    """A clock that can be moved: without ``at`` it runs with the machine's, with ``at`` it stands until it is moved.

    It is called for the present moment, as every ``clock=`` of the sandbox is.

    ```python
    from datetime import UTC, datetime, timedelta
    from privdomain.sandbox import SandboxClock

    clock = SandboxClock(datetime(2026, 11, 11, tzinfo=UTC))
    clock.advance(timedelta(hours=2))
    assert clock().hour == 2
    clock.set(datetime(2026, 11, 12, tzinfo=UTC))
    assert clock().day == 12
    ```
    """

    def __init__(self, at: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._at = None if at is None else _aware(at)
        self._offset = timedelta(0)
        self._listeners: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return f"SandboxClock({self().isoformat()}{', running' if self.runs else ''})"

    def __call__(self) -> datetime:
        """The present moment, in UTC."""
        with self._lock:
            return datetime.now(UTC) + self._offset if self._at is None else self._at

    @property
    def runs(self) -> bool:
        """Whether time passes by itself."""
        return self._at is None

    def advance(self, by: timedelta) -> datetime:
        """Move on; returns the new now. What was to happen meanwhile happens now.

        Raises:
            ArgumentError: for a step back.
        """
        if by < timedelta(0):
            raise ArgumentError(f"by is {by}; a clock is advanced by zero or more; set() puts it anywhere")
        with self._lock:
            if self._at is None:
                self._offset += by
            else:
                self._at += by
        self._tell()
        return self()

    def set(self, at: datetime) -> None:
        """Let it be that moment, earlier or later; a clock that runs goes on running from there."""
        moment = _aware(at)
        with self._lock:
            if self._at is None:
                self._offset = moment - datetime.now(UTC)
            else:
                self._at = moment
        self._tell()

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after every move."""
        self._listeners.append(listener)

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()


class SkewedClock:
    """One platform's own idea of the shared time."""

    def __init__(self, shared: Callable[[], datetime]) -> None:
        self._shared = shared
        self.skew = timedelta(0)

    def __call__(self) -> datetime:
        return self._shared() + self.skew


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ArgumentError(f"{at.isoformat()} has no zone; the clock of a sandbox takes aware datetimes")
    return at.astimezone(UTC)
