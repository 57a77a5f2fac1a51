"""A sale in the form of 快手小店: one element is one order of one SKU. kuaishou.md §5.2"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.sales import SoldOrder, SoldStatus

__all__ = ["checked", "milliseconds", "sold_blocks"]

_STATUS = {
    SoldStatus.PENDING_PAYMENT: 10,
    SoldStatus.PAID: 30,
    SoldStatus.SHIPPED: 40,
    SoldStatus.COMPLETED: 70,
    SoldStatus.CLOSED: 80,
}
_PAID = frozenset({30, 40, 50, 70})
_SENT = frozenset({40, 50, 70})
_WECHAT_PAY = 1
_PROMISED_MS = 48 * 3600 * 1000


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970."""
    if at.tzinfo is None:
        raise ArgumentError("the times of a sandbox are aware; this one has no zone")
    seconds = int(at.timestamp() // 1)
    return seconds * 1000 + at.microsecond // 1000


def checked(order: SoldOrder) -> SoldOrder:
    """The order, if 快手 can have it."""
    if not (order.order_id.isascii() and order.order_id.isdigit()):
        raise ArgumentError(f"order {order.order_id}: 快手 numbers its orders, so the id has to be digits")
    if len(order.lines) != 1:
        raise ArgumentError(
            f"order {order.order_id} has {len(order.lines)} lines; at 快手 one order is one SKU and nothing in its "
            "documents joins several into one, so sell one order per line"
        )
    line = order.lines[0]
    for name, value in (("product_id", line.product_id), ("sku_id", line.sku_id)):
        if not (value.isascii() and value.isdigit()):
            raise ArgumentError(f"order {order.order_id}: {name} {value!r} is no number, as ids are at 快手")
    return order


def sold_blocks(order: SoldOrder) -> dict[str, Mapping[str, Any]]:
    """``orderBaseInfo``, ``orderItemInfo`` and ``orderDeliveryInfo`` of a sale."""
    (line,) = order.lines
    created, updated = milliseconds(order.created), milliseconds(order.updated)
    status = _STATUS[order.status]
    reduction = line.unit_price * line.quantity - line.paid
    base: dict[str, Any] = {
        "oid": int(order.order_id),
        "status": status,
        "createTime": created,
        "updateTime": updated,
        "payTime": created if status in _PAID else 0,
        "sendTime": updated if status in _SENT else 0,
        "recvTime": updated if status == 70 else 0,
        "refundTime": 0,
        "buyerOpenId": order.buyer_id,
        "buyerNick": "",
        "expressFee": order.freight,
        "discountFee": reduction,
        "totalFee": line.paid,
        "remark": "",
        "cpsType": 1,
        "payType": _WECHAT_PAY if status in _PAID else 0,
        "coType": 0,
        "preSale": 0,
        "riskCode": 0,
        "validPromiseShipmentTimeStamp": created + _PROMISED_MS,
        "disableDeliveryReasonCode": [],
        "allActivityType": [],
    }
    item = {
        "itemId": int(line.product_id),
        "skuId": int(line.sku_id),
        "relItemId": 0,
        "relSkuId": 0,
        "skuNick": "",
        "skuDesc": "",
        "itemTitle": line.title,
        "num": line.quantity,
        "price": line.unit_price,
        "originalPrice": line.unit_price,
        "discountFee": reduction,
        "itemType": 1,
    }
    sent = line.quantity if status in _SENT else 0
    delivery = {"deliveryNum": sent, "totalPackageNum": 0, "maxPackageNum": 50, "enableAppendPackage": True}
    return {"orderBaseInfo": base, "orderItemInfo": item, "orderDeliveryInfo": delivery}
