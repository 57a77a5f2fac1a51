"""Operations on after-sale cases. kuaishou.md §6; fields that it does not list are those of kwaixiaodian 1.0.3."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Limits
from privdomain.platforms._payload import Done
from privdomain.platforms.kuaishou._fields import (
    DOCS,
    KuaishouOperation,
    KuaishouPagedQuery,
    KuaishouPart,
    KuaishouQuery,
    LongId,
)
from privdomain.platforms.kuaishou.payloads._refunds import RefundPage, RefundReply, RejectReasons

__all__ = [
    "ApproveRefund",
    "ApproveReturn",
    "ConfirmReceipt",
    "ConfirmReceiptAndSend",
    "GetRefund",
    "ListRefunds",
    "ListRejectReasons",
    "RefundDirectly",
    "RefundOption",
    "RejectRefund",
    "SubmitReturnInfo",
]


class RefundOption(KuaishouPart):
    """Whether exchanges are listed as well."""

    need_exchange: bool = True


class ListRefunds(KuaishouPagedQuery[RefundPage]):
    """Cases by creation (``query_type`` 1) or update time (2), both ends in milliseconds. 售后单列表

    ``type`` 9 is all, 8 those that wait. Both ``current_page`` and ``pcursor`` have to be there: whoever asks for the
    next cursor asks for the next page. The longest window is a day and shrinks in campaigns (300019).
    """

    path: ClassVar = "/open/seller/order/refund/pcursor/list"
    page: ClassVar = DOCS.format("open.seller.order.refund.pcursor.list")
    paging: ClassVar = KeyPaging(
        items="refund_order_info_list", sends="pcursor", receives="pcursor", end="nomore"
    )
    limits: ClassVar = Limits(window=timedelta(days=1), kept=timedelta(days=90), page_size=100)
    begin_time: int
    end_time: int
    type: int = 9
    page_size: int = Field(default=100, ge=1, le=100)
    sort: int = 2
    query_type: int = 2
    negotiate_status: int | None = None
    status: int | None = None
    order_id: LongId | None = None
    option: RefundOption | None = RefundOption()


class GetRefund(KuaishouQuery[RefundReply]):
    """One case. 售后单详情"""

    path: ClassVar = "/open/seller/order/refund/detail"
    page: ClassVar = DOCS.format("open.seller.order.refund.detail")
    refund_id: LongId


class ApproveRefund(KuaishouOperation[Done]):
    """Agree to pay back; ``refund_amount`` (分) must be what is asked for. 商家同意退款

    ``status`` and ``negotiate_status`` are those the decision was made on.
    """

    path: ClassVar = "/open/seller/order/refund/approve"
    page: ClassVar = DOCS.format("open.seller.order.refund.approve")
    refund_id: LongId
    refund_amount: int = Field(ge=0)
    status: int | None = None
    negotiate_status: int | None = None
    refund_handing_way: int | None = None
    """Written ``refundHandingWay`` by the platform."""


class ApproveReturn(KuaishouOperation[Done]):
    """Agree that the goods come back, by default to the shop's usual return address. 商家同意退货

    The amount is only compared; an exchange has 0.
    """

    path: ClassVar = "/open/seller/order/refund/returngoods/approve"
    page: ClassVar = DOCS.format("open.seller.order.refund.returngoods.approve")
    refund_id: LongId
    refund_amount: int = Field(ge=0)
    address_id: LongId | None = None


class ConfirmReceipt(KuaishouOperation[Done]):
    """Confirm that the goods came back, which pays back; ``status`` is 22, 30 or 40. 确认收货"""

    path: ClassVar = "/open/seller/order/refund/confirm/receipt"
    page: ClassVar = DOCS.format("open.seller.order.refund.confirm.receipt")
    refund_id: LongId
    status: int
    return_freight_handling_advice: int | None = None
    return_freight_amount: int | None = None
    return_freight_reject_desc: str | None = None


class ListRejectReasons(KuaishouQuery[RejectReasons]):
    """The reasons a refusal may give. 拒绝原因"""

    path: ClassVar = "/open/refund/reject/reason"
    page: ClassVar = DOCS.format("open.refund.reject.reason")
    refund_id: LongId


class RejectRefund(KuaishouOperation[Done]):
    """Refuse; ``refund_version`` is the case's update time in milliseconds, and guards against a change. 拒绝售后"""

    path: ClassVar = "/open/refund/reject"
    page: ClassVar = DOCS.format("open.refund.reject")
    refund_id: LongId
    reason_code: int
    reject_desc: str
    reject_images: tuple[str, ...] | None = Field(default=None, max_length=6)
    refund_version: int


class RefundDirectly(KuaishouOperation[Done]):
    """Pay back without waiting for the goods. 直接退款"""

    path: ClassVar = "/open/refund/direct/refund"
    page: ClassVar = DOCS.format("open.refund.direct.refund")
    refund_id: LongId
    refund_version: int


class ConfirmReceiptAndSend(KuaishouOperation[Done]):
    """Confirm the receipt of an exchange and send the new goods. 换货确认收货并发货"""

    path: ClassVar = "/open/refund/confirm/and/send"
    page: ClassVar = DOCS.format("open.refund.confirm.and.send")
    refund_id: LongId
    express_code: int
    express_no: str = Field(min_length=1)


class SubmitReturnInfo(KuaishouOperation[Done]):
    """Write down the parcel in which the goods come back. 提交退货物流"""

    path: ClassVar = "/open/refund/submit/returnInfo"
    page: ClassVar = DOCS.format("open.refund.submit.returnInfo")
    refund_id: LongId
    express_code: int
    express_no: str = Field(min_length=1)
