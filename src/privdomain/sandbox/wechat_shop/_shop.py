"""The emulated WeChat Store: what it has, and what it answers. wechat.md §1–§4, §7."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from attrs import frozen

from privdomain.errors import ArgumentError, nearest
from privdomain.sandbox._quota import Meter, Quota, Spent
from privdomain.sandbox._service import Reply
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.pushes import OutgoingCall
from privdomain.sandbox.server import UNREADABLE, Request
from privdomain.sandbox.wechat_shop._fields import BAD_ARGUMENT, Fields
from privdomain.sandbox.wechat_shop._orders import OrderBook
from privdomain.sandbox.wechat_shop._products import BAD_PRODUCT_ARGUMENT, ProductShelf
from privdomain.sandbox.wechat_shop._pushes import PushDesk
from privdomain.sandbox.wechat_shop._replies import MESSAGES, Refusal, Speaker
from privdomain.sandbox.wechat_shop._tokens import TokenDesk, TokenKind

__all__ = ["DEFAULT_APP_ID", "DEFAULT_APP_SECRET", "EmulatedWeChatShop", "wall_clock"]

DEFAULT_APP_ID = "wx5a9d0b0c00c0ffee"
DEFAULT_APP_SECRET = "5a9d0b0c5a9d0b0c5a9d0b0c5a9d0b0c"  # noqa: S105 — opens nothing but a sandbox

_STABLE, _CLASSIC = "/cgi-bin/stable_token", "/cgi-bin/token"
_ORDERS, _ORDER = "/channels/ec/order/list/get", "/channels/ec/order/get"
_PRODUCTS, _PRODUCT = "/channels/ec/product/list/get", "/channels/ec/product/get"
_STOCK = "/channels/ec/product/stock/get"

_STABLE_QUOTA = Quota(per_minute=10_000, per_day=500_000)
_UNLIMITED = Quota()
_MINUTE_SPENT, _DAY_SPENT = 45011, 45009


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
    ``text_plain_every``-th answer is called ``text/plain``, 0 for none.

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
        rb'("(?:errmsg|customer_notes|merchant_notes|nickname|account_nickname|present_note)":")'
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
    ) -> None:
        self.app_id = app_id
        self.app_secret = app_secret
        self._clock = clock
        self.pushes = pushes or PushDesk(app_id=app_id, now=self.now)
        """What the shop tells by itself: ``shop.pushes.order("channels_ec_order_pay", order_id)``."""
        self._orders = OrderBook(orders)
        self._products = ProductShelf(products)
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
        self._orders.change(order_id, fields, at=int(self._seconds()))

    def order(self, order_id: str) -> Mapping[str, Any]:
        """The payload served for an order."""
        return self._orders.payload(order_id)

    def put_product(self, product: Mapping[str, Any]) -> None:
        """Add a product, or replace the one with its id (that is also how stock changes)."""
        self._products.put(product)

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

    def _table(self) -> dict[str, _Endpoint]:
        """Every path this shop knows."""
        orders, products, tokens = self._orders, self._products, self._tokens
        endless = frozenset({FaultKind.REPEAT_CURSOR})
        return {
            _CLASSIC: _Endpoint(
                answer=lambda fields, _: tokens.classic(fields, at=self._seconds()),
                method="GET",
                needs_token=False,
                enveloped=False,
            ),
            _STABLE: _Endpoint(
                answer=lambda fields, _: tokens.stable(fields, at=self._seconds()),
                needs_token=False,
                enveloped=False,
            ),
            _ORDERS: _Endpoint(answer=orders.list, quirks=endless | {FaultKind.EMPTY_PAGE}),
            _ORDER: _Endpoint(answer=lambda fields, _: orders.get(fields)),
            _PRODUCTS: _Endpoint(answer=products.list, quirks=endless, bad_argument=BAD_PRODUCT_ARGUMENT),
            _PRODUCT: _Endpoint(
                answer=lambda fields, _: products.get(fields), bad_argument=BAD_PRODUCT_ARGUMENT
            ),
            _STOCK: _Endpoint(
                answer=lambda fields, _: products.stock(fields), bad_argument=BAD_PRODUCT_ARGUMENT
            ),
        }
