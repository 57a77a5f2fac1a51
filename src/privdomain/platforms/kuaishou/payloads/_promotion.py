"""What the coupon, crowd and SMS APIs answer. kuaishou.md §8"""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import Json, OptionalId, Whole
from privdomain.platforms.kuaishou._fields import KuaishouPayload

__all__ = [
    "CouponPage",
    "CouponPageData",
    "CouponPayload",
    "CouponReply",
    "CrowdDetail",
    "CrowdReply",
    "MessageReply",
    "VoucherReply",
]


class CouponReply(KuaishouPayload):
    """The answer of open.promotion.coupon.create: the coupon, in ``data`` or beside it."""

    data: Json = Field(default_factory=dict)
    coupon_id: OptionalId = ""


class CouponPayload(KuaishouPayload):
    """One coupon: 1 有效, 2 结束, 3 删除, 4 过期, 5 死亡."""

    coupon_id: OptionalId = ""
    name: str = ""
    status: Whole = 0


class CouponPageData(KuaishouPayload):
    """A page of coupons."""

    marketing_open_coupon: tuple[CouponPayload, ...] = ()
    total_count: Whole = 0


class CouponPage(KuaishouPayload):
    """The answer of open.promotion.coupon.page.list."""

    data: CouponPageData = Field(default_factory=CouponPageData)

    @property
    def coupons(self) -> tuple[CouponPayload, ...]:
        """The coupons."""
        return self.data.marketing_open_coupon

    @property
    def total(self) -> int:
        """How many there are in all."""
        return self.data.total_count


class VoucherReply(KuaishouPayload):
    """The answer of open.promotion.coupon.send: what the buyer got, in ``data`` or beside it."""

    data: Json = Field(default_factory=dict)
    voucher_id: OptionalId = ""


class CrowdDetail(KuaishouPayload):
    """A crowd: 1 更新中, 2 完成, 3 计算中, 4 失败; ``user_num`` is a number as text."""

    update_status: Whole = 0
    user_num: str = ""
    expire: OptionalId = ""


class CrowdReply(KuaishouPayload):
    """The answer of open.promotion.crowd.detail."""

    data: CrowdDetail


class MessageReply(KuaishouPayload):
    """The answer of the SMS APIs; ``message_id`` stands beside ``data``."""

    message_id: OptionalId = ""
    data: Json = Field(default_factory=dict)
