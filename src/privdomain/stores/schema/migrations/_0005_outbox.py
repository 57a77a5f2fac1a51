"""What is to be done at platforms, and what became of it."""

from __future__ import annotations

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Nothing yet."""
