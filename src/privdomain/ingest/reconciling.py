"""`reconcile`: the platform and the store compared over a period, and the store put right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from privdomain.calendar import Clock, Period, SystemClock
from privdomain.errors import ArgumentError, PayloadError, RequestRejected, Unsupported
from privdomain.ingest._plan import sort_out
from privdomain.ingest._steps import Ask, Begin, Next, Plan, Step, Work, adrive, drive
from privdomain.ingest._streams import AFTERSALES, ORDERS, Stream
from privdomain.models import AfterSale, Order
from privdomain.platforms import Page
from privdomain.stores import SqlStore

if TYPE_CHECKING:
    from privdomain.platforms import AsyncHasOrders, HasOrders

__all__ = ["Difference", "OnlyHere", "OnlyHereReason", "ReconcileReport", "areconcile", "reconcile"]

_METHODS: Final = {"orders": "order", "aftersales": "aftersale"}


class OnlyHereReason(StrEnum):
    """Why the store has what the platform does not list.

    ``GONE``: it does not know it any more. ``NOT_LISTED``: it does, unchanged, and leaves it out of the list.
    ``UNREADABLE``: what it says of it cannot be taken, and is a dead letter.
    """

    GONE = "gone"
    NOT_LISTED = "not_listed"
    UNREADABLE = "unreadable"


@frozen
class Difference:
    """One record in which platform and store were not alike."""

    kind: str
    """``order`` or ``aftersale``."""
    ref: str
    """Its id."""
    why: str = ""
    """What was found, in words; empty where the list it stands in says it."""


@frozen
class OnlyHere:
    """One record that only the store has in this period."""

    kind: str
    ref: str
    reason: OnlyHereReason
    why: str


@frozen(kw_only=True)
class ReconcileReport:
    """What was found and done. ``missing`` and ``stale`` are all there were; ``repaired`` of them are right now."""

    platform: str
    shop_id: str
    period: Period
    compared: int
    """Records that the platform listed."""
    missing: tuple[Difference, ...]
    """The store did not have them."""
    stale: tuple[Difference, ...]
    """The store had an older copy, or another one of the same moment."""
    repaired: int
    """How many of the two are in the store now as the platform has them."""
    only_here: tuple[OnlyHere, ...]
    """The store has them and the platform does not list them; nothing is deleted."""
    unreadable: tuple[Difference, ...]
    """The platform listed them in a form that cannot be taken; each is a dead letter."""
    skipped: tuple[tuple[str, str], ...]
    """What was not compared, and why: a platform that does not list it."""

    @property
    def is_clean(self) -> bool:
        """Whether platform and store were alike to begin with."""
        return not (self.missing or self.stale or self.only_here or self.unreadable)


def reconcile(
    shop: HasOrders,
    store: SqlStore,
    *,
    updated: Period,
    kinds: Collection[str] = ("orders", "aftersales"),
    clock: Clock | None = None,
    progress: Callable[[int], None] | None = None,
) -> ReconcileReport:
    """List what a shop changed in a period once more, compare it with the store, and repair the store.

    What the store lacks, has in an older copy, or has otherwise is read again one by one and written by the rules of a
    pull. What only the store has is asked for too: if it has changed since, it is repaired, otherwise the report says
    why. The running pull's checkpoint is left alone. ``progress`` is called with how many have been compared.

    Run it once a day over the last few days: a pull finds everything that platforms list, and this what they list
    late, or did not list at all when they were asked.

    Raises:
        ArgumentError: for a kind that is not ``orders`` or ``aftersales``, and a store inside your transaction.
        RemoteError: when the platform fails for good; what was repaired stays so.
    """
    return drive(_reconciliation(shop, store, updated=updated, kinds=kinds, clock=clock, progress=progress))


async def areconcile(
    shop: AsyncHasOrders,
    store: SqlStore,
    *,
    updated: Period,
    kinds: Collection[str] = ("orders", "aftersales"),
    clock: Clock | None = None,
    progress: Callable[[int], None] | None = None,
) -> ReconcileReport:
    """As `reconcile`, for an asynchronous shop; the store's work is done in a worker thread."""
    return await adrive(
        _reconciliation(shop, store, updated=updated, kinds=kinds, clock=clock, progress=progress)
    )


