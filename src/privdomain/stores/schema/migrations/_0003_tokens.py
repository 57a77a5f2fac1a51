"""Access tokens, and who renews them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table

from privdomain.stores._types import Document, Id, Instant
from privdomain.stores.schema.steps import create_table

_TOKEN = Table(
    "pd_token",
    MetaData(),
    Column("space", Id(64), primary_key=True),
    Column("token_key", Id(255), primary_key=True),
    Column("value", Document, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("lease_owner", Id(32), nullable=False),
    Column("lease_until", Instant, nullable=False),
)


def upgrade(connection: Connection) -> None:
    """The table of tokens."""
    create_table(connection, _TOKEN)
