"""What a 微信小店 pushes: handshake, every event in both forms and all modes, and hostile bytes."""

from __future__ import annotations

import json
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privdomain.calendar import FixedClock
from privdomain.errors import ArgumentError, UsageError, WebhookRefused
from privdomain.models import Notice, NoticeKind
from privdomain.platforms import Delivery, Webhook
from privdomain.platforms._wechat_messages import read_message
from privdomain.platforms.wechat_shop import (
    AsyncWeChatShop,
    WebhookCredentials,
    WeChatShop,
    WeChatShopWebhook,
)
from privdomain.platforms.wechat_shop._events import EVENTS
from privdomain.sandbox import OutgoingCall, PushDesk
from tests.platforms._scripted import ScriptedShop, options

AT = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
APP, TOKEN, KEY = "wx5a9d0b0c00c0ffee", "T0KEN-of-the-console", "Abc" * 14 + "z"
ORDER = "3705115058471208928"
ALL = [(mode, form) for mode in ("plain", "compatible", "secure") for form in ("json", "xml")]


def desk(mode: str = "secure", form: str = "json", **changes: Any) -> PushDesk:
    usual: dict[str, Any] = {
        "app_id": APP, "now": lambda: AT, "token": TOKEN, "encoding_aes_key": KEY, "mode": mode, "form": form,
    }  # fmt: skip
    return PushDesk(**usual | changes)


def hook(mode: str = "secure", **changes: Any) -> WeChatShopWebhook:
    usual: dict[str, Any] = {
        "token": TOKEN, "app_id": APP, "encoding_aes_key": "" if mode == "plain" else KEY, "mode": mode,
        "clock": FixedClock(AT + timedelta(seconds=2)), "shop_id": "s1",
    }  # fmt: skip
    return WeChatShopWebhook(**usual | changes)


def deliver(webhook: Webhook, call: OutgoingCall, **changes: Any) -> Delivery:
    usual = {"headers": dict(call.headers), "query": dict(call.query), "body": call.body}
    return webhook.receive(**usual | changes)


def told(webhook: Webhook, call: OutgoingCall) -> Notice:
    delivery = deliver(webhook, call)
    assert delivery.reply.body == b"success"
    (notice,) = delivery.notices
    return notice


def refused(webhook: Webhook, call: OutgoingCall, **changes: Any) -> WebhookRefused:
    with pytest.raises(WebhookRefused) as caught:
        deliver(webhook, call, **changes)
    return caught.value


# --- what it is for ---


@pytest.mark.parametrize("mode", ["plain", "compatible", "secure"])
def test_the_handshake_echoes_and_tells_nothing(mode: str) -> None:
    """URL 验证: the raw echostr, as text."""

    delivery = deliver(hook(mode), desk(mode).url_check("4375120948345356249"))
    assert delivery.notices == ()
    assert (delivery.reply.body, delivery.reply.status) == (b"4375120948345356249", 200)
    assert delivery.reply.content_type.startswith("text/plain")


@pytest.mark.parametrize(("mode", "form"), ALL)
def test_an_order_event_is_a_notice_in_every_mode_and_form(mode: str, form: str) -> None:
    """The id is the same text, whether it travelled as a number beyond 2^53 or as text."""

    for event in ("channels_ec_order_new", "channels_ec_order_pay"):
        notice = told(hook(mode), desk(mode, form).order(event, ORDER, pay_time=1794369600))
        assert (notice.kind, notice.topic, notice.ref) == (NoticeKind.ORDER, event, ORDER)
        assert (notice.platform, notice.shop_id, notice.app_id) == ("wechat_shop", "s1", APP)
        assert notice.at == AT
        assert notice.raw["order_info"]["order_id"] == ORDER
        assert "Encrypt" not in notice.raw


