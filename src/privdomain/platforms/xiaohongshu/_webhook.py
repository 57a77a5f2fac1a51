"""小红书's message push (消息推送): verified, taken apart into notices, answered to the byte.

Two things to know. The signature covers the path, the application, the time and the query, and **not the body**:
whoever has seen one delivery can send another body with its headers until the time has passed. A notice is therefore
a hint to read the object again, and never a fact. And how it is made comes from a third party's implementation and a
note cited second-hand: partly unconfirmed, which is why the path is an argument. Source: xiaohongshu-and-cps.md A6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from attrs import field, frozen

from privdomain.calendar import Clock, SystemClock
from privdomain.errors import ArgumentError, WebhookRefused
from privdomain.models import Notice, NoticeKind
from privdomain.platforms._payload import Json
from privdomain.platforms._webhooks import (
    Delivery,
    WebhookReply,
    check_size,
    lower_names,
    read_json,
    same,
)
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._values import from_millis

__all__ = ["UNREADABLE", "XiaohongshuWebhook", "message_sign"]

_REPLY = WebhookReply(b'{"success":true,"error_code":0,"error_msg":""}')
_TOLERANCE = timedelta(minutes=10)
_LONGEST_ID = 128
_FIRST_MILLIS, _LAST_MILLIS = 100_000_000_000, 10_000_000_000_000

UNREADABLE = "unreadable"
"""The topic of an element that is no message: it is handed over as a notice of its own, and nothing else is lost."""

# by the beginning of the tag: what it is about, and the names under which its object may stand
_TOPICS: tuple[tuple[str, NoticeKind, tuple[str, ...]], ...] = (
    ("msg_fulfillment_", NoticeKind.ORDER, ("orderId",)),
    ("msg_after_sale_", NoticeKind.AFTERSALE, ("returnsId",)),
    ("msg_sku_", NoticeKind.PRODUCT, ("itemId", "skuId")),
    ("msg_item_", NoticeKind.PRODUCT, ("itemId", "skuId")),
)
_ANY_ID = ("orderId", "returnsId", "itemId", "skuId", "supplyOrderId")


def message_sign(
    path: str, *, app_key: str, timestamp: str, query: Mapping[str, str], app_secret: str
) -> str:
    """The signature of a delivery: md5 over the path, and application, time and query in the order of their names.

    ```python
    from privdomain.platforms.xiaohongshu._webhook import message_sign

    one = message_sign("/xhs", app_key="a1", timestamp="1612518379", query={"shop": "7"}, app_secret="s")
    assert len(one) == 32 and one == one.lower()
    ```
    """
    parts = [f"{name}={value}" for name, value in query.items()]
    parts += [f"app-key={app_key}", f"timestamp={timestamp}"]
    text = f"{path}?{'&'.join(sorted(parts))}{app_secret}"
    return hashlib.md5(text.encode(errors="replace"), usedforsecurity=False).hexdigest()


@frozen(kw_only=True)
class XiaohongshuWebhook:
    r"""Reads the messages of one application.

    ``path`` is the path of your address as the platform sees it: behind a proxy that rewrites paths, not the one your
    framework sees. ``tolerance`` is how far a delivery's time may lie from ours.

    ```python
    from datetime import UTC, datetime
    from privdomain.platforms.xiaohongshu import XiaohongshuWebhook
    from privdomain.platforms.xiaohongshu._webhook import message_sign

    webhook = XiaohongshuWebhook(app_id="a1", app_secret="s3cret", path="/xhs")
    at = datetime(2026, 11, 11, tzinfo=UTC)
    stamp = str(int(at.timestamp()))
    headers = {
        "app-key": "a1", "timestamp": stamp,
        "sign": message_sign("/xhs", app_key="a1", timestamp=stamp, query={}, app_secret="s3cret"),
    }
    body = b'[{"msgTag":"msg_fulfillment_status_change","sellerId":"s1","data":"{\\"orderId\\":\\"P1\\"}"}]'
    delivery = webhook.receive(headers=headers, query={}, body=body, at=at)
    assert delivery.notices[0].ref == "P1" and delivery.notices[0].shop_id == "s1"
    ```

    Raises:
        ArgumentError: for a path that is none.
    """

    app_id: str
    app_secret: str = field(repr=False)
    path: str
    tolerance: timedelta = _TOLERANCE
    clock: Clock = field(factory=SystemClock, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.path.startswith("/") or "?" in self.path:
            raise ArgumentError(
                f"path={self.path!r}; expected a path without a query, such as '/xiaohongshu'"
            )

    def receive(
        self, *, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, at: datetime | None = None
    ) -> Delivery:
        """Verify and parse one call; ``at`` is the present moment, by default the clock's.

        Raises:
            WebhookRefused: for another application's, a wrong signature, an old time, and a body that is no list.
        """
        check_size(body)
        self._verify(lower_names(headers), query, at=at or self.clock.now())
        elements = read_json(body)
        if not isinstance(elements, list):
            raise WebhookRefused("malformed", "the body is no list of messages", status=400)
        notices: dict[tuple[str, str], Notice] = {}
        for notice in self._notices(cast("list[object]", elements)):
            notices.setdefault((notice.shop_id, notice.key), notice)
        return Delivery(notices=tuple(notices.values()), reply=_REPLY)

    def _verify(self, headers: Mapping[str, str], query: Mapping[str, str], *, at: datetime) -> None:
        app_key, stamp, theirs = (headers.get(name, "") for name in ("app-key", "timestamp", "sign"))
        ours = message_sign(
            self.path, app_key=app_key, timestamp=stamp, query=query, app_secret=self.app_secret
        )
        if not same(ours, theirs.lower()):
            raise WebhookRefused("signature", "the signature is not that of the platform for this path")
        if not same(app_key, self.app_id):
            raise WebhookRefused("wrong_receiver", "the message is for another application")
        sent = _moment(stamp)
        if sent is None or abs(at.astimezone(UTC) - sent) > self.tolerance:
            raise WebhookRefused(
                "replayed", f"the message's time is more than {self.tolerance} away from ours"
            )

    def _notices(self, elements: list[object]) -> Iterator[Notice]:
        for element in elements:
            try:
                yield self._notice(element)
            except ValueError:  # a field of a wrong form; pydantic's is one, too
                yield self._unreadable(element)

    def _notice(self, element: object) -> Notice:
        fields = _object(element)
        tag, seller, data = fields.get("msgTag"), fields.get("sellerId"), fields.get("data")
        if not isinstance(tag, str) or not isinstance(seller, str | int) or isinstance(seller, bool):
            raise ValueError("no message")  # noqa: TRY004  (told apart by nobody)
        told = _data(data)
        if (
            "requestFrom" not in told and "request_from" in told
        ):  # one name in the document, the other in an SDK
            told = told | {"requestFrom": told["request_from"]}
        kind, names = next(
            ((kind, names) for start, kind, names in _TOPICS if tag.startswith(start)),
            (NoticeKind.OTHER, _ANY_ID),
        )
        ref = next((found for name in names if (found := _id(told.get(name)))), "")
        updated = told.get("updateTime")
        known = ref and isinstance(updated, int | str) and not isinstance(updated, bool)
        last = str(updated) if known else _digest(data)
        key = f"{tag}:{ref}:{last}"
        return Notice(
            platform=PLATFORM,
            shop_id=str(seller),
            app_id=self.app_id,
            kind=kind,
            topic=tag,
            ref=ref,
            key=key if len(key) <= _LONGEST_ID else _digest(key),
            at=_moment(updated),
            raw={"msgTag": tag, "sellerId": str(seller), "data": told},
        )

    def _unreadable(self, element: object) -> Notice:
        return Notice(
            platform=PLATFORM,
            app_id=self.app_id,
            kind=NoticeKind.OTHER,
            topic=UNREADABLE,
            key=f"{UNREADABLE}:{_digest(element)}",
            raw={"element": element},
        )


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004  (told apart by nobody)
    return cast("Json", value)


def _data(data: object) -> dict[str, Any]:
    """The message itself: JSON inside a text, or an object where somebody has unpacked it on the way."""
    if not isinstance(data, str):
        return _object(data)
    try:
        return _object(read_json(data.encode(errors="replace")))
    except WebhookRefused:
        pass
    raise ValueError("no JSON")


def _id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _moment(value: object) -> datetime | None:
    """A moment in seconds or milliseconds, told apart by size; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return None
    millis = value if value >= _FIRST_MILLIS else value * 1000
    return from_millis(millis) if millis < _LAST_MILLIS else None


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode(errors="replace")).hexdigest()[:40]
