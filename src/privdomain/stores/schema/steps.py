"""What a migration step does to a database, in a way that can be printed and can be run again."""

from __future__ import annotations

from sqlalchemy import Connection, Table, inspect
from sqlalchemy.schema import CreateIndex, CreateTable

from privdomain.stores._types import is_mysql

__all__ = ["create_table"]


def create_table(connection: Connection, table: Table) -> None:
    """Create a table with its indexes, unless they are there.

    MySQL and MariaDB end the transaction at every CREATE, so a step that was killed half-way finds its first half.
    """
    connection.execute(CreateTable(table, if_not_exists=True))
    for index in sorted(table.indexes, key=lambda found: str(found.name)):
        # MySQL has no CREATE INDEX IF NOT EXISTS; a printed script has no database to ask
        asks = is_mysql(connection.dialect) and isinstance(connection, Connection)
        if asks and index.name in {found["name"] for found in inspect(connection).get_indexes(table.name)}:
            continue
        connection.execute(CreateIndex(index, if_not_exists=not is_mysql(connection.dialect)))
