"""What could not be taken, kept with its reason until a good copy comes or somebody has looked at it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from attrs import field, frozen
from sqlalchemy import ColumnElement, Connection, Insert, bindparam, func, null, select, update

from privdomain.errors import PayloadError, Problem
from privdomain.stores._documents import digest_of
from privdomain.stores._inserts import insert_or_change
from privdomain.stores._packets import check_packet
from privdomain.stores._types import ID_LENGTH
from privdomain.stores.database import Database
from privdomain.stores.schema import DEAD_LETTER

__all__ = ["DeadLetter", "DeadLetters"]

_CHUNK = 500
_KIND_LENGTH = 32


@frozen(kw_only=True)
class DeadLetter:
    """One payload that was set aside.

    ``ref`` is the platform's id of the item, empty where none could be read; ``seen`` says how often this very
    payload came. The payload may hold personal data and is shown by no ``repr``.
    """

    platform: str
    shop_id: str
    kind: str
    ref: str
    digest: str
    reason: str
    problems: tuple[Problem, ...]
    payload: Any = field(repr=False)
    seen: int
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None


class DeadLetters:
    """The dead letters of a store's space: ``store.dead_letters``."""

    def __init__(self, database: Database, *, space: str) -> None:
        self._database, self._space = database, space

    def add(self, rejected: Iterable[PayloadError], *, platform: str, shop_id: str, at: datetime) -> int:
        """Keep rejected payloads; returns how many were handed over.

        The same payload again is the same row with a higher count, and is open again if it had been resolved.
        """
        rows = [self._row(error, platform, shop_id, at) for error in rejected]
        # one by one: the same payload may be twice among them, and rejected payloads are few
        self._database.run(lambda connection: self._write(connection, rows))
        return len(rows)

    def _write(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        statement = _insert(connection.dialect.name)
        for row in rows:
            check_packet(connection, row["payload"], named=f"the dead letter of {row['kind']} {row['ref']}")
            connection.execute(statement, row)

    def _row(self, error: PayloadError, platform: str, shop_id: str, at: datetime) -> dict[str, Any]:
        payload = _json(error.payload)
        problems = [
            {"path": problem.path, "problem": problem.problem, "expected": problem.expected}
            for problem in error.problems
        ]
        return {
            "space": self._space,
            "platform": platform,
            "shop_id": shop_id,
            "kind": error.kind[:_KIND_LENGTH],
            # without a payload, what was wrong is all that tells two letters apart
            "digest": digest_of(str(error) if error.payload is None else f"{error.ref}\n{payload}"),
            "ref": error.ref.replace("\x00", "")[:ID_LENGTH],
            "reason": str(error).partition("\n")[0].replace("\x00", ""),
            "problems": _json(problems),
            "payload": payload,
            "seen": 1,
            "first_seen_at": at,
            "last_seen_at": at,
            "resolved_at": None,
        }

    def resolve(self, refs: Iterable[str], *, kind: str, platform: str, shop_id: str, at: datetime) -> int:
        """Close the open letters about these items: a good copy came, or somebody dealt with them."""
        wanted = sorted(set(refs) - {""})
        shop = {
            "at_space": self._space,
            "at_platform": platform,
            "at_shop": shop_id,
            "at_kind": kind,
            "now": at,
        }

        def work(connection: Connection) -> int:
            return sum(
                connection.execute(_RESOLVE, {**shop, "refs": wanted[start : start + _CHUNK]}).rowcount
                for start in range(0, len(wanted), _CHUNK)
            )

        return self._database.run(work)

    def unresolved(
        self, *, platform: str | None = None, shop_id: str | None = None
    ) -> tuple[DeadLetter, ...]:
        """The open letters, oldest first."""
        with self._database.reading() as connection:
            found = connection.execute(
                select(DEAD_LETTER)
                .where(*self._open(platform, shop_id))
                .order_by(DEAD_LETTER.c.first_seen_at, DEAD_LETTER.c.digest)
            ).mappings()
            return tuple(_letter(dict(row)) for row in found)

    def count(self, *, platform: str | None = None, shop_id: str | None = None) -> int:
        """How many letters are open."""
        with self._database.reading() as connection:
            counted = select(func.count()).select_from(DEAD_LETTER).where(*self._open(platform, shop_id))
            return connection.scalar(counted) or 0

    def _open(self, platform: str | None, shop_id: str | None) -> list[ColumnElement[bool]]:
        columns = DEAD_LETTER.c
        wanted: list[ColumnElement[bool]] = [columns.space == self._space, columns.resolved_at.is_(None)]
        if platform is not None:
            wanted.append(columns.platform == platform)
        if shop_id is not None:
            wanted.append(columns.shop_id == shop_id)
        return wanted


@cache
def _insert(dialect: str) -> Insert:
    return insert_or_change(
        DEAD_LETTER,
        dialect,
        lambda new: {
            "seen": DEAD_LETTER.c.seen + 1,
            "reason": new.reason,
            "problems": new.problems,
            "last_seen_at": new.last_seen_at,
            "resolved_at": null(),
        },
    )


_RESOLVE = (
    update(DEAD_LETTER)
    .where(
        DEAD_LETTER.c.space == bindparam("at_space"),
        DEAD_LETTER.c.platform == bindparam("at_platform"),
        DEAD_LETTER.c.shop_id == bindparam("at_shop"),
        DEAD_LETTER.c.kind == bindparam("at_kind"),
        DEAD_LETTER.c.ref.in_(bindparam("refs", expanding=True)),
        DEAD_LETTER.c.resolved_at.is_(None),
    )
    .values(resolved_at=bindparam("now"))
)


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can say and UTF-8 cannot
        return json.dumps(value, sort_keys=True, default=str)
    return text


def _letter(row: dict[str, Any]) -> DeadLetter:
    del row["space"]
    row["problems"] = tuple(Problem(**problem) for problem in json.loads(row["problems"]))
    row["payload"] = json.loads(row["payload"])
    return DeadLetter(**row)
