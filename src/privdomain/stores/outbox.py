"""The rows of the outbox: what is wished, who is sending it, what came of it.

A sending is marked before the platform is called and its answer after, each in a transaction of its own, so that a
process that dies in between leaves a row that says so. Whoever sends owns the row by its ``lease``; an answer is
recorded only while that sending is still the last one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from attrs import field, frozen
from sqlalchemy import ColumnElement, Connection, RowMapping, select

from privdomain.errors import ArgumentError, KeyReused
from privdomain.models import Intention
from privdomain.stores import _outbox_statements as sql
from privdomain.stores._documents import digest_of
from privdomain.stores._inserts import insert_or_leave
from privdomain.stores._packets import check_packet
from privdomain.stores._types import ID_LENGTH
from privdomain.stores.database import Database
from privdomain.stores.schema import OUTBOX

__all__ = ["OutboxAnswer", "OutboxRow", "OutboxRows", "OutboxState"]

_CHUNK = 200
_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)
_REASON_LENGTH = 500


class OutboxState(StrEnum):
    """Where a row stands.

    ``WAITING`` is to be sent (again), ``SENDING`` is being sent now; ``DONE`` was carried out, ``REFUSED`` the
    platform (or our own rules) said no, ``FAILED`` was tried as often as allowed, ``EXPIRED`` came too late.
    ``UNKNOWN`` was sent and got no answer: it is not sent again by itself.
    """

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"


@frozen(kw_only=True)
class OutboxAnswer:
    """What is kept of an answer: the platform's codes as text, and a sentence. No secret is in any of them."""

    code: str = ""
    sub_code: str = ""
    request_id: str = ""
    reason: str = ""


@frozen(kw_only=True)
class OutboxRow:
    """One intention and what became of it."""

    intention: Intention
    state: OutboxState
    attempts: int
    """How often it was sent; the first try counts."""
    position: int = field(repr=False)
    due_at: datetime
    """Not to be sent earlier: after a failure, when it is tried again."""
    lease: str = field(repr=False)
    leased_until: datetime | None = None
    sent_at: datetime | None = None
    """When it was sent last; None while it has not been."""
    answer: OutboxAnswer
    created_at: datetime
    changed_at: datetime


