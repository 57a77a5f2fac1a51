"""A 微信小店 in a function, for tests: it keeps to the published protocol, and goes wrong where a test says so.

It is called instead of the network, writes down every request, and checks tokens and windows itself.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import anyio

from privdomain.calendar import FixedClock, Period
from privdomain.errors import PrivdomainError
from privdomain.models import Order
from privdomain.platforms import (
    HttpRequest,
    HttpResponse,
    MemoryTokenStore,
    NoAnswer,
    Page,
    Retry,
    waiting_off,
)
from privdomain.platforms.wechat_shop import AsyncWeChatShop, WeChatShop

T0 = 1_793_462_400  # 2026-10-31T16:00:00Z, the first second of November in Shanghai
DAY = 24 * 3600
NOVEMBER = Period.month(2026, 11)
AT = datetime(2026, 11, 11, 12, 0, 30, tzinfo=UTC)
KINDS = ("sync", "asyncio", "trio")

Interrupt = HttpResponse | NoAnswer | Callable[["ScriptedShop"], HttpResponse]


def order_payload(order_id: str = "3705115058471208928", **changes: Any) -> dict[str, Any]:
    """An order of the published shape: two lines, 10 % off the first, freight."""
    payload: dict[str, Any] = {
        "order_id": order_id,
        "status": 30,
        "openid": "oBuyer-1",
        "unionid": "uBuyer-1",
        "create_time": T0 + 100,
        "update_time": T0 + 200,
        "order_detail": {
            "product_infos": [
                {
                    "product_id": "10000001", "sku_id": "20000001", "product_unique_id": f"{order_id}_001",
                    "sku_cnt": 2, "title": "龙井 2026 春茶", "sku_code": "TEA-1",
                    "sku_attrs": [{"attr_key": "规格", "attr_value": "250g"}],
                    "sale_price": 10000, "market_price": 12000, "real_price": 18000, "estimate_price": 18000,
                    "is_discounted": True, "merchant_discounted_price": 2000,
                    "on_aftersale_sku_cnt": 0, "finish_aftersale_sku_cnt": 0,
                },
                {
                    "product_id": 10000002, "sku_id": 20000002, "sku_cnt": 1, "title": "茶杯",
                    "sale_price": 3000, "real_price": 3000, "estimate_price": 3000,
                },
            ],
            "pay_info": {"prepay_id": "p1", "pay_time": T0 + 150, "transaction_id": "42000", "payment_method": 1},
            "price_info": {
                "product_price": 23000, "order_price": 22000, "freight": 1000, "discounted_price": 2000,
                "is_discounted": True, "merchant_discounted_price": 2000, "merchant_receieve_price": 22000,
            },
            "delivery_info": {
                "address_info": {
                    "user_name": "李**", "tel_number": "138****0000", "province_name": "浙江省",
                    "city_name": "杭州市", "county_name": "西湖区", "detail_info": "文三路", "house_number": "1 号",
                    "hash_code": "h4sh",
                },
                "ship_done_time": T0 + 180,
            },
            "ext_info": {"customer_notes": "请轻放", "confirm_receipt_time": 0, "order_scene": 2},
        },
    }  # fmt: skip
    payload.update(changes)
    return payload


def detail(payload: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of an order with one value of its detail changed: ``detail(order, "price_info.freight", 0)``."""
    changed = copy.deepcopy(payload)
    *parents, last = path.split(".")
    here = changed["order_detail"]
    for parent in parents:
        here = here[int(parent)] if parent.isdigit() else here.setdefault(parent, {})
    here[int(last) if last.isdigit() else last] = value
    return changed


def many_orders(count: int, *, step_s: int = 3600) -> dict[str, dict[str, Any]]:
    """Orders whose update times are ``step_s`` apart, the first at the beginning of November."""
    orders = (order_payload(str(3705115058471200000 + n), update_time=T0 + n * step_s) for n in range(count))
    return {order["order_id"]: order for order in orders}


def busy(code: int = -1, message: str = "system error rid: 6715c0ff-1a2b3c4d-5e6f7a8b") -> HttpResponse:
    """A business error."""
    return HttpResponse.of_json({"errcode": code, "errmsg": message})


def silence(*, may_have_arrived: bool = True) -> NoAnswer:
    """A time-out."""
    return NoAnswer("no answer in time", may_have_arrived=may_have_arrived)


