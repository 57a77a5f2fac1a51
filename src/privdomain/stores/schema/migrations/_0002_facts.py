"""After-sale cases, products, SKUs and settlements."""

from __future__ import annotations

from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Nothing yet."""
