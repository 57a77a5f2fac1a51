"""Clocks for edges and tests."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Event

import pytest

from privdomain.calendar import Clock, FixedClock, ManualClock, SystemClock
from privdomain.errors import ArgumentError

T0 = datetime(2026, 6, 18, 20, tzinfo=timezone(timedelta(hours=8)))


def test_every_clock_tells_an_aware_moment_in_utc():
    """The three clocks are Clocks, and what they tell can be compared."""
    clocks: list[Clock] = [SystemClock(), FixedClock(T0), ManualClock(T0)]

    assert all(clock.now().tzinfo is UTC for clock in clocks)
    assert [clock.now() for clock in clocks[1:]] == [T0, T0]


def test_the_system_clock_runs():
    """Two readings enclose the machine's own."""
    clock = SystemClock()
    before, between, after = clock.now(), datetime.now(UTC), clock.now()

    assert before <= between <= after


def test_a_manual_clock_moves_when_told():
    """By a step or to a moment, and says where it is."""
    clock = ManualClock(T0)

    assert clock.advance(timedelta(minutes=5)) == T0 + timedelta(minutes=5)
    assert clock.move_to(T0 + timedelta(hours=1)) == clock.now() == T0 + timedelta(hours=1)
    assert repr(clock) == "ManualClock(2026-06-18T13:00:00+00:00)"


def test_a_manual_clock_does_not_run_backwards():
    """Neither by a negative step nor to an earlier moment; a naive one is refused."""
    clock = ManualClock(T0)

    with pytest.raises(ArgumentError, match="zero or more"):
        clock.advance(timedelta(seconds=-1))
    with pytest.raises(ArgumentError, match="is before now"):
        clock.move_to(T0 - timedelta(seconds=1))
    with pytest.raises(ArgumentError, match="naive"):
        ManualClock(datetime(2026, 6, 18))
    assert clock.now() == T0


class SlowSum(datetime):
    """A moment whose first addition lets another thread go before it ends."""

    inside, other_is_done = Event(), Event()

    def __add__(self, by: timedelta) -> "SlowSum":
        if not self.inside.is_set():
            self.inside.set()
            self.other_is_done.wait(timeout=0.05)  # without a lock the other one is done long before
        return super().__add__(by)


def test_a_manual_clock_loses_no_step_between_threads():
    """A step taken in the middle of another one is not overwritten by it."""
    start = SlowSum(2026, 6, 18, 12, tzinfo=UTC)
    clock = ManualClock(start)

    def other() -> None:
        SlowSum.inside.wait()
        clock.advance(timedelta(minutes=1))
        SlowSum.other_is_done.set()

    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(clock.advance, timedelta(minutes=1)), threads.submit(other)]
    [one.result() for one in done]

    assert clock.now() == start + timedelta(minutes=2)
