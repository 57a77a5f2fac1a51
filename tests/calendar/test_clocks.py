"""Clocks for edges and tests."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

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


class Interruptible(datetime):
    """A moment whose addition is Python code, so that the interpreter may change threads in the middle of it."""

    def __add__(self, by: timedelta) -> "Interruptible":
        return super().__add__(by)


def test_a_manual_clock_loses_no_step_between_threads():
    """Eight threads of a thousand steps each end exactly eight thousand steps on, however often they alternate."""
    clock = ManualClock(Interruptible(2026, 6, 18, 12, tzinfo=UTC))
    usual = sys.getswitchinterval()

    def step(_: int) -> None:
        for _ in range(1000):
            clock.advance(timedelta(milliseconds=1))

    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(step, range(8)))
    finally:
        sys.setswitchinterval(usual)

    assert clock.now() == T0 + timedelta(seconds=8)
