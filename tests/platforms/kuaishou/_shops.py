"""An emulated 快手小店 on a clock that is moved by hand, and clients of it; waits are skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio

from privdomain.calendar import ManualClock, Period
from privdomain.platforms import HttpOptions, MemoryTokenStore, Retry, Timeouts, waiting_off
from privdomain.platforms.kuaishou import AsyncKuaishouShop, KuaishouShop
from privdomain.sandbox import Faults, Sandbox, SoldLine, SoldOrder, SoldStatus
from privdomain.sandbox.kuaishou import EmulatedKuaishou

KINDS = ("sync", "asyncio", "trio")
NOW = datetime(2026, 11, 20, 12, 0, 0, 123_000, tzinfo=UTC)
START = NOW - timedelta(days=30)
MONTH = Period(START, NOW)
FIRST = 2_312_300_041_234_567
SELLER = "4100000001"


def oid(number: int = 0) -> str:
    return str(FIRST + number)


def sold(number: int = 0, *, at: datetime | None = None, **changes: Any) -> SoldOrder:
    """Order ``number``, an hour after the one before."""
    at = START + timedelta(hours=number, milliseconds=number % 1000) if at is None else at
    line = SoldLine(
        product_id=str(100 + number % 7),
        sku_id=str(1000 + number % 7),
        quantity=1 + number % 3,
        unit_price=12_900,
        paid=12_900 * (1 + number % 3) - 100 * (number % 5),
        title=f"龙井 {number % 7}",
    )
    usual: dict[str, Any] = {
        "order_id": oid(number), "buyer_id": f"buyer-{number % 11}", "created": at, "updated": at,
        "lines": (line,), "freight": 800 * (number % 2), "status": SoldStatus.PAID,
    }  # fmt: skip
    return SoldOrder(**(usual | changes))


class Bench:
    """A sandbox with one 快手小店, and how to reach it."""

    def __init__(self, box: Sandbox, shop: EmulatedKuaishou, clock: ManualClock) -> None:
        self.box, self.shop, self.clock = box, shop, clock
        self.url = box.url("kuaishou")

    def options(self, **changes: Any) -> dict[str, Any]:
        usual: dict[str, Any] = {
            "app_key": self.shop.app_key, "app_secret": self.shop.app_secret,
            "sign_secret": self.shop.sign_secret, "shop_id": self.shop.shop_id, "base_url": self.url,
            "token_store": MemoryTokenStore(monotonic=self.monotonic), "monotonic": self.monotonic,
            "clock": self.clock, "random_state": 3, "retry": Retry(attempts=9),
            "http": HttpOptions(timeouts=Timeouts(read_s=5)),
        }  # fmt: skip
        return usual | changes

    def monotonic(self) -> float:
        return (self.clock.now() - NOW).total_seconds() + 1_000_000

    def pair(self) -> dict[str, Any]:
        """What adopt_tokens takes, as the platform has just issued it."""
        issued = self.shop.issue_tokens()
        return {
            "access_token": issued["access_token"], "refresh_token": issued["refresh_token"],
            "expires_in_s": issued["expires_in"], "refresh_expires_in_s": issued["refresh_token_expires_in"],
        }  # fmt: skip

    @contextmanager
    def client(self, **changes: Any) -> Iterator[KuaishouShop]:
        with waiting_off(), KuaishouShop(**self.options(**changes)) as shop:
            shop.adopt_tokens(**self.pair())
            yield shop

    @property
    def paths(self) -> list[str]:
        return [record.path for record in self.box.requests]

    def asked(self, path: str) -> int:
        return self.paths.count(path)


@contextmanager
def bench(*, faults: Faults | None = None, **options: Any) -> Iterator[Bench]:
    clock = ManualClock(NOW)
    shop = EmulatedKuaishou(clock=clock.now, shop_id=SELLER, **options)
    with Sandbox(platforms=[shop], faults=faults) as box:
        yield Bench(box, shop, clock)


def every_kind(kind: str, desk: Bench, work: Callable[[Any], Any], **changes: Any) -> Any:
    """Run ``work`` with a client of one kind; work returns a value, or something to await."""
    if kind == "sync":
        with desk.client(**changes) as shop:
            return work(shop)

    async def main() -> Any:
        with waiting_off():
            async with AsyncKuaishouShop(**desk.options(**changes)) as shop:
                await shop.adopt_tokens(**desk.pair())
                return await work(shop)

    return anyio.run(main, backend=kind)


def collect(kind: str, desk: Bench, listing: Callable[[Any], Any], **changes: Any) -> list[Any]:
    """All items of a listing, by one kind of client."""
    if kind == "sync":
        return every_kind(kind, desk, lambda shop: list(listing(shop)), **changes)

    async def gathered(shop: Any) -> list[Any]:
        return [item async for item in listing(shop)]

    return every_kind(kind, desk, gathered, **changes)
