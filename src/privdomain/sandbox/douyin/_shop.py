"""The emulated 抖店: what it has, what it answers, what it tells by itself. douyin.md A1–A11."""

from __future__ import annotations

import hmac
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from attrs import frozen

from privdomain.sandbox._quota import Meter, Quota
from privdomain.sandbox._service import Reply
from privdomain.sandbox.douyin._cases import CaseBook
from privdomain.sandbox.douyin._ciphers import CipherDesk
from privdomain.sandbox.douyin._fields import Fields
from privdomain.sandbox.douyin._ledger import Ledger
from privdomain.sandbox.douyin._orders import CARRIERS, OrderBook
from privdomain.sandbox.douyin._payloads import sold_payload
from privdomain.sandbox.douyin._products import ProductShelf
from privdomain.sandbox.douyin._pushes import Teller
from privdomain.sandbox.douyin._sign import call_sign
from privdomain.sandbox.douyin._tokens import LIFE_S, TokenDesk
from privdomain.sandbox.douyin._words import MESSAGES, Refusal, Speaker
from privdomain.sandbox.faults import FaultKind
from privdomain.sandbox.sales import SoldOrder
from privdomain.sandbox.server import UNREADABLE, Request

__all__ = ["DEFAULT_APP_KEY", "DEFAULT_APP_SECRET", "DEFAULT_SHOP_ID", "EmulatedDouyin"]

DEFAULT_APP_KEY = "3409000000000000001"
DEFAULT_APP_SECRET = "5a9d0b0c-01d0-11f8-91dc-05a8cd105400"  # noqa: S105 — opens nothing but a sandbox
DEFAULT_SHOP_ID = "4463798"

_TOLERANCE_S = 600
_UNLIMITED = Quota()
_LIST = frozenset({"order.searchList", "afterSale.List"})
_TAGS = {1: "100", 2: "101", 101: "108", 3: "102", 4: "106", 5: "103"}


