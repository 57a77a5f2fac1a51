"""What must be the same on all four platforms: names, signatures, refusals before any request, cursors."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import anyio
import pytest

from privdomain.calendar import ManualClock, Period
from privdomain.errors import ArgumentError, Refused
from privdomain.models import AfterSaleStatus, Order, Parcel
from privdomain.money import Money
from privdomain.platforms import AttemptRecord, HttpRequest, HttpResponse
from privdomain.platforms.douyin import DouyinApp
from privdomain.platforms.kuaishou import KuaishouApp
from privdomain.platforms.xiaohongshu import XiaohongshuApp
from privdomain.sandbox.douyin import EmulatedDouyin
from privdomain.sandbox.kuaishou import EmulatedKuaishou
from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu
from tests.platforms._four import ACCEPTED, CLIENTS, PLATFORMS, START, account, open_case, running, sold

DAY = Period(START - timedelta(days=1), START + timedelta(days=1))
SF = Parcel(carrier="sf", waybill_id="SF1")


def silent(request: HttpRequest) -> HttpResponse:
    raise AssertionError(f"{request.url} was asked, although the arguments are wrong")


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda shop: shop.order(""), "order_id is empty"),
        (lambda shop: shop.order(37), "order_id is int"),
        (lambda shop: shop.aftersale(" "), "aftersale_id is empty"),
        (lambda shop: shop.product(None), "product_id is NoneType"),
        (lambda shop: shop.stock("1", sku_id=""), "sku_id is empty"),
        (lambda shop: shop.set_stock("1", sku_id="2", quantity="5"), "quantity='5'"),
        (lambda shop: shop.set_stock("1", sku_id="2", quantity=1.5), r"quantity=1\.5"),
        (lambda shop: shop.set_stock("1", sku_id="2", quantity=True), "quantity=True"),
        (lambda shop: shop.set_stock("1", sku_id="2", quantity=-1), "quantity=-1"),
        (lambda shop: shop.set_stock("", sku_id="2", quantity=1), "product_id is empty"),
        (lambda shop: shop.ship("", parcels=[SF]), "order_id is empty"),
        (lambda shop: shop.ship("1", parcels=[]), "parcels is empty"),
        (lambda shop: shop.reveal("1", operator_id=""), "operator_id is empty"),
        (lambda shop: shop.agree_refund(7), "aftersale_id is int"),
        (lambda shop: shop.agree_return(""), "aftersale_id is empty"),
        (lambda shop: shop.orders(updated="2026-11-11"), "updated is str"),
        (lambda shop: shop.orders(created=DAY.start), "created is datetime"),
        (lambda shop: shop.orders(), "give one of them"),
        (lambda shop: shop.aftersales(updated=DAY.start), "updated is datetime"),
        (lambda shop: shop.estimate_orders(updated=7), "updated is int"),
    ],
)
def test_a_wrong_argument_is_refused_before_any_request(
    platform: str, act: Callable[[Any], object], said: str
) -> None:
    """On every platform with the same error and the same words."""
    made = {**account(platform), "transport": silent, "accept_unconfirmed": ACCEPTED}
    with CLIENTS[platform][0](**made) as shop, pytest.raises(ArgumentError, match=said):
        act(shop)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_cursor_of_updates_does_not_go_on_by_creation(platform: str) -> None:
    """It would begin in the middle of the other listing, and pass orders by silently."""
    clock = ManualClock(START + timedelta(hours=2))
    with running(platform, clock=clock) as (emulated, shop, _):
        for number in range(4):
            emulated.sell(sold(number))
        for one, other in (("updated", "created"), ("created", "updated")):
            page = next(iter(shop.orders(**{one: DAY}, page_size=2).pages()))
            assert page.cursor is not None
            with pytest.raises(ArgumentError, match="is no cursor of orders"):
                next(iter(shop.orders(**{other: DAY}, page_size=2).pages(start=page.cursor)))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_orders_at_the_ends_of_periods_belong_to_one_of_them(platform: str) -> None:
    """A period is half-open, whatever the platform says of its windows; a moment between two seconds splits none."""
    clock = ManualClock(START + timedelta(hours=2))
    with running(platform, clock=clock) as (emulated, shop, _):
        for number in range(6):
            emulated.sell(sold(number))
        for cut in (sold(3).updated, sold(3).updated + timedelta(microseconds=500_500)):
            for by in ("updated", "created"):
                halves = [
                    {order.order_id for order in shop.orders(**{by: part})}
                    for part in (Period(DAY.start, cut), Period(cut, DAY.end))
                ]
                assert not halves[0] & halves[1]
                assert halves[0] | halves[1] == {sold(number).order_id for number in range(6)}


def test_the_same_method_has_the_same_signature() -> None:
    """Blocking and awaited, whatever the platform; what only one platform has is its own business."""
    methods: dict[str, dict[str, set[str]]] = {}
    for blocking, awaited in CLIENTS.values():
        for client in (blocking, awaited):
            for name, method in inspect.getmembers(client, inspect.isfunction):
                if not name.startswith("_"):
                    taken = str(
                        [(one.name, one.kind) for one in inspect.signature(method).parameters.values()]
                    )
                    methods.setdefault(name, {}).setdefault(taken, set()).add(client.__name__)
    differ = {name: taken for name, taken in methods.items() if len(taken) > 1}
    # the merchant's page takes scopes on 快手 alone, and there an authorization ends on a day that refreshing keeps
    assert set(differ) <= {"authorize_url", "adopt_tokens"}
    assert {"adopt_tokens", "authorize", "orders", "ship", "agree_refund"} <= methods.keys()
    for blocking, _ in (CLIENTS[platform] for platform in PLATFORMS if platform != "wechat_shop"):
        taken = list(inspect.signature(blocking.adopt_tokens).parameters)  # type: ignore[attr-defined]
        assert taken[1:4] == ["access_token", "refresh_token", "expires_in_s"]


def test_applications_and_emulated_platforms_are_called_alike() -> None:
    """A program for one platform is a program for the next, and so is its test."""
    for app in (DouyinApp, KuaishouApp, XiaohongshuApp):
        assert {"authorize_url", "authorize", "on_notice", "revoke", "shop", "close"} <= set(dir(app))
    for emulated in (EmulatedDouyin(), EmulatedKuaishou(), EmulatedXiaohongshu()):
        assert isinstance(emulated.consent(), str)
        assert emulated.consent(emulated.shop_id)
        emulated.withdraw()


@pytest.mark.parametrize("kind", ["asyncio", "trio"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_awaiting_client_reads_the_same(platform: str, kind: str) -> None:
    """Orders and one order, under both event loops."""
    clock = ManualClock(START + timedelta(hours=2))
    with running(platform, clock=clock) as (emulated, shop, further):
        for number in range(3):
            emulated.sell(sold(number))

        async def read() -> tuple[list[Order], Order]:
            async with CLIENTS[platform][1](**further) as awaited:
                orders = [order async for order in awaited.orders(updated=DAY)]
                return orders, await awaited.order(sold(1).order_id)

        orders, one = anyio.run(read, backend=kind)
        assert orders == list(shop.orders(updated=DAY))
        assert one == shop.order(sold(1).order_id)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_agreeing_a_second_time_pays_back_once(platform: str) -> None:
    """Whoever got no answer agrees again; the case is read first, and what is agreed to is not agreed to again."""
    clock = ManualClock(START + timedelta(hours=2))
    records: list[AttemptRecord] = []
    with running(platform, clock=clock, observer=records.append) as (emulated, shop, _):
        emulated.sell(sold(1))
        case_id = open_case(
            platform, emulated, sold(1).order_id, line_id=shop.order(sold(1).order_id).lines[0].line_id
        )
        asked = shop.aftersale(case_id).requested
        assert asked == Money(1800, "CNY")
        with pytest.raises(Refused):
            shop.agree_refund(case_id, amount=Money(1799, "CNY"))
        shop.agree_refund(case_id, amount=asked)
        shop.agree_refund(case_id, amount=asked)
        shop.agree_refund(case_id)
        case = shop.aftersale(case_id)
    assert case.status is AfterSaleStatus.COMPLETED
    assert [refund.amount for refund in case.refunds] == [asked]
    decisions = {"AcceptAfterSale", "OperateAfterSale", "ApproveRefund", "AuditReturns"}
    assert [record.outcome for record in records if record.operation in decisions] == ["ok"]
