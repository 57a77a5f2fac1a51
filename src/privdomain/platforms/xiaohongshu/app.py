"""The application that serves many shops of 小红书 (服务商)."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self, Unpack, cast

from privdomain.errors import ArgumentError, UsageError
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import AsyncHttpTransport, HttpOptions, HttpTransport
from privdomain.platforms._options import ShopOptions
from privdomain.platforms._tokens import MemoryTokenStore
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.xiaohongshu import _oauth
from privdomain.platforms.xiaohongshu._account import BASE_URL, Account
from privdomain.platforms.xiaohongshu._oauth import Authorization
from privdomain.platforms.xiaohongshu._webhook import XiaohongshuWebhook
from privdomain.platforms.xiaohongshu.client import AsyncXiaohongshuShop, XiaohongshuShop

__all__ = ["XiaohongshuApp"]


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
        base_url: str = BASE_URL,
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
        self._account = Account.checked(
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

    async def aauthorize(self, code: str) -> Authorization:
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
