"""After-sale cases, products, SKUs and settlements.

A released step is history: it keeps the tables as they were then, and later changes come in later steps.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, Table

from privdomain.stores._types import Document, Id, Instant, Words
from privdomain.stores.schema.steps import create_table

_then = MetaData()

_AFTERSALE = Table(
    "pd_aftersale",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("aftersale_id", Id(128), primary_key=True),
    Column("order_id", Id(128), nullable=False),
    Column("buyer_id", Id(128), nullable=False),
    Column("type", Id(32), nullable=False),
    Column("platform_type", Words, nullable=False),
    Column("status", Id(32), nullable=False),
    Column("platform_status", Words, nullable=False),
    Column("opened_by", Id(32), nullable=False),
    Column("reason_code", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("deadline_at", Instant),
    Column("completed_at", Instant),
    Column("version", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("requested_minor", BigInteger),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("currency", Id(3), nullable=False),
    Column("digest", Id(32), nullable=False),
    Column("write_id", Id(32), nullable=False),
    Column("payload", Document, nullable=False),
    Index("pd_aftersale_updated", "space", "updated_at"),
    Index("pd_aftersale_order", "space", "platform", "shop_id", "order_id"),
)

_AFTERSALE_LINE = Table(
    "pd_aftersale_line",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("aftersale_id", Id(128), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("order_id", Id(128), nullable=False),
    Column("line_id", Words, nullable=False),
    Column("product_id", Id(128), nullable=False),
    Column("sku_id", Words, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("requested_minor", BigInteger),
    Column("currency", Id(3), nullable=False),
    Column("type", Id(32), nullable=False),
    Column("status", Id(32), nullable=False),
    Column("created_at", Instant, nullable=False),
)

_REFUND = Table(
    "pd_refund",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("aftersale_id", Id(128), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("order_id", Id(128), nullable=False),
    Column("refund_id", Words, nullable=False),
    Column("status", Id(32), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("freight_minor", BigInteger),
    Column("currency", Id(3), nullable=False),
    Column("at", Instant),
)

_PRODUCT = Table(
    "pd_product",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("product_id", Id(128), primary_key=True),
    Column("title", Words, nullable=False),
    Column("merchant_product", Words, nullable=False),
    Column("status", Id(32), nullable=False),
    Column("platform_status", Words, nullable=False),
    Column("category_id", Words, nullable=False),
    Column("sku_count", Integer, nullable=False),
    Column("price_minor", BigInteger),
    Column("currency", Id(3), nullable=False),
    Column("stock", BigInteger),
    Column("updated_at", Instant),
    Column("version", BigInteger, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("missing_since", Instant),
    Column("digest", Id(32), nullable=False),
    Column("write_id", Id(32), nullable=False),
    Column("payload", Document, nullable=False),
)

_SKU = Table(
    "pd_sku",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("product_id", Id(128), primary_key=True),
    Column("sku_id", Id(128), primary_key=True),
    Column("merchant_sku", Words, nullable=False),
    Column("barcode", Words, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("list_price_minor", BigInteger),
    Column("currency", Id(3), nullable=False),
    Column("stock", BigInteger),
)

_SETTLEMENT = Table(
    "pd_settlement",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("settlement_id", Id(128), primary_key=True),
    Column("kind", Id(32), nullable=False),
    Column("platform_kind", Words, nullable=False),
    Column("direction", Id(32), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("balance_minor", BigInteger),
    Column("currency", Id(3), nullable=False),
    Column("order_id", Id(128), nullable=False),
    Column("aftersale_id", Id(128), nullable=False),
    Column("at", Instant, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("digest", Id(32), nullable=False),
    Column("write_id", Id(32), nullable=False),
    Column("payload", Document, nullable=False),
    Index("pd_settlement_at", "space", "at"),
    Index("pd_settlement_order", "space", "platform", "shop_id", "order_id"),
)


def upgrade(connection: Connection) -> None:
    """The tables of everything that is pulled besides orders."""
    for table in (_AFTERSALE, _AFTERSALE_LINE, _REFUND, _PRODUCT, _SKU, _SETTLEMENT):
        create_table(connection, table)
