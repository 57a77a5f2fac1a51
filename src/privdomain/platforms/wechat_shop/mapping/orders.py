"""Orders. wechat.md §4

The rules of the file. Amounts are 分 and become `Money` in CNY; ``real_price`` is a line total, ``sale_price`` a
unit price. Reductions are kept apart by who pays. ``openid`` is scoped by the app id. A gift's buyer is its
receiver, the giver stands apart; a gift that nobody has accepted has no receiver yet, and its buyer is the giver.
``paid_at`` is ``pay_time`` where there is one: an order of 先用后付 (pay later) is to be shipped without it. Where
amounts do not add up (subsidies) the platform's own total stands, and ``raw`` tells the rest.

Source: the field tables of order/get, read 2026-11-24.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from privdomain.errors import PayloadError, Problem
from privdomain.models import (
    Buyer,
    Order,
    OrderLine,
    OrderSource,
    OrderStatus,
    Payment,
    payload_problems,
)
from privdomain.money import Money
from privdomain.platforms._payload import Json, read
from privdomain.platforms.wechat_shop._discounts import line_discounts, order_discounts
from privdomain.platforms.wechat_shop.mapping._common import (
    PLATFORM,
    check_asked,
    instant,
    moment,
    money,
    person,
)
from privdomain.platforms.wechat_shop.mapping.parcels import parcels_of
from privdomain.platforms.wechat_shop.mapping.receivers import receiver_of
from privdomain.platforms.wechat_shop.payloads import LinePayload, OrderDetail, OrderPayload, OrderReply

__all__ = ["read_order"]

logger = logging.getLogger(__name__)

_STATUS = {
    10: OrderStatus.PENDING_PAYMENT,
    12: OrderStatus.ON_HOLD,  # a gift waits to be accepted
    13: OrderStatus.ON_HOLD,  # a group is forming
    20: OrderStatus.PAID,
    21: OrderStatus.PARTIALLY_SHIPPED,
    30: OrderStatus.SHIPPED,
    100: OrderStatus.COMPLETED,
    190: OrderStatus.CLOSED,  # sold out; seen in one source only
    200: OrderStatus.CLOSED,  # everything was returned
    250: OrderStatus.CLOSED,  # by the buyer, or not paid in time
}


def read_order(reply: Json, *, app_id: str, shop_id: str, order_id: str = "") -> Order:
    """The order in an answer of order/get; ``order_id`` is the one that was asked for, where one was.

    Raises:
        PayloadError: with every bad path, and for another order than the one that was asked for; ``ref`` is the
            order's id as far as it is known.
    """
    payload = read(OrderReply, reply, kind="order", ref=order_id).order
    check_asked(payload.order_id, order_id, kind="order", reply=reply)
    raw: Mapping[str, Any] = reply["order"]
    detail = payload.order_detail
    price, ext = detail.price_info, detail.ext_info
    total = money(price.order_price)
    try:
        buyer, giver = _people(payload, reply, app_id=app_id)
        line_ids = _line_ids(detail.product_infos, order_id=payload.order_id)
        lines = tuple(
            _line(line, detail, line_id=line_id)
            for line, line_id in zip(detail.product_infos, line_ids, strict=True)
        )
        order = Order(
            platform=PLATFORM,
            shop_id=shop_id,
            order_id=payload.order_id,
            status=_STATUS.get(payload.status, OrderStatus.UNKNOWN),
            platform_status=str(payload.status),
            created_at=instant(payload.create_time),
            updated_at=instant(payload.update_time or payload.create_time),
            paid_at=moment(detail.pay_info.pay_time),
            shipped_at=moment(detail.delivery_info.ship_done_time),
            completed_at=moment(ext.confirm_receipt_time),
            lines=lines,
            discounts=order_discounts(price, lines),
            freight=money(price.change_freight if price.is_change_freight else price.freight),
            total=total,
            payments=_payments(detail, total),
            buyer=buyer,
            receiver=receiver_of(detail.delivery_info.address_info),
            parcels=parcels_of(detail.delivery_info.delivery_product_info, lines),
            source=_order_source(detail),
            is_gift=payload.is_present,
            giver=giver,
            buyer_note=ext.customer_notes,
            raw=raw,
        )
    except ValidationError as error:
        failure = error
    else:
        _check_sum(order)
        return order
    # the paths are those of our record: a value that the payload may have and the record may not
    problems = payload_problems(failure, prefix="order")
    raise PayloadError(kind="order", problems=problems, ref=payload.order_id, payload=reply)


def _people(payload: OrderPayload, reply: Json, *, app_id: str) -> tuple[Buyer, Buyer | None]:
    """Who the order belongs to, and who gave it."""
    present = payload.order_present_info
    giver_openid = present.present_giver_openid or payload.present_giver_openid
    giver_unionid = present.present_giver_unionid or payload.present_giver_unionid
    giver = None
    if payload.is_present and giver_openid:
        giver = person(giver_openid, giver_unionid, app_id=app_id)
    if payload.openid:
        return person(payload.openid, payload.unionid, app_id=app_id), giver
    if giver is not None:
        return giver, giver
    missing = Problem("order.openid", "is missing", "the buyer's openid")
    raise PayloadError(kind="order", problems=[missing], ref=payload.order_id, payload=reply)


def _line_ids(lines: Sequence[LinePayload], *, order_id: str) -> Iterator[str]:
    """The platform's id of every line; without one its SKU, and its place where the SKU has been there before."""
    taken = {line.product_unique_id for line in lines}
    for number, line in enumerate(lines, start=1):
        line_id = line.product_unique_id
        if not line_id:
            place = f"{order_id}_{number:03}"
            candidates = (f"{order_id}_{line.sku_id}", place, f"{place}_{line.sku_id}")
            line_id = next((free for free in candidates if free not in taken), place)
            taken.add(line_id)
        yield line_id


