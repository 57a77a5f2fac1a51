"""Access tokens as wechat.md §2 describes them, on a clock that is moved by hand."""

import re

import pytest

ANY = {"order_id": "1"}
VALID, UNKNOWN, EXPIRED = 100002, 40001, 42001  # 100002: the token passed, the order does not exist


@pytest.fixture
def caller(serve):
    return serve()


def said(caller, token):
    return caller.post("order/get", ANY, token=token)["errcode"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"secret": "wrong"}, 40125),
        ({"appid": "wxother"}, 40013),
        ({"appid": ""}, 41002),
        ({"secret": None}, 41004),
        ({"grant_type": "authorization_code"}, 40002),
        ({"appid": 7}, 47001),
        ({"force_refresh": "true"}, 47001),
    ],
)
def test_stable_token_refuses_what_is_wrong_by_its_own_code(caller, wish, code):
    """Each wrong credential has its code, and the message ends in a request id."""
    answer = caller.stable(**wish)

    assert answer["errcode"] == code
    assert re.search(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$", answer["errmsg"])
    assert "access_token" not in answer


def test_success_of_a_token_call_has_no_errcode(caller):
    """The envelope is absent on the success of token calls (§1)."""
    assert set(caller.stable()) == {"access_token", "expires_in"}
    assert set(caller.classic()) == {"access_token", "expires_in"}


def test_stable_token_is_the_same_until_its_last_five_minutes(caller, clock):
    """A repeated call returns the same token and the seconds that remain."""
    first = caller.stable()
    clock.move(6899)
    second = caller.stable()

    assert second == {"access_token": first["access_token"], "expires_in": 301}
    assert first["expires_in"] == 7200
    assert caller.shop.tokens_issued() == {"stable": 1, "forced": 0, "classic": 0}


def test_in_the_last_five_minutes_old_and_new_are_both_valid(caller, clock):
    """The platform renews 300 s before expiry; the old one lives to its own end."""
    old = caller.stable()["access_token"]
    clock.move(6900)
    renewed = caller.stable()

    assert renewed["expires_in"] == 7200
    assert renewed["access_token"] != old
    assert (said(caller, old), said(caller, renewed["access_token"])) == (VALID, VALID)
    clock.move(299)
    assert said(caller, old) == VALID
    clock.move(1)
    assert (said(caller, old), said(caller, renewed["access_token"])) == (EXPIRED, VALID)


def test_force_gives_a_new_token_and_the_second_force_ends_the_first_at_once(caller, clock):
    """A leak is closed by two forced calls at least 30 s apart."""
    leaked = caller.stable()["access_token"]
    first = caller.stable(force_refresh=True)["access_token"]
    assert first != leaked
    assert said(caller, leaked) == VALID  # the grace of one call
    clock.move(29)
    assert caller.stable(force_refresh=True)["access_token"] == first  # too soon: not refreshed
    clock.move(1)
    second = caller.stable(force_refresh=True)["access_token"]

    assert second != first
    assert (said(caller, leaked), said(caller, first), said(caller, second)) == (UNKNOWN, VALID, VALID)
    clock.move(300)
    assert said(caller, first) == UNKNOWN


def test_after_one_force_the_old_token_has_five_minutes(caller, clock):
    """Nobody else's call is broken at once."""
    old = caller.stable()["access_token"]
    caller.stable(force_refresh=True)
    clock.move(299)
    assert said(caller, old) == VALID
    clock.move(1)
    assert said(caller, old) == UNKNOWN


def test_force_has_twenty_calls_a_day_of_beijing(caller, clock):
    """The 21st is 45009 until midnight in Beijing, 16:00 UTC."""
    for _ in range(20):
        caller.stable(force_refresh=True)
        clock.move(30)
    assert caller.shop.tokens_issued()["forced"] == 20
    assert caller.stable(force_refresh=True)["errcode"] == 45009
    assert "access_token" in caller.stable()  # the normal mode goes on
    clock.at = clock.at.replace(hour=15, minute=59)
    assert caller.stable(force_refresh=True)["errcode"] == 45009
    clock.move(60)
    assert "access_token" in caller.stable(force_refresh=True)


def test_a_classic_call_mints_anew_and_the_older_dies_after_five_minutes(caller, clock):
    """Two programs that fetch classic tokens end each other's."""
    mine = caller.classic()["access_token"]
    theirs = caller.classic()["access_token"]
    assert mine != theirs
    clock.move(299)
    assert (said(caller, mine), said(caller, theirs)) == (VALID, VALID)
    clock.move(1)
    assert (said(caller, mine), said(caller, theirs)) == (UNKNOWN, VALID)


def test_classic_and_stable_tokens_do_not_end_each_other(caller, clock):
    """The two kinds are isolated, forced calls included."""
    stable, classic = caller.stable()["access_token"], caller.classic()["access_token"]
    caller.stable(force_refresh=True)
    clock.move(30)
    newest = caller.stable(force_refresh=True)["access_token"]
    assert said(caller, classic) == VALID
    caller.classic()
    clock.move(600)
    assert (said(caller, newest), said(caller, classic), said(caller, stable)) == (VALID, UNKNOWN, UNKNOWN)


def test_an_expired_token_is_42001_and_a_revoked_one_40001(caller, clock):
    """A client tells the two apart by code."""
    token = caller.stable()["access_token"]
    clock.move(7199)
    assert said(caller, token) == VALID
    clock.move(1)
    assert said(caller, token) == EXPIRED

    fresh = caller.stable()["access_token"]
    caller.shop.revoke_tokens()
    assert said(caller, fresh) == UNKNOWN
    assert caller.stable()["access_token"] != fresh


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", 41001),
        ("?access_token=", 41001),
        ("?access_token=abc", 40014),
        ("?access_token=" + "x" * 600, 40014),
        ("?access_token=88_" + "x" * 132, 40001),
    ],
)
def test_what_is_no_token_of_ours(caller, query, code):
    """Missing, malformed and unknown tokens each have their code."""
    answer = caller.send("POST", "/channels/ec/order/get" + query, ANY)

    assert answer["errcode"] == code


def test_the_token_belongs_in_the_query_not_in_the_body(caller):
    """Never in the body (§1)."""
    token = caller.stable()["access_token"]

    assert caller.send("POST", "/channels/ec/order/get", ANY | {"access_token": token})["errcode"] == 41001
