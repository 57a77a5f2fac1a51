"""One application, many shops: what they share, and what they must not."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest

from privdomain.errors import ArgumentError, AuthorizationRevoked, UsageError
from privdomain.platforms import (
    Grant,
    HttpOptions,
    HttpRequest,
    HttpResponse,
    MemoryTokenStore,
    RateLimit,
    ShopApp,
    waiting_off,
)
from privdomain.sandbox import Sandbox
from tests.platforms._oauth import NAME, AsyncLittleApp, LittleApp, LittleShop, OAuthDesk, grant_of

SHOPS = [f"shop-{n}" for n in range(200)]


def _authorized(desk: OAuthDesk, shop: str) -> Grant:
    return grant_of(*desk.authorize(shop), desk.life_s)


def test_two_hundred_shops_side_by_side() -> None:
    """Over the network, from 16 threads: each shop has its own client and tokens, renewed once; one is withdrawn and
    hurts nobody else."""
    desk = OAuthDesk(life_s=2 * 3600)
    with (
        Sandbox(platforms=[desk], keep_requests=1) as box,
        LittleApp(base_url=box.url(NAME), token_store=MemoryTokenStore()) as app,
        ThreadPoolExecutor(16) as pool,
    ):
        for shop in SHOPS:
            app.adopt(shop, _authorized(desk, shop))
        for shop in SHOPS[::2]:
            desk.revoke_access(shop)
        desk.withdraw("shop-7")

        def call(shop: str) -> str:
            try:
                return app.shop(shop).ping()
            except AuthorizationRevoked:
                return "withdrawn"

        wanted = SHOPS * 3
        answers = list(pool.map(call, wanted))

        assert app.shop_ids == tuple(SHOPS)
    assert answers == ["withdrawn" if shop == "shop-7" else shop for shop in wanted]
    assert sorted(desk.refreshes) == sorted(SHOPS[::2])
    assert desk.refused == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_two_hundred_shops_awaited(backend: str) -> None:
    """The same, in one task group."""
    desk = OAuthDesk()
    answers: dict[str, str] = {}

    async def transport(request: HttpRequest) -> HttpResponse:
        await anyio.lowlevel.checkpoint()
        return desk.scripted(request)

    async def main() -> None:
        async with AsyncLittleApp(transport=transport, token_store=MemoryTokenStore()) as app:

            async def call(shop: str) -> None:
                await app.adopt(shop, _authorized(desk, shop))
                desk.revoke_access(shop)
                answers[shop] = await app.shop(shop).ping()

            async with anyio.create_task_group() as group:
                for shop in SHOPS:
                    group.start_soon(call, shop)
            assert len(app.shop_ids) == 200
            await app.revoke("shop-1", AuthorizationRevoked("a notice says so", platform=NAME))
            with pytest.raises(AuthorizationRevoked):
                await app.shop("shop-1").ping()
            await app.forget("shop-1")
            assert "200" not in repr(app)

    anyio.run(main, backend=backend)
    assert answers == {shop: shop for shop in SHOPS}
    assert sorted(desk.refreshes) == sorted(SHOPS)


def test_a_client_is_made_once_whoever_asks_first() -> None:
    """Eight threads at once get the same one."""
    made: list[str] = []
    barrier = threading.Barrier(8)

    class Counting(LittleApp):
        def make_shop(self, shop_id: str, **parts: Any) -> LittleShop:
            made.append(shop_id)
            return super().make_shop(shop_id, **parts)

    with Counting(transport=OAuthDesk().scripted) as app, ThreadPoolExecutor(8) as pool:

        def ask(_: int) -> int:
            barrier.wait()
            return id(app.shop("one"))

        assert len(set(pool.map(ask, range(8)))) == 1
    assert made == ["one"]


def test_every_shop_has_a_rate_of_its_own_and_keeps_it_when_its_client_is_made_anew() -> None:
    """A busy shop makes nobody else wait, and forgetting it is no way around its limit."""
    desk = OAuthDesk()
    with (
        waiting_off() as waits,
        LittleApp(
            transport=desk.scripted, rate_limit=RateLimit(per_second=1), monotonic=lambda: 0.0,
            token_store=MemoryTokenStore(monotonic=lambda: 0.0),
        ) as app,
    ):  # fmt: skip
        for shop in ("busy", "calm"):
            app.adopt(shop, _authorized(desk, shop))
        for _ in range(3):
            app.shop("busy").ping()
        assert waits == [1, 2]
        app.shop("calm").ping()
        assert waits == [1, 2]
        app.forget("busy")
        app.shop("busy").ping()
        assert waits == [1, 2, 3]


def test_a_notice_of_withdrawal_and_a_new_authorization() -> None:
    """By the application, without a client at hand; nothing is sent for the one who is gone."""
    desk = OAuthDesk()
    told: list[str] = []
    with LittleApp(
        transport=desk.scripted, token_store=MemoryTokenStore(), on_revoked=lambda shop, _: told.append(shop)
    ) as app:
        app.adopt("one", _authorized(desk, "one"))
        app.revoke("one", AuthorizationRevoked("withdrawn", platform=NAME))
        with pytest.raises(AuthorizationRevoked):
            app.shop("one").ping()
        assert (desk.calls, told) == (0, ["one"])
        app.adopt("one", _authorized(desk, "one"))
        assert app.shop("one").ping() == "one"


def test_what_is_closed_stays_closed() -> None:
    """A forgotten client is closed and made anew; a closed application makes none; a transport of yours stays open."""
    desk = OAuthDesk()
    app = LittleApp(transport=desk.scripted, token_store=MemoryTokenStore())
    app.adopt("one", _authorized(desk, "one"))
    first = app.shop("one")
    app.forget("one")
    app.forget("never seen")
    with pytest.raises(UsageError, match="closed"):
        first.ping()
    second = app.shop("one")
    assert second.ping() == "one"
    app.close()
    app.close()
    for call in (second.ping, lambda: app.shop("one")):
        with pytest.raises(UsageError, match="closed"):
            call()


@pytest.mark.parametrize("shop_id", ["", "  ", None, 7])
def test_a_shop_has_a_name(shop_id: Any) -> None:
    """An empty one would share another's tokens."""
    with LittleApp(transport=OAuthDesk().scripted) as app, pytest.raises(ArgumentError, match="shop_id"):
        app.shop(shop_id)


def test_half_an_application_is_refused() -> None:
    """Two transports, or none that makes a shop."""
    with pytest.raises(ArgumentError, match="one of them"):
        ShopApp[LittleShop](base_url="http://x.example", http=HttpOptions(), transport=OAuthDesk().scripted)
    with (
        ShopApp[LittleShop](base_url="http://x.example", transport=OAuthDesk().scripted) as app,
        pytest.raises(NotImplementedError, match="ShopApp"),
    ):
        app.shop("one")
