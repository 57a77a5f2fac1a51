"""What a 小红书 client does, as flows: written once, run by the blocking and by the awaiting client."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeVar, cast

from attrs import frozen

from privdomain.calendar import Period
from privdomain.errors import PayloadError, Problem, ProtocolViolation, RequestRejected
from privdomain.models import AfterSale, Order, Parcel, Product, Receiver, Settlement, ShipmentEvent, Stock
from privdomain.money import Money
from privdomain.platforms._capabilities import ShopCapabilities
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._listing import Listed, Listing, ListingEstimate, Numbered, read_backwards
from privdomain.platforms._payload import read
from privdomain.platforms._plans import ShopPlans
from privdomain.platforms.xiaohongshu import _products, _reveal, _writing
from privdomain.platforms.xiaohongshu._aftersales import read_aftersale
from privdomain.platforms.xiaohongshu._capabilities import CAPABILITIES, CREATED_WINDOW, UPDATED_WINDOW
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._orders import read_order
from privdomain.platforms.xiaohongshu._shop_records import read_settlement, read_trace
from privdomain.platforms.xiaohongshu.aftersale_operations import GetAfterSaleInfo, ListAfterSaleInfos
from privdomain.platforms.xiaohongshu.aftersale_payloads import AfterSaleRow
from privdomain.platforms.xiaohongshu.order_operations import GetOrderDetail, GetOrderList, GetOrderTracking
from privdomain.platforms.xiaohongshu.order_payloads import OrderRow
from privdomain.platforms.xiaohongshu.shop_operations import PageQueryTransaction

__all__ = ["XiaohongshuPlans"]

T = TypeVar("T")
S = TypeVar("S")

_BY_CREATION: Final = 1
_BY_UPDATE: Final = 2
_ORDER_PAGES = 100
_AFTERSALES_DEPTH = 50_000
_SECOND, _MILLISECOND = timedelta(seconds=1), timedelta(milliseconds=1)


@frozen(kw_only=True)
class XiaohongshuPlans(ShopPlans):
    """The canonical methods of 小红书."""

    shop_id: str
    conversation: Conversation
    platform: str = PLATFORM
    capabilities: ShopCapabilities = CAPABILITIES

    # --- reading ---

    def order(self, order_id: str) -> Flow[Order]:
        """One order."""
        payload = yield from self.conversation.fetch(GetOrderDetail(order_id=order_id))
        return read_order(payload, shop_id=self.shop_id, order_id=order_id)

    def orders(
        self, start: str | None, *, updated: Period | None, created: Period | None, page_size: int | None
    ) -> PageFlow[Order]:
        """Orders by update time in windows of 30 minutes, or by creation in windows of a day.

        A page is a page of rows with its orders, each read by a call of its own: rows have no money.
        """
        listing = self._order_listing(created=created is not None, page_size=page_size)
        return listing.pages(start, _the_one(updated, created), now=self.conversation.now)

    def estimate_orders(self, *, updated: Period | None, created: Period | None) -> ListingEstimate:
        """What listing a period will take; every order is one call more."""
        listing = self._order_listing(created=created is not None, page_size=None)
        return listing.estimate(_the_one(updated, created), now=self.conversation.now)

    def _order_listing(self, *, created: bool, page_size: int | None) -> Listing[Order]:
        by: Literal[1, 2] = _BY_CREATION if created else _BY_UPDATE
        size = 100 if page_size is None else page_size
        first = GetOrderList(start_time=0, end_time=0, time_type=by, page_size=size)

        def page(since: int, until: int, number: int) -> Flow[Numbered[OrderRow]]:
            update = {"start_time": since, "end_time": until, "page_no": number}
            reply = yield from self.conversation.send(first.model_copy(update=update))
            _check_page(reply.order_list, reply.total, number=number, size=size, of="orders")
            rows, rejected = _read_each(
                reply.order_list,
                lambda row: read(OrderRow, row, kind="order", prefix="orderList[]"),
            )
            return Numbered(items=rows, rejected=rejected, total=reply.total)

        return Listing(
            of="orders by creation" if created else "orders",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=CREATED_WINDOW if created else UPDATED_WINDOW,
            ask=_backwards(
                page,
                self.order,
                # by creation a row stays where it is, however often the order changes meanwhile
                key=lambda row: (row.order_id, 0 if created else row.update_time),
                name=lambda row: row.order_id,
                kind="order",
                size=size,
                most=_ORDER_PAGES * size,
            ),
            name=lambda order: order.order_id if created else f"{order.order_id}@{order.version}",
            moment=lambda order: _whole_second(order.created_at if created else order.updated_at),
        )

    def aftersale(self, aftersale_id: str) -> Flow[AfterSale]:
        """One case."""
        payload = yield from self.conversation.fetch(GetAfterSaleInfo(returns_id=aftersale_id))
        return read_aftersale(payload, shop_id=self.shop_id, aftersale_id=aftersale_id)

    def aftersales(self, start: str | None, *, updated: Period, page_size: int | None) -> PageFlow[AfterSale]:
        """Cases by update time in windows of 30 minutes, each read by a call of its own: rows have no goods."""
        size = 100 if page_size is None else page_size
        first = ListAfterSaleInfos(time_type=_BY_UPDATE, start_time=0, end_time=0, page_size=size)

        def page(since: int, until: int, number: int) -> Flow[Numbered[AfterSaleRow]]:
            update = {"start_time": since, "end_time": until, "page_no": number}
            reply = yield from self.conversation.send(first.model_copy(update=update))
            found = reply.after_sale_basic_infos
            _check_page(found, reply.total_count, number=number, size=size, of="after-sales")
            rows, rejected = _read_each(
                found, lambda row: read(AfterSaleRow, row, kind="aftersale", prefix="afterSaleBasicInfos[]")
            )
            return Numbered(items=rows, rejected=rejected, total=reply.total_count)

        listing = Listing(
            of="aftersales",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=UPDATED_WINDOW,
            unit=_MILLISECOND,
            ask=_backwards(
                page,
                self.aftersale,
                key=lambda row: (row.returns_id, row.updated_at),
                name=lambda row: row.returns_id,
                kind="aftersale",
                size=size,
                most=_AFTERSALES_DEPTH // size * size,
            ),
            name=lambda case: f"{case.aftersale_id}@{case.version}",
            moment=lambda case: case.updated_at,
        )
        return listing.pages(start, updated, now=self.conversation.now)

    def settlements(
        self, start: str | None, *, booked: Period, page_size: int | None
    ) -> PageFlow[Settlement]:
        """Settled movements, in windows of a day."""
        size = 50 if page_size is None else page_size
        first = PageQueryTransaction(start_time=0, end_time=0, page_size=size)

        def page(since: int, until: int, number: int) -> Flow[Numbered[Settlement]]:
            update = {"start_time": since, "end_time": until, "page_num": number}
            reply = yield from self.conversation.send(first.model_copy(update=update))
            _check_page(reply.transactions, reply.total, number=number, size=size, of="settlements")
            rows, rejected = _read_each(
                reply.transactions, lambda row: read_settlement(row, shop_id=self.shop_id)
            )
            return Numbered(items=rows, rejected=rejected, total=reply.total)

        def ask(since: int, until: int, mark: str) -> Flow[Listed[Settlement]]:
            listed = yield from read_backwards(
                lambda number: page(since, until, number), mark, first=1, size=size, most=sys.maxsize
            )
            return listed

        listing = Listing(
            of="settlements",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=CREATED_WINDOW,
            unit=_MILLISECOND,
            ask=ask,
            name=lambda row: row.settlement_id,
            moment=lambda row: row.at,
        )
        return listing.pages(start, booked, now=self.conversation.now)

    def products(self, start: str | None, *, page_size: int | None) -> PageFlow[Product]:
        """Products, newest first, one call per product."""
        return _products.pages(self.conversation, start, shop_id=self.shop_id, page_size=page_size)

    def product(self, product_id: str) -> Flow[Product]:
        """One product."""
        return _products.product(self.conversation, product_id, shop_id=self.shop_id)

    def stock(self, product_id: str, sku_id: str) -> Flow[Stock]:
        """Units of a SKU that can be sold, all warehouses together."""
        return _products.stock(self.conversation, product_id, sku_id, shop_id=self.shop_id)

    def trace(self, order_id: str) -> Flow[tuple[ShipmentEvent, ...]]:
        """Where the parcels of an order are."""
        payload = yield from self.conversation.fetch(GetOrderTracking(order_id=order_id))
        return read_trace(payload, shop_id=self.shop_id, order_id=order_id)

    def reveal(self, order_id: str, *, operator_id: str) -> Flow[Receiver]:
        """The receiver in clear, while the order waits to be shipped."""
        return _reveal.reveal(self.conversation, order_id, operator_id=operator_id)

    # --- writing ---

    def ship(self, order_id: str, parcels: Sequence[Parcel]) -> Flow[None]:
        """Tell that the parcels are on their way; a part of an order by its SKUs."""
        return _writing.ship(self.conversation, order_id, parcels, read_one=self.order)

    def set_stock(self, product_id: str, sku_id: str, quantity: int) -> Flow[None]:  # noqa: ARG002  (the SKU is enough)
        """Let a SKU have this many units to sell."""
        return _writing.set_stock(self.conversation, sku_id, quantity)

    def agree_refund(self, aftersale_id: str, *, amount: Money | None) -> Flow[None]:
        """Agree to pay back."""
        return _writing.agree_refund(self.conversation, aftersale_id, amount, read_one=self.aftersale)

    def agree_return(self, aftersale_id: str, *, address_id: str) -> Flow[None]:
        """Agree that the goods come back."""
        return _writing.agree_return(self.conversation, aftersale_id, address_id)

    def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> Flow[None]:
        """Refuse what is asked for, or the goods that came back."""
        return _writing.refuse(
            self.conversation, aftersale_id, reason_code=reason_code, text=text, read_one=self.aftersale
        )

    def confirm_return(self, aftersale_id: str) -> Flow[None]:
        """Confirm that the goods came back."""
        return _writing.confirm_return(self.conversation, aftersale_id)


def _the_one(updated: Period | None, created: Period | None) -> Period:
    return cast("Period", updated or created)


def _whole_second(at: datetime) -> datetime:
    # windows are asked for in seconds: a row at .500 belongs to the second that has begun
    return at.replace(microsecond=0)


def _check_page(rows: Sequence[object], total: int, *, number: int, size: int, of: str) -> None:
    """Refuse a page that is empty although the same answer counts rows on it: they would be lost silently."""
    if not rows and total > (number - 1) * size:
        raise ProtocolViolation(
            f"{PLATFORM} answered page {number} of its {of} with nothing and counts {total} of them",
            platform=PLATFORM,
        )


def _read_each(
    rows: Iterable[object], read_row: Callable[[Any], T]
) -> tuple[tuple[T, ...], tuple[PayloadError, ...]]:
    """Each row by itself, so that one that cannot be read does not take its neighbours along."""
    found: list[T] = []
    rejected: list[PayloadError] = []
    for row in rows:
        try:
            found.append(read_row(row))
        except PayloadError as error:
            rejected.append(error)
    return tuple(found), tuple(rejected)


def _backwards(
    page: Callable[[int, int, int], Flow[Numbered[S]]],
    read_one: Callable[[str], Flow[T]],
    *,
    key: Callable[[S], object],
    name: Callable[[S], str],
    kind: str,
    size: int,
    most: int,
) -> Callable[[int, int, str], Flow[Listed[T]]]:
    """How a listing of rows is asked for: the pages of a window from the last to the first, every row read once.

    A row that has moved to a page before comes twice; the second time it is not read again.
    """
    met: set[object] = set()

    def ask(since: int, until: int, mark: str) -> Flow[Listed[T]]:
        if not mark:
            met.clear()
        listed = yield from read_backwards(
            lambda number: page(since, until, number), mark, first=1, size=size, most=most
        )
        found: list[T] = []
        rejected = list(listed.rejected)
        for row in listed.items:
            if key(row) in met:
                continue
            met.add(key(row))
            try:
                found.append((yield from read_one(name(row))))
            except PayloadError as error:
                rejected.append(error)
            except RequestRejected as error:
                rejected.append(_refusal(error, kind=kind, ref=name(row)))
        return Listed(
            items=tuple(found), rejected=tuple(rejected), mark=listed.mark, too_many=listed.too_many
        )

    return ask


def _refusal(error: RequestRejected, *, kind: str, ref: str) -> PayloadError:
    """One item that the platform refuses is one item and not the listing."""
    problem = Problem(kind, f"was refused ({error})")
    return PayloadError(kind=kind, problems=[problem], ref=ref, payload={"error_code": error.code})
