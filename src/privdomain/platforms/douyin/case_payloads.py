"""What 抖店 answers about after-sale cases: the fields that are used, under the platform's own names.

A listing and a detail name the same things differently. Amounts are 分, times are seconds.

Source: douyin.md A6; fields beyond it from S7.
"""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, UnixTime, Whole

__all__ = [
    "AfterSaleInfo",
    "AfterSaleItem",
    "AfterSaleReply",
    "AfterSaleRow",
    "ArbitrateInfo",
    "CaseOrder",
    "CaseOrderLine",
    "ExchangeSku",
    "ProcessInfo",
    "ProcessLogistics",
    "RecordLog",
    "RelatedOrder",
    "RowOrder",
    "TrackedParcel",
]


class ExchangeSku(Payload):
    """What is wanted instead."""

    sku_id: OptionalId = ""
    num: Whole = 0


class AfterSaleRow(Payload):
    """A case as afterSale.List gives it; ``related_id`` is the order's line."""

    aftersale_id: IdText
    aftersale_type: Whole = -1
    aftersale_status: Whole = 0
    related_id: OptionalId = ""
    refund_status: Whole = 0
    refund_amount: Minor = 0
    refund_post_amount: Minor = 0
    return_promotion_amount: Minor = 0
    apply_time: UnixTime = 0
    create_time: UnixTime = 0
    update_time: UnixTime = 0
    status_deadline: UnixTime = 0
    aftersale_status_to_final_time: UnixTime = 0
    aftersale_num: Whole = 0
    arbitrate_status: Whole = 0
    return_logistics_code: OptionalId = ""
    return_logistics_company_name: str = ""
    got_pkg: Whole | None = None
    exchange_sku_info: ExchangeSku = Field(default_factory=ExchangeSku)


class RelatedOrder(Payload):
    """A line of the order a case is about."""

    sku_order_id: OptionalId = ""
    product_id: OptionalId = ""
    item_num: Whole = 0
    aftersale_item_num: Whole = 0
    aftersale_pay_amount: Minor = 0
    aftersale_post_amount: Minor = 0


class RowOrder(Payload):
    """The order a case is about."""

    shop_order_id: IdText
    related_order_info: tuple[RelatedOrder, ...] = ()


class AfterSaleItem(Payload):
    """One row of afterSale.List."""

    aftersale_info: AfterSaleRow
    order_info: RowOrder


class AfterSaleInfo(Payload):
    """A case as afterSale.Detail gives it; ``real_refund_amount`` counts once the refund has succeeded."""

    after_sale_id: IdText
    after_sale_type: Whole = -1
    after_sale_status: Whole = 0
    refund_status: Whole = 0
    refund_total_amount: Minor = 0
    refund_post_amount: Minor = 0
    real_refund_amount: Minor = 0
    after_sale_apply_count: Whole = 0
    apply_time: UnixTime = 0
    update_time: UnixTime = 0
    status_deadline: UnixTime = 0
    reason_code: OptionalId = ""
    reason: str = ""
    reason_remark: str = ""
    evidence: tuple[str, ...] = ()
    got_pkg: Whole | None = None
    platform_discount_return_amount: Minor = 0
    kol_discount_return_amount: Minor = 0
    shop_discount_return_amount: Minor = 0
    exchange_sku_info: ExchangeSku = Field(default_factory=ExchangeSku)


class ArbitrateInfo(Payload):
    """The dispute, where there is one."""

    arbitrate_id: OptionalId = ""
    arbitrate_status: Whole = 0


class TrackedParcel(Payload):
    """A parcel of a case."""

    tracking_no: OptionalId = ""
    company_name: str = ""
    company_code: str = ""
    logistics_time: UnixTime = 0


class ProcessLogistics(Payload):
    """The parcels of a case."""

    back: TrackedParcel = Field(default_factory=TrackedParcel, alias="return")
    exchange: TrackedParcel = Field(default_factory=TrackedParcel)
    resend: TrackedParcel = Field(default_factory=TrackedParcel)


class RecordLog(Payload):
    """One step of a case; ``time`` is text in Beijing time, or a number of seconds."""

    operator: str = ""
    time: OptionalId = ""
    text: str = ""


class ProcessInfo(Payload):
    """The case, its dispute, its parcels and its steps."""

    after_sale_info: AfterSaleInfo
    arbitrate_info: ArbitrateInfo = Field(default_factory=ArbitrateInfo)
    logistics_info: ProcessLogistics = Field(default_factory=ProcessLogistics)
    record_logs_list: tuple[RecordLog, ...] = ()


class CaseOrderLine(Payload):
    """A line of the order in afterSale.Detail."""

    sku_order_id: OptionalId = ""
    product_id: OptionalId = ""
    sku_id: OptionalId = ""
    item_quantity: Whole = 0
    after_sale_item_count: Whole = 0


class CaseOrder(Payload):
    """The order in afterSale.Detail."""

    shop_order_id: IdText
    sku_order_infos: tuple[CaseOrderLine, ...] = ()


class AfterSaleReply(Payload):
    """The answer of afterSale.Detail."""

    process_info: ProcessInfo
    order_info: CaseOrder
