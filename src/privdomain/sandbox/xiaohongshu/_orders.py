"""Orders of one shop: listing, detail, shipping, trace. xiaohongshu-and-cps.md A3."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.xiaohongshu._fields import Fields
from privdomain.sandbox.xiaohongshu._order_payload import list_row
from privdomain.sandbox.xiaohongshu._pages import NumberedPage, TimeIndex, Window
from privdomain.sandbox.xiaohongshu._replies import BAD_ARGUMENT, NOT_FOUND, NOT_NOW, Refusal

__all__ = ["OrderBook"]

_MINUTE_MS = 60_000
_SPANS = {1: 24 * 60 * _MINUTE_MS, 2: 30 * _MINUTE_MS}
_WAITING, _PARTLY, _SHIPPED = 4, 5, 6
_BEIJING = timezone(timedelta(hours=8))


class OrderBook:
    """The orders of one shop by creation and by update. A payload that was served is never changed, only replaced."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._by_id: dict[str, Mapping[str, Any]] = {}
        self._created, self._updated = TimeIndex(), TimeIndex()

    def __len__(self) -> int:
        return len(self._by_id)

    def put(self, order: Mapping[str, Any]) -> None:
        """Add an order, or replace the one with its id."""
        for name, kind in (("orderId", str), ("orderStatus", int), ("createdTime", int), ("updateTime", int)):
            if not isinstance(order.get(name), kind):
                raise ArgumentError(f"an order of the sandbox has {name} as {kind.__name__}")
        with self.lock:
            self._by_id[order["orderId"]] = order
            self._created.place(order["orderId"], order["createdTime"])
            self._updated.place(order["orderId"], order["updateTime"])

    def change(self, order_id: str, fields: Mapping[str, Any], *, at_ms: int) -> Mapping[str, Any]:
        """Replace top-level fields; the update time becomes ``at_ms`` unless it is among them."""
        with self.lock:
            self.put({**self.payload(order_id), "updateTime": at_ms, **fields})
            return self._by_id[order_id]

    def payload(self, order_id: str) -> Mapping[str, Any]:
        """The order as it is served now."""
        order = self._by_id.get(order_id)
        if order is None:
            raise ArgumentError(f"there is no order {order_id} in this shop")
        return order

    def find(self, order_id: str) -> Mapping[str, Any]:
        """The order, or the platform's refusal."""
        order = self._by_id.get(order_id)
        if order is None:
            raise Refusal(NOT_FOUND)
        return order

    def listing(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``order.getOrderList``: seconds in, milliseconds out; at most 100 pages of 100."""
        window = Window.read(fields, unit_ms=1000, most_ms=_SPANS)
        kind, status = fields.optional("orderType"), fields.optional("orderStatus")

        def keep(order_id: str) -> bool:
            order = self._by_id[order_id]
            return kind in {None, order["orderType"]} and status in {None, order["orderStatus"]}

        with self.lock:
            index = self._updated if window.by == 2 else self._created
            found = index.between(window.start, window.end)
            filtered = kind is not None or status is not None
            page = NumberedPage.cut(found, fields, most_pages=100, keep=keep if filtered else None)
            rows = [list_row(self._by_id[name]) for name in page.names]
        return {
            "total": page.total,
            "pageNo": page.number,
            "pageSize": page.size,
            "maxPageNo": page.pages,
            "orderList": [] if quirk is FaultKind.EMPTY_PAGE else rows,
        }

    def deliver(self, fields: Fields, *, at_ms: int) -> Mapping[str, Any]:
        """``order.orderDeliver``: the whole order, or with ``unpack`` the SKUs that are named."""
        order_id, waybill = fields.text("orderId"), fields.text("expressNo")
        code = fields.text("expressCompanyCode")
        with self.lock:
            order = self.find(order_id)
            if order["orderStatus"] not in {_WAITING, _PARTLY}:
                raise Refusal(NOT_NOW, f"orderStatus {order['orderStatus']}")
            if not fields.flag("unpack"):
                if order["orderStatus"] == _PARTLY:
                    raise Refusal(NOT_NOW, "a part has been shipped: unpack")
                done = {"expressTrackingNo": waybill, "expressCompanyCode": code}
                return self.change(
                    order_id, {**done, "orderStatus": _SHIPPED, "deliveryTime": at_ms}, at_ms=at_ms
                )
            parcels = self._with_parcel(order, fields.texts("skuIdList"), waybill, code)
            shipped = {sku for parcel in parcels for sku in parcel["skuIdList"]}
            whole = shipped >= {line["skuId"] for line in order["skuList"]}
            changes: dict[str, Any] = {"simpleDeliveryOrderList": parcels, "unpack": True}
            changes |= {"orderStatus": _SHIPPED if whole else _PARTLY}
            changes |= {"deliveryTime": at_ms} if whole else {}
            return self.change(order_id, changes, at_ms=at_ms)

    @staticmethod
    def _with_parcel(
        order: Mapping[str, Any], skus: list[str], waybill: str, code: str
    ) -> list[dict[str, Any]]:
        parcels: list[dict[str, Any]] = list(order["simpleDeliveryOrderList"])
        shipped = {sku for parcel in parcels for sku in parcel["skuIdList"]}
        held = {line["skuId"] for line in order["skuList"]}
        if not skus or not held.issuperset(skus):
            raise Refusal(BAD_ARGUMENT, "skuIdList names what the order has not")
        if shipped.intersection(skus):
            raise Refusal(NOT_NOW, "shipped already")
        parcel = {"deliveryOrderIndex": len(parcels) + 1, "status": _SHIPPED, "expressTrackingNo": waybill}
        return [*parcels, {**parcel, "expressCompanyCode": code, "skuIdList": skus}]

    def track(self, fields: Fields) -> dict[str, Any]:
        """``order.getOrderTracking``: ``eventAt`` is a text in Beijing time."""
        order = self.find(fields.text("orderId"))
        parcels = [
            (parcel["expressTrackingNo"], parcel["expressCompanyCode"])
            for parcel in order["simpleDeliveryOrderList"]
        ]
        if not parcels and order["expressTrackingNo"]:
            parcels = [(order["expressTrackingNo"], order["expressCompanyCode"])]
        begun = order["deliveryTime"] or order["updateTime"]
        steps = [(0, 8, 3020, "商家已发货"), (60, 35, 6010, "已揽件"), (600, 35, 6020, "运输中")]
        if order["orderStatus"] == 7:
            steps.append((2000, 35, 6030, "已签收"))
        records = [
            {
                "eventAt": _beijing(begun + minutes * _MINUTE_MS),
                "eventDesc": f"快件{words}",
                "nodeId": node,
                "trackingStatus": status,
                "trackingStatusDesc": words,
                "location": {"provinceName": "上海市", "cityName": "上海市"},
            }
            for minutes, node, status, words in steps
        ]
        return {
            "orderTrackInfos": [
                {
                    "orderId": order["orderId"],
                    "expressNo": waybill,
                    "expressCompanyCode": code,
                    "expressCompanyName": code,
                    "records": records,
                }
                for waybill, code in parcels
            ]
        }


def _beijing(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(_BEIJING)
    return f"{at:%Y-%m-%d %H:%M:%S}"
