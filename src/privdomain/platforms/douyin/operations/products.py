"""Products, stock and the catalog. douyin.md A7."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from privdomain.platforms._operation import KeyPaging, Limits, NumberPaging, Repeat
from privdomain.platforms._payload import Done, Json, OptionalId, Payload, Whole
from privdomain.platforms.douyin.errors import DUPLICATE
from privdomain.platforms.douyin.operations._base import DouyinOperation, Part, Seconds
from privdomain.platforms.douyin.payloads import ProductPayload, ProductRow, StockReply

__all__ = [
    "AddStock",
    "Categories",
    "Category",
    "GetProduct",
    "GetStock",
    "ListCategories",
    "ListProducts",
    "ProductPage",
    "ProductScroll",
    "ScrollProducts",
    "SetStock",
    "SetStockOfProduct",
    "SetStockOfProducts",
    "SkuStock",
    "StockAt",
    "StockItem",
    "StockResult",
    "StockResults",
]

_READ = "(read 2026-11-24)"
_STOCK_PAGE = f"op.jinritemai.com sku.syncStock, douyin.md A7 [S1 S7] {_READ}"


class ProductPage(Payload):
    """A page of products."""

    data: tuple[ProductRow, ...] = ()
    total: Whole = 0


class ListProducts(DouyinOperation[ProductPage]):
    """Products by number of page, from 1; at most 10,000 of them, and `ScrollProducts` for more.

    ``status`` 0 is on sale, 1 off sale, 2 deleted. Ranges of update time are open: their ends do not belong to them.
    """

    path: ClassVar = "/product/listV2"
    page: ClassVar = f"op.jinritemai.com product.listV2, douyin.md A7 [S1 S6 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = NumberPaging(items="data", sends="page_number", first=1)
    limits: ClassVar = Limits(page_size=100, depth=10_000, per_second=180)
    page_number: int = Field(default=1, ge=1, le=100, serialization_alias="page")
    size: int = Field(default=100, ge=1, le=100)
    status: int | None = None
    check_status: int | None = None
    product_type: int | None = None
    start_time: Seconds | None = None
    end_time: Seconds | None = None
    update_start_time: Seconds | None = None
    update_end_time: Seconds | None = None
    product_id: tuple[str, ...] | None = Field(default=None, max_length=100)
    name: str | None = None


class ProductScroll(Payload):
    """A stretch of products, and what asks for the next; the end is an empty one."""

    data: tuple[Json, ...] = ()
    cursor_id: OptionalId = ""


class ScrollProducts(DouyinOperation[ProductScroll]):
    """All products, by cursor; it ends at an empty answer. What changes meanwhile may come twice or not at all."""

    path: ClassVar = "/product/listV2"
    page: ClassVar = f"op.jinritemai.com product.listV2, douyin.md A7 [S6 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="data", sends="cursor_id", receives="cursor_id")
    limits: ClassVar = Limits(page_size=100, per_second=180)
    use_cursor: bool = True
    cursor_id: str = ""
    page_number: int = Field(default=1, ge=1, serialization_alias="page")
    size: int = Field(default=100, ge=1, le=100)
    status: int | None = None


class GetProduct(DouyinOperation[ProductPayload]):
    """One product with its variants, by the platform's id or by the merchant's."""

    path: ClassVar = "/product/detail"
    page: ClassVar = f"op.jinritemai.com product.detail, douyin.md A7 [S1] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str | None = None
    out_product_id: str | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if not (self.product_id or self.out_product_id):
            raise ValueError("names no product; send product_id or out_product_id")
        return self


class GetStock(DouyinOperation[StockReply]):
    """Units of one variant that can be sold, by its id or by the merchant's code."""

    path: ClassVar = "/sku/stockNum"
    page: ClassVar = f"op.jinritemai.com sku.stockNum, douyin.md A7 [S1 S7] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    sku_id: int | None = None
    code: str | None = None
    out_warehouse_id: str | None = None


