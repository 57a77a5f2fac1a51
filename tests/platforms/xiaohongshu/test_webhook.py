"""Messages: verified, taken apart, answered; and whatever else may come instead of them."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.calendar import FixedClock
from privdomain.errors import ArgumentError, UsageError, WebhookRefused
from privdomain.models import Notice, NoticeKind
from privdomain.platforms import Delivery, MemoryTokenStore
from privdomain.platforms.xiaohongshu import UNREADABLE, XiaohongshuApp, XiaohongshuWebhook
from privdomain.sandbox import OutgoingCall, SoldStatus
from tests.platforms.xiaohongshu._help import START, Gateway, running, sold

SECRET = "s3cret-of-app"
HOOK = XiaohongshuWebhook(app_id="a1", app_secret=SECRET, path="/xhs", clock=FixedClock(START))
STAMP = str(int(START.timestamp()))
MS = int(START.timestamp()) * 1000


def signed(
    query: dict[str, str] | None = None, *, path: str = "/xhs", stamp: str = STAMP, key: str = "a1"
) -> dict[str, str]:
    """Headers, signed by a hand of the test's own (A6)."""
    parts = sorted([f"app-key={key}", f"timestamp={stamp}", *(f"{k}={v}" for k, v in (query or {}).items())])
    text = f"{path}?{'&'.join(parts)}{SECRET}"
    return {"App-Key": key, "Timestamp": stamp, "Sign": hashlib.md5(text.encode()).hexdigest()}


def message(tag: str, data: Any, seller: Any = "s1") -> dict[str, Any]:
    return {"msgTag": tag, "sellerId": seller, "data": json.dumps(data) if isinstance(data, dict) else data}


def receive(*elements: Any, headers: dict[str, str] | None = None, **options: Any) -> Delivery:
    body = json.dumps(list(elements)).encode()
    return HOOK.receive(
        **{"headers": signed() if headers is None else headers, "query": {}, "body": body} | options
    )


@pytest.mark.parametrize(
    ("tag", "data", "kind", "ref"),
    [
        ("msg_fulfillment_status_change", {"orderId": "P1", "orderStatus": 4}, NoticeKind.ORDER, "P1"),
        ("msg_fulfillment_receiver_change", {"orderId": "P1", "openAddressId": "x"}, NoticeKind.ORDER, "P1"),
        ("msg_fulfillment_seller_remark_change", {"orderId": 2**60}, NoticeKind.ORDER, str(2**60)),
        ("msg_fulfillment_delivery_time_change", {"orderId": "P1"}, NoticeKind.ORDER, "P1"),
        (
            "msg_after_sale_create",
            {"returnsId": "R1", "orderId": "P1", "refundFee": 12.1},
            NoticeKind.AFTERSALE,
            "R1",
        ),
        ("msg_after_sale_something_new", {"returnsId": "R1"}, NoticeKind.AFTERSALE, "R1"),
        ("msg_sku_buyable", {"skuId": "k1"}, NoticeKind.PRODUCT, "k1"),
        ("msg_item_audit_reject", {"itemId": "i1", "skuId": "k1"}, NoticeKind.PRODUCT, "i1"),
        ("msg_supply_order_status_change", {"supplyOrderId": "S1"}, NoticeKind.OTHER, "S1"),
        ("msg_logistic_service_subscribe_status_change", {}, NoticeKind.OTHER, ""),
        ("msg_of_next_year", {"a": 1}, NoticeKind.OTHER, ""),
    ],
)
def test_every_tag(tag: str, data: dict[str, Any], kind: NoticeKind, ref: str) -> None:
    """A6; what is not known survives with its tag and its data."""

    delivery = receive(message(tag, data | {"updateTime": MS}))
    (notice,) = delivery.notices
    assert (notice.kind, notice.topic, notice.ref, notice.at, notice.shop_id) == (kind, tag, ref, START, "s1")
    assert notice.raw["data"].items() >= data.items()
    assert (notice.app_id, notice.platform) == ("a1", "xiaohongshu")


def test_the_reply_to_the_byte() -> None:
    """A6, whatever came, an empty list included."""

    for delivery in (receive(), receive(message("msg_sku_create", {"skuId": "1"})), receive({})):
        assert delivery.reply.body == b'{"success":true,"error_code":0,"error_msg":""}'
        assert delivery.reply.status == 200


