"""The shop's account, coupons, card codes, text messages and scores. douyin.md A8."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from privdomain.platforms._operation import Limits, NumberPaging, Repeat
from privdomain.platforms._payload import IdText, Json, Minor, OptionalId, Payload, Whole
from privdomain.platforms.douyin.operations._base import DouyinOperation, Part, Seconds
from privdomain.platforms.douyin.operations.orders import Open

__all__ = [
    "AccountFlow",
    "AccountItem",
    "BatchSendSms",
    "CardCodes",
    "ExperienceScore",
    "GetShopScore",
    "ListAccountItems",
    "ListCardCodes",
    "ListShopCoupons",
    "ListSmsResults",
    "QueryActivities",
    "SendSms",
    "SettleBill",
    "SettleBillItems",
    "ShopCoupon",
    "ShopCoupons",
    "ShopScore",
    "SmsMessage",
    "SmsReply",
    "SmsResult",
    "SmsResults",
    "SmsSent",
]

_READ = "(read 2026-11-24)"
_MOMENT = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"


class AccountItem(Payload):
    """One movement of the account; ``fund_flow`` 0 is in, 1 out. Amounts are 分."""

    account_trade_no: OptionalId = ""
    bill_time: str = ""
    fund_flow: Whole
    account_amount: Whole
    account_bill_desc: str = ""
    account_bill_desc_tag: Whole = 0
    biz_type: Whole = 0
    order_id: OptionalId = ""
    shop_order_id: OptionalId = ""
    after_sale_service_no: OptionalId = ""
    pay_amount: Whole = 0
    promotion_amount: Whole = 0
    author_coupon_subsidy: Whole = 0
    refund_amount: Whole = 0
    platform_service_fee: Whole = 0
    commission: Whole = 0
    channel_fee: Whole = 0
    colonel_service_fee: Whole = 0
    channel_promotion_fee: Whole = 0
    other_sharing_amount: Whole = 0
    remark: str = ""


class AccountFlow(Payload):
    """A page of movements, as they came, and the two halves of the cursor that asks for the next."""

    data: tuple[Json, ...] = ()
    next_start_index: OptionalId = ""
    next_start_time: str = ""
    is_end: Whole = 0


class ListAccountItems(DouyinOperation[AccountFlow]):
    """Movements of the shop's account (资金流水), a day later. Times are text in Beijing time.

    The next page takes ``next_start_index`` as ``start_index`` *and* ``next_start_time`` as ``start_time``, until
    ``is_end`` is 1.
    """

    path: ClassVar = "/order/getShopAccountItem"
    page: ClassVar = f"op.jinritemai.com order.getShopAccountItem, douyin.md A8 [S1 S6 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(page_size=1000, per_second=100)
    inner_success: ClassVar = frozenset({"100000"})
    start_time: str | None = Field(default=None, pattern=_MOMENT)
    end_time: str | None = Field(default=None, pattern=_MOMENT)
    order_id: str | None = None
    size: int = Field(default=100, ge=1, le=1000)
    account_type: int | None = None
    biz_type: int | None = None
    time_type: Literal[0, 1] | None = None
    start_index: str | None = None


class SettleBillItems(Payload):
    """A page of settled lines, as they came, and the two halves of the cursor."""

    data: tuple[Json, ...] = ()
    next_start_index: OptionalId = ""
    next_start_time: str = ""
    is_end: Whole = 0


class SettleBill(DouyinOperation[SettleBillItems]):
    """What each line was settled with (结算账单明细); the same two-part cursor as `ListAccountItems`."""

    path: ClassVar = "/order/getSettleBillDetailV3"
    page: ClassVar = f"op.jinritemai.com order.getSettleBillDetailV3, douyin.md A8 [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(page_size=1000)
    inner_success: ClassVar = frozenset({"100000"})
    start_time: str | None = Field(default=None, pattern=_MOMENT)
    end_time: str | None = Field(default=None, pattern=_MOMENT)
    order_id: str | None = None
    product_id: str | None = None
    size: int = Field(default=100, ge=1, le=1000)
    time_type: str | None = None
    start_index: str | None = None


class ShopCoupon(Payload):
    """A coupon of the shop: ``sub_type`` 1 off from a threshold, 2 off at once, 3 a rate (85 for 8.5 折)."""

    coupon_id: IdText
    coupon_name: str = ""
    status: Whole = 0
    coupon_type: Whole = 0
    sub_type: Whole = 0
    discount: Whole = 0
    threshold: Minor = 0
    credit: Minor = 0
    start_apply_time: Whole = 0
    end_apply_time: Whole = 0
    total_amount: Whole = 0
    used_amount: Whole = 0
    left_amount: Whole = 0


class ShopCoupons(Payload):
    """A page of coupons."""

    coupon_list: tuple[ShopCoupon, ...] = ()
    total: Whole = 0


class ListShopCoupons(DouyinOperation[ShopCoupons]):
    """The shop's coupons, with the scene package only. Pages count from 0.

    ``status`` 1 is not yet, 2 now, 3 over, 4 withdrawn. The platform spells the name ``conpon_name``.
    """

    path: ClassVar = "/marketing/queryShopCouponList"
    page: ClassVar = f"op.jinritemai.com marketing.queryShopCouponList, douyin.md A8 [S6 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="coupon_list", sends="page_no", size="page_size")
    limits: ClassVar = Limits(page_size=20)
    page_no: int = Field(default=0, ge=0)
    page_size: int = Field(default=20, ge=1, le=20)
    status: int = 0
    coupon_type: int = 0
    content_type: int = 0
    coupon_id: str | None = None
    coupon_name: str | None = Field(default=None, serialization_alias="conpon_name")


class QueryActivities(DouyinOperation[Open]):
    """Marketing activities, with the scene package only."""

    path: ClassVar = "/marketing/pageQueryActivity"
    page: ClassVar = f"op.jinritemai.com marketing.pageQueryActivity, douyin.md A8 [S6] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = "neither its parameters nor its answer are known"
    page_no: int = Field(default=0, ge=0)
    page_size: int = Field(default=20, ge=1, le=20)


class CardCodes(Payload):
    """Card codes, as they came."""

    model_config = Payload.model_config | {"extra": "allow"}


class ListCardCodes(DouyinOperation[CardCodes]):
    """Card codes (电子凭证) of an order, which are not the shop's coupons."""

    path: ClassVar = "/coupons/list"
    page: ClassVar = f"op.jinritemai.com coupons.list, douyin.md A8 [S1] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = "its parameters are not known"
    order_id: str = Field(min_length=1)


