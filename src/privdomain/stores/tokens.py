"""Access tokens in a SQL database, shared by all processes that work for an account."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Self

from sqlalchemy import URL, ColumnElement, Connection, Engine, Update, bindparam, or_, select, update

from privdomain.errors import ArgumentError, UsageError
from privdomain.stores._inserts import insert_or_leave
from privdomain.stores._kept import KeptToken, PlainTextAlarm, check_lease
from privdomain.stores._types import SPACE_LENGTH, as_micros, micros_from_now
from privdomain.stores.database import Database
from privdomain.stores.schema import TOKEN, TOKEN_KEY_LENGTH

__all__ = ["SqlTokenStore"]

_MICROS = 1_000_000
_LONGEST_S = 100 * 366 * 86_400
"""A token that never ends is one of a hundred years: the database must be able to write the moment down."""

_C = TOKEN.c
_HERE: tuple[ColumnElement[bool], ...] = (
    _C.space == bindparam("in_space"),
    _C.token_key == bindparam("of_key"),
)
_GET = select(
    _C.value, _C.version, (as_micros(_C.expires_at) - as_micros(micros_from_now())).label("left")
).where(*_HERE)
_PUT = (
    update(TOKEN)
    .where(*_HERE, _C.version == bindparam("expected"))
    .values(
        value=bindparam("new_value"),
        version=_C.version + 1,
        expires_at=micros_from_now(bindparam("lives_us")),
        lease_owner="",
        lease_until=micros_from_now(),
    )
)
_CLAIM = (
    update(TOKEN)
    .where(*_HERE, or_(_C.lease_owner == bindparam("by"), _C.lease_until <= micros_from_now()))
    .values(lease_owner=bindparam("by"), lease_until=micros_from_now(bindparam("lease_us")))
)
_RELEASE = (
    update(TOKEN)
    .where(*_HERE, _C.lease_owner == bindparam("by"))
    .values(lease_owner="", lease_until=micros_from_now())
)
_IS_THERE = select(_C.version).where(*_HERE)


class SqlTokenStore:
    """Tokens in SQLite, PostgreSQL, MariaDB or MySQL: a ``token_store=`` for clients in any number of processes.

    ``target`` is a database URL or an `Engine`; ``store.tokens`` of a `SqlStore` is one as well. Moments are the
    database's, so that the clocks of its users need not agree. Every call is a transaction of its own: a token that
    was rolled back with something else would be lost. ``space`` is the tenant.

    ```python
    from privdomain.stores import SqlTokenStore

    with SqlTokenStore("sqlite://") as store:
        assert store.claim("douyin:shop 1", owner="me", lease_s=30)
        assert not store.claim("douyin:shop 1", owner="you", lease_s=30)
        assert store.put("douyin:shop 1", "sealed/1:…", expires_in_s=7200, expected_version=0)
        assert store.get("douyin:shop 1").version == 1
    ```

    Raises:
        ArgumentError: for a connection of yours, whose transaction would decide about the token.
    """

    def __init__(self, target: str | URL | Engine, *, space: str = "") -> None:
        if isinstance(target, Connection):
            raise ArgumentError(
                "a token store is made of a database URL or an Engine: a token kept in your transaction "
                "would be lost with it"
            )
        if len(space) > SPACE_LENGTH or "\x00" in space:
            raise ArgumentError(
                f"space has {len(space)} characters; at most {SPACE_LENGTH}, none of them NUL"
            )
        self._setup(Database(target), space)

    def _setup(self, database: Database, space: str) -> None:
        self._database, self._space = database, space
        self._alarm = PlainTextAlarm()

    @classmethod
    def within(cls, database: Database, *, space: str) -> SqlTokenStore:
        """The tokens of a store that is there already; `SqlStore.tokens` is made with it."""
        store = object.__new__(cls)
        store._setup(database, space)
        return store

    def __repr__(self) -> str:
        return f"<SqlTokenStore {self._database} space={self._space!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that this store opened."""
        self._database.close()

    def migrate(self) -> None:
        """As `SqlStore.migrate`: needed once per database and release."""
        from datetime import UTC, datetime  # noqa: PLC0415  (the one call that reads a clock of ours)

        self._database.migrate(at=datetime.now(UTC))

    def get(self, key: str) -> KeptToken | None:
        """What is kept under ``key``, stale or not."""
        self._check()
        with self._database.reading() as connection:
            found = connection.execute(_GET, self._of(key)).one_or_none()
        if found is None or not found.version:
            return None
        return KeptToken(value=found.value, version=found.version, expires_in_s=found.left / _MICROS)

    def put(self, key: str, value: str, *, expires_in_s: float, expected_version: int) -> bool:
        """Keep a value if the version there is still ``expected_version`` (0: nothing there); ends the lease."""
        self._check()
        self._alarm.see(value, where=self)
        lives_s = min(max(expires_in_s, -_LONGEST_S), _LONGEST_S)
        values = self._of(key) | {
            "new_value": value,
            "expected": expected_version,
            "lives_us": round(lives_s * _MICROS),
        }

        def write(connection: Connection) -> bool:
            if _changes(connection, _PUT, values):
                return True
            return expected_version == 0 and self._add(connection, key) and _changes(connection, _PUT, values)

        return self._database.run(write)

    def claim(self, key: str, *, owner: str, lease_s: float) -> bool:
        """Whether ``owner`` may renew for ``lease_s`` from now: nobody else has claimed it within his lease."""
        self._check()
        check_lease(lease_s)
        values = self._of(key) | {"by": owner, "lease_us": round(min(lease_s, _LONGEST_S) * _MICROS)}

        def write(connection: Connection) -> bool:
            if _changes(connection, _CLAIM, values):
                return True
            return self._add(connection, key) and _changes(connection, _CLAIM, values)

        return self._database.run(write)

    def release(self, key: str, *, owner: str) -> None:
        """Give a claim back; nothing happens if it is somebody else's."""
        self._check()
        self._database.run(lambda connection: _changes(connection, _RELEASE, self._of(key) | {"by": owner}))

    def _add(self, connection: Connection, key: str) -> bool:
        """Add a row without a token where there is none; False where there is one."""
        if connection.execute(_IS_THERE, self._of(key)).first() is not None:
            return False
        of = self._of(key)
        row = {
            "space": of["in_space"],
            "token_key": of["of_key"],
            "value": "",
            "version": 0,
            "lease_owner": "",
        }
        empty = insert_or_leave(TOKEN, connection.dialect.name)
        connection.execute(empty.values(expires_at=micros_from_now(), lease_until=micros_from_now()), row)
        return True

    def _of(self, key: str) -> dict[str, Any]:
        return {"in_space": self._space, "of_key": _fitting(key)}

    def _check(self) -> None:
        if self._database.is_bound:
            raise UsageError(
                "tokens are kept in transactions of their own, because one that is rolled back with yours would be "
                "lost; use the tokens of the store that was made of a URL or an engine"
            )


def _changes(connection: Connection, statement: Update, values: dict[str, Any]) -> bool:
    return connection.execute(statement, values).rowcount == 1


def _fitting(key: str) -> str:
    """The key, or for one that no column holds its beginning and a digest."""
    if len(key) <= TOKEN_KEY_LENGTH:
        return key
    digest = sha256(key.encode()).hexdigest()
    return f"{key[: TOKEN_KEY_LENGTH - len(digest) - 1]}#{digest}"
