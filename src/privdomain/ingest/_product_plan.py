"""The pull of products as a plan: one listing without a time, gone on with by its cursor.

A listing is a moment: when it began. What has not been seen since then by the time it ends is marked as missing. The
rule of pulls holds here too: a page, its dead letters and the checkpoint after it are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any

from attrs import evolve, field, frozen

from privdomain.calendar import Clock
from privdomain.errors import ArgumentError, PayloadError, RequestRejected
from privdomain.ingest._plan import sort_out
from privdomain.ingest._steps import Begin, Next, Plan, Step, Work
from privdomain.ingest._streams import PRODUCTS
from privdomain.ingest.report import PullReport
from privdomain.platforms import Page
from privdomain.stores import Checkpoint, SqlStore, UpsertCounts

__all__ = ["ProductPull"]

_NOT_ACCEPTED = (RequestRejected, ArgumentError)
_NO_PAGE: Page[Any] = Page(items=(), rejected=(), cursor=None)


@frozen(kw_only=True)
class ProductPull:
    """One listing of one shop's products into one store."""

    shop: Any
    store: SqlStore
    platform: str
    shop_id: str
    clock: Clock
    progress: Callable[[PullReport], None] = field(default=lambda _: None)

    def plan(self) -> Plan[PullReport]:
        """The whole listing, or what is left of one that was interrupted."""
        state: Checkpoint | None = yield Work(self._read_checkpoint)
        began, cursor = self.clock.now(), None
        if state is not None and state.window_start is not None:
            began, cursor = state.window_start, state.cursor
        report = PullReport(
            platform=self.platform,
            shop_id=self.shop_id,
            period=None,
            high_water=None if state is None else state.high_water,
            share=0.0,
            resumed=cursor is not None,
        )
        try:
            read_at, page = yield from self._first(cursor)
        except _NOT_ACCEPTED:
            if cursor is None:
                raise
            # The cursor is too old: the listing is begun anew, as the moment it is now.
            began = self.clock.now()
            report = evolve(report, restarted_windows=1)
            read_at, page = yield from self._first(None)
        while page is not None and page.cursor is not None:
            report = yield from self._keep(page, report, began=began, read_at=read_at)
            read_at = self.clock.now()
            page = yield Next()
        return (yield from self._keep(page or _NO_PAGE, report, began=began, read_at=read_at))

    def _read_checkpoint(self) -> Checkpoint | None:
        return self.store.checkpoints.get(PRODUCTS.name, platform=self.platform, shop_id=self.shop_id)

    def _first(self, cursor: str | None) -> Generator[Step, Any, tuple[datetime, Page[Any] | None]]:
        yield Begin(lambda: PRODUCTS.listing(self.shop, None).pages(start=cursor))
        read_at = self.clock.now()  # before it is asked for: what it says is not newer than that
        page: Page[Any] | None = yield Next()
        return read_at, page

    def _keep(
        self, page: Page[Any], report: PullReport, *, began: datetime, read_at: datetime
    ) -> Generator[Step, Any, PullReport]:
        good, bad = sort_out(PRODUCTS, page)
        is_last = page.cursor is None
        checkpoint = Checkpoint(
            platform=self.platform,
            shop_id=self.shop_id,
            stream=PRODUCTS.name,
            high_water=began if is_last else report.high_water,
            window_start=None if is_last else began,
            window_end=None if is_last else began,
            cursor=page.cursor,
        )
        counts, missing = yield Work(
            lambda: self.store.retrying(
                lambda unit: self._write(unit, good, bad, checkpoint, began=began, read_at=read_at)
            )
        )
        report = evolve(
            report,
            pages=report.pages + (page is not _NO_PAGE),
            counts=report.counts + counts,
            rejected=report.rejected + len(bad),
            missing=report.missing + missing,
            high_water=checkpoint.high_water,
            share=1.0 if is_last else 0.0,
        )
        self.progress(report)
        return report

    def _write(
        self,
        unit: SqlStore,
        good: list[Any],
        bad: list[PayloadError],
        checkpoint: Checkpoint,
        *,
        began: datetime,
        read_at: datetime,
    ) -> tuple[UpsertCounts, int]:
        shop = {"platform": self.platform, "shop_id": self.shop_id}
        counts = PRODUCTS.write(unit, good, read_at)
        if bad:
            unit.dead_letters.add(bad, at=read_at, **shop)
            # it was listed, though it cannot be read
            unit.saw_products([error.ref for error in bad if error.ref], at=read_at, **shop)
        if good:
            refs = [product.product_id for product in good]
            unit.dead_letters.resolve(refs, kind=PRODUCTS.kind, at=read_at, **shop)
        missing = 0
        if checkpoint.cursor is None and not self._has_nameless(unit, began):
            missing = unit.mark_missing_products(since=began, **shop)
        unit.checkpoints.put(checkpoint, at=read_at)
        return counts, missing

    def _has_nameless(self, unit: SqlStore, began: datetime) -> bool:
        # A payload without a readable id may be any product: then nobody can say which one is missing.
        letters = unit.dead_letters.unresolved(platform=self.platform, shop_id=self.shop_id)
        return any(
            letter.kind == PRODUCTS.kind and not letter.ref and letter.last_seen_at >= began
            for letter in letters
        )
