"""Operations on coupons, crowds, SMS and members. kuaishou.md §8"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Field

from privdomain.platforms._operation import NumberPaging, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.kuaishou._fields import DOCS, KuaishouOperation, KuaishouPart, KuaishouQuery, LongId
from privdomain.platforms.kuaishou.payloads._base import AnyReply, IdReply
from privdomain.platforms.kuaishou.payloads._promotion import (
    CouponPage,
    CouponReply,
    CrowdReply,
    MessageReply,
    VoucherReply,
)

__all__ = [
    "AddCouponStock",
    "CreateCoupon",
    "CreateCrowd",
    "DeleteCoupon",
    "EditCrowd",
    "EndCoupon",
    "GetCoupon",
    "GetCouponStatistic",
    "GetCrowd",
    "GetMember",
    "GetMerchantMember",
    "GetSmsResult",
    "ListCoupons",
    "PredictCrowd",
    "SendCoupon",
    "SendSms",
    "SendSmsBatch",
    "SendSmsToCrowd",
    "SmsEntry",
    "TagCondition",
    "TagOperator",
    "UpdateMemberBasics",
    "UpdateMemberLevels",
    "UpdateMemberPoints",
]

TagOperator: TypeAlias = Literal[
    "GT",
    "GE",
    "LT",
    "LE",
    "EQ",
    "NE",
    "IN",
    "NOT_IN",
    "LIKE",
    "BETWEEN",
    "L_BETWEEN",
    "BETWEEN_R",
    "L_BETWEEN_R",
]
"""How a tag is compared: BETWEEN is closed, L_… open on the left, …_R open on the right."""

_MEMBERS = "its fields are in no document we have read (会员通, since 2025-12)"
_MEMBER_FIELDS = ConfigDict(extra="allow")


class CreateCoupon(KuaishouOperation[CouponReply]):
    """A coupon; the same ``outer_unique_key`` makes it once. 创建优惠券

    ``coupon_target_type`` 0 items, 1 shop, 2 category, 3 everything; ``validity_type`` 1 a range, 2 a fixed time from
    receipt; a ``coupon_front_type`` of 10 (新粉) wants ``ext_info`` ``{"focusSecondTime": seconds}``.
    """

    path: ClassVar = "/open/promotion/coupon/create"
    page: ClassVar = DOCS.format("open.promotion.coupon.create")
    repeat: ClassVar = Repeat.WITH_KEY("outer_unique_key")
    unconfirmed: ClassVar = "whether reduceAmount is in 分 is said by no official page"
    outer_unique_key: str = Field(min_length=1, max_length=60)
    name: str
    coupon_target_type: int = Field(ge=0, le=3)
    item_ids: tuple[LongId, ...] | None = None
    threshold: int
    reduce_amount: int
    total_stock: int
    receive_per_limit: int
    receive_start_time: int
    receive_end_time: int
    validity_type: int = Field(ge=1, le=2)
    valid_start_time: int | None = None
    valid_end_time: int | None = None
    fixed_validity_time: int | None = None
    coupon_front_type: int | None = None
    ext_info: str | None = None
    receive_channel: str | None = None


class ListCoupons(KuaishouQuery[CouponPage]):
    """Coupons by page; ``coupon_target_type`` 0 items, 1 shop, 15 主播红包. 优惠券列表"""

    path: ClassVar = "/open/promotion/coupon/page/list"
    page: ClassVar = DOCS.format("open.promotion.coupon.page.list")
    paging: ClassVar = NumberPaging(items="coupons", sends="page_no", first=1, size="page_size")
    coupon_target_type: int
    page_no: int = Field(default=1, ge=1)
    page_size: int = Field(default=20, ge=1)
    seller_coupon_status: int | None = None


class SendCoupon(KuaishouOperation[VoucherReply]):
    """Give a coupon to a buyer; the same ``outer_id`` gives it once. 发放优惠券"""

    path: ClassVar = "/open/promotion/coupon/send"
    page: ClassVar = DOCS.format("open.promotion.coupon.send")
    repeat: ClassVar = Repeat.WITH_KEY("outer_id")
    coupon_config_id: LongId
    outer_id: str
    receive_channel: int | None = None
    user_open_id: str


class GetCoupon(KuaishouQuery[AnyReply]):
    """One coupon. 优惠券详情"""

    path: ClassVar = "/open/promotion/coupon/query"
    page: ClassVar = DOCS.format("open.promotion.coupon.query")
    coupon_id: LongId


class EndCoupon(KuaishouOperation[Done]):
    """Stop giving a coupon out. 结束优惠券"""

    path: ClassVar = "/open/promotion/coupon/over"
    page: ClassVar = DOCS.format("open.promotion.coupon.over")
    repeat: ClassVar = Repeat.ALWAYS
    coupon_id: tuple[LongId, ...]


class DeleteCoupon(KuaishouOperation[Done]):
    """Delete a coupon. 删除优惠券"""

    path: ClassVar = "/open/promotion/coupon/delete"
    page: ClassVar = DOCS.format("open.promotion.coupon.delete")
    repeat: ClassVar = Repeat.ALWAYS
    coupon_id: tuple[LongId, ...]


class AddCouponStock(KuaishouOperation[Done]):
    """More pieces of a coupon: a difference, so not to be repeated. 增加库存"""

    path: ClassVar = "/open/promotion/coupon/stock/add"
    page: ClassVar = DOCS.format("open.promotion.coupon.stock.add")
    coupon_id: LongId
    increment_num: int = Field(gt=0)


class GetCouponStatistic(KuaishouOperation[AnyReply]):
    """How a coupon was used; only reads, although by POST. 优惠券效果"""

    path: ClassVar = "/open/promotion/coupon/statistic"
    page: ClassVar = DOCS.format("open.promotion.coupon.statistic")
    repeat: ClassVar = Repeat.ALWAYS
    coupon_id: LongId


class TagCondition(KuaishouPart):
    """One condition of a crowd; values and times are text, also where they are numbers."""

    tag_name: str
    condition_operator: TagOperator
    value: tuple[str, ...]
    start_time: str | None = None
    end_time: str | None = None


class CreateCrowd(KuaishouOperation[IdReply]):
    """A crowd (人群包) of those who meet all conditions. Of the tags' names only seven are documented."""

    path: ClassVar = "/open/promotion/crowd/create"
    page: ClassVar = DOCS.format("open.promotion.crowd.create")
    crowd_name: str
    crowd_desc: str = ""
    tag_condition: tuple[TagCondition, ...] = Field(min_length=1)


