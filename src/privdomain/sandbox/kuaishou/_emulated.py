"""`EmulatedKuaishou`: addresses, tokens, limits and clock of 快手小店 around its sellers."""

from __future__ import annotations

import base64
import itertools
import json
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from attrs import frozen

from privdomain.errors import ArgumentError
from privdomain.sandbox._aes import encrypt_cbc
from privdomain.sandbox._quota import Meter, Quota, Spent
from privdomain.sandbox._service import Reply
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.kuaishou._fields import Fields, check_signature, public_parameters
from privdomain.sandbox.kuaishou._order_payload import milliseconds
from privdomain.sandbox.kuaishou._seller import KuaishouSeller
from privdomain.sandbox.kuaishou._tokens import ACCESS_S, AUTHORIZATION_S, TokenDesk
from privdomain.sandbox.kuaishou._words import MESSAGES, Refusal, Speaker
from privdomain.sandbox.pushes import OutgoingCall
from privdomain.sandbox.sales import SoldOrder
from privdomain.sandbox.server import Request

__all__ = ["EmulatedKuaishou"]

_SELLER = "4100000001"
_APP_KEY = "ks0123456789abcdef01"
_APP_SECRET = "a5a5a5a5a5a5a5a5a5a5a5"  # noqa: S105 — opens nothing but a sandbox
_SIGN_SECRET = "5151515151515151515151"  # noqa: S105
_MESSAGE_KEY = "AAECAwQFBgcICQoLDA0ODw=="
_GET, _POST = "GET", "POST"
_ORDERS, _REFUNDS = "/open/order/cursor/list", "/open/seller/order/refund/pcursor/list"
_LISTS = {_ORDERS: "cursor", _REFUNDS: "pcursor"}
_UNLIMITED = Quota()


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@frozen
class _Endpoint:
    method: str
    answer: Callable[[KuaishouSeller, Fields, FaultKind | None], Mapping[str, Any]]


