"""The two clients of 微信小店."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable

from privdomain.calendar import Clock, SystemClock
from privdomain.errors import ArgumentError, Problem
from privdomain.platforms._addresses import split_address
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation, Habits
from privdomain.platforms._http import HttpOptions
from privdomain.platforms._limits import RateLimit
from privdomain.platforms._retry import Retry
from privdomain.platforms._tokens import MemoryTokenStore, TokenStore
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.wechat_shop._dialect import WeChatShopDialect
from privdomain.platforms.wechat_shop._plans import WeChatShopPlans

__all__ = ["AsyncWeChatShop", "WeChatShop"]

_BASE_URL = "https://api.weixin.qq.com"


class WeChatShop(ShopClient):
    """A 微信小店 shop, blocking.

    ``app_id`` and ``app_secret`` are in the shop's console; ``shop_id`` is your name of the shop in
    ``Order.shop_id`` (the app id where you have none). Clients of the same account in one process share tokens;
    several processes share them through a ``token_store``. ``random_state`` makes the jitter of waits repeatable.
    ``clock`` and ``monotonic`` are the two clocks a client reads; ``transport`` replaces the network in tests.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.wechat_shop import WeChatShop

    def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/stable_token"):
            return HttpResponse.of_json({"access_token": "T", "expires_in": 7200})
        return HttpResponse.of_json({"errcode": 0, "product_ids": []})

    with WeChatShop(app_id="wx1", app_secret="s3cret", transport=server) as shop:
        assert list(shop.products()) == []
        assert "s3cret" not in repr(shop)
    ```

    Raises:
        ArgumentError: for an empty credential, an address that is none, or ``http`` together with ``transport``.
    """

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        shop_id: str | None = None,
        base_url: str = _BASE_URL,
        token_store: TokenStore | None = None,
        retry: Retry | None = None,
        rate_limit: RateLimit | None = None,
        random_state: int | None = None,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
    ) -> None:
        plans = _account(
            app_id=app_id,
            app_secret=app_secret,
            shop_id=shop_id,
            base_url=base_url,
            token_store=token_store,
            retry=retry,
            rate_limit=rate_limit,
            random_state=random_state,
            clock=clock,
            monotonic=monotonic,
        )
        super().__init__(plans, base_url=base_url, http=http, transport=transport)


class AsyncWeChatShop(AsyncShopClient):
    """As `WeChatShop`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.wechat_shop import AsyncWeChatShop

    async def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/stable_token"):
            return HttpResponse.of_json({"access_token": "T", "expires_in": 7200})
        return HttpResponse.of_json({"errcode": 0, "product_ids": []})

    async def main() -> int:
        async with AsyncWeChatShop(app_id="wx1", app_secret="s3cret", transport=server) as shop:
            return len([product async for product in shop.products()])

    assert anyio.run(main) == 0
    ```
    """

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        shop_id: str | None = None,
        base_url: str = _BASE_URL,
        token_store: TokenStore | None = None,
        retry: Retry | None = None,
        rate_limit: RateLimit | None = None,
        random_state: int | None = None,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
    ) -> None:
        plans = _account(
            app_id=app_id,
            app_secret=app_secret,
            shop_id=shop_id,
            base_url=base_url,
            token_store=token_store,
            retry=retry,
            rate_limit=rate_limit,
            random_state=random_state,
            clock=clock,
            monotonic=monotonic,
        )
        super().__init__(plans, base_url=base_url, http=http, transport=transport)


def _account(
    *,
    app_id: str,
    app_secret: str,
    shop_id: str | None,
    base_url: str,
    token_store: TokenStore | None,
    retry: Retry | None,
    rate_limit: RateLimit | None,
    random_state: int | None,
    clock: Clock | None,
    monotonic: Callable[[], float],
) -> WeChatShopPlans:
    """What both clients are made of; refuses what cannot work before anything is sent."""
    problems = [
        Problem(name, "is empty", "text from the shop's console")
        for name, value in (("app_id", app_id), ("app_secret", app_secret))
        if not isinstance(value, str) or not value.strip()
    ]
    if shop_id is not None and not shop_id:
        problems.append(Problem("shop_id", "is empty", "a name, or None for the app id"))
    parts = split_address(base_url)
    if parts is None or parts.query or parts.fragment:
        problems.append(Problem("base_url", "is no address of a platform", f"for instance {_BASE_URL}"))
    elif "@" in parts.netloc:  # not quoted: a password may be in it, and a client's repr shows its address
        problems.append(Problem("base_url", "holds a user name or a password", "an address without them"))
    if problems:
        raise ArgumentError("the shop cannot be reached with these arguments", problems=problems)
    dialect = WeChatShopDialect(
        app_id=app_id,
        app_secret=app_secret,
        shop_id=shop_id or app_id,
        base_url=base_url.rstrip("/"),
        clock=clock or SystemClock(),
    )
    habits = Habits(
        retry=retry or Retry(),
        rate_limit=rate_limit,
        token_store=_store_of(dialect, monotonic) if token_store is None else token_store,
        random_state=random_state,
        clock=dialect.clock,
        monotonic=monotonic,
    )
    conversation = Conversation(dialect, habits)
    return WeChatShopPlans(app_id=app_id, shop_id=dialect.shop_id, conversation=conversation)


# One store per pair of credentials, so that a client made anew for every call does not fetch a token for every
# call, and a wrong secret does not profit from the token of the right one. The key is a digest, not the secret.
_stores: dict[bytes, MemoryTokenStore] = {}
_stores_lock = threading.Lock()


def _store_of(dialect: WeChatShopDialect, monotonic: Callable[[], float]) -> TokenStore:
    if monotonic is not time.monotonic:  # a test's clock: its tokens age by it
        return MemoryTokenStore(monotonic=monotonic)
    digest = hashlib.sha256(f"{dialect.token_key}\0{dialect.app_secret}".encode()).digest()
    with _stores_lock:
        return _stores.setdefault(digest, MemoryTokenStore())
