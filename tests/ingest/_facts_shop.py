"""A shop that has more than orders: cases, products and movements in lists, read one by one, with faults on demand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from attrs import define, field

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, PlatformUnavailable, Problem, RequestRejected
from privdomain.models import (
    AfterSale,
    AfterSaleLine,
    AfterSaleStatus,
    AfterSaleType,
    Buyer,
    FlowDirection,
    Order,
    Product,
    ProductStatus,
    Receiver,
    Refund,
    RefundStatus,
    Settlement,
    SettlementKind,
    Sku,
)
from privdomain.platforms import Page
from tests.ingest._list_shop import NEVER, START

SHOP = {"platform": "own", "shop_id": "mall"}


def a_case(number: int, *, at: datetime | None = None, refunded: int = 0, **fields) -> AfterSale:
    """Case ``number`` about the order of that number, updated ``number`` hours after `START`."""
    at = at or START + timedelta(hours=number)
    refunds = (
        (Refund(amount=Money(refunded, "CNY"), status=RefundStatus.SUCCEEDED, at=at),) if refunded else ()
    )
    return AfterSale(
        **{
            **SHOP, "aftersale_id": f"r{number:05}", "order_id": f"{number:05}", "type": AfterSaleType.REFUND_ONLY,
            "status": AfterSaleStatus.WAITING_SHOP, "created_at": START, "updated_at": at, "refunds": refunds,
            "lines": (AfterSaleLine(product_id="p", sku_id="s", quantity=1 + number % 2),),
            "buyer": Buyer(buyer_id=f"b{number % 7}"), **fields,
        }
    )  # fmt: skip


def a_product(number: int, *, at: datetime | None = None, price: int = 100, **fields) -> Product:
    """Product ``number`` with two SKUs; ``at`` is the platform's update time, where it has one."""
    skus = tuple(Sku(sku_id=f"s{i}", price=Money(price + i, "CNY"), stock=5) for i in range(2))
    made = {"title": f"茶 {number}", "status": ProductStatus.LISTED, "skus": skus, "updated_at": at}
    return Product(**{**SHOP, "product_id": f"p{number:05}", **made, **fields})


def a_movement(
    number: int, *, kind=SettlementKind.ORDER_INCOME, minor: int = 900, out: bool = False, **fields
) -> Settlement:
    """Movement ``number``, booked ``number`` hours after `START`."""
    made = {
        "kind": kind,
        "amount": Money(minor, "CNY"),
        "at": START + timedelta(hours=number),
        "direction": FlowDirection.OUT if out else FlowDirection.IN,
        "order_id": f"{number:05}",
    }
    return Settlement(**{**SHOP, "settlement_id": f"f{number:05}", **made, **fields})


@define
class Unreadable:
    """What is listed under an id (or none) and cannot be read."""

    kind: str
    ref: str
    at: datetime = START

    def error(self) -> PayloadError:
        return PayloadError(
            kind=self.kind,
            ref=self.ref,
            problems=[Problem(self.kind, "is text", "an object")],
            payload=self.ref,
        )


def _moment(item: Any) -> datetime:
    if isinstance(item, Settlement | Unreadable):
        return item.at
    return item.updated_at


def _id(item: Any) -> str:
    for name in ("aftersale_id", "settlement_id", "ref", "product_id", "order_id"):
        if hasattr(item, name):
            return getattr(item, name)
    raise AssertionError(item)


