"""Not run: what type checkers must say of the clients. ``mypy --strict`` and pyright (strict) check this file.

Every ``type: ignore`` is an assertion too: mypy reports the ones that ignore nothing.
"""

from __future__ import annotations

from typing import assert_type

from privdomain.calendar import Period
from privdomain.models import Order, Product
from privdomain.platforms import AsyncShop, Done, HttpRequest, HttpResponse, Operation, Page, Shop
from privdomain.platforms.wechat_shop import (
    AsyncWeChatShop,
    GetOrder,
    ListOrders,
    OrderIds,
    OrderReply,
    TimeRange,
    WeChatShop,
)


class Note(Operation[Done]):
    order_id: str
    merchant_notes: str | None = None


def server(request: HttpRequest) -> HttpResponse:
    return HttpResponse(200)


async def awaiting_server(request: HttpRequest) -> HttpResponse:
    return HttpResponse(200)


def blocking(shop: WeChatShop, period: Period) -> None:
    assert_type(shop.send(GetOrder(order_id="1")), OrderReply)
    assert_type(shop.send(ListOrders(update_time_range=TimeRange(start_time=0, end_time=1))), OrderIds)
    assert_type(shop.send(Note(order_id="1")), Done)
    assert_type(shop.order("1"), Order)
    for order in shop.orders(updated=period, page_size=50):
        assert_type(order, Order)
    for page in shop.orders(updated=period).pages(start=None):
        assert_type(page, Page[Order])
        assert_type(page.cursor, str | None)
    assert_type(list(shop.products()), list[Product])
    with shop as same:
        assert_type(same, WeChatShop)


async def awaiting(shop: AsyncWeChatShop, period: Period) -> None:
    assert_type(await shop.send(GetOrder(order_id="1")), OrderReply)
    assert_type(await shop.order("1"), Order)
    async for order in shop.orders(updated=period):
        assert_type(order, Order)
    async for page in shop.products().pages():
        assert_type(page, Page[Product])
    async with shop as same:
        assert_type(same, AsyncWeChatShop)


def shops() -> tuple[Shop, AsyncShop, AsyncShop]:
    return (
        WeChatShop(app_id="a", app_secret="b", transport=server),
        AsyncWeChatShop(app_id="a", app_secret="b", transport=server),
        AsyncWeChatShop(app_id="a", app_secret="b", transport=awaiting_server),
    )


def mistakes(shop: WeChatShop) -> None:
    GetOrder(order_id=1)  # type: ignore[arg-type]  # ids are text
    GetOrder()  # type: ignore[call-arg]  # a field is missing
    GetOrder(order="1")  # type: ignore[call-arg]  # a field is misspelt
    GetOrder("1")  # type: ignore[call-arg]  # fields go by name
    shop.send(Done())  # type: ignore[arg-type]  # a reply is no operation
    shop.order(1)  # type: ignore[arg-type]
    shop.orders(Period.month(2026, 11))  # type: ignore[call-arg]  # updated= goes by name
    WeChatShop(app_id="a")  # type: ignore[call-arg]  # half a configuration
    WeChatShop(app_id="a", app_secret="b", transport=awaiting_server)  # type: ignore[arg-type]  # nobody would await it
