"""The product endpoints: ``product/list/get``, ``product/get``, ``product/stock/…``. wechat.md §7."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from privdomain.errors import ArgumentError
from privdomain.sandbox._timeline import Timeline
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.wechat_shop._cursor import Cursor, query_mark
from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._replies import Refusal

__all__ = ["BAD_PRODUCT_ARGUMENT", "ProductShelf", "StockChange"]

BAD_PRODUCT_ARGUMENT = 10020051
_NO_SUCH_PRODUCT = 10020052
_NO_DIFFERENCE, _NOT_SO_MUCH = 10020218, 10020219
_PAGE_MOST = 30
_ADD, _TAKE, _SET = 1, 2, 3


@frozen(kw_only=True)
class StockChange:
    """One write of a SKU's stock: ``diff_type`` 1 added, 2 took away, 3 set; what there was before and after."""

    diff_type: int
    number: int
    before: int
    after: int


class ProductShelf:
    """The products of one shop, listed by id. A product id may be text or a number, and is served as it was given."""

    def __init__(self, products: Iterable[Mapping[str, Any]] = ()) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, Mapping[str, Any]] = {}
        self._changes: dict[tuple[str, str], list[StockChange]] = {}
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

    def stocks(self, fields: Fields) -> dict[str, Any]:
        """``product/stock/batchget``: every SKU of some products; products that are not there are left out."""
        products = [(wish, self._by_id.get(wish)) for wish in fields.texts("product_id")]
        listed = [
            {
                "product_id": product_id,
                "sku_stock": [
                    {"sku_id": sku["sku_id"], "normal_stock_num": sku.get("stock_num", 0)}
                    for sku in product.get("skus", ())
                ],
            }
            for product_id, product in products
            if product is not None
        ]
        return {"data": {"spu_stock_list": listed}}

    def update_stock(self, fields: Fields) -> dict[str, Any]:
        """``product/stock/update``: ``diff_type`` 1 adds, 2 takes away, 3 sets."""
        diff_type = fields.whole("diff_type", least=1, most=3)
        number = fields.whole("num", least=0, most=2**31 - 1)
        sku_id = fields.text("sku_id")
        with self._lock:
            product = copy.deepcopy(dict(self._find(fields)))
            sku = next((sku for sku in product.get("skus", ()) if str(sku.get("sku_id")) == sku_id), None)
            if sku is None:
                raise fields.bad("this product has no such sku_id")
            before: int = sku.get("stock_num", 0)
            if diff_type != _SET and number == 0:
                raise Refusal(_NO_DIFFERENCE)
            after = {_ADD: before + number, _TAKE: before - number, _SET: number}[diff_type]
            if after < 0:
                raise Refusal(_NOT_SO_MUCH)
            sku["stock_num"] = after
            product_id = str(product["product_id"])
            self._by_id[product_id] = product
            change = StockChange(diff_type=diff_type, number=number, before=before, after=after)
            self._changes.setdefault((product_id, sku_id), []).append(change)
        return {}

    def stock_changes(self, product_id: str, sku_id: str) -> tuple[StockChange, ...]:
        """Every write of a SKU's stock that was carried out, oldest first."""
        with self._lock:
            return tuple(self._changes.get((product_id, sku_id), ()))

    def has(self, product_id: str, sku_id: str) -> bool:
        """Whether a SKU is there."""
        product = self._by_id.get(product_id)
        return product is not None and any(
            str(sku.get("sku_id")) == sku_id for sku in product.get("skus", ())
        )

    def add_skus(self, product: Mapping[str, Any]) -> None:
        """Add a product, or to the one with its id the SKUs that it does not have."""
        product_id = _id_of(product)
        with self._lock:
            old = self._by_id.get(product_id)
            if old is None:
                self._shelf.add(0, product_id)
                self._by_id[product_id] = product
                return
            known = {str(sku.get("sku_id")) for sku in old.get("skus", ())}
            added = [sku for sku in product.get("skus", ()) if str(sku.get("sku_id")) not in known]
            self._by_id[product_id] = {**old, "skus": [*old.get("skus", ()), *added]}

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
