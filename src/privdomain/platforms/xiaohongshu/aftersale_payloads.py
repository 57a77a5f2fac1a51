"""What 小红书 answers about after-sales: amounts are 元 with a point, unlike those of orders.

Source: xiaohongshu-and-cps.md A4; the fields of ``skus`` and ``logisticsInfo`` as in the public SDK X1.
"""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Ge
from pydantic import AliasChoices, Field

from privdomain.platforms._payload import IdText, OptionalId, Whole
from privdomain.platforms.xiaohongshu._operation import ArkPayload
from privdomain.platforms.xiaohongshu._values import EitherTime, YuanAmount

__all__ = [
    "AfterSaleInfo",
    "AfterSalePage",
    "AfterSaleReply",
    "AfterSaleRow",
    "AfterSaleSku",
    "Logistics",
    "Negotiation",
    "RejectReason",
    "RejectReasonList",
    "ReturnedParcel",
]


class AfterSaleRow(ArkPayload):
    """One row of the listing: the case without its goods."""

    returns_id: IdText
    status: Whole
    updated_at: EitherTime = 0


class AfterSalePage(ArkPayload):
    """A page of cases."""

    total_count: Annotated[Whole, Ge(0)]
    max_page_no: Whole = 0
    after_sale_basic_infos: tuple[Any, ...] = ()


class AfterSaleSku(ArkPayload):
    """Goods the case is about."""

    sku_id: IdText
    applied_count: Annotated[Whole, Ge(0)] = 0
    bought_count: Annotated[Whole, Ge(0)] = 0
    price: YuanAmount = 0
    applied_total_amount_yuan: YuanAmount | None = None


class AfterSaleInfo(ArkPayload):
    """One case."""

    returns_id: IdText
    return_type: Whole = 0
    reason_id: OptionalId = ""
    reason_name_zh: str = ""
    status: Whole
    user_id: OptionalId = ""
    order_id: IdText
    apply_time: Annotated[EitherTime, Ge(1)]
    updated_at: EitherTime = 0
    expire_time: EitherTime = 0  # -1 where the shop has nothing to do
    desc: str = Field(default="", repr=False)
    expected_refund_amount_yuan: YuanAmount | None = None
    refund_amount_yuan: YuanAmount | None = None
    applied_ship_fee_amount_yuan: YuanAmount | None = None
    refund_status: Whole = 0
    refund_time: EitherTime = 0
    cargo_status: Whole = 0
    close_reason_zh: str = ""
    proof_photos: tuple[str, ...] = ()
    skus: tuple[AfterSaleSku, ...] = ()
    exchange_skus: tuple[AfterSaleSku, ...] = Field(
        default=(), validation_alias=AliasChoices("exchangeSKUs", "exchangeSkus")
    )


class ReturnedParcel(ArkPayload):
    """A parcel of the case."""

    express_no: OptionalId = ""
    express_company_code: OptionalId = ""
    express_company_name: str = ""
    fill_express_no_time: EitherTime = 0
    express_sign_time: EitherTime = 0


class Logistics(ArkPayload):
    """The buyer's parcel, and the one with the new goods."""

    after_sale: ReturnedParcel | None = Field(
        default=None, validation_alias=AliasChoices("after_sale", "afterSale")
    )
    exchange: ReturnedParcel | None = None


class Negotiation(ArkPayload):
    """One step of the talk between buyer, shop and platform."""

    title: str = ""
    operator_role_name: str = ""
    time: str = ""


class AfterSaleReply(ArkPayload):
    """One case with its parcels."""

    after_sale_info: AfterSaleInfo
    logistics_info: Logistics | None = None


class RejectReason(ArkPayload):
    """A reason that a refusal may name."""

    reason_type: Whole = 0
    reason_id: OptionalId = ""
    reason_name: str = ""


class RejectReasonList(ArkPayload):
    """Reasons a refusal may name; the answer is a bare list or has it under a name."""

    reject_reasons: tuple[RejectReason, ...] = Field(
        default=(), validation_alias=AliasChoices("rejectReasons", "data")
    )
