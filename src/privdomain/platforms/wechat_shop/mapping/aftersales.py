"""After-sale cases. wechat.md §6

The rules of the file. Money is final only where the status says that it was paid back. A status or a kind that this
release does not know stays in ``platform_status`` and ``platform_type``. ``deadline`` is how many seconds are left, so
it becomes a moment by the moment of the answer. Of a gift (送礼物) the buyer here is its receiver, as in orders.

Source: the field tables of getaftersaleorder (doc/channels/API/aftersale), read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from privdomain.errors import PayloadError
from privdomain.models import (
    AfterSale,
    AfterSaleLine,
    AfterSaleStatus,
    AfterSaleType,
    Exchange,
    Refund,
    RefundStatus,
    ReturnParcel,
    payload_problems,
)
from privdomain.platforms._payload import Json, read
from privdomain.platforms.wechat_shop.mapping._common import (
    PLATFORM,
    check_asked,
    instant,
    moment,
    money,
    person,
)
from privdomain.platforms.wechat_shop.payloads import AfterSalePayload, AfterSaleReply

__all__ = ["read_aftersale"]

_TYPE = {
    "REFUND": AfterSaleType.REFUND_ONLY,
    "RETURN": AfterSaleType.RETURN_REFUND,
    "EXCHANGE": AfterSaleType.EXCHANGE,
}
_STATUS = {
    "USER_CANCELD": AfterSaleStatus.CANCELED,  # so spelt
    "MERCHANT_PROCESSING": AfterSaleStatus.WAITING_SHOP,
    "MERCHANT_REJECT_REFUND": AfterSaleStatus.REJECTED,
    "MERCHANT_REJECT_RETURN": AfterSaleStatus.REJECTED,
    "USER_WAIT_RETURN": AfterSaleStatus.WAITING_RETURN,
    "RETURN_CLOSED": AfterSaleStatus.CLOSED,
    "MERCHANT_WAIT_RECEIPT": AfterSaleStatus.WAITING_RETURN_RECEIPT,
    "MERCHANT_OVERDUE_REFUND": AfterSaleStatus.WAITING_SHOP,  # 商家逾期未退款: late, and still the shop's turn
    "MERCHANT_REFUND_SUCCESS": AfterSaleStatus.COMPLETED,
    "MERCHANT_RETURN_SUCCESS": AfterSaleStatus.COMPLETED,
    "PLATFORM_REFUNDING": AfterSaleStatus.REFUNDING,
    "PLATFORM_REFUND_FAIL": AfterSaleStatus.REFUND_FAILED,
    "USER_WAIT_CONFIRM": AfterSaleStatus.WAITING_BUYER,
    "MERCHANT_REFUND_RETRY_FAIL": AfterSaleStatus.REFUND_FAILED,  # 商家打款失败，客服关闭售后
    "MERCHANT_FAIL": AfterSaleStatus.CLOSED,  # 售后关闭
    "USER_WAIT_CONFIRM_UPDATE": AfterSaleStatus.WAITING_BUYER,  # 待用户处理商家协商
    "USER_WAIT_HANDLE_MERCHANT_AFTER_SALE": AfterSaleStatus.WAITING_BUYER,  # 待用户处理商家代发起的售后
    # those of exchanges; told by copies of the newer documents
    "WAIT_PACKAGE_INTERCEPT": AfterSaleStatus.WAITING_RETURN,  # 物流线上拦截中: the goods are on their way back
    "MERCHANT_REJECT_EXCHANGE": AfterSaleStatus.REJECTED,
    "MERCHANT_REJECT_RESHIP": AfterSaleStatus.REJECTED,
    "USER_WAIT_RECEIPT": AfterSaleStatus.WAITING_RESHIP_RECEIPT,
    "MERCHANT_EXCHANGE_SUCCESS": AfterSaleStatus.COMPLETED,
}
_REFUND = {
    "MERCHANT_REFUND_SUCCESS": RefundStatus.SUCCEEDED,
    "MERCHANT_RETURN_SUCCESS": RefundStatus.SUCCEEDED,
    "PLATFORM_REFUNDING": RefundStatus.PROCESSING,
    "PLATFORM_REFUND_FAIL": RefundStatus.FAILED,
    "MERCHANT_REFUND_RETRY_FAIL": RefundStatus.FAILED,
}


def read_aftersale(
    reply: Json, *, app_id: str, shop_id: str, at: datetime, aftersale_id: str = ""
) -> AfterSale:
    """The case in an answer of getaftersaleorder that came at ``at``.

    Raises:
        PayloadError: with every bad path, and for another case than ``aftersale_id``, where that is given.
    """
    payload = read(AfterSaleReply, reply, kind="aftersale", ref=aftersale_id).after_sale_order
    check_asked(payload.after_sale_order_id, aftersale_id, kind="aftersale", reply=reply)
    raw: Mapping[str, Any] = reply["after_sale_order"]
    asked = payload.refund_info.amount
    deadline = at + timedelta(seconds=payload.deadline) if 0 < payload.deadline < 10**9 else None
    try:
        return AfterSale(
            platform=PLATFORM,
            shop_id=shop_id,
            aftersale_id=payload.after_sale_order_id,
            order_id=payload.order_id,
            type=_TYPE.get(payload.type, AfterSaleType.UNKNOWN),
            platform_type=payload.type,
            status=_STATUS.get(payload.status, AfterSaleStatus.UNKNOWN),
            platform_status=payload.status,
            created_at=instant(payload.create_time),
            updated_at=instant(payload.update_time or payload.create_time),
            deadline_at=deadline,
            completed_at=moment(payload.complete_time),
            lines=_lines(payload),
            requested=None if asked is None else money(asked),
            refunds=_refunds(payload),
            reason_code=payload.reason,
            reason=payload.reason_text,
            description=payload.details.desc,
            reject_reason=payload.merchant_upload_info.reject_reason,
            goods_received=payload.details.receive_product,
            returned=_returned(payload),
            exchange=_exchange(payload),
            buyer=person(payload.openid, payload.unionid, app_id=app_id) if payload.openid else None,
            complaint_id=payload.complaint_id,
            evidence=payload.details.media_id_list,
            raw=raw,
        )
    except ValidationError as error:
        failure = error
    problems = payload_problems(failure, prefix="aftersale")
    raise PayloadError(kind="aftersale", problems=problems, ref=payload.after_sale_order_id, payload=reply)


def _lines(payload: AfterSalePayload) -> tuple[AfterSaleLine, ...]:
    product = payload.product_info
    if not product.product_id or product.count < 1:
        return ()
    return (AfterSaleLine(product_id=product.product_id, sku_id=product.sku_id, quantity=product.count),)


def _refunds(payload: AfterSalePayload) -> tuple[Refund, ...]:
    status = _REFUND.get(payload.status)
    if status is None or payload.refund_info.amount is None:
        return ()
    done = payload.complete_time if status is RefundStatus.SUCCEEDED else 0
    return (
        Refund(
            amount=money(payload.refund_info.amount),
            status=status,
            platform_status=payload.refund_resp.code or payload.status,
            method=payload.refund_info.refund_reason,
            at=moment(done),
        ),
    )


def _returned(payload: AfterSalePayload) -> ReturnParcel | None:
    parcel = payload.return_info
    if not parcel.waybill_id:
        return None
    return ReturnParcel(
        waybill_id=parcel.waybill_id, carrier_code=parcel.delivery_id, carrier_name=parcel.delivery_name
    )


def _exchange(payload: AfterSalePayload) -> Exchange | None:
    goods = payload.exchange_product_info
    if not (goods.old_sku_id and goods.new_sku_id and goods.product_cnt > 0):
        return None
    return Exchange(
        from_sku_id=goods.old_sku_id,
        to_sku_id=goods.new_sku_id,
        quantity=goods.product_cnt,
        reship_waybill_id=payload.exchange_delivery_info.waybill_id,
    )
