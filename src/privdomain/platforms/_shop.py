"""What a shop platform can do, as small protocols; together they are `Shop` and `AsyncShop`."""

from __future__ import annotations

from typing import Protocol

from privdomain.calendar import Period
from privdomain.models import Order, Product
from privdomain.platforms._pages import AsyncPaged, Paged

__all__ = ["AsyncHasOrders", "AsyncHasProducts", "AsyncShop", "HasOrders", "HasProducts", "Shop"]


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

    def products(self) -> Paged[Product]:
        """All products that are not deleted."""
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

    def products(self) -> AsyncPaged[Product]:
        """All products that are not deleted."""
        ...


class Shop(HasOrders, HasProducts, Protocol):
    """Everything a shop platform offers here."""


class AsyncShop(AsyncHasOrders, AsyncHasProducts, Protocol):
    """As `Shop`, awaited."""
