"""What our columns are made of: the same value in and out of SQLite, PostgreSQL, MariaDB and MySQL.

Every text column compares byte by byte and without padding, because ``oABC``, ``oabc`` and ``"oABC "`` are three
people: MariaDB and MySQL join them by default, and MariaDB's ``utf8mb4_bin`` still joins the padded one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, String, Text, literal
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from privdomain.errors import ArgumentError
from privdomain.models._base import instant_micros

__all__ = [
    "ID_LENGTH",
    "SPACE_LENGTH",
    "Document",
    "Id",
    "Instant",
    "Words",
    "as_micros",
    "is_mysql",
    "micros_from_now",
]

ID_LENGTH = 128
"""Characters of an id, as in `privdomain.models`."""

SPACE_LENGTH = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGTEXT_BYTES = 2**32 - 1


def is_mysql(dialect: Dialect) -> bool:
    """Whether it is MariaDB or MySQL, under either name."""
    return dialect.name in {"mysql", "mariadb"}


def _collation(dialect: Dialect) -> str:
    # MySQL 8 has no utf8mb4_nopad_bin; its utf8mb4_0900_bin does not pad either
    return "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", False) else "utf8mb4_0900_bin"


class Id(TypeDecorator[str]):
    """A short text that is a key or a word of ours: VARCHAR, compared byte by byte."""

    impl = String
    cache_ok = True

    def __init__(self, length: int = ID_LENGTH) -> None:
        self.length = length
        super().__init__(length)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        if is_mysql(dialect):
            return dialect.type_descriptor(
                mysql.VARCHAR(self.length, charset="utf8mb4", collation=_collation(dialect))
            )
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(self.length, collation=collation))


class Words(TypeDecorator[str]):
    """Text of no fixed length that a platform chose: a title, a status in its own words."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        if is_mysql(dialect):
            return dialect.type_descriptor(mysql.TEXT(charset="utf8mb4", collation=_collation(dialect)))
        return dialect.type_descriptor(Text(collation="C" if dialect.name == "postgresql" else None))


class Document(TypeDecorator[str]):
    """JSON as text, which keeps what was hashed; LONGTEXT on MySQL, whose TEXT ends at 64 KiB."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        if is_mysql(dialect):
            return dialect.type_descriptor(mysql.LONGTEXT(charset="utf8mb4", collation=_collation(dialect)))
        return dialect.type_descriptor(Text())


class Instant(TypeDecorator[datetime]):
    """A moment in UTC with microseconds: TIMESTAMPTZ, DATETIME(6), and on SQLite an integer.

    SQLite has no type for time. Microseconds since 1970 order as time does, keep every digit, and are already
    what a column of a frame holds: a history is read without parsing a text a row.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The database's own type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        if is_mysql(dialect):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """An aware moment as the database keeps it; a naive one is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ArgumentError(f"{value.isoformat()} has no zone; a moment is an aware datetime")
        if dialect.name == "sqlite":
            return instant_micros(value)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if is_mysql(dialect) else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The moment again, aware and in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _EPOCH + timedelta(microseconds=value)
        if is_mysql(dialect):
            utc: datetime = value.replace(tzinfo=UTC)
        else:
            utc = value.astimezone(UTC)
        return utc


class as_micros(FunctionElement[int]):  # noqa: N801  (it is written like a function of SQL)
    """An instant column as microseconds since 1970, computed by the database: no datetime object a row."""

    type = BigInteger()
    inherit_cache = True
    name = "as_micros"

    def __init__(self, column: ColumnElement[datetime]) -> None:
        super().__init__(column)


@compiles(as_micros)
def _micros(element: as_micros, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(as_micros, "postgresql")
def _micros_postgresql(element: as_micros, compiler: Any, **options: Any) -> str:
    # PostgreSQL 13 answers EXTRACT in double precision: off by less than half a microsecond until 2100, so it rounds
    return (
        f"CAST(ROUND(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **options)}) * 1000000) AS BIGINT)"
    )


@compiles(as_micros, "mysql", "mariadb")
def _micros_mysql(element: as_micros, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    return f"TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', {inner})"


class micros_from_now(FunctionElement[datetime]):  # noqa: N801  (it is written like a function of SQL)
    """The moment so many microseconds from now, by the database's own clock: as it is when the row is met."""

    type = Instant()
    inherit_cache = True
    name = "micros_from_now"

    def __init__(self, micros: ColumnElement[int] | int = 0) -> None:
        super().__init__(literal(micros, BigInteger()) if isinstance(micros, int) else micros)


@compiles(micros_from_now)
def _from_now(element: micros_from_now, compiler: Any, **options: Any) -> str:
    later = compiler.process(element.clauses, **options)
    return f"(CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER) + {later})"


@compiles(micros_from_now, "postgresql")
def _from_now_postgresql(element: micros_from_now, compiler: Any, **options: Any) -> str:
    later = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() + {later} * INTERVAL '1 microsecond')"


@compiles(micros_from_now, "mysql", "mariadb")
def _from_now_mysql(element: micros_from_now, compiler: Any, **options: Any) -> str:
    later = compiler.process(element.clauses, **options)
    return f"(UTC_TIMESTAMP(6) + INTERVAL {later} MICROSECOND)"
