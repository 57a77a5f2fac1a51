"""`dispatch` and `reconcile_unknown`, blocking and awaited: what runs the plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypeVar

import anyio.to_thread

from privdomain.dispatch._plan import Act, Asking, Plan, Sending, Work
from privdomain.dispatch.handlers import Doer, check_callable, target_of
from privdomain.dispatch.outbox import Outbox
from privdomain.dispatch.report import DispatchReport, ReconcileReport
from privdomain.errors import ArgumentError

__all__ = ["adispatch", "areconcile_unknown", "dispatch", "reconcile_unknown"]

T = TypeVar("T")

_LEASE = timedelta(minutes=10)
_ATTEMPTS = 100
"""About a day of waits: a platform that is down for a night is no reason to give a shipment up."""
_QUIET = timedelta(minutes=2)


def dispatch(
    outbox: Outbox,
    shops: Iterable[Doer],
    *,
    limit: int | None = None,
    attempts: int = _ATTEMPTS,
    lease: timedelta = _LEASE,
    progress: Callable[[DispatchReport], None] | None = None,
) -> DispatchReport:
    """Send what is due to these shops, until nothing is due any more or ``limit`` were sent; returns what came of it.

    Any number of threads, processes and machines may do this at once: each row is sent by one of them. Before a
    shop is called its row says so; if the process dies, the next run that finds the row older than ``lease`` (longer
    than any call with its retries takes) makes it *unknown*, and does not send it again. What is certainly not carried
    out (a throttle, a connection that was refused) is tried again with growing waits, ``attempts`` times in all: by
    default for about a day. A shop that fails waits until the others are through.

    ``progress`` is called with the report so far after every row.

    Raises:
        ArgumentError: for two shops with one id, a bound store, or a number out of range.
        UsageError: for asynchronous shops.
    """
    sending = _sending(
        outbox, shops, limit=limit, attempts=attempts, lease=lease, progress=progress, awaits=False
    )
    return _drive(sending.plan())


async def adispatch(
    outbox: Outbox,
    shops: Iterable[Doer],
    *,
    limit: int | None = None,
    attempts: int = _ATTEMPTS,
    lease: timedelta = _LEASE,
    progress: Callable[[DispatchReport], None] | None = None,
) -> DispatchReport:
    """As `dispatch`, for asynchronous shops; the store's work is done in a worker thread."""
    sending = _sending(
        outbox, shops, limit=limit, attempts=attempts, lease=lease, progress=progress, awaits=True
    )
    return await _adrive(sending.plan())


def reconcile_unknown(outbox: Outbox, shops: Iterable[Doer], *, quiet: timedelta = _QUIET) -> ReconcileReport:
    """Ask the platforms about what was sent without an answer: what was carried out is done, what was not waits again.

    Only rows whose sending is ``quiet`` long ago are asked about, because a platform may still be at work. What cannot
    be asked (a difference of stock at 快手) or may have come of other hands stays unknown: see `Outbox.resolve`.

    Raises:
        ArgumentError: for two shops with one id, or a bound store.
        UsageError: for asynchronous shops.
    """
    return _drive(_asking(outbox, shops, quiet, awaits=False).plan())


async def areconcile_unknown(
    outbox: Outbox, shops: Iterable[Doer], *, quiet: timedelta = _QUIET
) -> ReconcileReport:
    """As `reconcile_unknown`, for asynchronous shops."""
    return await _adrive(_asking(outbox, shops, quiet, awaits=True).plan())


def _sending(
    outbox: Outbox,
    shops: Iterable[Doer],
    *,
    limit: int | None,
    attempts: int,
    lease: timedelta,
    progress: Callable[[DispatchReport], None] | None,
    awaits: bool,
) -> Sending:
    if limit is not None and limit < 1:
        raise ArgumentError(f"limit={limit}; expected at least 1, or None for everything")
    if attempts < 1:
        raise ArgumentError(f"attempts={attempts}; expected at least 1")
    if lease <= timedelta(0):
        raise ArgumentError(f"lease={lease}; expected longer than a call with its retries takes")
    return Sending(
        rows=outbox.store.outbox,
        handlers=outbox.handlers,
        doers=_doers(outbox, shops, awaits=awaits),
        clock=outbox.clock,
        lease=lease,
        attempts=attempts,
        limit=limit,
        progress=progress or _nothing,
    )


def _asking(outbox: Outbox, shops: Iterable[Doer], quiet: timedelta, *, awaits: bool) -> Asking:
    if quiet < timedelta(0):
        raise ArgumentError(f"quiet={quiet}; expected zero or more")
    return Asking(
        rows=outbox.store.outbox,
        handlers=outbox.handlers,
        doers=_doers(outbox, shops, awaits=awaits),
        clock=outbox.clock,
        quiet=quiet,
    )


def _doers(outbox: Outbox, shops: Iterable[Doer], *, awaits: bool) -> Mapping[str, Doer]:
    if outbox.store.is_bound:
        raise ArgumentError(
            "this store works in your transaction, but every sending is committed before the platform is called; "
            "pass an outbox whose store is made of a URL or an engine"
        )
    doers: dict[str, Doer] = {}
    for shop in shops:
        if (target := target_of(shop)) in doers:
            raise ArgumentError(f"two shops are {target}; give each shop once")
        doers[target] = shop
    check_callable(doers.values(), awaits=awaits)
    return MappingProxyType(doers)


def _nothing(_: DispatchReport) -> None:
    """Nobody watches."""


def _drive(plan: Plan[T]) -> T:
    answer: Any = None
    failure: Exception | None = None
    try:
        while True:
            step = plan.send(answer) if failure is None else plan.throw(failure)
            answer, failure = None, None
            try:
                match step:
                    case Work(call):
                        answer = call()
                    case Act(doer, call):
                        answer = getattr(doer, call.method)(*call.arguments, **call.keywords)
            except Exception as error:  # noqa: BLE001  (thrown into the plan, which lets pass what is not a row's)
                failure = error
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        plan.close()


async def _adrive(plan: Plan[T]) -> T:
    answer: Any = None
    failure: Exception | None = None
    try:
        while True:
            step = plan.send(answer) if failure is None else plan.throw(failure)
            answer, failure = None, None
            try:
                match step:
                    case Work(call):
                        answer = await anyio.to_thread.run_sync(call)
                    case Act(doer, call):
                        answer = await getattr(doer, call.method)(*call.arguments, **call.keywords)
            except Exception as error:  # noqa: BLE001  (thrown into the plan, which lets pass what is not a row's)
                failure = error
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        plan.close()
