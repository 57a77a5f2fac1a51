"""The doors of the four platforms as targets: what the sandboxes push, damaged outside or inside, and what may come out.

Outside: the body as it came over the wire is damaged, its headers and query mostly do not fit it any more. Inside:
the text is damaged before it is encrypted and signed, so that the damage passes every check and meets the parser.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from attrs import frozen

from privdomain.calendar import FixedClock
from privdomain.errors import WebhookRefused
from privdomain.platforms._webhooks import WebhookReply
from privdomain.platforms._wechat_crypto import WeChatCrypto
from privdomain.platforms._wechat_messages import encrypted_part
from privdomain.platforms.douyin import DouyinSpi, DouyinWebhook, SpiKind, SpiRequest
from privdomain.platforms.douyin._signing import event_digest, spi_digest
from privdomain.platforms.kuaishou import KuaishouWebhook
from privdomain.platforms.wechat_shop import WeChatShopWebhook
from privdomain.platforms.xiaohongshu import XiaohongshuWebhook
from privdomain.platforms.xiaohongshu._webhook import message_sign
from privdomain.sandbox import SoldLine, SoldOrder, SoldStatus
from privdomain.sandbox.douyin import EmulatedDouyin
from privdomain.sandbox.kuaishou import EmulatedKuaishou
from privdomain.sandbox.pushes import OutgoingCall
from privdomain.sandbox.wechat_shop import PushDesk
from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu

AT = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
STAMP, NONCE = str(int(AT.timestamp())), "1514711492"

Receive = Callable[..., object]
"""What a webhook's ``receive`` is: ``headers``, ``query`` and ``body`` by name."""


class Leaked(AssertionError):
    """A secret stood where somebody may read it."""


@frozen(kw_only=True)
class Target:
    """Recorded bodies to be damaged, and what is done with a damaged one; ``take`` raises what should not be."""

    bodies: tuple[bytes, ...]
    take: Callable[[bytes], None]


def sold(number: int, *, status: SoldStatus = SoldStatus.PAID) -> SoldOrder:
    """Order ``number``; ids are digits, as three of the platforms have them."""
    at = AT - timedelta(hours=1, minutes=number)
    lines = (
        SoldLine(product_id="350", sku_id="1001", quantity=2, unit_price=1000, paid=1800, title="龙井"),
        SoldLine(product_id="351", sku_id="1002", quantity=1, unit_price=3000, paid=3000, title="茶杯"),
    )
    return SoldOrder(
        order_id=str(3705115058471208000 + number),
        buyer_id=f"b{number}",
        created=at,
        updated=at,
        status=status,
        lines=lines[: 1 + number % 2],
        freight=800,
    )


def refused_well(error: WebhookRefused, secrets: Sequence[str]) -> None:
    """A refusal says nothing that is secret, and brings no context along that does."""
    said = f"{error} {error!r} {error.problems} {error.body!r} {error.__context__!r} {error.__cause__!r}"
    for secret in secrets:
        if secret in said:
            raise Leaked("a refusal quotes a secret")
    if type(error.body) is not bytes or not 200 <= error.status < 600:
        raise AssertionError(f"a refusal's reply is {error.status!r} {error.body!r}")


def received(
    receive: Receive,
    *,
    body: bytes,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    secrets: Sequence[str],
) -> None:
    """One delivery: only a refusal comes out, or notices that can be written down and a reply of bytes."""
    try:
        delivery = receive(headers=headers, query=query, body=body)
    except WebhookRefused as error:
        refused_well(error, secrets)
        raise
    reply = delivery.reply  # type: ignore[attr-defined]
    if type(reply) is not WebhookReply or type(reply.body) is not bytes:
        raise AssertionError(f"the reply is {reply!r}")
    for notice in delivery.notices:  # type: ignore[attr-defined]
        said = notice.model_dump_json()
        if any(secret in said for secret in secrets):
            raise Leaked("a notice carries a secret")


