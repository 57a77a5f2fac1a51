"""A small platform of our own, served by the sandbox, and the clients that talk to it through the shared core.

It counts every effect: a parcel told twice is two parcels, a refund agreed to twice is two refunds, a difference of
stock sent twice counts twice. Under the name ``kuaishou`` it takes differences of stock, as 快手 does; under any other
name it overwrites.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from attrs import frozen

from privdomain import Money
from privdomain.calendar import ManualClock
from privdomain.errors import PlatformUnavailable, ProtocolViolation, RequestRejected
from privdomain.models import (
    AfterSale,
    AfterSaleStatus,
    AfterSaleType,
    Buyer,
    Order,
    OrderLine,
    OrderStatus,
    Parcel,
    Stock,
)
from privdomain.platforms import (
    AsyncShopClient,
    Capability,
    Conversation,
    Done,
    Fault,
    Habits,
    HttpRequest,
    Json,
    MemoryTokenStore,
    Operation,
    Payload,
    Policy,
    Repeat,
    Retry,
    ShopCapabilities,
    ShopClient,
    ShopPlans,
    Support,
)
from privdomain.sandbox import Reply

START = datetime(2026, 11, 11, tzinfo=UTC)
WRITES = ("/ship", "/stock/set", "/stock/add", "/refund/agree", "/memo/set")


class Depot:
    """The emulated platform."""

    secret_names = frozenset[str]()
    codes = frozenset({"busy", "closed"})
    free_text = re.compile(rb'("memo":")')

    def __init__(self, name: str = "depot") -> None:
        self.name = name
        self.parcels: dict[str, list[str]] = {}
        self.refunds = Counter[str]()
        self.stock: dict[str, int] = {}
        self.memos: dict[str, list[str]] = {}
        self.told: list[tuple[str, Any]] = []
        self.refused = set[str]()
        self._lock = threading.Lock()

    def handle(self, request, quirk) -> Reply:
        body = request.document
        with self._lock:
            if body.get("id") in self.refused and request.path in WRITES:
                return self._say({"code": "closed"})
            return self._say({"code": "0", **self._answer(request.path, body)})

    def _answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        one = body.get("id", "")
        if path in WRITES:
            self.told.append((path, body))
        match path:
            case "/ship":
                self.parcels.setdefault(one, []).append(body["waybill"])
            case "/order":
                return {"parcels": self.parcels.get(one, [])}
            case "/refund/agree":
                self.refunds[one] += 1
            case "/case":
                return {"agreed": self.refunds[one] > 0}
            case "/stock/set":
                self.stock[one] = body["quantity"]
            case "/stock/add":
                self.stock[one] = self.stock.get(one, 0) + body["by"]
            case "/stock":
                return {"quantity": self.stock.get(one, 0)}
            case "/memo/set":
                self.memos.setdefault(one, []).append(body["memo"])
        return {}

    def _say(self, document: dict[str, Any]) -> Reply:
        return Reply(code=document["code"], body=json.dumps(document).encode())

    def shows(self, quirk, request) -> bool:
        return False

    def refuse(self, code: str) -> Reply:
        return self._say({"code": code})

    def revoke_tokens(self) -> None:
        """It has none."""


# --- its client, on the shared core ---


class OrderReply(Payload):
    parcels: tuple[str, ...] = ()


class CaseReply(Payload):
    agreed: bool = False


class StockReply(Payload):
    quantity: int = 0


class _Asked:
    page: ClassVar = "tests/dispatch/_depot.py (read 2026-11-24)"
    signed: ClassVar = False


class TellShipped(_Asked, Operation[Done]):
    path: ClassVar = "/ship"
    id: str
    waybill: str


class AgreeToRefund(_Asked, Operation[Done]):
    path: ClassVar = "/refund/agree"
    id: str


class OverwriteStock(_Asked, Operation[Done]):
    path: ClassVar = "/stock/set"
    id: str
    quantity: int


class AddStock(_Asked, Operation[Done]):
    path: ClassVar = "/stock/add"
    id: str
    by: int


class WriteMemo(_Asked, Operation[Done]):
    path: ClassVar = "/memo/set"
    id: str
    memo: str


class GetOrder(_Asked, Operation[OrderReply]):
    path: ClassVar = "/order"
    repeat: ClassVar = Repeat.ALWAYS
    id: str


class GetCase(_Asked, Operation[CaseReply]):
    path: ClassVar = "/case"
    repeat: ClassVar = Repeat.ALWAYS
    id: str


class GetStock(_Asked, Operation[StockReply]):
    path: ClassVar = "/stock"
    repeat: ClassVar = Repeat.ALWAYS
    id: str


@frozen
class DepotDialect:
    platform: str
    base_url: str
    shop_id: str = "s1"
    token_key: str = "depot"

    def request(self, operation, *, token):
        return HttpRequest(
            method="POST",
            url=self.base_url + operation.path,
            headers=(("content-type", "application/json"),),
            body=operation.model_dump_json().encode(),
        )

    def answer(self, operation, response, *, token) -> Json | Fault:
        if response.status != 200:
            return Fault(kind=PlatformUnavailable, policy=Policy.BACKOFF, meaning=f"HTTP {response.status}")
        try:
            payload = json.loads(response.body)
        except ValueError:
            return Fault(kind=ProtocolViolation, policy=Policy.BACKOFF, meaning="no JSON")
        match payload["code"]:
            case "0":
                return payload
            case "busy":
                return Fault(
                    kind=PlatformUnavailable,
                    policy=Policy.BACKOFF,
                    meaning="busy",
                    code="busy",
                    refused=True,
                )
            case code:
                return Fault(
                    kind=RequestRejected, policy=Policy.NO, meaning="closed", code=code, request_id="r-7"
                )

    def token_operation(self, refresh):
        raise AssertionError("no operation of it is signed")

    def grant(self, payload):
        raise AssertionError("no operation of it is signed")


_YES = Capability(Support.YES)
_CAN = ShopCapabilities(
    order=_YES,
    aftersale=_YES,
    stock=_YES,
    ship=_YES,
    ship_split=_YES,
    set_stock=_YES,
    set_memo=_YES,
    agree_refund=_YES,
    orders_window=timedelta(days=7),
    aftersales_window=timedelta(days=7),
)


@frozen
class DepotPlans(ShopPlans):
    platform: str
    conversation: Conversation
    shop_id: str = "s1"
    capabilities: ShopCapabilities = _CAN

    def order(self, order_id):
        reply = yield from self.send(GetOrder(id=order_id))
        line = OrderLine(
            line_id="1",
            product_id="p",
            sku_id="k",
            quantity=1,
            unit_price=Money.cny("9"),
            paid=Money.cny("9"),
        )
        return Order(
            platform=self.platform,
            shop_id=self.shop_id,
            order_id=order_id,
            status=OrderStatus.PARTIALLY_SHIPPED if reply.parcels else OrderStatus.PAID,
            created_at=START,
            updated_at=START,
            lines=(line,),
            freight=Money.cny("0"),
            total=Money.cny("9"),
            buyer=Buyer(buyer_id="b"),
            parcels=tuple(Parcel(waybill_id=waybill) for waybill in reply.parcels),
        )

    def aftersale(self, aftersale_id):
        reply = yield from self.send(GetCase(id=aftersale_id))
        return AfterSale(
            platform=self.platform,
            shop_id=self.shop_id,
            aftersale_id=aftersale_id,
            order_id="o",
            type=AfterSaleType.REFUND_ONLY,
            status=AfterSaleStatus.REFUNDING if reply.agreed else AfterSaleStatus.WAITING_SHOP,
            created_at=START,
            updated_at=START,
        )

    def stock(self, product_id, sku_id):
        reply = yield from self.send(GetStock(id=f"{product_id}/{sku_id}"))
        return Stock(
            platform=self.platform,
            shop_id=self.shop_id,
            product_id=product_id,
            sku_id=sku_id,
            sellable=reply.quantity,
            at=START,
        )

    def ship(self, order_id, parcels):
        for parcel in parcels:
            yield from self.send(TellShipped(id=order_id, waybill=parcel.waybill_id))

    def agree_refund(self, aftersale_id, *, amount):
        yield from self.send(AgreeToRefund(id=aftersale_id))

    def set_stock(self, product_id, sku_id, quantity):
        one = f"{product_id}/{sku_id}"
        if self.platform != "kuaishou":
            yield from self.send(OverwriteStock(id=one, quantity=quantity))
            return
        now = yield from self.send(GetStock(id=one))
        yield from self.send(AddStock(id=one, by=quantity - now.quantity))

    def set_memo(self, order_id, text):
        yield from self.send(WriteMemo(id=order_id, memo=text))


def _plans(platform: str, url: str) -> DepotPlans:
    habits = Habits(
        retry=Retry(attempts=2),
        rate_limit=None,
        token_store=MemoryTokenStore(),
        random_state=1,
        clock=ManualClock(START),
        monotonic=lambda: 0.0,
    )
    return DepotPlans(platform=platform, conversation=Conversation(DepotDialect(platform, url), habits))


def depot_shop(url: str, platform: str = "depot") -> ShopClient:
    return ShopClient(_plans(platform, url), base_url=url, http=None, transport=None)


def async_depot_shop(url: str, platform: str = "depot") -> AsyncShopClient:
    return AsyncShopClient(_plans(platform, url), base_url=url, http=None, transport=None)
