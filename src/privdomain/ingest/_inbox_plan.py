"""Working on the inbox as a plan: lease, group by object, read the object again, write it and settle its notices.

The rules of the file: what was read is written and its notices are settled in one transaction, so that a worker may
die anywhere; and a notice is only a hint, so that whatever is written is what the platform said afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from attrs import evolve, field, frozen

from privdomain.calendar import Clock
from privdomain.errors import (
    AuthorizationRevoked,
    PayloadError,
    PrivdomainError,
    RateLimited,
    RemoteError,
)
from privdomain.ingest._steps import Ask, Plan, Step, Work
from privdomain.ingest._streams import AFTERSALES, ORDERS, PRODUCTS, Stream
from privdomain.models import Notice, NoticeKind
from privdomain.stores import InboxEntry, SqlStore, UpsertCounts
from privdomain.stores.inbox import DONE, KEPT, POISON

__all__ = ["InboxReport", "Processing"]

_OBJECTS: Final[Mapping[NoticeKind, tuple[Stream, str]]] = {
    NoticeKind.ORDER: (ORDERS, "order"),
    NoticeKind.AFTERSALE: (AFTERSALES, "aftersale"),
    NoticeKind.PRODUCT: (PRODUCTS, "product"),
}
"""Notice → what is read again, and by which method of a shop."""

_REVOKED_WAIT = timedelta(hours=1)
"""A merchant who has to authorize again does not do so within seconds."""

_STRIKES = 3
"""So many objects of a shop in a row without an answer, and its others are not asked for in this run."""

_TEXT = 500


@frozen(kw_only=True)
class InboxReport:
    """What became of the notices that were due; ``done + retried + poisoned + kept`` are all of them."""

    done: int = 0
    """Dealt with: the object was read again and is in the store, or a handler took them."""
    retried: int = 0
    """Put back to wait for another attempt."""
    poisoned: int = 0
    """Set aside after too many failures: ``inbox.poison()`` lists them."""
    kept: int = 0
    """Of a kind that nobody handles: ``inbox.kept()`` lists them."""
    calls: int = 0
    """Objects that were asked for: many notices of one order are one."""
    counts: UpsertCounts = field(factory=UpsertCounts)
    rejected: int = 0
    """Objects that were read and cannot be taken; each is a dead letter."""
    revoked: tuple[tuple[str, str], ...] = ()
    """Platforms and shops whose merchant has to authorize again; their notices wait an hour at a time."""

    @property
    def taken(self) -> int:
        """Notices that had their turn."""
        return self.done + self.retried + self.poisoned + self.kept


@frozen(kw_only=True)
class Processing:
    """One run over what is due."""

    store: SqlStore
    shops: Callable[[str, str], Any]
    handlers: Mapping[NoticeKind, Callable[[Notice], Any]]
    clock: Clock
    lease: timedelta
    batch: int
    attempts: int
    first_wait: timedelta
    longest_wait: timedelta
    limit: int | None
    strikes: Counter[tuple[str, str]] = field(factory=Counter[tuple[str, str]], init=False)

    def plan(self) -> Plan[InboxReport]:
        """Batch after batch until nothing is due, or ``limit`` notices have had their turn."""
        report: InboxReport = InboxReport()
        while self.limit is None or report.taken < self.limit:
            size = self.batch if self.limit is None else min(self.batch, self.limit - report.taken)
            now = self.clock.now()
            until = now + self.lease
            take = partial(self.store.inbox.lease, at=now, until=until, limit=size)
            entries: Sequence[InboxEntry] = yield Work(take)
            if not entries:
                break
            report = yield from self._batch(entries, report, until=until)
        return report

    def _batch(
        self, entries: Sequence[InboxEntry], report: InboxReport, *, until: datetime
    ) -> Generator[Step, Any, InboxReport]:
        for group in _by_object(entries):
            if self.clock.now() < until:
                report = yield from self._group(group, report)
            else:  # whoever comes next takes them
                report = yield from self._retry(group, report, error="the lease ran out before its turn")
        return report

    def _group(self, group: list[InboxEntry], report: InboxReport) -> Generator[Step, Any, InboxReport]:
        kind, ref = group[0].notice.kind, group[0].notice.ref
        shop_key = (group[0].id.platform, group[0].id.shop_id)
        worn = [entry for entry in group if entry.failures > self.attempts]
        if worn:
            # Each attempt began and none ended: whoever takes them up dies of them.
            group = [entry for entry in group if entry.failures <= self.attempts]
            report = yield from self._settle(
                worn, report, state=POISON, error="no attempt came to an end; the worker stopped at each"
            )
            if not group:
                return report
        if handler := self.handlers.get(kind):
            return (yield from self._handle(group, handler, report))
        if kind not in _OBJECTS:
            return (yield from self._settle(group, report, state=KEPT))
        if not ref:
            return (
                yield from self._settle(
                    group, report, state=POISON, error=f"it names no {kind.value} to read"
                )
            )
        if shop_key in report.revoked or self.strikes[shop_key] >= _STRIKES:
            return (yield from self._not_now(group, report, is_revoked=shop_key in report.revoked))
        return (yield from self._read_again(group, ref, *_OBJECTS[kind], report))

    def _not_now(
        self, group: list[InboxEntry], report: InboxReport, *, is_revoked: bool
    ) -> Generator[Step, Any, InboxReport]:
        """Put back without a call: each would take as long as all attempts do, while other shops' notices wait."""
        if is_revoked:
            return (
                yield from self._retry(
                    group, report, error="the authorization is revoked", wait=_REVOKED_WAIT
                )
            )
        return (yield from self._retry(group, report, error="the platform does not answer for this shop now"))

    def _read_again(
        self, group: list[InboxEntry], ref: str, what: Stream, method: str, report: InboxReport
    ) -> Generator[Step, Any, InboxReport]:
        first = group[0].id
        try:
            shop: Any = yield Ask(lambda: self.shops(first.platform, first.shop_id), of_host=True)
        except Exception as error:  # noqa: BLE001  (of the host's function: whatever it is, this shop has to wait)
            return (yield from self._failed(group, report, error))
        report = evolve(report, calls=report.calls + 1)
        read_at = self.clock.now()
        record, bad = None, None
        try:
            record = yield Ask(lambda: getattr(shop, method)(ref), of_host=True)
            what.check(record)
        except PayloadError as error:
            bad = error
        except Exception as error:  # noqa: BLE001  (a worker goes on with the other objects)
            if isinstance(error, RemoteError) and error.retryable:
                self.strikes[first.platform, first.shop_id] += 1
            else:
                self.strikes.pop((first.platform, first.shop_id), None)
            return (yield from self._failed(group, report, error))
        self.strikes.pop((first.platform, first.shop_id), None)
        counts, settled = yield Work(
            lambda: self.store.retrying(
                lambda unit: self._write(unit, group, what, record, bad=bad, read_at=read_at)
            )
        )
        return evolve(
            report,
            done=report.done + settled,
            counts=report.counts + counts,
            rejected=report.rejected + (bad is not None),
        )

    def _write(
        self,
        unit: SqlStore,
        group: list[InboxEntry],
        what: Stream,
        record: Any,
        *,
        bad: PayloadError | None,
        read_at: datetime,
    ) -> tuple[UpsertCounts, int]:
        shop = {"platform": group[0].id.platform, "shop_id": group[0].id.shop_id}
        counts = UpsertCounts()
        if bad is None:
            counts = what.write(unit, [record], read_at)
            shop = {"platform": record.platform, "shop_id": record.shop_id}
            unit.dead_letters.resolve([what.ref(record)], kind=what.kind, at=read_at, **shop)
        else:
            unit.dead_letters.add([bad], at=read_at, **shop)
        note = "" if bad is None else f"{bad.kind} {bad.ref} is a dead letter"
        unit.inbox.settle(group, state=DONE, at=self.clock.now(), error=note)
        return counts, len(group)

    def _handle(
        self, group: list[InboxEntry], handler: Callable[[Notice], Any], report: InboxReport
    ) -> Generator[Step, Any, InboxReport]:
        for entry in group:
            try:
                yield Ask(partial(handler, entry.notice), of_host=True)
            except Exception as error:  # noqa: BLE001  (of the host's function: the notice is tried again)
                report = yield from self._failed([entry], report, error)
            else:
                report = yield from self._settle([entry], report, state=DONE)
        return report

    def _failed(
        self, group: list[InboxEntry], report: InboxReport, error: Exception
    ) -> Generator[Step, Any, InboxReport]:
        # the text of an error of ours holds nothing secret; of the host's, nobody knows
        text = (
            f"{type(error).__name__}: {error}" if isinstance(error, PrivdomainError) else type(error).__name__
        )
        text = text[:_TEXT]
        if isinstance(error, AuthorizationRevoked):
            shop_key = (group[0].id.platform, group[0].id.shop_id)
            report = evolve(report, revoked=tuple(dict.fromkeys((*report.revoked, shop_key))))
            return (yield from self._retry(group, report, error=text, wait=_REVOKED_WAIT))
        if isinstance(error, RemoteError) and error.retryable:
            wished_s = error.retry_after_s if isinstance(error, RateLimited) else None
            wait = None if wished_s is None else timedelta(seconds=wished_s)
            return (yield from self._retry(group, report, error=text, wait=wait))
        over = [entry for entry in group if entry.failures >= self.attempts]
        again = [entry for entry in group if entry.failures < self.attempts]
        if over:
            report = yield from self._settle(over, report, state=POISON, error=text)
        if again:
            report = yield from self._retry(again, report, error=text, forgive=False)
        return report

    def _retry(
        self,
        group: list[InboxEntry],
        report: InboxReport,
        *,
        error: str,
        wait: timedelta | None = None,
        forgive: bool = True,
    ) -> Generator[Step, Any, InboxReport]:
        """Put back; an outage that lasts a weekend is no reason to set anything aside, so it is forgiven."""
        worst = max(entry.attempts for entry in group)
        # bounded before it is a timedelta: a notice may have waited for weeks
        grown = min(self.first_wait * 2 ** min(worst - 1, 30), self.longest_wait)
        due_at = self.clock.now() + max(grown, wait or timedelta(0))
        yield Work(lambda: self.store.inbox.put_back(group, due_at=due_at, error=error, forgive=forgive))
        return evolve(report, retried=report.retried + len(group))

    def _settle(
        self, group: list[InboxEntry], report: InboxReport, *, state: str, error: str = ""
    ) -> Generator[Step, Any, InboxReport]:
        at = self.clock.now()
        yield Work(lambda: self.store.inbox.settle(group, state=state, at=at, error=error))
        return _counted(report, state, len(group))


def _counted(report: InboxReport, state: str, number: int) -> InboxReport:
    if state == DONE:
        return evolve(report, done=report.done + number)
    if state == POISON:
        return evolve(report, poisoned=report.poisoned + number)
    return evolve(report, kept=report.kept + number)


def _by_object(entries: Iterable[InboxEntry]) -> Iterator[list[InboxEntry]]:
    """Notices together that are about one object; what names none stands alone."""
    groups: dict[tuple[str, str, NoticeKind, str], list[InboxEntry]] = {}
    for entry in entries:
        notice = entry.notice
        named = notice.ref if notice.kind in _OBJECTS else ""
        # no id has a NUL: what stands alone meets nothing else
        key = (entry.id.platform, entry.id.shop_id, notice.kind, named or f"\x00{entry.id.key}")
        groups.setdefault(key, []).append(entry)
    yield from groups.values()
