"""From 抖店's after-sale cases to ours. A list row and a detail say the same in other words; both are read.

The amount of a case is what the buyer gets back, freight included. A refund is final only with ``refund_status`` 3 (or
5, taken from the shop later); a buyer who withdraws leaves the case at status 28 and the refund at 1, for ever.

Source: douyin.md A6; the enum of ``arbitrate_status`` in answers from S7.
"""

from __future__ import annotations

from datetime import datetime

from privdomain.models import (
    AfterSale,
    AfterSaleLine,
    AfterSaleParty,
    AfterSaleStatus,
    AfterSaleStep,
    AfterSaleType,
    Discount,
    DiscountPayer,
    Exchange,
    Refund,
    RefundStatus,
    ReturnParcel,
)
from privdomain.platforms._payload import Json, read
from privdomain.platforms.douyin._values import PLATFORM, beijing, build, check_asked, fen, instant, moment
from privdomain.platforms.douyin.case_payloads import (
    AfterSaleInfo,
    AfterSaleItem,
    AfterSaleReply,
    CaseOrder,
    ExchangeSku,
    RecordLog,
    RowOrder,
    TrackedParcel,
)

__all__ = ["read_aftersale", "read_aftersale_row"]

_TYPES = {
    0: AfterSaleType.RETURN_REFUND,
    1: AfterSaleType.REFUND_ONLY,
    2: AfterSaleType.REFUND_ONLY,
    3: AfterSaleType.EXCHANGE,
    6: AfterSaleType.PRICE_PROTECTION,
    7: AfterSaleType.RESEND,
    8: AfterSaleType.REPAIR,
}
_STATUS = {
    3: AfterSaleStatus.WAITING_RESHIP_RECEIPT,
    6: AfterSaleStatus.WAITING_SHOP,
    7: AfterSaleStatus.WAITING_RETURN,
    8: AfterSaleStatus.WAITING_RESHIP,
    11: AfterSaleStatus.WAITING_RETURN_RECEIPT,
    12: AfterSaleStatus.COMPLETED,
    13: AfterSaleStatus.WAITING_RESHIP_RECEIPT,
    14: AfterSaleStatus.COMPLETED,
    27: AfterSaleStatus.REJECTED,
    28: AfterSaleStatus.CLOSED,
    29: AfterSaleStatus.REJECTED,
    51: AfterSaleStatus.CANCELED,
    53: AfterSaleStatus.COMPLETED,
}
_IN_DISPUTE = frozenset(
    {1, 4, 5}
)  # handled by the platform, waiting for the shop's evidence, being negotiated
_OVER = frozenset({12, 14, 28, 51, 53})
_REFUNDS = {
    1: RefundStatus.PENDING,
    2: RefundStatus.PROCESSING,
    3: RefundStatus.SUCCEEDED,
    4: RefundStatus.FAILED,
    5: RefundStatus.RECOVERED,
}
_PARTIES = (
    ("买家", AfterSaleParty.BUYER),
    ("用户", AfterSaleParty.BUYER),
    ("商家", AfterSaleParty.SHOP),
    ("平台", AfterSaleParty.PLATFORM),
    ("客服", AfterSaleParty.PLATFORM),
    ("系统", AfterSaleParty.CLOCK),
)


def read_aftersale_row(row: Json, *, shop_id: str) -> AfterSale:
    """A case as afterSale.List lists it: its lines have no SKU there.

    Raises:
        PayloadError: with every bad path.
    """
    item = read(AfterSaleItem, row, kind="aftersale", ref=_ref(row))
    info = item.aftersale_info
    ended = moment(info.aftersale_status_to_final_time)

    def make() -> AfterSale:
        return AfterSale(
            platform=PLATFORM,
            shop_id=shop_id,
            aftersale_id=info.aftersale_id,
            order_id=item.order_info.shop_order_id,
            type=_TYPES.get(info.aftersale_type, AfterSaleType.UNKNOWN),
            platform_type=str(info.aftersale_type),
            status=_status(info.aftersale_status, info.refund_status, info.arbitrate_status),
            platform_status=str(info.aftersale_status),
            created_at=instant(info.apply_time or info.create_time),
            updated_at=instant(info.update_time or info.apply_time or info.create_time),
            deadline_at=moment(info.status_deadline),
            completed_at=ended or _ended(info.aftersale_status, info.refund_status, info.update_time),
            lines=_row_lines(item.order_info, related=info.related_id, quantity=info.aftersale_num),
            requested=fen(info.refund_amount),
            requested_freight=fen(info.refund_post_amount),
            refunds=_refunds(
                info.refund_status, info.refund_amount, info.refund_post_amount, info.update_time
            ),
            goods_received=None if info.got_pkg is None else info.got_pkg == 1,
            returned=_returned(
                TrackedParcel(
                    tracking_no=info.return_logistics_code, company_name=info.return_logistics_company_name
                )
            ),
            raw=row,
        )

    return build(make, kind="aftersale", ref=info.aftersale_id, payload=row)


