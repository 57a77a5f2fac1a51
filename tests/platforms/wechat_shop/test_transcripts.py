"""The blocking and the awaiting client say the same to the same server, whatever goes wrong on the way."""

from __future__ import annotations

import pytest

from privdomain.errors import (
    AuthenticationFailed,
    PlatformUnavailable,
    PrivdomainError,
    ProtocolViolation,
    RateLimited,
)
from privdomain.platforms import HttpResponse, Retry
from tests.platforms._scripted import KINDS, Interrupt, ScriptedShop, busy, ids, many_orders, pull, silence


def _repeat_cursor(server: ScriptedShop) -> HttpResponse:
    listed = [
        {"order_id_list": [next(iter(server.orders))], "next_key": "again", "has_more": True, "errcode": 0}
    ]
    return HttpResponse.of_json(listed[0])


def _expire(server: ScriptedShop) -> HttpResponse:
    server.revoke()
    return busy(42001, "access_token expired rid: 4-2-1")


def _late(server: ScriptedShop) -> HttpResponse:
    server.revoke()
    return server.answer(server.requests[-1])


# 23 orders, 10 a page: request 1 is the token, 2 the first list, 3-12 its orders, 13 the second list, 14-23 its …
SCENARIOS: dict[str, tuple[dict[int, Interrupt], type[PrivdomainError] | None, int]] = {
    "nothing goes wrong": ({}, None, 23),
    "the token expires in the middle": ({17: _expire}, None, 23),
    "the token is revoked in the middle": ({17: _late}, None, 23),
    "the token is illegal": ({5: busy(40014)}, None, 23),
    "503 in the middle of page 2": ({17: HttpResponse(503)}, None, 23),
    "503 with Retry-After": ({17: HttpResponse(503, b"", {"Retry-After": "9"})}, None, 23),
    "429 with a date": (
        {3: HttpResponse(429, b"", {"Retry-After": "Wed, 11 Nov 2026 12:00:50 GMT"})},
        None,
        23,
    ),
    "a time-out, then success": ({2: silence()}, None, 23),
    "no connection, then success": ({1: silence(may_have_arrived=False)}, None, 23),
    "busy three times": ({4: busy(), 5: busy(), 6: busy()}, None, 23),
    "busy for ever": (dict.fromkeys(range(4, 40), busy()), PlatformUnavailable, 0),
    "changed by somebody else": ({4: busy(100003)}, None, 23),
    "the minute is used up": ({4: busy(45011, "api minute-quota reach limit")}, None, 23),
    "the day is used up": ({14: busy(45009, "reach max api daily quota limit")}, RateLimited, 10),
    "refused twice": ({4: busy(40001), 6: busy(40001)}, AuthenticationFailed, 0),
    "half a body": ({4: HttpResponse(200, b'{"errcode": 0, "order": {"ord')}, None, 23),
    "a page of HTML": ({4: HttpResponse(200, b"<html>Bad Gateway</html>")}, None, 23),
    "the cursor is repeated": ({2: _repeat_cursor, 4: _repeat_cursor}, ProtocolViolation, 1),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_clients_and_both_event_loops_have_one_transcript(scenario: str) -> None:
    """Requests, waits, pages and the error at the end are equal for the blocking client, asyncio and trio."""

    interrupts, error, count = SCENARIOS[scenario]
    seen = {}
    for kind in KINDS:
        server = ScriptedShop(many_orders(23), interrupts=interrupts)
        pages, raised, waits = pull(kind, server, page_size=10)
        seen[kind] = (server.transcript, waits, pages, type(raised), str(raised))

    assert seen["sync"] == seen["asyncio"] == seen["trio"]
    _, _, pages, raised, _ = seen["sync"]
    assert raised is (error or type(None))
    assert len(ids(pages)) == len(set(ids(pages))) == count


@pytest.mark.parametrize(
    ("scenario", "waits"),
    [
        ("nothing goes wrong", []),
        ("the token expires in the middle", []),
        ("the minute is used up", [pytest.approx(30, abs=1)]),
        ("503 with Retry-After", [9.0]),
        ("429 with a date", [20.0]),
        (
            "busy three times",
            [pytest.approx(0.5, rel=0.5), pytest.approx(1, rel=0.5), pytest.approx(2, rel=0.5)],
        ),
    ],
)
def test_a_wait_is_as_long_as_the_reason_asks(scenario: str, waits: list[float]) -> None:
    """A minute quota waits for the next minute, Retry-After is kept to, busy waits longer every time."""

    server = ScriptedShop(many_orders(23), interrupts=SCENARIOS[scenario][0])

    assert pull("sync", server, page_size=10)[2] == waits


@pytest.mark.parametrize(
    ("scenario", "refreshes"),
    [
        ("nothing goes wrong", 1),
        ("the token expires in the middle", 2),
        ("the token is revoked in the middle", 2),
        ("the token is illegal", 2),
        ("refused twice", 2),
    ],
)
def test_a_refused_token_is_renewed_once(scenario: str, refreshes: int) -> None:
    """One refusal costs one request for a token; a second refusal of the same call ends it."""

    server = ScriptedShop(many_orders(23), interrupts=SCENARIOS[scenario][0])
    _, raised, _ = pull("sync", server, page_size=10)

    assert server.paths.count("cgi-bin/stable_token") == refreshes
    assert not isinstance(raised, AuthenticationFailed) or raised.attempts == 2


def test_another_seed_gives_other_waits_and_the_same_requests() -> None:
    """Jitter comes from ``random_state`` alone."""

    def waits(seed: int) -> tuple[list[float], list[tuple[str, str, str]]]:
        server = ScriptedShop(many_orders(5), interrupts={3: busy(), 4: busy()})
        return pull("sync", server, random_state=seed)[2], server.transcript

    assert waits(1) == waits(1)
    assert waits(1)[0] != waits(2)[0]
    assert waits(1)[1] == waits(2)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_retrying_can_be_switched_off(kind: str) -> None:
    """With one attempt the first failure is the error, and nothing is waited for."""

    server = ScriptedShop(many_orders(5), interrupts={3: HttpResponse(503)})
    _, raised, waits = pull(kind, server, retry=Retry(attempts=1))

    assert isinstance(raised, PlatformUnavailable)
    assert (raised.attempts, raised.code, waits) == (1, "http-503", [])
