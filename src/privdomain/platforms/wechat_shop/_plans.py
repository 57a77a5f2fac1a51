"""What a 微信小店 client does, as flows: written once, run by the blocking and by the awaiting client.

Every write but a note and a stock is read first: the platform has no key by which it could know a repetition, so what
it has already is not sent again, and what got no usable answer is `Unverified` and not repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from privdomain.calendar import Period
from privdomain.errors import ArgumentError, Unsupported
from privdomain.models import (
    AfterSale,
    Order,
    Parcel,
    Product,
    ProductStatus,
    Receiver,
    Settlement,
    Stock,
)
from privdomain.money import Money
from privdomain.platforms._capabilities import ShopCapabilities
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._listing import Listed, Listing, ListingEstimate
from privdomain.platforms._pages import Page
from privdomain.platforms._plans import ShopPlans
from privdomain.platforms.wechat_shop._capabilities import (
    AFTERSALES_WINDOW,
    CAPABILITIES,
    ORDERS_WINDOW,
    SETTLEMENTS_WINDOW,
)
from privdomain.platforms.wechat_shop._cursors import ProductCursor
from privdomain.platforms.wechat_shop._decisions import (
    PAY_BACK,
    TAKE_BACK,
    is_received,
    is_refunded,
    is_refused,
    is_returning,
    reason_number,
)
from privdomain.platforms.wechat_shop._listed import list_ids, read_all
from privdomain.platforms.wechat_shop._shipping import deliveries
from privdomain.platforms.wechat_shop.errors import NO_SUCH_AFTERSALE, NO_SUCH_ORDER, NO_SUCH_PRODUCT
from privdomain.platforms.wechat_shop.mapping import (
    PLATFORM,
    read_aftersale,
    read_decoded,
    read_order,
    read_product,
    read_settlement,
    read_stock,
)
from privdomain.platforms.wechat_shop.operations import (
    AcceptAfterSale,
    DecodeSensitive,
    GetAfterSale,
    GetFundsFlow,
    GetOrder,
    GetProduct,
    GetStock,
    ListAfterSales,
    ListFundsFlows,
    ListOrders,
    ListProducts,
    RejectAfterSale,
    SendDelivery,
    SetMerchantNotes,
    SetStock,
    TimeRange,
)

__all__ = ["WeChatShopPlans"]

_UPDATED, _CREATED = "update", "create"
_BEIJING = ZoneInfo("Asia/Shanghai")
_BOOKED_AT_H = 16
# A movement has no code of its own for "not found": nothing that is listed is left out.
_NEVER_GONE = ""


@frozen(kw_only=True)
class WeChatShopPlans(ShopPlans):
    """The canonical methods of 微信小店."""

    app_id: str
    shop_id: str
    conversation: Conversation
    platform: str = PLATFORM
    capabilities: ShopCapabilities = CAPABILITIES

    # --- orders ---

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
            page = yield from list_ids(self.conversation, operation, kind="order")
            orders, refused = yield from read_all(page.ids, self.order, kind="order", gone=NO_SUCH_ORDER)
            key = page.next_key(operation, asked={mark})
            return Listed(items=tuple(orders), rejected=(*page.rejected, *refused), mark=key)

        return Listing(
            of="orders" if by == _UPDATED else "orders by creation",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=ORDERS_WINDOW,
            ask=ask,
            name=lambda order: order.order_id,
            moment=(lambda order: order.updated_at) if by == _UPDATED else (lambda order: order.created_at),
        )

    def reveal(self, order_id: str, *, operator_id: str) -> Flow[Receiver]:  # noqa: ARG002  (the platform asks for none)
        """The receiver in clear, by one call that is not repeated: every one may be counted."""
        reply = yield from self.conversation.fetch(DecodeSensitive(order_id=order_id))
        return read_decoded(reply, order_id=order_id)

    def set_memo(self, order_id: str, text: str) -> Flow[None]:
        """Write the shop's note on an order; the same note twice is the same note."""
        yield from self.conversation.send(SetMerchantNotes(order_id=order_id, merchant_notes=text))

    def ship(self, order_id: str, parcels: Sequence[Parcel]) -> Flow[None]:
        """Read the order, and tell of the parcels that it does not have yet."""
        order = yield from self.order(order_id)
        new = deliveries(order, parcels)
        if new:
            yield from self.conversation.send(SendDelivery(order_id=order_id, delivery_list=new))

    # --- after-sales ---

    def aftersale(self, aftersale_id: str) -> Flow[AfterSale]:
        """One case."""
        reply = yield from self.conversation.fetch(GetAfterSale(after_sale_order_id=aftersale_id))
        return read_aftersale(
            reply,
            app_id=self.app_id,
            shop_id=self.shop_id,
            at=self.conversation.now,
            aftersale_id=aftersale_id,
        )

    def aftersales(self, start: str | None, *, updated: Period, page_size: int | None) -> PageFlow[AfterSale]:
        """Cases by update time: windows of 24 hours, one call per case."""
        if page_size is not None:
            raise ArgumentError(
                f"page_size={page_size!r}; wechat_shop chooses the size of a page of after-sale cases itself"
            )
        return self._aftersale_listing().pages(start, updated, now=self.conversation.now)

    def _aftersale_listing(self) -> Listing[AfterSale]:
        def ask(since: int, until: int, mark: str) -> Flow[Listed[AfterSale]]:
            # by update and not by creation: a case that was opened last week and changes today is listed today
            operation = ListAfterSales(begin_update_time=since, end_update_time=until, next_key=mark)
            page = yield from list_ids(self.conversation, operation, kind="aftersale")
            cases, refused = yield from read_all(
                page.ids, self.aftersale, kind="aftersale", gone=NO_SUCH_AFTERSALE
            )
            key = page.next_key(operation, asked={mark})
            return Listed(items=tuple(cases), rejected=(*page.rejected, *refused), mark=key)

        return Listing(
            of="after-sale cases",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=AFTERSALES_WINDOW,
            ask=ask,
            name=lambda case: case.aftersale_id,
            moment=lambda case: case.updated_at,
        )

    def agree_refund(self, aftersale_id: str, *, amount: Money | None) -> Flow[None]:
        """Pay back what a case asks for, unless it is paid back already."""
        yield from self._accept(aftersale_id, partial(is_refunded, amount=amount), accept_type=PAY_BACK)

    def agree_return(self, aftersale_id: str, *, address_id: str) -> Flow[None]:
        """Let the goods come back, unless that is agreed already."""
        yield from self._accept(
            aftersale_id, is_returning, accept_type=TAKE_BACK, address_id=address_id or None
        )

    def confirm_return(self, aftersale_id: str) -> Flow[None]:
        """Pay back for goods that came back, unless that is done already."""
        yield from self._accept(aftersale_id, is_received, accept_type=PAY_BACK)

    def _accept(self, aftersale_id: str, is_done: Callable[[AfterSale], bool], **more: Any) -> Flow[None]:
        case = yield from self.aftersale(aftersale_id)
        if not is_done(case):
            yield from self.conversation.send(AcceptAfterSale(after_sale_order_id=aftersale_id, **more))

    def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> Flow[None]:
        """Refuse what a case asks for, unless that is done already."""
        number = reason_number(reason_code)
        case = yield from self.aftersale(aftersale_id)
        if not is_refused(case):
            yield from self.conversation.send(
                RejectAfterSale(
                    after_sale_order_id=aftersale_id, reject_reason=text, reject_reason_type=number
                )
            )

    # --- products and stock ---

    def products(self, start: str | None, *, page_size: int | None) -> PageFlow[Product]:
        """Products, without the deleted ones: pages of ids, one call per product."""
        first = ListProducts(page_size=30 if page_size is None else page_size)
        cursor = ProductCursor.begin(shop_id=self.shop_id)
        if start is not None:
            cursor = cursor.resume(start)
        return self._product_pages(first, cursor)

    def product(self, product_id: str) -> Flow[Product]:
        """One product: what is on sale, or the draft of one that never was."""
        answer = yield from self.conversation.fetch(GetProduct(product_id=product_id))
        return read_product(answer, shop_id=self.shop_id, product_id=product_id)

    def _product_pages(self, first: ListProducts, cursor: ProductCursor) -> PageFlow[Product]:
        asked: set[str] = set()
        key: str | None = cursor.next_key
        while key is not None:
            asked.add(key)
            operation = first.model_copy(update={"next_key": key})
            page = yield from list_ids(self.conversation, operation, kind="product")
            products, refused = yield from read_all(
                page.ids, self.product, kind="product", gone=NO_SUCH_PRODUCT
            )
            products = [product for product in products if product.status is not ProductStatus.DELETED]
            key = page.next_key(operation, asked=asked)
            more = None if key is None else str(evolve(cursor, next_key=key))
            yield Page(tuple(products), (*page.rejected, *refused), more)

    def stock(self, product_id: str, sku_id: str) -> Flow[Stock]:
        """What anybody can buy of one SKU."""
        answer = yield from self.conversation.fetch(GetStock(product_id=product_id, sku_id=sku_id))
        return read_stock(
            answer, shop_id=self.shop_id, product_id=product_id, sku_id=sku_id, at=self.conversation.now
        )

    def set_stock(self, product_id: str, sku_id: str, quantity: int) -> Flow[None]:
        """Set the general stock of a SKU; the same number twice is the same number."""
        yield from self.conversation.send(SetStock(product_id=product_id, sku_id=sku_id, num=quantity))

    # --- money ---

    def settlements(
        self, start: str | None, *, booked: Period, page_size: int | None
    ) -> PageFlow[Settlement]:
        """Movements of the shop's account by the moment they were booked, one call per movement."""
        first = ListFundsFlows(page_size=50 if page_size is None else page_size)
        latest = _booked_until(self.conversation.now)
        if booked.end > latest:
            # the platform would cut the end off and say nothing, and a pull that goes on from there would miss days
            raise Unsupported(
                f"{PLATFORM} lists the movements of a day from {_BOOKED_AT_H}:00 (Beijing) of the next day on, so up "
                f"to {latest.isoformat()} now, and the period ends at {booked.end.isoformat()}; end it there"
            )
        return self._settlement_listing(first).pages(start, booked, now=self.conversation.now)

    def _settlement(self, flow_id: str) -> Flow[Settlement]:
        answer = yield from self.conversation.fetch(GetFundsFlow(flow_id=flow_id))
        return read_settlement(answer, shop_id=self.shop_id, settlement_id=flow_id)

    def _settlement_listing(self, first: ListFundsFlows) -> Listing[Settlement]:
        asked: set[str] = set()

        def ask(since: int, until: int, mark: str) -> Flow[Listed[Settlement]]:
            number, key = _page_and_key(mark)
            if not key:
                asked.clear()
            asked.add(
                key
            )  # the mark has the page number in it, so that the listing cannot see a key come again
            operation = first.model_copy(
                update={"start_time": since, "end_time": until, "page_no": number, "next_key": key}
            )
            page = yield from list_ids(self.conversation, operation, kind="settlement")
            moves, refused = yield from read_all(
                page.ids, self._settlement, kind="settlement", gone=_NEVER_GONE
            )
            following = page.next_key(operation, asked=asked)
            return Listed(
                items=tuple(moves),
                rejected=(*page.rejected, *refused),
                mark=None if following is None else f"{number + 1}:{following}",
            )

        return Listing(
            of="settlements",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=SETTLEMENTS_WINDOW,
            ask=ask,
            name=lambda move: move.settlement_id,
            moment=lambda move: move.at,
        )


def _the_one(updated: Period | None, created: Period | None) -> Period:
    return cast("Period", updated or created)


def _page_and_key(mark: str) -> tuple[int, str]:
    """The page number and the key of a mark, which a cursor may have carried through somebody's hands."""
    if not mark:
        return 1, ""
    number, _, key = mark.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and key):
        raise ArgumentError("this cursor has been changed; pass the cursor of an earlier page as it was")
    return int(number), key


def _booked_until(now: datetime) -> datetime:
    """Up to when movements can be listed: midnight of today from 16:00 on, and of yesterday before."""
    local = now.astimezone(_BEIJING)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if local.hour >= _BOOKED_AT_H else midnight - timedelta(days=1)