# --- headers and queries go wrong, too: one in eight, and always the same one for the same body ---

_ODD = ("", "0", "-1", "é", "\ud83d", "\x00", "9" * 400, "9" * 5000, "１７", "2026-11-11 12:00:00", "1e9", " 1 ", "null", "=", "A" * 44)  # fmt: skip


def odd(pairs: Mapping[str, str], body: bytes) -> dict[str, str]:
    """The pairs, one of them perhaps replaced or gone."""
    found = dict(pairs)
    number = zlib.crc32(body)
    if found and number % 8 == 0:
        name = sorted(found)[(number >> 3) % len(found)]
        value = _ODD[(number >> 7) % len(_ODD)]
        if (number >> 12) % 5:
            found[name] = value
        else:
            del found[name]
    return found


def _outer(calls: Sequence[OutgoingCall], receive: Receive, secrets: Sequence[str]) -> Target:
    def take(body: bytes) -> None:
        call = calls[zlib.crc32(body) % len(calls)]
        received(
            receive,
            body=body,
            query=odd(dict(call.query), body),
            headers=odd(dict(call.headers), body),
            secrets=secrets,
        )

    return Target(bodies=tuple(call.body for call in calls), take=take)


# --- 微信小店 ---

_TOKEN, _KEY, _APP = "sandboxToken-5a9d", "5a9d0b0cSandbox5a9d0b0cSandbox5a9d0b0cSandB", "wx5a9d0b0c0ffe"
_WECHAT_SECRETS = (_TOKEN, _KEY)


def _desk_calls(mode: str, form: str) -> list[OutgoingCall]:
    desk = PushDesk(
        app_id=_APP, now=lambda: AT, token=_TOKEN, encoding_aes_key=_KEY, mode=mode, form=form  # type: ignore[arg-type]
    )  # fmt: skip
    order = "3705115058471208928"
    return [
        desk.order("channels_ec_order_new", order),
        desk.order("channels_ec_order_pay", order, pay_time=1794326400),
        desk.order("channels_ec_order_settle", order, settle_time=1794326400),
        desk.aftersale("2000000000001", order_id=order, status="MERCHANT_PROCESSING"),
        desk.event(
            "product_spu_update",
            {"ProductSpuUpdate": {"product_id": "350", "status": 1, "update_fields": ["title", "price"]}},
        ),
        desk.event(
            "channels_ec_coupon_receive", {"receive_info": {"coupon_id": "1", "user_coupon_id": 2**60}}
        ),
        desk.event(
            "product_spu_audit", {"ProductSpuAudit": {"product_id": 1, "audit_info": '{"a":[{"b_id":1}]}'}}
        ),
        desk.event("channels_ec_vip_join", {"user_info": {"openid": "o1", "phone_number": "13800000000"}}),
        desk.event("something_new", {"info": {"deep": {"list": [1, {"a": None}]}}}),
    ]


def _wechat_webhook(mode: str) -> WeChatShopWebhook:
    key = "" if mode == "plain" else _KEY
    return WeChatShopWebhook(
        token=_TOKEN, app_id=_APP, encoding_aes_key=key, mode=mode, clock=FixedClock(AT)  # type: ignore[arg-type]
    )  # fmt: skip


def wechat_shop_outer() -> Target:
    """Secure and compatible deliveries; every second damaged one is signed anew, so that decryption meets it."""
    calls = [
        call
        for mode in ("secure", "compatible")
        for form in ("json", "xml")
        for call in _desk_calls(mode, form)
    ]
    webhook, crypto = _wechat_webhook("secure"), WeChatCrypto(token=_TOKEN, receivers=[_APP])
    as_it_is = _outer(calls, webhook.receive, _WECHAT_SECRETS)

    def take(body: bytes) -> None:
        if zlib.crc32(body) & 1 << 20:
            try:
                encrypt = encrypted_part(body)
            except WebhookRefused:
                encrypt = ""
            sign = crypto.sign(STAMP, NONCE, encrypt)
            query = {"timestamp": STAMP, "nonce": NONCE, "msg_signature": sign, "encrypt_type": "aes"}
            received(webhook.receive, body=body, query=query, headers={}, secrets=_WECHAT_SECRETS)
        else:
            as_it_is.take(body)

    return Target(bodies=as_it_is.bodies, take=take)


