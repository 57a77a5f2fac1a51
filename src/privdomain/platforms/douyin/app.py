"""A provider's app (工具型): one app, many shops that have authorized it. douyin.md A2.

What a merchant gives is kept in the token store, under the app and the shop; lose the store and every merchant has to
authorize again. So a provider names a store of his own that outlives the process.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar, Unpack
from urllib.parse import urlencode

from attrs import evolve, field, frozen

from privdomain.errors import ProtocolViolation, UsageError
from privdomain.platforms._apps import AsyncShopApp, ShopApp, check_store
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import HttpOptions
from privdomain.platforms._options import ShopOptions, clock_of
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.douyin._dialect import DouyinDialect
from privdomain.platforms.douyin._plans import DouyinPlans
from privdomain.platforms.douyin._values import PLATFORM
from privdomain.platforms.douyin.client import (
    BASE_URL,
    AsyncDouyinShop,
    DouyinShop,
    check_app,
    conversation_of,
    plans_of,
)
from privdomain.platforms.douyin.operations import ExchangeCode
from privdomain.platforms.douyin.spi import DouyinSpi
from privdomain.platforms.douyin.webhook import DouyinWebhook

__all__ = ["AsyncDouyinApp", "DouyinApp"]

_AUTHORIZE = "https://fuwu.jinritemai.com/authorize"


@frozen(kw_only=True)
class _Account:
    """The app itself, before any shop."""

    dialect: DouyinDialect
    service_id: str
    options: ShopOptions = field(repr=False)

    @classmethod
    def checked(
        cls, app_key: str, app_secret: str, *, service_id: str, base_url: str, options: ShopOptions
    ) -> _Account:
        check_app(app_key, app_secret, shop_id=None, base_url=base_url)
        check_store(options)
        dialect = DouyinDialect(
            app_key=app_key,
            app_secret=app_secret,
            shop_id="",
            base_url=base_url.rstrip("/"),
            clock=clock_of(options),
            provider=True,
        )
        return cls(dialect=dialect, service_id=service_id, options=options)

    def plans(self, shop_id: str, options: ShopOptions) -> DouyinPlans:
        dialect = self.dialect
        check_app(dialect.app_key, dialect.app_secret, shop_id=shop_id, base_url=dialect.base_url)
        return plans_of(evolve(dialect, shop_id=shop_id), options)

    def exchange(self, code: str, conversation_of_shop: Callable[[str], Conversation]) -> Flow[str]:
        payload = yield from conversation_of(self.dialect, self.options).fetch(ExchangeCode(code=code))
        grant, shop_id = self.dialect.grant_of(payload)
        if not shop_id or not grant.refresh:
            missing = "shop_id" if not shop_id else "refresh_token"
            raise ProtocolViolation(f"{PLATFORM} granted tokens without {missing}", platform=PLATFORM)
        yield from conversation_of_shop(shop_id).adopt(grant)
        return shop_id


class _Rooms:
    """What both apps have beside their shops."""

    _account: _Account

    @property
    def webhook(self) -> DouyinWebhook:
        """What the platform tells of all the shops; each notice says which."""
        dialect = self._account.dialect
        return DouyinWebhook(app_key=dialect.app_key, app_secret=dialect.app_secret)

    @property
    def spi(self) -> DouyinSpi:
        """What the platform asks and waits for."""
        dialect = self._account.dialect
        return DouyinSpi(app_key=dialect.app_key, app_secret=dialect.app_secret, clock=dialect.clock)

    def authorize_url(self, state: str) -> str:
        """Where a merchant authorizes the app; ``state`` comes back with the code, and shows whose it is."""
        if not self._account.service_id:
            raise UsageError(
                "the app was made without service_id; it is the number of the service in the market"
            )
        return f"{_AUTHORIZE}?{urlencode({'service_id': self._account.service_id, 'state': state})}"

    def _exchange(self, code: str, *, conversation_of: Callable[[str], Conversation]) -> Flow[str]:
        return self._account.exchange(code, conversation_of)


class DouyinApp(_Rooms, ShopApp[DouyinShop]):
    """An app that serves many shops, blocking.

    Send a merchant to ``authorize_url(state)``; hand the code that comes back to ``authorize(code)``, which keeps his
    tokens and says which shop he is; then ``shop(shop_id)`` is a client of that shop, as long as he does not withdraw.
    All shops share the app's connections and its ``token_store``. No document names the messages (消息) by which the
    platform tells of authorizations: if the console of your app lists such tags, give them as ``withdrawn_topics``
    and ``authorized_topics`` and pass notices to ``on_notice``.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore
    from privdomain.platforms.douyin import DouyinApp

    def server(request: HttpRequest) -> HttpResponse:
        data = {"access_token": "T", "expires_in": 604800, "refresh_token": "R", "shop_id": 4463798}
        return HttpResponse.of_json({"code": 10000, "msg": "success", "data": data})

    with DouyinApp(
        app_key="3409", app_secret="s3cret", service_id="12", token_store=MemoryTokenStore(), transport=server
    ) as app:
        assert app.authorize_url("x1") == "https://fuwu.jinritemai.com/authorize?service_id=12&state=x1"
        assert app.authorize("c0de") == "4463798"
        assert app.shop("4463798").shop_id == "4463798"
    ```

    Raises:
        ArgumentError: for an empty credential, an address that is none, a missing ``token_store``, or ``http``
            together with ``transport``.
    """

    platform: ClassVar[str] = PLATFORM

    def __init__(
        self,
        *,
        app_key: str,
        app_secret: str,
        service_id: str = "",
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        withdrawn_topics: Collection[str] = (),
        authorized_topics: Collection[str] = (),
        **options: Unpack[ShopOptions],
    ) -> None:
        self._account = _Account.checked(
            app_key, app_secret, service_id=service_id, base_url=base_url, options=options
        )
        super().__init__(
            base_url=base_url,
            http=http,
            transport=transport,
            options=options,
            withdrawn_topics=withdrawn_topics,
            authorized_topics=authorized_topics,
        )

    def make_shop(self, shop_id: str, *, transport: Transport, options: ShopOptions) -> DouyinShop:
        """As `ShopApp.make_shop`; the number of the shop is checked."""
        plans = self._account.plans(shop_id, options)
        shop = DouyinShop.__new__(DouyinShop)  # its own constructor is that of a shop with an app of its own
        ShopClient.__init__(
            shop, plans, base_url=self._account.dialect.base_url, http=None, transport=transport
        )
        return shop


class AsyncDouyinApp(_Rooms, AsyncShopApp[AsyncDouyinShop]):
    """As `DouyinApp`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore
    from privdomain.platforms.douyin import AsyncDouyinApp

    async def server(request: HttpRequest) -> HttpResponse:
        data = {"access_token": "T", "expires_in": 604800, "refresh_token": "R", "shop_id": 4463798}
        return HttpResponse.of_json({"code": 10000, "msg": "success", "data": data})

    async def main() -> str:
        store = MemoryTokenStore()
        async with AsyncDouyinApp(app_key="3409", app_secret="s", token_store=store, transport=server) as app:
            return await app.authorize("c0de")

    assert anyio.run(main) == "4463798"
    ```
    """

    platform: ClassVar[str] = PLATFORM

    def __init__(
        self,
        *,
        app_key: str,
        app_secret: str,
        service_id: str = "",
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        withdrawn_topics: Collection[str] = (),
        authorized_topics: Collection[str] = (),
        **options: Unpack[ShopOptions],
    ) -> None:
        self._account = _Account.checked(
            app_key, app_secret, service_id=service_id, base_url=base_url, options=options
        )
        super().__init__(
            base_url=base_url,
            http=http,
            transport=transport,
            options=options,
            withdrawn_topics=withdrawn_topics,
            authorized_topics=authorized_topics,
        )

    def make_shop(
        self, shop_id: str, *, transport: Transport | AsyncTransport, options: ShopOptions
    ) -> AsyncDouyinShop:
        """As `DouyinApp.make_shop`."""
        plans = self._account.plans(shop_id, options)
        shop = AsyncDouyinShop.__new__(AsyncDouyinShop)
        AsyncShopClient.__init__(
            shop, plans, base_url=self._account.dialect.base_url, http=None, transport=transport
        )
        return shop