REFS: dict[str, tuple[dict[str, Any], str]] = {
    "channels_ec_order_deliver": ({"order_info": {"order_id": int(ORDER), "finish_delivery": 1}}, ORDER),
    "product_order_status_update": ({"ProductOrderStatusUpdate": {"order_id": int(ORDER), "status": 20}}, ORDER),
    "channels_ec_aftersale_update": (
        {"finder_shop_aftersale_status_update": {"status": "USER_WAIT_RETURN", "after_sale_order_id": 2000, "order_id": ORDER}},
        "2000",
    ),
    "channels_ec_present_aftersale_update": (
        {"finder_shop_present_aftersale_status_update": {"after_sale_order_id": "2001", "order_id": ORDER}}, "2001",
    ),
    "channels_ec_complaint_update": ({"finder_shop_complaint": {"complaint_id": "9", "after_sale_order_id": "2000"}}, "2000"),
    "channels_ec_guarantee_update": ({"finder_shop_guarantee_status_update": {"guarantee_order_id": "77"}}, "77"),
    "channels_ec_coupon_receive": ({"receive_info": {"coupon_id": "1", "user_coupon_id": "2", "receive_time": "17"}}, "2"),
    "channels_ec_coupon_expire": ({"coupon_info": {"coupon_id": "5100", "expire_time": 1}}, "5100"),
    "channels_ec_user_coupon_use": ({"use_info": {"coupon_id": "1", "user_coupon_id": "4", "use_time": 3}}, "4"),
    "channels_ec_user_coupon_unuse": ({"user_info": {"coupon_id": "1", "user_coupon_id": "5"}}, "5"),
    "channels_ec_user_coupon_expire": ({"user_coupon_info": {"user_coupon_id": "6"}}, "6"),
    "product_spu_listing": ({"ProductSpuListing": {"product_id": "10", "status": 5}}, "10"),
    "product_spu_audit": ({"ProductSpuAudit": {"product_id": "11", "status": 2}}, "11"),
    "product_category_audit": ({"ProductCategoryAudit": {"audit_id": "12", "status": "3"}}, "12"),
    "channels_ec_brand": ({"BrandEvent": {"brand_id": "13", "audit_id": "1"}}, "13"),
    "channels_ec_stock_no_enough": ({"product_id": "14", "sku_id": "15"}, "14"),
    "head_supplier_item_update": ({"item_info": {"product_id": "16", "update_fields": ["price"]}}, "16"),
    "channels_ec_vip_join": ({"user_info": {"openid": "oA", "phone_number": "***"}}, "oA"),
    "channels_ec_vip_score_exchange": ({"exchange_info": {"pay_score": 5}, "user_info": {"openid": "oB"}}, "oB"),
    "channels_ec_withdraw_notify": ({"withdraw_info": {"event": 1, "withdraw_id": "w1"}}, "w1"),
    "channels_ec_sharer_change": ({"openid": "oS", "sharer_type": 1, "bind_status": 1}, "oS"),
    "channels_ec_close_store": ({"close_info": {"appid": "wx9", "close_timestamp": 1}}, "wx9"),
}  # fmt: skip


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_of_the_reference_is_known(event: str, form: str) -> None:
    """Kind and object; both forms of one message are the same notice, key included."""

    payload, ref = REFS.get(event, ({}, ""))
    notice = told(hook(), desk(form=form).event(event, payload))
    assert (notice.kind, notice.ref) == (EVENTS[event].kind, ref)
    assert notice.key == told(hook("plain"), desk("plain", "json").event(event, payload)).key


def test_an_unknown_event_survives() -> None:
    """The platform adds events monthly."""

    notice = told(hook(), desk().event("channels_ec_brand_new_thing", {"thing": {"id": 2**60}}))
    assert (notice.kind, notice.topic, notice.ref) == (NoticeKind.OTHER, "channels_ec_brand_new_thing", "")
    assert notice.raw["thing"] == {"id": str(2**60)}
    text = told(
        hook("plain"), _plain(b'{"MsgType":"text","Content":"hi","MsgId":7,"CreateTime":"1794369600"}')
    )
    assert (text.kind, text.topic, text.at, text.raw["MsgId"]) == (NoticeKind.OTHER, "text", AT, "7")