class EmulatedKuaishou:
    """快手小店 on localhost: one application, its sellers, their orders, cases, items, tokens and messages.

    ``sell``, ``open_aftersale``, ``put_item`` and the rest are those of the first seller, ``shop_id``;
    `seller` gives another one of the same application. A merchant's consent is `consent`, which returns the code
    that the application exchanges; `issue_tokens` skips that. ``decrypt_budget`` is how many orders a seller may
    decrypt in a day, ``authorization_s`` is 10 days for the platform's test users. Messages are told to
    ``on_push``, encrypted; of their event names only ``kwaishop_order_addOrder`` is documented, the others are ours.

    ```python
    from datetime import UTC, datetime
    from privdomain.sandbox import SoldLine, SoldOrder
    from privdomain.sandbox.kuaishou import EmulatedKuaishou

    at = datetime(2026, 11, 11, tzinfo=UTC)
    shop = EmulatedKuaishou(clock=lambda: at)
    line = SoldLine(product_id="100", sku_id="1001", quantity=2, unit_price=1000, paid=1800)
    shop.sell(SoldOrder(order_id="2312300041234567", buyer_id="b1", created=at, updated=at, lines=(line,)))
    assert shop.order("2312300041234567")["orderBaseInfo"]["totalFee"] == 1800
    ```
    """

    name = "kuaishou"
    secret_names = frozenset({"access_token", "app_secret", "code", "refresh_token", "sign"})
    codes = frozenset(MESSAGES)
    free_text = re.compile(rb'("(?:error_msg|remark|note|buyerNick|itemTitle|refundDesc|title)":")')

    def __init__(
        self,
        *,
        app_key: str = _APP_KEY,
        app_secret: str = _APP_SECRET,
        sign_secret: str = _SIGN_SECRET,
        message_key: str = _MESSAGE_KEY,
        shop_id: str = _SELLER,
        clock: Callable[[], datetime] = _wall_clock,
        access_s: int = ACCESS_S,
        authorization_s: int = AUTHORIZATION_S,
        decrypt_budget: int = 100,
        quota: Quota = _UNLIMITED,
        orders: Iterable[SoldOrder] = (),
    ) -> None:
        self.app_key, self.app_secret, self.sign_secret = app_key, app_secret, sign_secret
        self.message_key = message_key
        self.shop_id = shop_id
        self.on_push: Callable[[OutgoingCall], None] | None = None
        self._clock, self._quota, self._decrypt_budget = clock, quota, decrypt_budget
        self._tokens = TokenDesk(
            app_key=app_key, app_secret=app_secret, access_s=access_s, authorization_s=authorization_s
        )
        self._speaker, self._meter = Speaker(), Meter()
        self._endpoints = _table()
        self._lock = threading.Lock()
        self._sellers: dict[str, KuaishouSeller] = {}
        self._events = itertools.count(1)
        self._first = self.seller(shop_id)
        for order in orders:
            self.sell(order)

    def __repr__(self) -> str:
        return f"EmulatedKuaishou(app_key={self.app_key!r}, sellers={len(self._sellers)})"

    def now(self) -> datetime:
        """What this platform takes for the present moment."""
        at = self._clock()
        if at.tzinfo is None:
            raise ArgumentError("the clock of a sandbox returns aware datetimes; this one has no zone")
        return at

    # --- sellers and what they have ---

    def seller(self, seller_id: str) -> KuaishouSeller:
        """A seller of the application, new or known."""
        if not (seller_id.isascii() and seller_id.isdigit()):
            raise ArgumentError(f"seller_id={seller_id!r}; 快手 numbers its sellers")
        with self._lock:
            if seller_id not in self._sellers:
                self._sellers[seller_id] = KuaishouSeller(
                    seller_id,
                    now=lambda: milliseconds(self.now()),
                    tell=self.push,
                    decrypt_budget=self._decrypt_budget,
                    first_case=int(seller_id) % 10**8 * 10**8 + 1,
                )
            return self._sellers[seller_id]

    def sell(self, order: SoldOrder) -> None:
        """Add an order of one line, or let it have changed; see `KuaishouSeller.sell` for orders of several."""
        self._first.sell(order)

    def update_order(self, order_id: str, **blocks: Any) -> None:
        """Change members of an order's blocks."""
        self._first.update_order(order_id, **blocks)

    def hold_order(self, order_id: str, *, reason: int = 1) -> None:
        """Let an order have to wait."""
        self._first.hold_order(order_id, reason=reason)

    def order(self, order_id: str) -> Mapping[str, Any]:
        """The order as it is served."""
        return self._first.order(order_id)

    def open_aftersale(self, order_id: str, *, amount: int | None = None, handling_way: int = 10) -> str:
        """The buyer opens a case; its id."""
        return self._first.open_aftersale(order_id, amount=amount, handling_way=handling_way)

    def change_aftersale(self, refund_id: str, **changes: Any) -> None:
        """The case moves on."""
        self._first.change_aftersale(refund_id, **changes)

    def aftersale(self, refund_id: str) -> Mapping[str, Any]:
        """The case as it is served."""
        return self._first.aftersale(refund_id)

    def put_item(
        self,
        item_id: str,
        *,
        skus: Mapping[str, tuple[int, int]],
        title: str = "",
        on_shelf: bool = True,
        audit: int = 2,
    ) -> None:
        """Add an item: ``skus`` are price in fen and stock by SKU id."""
        self._first.put_item(item_id, skus=skus, title=title, on_shelf=on_shelf, audit=audit)

    def stock(self, item_id: str, *, sku_id: str) -> int:
        """Units of a SKU, now."""
        return self._first.stock(item_id, sku_id=sku_id)

    def receiver(self, order_id: str) -> Mapping[str, str]:
        """Who gets an order, in clear."""
        return self._first.receiver(order_id)

    @property
    def effects(self) -> Mapping[tuple[str, str], int]:
        """How often each write of the first seller was carried out."""
        return self._first.effects

    def shorten_aftersales_window(self, seconds: int) -> None:
        """A campaign: cases are listed over this span at the most (300019)."""
        self._first.refunds.window_ms = seconds * 1000

    # --- tokens ---

    def consent(self, shop_id: str = "") -> str:
        """A merchant authorizes: the code, good for two minutes and once."""
        return self._tokens.consent(self.seller(shop_id or self.shop_id).seller_id, at=self._seconds())

    def issue_tokens(self, shop_id: str = "") -> Mapping[str, Any]:
        """A pair of tokens, as if a code had been exchanged."""
        return self._tokens.issue(self.seller(shop_id or self.shop_id).seller_id, at=self._seconds())

    def withdraw(self, shop_id: str = "") -> None:
        """A merchant takes his authorization back."""
        self._tokens.withdraw(shop_id or self.shop_id)

    def revoke_tokens(self) -> None:
        """Every access token handed out so far is refused from now on; refresh tokens still work."""
        self._tokens.revoke()

    def tokens_served(self) -> Mapping[str, int]:
        """How many token requests succeeded, by grant type."""
        return self._tokens.served()

    # --- messages ---

    def push(self, seller_id: str, event: str, biz_id: str, info: Mapping[str, Any]) -> None:
        """Tell an event to ``on_push``, if somebody listens."""
        if self.on_push is None:
            return
        number = next(self._events)
        self._send(
            event,
            {
                "eventId": f"267_{number}_{number * 7919 % 1_000_000}",
                "bizId": int(biz_id),
                "userId": int(seller_id),
                "openId": "",
                "appKey": self.app_key,
                "event": event,
                "info": json.dumps({**info, "sellerId": int(seller_id)}, separators=(",", ":")),
                "createTime": milliseconds(self.now()),
                "test": False,
            },
        )

    def probe(self) -> None:
        """The heartbeat that the platform sends when an address is saved, and now and then."""
        self._send("heartbeat", {"test": True})

    def _send(self, topic: str, document: Mapping[str, Any]) -> None:
        if self.on_push is not None:
            self.on_push(
                OutgoingCall(
                    topic=topic,
                    headers=(("content-type", "text/plain;charset=utf-8"),),
                    body=self.sealed(
                        json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
                    ),
                )
            )

    def sealed(self, plain: bytes) -> bytes:
        """A message as it is sent: padded, encrypted with an IV of zeros, in Base64."""
        gap = 16 - len(plain) % 16
        key = base64.b64decode(self.message_key)
        return base64.b64encode(encrypt_cbc(plain + bytes([gap]) * gap, key=key, iv=bytes(16)))

    # --- what the sandbox asks of a platform ---

    def shows(self, quirk: FaultKind, request: Request) -> bool:
        """Whether a request can be answered with this way of paging badly."""
        if request.path not in _LISTS or quirk not in {FaultKind.EMPTY_PAGE, FaultKind.REPEAT_CURSOR}:
            return False
        if quirk is FaultKind.EMPTY_PAGE:
            return True
        try:
            asked: Any = json.loads(request.query.get("param", ""))
        except ValueError:
            return False
        return isinstance(asked, dict) and bool(cast("dict[str, Any]", asked).get(_LISTS[request.path]))

    def refuse(self, code: str) -> Reply:
        """Say an error without doing anything."""
        return self._speaker.refuse(Refusal(code))

    def handle(self, request: Request, quirk: FaultKind | None) -> Reply:
        """Answer one request."""
        try:
            return self._speaker.say(self._answer(request, quirk))
        except Refusal as refusal:
            return self._speaker.refuse(refusal)

    def _answer(self, request: Request, quirk: FaultKind | None) -> Mapping[str, Any]:
        at = self._seconds()
        if request.path == "/oauth2/access_token":
            _check_verb(request, _GET)
            return self._tokens.get(request.query, at=at)
        if request.path == "/oauth2/refresh_token":
            _check_verb(request, _POST)
            return self._tokens.refresh(public_parameters(request), at=at)
        endpoint = self._endpoints.get(request.path)
        if endpoint is None:
            raise Refusal("param", "there is no such method")
        _check_verb(request, endpoint.method)
        sent = public_parameters(request)
        fields = check_signature(sent, app_key=self.app_key, sign_secret=self.sign_secret, path=request.path)
        seller = self.seller(self._tokens.seller_of(sent["access_token"], at=at))
        spent = self._meter.count(f"{seller.seller_id}{request.path}", self._quota, at=at)
        if spent is not None:
            raise Refusal("qps" if spent is Spent.MINUTE else "quota")
        return endpoint.answer(seller, fields, quirk)

    def _seconds(self) -> float:
        return self.now().timestamp()


