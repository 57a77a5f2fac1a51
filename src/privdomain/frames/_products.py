"""What is sold, as columns: one row per variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from privdomain.frames._backend import Backend
from privdomain.frames._build import build, micros, or_none, records
from privdomain.frames.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from privdomain.models import Product

__all__ = ["SKUS", "skus"]

SKUS: Final = Schema(
    "skus",
    (
        Column("space", Kind.STRING, "tenant; empty in a database with one brand"),
        Column("platform", Kind.STRING, "our name of the platform"),
        Column("shop_id", Kind.STRING, "the shop"),
        Column("product_id", Kind.STRING, "the product (SPU)"),
        Column("sku_id", Kind.STRING, "the variant (SKU)"),
        Column("title", Kind.STRING, "the product's name"),
        Column("variant", Kind.STRING, "the variant in words: 红 / M", nullable=True),
        Column("status", Kind.STRING, "whether the product can be bought, a word of ProductStatus"),
        Column("merchant_sku", Kind.STRING, "the merchant's own code 商家编码", nullable=True),
        Column("barcode", Kind.STRING, "条码", nullable=True),
        Column("brand_id", Kind.STRING, "the brand", nullable=True),
        Column("category_id", Kind.STRING, "the narrowest category", nullable=True),
        Column("price_minor", Kind.INT, "what one unit costs now", "minor", minimum=0),
        Column("list_price_minor", Kind.INT, "划线价", "minor", nullable=True, minimum=0),
        Column("currency", Kind.STRING, "the prices' currency", "ISO 4217"),
        Column("stock", Kind.INT, "units that can be sold now", "units", nullable=True),
        Column(
            "updated_at", Kind.INSTANT, "when the platform last changed the product", "UTC", nullable=True
        ),
    ),
    doc="One row per variant of a product.",
    key=("space", "platform", "shop_id", "product_id", "sku_id"),
)


def skus(
    products: Iterable[Product], *, backend: Backend = "polars"
) -> Any:  # the frame's type is the backend's
    """A frame of `SKUS`, one row per variant, in the order given."""
    return build(SKUS, _rows(products), days={}, zone="UTC", backend=backend)


def _rows(products: Iterable[Product]) -> Iterator[tuple[Any, ...]]:
    from privdomain.models import Product  # noqa: PLC0415  (the door loads no models)

    for product in records(products, Product, of="frames.skus"):
        for sku in product.skus:
            yield (
                product.space,
                product.platform,
                product.shop_id,
                product.product_id,
                sku.sku_id,
                product.title,
                or_none(" / ".join(value for _, value in sku.attributes)),
                product.status.value,
                or_none(sku.merchant_sku),
                or_none(sku.barcode),
                or_none(product.brand_id),
                product.category_ids[-1] if product.category_ids else None,
                sku.price.minor,
                None if sku.list_price is None else sku.list_price.minor,
                sku.price.currency,
                sku.stock,
                micros(product.updated_at),
            )
