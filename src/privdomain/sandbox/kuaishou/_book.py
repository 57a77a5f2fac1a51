"""Things in the order of their creation and of their last change, listed by cursor until ``nomore``."""

from __future__ import annotations

import binascii
import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b
from typing import Any, TypeAlias

from attrs import frozen

from privdomain.sandbox._timeline import Position, Timeline
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.kuaishou._words import Refusal

__all__ = ["NO_MORE", "Book", "Query", "Row"]

NO_MORE = "nomore"
Row: TypeAlias = Mapping[str, Any]


@frozen(kw_only=True)
class Query:
    """One listing: both ends included, by creation or by update, oldest or newest first."""

    begin: int
    end: int
    by_update: bool
    newest_first: bool
    size: int
    cursor: str
    filter: tuple[object, ...] = ()

    @property
    def mark(self) -> str:
        """A fingerprint of what is listed: with a cursor everything else has to stay as it was."""
        parts = [self.begin, self.end, self.by_update, self.newest_first, self.size, list(self.filter)]
        return blake2b(json.dumps(parts).encode(), digest_size=6).hexdigest()


class Book:
    """Rows by id; a row is replaced and never changed, so that another thread may be writing the old one."""

    def __init__(
        self, *, name: Callable[[Row], str], created: Callable[[Row], int], updated: Callable[[Row], int]
    ) -> None:
        self._name, self._created_of, self._updated_of = name, created, updated
        self.lock = threading.RLock()
        self._rows: dict[str, Row] = {}
        self._created, self._updated = Timeline(), Timeline()

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, name: str) -> Row | None:
        """One row."""
        return self._rows.get(name)

    def put(self, row: Row) -> None:
        """Add a row, or replace the one with its id."""
        name = self._name(row)
        with self.lock:
            old = self._rows.get(name)
            if old is not None:
                self._created.remove(self._created_of(old), name)
                self._updated.remove(self._updated_of(old), name)
            self._rows[name] = row
            self._created.add(self._created_of(row), name)
            self._updated.add(self._updated_of(row), name)

    def page(
        self, query: Query, *, keep: Callable[[Row], bool] | None, quirk: FaultKind | None
    ) -> tuple[list[Row], str]:
        """A page, and the cursor behind it."""
        position, turns = self._place(query)
        if quirk is FaultKind.EMPTY_PAGE:
            return [], _cursor(query.mark, position, turns + 1)
        with self.lock:
            found, more = self._found(query, position, keep)
            rows = [self._rows[name] for _, name in found]
        if quirk is FaultKind.REPEAT_CURSOR:
            return rows, query.cursor
        return rows, _cursor(query.mark, found[-1], 0) if more else NO_MORE

    def _found(
        self, query: Query, position: Position, keep: Callable[[Row], bool] | None
    ) -> tuple[list[Position], bool]:
        line = self._updated if query.by_update else self._created
        kept = None if keep is None else partial(_keeps, keep, self._rows)
        if not query.newest_first:
            return line.page(after=position, until=query.end, size=query.size, keep=kept)
        everything, _ = line.page(after=(query.begin, ""), until=query.end, size=len(line) + 1, keep=kept)
        earlier = [place for place in reversed(everything) if not query.cursor or place < position]
        return earlier[: query.size], len(earlier) > query.size

    def _place(self, query: Query) -> tuple[Position, int]:
        if not query.cursor:
            return (query.begin, ""), 0
        try:
            fields: Any = json.loads(urlsafe_b64decode(query.cursor.encode()))
        except (binascii.Error, ValueError):
            fields = None
        match fields:
            case [query.mark, int(at), str(name), int(turns)]:
                return (at, name), turns
            case _:
                raise Refusal("param", "the cursor does not belong to this query")


def _keeps(keep: Callable[[Row], bool], rows: Mapping[str, Row], name: str) -> bool:
    return keep(rows[name])


def _cursor(mark: str, position: Position, turns: int) -> str:
    return urlsafe_b64encode(json.dumps([mark, *position, turns]).encode()).decode()
