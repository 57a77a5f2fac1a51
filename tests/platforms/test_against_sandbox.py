"""Our client against an independent emulation of the platform, over real connections, with faults switched on.

The sandbox was written from the documentation and shares no code with the adapters: what both understand alike is
what the documentation says.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import (
    AuthenticationFailed,
    PermissionDenied,
    ProtocolViolation,
    RateLimited,
    RequestRejected,
)
from privdomain.models import DiscountPayer, Order, OrderStatus, Product
from privdomain.platforms import HttpOptions, MemoryTokenStore, Retry, Timeouts, waiting_off
from privdomain.platforms.wechat_shop import AsyncWeChatShop, GetOrder, WeChatShop
from privdomain.sandbox import (
    EmulatedWeChatShop,
    Fault,
    Faults,
    Quota,
    Sandbox,
    catalog_of,
    wechat_line,
    wechat_order,
)
from tests.platforms._scripted import KINDS

START = datetime(2026, 11, 1, tzinfo=UTC)
PERIOD = Period(START, START + timedelta(days=20))
STATUSES = (10, 12, 13, 20, 21, 30, 100, 200, 250)


def _orders(count: int = 120) -> list[dict[str, Any]]:
    orders = []
    for n in range(count):
        lines = [
            wechat_line(
                product_id=str(10_000_000 + n % 7),
                sku_id=str(20_000_000 + n % 7),
                title=f"龙井 {n % 7}",
                quantity=1 + n % 3,
                sale_price=9_900 + n,
                discounts={"merchant": 100 * (n % 4), "finder": n % 2 * 50},
            )
            for _ in range(1 + n % 2)
        ]
        orders.append(
            wechat_order(
                str(3_700_000_000_000_000_000 + n),
                openid=f"oBuyer{n % 11}",
                created=START + timedelta(hours=4 * n),
                lines=lines,
                freight=800 * (n % 2),
                status=STATUSES[n % len(STATUSES)],
            )
        )
    return orders


ORDERS = _orders()


def _client(box: Sandbox, **changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "app_id": box.wechat_shop.app_id, "app_secret": box.wechat_shop.app_secret,
        "base_url": box.url("wechat_shop"), "token_store": MemoryTokenStore(), "random_state": 3,
        "http": HttpOptions(timeouts=Timeouts(read_s=5)), "retry": Retry(attempts=9),
    }  # fmt: skip
    return usual | changes


def _pull(kind: str, box: Sandbox, *, page_size: int = 25, **changes: Any) -> list[Order]:
    orders: list[Order] = []

    async def awaited() -> None:
        async with AsyncWeChatShop(**_client(box, **changes)) as shop:
            async for order in shop.orders(updated=PERIOD, page_size=page_size):
                orders.append(order)

    with waiting_off():
        if kind == "sync":
            with WeChatShop(**_client(box, **changes)) as shop:
                orders.extend(shop.orders(updated=PERIOD, page_size=page_size))
        else:
            anyio.run(awaited, backend=kind)
    return orders


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(orders=ORDERS, products=catalog_of(ORDERS)) as running:
        yield running


@pytest.mark.parametrize("kind", KINDS)
def test_everything_comes_once(kind: str, box: Sandbox) -> None:
    """Every order, in order of update time, with the amounts the sandbox computed."""

    orders = _pull(kind, box)

    assert [order.order_id for order in orders] == [order["order_id"] for order in ORDERS]
    for order, payload in zip(orders, ORDERS, strict=True):
        price = payload["order_detail"]["price_info"]
        assert order.total == Money(price["order_price"], "CNY")
        assert order.goods_paid + order.freight == order.total
        assert order.raw == payload
        for line in order.lines:
            assert (
                line.unit_price * line.quantity - sum((d.amount for d in line.discounts), Money(0, "CNY"))
                == line.paid
            )
    assert {order.status for order in orders} == set(OrderStatus) - {OrderStatus.UNKNOWN}
    assert {d.payer for order in orders for line in order.lines for d in line.discounts} == {
        DiscountPayer.SHOP, DiscountPayer.TALENT,
    }  # fmt: skip
    assert all(order.discounts == () for order in orders)


FAULTS = (
    "server_error=0.04, timeout=0.02, reset=0.03, truncated=0.02, wrong_json=0.02, control_characters=0.03,"
    " code:-1=0.03, code:45011=0.01, code:100003=0.01, revoked_token=0.02, slow=0.01"
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_or_doubled_when_much_goes_wrong(kind: str, seed: int) -> None:
    """A fifth of all requests fails in some way; the pull ends with every order once."""

    plan = Faults.parse(FAULTS, seed=seed)
    with Sandbox(orders=ORDERS, faults=plan) as box:
        orders = _pull(kind, box)
        outcomes = {request.fault.partition(":")[0] for request in box.requests if request.fault}

    assert [order.order_id for order in orders] == [order["order_id"] for order in ORDERS]
    assert len(outcomes) >= 6


def test_both_clients_send_the_same_when_much_goes_wrong() -> None:
    """The faults are drawn by the number of the request; equal requests meet equal faults, to the end."""

    seen = {}
    for kind in KINDS:
        with Sandbox(orders=ORDERS[:60], faults=Faults.parse(FAULTS, seed=5)) as box:
            _pull(kind, box)
            seen[kind] = [(r.method, r.path, r.body, r.fault) for r in box.requests]

    assert seen["sync"] == seen["asyncio"] == seen["trio"]


def test_products(box: Sandbox) -> None:
    """The catalog, page by page."""

    with WeChatShop(**_client(box)) as shop:
        products: list[Product] = list(shop.products(page_size=3))

    assert {product.product_id for product in products} == {str(10_000_000 + n) for n in range(7)}
    assert all(product.skus and product.raw for product in products)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["repeat_cursor", "empty_page"])
def test_a_listing_without_end_is_refused(kind: str, fault: str, box: Sandbox) -> None:
    """Complaint 18."""

    box.fail_next(Fault(fault, path="/channels/ec/order/list/get"), times=3)
    with pytest.raises(ProtocolViolation):
        _pull(kind, box)


def test_a_wrong_secret_is_one_clear_error_after_one_attempt(box: Sandbox) -> None:
    """No retry storm: one request, one error that says what to look at."""

    with pytest.raises(AuthenticationFailed, match="Check app_id and app_secret"):
        _pull("sync", box, app_secret="0" * 32)
    assert len(box.requests) == 1


def test_what_the_account_may_not_do(box: Sandbox) -> None:
    """One attempt, `PermissionDenied`, with the id that the platform's support asks for."""

    box.fail_next(Fault("code", code="48001", path="/channels/ec/order/list/get"))
    with pytest.raises(PermissionDenied, match="Grant the permission") as caught:
        _pull("sync", box)
    assert caught.value.code == "48001"
    assert caught.value.request_id
    assert len(box.requests) == 2


def test_a_used_up_day_is_not_retried() -> None:
    """45009 ends the pull at once; the next day it goes on from its cursor."""

    quota = {"/channels/ec/order/get": Quota(per_day=30)}
    with Sandbox(platforms=[EmulatedWeChatShop(orders=ORDERS, quotas=quota)]) as box:
        with pytest.raises(RateLimited) as caught:
            _pull("sync", box)
        assert [request.outcome for request in box.requests].count("error 45009") == 1
    assert caught.value.code == "45009"


def test_an_order_of_nobody(box: Sandbox) -> None:
    """An unknown id is refused and not repeated; the reply of a known one is typed."""

    with WeChatShop(**_client(box)) as shop:
        with pytest.raises(RequestRejected):
            shop.order("1")
        assert shop.send(GetOrder(order_id=ORDERS[0]["order_id"])).order.openid == "oBuyer0"
