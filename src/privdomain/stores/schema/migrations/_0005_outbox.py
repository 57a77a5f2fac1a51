"""What is to be done at platforms, and what became of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, MetaData, Table

from privdomain.stores._types import Document, Id, Instant, Words
from privdomain.stores.schema.steps import create_table

_OUTBOX = Table(
    "pd_outbox",
    MetaData(),
    Column("space", Id(64), primary_key=True),
    Column("target", Id(128), primary_key=True),
    Column("key", Id(128), primary_key=True),
    Column("kind", Id(128), nullable=False),
    Column("subject", Id(128), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("payload", Document, nullable=False),
    Column("digest", Id(32), nullable=False),
    Column("write_id", Id(32), nullable=False),
    Column("state", Id(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant),
    Column("expires_at", Instant),
    Column("due_at", Instant, nullable=False),
    Column("lease", Id(32), nullable=False),
    Column("leased_until", Instant),
    Column("sent_at", Instant),
    Column("code", Id(128), nullable=False),
    Column("sub_code", Id(128), nullable=False),
    Column("request_id", Id(128), nullable=False),
    Column("reason", Words, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("pd_outbox_due", "space", "state", "target", "due_at"),
    Index("pd_outbox_subject", "space", "target", "subject", "state"),
)


def upgrade(connection: Connection) -> None:
    """The outbox."""
    create_table(connection, _OUTBOX)
