"""`WebhookInbox`: what platforms tell us is stored and acknowledged first, and worked on later by many workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from privdomain.calendar import Clock, SystemClock
from privdomain.errors import ArgumentError
from privdomain.ingest._inbox_plan import InboxReport, Processing
from privdomain.ingest._steps import adrive, drive
from privdomain.models import Notice, NoticeKind
from privdomain.stores import InboxEntry, InboxKey, SqlStore
from privdomain.stores.inbox import KEPT, POISON, WAITING

if TYPE_CHECKING:
    from privdomain.platforms import Delivery

__all__ = ["InboxReport", "WebhookInbox"]

_LEASE: Final = timedelta(minutes=5)
_FIRST_WAIT: Final = timedelta(seconds=5)
_LONGEST_WAIT: Final = timedelta(hours=1)
_WEEK: Final = timedelta(days=7)


class WebhookInbox:
    """The inbox of a store: one for all platforms and shops of it.

    In the web handler, ``receive`` what ``shop.webhook.receive(…)`` gave you and answer with ``delivery.reply``. In a
    worker, call ``process`` again and again; ``shops`` is a function from platform and shop to the client.

    A notice is a hint, never the object: whatever is due is grouped by object, the object is read again from the
    platform, written by the rules of a pull, and its notices are marked as done in the same transaction. So late,
    doubled and reordered notices do no harm, and neither does a worker that is killed.

    ``handlers`` get the notices that name nothing to read, by kind, one at a time, and may get one twice; an
    authorization that was given or withdrawn is such a kind. Notices of a kind without a handler are kept.

    An object that cannot be read is tried again after ``first_wait``, twice that, and so on up to ``longest_wait``;
    after ``attempts`` failures of its own the notice is set aside (`poison`). A platform that does not answer,
    throttles, or wants a new authorization is not the notice's failure: it waits as long as that takes.

    ```python
    from datetime import UTC, datetime
    from privdomain.calendar import FixedClock
    from privdomain.ingest import WebhookInbox
    from privdomain.models import Notice, NoticeKind
    from privdomain.platforms import Delivery, WebhookReply
    from privdomain.stores import SqlStore

    told = Notice(
        platform="douyin", shop_id="s1", kind=NoticeKind.AUTHORIZATION, topic="withdrawn", key="m-1"
    )
    heard: list[str] = []
    with SqlStore("sqlite://") as store:
        inbox = WebhookInbox(store, handlers={NoticeKind.AUTHORIZATION: lambda notice: heard.append(notice.shop_id)})
        delivery = Delivery(notices=(told, told), reply=WebhookReply(b"{}"))
        assert (inbox.receive(delivery), inbox.receive(delivery)) == (1, 0)
        assert inbox.process(lambda platform, shop_id: None).done == 1
    assert heard == ["s1"]
    ```
    """

    def __init__(
        self,
        store: SqlStore,
        *,
        handlers: Mapping[NoticeKind, Callable[[Notice], Any]] | None = None,
        clock: Clock | None = None,
        lease: timedelta = _LEASE,
        batch: int = 100,
        attempts: int = 10,
        first_wait: timedelta = _FIRST_WAIT,
        longest_wait: timedelta = _LONGEST_WAIT,
    ) -> None:
        for name, span in (("lease", lease), ("first_wait", first_wait), ("longest_wait", longest_wait)):
            if span <= timedelta(0):
                raise ArgumentError(f"{name}={span}; expected a time above zero")
        for name, number in (("batch", batch), ("attempts", attempts)):
            if number < 1:
                raise ArgumentError(f"{name}={number}; expected one or more")
        self._store, self._clock = store, clock or SystemClock()
        self._handlers = dict(handlers or {})
        self._lease, self._batch, self._attempts = lease, batch, attempts
        self._first_wait, self._longest_wait = first_wait, longest_wait

    def receive(self, delivery: Delivery) -> int:
        """Keep what came in, in one transaction; returns how many notices were new. Then answer ``delivery.reply``.

        In a store inside your transaction it is committed with yours: answer after that.
        """
        return self._store.inbox.add(delivery.notices, at=self._clock.now())

    async def areceive(self, delivery: Delivery) -> int:
        """As `receive`, with the store's work in a worker thread."""
        import anyio.to_thread  # noqa: PLC0415  (a blocking web handler need not load it)

        return await anyio.to_thread.run_sync(self.receive, delivery)

    def process(self, shops: Callable[[str, str], Any], *, limit: int | None = None) -> InboxReport:
        """Deal with everything that is due, or with about ``limit`` notices of it.

        ``shops(platform, shop_id)`` gives the client to read with, for as long as this call runs. Any number of
        workers may do this at once, in processes of their own.

        Raises:
            ArgumentError: for a store inside your transaction: every object is a transaction of its own.
        """
        return drive(self._processing(shops, limit).plan())

    async def aprocess(self, shops: Callable[[str, str], Any], *, limit: int | None = None) -> InboxReport:
        """As `process`, for asynchronous shops; ``shops`` and handlers may be either kind of function."""
        return await adrive(self._processing(shops, limit).plan())

    def _processing(self, shops: Callable[[str, str], Any], limit: int | None) -> Processing:
        if self._store.is_bound:
            raise ArgumentError(
                "this store works in your transaction, but the inbox commits object by object; "
                "pass a store made of a URL or an engine"
            )
        if limit is not None and limit < 1:
            raise ArgumentError(f"limit={limit}; expected one or more, or None for everything that is due")
        return Processing(
            store=self._store,
            shops=shops,
            handlers=self._handlers,
            clock=self._clock,
            lease=self._lease,
            batch=self._batch,
            attempts=self._attempts,
            first_wait=self._first_wait,
            longest_wait=self._longest_wait,
            limit=limit,
        )

    def waiting(self) -> int:
        """How many notices have not been dealt with yet, those whose turn comes later included."""
        return self._store.inbox.count(state=WAITING)

    def poison(self, *, platform: str | None = None, shop_id: str | None = None) -> tuple[InboxEntry, ...]:
        """The notices that were set aside, oldest first, each with what went wrong last."""
        return self._store.inbox.entries(state=POISON, platform=platform, shop_id=shop_id)

    def kept(self, *, platform: str | None = None, shop_id: str | None = None) -> tuple[InboxEntry, ...]:
        """The notices of kinds that nobody handled, oldest first."""
        return self._store.inbox.entries(state=KEPT, platform=platform, shop_id=shop_id)

    def replay(self, keys: Iterable[InboxKey]) -> int:
        """Give notices another turn with a clean record: ``inbox.replay(entry.id for entry in inbox.poison())``."""
        return self._store.inbox.replay(keys, at=self._clock.now())

    def sweep(self, *, older_than: timedelta = _WEEK) -> int:
        """Delete what was dealt with longer ago than that; returns how many.

        A delivery that is repeated after that counts as new, and has its object read once more.
        """
        return self._store.inbox.sweep(older_than=older_than, at=self._clock.now())