def test_the_key_is_the_deliverys_and_not_the_calls() -> None:
    """The platform's repetitions (other nonce, other random bytes) have one key; another thing has another."""

    sends = desk()
    first, again = sends.order("channels_ec_order_pay", ORDER), sends.order("channels_ec_order_pay", ORDER)
    assert first.body != again.body
    assert told(hook(), first).key == told(hook(), again).key
    others = [
        sends.order("channels_ec_order_confirm", ORDER),
        sends.order("channels_ec_order_pay", "3705115058471208929"),
        sends.event("channels_ec_order_pay", {"order_info": {"order_id": ORDER}}, openid="oAnother"),
        desk(now=lambda: AT + timedelta(seconds=1)).order("channels_ec_order_pay", ORDER),
        # part and all of a shipment in one second are two things
        sends.order("channels_ec_order_deliver", ORDER, finish_delivery=0),
        sends.order("channels_ec_order_deliver", ORDER, finish_delivery=1),
    ]
    keys = {told(hook(), call).key for call in [first, *others]}
    assert len(keys) == 7
    assert all(len(key) <= 128 for key in keys)


def test_lists_json_in_text_and_long_names() -> None:
    """One element is a list; audit_info is read; a name too long for a key still has one."""

    payload = {"item_info": {"product_id": "1", "update_fields": ["price"]}}
    for form in ("json", "xml"):
        notice = told(hook(), desk(form=form).event("head_supplier_item_update", payload))
        assert notice.raw["item_info"]["update_fields"] == ["price"]
    audit = {
        "ProductSpuAudit": {"product_id": "1", "audit_info": '{"audit_id": 9007199254740993, "reasons": []}'}
    }
    raw = told(hook(), desk().event("product_spu_audit", audit)).raw
    assert raw["ProductSpuAudit"]["audit_info"] == {"audit_id": "9007199254740993", "reasons": []}
    for text in ("no json", "{broken", "[" * 200 + "]" * 200, "{" + " " * 20_000 + "}"):
        odd = {"ProductSpuAudit": {"product_id": "1", "audit_info": text}}
        assert (
            told(hook(), desk().event("product_spu_audit", odd)).raw["ProductSpuAudit"]["audit_info"] == text
        )
    assert len(told(hook(), desk().event("e" * 128)).key) <= 128


def test_the_client_has_it_where_it_was_given() -> None:
    """``shop.webhook``, on the client's clock; without credentials it says what to pass."""

    credentials = WebhookCredentials(token=TOKEN, encoding_aes_key=KEY)
    for client in (WeChatShop, AsyncWeChatShop):
        shop = client(
            transport=ScriptedShop(),
            webhook=credentials,
            **options(app_id=APP, shop_id="s9", clock=FixedClock(AT)),
        )
        assert told(shop.webhook, desk().order("channels_ec_order_new", ORDER)).shop_id == "s9"
        with pytest.raises(UsageError, match="WebhookCredentials"):
            _ = client(transport=ScriptedShop(), **options()).webhook


# --- hostile bytes ---


def _plain(body: bytes, **changes: Any) -> OutgoingCall:
    """A rightly signed call in plain mode with any body."""
    call = desk("plain", **changes).event("x")
    return OutgoingCall(topic="x", query=call.query, body=body)


