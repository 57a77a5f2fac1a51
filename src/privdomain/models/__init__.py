"""The nouns: every record that two parts of the house exchange, as frozen pydantic models."""

from privdomain.models._base import Model
from privdomain.models.identity import IdentityKey, IdentityMerged, IdentitySplit, KeyKind
from privdomain.models.order import (
    Buyer,
    Discount,
    DiscountPayer,
    Order,
    OrderLine,
    OrderSource,
    OrderStatus,
    Payment,
    Receiver,
)
from privdomain.models.product import Product, ProductStatus, Sku, Stock

__all__ = [
    "Buyer",
    "Discount",
    "DiscountPayer",
    "IdentityKey",
    "IdentityMerged",
    "IdentitySplit",
    "KeyKind",
    "Model",
    "Order",
    "OrderLine",
    "OrderSource",
    "OrderStatus",
    "Payment",
    "Product",
    "ProductStatus",
    "Receiver",
    "Sku",
    "Stock",
]
