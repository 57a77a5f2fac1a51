"""From 抖店's orders to ours.

The rules of the file. Amounts are 分 and become `Money` in CNY. ``total`` is what the buyer's account lost:
``pay_amount`` without what the channel of payment took off. A line's ``pay_amount`` may hold its share of the freight;
whether it does is read off the sums. A buyer is joined on ``doudian_open_id``, never on a cipher: the same number has
another one in every order. Masked texts are what a receiver shows. Where the permission for buyers is missing, the
buyer of an order is known by the order alone.

Source: douyin.md A4.2–A4.4.
"""

from __future__ import annotations

import logging

from privdomain.models import (
    Buyer,
    IdentityKey,
    KeyKind,
    Order,
    OrderLine,
    OrderSource,
    OrderStatus,
    Parcel,
    Payment,
    Receiver,
    ShippedLine,
)
from privdomain.platforms._payload import Json, read
from privdomain.platforms.couriers import our_code
from privdomain.platforms.douyin._discounts import line_discounts, order_discounts
from privdomain.platforms.douyin._values import PLATFORM, build, check_asked, fen, instant, moment
from privdomain.platforms.douyin.payloads import LinePayload, LogisticsInfo, OrderPayload, OrderReply

__all__ = ["PLATFORM", "read_order", "read_order_row"]

logger = logging.getLogger(__name__)

_STATUS = {
    1: OrderStatus.PENDING_PAYMENT,
    105: OrderStatus.ON_HOLD,  # paid, and held back by risk control or a group that is forming
    2: OrderStatus.PAID,
    101: OrderStatus.PARTIALLY_SHIPPED,
    3: OrderStatus.SHIPPED,
    4: OrderStatus.CLOSED,
    5: OrderStatus.COMPLETED,
}
_MAIN_STATUS = {
    103: OrderStatus.PENDING_PAYMENT,  # 部分支付: a presale whose balance is open
    21: OrderStatus.CLOSED,  # refunded before it was shipped
    22: OrderStatus.CLOSED,  # refunded after it was shipped
    39: OrderStatus.CLOSED,  # refunded after it was received
}
_CASH_ON_DELIVERY = 0
_CHANNELS = {
    0: "站外",
    1: "火山",
    2: "抖音",
    3: "头条",
    4: "西瓜",
    5: "微信",
    11: "抖音极速版",
}
_OPEN_CASES = frozenset({3, 6, 7, 8, 11, 13, 27, 29})
_ALLIANCE = 2


def read_order(reply: Json, *, shop_id: str, order_id: str = "") -> Order:
    """The order in an answer of order.orderDetail; ``order_id`` is the one that was asked for, where one was.

    Raises:
        PayloadError: with every bad path, and for another order than the one that was asked for; ``ref`` is the
            order's id as far as it is known.
    """
    payload = read(OrderReply, reply, kind="order", ref=order_id).shop_order_detail
    path = "shop_order_detail.order_id"
    check_asked(payload.order_id, order_id, path=path, kind="order", reply=reply)
    return _order(payload, reply["shop_order_detail"], shop_id=shop_id)


def read_order_row(row: Json, *, shop_id: str) -> Order:
    """An order as order.searchList lists it.

    Raises:
        PayloadError: with every bad path.
    """
    order_id = row.get("order_id")
    payload = read(OrderPayload, row, kind="order", ref=order_id if isinstance(order_id, str) else "")
    return _order(payload, row, shop_id=shop_id)


def _order(payload: OrderPayload, raw: Json, *, shop_id: str) -> Order:
    total = payload.pay_amount - min(payload.promotion_pay_amount, payload.pay_amount)
    freight_inside = payload.post_amount > 0 and payload.pay_amount == sum(
        line.pay_amount for line in payload.sku_order_list
    )

    def make() -> Order:
        lines = tuple(_line(line, payload, freight_inside=freight_inside) for line in payload.sku_order_list)
        return Order(
            platform=PLATFORM,
            shop_id=shop_id,
            order_id=payload.order_id,
            status=_status(payload),
            platform_status=str(payload.main_status or payload.order_status),
            created_at=instant(payload.create_time),
            updated_at=instant(payload.update_time or payload.create_time),
            paid_at=moment(payload.pay_time),
            shipped_at=moment(payload.ship_time),
            completed_at=moment(payload.finish_time),
            lines=lines,
            discounts=order_discounts(payload, lines),
            freight=fen(payload.post_amount),
            total=fen(total),
            payments=_payments(payload, total),
            buyer=_buyer(payload, shop_id=shop_id),
            receiver=_receiver(payload),
            parcels=tuple(_parcel(one) for one in payload.logistics_info if one.tracking_no),
            source=_source(payload),
            buyer_note=payload.buyer_words,
            raw=raw,
        )

    order = build(make, kind="order", ref=payload.order_id, payload=raw)
    if difference := order.total - order.goods_paid - order.freight:
        logger.debug("%s order %s: total and lines differ by %s", PLATFORM, order.order_id, difference)
    return order


