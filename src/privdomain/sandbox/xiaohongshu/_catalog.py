"""Products, stock and settled money of one shop. The field names are those of published SDKs (A5 has none)."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from attrs import define

from privdomain.errors import ArgumentError
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.xiaohongshu._fields import Fields
from privdomain.sandbox.xiaohongshu._pages import NumberedPage, TimeIndex
from privdomain.sandbox.xiaohongshu._replies import BAD_ARGUMENT, NOT_FOUND, Refusal

__all__ = ["Catalog"]

_DAY_MS = 86_400_000
_WAREHOUSE = "CPartner"


@define
class _Stock:
    total: int
    occupied: int = 0


class Catalog:
    """What a shop sells and what it has of it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._items: dict[str, dict[str, Any]] = {}
        self._skus: dict[str, list[dict[str, Any]]] = {}
        self._stocks: dict[str, _Stock] = {}
        self._movements: dict[str, Mapping[str, Any]] = {}
        self._settled = TimeIndex()

    def put(self, item_id: str, name: str, skus: Mapping[str, int], *, at_ms: int) -> None:
        """Add a product with its SKUs and their prices in fen."""
        with self._lock:
            item: dict[str, Any] = {
                "id": item_id,
                "name": name,
                "images": [],
                "brandId": "",
                "categoryId": "5a31",
            }
            self._items[item_id] = {**item, "createTime": at_ms, "updateTime": at_ms}
            self._skus[item_id] = [
                {"id": sku, "itemId": item_id, "price": price, "originalPrice": price, "buyable": True}
                for sku, price in skus.items()
            ]
            for sku in skus:
                self._stocks.setdefault(sku, _Stock(0))

    def stock(self, sku_id: str, total: int, *, occupied: int = 0) -> None:
        """Put units on the shelf, some of them promised."""
        with self._lock:
            self._stocks[sku_id] = _Stock(total, occupied)

    def units(self, sku_id: str) -> int:
        """Units of a SKU, the promised ones included."""
        with self._lock:
            if sku_id not in self._stocks:
                raise ArgumentError(f"there is no SKU {sku_id} in this shop")
            return self._stocks[sku_id].total

    def settle(self, movement: Mapping[str, Any]) -> None:
        """Book a movement of money."""
        with self._lock:
            name = str(movement["transactionId"])
            self._movements[name] = movement
            self._settled.place(name, movement["settledTime"])

    def search(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``product.searchItemList``: the newest first."""
        fields.members("searchParam")
        with self._lock:
            names = list(reversed(self._items))
            page = NumberedPage.cut(names, fields)
            rows = [self._items[name] for name in page.names]
        found = [] if quirk is FaultKind.EMPTY_PAGE else rows
        return {
            "total": page.total,
            "currentPage": page.number,
            "pageSize": page.size,
            "itemDetailV3s": found,
        }

    def item(self, fields: Fields) -> dict[str, Any]:
        """``product.getItemInfo``."""
        item_id = fields.text("itemId")
        with self._lock:
            if item_id not in self._items:
                raise Refusal(NOT_FOUND)
            skus = {sku["id"]: sku for sku in self._skus[item_id]}
            page = NumberedPage.cut(list(skus), fields)
            infos = [
                {**skus[name], "stock": self._stocks[name].total - self._stocks[name].occupied}
                for name in page.names
            ]
            return {"itemInfo": self._items[item_id], "skuInfos": infos, "total": page.total}

    def read_stock(self, fields: Fields) -> dict[str, Any]:
        """``inventory.getSkuStockV2``."""
        with self._lock:
            return self._told(fields.text("skuId"))

    def sync_stock(self, fields: Fields) -> dict[str, Any]:
        """``inventory.syncSkuStockV2``: the total, promised units included."""
        sku_id, totals = fields.text("skuId"), Fields(fields.members("qtyWithWhcode"))
        total = totals.whole(_WAREHOUSE)
        with self._lock:
            self._told(sku_id)
            if total < self._stocks[sku_id].occupied:
                raise Refusal(BAD_ARGUMENT, "less than what is promised")
            self._stocks[sku_id].total = total
            return self._told(sku_id)

    def _told(self, sku_id: str) -> dict[str, Any]:
        stock = self._stocks.get(sku_id)
        if stock is None:
            raise Refusal(NOT_FOUND)
        units = {
            "available": stock.total - stock.occupied,
            "total": stock.total,
            "occupiedQuantity": stock.occupied,
        }
        return {
            "response": {"success": True, "code": 0, "msg": ""},
            "apiVersion": "V1",
            "skuStockInfo": {"skuId": sku_id, "skuStockInfo": units},
            "skuStockInfoWithWhcode": [{"skuId": sku_id, "whcode": _WAREHOUSE, "skuStockInfo": units}],
        }

    def movements(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``finance.pageQueryTransaction``: at most a day, the end not included; yuan as text."""
        start, end = fields.whole("startTime"), fields.whole("endTime")
        if end < start or end - start > _DAY_MS:
            raise Refusal(BAD_ARGUMENT, "at most a day")
        with self._lock:
            page = NumberedPage.cut(self._settled.between(start, end - 1), fields, name="pageNum")
            rows = [self._movements[name] for name in page.names]
        return {
            "total": page.total,
            "totalPage": page.pages,
            "pageNum": page.number,
            "pageSize": page.size,
            "transactions": [] if quirk is FaultKind.EMPTY_PAGE else rows,
        }
