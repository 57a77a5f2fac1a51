"""The clients of 小红书: one shop, or every shop of an application (服务商)."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Self, Unpack, cast

from attrs import evolve, frozen

from privdomain.calendar import Clock
from privdomain.errors import ArgumentError, UsageError
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import AsyncHttpTransport, HttpOptions, HttpTransport
from privdomain.platforms._options import ShopOptions, check_account, clock_of, habits_of
from privdomain.platforms._tokens import MemoryTokenStore
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.xiaohongshu import _oauth
from privdomain.platforms.xiaohongshu._capabilities import UNCONFIRMED, with_operations
from privdomain.platforms.xiaohongshu._dialect import XiaohongshuDialect
from privdomain.platforms.xiaohongshu._oauth import Authorization
from privdomain.platforms.xiaohongshu._plans import XiaohongshuPlans
from privdomain.platforms.xiaohongshu._webhook import XiaohongshuWebhook

__all__ = ["AsyncXiaohongshuShop", "XiaohongshuApp", "XiaohongshuShop"]

_BASE_URL = "https://ark.xiaohongshu.com"


@frozen(kw_only=True)
class _Account:
    """One application: what its shops have in common."""

    app_id: str
    app_secret: str
    base_url: str
    webhook_path: str
    options: ShopOptions
    clock: Clock

    @classmethod
    def checked(
        cls,
        app_id: str,
        app_secret: str,
        *,
        base_url: str,
        webhook_path: str,
        options: ShopOptions,
        **further: str,
    ) -> _Account:
        """Refuses what cannot work before anything is sent."""
        credentials: Mapping[str, object] = {"app_id": app_id, "app_secret": app_secret, **further}
        check_account(credentials, optional={}, base_url=base_url, usual=_BASE_URL)
        return cls(
            app_id=app_id,
            app_secret=app_secret,
            base_url=base_url.rstrip("/"),
            webhook_path=webhook_path,
            options=options,
            clock=clock_of(options),
        )

    def plans(self, shop_id: str) -> XiaohongshuPlans:
        """The canonical methods of one shop."""
        return XiaohongshuPlans(shop_id=shop_id, conversation=self.conversation(shop_id))

    def conversation(self, shop_id: str) -> Conversation:
        """What sends for one shop; without one, what exchanges a code."""
        dialect = XiaohongshuDialect(
            app_id=self.app_id,
            app_secret=self.app_secret,
            shop_id=shop_id,
            base_url=self.base_url,
            clock=self.clock,
        )
        habits = habits_of(
            self.options,
            token_key=dialect.token_key,
            secret=self.app_secret,
            clock=self.clock,
            operations=UNCONFIRMED,
        )
        accepted = with_operations(habits.accept_unconfirmed)
        return Conversation(dialect, evolve(habits, accept_unconfirmed=accepted))

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Where a merchant is sent to."""
        return _oauth.authorize_url(self.base_url, app_id=self.app_id, redirect_uri=redirect_uri, state=state)

    def webhook(self) -> XiaohongshuWebhook:
        """What reads the platform's messages."""
        if not self.webhook_path:
            raise UsageError(
                "the signature of a message covers the path it is sent to; make the client with "
                "webhook_path='/the/path' as the platform sees it"
            )
        return XiaohongshuWebhook(
            app_id=self.app_id, app_secret=self.app_secret, path=self.webhook_path, clock=self.clock
        )


def _own_shop(plans: XiaohongshuPlans, shop_id: str) -> Conversation:
    if shop_id != plans.shop_id:
        raise ArgumentError(
            f"the code is of shop {shop_id!r}, and this client is of {plans.shop_id!r}; its tokens were not "
            "kept: use XiaohongshuApp where several shops authorize one application"
        )
    return plans.conversation


