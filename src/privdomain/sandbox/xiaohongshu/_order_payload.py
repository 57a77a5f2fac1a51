"""Orders in the platform's words, made of sales in nobody's words. xiaohongshu-and-cps.md A3.

``totalPayAmount`` is what the buyer pays, freight included; every line's ``totalPaidAmount`` is the line total, and
what the list price has above it was taken off by the shop. Amounts are fen, times milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.sales import SoldLine, SoldOrder, SoldStatus

__all__ = ["STATUSES", "address_id", "list_row", "millis", "order_payload", "receiver_of"]

STATUSES: Mapping[SoldStatus, int] = {
    SoldStatus.PENDING_PAYMENT: 1,
    SoldStatus.PAID: 4,
    SoldStatus.SHIPPED: 6,
    SoldStatus.COMPLETED: 7,
    SoldStatus.CLOSED: 9,
}
_ROW = (
    "orderId", "orderType", "orderStatus", "orderAfterSalesStatus", "cancelStatus", "createdTime", "paidTime",
    "updateTime", "deliveryTime", "cancelTime", "finishTime", "promiseLastDeliveryTime", "receiverProvinceName",
    "receiverCityName", "receiverDistrictName", "customerRemark", "sellerRemark", "sellerRemarkFlag",
    "originalOrderId", "logistics", "totalDepositAmount", "totalMerchantDiscount", "totalRedDiscount", "paymentType",
    "userId",
)  # fmt: skip


def millis(at: datetime) -> int:
    """A moment as the platform writes it."""
    if at.tzinfo is None:
        raise ArgumentError(f"{at.isoformat()} has no zone; a time of an order is an aware datetime")
    return int(at.timestamp()) * 1000 + at.microsecond // 1000


def receiver_of(order: SoldOrder) -> dict[str, str]:
    """Somebody to send it to: made of the order's buyer, the same every time, and nobody real."""
    number = int.from_bytes(blake2b(order.buyer_id.encode(), digest_size=4).digest()) % 10**8
    return {
        "receiverProvinceName": "上海市",
        "receiverCityName": "上海市",
        "receiverDistrictName": "黄浦区",
        "receiverTownName": "外滩街道",
        "receiverName": f"买家{number % 1000}",
        "receiverPhone": f"199{number:08d}",
        "receiverAddress": f"测试路 {number % 500} 号",
    }


def address_id(receiver: Mapping[str, str]) -> str:
    """``openAddressId``: another one as soon as a part of the address changes."""
    return blake2b("\n".join(receiver.values()).encode(), digest_size=16).hexdigest()


def order_payload(order: SoldOrder, receiver: Mapping[str, str]) -> dict[str, Any]:
    """The order as ``order.getOrderDetail`` serves it."""
    created, updated = millis(order.created), millis(order.updated)
    status = STATUSES[order.status]
    paid = order.status not in {SoldStatus.PENDING_PAYMENT, SoldStatus.CLOSED}
    shipped = order.status in {SoldStatus.SHIPPED, SoldStatus.COMPLETED}
    skus = [_sku(line) for line in order.lines]
    return {
        "orderId": order.order_id,
        "orderType": 1,
        "orderStatus": status,
        "orderAfterSalesStatus": 1,
        "cancelStatus": 0,
        "createdTime": created,
        "paidTime": created if paid else 0,
        "updateTime": updated,
        "deliveryTime": updated if shipped else 0,
        "cancelTime": updated if order.status is SoldStatus.CLOSED else 0,
        "finishTime": updated if order.status is SoldStatus.COMPLETED else 0,
        "promiseLastDeliveryTime": created + 48 * 3_600_000,
        "receiverProvinceName": receiver["receiverProvinceName"],
        "receiverCityName": receiver["receiverCityName"],
        "receiverDistrictName": receiver["receiverDistrictName"],
        "customerRemark": "",
        "sellerRemark": "",
        "sellerRemarkFlag": 0,
        "originalOrderId": "",
        "logistics": "red_auto",
        "paymentType": 2,
        "userId": order.buyer_id,
        "totalPayAmount": order.total,
        "totalShippingFree": order.freight,
        "totalDepositAmount": 0,
        "totalMerchantDiscount": sum(sku["totalMerchantDiscount"] for sku in skus),
        "totalRedDiscount": 0,
        "merchantActualReceiveAmount": order.total,
        "totalNetWeightAmount": 500 * len(skus),
        "openAddressId": address_id(receiver),
        "unpack": False,
        "expressTrackingNo": f"SF{order.order_id[-12:]:0>13}" if shipped else "",
        "expressCompanyCode": "SF" if shipped else "",
        "simpleDeliveryOrderList": [],
        "receiverName": None,
        "receiverPhone": None,
        "receiverAddress": None,
        "skuList": skus,
    }


def _sku(line: SoldLine) -> dict[str, Any]:
    reduction = line.unit_price * line.quantity - line.paid
    return {
        "skuId": line.sku_id,
        "skuName": line.title,
        "erpcode": "",
        "skuSpec": "",
        "skuImage": "",
        "skuQuantity": line.quantity,
        "totalPaidAmount": line.paid,
        "totalMerchantDiscount": reduction,
        "totalRedDiscount": 0,
        "totalTaxAmount": 0,
        "totalNetWeight": 500,
        "skuTag": 0,
        "isChannel": False,
        "skuDetailList": [
            {
                "skuId": line.sku_id,
                "erpCode": "",
                "barcode": "",
                "quantity": line.quantity,
                "pricePerSku": line.unit_price,
                "rawPricePerSku": line.unit_price,
                "paidAmountPerSku": line.paid // line.quantity,
                "merchantDiscountPerSku": reduction // line.quantity,
                "redDiscountPerSku": 0,
            }
        ],
    }


def list_row(order: Mapping[str, Any]) -> dict[str, Any]:
    """The order as a row of the listing: without its money."""
    return {name: order[name] for name in _ROW if name in order}
