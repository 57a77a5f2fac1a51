"""The product endpoints: ``product/list/get``, ``product/get``, ``product/stock/get``. wechat.md §7."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from privdomain.errors import ArgumentError
from privdomain.sandbox._timeline import Timeline
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.wechat_shop._cursor import Cursor, query_mark
from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._replies import Refusal

__all__ = ["BAD_PRODUCT_ARGUMENT", "ProductShelf"]

BAD_PRODUCT_ARGUMENT = 10020051
_NO_SUCH_PRODUCT = 10020052
_PAGE_MOST = 30


class ProductShelf:
    """The products of one shop, listed by id. A product id may be text or a number, and is served as it was given."""

    def __init__(self, products: Iterable[Mapping[str, Any]] = ()) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, Mapping[str, Any]] = {}
        for product in products:
            self._by_id[_id_of(product)] = product
        # the listing has no documented order; one moment for all makes it the order of the ids
        self._shelf = Timeline((0, product_id) for product_id in self._by_id)

    def put(self, product: Mapping[str, Any]) -> None:
        """Add a product, or replace the one with its id."""
        product_id = _id_of(product)
        with self._lock:
            if product_id not in self._by_id:
                self._shelf.add(0, product_id)
            self._by_id[product_id] = product

    def list(self, fields: Fields, quirk: FaultKind | None) -> dict[str, Any]:
        """``product/list/get``: has no ``has_more``; an empty ``next_key`` ends it."""
        status = fields.optional_whole("status")
        size = fields.whole("page_size", least=1, most=_PAGE_MOST)
        sent = fields.text("next_key", default="")
        mark = query_mark("product", status)
        cursor = Cursor.read(sent) if sent else Cursor(mark, (0, ""))
        if cursor is None or cursor.mark != mark:
            raise fields.bad("next_key does not belong to this query")

        def keep(product_id: str) -> bool:
            return status is None or self._by_id[product_id].get("status") == status

        with self._lock:
            page, more = self._shelf.page(after=cursor.position, until=0, size=size, keep=keep)
            total = len(self._by_id) if status is None else sum(map(keep, self._by_id))
            ids = [self._by_id[product_id]["product_id"] for _, product_id in page]
        next_key = str(Cursor(mark, page[-1])) if more else ""
        if quirk is FaultKind.REPEAT_CURSOR:
            next_key = sent
        return {"product_ids": ids, "next_key": next_key, "total_num": total}

    def get(self, fields: Fields) -> dict[str, Any]:
        """``product/get``: ``data_type`` 1 is what is on sale, 2 the draft, 3 both; the sandbox keeps them equal."""
        data_type = fields.optional_whole("data_type")
        if data_type not in {None, 1, 2, 3}:
            raise fields.bad("data_type is 1, 2 or 3")
        product = self._find(fields)
        document: dict[str, Any] = {}
        if data_type in {None, 1, 3}:
            document["product"] = product
        if data_type in {2, 3}:
            document["edit_product"] = product
        return document

    def stock(self, fields: Fields) -> dict[str, Any]:
        """``product/stock/get``: the whole stock of a SKU is normal stock in no particular warehouse."""
        product = self._find(fields)
        sku_id = fields.text("sku_id")
        for sku in product.get("skus", ()):
            if str(sku.get("sku_id")) == sku_id:
                stock = sku.get("stock_num", 0)
                data: dict[str, Any] = {
                    "normal_stock_num": stock,
                    "limited_discount_stock_num": 0,
                    "warehouse_stocks": [],
                    "total_stock_num": stock,
                }
                return {"data": data}
        raise fields.bad("this product has no such sku_id")

    def _find(self, fields: Fields) -> Mapping[str, Any]:
        product = self._by_id.get(fields.text("product_id"))
        if product is None:
            raise Refusal(_NO_SUCH_PRODUCT)
        return product


def _id_of(product: Mapping[str, Any]) -> str:
    product_id = product.get("product_id")
    if isinstance(product_id, bool) or not isinstance(product_id, str | int) or product_id == "":
        raise ArgumentError(
            "a product of the sandbox is a dict in the form of product/get, with a product_id"
        )
    return str(product_id)
