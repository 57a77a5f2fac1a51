"""Provider mode against each sandbox: 200 shops of one application, side by side, in threads and in tasks."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from attrs import frozen

from privdomain.calendar import FixedClock
from privdomain.errors import ArgumentError, AuthorizationRevoked, UsageError
from privdomain.models import Notice, NoticeKind
from privdomain.platforms import MemoryTokenStore, waiting_off
from privdomain.platforms.douyin import AsyncDouyinApp, DouyinApp
from privdomain.platforms.kuaishou import AsyncKuaishouApp, KuaishouApp
from privdomain.platforms.xiaohongshu import AsyncXiaohongshuApp, XiaohongshuApp
from privdomain.sandbox import Sandbox, SoldLine, SoldOrder
from privdomain.sandbox.douyin import EmulatedDouyin
from privdomain.sandbox.kuaishou import EmulatedKuaishou
from privdomain.sandbox.xiaohongshu import EmulatedXiaohongshu

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHOPS = [str(4_100_000_000 + n) for n in range(200)]
GONE = SHOPS[7]
KEPT = [shop for shop in SHOPS if shop != GONE]


def order_of(shop_id: str) -> str:
    """Each shop has one order, whose id says whose it is."""
    return f"231230{shop_id}"


def sold(shop_id: str) -> SoldOrder:
    line = SoldLine(product_id="1", sku_id="2", quantity=1, unit_price=1000, paid=1000, title="龙井")
    at = NOW - timedelta(days=1)
    return SoldOrder(order_id=order_of(shop_id), buyer_id="b1", created=at, updated=at, lines=(line,))


class ManySellers(EmulatedXiaohongshu):
    """The emulated 小红书 has one shop: here every seller's token opens it, and whose opened which order is noted."""

    def __init__(self) -> None:
        super().__init__(clock=lambda: NOW)
        self.opened: list[tuple[str, str]] = []
        self._true_seller = self._tokens.seller
        self._tokens.seller = self._any_seller  # type: ignore[method-assign]

    def _any_seller(self, access: str, *, at: float) -> str:
        self._true_seller(access, at=at)
        return self.shop_id

    def handle(self, request: Any, quirk: Any) -> Any:
        reply = super().handle(request, quirk)
        fields = json.loads(request.body)
        if fields["method"] == "order.getOrderDetail":
            pair = self._tokens._by_access[fields["accessToken"]]
            self.opened.append((order_of(pair.seller_id), fields["orderId"]))
        return reply


@frozen
class Case:
    """One platform: how its sandbox is filled, and how its applications are made."""

    platform: Any
    blocking: type[Any]
    awaited: type[Any]
    credentials: dict[str, Any]
    sell: Callable[[str], object]
    consent: Callable[[str], str]
    refreshes: Callable[[], int]


def douyin() -> Case:
    platform = EmulatedDouyin(clock=lambda: NOW)
    return Case(
        platform, DouyinApp, AsyncDouyinApp,
        {"app_key": platform.app_key, "app_secret": platform.app_secret},
        lambda shop: platform.sell(sold(shop), shop_id=shop), platform.consent, lambda: platform.refreshes,
    )  # fmt: skip


def kuaishou() -> Case:
    platform = EmulatedKuaishou(clock=lambda: NOW)
    return Case(
        platform, KuaishouApp, AsyncKuaishouApp,
        {"app_key": platform.app_key, "app_secret": platform.app_secret, "sign_secret": platform.sign_secret},
        lambda shop: platform.seller(shop).sell(sold(shop)), platform.consent,
        lambda: platform.tokens_served().get("refresh_token", 0),
    )  # fmt: skip


def xiaohongshu() -> Case:
    platform = ManySellers()
    return Case(
        platform, XiaohongshuApp, AsyncXiaohongshuApp,
        {"app_id": platform.app_id, "app_secret": platform.app_secret},
        lambda shop: platform.sell(sold(shop)), platform.consent, lambda: platform.refreshes,
    )  # fmt: skip


CASES = pytest.mark.parametrize("make", [douyin, kuaishou, xiaohongshu])


def options(case: Case, box: Sandbox, **changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "base_url": box.url(case.platform.name), "token_store": MemoryTokenStore(), "clock": FixedClock(NOW),
    }  # fmt: skip
    return case.credentials | usual | changes


def check(case: Case, found: list[str], wanted: list[str], told: list[str]) -> None:
    """Every call has the right shop's answer, every shop one refresh, and one withdrawal is told once."""
    assert found == ["withdrawn" if shop == GONE else order_of(shop) for shop in wanted]
    assert case.refreshes() == len(KEPT)
    assert told == [GONE]
    if isinstance(case.platform, ManySellers):
        assert len(case.platform.opened) >= 2 * len(KEPT)
        assert all(whose == which for whose, which in case.platform.opened)


@CASES
def test_two_hundred_shops_in_threads(make: Callable[[], Case]) -> None:
    """All access tokens die at once and one merchant leaves: nobody else is disturbed, nobody is renewed twice."""
    case, told, wanted = make(), [], SHOPS * 2
    with (
        Sandbox(platforms=[case.platform], keep_requests=1) as box,
        case.blocking(**options(case, box, on_revoked=lambda shop, _: told.append(shop))) as app,
        ThreadPoolExecutor(8) as pool,
    ):
        for shop in SHOPS:
            case.sell(shop)
        assert list(pool.map(app.authorize, map(case.consent, SHOPS))) == SHOPS
        case.platform.revoke_tokens()
        case.platform.withdraw(GONE)

        def read(shop: str) -> str:
            try:
                return app.shop(shop).order(order_of(shop)).order_id
            except AuthorizationRevoked:
                return "withdrawn"

        found = list(pool.map(read, wanted))
        assert sorted(app.shop_ids) == SHOPS
    check(case, found, wanted, told)


