"""What the store has to know of a kind of record to write and read it: orders, cases, products, movements alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from attrs import field, frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Executable,
    Insert,
    Integer,
    Table,
    bindparam,
    delete,
    insert,
    select,
)

from privdomain.errors import ArgumentError, PayloadError, Problem
from privdomain.models import Model
from privdomain.stores._documents import write_document
from privdomain.stores._types import Id
from privdomain.stores.schema import (
    AFTERSALE,
    AFTERSALE_LINE,
    ORDER,
    ORDER_LINE,
    PRODUCT,
    REFUND,
    SETTLEMENT,
    SKU,
)

__all__ = [
    "AFTERSALES",
    "ORDERS",
    "PRODUCTS",
    "SETTLEMENTS",
    "RecordKind",
    "RecordRows",
    "document_in",
    "names",
]

_BIGGEST: Final = 2**63 - 1
_BIGGEST_INTEGER: Final = 2**31 - 1


@frozen
class RecordRows:
    """One record, ready to be written."""

    key: tuple[str, str, str]
    """Platform, shop, and the record's own id."""
    version: int
    digest: str
    row: dict[str, Any]
    children: tuple[tuple[dict[str, Any], ...], ...]
    """The rows of each table below it, in the order of ``RecordKind.children``; replaced as a set."""


@frozen(eq=False)
class RecordKind:
    """One kind of record: its table, the column of its id, and the tables of what belongs to it.

    A kind is compared by identity: it holds the statements, which are made once.
    """

    name: str
    """As in dead letters: ``order``."""
    table: Table
    id_column: str
    children: tuple[Table, ...] = field(factory=tuple)

    @property
    def id(self) -> ColumnElement[str]:
        """The column of the record's own id."""
        return self.table.c[self.id_column]

    @cached_property
    def read(self) -> Executable:
        """What is stored of the named records."""
        return select(*self._known()).where(*self.named(self.table))

    @cached_property
    def lock(self) -> Executable:
        """As ``read``, held until the transaction ends."""
        return select(*self._known()).where(*self.named(self.table)).order_by(self.id).with_for_update()

    def _known(self) -> tuple[ColumnElement[Any], ...]:
        columns = self.table.c
        return self.id, columns.version, columns.digest, columns.write_id

    @cached_property
    def delete_children(self) -> tuple[Delete, ...]:
        """Take away what belongs to the named records."""
        return tuple(delete(table).where(*self.named(table)) for table in self.children)

    @cached_property
    def insert_children(self) -> tuple[Insert, ...]:
        """Write what belongs to them."""
        return tuple(insert(table) for table in self.children)

    def named(self, table: Table) -> list[ColumnElement[bool]]:
        """The rows of the named records of one shop."""
        record_id = table.c[self.id_column]
        # Said twice on purpose. Where PostgreSQL's statistics do not know a shop yet, it would read the whole shop
        # and filter by the list; the bounds keep it to the neighborhood, since platforms number as things come.
        return [
            *(table.c[name] == bindparam(f"at_{name}") for name in ("space", "platform", "shop_id")),
            record_id.between(bindparam("first"), bindparam("last")),
            record_id.in_(bindparam("ids", expanding=True)),
        ]

    def check(self, rows: RecordRows, *, payload: Any) -> None:
        """Whether the columns can hold the record.

        Raises:
            PayloadError: for a number beyond 64 bits and an id that is too long, with what the platform sent.
        """
        problems = list(_unstorable(self.name, self.table, rows.row))
        for table, children in zip(self.children, rows.children, strict=True):
            for number, child in enumerate(children):
                path = f"{self.name}.{table.name.removeprefix('pd_')}[{number}]"
                problems += _unstorable(path, table, child)
        if problems:
            raise PayloadError(kind=self.name, problems=problems, ref=rows.key[2], payload=payload)


def names(shop: Mapping[str, str], ids: Iterable[str]) -> dict[str, Any]:
    """The parameters of a statement about named records."""
    listed = list(ids)
    return {
        **{f"at_{name}": value for name, value in shop.items()},
        "ids": listed,
        "first": min(listed),
        "last": max(listed),
    }


def _unstorable(path: str, table: Table, row: Mapping[str, Any]) -> Iterator[Problem]:
    for name, value in row.items():
        kind = table.c[name].type
        if isinstance(value, int) and isinstance(kind, Integer):
            biggest = _BIGGEST if isinstance(kind, BigInteger) else _BIGGEST_INTEGER
            if abs(value) > biggest:
                bits = 64 if biggest == _BIGGEST else 32
                yield Problem(
                    f"{path}.{name}", f"is more than {bits} bits hold", "a number that can be meant"
                )
        elif isinstance(value, str) and isinstance(kind, Id) and len(value) > kind.length:
            yield Problem(f"{path}.{name}", f"has {len(value)} characters", f"at most {kind.length}")


def document_in(record: Model, *, space: str, named: str) -> str:
    """The record's document, as one of the store's space.

    Raises:
        ArgumentError: for a record that belongs to another space.
    """
    own: str = getattr(record, "space", "")
    if own not in {"", space}:
        raise ArgumentError(
            f"{named} belongs to space {own!r}, this store writes {space!r}; open SqlStore(…, space={own!r})"
        )
    if own != space:
        record = record.model_copy(update={"space": space})
    return write_document(record)


ORDERS: Final = RecordKind("order", ORDER, "order_id", (ORDER_LINE,))
AFTERSALES: Final = RecordKind("aftersale", AFTERSALE, "aftersale_id", (AFTERSALE_LINE, REFUND))
PRODUCTS: Final = RecordKind("product", PRODUCT, "product_id", (SKU,))
SETTLEMENTS: Final = RecordKind("settlement", SETTLEMENT, "settlement_id")
