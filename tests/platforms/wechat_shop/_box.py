"""A running sandbox with some sales, and clients of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import anyio

from privdomain.platforms import HttpOptions, MemoryTokenStore, Retry, Timeouts, waiting_off
from privdomain.platforms.wechat_shop import AsyncWeChatShop, WeChatShop
from privdomain.sandbox import EmulatedWeChatShop, Sandbox, SoldLine, SoldOrder, SoldStatus

T = TypeVar("T")

START = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
ORDER = "3705115058471208928"
TEA, CUP = "10000000000000001", "10000000000000002"
TEA_SKU, CUP_SKU = "20000000000000001", "20000000000000002"
LINES = (f"{ORDER}_001", f"{ORDER}_002")


class Hand:
    """A clock that stands still until it is moved; the client and the platform read the same one."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def sale(
    order_id: str = ORDER, *, status: SoldStatus = SoldStatus.PAID, at: datetime = START, **more: Any
) -> SoldOrder:
    """Three teas for 54 yuan and a cup for 30, freight 8."""
    usual: dict[str, Any] = {
        "order_id": order_id, "buyer_id": "oBuyer-1", "created": at, "updated": at, "status": status, "freight": 800,
        "lines": (
            SoldLine(product_id=TEA, sku_id=TEA_SKU, quantity=3, unit_price=2000, paid=5400, title="龙井"),
            SoldLine(product_id=CUP, sku_id=CUP_SKU, quantity=1, unit_price=3000, paid=3000, title="茶杯"),
        ),
    }  # fmt: skip
    return SoldOrder(**usual | more)


@contextmanager
def box_of(hand: Hand, *sales: SoldOrder, **options: Any) -> Iterator[tuple[Sandbox, EmulatedWeChatShop]]:
    """A running sandbox with the sales in it."""
    platform = EmulatedWeChatShop(clock=hand, **options)
    for one in sales:
        platform.sell(one)
    with Sandbox(platforms=[platform]) as box:
        yield box, platform


def options_for(box: Sandbox, hand: Hand, **changes: Any) -> dict[str, Any]:
    """What a client of the box is made with."""
    usual: dict[str, Any] = {
        "app_id": box.wechat_shop.app_id, "app_secret": box.wechat_shop.app_secret,
        "base_url": box.url("wechat_shop"), "token_store": MemoryTokenStore(), "random_state": 3, "clock": hand,
        "http": HttpOptions(timeouts=Timeouts(read_s=5)), "retry": Retry(attempts=9),
    }  # fmt: skip
    return usual | changes


@contextmanager
def client_of(box: Sandbox, hand: Hand, **changes: Any) -> Iterator[WeChatShop]:
    """A blocking client; waits are skipped."""
    with waiting_off(), WeChatShop(**options_for(box, hand, **changes)) as shop:
        yield shop


def run_with(
    kind: str,
    box: Sandbox,
    hand: Hand,
    *,
    blocking: Callable[[WeChatShop], T],
    awaited: Callable[[AsyncWeChatShop], Awaitable[T]],
) -> T:
    """The same thing done by one kind of client."""

    async def main() -> T:
        async with AsyncWeChatShop(**options_for(box, hand)) as shop:
            return await awaited(shop)

    with waiting_off():
        if kind != "sync":
            return anyio.run(main, backend=kind)
        with WeChatShop(**options_for(box, hand)) as shop:
            return blocking(shop)
