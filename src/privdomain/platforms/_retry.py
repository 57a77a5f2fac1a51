"""When a failed attempt is repeated, and after how long: tenacity's strategies on a hand-fed state.

tenacity's own loop is not used: it would swallow the ``GeneratorExit`` with which a driver closes a flow. Its
jitter draws from the global generator; ours has a seed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

from attrs import asdict, frozen
from tenacity import RetryCallState, Retrying, stop_after_attempt, stop_any, wait_exponential
from tenacity.stop import stop_base

from privdomain.calendar import Clock
from privdomain.errors import ArgumentError, RemoteError
from privdomain.platforms._errors import Fault, Policy

__all__ = ["Attempts", "Retry", "retry_after_seconds"]


@frozen(kw_only=True)
class Retry:
    """How often a call is tried, and how long is waited in between.

    The wait before attempt n+1 is ``first_wait_s · 2^(n−1)``, at most ``longest_wait_s``, lengthened by a random
    share of up to ``jitter`` of it; a platform's ``Retry-After`` is kept to when it is longer. All waits of one
    call together stay within ``total_wait_s``.

    ```python
    from privdomain.platforms import Retry

    patient = Retry(attempts=10, longest_wait_s=60)
    never = Retry(attempts=1)
    assert never == Retry(attempts=1) != patient
    ```
    """

    attempts: int = 6
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0
    jitter: float = 0.5
    total_wait_s: float = 300.0

    def __attrs_post_init__(self) -> None:
        for name, value in asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ArgumentError(f"{name} is {value!r}; it is a number from zero up")
        if not isinstance(self.attempts, int) or self.attempts < 1:
            raise ArgumentError(f"attempts is {self.attempts!r}; 1 means that nothing is repeated")


class _WaitedEnough(stop_base):
    """Stops when the next wait would bring all waits of a call above a limit; counts waits, reads no clock."""

    def __init__(self, total_wait_s: float) -> None:
        self._total_wait_s = total_wait_s

    def __call__(self, retry_state: RetryCallState) -> bool:
        return retry_state.idle_for + retry_state.upcoming_sleep > self._total_wait_s


class Attempts:
    """The attempts of one call: counts them and says how long to wait before the next."""

    def __init__(self, retry: Retry, *, random: Random, clock: Clock) -> None:
        self._jitter = retry.jitter
        self._stop = stop_any(stop_after_attempt(retry.attempts), _WaitedEnough(retry.total_wait_s))
        self._wait = wait_exponential(multiplier=retry.first_wait_s, max=retry.longest_wait_s)
        self._random = random
        self._clock = clock
        self._state = RetryCallState(_RETRYING, None, (), {})

    @property
    def number(self) -> int:
        """The attempt that is being made, from 1."""
        return self._state.attempt_number

    def pause(self, fault: Fault, error: RemoteError, *, repeatable: bool) -> float | None:
        """Seconds until the next attempt; None when there is to be none."""
        if fault.policy not in {Policy.BACKOFF, Policy.MINUTE} or not (repeatable or fault.refused):
            return None
        state = self._state
        state.set_exception((type(error), error, None))
        seconds = self._seconds(fault)
        state.upcoming_sleep = seconds
        if self._stop(state):
            return None
        state.idle_for += seconds
        state.prepare_for_next_attempt()
        return seconds

    def _seconds(self, fault: Fault) -> float:
        if fault.policy is Policy.MINUTE:
            now = self._clock.now()
            rest = 60.0 - now.second - now.microsecond / 1e6
            return rest + self._random.random()  # not every client in the first second of the minute
        seconds = self._wait(self._state)
        seconds += seconds * self._jitter * self._random.random()
        return max(seconds, fault.retry_after_s or 0.0)


_RETRYING = Retrying()


def retry_after_seconds(header: str, *, at: datetime) -> float | None:
    """The ``Retry-After`` header, in seconds or as a date; None for anything else.

    ```python
    from datetime import UTC, datetime
    from privdomain.platforms._retry import retry_after_seconds

    at = datetime(2026, 11, 11, 0, 0, tzinfo=UTC)
    assert retry_after_seconds("7", at=at) == 7.0
    assert retry_after_seconds("Wed, 11 Nov 2026 00:00:30 GMT", at=at) == 30.0
    assert retry_after_seconds("soon", at=at) is None
    ```
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000": a date in UTC whose sender does not say so
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - at).total_seconds())
