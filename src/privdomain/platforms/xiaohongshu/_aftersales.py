"""From 小红书's after-sale payload to our record.

Amounts are 元 with a point and were read exactly; money is final only where ``refundStatus`` is 2. What an exchange
became a refund (换货转退款) keeps its exchange. Source: xiaohongshu-and-cps.md A4.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from privdomain.errors import PayloadError, Problem
from privdomain.models import (
    AfterSale,
    AfterSaleLine,
    AfterSaleStatus,
    AfterSaleType,
    Buyer,
    Exchange,
    Refund,
    RefundStatus,
    ReturnParcel,
    payload_problems,
)
from privdomain.money import Money
from privdomain.platforms._payload import Json, read
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._values import from_millis, moment
from privdomain.platforms.xiaohongshu.aftersale_payloads import AfterSaleInfo, AfterSaleReply, Logistics

__all__ = ["read_aftersale"]

_STATUS = {
    1: AfterSaleStatus.WAITING_SHOP,
    2: AfterSaleStatus.WAITING_RETURN,
    3: AfterSaleStatus.WAITING_RETURN_RECEIPT,
    4: AfterSaleStatus.COMPLETED,
    5: AfterSaleStatus.CANCELED,
    6: AfterSaleStatus.CLOSED,
    9: AfterSaleStatus.REJECTED,
    11: AfterSaleStatus.REFUNDING,  # 换货转退款
    12: AfterSaleStatus.WAITING_RESHIP,
    13: AfterSaleStatus.WAITING_RESHIP_RECEIPT,
    14: AfterSaleStatus.DISPUTED,
    9001: AfterSaleStatus.REJECTED,  # the shop refused the returned goods
}
_TYPE = {
    1: AfterSaleType.RETURN_REFUND,
    2: AfterSaleType.EXCHANGE,
    3: AfterSaleType.REFUND_ONLY,  # the old code
    4: AfterSaleType.REFUND_ONLY,
    5: AfterSaleType.REFUND_ONLY,  # before it was shipped
}
_REFUNDED = 2
_GOODS_RECEIVED = {1: False, 2: True}


def read_aftersale(payload: Json, *, shop_id: str, aftersale_id: str = "") -> AfterSale:
    """The case in an answer of afterSale.getAfterSaleInfo; ``aftersale_id`` is the one that was asked for.

    Raises:
        PayloadError: with every bad path, and for another case than the one that was asked for.
    """
    reply = read(AfterSaleReply, payload, kind="aftersale", ref=aftersale_id)
    info, logistics = reply.after_sale_info, reply.logistics_info or Logistics()
    if aftersale_id and info.returns_id != aftersale_id:
        other = Problem("afterSaleInfo.returnsId", "is not the case that was asked for", repr(aftersale_id))
        raise PayloadError(kind="aftersale", problems=[other], ref=aftersale_id, payload=payload)
    try:
        return AfterSale(
            platform=PLATFORM,
            shop_id=shop_id,
            aftersale_id=info.returns_id,
            order_id=info.order_id,
            type=_TYPE.get(info.return_type, AfterSaleType.UNKNOWN),
            platform_type=str(info.return_type),
            status=_STATUS.get(info.status, AfterSaleStatus.UNKNOWN),
            platform_status=str(info.status),
            created_at=from_millis(info.apply_time),
            updated_at=from_millis(info.updated_at or info.apply_time),
            deadline_at=moment(info.expire_time),
            lines=tuple(_lines(info)),
            requested=_optional(info.expected_refund_amount_yuan),
            requested_freight=_optional(info.applied_ship_fee_amount_yuan),
            refunds=tuple(_refunds(info)),
            reason_code=info.reason_id,
            reason=info.reason_name_zh,
            description=info.desc,
            reject_reason=info.close_reason_zh,
            goods_received=_GOODS_RECEIVED.get(info.cargo_status),
            returned=_returned(logistics),
            exchange=_exchange(info, logistics),
            buyer=Buyer(buyer_id=info.user_id) if info.user_id else None,
            evidence=info.proof_photos,
            raw=payload,
        )
    except ValidationError as error:
        failure = error
    problems = payload_problems(failure, prefix="afterSaleInfo")
    raise PayloadError(kind="aftersale", problems=problems, ref=info.returns_id, payload=payload)


def _optional(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, "CNY")


def _lines(info: AfterSaleInfo) -> Iterator[AfterSaleLine]:
    for sku in info.skus:
        if quantity := sku.applied_count or sku.bought_count:
            yield AfterSaleLine(
                # an order's line is called by its SKU, and the platform names no product
                line_id=sku.sku_id,
                product_id=sku.sku_id,
                sku_id=sku.sku_id,
                quantity=quantity,
                requested=_optional(sku.applied_total_amount_yuan),
            )


def _refunds(info: AfterSaleInfo) -> Iterator[Refund]:
    if not info.refund_status:
        return
    done = info.refund_status == _REFUNDED
    minor = info.refund_amount_yuan or (None if done else info.expected_refund_amount_yuan)
    if minor is None:
        return
    yield Refund(
        amount=Money(minor, "CNY"),
        status=RefundStatus.SUCCEEDED if done else RefundStatus.UNKNOWN,
        platform_status=str(info.refund_status),
        at=moment(info.refund_time) if done else None,
    )


def _returned(logistics: Logistics) -> ReturnParcel | None:
    parcel = logistics.after_sale
    if parcel is None or not parcel.express_no:
        return None
    sent, signed = parcel.fill_express_no_time, parcel.express_sign_time
    return ReturnParcel(
        waybill_id=parcel.express_no,
        carrier_code=parcel.express_company_code,
        carrier_name=parcel.express_company_name,
        # a number may be filled in after the parcel has arrived
        sent_at=moment(min(sent, signed) if sent and signed else sent),
        received_at=moment(signed),
    )


def _exchange(info: AfterSaleInfo, logistics: Logistics) -> Exchange | None:
    if not info.exchange_skus or not info.skus:
        return None
    wanted, bought = info.exchange_skus[0], info.skus[0]
    return Exchange(
        from_sku_id=bought.sku_id,
        to_sku_id=wanted.sku_id,
        quantity=wanted.applied_count or wanted.bought_count or bought.applied_count or 1,
        reship_waybill_id=logistics.exchange.express_no if logistics.exchange else "",
    )