def test_the_same_message_twice_has_one_key() -> None:
    """No message id: tag, object and time; in one delivery it is one notice, in two it has the same key."""

    paid = message("msg_fulfillment_status_change", {"orderId": "P1", "orderStatus": 4, "updateTime": MS})
    later = message(
        "msg_fulfillment_status_change", {"orderId": "P1", "orderStatus": 6, "updateTime": MS + 1}
    )
    once = receive(paid, paid, later).notices
    again = receive(paid).notices
    assert [notice.key for notice in once] == [
        f"msg_fulfillment_status_change:P1:{MS}", f"msg_fulfillment_status_change:P1:{MS + 1}",
    ]  # fmt: skip
    assert again[0].key == once[0].key
    untimed = [receive(message("msg_sku_create", {"skuId": "1", "n": n})).notices[0].key for n in (1, 2, 1)]
    assert untimed[0] == untimed[2] != untimed[1]


@pytest.mark.parametrize("name", ["requestFrom", "request_from"])
def test_both_spellings(name: str) -> None:
    """A document has one, an SDK the other."""

    (notice,) = receive(message("msg_after_sale_create", {"returnsId": "R1", name: 4})).notices
    assert notice.raw["data"]["requestFrom"] == 4


@pytest.mark.parametrize(
    "element",
    [
        None, 7, "x", [], {}, {"msgTag": "t"}, {"msgTag": 7, "sellerId": "s", "data": "{}"},
        {"msgTag": "", "sellerId": "s", "data": "{}"}, {"msgTag": "a\nb", "sellerId": "s", "data": "{}"},
        message("t", "no json"), message("t", "[1]"), message("t", None), message("t", {}, seller=None),
        message("t" * 129, {}), message("t", '{"a":' * 100 + "1" + "}" * 100),
    ],
)  # fmt: skip
def test_a_bad_element_does_not_lose_the_others(element: Any) -> None:
    """It is handed over as what it is, and its neighbours as what they are."""

    good = message("msg_sku_create", {"skuId": "1", "updateTime": MS})
    notices = receive(element, good).notices
    assert [notice.topic for notice in notices] == [UNREADABLE, "msg_sku_create"]
    assert notices[0].raw == {"element": element}
    assert notices[0].kind is NoticeKind.OTHER


def test_data_that_somebody_has_unpacked() -> None:
    """An object in place of the text."""

    element = {"msgTag": "msg_sku_create", "sellerId": 17, "data": {"skuId": 5, "updateTime": str(MS)}}
    (notice,) = receive(element).notices
    assert (notice.ref, notice.at, notice.shop_id) == ("5", START, "17")


@pytest.mark.parametrize(
    ("options", "reason", "status"),
    [
        ({"headers": {}}, "signature", 403),
        ({"headers": signed() | {"Sign": ""}}, "signature", 403),
        ({"headers": signed() | {"Sign": "x" * 32}}, "signature", 403),
        ({"headers": signed() | {"Timestamp": "1"}}, "signature", 403),
        ({"headers": signed(path="/other")}, "signature", 403),
        ({"headers": signed({"a": "1"})}, "signature", 403),
        ({"query": {"a": "1"}}, "signature", 403),
        ({"headers": signed(key="a2")}, "wrong_receiver", 403),
        ({"headers": signed(stamp="1612518379")}, "replayed", 403),
        ({"headers": signed(stamp="soon")}, "replayed", 403),
        ({"headers": signed(stamp="9" * 30)}, "replayed", 403),
        ({"at": START + timedelta(minutes=11)}, "replayed", 403),
        ({"at": START - timedelta(minutes=11)}, "replayed", 403),
        ({"body": b""}, "malformed", 400),
        ({"body": b"{}"}, "malformed", 400),
        ({"body": b"\xff\xfe"}, "malformed", 400),
        ({"body": b"[" * 100_000}, "malformed", 400),
        ({"body": b"[" * 100 + b"]" * 100}, "malformed", 400),
        ({"body": b"[" + b" " * 2**21 + b"]"}, "too_large", 413),
    ],
)  # fmt: skip
def test_what_is_refused(options: dict[str, Any], reason: str, status: int) -> None:
    """One typed refusal, and no secret in it."""

    with pytest.raises(WebhookRefused) as caught:
        receive(**options)
    assert (caught.value.reason, caught.value.status) == (reason, status)
    assert SECRET not in str(caught.value)
    assert hashlib.md5(SECRET.encode()).hexdigest() not in str(caught.value)


def test_the_query_is_signed_and_the_hex_may_be_in_capitals() -> None:
    """Names of headers in any case, milliseconds in place of seconds."""

    stamp = f"{STAMP}000"
    headers = signed({"z": "1", "a": "2"}, stamp=stamp)
    headers["Sign"] = headers["Sign"].upper()
    assert receive(headers=headers, query={"a": "2", "z": "1"}).notices == ()


