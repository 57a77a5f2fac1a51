"""Signatures by the reference's vectors, envelopes, codes and texts, tokens."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from privdomain.calendar import ManualClock
from privdomain.errors import (
    ArgumentError,
    AuthenticationFailed,
    AuthorizationRevoked,
    PlatformUnavailable,
    ProtocolViolation,
    RateLimited,
    RequestRejected,
    Unverified,
)
from privdomain.platforms import HttpResponse, MemoryTokenStore, NoAnswer, waiting_off
from privdomain.platforms.xiaohongshu import (
    GetExpressCompanyList,
    GetOrderDetail,
    OrderDeliver,
    RejectReasons,
    XiaohongshuApp,
    XiaohongshuShop,
)
from privdomain.platforms.xiaohongshu._dialect import grant_of, sign
from privdomain.platforms.xiaohongshu.shop_payloads import TokenReply
from tests.platforms.xiaohongshu._help import START, Gateway, bad, good, running, sold

NONE: dict[str, list[object]] = {"expressCompanyInfos": []}
PAIR = {
    "accessToken": "AT-2",
    "accessTokenExpiresAt": 1_799_999_999_000,
    "refreshToken": "RT-2",
    "sellerId": "seller-1",
}
SHIP = OrderDeliver(order_id="P1", express_no="SF1", express_company_code="SF")


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("order.getOrderList", "4c7064c1a61e7ba7192b67754360cf24"),
        ("oauth.getAccessToken", "29643368766e6d548635490d373e3684"),
        ("product.createItem", "08174d02257f8b66e796f26cec30ef27"),
        ("afterSale.listAfterSaleInfos", "dc0a2248eded212a68206f30fcd52b78"),
    ],
)
def test_vectors_a1_1(method: str, expected: str) -> None:
    """A1.1, all four rows."""

    given = sign(method, app_id="xhs-app-0001", app_secret="xhs-secret-0001", timestamp=1612518379)
    assert given == expected


def test_everything_is_on_one_level_of_one_object() -> None:
    """System and business parameters together, camel case, seconds as text; the secret is in none of it."""

    gateway = Gateway(order__orderDeliver=["发货成功"])
    with gateway.client() as shop:
        shop.send(SHIP)
    body = gateway.asked[0]
    signature = sign(
        "order.orderDeliver", app_id="a1", app_secret="s3cret-of-app", timestamp=body["timestamp"]
    )
    assert body == {
        "orderId": "P1", "expressNo": "SF1", "expressCompanyCode": "SF", "unpack": False,
        "appId": "a1", "method": "order.orderDeliver", "version": "2.0", "timestamp": str(int(START.timestamp())),
        "accessToken": "AT-1", "sign": signature,
    }  # fmt: skip


def test_token_calls_carry_no_token() -> None:
    """A1: the two methods go to the same address without accessToken."""

    gateway = Gateway(oauth__getAccessToken=[PAIR])
    with gateway.client() as shop:
        shop.authorize("code-1")
    assert gateway.asked[0].keys() == {"appId", "method", "version", "timestamp", "sign", "code"}


@pytest.mark.parametrize(
    ("data", "reasons"),
    [
        ([{"reasonType": 0, "reasonId": 1, "reasonName": "x"}], 1),
        ({"rejectReasons": [{"reasonType": 0, "reasonId": 1, "reasonName": "x"}]}, 1),
        ({"code": 0, "success": True, "msg": "", "data": [{"reasonId": 1}, {"reasonId": 99}]}, 2),
        ({"code": "0", "success": True, "data": None}, 0),
        (None, 0),
    ],
)
def test_the_second_envelope_is_unwrapped_where_there_is_one(data: object, reasons: int) -> None:
    """A1.2: a newer family may wrap its answer once more."""

    with Gateway(afterSale__rejectReasons=[good(data)]).client() as shop:
        found = shop.send(RejectReasons(returns_id="R1", reject_reason_type=1)).reject_reasons
    assert len(found) == reasons


@pytest.mark.parametrize(
    "inner",
    [{"code": -9, "success": True, "data": {}}, {"code": 0, "success": False, "msg": "不行", "data": {}}],
)
def test_the_second_envelope_is_checked_like_the_first(inner: object) -> None:
    """A good outer envelope does not make a bad inner one good."""

    with (
        Gateway(common__getExpressCompanyList=[good(inner)]).client() as shop,
        pytest.raises(RequestRejected),
    ):
        shop.send(GetExpressCompanyList())


@pytest.mark.parametrize(
    "envelope",
    [
        {"error_code": -7, "success": True, "data": {}},
        {"error_code": 0, "success": False, "data": {}},
        {"error_code": False, "success": True, "data": {}},
    ],
)
def test_success_is_said_twice(envelope: object) -> None:
    """success == true and error_code == 0; false is not 0."""

    answer = HttpResponse.of_json(envelope)
    with Gateway(common__getExpressCompanyList=[answer]).client() as shop, pytest.raises(RequestRejected):
        shop.send(GetExpressCompanyList())


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b'{"data": {}}', b'{"error_code": 0, "success": "true"}']
)
def test_what_is_no_envelope_is_tried_again(body: bytes) -> None:
    """A proxy stands in for the platform for a moment."""

    gateway = Gateway(common__getExpressCompanyList=[HttpResponse(200, body), NONE])
    with gateway.client() as shop:
        shop.send(GetExpressCompanyList())
    assert len(gateway.asked) == 2


@pytest.mark.parametrize(
    ("answer", "error", "attempts"),
    [
        (bad(-2000101, "包裹不存在"), RequestRejected, 1),
        (bad(-1, "system busy"), PlatformUnavailable, 6),
        (bad(-1, "系统繁忙，请稍后再试"), PlatformUnavailable, 6),
        (bad(-5, "请求过于频繁"), RateLimited, 6),
        (HttpResponse(502, b"<html>"), PlatformUnavailable, 6),
        (HttpResponse(429), RateLimited, 6),
        (HttpResponse(404), ProtocolViolation, 1),
        (NoAnswer("no answer in time"), PlatformUnavailable, 6),
    ],
)
def test_what_an_answer_means(answer: object, error: type[Exception], attempts: int) -> None:
    """A1.2: an unknown negative code is not repeated; busy texts, 5xx and silence are, with a wait."""

    gateway = Gateway(order__getOrderDetail=[answer])
    with gateway.client() as shop, pytest.raises(error) as caught:
        shop.send(GetOrderDetail(order_id="P1"))
    assert type(caught.value) is error
    assert len(gateway.asked) == attempts
    if not isinstance(answer, NoAnswer):
        assert "order.getOrderDetail" in str(caught.value)


@pytest.mark.parametrize("answer", [bad(-1, "system busy"), HttpResponse(500), NoAnswer("cut off")])
def test_a_shipment_without_a_usable_answer_is_not_sent_again(answer: object) -> None:
    """No idempotency key: nobody knows, and it is said so."""

    gateway = Gateway(order__orderDeliver=[answer])
    with gateway.client() as shop, pytest.raises(Unverified):
        shop.send(SHIP)
    assert len(gateway.asked) == 1


def test_a_refused_token_is_replaced_once_and_the_write_sent_again() -> None:
    """A token text: refreshed once; what was refused was certainly not done."""

    gateway = Gateway(
        order__orderDeliver=[bad(-2000400, "accessToken is expired"), "发货成功"], oauth__refreshToken=[PAIR]
    )
    with gateway.client() as shop:
        shop.send(SHIP)
    assert [one["method"] for one in gateway.asked] == [
        "order.orderDeliver", "oauth.refreshToken", "order.orderDeliver",
    ]  # fmt: skip
    assert [one.get("accessToken") for one in gateway.asked] == ["AT-1", None, "AT-2"]
    assert gateway.asked[1]["refreshToken"] == "RT-1"


def test_a_token_that_is_refused_twice() -> None:
    """One refresh, and no storm."""

    gateway = Gateway(common__getExpressCompanyList=[bad(-1, "token error")], oauth__refreshToken=[PAIR])
    with gateway.client() as shop, pytest.raises(AuthenticationFailed):
        shop.send(GetExpressCompanyList())
    assert [one["method"] for one in gateway.asked].count("oauth.refreshToken") == 1


def test_a_refused_refresh_token_wants_the_merchant() -> None:
    """The authorization is over: an error of its own kind that says what to do, without the token in it."""

    gateway = Gateway(
        common__getExpressCompanyList=[bad(-1, "token error")],
        oauth__refreshToken=[bad(-1, "refreshToken RT-1 is expired")],
    )
    with gateway.client() as shop, pytest.raises(AuthorizationRevoked, match="authorize_url") as caught:
        shop.send(GetExpressCompanyList())
    assert "RT-1" not in str(caught.value)


def test_without_tokens_nothing_is_sent() -> None:
    """The message says both ways to get some."""

    gateway = Gateway()
    with (
        waiting_off(),
        XiaohongshuShop(
            app_id="a", app_secret="s", shop_id="x", transport=gateway, token_store=MemoryTokenStore()
        ) as shop,
        pytest.raises(AuthenticationFailed, match=r"authorize\(…\).*adopt_tokens"),
    ):
        shop.order("P1")
    assert gateway.asked == []


@pytest.mark.parametrize("text", ["s3cret-of-app AT-1", "call 13800138000"])
def test_the_platforms_words_are_masked(text: str) -> None:
    """No secret, token or phone number reaches a message."""

    with (
        Gateway(order__getOrderDetail=[bad(-9, text)]).client() as shop,
        pytest.raises(RequestRejected) as caught,
    ):
        shop.order("P1")
    assert not any(secret in str(caught.value) for secret in ("s3cret-of-app", "AT-1", "13800138000"))
    assert "***" in str(caught.value)


@pytest.mark.parametrize("unit", [1, 1000])
def test_times_of_tokens_are_told_apart_by_size(unit: int) -> None:
    """A2: epoch in seconds or in milliseconds; a token is used until five minutes before its end."""

    end = int(START.timestamp()) + 7 * 86_400
    reply = TokenReply.model_validate(PAIR | {"accessTokenExpiresAt": end * unit})
    assert grant_of(reply, now=START).use_for_s == 7 * 86_400 - 300


@pytest.mark.parametrize(("life_s", "used_s"), [(600, 300), (400, 200), (1, 0.5), (-5, 60)])
def test_a_short_life_and_a_clock_that_is_ahead(life_s: int, used_s: float) -> None:
    """Never more than half is given away, and a token that seems over is tried for a minute: no refresh per call."""

    end_ms = (int(START.timestamp()) + life_s) * 1000
    reply = TokenReply.model_validate(PAIR | {"accessTokenExpiresAt": end_ms})
    assert grant_of(reply, now=START).use_for_s == used_s


@pytest.mark.parametrize("payload", [{}, PAIR | {"accessToken": ""}, PAIR | {"accessTokenExpiresAt": 0}])
def test_a_grant_that_is_none_quotes_nothing(payload: dict[str, object]) -> None:
    """The answer may hold a token: the message has paths only."""

    gateway = Gateway(common__getExpressCompanyList=[bad(-1, "token")], oauth__refreshToken=[payload])
    with gateway.client() as shop, pytest.raises(ProtocolViolation) as caught:
        shop.send(GetExpressCompanyList())
    assert "RT-2" not in str(caught.value)
    assert "accessToken" in str(caught.value)


def test_a_code_of_another_shop_is_not_kept() -> None:
    """Its tokens would be sent for the wrong shop ever after."""

    gateway = Gateway(
        oauth__getAccessToken=[PAIR | {"sellerId": "seller-2"}], common__getExpressCompanyList=[NONE]
    )
    with gateway.client() as shop:
        with pytest.raises(ArgumentError, match="seller-2"):
            shop.authorize("code-1")
        shop.send(GetExpressCompanyList())
    assert gateway.asked[-1]["accessToken"] == "AT-1"


def test_authorize_url() -> None:
    """A2, quoted as an address has to be; half of it is refused."""

    with Gateway().client() as shop:
        url = shop.authorize_url(redirect_uri="https://me.example.com/back?x=1", state="st 1")
        assert url == (
            "https://ark.xiaohongshu.com/ark/authorization?appId=a1"
            "&redirectUri=https%3A%2F%2Fme.example.com%2Fback%3Fx%3D1&state=st+1"
        )
        with pytest.raises(ArgumentError, match="state is empty"):
            shop.authorize_url(redirect_uri="https://me.example.com", state="")
        with pytest.raises(ArgumentError, match="refresh_token is empty"):
            shop.adopt_tokens(access_token="A", refresh_token=" ", expires_in_s=86_400)


def test_a_day_of_tokens_in_the_sandbox() -> None:
    """Seven days pass: one refresh, the pair is kept, and a withdrawn authorization is said to be one."""

    with running() as box:
        box.shop.sell(sold(1))
        order_id = sold(1).order_id
        with box.client() as shop:
            shop.order(order_id)
            box.clock.advance(timedelta(days=8))
            box.shop.revoke_tokens()
            assert shop.order(order_id).order_id == order_id
            assert box.shop.refreshes == 1
            box.shop.withdraw()
            with pytest.raises(AuthorizationRevoked):
                shop.order(order_id)
        assert {record.outcome for record in box.records} == {"ok", "refused"}
        assert "GetOrderDetail" in {record.operation for record in box.records}
        assert box.box.requests[0].body["code"] == "***"


def test_provider_mode_keeps_shops_apart() -> None:
    """One transport, one store: every shop is asked for with its own token."""

    shops = iter(["seller-1", "seller-2"])

    class Provider(Gateway):
        def __call__(self, request):  # type: ignore[no-untyped-def]
            body = json.loads(request.body)
            self.asked.append(body)
            if body["method"] == "oauth.getAccessToken":
                seller = next(shops)
                return good(PAIR | {"accessToken": f"AT-{seller}", "sellerId": seller})
            return good(NONE)

    provider = Provider()
    with XiaohongshuApp(
        app_id="a1",
        app_secret="s3cret",
        transport=provider,
        clock=ManualClock(START),
        token_store=MemoryTokenStore(),
        redirect_uri="https://me.example/cb",
    ) as app:
        found = [app.authorize(code) for code in ("c1", "c2")]
        for seller in ("seller-1", "seller-2", "seller-1"):
            app.shop(seller).send(GetExpressCompanyList())
        assert app.authorize_url("s1").endswith("redirectUri=https%3A%2F%2Fme.example%2Fcb&state=s1")
        assert "s3cret" not in repr(app)
    assert found == ["seller-1", "seller-2"]
    used = [one["accessToken"] for one in provider.asked if "accessToken" in one]
    assert used == ["AT-seller-1", "AT-seller-2", "AT-seller-1"]
