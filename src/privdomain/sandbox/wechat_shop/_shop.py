"""The emulated WeChat Store: what it has, and what it answers. wechat.md §1–§4, §6, §7, §12.2."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

from attrs import frozen

from privdomain.errors import ArgumentError, nearest
from privdomain.sandbox._quota import Meter, Quota, Spent
from privdomain.sandbox._service import Reply
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.pushes import OutgoingCall
from privdomain.sandbox.sales import SoldOrder, SoldStatus
from privdomain.sandbox.server import UNREADABLE, Request
from privdomain.sandbox.wechat_shop._aftersales import AfterSaleDesk
from privdomain.sandbox.wechat_shop._fields import BAD_ARGUMENT, Fields
from privdomain.sandbox.wechat_shop._funds import FundsLedger
from privdomain.sandbox.wechat_shop._notices import Notices
from privdomain.sandbox.wechat_shop._numbers import numbered
from privdomain.sandbox.wechat_shop._orders import OrderBook
from privdomain.sandbox.wechat_shop._product_payload import catalog_of
from privdomain.sandbox.wechat_shop._products import BAD_PRODUCT_ARGUMENT, ProductShelf, StockChange
from privdomain.sandbox.wechat_shop._pushes import PushDesk
from privdomain.sandbox.wechat_shop._replies import MESSAGES, Refusal, Speaker
from privdomain.sandbox.wechat_shop._sales import order_of_sale, receiver_of_sale
from privdomain.sandbox.wechat_shop._shipping import Shipment, ShippingDesk
from privdomain.sandbox.wechat_shop._tokens import TokenDesk, TokenKind

__all__ = ["DEFAULT_APP_ID", "DEFAULT_APP_SECRET", "EmulatedWeChatShop", "wall_clock"]

DEFAULT_APP_ID = "wx5a9d0b0c00c0ffee"
DEFAULT_APP_SECRET = "5a9d0b0c5a9d0b0c5a9d0b0c5a9d0b0c"  # noqa: S105 — opens nothing but a sandbox

_STABLE, _CLASSIC = "/cgi-bin/stable_token", "/cgi-bin/token"
_EC = "/channels/ec"
_INCOME, _REFUNDED = 1, 3

_STABLE_QUOTA = Quota(per_minute=10_000, per_day=500_000)
_UNLIMITED = Quota()
_MINUTE_SPENT, _DAY_SPENT = 45011, 45009


_Answer: TypeAlias = Callable[[Fields], Mapping[str, Any]]


@frozen(kw_only=True)
class _Endpoint:
    """One path: how it is called, what it answers to the fields it was sent, and how it can page badly."""

    answer: Callable[[Fields, FaultKind | None], Mapping[str, Any]]
    method: str = "POST"
    needs_token: bool = True
    enveloped: bool = True
    bad_argument: int = BAD_ARGUMENT
    quirks: frozenset[FaultKind] = frozenset()


def wall_clock() -> datetime:
    """Now, by the machine's clock."""
    return datetime.now(UTC)


