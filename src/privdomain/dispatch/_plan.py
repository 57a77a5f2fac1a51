"""Sending as a plan: what is asked of the store and of the shops, in which order, and what follows from the answers.

The plan waits for nothing. It yields `Work` on the store or an `Act` of a shop and is sent the answer, or has the
failure thrown in; one driver blocks and one awaits.

The rule of the file: a sending is on record before the platform is called, and its end is recorded after it. Whatever
moment the process dies at, the row says "waiting", or "being sent since then by that process", and the latter is
never taken for the former.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

from attrs import evolve, frozen

from privdomain.calendar import Clock
from privdomain.dispatch.handlers import Call, Doer, Handler, Steps, WasDone
from privdomain.dispatch.report import DispatchReport, ReconcileReport
from privdomain.errors import (
    AuthorizationRevoked,
    DataError,
    PermissionDenied,
    ProtocolViolation,
    RateLimited,
    Refused,
    RemoteError,
    RequestRejected,
    Unverified,
    UsageError,
)
from privdomain.stores import OutboxAnswer, OutboxRow, OutboxRows, OutboxState

__all__ = ["Act", "Asking", "Sending", "Step", "Work"]

logger = logging.getLogger(__name__)

T = TypeVar("T")

_BATCH = 50
_TARGETS = 100
"""Below 200, from where on MariaDB and MySQL guess what a list picks, and read all that was ever done."""
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=15)
_FOUND_DONE = (
    OutboxState.DONE,
    OutboxAnswer(reason="found done when it was to be sent again"),
    timedelta(0),
)
_DIED = "the process that was sending it has not come back"
_REVOKED_WAIT = timedelta(hours=1)
"""A merchant who has to authorize again does not do so within seconds."""


@frozen
class Work:
    """Something of the store's, which blocks."""

    call: Callable[[], Any]


@frozen
class Act:
    """One call of a shop."""

    doer: Doer
    call: Call


Step: TypeAlias = Work | Act
Plan: TypeAlias = Generator[Step, Any, T]


def _on(doer: Doer, steps: Steps[T]) -> Plan[T]:
    """Run a handler's steps against one shop."""
    answer: Any = None
    failure: Exception | None = None
    try:
        while True:
            call = steps.send(answer) if failure is None else steps.throw(failure)
            answer, failure = None, None
            try:
                answer = yield Act(doer, call)
            except Exception as error:  # noqa: BLE001  (the handler decides; what it lets pass comes out of it again)
                failure = error
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        steps.close()


def _chunks(doers: Mapping[str, Doer]) -> Iterator[Sequence[str]]:
    targets = sorted(doers)
    for start in range(0, len(targets), _TARGETS):
        yield targets[start : start + _TARGETS]


def _answer(error: Exception) -> OutboxAnswer:
    """What is kept of a failure. Messages of this library carry no secret; of any other error only its kind is kept."""
    reason = str(error).partition("\n")[0]
    match error:
        case RemoteError(code=code, sub_code=sub_code, request_id=request_id):
            return OutboxAnswer(code=code, sub_code=sub_code, request_id=request_id, reason=reason)
        case Refused(code=code):
            return OutboxAnswer(code=code, reason=reason)
        case UsageError() | DataError():
            return OutboxAnswer(code=type(error).__name__, reason=reason)
        case _:
            return OutboxAnswer(code=type(error).__name__, reason=f"an error of kind {type(error).__name__}")


def _verdict(error: Exception, *, repeatable: bool) -> OutboxState:
    """What a failure says: refused, certainly not carried out (waiting), or unknown.

    An adapter raises `Unverified` for a write that may have been carried out, so every other silence of a platform
    says that nothing was. Where sending twice is harmless, what is not known is just sent again.
    """
    if isinstance(error, (RequestRejected, PermissionDenied, Refused, UsageError)):
        return OutboxState.REFUSED
    if repeatable or _is_certain(error):
        return OutboxState.WAITING
    return OutboxState.UNKNOWN


def _is_certain(error: Exception) -> bool:
    """Whether a failure, no refusal, says that nothing was carried out."""
    return isinstance(error, RemoteError) and not isinstance(error, (Unverified, ProtocolViolation))


def wait_after(attempts: int) -> timedelta:
    """How long after so many failures the next try is: 5 s, 10 s, 20 s … at most a quarter of an hour."""
    doublings: int = 1 << min(attempts - 1, 16)
    return min(_FIRST_WAIT * doublings, _LONGEST_WAIT)


