"""Products, SKUs and stock. wechat.md §7

Source: developers.weixin.qq.com/doc/channels/API/product/*, read 2026-11-24.
"""

from __future__ import annotations

from pydantic import Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, Whole

__all__ = [
    "Attribute",
    "Category",
    "ProductIds",
    "ProductPayload",
    "ProductReply",
    "ProductStock",
    "SkuPayload",
    "SkuStock",
    "StockData",
    "StockReply",
    "StocksData",
    "StocksReply",
    "WarehouseStock",
]


class Attribute(Payload):
    """One attribute of a SKU: 规格 250g."""

    attr_key: str = ""
    attr_value: str = ""


class ProductIds(Payload):
    """A page of product ids. There is no has-more flag: the list ends at an empty page or an empty key."""

    product_ids: tuple[IdText, ...] = ()
    next_key: str = ""


class SkuPayload(Payload):
    """One SKU."""

    sku_id: IdText
    out_sku_id: OptionalId = ""
    sku_code: OptionalId = ""
    bar_code: OptionalId = ""
    sale_price: Minor
    market_price: Minor = 0
    stock_num: Whole | None = None
    sku_attrs: tuple[Attribute, ...] = ()


class Category(Payload):
    """One step of a product's category."""

    cat_id: OptionalId = ""


class ProductPayload(Payload):
    """One product."""

    product_id: IdText
    out_product_id: OptionalId = ""
    title: str = ""
    status: Whole
    brand_id: OptionalId = ""
    head_imgs: tuple[str, ...] = ()
    cats: tuple[Category, ...] = ()
    cats_v2: tuple[Category, ...] = ()
    skus: tuple[SkuPayload, ...] = ()


class ProductReply(Payload):
    """The answer of product/get: what is on sale, and what is being edited."""

    product: ProductPayload | None = None
    edit_product: ProductPayload | None = None


class WarehouseStock(Payload):
    """What lies in one regional warehouse (区域仓); ``lock_stock`` of it is promised to orders."""

    out_warehouse_id: OptionalId = ""
    num: Whole = 0
    lock_stock: Whole = 0


class StockData(Payload):
    """What there is of one SKU.

    ``normal_stock_num`` is what anybody can buy, the limited part is set apart for flash sales, and the total has
    warehouses and talents' parts in it as well.
    """

    normal_stock_num: Whole | None = None
    limited_discount_stock_num: Whole = 0
    warehouse_stocks: tuple[WarehouseStock, ...] = ()
    total_stock_num: Whole | None = None


class StockReply(Payload):
    """The answer of stock/get."""

    data: StockData


class SkuStock(StockData):
    """The same with its SKU, in the answer for several products."""

    sku_id: IdText


class ProductStock(Payload):
    """One product's SKUs with what there is of them."""

    product_id: IdText
    sku_stock: tuple[SkuStock, ...] = ()


class StocksData(Payload):
    """The inner part of that answer."""

    spu_stock_list: tuple[ProductStock, ...] = ()


class StocksReply(Payload):
    """The answer of stock/batchget."""

    data: StocksData = Field(default_factory=StocksData)