class SmsReply(Payload):
    """One message on its way."""

    message_id: OptionalId = ""


class SendSms(DouyinOperation[SmsReply]):
    """Send one text message; ``post_tel`` is a number or the cipher of one, ``template_param`` JSON as text."""

    path: ClassVar = "/sms/send"
    page: ClassVar = f"op.jinritemai.com sms.send, douyin.md A8 [S1 S7] {_READ}"
    inner_success: ClassVar = frozenset({"0"})
    sms_account: str = Field(min_length=1)
    sign: str = Field(min_length=1)
    template_id: str = Field(min_length=1)
    template_param: str = Field(repr=False)
    post_tel: str | None = Field(default=None, repr=False)
    tag: str | None = Field(default=None, max_length=512)
    user_ext_code: str | None = None
    douyin_open_id: str | None = None
    outbound_id: str | None = None
    link_id: str | None = None


class SmsMessage(Part):
    """One of many messages."""

    post_tel: str = Field(min_length=1, repr=False)
    template_param: str = Field(repr=False)


class SmsResult(Payload):
    """What became of one of them: 0 for sent."""

    code: Whole = 0
    message: str = ""
    message_id: OptionalId = ""


class SmsSent(Payload):
    """What became of each, in the order they were sent in."""

    send_result_list: tuple[SmsResult, ...] = ()


class BatchSendSms(DouyinOperation[SmsSent]):
    """Send one template to up to 20 numbers, each with its own words and its own result."""

    path: ClassVar = "/sms/batchSend"
    page: ClassVar = f"op.jinritemai.com sms.batchSend, douyin.md A8 [S1 S7] {_READ}"
    limits: ClassVar = Limits(items=20)
    sms_account: str = Field(min_length=1)
    sign: str = Field(min_length=1)
    template_id: str = Field(min_length=1)
    sms_message_list: tuple[SmsMessage, ...] = Field(min_length=1, max_length=20)
    tag: str | None = Field(default=None, max_length=512)
    user_ext_code: str | None = None


class SmsResults(Payload):
    """A page of receipts, as they came; ``status`` 1 no receipt yet, 2 failed, 3 delivered."""

    sms_send_result_list: tuple[Json, ...] = ()
    total: Whole = 0


class ListSmsResults(DouyinOperation[SmsResults]):
    """What became of messages. Pages count from 0."""

    path: ClassVar = "/sms/sendResult"
    page: ClassVar = f"op.jinritemai.com sms.sendResult, douyin.md A8 [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="sms_send_result_list", sends="page_number")
    from_time: Seconds
    to_time: Seconds
    sms_account: str = Field(min_length=1)
    template_id: str | None = None
    status: Literal[1, 2, 3] | None = None
    page_number: int = Field(default=0, ge=0, serialization_alias="page")
    size: int = Field(default=10, ge=1)


class ShopScore(Payload):
    """The shop's scores, as the platform writes them."""

    shop_id: OptionalId = ""
    shop_name: str = ""
    shop_score: OptionalId = ""
    product_score: OptionalId = ""
    logistics_score: OptionalId = ""
    service_score: OptionalId = ""


class GetShopScore(DouyinOperation[ShopScore]):
    """The shop's scores (店铺评分)."""

    path: ClassVar = "/shop/reputation"
    page: ClassVar = f"op.jinritemai.com shop.reputation, douyin.md A8 [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS


class ExperienceScore(DouyinOperation[Open]):
    """The shop's experience score (体验分)."""

    path: ClassVar = "/shop/getExperienceScore"
    page: ClassVar = f"op.jinritemai.com shop.getExperienceScore, douyin.md A8 [S3] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    unconfirmed: ClassVar = "the fields of its answer are not known"
