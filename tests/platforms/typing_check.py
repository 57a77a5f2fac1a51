"""Not run: what type checkers must say of the clients. ``mypy --strict`` and pyright (strict) check this file.

Every ``type: ignore`` is an assertion too: mypy reports the ones that ignore nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import assert_type

from privdomain.calendar import Period
from privdomain.models import AfterSale, Order, Product, Settlement
from privdomain.platforms import AsyncShop, Done, HttpRequest, HttpResponse, Operation, Page, Shop, TokenStore
from privdomain.platforms.douyin import AsyncDouyinShop, DouyinApp, DouyinShop
from privdomain.platforms.douyin import operations as dy
from privdomain.platforms.douyin import payloads as dy_payloads
from privdomain.platforms.kuaishou import AsyncKuaishouShop, KuaishouApp, KuaishouShop
from privdomain.platforms.kuaishou import operations as ks
from privdomain.platforms.kuaishou import payloads as ks_payloads
from privdomain.platforms.wechat_shop import (
    AsyncWeChatShop,
    GetOrder,
    ListOrders,
    OrderIds,
    OrderReply,
    TimeRange,
    WeChatShop,
)
from privdomain.platforms.xiaohongshu import (
    AsyncXiaohongshuApp,
    AsyncXiaohongshuShop,
    XiaohongshuApp,
    XiaohongshuShop,
)
from privdomain.platforms.xiaohongshu import order_operations as xhs
from privdomain.platforms.xiaohongshu import order_payloads as xhs_payloads


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


def iterators(
    shops: tuple[WeChatShop, DouyinShop, KuaishouShop, XiaohongshuShop], any_shop: Shop, period: Period
) -> None:
    """Of each client, and of the protocol that stands for any of them."""
    weixin, douyin, kuaishou, xiaohongshu = shops
    assert_type(iter(weixin.orders(updated=period)), Iterator[Order])
    assert_type(iter(douyin.orders(updated=period)), Iterator[Order])
    assert_type(iter(kuaishou.orders(created=period)), Iterator[Order])
    assert_type(iter(xiaohongshu.orders(updated=period)), Iterator[Order])
    assert_type(iter(any_shop.orders(updated=period)), Iterator[Order])
    assert_type(iter(any_shop.aftersales(updated=period)), Iterator[AfterSale])
    assert_type(iter(any_shop.settlements(booked=period)), Iterator[Settlement])
    assert_type(douyin.orders(updated=period).pages(), Iterator[Page[Order]])
    assert_type(douyin.send(dy.GetOrder(shop_order_id="1")), dy_payloads.OrderReply)
    assert_type(kuaishou.send(ks.GetOrder(oid="1")), ks_payloads.OrderReply)
    assert_type(kuaishou.send(ks.ListOrders(begin_time=0, end_time=1)), ks_payloads.OrderPage)
    assert_type(xiaohongshu.send(xhs.GetOrderDetail(order_id="1")), xhs_payloads.OrderDetail)
    assert_type(
        xiaohongshu.send(xhs.GetOrderList(start_time=0, end_time=1, time_type=2)), xhs_payloads.OrderPage
    )
    assert_type(kuaishou.replies(ks.ListOrders(begin_time=0, end_time=1)), Iterator[ks_payloads.OrderPage])
    assert_type(kuaishou.authorized_until(), datetime | None)


async def awaited_iterators(
    shops: tuple[AsyncWeChatShop, AsyncDouyinShop, AsyncKuaishouShop, AsyncXiaohongshuShop],
    any_shop: AsyncShop,
    period: Period,
) -> None:
    weixin, douyin, kuaishou, xiaohongshu = shops
    assert_type(aiter(weixin.orders(updated=period)), AsyncIterator[Order])
    assert_type(aiter(douyin.orders(updated=period)), AsyncIterator[Order])
    assert_type(aiter(kuaishou.orders(updated=period)), AsyncIterator[Order])
    assert_type(aiter(xiaohongshu.orders(created=period)), AsyncIterator[Order])
    assert_type(aiter(any_shop.orders(updated=period)), AsyncIterator[Order])
    assert_type(aiter(any_shop.aftersales(updated=period)), AsyncIterator[AfterSale])
    assert_type(await douyin.send(dy.GetOrder(shop_order_id="1")), dy_payloads.OrderReply)
    assert_type(await kuaishou.send(ks.GetOrder(oid="1")), ks_payloads.OrderReply)
    assert_type(await xiaohongshu.send(xhs.GetOrderDetail(order_id="1")), xhs_payloads.OrderDetail)
    assert_type(await kuaishou.order("1"), Order)


def applications(store: TokenStore) -> None:
    douyin = DouyinApp(app_key="a", app_secret="b", token_store=store)
    kuaishou = KuaishouApp(app_key="a", app_secret="b", sign_secret="c", token_store=store)
    xiaohongshu = XiaohongshuApp(app_id="a", app_secret="b", token_store=store)
    assert_type(douyin.authorize("code"), str)
    assert_type(kuaishou.authorize("code"), str)
    assert_type(xiaohongshu.authorize("code"), str)
    assert_type(douyin.shop("1"), DouyinShop)
    assert_type(kuaishou.shop("1"), KuaishouShop)
    assert_type(
        AsyncXiaohongshuApp(app_id="a", app_secret="b", token_store=store).shop("1"), AsyncXiaohongshuShop
    )


def any_of_them() -> tuple[Shop, Shop, Shop, AsyncShop, AsyncShop, AsyncShop]:
    return (
        DouyinShop(app_key="a", app_secret="b", shop_id="1", transport=server),
        KuaishouShop(app_key="a", app_secret="b", sign_secret="c", shop_id="1", transport=server),
        XiaohongshuShop(app_id="a", app_secret="b", shop_id="1", transport=server),
        AsyncDouyinShop(app_key="a", app_secret="b", shop_id="1", transport=awaiting_server),
        AsyncKuaishouShop(app_key="a", app_secret="b", sign_secret="c", shop_id="1", transport=server),
        AsyncXiaohongshuShop(app_id="a", app_secret="b", shop_id="1", transport=awaiting_server),
    )


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
    DouyinShop(app_key="a", app_secret="b")  # type: ignore[call-arg]  # whose shop
    KuaishouShop(app_key="a", app_secret="b", shop_id="1")  # type: ignore[call-arg]  # the second secret
    xhs.GetOrderList(start_time=0, end_time=1, time_type=3)  # type: ignore[arg-type]  # 1 or 2
    ks.GetOrder(oid=1)  # type: ignore[arg-type]
