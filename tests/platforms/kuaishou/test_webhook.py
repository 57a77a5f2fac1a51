"""消息推送: the vectors of kuaishou.md §11, what the sandbox sends, and what a forger may send."""

from __future__ import annotations

import base64
import json
import pickle
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import ArgumentError, WebhookRefused
from privdomain.models import NoticeKind
from privdomain.platforms.kuaishou import KuaishouWebhook
from privdomain.sandbox import SoldStatus
from privdomain.sandbox.kuaishou import EmulatedKuaishou
from tests.platforms.kuaishou._shops import NOW, bench, oid, sold

KEY = "AAECAwQFBgcICQoLDA0ODw=="
APP = "ks669064233797003102"
PROBE = b"vftmsTE4kncTlrYRCUwCMg=="
MESSAGE = (
    b"vOSNICXB99JlR2R/J/TRNZls+d8+x6roPXCcPgJFrErE/vc/fzi/RJItQ/crQA37sIEwLFajYqFIjc/CON+FzOvCzmzuDbilhuIy5zkxs764"
    b"tAOedRu1SCVV2qxB3OTtgK2y1ANkh7BdkOHkJmTAEpOXcfr5zxudryOvG4TI31tJqlHQq286bRDQmvu1hdJI0IUtkwuLoJj6/cWZKfzczbhf"
    b"vjqYKQPKgUwNUX01YWMesoV9svSPJHjGEp0KvRDUTkOOuHje9xmY21gy6LxQ2b+gznmuCxw/cad5On1KQScIaMrSuTsE4+KtWcDVMxSH5ruF"
    b"jtqJchj/AuKF36QGZbsrm7vDnMyLBYmK3ZXm6vQ="
)
DOCUMENT = {
    "eventId": "267_2345_147402", "bizId": 201560025620985, "userId": 12342323, "openId": "dafagkncislgga",
    "appKey": APP, "event": "kwaishop_order_addOrder", "info": '{"oid":201560025620985,"sellerId":12342323}',
    "createTime": 1591274070333, "test": False,
}  # fmt: skip
WEBHOOK = KuaishouWebhook(app_key=APP, message_key=KEY)
PLATFORM = EmulatedKuaishou(app_key=APP, message_key=KEY)


def receive(body, webhook=WEBHOOK):
    return webhook.receive(headers={}, query={}, body=body)


def sealed(document):
    text = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    return PLATFORM.sealed(text)


def test_vector_1_the_heartbeat():
    assert receive(PROBE).notices == ()
    assert receive(PROBE).reply.body == b'{"result":1}' and receive(PROBE).reply.status == 200
    assert sealed(b'{"test":true}') == PROBE


def test_vector_2_an_order():
    (notice,) = receive(MESSAGE).notices
    assert (notice.kind, notice.topic, notice.ref) == (NoticeKind.ORDER, DOCUMENT["event"], "201560025620985")
    assert (notice.shop_id, notice.app_id, notice.at.microsecond) == ("12342323", APP, 333_000)
    assert notice.raw == DOCUMENT
    plain = json.dumps(DOCUMENT, separators=(",", ":")).encode()
    assert PLATFORM.sealed(plain) == MESSAGE


def key(**changes):
    (notice,) = receive(sealed(DOCUMENT | changes)).notices
    return notice.key


def test_duplicates_have_one_key_and_other_messages_another():
    """The platform repeats a message under its own id and, itself, under another one (K4002)."""
    assert key() == key(eventId="267_9_9") == receive(MESSAGE).notices[0].key
    others = [
        key(bizId=1), key(event="kwaishop_order_x"), key(info="{}"), key(userId=5), key(createTime=1591274070334),
    ]  # fmt: skip
    assert len({key(), *others}) == 6
    assert key(createTime=0) != key(createTime=0, eventId="other")


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("kwaishop_order_addOrder", NoticeKind.ORDER), ("kwaishop_refund_addRefund", NoticeKind.AFTERSALE),
        ("kwaishop_item_update", NoticeKind.PRODUCT), ("kwaishop_something_new", NoticeKind.OTHER), ("x", NoticeKind.OTHER),
    ],
)  # fmt: skip
def test_events_are_an_open_list(event, kind):
    (notice,) = receive(sealed(DOCUMENT | {"event": event})).notices
    assert (notice.kind, notice.topic) == (kind, event)


