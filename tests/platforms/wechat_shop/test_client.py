"""How a client is configured, and what it never shows."""

from __future__ import annotations

import logging
import pickle
import traceback
from typing import Any

import anyio
import pytest

from privdomain.errors import ArgumentError, PrivdomainError, UsageError
from privdomain.platforms import AsyncShop, HttpOptions, HttpResponse, Shop
from privdomain.platforms.wechat_shop import AsyncWeChatShop, GetStableToken, WeChatShop
from tests.platforms._scripted import (
    KINDS,
    NOVEMBER,
    ScriptedShop,
    busy,
    many_orders,
    options,
    order_payload,
    pull,
    shop_of,
)

SECRET = "s3cret-of-the-app"


@pytest.mark.parametrize("client", [WeChatShop, AsyncWeChatShop])
@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"app_id": ""}, ["app_id"]),
        ({"app_secret": "  "}, ["app_secret"]),
        ({"app_id": None, "app_secret": None}, ["app_id", "app_secret"]),
        ({"shop_id": ""}, ["shop_id"]),
        ({"base_url": "api.weixin.qq.com"}, ["base_url"]),
        ({"base_url": "ftp://api.weixin.qq.com"}, ["base_url"]),
        ({"base_url": "https://"}, ["base_url"]),
        ({"base_url": "https://api.weixin.qq.com/?x=1"}, ["base_url"]),
        ({"base_url": "http://127.0.0.1:8 0"}, ["base_url"]),
        ({"base_url": "http://127.0.0.1:80800"}, ["base_url"]),
        ({"base_url": "http://127.0.0.1\x00"}, ["base_url"]),
        ({"base_url": "http://api.exa\nmple.com"}, ["base_url"]),
        ({"base_url": "http://[::1"}, ["base_url"]),
        ({"base_url": "http://api..example.com"}, ["base_url"]),
        ({"base_url": None}, ["base_url"]),
        ({"base_url": b"http://127.0.0.1"}, ["base_url"]),
        ({"base_url": f"https://me:{SECRET}@api.weixin.qq.com"}, ["base_url"]),
        ({"base_url": f"https://{SECRET}@api.weixin.qq.com"}, ["base_url"]),
    ],
)
def test_what_cannot_work_is_refused_at_once(client: type, changes: dict[str, Any], paths: list[str]) -> None:
    """Every wrong argument is named, and no secret is."""

    with pytest.raises(ArgumentError) as caught:
        client(**options(**changes))
    assert [problem.path for problem in caught.value.problems] == paths
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("client", [WeChatShop, AsyncWeChatShop])
@pytest.mark.parametrize("host", ["1.2.3.999", "☃.example.com", "xn--zz--"])
def test_a_host_that_cannot_exist_is_refused_when_the_network_is_opened(client: type, host: str) -> None:
    """The HTTP library would fail at the first request, with an error of its own."""

    with pytest.raises(ArgumentError, match="base_url has a host that cannot exist"):
        client(app_id="wx1", app_secret=SECRET, base_url=f"http://{host}/")


@pytest.mark.parametrize("client", [WeChatShop, AsyncWeChatShop])
@pytest.mark.parametrize(
    "address", ["http://[::1]:8080", "http://localhost:1", "https://商店.example.com/api/"]
)
def test_unusual_addresses_are_addresses(client: type, address: str) -> None:
    """IPv6, a port, a name in Chinese, a path."""

    assert address in repr(client(base_url=address, transport=ScriptedShop(), **options()))


@pytest.mark.parametrize("client", [WeChatShop, AsyncWeChatShop])
def test_credentials_come_in_pairs_and_by_name(client: type) -> None:
    """Half a configuration is no configuration."""

    with pytest.raises(TypeError, match="app_secret"):
        client(app_id="wx1")
    with pytest.raises(TypeError):
        client("wx1", SECRET)