BAD_BODIES = {
    "no JSON": b"hello", "half of it": b'{"Event": "a', "a list": b"[1]", "a text": b'"x"', "null": b"null",
    "NaN": b'{"a": NaN}', "deep JSON": b'{"a":' * 100 + b"1" + b"}" * 100, "very deep JSON": b"[" * 100_000,
    "half XML": b"<xml><Event>a</Event>", "two roots": b"<xml/><xml/>", "another root": b"<html></html>",
    "empty root": b"<xml></xml>", "nameless": b"<xml><a>1</a></xml>", "spaces": b"   ",
    "not UTF-8": b"<xml><Event>\xff\xfe</Event></xml>",
    "declared UTF-16": '<?xml version="1.0" encoding="utf-16"?><xml><Event>a</Event></xml>'.encode("utf-16"),
    "deep XML": b"<xml>" + b"<a>" * 100 + b"</a>" * 100 + b"</xml>",
    "many elements": b"<xml>" + b"<a/>" * 30_000 + b"</xml>",
    "billion laughs": b'<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Event>&b;</Event></xml>',
    "external entity": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Event>&a;</Event></xml>',
    "external DTD": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml><Event>a</Event></xml>',
    "undefined entity": b"<xml><Event>&nope;</Event></xml>", "control character": b"<xml><Event>a\x00</Event></xml>",
    "event is an object": b'{"Event": {"a": 1}, "MsgType": null}', "event too long": b'{"Event": "' + b"e" * 129 + b'"}',
    "number of 5,000 digits": b'{"Event":"x","a":' + b"9" * 5_000 + b"}",
    "event with a newline": b'{"Event": "a\\nb"}',
}  # fmt: skip


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_message_is_refused(body: bytes) -> None:
    """Rightly signed (plain mode signs no body), and nothing is expanded, fetched or quoted."""

    error = refused(hook("plain"), _plain(body))
    assert (error.reason, error.status) == ("malformed", 400)
    assert error.__context__ is None
    encrypted = refused(hook(), OutgoingCall(topic="x", query=desk().event("x").query, body=body))
    assert encrypted.reason == "malformed"


def test_an_oversized_body_is_refused_before_it_is_read() -> None:
    """413."""

    error = refused(hook(), desk().event("x"), body=b"<" * (1024 * 1024 + 1))
    assert (error.reason, error.status) == ("too_large", 413)


def test_a_signature_over_something_else_is_refused() -> None:
    """Each part that is signed, changed; and the plain signature is no proof of an encrypted body."""

    call, webhook = desk().order("channels_ec_order_pay", ORDER), hook()
    query = dict(call.query)
    body = json.loads(call.body)
    tampered = json.dumps(body | {"Encrypt": body["Encrypt"][:-4] + "AAA="}).encode()
    cases = [
        {"query": query | {"timestamp": str(int(query["timestamp"]) + 1)}},
        {"query": query | {"nonce": "1"}},
        {"query": query | {"msg_signature": "0" * 40}},
        {"query": query | {"msg_signature": query["signature"]}},
        {"query": {name: value for name, value in query.items() if name != "msg_signature"}},
        {"query": {}},
        {"body": tampered},
    ]
    for changes in cases:
        error = refused(webhook, call, **changes)
        assert (error.reason, error.status) == ("signature", 403)
    assert refused(hook(token="another"), call).reason == "signature"
    assert refused(hook(encoding_aes_key="B" * 43), call).reason == "signature"
    assert refused(hook(app_id="wx-other"), call).reason == "wrong_receiver"


def test_an_old_delivery_is_refused() -> None:
    """The platform's own repetitions come within seconds; whoever repeats later is somebody else."""

    call, webhook = desk().order("channels_ec_order_pay", ORDER), hook()
    assert deliver(webhook, call, at=AT + timedelta(minutes=5)).notices
    for late in (timedelta(minutes=5, seconds=1), timedelta(days=1), -timedelta(minutes=5, seconds=1)):
        assert refused(webhook, call, at=AT + late).reason == "replayed"
        assert refused(webhook, desk().url_check(), at=AT + late).reason == "replayed"
    assert deliver(hook(tolerance=timedelta(hours=1)), call, at=AT + timedelta(minutes=50)).notices
    with pytest.raises(ArgumentError, match="zone"):
        deliver(webhook, call, at=datetime(2026, 11, 11))