def wechat_shop_inner() -> Target:
    """The message itself is damaged: encrypted and signed in secure mode, or as it is in plain mode."""
    bodies = tuple(call.body for form in ("json", "xml") for call in _desk_calls("plain", form))
    secure, plain = _wechat_webhook("secure"), _wechat_webhook("plain")
    crypto = WeChatCrypto(token=_TOKEN, encoding_aes_key=_KEY, receivers=[_APP])
    plain_query = {"timestamp": STAMP, "nonce": NONCE, "signature": crypto.sign(STAMP, NONCE)}

    def take(body: bytes) -> None:
        number = zlib.crc32(body)
        if number % 3 == 0:
            received(
                plain.receive, body=body, query=odd(plain_query, body), headers={}, secrets=_WECHAT_SECRETS
            )
            return
        sealed = crypto.seal(body, receiver=_APP, timestamp=STAMP, nonce=NONCE, random=b"0123456789abcdef")
        query = {"timestamp": STAMP, "nonce": NONCE, "msg_signature": sealed.signature, "encrypt_type": "aes"}
        if number % 3 == 1:
            outer = json.dumps({"ToUserName": _APP, "Encrypt": sealed.encrypt}).encode()
        else:
            outer = f"<xml><Encrypt><![CDATA[{sealed.encrypt}]]></Encrypt></xml>".encode()
        received(secure.receive, body=outer, query=query, headers={}, secrets=_WECHAT_SECRETS)

    return Target(bodies=bodies, take=take)


# --- 抖店 ---

_APP_KEY, _APP_SECRET = "3409409348479354011", "s3cret-5a9d0b0c-of-the-app"


def _douyin() -> EmulatedDouyin:
    return EmulatedDouyin(app_key=_APP_KEY, app_secret=_APP_SECRET, clock=lambda: AT)


def _douyin_calls() -> list[OutgoingCall]:
    calls: list[OutgoingCall] = []
    platform = _douyin()
    platform.on_push = calls.append
    for number in range(3):
        platform.sell(sold(number))
    platform.sell(sold(0, status=SoldStatus.SHIPPED))
    line = platform.order(sold(1).order_id)["sku_order_list"][0]["order_id"]
    platform.open_aftersale("7000000000000000001", order_id=sold(1).order_id, line_id=line, amount=900)
    platform.probe()
    product = {"tag": "400", "msg_id": "1::400:1794369600:1", "data": {"product_id": 350, "shop_id": 7}}
    platform.push([product, {"tag": 9999, "msgId": 2**60, "data": "no JSON"}, {"tag": "101"}])
    return calls


def douyin_outer() -> Target:
    """Deliveries with the signature of another body."""
    webhook = DouyinWebhook(app_key=_APP_KEY, app_secret=_APP_SECRET)
    return _outer(_douyin_calls(), webhook.receive, (_APP_SECRET,))


def douyin_inner() -> Target:
    """Damaged messages, rightly signed."""
    webhook = DouyinWebhook(app_key=_APP_KEY, app_secret=_APP_SECRET)

    def take(body: bytes) -> None:
        sign = event_digest(app_key=_APP_KEY, app_secret=_APP_SECRET, body=body)
        headers = {"App-Id": _APP_KEY, "Event-Sign": sign}
        received(webhook.receive, body=body, query={}, headers=odd(headers, body), secrets=(_APP_SECRET,))

    return Target(bodies=tuple(call.body for call in _douyin_calls()), take=take)