class EmulatedWeChatShop:
    """A WeChat Store (微信小店) on localhost, with its orders, products, tokens, quotas and clock.

    ``orders`` and ``products`` are dicts as the platform would serve them (`wechat_order` and `wechat_product` make
    them); they are kept as they are, so do not change one afterwards: use `put_order` and `update_order`. ``quota``
    limits every store path, ``quotas`` single ones by path. ``clock`` is what tokens and quotas live by. Every
    ``text_plain_every``-th answer is called ``text/plain``, 0 for none. With ``numeric_ids`` products and SKUs are
    numbers in answers, as the platform also writes them; with ``virtual_numbers`` decoding tells a virtual number;
    ``refund_pause_s`` is how long an order waits between two payments back (the platform's is 60).

    `sell` fills it with sales, `open_aftersale` lets a buyer complain. `shipments`, `memos`, `decodes`,
    `stock_changes` and `refunds` say what calls have brought about, so that a test can ask for exactly one effect.

    ```python
    from datetime import UTC, datetime
    from privdomain.sandbox import EmulatedWeChatShop, wechat_line, wechat_order

    shop = EmulatedWeChatShop(clock=lambda: datetime(2026, 11, 11, tzinfo=UTC))
    line = wechat_line(product_id="100", sku_id="1001", quantity=2, sale_price=1280)
    shop.put_order(wechat_order("3700000000000000001", openid="oA", created=shop.now(), lines=[line]))
    shop.update_order("3700000000000000001", status=30)
    assert shop.order("3700000000000000001")["status"] == 30
    ```
    """

    name = "wechat_shop"
    secret_names = frozenset({"access_token", "secret", "appsecret"})
    codes = frozenset(map(str, MESSAGES))
    free_text = re.compile(
        rb'("(?:errmsg|customer_notes|merchant_notes|nickname|account_nickname|present_note|desc|remark)":")'
    )

    def __init__(
        self,
        *,
        orders: Iterable[Mapping[str, Any]] = (),
        products: Iterable[Mapping[str, Any]] = (),
        app_id: str = DEFAULT_APP_ID,
        app_secret: str = DEFAULT_APP_SECRET,
        clock: Callable[[], datetime] = wall_clock,
        quota: Quota = _UNLIMITED,
        quotas: Mapping[str, Quota] | None = None,
        text_plain_every: int = 7,
        pushes: PushDesk | None = None,
        numeric_ids: bool = False,
        virtual_numbers: bool = False,
        refund_pause_s: int = 0,
    ) -> None:
        self.app_id = app_id
        self.app_secret = app_secret
        self._clock = clock
        self.pushes = pushes or PushDesk(app_id=app_id, now=self.now)
        """What the shop tells by itself: ``shop.pushes.order("channels_ec_order_pay", order_id)``."""
        self._orders = OrderBook(orders)
        self._products = ProductShelf(products)
        self._numeric_ids = numeric_ids
        self._funds = FundsLedger(now=self._whole_seconds)
        self._shipping = ShippingDesk(self._orders, now=self._whole_seconds, virtual_numbers=virtual_numbers)
        self._aftersales = AfterSaleDesk(
            self._orders, now=self._whole_seconds, pay_back=self._book_refund, refund_pause_s=refund_pause_s
        )
        self._notices = Notices(self.pushes, orders=self._orders, cases=self._aftersales)
        self._income_booked: set[str] = set()
        self._tokens = TokenDesk(app_id=app_id, app_secret=app_secret)
        self._speaker = Speaker(text_plain_every=text_plain_every)
        self._meter = Meter()
        self._endpoints = self._table()
        self._quotas = {path: quota for path, endpoint in self._endpoints.items() if endpoint.needs_token}
        self._quotas[_STABLE] = _STABLE_QUOTA
        for path, special in (quotas or {}).items():
            if path not in self._endpoints:
                raise ArgumentError(
                    f"there is no path {path!r}; did you mean {nearest(path, self._endpoints)!r}?"
                )
            self._quotas[path] = special

    def __repr__(self) -> str:
        return f"EmulatedWeChatShop(app_id={self.app_id!r}, orders={len(self._orders)})"

    def now(self) -> datetime:
        """What this shop takes for the present moment."""
        at = self._clock()
        if at.tzinfo is None:
            raise ArgumentError("the clock of a sandbox returns aware datetimes; this one has no zone")
        return at

    def put_order(self, order: Mapping[str, Any]) -> None:
        """Add an order, or replace the one with its id. The payload is kept as it is."""
        self._orders.put(order)

    def update_order(self, order_id: str, **fields: Any) -> None:
        """Replace top-level fields of an order; its ``update_time`` becomes now unless it is among them."""
        with self._notices.of_order(order_id):
            self._orders.change(order_id, fields, at=int(self._seconds()))

    def order(self, order_id: str) -> Mapping[str, Any]:
        """The payload served for an order."""
        return self._orders.payload(order_id)

    def put_product(self, product: Mapping[str, Any]) -> None:
        """Add a product, or replace the one with its id (that is also how stock changes)."""
        self._products.put(product)

    def sell(self, order: SoldOrder) -> None:
        """Add a sale, or let it have changed; its products and its receiver come with it.

        A completed one brings its income into the account, once. Whoever listens (``on_push``) is told.
        """
        with self._notices.of_order(order.order_id):
            self._sell(order)

    def _sell(self, order: SoldOrder) -> None:
        old = self._orders.find(order.order_id)
        receiver = receiver_of_sale(order.buyer_id)
        payload = order_of_sale(order, old=old, receiver=receiver)
        if not all(self._products.has(line.product_id, line.sku_id) for line in order.lines):
            for product in catalog_of([payload]):
                self._products.add_skus(product)
        self._orders.put(payload)
        self._shipping.put_receiver(order.order_id, receiver)
        if order.status is SoldStatus.COMPLETED and order.order_id not in self._income_booked:
            self._income_booked.add(order.order_id)
            self._funds.book(
                at=int(order.updated.timestamp()),
                funds_type=_INCOME,
                amount=order.total,
                order_id=order.order_id,
                transaction_id=payload["order_detail"]["pay_info"]["transaction_id"],
                remark="订单支付收入",
            )

    def open_aftersale(
        self,
        order_id: str,
        *,
        kind: str = "REFUND",
        sku_id: str | None = None,
        count: int | None = None,
        amount: int | None = None,
        reason: str = "10000000",
        desc: str = "",
        at: datetime | None = None,
    ) -> str:
        """A buyer asks for his money (``REFUND``), a return (``RETURN``) or an exchange; returns the case's id.

        Without more it is about the whole first line, for what was paid for it in fen, now.
        """
        case = self._aftersales.open(
            order_id,
            kind=kind,
            sku_id=sku_id,
            count=count,
            amount=amount,
            reason=reason,
            desc=desc,
            at=None if at is None else int(at.timestamp()),
        )
        self._notices.case(case)
        return case

    def aftersale(self, aftersale_id: str) -> Mapping[str, Any]:
        """The payload served for a case."""
        return self._aftersales.payload(aftersale_id)

    def aftersales_of(self, order_id: str) -> tuple[str, ...]:
        """The ids of an order's cases, oldest first."""
        return self._aftersales.of_order(order_id)

    def return_goods(self, aftersale_id: str, *, waybill_id: str, delivery_id: str = "SF") -> None:
        """The buyer sends the goods back; the case waits for the shop to have them."""
        parcel = {"waybill_id": waybill_id, "delivery_id": delivery_id, "delivery_name": ""}
        self._aftersales.change(aftersale_id, {"status": "MERCHANT_WAIT_RECEIPT", "return_info": parcel})
        self._notices.case(aftersale_id)

    def update_aftersale(self, aftersale_id: str, **fields: Any) -> None:
        """Replace top-level fields of a case, as its buyer or the platform might; it is updated now."""
        self._aftersales.change(aftersale_id, fields)
        self._notices.case(aftersale_id)

    def refunds(self, aftersale_id: str) -> int:
        """How often a case was paid back."""
        return self._aftersales.refunds(aftersale_id)

    def shipments(self, order_id: str) -> tuple[Shipment, ...]:
        """The parcels of an order that calls have told of, oldest first."""
        return self._shipping.shipments(order_id)

    def memos(self, order_id: str) -> tuple[str, ...]:
        """Every note that calls have written on an order, oldest first."""
        return self._shipping.memos(order_id)

    def decodes(self, order_id: str) -> int:
        """How often the receiver of an order was told in clear."""
        return self._shipping.decodes(order_id)

    def put_receiver(self, order_id: str, **address: str) -> None:
        """What decoding an order tells, in the names of ``address_info``."""
        self._shipping.put_receiver(order_id, address)

    def stock_changes(self, product_id: str, sku_id: str) -> tuple[StockChange, ...]:
        """Every write of a SKU's stock that was carried out, oldest first."""
        return self._products.stock_changes(product_id, sku_id)

    def book_flow(
        self, *, at: datetime, funds_type: int, amount: int, order_id: str = "", aftersale_id: str = ""
    ) -> str:
        """Book a movement of the account, in for a positive amount in fen and out for a negative one."""
        return self._funds.book(
            at=int(at.timestamp()),
            funds_type=funds_type,
            amount=amount,
            order_id=order_id,
            aftersale_id=aftersale_id,
        )

    def flows(self) -> tuple[Mapping[str, Any], ...]:
        """Every movement of the account as it is served, oldest first."""
        return self._funds.flows()

    def revoke_tokens(self) -> None:
        """Every token handed out so far is refused with 40001 from now on."""
        self._tokens.revoke(at=self._seconds())

    def lend_token(self, text: str, *, expires_at: float) -> None:
        """Let a provider's token pass at this shop."""
        self._tokens.lend(text, expires_at=expires_at)

    @property
    def on_push(self) -> Callable[[OutgoingCall], None] | None:
        """Who delivers what the shop tells."""
        return self.pushes.on_push

    @on_push.setter
    def on_push(self, deliver: Callable[[OutgoingCall], None] | None) -> None:
        self.pushes.on_push = deliver

    def tokens_issued(self) -> Mapping[TokenKind, int]:
        """How many tokens were minted, by kind."""
        return self._tokens.issued()

    def shows(self, quirk: FaultKind, request: Request) -> bool:
        """Whether a request can be answered with this way of paging badly."""
        endpoint = self._endpoints.get(request.path)
        if endpoint is None or quirk not in endpoint.quirks:
            return False
        if quirk is FaultKind.REPEAT_CURSOR:
            document = request.document
            return isinstance(document, dict) and bool(cast("dict[str, Any]", document).get("next_key"))
        return True

    def refuse(self, code: str) -> Reply:
        """Say an error code without doing anything."""
        return self._speaker.refuse(Refusal(int(code)), at=self._seconds())

    def handle(self, request: Request, quirk: FaultKind | None) -> Reply:
        """Answer one request."""
        at = self._seconds()
        try:
            endpoint, fields = self._admitted(request, at)
            document = endpoint.answer(fields, quirk)
        except Refusal as refusal:
            return self._speaker.refuse(refusal, at=at)
        if self._numeric_ids:
            document = numbered(document)
        if endpoint.enveloped:
            document = {"errcode": 0, "errmsg": "ok", **document}
        return self._speaker.say(document)

    def _admitted(self, request: Request, at: float) -> tuple[_Endpoint, Fields]:
        """The endpoint and what it was sent, once path, method, token, quota and body are in order."""
        endpoint = self._endpoints.get(request.path)
        if endpoint is None:
            raise Refusal(40066)
        if request.method != endpoint.method:
            raise Refusal(43001 if endpoint.method == "GET" else 43002)
        if endpoint.needs_token:
            self._tokens.check(request.query.get("access_token"), at=at)
        spent = self._meter.count(request.path, self._quotas.get(request.path, _UNLIMITED), at=at)
        if spent is not None:
            raise Refusal(_MINUTE_SPENT if spent is Spent.MINUTE else _DAY_SPENT)
        if endpoint.method == "GET":
            return endpoint, Fields(request.query)
        document = request.document
        if document is None:
            raise Refusal(44002)
        if document is UNREADABLE or not isinstance(document, dict):
            raise Refusal(47001, "the body must be a JSON object")
        return endpoint, Fields(cast("dict[str, Any]", document), bad_argument=endpoint.bad_argument)

    def _seconds(self) -> float:
        return self.now().timestamp()

    def _whole_seconds(self) -> int:
        return int(self._seconds())

    def _book_refund(self, *, at: int, order_id: str, aftersale_id: str, amount: int) -> None:
        self._funds.book(
            at=at,
            funds_type=_REFUNDED,
            amount=-amount,
            order_id=order_id,
            aftersale_id=aftersale_id,
            remark="退款",
        )

    def _table(self) -> dict[str, _Endpoint]:
        """Every path this shop knows."""
        tokens = self._tokens
        endless = frozenset({FaultKind.REPEAT_CURSOR})
        pages = endless | {FaultKind.EMPTY_PAGE}
        shelf = self._products
        classic = _Endpoint(
            answer=lambda fields, _: tokens.classic(fields, at=self._seconds()),
            method="GET",
            needs_token=False,
            enveloped=False,
        )
        stable = _Endpoint(
            answer=lambda fields, _: tokens.stable(fields, at=self._seconds()),
            needs_token=False,
            enveloped=False,
        )
        products = _Endpoint(answer=shelf.list, quirks=endless, bad_argument=BAD_PRODUCT_ARGUMENT)
        of_products: dict[str, _Answer] = {
            "product/get": shelf.get,
            "product/stock/get": shelf.stock,
            "product/stock/batchget": shelf.stocks,
            "product/stock/update": shelf.update_stock,
        }
        of_orders: dict[str, _Answer] = {
            "order/get": self._orders.get,
            "order/merchantnotes/update": self._shipping.note,
            "order/delivery/send": self._notices.after_order(self._shipping.send),
            "order/deliverycompanylist/new/get": self._shipping.carriers,
            "order/sensitiveinfo/decode": self._shipping.decode,
            "aftersale/getaftersaleorder": self._aftersales.get,
            "aftersale/acceptapply": self._notices.after_case(self._aftersales.accept),
            "aftersale/rejectapply": self._notices.after_case(self._aftersales.reject),
            "aftersale/genaftersaleorder": self._aftersales.generate,
            "aftersale/rejectreason/get": lambda _: self._aftersales.reject_reasons(),
            "aftersale/reason/get": lambda _: self._aftersales.reasons(),
            "funds/getfundsflowdetail": self._funds.detail,
        }
        return {
            _CLASSIC: classic,
            _STABLE: stable,
            f"{_EC}/order/list/get": _Endpoint(answer=self._orders.list, quirks=pages),
            f"{_EC}/product/list/get": products,
            f"{_EC}/aftersale/getaftersalelist": _Endpoint(answer=self._aftersales.list, quirks=pages),
            f"{_EC}/funds/getfundsflowlist": _Endpoint(answer=self._funds.list, quirks=pages),
            **{f"{_EC}/{path}": _plain(answer) for path, answer in of_orders.items()},
            **{
                f"{_EC}/{path}": _plain(answer, bad_argument=BAD_PRODUCT_ARGUMENT)
                for path, answer in of_products.items()
            },
        }


def _plain(answer: _Answer, *, bad_argument: int = BAD_ARGUMENT) -> _Endpoint:
    """An endpoint that does not page."""
    return _Endpoint(answer=lambda fields, _: answer(fields), bad_argument=bad_argument)