def test_a_handshake_is_checked_and_echoes_words_only() -> None:
    """echostr is not signed: what is sent back must not be a page."""

    call = desk().url_check()
    query = dict(call.query)
    for echo in ("<script>alert(1)</script> x", "a\nb", "回声", "x" * 513):
        assert refused(hook(), call, query=query | {"echostr": echo}).reason == "malformed"
    assert refused(hook(), call, query=query | {"signature": "0" * 40}).reason == "signature"
    assert refused(hook(), call, query=query | {"echostr": ""}).reason == "malformed"


def test_modes_do_not_mix() -> None:
    """An unencrypted body does not pass a webhook that expects encryption, and the readable copy is not looked at."""

    assert refused(hook("compatible"), desk("plain").event("x")).reason == "malformed"
    assert refused(hook("secure"), desk("plain").event("x")).reason == "malformed"
    call = desk("compatible").order("channels_ec_order_pay", ORDER)
    forged = json.dumps(json.loads(call.body) | {"order_info": {"order_id": "1"}}).encode()
    assert deliver(hook("compatible"), call, body=forged).notices[0].ref == ORDER
    for wrong in (
        {"mode": "plain", "encoding_aes_key": KEY},
        {"mode": "secure", "encoding_aes_key": ""},
        {"mode": "safe"},
        {"tolerance": timedelta(0)},
    ):
        with pytest.raises(ArgumentError):
            hook(**{"mode": "secure"} | wrong)


def test_no_refusal_shows_a_secret_or_the_body() -> None:
    """Neither token nor key nor what was sent, in message, attributes or traceback."""

    secret = "secret-in-the-body"
    call = _plain(f'{{"Event": 1.5, "phone": "{secret}"'.encode())
    for webhook, sent in ((hook("plain"), call), (hook(token="other"), desk().event("x", {"a": secret}))):
        error = refused(webhook, sent)
        shown = "".join(traceback.format_exception(error)) + repr(vars(error)) + repr(webhook)
        for word in (TOKEN, KEY, secret):
            assert word not in shown
    delivery = deliver(hook(), desk().event("x", {"a": secret}))
    assert secret not in repr(delivery)


@settings(max_examples=200)
@given(body=st.binary(max_size=400), mode=st.sampled_from(["plain", "secure"]))
def test_no_body_escapes_the_one_error(body: bytes, mode: str) -> None:
    """Anything at all is a delivery or a `WebhookRefused`."""

    call = (
        desk(mode).url_check()
        if not body
        else OutgoingCall(topic="x", query=desk(mode).event("x").query, body=body)
    )
    with suppress(WebhookRefused):
        deliver(hook(mode), call)


@settings(max_examples=200)
@given(
    at=st.integers(min_value=0, max_value=400),
    new=st.integers(min_value=0, max_value=255),
    mode=st.sampled_from(["plain", "secure"]),
    form=st.sampled_from(["json", "xml"]),
)
def test_one_changed_byte_never_makes_another_encrypted_notice(
    at: int, new: int, mode: str, form: str
) -> None:
    """In secure mode a mutated body is refused or says the same as before."""

    sends = desk(mode, form)
    call = sends.order("channels_ec_order_pay", ORDER)
    body = bytearray(call.body)
    body[at % len(body)] = new
    try:
        notices = deliver(hook(mode), call, body=bytes(body)).notices
    except WebhookRefused:
        return
    if mode == "secure":
        assert notices[0].ref == ORDER


JSON_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8))
NAMES = st.from_regex(r"[A-Za-z_]{1,8}", fullmatch=True)


@given(
    st.dictionaries(
        NAMES,
        st.recursive(JSON_LEAVES, lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8),
        max_size=4,
    )
)
def test_reading_a_message_twice_changes_nothing(message: dict[str, Any]) -> None:
    """The one form is a fixed point."""

    once = read_message(json.dumps(message).encode())
    assert read_message(json.dumps(once).encode()) == once
