"""Coupons (优惠券). Buyers take them inside WeChat; there is no call that gives one to somebody. wechat.md §8"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Limits, Operation, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.wechat_shop.operations._common import API, READ, Part
from privdomain.platforms.wechat_shop.payloads import (
    CouponCreated,
    CouponReply,
    Coupons,
    UserCouponReply,
    UserCoupons,
)

__all__ = [
    "CouponCondition",
    "CouponDiscount",
    "CouponPromotion",
    "CouponReceive",
    "CouponValidity",
    "CreateCoupon",
    "GetCoupon",
    "GetUserCoupon",
    "ListCoupons",
    "ListUserCoupons",
    "SetCouponStatus",
]


class CouponCondition(Part):
    """What must be bought for a coupon to count: pieces, an amount in 分, some products."""

    product_cnt: int | None = Field(default=None, ge=1)
    product_price: int | None = Field(default=None, ge=0)
    product_ids: tuple[str, ...] | None = None


class CouponDiscount(Part):
    """What a coupon takes off.

    ``discount_num`` is 折 × 1000: 5.1 折 is 5100, and a price is multiplied by ``discount_num / 10000``.
    ``discount_fee`` is an amount in 分.
    """

    discount_num: int | None = Field(default=None, ge=1000, le=10_000)
    discount_fee: int | None = Field(default=None, ge=0)
    discount_condition: CouponCondition | None = None


class CouponPromotion(Part):
    """Where it is shown: 1 in the shop, 9 to members, 10 as a gift for joining."""

    promote_type: int


class CouponReceive(Part):
    """When it can be taken, by how many, how often by one."""

    start_time: int
    end_time: int
    limit_num_one_person: int = Field(ge=1)
    total_num: int = Field(ge=1)


class CouponValidity(Part):
    """When it counts: ``valid_type`` 1 from one second to another, 2 some days from when it was taken."""

    valid_type: int
    valid_day_num: int | None = None
    start_time: int | None = None
    end_time: int | None = None


class CreateCoupon(Operation[CouponCreated]):
    """Make a coupon. 创建优惠券

    ``type`` 1–4 are for products (a discount from a number of pieces on, an amount off from an amount on, a discount,
    an amount off), 101–104 the same for the whole shop.
    """

    path: ClassVar = "/channels/ec/coupon/create"
    page: ClassVar = f"{API}/coupon/create.html {READ}"
    repeat: ClassVar = Repeat.NEVER
    type: int
    name: str
    discount_info: CouponDiscount
    promote_info: CouponPromotion
    receive_info: CouponReceive
    valid_info: CouponValidity


class SetCouponStatus(Operation[Done]):
    """Let a coupon take effect (2), or make it void (4). 更新优惠券状态"""

    path: ClassVar = "/channels/ec/coupon/update_status"
    page: ClassVar = f"{API}/coupon/update_status.html (wechat.md §8) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    coupon_id: str
    status: int


class GetCoupon(Operation[CouponReply]):
    """One coupon, and how many of it are left. 优惠券详情"""

    path: ClassVar = "/channels/ec/coupon/get"
    page: ClassVar = f"{API}/coupon/get.html (wechat.md §8) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    coupon_id: str


class ListCoupons(Operation[Coupons]):
    """Ids of coupons; the context of a page asks for the one behind it. 优惠券列表"""

    path: ClassVar = "/channels/ec/coupon/get_list"
    page: ClassVar = f"{API}/coupon/get_list.html (wechat.md §8) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="coupons", sends="page_ctx", receives="page_ctx", counts="page_no")
    limits: ClassVar = Limits(page_size=200)
    status: int | None = None
    page_no: int = Field(default=1, ge=1, serialization_alias="page")
    page_size: int = Field(default=200, ge=1, le=200)
    page_ctx: str = ""


class ListUserCoupons(Operation[UserCoupons]):
    """A buyer's coupons: ``status`` 100 valid, 101 expired, 102 used. 用户优惠券列表"""

    path: ClassVar = "/channels/ec/coupon/get_user_coupon_list"
    page: ClassVar = f"{API}/coupon/get_user_coupon_list.html (wechat.md §8) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(
        items="user_coupon_list", sends="page_ctx", receives="page_ctx", counts="page_no"
    )
    limits: ClassVar = Limits(page_size=200)
    openid: str
    status: int | None = None
    page_no: int = Field(default=1, ge=1, serialization_alias="page")
    page_size: int = Field(default=200, ge=1, le=200)
    page_ctx: str = ""


class GetUserCoupon(Operation[UserCouponReply]):
    """One coupon of one buyer, and the order it was used on. 用户优惠券详情"""

    path: ClassVar = "/channels/ec/coupon/get_user_coupon"
    page: ClassVar = f"{API}/coupon/get_user_coupon.html (wechat.md §8) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    openid: str
    user_coupon_id: str