def _reconciliation(
    shop: Any,
    store: SqlStore,
    *,
    updated: Period,
    kinds: Collection[str],
    clock: Clock | None,
    progress: Callable[[int], None] | None,
) -> Plan[ReconcileReport]:
    unknown = sorted(set(kinds) - set(_METHODS))
    if isinstance(kinds, str) or unknown or not kinds:
        raise ArgumentError(f"kinds={kinds!r}; expected some of {', '.join(map(repr, _METHODS))} in a list")
    if store.is_bound:
        raise ArgumentError(
            "this store works in your transaction, but a reconciliation commits page by page; "
            "pass a store made of a URL or an engine"
        )
    return _Reconciliation(
        shop=shop,
        store=store,
        updated=updated,
        clock=clock or SystemClock(),
        progress=progress or (lambda _: None),
    ).plan(kinds)


@define(kw_only=True)
class _Reconciliation:
    shop: Any
    store: SqlStore
    updated: Period
    clock: Clock
    progress: Callable[[int], None]
    compared: int = 0
    missing: list[Difference] = field(factory=list[Difference])
    stale: list[Difference] = field(factory=list[Difference])
    repaired: int = 0
    only_here: list[OnlyHere] = field(factory=list[OnlyHere])
    unreadable: list[Difference] = field(factory=list[Difference])
    skipped: list[tuple[str, str]] = field(factory=list[tuple[str, str]])

    @property
    def _where(self) -> dict[str, str]:
        return {"platform": self.shop.platform, "shop_id": self.shop.shop_id}

    def plan(self, kinds: Collection[str]) -> Plan[ReconcileReport]:
        for what in (ORDERS, AFTERSALES):
            if what.name not in kinds:
                continue
            if not hasattr(self.shop, what.name):
                self.skipped.append((what.name, f"{type(self.shop).__name__} has no {what.name}()"))
                continue
            try:
                yield from self._kind(what)
            except Unsupported as error:
                self.skipped.append((what.name, str(error)))
        return ReconcileReport(
            **self._where,
            period=self.updated,
            compared=self.compared,
            missing=tuple(self.missing),
            stale=tuple(self.stale),
            repaired=self.repaired,
            only_here=tuple(self.only_here),
            unreadable=tuple(self.unreadable),
            skipped=tuple(self.skipped),
        )

    def _kind(self, what: Stream) -> Generator[Step, Any, None]:
        # What the store has is asked for first: what arrives while the platform is listed is no difference.
        here: set[str] = yield Work(partial(self._stored_ids, what))
        listed: set[str] = set()
        yield Begin(lambda: what.listing(self.shop, self.updated).pages(start=None))
        page: Page[Any] | None = yield Next()
        while page is not None:
            listed |= yield from self._page(what, page)
            self.progress(self.compared)
            page = (yield Next()) if page.cursor is not None else None
        for ref in sorted(here - listed):
            yield from self._only_here(what, ref)

    def _stored_ids(self, what: Stream) -> set[str]:
        return self.store.record_ids(what.kind, updated=self.updated, **self._where)

    def _page(self, what: Stream, page: Page[Any]) -> Generator[Step, Any, set[str]]:
        good, bad = sort_out(what, page)
        self.compared += len(good) + len(bad)
        refs = {what.ref(record) for record in good}
        if bad:
            at = self.clock.now()
            yield Work(lambda: self.store.dead_letters.add(bad, at=at, **self._where))
            self.unreadable += [
                Difference(what.kind, error.ref, str(error).partition("\n")[0]) for error in bad
            ]
        known: dict[str, Any] = yield Work(lambda: self._stored(what, refs))
        for record in good:
            before = known.get(what.ref(record))
            if before is None or _is_other(record, before):
                yield from self._repair(what, record, before)
        return refs | {error.ref for error in bad}

    def _stored(self, what: Stream, refs: Collection[str]) -> dict[str, Any]:
        found: list[Order] | list[AfterSale]
        if what is ORDERS:
            found = list(self.store.orders_of(refs, **self._where))
        else:
            found = list(self.store.aftersales_named(refs, **self._where))
        return {what.ref(record): record for record in found}

    def _repair(self, what: Stream, listed: Any, before: Any) -> Generator[Step, Any, None]:
        """Write what the platform says of one record now; what it listed, where it says nothing more of it."""
        ref, read_at = what.ref(listed), self.clock.now()
        said = listed
        try:
            said = yield from self._ask(what, ref)
        except RequestRejected:
            pass  # listed a moment ago: what was listed is the last that is known of it
        except PayloadError as error:
            # the list could be read: that copy is kept, and the letter says that there is more to it
            yield Work(partial(self._reject, error, read_at))
        if before is not None and said.version == before.version and _plain(said) == _plain(before):
            return  # the list only said less
        found = Difference(what.kind, ref, _compare(before, said))
        (self.missing if before is None else self.stale).append(found)
        yield Work(lambda: self._write(what, [said], read_at))
        self.repaired += 1

    def _only_here(self, what: Stream, ref: str) -> Generator[Step, Any, None]:
        read_at = self.clock.now()
        try:
            said = yield from self._ask(what, ref)
        except RequestRejected as error:
            self.only_here.append(OnlyHere(what.kind, ref, OnlyHereReason.GONE, str(error)))
            return
        except PayloadError as error:
            yield Work(partial(self._reject, error, read_at))
            why = str(error).partition("\n")[0]
            self.only_here.append(OnlyHere(what.kind, ref, OnlyHereReason.UNREADABLE, why))
            return
        known: dict[str, Any] = yield Work(lambda: self._stored(what, [ref]))
        before = known.get(ref)
        if before is not None and said.version <= before.version and said.updated_at in self.updated:
            why = f"the platform still has it, updated at {said.updated_at.isoformat()}"
            self.only_here.append(OnlyHere(what.kind, ref, OnlyHereReason.NOT_LISTED, why))
        if before is None or said.version > before.version or _plain(said) != _plain(before):
            self.stale.append(Difference(what.kind, ref, _compare(before, said)))
            yield Work(lambda: self._write(what, [said], read_at))
            self.repaired += 1

    def _ask(self, what: Stream, ref: str) -> Generator[Step, Any, Any]:
        said = yield Ask(lambda: getattr(self.shop, _METHODS[what.name])(ref))
        what.check(said)
        return said

    def _reject(self, error: PayloadError, at: datetime) -> None:
        self.store.dead_letters.add([error], at=at, **self._where)

    def _write(self, what: Stream, records: Sequence[Any], at: datetime) -> None:
        def work(unit: SqlStore) -> None:
            what.write(unit, records, at)
            refs = [what.ref(record) for record in records]
            unit.dead_letters.resolve(refs, kind=what.kind, at=at, **self._where)

        self.store.retrying(work)


def _is_other(record: Any, before: Any) -> bool:
    if record.version == before.version:
        return bool(_plain(record) != _plain(before))
    return bool(record.version > before.version)


def _plain(record: Any) -> Any:
    # A list and a detail may carry the same facts in payloads that differ.
    return record.model_copy(update={"raw": {}, "space": ""})


def _compare(before: Order | AfterSale | None, said: Order | AfterSale) -> str:
    if before is None:
        return ""
    if said.version != before.version:
        return f"stored as of {before.updated_at.isoformat()}, changed at {said.updated_at.isoformat()}"
    names = sorted(set(type(said).model_fields) - {"raw", "space"})
    other = [name for name in names if getattr(said, name) != getattr(before, name)]
    return f"of the same moment, with other {', '.join(other)}"
