"""Who looked at whose address, and how often a day."""

from __future__ import annotations

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Nothing yet."""