def read_aftersale(reply: Json, *, shop_id: str, aftersale_id: str = "") -> AfterSale:
    """The case in an answer of afterSale.Detail; ``aftersale_id`` is the one that was asked for, where one was.

    Raises:
        PayloadError: with every bad path, and for another case than the one that was asked for.
    """
    case = read(AfterSaleReply, reply, kind="aftersale", ref=aftersale_id)
    info, parcels = case.process_info.after_sale_info, case.process_info.logistics_info
    path = "process_info.after_sale_info.after_sale_id"
    check_asked(info.after_sale_id, aftersale_id, path=path, kind="case", reply=reply)
    dispute = case.process_info.arbitrate_info

    def make() -> AfterSale:
        return AfterSale(
            platform=PLATFORM,
            shop_id=shop_id,
            aftersale_id=info.after_sale_id,
            order_id=case.order_info.shop_order_id,
            type=_TYPES.get(info.after_sale_type, AfterSaleType.UNKNOWN),
            platform_type=str(info.after_sale_type),
            status=_status(info.after_sale_status, info.refund_status, dispute.arbitrate_status),
            platform_status=str(info.after_sale_status),
            created_at=instant(info.apply_time),
            updated_at=instant(info.update_time or info.apply_time),
            deadline_at=moment(info.status_deadline),
            completed_at=_ended(info.after_sale_status, info.refund_status, info.update_time),
            lines=_lines(case.order_info, applied=info.after_sale_apply_count),
            requested=fen(info.refund_total_amount),
            requested_freight=fen(info.refund_post_amount),
            refunds=_detail_refunds(info),
            reason_code=info.reason_code,
            reason=info.reason,
            description=info.reason_remark,
            goods_received=None if info.got_pkg is None else info.got_pkg == 1,
            returned=_returned(parcels.back),
            exchange=_exchange(info.exchange_sku_info, case.order_info, parcels.exchange),
            complaint_id=dispute.arbitrate_id,
            evidence=info.evidence,
            steps=tuple(step for log in case.process_info.record_logs_list if (step := _step(log))),
            raw=reply,
        )

    return build(make, kind="aftersale", ref=info.after_sale_id, payload=reply)


def _ref(row: Json) -> str:
    info = row.get("aftersale_info")
    found = info.get("aftersale_id") if isinstance(info, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return found if isinstance(found, str) else ""


def _status(status: int, refund_status: int, dispute: int) -> AfterSaleStatus:
    if dispute in _IN_DISPUTE and status not in _OVER:
        return AfterSaleStatus.DISPUTED
    if status == 12 and refund_status in {1, 2}:
        return AfterSaleStatus.REFUNDING
    if status == 12 and refund_status == 4:
        return AfterSaleStatus.REFUND_FAILED
    return _STATUS.get(status, AfterSaleStatus.UNKNOWN)


def _ended(status: int, refund_status: int, updated: int) -> datetime | None:
    if status not in _OVER or (status == 12 and refund_status in {1, 2, 4}):
        return None
    return moment(updated)


def _row_lines(order: RowOrder, *, related: str, quantity: int) -> tuple[AfterSaleLine, ...]:
    about = [
        one for one in order.related_order_info if one.aftersale_item_num > 0 or one.sku_order_id == related
    ]
    return tuple(
        AfterSaleLine(
            line_id=one.sku_order_id,
            product_id=one.product_id or one.sku_order_id,
            quantity=max(1, one.aftersale_item_num or quantity),
            requested=fen(one.aftersale_pay_amount + one.aftersale_post_amount),
        )
        for one in about
        if one.product_id or one.sku_order_id
    )


def _lines(order: CaseOrder, *, applied: int) -> tuple[AfterSaleLine, ...]:
    return tuple(
        AfterSaleLine(
            line_id=one.sku_order_id,
            product_id=one.product_id or one.sku_order_id,
            sku_id=one.sku_id,
            quantity=max(1, one.after_sale_item_count or applied or one.item_quantity),
        )
        for one in order.sku_order_infos
        if one.product_id or one.sku_order_id
    )


def _refunds(
    status: int, amount: int, freight: int, updated: int, *, returned: tuple[Discount, ...] = ()
) -> tuple[Refund, ...]:
    if not status:
        return ()
    known = _REFUNDS.get(status, RefundStatus.UNKNOWN)
    final = known in {RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.RECOVERED}
    return (
        Refund(
            amount=fen(amount),
            freight=fen(freight),
            status=known,
            platform_status=str(status),
            at=moment(updated) if final else None,
            returned_discounts=returned,
        ),
    )


def _detail_refunds(info: AfterSaleInfo) -> tuple[Refund, ...]:
    amount = info.refund_total_amount
    if info.refund_status == 3 and info.real_refund_amount:
        amount = info.real_refund_amount
    back = (
        ("platform_discount_return_amount", DiscountPayer.PLATFORM, info.platform_discount_return_amount),
        ("kol_discount_return_amount", DiscountPayer.TALENT, info.kol_discount_return_amount),
        ("shop_discount_return_amount", DiscountPayer.SHOP, info.shop_discount_return_amount),
    )
    returned = tuple(
        Discount(payer=payer, amount=fen(minor), name=name) for name, payer, minor in back if minor
    )
    return _refunds(info.refund_status, amount, info.refund_post_amount, info.update_time, returned=returned)


def _returned(parcel: TrackedParcel) -> ReturnParcel | None:
    if not parcel.tracking_no:
        return None
    return ReturnParcel(
        waybill_id=parcel.tracking_no,
        carrier_code=parcel.company_code,
        carrier_name=parcel.company_name,
        sent_at=moment(parcel.logistics_time),
    )


def _exchange(wanted: ExchangeSku, order: CaseOrder, parcel: TrackedParcel) -> Exchange | None:
    bought = next((one.sku_id for one in order.sku_order_infos if one.sku_id), "")
    if not wanted.sku_id or not bought:
        return None
    return Exchange(
        from_sku_id=bought,
        to_sku_id=wanted.sku_id,
        quantity=max(1, wanted.num),
        reship_waybill_id=parcel.tracking_no,
    )


def _step(log: RecordLog) -> AfterSaleStep | None:
    at = beijing(log.time)
    if at is None:
        return None
    party = next((party for word, party in _PARTIES if word in log.operator), AfterSaleParty.UNKNOWN)
    return AfterSaleStep(at=at, party=party, action=log.text, text="")
