"""What platforms told us, kept before it is acted upon: ``store.inbox``, which `privdomain.ingest` works on.

Several workers share it without ``SKIP LOCKED``: a lease is one guarded update that moves a row's turn on, so that
of two workers who saw the same row one changes it, and the row of a worker that died comes up again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from attrs import field, frozen
from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from privdomain.errors import ArgumentError
from privdomain.models import Notice, NoticeKind
from privdomain.stores._documents import printable, read_document, write_document
from privdomain.stores._inserts import insert_or_leave
from privdomain.stores._packets import check_packet
from privdomain.stores._types import ID_LENGTH
from privdomain.stores.database import Database
from privdomain.stores.schema import INBOX

__all__ = ["Inbox", "InboxEntry", "InboxKey"]

WAITING: Final = "waiting"
DONE: Final = "done"
POISON: Final = "poison"
KEPT: Final = "kept"

_CHUNK = 250
_SECRET = (NoticeKind.TICKET, NoticeKind.PROBE)
"""A ticket is a secret, and a probe says nothing: neither is kept, only that it came."""


@frozen
class InboxKey:
    """What identifies a notice in a space."""

    platform: str
    shop_id: str
    key: str


@frozen(kw_only=True)
class InboxEntry:
    """One notice and what became of it. The notice may hold personal data in ``raw`` and does not show it.

    ``attempts`` counts how often it was taken up, ``failures`` how often that failed for a reason of its own: a
    platform that is down or throttles is none.
    """

    id: InboxKey
    notice: Notice
    state: str
    """``waiting``, ``done``, ``poison`` (set aside after too many failures) or ``kept`` (nobody handles its kind)."""
    due_at: datetime
    """While it waits, when its turn comes; afterwards, when it was dealt with."""
    attempts: int
    failures: int
    error: str
    """What went wrong last."""
    received_at: datetime
    lease: str = field(default="", repr=False)


class Inbox:
    """The inbox of a store's space: ``store.inbox``."""

    def __init__(self, database: Database, *, space: str) -> None:
        self._database, self._space = database, space

    # --- in ---

    def add(self, notices: Iterable[Notice], *, at: datetime) -> int:
        """Keep notices, each once however often it is delivered; returns how many were new. One transaction.

        Raises:
            ArgumentError: for a notice of another space.
        """
        rows: dict[InboxKey, dict[str, Any]] = {}
        write_id = uuid4().hex
        for notice in notices:
            if notice.space not in {"", self._space}:
                raise ArgumentError(
                    f"notice {notice.key} belongs to space {notice.space!r}, this store writes {self._space!r}"
                )
            row = self._row(notice, at=at, write_id=write_id)
            rows.setdefault(InboxKey(row["platform"], row["shop_id"], row["notice_key"]), row)
        if not rows:
            return 0
        # Everybody takes keys in the same order, so that two writers wait for each other in one direction only.
        ordered = [rows[key] for key in sorted(rows, key=_order)]
        return self._database.run(lambda connection: self._insert(connection, ordered, write_id))

    def _row(self, notice: Notice, *, at: datetime, write_id: str) -> dict[str, Any]:
        is_secret = notice.kind in _SECRET
        if is_secret:
            notice = notice.model_copy(update={"raw": {}})
        return {
            "space": self._space,
            "platform": notice.platform,
            "shop_id": printable(notice.shop_id)[:ID_LENGTH],
            "notice_key": notice.key,
            "kind": notice.kind.value,
            "topic": notice.topic,
            "ref": printable(notice.ref)[:ID_LENGTH],
            "state": DONE if is_secret else WAITING,
            "due_at": at,
            "lease": "",
            "attempts": 0,
            "failures": 0,
            "error": "",
            "received_at": at,
            "write_id": write_id,
            "payload": write_document(notice.model_copy(update={"space": self._space})),
        }

    def _insert(self, connection: Connection, rows: Sequence[dict[str, Any]], write_id: str) -> int:
        for row in rows:
            check_packet(connection, row["payload"], named=f"notice {row['notice_key']}")
        connection.execute(insert_or_leave(INBOX, connection.dialect.name), rows)
        # asked, because the databases do not count a row that was left alone in the same way
        keys = [InboxKey(row["platform"], row["shop_id"], row["notice_key"]) for row in rows]
        return sum(
            connection.scalar(
                select(func.count()).select_from(INBOX).where(condition, INBOX.c.write_id == write_id)
            )
            or 0
            for condition in self._each(keys)
        )

    # --- work ---

    def lease(self, *, at: datetime, until: datetime, limit: int) -> tuple[InboxEntry, ...]:
        """Take notices whose turn has come, oldest first, with every other waiting notice about the same objects.

        They are the caller's until ``until``; then their turn comes again. Taking one counts as an attempt and, until
        it is settled, as a failure: a notice that kills its worker is set aside too, in the end. An empty answer means
        that nothing is due.
        """
        while True:
            with self._database.reading() as connection:
                due = self._due(connection, at=at, limit=limit)
            if not due:
                return ()
            token = uuid4().hex

            def take(connection: Connection, due: list[InboxKey] = due, token: str = token) -> int:
                return sum(
                    connection.execute(
                        update(INBOX)
                        .where(condition, INBOX.c.state == WAITING, INBOX.c.due_at <= at)
                        .values(
                            due_at=until,
                            lease=token,
                            attempts=INBOX.c.attempts + 1,
                            failures=INBOX.c.failures + 1,
                        )
                    ).rowcount
                    for condition in self._each(due)
                )

            # Another worker may have been quicker with all of them: then there may be others.
            if self._database.run(take):
                return self._entries(
                    [or_(*self._each(due)), INBOX.c.lease == token, INBOX.c.state == WAITING]
                )

    def _due(self, connection: Connection, *, at: datetime, limit: int) -> list[InboxKey]:
        columns = INBOX.c
        waiting = [columns.space == self._space, columns.state == WAITING, columns.due_at <= at]
        found = connection.execute(
            select(columns.platform, columns.shop_id, columns.notice_key, columns.kind, columns.ref)
            .where(*waiting)
            .order_by(columns.due_at, columns.platform, columns.shop_id, columns.notice_key)
            .limit(limit)
        ).all()
        keys = {InboxKey(platform, shop_id, key) for platform, shop_id, key, _, _ in found}
        objects = sorted({(platform, shop_id, kind, ref) for platform, shop_id, _, kind, ref in found if ref})
        for start in range(0, len(objects), _CHUNK):
            same = or_(
                *(
                    and_(
                        columns.platform == platform,
                        columns.shop_id == shop_id,
                        columns.kind == kind,
                        columns.ref == ref,
                    )
                    for platform, shop_id, kind, ref in objects[start : start + _CHUNK]
                )
            )
            others = select(columns.platform, columns.shop_id, columns.notice_key).where(*waiting, same)
            keys |= {InboxKey(*row) for row in connection.execute(others)}
        return sorted(keys, key=_order)

    def settle(self, entries: Iterable[InboxEntry], *, state: str, at: datetime, error: str = "") -> int:
        """Say what became of leased notices: ``done``, ``kept`` or ``poison``; returns how many were still ours."""
        change: dict[str, Any] = {"state": state, "due_at": at, "lease": "", "error": printable(error)}
        if state != POISON:
            change["failures"] = 0
        return self._change(entries, change)

    def put_back(self, entries: Iterable[InboxEntry], *, due_at: datetime, error: str, forgive: bool) -> int:
        """Let leased notices wait for another attempt; ``forgive`` where the failure was not theirs."""
        change: dict[str, Any] = {"due_at": due_at, "lease": "", "error": printable(error)}
        if forgive:
            change["failures"] = INBOX.c.failures - 1
        return self._change(entries, change)

    def _change(self, entries: Iterable[InboxEntry], change: Mapping[str, Any]) -> int:
        leases: dict[str, list[InboxKey]] = {}
        for entry in entries:
            leases.setdefault(entry.lease, []).append(entry.id)

        def work(connection: Connection) -> int:
            return sum(
                connection.execute(
                    update(INBOX)
                    .where(condition, INBOX.c.lease == lease, INBOX.c.state == WAITING)
                    .values(**change)
                ).rowcount
                for lease, keys in sorted(leases.items())
                for condition in self._each(sorted(keys, key=_order))
            )

        return self._database.run(work)

    # --- looking, and putting right ---

    def entry(self, key: InboxKey) -> InboxEntry | None:
        """One notice, or None."""
        found = self._entries(self._each([key]))
        return found[0] if found else None

    def entries(
        self, *, state: str, platform: str | None = None, shop_id: str | None = None
    ) -> tuple[InboxEntry, ...]:
        """The notices in a state, the oldest first."""
        wanted = [INBOX.c.space == self._space, INBOX.c.state == state]
        if platform is not None:
            wanted.append(INBOX.c.platform == platform)
        if shop_id is not None:
            wanted.append(INBOX.c.shop_id == shop_id)
        return self._entries(wanted)

    def count(self, *, state: str) -> int:
        """How many notices are in a state."""
        wanted = (
            select(func.count())
            .select_from(INBOX)
            .where(INBOX.c.space == self._space, INBOX.c.state == state)
        )
        with self._database.reading() as connection:
            return connection.scalar(wanted) or 0

    def replay(self, keys: Iterable[InboxKey], *, at: datetime) -> int:
        """Let notices have their turn again, as if they had just come; returns how many there were."""
        listed = sorted(set(keys), key=_order)

        def work(connection: Connection) -> int:
            return sum(
                connection.execute(
                    update(INBOX)
                    .where(condition, INBOX.c.state != WAITING)
                    .values(state=WAITING, due_at=at, lease="", attempts=0, failures=0, error="")
                ).rowcount
                for condition in self._each(listed)
            )

        return self._database.run(work)

    def sweep(self, *, older_than: timedelta, at: datetime) -> int:
        """Delete what was done longer ago than that; returns how many. Nothing that waits or is set aside goes."""
        if older_than < timedelta(0):
            raise ArgumentError(f"older_than={older_than}; expected zero or more")
        gone = delete(INBOX).where(
            INBOX.c.space == self._space, INBOX.c.state == DONE, INBOX.c.due_at < at - older_than
        )
        return self._database.run(lambda connection: connection.execute(gone).rowcount)

    def _each(self, keys: Sequence[InboxKey]) -> list[ColumnElement[bool]]:
        """Conditions that together are the named rows: a shop and some of its keys each."""
        shops: dict[tuple[str, str], list[str]] = {}
        for key in keys:
            shops.setdefault((key.platform, key.shop_id), []).append(key.key)
        columns = INBOX.c
        return [
            and_(
                columns.space == self._space,
                columns.platform == platform,
                columns.shop_id == shop_id,
                columns.notice_key.in_(named[start : start + _CHUNK]),
            )
            for (platform, shop_id), named in sorted(shops.items())
            for start in range(0, len(named), _CHUNK)
        ]

    def _entries(self, conditions: Sequence[ColumnElement[bool]]) -> tuple[InboxEntry, ...]:
        columns = INBOX.c
        wanted = select(INBOX).where(*conditions)
        wanted = wanted.order_by(columns.received_at, columns.platform, columns.shop_id, columns.notice_key)
        with self._database.reading() as connection:
            found = connection.execute(wanted).mappings().all()
        return tuple(
            InboxEntry(
                id=InboxKey(row["platform"], row["shop_id"], row["notice_key"]),
                notice=read_document(Notice, row["payload"]),
                state=row["state"],
                due_at=row["due_at"],
                attempts=row["attempts"],
                failures=row["failures"],
                error=row["error"],
                received_at=row["received_at"],
                lease=row["lease"],
            )
            for row in found
        )


def _order(key: InboxKey) -> tuple[str, str, str]:
    return key.platform, key.shop_id, key.key
