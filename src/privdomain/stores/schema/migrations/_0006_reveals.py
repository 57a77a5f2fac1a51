"""Who looked at whose address, and how often a day.

A released step is history: it keeps the tables as they were then, and later changes come in later steps.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table

from privdomain.stores._types import Id, Instant, Words
from privdomain.stores.schema.steps import create_table

_then = MetaData()

_REVEAL = Table(
    "pd_reveal",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("reveal_id", Id(32), primary_key=True),
    Column("platform", Id(128), nullable=False),
    Column("shop_id", Id(128), nullable=False),
    Column("order_id", Id(128), nullable=False),
    Column("operator_id", Id(128), nullable=False),
    Column("reason", Words, nullable=False),
    Column("day", Id(10), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", Id(32), nullable=False),
    Index("pd_reveal_at", "space", "at"),
)

_REVEAL_COUNT = Table(
    "pd_reveal_count",
    _then,
    Column("space", Id(64), primary_key=True),
    Column("platform", Id(128), primary_key=True),
    Column("shop_id", Id(128), primary_key=True),
    Column("day", Id(10), primary_key=True),
    Column("used", Integer, nullable=False),
)


def upgrade(connection: Connection) -> None:
    """The tables of the budget and of the audit."""
    for table in (_REVEAL, _REVEAL_COUNT):
        create_table(connection, table)
