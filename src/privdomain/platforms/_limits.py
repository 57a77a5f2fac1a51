"""Not being too fast: a token bucket per key that answers how long to wait, and slows down when the platform says so.

A bucket never sleeps and never refuses: a call that comes too early reserves its place and is told the wait, so
that waiting stays an effect of the flow and the same calls at the same times get the same waits. After a throttle
answer the rate of that key is cut; it recovers in steps by the clock, without being asked. A key that nobody has
limited is limited only from its first throttle answer on, by a share of what it had been sent at, until it has
recovered.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from attrs import asdict, define, field, frozen

from privdomain.errors import ArgumentError

__all__ = ["Adaptive", "Pace", "RateLimit"]

_SEEN = 64
"""Calls that are remembered to know how fast an unlimited key was sent."""
_SEEN_S = 10.0


@frozen
class RateLimit:
    """At most ``per_second`` calls on the average, ``burst`` of them at once.

    ```python
    from privdomain.platforms import RateLimit

    limit = RateLimit(per_second=10, burst=20)
    ```

    Raises:
        ArgumentError: for a rate that is not above zero, or a burst below 1.
    """

    per_second: float = field(kw_only=True)
    burst: int = field(default=1, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.per_second > 0:
            raise ArgumentError(f"per_second is {self.per_second!r}; a rate is above zero")
        if isinstance(self.burst, bool) or not isinstance(self.burst, int) or self.burst < 1:
            raise ArgumentError(f"burst is {self.burst!r}; at least one call may go at once")


@frozen(kw_only=True)
class Adaptive:
    """How a client slows down after a throttle answer, and speeds up again.

    The rate is multiplied by ``cut``, not below ``floor_per_second``; every ``every_s`` seconds it gains ``step`` of
    the rate it had before the first cut, until it is there again. Calls that were on their way when the rate was cut
    do not cut it again. A platform's ``Retry-After`` holds every call of the key back.

    ```python
    from privdomain.platforms import Adaptive

    gentle = Adaptive(cut=0.8, step=0.05, every_s=10)
    ```

    Raises:
        ArgumentError: for shares that are not between zero and one, or times and rates that are not above zero.
    """

    cut: float = 0.5
    floor_per_second: float = 0.2
    step: float = 0.1
    every_s: float = 5.0

    def __attrs_post_init__(self) -> None:
        for name, value in asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                raise ArgumentError(f"{name} is {value!r}; it is a number above zero")
        if self.cut >= 1 or self.step > 1:
            raise ArgumentError(
                f"cut={self.cut!r}, step={self.step!r}; both are shares of a rate, cut below 1"
            )


@define
class _Bucket:
    rate: float | None
    """Calls per second; None while nobody limits this key."""
    burst: int
    tokens: float
    at: float
    full: float = 0.0
    """The rate to recover to; zero while nothing is cut."""
    stepped_at: float = 0.0
    cut_at: float | None = None
    held_until: float = float("-inf")
    seen: deque[float] = field(factory=lambda: deque[float](maxlen=_SEEN))


class Pace:
    """How fast each key may be sent. Thread-safe; share one among the clients of one platform.

    Keys are those of tokens: platform, host, app and shop.

    ```python
    from privdomain.platforms import Pace, RateLimit

    pace = Pace(RateLimit(per_second=2), monotonic=lambda: 0.0)
    assert [pace.reserve("shop 1"), pace.reserve("shop 1"), pace.reserve("shop 2")] == [0.0, 0.5, 0.0]
    ```
    """

    def __init__(
        self, limit: RateLimit | None, *, adaptive: Adaptive | None = None, monotonic: Callable[[], float]
    ) -> None:
        self._limit, self._adaptive, self._monotonic = limit, adaptive, monotonic
        self._skipped_s = 0.0
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def reserve(self, key: str) -> float:
        """Take the next place of ``key``; how many seconds from now it is."""
        with self._lock:
            now = self._now()
            bucket = self._bucket(key, now)
            held_s = max(0.0, bucket.held_until - now)
            if bucket.rate is None:
                bucket.seen.append(now)
                return held_s
            bucket.tokens -= 1.0
            return max(held_s, -bucket.tokens / bucket.rate, 0.0)

    def held(self, key: str) -> float:
        """How many seconds the platform still wants no call of ``key``; takes no place."""
        with self._lock:
            return max(0.0, self._bucket(key, now := self._now()).held_until - now)

    def rate(self, key: str) -> float | None:
        """Calls per second that ``key`` may be sent now; None for as many as there are."""
        with self._lock:
            return self._bucket(key, self._now()).rate

    def now(self) -> float:
        """The moment by this clock, for ``sent_at``."""
        with self._lock:
            return self._now()

    def throttled(self, key: str, *, sent_at: float, retry_after_s: float | None = None) -> None:
        """The platform has answered a call that was sent at ``sent_at`` with "too fast"."""
        adaptive = self._adaptive
        if adaptive is None:
            return
        with self._lock:
            now = self._now()
            bucket = self._bucket(key, now)
            if retry_after_s:
                bucket.held_until = max(bucket.held_until, now + retry_after_s)
            if bucket.cut_at is not None and sent_at < bucket.cut_at:
                return
            before = _observed(bucket.seen, now) if bucket.rate is None else bucket.rate
            bucket.full = bucket.full or before
            # a floor above what was allowed would speed a slow client up
            bucket.rate = max(min(adaptive.floor_per_second, before), before * adaptive.cut)
            bucket.cut_at = bucket.stepped_at = bucket.at = now
            bucket.tokens = min(bucket.tokens, 1.0)
            bucket.seen.clear()

    def skip(self, seconds: float) -> None:
        """Go on as if so much time had passed: a test has skipped a wait."""
        with self._lock:
            self._skipped_s += seconds

    def _now(self) -> float:
        return self._monotonic() + self._skipped_s

    def _bucket(self, key: str, now: float) -> _Bucket:
        """The bucket of a key as it is now: recovered by the steps that are due, and filled."""
        bucket = self._buckets.get(key)
        if bucket is None:
            limit = self._limit
            rate, burst = (limit.per_second, limit.burst) if limit else (None, 1)
            bucket = self._buckets[key] = _Bucket(rate, burst, float(burst), now)
            return bucket
        if bucket.full and self._adaptive is not None:
            self._recover(bucket, self._adaptive, now)
        if bucket.rate is not None:
            _fill(bucket, now)
        return bucket

    def _recover(self, bucket: _Bucket, adaptive: Adaptive, now: float) -> None:
        while bucket.full and bucket.rate is not None and now - bucket.stepped_at >= adaptive.every_s:
            bucket.stepped_at += adaptive.every_s
            _fill(bucket, bucket.stepped_at)  # what was gained until then, was gained at the slower rate
            bucket.rate = min(bucket.full, bucket.rate + adaptive.step * bucket.full)
            if bucket.rate == bucket.full:
                bucket.full = 0.0
                bucket.rate = self._limit.per_second if self._limit else None


def _fill(bucket: _Bucket, now: float) -> None:
    gained = max(0.0, now - bucket.at) * (bucket.rate or 0.0)
    bucket.tokens = min(float(bucket.burst), bucket.tokens + gained)
    bucket.at = max(now, bucket.at)


def _observed(seen: deque[float], now: float) -> float:
    """Calls per second of late; one at least, because a throttled key was called."""
    recent = [at for at in seen if now - at <= _SEEN_S]
    if not recent:
        return 1.0
    return max(1.0, len(recent) / max(1.0, now - recent[0]))
