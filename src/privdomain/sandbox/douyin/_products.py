"""Products and stock. douyin.md A7."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox.douyin._fields import Fields
from privdomain.sandbox.douyin._words import Refusal
from privdomain.sandbox.faults import FaultKind

__all__ = ["ProductShelf", "douyin_product"]

_MOST, _DEPTH = 100, 10_000


def douyin_product(
    product_id: str,
    *,
    title: str,
    skus: Mapping[str, tuple[int, int]],
    status: int = 0,
    check_status: int = 3,
) -> dict[str, Any]:
    """A product as product.detail serves it; ``skus`` are id → price in fen and stock.

    ```python
    from privdomain.sandbox.douyin import douyin_product

    tea = douyin_product("3500000000000000001", title="龙井", skus={"1001": (1280, 5)})
    assert tea["spec_prices"][0]["stock_num"] == 5
    ```
    """
    variants = list(skus.items())
    return {
        "product_id": int(product_id),
        "product_id_str": product_id,
        "name": title,
        "status": status,
        "check_status": check_status,
        "create_time": "2026-01-01 00:00:00",
        "update_time": "2026-11-01 00:00:00",
        "category_detail": {"first_cid": 20000, "second_cid": 20001, "third_cid": 20002, "fourth_cid": 0},
        "pic": [f"https://img.example.com/{product_id}.png"],
        "market_price": 0,
        "spec_prices": [
            {
                "sku_id": int(sku_id),
                "code": f"C-{sku_id}",
                "price": price,
                "stock_num": stock,
                "spec_detail_ids": [90_000 + place],
            }
            for place, (sku_id, (price, stock)) in enumerate(variants)
        ],
        "specs": [
            {"name": "规格", "values": [{"id": 90_000 + n, "name": f"规格{n}"} for n in range(len(variants))]}
        ],
    }


class ProductShelf:
    """The products of one shop, in the order they came, and their stock."""

    def __init__(self, *, effects: Counter[tuple[str, str]]) -> None:
        self._effects = effects
        self._lock = threading.RLock()
        self._by_id: dict[str, Mapping[str, Any]] = {}
        self._stock: dict[str, int] = {}
        self._owner: dict[str, str] = {}
        self._done: set[str] = set()

    def put(self, product: Mapping[str, Any]) -> None:
        """Add a product, or replace the one with its id."""
        name = product["product_id_str"]
        with self._lock:
            self._by_id[name] = product
            for sku in product["spec_prices"]:
                self._stock[str(sku["sku_id"])] = sku["stock_num"]
                self._owner[str(sku["sku_id"])] = name

    def units(self, sku_id: str) -> int:
        """How many of a variant there are."""
        if sku_id not in self._stock:
            raise ArgumentError(f"there is no SKU {sku_id} in this shop")
        return self._stock[sku_id]

    def listed(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``product.listV2``, by number of page or by cursor."""
        size = fields.whole("size")
        if not 1 <= size <= _MOST:
            raise Refusal("isv.parameter-invalid", "size")
        status = fields.optional_whole("status")
        with self._lock:
            rows = [one for one in self._by_id.values() if status is None or one["status"] == status]
        if fields.flag("use_cursor"):
            return self._scroll(fields, rows, size, quirk)
        page = fields.whole("page")
        if not 1 <= page <= _MOST or page * size > _DEPTH:
            raise Refusal("isv.parameter-invalid", "page")
        cut = rows[(page - 1) * size : page * size]
        return {"data": [_row(one) for one in cut], "total": len(rows), "page": page, "size": size}

    @staticmethod
    def _scroll(
        fields: Fields, rows: list[Mapping[str, Any]], size: int, quirk: FaultKind | None
    ) -> dict[str, Any]:
        sent = fields.text("cursor_id", default="")
        if sent and not sent.isdigit():
            raise Refusal("isv.parameter-invalid", "cursor_id")
        place = int(sent or 0)
        cut = rows[place : place + size]
        cursor = sent if quirk is FaultKind.REPEAT_CURSOR else str(place + len(cut))
        return {"data": [_row(one) for one in cut], "total": len(rows), "cursor_id": cursor, "size": size}

    def detail(self, fields: Fields) -> dict[str, Any]:
        """``product.detail``."""
        name = fields.text("product_id")
        with self._lock:
            product = self._by_id.get(name)
            if product is None:
                raise Refusal("isv.business-failed:1", "商品不存在")
            prices = [{**sku, "stock_num": self._stock[str(sku["sku_id"])]} for sku in product["spec_prices"]]
        return {**product, "spec_prices": prices}

    def stock(self, fields: Fields) -> dict[str, Any]:
        """``sku.stockNum``."""
        sku_id = fields.text("sku_id")
        with self._lock:
            self._known(sku_id)
            return {
                "sku_id": int(sku_id),
                "sku_type": 0,
                "stock_num": self._stock[sku_id],
                "prehold_stock_num": 0,
            }

    def sync(self, fields: Fields) -> dict[str, Any]:
        """``sku.syncStock``."""
        with self._lock:
            self._once(fields)
            changes = {fields.text("sku_id"): fields.whole("stock_num")}
            self._write(changes, add=fields.flag("incremental"))
            self._keep(fields)
        return {}

    def sync_batch(self, fields: Fields) -> dict[str, Any]:
        """``sku.syncStockBatch``: all or nothing."""
        with self._lock:
            self._once(fields)
            parts = fields.parts("sku_sync_list")
            changes = {part.text("sku_id"): part.whole("stock_num") for part in parts}
            self._write(changes, add=fields.flag("incremental"))
            self._keep(fields)
        return {}

    def sync_products(self, fields: Fields) -> dict[str, Any]:
        """``sku.syncStockBatchMultiProducts``: each by itself."""
        results: list[dict[str, Any]] = []
        with self._lock:
            self._once(fields)
            for part in fields.parts("items"):
                sku_id = part.text("sku_id")
                try:
                    self._write({sku_id: part.whole("stock_num")}, add=fields.flag("incremental"))
                except Refusal as refusal:
                    results.append({"sku_id": sku_id, "status_code": 1, "status_message": refusal.detail})
                else:
                    results.append({"sku_id": sku_id, "status_code": 0, "status_message": ""})
            self._keep(fields)
        return {"results": results}

    def _known(self, sku_id: str) -> None:
        if sku_id not in self._stock:
            raise Refusal("isv.business-failed:1", f"sku {sku_id} 不存在")

    def _once(self, fields: Fields) -> None:
        if not fields.flag("incremental"):
            return
        if fields.text("idempotent_id") in self._done:
            raise Refusal("isv.idempotent-id-existed")

    def _keep(self, fields: Fields) -> None:
        if fields.flag("incremental"):
            self._done.add(fields.text("idempotent_id"))

    def _write(self, changes: Mapping[str, int], *, add: bool) -> None:
        for sku_id, count in changes.items():
            self._known(sku_id)
            if (self._stock[sku_id] + count if add else count) < 0:
                raise Refusal("isv.business-failed:1", "库存不足")
        for sku_id, count in changes.items():
            self._stock[sku_id] = self._stock[sku_id] + count if add else count
            self._effects["stock", sku_id] += 1


def _row(product: Mapping[str, Any]) -> dict[str, Any]:
    names = ("product_id", "status", "check_status", "name")
    return {name: product[name] for name in names} | {
        "create_time": 1_767_225_600,
        "update_time": 1_793_491_200,
    }