@pytest.mark.parametrize("client", [WeChatShop, AsyncWeChatShop])
def test_options_for_a_network_that_is_not_used_are_refused(client: type) -> None:
    """``http`` configures what ``transport`` replaces."""

    with pytest.raises(ArgumentError, match="pass one of them"):
        client(transport=ScriptedShop(), http=HttpOptions(), **options())


def test_a_closed_client_says_so() -> None:
    """Instead of failing somewhere in the network."""

    with shop_of(ScriptedShop()) as shop:
        pass
    with pytest.raises(UsageError, match="this WeChatShop is closed"):
        shop.order("A")

    async def main() -> None:
        async with AsyncWeChatShop(transport=ScriptedShop(), **options()) as shop:
            pass
        with pytest.raises(UsageError, match="this AsyncWeChatShop is closed"):
            await shop.order("A")

    anyio.run(main)


def test_the_shop_is_the_app_where_nothing_else_is_said() -> None:
    """A 微信小店 has an app id of its own."""

    with shop_of(ScriptedShop()) as plain, shop_of(ScriptedShop(), shop_id="tea") as named:
        assert (plain.platform, plain.shop_id, named.shop_id) == ("wechat_shop", "wx1", "tea")


def test_the_clients_are_shops() -> None:
    """They satisfy the protocols that the rest of the house is written against."""

    shop: Shop = WeChatShop(transport=ScriptedShop(), **options())
    awaited: AsyncShop = AsyncWeChatShop(transport=ScriptedShop(), **options())

    assert shop.platform == awaited.platform == "wechat_shop"


def test_another_address_takes_another_host_and_path() -> None:
    """A sandbox, a gateway of one's own: the path of the operation comes behind."""

    server = ScriptedShop({"A": order_payload("A")})
    with shop_of(server, base_url="https://gateway.example.com/wechat/") as shop:
        shop.order("A")

    assert server.requests[1].url == "https://gateway.example.com/wechat/channels/ec/order/get"


