"""The two clients: what turns a platform's plans into calls that block, and into calls that are awaited.

A platform writes its canonical methods once, as `ShopPlans`: flows that say what to send and what to make of it.
Every method here first asks the capabilities, so that what a platform lacks is said before any request. A platform's
own clients are subclasses that only know how they are configured.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from types import TracebackType
from typing import Self, TypeVar, cast

from pydantic import BaseModel

from privdomain.calendar import Period
from privdomain.errors import ArgumentError, UsageError
from privdomain.models import AfterSale, Order, Parcel, Product, Receiver, Settlement, ShipmentEvent, Stock
from privdomain.money import Money
from privdomain.platforms._arguments import (
    check_ids,
    check_operator,
    check_parcels,
    check_period,
    check_units,
)
from privdomain.platforms._capabilities import ShopCapabilities
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import AsyncHttpTransport, HttpOptions, HttpTransport
from privdomain.platforms._listing import ListingEstimate
from privdomain.platforms._operation import Operation
from privdomain.platforms._pages import AsyncPaged, Paged
from privdomain.platforms._paging import AsyncFlowPages, FlowPages
from privdomain.platforms._plans import ShopPlans
from privdomain.platforms._wire import AsyncTransport, Transport

__all__ = ["AsyncShopClient", "ShopClient"]

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")


def _options(http: HttpOptions | None, *, scripted: bool) -> HttpOptions:
    if http is not None and scripted:
        raise ArgumentError("http= configures our own transport and transport= replaces it; pass one of them")
    return http or HttpOptions()


def _one_period(updated: Period | None, created: Period | None) -> str:
    if (updated is None) == (created is None):
        raise ArgumentError(
            "orders are listed by updated=Period(…) or by created=Period(…); give one of them"
        )
    if created is None:
        check_period("updated", updated)
        return "orders"
    check_period("created", created)
    return "orders_created"


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

    @property
    def capabilities(self) -> ShopCapabilities:
        """What this platform can do, to be asked before a call."""
        return self._plans.capabilities

    @property
    def conversation(self) -> Conversation:
        """What sends for this shop; an application keeps a shop's tokens by it."""
        return self._plans.conversation

    def estimate_orders(
        self, *, updated: Period | None = None, created: Period | None = None
    ) -> ListingEstimate:
        """How many windows and calls listing a period will take, and what of it is out of reach; sends nothing."""
        by = _one_period(updated, created)
        self._plans.require(by)
        return self._plans.estimate_orders(updated=updated, created=created)

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

    def _run(self, name: str, plan: Callable[..., Flow[T]], *arguments: object) -> T:
        self._plans.require(name)
        return run(plan(*arguments), self._wire())

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

    def orders(
        self, *, updated: Period | None = None, created: Period | None = None, page_size: int | None = None
    ) -> Paged[Order]:
        """Orders updated (or created) in the period, each once: iterate it, or its ``pages``.

        Nothing is sent before the first page is asked for. ``page_size`` is how many orders make a page.

        Raises:
            Unsupported: for a time that the platform no longer lists.
        """
        self._plans.require(_one_period(updated, created))
        begin = partial(self._plans.orders, updated=updated, created=created, page_size=page_size)
        return FlowPages(begin, self._wire())

    def order(self, order_id: str) -> Order:
        """One order, now."""
        check_ids("order", order_id=order_id)
        return self._run("order", self._plans.order, order_id)

    def aftersales(self, *, updated: Period, page_size: int | None = None) -> Paged[AfterSale]:
        """After-sale cases (售后单) updated in the period, each once."""
        check_period("updated", updated)
        self._plans.require("aftersales")
        begin = partial(self._plans.aftersales, updated=updated, page_size=page_size)
        return FlowPages(begin, self._wire())

    def aftersale(self, aftersale_id: str) -> AfterSale:
        """One after-sale case, now."""
        check_ids("aftersale", aftersale_id=aftersale_id)
        return self._run("aftersale", self._plans.aftersale, aftersale_id)

    def products(self, *, page_size: int | None = None) -> Paged[Product]:
        """All products that are not deleted."""
        self._plans.require("products")
        return FlowPages(partial(self._plans.products, page_size=page_size), self._wire())

    def product(self, product_id: str) -> Product:
        """One product, now."""
        check_ids("product", product_id=product_id)
        return self._run("product", self._plans.product, product_id)

    def stock(self, product_id: str, *, sku_id: str) -> Stock:
        """Units of one SKU that can be sold, now."""
        check_ids("stock", product_id=product_id, sku_id=sku_id)
        return self._run("stock", self._plans.stock, product_id, sku_id)

    def settlements(self, *, booked: Period, page_size: int | None = None) -> Paged[Settlement]:
        """Movements of the shop's account (资金流水) booked in the period."""
        check_period("booked", booked)
        self._plans.require("settlements")
        begin = partial(self._plans.settlements, booked=booked, page_size=page_size)
        return FlowPages(begin, self._wire())

    def trace(self, order_id: str) -> tuple[ShipmentEvent, ...]:
        """What happened to the parcels of an order (物流轨迹), oldest first."""
        check_ids("trace", order_id=order_id)
        return self._run("trace", self._plans.trace, order_id)

    def reveal(self, order_id: str, *, operator_id: str) -> Receiver:
        """The receiver of an order in clear (解密): counted by the platform, so never in a loop over orders.

        ``operator_id`` is who looks at it, for the platform's audit; ``ingest.BuyerData`` adds a budget and ours.
        """
        check_ids("reveal", order_id=order_id)
        check_operator(operator_id)
        return self._run("reveal", partial(self._plans.reveal, operator_id=operator_id), order_id)

    def ship(self, order_id: str, *, parcels: Sequence[Parcel]) -> None:
        """Tell the platform that parcels are on their way (发货). ``Parcel.carrier`` is our code: ``sf``, ``yto`` …

        Raises:
            Unverified: when it was sent and nobody knows whether it was carried out.
        """
        check_ids("ship", order_id=order_id)
        check_parcels(parcels)
        if len(parcels) > 1:
            self._plans.require("ship_split")
        self._run("ship", self._plans.ship, order_id, tuple(parcels))

    def set_stock(self, product_id: str, *, sku_id: str, quantity: int) -> None:
        """Let a SKU have ``quantity`` units to sell.

        Raises:
            Unverified: where the platform only takes differences and one was sent without an answer.
        """
        check_ids("set_stock", product_id=product_id, sku_id=sku_id)
        check_units(quantity)
        self._run("set_stock", self._plans.set_stock, product_id, sku_id, quantity)

    def set_memo(self, order_id: str, *, text: str) -> None:
        """Write the shop's note (商家备注) on an order, instead of the one before or beside it: see capabilities."""
        """Write the shop's note (商家备注) on an order, in place of the one before or beside it: see capabilities."""
        check_ids("set_memo", order_id=order_id)
        self._run("set_memo", self._plans.set_memo, order_id, text)

    def agree_refund(self, aftersale_id: str, *, amount: Money | None = None) -> None:
        """Agree to pay back (同意退款); ``amount`` guards against a case that has changed: None takes what is asked.

        Raises:
            Unverified: when it was sent and nobody knows whether it was carried out.
            Refused: when the case asks for another amount.
        """
        check_ids("agree_refund", aftersale_id=aftersale_id)
        self._run("agree_refund", partial(self._plans.agree_refund, amount=amount), aftersale_id)

    def agree_return(self, aftersale_id: str, *, address_id: str = "") -> None:
        """Agree that the goods come back (同意退货) to one of the shop's return addresses."""
        check_ids("agree_return", aftersale_id=aftersale_id)
        self._run("agree_return", partial(self._plans.agree_return, address_id=address_id), aftersale_id)

    def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> None:
        """Refuse what is asked for (拒绝售后), with one of the platform's reasons and a text the buyer reads."""
        plan = partial(self._plans.refuse_aftersale, reason_code=reason_code, text=text)
        check_ids("refuse_aftersale", aftersale_id=aftersale_id)
        self._run("refuse_aftersale", plan, aftersale_id)

    def confirm_return(self, aftersale_id: str) -> None:
        """Confirm that the goods came back (确认收货), which pays back."""
        check_ids("confirm_return", aftersale_id=aftersale_id)
        self._run("confirm_return", self._plans.confirm_return, aftersale_id)

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

    async def _run(self, name: str, plan: Callable[..., Flow[T]], *arguments: object) -> T:
        self._plans.require(name)
        return await arun(plan(*arguments), self._wire())

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

    def orders(
        self, *, updated: Period | None = None, created: Period | None = None, page_size: int | None = None
    ) -> AsyncPaged[Order]:
        """Orders updated (or created) in the period, each once: iterate it, or its ``pages``.

        Nothing is sent before the first page is asked for. ``page_size`` is how many orders make a page.

        Raises:
            Unsupported: for a time that the platform no longer lists.
        """
        self._plans.require(_one_period(updated, created))
        begin = partial(self._plans.orders, updated=updated, created=created, page_size=page_size)
        return AsyncFlowPages(begin, self._wire())

    async def order(self, order_id: str) -> Order:
        """One order, now."""
        check_ids("order", order_id=order_id)
        return await self._run("order", self._plans.order, order_id)

    def aftersales(self, *, updated: Period, page_size: int | None = None) -> AsyncPaged[AfterSale]:
        """After-sale cases (售后单) updated in the period, each once."""
        check_period("updated", updated)
        self._plans.require("aftersales")
        begin = partial(self._plans.aftersales, updated=updated, page_size=page_size)
        return AsyncFlowPages(begin, self._wire())

    async def aftersale(self, aftersale_id: str) -> AfterSale:
        """One after-sale case, now."""
        check_ids("aftersale", aftersale_id=aftersale_id)
        return await self._run("aftersale", self._plans.aftersale, aftersale_id)

    def products(self, *, page_size: int | None = None) -> AsyncPaged[Product]:
        """All products that are not deleted."""
        self._plans.require("products")
        return AsyncFlowPages(partial(self._plans.products, page_size=page_size), self._wire())

    async def product(self, product_id: str) -> Product:
        """One product, now."""
        check_ids("product", product_id=product_id)
        return await self._run("product", self._plans.product, product_id)

    async def stock(self, product_id: str, *, sku_id: str) -> Stock:
        """Units of one SKU that can be sold, now."""
        check_ids("stock", product_id=product_id, sku_id=sku_id)
        return await self._run("stock", self._plans.stock, product_id, sku_id)

    def settlements(self, *, booked: Period, page_size: int | None = None) -> AsyncPaged[Settlement]:
        """Movements of the shop's account (资金流水) booked in the period."""
        check_period("booked", booked)
        self._plans.require("settlements")
        begin = partial(self._plans.settlements, booked=booked, page_size=page_size)
        return AsyncFlowPages(begin, self._wire())

    async def trace(self, order_id: str) -> tuple[ShipmentEvent, ...]:
        """What happened to the parcels of an order (物流轨迹), oldest first."""
        check_ids("trace", order_id=order_id)
        return await self._run("trace", self._plans.trace, order_id)

    async def reveal(self, order_id: str, *, operator_id: str) -> Receiver:
        """The receiver of an order in clear (解密): counted by the platform, so never in a loop over orders.

        ``operator_id`` is who looks at it, for the platform's audit; ``ingest.BuyerData`` adds a budget and ours.
        """
        check_ids("reveal", order_id=order_id)
        check_operator(operator_id)
        return await self._run("reveal", partial(self._plans.reveal, operator_id=operator_id), order_id)

    async def ship(self, order_id: str, *, parcels: Sequence[Parcel]) -> None:
        """Tell the platform that parcels are on their way (发货). ``Parcel.carrier`` is our code: ``sf``, ``yto`` …

        Raises:
            Unverified: when it was sent and nobody knows whether it was carried out.
        """
        check_ids("ship", order_id=order_id)
        check_parcels(parcels)
        if len(parcels) > 1:
            self._plans.require("ship_split")
        await self._run("ship", self._plans.ship, order_id, tuple(parcels))

    async def set_stock(self, product_id: str, *, sku_id: str, quantity: int) -> None:
        """Let a SKU have ``quantity`` units to sell.

        Raises:
            Unverified: where the platform only takes differences and one was sent without an answer.
        """
        check_ids("set_stock", product_id=product_id, sku_id=sku_id)
        check_units(quantity)
        await self._run("set_stock", self._plans.set_stock, product_id, sku_id, quantity)

    async def set_memo(self, order_id: str, *, text: str) -> None:
        """Write the shop's note (商家备注) on an order, instead of the one before or beside it: see capabilities."""
        """Write the shop's note (商家备注) on an order, in place of the one before or beside it: see capabilities."""
        check_ids("set_memo", order_id=order_id)
        await self._run("set_memo", self._plans.set_memo, order_id, text)

    async def agree_refund(self, aftersale_id: str, *, amount: Money | None = None) -> None:
        """Agree to pay back (同意退款); ``amount`` guards against a case that has changed: None takes what is asked.

        Raises:
            Unverified: when it was sent and nobody knows whether it was carried out.
            Refused: when the case asks for another amount.
        """
        check_ids("agree_refund", aftersale_id=aftersale_id)
        await self._run("agree_refund", partial(self._plans.agree_refund, amount=amount), aftersale_id)

    async def agree_return(self, aftersale_id: str, *, address_id: str = "") -> None:
        """Agree that the goods come back (同意退货) to one of the shop's return addresses."""
        check_ids("agree_return", aftersale_id=aftersale_id)
        await self._run(
            "agree_return", partial(self._plans.agree_return, address_id=address_id), aftersale_id
        )

    async def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> None:
        """Refuse what is asked for (拒绝售后), with one of the platform's reasons and a text the buyer reads."""
        plan = partial(self._plans.refuse_aftersale, reason_code=reason_code, text=text)
        check_ids("refuse_aftersale", aftersale_id=aftersale_id)
        await self._run("refuse_aftersale", plan, aftersale_id)

    async def confirm_return(self, aftersale_id: str) -> None:
        """Confirm that the goods came back (确认收货), which pays back."""
        check_ids("confirm_return", aftersale_id=aftersale_id)
        await self._run("confirm_return", self._plans.confirm_return, aftersale_id)

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