def _check_verb(request: Request, method: str) -> None:
    if request.method != method:
        raise Refusal("verb")


def _table() -> dict[str, _Endpoint]:
    """Every method this platform knows, by its address."""
    return {
        _ORDERS: _Endpoint(_GET, lambda seller, fields, quirk: seller.orders.listing(fields, quirk)),
        "/open/order/detail": _Endpoint(_GET, lambda seller, fields, _: seller.orders.detail(fields)),
        "/open/seller/order/goods/deliver": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.deliver(fields)
        ),
        "/open/order/goods/split/deliver": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.split_deliver(fields)
        ),
        "/open/seller/order/logistics/update": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.update_logistics(fields)
        ),
        "/open/seller/order/goods/logistics/append": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.append_logistics(fields)
        ),
        "/open/seller/order/note/add": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.add_note(fields)
        ),
        "/open/seller/order/close": _Endpoint(_POST, lambda seller, fields, _: seller.orders.close(fields)),
        "/open/order/decrypt/batch": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.decrypt(fields)
        ),
        "/open/order/desensitise/batch": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.desensitise(fields)
        ),
        "/open/order/encrypt/batch": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.encrypt(fields)
        ),
        "/open/order/search/index/batch": _Endpoint(
            _POST, lambda seller, fields, _: seller.orders.index(fields)
        ),
        _REFUNDS: _Endpoint(_GET, lambda seller, fields, quirk: seller.refunds.listing(fields, quirk)),
        "/open/seller/order/refund/detail": _Endpoint(
            _GET, lambda seller, fields, _: seller.refunds.detail(fields)
        ),
        "/open/seller/order/refund/approve": _Endpoint(
            _POST, lambda seller, fields, _: seller.refunds.approve(fields)
        ),
        "/open/seller/order/refund/returngoods/approve": _Endpoint(
            _POST, lambda seller, fields, _: seller.refunds.approve_return(fields)
        ),
        "/open/seller/order/refund/confirm/receipt": _Endpoint(
            _POST, lambda seller, fields, _: seller.refunds.confirm_receipt(fields)
        ),
        "/open/refund/reject": _Endpoint(_POST, lambda seller, fields, _: seller.refunds.reject(fields)),
        "/open/refund/reject/reason": _Endpoint(
            _GET, lambda seller, fields, _: seller.refunds.reasons(fields)
        ),
        "/open/item/list/get": _Endpoint(_GET, lambda seller, fields, _: seller.items.listing(fields)),
        "/open/item/get": _Endpoint(_GET, lambda seller, fields, _: seller.items.get(fields)),
        "/open/item/sku/stock/update": _Endpoint(
            _POST, lambda seller, fields, _: seller.items.update_stock(fields)
        ),
        "/open/item/shelf/status/update": _Endpoint(
            _POST, lambda seller, fields, _: seller.items.set_shelf(fields)
        ),
        "/open/shop/info/get": _Endpoint(
            _GET, lambda seller, _fields, _: {"data": {"shopName": f"店铺 {seller.seller_id}", "shopType": 5}}
        ),
        "/open/user/seller/get": _Endpoint(
            _GET,
            lambda seller, _fields, _: {
                "data": {
                    "sellerId": int(seller.seller_id),
                    "openId": f"open-{seller.seller_id}",
                    "name": f"店铺 {seller.seller_id}",
                }
            },
        ),
    }
