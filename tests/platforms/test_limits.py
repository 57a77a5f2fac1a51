"""The client-side rate limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import ArgumentError
from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore, Pace, RateLimit
from privdomain.platforms.wechat_shop import WeChatShop
from tests.platforms._scripted import KINDS, ScriptedShop, many_orders, options, order_payload, pull


def test_a_burst_goes_at_once_and_the_rest_in_turn() -> None:
    """Two at once, then one every half second, from the moment of the call."""

    buckets = Pace(RateLimit(per_second=2, burst=2), monotonic=lambda: 100.0)

    assert [buckets.reserve("a") for _ in range(5)] == [0, 0, 0.5, 1.0, 1.5]
    assert buckets.reserve("b") == 0


def test_time_that_passes_fills_the_bucket_up_to_the_burst() -> None:
    """An hour of silence allows no more than one burst."""

    now = [0.0]
    buckets = Pace(RateLimit(per_second=1, burst=3), monotonic=lambda: now[0])
    for _ in range(3):
        buckets.reserve("a")
    now[0] = 3600

    assert [buckets.reserve("a") for _ in range(4)] == [0, 0, 0, 1]


@given(
    st.floats(0.1, 50),
    st.integers(1, 20),
    st.lists(st.floats(0, 5), min_size=1, max_size=60),
)
def test_no_window_sees_more_than_the_limit(rate: float, burst: int, gaps: list[float]) -> None:
    """In any stretch of t seconds at most burst + rate·t calls go out, whenever they were asked for."""

    now = [0.0]
    buckets = Pace(RateLimit(per_second=rate, burst=burst), monotonic=lambda: now[0])
    sent = []
    for gap in gaps:
        now[0] += gap
        sent.append(now[0] + buckets.reserve("a"))

    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + rate * (sent[last] - sent[first]) + 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_a_client_keeps_to_its_limit(kind: str) -> None:
    """Every request takes its turn, the one for the token included; the waits are equal for both clients."""

    server = ScriptedShop(many_orders(2))
    _, _, waits = pull(kind, server, rate_limit=RateLimit(per_second=4), monotonic=lambda: 5.0)

    assert waits == pytest.approx([0.25 * n for n in range(1, len(server.requests))])


def test_a_retry_takes_its_turn_too() -> None:
    """A limit that only counted first attempts would be broken when it matters."""

    clock = [0.0]
    sent: list[float] = []
    inner = ScriptedShop({"A": order_payload("A")}, interrupts={2: HttpResponse(503)})

    def server(request: HttpRequest) -> HttpResponse:
        sent.append(clock[0])
        return inner(request)

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    kept = options(
        monotonic=lambda: clock[0], rate_limit=RateLimit(per_second=0.1), token_store=MemoryTokenStore()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("privdomain.platforms._drivers.time.sleep", sleep)
        with WeChatShop(transport=server, **kept) as shop:
            shop.order("A")

    assert sent == pytest.approx([0, 10, 20])


@pytest.mark.parametrize("knobs", [{"per_second": 0}, {"per_second": -1}, {"per_second": 1, "burst": 0},
                                   {"per_second": 1, "burst": 1.5}, {"per_second": float("nan")}])  # fmt: skip
def test_wrong_limits_are_refused(knobs: dict[str, float]) -> None:
    """At once."""

    with pytest.raises(ArgumentError):
        RateLimit(**knobs)  # type: ignore[arg-type]  # the mistake under test
