"""Writing records so that of two copies the newer one stays, whoever comes first and however many write at once.

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
from sqlalchemy import Connection, Executable

from privdomain.stores._inserts import insert_or_leave, insert_or_overwrite
from privdomain.stores._packets import check_packet
from privdomain.stores._records import RecordKind, RecordRows, names
from privdomain.stores._types import is_mysql

__all__ = ["Stored", "UpsertCounts", "stored", "upsert"]

_CHUNK = 250
"""Records per statement: below every driver's limit on parameters, and a page of any platform."""


@frozen
class UpsertCounts:
    """What became of the records that were handed over; together they are all of them.

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
class Stored:
    """Which copy of a record the database has, and which write left it there."""

    version: int
    digest: str
    write_id: str


def _is_newer(row: RecordRows, known: Stored | RecordRows) -> bool:
    # Platforms count update times in seconds: two changes within one have the same version, and what was read later
    # is the later one. A copy that is wrong about this is put right by the next pull's overlap.
    return row.version >= known.version and row.digest != known.digest


def _left(row: RecordRows, known: Stored | RecordRows) -> UpsertCounts:
    # the same content is unchanged, also where a version is only the moment of reading
    is_same = row.digest == known.digest or row.version == known.version
    return UpsertCounts(unchanged=1) if is_same else UpsertCounts(stale=1)


def upsert(
    connection: Connection, rows: Iterable[RecordRows], *, kind: RecordKind, space: str
) -> UpsertCounts:
    """Write the copies that are newer than the stored ones, each with what belongs to it as a set."""
    counts = UpsertCounts()
    shops: dict[tuple[str, str], dict[str, RecordRows]] = defaultdict(dict)
    for row in rows:
        platform, shop_id, record_id = row.key
        records = shops[platform, shop_id]
        earlier = records.get(record_id)
        if earlier is None:
            records[record_id] = row
        elif _is_newer(row, earlier):
            records[record_id] = row
            counts += UpsertCounts(stale=1)
        else:
            counts += _left(row, earlier)
    # Everybody takes keys in the same order, so that two writers wait for each other in one direction only.
    for platform, shop_id in sorted(shops):
        shop = {"space": space, "platform": platform, "shop_id": shop_id}
        records = shops[platform, shop_id]
        ids = sorted(records)
        for start in range(0, len(ids), _CHUNK):
            chunk = {record_id: records[record_id] for record_id in ids[start : start + _CHUNK]}
            counts += _upsert_chunk(connection, chunk, kind=kind, shop=shop)
    return counts


def _upsert_chunk(
    connection: Connection, rows: dict[str, RecordRows], *, kind: RecordKind, shop: Mapping[str, str]
) -> UpsertCounts:
    counts = UpsertCounts()
    known = stored(connection, kind.read, list(rows), shop=shop)
    wanted: dict[str, RecordRows] = {}
    for record_id, row in rows.items():
        before = known.get(record_id)
        if before is None or _is_newer(row, before):
            wanted[record_id] = row
        else:
            counts += _left(row, before)  # versions only grow: what is too old now stays so
    if not wanted:
        return counts

    for record_id, row in wanted.items():
        check_packet(connection, row.row["payload"], named=f"{kind.name} {record_id}")
    write_id = uuid4().hex
    missing = [record_id for record_id in wanted if record_id not in known]
    inserted, in_doubt = _insert_missing(connection, wanted, missing, kind=kind, write_id=write_id)
    in_doubt += [record_id for record_id in wanted if record_id in known]
    locked = stored(connection, kind.lock, in_doubt, shop=shop) if in_doubt else {}
    updated: list[str] = []
    for record_id in in_doubt:
        before = locked.get(record_id)
        if before is not None and before.write_id == write_id:
            inserted.append(record_id)
        elif before is None or _is_newer(wanted[record_id], before):
            updated.append(record_id)
        else:
            counts += _left(wanted[record_id], before)
    if updated:
        connection.execute(
            insert_or_overwrite(kind.table, connection.dialect.name),
            [_with(wanted[record_id].row, write_id) for record_id in updated],
        )
        for statement in kind.delete_children:
            connection.execute(statement, names(shop, updated))
    _insert_children(connection, [wanted[record_id] for record_id in (*inserted, *updated)], kind=kind)
    return counts + UpsertCounts(inserted=len(inserted), updated=len(updated))


def _insert_children(connection: Connection, rows: Sequence[RecordRows], *, kind: RecordKind) -> None:
    for place, statement in enumerate(kind.insert_children):
        below = [child for row in rows for child in row.children[place]]
        if below:
            connection.execute(statement, below)


def _insert_missing(
    connection: Connection,
    rows: Mapping[str, RecordRows],
    missing: list[str],
    *,
    kind: RecordKind,
    write_id: str,
) -> tuple[list[str], list[str]]:
    """Insert rows that are not there yet; answers which are certainly ours, and which must be looked at."""
    if not missing:
        return [], []
    result = connection.execute(
        insert_or_leave(kind.table, connection.dialect.name),
        [_with(rows[record_id].row, write_id) for record_id in missing],
        execution_options={"preserve_rowcount": True},
    )
    # MySQL counts a row that it left alone as one too
    all_ours = not is_mysql(connection.dialect) and result.rowcount == len(missing)
    return (missing, []) if all_ours else ([], missing)


def _with(row: Mapping[str, Any], write_id: str) -> dict[str, Any]:
    return {**row, "write_id": write_id}


def stored(
    connection: Connection, statement: Executable, ids: Sequence[str], *, shop: Mapping[str, str]
) -> dict[str, Stored]:
    """What the database has of the named records of one shop."""
    found = connection.execute(statement, names(shop, ids))
    return {record_id: Stored(*rest) for record_id, *rest in found}
