"""Not being too fast: token buckets, one per key, that answer how long to wait.

A bucket never sleeps and never refuses: a call that comes too early reserves its place and is told the wait, so
that waiting stays an effect of the flow and the same calls at the same times get the same waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from attrs import define, field, frozen

from privdomain.errors import ArgumentError

__all__ = ["RateLimit", "TokenBuckets"]


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


@define
class _Bucket:
    tokens: float
    at: float


class TokenBuckets:
    """The buckets of one client. Thread-safe."""

    def __init__(self, limit: RateLimit, *, monotonic: Callable[[], float]) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def reserve(self, key: str) -> float:
        """Take a place in the bucket of ``key``; how many seconds from now it is."""
        limit = self._limit
        with self._lock:
            now = self._monotonic()
            bucket = self._buckets.setdefault(key, _Bucket(float(limit.burst), now))
            gained = max(0.0, now - bucket.at) * limit.per_second
            bucket.tokens = min(float(limit.burst), bucket.tokens + gained) - 1.0
            bucket.at = max(now, bucket.at)
            return max(0.0, -bucket.tokens / limit.per_second)
