"""What a 抖店 client reads, as flows: written once, run by the blocking and by the awaiting client."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, cast

from attrs import field, frozen

from privdomain.calendar import Clock, Period
from privdomain.errors import ArgumentError, PayloadError, Problem, ProtocolViolation, RequestRejected
from privdomain.models import (
    AfterSale,
    Order,
    Product,
    ProductStatus,
    Receiver,
    Settlement,
    ShipmentEvent,
    Stock,
)
from privdomain.platforms._capabilities import ShopCapabilities
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._listing import Listed, Listing, ListingEstimate, Numbered
from privdomain.platforms._pages import Page
from privdomain.platforms._payload import Json, read
from privdomain.platforms.douyin._capabilities import (
    AFTERSALES_WINDOW,
    CAPABILITIES,
    ORDERS_KEPT,
    ORDERS_WINDOW,
    SETTLEMENTS_WINDOW,
)
from privdomain.platforms.douyin._cases import read_aftersale, read_aftersale_row
from privdomain.platforms.douyin._goods import read_account_item, read_product, read_stock, route_event
from privdomain.platforms.douyin._live import LiveWindow
from privdomain.platforms.douyin._reveal import receiver_of, requests_of
from privdomain.platforms.douyin._values import PLATFORM, beijing_text
from privdomain.platforms.douyin._writes import DouyinWrites
from privdomain.platforms.douyin.mapping import read_order, read_order_row
from privdomain.platforms.douyin.operations import (
    AccountFlow,
    BatchDecrypt,
    DecryptReply,
    GetAfterSale,
    GetOrder,
    GetProduct,
    GetStock,
    ListAccountItems,
    ListAfterSales,
    ProductScroll,
    ScrollProducts,
    SearchOrders,
    TrackRoute,
)
from privdomain.platforms.douyin.payloads import OrderReply, ProductRow

__all__ = ["DouyinPlans"]

logger = logging.getLogger(__name__)

T = TypeVar("T")

_ORDERS_DEPTH, _AFTERSALES_DEPTH = 10_000, 50_000


@frozen(kw_only=True)
class DouyinPlans(DouyinWrites):
    """The canonical methods of 抖店."""

    app_key: str
    app_secret: str = field(repr=False)
    shop_id: str
    clock: Clock
    conversation: Conversation
    platform: str = PLATFORM
    capabilities: ShopCapabilities = CAPABILITIES

    # --- orders ---

    def order(self, order_id: str) -> Flow[Order]:
        """One order."""
        reply = yield from self.conversation.fetch(GetOrder(shop_order_id=order_id))
        return read_order(reply, shop_id=self.shop_id, order_id=order_id)

    def orders(
        self, start: str | None, *, updated: Period | None, created: Period | None, page_size: int | None
    ) -> PageFlow[Order]:
        """Orders by update or creation time: whole orders come with the list."""
        listing = self._order_listing(page_size, by="update" if created is None else "create")
        return listing.pages(start, _the_one(updated, created), now=self.conversation.now)

    def estimate_orders(self, *, updated: Period | None, created: Period | None) -> ListingEstimate:
        """What listing a period will take."""
        listing = self._order_listing(None, by="update" if created is None else "create")
        return listing.estimate(_the_one(updated, created), now=self.conversation.now)

    def _order_listing(self, page_size: int | None, *, by: str) -> Listing[Order]:
        size = _page_size(page_size, most=100)

        def ask(since: int, until: int, number: int) -> Flow[Numbered[Order]]:
            updated = by == "update"
            operation = SearchOrders(
                update_time_start=since if updated else None,
                update_time_end=until if updated else None,
                create_time_start=None if updated else since,
                create_time_end=None if updated else until,
                order_by="update_time" if updated else "create_time",
                order_asc=True,
                page_number=number,
                size=size,
            )
            return self._numbered(
                operation,
                "shop_order_list",
                lambda row: read_order_row(row, shop_id=self.shop_id),
                kind="order",
            )

        def moment(order: Order) -> datetime:
            return order.updated_at if by == "update" else order.created_at

        reader = LiveWindow(
            ask=ask,
            name=lambda order: order.order_id,
            moment=moment,
            now=lambda: self.conversation.now,
            size=size,
            most=_ORDERS_DEPTH,
        )
        return Listing(
            of="orders" if by == "update" else "orders by creation",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=ORDERS_WINDOW,
            kept=ORDERS_KEPT,
            ask=reader.listed,
            name=lambda order: order.order_id,
            moment=moment,
        )

    # --- cases ---

    def aftersale(self, aftersale_id: str) -> Flow[AfterSale]:
        """One case."""
        reply = yield from self.conversation.fetch(GetAfterSale(after_sale_id=aftersale_id))
        return read_aftersale(reply, shop_id=self.shop_id, aftersale_id=aftersale_id)

    def aftersales(self, start: str | None, *, updated: Period, page_size: int | None) -> PageFlow[AfterSale]:
        """Cases by update time, ordered by it: otherwise rows are lost between the pages."""
        size = _page_size(page_size, most=100)

        def ask(since: int, until: int, number: int) -> Flow[Numbered[AfterSale]]:
            operation = ListAfterSales(
                update_start_time=since,
                update_end_time=until,
                order_by=("update_time asc",),
                page_number=number,
                size=size,
            )
            return self._numbered(
                operation,
                "items",
                lambda row: read_aftersale_row(row, shop_id=self.shop_id),
                kind="aftersale",
            )

        reader = LiveWindow(
            ask=ask,
            name=lambda case: case.aftersale_id,
            moment=lambda case: case.updated_at,
            now=lambda: self.conversation.now,
            size=size,
            most=_AFTERSALES_DEPTH,
        )
        listing = Listing(
            of="aftersales",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=AFTERSALES_WINDOW,
            ask=reader.listed,
            name=lambda case: case.aftersale_id,
            moment=lambda case: case.updated_at,
        )
        return listing.pages(start, updated, now=self.conversation.now)

    # --- products ---

    def products(self, start: str | None, *, page_size: int | None) -> PageFlow[Product]:
        """Products that are not deleted: by cursor, one call per product for its variants."""
        first = ScrollProducts(size=_page_size(page_size, most=100), cursor_id=self._product_key(start))
        return self._scroll(first)

    def _scroll(self, operation: ScrollProducts) -> PageFlow[Product]:
        asked: set[str] = set()
        while True:
            reply: ProductScroll = yield from self.conversation.send(operation)
            if not reply.data:
                return
            asked.add(operation.cursor_id)
            if not reply.cursor_id or reply.cursor_id in asked:
                raise ProtocolViolation(
                    f"{PLATFORM} gave the cursor {reply.cursor_id[:60]!r} of its products after {len(asked)} pages; "
                    "asking on would never end",
                    platform=PLATFORM,
                )
            found, rejected = yield from self._read_products(reply.data)
            operation = operation.model_copy(update={"cursor_id": reply.cursor_id})
            cursor = {"of": "products", "shop": self.shop_id, "key": reply.cursor_id}
            yield Page(tuple(found), tuple(rejected), json.dumps(cursor, separators=(",", ":")))

    def _read_products(self, rows: Sequence[Json]) -> Flow[tuple[list[Product], list[PayloadError]]]:
        found: list[Product] = []
        rejected: list[PayloadError] = []
        for row in rows:
            try:
                listed = read(ProductRow, row, kind="product")
                if listed.status == 2:  # deleted
                    continue
                product = yield from self.product(listed.product_id)
            except PayloadError as error:
                rejected.append(error)
            except RequestRejected as error:
                # one product and not the listing: raised, it would stop every pull at the same place
                refusal = Problem("product", f"was refused ({error})")
                payload = {"code": error.code, "sub_code": error.sub_code}
                ref = str(row.get("product_id") or "")
                rejected.append(PayloadError(kind="product", problems=[refusal], ref=ref, payload=payload))
            else:
                if product.status is not ProductStatus.DELETED:
                    found.append(product)
        return found, rejected

    def product(self, product_id: str) -> Flow[Product]:
        """One product."""
        reply = yield from self.conversation.fetch(GetProduct(product_id=product_id))
        return read_product(reply, shop_id=self.shop_id, product_id=product_id)

    def _product_key(self, start: str | None) -> str:
        if start is None:
            return ""
        try:
            loaded = json.loads(start)
        except ValueError:
            loaded = None
        fields = cast("Json", loaded) if isinstance(loaded, dict) else {}
        if fields.get("of") != "products" or not isinstance(fields.get("key"), str):
            raise ArgumentError(
                f"start={start[:40]!r} is no cursor of products; pass the cursor of an earlier page, unchanged"
            )
        if fields.get("shop") != self.shop_id:
            raise ArgumentError(
                f"this cursor belongs to shop {fields.get('shop')!r}, not to {self.shop_id!r}"
            )
        return cast("str", fields["key"])

    def stock(self, product_id: str, sku_id: str) -> Flow[Stock]:
        """Units that can be sold."""
        operation = GetStock(sku_id=self.number(sku_id, name="sku_id"))
        reply = yield from self.conversation.fetch(operation)
        at = self.conversation.now
        return read_stock(reply, shop_id=self.shop_id, product_id=product_id, sku_id=sku_id, at=at)

    # --- money ---

    def settlements(
        self, start: str | None, *, booked: Period, page_size: int | None
    ) -> PageFlow[Settlement]:
        """Movements of the account, a day later; the cursor has two halves."""
        size = _page_size(page_size, most=1000)

        def ask(since: int, until: int, mark: str) -> Flow[Listed[Settlement]]:
            index, begin = json.loads(mark) if mark else (None, beijing_text(since))
            operation = ListAccountItems(
                start_time=begin, end_time=beijing_text(until), size=size, start_index=index, time_type=0
            )
            reply: AccountFlow = yield from self.conversation.send(operation)
            items, rejected = _each(reply.data, lambda row: read_account_item(row, shop_id=self.shop_id))
            ended = reply.is_end == 1
            if not ended and not (reply.next_start_index and reply.next_start_time):
                raise ProtocolViolation(
                    f"{PLATFORM} says that its account has more, and not where: next_start_index and next_start_time",
                    platform=PLATFORM,
                )
            following = json.dumps([reply.next_start_index, reply.next_start_time])
            return Listed(items=items, rejected=rejected, mark=None if ended else following)

        listing = Listing(
            of="settlements",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=SETTLEMENTS_WINDOW,
            ask=ask,
            name=lambda item: item.settlement_id,
            moment=lambda item: item.at,
        )
        return listing.pages(start, booked, now=self.conversation.now)

    # --- parcels and receivers ---

    def trace(self, order_id: str) -> Flow[tuple[ShipmentEvent, ...]]:
        """Where the parcels of an order are: one call for the order and one for each parcel."""
        order = yield from self.order(order_id)
        events: list[ShipmentEvent] = []
        for parcel in order.parcels:
            operation = TrackRoute(logistics_code=parcel.carrier_code, track_no=parcel.waybill_id)
            reply = yield from self.conversation.send(operation)
            for node in reply.route__node_list or reply.route_node_list:
                event = route_event(
                    node,
                    shop_id=self.shop_id,
                    order_id=order_id,
                    waybill_id=parcel.waybill_id,
                    carrier_code=parcel.carrier_code,
                    carrier_name=parcel.carrier_name,
                )
                if event is not None:
                    events.append(event)
        return tuple(sorted(events, key=lambda event: event.at))

    def reveal(self, order_id: str, *, operator_id: str) -> Flow[Receiver]:
        """The receiver in clear, each part by itself: what is refused stays masked."""
        if not operator_id:
            raise ArgumentError("operator_id is empty; it is who looks, for the platform's record of it")
        reply = yield from self.conversation.fetch(GetOrder(shop_order_id=order_id))
        order = read_order(reply, shop_id=self.shop_id, order_id=order_id)
        payload = read(OrderReply, reply, kind="order", ref=order_id).shop_order_detail
        wanted = requests_of(payload)
        operation = BatchDecrypt(cipher_infos=tuple(wanted.values()), account_id=operator_id)
        revealed: DecryptReply = yield from self.conversation.send(operation)
        return receiver_of(revealed, wanted, order=order)

    # --- what they share ---

    def _numbered(
        self, operation: SearchOrders | ListAfterSales, name: str, read_one: Callable[[Json], T], *, kind: str
    ) -> Flow[Numbered[T]]:
        """A page of rows, each read by itself: one that is wrong does not take its neighbours along."""
        payload = yield from self.conversation.fetch(operation)
        total, rows = payload.get("total"), payload.get(name)
        if isinstance(total, str) and total.isascii() and total.isdigit() and len(total) < 20:
            total = int(total)
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            wrong = Problem("total", "is missing, or no number of rows", "a whole number")
            raise PayloadError(kind=f"the list of {kind}s", problems=[wrong], payload=payload)
        listed = cast("list[object]", rows) if isinstance(rows, list) else []
        number, size = operation.page_number, operation.size
        if not listed and number * size < total:
            raise ProtocolViolation(
                f"{PLATFORM} answered page {number} of {total} {kind}s with an empty list; they would be lost",
                platform=PLATFORM,
            )
        items, rejected = _each(listed, read_one, kind=kind)
        return Numbered(items=items, rejected=rejected, total=total)


def _each(
    rows: Sequence[object], read_one: Callable[[Json], T], *, kind: str = "settlement"
) -> tuple[tuple[T, ...], tuple[PayloadError, ...]]:
    found: list[T] = []
    rejected: list[PayloadError] = []
    for row in rows:
        if not isinstance(row, dict):
            wrong = Problem(kind, "is no object", "an object")
            rejected.append(PayloadError(kind=kind, problems=[wrong], payload={kind: row}))
            continue
        try:
            found.append(read_one(cast("Json", row)))
        except PayloadError as error:
            rejected.append(error)
    return tuple(found), tuple(rejected)


def _page_size(page_size: int | None, *, most: int) -> int:
    if page_size is None:
        return 100
    if isinstance(page_size, bool) or not 1 <= page_size <= most:
        raise ArgumentError(f"page_size={page_size!r}; 抖店 gives from 1 to {most} at once")
    return page_size


def _the_one(updated: Period | None, created: Period | None) -> Period:
    return cast("Period", updated or created)