@frozen(kw_only=True)
class Sending:
    """One run over everything that is due."""

    rows: OutboxRows
    handlers: Mapping[str, Handler]
    doers: Mapping[str, Doer]
    clock: Clock
    lease: timedelta
    attempts: int
    limit: int | None
    progress: Callable[[DispatchReport], None]

    def plan(self) -> Plan[DispatchReport]:
        """Send until nothing is due any more, or so many have been sent."""
        report = DispatchReport()
        for targets in _chunks(self.doers):
            expired, abandoned = yield Work(partial(self._clear, targets))
            report = evolve(report, expired=report.expired + expired, abandoned=report.abandoned + abandoned)
        # A shop that fails waits until the others are through, so that one that answers nothing for an hour costs
        # them one call a round and not one a row.
        resting: set[str] = set()
        while True:
            for targets in _chunks(self.doers):
                report = yield from self._round(targets, report, resting)
            if not resting or self._is_over(report):
                return report
            resting.clear()

    def _is_over(self, report: DispatchReport) -> bool:
        return self.limit is not None and report.sent >= self.limit

    def _round(
        self, targets: Sequence[str], report: DispatchReport, resting: set[str]
    ) -> Plan[DispatchReport]:
        while awake := [target for target in targets if target not in resting]:
            batch: tuple[OutboxRow, ...] = yield Work(partial(self._due, awake))
            before = report.sent
            for row in batch:
                if self._is_over(report):
                    return report
                if row.intention.target in resting:
                    continue
                well = report.done + report.refused
                sent = report.sent
                report = yield from self._send(row, report)
                if report.sent > sent and report.done + report.refused == well:
                    resting.add(row.intention.target)
            if report.sent == before:
                break
        return report

    def _clear(self, targets: Sequence[str]) -> tuple[int, int]:
        """What came too late, and what a process that died has left."""
        now, kinds = self.clock.now(), list(self.handlers)
        expired = self.rows.expire(targets, kinds=kinds, now=now)
        abandoned = 0
        while stale := self.rows.stale(targets, kinds=kinds, now=now, limit=_BATCH):
            before = abandoned
            for row in stale:
                # what kills its sender each time is not sent for ever
                again = row.attempts < self.attempts and self.handlers[row.intention.kind].repeatable(
                    row.intention
                )
                state = OutboxState.WAITING if again else OutboxState.UNKNOWN
                abandoned += self.rows.give_up(row, state, reason=_DIED, now=now)
            if abandoned == before:
                break  # somebody else is clearing the same rows
        return expired, abandoned

    def _due(self, targets: Sequence[str]) -> tuple[OutboxRow, ...]:
        return self.rows.due(targets, kinds=list(self.handlers), now=self.clock.now(), limit=_BATCH)

    def _send(self, row: OutboxRow, report: DispatchReport) -> Plan[DispatchReport]:
        lease = uuid4().hex
        if not (yield Work(partial(self._take, row, lease))):
            return report
        attempts = row.attempts + 1
        state, answer, wait = yield from self._do(row, attempts)
        recorded = yield Work(partial(self._record, row, lease, state, answer, wait))
        if not recorded:
            logger.warning(
                "%s: the answer to %s came after another sending had begun",
                row.intention.target,
                row.intention.key,
            )
        field = "postponed" if state is OutboxState.WAITING else state.value
        report = evolve(report, **{field: getattr(report, field) + 1})
        self.progress(report)
        return report

    def _take(self, row: OutboxRow, lease: str) -> bool:
        now = self.clock.now()
        return self.rows.take(row, lease=lease, now=now, until=now + self.lease)

    def _record(
        self, row: OutboxRow, lease: str, state: OutboxState, answer: OutboxAnswer, wait: timedelta
    ) -> bool:
        now = self.clock.now()
        known = state is not OutboxState.UNKNOWN
        return self.rows.close(row, state, lease=lease, now=now, due=now + wait, answer=answer, known=known)

    def _do(self, row: OutboxRow, attempts: int) -> Plan[tuple[OutboxState, OutboxAnswer, timedelta]]:
        wish, handler = row.intention, self.handlers[row.intention.kind]
        doer = self.doers[wish.target]
        repeatable = handler.repeatable(wish)
        again = attempts > 1
        if again and not repeatable:
            try:
                known = yield from _on(doer, handler.was_done(wish))
            except Exception as error:  # noqa: BLE001  (nothing has been sent: tried again later)
                return self._later(error, attempts)
            if known is WasDone.YES:
                return _FOUND_DONE
        try:
            yield from _on(doer, handler.do(wish, again=again))
        except Exception as error:  # noqa: BLE001  (one row's failure is on its row, and the next one is sent)
            state = _verdict(error, repeatable=repeatable)
            logger.info(
                "%s: %s %s came to %s (%s)", wish.target, wish.kind, wish.key, state, type(error).__name__
            )
            if state is OutboxState.WAITING:
                return self._later(error, attempts, certain=_is_certain(error))
            if state is OutboxState.REFUSED and again and (yield from self._done_before(row)):
                return _FOUND_DONE
            return state, _answer(error), timedelta(0)
        return OutboxState.DONE, OutboxAnswer(), timedelta(0)

    def _done_before(self, row: OutboxRow) -> Plan[bool]:
        """Whether a refusal says "already done": an earlier sending was carried out late."""
        wish = row.intention
        try:
            known = yield from _on(self.doers[wish.target], self.handlers[wish.kind].was_done(wish))
        except Exception:  # noqa: BLE001  (the refusal stands)
            return False
        return known is WasDone.YES

    def _later(
        self, error: Exception, attempts: int, *, certain: bool = True
    ) -> tuple[OutboxState, OutboxAnswer, timedelta]:
        if attempts >= self.attempts:
            # a last silence is no word that nothing was done, however harmless another sending would be
            state = OutboxState.FAILED if certain else OutboxState.UNKNOWN
            return state, _answer(error), timedelta(0)
        wait = wait_after(attempts)
        if isinstance(error, AuthorizationRevoked):
            wait = max(wait, _REVOKED_WAIT)
        if isinstance(error, RateLimited) and error.retry_after_s is not None:
            wait = max(wait, timedelta(seconds=error.retry_after_s))
        return OutboxState.WAITING, _answer(error), wait


