"""Rates that follow the platform's throttle answers, by an injected clock."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import ArgumentError, RateLimited
from privdomain.platforms import (
    Adaptive,
    AttemptRecord,
    HttpRequest,
    HttpResponse,
    MemoryTokenStore,
    Pace,
    RateLimit,
    waiting_off,
)
from privdomain.platforms._drivers import run
from tests.platforms._oauth import LittleShop, OAuthDesk, grant_of


class Hand:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _sent(pace: Pace, clock: Hand, *, seconds: float, key: str = "k") -> int:
    """How many calls one caller gets through in so many seconds."""
    end, count = clock.now + seconds, 0
    while (wait := pace.reserve(key)) + clock.now < end:
        clock.now += wait
        count += 1
        clock.now += 1e-6  # a call takes some time
        if count > 10_000:
            return count
    clock.now = end
    return count


def test_a_throttled_key_is_cut_and_recovers_step_by_step() -> None:
    """From ten a second to five, then one more every five seconds, until it is ten again."""
    clock = Hand()
    pace = Pace(RateLimit(per_second=10), adaptive=Adaptive(), monotonic=clock)
    pace.reserve("k")
    pace.throttled("k", sent_at=clock.now)
    rates = []
    for _ in range(8):
        rates.append(pace.rate("k"))
        clock.now += 5

    assert rates == pytest.approx([5, 6, 7, 8, 9, 10, 10, 10])


def test_it_is_as_slow_as_it_says() -> None:
    """In five seconds at five a second about twenty-five calls go out, not fifty."""
    clock = Hand()
    pace = Pace(RateLimit(per_second=10), adaptive=Adaptive(), monotonic=clock)
    pace.throttled("k", sent_at=clock.now)

    assert 24 <= _sent(pace, clock, seconds=5) <= 26
    assert pace.reserve("other") == 0


def test_cuts_go_on_to_the_floor_and_no_further() -> None:
    """And a client that was slower than the floor is not made faster."""
    clock = Hand()
    pace = Pace(RateLimit(per_second=8), adaptive=Adaptive(floor_per_second=1.5), monotonic=clock)
    rates = []
    for _ in range(4):
        clock.now += 0.1
        pace.throttled("k", sent_at=clock.now)
        rates.append(pace.rate("k"))
    assert rates == [4, 2, 1.5, 1.5]

    slow = Pace(RateLimit(per_second=0.1), adaptive=Adaptive(), monotonic=clock)
    slow.throttled("k", sent_at=clock.now)
    assert slow.rate("k") == pytest.approx(0.1)


def test_calls_that_were_on_their_way_do_not_cut_again() -> None:
    """Twenty at once are throttled together: that is one lesson."""
    clock = Hand()
    pace = Pace(RateLimit(per_second=10), adaptive=Adaptive(), monotonic=clock)
    sent = [clock.now - 0.01 * n for n in range(20)]
    clock.now += 1
    for sent_at in sent:
        pace.throttled("k", sent_at=sent_at)
    assert pace.rate("k") == 5
    clock.now += 0.1
    pace.throttled("k", sent_at=clock.now)
    assert pace.rate("k") == 2.5


def test_without_a_limit_there_is_none_until_the_first_throttle() -> None:
    """Then half of what was sent of late, and none again once it has recovered."""
    clock = Hand()
    pace = Pace(None, adaptive=Adaptive(), monotonic=clock)
    assert [pace.reserve("k") for _ in range(100)] == [0] * 100
    clock.now += 1000
    for _ in range(40):
        assert pace.reserve("k") == 0
        clock.now += 0.1
    assert pace.rate("k") is None
    pace.throttled("k", sent_at=clock.now)
    assert pace.rate("k") == pytest.approx(5, rel=0.05)
    assert 20 <= _sent(pace, clock, seconds=4.9) <= 26
    clock.now += 30
    assert pace.rate("k") is None
    assert [pace.reserve("k") for _ in range(50)] == [0] * 50


def test_retry_after_holds_every_call_of_the_key_and_of_no_other() -> None:
    """The one that was told so, and those that were not."""
    clock = Hand()
    pace = Pace(None, adaptive=Adaptive(), monotonic=clock)
    pace.throttled("k", sent_at=clock.now, retry_after_s=30)
    assert pace.held("k") == 30
    assert pace.reserve("k") == 30
    assert (pace.held("other"), pace.reserve("other")) == (0, 0)
    clock.now += 30
    assert pace.held("k") == 0


def test_adaptive_can_be_left_out() -> None:
    """Then nothing is learned, whatever is said."""
    pace = Pace(RateLimit(per_second=10), monotonic=lambda: 0.0)
    pace.throttled("k", sent_at=0.0, retry_after_s=60)
    assert (pace.rate("k"), pace.held("k")) == (10, 0)


@given(
    st.lists(st.tuples(st.floats(0, 20), st.sampled_from(["call", "throttle", "hold"])), max_size=60),
    st.sampled_from([None, 0.5, 10.0]),
)
def test_a_rate_stays_between_its_floor_and_its_limit(
    steps: list[tuple[float, str]], limit: float | None
) -> None:
    """Whatever happens, waits are finite and not negative, and time alone brings back where it began."""
    clock, adaptive = Hand(), Adaptive()
    pace = Pace(RateLimit(per_second=limit) if limit else None, adaptive=adaptive, monotonic=clock)
    for pause, what in steps:
        clock.now += pause
        if what == "call":
            assert 0 <= pace.reserve("k") < 10_000
        else:
            pace.throttled("k", sent_at=clock.now, retry_after_s=3 if what == "hold" else None)
        rate = pace.rate("k")
        if limit:
            assert rate is not None
            assert min(limit, adaptive.floor_per_second) <= rate <= limit
        else:
            assert rate is None or rate >= adaptive.floor_per_second
    clock.now += 10 * adaptive.every_s + 1
    assert pace.rate("k") == limit


@pytest.mark.parametrize(
    "knobs",
    [{"cut": 1}, {"cut": 0}, {"step": 1.5}, {"floor_per_second": 0}, {"every_s": -1}, {"cut": True},
     {"step": float("nan")}, {"every_s": "5"}],
)  # fmt: skip
def test_knobs_that_make_no_sense_are_refused(knobs: dict[str, Any]) -> None:
    """At once."""
    with pytest.raises(ArgumentError):
        Adaptive(**knobs)


# --- in a client ---


def _client(answers: list[HttpResponse | None], **options: Any) -> tuple[LittleShop, list[HttpRequest], Hand]:
    """A client whose n-th call meets the n-th answer, None for a good one; its tokens are good."""
    clock, desk, sent = Hand(), OAuthDesk(), list[HttpRequest]()

    def server(request: HttpRequest) -> HttpResponse:
        sent.append(request)
        answer = answers[len(sent) - 1] if len(sent) <= len(answers) else None
        return answer or desk.scripted(request)

    shop = LittleShop(
        "s", transport=server, monotonic=clock, random_state=1,
        token_store=MemoryTokenStore(monotonic=clock), **options,
    )  # fmt: skip
    run(shop.conversation.adopt(grant_of(*desk.authorize("s"), 7200)), server)
    return shop, sent, clock


def test_a_client_slows_down_by_itself_after_a_throttle() -> None:
    """Until then nothing waits; after it, calls at the same moment are spread."""
    shop, sent, _ = _client([None, None, HttpResponse(429)])
    with waiting_off() as waits:
        shop.ping()
        shop.ping()
        assert waits == []
        shop.ping()
        assert len(waits) == 1  # the pause of the repeated call
        shop.ping()
        shop.ping()
    assert len(sent) == 6
    assert len(waits) > 1


def test_a_long_pause_that_the_platform_wants_is_the_caller_s_matter() -> None:
    """An hour is not waited for in silence: the first call is told by the platform, the next ones by us, unsent."""
    shop, sent, clock = _client([HttpResponse(429, b"", {"retry-after": "3600"})])
    with waiting_off() as waits:
        for left in (3600, 3500):
            with pytest.raises(RateLimited) as caught:
                shop.ping()
            assert caught.value.retry_after_s == left
            assert caught.value.retryable
            clock.now += 100
        assert (len(sent), waits) == (1, [])
        clock.now += 3400
        assert shop.ping() == "s"


def test_a_used_up_day_is_not_stretched() -> None:
    """Being slower brings no quota back: nothing is learned from it."""
    from privdomain.errors import RateLimited as Kind
    from privdomain.platforms import Fault, Policy
    from privdomain.platforms._conversation import _is_too_fast

    for policy, learned in ((Policy.DAY, False), (Policy.BACKOFF, True), (Policy.MINUTE, True)):
        assert _is_too_fast(Fault(kind=Kind, policy=policy, meaning="m")) is learned


def test_an_observer_is_told_what_is_left_where_the_platform_says_it() -> None:
    """By an answer that has the number; None for one that has not."""
    records: list[AttemptRecord] = []
    shop, _, _ = _client([None, HttpResponse(503)], observer=records.append)
    with waiting_off():
        shop.ping()
        shop.ping()
    assert [record.quota_left for record in records] == [999, None, 998]