def _spi_calls() -> list[OutgoingCall]:
    platform = _douyin()
    return [
        platform.spi_call("member_join", {"open_id": "o1", "mobile": "13800000000", "shop_id": 7}),
        platform.spi_call(
            "coupon_issue", {"order_id": 2**60, "codes": ["a", "<b>&"], "price": 1.5}, sign_method="md5"
        ),
        platform.spi_call("member_points", {"open_id": "o1", "change": {"points": -5, "why": "退货\x0b"}}),
    ]


def _spi_take(query_of: Callable[[bytes], Mapping[str, str]], body: bytes) -> None:
    spi = DouyinSpi(app_key=_APP_KEY, app_secret=_APP_SECRET, clock=FixedClock(AT))
    query = odd(query_of(body), body)
    if zlib.crc32(body) % 5 == 1:  # of a GET: the parameters stand in the query
        query, body = query | {"param_json": body.decode("utf-8", "surrogateescape")}, b""
    request = SpiRequest(kind=SpiKind.MEMBER_INFO, query=query, body=body)
    if _APP_SECRET in repr(request):
        raise Leaked("a request shows a secret")
    reply = spi.answer(request, {SpiKind.MEMBER_INFO: lambda call: {"seen": len(call.param)}})
    if type(reply.body) is not bytes or _APP_SECRET.encode() in reply.body:
        raise AssertionError(f"the reply is {reply!r}")
    code = json.loads(reply.body)["code"]
    if code == 100001:
        raise WebhookRefused("signature", "the reply says so", status=200)
    if code == 100002:
        raise WebhookRefused("malformed", "the reply says so", status=200)
    if code != 0:
        raise AssertionError(f"the handler does not fail, and the reply says {code}")


def douyin_spi_outer() -> Target:
    """Calls with the signature of another call."""
    calls = _spi_calls()

    def query_of(body: bytes) -> Mapping[str, str]:
        return dict(calls[zlib.crc32(body) % len(calls)].query)

    return Target(bodies=tuple(call.body for call in calls), take=partial(_spi_take, query_of))


def douyin_spi_inner() -> Target:
    """Damaged parameters, rightly signed."""

    def query_of(body: bytes) -> Mapping[str, str]:
        text = body.decode("utf-8", "replace")
        method = ("hmac-sha256", "md5")[zlib.crc32(body) >> 9 & 1]
        sign = spi_digest(
            app_key=_APP_KEY, app_secret=_APP_SECRET, param_json=text, timestamp=STAMP, sign_method=method
        )
        return {"app_key": _APP_KEY, "timestamp": STAMP, "sign_method": method, "sign": sign}

    return Target(bodies=tuple(call.body for call in _spi_calls()), take=partial(_spi_take, query_of))


# --- 快手小店 ---


def _kuaishou_calls() -> tuple[EmulatedKuaishou, list[OutgoingCall]]:
    calls: list[OutgoingCall] = []
    platform = EmulatedKuaishou(clock=lambda: AT)
    platform.on_push = calls.append
    for number in range(3):
        platform.sell(sold(number * 2))
    platform.sell(sold(0, status=SoldStatus.SHIPPED))
    platform.open_aftersale(sold(2).order_id)
    platform.probe()
    platform.push(platform.shop_id, "kwaishop_item_something", "350", {"itemId": 350, "list": [1, None]})
    return platform, calls


def _kuaishou_webhook(platform: EmulatedKuaishou) -> tuple[KuaishouWebhook, tuple[str, ...]]:
    webhook = KuaishouWebhook(app_key=platform.app_key, message_key=platform.message_key)
    return webhook, (platform.message_key, platform.app_secret, platform.sign_secret)


def kuaishou_outer() -> Target:
    """Cipher texts that are none any more."""
    platform, calls = _kuaishou_calls()
    webhook, secrets = _kuaishou_webhook(platform)
    return _outer(calls, webhook.receive, secrets)


