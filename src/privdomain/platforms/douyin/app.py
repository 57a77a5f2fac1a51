"""A provider's app (工具型): one app, many shops that have authorized it. douyin.md A2.

What a merchant gives is kept in the token store, under the app and the shop; lose the store and every merchant has to
authorize again. So a provider names a store of his own that outlives the process.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self, Unpack, cast
from urllib.parse import urlencode

from attrs import evolve

from privdomain.errors import ArgumentError, ProtocolViolation, UsageError
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import AsyncHttpTransport, HttpOptions, HttpTransport
from privdomain.platforms._options import ShopOptions, clock_of
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.douyin._dialect import DouyinDialect
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

__all__ = ["DouyinApp"]

_AUTHORIZE = "https://fuwu.jinritemai.com/authorize"


class DouyinApp:
    """An app that serves many shops.

    Send a merchant to ``authorize_url(state=…)``; hand the code that comes back to ``authorize(code)``, which keeps his
    tokens and says which shop he is; then ``shop(shop_id)`` is a client of that shop, as long as he does not withdraw.
    All shops share the app's connections and its ``token_store``.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore
    from privdomain.platforms.douyin import DouyinApp

    def server(request: HttpRequest) -> HttpResponse:
        data = {"access_token": "T", "expires_in": 604800, "refresh_token": "R", "shop_id": 4463798}
        return HttpResponse.of_json({"code": 10000, "msg": "success", "data": data})

    with DouyinApp(
        app_key="3409", app_secret="s3cret", service_id="12", token_store=MemoryTokenStore(), transport=server
    ) as app:
        assert app.authorize_url(state="x1") == "https://fuwu.jinritemai.com/authorize?service_id=12&state=x1"
        assert app.authorize("c0de") == "4463798"
        assert app.shop("4463798").shop_id == "4463798"
    ```

    Raises:
        ArgumentError: for an empty credential, an address that is none, a missing ``token_store``, or ``http``
            together with ``transport``.
    """

    def __init__(
        self,
        *,
        app_key: str,
        app_secret: str,
        service_id: str = "",
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        check_app(app_key, app_secret, shop_id=None, base_url=base_url)
        if http is not None and transport is not None:
            raise ArgumentError(
                "http= configures our own transport and transport= replaces it; pass one of them"
            )
        if options.get("token_store") is None:
            raise ArgumentError(
                "token_store is missing; the tokens of merchants are kept in it, and nobody but they can give new ones"
            )
        self._dialect = DouyinDialect(
            app_key=app_key,
            app_secret=app_secret,
            shop_id="",
            base_url=base_url.rstrip("/"),
            clock=clock_of(options),
            provider=True,
        )
        self._service_id, self._options, self._http = service_id, options, http or HttpOptions()
        self._given = transport
        self._own: HttpTransport | None = None
        self._awaited: AsyncHttpTransport | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"DouyinApp(app_key={self._dialect.app_key!r}, base_url={self._dialect.base_url!r})"

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        return PLATFORM

    @property
    def webhook(self) -> DouyinWebhook:
        """What the platform tells of all the shops; each notice says which."""
        return DouyinWebhook(app_key=self._dialect.app_key, app_secret=self._dialect.app_secret)

    @property
    def spi(self) -> DouyinSpi:
        """What the platform asks and waits for."""
        return DouyinSpi(
            app_key=self._dialect.app_key, app_secret=self._dialect.app_secret, clock=self._dialect.clock
        )

    def authorize_url(self, *, state: str) -> str:
        """Where a merchant authorizes the app; ``state`` comes back with the code, and shows whose it is."""
        if not self._service_id:
            raise UsageError(
                "the app was made without service_id; it is the number of the service in the market"
            )
        return f"{_AUTHORIZE}?{urlencode({'service_id': self._service_id, 'state': state})}"

    def authorize(self, code: str) -> str:
        """Keep the tokens that a code stands for, and say whose shop they open. A code is good once, for ten minutes.

        Raises:
            AuthenticationFailed: for a code that is used up or too old.
        """
        return run(self._authorize(code), self._wire())

    async def aauthorize(self, code: str) -> str:
        """As `authorize`, awaited."""
        return await arun(self._authorize(code), self._awaited_wire())

    def _authorize(self, code: str) -> Flow[str]:
        payload = yield from conversation_of(self._dialect, self._options).fetch(ExchangeCode(code=code))
        grant, shop_id = self._dialect.grant_of(payload)
        if not shop_id or not grant.refresh:
            missing = "shop_id" if not shop_id else "refresh_token"
            raise ProtocolViolation(f"{PLATFORM} granted tokens without {missing}", platform=PLATFORM)
        yield from self._conversation(shop_id).adopt(grant)
        return shop_id

    def _conversation(self, shop_id: str) -> Conversation:
        return conversation_of(self._shop_dialect(shop_id), self._options)

    def _shop_dialect(self, shop_id: str) -> DouyinDialect:
        check_app(
            self._dialect.app_key, self._dialect.app_secret, shop_id=shop_id, base_url=self._dialect.base_url
        )
        return evolve(self._dialect, shop_id=shop_id)

    def shop(self, shop_id: str) -> DouyinShop:
        """A client of a shop that has authorized the app; closing it leaves the app's connections open.

        Its calls raise `AuthorizationRevoked` where the merchant has to authorize (again).
        """
        plans = plans_of(self._shop_dialect(shop_id), self._options)
        shop = DouyinShop.__new__(DouyinShop)
        ShopClient.__init__(shop, plans, base_url=self._dialect.base_url, http=None, transport=self._wire())
        return shop

    def async_shop(self, shop_id: str) -> AsyncDouyinShop:
        """As `shop`, awaited."""
        plans = plans_of(self._shop_dialect(shop_id), self._options)
        shop = AsyncDouyinShop.__new__(AsyncDouyinShop)
        AsyncShopClient.__init__(
            shop, plans, base_url=self._dialect.base_url, http=None, transport=self._awaited_wire()
        )
        return shop

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError("this DouyinApp is closed; make the calls inside its with block")

    def _wire(self) -> Transport:
        self._check_open()
        if self._given is not None:
            return cast("Transport", self._given)
        if self._own is None:
            self._own = HttpTransport(self._http, base_url=self._dialect.base_url)
        return self._own

    def _awaited_wire(self) -> Transport | AsyncTransport:
        self._check_open()
        if self._given is not None:
            return self._given
        if self._awaited is None:
            self._awaited = AsyncHttpTransport(self._http, base_url=self._dialect.base_url)
        return self._awaited

    def close(self) -> None:
        """Close the connections of blocking shops; those of awaited ones are closed by ``await aclose()``."""
        self._closed = True
        if self._own is not None:
            self._own.close()

    async def aclose(self) -> None:
        """Close every connection."""
        self.close()
        if self._awaited is not None:
            await self._awaited.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
