"""Histories as columns: the driver's tuples straight into a frame, without a Row or a record in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Connection, Executable, Table, select

from privdomain.errors import ArgumentError, nearest
from privdomain.frames import ORDER_LINES, ORDERS, Schema
from privdomain.stores._types import Instant, as_micros
from privdomain.stores.database import Database
from privdomain.stores.schema import ORDER, ORDER_LINE

if TYPE_CHECKING:
    from privdomain.calendar import Period
    from privdomain.frames import Backend

__all__ = ["read_frame", "within"]

_BATCH = 2_000
"""Rows of SQLite at a time: few enough that they are still in the processor's cache when they become columns."""

_SERVER_BATCH = 20_000
"""Rows of a server at a time: each batch is a round trip."""

_FRAMES: Final[Mapping[str, tuple[Schema, Table]]] = {
    ORDERS.name: (ORDERS, ORDER),
    ORDER_LINES.name: (ORDER_LINES, ORDER_LINE),
}


def within(table: Table, moments: Mapping[str, Period | None]) -> list[ColumnElement[bool]]:
    """The conditions that instants lie in periods, for those that are given."""
    conditions: list[ColumnElement[bool]] = []
    for name, period in moments.items():
        if period is not None:
            conditions += [table.c[name] >= period.start, table.c[name] < period.end]
    return conditions


def read_frame(
    database: Database,
    name: str,
    *,
    space: str,
    zone: str,
    columns: Sequence[str] | None,
    equal: Mapping[str, str | None],
    moments: Mapping[str, Period | None],
    backend: Backend,
) -> Any:
    """The frame of that name, from the rows of a space that satisfy the conditions."""
    # narwhals comes with the first frame that is read, not with the first store that is opened
    from privdomain.frames._columns import frame_from_rows, local_day_sources  # noqa: PLC0415

    schema, table = _find(name)
    wanted = _wanted(schema, table, columns, derived=local_day_sources)
    # What all rows share is not read a million times.
    constants = {"space": space, **{key: value for key, value in equal.items() if value is not None}}
    sources = [source for column in wanted for source in (local_day_sources(column) or (column,))]
    names = [column for column in dict.fromkeys(sources) if column not in constants]
    if not names:
        names = ["order_id"]  # rows are counted by some column of theirs
    statement = select(*(_readable(table.c[column]) for column in names)).where(
        *(table.c[key] == value for key, value in constants.items()), *within(table, moments)
    )
    with database.reading() as connection:
        return frame_from_rows(
            _batches(connection, statement),
            schema=schema,
            names=names,
            wanted=wanted,
            constants=constants,
            zone=zone,
            backend=backend,
        )


def _find(name: str) -> tuple[Schema, Table]:
    found = _FRAMES.get(name)
    if found is None:
        hint = nearest(name, _FRAMES)
        meant = f"did you mean {hint!r}?" if hint else f"there are {', '.join(map(repr, _FRAMES))}"
        raise ArgumentError(f"the store has no frame {name!r}; {meant}")
    return found


def _wanted(schema: Schema, table: Table, columns: Sequence[str] | None, *, derived: Any) -> list[str]:
    kept = [name for name in schema.names if name in table.c or derived(name)]
    if columns is None:
        return kept
    if isinstance(columns, str):
        raise ArgumentError(f"columns={columns!r} is one text; pass a list of names: [{columns!r}]")
    for name in columns:
        if name not in kept:
            hint = nearest(name, kept)
            meant = f"did you mean {hint!r}?" if hint else f"it keeps {', '.join(kept)}"
            raise ArgumentError(f"the store keeps no column {name!r} of {schema.name}; {meant}")
    if len(set(columns)) < len(columns):
        raise ArgumentError("columns names a column twice")
    return list(columns)


def _readable(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return as_micros(column) if isinstance(column.type, Instant) else column


def _batches(connection: Connection, statement: Executable) -> Iterator[Sequence[Sequence[Any]]]:
    if connection.dialect.name == "sqlite":
        # SQLite reads as it goes, and its own tuples need no wrapping: nobody looks at a row here.
        cursor = connection.execute(statement).cursor
        if cursor is None:
            raise AssertionError("unreachable: a SELECT has a cursor")
        while rows := cursor.fetchmany(_BATCH):
            yield rows
        return
    # A server sends the rest when asked for it; without this, the driver would hold the whole history first.
    # The option is the statement's: an option of the connection would outlive it in the caller's transaction.
    streaming = {"stream_results": True, "max_row_buffer": _SERVER_BATCH}
    result = connection.execute(statement, execution_options=streaming)
    while page := result.fetchmany(_SERVER_BATCH):
        yield page
