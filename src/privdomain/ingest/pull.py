"""Pulls: what a shop lists into a store, page by page, to be interrupted at any moment; each blocking and awaited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from privdomain.calendar import Clock, Period, SystemClock
from privdomain.errors import ArgumentError
from privdomain.ingest._plan import Pull
from privdomain.ingest._product_plan import ProductPull
from privdomain.ingest._steps import adrive, drive
from privdomain.ingest._streams import AFTERSALES, ORDERS, SETTLEMENTS, Stream
from privdomain.ingest.report import PullReport
from privdomain.stores import SqlStore

if TYPE_CHECKING:
    from privdomain.platforms import (
        AsyncHasAfterSales,
        AsyncHasOrders,
        AsyncHasProducts,
        AsyncHasSettlements,
        HasAfterSales,
        HasOrders,
        HasProducts,
        HasSettlements,
    )

__all__ = [
    "apull_aftersales",
    "apull_orders",
    "apull_products",
    "apull_settlements",
    "pull_aftersales",
    "pull_orders",
    "pull_products",
    "pull_settlements",
]

_OVERLAP = timedelta(minutes=10)
_BOOKING_OVERLAP = timedelta(days=1)
"""Books are written up in batches; how late differs by platform and no document says it, and a day costs little."""
_WINDOW = timedelta(days=7)


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
        ORDERS,
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
    return drive(pull.plan())


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
        ORDERS,
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
    return await adrive(pull.plan())


def pull_aftersales(
    shop: HasAfterSales,
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
    """Pull a shop's after-sale cases (售后单), by the same rules and with the same arguments as `pull_orders`.

    It keeps a checkpoint of its own: orders and cases are pulled independently of each other.

    Raises:
        Unsupported: when the platform lists no cases.
    """
    pull = _pull(
        AFTERSALES,
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
    return drive(pull.plan())


async def apull_aftersales(
    shop: AsyncHasAfterSales,
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
    """As `pull_aftersales`, for an asynchronous shop; the store's work is done in a worker thread."""
    pull = _pull(
        AFTERSALES,
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
    return await adrive(pull.plan())


def pull_settlements(
    shop: HasSettlements,
    store: SqlStore,
    *,
    booked: Period | None = None,
    since: datetime | None = None,
    at: datetime | None = None,
    clock: Clock | None = None,
    overlap: timedelta = _BOOKING_OVERLAP,
    window: timedelta = _WINDOW,
    progress: Callable[[PullReport], None] | None = None,
) -> PullReport:
    """Pull the movements of a shop's account (资金流水) by the time they were booked; otherwise as `pull_orders`.

    ``booked=`` is one period, ``since=`` an open end. Books are written late: the overlap is a day.

    Raises:
        Unsupported: when the platform does not show the account.
    """
    pull = _pull(
        SETTLEMENTS,
        shop,
        store,
        updated=booked,
        since=since,
        at=at,
        clock=clock,
        overlap=overlap,
        window=window,
        progress=progress,
    )
    return drive(pull.plan())


async def apull_settlements(
    shop: AsyncHasSettlements,
    store: SqlStore,
    *,
    booked: Period | None = None,
    since: datetime | None = None,
    at: datetime | None = None,
    clock: Clock | None = None,
    overlap: timedelta = _BOOKING_OVERLAP,
    window: timedelta = _WINDOW,
    progress: Callable[[PullReport], None] | None = None,
) -> PullReport:
    """As `pull_settlements`, for an asynchronous shop; the store's work is done in a worker thread."""
    pull = _pull(
        SETTLEMENTS,
        shop,
        store,
        updated=booked,
        since=since,
        at=at,
        clock=clock,
        overlap=overlap,
        window=window,
        progress=progress,
    )
    return await adrive(pull.plan())


def pull_products(
    shop: HasProducts,
    store: SqlStore,
    *,
    clock: Clock | None = None,
    progress: Callable[[PullReport], None] | None = None,
) -> PullReport:
    """List a shop's products into the store; one that is no longer listed is marked as missing.

    Products have no time to list them by: every pull lists all of them, and goes on in the middle of one that was
    interrupted. When a listing ends, the products of the store that have not been seen since it began are marked;
    ``PullReport.missing`` counts them and ``store.missing_products()`` tells them. It is a mark and no deletion, and
    the next listing or webhook that shows the product takes it away. While a listing holds a payload without a readable
    id, nothing is marked: it might be any of them.

    Raises:
        ArgumentError: for a store inside your transaction.
        RemoteError: when the platform fails for good; what was stored stays, and the next call goes on from there.
    """
    return drive(_product_pull(shop, store, clock=clock, progress=progress).plan())


async def apull_products(
    shop: AsyncHasProducts,
    store: SqlStore,
    *,
    clock: Clock | None = None,
    progress: Callable[[PullReport], None] | None = None,
) -> PullReport:
    """As `pull_products`, for an asynchronous shop; the store's work is done in a worker thread."""
    return await adrive(_product_pull(shop, store, clock=clock, progress=progress).plan())


def _product_pull(
    shop: HasProducts | AsyncHasProducts,
    store: SqlStore,
    *,
    clock: Clock | None,
    progress: Callable[[PullReport], None] | None,
) -> ProductPull:
    _refuse_bound(store)
    return ProductPull(
        shop=shop,
        store=store,
        platform=shop.platform,
        shop_id=shop.shop_id,
        clock=clock or SystemClock(),
        progress=progress or _nothing,
    )


def _pull(
    what: Stream,
    shop: Any,
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
        raise ArgumentError(f"{what.by}= is one period and since= an open end; give one of them")
    if since is not None and since > at:
        raise ArgumentError(
            f"since={since.isoformat()} lies after at={at.isoformat()}; there is nothing to pull"
        )
    if overlap < timedelta(0):
        raise ArgumentError(f"overlap={overlap}; expected zero or more")
    if window <= timedelta(0):
        raise ArgumentError(f"window={window}; expected a length above zero")
    _refuse_bound(store)
    return Pull(
        shop=shop,
        store=store,
        platform=shop.platform,
        shop_id=shop.shop_id,
        what=what,
        # a period has a checkpoint of its own: pulling an old month again leaves the running pull alone
        stream=what.name if updated is None else f"{what.name} {updated}",
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


def _refuse_bound(store: SqlStore) -> None:
    if store.is_bound:
        raise ArgumentError(
            "this store works in your transaction, but a pull commits page by page; "
            "pass a store made of a URL or an engine"
        )