class SetStock(DouyinOperation[Done]):
    """Let a variant have this many units (全量更新): an overwrite, which may be repeated."""

    path: ClassVar = "/sku/syncStock"
    page: ClassVar = _STOCK_PAGE
    repeat: ClassVar = Repeat.ALWAYS
    product_id: int | None = None
    out_product_id: int | None = None
    sku_id: int | None = None
    code: str | None = None
    out_sku_id: int | None = None
    stock_num: int = Field(ge=0)
    incremental: bool = False
    step_stock_num: int | None = None
    out_warehouse_id: str | None = None
    supplier_id: str | None = None
    store_id: int | None = None

    @model_validator(mode="after")
    def _overwrites(self) -> Self:
        if self.incremental:
            raise ValueError("overwrites; AddStock adds, and carries the idempotent_id that adding needs")
        return self


class AddStock(DouyinOperation[Done]):
    """Add units to a variant, or take some away (增量更新), once for every ``idempotent_id``.

    A second call with the same id changes nothing and succeeds: what was wanted is done.
    """

    path: ClassVar = "/sku/syncStock"
    page: ClassVar = _STOCK_PAGE
    repeat: ClassVar = Repeat.WITH_KEY("idempotent_id")
    done_by: ClassVar = frozenset({DUPLICATE})
    product_id: int | None = None
    sku_id: int | None = None
    code: str | None = None
    stock_num: int
    idempotent_id: str = Field(min_length=1)
    incremental: bool = True
    out_warehouse_id: str | None = None
    supplier_id: str | None = None
    store_id: int | None = None


class StockAt(Part):
    """Units in one warehouse."""

    out_warehouse_id: str
    stock_num: int


class SkuStock(Part):
    """Units of one variant; ``sku_type`` 0 is ordinary stock, 1 by region, 10 in steps."""

    sku_id: int
    sku_type: int = 0
    stock_num: int | None = None
    step_stock_num: int | None = None
    stock_map: tuple[StockAt, ...] | None = None


class SetStockOfProduct(DouyinOperation[Done]):
    """The stock of several variants of one product, all of them or none; with ``incremental`` once for an id."""

    path: ClassVar = "/sku/syncStockBatch"
    page: ClassVar = f"op.jinritemai.com sku.syncStockBatch, douyin.md A7 [S1] {_READ}"
    repeat: ClassVar = Repeat.WITH_KEY("idempotent_id")
    done_by: ClassVar = frozenset({DUPLICATE})
    product_id: int
    incremental: bool = False
    idempotent_id: str = Field(min_length=1)
    sku_sync_list: tuple[SkuStock, ...] = Field(min_length=1)


class StockItem(Part):
    """Units of one variant of any product."""

    product_id: int
    sku_id: int
    stock_num: int
    out_warehouse_id: str | None = None
    step_stock_num: int | None = None


class StockResult(Payload):
    """What became of one variant."""

    sku_id: OptionalId = ""
    status_code: Whole = 0
    status_message: str = ""


class StockResults(Payload):
    """What became of each variant."""

    results: tuple[StockResult, ...] = ()


class SetStockOfProducts(DouyinOperation[StockResults]):
    """The stock of variants of several products, each with its own result."""

    path: ClassVar = "/sku/syncStockBatchMultiProducts"
    page: ClassVar = f"op.jinritemai.com sku.syncStockBatchMultiProducts, douyin.md A7 [S1] {_READ}"
    repeat: ClassVar = Repeat.WITH_KEY("idempotent_id")
    items: tuple[StockItem, ...] = Field(min_length=1)
    incremental: bool = False
    idempotent_id: str = Field(min_length=1)


class Category(Payload):
    """One category of the platform's tree."""

    id: OptionalId = ""
    name: str = ""
    level: Whole = 0
    parent_id: OptionalId = ""
    is_leaf: bool = False
    enable: bool = False


class Categories(Payload):
    """The children of a category."""

    data: tuple[Category, ...] = ()


class ListCategories(DouyinOperation[Categories]):
    """The categories below ``cid``; 0 for the roots."""

    path: ClassVar = "/shop/getShopCategory"
    page: ClassVar = f"op.jinritemai.com shop.getShopCategory, douyin.md A7 [S1] {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    limits: ClassVar = Limits(per_second=300)
    cid: int = 0
