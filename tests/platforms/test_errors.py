"""Faults become errors of the right branch, that teach, pickle and keep secrets."""

from __future__ import annotations

import pickle

import pytest

from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PermissionDenied,
    PlatformUnavailable,
    ProtocolViolation,
    RateLimited,
    RemoteError,
    RequestRejected,
)
from privdomain.platforms import HttpResponse, NoAnswer, Retry
from privdomain.platforms._errors import Policy, mask
from privdomain.platforms.wechat_shop.errors import ERRORS
from tests.platforms._scripted import ScriptedShop, busy, shop_of, silence

# wechat.md §3.1 and §3.2: code, policy, branch
TABLE = [
    (-1, Policy.BACKOFF, PlatformUnavailable),
    (40001, Policy.TOKEN, AuthenticationFailed),
    (40014, Policy.TOKEN, AuthenticationFailed),
    (42001, Policy.TOKEN, AuthenticationFailed),
    (41001, Policy.NO, AuthenticationFailed),
    (41002, Policy.NO, AuthenticationFailed),
    (41004, Policy.NO, AuthenticationFailed),
    (41018, Policy.NO, AuthenticationFailed),
    (40002, Policy.NO, RequestRejected),
    (40003, Policy.NO, RequestRejected),
    (40013, Policy.NO, AuthenticationFailed),
    (40125, Policy.NO, AuthenticationFailed),
    (40164, Policy.NO, PermissionDenied),
    (61004, Policy.NO, PermissionDenied),
    (45035, Policy.NO, PermissionDenied),
    (40066, Policy.NO, RequestRejected),
    (40097, Policy.NO, RequestRejected),
    (43001, Policy.NO, RequestRejected),
    (43002, Policy.NO, RequestRejected),
    (43003, Policy.NO, RequestRejected),
    (44002, Policy.NO, RequestRejected),
    (45002, Policy.NO, RequestRejected),
    (45009, Policy.DAY, RateLimited),
    (45011, Policy.MINUTE, RateLimited),
    (47001, Policy.NO, RequestRejected),
    (48001, Policy.NO, PermissionDenied),
    (48004, Policy.NO, PermissionDenied),
    (48006, Policy.NO, RateLimited),
    (50001, Policy.NO, PermissionDenied),
    (50002, Policy.NO, PermissionDenied),
    (61007, Policy.NO, PermissionDenied),
    (89501, Policy.NO, PermissionDenied),
    (89503, Policy.NO, PermissionDenied),
    (89506, Policy.NO, PermissionDenied),
    (89507, Policy.NO, PermissionDenied),
    (10080000, Policy.NO, PermissionDenied),
    (10080001, Policy.NO, PermissionDenied),
    (10080002, Policy.NO, PermissionDenied),
    (100002, Policy.NO, RequestRejected),
    (100003, Policy.BACKOFF, PlatformUnavailable),
    (6060453, Policy.NO, RequestRejected),
    (6060456, Policy.NO, RequestRejected),
    (10020003, Policy.NO, RequestRejected),
    (10020004, Policy.NO, RequestRejected),
    (10020067, Policy.BACKOFF, PlatformUnavailable),
    (10024000, Policy.NO, RequestRejected),
    (10024006, Policy.NO, RequestRejected),
    (10071003, Policy.NO, RequestRejected),
    (10071029, Policy.NO, RequestRejected),
    (10100001, Policy.BACKOFF, PlatformUnavailable),
    (10100002, Policy.NO, RequestRejected),
    (10100003, Policy.NO, RequestRejected),
    *((10070000 + n, Policy.NO, RequestRejected) for n in (0, 1, 2, 4, 5, 6, 7)),
    *((code, Policy.NO, PermissionDenied) for code in (40230, 40231, 40232, 40233, 40238, 40239)),
    *((code, Policy.NO, AuthenticationFailed) for code in (40234, 40235, 40236, 40237)),
    (40240, Policy.BACKOFF, AuthenticationFailed),
    # of products, by doc/channels/API/product/stock_update.html
    (10020050, Policy.NO, PermissionDenied),
    *((10020000 + n, Policy.NO, RequestRejected) for n in (51, 52, 54, 55, 91, 217, 218, 219, 220, 289)),
    (10020112, Policy.BACKOFF, RateLimited),
    # of after-sales, by doc/channels/API/aftersale
    *((10020000 + n, Policy.NO, RequestRejected) for n in (0, 1, 261)),
    *((10021000 + n, Policy.NO, RequestRejected) for n in (41, 43, 45, 46, 50, 57, 60, 62, 68)),
    *((10021000 + n, Policy.NO, RequestRejected) for n in (83, 84, 85, 86, 88, 89)),
    (10021044, Policy.BACKOFF, PlatformUnavailable),
    (10021059, Policy.MINUTE, RateLimited),
    (9700223, Policy.BACKOFF, PlatformUnavailable),
    (9700224, Policy.NO, RequestRejected),
    # of the league, by doc/channels/API/league
    (10023007, Policy.NO, PermissionDenied),
    *((10023000 + n, Policy.NO, RequestRejected) for n in (0, 1, 100, 101, 102, 103, 104)),
    # of providers, by doc/oplatform/Return_codes
    *((code, Policy.NO, AuthorizationRevoked) for code in (61003, 61023)),
    *((code, Policy.NO, AuthenticationFailed) for code in (61005, 61006, 61011)),
    *((code, Policy.NO, RequestRejected) for code in (61009, 61010)),
    (12345, Policy.NO, RequestRejected),
]

# what may be asked for again and certainly was not carried out: safe to repeat even for a write
REFUSED = {100003, 10020067, 10020112, 40240}


