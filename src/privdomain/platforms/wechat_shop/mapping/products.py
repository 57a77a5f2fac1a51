"""Products and what there is of them. wechat.md §7

Source: the field tables of product/get and product/stock/get, read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from privdomain.errors import PayloadError, Problem
from privdomain.models import Product, ProductStatus, Sku, Stock, payload_problems
from privdomain.platforms._payload import Json, read
from privdomain.platforms.wechat_shop.mapping._common import PLATFORM, check_asked, money
from privdomain.platforms.wechat_shop.payloads import ProductPayload, ProductReply, StockReply

__all__ = ["read_product", "read_stock"]

_PRODUCT_STATUS = {
    0: ProductStatus.DRAFT,
    5: ProductStatus.LISTED,
    6: ProductStatus.DELETED,  # in the recycle bin
    9: ProductStatus.DELETED,
    11: ProductStatus.DELISTED,
    13: ProductStatus.BANNED,  # for a violation
    14: ProductStatus.DELISTED,  # deposit too low
    15: ProductStatus.DELISTED,  # brand expired
    20: ProductStatus.BANNED,
}


def read_product(reply: Json, *, shop_id: str, product_id: str = "") -> Product:
    """The product in an answer of product/get: what is on sale, or the draft of one that never was.

    Raises:
        PayloadError: with every bad path, and for another product than ``product_id``, where that is given.
    """
    both = read(ProductReply, reply, kind="product", ref=product_id)
    payload = both.product or both.edit_product
    if payload is None:
        missing = Problem("product", "is missing", "the product, or edit_product for a draft")
        raise PayloadError(kind="product", problems=[missing], ref=product_id, payload=reply)
    check_asked(payload.product_id, product_id, kind="product", reply=reply)
    raw: Mapping[str, Any] = reply["product" if both.product else "edit_product"]
    try:
        return Product(
            platform=PLATFORM,
            shop_id=shop_id,
            product_id=payload.product_id,
            title=payload.title,
            status=_PRODUCT_STATUS.get(payload.status, ProductStatus.UNKNOWN),
            platform_status=str(payload.status),
            skus=_skus(payload),
            merchant_product=payload.out_product_id,
            brand_id=payload.brand_id,
            category_ids=tuple(cat.cat_id for cat in payload.cats_v2 or payload.cats if cat.cat_id),
            image_urls=tuple(payload.head_imgs),
            raw=raw,
        )
    except ValidationError as error:
        failure = error
    problems = payload_problems(failure, prefix="product")
    raise PayloadError(kind="product", problems=problems, ref=payload.product_id, payload=reply)


def _skus(payload: ProductPayload) -> tuple[Sku, ...]:
    return tuple(
        Sku(
            sku_id=sku.sku_id,
            merchant_sku=sku.sku_code or sku.out_sku_id,
            barcode=sku.bar_code,
            attributes=tuple((attr.attr_key, attr.attr_value) for attr in sku.sku_attrs),
            price=money(sku.sale_price),
            list_price=money(sku.market_price) if sku.market_price else None,
            stock=sku.stock_num,
        )
        for sku in payload.skus
    )


def read_stock(reply: Json, *, shop_id: str, product_id: str, sku_id: str, at: datetime) -> Stock:
    """What anybody can buy of one SKU, by an answer of stock/get that came at ``at``.

    General stock and what lies in regional warehouses; what is set apart for flash sales and talents is not in it.
    ``reserved`` is what warehouses hold for orders.

    Raises:
        PayloadError: with every bad path, and where neither the general stock nor the total is told.
    """
    data = read(StockReply, reply, kind="stock", ref=sku_id).data
    warehouses = data.warehouse_stocks
    general = data.normal_stock_num
    if general is None:
        if data.total_stock_num is None:
            missing = Problem("data.normal_stock_num", "is missing", "a whole number")
            raise PayloadError(kind="stock", problems=[missing], ref=sku_id, payload=reply)
        general = data.total_stock_num - data.limited_discount_stock_num
        sellable = general
    else:
        sellable = general + sum(place.num for place in warehouses)
    return Stock(
        platform=PLATFORM,
        shop_id=shop_id,
        product_id=product_id,
        sku_id=sku_id,
        sellable=sellable,
        reserved=max(0, sum(place.lock_stock for place in warehouses)),
        at=at,
    )
