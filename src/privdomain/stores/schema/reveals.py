"""The tables of who looked at whose address: a row a look, and a counter a day. No personal data is in them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from privdomain.stores._types import SPACE_LENGTH, Id, Instant, Words
from privdomain.stores.schema.tables import metadata

__all__ = ["REVEAL", "REVEAL_COUNT"]

_WORD = 32
_DAY = 10

REVEAL = Table(
    "pd_reveal",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("reveal_id", Id(_WORD), primary_key=True),
    Column("platform", Id(), nullable=False),
    Column("shop_id", Id(), nullable=False),
    Column("order_id", Id(), nullable=False),
    Column("operator_id", Id(), nullable=False),
    Column("reason", Words, nullable=False),
    Column("day", Id(_DAY), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", Id(_WORD), nullable=False),
    Index("pd_reveal_at", "space", "at"),
)
"""One row each time somebody asked for a receiver in clear, written before the platform is asked."""

REVEAL_COUNT = Table(
    "pd_reveal_count",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("platform", Id(), primary_key=True),
    Column("shop_id", Id(), primary_key=True),
    Column("day", Id(_DAY), primary_key=True),
    Column("used", Integer, nullable=False),
)
"""How much of a day's budget of a shop is used; a guarded update keeps it below the budget."""
