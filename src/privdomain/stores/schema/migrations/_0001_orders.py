"""Orders, their lines, checkpoints and dead letters.

A released step is history: it keeps the tables as they were then, and later changes come in later steps.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, Integer, MetaData, Table

from privdomain.stores._types import Document, Id, Instant, Words
from privdomain.stores.schema.steps import create_table

_then = MetaData()

_ORDER = Table(
    "pd_order",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("order_id", Id(128), primary_key=True),
    Column("buyer_id", Id(128), nullable=False),
    Column("status", Id(32), nullable=False),
    Column("platform_status", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("paid_at", Instant),
    Column("shipped_at", Instant),
    Column("completed_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("goods_paid_minor", BigInteger, nullable=False),
    Column("freight_minor", BigInteger, nullable=False),
    Column("discount_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("currency", Id(3), nullable=False),
    Column("is_gift", Boolean, nullable=False),
    Column("digest", Id(32), nullable=False),
    Column("write_id", Id(32), nullable=False),
    Column("payload", Document, nullable=False),
    Index("pd_order_updated", "space", "updated_at"),
)

_ORDER_LINE = Table(
    "pd_order_line",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("order_id", Id(128), primary_key=True),
    Column("line_id", Id(128), primary_key=True),
    Column("buyer_id", Id(128), nullable=False),
    Column("product_id", Id(128), nullable=False),
    Column("sku_id", Id(128), nullable=False),
    Column("title", Words, nullable=False),
    Column("merchant_sku", Words, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Column("discount_minor", BigInteger, nullable=False),
    Column("refunded_quantity", BigInteger, nullable=False),
    Column("is_freebie", Boolean, nullable=False),
    Column("is_gift", Boolean, nullable=False),
    Column("currency", Id(3), nullable=False),
    Column("status", Id(32), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("paid_at", Instant),
    Column("updated_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

_CHECKPOINT = Table(
    "pd_checkpoint",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("stream", Id(128), primary_key=True),
    Column("high_water", Instant),
    Column("beginning", Instant),
    Column("window_start", Instant),
    Column("window_end", Instant),
    Column("page_cursor", Document),
    Column("refused_at", Instant),
    Column("saved_at", Instant, nullable=False),
)

_DEAD_LETTER = Table(
    "pd_dead_letter",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("kind", Id(32), primary_key=True),
    Column("digest", Id(32), primary_key=True),
    Column("ref", Id(128), nullable=False),
    Column("reason", Words, nullable=False),
    Column("problems", Document, nullable=False),
    Column("payload", Document, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Index("pd_dead_letter_ref", "space", "platform", "shop_id", "kind", "ref"),
)


def upgrade(connection: Connection) -> None:
    """From nothing to the tables of the first release."""
    for table in (_ORDER, _ORDER_LINE, _CHECKPOINT, _DEAD_LETTER):
        create_table(connection, table)
