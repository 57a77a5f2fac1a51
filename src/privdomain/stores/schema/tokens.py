"""The table of access tokens: what platforms granted, and who is renewing it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from privdomain.stores._types import SPACE_LENGTH, Document, Id, Instant
from privdomain.stores.schema.tables import metadata

__all__ = ["TOKEN", "TOKEN_KEY_LENGTH"]

TOKEN_KEY_LENGTH = 255
_OWNER = 32

TOKEN = Table(
    "pd_token",
    metadata,
    Column("space", Id(SPACE_LENGTH), primary_key=True),
    Column("token_key", Id(TOKEN_KEY_LENGTH), primary_key=True),
    Column("value", Document, nullable=False),
    # 0: there is nobody's token yet, only somebody who fetches the first one
    Column("version", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("lease_owner", Id(_OWNER), nullable=False),
    Column("lease_until", Instant, nullable=False),
)
"""One row an account, by the database's own clock. Rows stay when their token is stale: the refresh token is in it."""