class PredictCrowd(KuaishouOperation[AnyReply]):
    """How many a crowd would have; only reads, although by POST. 人群预估"""

    path: ClassVar = "/open/promotion/crowd/predict"
    page: ClassVar = DOCS.format("open.promotion.crowd.predict")
    repeat: ClassVar = Repeat.ALWAYS
    tag_condition: tuple[TagCondition, ...] = Field(min_length=1)


class GetCrowd(KuaishouQuery[CrowdReply]):
    """How far a crowd is, and how many are in it. 人群详情"""

    path: ClassVar = "/open/promotion/crowd/detail"
    page: ClassVar = DOCS.format("open.promotion.crowd.detail")
    crowd_id: LongId


class EditCrowd(KuaishouOperation[Done]):
    """Another name or description of a crowd. 编辑人群"""

    path: ClassVar = "/open/promotion/crowd/edit"
    page: ClassVar = DOCS.format("open.promotion.crowd.edit")
    repeat: ClassVar = Repeat.ALWAYS
    crowd_id: LongId
    crowd_name: str
    crowd_desc: str = ""


class SendSms(KuaishouOperation[MessageReply]):
    """One message; ``mobile`` is a number or an order's cipher of one, ``template_param`` JSON as text. 发送短信"""

    path: ClassVar = "/open/sms/send"
    page: ClassVar = DOCS.format("open.sms.send")
    sign_id: LongId
    template_id: LongId
    template_param: str
    mobile: str = Field(repr=False)
    extra: Annotated[str, Field(max_length=60)] | None = None


class SmsEntry(KuaishouPart):
    """One receiver of several."""

    mobile: str = Field(repr=False)
    extra: Annotated[str, Field(max_length=60)] | None = None


class SendSmsBatch(KuaishouOperation[MessageReply]):
    """One message to several. 批量发送短信"""

    path: ClassVar = "/open/sms/batch/send"
    page: ClassVar = DOCS.format("open.sms.batch.send")
    sign_id: LongId
    template_id: LongId
    template_param: str
    item_request: tuple[SmsEntry, ...] = Field(min_length=1)


class SendSmsToCrowd(KuaishouOperation[MessageReply]):
    """One message to a crowd. 人群短信"""

    path: ClassVar = "/open/sms/crowd/send"
    page: ClassVar = DOCS.format("open.sms.crowd.send")
    sign_id: LongId
    template_id: LongId
    template_param: str
    crowd_id: LongId
    extra: Annotated[str, Field(max_length=60)] | None = None


class GetSmsResult(KuaishouOperation[AnyReply]):
    """What became of messages; only reads, although by POST. 短信发送结果"""

    path: ClassVar = "/open/sms/send/result"
    page: ClassVar = DOCS.format("open.sms.send.result")
    repeat: ClassVar = Repeat.ALWAYS
    message_id: LongId | None = None
    start_time: int | None = None
    end_time: int | None = None
    page_num: int = Field(default=1, ge=1)
    page_size: int = Field(default=20, ge=1)


class GetMember(KuaishouQuery[AnyReply]):
    """A member (会员通); give the fields as the platform's page for your application lists them."""

    model_config = _MEMBER_FIELDS

    path: ClassVar = "/open/member/get/member/info"
    page: ClassVar = DOCS.format("open.member.get.member.info")
    unconfirmed: ClassVar = _MEMBERS


class GetMerchantMember(KuaishouQuery[AnyReply]):
    """A member, from the merchant's side (会员通)."""

    model_config = _MEMBER_FIELDS

    path: ClassVar = "/open/merchant/member/get/member/info"
    page: ClassVar = DOCS.format("open.merchant.member.get.member.info")
    unconfirmed: ClassVar = _MEMBERS


class UpdateMemberBasics(KuaishouOperation[AnyReply]):
    """Basic data of members (会员通)."""

    model_config = _MEMBER_FIELDS

    path: ClassVar = "/open/merchant/member/batch/update/basic"
    page: ClassVar = DOCS.format("open.merchant.member.batch.update.basic")
    unconfirmed: ClassVar = _MEMBERS


class UpdateMemberLevels(KuaishouOperation[AnyReply]):
    """Levels of members (会员通)."""

    model_config = _MEMBER_FIELDS

    path: ClassVar = "/open/merchant/member/batch/update/level"
    page: ClassVar = DOCS.format("open.merchant.member.batch.update.level")
    unconfirmed: ClassVar = _MEMBERS


class UpdateMemberPoints(KuaishouOperation[AnyReply]):
    """Points of members (会员通)."""

    model_config = _MEMBER_FIELDS

    path: ClassVar = "/open/merchant/member/batch/update/point"
    page: ClassVar = DOCS.format("open.merchant.member.batch.update.point")
    unconfirmed: ClassVar = _MEMBERS
