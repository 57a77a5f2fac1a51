"""The item endpoints of one seller: a shelf listed by page, and stock that changes by differences. kuaishou.md §7"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.kuaishou._fields import Fields
from privdomain.sandbox.kuaishou._words import Refusal

__all__ = ["ItemShelf"]


class ItemShelf:
    """One seller's items, the newest first as the platform lists them."""

    def __init__(self, *, now: Callable[[], int], effects: Counter[tuple[str, str]]) -> None:
        self._now, self._effects = now, effects
        self._lock = threading.RLock()
        self._items: dict[str, Mapping[str, Any]] = {}

    def put(
        self, item_id: str, *, title: str, skus: Mapping[str, tuple[int, int]], on_shelf: bool, audit: int
    ) -> None:
        """Add an item, or replace the one with its id; a SKU is its price in fen and its stock."""
        if not skus:
            raise ArgumentError(f"item {item_id} has no SKU; it needs one at least")
        with self._lock:
            old = self._items.pop(item_id, None)
            self._items[item_id] = {
                "kwaiItemId": int(item_id),
                "relItemId": 0,
                "title": title,
                "price": min(price for price, _ in skus.values()),
                "categoryId": 1001,
                "categoryName": "茶叶",
                "mainImageUrl": "",
                "createTime": old["createTime"] if old else self._now(),
                "updateTime": self._now(),
                "auditStatus": audit,
                "onOfflineStatus": int(on_shelf),
                "skuList": [
                    {
                        "kwaiSkuId": int(sku_id),
                        "relSkuId": 0,
                        "skuStock": stock,
                        "skuSalePrice": price,
                        "skuNick": "",
                        "specification": "默认",
                        "isValid": 1,
                        "gtinCode": "",
                    }
                    for sku_id, (price, stock) in skus.items()
                ],
            }

    def remove(self, item_id: str) -> None:
        """The item goes away; what comes after it moves up a place."""
        with self._lock:
            del self._items[item_id]

    def stock(self, item_id: str, sku_id: str) -> int:
        """Units of a SKU, now."""
        return int(self._sku(self._item(item_id), sku_id)["skuStock"])

    def __len__(self) -> int:
        return len(self._items)

    def _item(self, item_id: str) -> Mapping[str, Any]:
        item = self._items.get(item_id)
        if item is None:
            raise Refusal("param", "商品不存在")
        return item

    def _sku(self, item: Mapping[str, Any], sku_id: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] | None = next(
            (sku for sku in item["skuList"] if str(sku["kwaiSkuId"]) == sku_id), None
        )
        if found is None:
            raise Refusal("param", "SKU不存在")
        return found

    def listing(self, fields: Fields) -> dict[str, Any]:
        """``open.item.list.get``."""
        number = fields.number("pageNumber", least=1, default=1)
        size = fields.number("pageSize", least=10, most=100, default=100)
        with self._lock:
            rows = list(reversed(self._items.values()))
        if fields.has("kwaiItemId"):
            wanted = fields.number("kwaiItemId")
            rows = [row for row in rows if row["kwaiItemId"] == wanted]
        if fields.has("onOfflineStatus"):
            shelf = fields.number("onOfflineStatus", most=1)
            rows = [row for row in rows if row["onOfflineStatus"] == shelf]
        page = rows[(number - 1) * size : number * size]
        pages = -(-len(rows) // size)
        data = {"totalItemCount": len(rows), "currentPageNumber": number, "totalPage": pages, "items": page}
        return {"data": data}

    def get(self, fields: Fields) -> dict[str, Any]:
        """``open.item.get``."""
        item = dict(self._item(fields.id("kwaiItemId")))
        return {"data": {"itemId": item.pop("kwaiItemId"), "skuInfos": item.pop("skuList"), **item}}

    def update_stock(self, fields: Fields) -> dict[str, Any]:
        """``open.item.sku.stock.update``: a difference, carried out as often as it comes."""
        item_id, sku_id = fields.id("kwaiItemId"), fields.id("skuId")
        change = fields.number("skuChangeStock", least=1)
        if fields.number("changeType", least=1, most=2) == 2:
            change = -change
        with self._lock:
            item = self._item(item_id)
            sku = self._sku(item, sku_id)
            if sku["skuStock"] + change < 0:
                raise Refusal("param", "当前库存不足，请减少预留库存")
            changed = {**sku, "skuStock": sku["skuStock"] + change}
            skus = [changed if one is sku else one for one in item["skuList"]]
            self._items[item_id] = {**item, "skuList": skus, "updateTime": self._now()}
        self._effects["stock", f"{item_id}/{sku_id}"] += 1
        return {}

    def set_shelf(self, fields: Fields) -> dict[str, Any]:
        """``open.item.shelf.status.update``."""
        item_id, status = fields.id("kwaiItemId"), fields.number("shelfStatus", most=1)
        with self._lock:
            self._items[item_id] = {
                **self._item(item_id),
                "onOfflineStatus": status,
                "updateTime": self._now(),
            }
        return {}
