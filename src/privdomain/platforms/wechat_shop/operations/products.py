"""Products and their stock. wechat.md §7"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from privdomain.platforms._operation import KeyPaging, Limits, Operation, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.wechat_shop.operations._common import API, READ
from privdomain.platforms.wechat_shop.payloads import (
    ProductIds,
    ProductReply,
    StockReply,
    StocksReply,
)

__all__ = [
    "ChangeStock",
    "DelistProduct",
    "GetProduct",
    "GetStock",
    "ListProduct",
    "ListProducts",
    "ListStock",
    "SetStock",
]


class ListProducts(Operation[ProductIds]):
    """Ids of products. 商品列表"""

    path: ClassVar = "/channels/ec/product/list/get"
    page: ClassVar = f"{API}/product/list_get.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    paging: ClassVar = KeyPaging(items="product_ids")
    limits: ClassVar = Limits(page_size=30)
    status: int | None = None
    page_size: int = Field(default=30, ge=1, le=30)
    next_key: str = ""


class GetProduct(Operation[ProductReply]):
    """One product with its SKUs. 商品详情; ``data_type`` 1 is what is on sale, 2 the draft, 3 both."""

    path: ClassVar = "/channels/ec/product/get"
    page: ClassVar = f"{API}/product/get.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str
    data_type: int = 3


class ListProduct(Operation[Done]):
    """Put a product on sale; while an upload of it runs that is answered with 10020067. 上架"""

    path: ClassVar = "/channels/ec/product/listing"
    page: ClassVar = f"{API}/product/listing.html (wechat.md §7) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str


class DelistProduct(Operation[Done]):
    """Take a product off sale. 下架"""

    path: ClassVar = "/channels/ec/product/delisting"
    page: ClassVar = f"{API}/product/delisting.html (wechat.md §7) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str


class GetStock(Operation[StockReply]):
    """What there is of one SKU: for everybody, for flash sales, by warehouse. 获取库存"""

    path: ClassVar = "/channels/ec/product/stock/get"
    page: ClassVar = f"{API}/product/stock_get.html (wechat.md §7) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str
    sku_id: str


class ListStock(Operation[StocksReply]):
    """What there is of every SKU of some products. 批量获取库存"""

    path: ClassVar = "/channels/ec/product/stock/batchget"
    page: ClassVar = f"{API}/product/stock_batchget.html (wechat.md §7) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    product_id: tuple[str, ...] = Field(min_length=1)


class SetStock(Operation[Done]):
    """Let a SKU have so many units, whatever it had. 设置库存

    The platform advises against it while many buyers order: a sale between reading and setting is overwritten.
    """

    path: ClassVar = "/channels/ec/product/stock/update"
    page: ClassVar = f"{API}/product/stock_update.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    product_id: str
    sku_id: str
    diff_type: Literal[3] = 3
    num: int = Field(ge=0)


class ChangeStock(Operation[Done]):
    """Add units (``diff_type`` 1) or take them away (2). 增减库存"""

    path: ClassVar = "/channels/ec/product/stock/update"
    page: ClassVar = f"{API}/product/stock_update.html {READ}"
    # there is no key by which the platform could know the second of two
    repeat: ClassVar = Repeat.NEVER
    product_id: str
    sku_id: str
    diff_type: Literal[1, 2]
    num: int = Field(ge=1)
