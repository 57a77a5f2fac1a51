"""The endpoints that act on an order: shipping, the shop's note, the receiver in clear. wechat.md §4.5–§4.6."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._orders import OrderBook
from privdomain.sandbox.wechat_shop._replies import Refusal

__all__ = ["CARRIERS", "Shipment", "ShippingDesk"]

CARRIERS: Mapping[str, str] = {
    "SF": "顺丰速运",
    "YTO": "圆通速递",
    "ZTO": "中通快递",
    "STO": "申通快递",
    "YUNDA": "韵达快递",
    "JTSD": "极兔速递",
    "JD": "京东快递",
    "EMS": "中国邮政",
    "DBKD": "德邦快递",
}
_OTHER = "OTHER"
_EXPRESS, _VIRTUAL = 1, 3
_TO_SHIP, _PARTLY, _SHIPPED = 20, 21, 30


@frozen(kw_only=True)
class Shipment:
    """One parcel that a call of ``delivery/send`` brought into the world, with units by (product, SKU)."""

    delivery_id: str
    waybill_id: str
    units: Mapping[tuple[str, str], int]


class ShippingDesk:
    """Ships, notes and decodes; counts what it did. ``now`` is the sandbox's time in whole seconds."""

    def __init__(self, orders: OrderBook, *, now: Callable[[], int], virtual_numbers: bool) -> None:
        self._orders, self._now, self._virtual_numbers = orders, now, virtual_numbers
        self._lock = threading.Lock()
        self._shipments: dict[str, list[Shipment]] = {}
        self._memos: dict[str, list[str]] = {}
        self._decodes: Counter[str] = Counter()
        self._receivers: dict[str, Mapping[str, Any]] = {}

    def shipments(self, order_id: str) -> tuple[Shipment, ...]:
        """The parcels of an order that were told by calls, oldest first."""
        with self._lock:
            return tuple(self._shipments.get(order_id, ()))

    def memos(self, order_id: str) -> tuple[str, ...]:
        """Every note that was written on an order, oldest first."""
        with self._lock:
            return tuple(self._memos.get(order_id, ()))

    def decodes(self, order_id: str) -> int:
        """How often the receiver of an order was told in clear."""
        with self._lock:
            return self._decodes[order_id]

    def put_receiver(self, order_id: str, receiver: Mapping[str, Any]) -> None:
        """What decoding an order tells."""
        with self._lock:
            self._receivers[order_id] = dict(receiver)

    def carriers(self, fields: Fields) -> dict[str, Any]:
        """``order/deliverycompanylist/new/get``."""
        fields.flag("ewaybill_only")
        listed = [{"delivery_id": code, "delivery_name": name} for code, name in CARRIERS.items()]
        return {"company_list": listed}

    def note(self, fields: Fields) -> dict[str, Any]:
        """``order/merchantnotes/update``."""
        order_id, text = fields.text("order_id"), fields.text("merchant_notes", default="")

        def change(order: dict[str, Any]) -> None:
            order["order_detail"].setdefault("ext_info", {})["merchant_notes"] = text

        self._orders.edit(order_id, change, at=self._now())
        with self._lock:
            self._memos.setdefault(order_id, []).append(text)
        return {}

    def decode(self, fields: Fields) -> dict[str, Any]:
        """``order/sensitiveinfo/decode``: with virtual numbers on, the buyer's own number stays masked."""
        order_id = fields.text("order_id")
        order = self._orders.find(order_id)
        if order is None:
            raise Refusal(100002)
        masked: dict[str, Any] = order["order_detail"].get("delivery_info", {}).get("address_info") or {}
        with self._lock:
            self._decodes[order_id] += 1
            address = {**masked, **self._receivers.get(order_id, {})}
        if not self._virtual_numbers:
            return {"address_info": address}
        address["tel_number"] = masked.get("tel_number", "")
        expires = self._now() + 7 * 86_400
        number = {"virtual_number": "10000000001", "extension": order_id[-4:], "expiration": expires}
        return {"address_info": address, "virtual_number_info": number}

    def send(self, fields: Fields) -> dict[str, Any]:
        """``order/delivery/send``: several parcels at once; a unit goes once."""
        order_id = fields.text("order_id")
        parcels = [_parcel(part) for part in fields.parts("delivery_list")]
        at = self._now()

        def change(order: dict[str, Any]) -> None:
            if order["status"] not in {_TO_SHIP, _PARTLY}:
                raise fields.bad("order status does not allow shipping")
            delivery = order["order_detail"].setdefault("delivery_info", {})
            told: list[dict[str, Any]] = list(delivery.get("delivery_product_info") or ())
            left = _units_left(order, told)
            for parcel in parcels:
                for place, units in parcel.units.items():
                    if left[place] < units:
                        raise fields.bad("product_cnt is more than is left to ship")
                    left[place] -= units
                told.append(_payload(parcel, at))
            delivery["delivery_product_info"] = told
            left.subtract(_units_refunded(order))
            done = not any(units > 0 for units in left.values())
            delivery["ship_done_time"] = at if done else 0
            order["status"] = _SHIPPED if done else _PARTLY

        self._orders.edit(order_id, change, at=at)
        with self._lock:
            self._shipments.setdefault(order_id, []).extend(parcels)
        return {}


def _parcel(part: Fields) -> Shipment:
    kind = part.optional_whole("deliver_type")
    if kind not in {_EXPRESS, _VIRTUAL}:
        raise part.bad("deliver_type is 1 or 3")
    delivery_id, waybill_id = part.text("delivery_id", default=""), part.text("waybill_id", default="")
    if kind == _EXPRESS:
        if delivery_id != _OTHER and delivery_id not in CARRIERS:
            raise part.bad("delivery_id is none of the platform's")
        if not waybill_id:
            raise part.bad("waybill_id is required")
    units: Counter[tuple[str, str]] = Counter()
    for product in part.parts("product_infos"):
        count = product.whole("product_cnt", least=1, most=2**31 - 1)
        units[product.text("product_id"), product.text("sku_id")] += count
    return Shipment(delivery_id=delivery_id, waybill_id=waybill_id, units=dict(units))


def _payload(parcel: Shipment, at: int) -> dict[str, Any]:
    return {
        "waybill_id": parcel.waybill_id,
        "delivery_id": parcel.delivery_id,
        "delivery_name": CARRIERS.get(parcel.delivery_id, ""),
        "delivery_time": at,
        "deliver_type": _EXPRESS if parcel.waybill_id else _VIRTUAL,
        "product_infos": [
            {"product_id": product_id, "sku_id": sku_id, "product_cnt": units}
            for (product_id, sku_id), units in parcel.units.items()
        ],
    }


def _units_left(order: Mapping[str, Any], told: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Units that no parcel has."""
    left: Counter[tuple[str, str]] = Counter()
    for line in order["order_detail"]["product_infos"]:
        left[str(line["product_id"]), str(line["sku_id"])] += line["sku_cnt"]
    for parcel in told:
        for product in parcel["product_infos"]:
            left[str(product["product_id"]), str(product["sku_id"])] -= product["product_cnt"]
    return left


def _units_refunded(order: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    refunded: Counter[tuple[str, str]] = Counter()
    for line in order["order_detail"]["product_infos"]:
        place = str(line["product_id"]), str(line["sku_id"])
        refunded[place] += line.get("finish_aftersale_sku_cnt", 0)
    return refunded