def _line(line: LinePayload, detail: OrderDetail, *, line_id: str) -> OrderLine:
    paid_minor = _line_paid(line)
    return OrderLine(
        line_id=line_id,
        product_id=line.product_id,
        sku_id=line.sku_id,
        title=line.title,
        quantity=line.sku_cnt,
        unit_price=money(line.sale_price),
        paid=money(paid_minor),
        discounts=line_discounts(line, paid_minor=paid_minor),
        is_freebie=line.is_free_gift != 0,
        merchant_sku=line.sku_code or line.out_sku_id,
        attributes=tuple((attr.attr_key, attr.attr_value) for attr in line.sku_attrs),
        refunding_quantity=line.on_aftersale_sku_cnt,
        refunded_quantity=line.finish_aftersale_sku_cnt,
        source=_line_source(line.sku_id, detail),
    )


def _line_paid(line: LinePayload) -> int:
    if line.real_price is not None:
        return line.real_price
    if line.is_change_price:
        return line.change_price
    return line.estimate_price if line.estimate_price is not None else line.sale_price * line.sku_cnt


def _payments(detail: OrderDetail, total: Money) -> tuple[Payment, ...]:
    pay = detail.pay_info
    if not pay.pay_time and not pay.transaction_id:
        return ()
    method = str(pay.payment_method) if pay.payment_method else ""
    paid_at = moment(pay.pay_time)
    return (Payment(method=method, amount=total, paid_at=paid_at, transaction_id=pay.transaction_id),)


def _line_source(sku_id: str, detail: OrderDetail) -> OrderSource | None:
    source = next((source for source in detail.source_infos if source.sku_id == sku_id), None)
    sharer = next((sharer for sharer in detail.sku_sharer_infos if sharer.sku_id == sku_id), None)
    if source is None and sharer is None:
        return None
    promoter = sharer.sharer_openid if sharer else ""
    scene = sharer.share_scene if sharer else ""
    if source is None:
        return OrderSource(scene=scene, promoter_id=promoter)
    return OrderSource(
        channel=source.sale_channel,
        account_kind=source.account_type,
        account_id=source.account_id,
        content_kind=source.content_type,
        content_id=source.content_id,
        scene=scene,
        promoter_id=promoter or source.promoter_head_supplier_id,
    )


def _order_source(detail: OrderDetail) -> OrderSource | None:
    ext, sharer = detail.ext_info, detail.sharer_info
    if not (ext.finder_id or ext.live_id or ext.order_scene or sharer.sharer_openid):
        return None
    return OrderSource(
        account_kind="finder" if ext.finder_id else "",
        account_id=ext.finder_id,
        content_kind="live" if ext.live_id else "",
        content_id=ext.live_id,
        scene=ext.order_scene,
        promoter_id=sharer.sharer_openid,
    )


def _check_sum(order: Order) -> None:
    difference = order.total - order.goods_paid - order.freight
    if difference:
        logger.debug("%s order %s: total and lines differ by %s", PLATFORM, order.order_id, difference)
