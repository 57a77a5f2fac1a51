"""`Outbox`: what is wished, written down before anybody does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from privdomain.calendar import Clock, SystemClock
from privdomain.dispatch.handlers import Handler, by_kind, handler_of, payload_of
from privdomain.dispatch.shop import SHOP_HANDLERS
from privdomain.errors import ArgumentError
from privdomain.models import Intention
from privdomain.stores import OutboxRow, OutboxState, SqlStore

__all__ = ["Outbox"]

_OPEN_TO = {
    OutboxState.DONE: (OutboxState.UNKNOWN,),
    OutboxState.FAILED: (OutboxState.UNKNOWN, OutboxState.WAITING),
    OutboxState.WAITING: (
        OutboxState.UNKNOWN,
        OutboxState.FAILED,
        OutboxState.REFUSED,
        OutboxState.EXPIRED,
    ),
}
"""What a person may decide → from which states."""


class Outbox:
    """The way out: intentions that are written in the transaction that caused them, and sent afterwards.

    ``(space, target, key)`` identifies one: written twice it is one row, and is sent once. Those about one subject
    of one target (an order, a case, a SKU) are sent in the order in which they were written.

    ```python
    from privdomain.dispatch import Outbox, ship_intention
    from privdomain.models import Parcel
    from privdomain.stores import SqlStore

    parcel = Parcel(carrier="sf", waybill_id="SF1234567890123")
    wish = ship_intention("3700000000000000001", parcels=[parcel], target="wechat_shop:wx5a9d0b0c00c0ffee")
    with SqlStore("sqlite://") as store:
        with store.begin() as unit:  # together with what made it necessary
            assert Outbox(unit).put(wish) == 1
        assert Outbox(store).put(wish) == 0  # asked for again: it is there
    ```
    """

    def __init__(
        self, store: SqlStore, *, handlers: Iterable[Handler] = SHOP_HANDLERS, clock: Clock | None = None
    ) -> None:
        self._store, self._clock = store, clock or SystemClock()
        self._handlers = by_kind(handlers)

    @property
    def store(self) -> SqlStore:
        """Where the rows are."""
        return self._store

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What can be wished, by kind."""
        return self._handlers

    @property
    def clock(self) -> Clock:
        """What time it is for this outbox."""
        return self._clock

    def put(self, *intentions: Intention) -> int:
        """Write intentions, all or none; returns how many were not there yet.

        In a store inside a transaction (``store.begin()``, or one made of your connection) they are written with the
        rest of it, and nobody sends what is not committed.

        Raises:
            ArgumentError: for a kind that nobody handles, and for a payload that is not of its kind.
            KeyReused: for a key that stands for another intention.
        """
        for intention in intentions:
            handler = handler_of(intention.kind, self._handlers)
            payload_of(intention, handler.payload)
        return self._store.outbox.put(intentions, at=self._clock.now())

    def get(self, key: str, *, target: str) -> OutboxRow | None:
        """One intention with what became of it, or None."""
        return self._store.outbox.get(key, target=target)

    def rows(
        self, *, state: OutboxState | None = None, target: str | None = None, limit: int = 1000
    ) -> tuple[OutboxRow, ...]:
        """Intentions in a state, the longest unchanged first; those in ``OutboxState.UNKNOWN`` are to be looked at."""
        return self._store.outbox.rows(state=state, target=target, limit=limit)

    def counts(self) -> dict[OutboxState, int]:
        """How many intentions are in each state."""
        return self._store.outbox.counts()

    def resolve(
        self, key: str, *, target: str, outcome: Literal["done", "waiting", "failed"], note: str = ""
    ) -> OutboxRow:
        """Decide about a row as a person who has looked: it was ``done``, is to be sent (``waiting``), or is dropped.

        A row that is unknown can become any of them; one that was refused, failed or expired can wait again, and one
        that waits can be dropped (``failed``). ``note`` says who and why, without personal data.

        Raises:
            ArgumentError: for a row that is not there, or not in such a state.
        """
        state = OutboxState(outcome)
        allowed = _OPEN_TO.get(state)
        if allowed is None:
            raise ArgumentError(f"outcome={outcome!r}; a person decides for done, waiting or failed")
        done = self._store.outbox.resolve(
            key,
            target=target,
            from_states=allowed,
            state=state,
            reason=note or "decided by a person",
            now=self._clock.now(),
        )
        row = self.get(key, target=target)
        if row is None:
            raise ArgumentError(f"there is no intention {key!r} for {target}")
        if not done:
            raise ArgumentError(
                f"{key} is {row.state}; only what is {' or '.join(allowed)} can become {outcome}"
            )
        return row

    def forget(self, *, before: datetime) -> int:
        """Delete what has been over since before then; returns how many. A key that is forgotten can be used again."""
        return self._store.outbox.forget(before=before)
