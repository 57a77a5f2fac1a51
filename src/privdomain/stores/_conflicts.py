"""Which database errors mean "run the whole transaction again", and which mean what they say."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError

from privdomain.errors import TransactionLost

__all__ = ["is_conflict", "losing"]

_SQLSTATES: Final = {"40001": "serialization failure", "40P01": "deadlock", "55P03": "lock time-out"}
_MYSQL_CODES: Final = {
    1020: "record changed since the snapshot",  # MariaDB, innodb_snapshot_isolation
    1205: "lock time-out",
    1213: "deadlock",
}
_SQLITE_CODES: Final = {5: "database busy", 6: "table locked"}


def _reason(error: BaseException) -> str | None:
    if error.args and isinstance(error.args[0], int):
        return _MYSQL_CODES.get(error.args[0])
    if (code := getattr(error, "sqlite_errorcode", None)) is not None:
        return _SQLITE_CODES.get(code & 0xFF)  # the low byte is the code, the rest says more of it
    return _SQLSTATES.get(getattr(error, "sqlstate", None) or "")


def is_conflict(error: BaseException) -> str | None:
    """Why the transaction is lost, or None when repeating it would not help.

    The whole chain is looked at: on MariaDB a deadlock takes the caller's savepoint with it, and what surfaces is
    "SAVEPOINT does not exist".
    """
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        here = waiting.pop()
        if here is None or id(here) in seen:
            continue
        seen.add(id(here))
        if reason := _reason(here):
            return reason
        waiting += [getattr(here, "orig", None), here.__cause__, here.__context__]
    return None


@contextmanager
def losing() -> Generator[None]:
    """Say `TransactionLost` where the database gave this transaction up in favor of another one.

    No error of the database shows its parameters: a payload with a name and an address is one of them.
    """
    try:
        yield
    except DBAPIError as error:
        error.hide_parameters = True
        reason = is_conflict(error)
        if reason is None:
            raise
        raise TransactionLost(
            f"the database gave this transaction up ({reason}); run the whole of it again, "
            "as store.retrying(fn) does"
        ) from error
