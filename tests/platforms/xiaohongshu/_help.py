"""A sandbox on a clock that is moved by hand, clients of it, and a scripted gateway for what a sandbox never says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio

from privdomain.calendar import ManualClock
from privdomain.platforms import (
    HttpOptions,
    HttpRequest,
    HttpResponse,
    MemoryTokenStore,
    Retry,
    Timeouts,
    waiting_off,
)
from privdomain.platforms.xiaohongshu import AsyncXiaohongshuShop, XiaohongshuShop
from privdomain.sandbox import Faults, Sandbox, SoldLine, SoldOrder, SoldStatus
from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu

KINDS = ("sync", "asyncio", "trio")
START = datetime(2026, 11, 11, tzinfo=UTC)


def sold(number: int, **changes: Any) -> SoldOrder:
    """An order sold ``number`` minutes after the start, with one or two lines."""
    at = START + timedelta(minutes=number)
    lines = tuple(
        SoldLine(
            product_id=f"i{n}",
            sku_id=f"s{n}",
            quantity=n,
            unit_price=1000 + number,
            paid=900 * n,
            title="龙井",
        )
        for n in range(1, 2 + number % 2)
    )
    usual: dict[str, Any] = {
        "order_id": f"P{number:018d}", "buyer_id": f"u{number % 7}", "created": at, "updated": at, "lines": lines,
        "freight": 500 * (number % 3), "status": SoldStatus.PAID,
    }  # fmt: skip
    return SoldOrder(**usual | changes)


class Box:
    """A running sandbox and what its clients are made with."""

    def __init__(self, shop: EmulatedXiaohongshu, box: Sandbox, clock: ManualClock) -> None:
        self.shop, self.box, self.clock = shop, box, clock
        self.store = MemoryTokenStore()
        self.records: list[Any] = []

    def options(self, **changes: Any) -> dict[str, Any]:
        usual: dict[str, Any] = {
            "app_id": self.shop.app_id, "app_secret": self.shop.app_secret, "shop_id": self.shop.shop_id,
            "base_url": self.box.url("xiaohongshu"), "token_store": self.store, "clock": self.clock,
            "random_state": 3, "retry": Retry(attempts=9), "http": HttpOptions(timeouts=Timeouts(read_s=5)),
            "observer": self.records.append,
        }  # fmt: skip
        return usual | changes

    @contextmanager
    def client(self, *, authorized: bool = True, **changes: Any) -> Iterator[XiaohongshuShop]:
        with waiting_off(), XiaohongshuShop(**self.options(**changes)) as client:
            if authorized:
                client.authorize(self.shop.consent())
            yield client

    def run(self, kind: str, act: Callable[[Any], Any], **changes: Any) -> Any:
        """``act`` is given a client of one kind; listings come out as lists, awaited or not."""
        if kind == "sync":
            with self.client(**changes) as client:
                found = act(client)
                return list(found) if hasattr(found, "pages") else found

        async def awaited() -> Any:
            with waiting_off():
                async with AsyncXiaohongshuShop(**self.options(**changes)) as client:
                    await client.authorize(self.shop.consent())
                    found = act(client)
                    return [one async for one in found] if hasattr(found, "__aiter__") else await found

        return anyio.run(awaited, backend=kind)

    def bodies(self, method: str) -> list[dict[str, Any]]:
        """What was asked of one method."""
        return [one.body for one in self.box.requests if one.body.get("method") == method]


@contextmanager
def running(*, faults: Faults | None = None, now: datetime | None = None, **options: Any) -> Iterator[Box]:
    """A sandbox on a clock that stands still until it is moved."""
    clock = ManualClock(now or START + timedelta(days=1))
    shop = EmulatedXiaohongshu(clock=clock.now, **options)
    with Sandbox(platforms=[shop], faults=faults) as box:
        yield Box(shop, box, clock)


def good(data: Any) -> HttpResponse:
    return HttpResponse.of_json({"error_code": 0, "success": True, "error_msg": "", "data": data})


def bad(code: int, text: str) -> HttpResponse:
    return HttpResponse.of_json({"error_code": code, "success": False, "error_msg": text, "data": None})


class Gateway:
    """Answers each method from a list of its own, the last answer again and again."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {name.replace("__", "."): list(found) for name, found in answers.items()}
        self.asked: list[dict[str, Any]] = []

    def __call__(self, request: HttpRequest) -> HttpResponse:
        body = json.loads(request.body)
        self.asked.append(body)
        waiting = self.answers[body["method"]]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, HttpResponse) else good(answer)

    @contextmanager
    def client(self, **changes: Any) -> Iterator[XiaohongshuShop]:
        usual: dict[str, Any] = {
            "app_id": "a1", "app_secret": "s3cret-of-app", "shop_id": "seller-1", "transport": self,
            "token_store": MemoryTokenStore(), "clock": ManualClock(START), "random_state": 3,
        }  # fmt: skip
        with waiting_off(), XiaohongshuShop(**usual | changes) as client:
            client.adopt_tokens(access_token="AT-1", refresh_token="RT-1", expires_in_s=604_800)
            yield client