def _status(payload: OrderPayload) -> OrderStatus:
    if payload.main_status in _MAIN_STATUS:
        return _MAIN_STATUS[payload.main_status]
    if payload.order_status == 1 and payload.pay_type == _CASH_ON_DELIVERY:
        return OrderStatus.ON_HOLD  # 待确认: nothing is to be paid now, and the shop has not accepted it yet
    return _STATUS.get(payload.order_status, OrderStatus.UNKNOWN)


def _line(line: LinePayload, order: OrderPayload, *, freight_inside: bool) -> OrderLine:
    product_id = line.product_id_str or line.product_id
    goods = line.pay_amount - (line.post_amount if freight_inside else 0)
    paid_minor = max(0, goods - line.promotion_pay_amount)
    after = line.after_sale_info
    is_open = after.after_sale_status in _OPEN_CASES or (
        after.after_sale_status == 12 and after.refund_status in {1, 2}
    )
    return OrderLine(
        line_id=line.order_id,
        product_id=product_id or line.sku_id or line.order_id,
        sku_id=line.sku_id or product_id or line.order_id,
        title=line.product_name,
        quantity=line.item_num,
        unit_price=fen(line.origin_amount or line.sum_amount // line.item_num),
        paid=fen(paid_minor),
        discounts=line_discounts(line, paid_minor=paid_minor),
        is_freebie=line.given_product_type == "FREE",
        merchant_sku=line.code or line.out_sku_id,
        attributes=tuple((spec.name, spec.value) for spec in line.spec),
        refunding_quantity=line.item_num if is_open and after.refund_status != 3 else 0,
        refunded_quantity=line.item_num if after.refund_status == 3 else 0,
        source=_line_source(line, order),
    )


def _line_source(line: LinePayload, order: OrderPayload) -> OrderSource | None:
    room = line.room_id_str or line.room_id
    if not (line.author_id or room or line.video_id or line.content_id or line.cid or line.origin_id):
        return None
    kind, content = _content(line, room)
    return OrderSource(
        channel=_channel(order),
        account_kind="author" if line.author_id else "",
        account_id=line.author_id,
        content_kind=kind,
        content_id=content,
        scene=line.theme_type,
        promoter_id=line.author_id if line.c_biz == _ALLIANCE else "",
    )


def _content(line: LinePayload, room: str) -> tuple[str, str]:
    if room:
        return "live", room
    if line.video_id:
        return "video", line.video_id
    if line.cid:
        return f"ad_{line.ad_env_type}" if line.ad_env_type else "ad", line.cid
    return "", line.content_id or line.origin_id


def _channel(order: OrderPayload) -> str:
    return "" if order.b_type is None else _CHANNELS.get(order.b_type, str(order.b_type))


def _source(order: OrderPayload) -> OrderSource | None:
    channel = _channel(order)
    return OrderSource(channel=channel) if channel else None


def _payments(order: OrderPayload, total: int) -> tuple[Payment, ...]:
    method = "" if order.pay_type is None else str(order.pay_type)
    phases = [phase for phase in order.order_phase_list if phase.pay_success]
    if phases:
        return tuple(
            Payment(
                method=method,
                amount=fen(phase.phase_pay_amount or phase.phase_payable_price),
                paid_at=moment(phase.phase_pay_time),
                transaction_id=phase.phase_order_id,
            )
            for phase in phases
        )
    if not order.pay_time and not order.channel_payment_no:
        return ()
    paid_at = moment(order.pay_time)
    return (
        Payment(method=method, amount=fen(total), paid_at=paid_at, transaction_id=order.channel_payment_no),
    )


def _buyer(order: OrderPayload, *, shop_id: str) -> Buyer:
    keys: list[IdentityKey] = []
    if order.doudian_open_id:
        scope = f"{PLATFORM}:{shop_id}"
        keys.append(IdentityKey(kind=KeyKind.BUYER_ID, value=order.doudian_open_id, scope=scope))
    if order.open_id:
        keys.append(IdentityKey(kind=KeyKind.OPENID, value=order.open_id, scope=f"{PLATFORM}:{shop_id}"))
    known = order.doudian_open_id or order.open_id
    return Buyer(buyer_id=known or f"order:{order.order_id}", keys=tuple(keys))


def _receiver(order: OrderPayload) -> Receiver | None:
    address, masked = order.post_addr, order.mask_post_addr
    name, phone = order.mask_post_receiver, order.mask_post_tel
    province = address.province.name or masked.province.name
    if not (name or phone or province):
        return None
    return Receiver(
        name=name,
        phone=phone,
        province=province,
        city=address.city.name or masked.city.name,
        district=address.town.name or masked.town.name,
        address=f"{address.street.name or masked.street.name}{masked.detail or address.detail}",
    )


def _parcel(info: LogisticsInfo) -> Parcel:
    return Parcel(
        carrier=our_code(info.company, platform=PLATFORM),
        waybill_id=info.tracking_no,
        lines=tuple(
            ShippedLine(line_id=product.sku_order_id, quantity=product.product_count)
            for product in info.product_info
            if product.sku_order_id and product.product_count > 0
        ),
        carrier_code=info.company,
        carrier_name=info.company_name,
        shipped_at=moment(info.ship_time),
    )