class XiaohongshuShop(ShopClient):
    """A 小红书 shop, blocking.

    ``app_id`` and ``app_secret`` are the application's; ``shop_id`` is the seller id (``sellerId``) that the platform
    names with the tokens. A shop is authorized once: `authorize_url`, then `authorize`, or `adopt_tokens` where the
    tokens come from elsewhere; the next ones are fetched by the client. ``webhook_path`` is the path of your address
    for messages, as the platform sees it. `ShopOptions` says what else can be given by name.

    ```python
    from datetime import timedelta
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.xiaohongshu import GetExpressCompanyList, XiaohongshuShop

    def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"success": True, "error_code": 0, "data": {"expressCompanyInfos": []}})

    with XiaohongshuShop(app_id="a1", app_secret="s3cret", shop_id="seller-1", transport=server) as shop:
        shop.adopt_tokens(access_token="A", refresh_token="R", expires_in=timedelta(days=7))
        assert shop.send(GetExpressCompanyList()).express_company_infos == ()
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
        shop_id: str,
        webhook_path: str = "",
        base_url: str = _BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        self._account = _Account.checked(
            app_id,
            app_secret,
            shop_id=shop_id,
            webhook_path=webhook_path,
            base_url=base_url,
            options=options,
        )
        self._shop_plans = self._account.plans(shop_id)
        super().__init__(self._shop_plans, base_url=base_url, http=http, transport=transport)

    def authorize_url(self, *, redirect_uri: str, state: str) -> str:
        """Where the merchant is sent to; his code comes to ``redirect_uri`` with your ``state``."""
        return self._account.authorize_url(redirect_uri, state)

    def authorize(self, code: str) -> Authorization:
        """Exchange the merchant's code (valid for 10 minutes) and keep the tokens.

        Raises:
            AuthenticationFailed: for a code that is used up or too old.
            ArgumentError: for a code of another shop.
        """
        return run(_authorize(self._shop_plans, code), self._wire())

    def adopt_tokens(self, *, access_token: str, refresh_token: str, expires_in: timedelta) -> None:
        """Take over tokens from elsewhere; ``expires_in`` is how long the access token lives from now."""
        grant = _oauth.given(access_token, refresh_token, expires_in=expires_in)
        run(self._shop_plans.conversation.adopt(grant), self._wire())

    @property
    def webhook(self) -> XiaohongshuWebhook:
        """What verifies and reads the platform's messages (消息推送)."""
        return self._account.webhook()


class AsyncXiaohongshuShop(AsyncShopClient):
    """As `XiaohongshuShop`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    from datetime import timedelta

    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.xiaohongshu import AsyncXiaohongshuShop, GetExpressCompanyList

    async def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"success": True, "error_code": 0, "data": {"expressCompanyInfos": []}})

    async def main() -> int:
        async with AsyncXiaohongshuShop(
            app_id="a1", app_secret="s3cret", shop_id="seller-1", transport=server
        ) as shop:
            await shop.adopt_tokens(access_token="A", refresh_token="R", expires_in=timedelta(days=7))
            return len((await shop.send(GetExpressCompanyList())).express_company_infos)

    assert anyio.run(main) == 0
    ```
    """

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        shop_id: str,
        webhook_path: str = "",
        base_url: str = _BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        self._account = _Account.checked(
            app_id,
            app_secret,
            shop_id=shop_id,
            webhook_path=webhook_path,
            base_url=base_url,
            options=options,
        )
        self._shop_plans = self._account.plans(shop_id)
        super().__init__(self._shop_plans, base_url=base_url, http=http, transport=transport)

    def authorize_url(self, *, redirect_uri: str, state: str) -> str:
        """Where the merchant is sent to; his code comes to ``redirect_uri`` with your ``state``."""
        return self._account.authorize_url(redirect_uri, state)

    async def authorize(self, code: str) -> Authorization:
        """As `XiaohongshuShop.authorize`."""
        return await arun(_authorize(self._shop_plans, code), self._wire())

    async def adopt_tokens(self, *, access_token: str, refresh_token: str, expires_in: timedelta) -> None:
        """Take over tokens from elsewhere; ``expires_in`` is how long the access token lives from now."""
        grant = _oauth.given(access_token, refresh_token, expires_in=expires_in)
        await arun(self._shop_plans.conversation.adopt(grant), self._wire())

    @property
    def webhook(self) -> XiaohongshuWebhook:
        """What verifies and reads the platform's messages (消息推送)."""
        return self._account.webhook()


def _authorize(plans: XiaohongshuPlans, code: str) -> Flow[Authorization]:
    return _oauth.authorize(
        plans.conversation, code, conversation_of=lambda shop_id: _own_shop(plans, shop_id)
    )


