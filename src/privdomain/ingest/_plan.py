"""A pull as a plan: what is asked of the shop and of the store, in which order, and what follows from the answers.

The rule of the file: a page's records, its dead letters and the checkpoint after it are one transaction. Whatever
moment the process dies at, the checkpoint says exactly which pages are in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from attrs import evolve, field, frozen

from privdomain.calendar import Clock, Period
from privdomain.errors import ArgumentError, PayloadError, RequestRejected
from privdomain.ingest._steps import Begin, Next, Plan, Step, Work
from privdomain.ingest._streams import Stream
from privdomain.ingest.report import PullReport
from privdomain.platforms import Page
from privdomain.stores import Checkpoint, SqlStore, UpsertCounts

__all__ = ["Pull", "sort_out"]

_NOT_ACCEPTED = (RequestRejected, ArgumentError)
"""What a cursor from an earlier process meets: the platform says no, or the adapter no longer reads it."""

_REFUSAL_STANDS = timedelta(days=1)
"""How long a refused cursor that was new is taken for a refused page; later on it may just be an old cursor."""


@frozen(kw_only=True)
class _Window:
    """One piece of the time that is listed."""

    period: Period
    beginning: datetime | None
    """Where its pull began."""
    keeps_cursor: bool
    """Not in the future: gone on with later, a listing would have passed by what happened in between."""


@frozen(kw_only=True)
class Pull:
    """One pull of one shop into one store."""

    shop: Any
    store: SqlStore
    platform: str
    shop_id: str
    what: Stream
    stream: str
    """The checkpoint's name: the stream's own, or the one of a period."""
    updated: Period | None
    since: datetime | None
    at: datetime
    clock: Clock
    now: datetime
    """What is updated later than this may be missing in every listing of this pull."""
    overlap: timedelta
    window: timedelta
    progress: Callable[[PullReport], None] = field(default=lambda _: None)

    def plan(self) -> Plan[PullReport]:
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
        beginning = self._beginning(state)
        opened: list[tuple[Period, str | None]] = []
        if state is not None and state.window_start is not None and state.window_end is not None:
            # A cursor belongs to its very window, whatever the arguments are today.
            window = Period(state.window_start, state.window_end)
            opened = [(window, state.cursor)]
            # The next begins before its end as after a whole pull: what was listed late since then is in neither.
            start = window.end if self.updated is not None else window.end - self.overlap
        opened += [(window, None) for window in self._windows(start, end)]
        if not opened:
            return report
        report = evolve(report, period=Period(opened[0][0].start, opened[-1][0].end), share=0.0)
        for window, cursor in opened:
            refused_at = None if state is None or cursor is None else state.refused_at
            one = _Window(
                period=window,
                beginning=beginning,
                keeps_cursor=cursor is not None or window.start < self.now,
            )
            report = yield from self._pull_window(one, cursor, report, refused_at=refused_at)
        return report

    def _begin(self, period: Period, cursor: str | None) -> Begin:
        return Begin(lambda: self.what.listing(self.shop, period).pages(start=cursor))

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
        beginning = self._beginning(state)
        if beginning is None and state is None:
            raise ArgumentError(
                f"this is the first pull of {self.platform} {self.shop_id} into this store; "
                f"say where to begin: since=… (or pull one period: {self.what.by}=Period(…))"
            )
        return beginning or self.at, self.at

    def _beginning(self, state: Checkpoint | None) -> datetime | None:
        """Where the running pull began; what lies before is not stored and will not be."""
        if self.updated is not None:
            return None
        beginning = self.since if state is None else state.beginning
        if self.since is not None and beginning is not None and self.since < beginning:
            raise ArgumentError(
                f"since={self.since.isoformat()} lies before {beginning.isoformat()}, where the pull of "
                f"{self.platform} {self.shop_id} into this store began, and it only goes forward; "
                f"pull what lies between once: {self.what.by}=Period.parse('{Period(self.since, beginning)}')"
            )
        return beginning

    def _windows(self, start: datetime, end: datetime) -> list[Period]:
        """The time in pieces; what the clock has not reached yet is apart."""
        present = min(end, max(start, self.now))
        spans = [(start, present), (present, end)]
        return [
            window
            for first, last in spans
            if first < last
            for window in Period(first, last).split(max_length=self.window)
        ]

    def _pull_window(
        self, window: _Window, cursor: str | None, report: PullReport, *, refused_at: datetime | None
    ) -> Generator[Step, Any, PullReport]:
        try:
            yield self._begin(window.period, cursor)
            page: Page[Any] | None = yield Next()
        except _NOT_ACCEPTED as error:
            # A cursor that was refused when it was new is not refused for its age: listed again, the window would
            # end at the same page.
            stands = refused_at is not None and self.now < refused_at + _REFUSAL_STANDS
            if cursor is None or (stands and isinstance(error, RequestRejected)):
                raise
            report = evolve(report, restarted_windows=report.restarted_windows + 1)
            yield self._begin(window.period, None)
            page = yield Next()
        while page is not None and page.cursor is not None:
            report = yield from self._keep(window, page, report)
            try:
                following: Page[Any] | None = yield Next()
            except RequestRejected:
                yield Work(partial(self._note_refusal, window, page.cursor, report.high_water))
                raise
            page = following
        return (yield from self._keep(window, page or _NO_PAGE, report))

    def _note_refusal(self, window: _Window, cursor: str, high_water: datetime | None) -> None:
        if window.keeps_cursor:
            checkpoint = self._checkpoint(window, cursor, high_water)
            self.store.checkpoints.put(evolve(checkpoint, refused_at=self.clock.now()), at=self.at)

    def _keep(self, window: _Window, page: Page[Any], report: PullReport) -> Generator[Step, Any, PullReport]:
        """Store a page and the checkpoint after it, in one transaction."""
        good, bad = sort_out(self.what, page)
        checkpoint = self._checkpoint(window, page.cursor, report.high_water)
        span = report.period or window.period
        is_last = page.cursor is None and window.period.end == span.end
        counts: UpsertCounts = yield Work(
            lambda: self.store.retrying(
                lambda unit: self._write(unit, good, bad, checkpoint, is_last=is_last)
            )
        )
        position = window.period.end if page.cursor is None else window.period.start
        report = evolve(
            report,
            pages=report.pages + (page is not _NO_PAGE),
            counts=report.counts + counts,
            rejected=report.rejected + len(bad),
            high_water=checkpoint.high_water,
            # an overlap behind an open window goes back a little
            share=max(report.share, (position - span.start) / span.length),
        )
        self.progress(report)
        return report

    def _checkpoint(self, window: _Window, cursor: str | None, high_water: datetime | None) -> Checkpoint:
        period = window.period
        if cursor is None and period.start < self.now:
            # Nobody could list what has not happened yet. A pull that lists an overlap again must not forget what
            # was complete before it.
            reached = min(period.end, self.now)
            high_water = reached if high_water is None else max(high_water, reached)
        is_open = cursor is not None and window.keeps_cursor
        return Checkpoint(
            platform=self.platform,
            shop_id=self.shop_id,
            stream=self.stream,
            high_water=high_water,
            beginning=window.beginning,
            window_start=period.start if is_open else None,
            window_end=period.end if is_open else None,
            cursor=cursor if is_open else None,
        )

    def _write(
        self,
        unit: SqlStore,
        good: list[Any],
        bad: list[PayloadError],
        checkpoint: Checkpoint,
        *,
        is_last: bool,
    ) -> UpsertCounts:
        counts = self.what.write(unit, good, self.at)
        shop = {"platform": self.platform, "shop_id": self.shop_id}
        if bad:
            unit.dead_letters.add(bad, at=self.at, **shop)
        if good:
            refs = [self.what.ref(record) for record in good]
            unit.dead_letters.resolve(refs, kind=self.what.kind, at=self.at, **shop)
        if self.updated is not None and is_last:
            # Done: asked for again, the period is pulled again.
            unit.checkpoints.drop(self.stream, **shop)
        else:
            unit.checkpoints.put(checkpoint, at=self.at)
        return counts


def sort_out(what: Stream, page: Page[Any]) -> tuple[list[Any], list[PayloadError]]:
    """What of a page a table can hold; and what not, together with what could not be read."""
    good: list[Any] = []
    bad = list(page.rejected)
    for record in page.items:
        try:
            what.check(record)
        except PayloadError as error:
            bad.append(error)
        else:
            good.append(record)
    return good, bad


_NO_PAGE: Page[Any] = Page(items=(), rejected=(), cursor=None)
"""What stands for the end of a listing that had no page at all."""
