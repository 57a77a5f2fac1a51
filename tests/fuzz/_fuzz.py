"""Feeding a target with mutated bodies: what may come out of it, how long it may take, and how much it may keep."""

from __future__ import annotations

import gc
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from attrs import define

from privdomain.errors import PrivdomainError

SLOWEST_S = 2.0
"""One body; a machine that is busy with other things is spared, a hang is not."""
GROWTH_KIB = 48 * 1024
"""How much a run may add to the process, warm-up excluded."""
_WARM_UP = 2000
_HANG_S = 60
_LOOKS = 64
"""How many bodies share one alarm."""


class Hang(BaseException):
    """A body that did not come to an end; no handler for exceptions may swallow it."""


@define
class Fuzzed:
    """What came of a run."""

    bodies: int = 0
    accepted: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    growth_kib: int = 0
    seconds: float = 0.0

    def __add__(self, other: Fuzzed) -> Fuzzed:
        return Fuzzed(
            bodies=self.bodies + other.bodies,
            accepted=self.accepted + other.accepted,
            refused=self.refused + other.refused,
            slowest_s=max(self.slowest_s, other.slowest_s),
            growth_kib=self.growth_kib + other.growth_kib,
            seconds=self.seconds + other.seconds,
        )

    def figures(self) -> dict[str, float]:
        """As they are written down."""
        return {
            "bodies": self.bodies,
            "per_second": round(self.bodies / self.seconds) if self.seconds else 0,
            "accepted": self.accepted,
            "refused": self.refused,
            "slowest_ms": round(self.slowest_s * 1000, 1),
            "growth_kib": self.growth_kib,
        }


def fuzz(
    target: Callable[[bytes], object],
    bodies: Iterable[bytes],
    *,
    count: int,
    allowed: type[Exception] = PrivdomainError,
) -> Fuzzed:
    """Feed ``count`` bodies; whatever is not ``allowed`` is raised again with the body's number and beginning.

    Memory is measured by the largest size the process has had: flat means that it stops growing. The time of a body is
    what this thread computed for it; one that never ends is interrupted.
    """
    with _alarm() as wind:
        began = time.monotonic()
        found = _fuzz(target, bodies, count=count, allowed=allowed, wind=wind)
        found.seconds = time.monotonic() - began
        return found


def _fuzz(
    target: Callable[[bytes], object],
    bodies: Iterable[bytes],
    *,
    count: int,
    allowed: type[Exception],
    wind: Callable[[], None],
) -> Fuzzed:
    found = Fuzzed()
    peak: int | None = None
    for number, body in enumerate(islice(bodies, count)):
        if number % _LOOKS == 0:
            wind()
        began = time.thread_time()
        try:
            target(body)
        except allowed:
            found.refused += 1
        except (Exception, Hang) as error:
            raise AssertionError(f"body {number} ({body[:200]!r}…, {len(body)} bytes): {error!r}") from error
        else:
            found.accepted += 1
        took = time.thread_time() - began
        found.slowest_s = max(found.slowest_s, took)
        assert took < SLOWEST_S, f"body {number} ({body[:200]!r}…, {len(body)} bytes) took {took:.1f} s"
        found.bodies += 1
        if number == min(_WARM_UP, count // 2):
            gc.collect()
            peak = _size_kib()
    gc.collect()
    found.growth_kib = 0 if peak is None else _size_kib() - peak
    assert found.growth_kib < GROWTH_KIB, (
        f"{found.bodies} bodies have added {found.growth_kib} KiB to the process"
    )
    return found


def _size_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@contextmanager
def _alarm() -> Iterator[Callable[[], None]]:
    """A clock that is wound up again and again, and interrupts what goes on for too long; of the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return

    def ring(*_: object) -> None:
        raise Hang(f"nothing came of it in {_HANG_S} s")

    before = signal.signal(signal.SIGALRM, ring)
    try:
        yield lambda: _wind(_HANG_S)
    finally:
        _wind(0)
        signal.signal(signal.SIGALRM, before)


def _wind(seconds: int) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)
