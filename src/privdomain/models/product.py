"""What is sold: products, their SKUs, and stock."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from privdomain.models._base import Id, Instant, Model, Raw
from privdomain.money import Money

__all__ = ["Product", "ProductStatus", "Sku", "Stock"]


class ProductStatus(StrEnum):
    """Whether it can be bought. 上架 / 下架"""

    DRAFT = "draft"
    LISTED = "listed"
    DELISTED = "delisted"
    BANNED = "banned"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class Sku(Model):
    """One variant with its own price and stock."""

    sku_id: Id
    merchant_sku: str = ""
    barcode: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    price: Money
    list_price: Money | None = None
    """The strike-through price (划线价), None where there is none."""
    stock: int | None = None
    """Units that can be sold now; None where the platform does not say."""


class Product(Model):
    """A product (SPU) with its SKUs, in one shop."""

    space: str = ""
    platform: Id
    shop_id: Id
    product_id: Id
    title: str
    status: ProductStatus
    platform_status: str = ""
    skus: tuple[Sku, ...]
    merchant_product: str = ""
    brand_id: str = ""
    category_ids: tuple[str, ...] = ()
    image_urls: tuple[str, ...] = ()
    updated_at: Instant | None = None
    raw: Raw = Field(default_factory=dict)


class Stock(Model):
    """Units of one SKU at one place and moment."""

    space: str = ""
    platform: Id
    shop_id: Id
    product_id: Id
    sku_id: Id
    warehouse_id: str = ""
    sellable: int
    reserved: int = 0
    at: Instant
