"""From 快手小店's after-sale payloads to our records. kuaishou.md §6

A case is about one SKU order. The platform names its item and SKU but not how many units, so a case is about the
whole order and has no lines of its own. A refusal by the shop leaves the case open: the buyer has to act.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationError

from privdomain.errors import PayloadError, Problem
from privdomain.models import (
    AfterSale,
    AfterSaleParty,
    AfterSaleStatus,
    AfterSaleType,
    Buyer,
    IdentityKey,
    KeyKind,
    Refund,
    RefundStatus,
    payload_problems,
)
from privdomain.money import Money
from privdomain.platforms._payload import Json, read
from privdomain.platforms.kuaishou._fields import moment
from privdomain.platforms.kuaishou.mapping import PLATFORM
from privdomain.platforms.kuaishou.payloads import RefundPayload

__all__ = ["read_aftersale"]

_STATUS = {
    10: AfterSaleStatus.WAITING_SHOP,
    11: AfterSaleStatus.WAITING_SHOP,
    12: AfterSaleStatus.WAITING_BUYER,  # refused; in the list's own filter, not in the reference's table
    20: AfterSaleStatus.DISPUTED,
    21: AfterSaleStatus.DISPUTED,
    22: AfterSaleStatus.DISPUTED,
    30: AfterSaleStatus.WAITING_RETURN,
    40: AfterSaleStatus.WAITING_RETURN_RECEIPT,
    45: AfterSaleStatus.WAITING_RESHIP_RECEIPT,
    50: AfterSaleStatus.REFUNDING,
    60: AfterSaleStatus.COMPLETED,
    70: AfterSaleStatus.CLOSED,  # 退款失败: nothing was paid back
}
_TYPE = {1: AfterSaleType.RETURN_REFUND, 10: AfterSaleType.REFUND_ONLY, 3: AfterSaleType.EXCHANGE}
_ENDED = frozenset({60, 70})
_REFUSED = 3
_OPENED_BY = {1: AfterSaleParty.BUYER, 2: AfterSaleParty.SHOP}
_RECEIVED = {1: False, 2: True}
_REFUND = {50: RefundStatus.PROCESSING, 60: RefundStatus.SUCCEEDED}


def read_aftersale(payload: Json, *, app_key: str, shop_id: str, aftersale_id: str = "") -> AfterSale:
    """One row of a list of cases, or the ``data`` of a detail; ``aftersale_id`` is the one that was asked for.

    Raises:
        PayloadError: with every bad path, and for another case than the one that was asked for.
    """
    case = read(
        RefundPayload, payload, kind="aftersale", ref=aftersale_id or str(payload.get("refundId") or "")
    )
    if aftersale_id and case.refund_id != aftersale_id:
        other = Problem("aftersale.refundId", "is not the case that was asked for", repr(aftersale_id))
        raise PayloadError(kind="aftersale", problems=[other], ref=aftersale_id, payload=payload)
    try:
        return AfterSale(
            platform=PLATFORM,
            shop_id=shop_id,
            aftersale_id=case.refund_id,
            order_id=case.oid,
            type=_type(case),
            platform_type=str(case.handling_way),
            status=_status(case),
            platform_status=str(case.status),
            created_at=moment(case.create_time),
            updated_at=moment(case.update_time or case.create_time),
            deadline_at=None if case.status in _ENDED else _moment(case.expire_time),
            completed_at=_moment(case.end_time) if case.status in _ENDED else None,
            requested=_money(case.refund_fee),
            refunds=_refunds(case),
            reason_code=case.refund_reason,
            reason=case.refund_reason_desc,
            description=case.refund_desc,
            opened_by=_OPENED_BY.get(case.refund_type, AfterSaleParty.UNKNOWN),
            goods_received=_RECEIVED.get(case.receipt_status),
            buyer=_buyer(case.buyer_open_id, app_key=app_key),
            raw=payload,
        )
    except ValidationError as error:
        failure = error
    problems = payload_problems(failure, prefix="aftersale")
    raise PayloadError(kind="aftersale", problems=problems, ref=case.refund_id, payload=payload)


def _type(case: RefundPayload) -> AfterSaleType:
    if case.special_refund_type == 1:
        return AfterSaleType.PRICE_PROTECTION
    return _TYPE.get(case.handling_way, AfterSaleType.UNKNOWN)


def _status(case: RefundPayload) -> AfterSaleStatus:
    status = _STATUS.get(case.status, AfterSaleStatus.UNKNOWN)
    if status is AfterSaleStatus.WAITING_SHOP and case.negotiate_status == _REFUSED:
        return AfterSaleStatus.WAITING_BUYER
    return status


def _refunds(case: RefundPayload) -> tuple[Refund, ...]:
    if case.status not in _REFUND or _type(case) is AfterSaleType.EXCHANGE:
        return ()
    done = case.status in _ENDED
    return (
        Refund(
            amount=_money(case.refund_fee),
            status=_REFUND[case.status],
            platform_status=str(case.status),
            at=_moment(case.end_time) if done else None,
        ),
    )


def _buyer(open_id: str, *, app_key: str) -> Buyer | None:
    if not open_id:
        return None
    key = IdentityKey(kind=KeyKind.OPENID, value=open_id, scope=app_key)
    return Buyer(buyer_id=open_id, keys=(key,))


def _money(minor: int) -> Money:
    return Money(minor, "CNY")


def _moment(at: int) -> datetime | None:
    return moment(at) if at else None
