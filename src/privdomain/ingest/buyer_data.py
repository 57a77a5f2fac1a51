"""`BuyerData`: receivers in clear, one order at a time, within a budget a day, each look written down. 解密"""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from typing import Any, Protocol

from privdomain.calendar import Clock, SystemClock, local_date
from privdomain.errors import ArgumentError, Refused, UsageError
from privdomain.ingest._steps import Ask, Plan, Step, Work, adrive, drive
from privdomain.models import Receiver
from privdomain.stores import SqlStore

__all__ = ["AsyncBuyerData", "AsyncRevealsReceivers", "BuyerData", "RevealsReceivers"]

_ID_LENGTH = 128


class RevealsReceivers(Protocol):
    """A shop that can say who gets an order, in clear."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop."""
        ...

    def reveal(self, order_id: str, *, operator_id: str) -> Receiver:
        """The receiver in clear."""
        ...


class AsyncRevealsReceivers(Protocol):
    """As `RevealsReceivers`, awaited."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop."""
        ...

    async def reveal(self, order_id: str, *, operator_id: str) -> Receiver:
        """The receiver in clear."""
        ...


class _Budget:
    """What both twins know: the budget, the day, and the plan of a reveal."""

    def __init__(
        self,
        shop: RevealsReceivers | AsyncRevealsReceivers,
        store: SqlStore,
        *,
        daily_budget: int,
        clock: Clock | None = None,
    ) -> None:
        if isinstance(daily_budget, bool) or not isinstance(daily_budget, int) or daily_budget < 0:
            raise ArgumentError(f"daily_budget={daily_budget!r}; expected a whole number from zero up")
        if store.is_bound:
            raise ArgumentError(
                "this store works in your transaction, but a look is written down before it is taken; "
                "pass a store made of a URL or an engine"
            )
        self._shop, self._store = shop, store
        self._budget, self._clock = daily_budget, clock or SystemClock()

    def used_today(self) -> int:
        """How much of today's budget of the shop is used, by everybody."""
        return self._store.reveals.used(
            platform=self._shop.platform, shop_id=self._shop.shop_id, day=_day(self._clock.now())
        )

    def left_today(self) -> int:
        """How many more receivers may be revealed today."""
        return max(0, self._budget - self.used_today())

    def _plan(self, order_id: str, *, operator_id: str, reason: str) -> Plan[Receiver]:
        for name, value in (("order_id", order_id), ("operator_id", operator_id)):
            if not value or len(value) > _ID_LENGTH or not value.isprintable():
                raise ArgumentError(
                    f"{name} is empty, longer than {_ID_LENGTH} characters or not printable; "
                    "the audit says who looked at which order"
                )
        if not reason.strip():
            raise ArgumentError("reason is empty; the audit says why somebody looked")
        return self._steps(order_id, operator_id=operator_id, reason=reason)

    def _steps(self, order_id: str, *, operator_id: str, reason: str) -> Generator[Step, Any, Receiver]:
        shop, now = self._shop, self._clock.now()
        day = _day(now)
        reveal_id: str | None = yield Work(
            lambda: self._store.reveals.begin(
                order_id,
                platform=shop.platform,
                shop_id=shop.shop_id,
                operator_id=operator_id,
                reason=reason,
                day=day,
                at=now,
                budget=self._budget,
            )
        )
        if reveal_id is None:
            raise Refused(
                "reveal_budget",
                f"{shop.platform} {shop.shop_id} has revealed {self._budget} receivers on {day} (Beijing), "
                "which is the whole budget of the day; the next day begins at midnight there",
                budget=self._budget,
                used=self._budget,
                day=day,
            )
        try:
            receiver: Receiver = yield Ask(
                lambda: shop.reveal(order_id, operator_id=operator_id), of_host=True
            )
        except UsageError:
            # said before anything was sent
            yield Work(lambda: self._store.reveals.end(reveal_id, outcome="not_sent"))
            raise
        except Exception:
            # whether the platform has counted it, nobody knows
            yield Work(lambda: self._store.reveals.end(reveal_id, outcome="failed"))
            raise
        yield Work(lambda: self._store.reveals.end(reveal_id, outcome="shown"))
        return receiver


def _day(at: datetime) -> str:
    return local_date(at).isoformat()


class BuyerData(_Budget):
    """Receivers of one shop in clear, within ``daily_budget`` a day (Beijing) and shop, whoever asks.

    The budget is counted in the store, by a guarded update that any number of processes share, before the platform is
    asked; one that the platform refused or left unanswered stays counted, because it may have been counted there too.
    Every look is a row of ``store.reveals.audit()``: who, which order, when, why, how it ended. Nothing of the
    receiver is stored, and nothing is cached: asked for again, it is revealed again. ``reason`` is kept as it is
    written, so it should name a ticket and no person.

    ```python
    from privdomain.errors import Refused
    from privdomain.ingest import BuyerData
    from privdomain.models import Receiver
    from privdomain.stores import SqlStore

    class Shop:
        platform, shop_id = "own", "mall"

        def reveal(self, order_id: str, *, operator_id: str) -> Receiver:
            return Receiver(name="王小茶", city="上海")

    with SqlStore("sqlite://") as store:
        buyers = BuyerData(Shop(), store, daily_budget=1)
        assert buyers.reveal("A1", operator_id="u7", reason="ticket 42").city == "上海"
        try:
            buyers.reveal("A2", operator_id="u7", reason="ticket 43")
        except Refused as refusal:
            assert refusal.numbers["budget"] == 1
        assert [(row.operator_id, row.outcome) for row in store.reveals.audit()] == [("u7", "shown")]
    ```

    Raises:
        ArgumentError: for a budget below zero, and a store inside your transaction.
    """

    def reveal(self, order_id: str, *, operator_id: str, reason: str) -> Receiver:
        """The receiver of an order in clear.

        Raises:
            Refused: when the day's budget is used up; ``numbers`` are ``budget``, ``used`` and ``day``.
            ArgumentError: without an operator or a reason.
            RemoteError: when the platform refuses, or does not answer.
        """
        return drive(self._plan(order_id, operator_id=operator_id, reason=reason))


class AsyncBuyerData(_Budget):
    """As `BuyerData`, for an asynchronous shop; the store's work is done in a worker thread."""

    async def reveal(self, order_id: str, *, operator_id: str, reason: str) -> Receiver:
        """The receiver of an order in clear; raises as `BuyerData.reveal` does."""
        return await adrive(self._plan(order_id, operator_id=operator_id, reason=reason))
