"""What can be pulled: where it is listed, how one of them is named, checked and written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from privdomain.calendar import Period
from privdomain.stores import SqlStore, UpsertCounts

__all__ = ["AFTERSALES", "ORDERS", "PRODUCTS", "SETTLEMENTS", "Stream"]


@frozen(kw_only=True)
class Stream:
    """One kind of record as a pull sees it; records are of the kind's own model."""

    name: str
    """Its checkpoint's stream."""
    kind: str
    """Its dead letters' kind."""
    ref: Callable[[Any], str]
    """A record's id."""
    listing: Callable[[Any, Period | None], Any]
    """A shop's listing; of a period, where records have times."""
    by: str = "updated"
    """The argument that takes a period."""
    check: Callable[[Any], None]
    """Whether a table can hold it."""
    write: Callable[[SqlStore, Sequence[Any], datetime], UpsertCounts]
    """Write what was asked for at a moment."""


ORDERS: Final = Stream(
    name="orders",
    kind="order",
    ref=lambda order: order.order_id,
    listing=lambda shop, period: shop.orders(updated=period),
    check=SqlStore.check_order,
    write=lambda unit, orders, _: unit.upsert_orders(orders),
)

AFTERSALES: Final = Stream(
    name="aftersales",
    kind="aftersale",
    ref=lambda case: case.aftersale_id,
    listing=lambda shop, period: shop.aftersales(updated=period),
    check=SqlStore.check_aftersale,
    write=lambda unit, cases, _: unit.upsert_aftersales(cases),
)

SETTLEMENTS: Final = Stream(
    name="settlements",
    kind="settlement",
    by="booked",
    ref=lambda movement: movement.settlement_id,
    listing=lambda shop, period: shop.settlements(booked=period),
    check=SqlStore.check_settlement,
    write=lambda unit, movements, _: unit.upsert_settlements(movements),
)

PRODUCTS: Final = Stream(
    name="products",
    kind="product",
    ref=lambda product: product.product_id,
    listing=lambda shop, _: shop.products(),
    check=SqlStore.check_product,
    write=lambda unit, products, read_at: unit.upsert_products(products, read_at=read_at),
)