def test_nulls_and_a_test_message():
    (notice,) = receive(sealed(DOCUMENT | {"openId": None, "bizId": None, "test": True})).notices
    assert (notice.kind, notice.ref) == (NoticeKind.PROBE, "")


def forged():
    raw = base64.b64decode(MESSAGE)
    yield from (b"", b" ", b"{}", b"vftm", b"not base64 at all!", "密文".encode(), b"\xff\xfe\x00")
    yield MESSAGE[:-4]
    yield base64.b64encode(raw[:-16])  # wrong padding
    yield base64.b64encode(raw[:-1])
    yield base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1]))
    yield base64.b64encode(bytes(16))
    yield sealed(b"")
    yield sealed(b"no json")
    yield sealed(b"\xff\xfe not utf-8")
    yield sealed(b"[" * 100_000)
    yield sealed(b'{"a":' * 70 + b"1" + b"}" * 70)
    yield sealed([DOCUMENT])
    yield sealed(b"null")
    yield EmulatedKuaishou(message_key=base64.b64encode(b"k" * 16).decode()).sealed(
        json.dumps(DOCUMENT).encode()
    )


FORGED = list(forged())


@pytest.mark.parametrize("number", range(len(FORGED)))
def test_what_does_not_decrypt_is_refused_in_one_way(number):
    """One error, to the letter: a forger learns nothing from a difference."""
    with pytest.raises(WebhookRefused) as caught:
        receive(FORGED[number])
    error = caught.value
    assert (error.reason, error.status, str(error)) == (
        "signature", 403, "the body cannot be decrypted with the application's message key",
    )  # fmt: skip
    assert error.__context__ is None and error.__cause__ is None
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("body", "reason", "status"),
    [
        (b"A" * (1024 * 1024 + 1), "too_large", 413),
        (sealed(DOCUMENT | {"appKey": "ks-another"}), "wrong_receiver", 403),
        (sealed({"test": True, "x": 1}), "wrong_receiver", 403),
        (sealed(DOCUMENT | {"event": ""}), "malformed", 400),
        (sealed(DOCUMENT | {"createTime": 1591274070}), "malformed", 400),
        (sealed(DOCUMENT | {"bizId": 1.5}), "malformed", 400),
        (sealed(DOCUMENT | {"userId": {"a": 1}}), "malformed", 400),
        (sealed(DOCUMENT | {"event": "a\nb"}), "malformed", 400),
        (sealed(DOCUMENT | {"event": "x" * 200}), "malformed", 400),
    ],
)
def test_other_refusals(body, reason, status):
    with pytest.raises(WebhookRefused) as caught:
        receive(body)
    assert (caught.value.reason, caught.value.status) == (reason, status)
    assert KEY not in str(caught.value) and "201560025620985" not in str(caught.value)


@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_refusal(body):
    with pytest.raises(WebhookRefused):
        receive(body)


@given(st.integers(0, len(base64.b64decode(MESSAGE)) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_refused_or_still_a_notice(place, mask):
    """CBC has no authentication: a change inside a text may survive; it never ends in another error."""
    raw = bytearray(base64.b64decode(MESSAGE))
    raw[place] ^= mask
    with suppress(WebhookRefused):
        receive(base64.b64encode(raw))


@pytest.mark.parametrize("key", ["", "AA==", "not base64", KEY[:-4], None, b"AAECAwQFBgcICQoLDA0ODw=="])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(ArgumentError, match="16 bytes as Base64"):
        KuaishouWebhook(app_key=APP, message_key=key)
    assert KEY not in repr(WEBHOOK)


def test_what_the_sandbox_tells_arrives():
    with bench() as desk:
        calls = []
        desk.shop.on_push = calls.append
        webhook = KuaishouWebhook(app_key=desk.shop.app_key, message_key=desk.shop.message_key)
        desk.shop.sell(sold(1))
        desk.shop.sell(sold(1, status=SoldStatus.SHIPPED, updated=NOW))
        case = desk.shop.open_aftersale(oid(1))
        desk.shop.probe()
        notices = [notice for call in calls for notice in receive(call.body, webhook).notices]
        assert [(notice.kind, notice.ref) for notice in notices] == [
            (NoticeKind.ORDER, oid(1)), (NoticeKind.ORDER, oid(1)), (NoticeKind.AFTERSALE, case),
        ]  # fmt: skip
        assert {notice.shop_id for notice in notices} == {desk.shop.seller_id}
        with desk.client(message_key=desk.shop.message_key) as shop:
            assert shop.webhook == webhook
