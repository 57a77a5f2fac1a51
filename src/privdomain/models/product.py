"""What is sold: products, their SKUs, and stock."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from privdomain.models._base import Amount, Id, Instant, Model, Raw, Space, one_currency

__all__ = ["Product", "ProductStatus", "Sku", "Stock"]


class ProductStatus(StrEnum):
    """Whether it can be bought. 上架 / 下架

    ``UNKNOWN`` is a state this release does not know; the platform's own word is in ``Product.platform_status``.
    """

    DRAFT = "draft"
    LISTED = "listed"
    DELISTED = "delisted"
    BANNED = "banned"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class Sku(Model):
    """One variant with its own price and stock."""

    sku_id: Id
    """The variant, as the platform names it."""
    merchant_sku: str = ""
    """The merchant's own code (商家编码)."""
    barcode: str = ""
    """EAN or GTIN (条码)."""
    attributes: tuple[tuple[str, str], ...] = ()
    """The variant in words: (颜色, 红), (尺码, M) …"""
    price: Amount
    """What one unit costs now."""
    list_price: Amount | None = None
    """The strike-through price (划线价), None where there is none."""
    stock: int | None = None
    """Units that can be sold now, negative when oversold; None where the platform does not say."""

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        one_currency(self.price.currency, [("list_price", self.list_price)])
        return self


class Product(Model):
    """A product (SPU) with its SKUs, in one shop. ``(space, platform, shop_id, product_id)`` identifies it."""

    space: Space = ""
    """The tenant."""
    platform: Id
    """Our name of the platform."""
    shop_id: Id
    """The shop, as the platform names it."""
    product_id: Id
    """The product, as the platform names it."""
    title: str
    """Its name."""
    status: ProductStatus
    """Whether it can be bought."""
    platform_status: str = ""
    """The platform's own status, as text."""
    skus: tuple[Sku, ...]
    """Its variants."""
    merchant_product: str = ""
    """The merchant's own code of the product."""
    brand_id: str = ""
    """The brand, as the platform names it."""
    category_ids: tuple[str, ...] = ()
    """From the widest category to the narrowest."""
    image_urls: tuple[str, ...] = ()
    """The main picture first."""
    updated_at: Instant | None = None
    """When the platform last changed it; None where it does not say."""
    raw: Raw = Field(default_factory=dict)
    """The platform's own payload."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen = set[str]()
        for position, sku in enumerate(self.skus):
            if sku.sku_id in seen:
                raise ValueError(
                    f"skus[{position}] has the sku_id of an earlier one; ids are unique in a product"
                )
            seen.add(sku.sku_id)
            one_currency(self.skus[0].price.currency, [(f"skus[{position}].price", sku.price)])
        return self


class Stock(Model):
    """Units of one SKU at one place and moment."""

    space: Space = ""
    """The tenant."""
    platform: Id
    """Our name of the platform, or ``own``, or ``offline``."""
    shop_id: Id
    """The shop."""
    product_id: Id
    """The product (SPU)."""
    sku_id: Id
    """The variant (SKU)."""
    warehouse_id: str = ""
    """Where it lies; empty for all places together."""
    sellable: int
    """Units that can be sold, negative when oversold."""
    reserved: int = Field(default=0, ge=0)
    """Units promised to orders."""
    at: Instant
    """When it was counted."""
