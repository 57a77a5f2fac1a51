"""Coupons. wechat.md §8"""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, UnixTime, Whole

__all__ = [
    "CouponCreated",
    "CouponId",
    "CouponPayload",
    "CouponReply",
    "CouponStock",
    "Coupons",
    "UserCouponExt",
    "UserCouponId",
    "UserCouponPayload",
    "UserCouponReply",
    "UserCoupons",
]


class CouponId(Payload):
    """A coupon in a list, or one just made."""

    coupon_id: IdText


class CouponCreated(Payload):
    """The answer of coupon/create."""

    data: CouponId


class CouponStock(Payload):
    """How many: ``issued_num`` is, against its name, how many are left to be taken."""

    issued_num: Whole = 0
    receive_num: Whole = 0
    used_num: Whole = 0


class CouponPayload(Payload):
    """One coupon: ``status`` 1 made, 2 in effect, 4 void, 5 deleted."""

    coupon_id: IdText
    type: Whole = 0
    status: Whole = 0
    stock_info: CouponStock = Field(default_factory=CouponStock)
    create_time: UnixTime = 0
    update_time: UnixTime = 0


class CouponReply(Payload):
    """The answer of coupon/get."""

    coupon: CouponPayload


class Coupons(Payload):
    """The answer of coupon/get_list."""

    coupons: tuple[CouponId, ...] = ()
    total_num: Whole = 0
    page_ctx: str = ""


class UserCouponId(CouponId):
    """A coupon that a buyer has taken."""

    user_coupon_id: IdText


class UserCoupons(Payload):
    """The answer of coupon/get_user_coupon_list."""

    user_coupon_list: tuple[UserCouponId, ...] = ()
    total_num: Whole = 0
    page_ctx: str = ""


class UserCouponExt(Payload):
    """When it was used."""

    use_time: UnixTime = 0


class UserCouponPayload(UserCouponId):
    """One coupon of one buyer; the order and what it took off (分) once it is used."""

    status: Whole = 0
    create_time: UnixTime = 0
    update_time: UnixTime = 0
    start_time: UnixTime = 0
    end_time: UnixTime = 0
    ext_info: UserCouponExt = Field(default_factory=UserCouponExt)
    order_id: OptionalId = ""
    discount_fee: Minor = 0


class UserCouponReply(Payload):
    """The answer of coupon/get_user_coupon."""

    openid: OptionalId = ""
    unionid: OptionalId = ""
    user_coupon: UserCouponPayload
