"""Sales in nobody's words: the truth that every emulated platform can be filled with, and a test compares with.

`SoldOrder` is what really happened. An emulated platform that takes it (``platform.sell(order)``) serves it in its own
form, and a program that pulled every platform can be held against the one truth. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from privdomain.errors import ArgumentError

__all__ = ["SellsOrders", "SoldLine", "SoldOrder", "SoldStatus"]


class SoldStatus(StrEnum):
    """Where an order stands, in the words that every platform has."""

    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CLOSED = "closed"


@frozen(kw_only=True)
class SoldLine:
    """One line: ``unit_price`` is the list price of one unit, ``paid`` what the buyer pays for all of them."""

    product_id: str
    sku_id: str
    quantity: int
    unit_price: int
    paid: int
    title: str = ""

    def __attrs_post_init__(self) -> None:
        if self.quantity < 1 or not 0 <= self.paid <= self.unit_price * self.quantity:
            raise ArgumentError(
                f"line {self.sku_id}: {self.quantity} × {self.unit_price} fen cannot have been paid with {self.paid}"
            )


def _lines(lines: Iterable[SoldLine]) -> tuple[SoldLine, ...]:
    return tuple(lines)


@frozen(kw_only=True)
class SoldOrder:
    """One order as it stands now; a later state of it is another value with the same id and a later ``updated``.

    ```python
    from datetime import UTC, datetime
    from privdomain.sandbox import SoldLine, SoldOrder

    at = datetime(2026, 11, 11, tzinfo=UTC)
    line = SoldLine(product_id="100", sku_id="1001", quantity=2, unit_price=1000, paid=1800)
    order = SoldOrder(order_id="3700000000000000001", buyer_id="b1", created=at, updated=at, lines=(line,))
    assert order.total == 1800
    ```
    """

    order_id: str
    buyer_id: str
    created: datetime
    updated: datetime
    status: SoldStatus = SoldStatus.PAID
    lines: tuple[SoldLine, ...] = field(converter=_lines)
    freight: int = 0

    @property
    def total(self) -> int:
        """What the buyer pays."""
        return sum(line.paid for line in self.lines) + self.freight


class SellsOrders(Protocol):
    """An emulated platform that can be filled with sales."""

    def sell(self, order: SoldOrder) -> None:
        """Add the order, or let it have changed; where somebody listens, the platform's own notice is sent."""
        ...
