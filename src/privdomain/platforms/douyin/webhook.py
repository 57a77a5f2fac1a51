"""What 抖店 tells by itself: signed arrays of messages. douyin.md A11.

The signature is checked over the bytes as they came, before anything is read. Each message of the array stands for
itself: one that cannot be read is kept as it is and takes no other along, one of an unknown tag survives as ``OTHER``.
A message is a hint: read the order, case or product by its ``ref`` before changing anything.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

from attrs import field, frozen
from pydantic import ValidationError

from privdomain.errors import WebhookRefused
from privdomain.models import Notice, NoticeKind
from privdomain.platforms._payload import Json
from privdomain.platforms._webhooks import Delivery, WebhookReply, check_size, lower_names, read_json, same
from privdomain.platforms.douyin._signing import event_digest
from privdomain.platforms.douyin._values import PLATFORM

__all__ = ["FAILURE", "SUCCESS", "DouyinWebhook", "EventVerifier"]

SUCCESS = b'{"code":0,"msg":"success"}'
"""What the platform wants within five seconds; store the notices first."""
FAILURE = '{"code":40041,"message":"解析推送数据失败"}'.encode()
"""What is answered to a delivery that is not taken."""

EventVerifier: TypeAlias = Callable[[Mapping[str, str], bytes], bool]
"""Whether a delivery is the platform's: it gets the headers by lower-case name and the bytes as they came."""

_PROBE = "0"
_ORDER_TAGS = frozenset(
    {"100", "101", "102", "103", "104", "105", "106", "108", "109", "110", "111", "112", "113", "126"}
)
_CASE_TAGS = frozenset({*map(str, range(200, 210)), *map(str, range(211, 219)), "224", "225", "226", "227"})
_PRODUCT_TAGS = frozenset({"400", "417"})
_REFS = {
    NoticeKind.ORDER: ("p_id",),
    NoticeKind.AFTERSALE: ("aftersale_id", "after_sale_id"),
    NoticeKind.PRODUCT: ("product_id",),
    NoticeKind.OTHER: ("material_id",),
}
_TIMES = (
    "update_time",
    "modify_time",
    "success_time",
    "agree_time",
    "refuse_time",
    "close_time",
    "cancel_time",
    "complete_time",
    "pay_time",
    "apply_time",
    "create_time",
)
_TIME_IN_ID = re.compile(r"::\d+:(\d{10})(?::|$)")
_DIGITS = re.compile(r"[0-9]{1,10}")
_EARLIEST, _LATEST = 1_262_304_000, 10_000_000_000  # 2010, 2286: some samples of product messages lie outside
_UNREADABLE = "unreadable"


def _kind(tag: str) -> NoticeKind:
    if tag in _ORDER_TAGS:
        return NoticeKind.ORDER
    if tag in _CASE_TAGS:
        return NoticeKind.AFTERSALE
    return NoticeKind.PRODUCT if tag in _PRODUCT_TAGS else NoticeKind.OTHER


