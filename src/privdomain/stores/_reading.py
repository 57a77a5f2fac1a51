"""Records out of their documents: one, or all of them in small pages between which no transaction stays open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Table, select

from privdomain.models import Model
from privdomain.stores._documents import read_document
from privdomain.stores._records import RecordKind
from privdomain.stores.database import Database

__all__ = ["in_chunks", "read_all", "read_named", "read_one"]

M = TypeVar("M", bound=Model)

_PAGE = 500
"""Records read at a time by an iteration over all of them."""


def read_one(
    database: Database,
    kind: RecordKind,
    model: type[M],
    record_id: str,
    *,
    space: str,
    platform: str,
    shop_id: str,
) -> M | None:
    """One record as it was stored, or None."""
    wanted = select(kind.table.c.payload).where(
        *_of_shop(kind.table, space, platform, shop_id), kind.id == record_id
    )
    with database.reading() as connection:
        payload = connection.scalar(wanted)
    return None if payload is None else read_document(model, payload)


def read_all(
    database: Database,
    kind: RecordKind,
    model: type[M],
    *,
    space: str,
    platform: str | None,
    shop_id: str | None,
    conditions: Sequence[ColumnElement[bool]],
) -> Iterator[M]:
    """Records one after another, by their keys."""
    for in_shop in _shops(database, kind.table, space, platform, shop_id):
        page = select(kind.id, kind.table.c.payload).where(*in_shop, *conditions)
        page = page.order_by(kind.id).limit(_PAGE)
        rest = page
        while True:
            with database.reading() as connection:
                found = connection.execute(rest).all()
            for _, payload in found:
                yield read_document(model, payload)
            if len(found) < _PAGE:
                break
            rest = page.where(kind.id > found[-1][0])


def read_named(
    database: Database,
    kind: RecordKind,
    model: type[M],
    values: Iterable[str],
    *,
    space: str,
    platform: str,
    shop_id: str,
    by: str = "order_id",
) -> Iterator[M]:
    """The records of one shop that are named by a column: their own id, or their order's."""
    for chunk in in_chunks(values):
        wanted = select(kind.table.c.payload).where(
            *_of_shop(kind.table, space, platform, shop_id), kind.table.c[by].in_(chunk)
        )
        with database.reading() as connection:
            found = connection.scalars(wanted.order_by(kind.id)).all()
        for payload in found:
            yield read_document(model, payload)


def in_chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """The ids, each once and in order, as many at a time as a statement takes."""
    listed = sorted(set(ids))
    for start in range(0, len(listed), _PAGE):
        yield listed[start : start + _PAGE]


def _of_shop(table: Table, space: str, platform: str, shop_id: str) -> list[ColumnElement[bool]]:
    return [table.c.space == space, table.c.platform == platform, table.c.shop_id == shop_id]


def _shops(
    database: Database, table: Table, space: str, platform: str | None, shop_id: str | None
) -> list[list[ColumnElement[bool]]]:
    # Shop by shop, the next page is a range of one column: MySQL reads a comparison of tuples from the start.
    wanted = [table.c.space == space]
    if platform is not None:
        wanted.append(table.c.platform == platform)
    if shop_id is not None:
        wanted.append(table.c.shop_id == shop_id)
    shops = select(table.c.platform, table.c.shop_id).where(*wanted).distinct()
    with database.reading() as connection:
        found = sorted((named, shop) for named, shop in connection.execute(shops))
    return [_of_shop(table, space, named, shop) for named, shop in found]
