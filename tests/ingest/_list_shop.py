"""A shop whose orders stand in a list: `HasOrders` and `AsyncHasOrders` with pages, cursors and faults on demand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from attrs import define, field

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, PlatformUnavailable, Problem, RequestRejected
from privdomain.models import Buyer, Order, OrderLine, OrderStatus
from privdomain.platforms import Page

START = datetime(2026, 11, 1, tzinfo=UTC)
NEVER = 10**9


def an_order(
    number: int, *, at: datetime | None = None, status: OrderStatus = OrderStatus.PAID, **fields
) -> Order:
    """Order ``number``, updated ``number`` hours after `START`, with one or two lines."""
    at = at or START + timedelta(hours=number)
    line = {"product_id": "p", "sku_id": "s", "quantity": 1 + number % 3, "unit_price": Money.cny("10")}
    lines = tuple(OrderLine(line_id=f"{i}", paid=Money.cny("9"), **line) for i in range(1 + number % 2))
    return Order(
        **{
            "platform": "own",
            "shop_id": "mall",
            "order_id": f"{number:05}",
            "status": status,
            "created_at": START,
            "updated_at": at,
            "paid_at": START,
            "lines": lines,
            "freight": Money.cny("0"),
            "total": Money.cny("9") * len(lines),
            "buyer": Buyer(buyer_id=f"b{number % 7}"),
            **fields,
        }
    )


@define
class Bad:
    """What is listed under an order's id and cannot be read."""

    order_id: str
    updated_at: datetime

    def error(self) -> PayloadError:
        problems = [Problem("order.lines[0].quantity", "is text", "a whole number")]
        return PayloadError(
            kind="order", ref=self.order_id, problems=problems, payload={"order_id": self.order_id}
        )


def bad(number: int) -> Bad:
    return Bad(f"{number:05}", START + timedelta(hours=number))


@define
class ListShop:
    """The blocking shop. ``fail_after`` pages the platform is gone; it knows cursors of its ``epoch`` only."""

    items: list[Order | Bad]
    page_size: int = 10
    fail_after: int = NEVER
    epoch: str = "one"
    listed: list[tuple[str, str | None]] = field(factory=list)
    pages_given: int = 0

    platform = "own"
    shop_id = "mall"

    def orders(self, *, updated: Period) -> Listing:
        return Listing(self, updated)

    def order(self, order_id: str) -> Order:
        return next(item for item in self.items if item.order_id == order_id and isinstance(item, Order))


@define
class Listing:
    shop: ListShop
    updated: Period

    def __iter__(self) -> Iterator[Order]:
        for page in self.pages():
            yield from page.items
            for error in page.rejected:
                raise error

    def pages(self, *, start: str | None = None) -> Iterator[Page[Order]]:
        first = 0
        if start is not None:
            epoch, period, first = json.loads(start)
            if period != str(self.updated):
                raise ArgumentError(f"this cursor belongs to {period}")
            if epoch != self.shop.epoch:
                raise RequestRejected("next_key expired", platform="own", code="10020003")
        self.shop.listed.append((str(self.updated), start))
        return self._walk(first)

    def _walk(self, first: int) -> Iterator[Page[Order]]:
        shop = self.shop
        found = sorted(
            (item for item in shop.items if item.updated_at in self.updated),
            key=lambda item: (item.updated_at, item.order_id),
        )
        for here in range(first, len(found), shop.page_size):
            if shop.pages_given == shop.fail_after:
                raise PlatformUnavailable("no answer", platform="own", retryable=True)
            shop.pages_given += 1
            yield self._page(found[here : here + shop.page_size], here + shop.page_size, len(found))

    def _page(self, part: Sequence[Order | Bad], after: int, total: int) -> Page[Order]:
        cursor = json.dumps([self.shop.epoch, str(self.updated), after]) if after < total else None
        return Page(
            items=tuple(item for item in part if isinstance(item, Order)),
            rejected=tuple(item.error() for item in part if isinstance(item, Bad)),
            cursor=cursor,
        )


@define
class AsyncListShop:
    """The same shop, awaited."""

    inner: ListShop

    platform = "own"
    shop_id = "mall"

    def orders(self, *, updated: Period) -> AsyncListing:
        return AsyncListing(self.inner.orders(updated=updated))

    async def order(self, order_id: str) -> Order:
        return self.inner.order(order_id)


@define
class AsyncListing:
    inner: Listing

    async def __aiter__(self) -> AsyncIterator[Order]:
        for order in self.inner:
            yield order

    def pages(self, *, start: str | None = None) -> AsyncIterator[Page[Order]]:
        return self._walk(self.inner.pages(start=start))

    async def _walk(self, pages: Iterator[Page[Order]]) -> AsyncIterator[Page[Order]]:
        for page in pages:
            yield page
