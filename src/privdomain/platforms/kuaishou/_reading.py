"""What is read from 快手小店, as flows: listings by time, listings by page, single things."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

from attrs import frozen

from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, Problem, Refused, RequestRejected
from privdomain.models import AfterSale, Order, Product, ProductStatus, Receiver, Stock
from privdomain.platforms._capabilities import ShopCapabilities
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._errors import mask
from privdomain.platforms._flow import Flow, PageFlow
from privdomain.platforms._listing import Listed, Listing, ListingEstimate, Numbered, read_backwards
from privdomain.platforms._operation import Operation
from privdomain.platforms._pages import Page
from privdomain.platforms._paging import next_key
from privdomain.platforms._payload import Json, read
from privdomain.platforms._plans import ShopPlans
from privdomain.platforms.kuaishou._aftersale_mapping import read_aftersale
from privdomain.platforms.kuaishou._capabilities import AFTERSALES_WINDOW, CAPABILITIES, KEPT, ORDERS_WINDOW
from privdomain.platforms.kuaishou.errors import WINDOW_TOO_LONG
from privdomain.platforms.kuaishou.mapping import PLATFORM, read_order, read_product
from privdomain.platforms.kuaishou.operations import (
    CipherEntry,
    DecryptBatch,
    GetOrder,
    GetRefund,
    ListItems,
    ListOrders,
    ListRefunds,
)
from privdomain.platforms.kuaishou.payloads import DecryptedReply

__all__ = ["KuaishouReading"]

T = TypeVar("T")

_MILLISECOND = timedelta(milliseconds=1)
_CREATED, _UPDATED = 1, 2
_ENDLESS = 2**63


@frozen(kw_only=True)
class KuaishouReading(ShopPlans):
    """The canonical methods that read."""

    app_key: str
    shop_id: str
    conversation: Conversation
    aftersales_window: timedelta = AFTERSALES_WINDOW
    platform: str = PLATFORM
    capabilities: ShopCapabilities = CAPABILITIES

    # --- orders ---

    def order(self, order_id: str) -> Flow[Order]:
        """One order."""
        data = yield from self._data(GetOrder(oid=order_id), kind="order", ref=order_id)
        return read_order(data, app_key=self.app_key, shop_id=self.shop_id, order_id=order_id)

    def orders(
        self, start: str | None, *, updated: Period | None, created: Period | None, page_size: int | None
    ) -> PageFlow[Order]:
        """Orders by update or creation time: windows of 7 days, pages with whole orders."""
        size = 50 if page_size is None else page_size
        ListOrders(begin_time=0, end_time=0, page_size=size)  # a wrong size is an error of this call
        listing = self._order_listing(by=_UPDATED if created is None else _CREATED, size=size)
        return listing.pages(start, cast("Period", updated or created), now=self.conversation.now)

    def estimate_orders(self, *, updated: Period | None, created: Period | None) -> ListingEstimate:
        """What listing a period will take."""
        listing = self._order_listing(by=_UPDATED if created is None else _CREATED, size=50)
        return listing.estimate(cast("Period", updated or created), now=self.conversation.now)

    def _order_listing(self, *, by: int, size: int) -> Listing[Order]:
        def ask(since: int, until: int, mark: str) -> Flow[Listed[Order]]:
            operation = ListOrders(
                begin_time=since, end_time=until, query_type=by, page_size=size, cursor=mark
            )
            return (yield from self._listed(operation, "orderList", self._read_order, asked=mark))

        return Listing(
            of="orders" if by == _UPDATED else "orders by creation",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=ORDERS_WINDOW,
            kept=KEPT,
            unit=_MILLISECOND,
            ask=ask,
            name=lambda order: order.order_id,
            moment=(lambda order: order.updated_at) if by == _UPDATED else (lambda order: order.created_at),
        )

    def _read_order(self, payload: Json) -> Order:
        return read_order(payload, app_key=self.app_key, shop_id=self.shop_id)

    # --- after-sale ---

    def aftersale(self, aftersale_id: str) -> Flow[AfterSale]:
        """One case."""
        data = yield from self._data(GetRefund(refund_id=aftersale_id), kind="aftersale", ref=aftersale_id)
        return read_aftersale(data, app_key=self.app_key, shop_id=self.shop_id, aftersale_id=aftersale_id)

    def aftersales(self, start: str | None, *, updated: Period, page_size: int | None) -> PageFlow[AfterSale]:
        """Cases by update time: windows of a day that are halved while the platform says they are too long."""
        size = 100 if page_size is None else page_size
        ListRefunds(begin_time=0, end_time=0, page_size=size)

        def ask(since: int, until: int, mark: str) -> Flow[Listed[AfterSale]]:
            page, _, key = mark.partition(":")
            operation = ListRefunds(
                begin_time=since, end_time=until, page_size=size, current_page=int(page or 1), pcursor=key
            )
            try:
                listed = yield from self._listed(
                    operation, "refundOrderInfoList", self._read_aftersale, asked=key
                )
            except RequestRejected as error:
                if error.code in WINDOW_TOO_LONG:
                    return Listed(too_many=True)
                raise
            if listed.mark is None:
                return listed
            following = f"{operation.current_page + 1}:{listed.mark}"
            return Listed(items=listed.items, rejected=listed.rejected, mark=following)

        listing = Listing(
            of="aftersales",
            platform=PLATFORM,
            shop_id=self.shop_id,
            window=self.aftersales_window,
            kept=KEPT,
            unit=_MILLISECOND,
            ask=ask,
            name=lambda case: case.aftersale_id,
            moment=lambda case: case.updated_at,
        )
        return listing.pages(start, updated, now=self.conversation.now)

    def _read_aftersale(self, payload: Json) -> AfterSale:
        return read_aftersale(payload, app_key=self.app_key, shop_id=self.shop_id)

    # --- products ---

    def products(self, start: str | None, *, page_size: int | None) -> PageFlow[Product]:
        """Items, from the last page to the first: one that goes away meanwhile then hides no other."""
        first = ListItems(page_size=100 if page_size is None else page_size)
        return self._product_pages(first, mark="" if start is None else self._resume_products(start))

    def _product_pages(self, first: ListItems, *, mark: str) -> PageFlow[Product]:
        def ask(number: int) -> Flow[Numbered[Product]]:
            operation = first.model_copy(update={"page_number": number})
            items, rejected, reply = yield from self._split(operation, "items", self._read_product)
            return Numbered(items=tuple(items), rejected=tuple(rejected), total=reply.total)

        met: set[str] = set()
        while True:
            listed = yield from read_backwards(ask, mark, first=1, size=first.page_size, most=_ENDLESS)
            fresh = [item for item in listed.items if item.product_id not in met]
            met.update(item.product_id for item in fresh)
            kept = tuple(item for item in fresh if item.status is not ProductStatus.DELETED)
            cursor = None
            if listed.mark is not None:
                mark = listed.mark
                fields = {"of": "products", "shop": self.shop_id, "page": mark}
                cursor = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
            if kept or listed.rejected or cursor is None:
                yield Page(kept, listed.rejected, cursor)
            if cursor is None:
                return

    def _resume_products(self, start: str) -> str:
        try:
            loaded = json.loads(start)
        except ValueError:
            loaded = None
        fields = cast("dict[str, Any]", loaded) if isinstance(loaded, dict) else {}
        page = fields.get("page")
        if fields.get("of") != "products" or fields.get("shop") != self.shop_id:
            raise ArgumentError(
                f"start={start[:40]!r} is no cursor of the products of shop {self.shop_id!r}; "
                "pass the cursor of an earlier page, unchanged"
            )
        if not (isinstance(page, str) and page.isascii() and page.isdigit() and int(page) > 0):
            raise ArgumentError("this cursor has been changed; pass the cursor of an earlier page as it was")
        return page

    def _read_product(self, payload: Json) -> Product:
        return read_product(payload, shop_id=self.shop_id)

    def product(self, product_id: str) -> Flow[Product]:
        """One item, out of the listing: there its SKUs and their stock are documented."""
        operation = ListItems(kwai_item_id=product_id)
        items, rejected, _ = yield from self._split(operation, "items", self._read_product)
        for error in rejected:
            raise error
        for item in items:
            if item.product_id == product_id:
                return item
        raise RequestRejected(
            f"{PLATFORM}: shop {self.shop_id} has no product {product_id}", platform=PLATFORM
        )

    def stock(self, product_id: str, sku_id: str) -> Flow[Stock]:
        """Units of one SKU, as the listing says now."""
        product = yield from self.product(product_id)
        for sku in product.skus:
            if sku.sku_id == sku_id and sku.stock is not None:
                return Stock(
                    platform=PLATFORM,
                    shop_id=self.shop_id,
                    product_id=product_id,
                    sku_id=sku_id,
                    sellable=sku.stock,
                    at=self.conversation.now,
                )
        raise RequestRejected(
            f"{PLATFORM}: product {product_id} has no SKU {sku_id} with a stock", platform=PLATFORM
        )

    # --- buyer data ---

    def reveal(self, order_id: str, *, operator_id: str) -> Flow[Receiver]:  # noqa: ARG002  (the platform takes none)
        """The receiver in clear: one batch of the order's three ciphers, which counts once."""
        reply = yield from self.conversation.send(GetOrder(oid=order_id))
        address = reply.data.order_address
        ciphers = (address.encrypted_consignee, address.encrypted_mobile, address.encrypted_address)
        if not any(ciphers):
            raise Refused(
                "no_receiver",
                f"{PLATFORM} order {order_id} has no receiver: it is held (拼团中 or 支付后风控), or never had one",
                reasons=list(reply.data.order_base_info.disable_delivery_reason_code),
            )
        entries = tuple(CipherEntry(encrypted_data=cipher, biz_id=order_id) for cipher in ciphers if cipher)
        answer = yield from self.conversation.send(DecryptBatch(batch_decrypt_list=entries))
        clear = _in_clear(answer, order_id=order_id)
        name, phone, street = (clear.get(cipher, "") for cipher in ciphers)
        return Receiver(
            name=name,
            phone=phone,
            province=address.province,
            city=address.city,
            district=address.district,
            address=f"{address.town}{street}",
        )

    # --- what the above are made of ---

    def _data(self, operation: Operation[Any], *, kind: str, ref: str) -> Flow[Json]:
        payload = yield from self.conversation.fetch(operation)
        data = payload.get("data")
        if not isinstance(data, dict):
            missing = Problem("data", "is missing", f"the {kind}")
            raise PayloadError(kind=kind, problems=[missing], ref=ref, payload=payload)
        return cast("Json", data)

    def _listed(
        self, operation: Operation[Any], field: str, read_one: Callable[[Json], T], *, asked: str
    ) -> Flow[Listed[T]]:
        items, rejected, reply = yield from self._split(operation, field, read_one)
        listed = len(items) + len(rejected)
        key = next_key(operation, reply, asked={asked}, platform=PLATFORM, listed=listed)
        return Listed(items=tuple(items), rejected=tuple(rejected), mark=key)

    def _split(
        self, operation: Operation[Any], field: str, read_one: Callable[[Json], T]
    ) -> Flow[tuple[list[T], list[PayloadError], Any]]:
        """A page, each item read by itself: one that cannot be read does not take its neighbors along."""
        payload = yield from self.conversation.fetch(operation)
        data = payload.get("data")
        rows: list[Any] = []
        if isinstance(data, dict):
            page = cast("Json", data)
            if field == "items" and "kwaiItemId" in page:
                rows = [page]
            elif isinstance(page.get(field), list):
                rows = cast("list[Any]", page[field])
                payload = payload | {"data": {name: value for name, value in page.items() if name != field}}
        items: list[T] = []
        rejected: list[PayloadError] = []
        for row in rows:
            try:
                items.append(read_one(cast("Json", row)) if isinstance(row, dict) else _refuse(row, field))
            except PayloadError as error:
                rejected.append(error)
        reply = read(operation.reply, payload, kind=f"the answer to {type(operation).__name__}")
        return items, rejected, reply


def _refuse(row: object, field: str) -> Any:
    raise PayloadError(kind=field, problems=[Problem(field, "is no JSON object")], payload=row)


def _in_clear(answer: DecryptedReply, *, order_id: str) -> dict[str, str]:
    """Ciphers and what they say; a business failure is final, and asking again is not allowed."""
    clear: dict[str, str] = {}
    for result in answer.batch_decrypt_result_list:
        if not result.succeeded:
            raise RequestRejected(
                f"{PLATFORM} does not decrypt order {order_id}: {mask(result.error_msg) or 'no reason given'} "
                f"(code {result.error_code}); do not ask again by program",
                platform=PLATFORM,
                code=str(result.error_code),
            )
        clear[result.encrypted_data] = result.decrypted_data
    return clear
