"""What a shop platform can do, as small protocols; together they are `Shop` and `AsyncShop`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from privdomain.calendar import Period
from privdomain.models import AfterSale, Order, Parcel, Product, Settlement, ShipmentEvent, Stock
from privdomain.money import Money
from privdomain.platforms._capabilities import ShopCapabilities
from privdomain.platforms._pages import AsyncPaged, Paged

__all__ = [
    "AsyncHasAfterSales",
    "AsyncHasOrders",
    "AsyncHasProducts",
    "AsyncHasRefunds",
    "AsyncHasSettlements",
    "AsyncHasShipping",
    "AsyncHasStock",
    "AsyncShop",
    "HasAfterSales",
    "HasOrders",
    "HasProducts",
    "HasRefunds",
    "HasSettlements",
    "HasShipping",
    "HasStock",
    "Shop",
]


class HasOrders(Protocol):
    """A shop whose orders can be listed by update time and read one by one."""

    @property
    def platform(self) -> str:
        """Our name of the platform, as in ``Order.platform``."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop, as in ``Order.shop_id``."""
        ...

    def orders(self, *, updated: Period) -> Paged[Order]:
        """Orders whose update time lies in the period; each once, whatever windows the platform allows."""
        ...

    def order(self, order_id: str) -> Order:
        """One order, now."""
        ...


class HasProducts(Protocol):
    """A shop whose products can be listed."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop."""
        ...

    def products(self) -> Paged[Product]:
        """All products that are not deleted."""
        ...

    def product(self, product_id: str) -> Product:
        """One product, now."""
        ...


class AsyncHasOrders(Protocol):
    """As `HasOrders`, awaited."""

    @property
    def platform(self) -> str:
        """Our name of the platform, as in ``Order.platform``."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop, as in ``Order.shop_id``."""
        ...

    def orders(self, *, updated: Period) -> AsyncPaged[Order]:
        """Orders whose update time lies in the period; each once, whatever windows the platform allows."""
        ...

    async def order(self, order_id: str) -> Order:
        """One order, now."""
        ...


class AsyncHasProducts(Protocol):
    """As `HasProducts`, awaited."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop."""
        ...

    def products(self) -> AsyncPaged[Product]:
        """All products that are not deleted."""
        ...

    async def product(self, product_id: str) -> Product:
        """One product, now."""
        ...


class HasAfterSales(Protocol):
    """A shop whose after-sale cases can be listed by update time and read one by one."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop."""
        ...

    def aftersales(self, *, updated: Period) -> Paged[AfterSale]:
        """Cases whose update time lies in the period."""
        ...

    def aftersale(self, aftersale_id: str) -> AfterSale:
        """One case, now."""
        ...


class HasStock(Protocol):
    """A shop whose stock can be read and set."""

    def stock(self, product_id: str, *, sku_id: str) -> Stock:
        """Units that can be sold, now."""
        ...

    def set_stock(self, product_id: str, *, sku_id: str, quantity: int) -> None:
        """Let a SKU have ``quantity`` units to sell."""
        ...


class HasShipping(Protocol):
    """A shop that is told what has been shipped."""

    def ship(self, order_id: str, *, parcels: Sequence[Parcel]) -> None:
        """Tell the platform that parcels are on their way."""
        ...

    def trace(self, order_id: str) -> tuple[ShipmentEvent, ...]:
        """What happened to the parcels of an order."""
        ...


class HasRefunds(Protocol):
    """A shop whose after-sale cases can be decided."""

    def agree_refund(self, aftersale_id: str, *, amount: Money | None = None) -> None:
        """Agree to pay back."""
        ...

    def agree_return(self, aftersale_id: str, *, address_id: str = "") -> None:
        """Agree that the goods come back."""
        ...

    def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> None:
        """Refuse what is asked for."""
        ...

    def confirm_return(self, aftersale_id: str) -> None:
        """Confirm that the goods came back."""
        ...


class HasSettlements(Protocol):
    """A shop whose account can be read."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop."""
        ...

    def settlements(self, *, booked: Period) -> Paged[Settlement]:
        """Movements booked in the period."""
        ...


class AsyncHasAfterSales(Protocol):
    """As without ``Async``, awaited. A shop whose after-sale cases can be listed by update time and read one by one."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop."""
        ...

    def aftersales(self, *, updated: Period) -> AsyncPaged[AfterSale]:
        """Cases whose update time lies in the period."""
        ...

    async def aftersale(self, aftersale_id: str) -> AfterSale:
        """One case, now."""
        ...


class AsyncHasStock(Protocol):
    """As without ``Async``, awaited. A shop whose stock can be read and set."""

    async def stock(self, product_id: str, *, sku_id: str) -> Stock:
        """Units that can be sold, now."""
        ...

    async def set_stock(self, product_id: str, *, sku_id: str, quantity: int) -> None:
        """Let a SKU have ``quantity`` units to sell."""
        ...


class AsyncHasShipping(Protocol):
    """As without ``Async``, awaited. A shop that is told what has been shipped."""

    async def ship(self, order_id: str, *, parcels: Sequence[Parcel]) -> None:
        """Tell the platform that parcels are on their way."""
        ...

    async def trace(self, order_id: str) -> tuple[ShipmentEvent, ...]:
        """What happened to the parcels of an order."""
        ...


class AsyncHasRefunds(Protocol):
    """As without ``Async``, awaited. A shop whose after-sale cases can be decided."""

    async def agree_refund(self, aftersale_id: str, *, amount: Money | None = None) -> None:
        """Agree to pay back."""
        ...

    async def agree_return(self, aftersale_id: str, *, address_id: str = "") -> None:
        """Agree that the goods come back."""
        ...

    async def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> None:
        """Refuse what is asked for."""
        ...

    async def confirm_return(self, aftersale_id: str) -> None:
        """Confirm that the goods came back."""
        ...


class AsyncHasSettlements(Protocol):
    """As without ``Async``, awaited. A shop whose account can be read."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def shop_id(self) -> str:
        """The shop."""
        ...

    def settlements(self, *, booked: Period) -> AsyncPaged[Settlement]:
        """Movements booked in the period."""
        ...


class Shop(
    HasOrders, HasProducts, HasAfterSales, HasStock, HasShipping, HasRefunds, HasSettlements, Protocol
):
    """Everything a shop platform offers here; what one of them lacks, its ``capabilities`` say."""

    @property
    def capabilities(self) -> ShopCapabilities:
        """What this platform can do."""
        ...


class AsyncShop(
    AsyncHasOrders,
    AsyncHasProducts,
    AsyncHasAfterSales,
    AsyncHasStock,
    AsyncHasShipping,
    AsyncHasRefunds,
    AsyncHasSettlements,
    Protocol,
):
    """As `Shop`, awaited."""

    @property
    def capabilities(self) -> ShopCapabilities:
        """What this platform can do."""
        ...
