"""The one limit of MySQL and MariaDB that an honest order can meet: the size of a statement."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from privdomain.errors import UsageError
from privdomain.stores._types import is_mysql

__all__ = ["check_packet"]

_SMALL: Final = 100_000
"""Characters that pass through the smallest packet a server can sensibly have; nobody is asked about them."""

_REST: Final = 32_768
"""Bytes for the statement around the document."""

_ESCAPED: Final = '"\\'


def check_packet(connection: Connection, document: str, *, named: str) -> None:
    """Whether the server takes a statement with this document; one that does not would break the connection.

    Statements of several rows are cut by the driver; a single row cannot be.

    Raises:
        UsageError: naming the row and the setting.
    """
    if len(document) < _SMALL or not is_mysql(connection.dialect):
        return
    limit = connection.scalar(text("SELECT @@max_allowed_packet"))
    needed = len(document.encode()) + sum(document.count(character) for character in _ESCAPED) + _REST
    if needed > limit:
        raise UsageError(
            f"{named} needs a statement of {needed:,} bytes, and the server's max_allowed_packet is {limit:,}; "
            "raise that setting of the database and try again"
        )
