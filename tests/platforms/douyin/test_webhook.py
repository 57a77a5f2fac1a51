"""Deliveries of 抖店: what is verified, what becomes of each message, and what nobody can break."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import WebhookRefused
from privdomain.models import NoticeKind
from privdomain.platforms import Webhook
from privdomain.platforms.douyin import DouyinWebhook
from privdomain.platforms.douyin.webhook import FAILURE, SUCCESS
from privdomain.sandbox import OutgoingCall
from privdomain.sandbox.douyin import EmulatedDouyin
from tests.platforms.douyin._box import START, sold
from tests.platforms.douyin._vectors import APP_KEY, APP_SECRET, EVENTS

HOOK = DouyinWebhook(app_key=APP_KEY, app_secret=APP_SECRET)


def _sign(body: bytes) -> str:
    return hashlib.md5(APP_KEY.encode() + body + APP_SECRET.encode()).hexdigest()


def receive(value: Any, **headers: str):
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    given = {"app-id": APP_KEY, "event-sign": _sign(body)} | headers
    return HOOK.receive(headers=given, query={}, body=body)


def _taken(body: bytes):
    """What became of signed bytes, None where they were refused; they may only be refused as malformed."""
    refusal = None
    try:
        return receive(body)
    except WebhookRefused as refused:
        refusal = refused
    assert refusal.reason == "malformed"
    return None


def test_the_recorded_deliveries_are_taken() -> None:
    """A12: the sample of an order, and the probe that is sent when the address is saved."""

    hook: Webhook = HOOK
    for (body, sign), kinds in zip(EVENTS, ([NoticeKind.ORDER], []), strict=True):
        delivery = hook.receive(headers={"App-Id": APP_KEY, "Event-Sign": sign}, query={}, body=body.encode())
        assert [notice.kind for notice in delivery.notices] == kinds
        assert delivery.reply.body == SUCCESS == b'{"code":0,"msg":"success"}'
        assert delivery.reply.status == 200


def test_a_notice_says_what_to_read_again() -> None:
    """Id, key, shop and moment."""

    [notice] = receive(json.loads(EVENTS[0][0])).notices
    assert (notice.ref, notice.shop_id, notice.topic, notice.app_id) == ("12345", "12345", "100", APP_KEY)
    assert notice.key == "69473483482938749::100:1618990587:6837374"
    assert notice.at == datetime.fromtimestamp(1618990587, UTC)


@pytest.mark.parametrize(
    ("message", "topic", "ref"),
    [
        ({"tag": 101, "msgId": "m", "data": {"p_id": "4933609365066313446"}}, "101", "4933609365066313446"),
        ({"tag": "101", "msg_id": 7, "data": '{"p_id": 4933609365066313446}'}, "101", "4933609365066313446"),
        ({"tag": "227", "msg_id": "m", "data": {"after_sale_id": 12}}, "227", "12"),
        ({"tag": "200", "msg_id": "m", "data": {"aftersale_id": "12", "p_id": 1}}, "200", "12"),
        ({"tag": "400", "msg_id": "m", "data": {"product_id": 9, "update_time": 99999999999999}}, "400", "9"),
        ({"tag": "137", "msg_id": "m", "data": {"material_id": "5"}}, "137", "5"),
        ({"tag": "101", "msg_id": "m", "data": None}, "101", ""),
        ({"tag": "101", "msg_id": "m", "data": "no json"}, "101", ""),
        ({"tag": "9999", "data": {"x": 1}}, "9999", ""),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_every_variant_is_read(message: dict[str, Any], topic: str, ref: str, alone: bool) -> None:
    """A11: both spellings, numbers and text, objects and text, an array or a single message (trap 7)."""

    [notice] = receive(message if alone else [message]).notices
    assert (notice.topic, notice.ref) == (topic, ref)
    assert notice.key


TAGS = {
    NoticeKind.ORDER: ["100", "101", "102", "103", "104", "105", "106", "108", "109", "110", "111", "112", "113", "126"],
    NoticeKind.AFTERSALE: ["200", "201", "202", "203", "204", "205", "206", "207", "208", "209", "211", "212", "213", "214",
                           "215", "216", "217", "218", "224", "225", "226", "227"],
    NoticeKind.PRODUCT: ["400", "417"],
    NoticeKind.OTHER: ["137", "138", "12345"],
}  # fmt: skip


@pytest.mark.parametrize("kind", TAGS)
def test_every_tag_of_the_table_has_its_kind(kind: NoticeKind) -> None:
    """And a tag nobody knows survives."""

    messages = [{"tag": tag, "msg_id": f"m{tag}", "data": "{}"} for tag in TAGS[kind]]
    assert [(notice.topic, notice.kind) for notice in receive(messages).notices] == [
        (tag, kind) for tag in TAGS[kind]
    ]


def test_one_bad_message_does_not_lose_the_others() -> None:
    """It is kept as it is, under a key of its own."""

    good = {"tag": "101", "msg_id": "m1", "data": '{"p_id": 1}'}
    bad: list[Any] = [
        None,
        3,
        "x",
        [],
        {},
        {"tag": True},
        {"tag": "101", "msg_id": "\x00", "data": "{}"},
        {"tag": "x" * 300},
    ]
    notices = receive([*bad, good]).notices
    assert [notice.topic for notice in notices] == [*["unreadable"] * len(bad), "101"]
    assert len({notice.key for notice in notices}) == len(notices)
    assert all(notice.kind is NoticeKind.OTHER for notice in notices[:-1])
    assert [notice.key for notice in receive([*bad, good]).notices] == [notice.key for notice in notices]


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"[]", {"event-sign": "0" * 32}, "signature"),
        (b"[]", {"event-sign": ""}, "signature"),
        (b"[]", {"event-sign": "ümlaut"}, "signature"),
        (b"[]", {"app-id": "12"}, "wrong_receiver"),
        (b"", {}, "malformed"),
        (b"null", {}, "malformed"),
        (b'"x"', {}, "malformed"),
        (b"\xff\xfe", {}, "malformed"),
        (b"[" * 100_000, {}, "malformed"),
        (b"[" * 100 + b"]" * 100, {}, "malformed"),
        (b"[1,", {}, "malformed"),
        (b" " * (1024 * 1024 + 1), {}, "too_large"),
    ],
)
def test_what_is_not_a_delivery_is_refused(body: bytes, headers: dict[str, str], reason: str) -> None:
    """One typed refusal with the platform's own reply, and no secret in it."""

    with pytest.raises(WebhookRefused) as caught:
        receive(body, **headers)
    assert caught.value.reason == reason
    assert caught.value.body == FAILURE == '{"code":40041,"message":"解析推送数据失败"}'.encode()
    assert APP_SECRET not in str(caught.value) and APP_SECRET not in repr(HOOK)
    assert caught.value.__context__ is None


