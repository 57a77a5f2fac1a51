"""The tables as this release writes them; `migrations` tells how a database came to have them.

Every primary key begins with ``space`` (`pd_schema`, which is about the database itself, has none), and no key or
typed column holds a name, a phone number or an address: those are in the ``payload`` of an order and of a dead
letter, and nowhere else.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table

from privdomain.stores._types import SPACE_LENGTH, Document, Id, Instant, Words

__all__ = ["CHECKPOINT", "DEAD_LETTER", "ORDER", "ORDER_LINE", "SCHEMA", "metadata"]

metadata = MetaData()
"""Every table of ours, for hosts that use alembic: include it, or ignore what begins with ``pd_``."""

_WORD = 32
_CURRENCY = 3

SCHEMA = Table(
    "pd_schema",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at", Instant, nullable=False),
)
"""Which migration steps this database has been through."""

ORDER = Table(
    "pd_order",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("order_id", Id(), primary_key=True),
    Column("buyer_id", Id(), nullable=False),
    Column("status", Id(_WORD), nullable=False),
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
    Column("currency", Id(_CURRENCY), nullable=False),
    Column("is_gift", Boolean, nullable=False),
    # Two copies with one version are told apart by their digest; the write tells a writer which rows are its own.
    Column("digest", Id(_WORD), nullable=False),
    Column("write_id", Id(_WORD), nullable=False),
    Column("payload", Document, nullable=False),
    Index("pd_order_updated", "space", "updated_at"),
)
"""One row an order: the columns of `privdomain.frames.ORDERS`, and the whole record as JSON beside them."""

ORDER_LINE = Table(
    "pd_order_line",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("order_id", Id(), primary_key=True),
    Column("line_id", Id(), primary_key=True),
    Column("buyer_id", Id(), nullable=False),
    Column("product_id", Id(), nullable=False),
    Column("sku_id", Id(), nullable=False),
    Column("title", Words, nullable=False),
    Column("merchant_sku", Words, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("unit_price_minor", BigInteger, nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Column("discount_minor", BigInteger, nullable=False),
    Column("refunded_quantity", BigInteger, nullable=False),
    Column("is_freebie", Boolean, nullable=False),
    Column("is_gift", Boolean, nullable=False),
    Column("currency", Id(_CURRENCY), nullable=False),
    Column("status", Id(_WORD), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("paid_at", Instant),
    Column("updated_at", Instant, nullable=False),
    # The key is most of the row: kept once, in the table itself, a million lines are a fifth smaller.
    sqlite_with_rowid=False,
)
"""One row a line, with what an analysis asks of its order: a history is read from one table without a join.

It has no second index: one would repeat the five-part key of every row, and a scan reads a million lines a second.
"""

CHECKPOINT = Table(
    "pd_checkpoint",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("stream", Id(), primary_key=True),
    Column("high_water", Instant),
    Column("beginning", Instant),
    Column("window_start", Instant),
    Column("window_end", Instant),
    Column("page_cursor", Document),
    Column("refused_at", Instant),
    Column("saved_at", Instant, nullable=False),
)
"""How far a pull has come: everything before ``high_water``, and the pages of one window up to the cursor."""

DEAD_LETTER = Table(
    "pd_dead_letter",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("kind", Id(_WORD), primary_key=True),
    Column("digest", Id(_WORD), primary_key=True),
    Column("ref", Id(), nullable=False),
    Column("reason", Words, nullable=False),
    Column("problems", Document, nullable=False),
    Column("payload", Document, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Index("pd_dead_letter_ref", "space", "platform", "shop_id", "kind", "ref"),
)
"""What could not be taken, with the reason; one row a payload, however often it came."""
