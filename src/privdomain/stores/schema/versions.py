"""Which schema version a database has, how it gets to ours, and the same as text for whoever runs DDL by hand."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, create_mock_engine, func, insert, inspect, literal, select, text
from sqlalchemy.schema import CreateTable

from privdomain.errors import ArgumentError, ConflictError, SchemaOutdated, nearest
from privdomain.stores._types import is_mysql
from privdomain.stores.schema.migrations import NEWEST, load_step
from privdomain.stores.schema.tables import SCHEMA

__all__ = ["check_version", "ddl", "migrate", "migrating_alone", "read_version"]

_NOW = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
    "postgresql": "CURRENT_TIMESTAMP",
    "mariadb": "UTC_TIMESTAMP(6)",
    "mysql": "UTC_TIMESTAMP(6)",
}
"""The dialects we speak, and how each says the present moment."""
# any number that is ours: who else migrates this database asks for the same lock
_LOCK_NUMBER = 0x7064_0001
_LOCK_NAME = "privdomain.migrate"
_LOCK_S = 60


def read_version(connection: Connection) -> int:
    """The version of the database; 0 when it has no tables of ours."""
    # asked of the catalog: selecting from a missing table would end the caller's transaction on PostgreSQL
    if not inspect(connection).has_table(SCHEMA.name):
        return 0
    return connection.scalar(select(func.max(SCHEMA.c.version))) or 0


def check_version(connection: Connection) -> None:
    """Whether this release can work with the database.

    Raises:
        SchemaOutdated: with the call, or the upgrade, that would be right.
    """
    version = read_version(connection)
    if version == NEWEST:
        return
    if version > NEWEST:
        raise SchemaOutdated(
            f"the database has schema version {version}, this release of privdomain knows {NEWEST}; "
            "upgrade the package"
        )
    found = f"has schema version {version}" if version else "has no tables of privdomain yet"
    raise SchemaOutdated(
        f"the database {found}, this release needs {NEWEST}; call store.migrate() once, "
        "or run what store.ddl() prints"
    )


def migrate(connection: Connection, *, at: datetime) -> int:
    """Run the steps that are missing, and return the version; the caller holds the lock and commits."""
    version = read_version(connection)
    if version > NEWEST:
        check_version(connection)
    if version == 0:
        connection.execute(CreateTable(SCHEMA, if_not_exists=True))
    for step in range(version + 1, NEWEST + 1):
        load_step(step)(connection)
        connection.execute(insert(SCHEMA).values(version=step, applied_at=at))
    return NEWEST


@contextmanager
def migrating_alone(connection: Connection) -> Generator[None]:
    """Let one process migrate at a time: the others wait, and then find nothing left to do.

    Raises:
        ConflictError: on MySQL and MariaDB, when another one is not done within a minute.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(literal(_LOCK_NUMBER))))
        yield
    elif is_mysql(connection.dialect):
        # a lock of the session, because every CREATE ends the transaction
        if connection.scalar(select(func.get_lock(_LOCK_NAME, _LOCK_S))) != 1:
            raise ConflictError(
                f"another process has held the lock {_LOCK_NAME!r} of this server for {_LOCK_S} seconds, so nothing "
                "was migrated; call store.migrate() again when it is done"
            )
        try:
            yield
        finally:
            connection.execute(select(func.release_lock(_LOCK_NAME)))
    else:
        yield  # SQLite: the transaction was begun for writing


def ddl(dialect: str) -> str:
    """Every statement of every step as a script for one dialect.

    ```python
    from privdomain.stores import SqlStore

    script = SqlStore.ddl("mariadb")
    assert "CREATE TABLE" in script and "utf8mb4_nopad_bin" in script
    ```

    Raises:
        ArgumentError: for a dialect that is not one of sqlite, postgresql, mariadb and mysql.
    """
    if dialect not in _NOW:
        hint = nearest(dialect, _NOW)
        meant = f"; did you mean {hint!r}?" if hint else ""
        raise ArgumentError(f"dialect={dialect!r}; expected one of {', '.join(_NOW)}{meant}")
    script: list[str] = []

    def write(statement: Any, *_: Any, **__: Any) -> None:
        compiled = statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True})
        script.append(f"{str(compiled).strip()};\n")

    engine = create_mock_engine(f"{dialect}://", write)
    # It answers what a step asks of a connection that is only written to.
    printer = cast("Connection", engine)
    printer.execute(CreateTable(SCHEMA, if_not_exists=True))
    for step in range(1, NEWEST + 1):
        load_step(step)(printer)
        # the moment is the one of whoever runs the script
        printer.execute(insert(SCHEMA).values(version=step, applied_at=text(_NOW[dialect])))
    return "\n".join(script)
