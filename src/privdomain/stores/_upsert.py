"""Writing orders so that of two copies the newer one stays, whoever comes first and however many write at once.

One order of statements for three databases, none of which needs RETURNING: a plain read that drops what the store
already has (a repeated page costs one statement), an insert that leaves existing rows alone, a locking read that
says which of the new rows are ours and holds the older ones, then the rows of the winners. Whether a copy wins is
decided here, in `_is_newer`, under the lock, and not in SQL that each dialect spells in its own way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from attrs import asdict, frozen
from sqlalchemy import ColumnElement, Connection, Executable, Table, bindparam, delete, insert, select

from privdomain.stores._inserts import insert_or_leave, insert_or_overwrite
from privdomain.stores._packets import check_packet
from privdomain.stores._rows import OrderRows
from privdomain.stores._types import is_mysql
from privdomain.stores.schema import ORDER, ORDER_LINE

__all__ = ["UpsertCounts", "upsert"]

_CHUNK = 250
"""Orders per statement: below every driver's limit on parameters, and a page of any platform."""


@frozen
class UpsertCounts:
    """What became of the orders that were handed over; together they are all of them.

    ``unchanged`` were stored already, exactly so; ``stale`` are copies older than the stored one.
    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0

    def __add__(self, other: UpsertCounts) -> UpsertCounts:
        ours, theirs = asdict(self), asdict(other)
        return UpsertCounts(**{name: ours[name] + theirs[name] for name in ours})


@frozen
class _Stored:
    version: int
    digest: str
    write_id: str


def _is_newer(row: OrderRows, stored: _Stored | OrderRows) -> bool:
    # Platforms count update times in seconds: two changes within one have the same version, and what was read later
    # is the later one. A copy that is wrong about this is put right by the next pull's overlap.
    return row.version > stored.version or (row.version == stored.version and row.digest != stored.digest)


def _left(row: OrderRows, stored: _Stored | OrderRows) -> UpsertCounts:
    return UpsertCounts(unchanged=1) if row.version == stored.version else UpsertCounts(stale=1)


def upsert(connection: Connection, rows: Iterable[OrderRows], *, space: str) -> UpsertCounts:
    """Write the copies that are newer than the stored ones, each with its lines as a set."""
    counts = UpsertCounts()
    shops: dict[tuple[str, str], dict[str, OrderRows]] = defaultdict(dict)
    for row in rows:
        platform, shop_id, order_id = row.key
        orders = shops[platform, shop_id]
        earlier = orders.get(order_id)
        if earlier is None:
            orders[order_id] = row
        elif _is_newer(row, earlier):
            orders[order_id] = row
            counts += UpsertCounts(stale=1)
        else:
            counts += _left(row, earlier)
    # Everybody takes keys in the same order, so that two writers wait for each other in one direction only.
    for platform, shop_id in sorted(shops):
        shop = {"space": space, "platform": platform, "shop_id": shop_id}
        orders = shops[platform, shop_id]
        order_ids = sorted(orders)
        for start in range(0, len(order_ids), _CHUNK):
            chunk = {order_id: orders[order_id] for order_id in order_ids[start : start + _CHUNK]}
            counts += _upsert_chunk(connection, chunk, shop=shop)
    return counts


def _upsert_chunk(
    connection: Connection, rows: dict[str, OrderRows], *, shop: Mapping[str, str]
) -> UpsertCounts:
    counts = UpsertCounts()
    known = _stored(connection, _READ, list(rows), shop=shop)
    wanted: dict[str, OrderRows] = {}
    for order_id, row in rows.items():
        stored = known.get(order_id)
        if stored is None or _is_newer(row, stored):
            wanted[order_id] = row
        else:
            counts += _left(row, stored)  # versions only grow: what is too old now stays so
    if not wanted:
        return counts

    for order_id, row in wanted.items():
        check_packet(connection, row.order["payload"], named=f"order {order_id}")
    write_id = uuid4().hex
    missing = [order_id for order_id in wanted if order_id not in known]
    inserted, in_doubt = _insert_missing(connection, wanted, missing, write_id=write_id)
    in_doubt += [order_id for order_id in wanted if order_id in known]
    locked = _stored(connection, _LOCK, in_doubt, shop=shop) if in_doubt else {}
    updated: list[str] = []
    for order_id in in_doubt:
        stored = locked.get(order_id)
        if stored is not None and stored.write_id == write_id:
            inserted.append(order_id)
        elif stored is None or _is_newer(wanted[order_id], stored):
            updated.append(order_id)
        else:
            counts += _left(wanted[order_id], stored)
    if updated:
        connection.execute(
            insert_or_overwrite(ORDER, connection.dialect.name),
            [_with(wanted[order_id].order, write_id) for order_id in updated],
        )
        connection.execute(_DELETE_LINES, _names(shop, updated))
    lines = [line for order_id in (*inserted, *updated) for line in wanted[order_id].lines]
    if lines:
        connection.execute(_INSERT_LINES, lines)
    return counts + UpsertCounts(inserted=len(inserted), updated=len(updated))


def _insert_missing(
    connection: Connection, rows: Mapping[str, OrderRows], missing: list[str], *, write_id: str
) -> tuple[list[str], list[str]]:
    """Insert rows that are not there yet; answers which are certainly ours, and which must be looked at."""
    if not missing:
        return [], []
    result = connection.execute(
        insert_or_leave(ORDER, connection.dialect.name),
        [_with(rows[order_id].order, write_id) for order_id in missing],
        execution_options={"preserve_rowcount": True},
    )
    # MySQL counts a row that it left alone as one too
    all_ours = not is_mysql(connection.dialect) and result.rowcount == len(missing)
    return (missing, []) if all_ours else ([], missing)


def _with(order: Mapping[str, Any], write_id: str) -> dict[str, Any]:
    return {**order, "write_id": write_id}


def _stored(
    connection: Connection, statement: Executable, order_ids: Sequence[str], *, shop: Mapping[str, str]
) -> dict[str, _Stored]:
    found = connection.execute(statement, _names(shop, order_ids))
    return {order_id: _Stored(*rest) for order_id, *rest in found}


def _named(table: Table) -> list[ColumnElement[bool]]:
    """The rows of the named orders of one shop."""
    order_id = table.c.order_id
    # Said twice on purpose. Where PostgreSQL's statistics do not know a shop yet, it would read the whole shop and
    # filter by the list; the bounds keep it to the neighborhood, since platforms number orders as they come.
    return [
        *(table.c[name] == bindparam(name) for name in ("space", "platform", "shop_id")),
        order_id.between(bindparam("first"), bindparam("last")),
        order_id.in_(bindparam("order_ids", expanding=True)),
    ]


def _names(shop: Mapping[str, str], order_ids: Sequence[str]) -> dict[str, Any]:
    return {**shop, "order_ids": order_ids, "first": min(order_ids), "last": max(order_ids)}


_READ = select(ORDER.c.order_id, ORDER.c.version, ORDER.c.digest, ORDER.c.write_id).where(*_named(ORDER))
_LOCK = _READ.order_by(ORDER.c.order_id).with_for_update()
_DELETE_LINES = delete(ORDER_LINE).where(*_named(ORDER_LINE))
_INSERT_LINES = insert(ORDER_LINE)