def test_which_codes_say_that_nothing_was_done() -> None:
    """A busy platform does not; a conflict, an upload that runs and a stock changed too often do."""

    assert {int(code) for code, rule in ERRORS.rules.items() if rule.refused} == REFUSED
    assert all(ERRORS[str(code)].policy is Policy.BACKOFF for code in REFUSED)
    assert not any(ERRORS[code].refused for code in ("-1", "10100001", "10021044", "9700223"))


def test_every_code_of_the_table_is_tried_here() -> None:
    """A code that is added is added with what it is."""

    assert {int(code) for code in ERRORS.rules} <= {code for code, _, _ in TABLE}


@pytest.mark.parametrize(("code", "policy", "kind"), TABLE)
def test_a_code_is_an_error_of_its_branch(code: int, policy: Policy, kind: type[RemoteError]) -> None:
    """As the platform's tables say; the last attempt's error comes out, with everything a reader needs."""

    server = ScriptedShop(interrupts=dict.fromkeys(range(2, 20), busy(code)))
    server.interrupts |= {
        n: HttpResponse.of_json({"access_token": f"T{n}", "expires_in": 7200}) for n in (3,)
    }
    with shop_of(server, retry=Retry(attempts=3)) as shop, pytest.raises(RemoteError) as caught:
        shop.order("A")
    error = caught.value

    assert ERRORS[str(code)].policy is policy
    assert type(error) is kind
    assert (error.platform, error.code) == ("wechat_shop", str(code))
    assert error.request_id == "6715c0ff-1a2b3c4d-5e6f7a8b"
    assert error.retryable is (policy in {Policy.BACKOFF, Policy.MINUTE, Policy.DAY})
    assert "GetOrder" in str(error)
    assert f"code {code}" in str(error)


@pytest.mark.parametrize(
    ("answer", "kind", "code", "words"),
    [
        (HttpResponse(503), PlatformUnavailable, "http-503", "HTTP 503"),
        (HttpResponse(500), PlatformUnavailable, "http-500", "HTTP 500"),
        (HttpResponse(408), PlatformUnavailable, "http-408", "HTTP 408"),
        (HttpResponse(429, b"", {"Retry-After": "400"}), RateLimited, "http-429", "too many requests"),
        (HttpResponse(404), ProtocolViolation, "http-404", "Check base_url"),
        (HttpResponse(302, b"", {"Location": "https://x"}), ProtocolViolation, "http-302", "HTTP 302"),
        (HttpResponse(200, b"<html>"), ProtocolViolation, "", "not a JSON object"),
        (HttpResponse(200, b"[]"), ProtocolViolation, "", "not a JSON object"),
        (
            HttpResponse(200, b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
            ProtocolViolation,
            "",
            "not a JSON object",
        ),
        (HttpResponse(200, b'{"message": "no route"}'), ProtocolViolation, "", "without errcode"),
        (silence(), PlatformUnavailable, "", "no answer in time"),
    ],
)
def test_what_is_no_answer_of_the_platform(
    answer: HttpResponse | NoAnswer, kind: type[RemoteError], code: str, words: str
) -> None:
    """Gateways, proxies, silence."""

    server = ScriptedShop(interrupts=dict.fromkeys(range(2, 20), answer))
    with shop_of(server, retry=Retry(attempts=2)) as shop, pytest.raises(kind, match=words) as caught:
        shop.order("A")
    assert caught.value.code == code


def test_a_wish_to_wait_that_is_too_long_is_handed_on() -> None:
    """``retry_after_s`` says when it makes sense to come again."""

    server = ScriptedShop(interrupts={2: HttpResponse(429, b"", {"Retry-After": "400"})})
    with shop_of(server) as shop, pytest.raises(RateLimited) as caught:
        shop.order("A")

    assert (caught.value.retry_after_s, caught.value.attempts) == (400.0, 1)


def test_silence_keeps_its_cause() -> None:
    """The last attempt's failure is the cause of the error; both survive pickle."""

    server = ScriptedShop(interrupts=dict.fromkeys(range(1, 9), silence()))
    with shop_of(server) as shop, pytest.raises(PlatformUnavailable, match="6 attempts") as caught:
        shop.order("A")
    copied = pickle.loads(pickle.dumps(caught.value))

    assert isinstance(caught.value.__cause__, NoAnswer)
    assert (str(copied), copied.attempts, copied.retryable) == (str(caught.value), 6, True)


@pytest.mark.parametrize("code", ["0", 0])
def test_success_is_zero_as_number_or_text(code: object) -> None:
    """And nothing else is."""

    found = HttpResponse.of_json({"errcode": code, "product_ids": []})
    with shop_of(ScriptedShop(interrupts={2: found})) as shop:
        assert list(shop.products()) == []


def test_success_without_a_code_needs_what_was_asked_for() -> None:
    """Some endpoints leave errcode out."""

    with shop_of(ScriptedShop(interrupts={2: HttpResponse.of_json({"product_ids": None})})) as shop:
        assert list(shop.products()) == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("token T0KEN refused", "token *** refused"),
        ("call 13812345678 or 4001234567", "call *** or 4001234567"),
        ("call +8613812345678.", "call ***."),
        ("call +86 138 1234 5678, 008613812345678 or 8613812345678", "call ***, *** or ***"),
        ("call 138-1234-5678 or +86-138-1234-5678", "call *** or ***"),
        ("(+86)13812345678", "(+86)***"),
        ("order 3705115058471208928", "order 3705115058471208928"),
        ("order 138123456789 at 1793462400000", "order 138123456789 at 1793462400000"),
        ("rid: 6715c0ff-1381234a-5678b012", "rid: 6715c0ff-1381234a-5678b012"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_the_platforms_words_are_masked(said: str, shown: str) -> None:
    """Secrets and phone numbers; long ids are no phone numbers."""

    assert mask(said, "T0KEN", "") == shown
