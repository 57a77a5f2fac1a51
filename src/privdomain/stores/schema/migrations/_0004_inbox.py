"""What platforms told us, before it is acted upon."""

from __future__ import annotations

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Nothing yet."""
