"""The tables of after-sale cases, products and account movements.

As with orders: typed columns for what is looked for and added up, the whole record as JSON beside them, and no
column with a name, a phone number, an address or a text that a person wrote.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from privdomain.stores._types import SPACE_LENGTH, Document, Id, Instant, Words
from privdomain.stores.schema.tables import metadata

__all__ = ["AFTERSALE", "AFTERSALE_LINE", "PRODUCT", "REFUND", "SETTLEMENT", "SKU"]

_WORD = 32
_CURRENCY = 3

AFTERSALE = Table(
    "pd_aftersale",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("aftersale_id", Id(), primary_key=True),
    Column("order_id", Id(), nullable=False),
    Column("buyer_id", Id(), nullable=False),
    Column("type", Id(_WORD), nullable=False),
    Column("platform_type", Words, nullable=False),
    Column("status", Id(_WORD), nullable=False),
    Column("platform_status", Words, nullable=False),
    Column("opened_by", Id(_WORD), nullable=False),
    Column("reason_code", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("deadline_at", Instant),
    Column("completed_at", Instant),
    Column("version", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("requested_minor", BigInteger),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("currency", Id(_CURRENCY), nullable=False),
    Column("digest", Id(_WORD), nullable=False),
    Column("write_id", Id(_WORD), nullable=False),
    Column("payload", Document, nullable=False),
    Index("pd_aftersale_updated", "space", "updated_at"),
    Index("pd_aftersale_order", "space", "platform", "shop_id", "order_id"),
)
"""One row a case. ``currency`` is empty and ``refunded_minor`` 0 where the case names no amount at all."""

AFTERSALE_LINE = Table(
    "pd_aftersale_line",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("aftersale_id", Id(), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("order_id", Id(), nullable=False),
    Column("line_id", Words, nullable=False),
    Column("product_id", Id(), nullable=False),
    Column("sku_id", Words, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("requested_minor", BigInteger),
    Column("currency", Id(_CURRENCY), nullable=False),
    Column("type", Id(_WORD), nullable=False),
    Column("status", Id(_WORD), nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""One row for each of the goods of a case; by position, because platforms name some lines by their SKU alone."""

REFUND = Table(
    "pd_refund",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("aftersale_id", Id(), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("order_id", Id(), nullable=False),
    Column("refund_id", Words, nullable=False),
    Column("status", Id(_WORD), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("freight_minor", BigInteger),
    Column("currency", Id(_CURRENCY), nullable=False),
    Column("at", Instant),
)
"""One row a payment back, tried or done: only ``succeeded`` and ``recovered`` are money."""

PRODUCT = Table(
    "pd_product",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("product_id", Id(), primary_key=True),
    Column("title", Words, nullable=False),
    Column("merchant_product", Words, nullable=False),
    Column("status", Id(_WORD), nullable=False),
    Column("platform_status", Words, nullable=False),
    Column("category_id", Words, nullable=False),
    Column("sku_count", Integer, nullable=False),
    Column("price_minor", BigInteger),
    Column("currency", Id(_CURRENCY), nullable=False),
    Column("stock", BigInteger),
    Column("updated_at", Instant),
    # the platform's update time, or when it was read where the platform says none
    Column("version", BigInteger, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("missing_since", Instant),
    Column("digest", Id(_WORD), nullable=False),
    Column("write_id", Id(_WORD), nullable=False),
    Column("payload", Document, nullable=False),
)
"""One row a product. ``missing_since`` is set when a whole listing of the shop went by without it."""

SKU = Table(
    "pd_sku",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("product_id", Id(), primary_key=True),
    Column("sku_id", Id(), primary_key=True),
    Column("merchant_sku", Words, nullable=False),
    Column("barcode", Words, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("list_price_minor", BigInteger),
    Column("currency", Id(_CURRENCY), nullable=False),
    Column("stock", BigInteger),
)
"""One row a variant; ``price_minor`` of its product is the lowest of them."""

SETTLEMENT = Table(
    "pd_settlement",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("settlement_id", Id(), primary_key=True),
    Column("kind", Id(_WORD), nullable=False),
    Column("platform_kind", Words, nullable=False),
    Column("direction", Id(_WORD), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("balance_minor", BigInteger),
    Column("currency", Id(_CURRENCY), nullable=False),
    Column("order_id", Id(), nullable=False),
    Column("aftersale_id", Id(), nullable=False),
    Column("at", Instant, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("digest", Id(_WORD), nullable=False),
    Column("write_id", Id(_WORD), nullable=False),
    Column("payload", Document, nullable=False),
    Index("pd_settlement_at", "space", "at"),
    Index("pd_settlement_order", "space", "platform", "shop_id", "order_id"),
)
"""One row a movement on a shop's account; the amount has no sign, ``direction`` tells it."""
