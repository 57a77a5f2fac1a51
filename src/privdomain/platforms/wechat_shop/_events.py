"""The events of 微信小店 as data: what each is about, and where it says so. wechat.md §14.

Source: the message pages of developers.weixin.qq.com/doc/channels/API and doc/store/shop, as wechat.md §14 has them
(read 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from attrs import frozen

from privdomain.errors import WebhookRefused
from privdomain.models import Notice, NoticeKind
from privdomain.platforms._payload import Json
from privdomain.platforms._wechat_messages import content_digest
from privdomain.platforms.wechat_shop.mapping import PLATFORM

__all__ = ["EVENTS", "EventRule", "moment_of", "notice_of"]

_WORD = re.compile(r"[^\x00-\x1f\x7f]{1,128}")


@frozen
class EventRule:
    """One event: what it is about, under which keys its content may lie, and which of its members names the object.

    Without ``under`` the content lies beside the envelope.
    """

    kind: NoticeKind
    under: tuple[str, ...] = ()
    ref: tuple[str, ...] = ()


_ORDER = EventRule(NoticeKind.ORDER, ("order_info",), ("order_id",))
_COUPON = EventRule(NoticeKind.COUPON, ("coupon_info",), ("coupon_id",))
_USED = EventRule(
    # the key is told in two ways (unconfirmed), so every one that has been seen is taken
    NoticeKind.COUPON,
    ("use_info", "unuse_info", "user_info", "user_coupon_info"),
    ("user_coupon_id", "coupon_id"),
)
_MEMBER = EventRule(NoticeKind.MEMBER, ("user_info", "exchange_info", "info"), ("openid", "outer_userid"))
_FUNDS = NoticeKind.SETTLEMENT

EVENTS: Mapping[str, EventRule] = {
    "channels_ec_order_new": _ORDER,
    "channels_ec_order_cancel": _ORDER,
    "channels_ec_order_pay": _ORDER,
    "channels_ec_order_wait_shipping": _ORDER,
    "channels_ec_order_deliver": _ORDER,
    "channels_ec_order_confirm": _ORDER,
    "channels_ec_order_settle": _ORDER,
    "channels_ec_order_ext_info_update": _ORDER,
    "product_order_status_update": EventRule(NoticeKind.ORDER, ("ProductOrderStatusUpdate",), ("order_id",)),
    "dropship_order_new": EventRule(NoticeKind.ORDER),
    "dropship_order_cancel": EventRule(NoticeKind.ORDER),
    "dropship_order_update": EventRule(NoticeKind.ORDER),
    "cooperation_shop_order": EventRule(NoticeKind.ORDER),
    "ewaybill_push_path": EventRule(NoticeKind.ORDER),
    "channels_ec_aftersale_update": EventRule(
        NoticeKind.AFTERSALE, ("finder_shop_aftersale_status_update",), ("after_sale_order_id",)
    ),
    "channels_ec_present_aftersale_update": EventRule(
        NoticeKind.AFTERSALE, ("finder_shop_present_aftersale_status_update",), ("after_sale_order_id",)
    ),
    "channels_ec_complaint_update": EventRule(
        NoticeKind.AFTERSALE, ("finder_shop_complaint",), ("after_sale_order_id", "complaint_id")
    ),
    "channels_ec_guarantee_update": EventRule(
        NoticeKind.AFTERSALE, ("finder_shop_guarantee_status_update",), ("guarantee_order_id",)
    ),
    "channels_ec_coupon_receive": EventRule(
        NoticeKind.COUPON, ("receive_info",), ("user_coupon_id", "coupon_id")
    ),
    "channels_ec_coupon_create": _COUPON,
    "channels_ec_coupon_delete": _COUPON,
    "channels_ec_coupon_expire": _COUPON,
    "channels_ec_coupon_info_change": _COUPON,
    "channels_ec_coupon_invalid": _COUPON,
    "channels_ec_user_coupon_expire": _USED,
    "channels_ec_user_coupon_use": _USED,
    "channels_ec_user_coupon_unuse": _USED,
    "channels_ec_voucher_send_succ": EventRule(NoticeKind.COUPON),
    "product_spu_listing": EventRule(NoticeKind.PRODUCT, ("ProductSpuListing",), ("product_id",)),
    "product_spu_audit": EventRule(NoticeKind.PRODUCT, ("ProductSpuAudit",), ("product_id",)),
    "product_spu_update": EventRule(NoticeKind.PRODUCT, ("ProductSpuUpdate",), ("product_id",)),
    "product_category_audit": EventRule(NoticeKind.PRODUCT, ("ProductCategoryAudit",), ("audit_id",)),
    "channels_ec_brand": EventRule(NoticeKind.PRODUCT, ("BrandEvent",), ("brand_id",)),
    "channels_ec_stock_no_enough": EventRule(NoticeKind.PRODUCT, ref=("product_id",)),
    "head_supplier_item_update": EventRule(NoticeKind.PRODUCT, ("item_info",), ("product_id",)),
    "channels_ec_vip_join": _MEMBER,
    "channels_ec_vip_close": _MEMBER,
    "channels_ec_vip_grade_info_update": _MEMBER,
    "channels_ec_vip_score_update": _MEMBER,
    "channels_ec_vip_score_exchange": _MEMBER,
    "channels_ec_vip_user_info_get": _MEMBER,
    "channels_ec_vip_user_auto_add": _MEMBER,
    "channels_ec_acct_notify": EventRule(_FUNDS, ("account_info",)),
    "channels_ec_withdraw_notify": EventRule(_FUNDS, ("withdraw_info",), ("withdraw_id",)),
    "qrcode_status": EventRule(_FUNDS),
    "channels_ec_sharer_change": EventRule(NoticeKind.OTHER, ref=("openid",)),
    "channels_ec_close_store": EventRule(NoticeKind.OTHER, ("close_info",), ("appid",)),
    "set_shop_nickname": EventRule(NoticeKind.OTHER),
    "user_enter_tempsession": EventRule(NoticeKind.OTHER),
    "api_diff": EventRule(NoticeKind.OTHER),
}
"""Every event of the reference; one that is not here survives as `NoticeKind.OTHER`."""

_UNKNOWN = EventRule(NoticeKind.OTHER)


def notice_of(message: Json, *, app_id: str, shop_id: str) -> Notice:
    """A message as a notice.

    Its key is made of event, object, second, sender and content, so that the platform's repetitions have the same
    one, and two things about one object in one second have not.

    Raises:
        WebhookRefused: ``malformed``, for a message that does not say what it is.
    """
    topic = _word(message.get("Event")) or _word(message.get("MsgType"))
    if not topic:
        raise WebhookRefused("malformed", "the message has neither an Event nor a MsgType", status=400)
    rule = EVENTS.get(topic, _UNKNOWN)
    content = _content(message, rule)
    ref = next((word for name in rule.ref if (word := _word(content.get(name)))), "")
    return Notice(
        platform=PLATFORM,
        shop_id=shop_id,
        app_id=app_id,
        kind=rule.kind,
        topic=topic,
        ref=ref,
        key=_key(message, topic=topic, ref=ref),
        at=moment_of(message.get("CreateTime")),
        raw=message,
    )


def _content(message: Json, rule: EventRule) -> Json:
    for name in rule.under:
        inner = message.get(name)
        if isinstance(inner, dict):
            return cast("Json", inner)
    return message


def _word(value: Any) -> str:
    """A short text without control characters; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    if value.isascii() and value.isprintable():  # nearly every word; an expression costs more
        return value if len(value) <= 128 else ""
    return value if _WORD.fullmatch(value) else ""


def moment_of(value: Any) -> datetime | None:
    """Unix seconds, as a number or as text; None where it is neither."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit()) or not 0 < int(text[:12]) < 10_000_000_000:
        return None
    return datetime.fromtimestamp(int(text[:12]), UTC)


def _key(message: Json, *, topic: str, ref: str) -> str:
    digest = content_digest(message)
    key = f"{topic}:{ref}:{digest}"
    return key if len(key) <= 128 else f"{topic[:64]}:{digest}"
