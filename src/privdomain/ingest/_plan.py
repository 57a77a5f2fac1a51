"""A pull as a plan: what is asked of the shop and of the store, in which order, and what follows from the answers.

The plan waits for nothing. It yields what it needs (`Begin` a listing, its `Next` page, `Work` on the store) and is
sent the answer, or has the failure thrown in; `pull` has one driver that blocks and one that awaits.

The rule of the file: a page's orders, its dead letters and the checkpoint after it are one transaction. Whatever
moment the process dies at, the checkpoint says exactly which pages are in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve, field, frozen

from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, RequestRejected
from privdomain.ingest.report import PullReport
from privdomain.models import Order
from privdomain.platforms import Page
from privdomain.stores import Checkpoint, SqlStore, UpsertCounts

__all__ = ["Begin", "Next", "Plan", "Pull", "Step", "Work"]


@frozen
class Begin:
    """List the orders updated in a period, from the beginning or from a cursor."""

    updated: Period
    start: str | None


@frozen
class Next:
    """The next page of the listing; None after the last one."""


@frozen
class Work:
    """Something of the store's, which blocks."""

    call: Callable[[], Any]


Step = Begin | Next | Work
Plan = Generator[Step, Any, PullReport]

_NOT_ACCEPTED = (RequestRejected, ArgumentError)
"""What a cursor from an earlier process meets: the platform says no, or the adapter no longer reads it."""


@frozen(kw_only=True)
class Pull:
    """One pull of one shop into one store."""

    store: SqlStore
    platform: str
    shop_id: str
    stream: str
    updated: Period | None
    since: datetime | None
    at: datetime
    overlap: timedelta
    window: timedelta
    progress: Callable[[PullReport], None] = field(default=lambda _: None)

    def plan(self) -> Plan:
        """The whole pull."""
        state: Checkpoint | None = yield Work(self._read_checkpoint)
        report = PullReport(
            platform=self.platform,
            shop_id=self.shop_id,
            period=None,
            high_water=None if state is None else state.high_water,
            resumed=state is not None and state.window_start is not None,
        )
        start, end = self._span(state)
        opened: list[tuple[Period, str | None]] = []
        if state is not None and state.window_start is not None and state.window_end is not None:
            # A cursor belongs to its very window, whatever the arguments are today.
            window = Period(state.window_start, state.window_end)
            opened = [(window, state.cursor)]
            start = window.end
        if start < end:
            opened += [(window, None) for window in Period(start, end).split(max_length=self.window)]
        if not opened:
            return report
        report = evolve(report, period=Period(opened[0][0].start, opened[-1][0].end), share=0.0)
        for window, cursor in opened:
            report = yield from self._pull_window(window, cursor, report)
        return report

    def _read_checkpoint(self) -> Checkpoint | None:
        return self.store.checkpoints.get(self.stream, platform=self.platform, shop_id=self.shop_id)

    def _span(self, state: Checkpoint | None) -> tuple[datetime, datetime]:
        """From where to where, an open window left aside."""
        high_water = None if state is None else state.high_water
        if self.updated is not None:
            # What was stored of a period before an interruption is not listed again.
            return high_water or self.updated.start, self.updated.end
        if high_water is not None:
            return high_water - self.overlap, self.at
        if self.since is None and state is None:
            raise ArgumentError(
                f"this is the first pull of {self.platform} {self.shop_id} into this store; "
                "say where to begin: since=… (or pull one period: updated=Period(…))"
            )
        return self.since or self.at, self.at

    def _pull_window(
        self, window: Period, cursor: str | None, report: PullReport
    ) -> Generator[Step, Any, PullReport]:
        try:
            yield Begin(window, cursor)
            page: Page[Order] | None = yield Next()
        except _NOT_ACCEPTED:
            if cursor is None:
                raise
            report = evolve(report, restarted_windows=report.restarted_windows + 1)
            yield Begin(window, None)
            page = yield Next()
        while page is not None and page.cursor is not None:
            report = yield from self._keep(window, page, report)
            page = yield Next()
        return (yield from self._keep(window, page or _NO_PAGE, report))

    def _keep(
        self, window: Period, page: Page[Order], report: PullReport
    ) -> Generator[Step, Any, PullReport]:
        """Store a page and the checkpoint after it, in one transaction."""
        good: list[Order] = []
        bad = list(page.rejected)
        for order in page.items:
            try:
                self.store.check_order(order)
            except PayloadError as error:
                bad.append(error)
            else:
                good.append(order)
        checkpoint = self._checkpoint(window, page.cursor, report.high_water)
        counts: UpsertCounts = yield Work(
            lambda: self.store.retrying(lambda unit: self._write(unit, good, bad, checkpoint))
        )
        position = window.start if checkpoint.window_start else window.end
        span = report.period or window
        report = evolve(
            report,
            pages=report.pages + (page is not _NO_PAGE),
            counts=report.counts + counts,
            rejected=report.rejected + len(bad),
            high_water=checkpoint.high_water,
            share=(position - span.start) / span.length,
        )
        self.progress(report)
        return report

    def _checkpoint(self, window: Period, cursor: str | None, high_water: datetime | None) -> Checkpoint:
        is_open = cursor is not None
        if not is_open:
            # A pull that lists an overlap again must not forget what was complete before it.
            high_water = window.end if high_water is None else max(high_water, window.end)
        return Checkpoint(
            platform=self.platform,
            shop_id=self.shop_id,
            stream=self.stream,
            high_water=high_water,
            window_start=window.start if is_open else None,
            window_end=window.end if is_open else None,
            cursor=cursor,
        )

    def _write(
        self, unit: SqlStore, good: list[Order], bad: list[PayloadError], checkpoint: Checkpoint
    ) -> UpsertCounts:
        counts = unit.upsert_orders(good)
        shop = {"platform": self.platform, "shop_id": self.shop_id}
        if bad:
            unit.dead_letters.add(bad, at=self.at, **shop)
        if good:
            unit.dead_letters.resolve([order.order_id for order in good], kind="order", at=self.at, **shop)
        if self.updated is not None and checkpoint.high_water == self.updated.end:
            # Done: asked for again, the period is pulled again.
            unit.checkpoints.drop(self.stream, **shop)
        else:
            unit.checkpoints.put(checkpoint, at=self.at)
        return counts


_NO_PAGE: Page[Order] = Page(items=(), rejected=(), cursor=None)
"""What stands for the end of a listing that had no page at all."""