@frozen(kw_only=True)
class Asking:
    """One run over what was sent without an answer."""

    rows: OutboxRows
    handlers: Mapping[str, Handler]
    doers: Mapping[str, Doer]
    clock: Clock
    quiet: timedelta

    def plan(self) -> Plan[ReconcileReport]:
        """Ask about every row that is old enough, each once."""
        report = ReconcileReport()
        for targets in _chunks(self.doers):
            last: OutboxRow | None = None
            while True:
                page: tuple[OutboxRow, ...] = yield Work(partial(self._page, targets, last))
                for row in page:
                    report = yield from self._ask(row, report)
                if len(page) < _BATCH:
                    break
                last = page[-1]
        return report

    def _page(self, targets: Sequence[str], last: OutboxRow | None) -> tuple[OutboxRow, ...]:
        return self.rows.unanswered(
            targets,
            kinds=list(self.handlers),
            sent_before=self.clock.now() - self.quiet,
            after=last,
            limit=_BATCH,
        )

    def _ask(self, row: OutboxRow, report: ReconcileReport) -> Plan[ReconcileReport]:
        wish, handler = row.intention, self.handlers[row.intention.kind]
        try:
            known = yield from _on(self.doers[wish.target], handler.was_done(wish))
        except Exception as error:  # noqa: BLE001  (asked again by the next run)
            logger.info("%s: asking about %s failed (%s)", wish.target, wish.key, type(error).__name__)
            return evolve(report, unread=report.unread + 1)
        if known is WasDone.CANNOT_TELL:
            return evolve(report, open=report.open + 1)
        done = known is WasDone.YES
        changed = yield Work(partial(self._settle, row, done=done))
        if not changed:  # a late answer, or a person, was faster
            return report
        return evolve(report, done=report.done + done, waiting=report.waiting + (not done))

    def _settle(self, row: OutboxRow, *, done: bool) -> bool:
        state = OutboxState.DONE if done else OutboxState.WAITING
        said = (
            "the platform says that it was carried out"
            if done
            else "the platform says that it was not carried out"
        )
        answer = evolve(row.answer, reason=said)
        return self.rows.close(row, state, lease=row.lease, now=self.clock.now(), answer=answer)