@define
class FactsShop:
    """The blocking shop. ``details`` overrides what is read one by one; ``asked`` says what was."""

    orders_: list[Any] = field(factory=list)
    cases: list[Any] = field(factory=list)
    products_: list[Any] = field(factory=list)
    movements: list[Any] = field(factory=list)
    page_size: int = 10
    fail_after: int = NEVER
    epoch: str = "one"
    pages_given: int = 0
    details: dict[str, Any] = field(factory=dict)
    asked: list[str] = field(factory=list)
    listed: list[tuple[str, str | None]] = field(factory=list)
    watch: Callable[[str], None] = field(default=lambda _: None)
    platform: str = "own"
    shop_id: str = "mall"

    def orders(self, *, updated: Period) -> ListingOf:
        return ListingOf(self, self.orders_, updated)

    def aftersales(self, *, updated: Period) -> ListingOf:
        return ListingOf(self, self.cases, updated)

    def settlements(self, *, booked: Period) -> ListingOf:
        return ListingOf(self, self.movements, booked)

    def products(self) -> ListingOf:
        return ListingOf(self, self.products_, None)

    def order(self, order_id: str) -> Order:
        return self._one(self.orders_, order_id)

    def aftersale(self, aftersale_id: str) -> AfterSale:
        return self._one(self.cases, aftersale_id)

    def product(self, product_id: str) -> Product:
        return self._one(self.products_, product_id)

    def reveal(self, order_id: str, *, operator_id: str) -> Receiver:
        self.asked.append(f"{order_id} by {operator_id}")
        found = self.details.get(order_id)
        if isinstance(found, Exception):
            raise found
        return Receiver(name="王小茶", phone="199-0000-0000", city="上海")

    def _one(self, items: list[Any], ref: str) -> Any:
        self.asked.append(ref)
        self.watch(ref)
        found = self.details.get(ref)
        if found is None:
            found = next((item for item in reversed(items) if _id(item) == ref), None)
        if isinstance(found, Unreadable):
            raise found.error()
        if isinstance(found, BaseException):
            raise found
        if found is None:
            raise RequestRejected("no such thing", platform=self.platform, code="404")
        return found


@define
class ListingOf:
    shop: FactsShop
    items: list[Any]
    period: Period | None

    def __iter__(self) -> Iterator[Any]:
        for page in self.pages():
            yield from page.items

    def pages(self, *, start: str | None = None) -> Iterator[Page[Any]]:
        first = 0
        if start is not None:
            epoch, period, first = json.loads(start)
            if period != str(self.period):
                raise ArgumentError(f"this cursor belongs to {period}")
            if epoch != self.shop.epoch:
                raise RequestRejected("next_key expired", platform="own", code="10020003")
        self.shop.listed.append((str(self.period), start))
        return self._walk(first)

    def _walk(self, first: int) -> Iterator[Page[Any]]:
        shop, found = self.shop, list(self.items)
        if self.period is not None:
            found = sorted(
                (item for item in found if _moment(item) in self.period), key=lambda i: (_moment(i), _id(i))
            )
        for here in range(first, len(found), shop.page_size):
            if shop.pages_given == shop.fail_after:
                raise PlatformUnavailable("no answer", platform="own", retryable=True)
            shop.pages_given += 1
            part, after = found[here : here + shop.page_size], here + shop.page_size
            yield Page(
                items=tuple(item for item in part if not isinstance(item, Unreadable)),
                rejected=tuple(item.error() for item in part if isinstance(item, Unreadable)),
                cursor=json.dumps([shop.epoch, str(self.period), after]) if after < len(found) else None,
            )


class AsyncFactsShop:
    """The same shop, awaited."""

    def __init__(self, inner: FactsShop) -> None:
        self.inner, self.platform, self.shop_id = inner, inner.platform, inner.shop_id

    def orders(self, *, updated: Period) -> AsyncListingOf:
        return AsyncListingOf(self.inner.orders(updated=updated))

    def aftersales(self, *, updated: Period) -> AsyncListingOf:
        return AsyncListingOf(self.inner.aftersales(updated=updated))

    def settlements(self, *, booked: Period) -> AsyncListingOf:
        return AsyncListingOf(self.inner.settlements(booked=booked))

    def products(self) -> AsyncListingOf:
        return AsyncListingOf(self.inner.products())

    async def order(self, order_id: str) -> Order:
        return self.inner.order(order_id)

    async def aftersale(self, aftersale_id: str) -> AfterSale:
        return self.inner.aftersale(aftersale_id)

    async def product(self, product_id: str) -> Product:
        return self.inner.product(product_id)

    async def reveal(self, order_id: str, *, operator_id: str) -> Receiver:
        return self.inner.reveal(order_id, operator_id=operator_id)


@define
class AsyncListingOf:
    inner: ListingOf

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self.inner:
            yield item

    def pages(self, *, start: str | None = None) -> AsyncIterator[Page[Any]]:
        return self._walk(self.inner.pages(start=start))

    async def _walk(self, pages: Iterator[Page[Any]]) -> AsyncIterator[Page[Any]]:
        for page in pages:
            yield page