def test_the_signature_is_over_the_bytes_as_they_came() -> None:
    """Trap 7: the same JSON, written in another way, is another body."""

    body = b'[ {"tag":"101","msg_id":"m","data":{}} ]'
    sign = _sign(body)
    assert HOOK.receive(headers={"event-sign": sign}, query={}, body=body).notices
    with pytest.raises(WebhookRefused):
        HOOK.receive(headers={"event-sign": sign}, query={}, body=body.replace(b" ", b""))


def test_another_verifier_can_stand_in() -> None:
    """Should the platform sign an app's deliveries another way."""

    hook = DouyinWebhook(
        app_key=APP_KEY,
        app_secret=APP_SECRET,
        verifier=lambda headers, body: headers["x-sign"] == str(len(body)),
    )
    assert hook.receive(headers={"X-Sign": "2"}, query={}, body=b"[]").notices == ()
    with pytest.raises(WebhookRefused):
        hook.receive(headers={"X-Sign": "3"}, query={}, body=b"[]")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
MESSAGES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("tag", "msg_id", "msgId", "data", "x"), JSON)
) | st.fixed_dictionaries({"tag": st.sampled_from(["100", "200", "400", "0", 101]), "data": JSON | st.text()})


@given(st.lists(MESSAGES | JSON, max_size=5))
def test_no_signed_delivery_breaks_anything(messages: list[Any]) -> None:
    """Law: whatever is signed is read: a notice for every message that is no probe, or one typed refusal."""

    body = json.dumps(messages).encode()
    taken = _taken(body)
    if taken is None:
        return
    notices = taken.notices
    probes = sum(
        isinstance(one, dict) and str(one.get("tag")) == "0" and not isinstance(one.get("tag"), bool)
        for one in messages
    )
    assert len(notices) >= len(messages) - probes - sum(
        isinstance(one, dict) and isinstance(one.get("tag"), (list, dict)) for one in messages
    )
    assert all(notice.key for notice in notices)


@given(st.binary(max_size=300))
def test_no_bytes_break_anything(body: bytes) -> None:
    """Law: as above, for bytes."""

    _taken(body)


def test_the_sandbox_sends_what_we_take() -> None:
    """Both sides were written from the reference alone."""

    calls: list[OutgoingCall] = []
    platform = EmulatedDouyin(clock=lambda: START, app_key=APP_KEY, app_secret=APP_SECRET)
    platform.on_push = calls.append
    platform.sell(sold(1, updated=START))
    line = platform.order("4933609365066000001")["sku_order_list"][0]["order_id"]
    platform.open_aftersale("7000000000000000001", order_id="4933609365066000001", line_id=line, amount=5)
    platform.buyer_withdraws("7000000000000000001")
    platform.probe()
    deliveries = [HOOK.receive(headers=dict(call.headers), query={}, body=call.body) for call in calls]
    told = [[(notice.topic, notice.ref) for notice in delivery.notices] for delivery in deliveries]
    assert told == [
        [("100", "4933609365066000001")], [("200", "7000000000000000001")], [("207", "7000000000000000001")], []
    ]  # fmt: skip
    assert {delivery.notices[0].shop_id for delivery in deliveries[:3]} == {"4463798"}
