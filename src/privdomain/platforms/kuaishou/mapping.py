"""From 快手小店's payloads to our records.

The rules of the file. One element is one SKU order, so an order has one line and the gifts that came with it, each
with the id of its own order. ``totalFee`` is the goods' total and freight stands apart: ``total`` is their sum. What
``price × num`` is more than that was taken off by somebody whom an order does not name (`GetFeeDetail` does). An
order that is held (拼团中, 支付后风控, suspicious) is ``ON_HOLD`` and has no address. Openids are scoped by the
application.

Source: kuaishou.md §5.2, §6, §7.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

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
    OrderSource,
    OrderStatus,
    Parcel,
    Payment,
    Product,
    ProductStatus,
    Receiver,
    Sku,
    payload_problems,
)
from privdomain.money import Money
from privdomain.platforms._payload import Json, read
from privdomain.platforms.couriers import our_code
from privdomain.platforms.kuaishou._fields import moment
from privdomain.platforms.kuaishou.payloads import (
    ItemPayload,
    OrderAddress,
    OrderItemInfo,
    OrderPayload,
    SkuPayload,
)

__all__ = ["PLATFORM", "is_held", "read_order", "read_product"]

PLATFORM = "kuaishou"

_SUSPICIOUS = 10001
_GIFT = 2
_STATUS = {
    10: OrderStatus.PENDING_PAYMENT,
    30: OrderStatus.PAID,
    40: OrderStatus.SHIPPED,
    50: OrderStatus.SHIPPED,  # signed for; the order is not done before 70
    70: OrderStatus.COMPLETED,
    80: OrderStatus.CLOSED,  # failed, and canceled
}
_REFUND_ENDED = frozenset({0, 60, 70})
_UNDER_AUDIT = {0: ProductStatus.DRAFT, 1: ProductStatus.DRAFT, 3: ProductStatus.BANNED}


def read_order(payload: Json, *, app_key: str, shop_id: str, order_id: str = "") -> Order:
    """One element of an order list, or the ``data`` of a detail; ``order_id`` is the one that was asked for.

    Raises:
        PayloadError: with every bad path, and for another order than the one that was asked for.
    """
    order = read(OrderPayload, payload, kind="order", ref=order_id or _ref(payload, "orderBaseInfo", "oid"))
    base = order.order_base_info
    _check_asked(base.oid, order_id, kind="order", payload=payload)
    total = _money(base.total_fee + base.express_fee)
    try:
        return Order(
            platform=PLATFORM,
            shop_id=shop_id,
            order_id=base.oid,
            status=_order_status(order),
            platform_status=str(base.status),
            created_at=moment(base.create_time),
            updated_at=moment(base.update_time or base.create_time),
            paid_at=_moment(base.pay_time),
            shipped_at=_moment(base.send_time),
            completed_at=_moment(base.recv_time) if base.status == 70 else None,
            lines=tuple(_lines(order)),
            freight=_money(base.express_fee),
            total=total,
            payments=tuple(_payments(order, total)),
            buyer=Buyer(
                buyer_id=base.buyer_open_id,
                keys=(IdentityKey(kind=KeyKind.OPENID, value=base.buyer_open_id, scope=app_key),),
                nickname=base.buyer_nick,
            ),
            receiver=_receiver(order.order_address),
            parcels=tuple(_parcels(order)),
            source=_source(order),
            buyer_note=base.remark,
            raw=payload,
        )
    except ValidationError as error:
        failure = error
    raise PayloadError(
        kind="order", problems=payload_problems(failure, prefix="order"), ref=base.oid, payload=payload
    )


def is_held(order: OrderPayload) -> bool:
    """Whether an order must not be shipped now, although it is paid."""
    base = order.order_base_info
    return (
        bool(base.disable_delivery_reason_code)
        or base.risk_code == _SUSPICIOUS
        or base.valid_promise_shipment_time_stamp == 0
    )


def _order_status(order: OrderPayload) -> OrderStatus:
    status = _STATUS.get(order.order_base_info.status, OrderStatus.UNKNOWN)
    if status is OrderStatus.PAID and is_held(order):
        return OrderStatus.ON_HOLD
    sent = order.order_delivery_info.delivery_num
    if status is OrderStatus.PAID and 0 < sent < order.order_item_info.num:
        return OrderStatus.PARTIALLY_SHIPPED
    return status


def _lines(order: OrderPayload) -> Iterator[OrderLine]:
    base, item = order.order_base_info, order.order_item_info
    open_case = any(refund.refund_status not in _REFUND_ENDED for refund in order.order_refund_list)
    paid_back = base.status == 80 and any(refund.refund_status == 60 for refund in order.order_refund_list)
    reduction = item.price * item.num - base.total_fee
    yield _line(
        item,
        line_id=base.oid,
        paid_minor=base.total_fee,
        reduction=reduction,
        refunding_quantity=item.num if open_case else 0,
        refunded_quantity=item.num if paid_back else 0,
    )
    for sub in order.sub_order_info:
        gift, oid = sub.sub_order_item_info, sub.sub_order_base_info.oid
        yield _line(gift, line_id=oid, paid_minor=0, is_freebie=sub.sub_order_type == _GIFT)


def _line(
    item: OrderItemInfo, *, line_id: str, paid_minor: int, reduction: int = 0, **more: Any
) -> OrderLine:
    discounts: tuple[Discount, ...] = ()
    if reduction > 0:
        discounts = (Discount(payer=DiscountPayer.UNKNOWN, amount=_money(reduction), name="discountFee"),)
    return OrderLine(
        line_id=line_id,
        product_id=item.item_id,
        sku_id=item.sku_id,
        title=item.item_title,
        quantity=item.num,
        unit_price=_money(item.price),
        paid=_money(paid_minor),
        discounts=discounts,
        merchant_sku=item.sku_nick,
        attributes=(("规格", item.sku_desc),) if item.sku_desc else (),
        **more,
    )


def _payments(order: OrderPayload, total: Money) -> Iterator[Payment]:
    base = order.order_base_info
    method = str(base.pay_type) if base.pay_type else ""
    steps = [step for step in order.order_step_info.order_payment_steps if step.pay_time]
    for step in steps:  # 定金, 尾款
        yield Payment(method=method, amount=_money(step.payment_fee), paid_at=moment(step.pay_time))
    if not steps and base.pay_time:
        yield Payment(method=method, amount=total, paid_at=moment(base.pay_time))


def _receiver(address: OrderAddress) -> Receiver | None:
    if not (address.encrypted_address or address.desensitise_address or address.province):
        return None
    return Receiver(
        name=address.desensitise_consignee,
        phone=address.desensitise_mobile,
        province=address.province,
        city=address.city,
        district=address.district,
        address=f"{address.town}{address.desensitise_address}",
    )


def _parcels(order: OrderPayload) -> Iterator[Parcel]:
    for logistics in order.order_logistics_info:
        if logistics.express_no:
            yield Parcel(
                carrier=our_code(logistics.express_code, platform=PLATFORM),
                waybill_id=logistics.express_no,
                carrier_code=logistics.express_code,
            )


def _source(order: OrderPayload) -> OrderSource | None:
    cps, role = order.order_cps_info, order.order_base_info.order_seller_role_info
    if not (cps.distributor_id or role.role_id or order.carrier_type):
        return None
    return OrderSource(
        channel="cps" if cps.distributor_id else "",
        account_kind=str(role.role_type) if role.role_type else "",
        account_id=role.role_id,
        content_kind=str(order.carrier_type) if order.carrier_type else "",
        content_id=order.carrier_id,
        promoter_id=cps.distributor_id,
    )


def read_product(payload: Json, *, shop_id: str, product_id: str = "") -> Product:
    """One item of an item list. Whether it is on sale is known only where the platform says so.

    Raises:
        PayloadError: with every bad path, and for another item than ``product_id``, where that is given.
    """
    item = read(ItemPayload, payload, kind="product", ref=product_id or _ref(payload, "kwaiItemId"))
    _check_asked(item.kwai_item_id, product_id, kind="product", payload=payload)
    shelf = "" if item.on_offline_status is None else str(item.on_offline_status)
    audit = "" if item.audit_status is None else str(item.audit_status)
    try:
        return Product(
            platform=PLATFORM,
            shop_id=shop_id,
            product_id=item.kwai_item_id,
            title=item.title,
            status=_product_status(item),
            platform_status=f"{audit}/{shelf}" if audit or shelf else "",
            skus=tuple(_sku(sku) for sku in item.sku_list),
            merchant_product=item.rel_item_id,
            category_ids=(item.category_id,) if item.category_id else (),
            image_urls=(item.main_image_url,) if item.main_image_url else (),
            updated_at=_moment(item.update_time),
            raw=payload,
        )
    except ValidationError as error:
        failure = error
    raise PayloadError(
        kind="product",
        problems=payload_problems(failure, prefix="product"),
        ref=item.kwai_item_id,
        payload=payload,
    )


def _product_status(item: ItemPayload) -> ProductStatus:
    if item.audit_status in _UNDER_AUDIT:
        return _UNDER_AUDIT[item.audit_status]
    match item.on_offline_status:
        case 1:
            return ProductStatus.LISTED
        case 0:
            return ProductStatus.DELISTED
        case _:
            return ProductStatus.UNKNOWN


def _sku(sku: SkuPayload) -> Sku:
    return Sku(
        sku_id=sku.kwai_sku_id,
        merchant_sku=sku.sku_nick,
        barcode=sku.gtin_code,
        attributes=(("规格", sku.specification),) if sku.specification else (),
        price=_money(sku.sku_sale_price),
        stock=sku.sku_stock,
    )


def _check_asked(answered: str, asked: str, *, kind: str, payload: Json) -> None:
    """Refuse an answer about something else: stored, it would be a change that nobody made."""
    if asked and answered != asked:
        other = Problem(kind, f"is not the {kind} that was asked for", repr(asked))
        raise PayloadError(kind=kind, problems=[other], ref=asked, payload=payload)


def _ref(payload: Json, *path: str) -> str:
    """An id out of a payload that may be of any form."""
    value: Any = payload
    for key in path:
        value = cast("Json", value).get(key) if isinstance(value, dict) else None
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole or isinstance(value, str) else ""


def _money(minor: int) -> Money:
    return Money(minor, "CNY")


def _moment(at: int) -> datetime | None:
    return moment(at) if at else None
