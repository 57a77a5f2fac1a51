"""What a 微信小店 client does, as flows: written once, run by the blocking and by the awaiting client."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar, cast

from attrs import evolve, frozen
from pydantic import BaseModel

from privdomain.calendar import Period
from privdomain.errors import PayloadError, Problem, RequestRejected
from privdomain.models import Order, Product, ProductStatus
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._operation import Operation
from privdomain.platforms._pages import Page
from privdomain.platforms._paging import next_key, paging_of
from privdomain.platforms._payload import read, read_id
from privdomain.platforms.wechat_shop._cursors import OrderCursor, ProductCursor, windows
from privdomain.platforms.wechat_shop.errors import NO_SUCH_ORDER, NO_SUCH_PRODUCT
from privdomain.platforms.wechat_shop.mapping import PLATFORM, read_order, read_product
from privdomain.platforms.wechat_shop.operations import (
    GetOrder,
    GetProduct,
    ListOrders,
    ListProducts,
    TimeRange,
)

__all__ = ["WeChatShopPlans"]

logger = logging.getLogger(__name__)

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")


@frozen(kw_only=True)
class WeChatShopPlans:
    """The canonical methods of 微信小店."""

    app_id: str
    shop_id: str
    conversation: Conversation

    @property
    def platform(self) -> str:
        """As in ``Order.platform``."""
        return PLATFORM

    def send(self, operation: Operation[R]) -> Flow[R]:
        """Any operation."""
        return self.conversation.send(operation)

    def replies(self, operation: Operation[R]) -> PageFlow[R]:
        """Every reply of a listing."""
        return self.conversation.replies(operation)

    def order(self, order_id: str) -> Flow[Order]:
        """One order."""
        reply = yield from self.conversation.fetch(GetOrder(order_id=order_id))
        return read_order(reply, app_id=self.app_id, shop_id=self.shop_id, order_id=order_id)

    def orders(self, start: str | None, *, updated: Period, page_size: int | None) -> PageFlow[Order]:
        """Orders by update time: windows of 7 days, pages of ids, one call per order.

        A page is a page of ids with its orders. Both ends of a window belong to it, so an order updated in the
        second where two windows meet is listed twice; the second time it is left out, unless it has changed.
        """
        first = ListOrders(page_size=100 if page_size is None else page_size)
        cursor = OrderCursor.begin(updated, shop_id=self.shop_id)
        if start is not None:
            cursor = cursor.resume(start)
        return self._order_pages(first, cursor)

    def _order_pages(self, first: ListOrders, cursor: OrderCursor) -> PageFlow[Order]:
        ranges = windows(cursor.start, cursor.end)
        for number in range(cursor.window, len(ranges)):
            since, until = ranges[number]
            operation = first.model_copy(
                update={"update_time_range": TimeRange(start_time=since, end_time=until)}
            )
            met_before = cursor.edge  # seen in the last second of the window before this one
            edge = cursor.next_edge
            asked: set[str] = set()
            key: str | None = cursor.next_key
            while key is not None:
                asked.add(key)
                operation = operation.model_copy(update={"next_key": key})
                page = yield from self._list(operation, kind="order")
                orders, refused = yield from _read_all(page.ids, self.order, kind="order", gone=NO_SUCH_ORDER)
                orders = [order for order in orders if not _is_double(order, since, met_before)]
                edge = edge | {order.order_id for order in orders if _seconds(order) == until}
                if until == cursor.end:  # the period is half-open: its last second belongs to the next one
                    orders = [order for order in orders if _seconds(order) != until]
                key = page.next_key(operation, asked=asked)
                if key is not None:
                    cursor = evolve(cursor, window=number, next_key=key, edge=met_before, next_edge=edge)
                else:
                    cursor = evolve(cursor, window=number + 1, next_key="", edge=edge, next_edge=frozenset())
                more = cursor.window < len(ranges)
                yield Page(tuple(orders), (*page.rejected, *refused), str(cursor) if more else None)

    def products(self, start: str | None, *, page_size: int | None) -> PageFlow[Product]:
        """Products, without the deleted ones: pages of ids, one call per product."""
        first = ListProducts(page_size=30 if page_size is None else page_size)
        cursor = ProductCursor.begin(shop_id=self.shop_id)
        if start is not None:
            cursor = cursor.resume(start)
        return self._product_pages(first, cursor)

    def _product(self, product_id: str) -> Flow[Product]:
        answer = yield from self.conversation.fetch(GetProduct(product_id=product_id))
        return read_product(answer, shop_id=self.shop_id, product_id=product_id)

    def _product_pages(self, first: ListProducts, cursor: ProductCursor) -> PageFlow[Product]:
        asked: set[str] = set()
        key: str | None = cursor.next_key
        while key is not None:
            asked.add(key)
            operation = first.model_copy(update={"next_key": key})
            page = yield from self._list(operation, kind="product")
            products, refused = yield from _read_all(
                page.ids, self._product, kind="product", gone=NO_SUCH_PRODUCT
            )
            products = [product for product in products if product.status is not ProductStatus.DELETED]
            key = page.next_key(operation, asked=asked)
            more = None if key is None else str(evolve(cursor, next_key=key))
            yield Page(tuple(products), (*page.rejected, *refused), more)

    def _list(self, operation: Operation[R], *, kind: str) -> Flow[_Listed]:
        """A page of ids, each read by itself: one that is none does not take its neighbours along."""
        field = paging_of(operation).items
        payload = yield from self.conversation.fetch(operation)
        listed = payload.get(field)
        ids: list[str] = []
        rejected: list[PayloadError] = []
        if isinstance(listed, list):
            for number, item in enumerate(cast("list[object]", listed)):
                try:
                    ids.append(read_id(item, kind=kind, path=f"{field}[{number}]", payload={field: [item]}))
                except PayloadError as error:
                    rejected.append(error)
            payload = payload | {field: ids}
        reply = read(operation.reply, payload, kind=f"the answer to {type(operation).__name__}")
        return _Listed(tuple(ids), tuple(rejected), reply)


@frozen
class _Listed:
    """A page of a listing: the ids, what was listed and is no id, and the rest of the reply."""

    ids: tuple[str, ...]
    rejected: tuple[PayloadError, ...]
    reply: BaseModel

    def next_key(self, operation: Operation[Any], *, asked: Collection[str]) -> str | None:
        listed = len(self.ids) + len(self.rejected)
        return next_key(operation, self.reply, asked=asked, platform=PLATFORM, listed=listed)


def _read_all(
    ids: Iterable[str], read_one: Callable[[str], Flow[T]], *, kind: str, gone: str
) -> Flow[tuple[list[T], list[PayloadError]]]:
    """Each of the listed ones: what could be read, and what could not or was refused.

    What is refused is one item and not the listing: raised, it would stop every pull at the same place.
    """
    found: list[T] = []
    rejected: list[PayloadError] = []
    for id_ in dict.fromkeys(ids):
        try:
            found.append((yield from read_one(id_)))
        except PayloadError as error:
            rejected.append(error)
        except RequestRejected as error:
            if error.code == gone:
                # it was there when the list was made; there is nothing left that could be handed out
                logger.warning("%s: %s was listed and is gone", PLATFORM, id_)
                continue
            refusal = Problem(kind, f"was refused ({error})")
            # the code alone: the platform's words name the call, and the same refusal is to be the same letter
            payload = {"errcode": error.code}
            rejected.append(PayloadError(kind=kind, problems=[refusal], ref=id_, payload=payload))
    return found, rejected


def _seconds(order: Order) -> int:
    return int(order.updated_at.timestamp())


def _is_double(order: Order, since: int, met_before: frozenset[str]) -> bool:
    return order.order_id in met_before and _seconds(order) == since
