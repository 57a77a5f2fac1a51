"""The two clients of 抖店 for one's own shop (自用型)."""

from __future__ import annotations

from typing import Unpack, cast

from privdomain.errors import ArgumentError
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import HttpOptions
from privdomain.platforms._options import ShopOptions, check_account, clock_of, habits_of
from privdomain.platforms._plans import ShopPlans
from privdomain.platforms._tokens import Grant, lasting
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.douyin._capabilities import UNCONFIRMED
from privdomain.platforms.douyin._dialect import DouyinDialect
from privdomain.platforms.douyin._plans import DouyinPlans
from privdomain.platforms.douyin.spi import DouyinSpi
from privdomain.platforms.douyin.webhook import DouyinWebhook

__all__ = ["AsyncDouyinShop", "DouyinShop"]

BASE_URL = "https://openapi-fxg.jinritemai.com"


class _Rooms:
    """What both clients have beside their calls."""

    _plans: ShopPlans

    @property
    def _account(self) -> DouyinPlans:
        return cast("DouyinPlans", self._plans)

    @property
    def webhook(self) -> DouyinWebhook:
        """What the platform tells by itself; one address serves all shops of the app."""
        return DouyinWebhook(app_key=self._account.app_key, app_secret=self._account.app_secret)

    @property
    def spi(self) -> DouyinSpi:
        """What the platform asks and waits for."""
        clock = self._account.clock
        return DouyinSpi(app_key=self._account.app_key, app_secret=self._account.app_secret, clock=clock)

    def _adopt(self, access_token: str, refresh_token: str, *, expires_in_s: float) -> Flow[None]:
        for name, value in (("access_token", access_token), ("refresh_token", refresh_token)):
            if not value or not value.strip():
                raise ArgumentError(f"{name} is empty; adopt_tokens takes both tokens of a shop")
        grant = Grant(access_token, lasting(expires_in_s), refresh=refresh_token)
        return self._plans.conversation.adopt(grant)


class DouyinShop(_Rooms, ShopClient):
    """A 抖店 shop by its own app (自用型), blocking.

    ``app_key`` and ``app_secret`` are in the console of the open platform, ``shop_id`` is the shop's number. The token
    is fetched, kept and renewed by the client; clients of one process share it, several processes share it through a
    ``token_store``. `ShopOptions` says what else can be given by name; ``transport`` replaces the network in tests.
    ``test_shop`` is for test shops on the platform's own sandbox.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.douyin import DouyinShop

    def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/token/create"):
            data = {"access_token": "T", "expires_in": 604800, "refresh_token": "R", "shop_id": 4463798}
        else:
            data = {"data": [], "cursor_id": ""}
        return HttpResponse.of_json({"code": 10000, "msg": "success", "data": data})

    with DouyinShop(app_key="3409", app_secret="s3cret", shop_id="4463798", transport=server) as shop:
        assert list(shop.products()) == []
        assert "s3cret" not in repr(shop)
    ```

    Raises:
        ArgumentError: for an empty credential, a shop id that is no number, an address that is none, or ``http``
            together with ``transport``.
    """

    def __init__(
        self,
        *,
        app_key: str,
        app_secret: str,
        shop_id: str,
        test_shop: bool = False,
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        check_app(app_key, app_secret, shop_id=shop_id, base_url=base_url)
        dialect = own_dialect(
            app_key, app_secret, shop_id=shop_id, base_url=base_url, test_shop=test_shop, options=options
        )
        plans = plans_of(dialect, options)
        super().__init__(plans, base_url=base_url, http=http, transport=transport)

    def adopt_tokens(self, *, access_token: str, refresh_token: str, expires_in_s: float) -> None:
        """Take over a merchant's tokens from another program, in provider mode: he need not authorize again.

        ``expires_in_s`` is how many seconds the access token lives. One's own shop fetches its tokens without any.
        """
        run(self._adopt(access_token, refresh_token, expires_in_s=expires_in_s), self._wire())


class AsyncDouyinShop(_Rooms, AsyncShopClient):
    """As `DouyinShop`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.douyin import AsyncDouyinShop

    async def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/token/create"):
            data = {"access_token": "T", "expires_in": 604800, "refresh_token": "R", "shop_id": 4463798}
        else:
            data = {"data": [], "cursor_id": ""}
        return HttpResponse.of_json({"code": 10000, "msg": "success", "data": data})

    async def main() -> int:
        async with AsyncDouyinShop(app_key="3409", app_secret="s", shop_id="4463798", transport=server) as shop:
            return len([product async for product in shop.products()])

    assert anyio.run(main) == 0
    ```
    """

    def __init__(
        self,
        *,
        app_key: str,
        app_secret: str,
        shop_id: str,
        test_shop: bool = False,
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        check_app(app_key, app_secret, shop_id=shop_id, base_url=base_url)
        dialect = own_dialect(
            app_key, app_secret, shop_id=shop_id, base_url=base_url, test_shop=test_shop, options=options
        )
        plans = plans_of(dialect, options)
        super().__init__(plans, base_url=base_url, http=http, transport=transport)

    async def adopt_tokens(self, *, access_token: str, refresh_token: str, expires_in_s: float) -> None:
        """Take over a merchant's tokens from another program, in provider mode: he need not authorize again.

        ``expires_in_s`` is how many seconds the access token lives. One's own shop fetches its tokens without any.
        """
        await arun(self._adopt(access_token, refresh_token, expires_in_s=expires_in_s), self._wire())


def check_app(app_key: str, app_secret: str, *, shop_id: str | None, base_url: str) -> None:
    """Refuse what cannot work before anything is sent."""
    named = {} if shop_id is None else {"shop_id": shop_id}
    check_account(
        {"app_key": app_key, "app_secret": app_secret, **named},
        optional={},
        base_url=base_url,
        usual=BASE_URL,
    )
    if shop_id is not None and not (shop_id.isascii() and shop_id.isdigit()):
        raise ArgumentError(f"shop_id={shop_id[:40]!r}; a shop of 抖店 is a number, as text: '4463798'")


def own_dialect(
    app_key: str, app_secret: str, *, shop_id: str, base_url: str, test_shop: bool, options: ShopOptions
) -> DouyinDialect:
    """The protocol of one's own shop."""
    return DouyinDialect(
        app_key=app_key,
        app_secret=app_secret,
        shop_id=shop_id,
        base_url=base_url.rstrip("/"),
        clock=clock_of(options),
        test_shop=test_shop,
    )


def conversation_of(dialect: DouyinDialect, options: ShopOptions) -> Conversation:
    """What sends a shop's operations."""
    habits = habits_of(
        options,
        token_key=dialect.token_key,
        secret=dialect.app_secret,
        clock=dialect.clock,
        operations=UNCONFIRMED,
    )
    return Conversation(dialect, habits)


def plans_of(dialect: DouyinDialect, options: ShopOptions) -> DouyinPlans:
    """What both clients are made of."""
    return DouyinPlans(
        app_key=dialect.app_key,
        app_secret=dialect.app_secret,
        shop_id=dialect.shop_id,
        clock=dialect.clock,
        conversation=conversation_of(dialect, options),
    )