def kuaishou_inner() -> Target:
    """Damaged messages, rightly encrypted."""
    platform, calls = _kuaishou_calls()
    webhook, secrets = _kuaishou_webhook(platform)
    seal = sealer(base64.b64decode(platform.message_key))

    def take(body: bytes) -> None:
        received(webhook.receive, body=seal(body), query={}, headers={}, secrets=secrets)

    return Target(bodies=tuple(opener(base64.b64decode(platform.message_key))(call.body) for call in calls), take=take)  # fmt: skip


def sealer(key: bytes) -> Callable[[bytes], bytes]:
    """AES-CBC with an IV of zeros and PKCS#7, in Base64: what 快手 sends."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    def seal(plain: bytes) -> bytes:
        gap = 16 - len(plain) % 16
        turn = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
        return base64.b64encode(turn.update(plain + bytes([gap]) * gap) + turn.finalize())

    return seal


def opener(key: bytes) -> Callable[[bytes], bytes]:
    """What `sealer` closes."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    def read(body: bytes) -> bytes:
        turn = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).decryptor()
        plain = turn.update(base64.b64decode(body)) + turn.finalize()
        return plain[: -plain[-1]]

    return read


# --- 小红书 ---


def _xiaohongshu_calls() -> tuple[EmulatedXiaohongshu, list[OutgoingCall]]:
    calls: list[OutgoingCall] = []
    platform = EmulatedXiaohongshu(clock=lambda: AT)
    platform.on_push = calls.append
    for number in range(3):
        platform.sell(sold(number))
    platform.sell(sold(0, status=SoldStatus.SHIPPED))
    platform.open_aftersale(sold(1).order_id, refund=12.1)
    platform.move_receiver(sold(2).order_id, receiverName="李")
    platform.push(
        "msg_item_update", {"itemId": "i1", "updateTime": 1794369600123}, "msg_new", {"a": [1, None]}
    )
    return platform, calls


def _xiaohongshu_webhook(platform: EmulatedXiaohongshu) -> XiaohongshuWebhook:
    return XiaohongshuWebhook(
        app_id=platform.app_id, app_secret=platform.app_secret, path=platform.push_path, clock=FixedClock(AT)
    )


def xiaohongshu_outer() -> Target:
    """Bodies under a header or query that does not fit: the signature does not cover the body here."""
    platform, calls = _xiaohongshu_calls()
    wrong = [
        OutgoingCall(
            topic=call.topic, body=call.body, headers=(*call.headers[:-1], ("sign", "0" * 32)), query=(("a", "é"),)
        )
        for call in calls
    ]  # fmt: skip
    return _outer(wrong, _xiaohongshu_webhook(platform).receive, (platform.app_secret,))


def xiaohongshu_inner() -> Target:
    """Damaged messages under headers that are right."""
    platform, calls = _xiaohongshu_calls()
    webhook = _xiaohongshu_webhook(platform)
    sign = message_sign(
        platform.push_path, app_key=platform.app_id, timestamp=STAMP, query={}, app_secret=platform.app_secret
    )
    headers = {"app-key": platform.app_id, "timestamp": STAMP, "sign": sign}

    def take(body: bytes) -> None:
        received(
            webhook.receive, body=body, query={}, headers=odd(headers, body), secrets=(platform.app_secret,)
        )

    return Target(bodies=tuple(call.body for call in calls), take=take)


DOORS: Mapping[str, Callable[[], Target]] = {
    "wechat_shop_outer": wechat_shop_outer,
    "wechat_shop_inner": wechat_shop_inner,
    "douyin_outer": douyin_outer,
    "douyin_inner": douyin_inner,
    "douyin_spi_outer": douyin_spi_outer,
    "douyin_spi_inner": douyin_spi_inner,
    "kuaishou_outer": kuaishou_outer,
    "kuaishou_inner": kuaishou_inner,
    "xiaohongshu_outer": xiaohongshu_outer,
    "xiaohongshu_inner": xiaohongshu_inner,
}
"""Every door, outside and inside."""