class ScriptedShop:
    """The server; ``interrupts`` says what happens to the n-th request (from 1) instead of an answer."""

    def __init__(
        self,
        orders: Mapping[str, dict[str, Any]] | None = None,
        *,
        products: Mapping[str, dict[str, Any]] | None = None,
        interrupts: Mapping[int, Interrupt] | None = None,
        secret: str = "s3cret-of-the-app",
    ) -> None:
        self.orders = dict(orders or {})
        self.products = dict(products or {})
        self.interrupts = dict(interrupts or {})
        self.secret = secret
        self.requests: list[HttpRequest] = []
        self.grants = 0
        self.token = ""

    @property
    def transcript(self) -> list[tuple[str, str, str]]:
        """Method, whole address and body of every request."""
        return [(request.method, request.full_url, request.body.decode()) for request in self.requests]

    @property
    def paths(self) -> list[str]:
        """The last two parts of every request's path."""
        return ["/".join(request.url.split("/")[-2:]) for request in self.requests]

    def bodies(self, path: str) -> list[dict[str, Any]]:
        """The decoded bodies of the requests to a path."""
        return [json.loads(request.body) for request in self.requests if request.url.endswith(path)]

    def revoke(self) -> None:
        """The token dies; the next one is another."""
        self.token = ""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        interrupt = self.interrupts.get(len(self.requests))
        if isinstance(interrupt, NoAnswer):
            raise NoAnswer(interrupt.reason, may_have_arrived=interrupt.may_have_arrived)
        if isinstance(interrupt, HttpResponse):
            return interrupt
        if interrupt is not None:
            return interrupt(self)
        return self.answer(request)

    def answer(self, request: HttpRequest) -> HttpResponse:
        body = json.loads(request.body)
        if request.url.endswith("/cgi-bin/stable_token"):
            return self._grant(body)
        if dict(request.query).get("access_token") != self.token or not self.token:
            return busy(40001, "invalid credential, access_token is invalid or not latest rid: 1-2-3")
        match request.url.split("/channels/ec/")[1]:
            case "order/list/get":
                return self._list(body)
            case "order/get":
                if body["order_id"] not in self.orders:
                    return busy(100002, "order not found")
                return HttpResponse.of_json(
                    {"errcode": 0, "errmsg": "ok", "order": self.orders[body["order_id"]]}
                )
            case "product/list/get":
                return self._list_products(body)
            case "product/get":
                return HttpResponse.of_json({"errcode": 0, "product": self.products[body["product_id"]]})
            case other:
                return busy(40066, f"no such path: {other}")

    def _grant(self, body: dict[str, Any]) -> HttpResponse:
        if body["secret"] != self.secret:
            return busy(40125, "invalid appsecret, view more at http://t.cn rid: 9-9-9")
        if not self.token:
            self.grants += 1
            self.token = f"T0KEN-{self.grants}"
        return HttpResponse.of_json({"access_token": self.token, "expires_in": 7200})

    def _list(self, body: dict[str, Any]) -> HttpResponse:
        since, until = body["update_time_range"]["start_time"], body["update_time_range"]["end_time"]
        if until - since > 7 * DAY:
            return busy(40097, "invalid args: time range")
        found = sorted(
            (order["update_time"], id_)
            for id_, order in self.orders.items()
            if since <= order["update_time"] <= until
        )
        begin = int(body["next_key"] or 0)
        end = begin + body["page_size"]
        return HttpResponse.of_json(
            {
                "errcode": 0,
                "errmsg": "ok",
                "order_id_list": [id_ for _, id_ in found[begin:end]],
                "next_key": str(end),
                "has_more": end < len(found),
            }
        )

    def _list_products(self, body: dict[str, Any]) -> HttpResponse:
        begin = int(body["next_key"] or 0)
        ids = list(self.products)[begin : begin + body["page_size"]]
        key = str(begin + len(ids)) if ids else ""
        return HttpResponse.of_json(
            {"errcode": 0, "product_ids": ids, "next_key": key, "total_num": len(self.products)}
        )


def options(**changes: Any) -> dict[str, Any]:
    """What a client of these tests is made with: own tokens, seeded jitter, a clock that stands still, no rate learned."""
    usual: dict[str, Any] = {
        "app_id": "wx1", "app_secret": "s3cret-of-the-app", "token_store": MemoryTokenStore(),
        "random_state": 7, "clock": FixedClock(AT), "retry": Retry(),
        "adaptive": None,
    }  # fmt: skip
    return usual | changes


@contextmanager
def shop_of(server: ScriptedShop, **changes: Any) -> Iterator[WeChatShop]:
    """A blocking client of the server; waits are skipped."""
    with waiting_off(), WeChatShop(transport=server, **options(**changes)) as shop:
        yield shop


def pull(
    kind: str, server: ScriptedShop, *, updated: Period = NOVEMBER, page_size: int = 100, **changes: Any
) -> tuple[list[Page[Order]], PrivdomainError | None, list[float]]:
    """All pages by one kind of client, the error that ended it, and the waits there would have been."""
    pages: list[Page[Order]] = []

    async def awaited() -> None:
        async def transport(request: HttpRequest) -> HttpResponse:
            await anyio.lowlevel.checkpoint()
            return server(request)

        async with AsyncWeChatShop(transport=transport, **options(**changes)) as shop:
            async for page in shop.orders(updated=updated, page_size=page_size).pages():
                pages.append(page)

    def blocking() -> None:
        with WeChatShop(transport=server, **options(**changes)) as shop:
            pages.extend(shop.orders(updated=updated, page_size=page_size).pages())

    error = None
    with waiting_off() as waits:
        try:
            blocking() if kind == "sync" else anyio.run(awaited, backend=kind)
        except PrivdomainError as raised:
            error = raised
    return pages, error, waits


def ids(pages: list[Page[Order]]) -> list[str]:
    """The ids of all orders on the pages, in order."""
    return [order.order_id for page in pages for order in page.items]
