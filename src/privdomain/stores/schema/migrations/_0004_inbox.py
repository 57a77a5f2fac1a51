"""What platforms told us, before it is acted upon.

A released step is history: it keeps the tables as they were then, and later changes come in later steps.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table

from privdomain.stores._types import Document, Id, Instant, Words
from privdomain.stores.schema.steps import create_table

_then = MetaData()

_INBOX = Table(
    "pd_inbox",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("notice_key", Id(128), primary_key=True),
    Column("kind", Id(32), nullable=False),
    Column("topic", Id(128), nullable=False),
    Column("ref", Id(128), nullable=False),
    Column("state", Id(32), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease", Id(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("error", Words, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("write_id", Id(32), nullable=False),
    Column("payload", Document, nullable=False),
    Index("pd_inbox_due", "space", "state", "due_at"),
    Index("pd_inbox_object", "space", "platform", "shop_id", "kind", "ref"),
)


def upgrade(connection: Connection) -> None:
    """The table of the inbox."""
    create_table(connection, _INBOX)