@frozen(kw_only=True)
class DouyinWebhook:
    r"""The webhook of an app: one address for all its shops, each notice with its own ``shop_id``.

    ``verifier`` replaces the check of ``event-sign``, should the platform sign your app's deliveries another way.

    ```python
    import hashlib
    from privdomain.platforms.douyin import DouyinWebhook

    webhook = DouyinWebhook(app_key="3409", app_secret="s3cret")
    body = b'[{"tag":"101","msg_id":"m1","data":"{\\"p_id\\":4933609365066313446,\\"shop_id\\":7}"}]'
    sign = hashlib.md5(b"3409" + body + b"s3cret").hexdigest()
    delivery = webhook.receive(headers={"app-id": "3409", "event-sign": sign}, query={}, body=body)
    assert [(one.kind, one.ref, one.shop_id) for one in delivery.notices] == [("order", "4933609365066313446", "7")]
    assert delivery.reply.body == b'{"code":0,"msg":"success"}'
    ```
    """

    app_key: str
    app_secret: str = field(repr=False)
    verifier: EventVerifier | None = None

    def receive(
        self,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str],  # noqa: ARG002  (this platform says nothing in it)
        body: bytes,
        at: datetime | None = None,  # noqa: ARG002  (a delivery carries no time that is signed)
    ) -> Delivery:
        """Verify and read one delivery.

        Raises:
            WebhookRefused: for anything that is not a readable delivery to this app, with the reply to give.
        """
        refusal: WebhookRefused | None = None
        try:
            messages = self._messages(lower_names(headers), body)
        except WebhookRefused as error:
            refusal = error
        else:
            notices = tuple(notice for message in messages for notice in self._notices(message))
            return Delivery(notices=notices, reply=WebhookReply(SUCCESS))
        # outside the handler: whoever logs it sees one error, with the platform's own reply
        raise WebhookRefused(refusal.reason, str(refusal), status=refusal.status, body=FAILURE)

    def _messages(self, headers: Mapping[str, str], body: bytes) -> list[object]:
        check_size(body)
        app_id = headers.get("app-id", "")
        if app_id and not same(self.app_key, app_id):
            raise WebhookRefused(
                "wrong_receiver", "the delivery is for another app (header app-id)", status=200
            )
        if not self._is_signed(headers, body):
            raise WebhookRefused(
                "signature", "event-sign is not the digest of these bytes with this app's secret", status=200
            )
        value = read_json(body)
        if isinstance(value, dict):
            return [value]  # one message where an array of them is meant
        if not isinstance(value, list):
            raise WebhookRefused(
                "malformed", "the body is neither an array of messages nor a message", status=400
            )
        return cast("list[object]", value)

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        if self.verifier is not None:
            return self.verifier(headers, body)
        ours = event_digest(app_key=self.app_key, app_secret=self.app_secret, body=body)
        return same(ours, headers.get("event-sign", "").lower())

    def _notices(self, message: object) -> Iterator[Notice]:
        """The notice of one message; none for the probe that is sent when the address is saved."""
        fields = _object(message)
        tag = fields.get("tag")
        tag = str(tag) if isinstance(tag, (str, int)) and not isinstance(tag, bool) else ""
        if tag == _PROBE:
            return
        told = fields.get("msg_id", fields.get("msgId"))
        key = str(told) if isinstance(told, (str, int)) and not isinstance(told, bool) and told else ""
        try:
            notice = self._notice(tag, key or _digest(message), _data(fields.get("data")))
        except ValidationError:
            notice = None
        if notice is None or not tag:
            notice = self._as_it_is(message)
        yield notice

    def _notice(self, tag: str, key: str, data: Json) -> Notice | None:
        if not tag:
            return None
        kind = _kind(tag)
        refs = (_id(data.get(name)) for name in _REFS[kind])
        return Notice(
            platform=PLATFORM,
            app_id=self.app_key,
            shop_id=_id(data.get("shop_id")),
            kind=kind,
            topic=tag,
            ref=next(filter(None, refs), ""),
            key=key,
            at=_time(data, key),
            raw=data,
        )

    def _as_it_is(self, message: object) -> Notice:
        return Notice(
            platform=PLATFORM,
            app_id=self.app_key,
            kind=NoticeKind.OTHER,
            topic=_UNREADABLE,
            key=_digest(message),
            raw={"message": message},
        )


def _object(value: object) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def _data(value: Any) -> Json:
    """``data`` as an object: it comes as one, or as text with one in it; anything else stays as it is."""
    if isinstance(value, str):
        try:
            value = read_json(value.encode("utf-8", "replace"))
        except WebhookRefused:
            return {"data": value}
    return cast("Json", value) if isinstance(value, dict) else {"data": value}


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    text = str(value)
    return "" if text == "0" else text[:128]


def _time(data: Json, key: str) -> datetime | None:
    found = [data.get(name) for name in _TIMES]
    in_id = _TIME_IN_ID.search(key)
    for value in (*found, in_id[1] if in_id else None):
        seconds = int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value
        if isinstance(seconds, int) and not isinstance(seconds, bool) and _EARLIEST <= seconds < _LATEST:
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _digest(message: object) -> str:
    text = json.dumps(message, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