class OutboxRows:
    """The outbox of a store's space: ``store.outbox``. `privdomain.dispatch` is what sends."""

    def __init__(self, database: Database, *, space: str) -> None:
        self._database, self._space = database, space

    def put(self, intentions: Iterable[Intention], *, at: datetime) -> int:
        """Write intentions; returns how many are new. The same one again is the row that is there.

        In one transaction: the caller's in a bound store, else one of our own.

        Raises:
            KeyReused: for a key that stands for something else (another kind, subject or payload).
            ArgumentError: for an intention of another space.
        """
        write_id = uuid4().hex
        targets: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        for intention in intentions:
            row = self._row(intention, write_id, at)
            earlier = targets[intention.target].setdefault(intention.key, row)
            _check_same(earlier["digest"], row)

        def work(connection: Connection) -> int:
            # in the order of their keys, so that two writers wait for each other in one direction only
            return sum(
                self._put_target(connection, target, targets[target], write_id) for target in sorted(targets)
            )

        return self._database.run(work)

    def _put_target(
        self, connection: Connection, target: str, rows: Mapping[str, dict[str, Any]], write_id: str
    ) -> int:
        where = {"in_space": self._space, "in_target": target}
        added = 0
        places: dict[str, int] = {}
        written = list(rows.values())  # in the order in which they were wished
        for start in range(0, len(written), _CHUNK):
            chunk = {row["key"]: row for row in written[start : start + _CHUNK]}
            keyed = {**where, "in_keys": sorted(chunk)}
            stored = {found.key: found.digest for found in connection.execute(sql.KNOWN, keyed)}
            for key, digest in stored.items():
                _check_same(digest, chunk[key])
            fresh = [row for key, row in chunk.items() if key not in stored]
            if not fresh:
                continue
            self._place(connection, fresh, where, places)
            for row in fresh:
                check_packet(connection, row["payload"], named=f"the intention {row['key']}")
            connection.execute(
                insert_or_leave(OUTBOX, connection.dialect.name), sorted(fresh, key=lambda row: row["key"])
            )
            # Somebody else may have written one of them since: the locking read sees what is really there.
            for found in connection.execute(sql.KNOWN.with_for_update(), keyed):
                _check_same(found.digest, chunk[found.key])
                added += found.write_id == write_id
        return added

    def _place(
        self,
        connection: Connection,
        rows: Sequence[dict[str, Any]],
        where: Mapping[str, Any],
        places: dict[str, int],
    ) -> None:
        subjects = sorted({row["subject"] for row in rows} - {"", *places})
        if subjects:
            found = connection.execute(sql.POSITIONS, {**where, "in_subjects": subjects})
            places.update(dict.fromkeys(subjects, 0))
            places.update((subject, place) for subject, place in found)
        for row in rows:
            if row["subject"]:
                places[row["subject"]] += 1
                row["position"] = places[row["subject"]]

    def _row(self, intention: Intention, write_id: str, at: datetime) -> dict[str, Any]:
        if intention.space not in {"", self._space}:
            raise ArgumentError(
                f"intention {intention.key} belongs to space {intention.space!r}, this store writes {self._space!r}; "
                f"open SqlStore(…, space={intention.space!r})"
            )
        payload = _json(intention.model_dump(mode="json")["payload"])
        due = at if intention.not_before is None else max(at, intention.not_before)
        return {
            "space": self._space,
            "target": intention.target,
            "key": intention.key,
            "kind": intention.kind,
            "subject": intention.subject or "",
            "position": 0,
            "payload": payload,
            "digest": digest_of(f"{intention.kind}\n{intention.subject or ''}\n{payload}"),
            "write_id": write_id,
            "state": OutboxState.WAITING,
            "attempts": 0,
            "not_before": intention.not_before,
            "expires_at": intention.expires_at,
            "due_at": due,
            "lease": "",
            "leased_until": None,
            "sent_at": None,
            "code": "",
            "sub_code": "",
            "request_id": "",
            "reason": "",
            "created_at": at,
            "changed_at": at,
        }

    # --- reading ---

    def get(self, key: str, *, target: str) -> OutboxRow | None:
        """One row, or None."""
        columns = OUTBOX.c
        wanted = select(OUTBOX).where(
            columns.space == self._space, columns.target == target, columns.key == key
        )
        with self._database.reading() as connection:
            found = connection.execute(wanted).mappings().one_or_none()
        return None if found is None else _read(found)

    def rows(
        self, *, state: OutboxState | None = None, target: str | None = None, limit: int = 1000
    ) -> tuple[OutboxRow, ...]:
        """Rows, the longest unchanged first: what a person looks at."""
        columns = OUTBOX.c
        wanted: list[ColumnElement[bool]] = [columns.space == self._space]
        if state is not None:
            wanted.append(columns.state == state)
        if target is not None:
            wanted.append(columns.target == target)
        listing = select(OUTBOX).where(*wanted).order_by(columns.changed_at, columns.target, columns.key)
        with self._database.reading() as connection:
            return tuple(_read(found) for found in connection.execute(listing.limit(limit)).mappings())

    def counts(self) -> dict[OutboxState, int]:
        """How many rows are in each state; states without a row are zero."""
        with self._database.reading() as connection:
            found = connection.execute(sql.COUNTS, {"in_space": self._space})
            return dict.fromkeys(OutboxState, 0) | {OutboxState(state): number for state, number in found}

    # --- for whoever sends ---

    def due(
        self, targets: Sequence[str], *, kinds: Sequence[str], now: datetime, limit: int
    ) -> tuple[OutboxRow, ...]:
        """What can be sent now, the longest due first: of each subject the first."""
        return self._select(sql.DUE, targets, kinds, now=now, at_most=limit)

    def stale(
        self, targets: Sequence[str], *, kinds: Sequence[str], now: datetime, limit: int
    ) -> tuple[OutboxRow, ...]:
        """Sendings that were begun by a process that has not come back in its time."""
        return self._select(sql.STALE, targets, kinds, now=now, at_most=limit)

    def unanswered(
        self,
        targets: Sequence[str],
        *,
        kinds: Sequence[str],
        sent_before: datetime,
        after: OutboxRow | None,
        limit: int,
    ) -> tuple[OutboxRow, ...]:
        """Unknown rows last sent until then, the oldest first; ``after`` is the last one of the page before."""
        moment = _LONG_AGO if after is None or after.sent_at is None else after.sent_at
        return self._select(
            sql.UNKNOWN,
            targets,
            kinds,
            sent_before=sent_before,
            after=moment,
            after_target="" if after is None else after.intention.target,
            after_key="" if after is None else after.intention.key,
            at_most=limit,
        )

    def _select(
        self, statement: Any, targets: Sequence[str], kinds: Sequence[str], **values: Any
    ) -> tuple[OutboxRow, ...]:
        named = {"in_space": self._space, "in_targets": list(targets), "in_kinds": list(kinds), **values}
        with self._database.reading() as connection:
            return tuple(_read(found) for found in connection.execute(statement, named).mappings())

    def expire(self, targets: Sequence[str], *, kinds: Sequence[str], now: datetime) -> int:
        """Close what was not sent in time; returns how many."""
        named = {
            "in_space": self._space,
            "in_targets": list(targets),
            "in_kinds": list(kinds),
            "now": now,
        }
        return self._database.run(lambda connection: connection.execute(sql.EXPIRE, named).rowcount)

    def take(self, row: OutboxRow, *, lease: str, now: datetime, until: datetime) -> bool:
        """Mark a row as being sent; False when somebody else has it, or an earlier one of its subject is open."""
        wish = row.intention
        named = {**self._is(row), "now": now, "by": lease, "until": until}

        def work(connection: Connection) -> bool:
            if wish.subject:
                queue = {
                    "in_space": self._space,
                    "in_target": wish.target,
                    "in_subject": wish.subject,
                }
                # Two takers of one subject meet at its rows; the second reading sees what the first of them wrote.
                connection.execute(sql.BLOCKERS.with_for_update(), queue).all()
                if any(_blocks(other, row, now) for other in connection.execute(sql.BLOCKERS, queue)):
                    return False
            return connection.execute(sql.TAKE, named).rowcount == 1

        return self._database.run(work)

    def close(
        self,
        row: OutboxRow,
        state: OutboxState,
        *,
        lease: str,
        now: datetime,
        due: datetime | None = None,
        answer: OutboxAnswer | None = None,
        known: bool = True,
    ) -> bool:
        """Record what came of a sending; False when another one has begun since.

        ``due`` is when a row that waits again is sent again. An answer that comes after the row was given up as
        unknown is taken all the same, unless it is no answer either (``known=False``).
        """
        said = answer or OutboxAnswer()
        named = {
            **self._is(row),
            "by": lease,
            "from_states": ["sending", "unknown"] if known else ["sending"],
            "to_state": state,
            "due": due or now,
            "said_code": _short(said.code, ID_LENGTH),
            "said_sub_code": _short(said.sub_code, ID_LENGTH),
            "said_request_id": _short(said.request_id, ID_LENGTH),
            "said_reason": _short(said.reason, _REASON_LENGTH),
            "now": now,
        }
        return self._database.run(lambda connection: connection.execute(sql.CLOSE, named).rowcount == 1)

    def give_up(self, row: OutboxRow, state: OutboxState, *, reason: str, now: datetime) -> bool:
        """End a stale sending as unknown, or as waiting; False when its process has come back after all."""
        named = {
            **self._is(row),
            "by": row.lease,
            "to_state": state,
            "said_reason": _short(reason, _REASON_LENGTH),
            "now": now,
        }
        return self._database.run(
            lambda connection: connection.execute(sql.GIVE_UP_LEASE, named).rowcount == 1
        )

    def resolve(
        self,
        key: str,
        *,
        target: str,
        from_states: Sequence[OutboxState],
        state: OutboxState,
        reason: str,
        now: datetime,
    ) -> bool:
        """Let a row be in another state because somebody says so; False when it is in none of ``from_states``."""
        named = {
            "in_space": self._space,
            "in_target": target,
            "in_key": key,
            "from_states": list(from_states),
            "to_state": state,
            "said_reason": _short(reason, _REASON_LENGTH),
            "now": now,
        }
        return self._database.run(lambda connection: connection.execute(sql.RESOLVE, named).rowcount == 1)

    def forget(self, *, before: datetime) -> int:
        """Delete rows that were over before then; their keys could be used again. Returns how many."""
        named = {"in_space": self._space, "before": before}
        return self._database.run(lambda connection: connection.execute(sql.FORGET, named).rowcount)

    def _is(self, row: OutboxRow) -> dict[str, Any]:
        return {"in_space": self._space, "in_target": row.intention.target, "in_key": row.intention.key}


