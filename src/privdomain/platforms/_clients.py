"""The two clients: what turns a platform's plans into calls that block, and into calls that are awaited.

A platform writes its canonical methods once, as `ShopPlans`: flows that say what to send and what to make of it.
Its clients are subclasses that only know how they are configured.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from types import TracebackType
from typing import Protocol, Self, TypeVar, cast

from pydantic import BaseModel

from privdomain.calendar import Period
from privdomain.errors import ArgumentError, UsageError
from privdomain.models import Order, Product
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._http import AsyncHttpTransport, HttpOptions, HttpTransport
from privdomain.platforms._operation import Operation
from privdomain.platforms._pages import AsyncPaged, Paged
from privdomain.platforms._paging import AsyncFlowPages, FlowPages
from privdomain.platforms._wire import AsyncTransport, Transport

__all__ = ["AsyncShopClient", "ShopClient", "ShopPlans"]

R = TypeVar("R", bound=BaseModel)


class ShopPlans(Protocol):
    """What a shop platform does, as flows: written once, run by both clients."""

    @property
    def platform(self) -> str:
        """As in ``Order.platform``."""
        ...

    @property
    def shop_id(self) -> str:
        """As in ``Order.shop_id``."""
        ...

    def send(self, operation: Operation[R]) -> Flow[R]:
        """Any operation of the platform."""
        ...

    def replies(self, operation: Operation[R]) -> PageFlow[R]:
        """Every reply of a listing."""
        ...

    def orders(self, start: str | None, *, updated: Period, page_size: int | None) -> PageFlow[Order]:
        """Orders by update time; a wrong ``start`` or ``page_size`` is raised at once."""
        ...

    def order(self, order_id: str) -> Flow[Order]:
        """One order."""
        ...

    def products(self, start: str | None, *, page_size: int | None) -> PageFlow[Product]:
        """Products that are not deleted."""
        ...


def _options(http: HttpOptions | None, *, scripted: bool) -> HttpOptions:
    if http is not None and scripted:
        raise ArgumentError("http= configures our own transport and transport= replaces it; pass one of them")
    return http or HttpOptions()


class _Client:
    """What both clients know of themselves."""

    def __init__(self, plans: ShopPlans, *, base_url: str) -> None:
        self._plans, self._base_url = plans, base_url
        self._closed = False

    @property
    def platform(self) -> str:
        """Our name of the platform, as in ``Order.platform``."""
        return self._plans.platform

    @property
    def shop_id(self) -> str:
        """The shop, as in ``Order.shop_id``."""
        return self._plans.shop_id

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shop_id={self.shop_id!r}, base_url={self._base_url!r})"

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError(f"this {type(self).__name__} is closed; make the calls inside its with block")


class ShopClient(_Client):
    """A shop, blocking: ``with WeChatShop(…) as shop``. Thread-safe."""

    def __init__(
        self, plans: ShopPlans, *, base_url: str, http: HttpOptions | None, transport: Transport | None
    ) -> None:
        super().__init__(plans, base_url=base_url)
        options = _options(http, scripted=transport is not None)
        self._own = None if transport is not None else HttpTransport(options, base_url=base_url)
        self._transport: Transport = transport or cast("Transport", self._own)

    def _wire(self) -> Transport:
        self._check_open()
        return self._transport

    def send(self, operation: Operation[R]) -> R:
        """Send any operation of the platform; the answer has the operation's reply type.

        Raises:
            RemoteError: of the branch that fits, when the platform refuses or cannot be reached.
            PayloadError: when its answer has not the documented form.
        """
        return run(self._plans.send(operation), self._wire())

    def replies(self, operation: Operation[R]) -> Iterator[R]:
        """Every reply of a listing: of an operation whose class has ``paging``.

        Raises:
            ProtocolViolation: when the platform repeats a key or says "more" without anything.
        """
        return iter(FlowPages(lambda _: self._plans.replies(operation), self._wire()))

    def orders(self, *, updated: Period, page_size: int | None = None) -> Paged[Order]:
        """Orders whose update time lies in the period: iterate it, or its ``pages``.

        Nothing is sent before the first page is asked for. ``page_size`` is how many orders make a page.
        """
        begin = partial(self._plans.orders, updated=updated, page_size=page_size)
        return FlowPages(begin, self._wire())

    def order(self, order_id: str) -> Order:
        """One order, now."""
        return run(self._plans.order(order_id), self._wire())

    def products(self, *, page_size: int | None = None) -> Paged[Product]:
        """All products that are not deleted."""
        return FlowPages(partial(self._plans.products, page_size=page_size), self._wire())

    def close(self) -> None:
        """Close the connections; the client cannot be used any more. A ``transport=`` of yours stays open."""
        self._closed = True
        if self._own is not None:
            self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncShopClient(_Client):
    """A shop, awaited, under asyncio or trio: ``async with AsyncWeChatShop(…) as shop``."""

    def __init__(
        self,
        plans: ShopPlans,
        *,
        base_url: str,
        http: HttpOptions | None,
        transport: Transport | AsyncTransport | None,
    ) -> None:
        super().__init__(plans, base_url=base_url)
        options = _options(http, scripted=transport is not None)
        self._own = None if transport is not None else AsyncHttpTransport(options, base_url=base_url)
        self._transport: Transport | AsyncTransport = transport or cast("AsyncTransport", self._own)

    def _wire(self) -> Transport | AsyncTransport:
        self._check_open()
        return self._transport

    async def send(self, operation: Operation[R]) -> R:
        """Send any operation of the platform; the answer has the operation's reply type.

        Raises:
            RemoteError: of the branch that fits, when the platform refuses or cannot be reached.
            PayloadError: when its answer has not the documented form.
        """
        return await arun(self._plans.send(operation), self._wire())

    def replies(self, operation: Operation[R]) -> AsyncIterator[R]:
        """Every reply of a listing: of an operation whose class has ``paging``.

        Raises:
            ProtocolViolation: when the platform repeats a key or says "more" without anything.
        """
        return aiter(AsyncFlowPages(lambda _: self._plans.replies(operation), self._wire()))

    def orders(self, *, updated: Period, page_size: int | None = None) -> AsyncPaged[Order]:
        """Orders whose update time lies in the period: ``async for`` over it, or over its ``pages``.

        Nothing is sent before the first page is asked for. ``page_size`` is how many orders make a page.
        """
        begin = partial(self._plans.orders, updated=updated, page_size=page_size)
        return AsyncFlowPages(begin, self._wire())

    async def order(self, order_id: str) -> Order:
        """One order, now."""
        return await arun(self._plans.order(order_id), self._wire())

    def products(self, *, page_size: int | None = None) -> AsyncPaged[Product]:
        """All products that are not deleted."""
        return AsyncFlowPages(partial(self._plans.products, page_size=page_size), self._wire())

    async def close(self) -> None:
        """Close the connections; the client cannot be used any more. A ``transport=`` of yours stays open."""
        self._closed = True
        if self._own is not None:
            await self._own.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