@CASES
def test_two_hundred_shops_in_tasks(make: Callable[[], Case]) -> None:
    """The same under asyncio."""
    case, told, wanted = make(), [], SHOPS * 2
    found = [""] * len(wanted)

    async def main(box: Sandbox) -> None:
        async with case.awaited(**options(case, box, on_revoked=lambda shop, _: told.append(shop))) as app:

            async def authorize(shop: str) -> None:
                assert await app.authorize(case.consent(shop)) == shop

            async def read(place: int, shop: str) -> None:
                try:
                    found[place] = (await app.shop(shop).order(order_of(shop))).order_id
                except AuthorizationRevoked:
                    found[place] = "withdrawn"

            async with anyio.create_task_group() as group:
                for shop in SHOPS:
                    group.start_soon(authorize, shop)
            case.platform.revoke_tokens()
            case.platform.withdraw(GONE)
            async with anyio.create_task_group() as group:
                for place, shop in enumerate(wanted):
                    group.start_soon(read, place, shop)

    for shop in SHOPS:
        case.sell(shop)
    with Sandbox(platforms=[case.platform], keep_requests=1) as box:
        anyio.run(main, box)
    check(case, found, wanted, told)


def notice(case: Case, topic: str, shop_id: str = "4100000001", **changes: Any) -> Notice:
    usual: dict[str, Any] = {
        "platform": case.platform.name, "shop_id": shop_id, "kind": NoticeKind.AUTHORIZATION, "topic": topic,
        "key": "k",
    }  # fmt: skip
    return Notice(**usual | changes)


@CASES
def test_notices_of_authorizations(make: Callable[[], Case]) -> None:
    """A withdrawal ends a shop's calls without a request, and a new authorization lets them go on."""
    case = make()
    topics = {"withdrawn_topics": ("left",), "authorized_topics": ("came",)}
    first, second = SHOPS[1:3]
    with (
        waiting_off(),
        Sandbox(platforms=[case.platform]) as box,
        case.blocking(**options(case, box, **topics)) as app,
    ):
        for shop in (first, second):
            case.sell(shop)
            app.authorize(case.consent(shop))
        for nothing in (
            notice(case, "other"), notice(case, "left", platform="elsewhere"), notice(case, "left", ""),
        ):  # fmt: skip
            assert app.on_notice(nothing) == ""
        assert app.shop(first).order(order_of(first)).order_id == order_of(first)
        assert app.on_notice(notice(case, "left")) == first
        sent = len(box.requests)
        with pytest.raises(AuthorizationRevoked, match="'left'"):
            app.shop(first).order(order_of(first))
        assert len(box.requests) == sent
        assert app.shop(second).order(order_of(second)).order_id == order_of(second)
        assert app.on_notice(notice(case, "came")) == app.on_notice(notice(case, "came")) == first
        assert app.shop(first).order(order_of(first)).order_id == order_of(first)


@CASES
def test_notices_of_authorizations_awaited(make: Callable[[], Case]) -> None:
    """The same, awaited; for a shop that never came, a notice changes nothing."""
    case = make()
    shop = SHOPS[1]

    async def main(box: Sandbox) -> None:
        topics = {"withdrawn_topics": ("left",), "authorized_topics": ("came",)}
        async with case.awaited(**options(case, box, **topics)) as app:
            assert await app.on_notice(notice(case, "came")) == shop
            await app.authorize(case.consent(shop))
            assert await app.on_notice(notice(case, "left")) == shop
            with pytest.raises(AuthorizationRevoked, match="'left'"):
                await app.shop(shop).order(order_of(shop))
            await app.authorize(case.consent(shop))
            assert (await app.shop(shop).order(order_of(shop))).order_id == order_of(shop)
            assert await app.on_notice(notice(case, "other")) == ""

    case.sell(shop)
    with waiting_off(), Sandbox(platforms=[case.platform]) as box:
        anyio.run(main, box)


@CASES
def test_what_an_application_refuses(make: Callable[[], Case]) -> None:
    """The same on every platform, before anything is sent."""
    case = make()
    with Sandbox(platforms=[case.platform]) as box:
        for changes, words in (
            ({"token_store": None}, "token_store is missing"),
            ({"withdrawn_topics": "left"}, "collection of topics"),
            ({"withdrawn_topics": ("a",), "authorized_topics": ("a",)}, "both name a"),
        ):
            for made in (case.blocking, case.awaited):
                with pytest.raises(ArgumentError, match=words):
                    made(**options(case, box, **changes))
        app = case.blocking(**options(case, box))
        with pytest.raises(ArgumentError, match="code is empty"):
            app.authorize("")
        with pytest.raises(UsageError, match=r"service_id|redirect_uri"):
            app.authorize_url("s")
        app.close()
        with pytest.raises(UsageError, match="closed"):
            app.shop("4100000001")
        assert not box.requests
