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
from privdomain.platforms._capabilities import ShopCapabilities
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._listing import Listed, Listing, ListingEstimate
from privdomain.platforms._operation import Operation
from privdomain.platforms._pages import Page
from privdomain.platforms._paging import next_key, paging_of
from privdomain.platforms._payload import read, read_id
from privdomain.platforms._plans import ShopPlans
from privdomain.platforms.wechat_shop._capabilities import CAPABILITIES, ORDERS_WINDOW
from privdomain.platforms.wechat_shop._cursors import ProductCursor
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

_UPDATED, _CREATED = "update", "create"


@frozen(kw_only=True)
class WeChatShopPlans(ShopPlans):
    """The canonical methods of 微信小店."""

    app_id: str
    shop_id: str
    conversation: Conversation
    platform: str = PLATFORM
    capabilities: ShopCapabilities = CAPABILITIES

    def order(self, order_id: str) -> Flow[Order]:
        """One order."""
        reply = yield from self.conversation.fetch(GetOrder(order_id=order_id))
        return read_order(reply, app_id=self.app_id, shop_id=self.shop_id, order_id=order_id)

    def orders(
        self, start: str | None, *, updated: Period | None, created: Period | None, page_size: int | None
    ) -> PageFlow[Order]:
        """Orders by update time: windows of 7 days, pages of ids, one call per order.

        A page is a page of ids with its orders.
        """
        first = ListOrders(page_size=100 if page_size is None else page_size)
        listing = self._order_listing(first, by=_UPDATED if created is None else _CREATED)
        return listing.pages(start, _the_one(updated, created), now=self.conversation.now)

    def estimate_orders(self, *, updated: Period | None, created: Period | None) -> ListingEstimate:
        """What listing a period will take."""
        listing = self._order_listing(ListOrders(), by=_UPDATED if created is None else _CREATED)
        return listing.estimate(_the_one(updated, created), now=self.conversation.now)

    def _order_listing(self, first: ListOrders, *, by: str) -> Listing[Order]:
        def ask(since: int, until: int, mark: str) -> Flow[Listed[Order]]:
            span = TimeRange(start_time=since, end_time=until)
            operation = first.model_copy(update={f"{by}_time_range": span, "next_key": mark})
            page = yield from self._list(operation, kind="order")
            orders, refused = yield from _read_all(page.ids, self.order, kind="order", gone=NO_SUCH_ORDER)
            key = page.next_key(operation, asked={mark})
            return Listed(items=tuple(orders), rejected=(*page.rejected, *refused), mark=key)

        return Listing(
            of="orders",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=ORDERS_WINDOW,
            ask=ask,
            name=lambda order: order.order_id,
            moment=(lambda order: order.updated_at) if by == _UPDATED else (lambda order: order.created_at),
        )

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


def _the_one(updated: Period | None, created: Period | None) -> Period:
    return cast("Period", updated or created)