@frozen
class _Room:
    """What one shop has."""

    orders: OrderBook
    cases: CaseBook
    products: ProductShelf
    ledger: Ledger
    ciphers: CipherDesk


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class EmulatedDouyin(Teller):
    """抖店 on localhost, for an app with shops of its own and for shops that authorize it.

    ``shop_ids`` are the app's own shops; `consent` lets another one in. ``clock`` is what tokens, lists and budgets
    live by, ``token_life_s`` how long a token lives, ``decrypt_budget`` how many texts a shop may decrypt in a day.
    What was really done is counted: ``effects["ship", "order/waybill"]``, ``effects["refund", case]`` and so on.
    ``on_push`` gets what the platform tells.

    ```python
    from datetime import UTC, datetime
    from privdomain.sandbox import SoldLine, SoldOrder
    from privdomain.sandbox.douyin import EmulatedDouyin

    at = datetime(2026, 11, 11, tzinfo=UTC)
    shop = EmulatedDouyin(clock=lambda: at)
    line = SoldLine(product_id="100", sku_id="1001", quantity=2, unit_price=1000, paid=1800)
    shop.sell(SoldOrder(order_id="4933609365066313446", buyer_id="b1", created=at, updated=at, lines=(line,)))
    assert shop.order("4933609365066313446")["pay_amount"] == 1800
    ```
    """

    name = "douyin"
    secret_names = frozenset({"access_token", "refresh_token", "code", "sign", "plain_text", "post_receiver"})
    codes = frozenset(MESSAGES)
    free_text = re.compile(rb'("(?:sub_msg|product_name|buyer_words|seller_words|name)":")')

    def __init__(
        self,
        *,
        app_key: str = DEFAULT_APP_KEY,
        app_secret: str = DEFAULT_APP_SECRET,
        shop_ids: tuple[str, ...] = (DEFAULT_SHOP_ID,),
        clock: Callable[[], datetime] = _wall_clock,
        token_life_s: float = LIFE_S,
        decrypt_budget: int = 1000,
        quotas: Mapping[str, Quota] | None = None,
    ) -> None:
        super().__init__(app_key=app_key, app_secret=app_secret, clock=clock)
        self.shop_id = shop_ids[0]
        self.shop_id = shop_ids[0] if shop_ids else ""
        self._shop_ids, self._budget = shop_ids, decrypt_budget
        self._tokens = TokenDesk(shop_ids, life_s=token_life_s)
        self._speaker, self._meter = Speaker(), Meter()
        self._quotas = dict(quotas or {})
        self._rooms: dict[str, _Room] = {}
        self._lock = threading.Lock()
        self.effects: Counter[tuple[str, str]] = Counter()

    def __repr__(self) -> str:
        return f"EmulatedDouyin(app_key={self.app_key!r}, shops={len(self._rooms)})"

    # --- what a test does ---

    def sell(self, order: SoldOrder, *, shop_id: str = "") -> None:
        """Add a sale, or let it have changed; whoever listens is told."""
        room = self._room(shop_id)
        payload = sold_payload(order)
        if order.order_id in room.orders:
            old = room.orders.payload(order.order_id)
            payload["logistics_info"] = old["logistics_info"]
        self.put_order(payload, shop_id=shop_id)

    def put_order(self, order: Mapping[str, Any], *, shop_id: str = "") -> None:
        """Add an order as `douyin_order` makes it, or replace the one with its id."""
        room = self._room(shop_id)
        tag = _TAGS.get(order["order_status"], "100") if order["order_id"] in room.orders else "100"
        room.orders.put(order)
        self.tell_order(shop_id or self._shop_ids[0], tag, room.orders.payload(order["order_id"]))

    def update_order(self, order_id: str, *, shop_id: str = "", **fields: Any) -> None:
        """Replace top-level fields of an order; its update time becomes now unless it is among them."""
        self._room(shop_id).orders.change(order_id, fields, at=self._second())

    def order(self, order_id: str, *, shop_id: str = "") -> Mapping[str, Any]:
        """The payload served for an order."""
        return self._room(shop_id).orders.payload(order_id)

    def put_product(self, product: Mapping[str, Any], *, shop_id: str = "") -> None:
        """Add a product as `douyin_product` makes it."""
        self._room(shop_id).products.put(product)

    def units(self, sku_id: str, *, shop_id: str = "") -> int:
        """How many of a variant there are."""
        return self._room(shop_id).products.units(sku_id)

    def open_aftersale(
        self,
        aftersale_id: str,
        *,
        order_id: str,
        line_id: str,
        amount: int,
        kind: int = 1,
        freight: int = 0,
        shop_id: str = "",
    ) -> None:
        """A buyer applies: ``kind`` 0 with a return, 1 and 2 without; ``amount`` in fen, freight included."""
        self._room(shop_id).cases.open(
            aftersale_id,
            order_id=order_id,
            line_id=line_id,
            kind=kind,
            amount=amount,
            freight=freight,
            at=self._second(),
        )

    def buyer_returns(self, aftersale_id: str, *, waybill_id: str, shop_id: str = "") -> None:
        """The buyer sends the goods back."""
        self._room(shop_id).cases.buyer_returns(aftersale_id, waybill_id=waybill_id, at=self._second())

    def buyer_withdraws(self, aftersale_id: str, *, shop_id: str = "") -> None:
        """The buyer changes his mind."""
        self._room(shop_id).cases.withdraw(aftersale_id, at=self._second())

    def case(self, aftersale_id: str, *, shop_id: str = "") -> tuple[int, int]:
        """Status and refund status of a case."""
        return self._room(shop_id).cases.status(aftersale_id)

    def book(
        self,
        trade_no: str,
        *,
        at: datetime,
        amount: int,
        order_id: str = "",
        tag: int = 3,
        shop_id: str = "",
        **more: Any,
    ) -> None:
        """Book a movement on the shop's account: positive in, negative out."""
        self._room(shop_id).ledger.book(trade_no, at=at, amount=amount, order_id=order_id, tag=tag, **more)

    def decrypted(self, operator: str, *, shop_id: str = "") -> int:
        """How many texts an operator has had decrypted."""
        return self._room(shop_id).ciphers.decrypted[operator]

    def consent(self, shop_id: str = "") -> str:
        """A merchant authorizes the app: the code that the redirect carries, good once, for ten minutes."""
        shop_id = shop_id or self.shop_id
        self._room(shop_id)
        return self._tokens.code(shop_id, at=self.now().timestamp())

    def withdraw(self, shop_id: str = "") -> None:
        """A merchant takes his authorization back."""
        self._tokens.withdraw(shop_id or self.shop_id)

    def revoke_tokens(self) -> None:
        """Every access token handed out so far is refused from now on."""
        self._tokens.revoke()

    @property
    def tokens_issued(self) -> int:
        """How many pairs were made."""
        return self._tokens.issued

    @property
    def refreshes(self) -> int:
        """How often a refresh token was taken."""
        return self._tokens.refreshed

    # --- what the sandbox asks ---

    def shows(self, quirk: FaultKind, request: Request) -> bool:
        """Whether a request can be answered with this way of paging badly."""
        method = request.path.strip("/").replace("/", ".")
        document = request.document
        fields = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
        if quirk is FaultKind.EMPTY_PAGE:
            return method in _LIST
        return (
            quirk is FaultKind.REPEAT_CURSOR and method == "product.listV2" and bool(fields.get("cursor_id"))
        )

    def refuse(self, code: str) -> Reply:
        """Say an error without doing anything; ``code`` is the sub code."""
        return self._speaker.refuse(Refusal(code), at=self.now().timestamp())

    def handle(self, request: Request, quirk: FaultKind | None) -> Reply:
        """Answer one request."""
        at = self.now().timestamp()
        old_codes = request.headers.get("x-open-no-old-err-code") != "1"
        try:
            data = self._answer(request, quirk, at=at)
        except Refusal as refusal:
            return self._speaker.refuse(refusal, at=at, old_codes=old_codes)
        return self._speaker.say(data, at=at, old_codes=old_codes)

    def _answer(self, request: Request, quirk: FaultKind | None, *, at: float) -> Any:
        method = request.path.strip("/").replace("/", ".")
        fields = self._admitted(request, method, at=at)
        if method == "token.create":
            return self._tokens.create(fields, at=at)
        if method == "token.refresh":
            return self._tokens.refresh(fields, at=at)
        answers = self._answers()
        if method not in answers:
            raise Refusal("isp.api-service-off", method)
        shop_id = self._tokens.check(request.query.get("access_token", ""), at=at)
        spent = self._meter.count(method, self._quotas.get(method, _UNLIMITED), at=at)
        if spent is not None:
            raise Refusal("isv.traffic-limited")
        return answers[method](self._room(shop_id), fields, quirk)

    def _admitted(self, request: Request, method: str, *, at: float) -> Fields:
        """What was sent, once the app, the time and the signature are right."""
        query = request.query
        if not query.get("app_key"):
            raise Refusal("isv.app-id-missing")
        if query["app_key"] != self.app_key:
            raise Refusal("isv.app-id-invalid")
        if not query.get("sign"):
            raise Refusal("isv.signature-missing")
        timestamp = query.get("timestamp", "")
        if not timestamp.isdigit():
            raise Refusal("isv.timestamp-format-error")
        if abs(int(timestamp) - at) > _TOLERANCE_S:
            raise Refusal("isv.timestamp-invalid")
        if query.get("method") != method or query.get("v") != "2" or request.method != "POST":
            raise Refusal("isv.parameter-invalid", "method, v")
        ours = call_sign(query, request.body.decode("utf-8", "replace"), secret=self.app_secret)
        if not hmac.compare_digest(ours, query["sign"]):
            raise Refusal("isv.signature-invalid")
        document = request.document
        if document is UNREADABLE or not isinstance(document, dict):
            raise Refusal("isv.parameter-invalid", "param_json")
        return Fields(cast("dict[str, Any]", document))

    def _answers(self) -> dict[str, Callable[[_Room, Fields, FaultKind | None], Any]]:
        at = self._second()
        return {
            "order.searchList": lambda room, fields, quirk: room.orders.listed(fields, quirk, at=at),
            "order.orderDetail": lambda room, fields, _: room.orders.detail(fields),
            "order.addOrderRemark": lambda room, fields, _: room.orders.remark(fields),
            "order.logisticsAdd": lambda room, fields, _: room.orders.ship_whole(fields, at=at),
            "order.logisticsAddSinglePack": lambda room, fields, _: room.orders.ship_pack(fields, at=at),
            "order.logisticsAddMultiPack": lambda room, fields, _: room.orders.ship_packs(fields, at=at),
            "order.logisticsCompanyList": lambda room, fields, _: _carriers(),  # noqa: ARG005
            "logistics.trackNoRouteDetail": lambda room, fields, _: _route(fields, at=at),  # noqa: ARG005
            "order.batchDecrypt": lambda room, fields, _: room.ciphers.decrypt(fields, at=at),
            "order.batchSensitive": lambda room, fields, _: room.ciphers.mask(fields),
            "order.batchEncrypt": lambda room, fields, _: room.ciphers.encrypt(fields),
            "order.BatchSearchIndex": lambda room, fields, _: room.ciphers.search(fields),
            "order.getShopAccountItem": lambda room, fields, _: room.ledger.listed(fields),
            "afterSale.List": lambda room, fields, quirk: room.cases.listed(fields, quirk, at=at),
            "afterSale.Detail": lambda room, fields, _: room.cases.detail(fields),
            "afterSale.operate": lambda room, fields, _: room.cases.operate(fields, at=at),
            "afterSale.rejectReasonCodeList": lambda room, fields, _: room.cases.reasons(),  # noqa: ARG005
            "product.listV2": lambda room, fields, quirk: room.products.listed(fields, quirk),
            "product.detail": lambda room, fields, _: room.products.detail(fields),
            "sku.stockNum": lambda room, fields, _: room.products.stock(fields),
            "sku.syncStock": lambda room, fields, _: room.products.sync(fields),
            "sku.syncStockBatch": lambda room, fields, _: room.products.sync_batch(fields),
            "sku.syncStockBatchMultiProducts": lambda room, fields, _: room.products.sync_products(fields),
        }

    def _room(self, shop_id: str) -> _Room:
        name = shop_id or self._shop_ids[0]
        with self._lock:
            if name not in self._rooms:
                self._rooms[name] = self._new_room(name)
            return self._rooms[name]

    def _new_room(self, shop_id: str) -> _Room:
        known: list[OrderBook] = []
        ciphers = CipherDesk(
            self.app_secret, shop_id=shop_id, budget=self._budget, knows=lambda order_id: order_id in known[0]
        )
        orders = OrderBook(shop_id=shop_id, ciphers=ciphers, effects=self.effects)
        known.append(orders)
        orders.on_change = lambda tag, order: self.tell_order(shop_id, tag, order)
        cases = CaseBook(orders, effects=self.effects)
        cases.on_change = lambda tag, case: self.tell_case(shop_id, tag, case)
        return _Room(orders, cases, ProductShelf(effects=self.effects), Ledger(), ciphers)

    def _second(self) -> int:
        return int(self.now().timestamp())


def _carriers() -> list[dict[str, Any]]:
    return [
        {"id": number, "name": name, "code": code} for number, (code, name) in enumerate(CARRIERS.items(), 1)
    ]


def _route(fields: Fields, *, at: int) -> dict[str, Any]:
    track_no, express = fields.text("track_no"), fields.text("logistics_code")
    told = ((-7200, "已揽收", "快件已由杭州揽收"), (-3600, "运输中", "快件已发往上海"))
    nodes = [
        {
            "content": text,
            "timestamp": str(at + offset),
            "state": "1",
            "state_description": word,
            "site_name": "杭州",
        }
        for offset, word, text in told
    ]
    return {"route__node_list": nodes, "track_info": {"track_no": track_no, "express": express}}
