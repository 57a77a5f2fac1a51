"""What the outbox says to a database: each statement once, with names for its parameters."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, case, delete, exists, func, null, or_, select, update

from privdomain.stores.schema import OUTBOX

__all__ = [
    "BLOCKERS",
    "CLOSE",
    "COUNTS",
    "DUE",
    "EXPIRE",
    "FORGET",
    "GIVE_UP_LEASE",
    "KNOWN",
    "POSITIONS",
    "RESOLVE",
    "STALE",
    "TAKE",
    "UNKNOWN",
]

_C = OUTBOX.c
_IN_TARGETS = (
    _C.space == bindparam("in_space"),
    _C.target.in_(bindparam("in_targets", expanding=True)),
    _C.kind.in_(bindparam("in_kinds", expanding=True)),
)
_IS_ROW = (
    _C.space == bindparam("in_space"),
    _C.target == bindparam("in_target"),
    _C.key == bindparam("in_key"),
)

KNOWN = select(_C.key, _C.digest, _C.write_id).where(
    _C.space == bindparam("in_space"),
    _C.target == bindparam("in_target"),
    _C.key.in_(bindparam("in_keys", expanding=True)),
)
"""What is stored under some keys of one target."""

POSITIONS = (
    select(_C.subject, func.max(_C.position))
    .where(
        _C.space == bindparam("in_space"),
        _C.target == bindparam("in_target"),
        _C.subject.in_(bindparam("in_subjects", expanding=True)),
    )
    .group_by(_C.subject)
)
"""The last place in the queue of each subject."""

_earlier = OUTBOX.alias("earlier")
_BLOCKED = exists().where(
    _C.subject != "",
    _earlier.c.space == _C.space,
    _earlier.c.target == _C.target,
    _earlier.c.subject == _C.subject,
    or_(
        _earlier.c.state.in_(("sending", "unknown")),
        and_(
            _earlier.c.state == "waiting",
            # what is not yet to be done is not before anything; what is only to be tried again is
            or_(_earlier.c.not_before.is_(None), _earlier.c.not_before <= bindparam("now")),
            or_(
                _earlier.c.position < _C.position,
                and_(_earlier.c.position == _C.position, _earlier.c.key < _C.key),
            ),
        ),
    ),
)

DUE = (
    select(OUTBOX)
    .where(*_IN_TARGETS, _C.state == "waiting", _C.due_at <= bindparam("now"), ~_BLOCKED)
    .order_by(_C.due_at, _C.position, _C.key)
    .limit(bindparam("at_most"))
)
"""What can be done now: of each subject the first, and nothing of one whose last answer is missing."""

BLOCKERS = (
    select(_C.key, _C.position, _C.state, _C.not_before)
    .where(
        _C.space == bindparam("in_space"),
        _C.target == bindparam("in_target"),
        _C.subject == bindparam("in_subject"),
        _C.state.in_(("waiting", "sending", "unknown")),
    )
    .order_by(_C.key)
)
"""Everything of one subject that is not over."""

TAKE = (
    update(OUTBOX)
    .where(
        *_IS_ROW,
        _C.state == "waiting",
        _C.due_at <= bindparam("now"),
        or_(_C.expires_at.is_(None), _C.expires_at > bindparam("now")),
    )
    .values(
        state="sending",
        attempts=_C.attempts + 1,
        lease=bindparam("by"),
        leased_until=bindparam("until"),
        sent_at=bindparam("now"),
        changed_at=bindparam("now"),
    )
)
"""Waiting → sending, for one of those who want it."""

CLOSE = (
    update(OUTBOX)
    .where(*_IS_ROW, _C.lease == bindparam("by"), _C.state.in_(bindparam("from_states", expanding=True)))
    .values(
        state=bindparam("to_state"),
        due_at=bindparam("due"),
        code=bindparam("said_code"),
        sub_code=bindparam("said_sub_code"),
        request_id=bindparam("said_request_id"),
        reason=bindparam("said_reason"),
        changed_at=bindparam("now"),
    )
)
"""What came of a sending, unless another one has begun since."""

STALE = (
    select(OUTBOX)
    .where(*_IN_TARGETS, _C.state == "sending", _C.leased_until <= bindparam("now"))
    .order_by(_C.leased_until, _C.key)
    .limit(bindparam("at_most"))
)
"""Sendings whose process has not been heard of for as long as it had."""

GIVE_UP_LEASE = (
    update(OUTBOX)
    .where(
        *_IS_ROW,
        _C.state == "sending",
        _C.lease == bindparam("by"),
        _C.leased_until <= bindparam("now"),
    )
    .values(
        state=bindparam("to_state"),
        due_at=bindparam("now"),
        reason=bindparam("said_reason"),
        changed_at=bindparam("now"),
    )
)
"""What becomes of them: unknown, or waiting again where sending twice is harmless."""

EXPIRE = (
    update(OUTBOX)
    .where(*_IN_TARGETS, _C.state == "waiting", _C.expires_at <= bindparam("now"))
    .values(state="expired", changed_at=bindparam("now"))
)
"""Waiting → expired."""

UNKNOWN = (
    select(OUTBOX)
    .where(
        *_IN_TARGETS,
        _C.state == "unknown",
        _C.sent_at <= bindparam("sent_before"),
        or_(
            _C.sent_at > bindparam("after"),
            and_(
                _C.sent_at == bindparam("after"),
                or_(
                    _C.target > bindparam("after_target"),
                    and_(_C.target == bindparam("after_target"), _C.key > bindparam("after_key")),
                ),
            ),
        ),
    )
    .order_by(_C.sent_at, _C.target, _C.key)
    .limit(bindparam("at_most"))
)
"""Sendings without an answer that are old enough to be asked about."""

RESOLVE = (
    update(OUTBOX)
    .where(*_IS_ROW, _C.state.in_(bindparam("from_states", expanding=True)))
    .values(
        state=bindparam("to_state"),
        due_at=bindparam("now"),
        # a moment that has passed would close at once what somebody wants sent all the same
        expires_at=case((_C.expires_at <= bindparam("now"), null()), else_=_C.expires_at),
        reason=bindparam("said_reason"),
        changed_at=bindparam("now"),
    )
)
"""What a person has decided."""

COUNTS = select(_C.state, func.count()).where(_C.space == bindparam("in_space")).group_by(_C.state)
"""How many rows are in each state."""

FORGET = delete(OUTBOX).where(
    _C.space == bindparam("in_space"),
    _C.state.in_(("done", "refused", "failed", "expired")),
    _C.changed_at < bindparam("before"),
)
"""Rows that are over, and old."""