FAILURES: dict[str, dict[int, Any]] = {
    "none": {},
    "a wrong secret": {1: busy(40125, f"bad appsecret {SECRET}")},
    "a bad token": {2: busy(40001, "T0KEN-1 is not the latest"), 4: busy(40001, "T0KEN-1")},
    "busy": dict.fromkeys(range(2, 20), busy(-1, "T0KEN-1")),
    "no JSON": dict.fromkeys(range(2, 20), HttpResponse(200, b"T0KEN-1")),
    "half a token": {1: HttpResponse.of_json({"access_token": "T0KEN-1", "expires_in": "x"})},
    "a bad list": {2: HttpResponse.of_json({"errcode": 0, "order_id_list": 5})},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("failure", FAILURES)
def test_no_error_log_or_repr_shows_a_secret(
    kind: str, failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Message, attributes, causes, contexts, the printed traceback, the pickle, and every log at DEBUG."""

    server = ScriptedShop(many_orders(2), interrupts=FAILURES[failure])
    with caplog.at_level(logging.DEBUG):
        _, raised, _ = pull(kind, server)

    assert (raised is None) is (failure == "none")
    said = caplog.text
    error: BaseException | None = raised
    while error is not None:
        said += f"{error!r} {error!s} {vars(error)}"
        error = error.__cause__ or error.__context__
    if raised is not None:
        said += "".join(traceback.format_exception(raised))
        said += pickle.dumps(raised).decode("latin-1")
        assert isinstance(raised, PrivdomainError)
    said += repr(server.requests)
    for secret in (SECRET, "T0KEN-"):
        assert secret not in said


def test_nothing_shows_the_secret() -> None:
    """Neither the client nor what it is made of, nor the operation that carries the secret."""

    with shop_of(ScriptedShop()) as shop:
        plans = shop._plans
        conversation = plans.conversation  # type: ignore[attr-defined]  # looking behind the protocol
        said = f"{shop!r} {plans!r} {vars(shop)} {conversation._dialect!r} {conversation._habits!r}"
    said += repr(GetStableToken(appid="wx1", secret=SECRET)) + str(GetStableToken(appid="wx1", secret=SECRET))

    assert SECRET not in said
    assert "wx1" in said


def test_a_bad_argument_beside_a_secret_does_not_show_it() -> None:
    """The errors of operations name fields and kinds only."""

    with pytest.raises(ArgumentError) as caught:
        GetStableToken(appid=1, secret=SECRET)  # type: ignore[arg-type]  # the mistake under test
    assert SECRET not in f"{caught.value} {vars(caught.value)} {caught.value.__context__!r}"


def test_retries_are_logged_without_addresses(caplog: pytest.LogCaptureFixture) -> None:
    """At INFO: what failed, why, and when it is tried again."""

    server = ScriptedShop(many_orders(1), interrupts={3: busy()})
    with caplog.at_level(logging.INFO, logger="privdomain"):
        pull("sync", server, updated=NOVEMBER)

    [record] = [record for record in caplog.records if "again in" in record.getMessage()]
    assert (
        "wechat_shop /channels/ec/order/get: attempt 1 failed (-1 the platform is busy)"
        in record.getMessage()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_many_tasks_share_one_client(kind: str) -> None:
    """Fifty orders at once: one token, every order right."""

    server = ScriptedShop(many_orders(50))
    wanted = list(server.orders)
    found: list[str] = []

    async def awaited() -> None:
        async with AsyncWeChatShop(transport=server, **options()) as shop:

            async def one(order_id: str) -> None:
                found.append((await shop.order(order_id)).order_id)

            async with anyio.create_task_group() as group:
                for order_id in wanted:
                    group.start_soon(one, order_id)

    def blocking() -> None:
        from concurrent.futures import ThreadPoolExecutor

        with shop_of(server) as shop, ThreadPoolExecutor(8) as pool:
            found.extend(order.order_id for order in pool.map(shop.order, wanted))

    blocking() if kind == "sync" else anyio.run(awaited, backend=kind)

    assert sorted(found) == wanted
    assert server.grants == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_pull_can_be_gone_on_with(backend: str) -> None:
    """Cancelling in the middle of page 2 leaves the cursor of page 1, and nothing hanging."""

    server = ScriptedShop(many_orders(30))
    pages = []

    async def main() -> None:
        with anyio.CancelScope() as scope:

            async def transport(request: Any) -> HttpResponse:
                await anyio.lowlevel.checkpoint()
                if len(server.requests) == 17:
                    scope.cancel()
                return server(request)

            async with AsyncWeChatShop(transport=transport, **options()) as shop:
                async for page in shop.orders(updated=NOVEMBER, page_size=10).pages():
                    pages.append(page)
        assert scope.cancelled_caught

    anyio.run(main, backend=backend)
    with shop_of(server) as shop:
        rest = list(shop.orders(updated=NOVEMBER, page_size=10).pages(start=pages[-1].cursor))

    assert len(pages) == 1
    assert [order.order_id for page in pages + rest for order in page.items] == list(server.orders)


def test_an_abandoned_walk_closes_its_flow() -> None:
    """Breaking out of a loop runs the flow's clean-up; nothing is sent afterwards."""

    server = ScriptedShop(many_orders(30))
    with shop_of(server) as shop:
        for _ in shop.orders(updated=NOVEMBER, page_size=5).pages():
            break
        count = len(server.requests)
    assert len(server.requests) == count == 7


@pytest.mark.parametrize("listing", ["orders", "products"])
def test_asking_for_a_listing_sends_nothing(listing: str) -> None:
    """The first page does."""

    server = ScriptedShop()
    with shop_of(server) as shop:
        pages = shop.orders(updated=NOVEMBER).pages() if listing == "orders" else shop.products().pages()
        assert server.requests == []
        next(iter(pages))
    assert server.requests
