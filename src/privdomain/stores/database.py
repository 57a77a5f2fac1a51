"""One database as the repositories see it: transactions of our own, or the caller's.

Ours run at READ COMMITTED (SQLite: ``BEGIN IMMEDIATE``) and are repeated whole when the database gives one up.
In the caller's connection nothing is begun, committed, rolled back or repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import RLock
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError as UrlError
from sqlalchemy.exc import NoSuchModuleError

from privdomain.errors import ArgumentError, MissingExtra, TransactionLost, UsageError
from privdomain.stores._conflicts import losing
from privdomain.stores._types import is_mysql
from privdomain.stores.schema import check_version, migrate, migrating_alone

__all__ = ["Database"]

_T = TypeVar("_T")

_ATTEMPTS = 12
_FIRST_WAIT_S = 0.005
_LONGEST_WAIT_S = 0.5
_SQLITE_PATIENCE_S = 30

_UNITS: ContextVar[tuple[object, ...]] = ContextVar("privdomain_units", default=())
"""The transactions of ours around the code that runs now: of this thread, and of this task."""

_DRIVERS = {
    "postgresql": ("psycopg", "postgres"),
    "mysql": ("pymysql", "mysql"),
    "mariadb": ("pymysql", "mysql"),
}
"""Dialect → the driver we take when the URL names none, and the extra that installs it."""


class Database:
    """How every part of a store reaches its database: an engine, or one connection that belongs to somebody else.

    A store makes it; nobody else needs to.
    """

    def __init__(self, target: str | URL | Engine | Connection) -> None:
        self._connection: Connection | None = None
        self._engine: Engine | None = None
        self._owns_engine = False
        self._ready = False
        self._units: set[object] = set()
        # An in-memory SQLite database is one connection: threads take turns.
        self._turn: AbstractContextManager[Any] = nullcontext()
        self._fills_empty = False
        if isinstance(target, Connection):
            self._connection = target
        elif isinstance(target, Engine):
            self._engine = _read_committed(target)
        elif isinstance(target, str | URL):
            self._open(target)
        else:
            raise ArgumentError(
                f"a store is made of a database URL, an Engine or a Connection, not {type(target).__name__}"
            )

    def _open(self, target: str | URL) -> None:
        url = _parse_url(target)
        self._owns_engine = True
        if url.get_backend_name() != "sqlite":
            self._engine = _create(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
            return
        in_memory = url.database in {None, "", ":memory:"}
        options: dict[str, Any] = {
            "connect_args": {"timeout": _SQLITE_PATIENCE_S, "check_same_thread": False}
        }
        if in_memory:
            options["poolclass"] = StaticPool
            self._turn = RLock()
        self._fills_empty = True
        self._engine = _create(url, **options)
        event.listen(self._engine, "connect", _tune_sqlite)

    def __repr__(self) -> str:
        bind = self._connection or self._engine
        return str(bind.engine.url) if bind is not None else "nothing"  # SQLAlchemy hides the password

    @property
    def is_bound(self) -> bool:
        """Whether transactions belong to the caller."""
        return self._connection is not None

    def bound(self, connection: Connection) -> Database:
        """The same database inside a transaction that is already open."""
        inner = Database(connection)
        inner._ready = True
        return inner

    def close(self) -> None:
        """Close the connections we opened; the caller's stay."""
        if self._engine is not None and self._owns_engine:
            self._engine.dispose()

    # --- transactions ---

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A transaction that is committed at the end, or the caller's, which is not."""
        if self._connection is not None:
            self._check(self._connection)
            with losing():
                yield self._connection
            return
        with self._unit(), self._turn, losing(), self._connect() as connection:
            self._check(connection)
            _begin_writing(connection)
            yield connection
            connection.commit()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection to read from."""
        if self._connection is not None:
            self._check(self._connection)
            with losing():
                yield self._connection
            return
        self._refuse_inside()
        with self._turn, losing(), self._connect() as connection:
            self._check(connection)
            yield connection

    @contextmanager
    def _unit(self) -> Generator[None]:
        """Remember that a transaction is open around what follows."""
        self._refuse_inside()
        unit = object()
        self._units.add(unit)
        _UNITS.set((*_UNITS.get(), unit))
        try:
            yield
        finally:
            # a web framework may leave a block in another context than it entered it in
            self._units.discard(unit)
            _UNITS.set(tuple(open_unit for open_unit in _UNITS.get() if open_unit is not unit))

    def _refuse_inside(self) -> None:
        # A SQLite file would wait for itself, memory would commit the other half, a server would write apart.
        if any(unit in self._units for unit in _UNITS.get()):
            raise UsageError(
                "this store has a transaction open around this call, and would not take part in it; "
                "inside the block use the store that begin() gave you: with store.begin() as unit: unit.…"
            )

    def run(self, work: Callable[[Connection], _T]) -> _T:
        """Do the work in a transaction; one of our own is repeated whole when the database gives it up."""
        if self._connection is not None:
            with self.writing() as connection:
                return work(connection)
        return self.retrying(self.writing, work)

    def retrying(self, begin: Callable[[], AbstractContextManager[Any]], work: Callable[[Any], _T]) -> _T:
        """Run ``work`` inside ``begin()`` until the transaction holds, at most twelve times."""
        wait_s = _FIRST_WAIT_S
        for left in range(_ATTEMPTS - 1, -1, -1):
            try:
                with begin() as unit:
                    return work(unit)
            except TransactionLost:
                if not left:
                    raise
            # Of two that met, the database let one pass: a growing wait is enough, no chance needed.
            time.sleep(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def migrate(self, *, at: datetime) -> int:
        """Bring the tables to this release; returns the schema version."""
        if self._connection is not None:
            with migrating_alone(self._connection):
                version = migrate(self._connection, at=at)
        else:
            with self._unit(), self._turn, self._connect() as connection:
                _begin_writing(connection)
                with migrating_alone(connection):
                    version = migrate(connection, at=at)
                    connection.commit()
        self._ready = True
        return version

    def _connect(self) -> Connection:
        if self._engine is None:
            raise AssertionError("unreachable: a database has an engine or a connection")
        return self._engine.connect()

    def _check(self, connection: Connection) -> None:
        if self._ready:
            return
        # Only a SQLite database with nothing in it is ours to fill without being asked. Of several processes that
        # find it empty, the first to begin writing fills it, and the others see that in `migrate`.
        if self._fills_empty and not inspect(connection).get_table_names():
            _begin_writing(connection)
            migrate(connection, at=datetime.now(UTC))
            connection.commit()
        check_version(connection)
        if self._connection is None:
            connection.rollback()  # ends what reading the catalog began
        self._ready = True


def _begin_writing(connection: Connection) -> None:
    # A deferred transaction of SQLite that reads first cannot become a writer while another one writes.
    if connection.dialect.name == "sqlite" and not _in_transaction(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _in_transaction(connection: Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))


def _tune_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    # Readers do not wait for the writer; a killed process loses nothing, a power cut at most the last commits, and
    # a pull's checkpoint is in the same commit as its page.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _read_committed(engine: Engine) -> Engine:
    if engine.dialect.name == "postgresql" or is_mysql(engine.dialect):
        return engine.execution_options(isolation_level="READ COMMITTED")
    return engine


def _parse_url(target: str | URL) -> URL:
    try:
        url = make_url(target)
    except UrlError:
        # the text itself is not shown: it may hold a password
        raise ArgumentError(
            "this is not a database URL; expected sqlite:///orders.sqlite3, postgresql://user@host/name "
            "or mysql://user@host/name"
        ) from None
    backend, _, driver = url.drivername.partition("+")
    if backend == "postgres":
        backend = "postgresql"
    if backend not in {"sqlite", *_DRIVERS}:
        raise ArgumentError(
            f"{backend!r} is not a database we speak; expected sqlite, postgresql, mysql or mariadb"
        )
    if not driver and backend in _DRIVERS:
        driver = _DRIVERS[backend][0]
    return url.set(drivername=f"{backend}+{driver}" if driver else backend)


def _create(url: URL, **options: Any) -> Engine:
    try:
        return create_engine(url, **options)
    except ModuleNotFoundError:
        extra = _DRIVERS[url.get_backend_name()][1] if url.get_backend_name() in _DRIVERS else "all"
        raise MissingExtra(extra, needed_for=f"a store at {url.drivername}") from None
    except NoSuchModuleError:
        raise ArgumentError(f"{url.drivername!r} names a driver that SQLAlchemy does not know") from None