class XiaohongshuApp:
    """One application that serves many shops (服务商): one transport, one token store, one address for messages.

    Clients of its shops are made by `shop` and `async_shop`, share the application's connections and must not be
    closed before it. A message names its seller: ``Notice.shop_id``.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.xiaohongshu import XiaohongshuApp

    tokens = {"accessToken": "A", "accessTokenExpiresAt": 4102444800000, "refreshToken": "R",
              "refreshTokenExpiresAt": 4103049600000, "sellerId": "seller-1", "sellerName": "茶铺"}

    def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"success": True, "error_code": 0, "data": tokens})

    with XiaohongshuApp(app_id="a1", app_secret="s3cret", transport=server) as app:
        assert app.authorize("code-1").shop_id == "seller-1"
        assert app.shop("seller-1").shop_id == "seller-1"
    ```

    Raises:
        ArgumentError: for an empty credential, an address that is none, or ``http`` together with a transport.
    """

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        webhook_path: str = "",
        base_url: str = _BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        async_transport: Transport | AsyncTransport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        if http is not None and (transport is not None or async_transport is not None):
            raise ArgumentError(
                "http= configures our own transport and transport= replaces it; pass one of them"
            )
        if options.get("token_store") is None:
            options["token_store"] = MemoryTokenStore(monotonic=options.get("monotonic", time.monotonic))
        self._account = _Account.checked(
            app_id, app_secret, webhook_path=webhook_path, base_url=base_url, options=options
        )
        self._base_url, self._http = base_url, http or HttpOptions()
        self._transport, self._async_transport = transport, async_transport
        self._own: HttpTransport | None = None
        self._own_async: AsyncHttpTransport | None = None
        self._lock = threading.Lock()
        self._closed = False

    def __repr__(self) -> str:
        return f"XiaohongshuApp(app_id={self._account.app_id!r}, base_url={self._base_url!r})"

    def shop(self, shop_id: str) -> XiaohongshuShop:
        """A blocking client of one shop, over the application's connections."""
        return XiaohongshuShop(
            app_id=self._account.app_id,
            app_secret=self._account.app_secret,
            shop_id=shop_id,
            webhook_path=self._account.webhook_path,
            base_url=self._base_url,
            transport=self._wire(),
            **self._account.options,
        )

    def async_shop(self, shop_id: str) -> AsyncXiaohongshuShop:
        """An awaiting client of one shop, over the application's connections."""
        return AsyncXiaohongshuShop(
            app_id=self._account.app_id,
            app_secret=self._account.app_secret,
            shop_id=shop_id,
            webhook_path=self._account.webhook_path,
            base_url=self._base_url,
            transport=self._async_wire(),
            **self._account.options,
        )

    def authorize_url(self, *, redirect_uri: str, state: str) -> str:
        """Where a merchant is sent to; his code comes to ``redirect_uri`` with your ``state``."""
        return self._account.authorize_url(redirect_uri, state)

    def authorize(self, code: str) -> Authorization:
        """Exchange a merchant's code and keep the tokens of his shop.

        Raises:
            AuthenticationFailed: for a code that is used up or too old.
        """
        return run(self._authorize(code), self._wire())

    async def async_authorize(self, code: str) -> Authorization:
        """As `authorize`, awaited."""
        return await arun(self._authorize(code), self._async_wire())

    def _authorize(self, code: str) -> Flow[Authorization]:
        account = self._account
        return _oauth.authorize(account.conversation(""), code, conversation_of=account.conversation)

    @property
    def webhook(self) -> XiaohongshuWebhook:
        """What verifies and reads the messages of all shops."""
        return self._account.webhook()

    def _wire(self) -> Transport:
        with self._lock:
            self._check_open()
            if self._transport is None:
                self._own = HttpTransport(self._http, base_url=self._base_url)
                self._transport = self._own
            return self._transport

    def _async_wire(self) -> Transport | AsyncTransport:
        with self._lock:
            self._check_open()
            if self._async_transport is None:
                if self._own is None and self._transport is not None:
                    self._async_transport = self._transport
                else:
                    self._own_async = AsyncHttpTransport(self._http, base_url=self._base_url)
                    self._async_transport = cast("AsyncTransport", self._own_async)
            return self._async_transport

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError("this XiaohongshuApp is closed; make the calls inside its with block")

    def close(self) -> None:
        """Close the connections of blocking clients; no client of the application can be made any more."""
        self._closed = True
        if self._own is not None:
            self._own.close()

    async def aclose(self) -> None:
        """Close all connections."""
        self.close()
        if self._own_async is not None:
            await self._own_async.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()
