"""When an attempt is repeated, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.calendar import FixedClock
from privdomain.errors import ArgumentError, PlatformUnavailable
from privdomain.platforms import NoAnswer, Retry
from privdomain.platforms._errors import Fault, Policy
from privdomain.platforms._retry import Attempts, retry_after_seconds

AT = datetime(2026, 11, 11, 12, 0, 30, tzinfo=UTC)
ERROR = PlatformUnavailable("busy", platform="x")


def fault(policy: Policy = Policy.BACKOFF, **changes: Any) -> Fault:
    usual: dict[str, Any] = {"kind": PlatformUnavailable, "policy": policy, "meaning": "busy"}
    return Fault(**(usual | changes))


def pauses(retry: Retry, *faults: Fault, repeatable: bool = True, seed: int = 1) -> list[float | None]:
    attempts = Attempts(retry, random=Random(seed), clock=FixedClock(AT))
    return [attempts.pause(one, ERROR, repeatable=repeatable) for one in faults]


def test_waits_double_up_to_the_longest() -> None:
    """Without jitter the waits are exactly what the knobs say."""

    retry = Retry(attempts=7, first_wait_s=0.5, longest_wait_s=5, jitter=0)

    assert pauses(retry, *[fault()] * 7) == [0.5, 1, 2, 4, 5, 5, None]


@given(st.integers(0, 2**32), st.floats(0, 2), st.floats(0.01, 10))
def test_jitter_lengthens_a_wait_by_at_most_its_share(seed: int, jitter: float, first: float) -> None:
    """And the same seed gives the same waits."""

    retry = Retry(attempts=5, first_wait_s=first, longest_wait_s=1000, jitter=jitter, total_wait_s=10**6)
    plain = pauses(Retry(attempts=5, first_wait_s=first, longest_wait_s=1000, jitter=0), *[fault()] * 4)
    found = pauses(retry, *[fault()] * 4, seed=seed)

    assert found == pauses(retry, *[fault()] * 4, seed=seed)
    for wait, base in zip(found, plain, strict=True):
        assert wait is not None
        assert base is not None
        assert base <= wait <= base * (1 + jitter) * (1 + 1e-9)


def test_jitter_spreads() -> None:
    """Different seeds do not wait alike."""

    assert len({pauses(Retry(), fault(), seed=seed)[0] for seed in range(50)}) > 40


@pytest.mark.parametrize("policy", [Policy.NO, Policy.TOKEN, Policy.DAY])
def test_what_is_never_repeated(policy: Policy) -> None:
    """A refusal, a bad token (that is the token's business) and a used-up day."""

    assert pauses(Retry(), fault(policy)) == [None]


def test_a_minute_quota_waits_for_the_next_minute() -> None:
    """Up to a second into it, so that not everybody comes at once."""

    [wait] = pauses(Retry(), fault(Policy.MINUTE, refused=True))

    assert wait is not None
    assert timedelta(seconds=30) <= timedelta(seconds=wait) < timedelta(seconds=31)


@pytest.mark.parametrize(
    ("said", "expected"),
    [(9.0, 9.0), (0.1, 0.5), (None, 0.5), (301.0, None)],
)
def test_a_wish_of_the_platform_is_kept_to(said: float | None, expected: float | None) -> None:
    """When it is longer than ours; when it is longer than all waits together may be, we give up at once."""

    assert pauses(Retry(jitter=0), fault(retry_after_s=said)) == [expected]


def test_all_waits_of_a_call_stay_within_their_sum() -> None:
    """The sum counts what was waited, not what a clock says."""

    found = pauses(Retry(attempts=50, jitter=0, longest_wait_s=4, total_wait_s=10), *[fault()] * 6)

    assert found == [0.5, 1, 2, 4, None, None]


def test_an_operation_that_must_happen_once_is_not_repeated_on_a_guess() -> None:
    """Unless the platform certainly did not carry it out."""

    arrived = Fault.of_silence(NoAnswer("no answer in time"))
    not_sent = Fault.of_silence(NoAnswer("no connection", may_have_arrived=False))

    assert pauses(Retry(), arrived, repeatable=False) == [None]
    assert pauses(Retry(), not_sent, repeatable=False) != [None]
    assert pauses(Retry(), fault(Policy.MINUTE, refused=True), repeatable=False) != [None]


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"attempts": 0}, "attempts is 0; 1 means that nothing is repeated"),
        ({"attempts": 2.5}, "attempts is 2.5"),
        ({"attempts": True}, "attempts is True"),
        ({"first_wait_s": -1}, "first_wait_s is -1"),
        ({"jitter": "much"}, "jitter is 'much'"),
    ],
)
def test_wrong_knobs_are_refused(knobs: dict[str, Any], message: str) -> None:
    """At once, by name."""

    with pytest.raises(ArgumentError, match=message):
        Retry(**knobs)


def test_knobs_are_values() -> None:
    """They compare and show themselves."""

    assert Retry() == Retry()
    assert "attempts=6" in repr(Retry())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Wed, 11 Nov 2026 12:01:00 GMT", 30.0),
        ("Wed, 11 Nov 2026 20:01:00 +0800", 30.0),
        ("Wed, 11 Nov 2026 12:01:00 -0000", 30.0),
        ("Wed, 11 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("tomorrow", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    """Seconds or a date; anything else is as if it were not there."""

    assert retry_after_seconds(header, at=AT) == seconds


def test_waits_do_not_shrink() -> None:
    """Each wait without jitter is at least the one before."""

    waits = [wait for wait in pauses(Retry(attempts=9, jitter=0), *[fault()] * 8) if wait is not None]

    assert all(first <= second for first, second in pairwise(waits))
