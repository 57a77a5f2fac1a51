"""What the after-sale APIs answer. kuaishou.md §6"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Gt
from pydantic import Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Whole
from privdomain.platforms.kuaishou._fields import KuaishouPayload, MilliTime

__all__ = ["RefundPage", "RefundPageData", "RefundPayload", "RefundReply", "RejectReason", "RejectReasons"]


class RefundPayload(KuaishouPayload):
    """One case. ``refund_fee`` is cash, consumption credit and the platform's subsidy, without a talent's red packet.

    ``update_time`` is the version that a refusal has to name.
    """

    refund_id: IdText
    oid: IdText
    item_id: OptionalId = ""
    sku_id: OptionalId = ""
    status: Whole
    refund_fee: Minor = 0
    handling_way: Whole = 0
    refund_type: Whole = 0
    special_refund_type: Whole = 0
    negotiate_status: Whole = 0
    receipt_status: Whole = 0
    refund_reason: OptionalId = ""
    refund_reason_desc: str = ""
    refund_desc: str = ""
    submit_time: MilliTime = 0
    create_time: Annotated[MilliTime, Gt(0)]
    update_time: MilliTime = 0
    expire_time: MilliTime = 0
    end_time: MilliTime = 0
    buyer_open_id: OptionalId = ""
    """Only in a detail."""


class RefundReply(KuaishouPayload):
    """The answer of open.seller.order.refund.detail."""

    data: RefundPayload


class RefundPageData(KuaishouPayload):
    """A page of cases, and the key of the next one: ``nomore`` at the end."""

    refund_order_info_list: tuple[RefundPayload, ...] = ()
    pcursor: str = ""


class RefundPage(KuaishouPayload):
    """The answer of open.seller.order.refund.pcursor.list."""

    data: RefundPageData = Field(default_factory=RefundPageData)

    @property
    def refund_order_info_list(self) -> tuple[RefundPayload, ...]:
        """The cases."""
        return self.data.refund_order_info_list

    @property
    def pcursor(self) -> str:
        """The key of the next page."""
        return self.data.pcursor


class RejectReason(KuaishouPayload):
    """A reason that a refusal may give."""

    reason_code: OptionalId = ""
    reason_msg: str = ""


class RejectReasons(KuaishouPayload):
    """The answer of open.refund.reject.reason."""

    data: tuple[RejectReason, ...] = ()
