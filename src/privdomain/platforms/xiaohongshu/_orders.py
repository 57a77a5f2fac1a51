"""From 小红书's order payload to our record.

The rules of the file. Amounts are 分. A line is a SKU as it was sold; of a bundle the units inside are in ``raw``.
``total_paid_amount`` is the line total; what the shop and the platform took off stands beside it. Orders name SKUs and
no products, so ``product_id`` is the SKU's id unless the platform adds an item's. Names, phones and addresses are not
in an order any more: `reveal` fetches them. Source: xiaohongshu-and-cps.md A3.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pydantic import ValidationError

from privdomain.errors import PayloadError, Problem
from privdomain.models import (
    Buyer,
    Discount,
    DiscountPayer,
    IdentityKey,
    KeyKind,
    Order,
    OrderLine,
    OrderStatus,
    Parcel,
    Payment,
    Receiver,
    ShippedLine,
    payload_problems,
)
from privdomain.money import Money
from privdomain.platforms._payload import Json, read
from privdomain.platforms.couriers import our_code
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._values import from_millis, moment
from privdomain.platforms.xiaohongshu.order_payloads import OrderDetail, OrderSku

__all__ = ["read_order"]

logger = logging.getLogger(__name__)

_STATUS = {
    1: OrderStatus.PENDING_PAYMENT,
    2: OrderStatus.ON_HOLD,  # 已支付处理中: paid, not yet for the shop to act
    3: OrderStatus.ON_HOLD,  # 清关中
    4: OrderStatus.PAID,
    5: OrderStatus.PARTIALLY_SHIPPED,
    6: OrderStatus.SHIPPED,
    7: OrderStatus.COMPLETED,
    8: OrderStatus.CLOSED,
    9: OrderStatus.CLOSED,
    # 10 换货申请中 tells of an exchange and not where the order stands: unknown, its number kept
}
_GIFT = 1
_REDUCTIONS = (
    ("total_merchant_discount", DiscountPayer.SHOP),
    ("total_red_discount", DiscountPayer.PLATFORM),
)


def read_order(payload: Json, *, shop_id: str, order_id: str = "") -> Order:
    """The order in an answer of order.getOrderDetail; ``order_id`` is the one that was asked for, where one was.

    Raises:
        PayloadError: with every bad path, and for another order than the one that was asked for.
    """
    detail = read(OrderDetail, payload, kind="order", ref=order_id, prefix="order")
    if order_id and detail.order_id != order_id:
        other = Problem("order.orderId", "is not the order that was asked for", repr(order_id))
        raise PayloadError(kind="order", problems=[other], ref=order_id, payload=payload)
    total = _money(detail.total_pay_amount)
    try:
        lines = tuple(_lines(detail.sku_list))
        order = Order(
            platform=PLATFORM,
            shop_id=shop_id,
            order_id=detail.order_id,
            status=_STATUS.get(detail.order_status, OrderStatus.UNKNOWN),
            platform_status=str(detail.order_status),
            created_at=from_millis(detail.created_time),
            updated_at=from_millis(detail.update_time or detail.created_time),
            paid_at=moment(detail.paid_time),
            shipped_at=moment(detail.delivery_time),
            completed_at=moment(detail.finish_time),
            lines=lines,
            discounts=_order_discounts(detail, lines),
            freight=_money(detail.total_shipping_free),
            total=total,
            payments=_payments(detail, total),
            buyer=_buyer(detail.user_id, shop_id=shop_id),
            receiver=_receiver(detail),
            parcels=tuple(_parcels(detail, lines)),
            buyer_note=detail.customer_remark,
            raw=payload,
        )
    except ValidationError as error:
        failure = error
    else:
        if difference := order.total - order.goods_paid - order.freight:
            logger.debug("%s order %s: total and lines differ by %s", PLATFORM, order.order_id, difference)
        return order
    problems = payload_problems(failure, prefix="order")
    raise PayloadError(kind="order", problems=problems, ref=detail.order_id, payload=payload)


def _money(minor: int) -> Money:
    return Money(minor, "CNY")


def _buyer(user_id: str, *, shop_id: str) -> Buyer:
    key = IdentityKey(kind=KeyKind.BUYER_ID, value=user_id, scope=f"{PLATFORM}:{shop_id}")
    return Buyer(buyer_id=user_id, keys=(key,))


def _lines(skus: Iterable[OrderSku]) -> Iterator[OrderLine]:
    seen = Counter[str]()
    for sku in skus:
        seen[sku.sku_id] += 1
        # the same SKU may come twice: bought, and as a gift
        line_id = sku.sku_id if seen[sku.sku_id] == 1 else f"{sku.sku_id}#{seen[sku.sku_id]}"
        yield OrderLine(
            line_id=line_id,
            product_id=sku.item_id or sku.sku_id,
            sku_id=sku.sku_id,
            title=sku.sku_name,
            quantity=sku.sku_quantity,
            unit_price=_money(_unit_price(sku)),
            paid=_money(sku.total_paid_amount),
            discounts=tuple(_reductions(sku)),
            is_freebie=sku.sku_tag == _GIFT,
            merchant_sku=sku.erpcode or next((unit.erp_code for unit in sku.sku_detail_list), ""),
            attributes=(("规格", sku.sku_spec),) if sku.sku_spec else (),
        )


def _unit_price(sku: OrderSku) -> int:
    """The list price of one unit: the platform's where it says one, else what paid and reductions add up to."""
    if len(sku.sku_detail_list) == 1:
        unit = sku.sku_detail_list[0]
        if price := unit.raw_price_per_sku or unit.price_per_sku:
            return price
    whole = sku.total_paid_amount + sku.total_merchant_discount + sku.total_red_discount
    return -(-whole // sku.sku_quantity)  # rounded up: reductions never exceed the list price


def _reductions(payload: OrderSku | OrderDetail) -> Iterator[Discount]:
    for name, payer in _REDUCTIONS:
        if amount := getattr(payload, name):
            yield Discount(payer=payer, amount=_money(amount), name=name)


def _order_discounts(detail: OrderDetail, lines: Sequence[OrderLine]) -> tuple[Discount, ...]:
    """What the order's sums have beyond those of its lines."""
    carried = Counter[str]()
    for line in lines:
        for discount in line.discounts:
            carried[discount.name] += discount.amount.minor
    return tuple(
        discount.model_copy(update={"amount": _money(rest)})
        for discount in _reductions(detail)
        if (rest := discount.amount.minor - carried[discount.name]) > 0
    )


def _payments(detail: OrderDetail, total: Money) -> tuple[Payment, ...]:
    if not detail.paid_time:
        return ()
    method = str(detail.payment_type) if detail.payment_type else ""
    return (Payment(method=method, amount=total, paid_at=moment(detail.paid_time)),)


def _receiver(detail: OrderDetail) -> Receiver | None:
    if not (detail.receiver_province_name or detail.open_address_id):
        return None
    return Receiver(
        province=detail.receiver_province_name,
        city=detail.receiver_city_name,
        district=detail.receiver_district_name,
        address_key=detail.open_address_id,
    )


def _parcels(detail: OrderDetail, lines: Sequence[OrderLine]) -> Iterator[Parcel]:
    """The parcels of a split order, or the one of an order that was not split."""
    for part in detail.simple_delivery_order_list:
        if part.express_tracking_no:
            inside = tuple(
                ShippedLine(line_id=line.line_id, quantity=line.quantity)
                for line in lines
                if line.sku_id in part.sku_id_list
            )
            yield _parcel(part.express_tracking_no, part.express_company_code, inside)
    if not detail.simple_delivery_order_list and detail.express_tracking_no:
        yield _parcel(
            detail.express_tracking_no, detail.express_company_code, (), shipped=detail.delivery_time
        )


def _parcel(waybill: str, code: str, lines: tuple[ShippedLine, ...], *, shipped: int = 0) -> Parcel:
    return Parcel(
        carrier=our_code(code, platform=PLATFORM),
        waybill_id=waybill,
        lines=lines,
        carrier_code=code,
        shipped_at=moment(shipped),
    )