def _check_same(digest: str, row: Mapping[str, Any]) -> None:
    if digest != row["digest"]:
        raise KeyReused(
            f"the key {row['key']!r} of {row['target']} stands for another intention; "
            "a key is made from what caused it, and another cause has another key"
        )


def _blocks(other: Any, row: OutboxRow, now: datetime) -> bool:
    if other.key == row.intention.key:
        return False
    if other.state != OutboxState.WAITING:
        return True
    begun = other.not_before is None or other.not_before <= now
    return begun and (other.position, other.key) < (row.position, row.intention.key)


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can say and UTF-8 cannot
        return json.dumps(value, sort_keys=True, allow_nan=False)
    return text


def _short(text: str, length: int) -> str:
    return text.replace("\x00", "")[:length]


def _read(found: RowMapping) -> OutboxRow:
    intention = Intention(
        space=found["space"],
        kind=found["kind"],
        target=found["target"],
        key=found["key"],
        subject=found["subject"] or None,
        payload=json.loads(found["payload"]),
        not_before=found["not_before"],
        expires_at=found["expires_at"],
    )
    return OutboxRow(
        intention=intention,
        state=OutboxState(found["state"]),
        attempts=found["attempts"],
        position=found["position"],
        due_at=found["due_at"],
        lease=found["lease"],
        leased_until=found["leased_until"],
        sent_at=found["sent_at"],
        answer=OutboxAnswer(
            code=found["code"],
            sub_code=found["sub_code"],
            request_id=found["request_id"],
            reason=found["reason"],
        ),
        created_at=found["created_at"],
        changed_at=found["changed_at"],
    )