def test_the_body_is_not_signed() -> None:
    """A property of the platform and not of ours: another body passes with the same headers, so notices are hints."""

    headers = signed()
    first = receive(message("msg_sku_create", {"skuId": "1"}), headers=headers)
    forged = receive(message("msg_sku_create", {"skuId": "2"}), headers=headers)
    assert [one.notices[0].ref for one in (first, forged)] == ["1", "2"]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    """Any bytes: a delivery or a refusal."""

    reason = "malformed"
    try:
        HOOK.receive(headers=signed(), query={}, body=body)
    except WebhookRefused as refused:
        reason = refused.reason
    assert reason == "malformed"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ELEMENT = JSON | st.fixed_dictionaries(
    {"msgTag": JSON, "sellerId": JSON, "data": JSON | JSON.map(json.dumps)}
)


@given(st.lists(ELEMENT, max_size=5))
def test_any_list_becomes_notices(elements: list[Any]) -> None:
    """Every element is a notice, and every notice can be written down and read again."""

    delivery = receive(*elements)
    assert len(delivery.notices) <= len(elements)
    assert bool(delivery.notices) == bool(elements)
    for notice in delivery.notices:
        assert Notice.model_validate_json(notice.model_dump_json()).key == notice.key


def _mutated(body: bytes, draw: random.Random) -> bytes:
    cut = draw.randrange(len(body) + 1)
    kinds = (
        lambda: body[:cut],
        lambda: body[:cut] + bytes([draw.randrange(256)]) + body[cut + 1 :],
        lambda: body[:cut] + body[cut // 2 : cut] + body[cut:],
        lambda: body.replace(b'"', b"", 1 + draw.randrange(4)),
        lambda: body[:cut] + draw.choice([b"null", b"1e999", b"[[", b"}}", b"\\ud800", b"\x00"]) + body[cut:],
    )
    return draw.choice(kinds)()


def test_mutated_bodies() -> None:
    """5,000 damaged deliveries of one seed: read or refused, never anything else."""

    pair = [
        message("msg_after_sale_create", {"returnsId": "R1", "updateTime": MS}),
        message("msg_sku_create", {}),
    ]
    body, draw, headers, read = json.dumps(pair).encode(), random.Random(7), signed(), 0
    for _ in range(5_000):
        try:
            read += bool(HOOK.receive(headers=headers, query={}, body=_mutated(body, draw)).notices)
        except WebhookRefused:
            continue
    assert 0 < read < 5_000


@pytest.mark.parametrize("path", ["", "xhs", "/xhs?x=1"])
def test_a_path_that_is_none(path: str) -> None:
    """Said when the webhook is made, not when the first message comes."""

    with pytest.raises(ArgumentError, match="expected a path"):
        XiaohongshuWebhook(app_id="a1", app_secret="s", path=path)
    assert "s3cret" not in repr(HOOK)


def test_a_client_wants_to_know_the_path() -> None:
    """The shop's and the application's."""

    with Gateway().client() as shop, pytest.raises(UsageError, match="webhook_path"):
        _ = shop.webhook
    with XiaohongshuApp(
        app_id="a1", app_secret="s", webhook_path="/xhs", transport=Gateway(), token_store=MemoryTokenStore()
    ) as app:
        assert app.webhook.path == "/xhs"


def test_what_the_sandbox_sends_is_verified_and_read() -> None:
    """Two implementations of one signature; an unpaid creation is not told, a shipment and a case are."""

    calls: list[OutgoingCall] = []
    with running(push_path="/hook") as box:
        box.shop.on_push = calls.append
        box.shop.sell(sold(1, status=SoldStatus.PENDING_PAYMENT))
        assert calls == []
        box.shop.sell(sold(1))
        returns_id = box.shop.open_aftersale(sold(1).order_id, refund=12.1)
        box.shop.move_receiver(sold(1).order_id, receiverAddress="新路 1 号")
        with box.client(webhook_path="/hook") as shop:
            hook, seen = shop.webhook, []
            for call in calls:
                seen += hook.receive(
                    headers=dict(call.headers), query=dict(call.query), body=call.body
                ).notices
    assert [(notice.topic, notice.ref) for notice in seen] == [
        ("msg_fulfillment_status_change", sold(1).order_id),
        ("msg_after_sale_create", returns_id),
        ("msg_fulfillment_receiver_change", sold(1).order_id),
    ]
    assert {notice.shop_id for notice in seen} == {"seller-sandbox"}
