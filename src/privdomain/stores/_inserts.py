"""INSERT that meets an existing row, in the words of each dialect; none of them raises on a second row.

Statements are made once per table and dialect: SQLAlchemy then finds them compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Insert, Table
from sqlalchemy.dialects import mysql, postgresql, sqlite

__all__ = ["insert_or_change", "insert_or_leave", "insert_or_overwrite"]

Change = Callable[[Any], dict[str, ColumnElement[Any]]]
"""From the row that was to be inserted (``new.seen``) to what the existing row gets."""


@cache
def insert_or_leave(table: Table, dialect: str) -> Insert:
    """Leave an existing row alone, after waiting for whoever is writing it."""
    key = _key(table)
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing(index_elements=key)
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing(index_elements=key)
    # Not INSERT IGNORE: it would hide every other error, and read-lock the row that is written next.
    return mysql.insert(table).on_duplicate_key_update({key[0]: table.c[key[0]]})


@cache
def insert_or_overwrite(table: Table, dialect: str) -> Insert:
    """Overwrite an existing row: one statement for a page where UPDATE would need one a row."""
    rest = [column.name for column in table.c if not column.primary_key]
    return insert_or_change(table, dialect, lambda new: {name: new[name] for name in rest})


def insert_or_change(table: Table, dialect: str, change: Change) -> Insert:
    """Change an existing row by what was to be inserted."""
    key = _key(table)
    if dialect == "postgresql":
        on_postgresql = postgresql.insert(table)
        return on_postgresql.on_conflict_do_update(index_elements=key, set_=change(on_postgresql.excluded))
    if dialect == "sqlite":
        on_sqlite = sqlite.insert(table)
        return on_sqlite.on_conflict_do_update(index_elements=key, set_=change(on_sqlite.excluded))
    on_mysql = mysql.insert(table)
    return on_mysql.on_duplicate_key_update(change(on_mysql.inserted))


def _key(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]
