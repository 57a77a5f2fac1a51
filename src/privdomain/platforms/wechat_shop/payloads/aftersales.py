"""After-sale cases and disputes. wechat.md §6

Source: developers.weixin.qq.com/doc/channels/API/aftersale/*, read 2026-11-24.
"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Gt
from pydantic import ConfigDict, Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, UnixTime, Whole

__all__ = [
    "AfterSaleCreated",
    "AfterSaleDetails",
    "AfterSaleIds",
    "AfterSalePayload",
    "AfterSaleProduct",
    "AfterSaleReason",
    "AfterSaleReasons",
    "AfterSaleReply",
    "ComplaintEntry",
    "ComplaintPayload",
    "ComplaintReply",
    "ExchangeDelivery",
    "ExchangeProduct",
    "MerchantUpload",
    "RefundInfo",
    "RefundResponse",
    "RejectReason",
    "RejectReasons",
    "ReturnInfo",
]


class AfterSaleIds(Payload):
    """A page of ids of cases."""

    after_sale_order_id_list: tuple[IdText, ...] = ()
    next_key: str = ""
    has_more: bool = False


class AfterSaleProduct(Payload):
    """What a case is about: a SKU of the order, and how many of it."""

    product_id: OptionalId = ""
    sku_id: OptionalId = ""
    count: Annotated[Whole, Ge(0)] = 0
    fast_refund: bool = False


class AfterSaleDetails(Payload):
    """What the buyer said."""

    desc: str = ""
    receive_product: bool | None = None
    cancel_time: UnixTime = 0
    media_id_list: tuple[str, ...] = ()


class RefundInfo(Payload):
    """What is paid back, in 分; ``refund_reason`` says who set it off: 1–3 the shop, 4–6 and 8–11 the platform."""

    amount: Minor | None = None
    refund_reason: OptionalId = ""
    platform_discount_return_amount: Minor = 0


class RefundResponse(Payload):
    """What WeChat Pay said of the refund."""

    code: str = ""
    ret: Whole = 0
    message: str = ""


class ReturnInfo(Payload):
    """The buyer's parcel."""

    waybill_id: OptionalId = ""
    delivery_id: OptionalId = ""
    delivery_name: str = ""


class MerchantUpload(Payload):
    """What the shop said."""

    reject_reason: str = ""
    refund_certificates: tuple[str, ...] = ()


class ExchangeProduct(Payload):
    """Another SKU instead of the one that was bought."""

    product_id: OptionalId = ""
    old_sku_id: OptionalId = ""
    new_sku_id: OptionalId = ""
    product_cnt: Annotated[Whole, Ge(0)] = 0


class ExchangeDelivery(Payload):
    """The parcel with the other goods."""

    waybill_id: OptionalId = ""
    delivery_id: OptionalId = ""
    delivery_name: str = ""


class AfterSalePayload(Payload):
    """One case. ``status`` and ``type`` are words; ``deadline`` is how many seconds are left, not when."""

    after_sale_order_id: IdText
    order_id: IdText
    openid: OptionalId = ""
    unionid: OptionalId = ""
    type: str = ""
    status: str
    reason: OptionalId = ""
    reason_text: str = ""
    complaint_id: OptionalId = ""
    product_info: AfterSaleProduct = Field(default_factory=AfterSaleProduct)
    details: AfterSaleDetails = Field(default_factory=AfterSaleDetails)
    refund_info: RefundInfo = Field(default_factory=RefundInfo)
    refund_resp: RefundResponse = Field(default_factory=RefundResponse)
    return_info: ReturnInfo = Field(default_factory=ReturnInfo)
    merchant_upload_info: MerchantUpload = Field(default_factory=MerchantUpload)
    exchange_product_info: ExchangeProduct = Field(default_factory=ExchangeProduct)
    exchange_delivery_info: ExchangeDelivery = Field(default_factory=ExchangeDelivery)
    deadline: Annotated[Whole, Ge(0)] = 0
    create_time: Annotated[UnixTime, Gt(0)]
    update_time: UnixTime = 0
    complete_time: UnixTime = 0


class AfterSaleReply(Payload):
    """The answer of getaftersaleorder."""

    after_sale_order: AfterSalePayload


class AfterSaleCreated(Payload):
    """The answer of genaftersaleorder."""

    after_sale_order_id: IdText


class RejectReason(Payload):
    """A reason a shop may refuse with; its words are in ``model_extra``, because no document settles their name."""

    model_config = ConfigDict(extra="allow")

    reject_reason_type: Whole | None = None


class RejectReasons(Payload):
    """The answer of rejectreason/get."""

    reject_reason_list: tuple[RejectReason, ...] = ()


class AfterSaleReason(Payload):
    """A reason a buyer may give; its code and words are in ``model_extra``, for the same cause."""

    model_config = ConfigDict(extra="allow")


class AfterSaleReasons(Payload):
    """The answer of reason/get."""

    reason_list: tuple[AfterSaleReason, ...] = ()


class ComplaintEntry(Payload):
    """Something that happened in a dispute: ``item_type`` says what (1 asked the platform in, 30–33 who is liable)."""

    item_type: Whole
    time: UnixTime = 0
    after_sale_type: OptionalId = ""
    after_sale_reason: OptionalId = ""
    content: str = ""
    media_id_list: tuple[str, ...] = ()
    refund_amount: Minor | None = None


class ComplaintPayload(Payload):
    """One dispute. What the numbers of ``status`` mean is published nowhere: kept as it is."""

    complaint_id: OptionalId = ""
    order_id: OptionalId = ""
    after_sale_order_id: OptionalId = ""
    status: Whole | None = None
    history: tuple[ComplaintEntry, ...] = ()


class ComplaintReply(ComplaintPayload):
    """The answer of getcomplaintorder, which one document shows flat and another inside of ``complaint_order``."""

    complaint_order: ComplaintPayload | None = None

    @property
    def complaint(self) -> ComplaintPayload:
        """The dispute, wherever it stood."""
        return self.complaint_order or self
