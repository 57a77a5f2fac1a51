"""A sandboxed 抖店 with a clock that is moved by hand, and clients of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from privdomain.calendar import Period
from privdomain.platforms import MemoryTokenStore, Retry, waiting_off
from privdomain.platforms.douyin import AsyncDouyinShop, DouyinShop
from privdomain.sandbox import Faults, Sandbox, SoldLine, SoldOrder, SoldStatus
from privdomain.sandbox.douyin import EmulatedDouyin

START = datetime(2026, 11, 11, tzinfo=UTC)
PERIOD = Period(START - timedelta(days=60), START)


class HandClock:
    """Now, moved by hand; the platform's and the client's alike."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def sold(
    number: int, *, updated: datetime, status: SoldStatus = SoldStatus.PAID, lines: int = 1, **more: Any
) -> SoldOrder:
    made = tuple(
        SoldLine(product_id=str(350 + n), sku_id=str(1001 + n), quantity=1 + n, unit_price=1000 + number, paid=900 * (1 + n), title=f"龙井 {n}")
        for n in range(lines)
    )  # fmt: skip
    return SoldOrder(
        order_id=str(4933609365066000000 + number), buyer_id=f"b{number % 7}", created=updated - timedelta(hours=1),
        updated=updated, status=status, lines=made, **more,
    )  # fmt: skip


def options(box: Sandbox, hand: HandClock, **changes: Any) -> dict[str, Any]:
    platform: Any = box.platforms["douyin"]
    usual: dict[str, Any] = {
        "app_key": platform.app_key, "app_secret": platform.app_secret, "shop_id": "4463798",
        "base_url": box.url("douyin"), "token_store": MemoryTokenStore(), "random_state": 3, "clock": hand,
        "retry": Retry(attempts=9),
    }  # fmt: skip
    return usual | changes


class Box:
    """A running sandbox, its platform and its clock."""

    def __init__(self, box: Sandbox, platform: EmulatedDouyin, clock: HandClock) -> None:
        self.sandbox, self.platform, self.clock = box, platform, clock

    @contextmanager
    def shop(self, **changes: Any) -> Iterator[DouyinShop]:
        with waiting_off(), DouyinShop(**options(self.sandbox, self.clock, **changes)) as shop:
            yield shop

    def async_shop(self, **changes: Any) -> AsyncDouyinShop:
        return AsyncDouyinShop(**options(self.sandbox, self.clock, **changes))

    def calls(self, path: str) -> list[Any]:
        return [record for record in self.sandbox.requests if record.path == path]


@contextmanager
def boxed(*, faults: Faults | None = None, **settings: Any) -> Iterator[Box]:
    clock = HandClock()
    platform = EmulatedDouyin(clock=clock, **settings)
    with Sandbox(platforms=[platform], faults=faults) as box:
        yield Box(box, platform, clock)
