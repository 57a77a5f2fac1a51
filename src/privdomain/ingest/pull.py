"""`pull_orders` and `apull_orders`: a shop's orders into a store, page by page, to be interrupted at any moment."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread

from privdomain.calendar import Clock, Period, SystemClock
from privdomain.errors import ArgumentError, PrivdomainError
from privdomain.ingest._plan import Begin, Next, Plan, Pull, Work
from privdomain.ingest.report import PullReport
from privdomain.stores import SqlStore

if TYPE_CHECKING:
    from privdomain.models import Order
    from privdomain.platforms import AsyncHasOrders, HasOrders, Page

__all__ = ["apull_orders", "pull_orders"]

_OVERLAP = timedelta(minutes=10)
_WINDOW = timedelta(days=7)
_STREAM = "orders"


def pull_orders(
    shop: HasOrders,
    store: SqlStore,
    *,
    updated: Period | None = None,
    since: datetime | None = None,
    at: datetime | None = None,
    clock: Clock | None = None,
    overlap: timedelta = _OVERLAP,
    window: timedelta = _WINDOW,
    progress: Callable[[PullReport], None] | None = None,
) -> PullReport:
    """Pull a shop's orders into the store, and go on where an earlier pull was interrupted.

    With ``since=``, everything updated from there until ``at`` (by default now); the next call needs no ``since``
    and begins ``overlap`` before where this one ended, because platforms list changes a little late; the same or a
    later ``since`` changes nothing. With ``updated=``, one period, whatever has been pulled before. The time is
    walked in windows of at most ``window``: a platform that no longer accepts a kept cursor has one of them listed
    again.

    A page's orders, its dead letters and the checkpoint after it are one transaction: a process that is killed loses
    nothing and doubles nothing. A payload that cannot be read becomes a dead letter and its neighbors are kept; a
    later good copy of it resolves the letter. ``progress`` is called with the report so far after every page.

    An ``at`` or a period in the future is listed whole, but what is remembered as complete ends at ``clock``, by
    default the system's: orders that are made after this call are listed by the next one.

    Raises:
        ArgumentError: for the first pull of a shop without ``since``, and for a ``since`` before the first one; for
            both, or a store inside your transaction.
        RemoteError: when the platform fails for good; what was stored stays, and the next call goes on from there.
    """
    pull = _pull(
        shop,
        store,
        updated=updated,
        since=since,
        at=at,
        clock=clock,
        overlap=overlap,
        window=window,
        progress=progress,
    )
    return _drive(pull.plan(), shop)


async def apull_orders(
    shop: AsyncHasOrders,
    store: SqlStore,
    *,
    updated: Period | None = None,
    since: datetime | None = None,
    at: datetime | None = None,
    clock: Clock | None = None,
    overlap: timedelta = _OVERLAP,
    window: timedelta = _WINDOW,
    progress: Callable[[PullReport], None] | None = None,
) -> PullReport:
    """As `pull_orders`, for an asynchronous shop; the store's work is done in a worker thread."""
    pull = _pull(
        shop,
        store,
        updated=updated,
        since=since,
        at=at,
        clock=clock,
        overlap=overlap,
        window=window,
        progress=progress,
    )
    return await _adrive(pull.plan(), shop)


def _pull(
    shop: HasOrders | AsyncHasOrders,
    store: SqlStore,
    *,
    updated: Period | None,
    since: datetime | None,
    at: datetime | None,
    clock: Clock | None,
    overlap: timedelta,
    window: timedelta,
    progress: Callable[[PullReport], None] | None,
) -> Pull:
    clock = clock or SystemClock()
    now = clock.now()
    at = now if at is None else at
    for name, moment in (("at", at), ("since", since)):
        if moment is not None and moment.tzinfo is None:
            raise ArgumentError(f"{name}={moment.isoformat()} has no zone; a moment is an aware datetime")
    if updated is not None and since is not None:
        raise ArgumentError("updated= is one period and since= an open end; give one of them")
    if since is not None and since > at:
        raise ArgumentError(
            f"since={since.isoformat()} lies after at={at.isoformat()}; there is nothing to pull"
        )
    if overlap < timedelta(0):
        raise ArgumentError(f"overlap={overlap}; expected zero or more")
    if window <= timedelta(0):
        raise ArgumentError(f"window={window}; expected a length above zero")
    if store.is_bound:
        raise ArgumentError(
            "this store works in your transaction, but a pull commits page by page; "
            "pass a store made of a URL or an engine"
        )
    return Pull(
        store=store,
        platform=shop.platform,
        shop_id=shop.shop_id,
        # a period has a checkpoint of its own: pulling an old month again leaves the running pull alone
        stream=_STREAM if updated is None else f"{_STREAM} {updated}",
        updated=updated,
        since=since,
        at=at,
        clock=clock,
        now=now,
        overlap=overlap,
        window=window,
        progress=progress or _nothing,
    )


def _nothing(_: PullReport) -> None:
    """Nobody watches."""


def _drive(plan: Plan, shop: HasOrders) -> PullReport:
    answer: Any = None
    failure: PrivdomainError | None = None
    pages: Iterator[Page[Order]] = iter(())
    try:
        while True:
            step = plan.send(answer) if failure is None else plan.throw(failure)
            answer, failure = None, None
            try:
                match step:
                    case Work(call):
                        answer = call()
                    case Begin(updated, start):
                        _close(pages)
                        pages = shop.orders(updated=updated).pages(start=start)
                    case Next():
                        answer = next(pages, None)
            except PrivdomainError as error:
                failure = error
    except StopIteration as done:
        report: PullReport = done.value
        return report
    finally:
        plan.close()
        _close(pages)


def _close(pages: Iterator[Page[Order]]) -> None:
    # A listing that is left before its end may hold a connection.
    if isinstance(pages, Generator):
        pages.close()


async def _adrive(plan: Plan, shop: AsyncHasOrders) -> PullReport:
    answer: Any = None
    failure: PrivdomainError | None = None
    pages: AsyncIterator[Page[Order]] | None = None
    try:
        while True:
            step = plan.send(answer) if failure is None else plan.throw(failure)
            answer, failure = None, None
            try:
                match step:
                    case Work(call):
                        answer = await anyio.to_thread.run_sync(call)
                    case Begin(updated, start):
                        await _aclose(pages)
                        pages = shop.orders(updated=updated).pages(start=start)
                    case Next():
                        answer = None if pages is None else await anext(pages, None)
            except PrivdomainError as error:
                failure = error
    except StopIteration as done:
        report: PullReport = done.value
        return report
    finally:
        plan.close()
        await _aclose(pages)


async def _aclose(pages: AsyncIterator[Page[Order]] | None) -> None:
    if isinstance(pages, AsyncGenerator):
        with anyio.CancelScope(shield=True):  # a pull that is canceled still has to let go
            await pages.aclose()
