"""Provider mode (服务商): one application that serves many shops, over one network and one token store."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self, Unpack

from privdomain.errors import ArgumentError, UsageError
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._http import AsyncHttpTransport, HttpOptions, HttpTransport
from privdomain.platforms._tokens import MemoryTokenStore
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.kuaishou._account import BASE_URL, Account, KuaishouOptions
from privdomain.platforms.kuaishou._authorization import authorize_url
from privdomain.platforms.kuaishou.client import AsyncKuaishouShop, KuaishouShop
from privdomain.platforms.kuaishou.payloads import TokenReply
from privdomain.platforms.kuaishou.webhook import KuaishouWebhook

__all__ = ["KuaishouApp"]


class KuaishouApp:
    """An application (应用) and the shops that have authorized it.

    `shop` and `async_shop` give clients that share the application's connections; close the application, not them.
    `authorize` takes a code, finds out whose it is, and gives that shop's client. One ``webhook`` receives the
    messages of all shops: ``Notice.shop_id`` says which.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.kuaishou import KuaishouApp

    def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/oauth2/access_token"):
            pair = {"access_token": "A", "expires_in": 172800, "refresh_token": "R"}
            return HttpResponse.of_json({"result": 1, **pair})
        return HttpResponse.of_json({"result": 1, "data": {"sellerId": 4100003, "name": "茶"}})

    with KuaishouApp(app_key="ks1", app_secret="s3cret", sign_secret="s1gn", transport=server) as app:
        assert app.authorize("the code of the redirect") == "4100003"
        assert app.shop("4100003").shop_id == "4100003"
    ```

    Raises:
        ArgumentError: for an empty credential, an address that is none, or ``http`` together with ``transport``.
    """

    def __init__(
        self,
        *,
        app_key: str,
        app_secret: str,
        sign_secret: str,
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        async_transport: AsyncTransport | None = None,
        **options: Unpack[KuaishouOptions],
    ) -> None:
        if http is not None and (transport is not None or async_transport is not None):
            raise ArgumentError(
                "http= configures our own transport and transport= replaces it; pass one of them"
            )
        monotonic = options.get("monotonic", time.monotonic)
        if options.get("token_store") is None and monotonic is not time.monotonic:
            options["token_store"] = MemoryTokenStore(monotonic=monotonic)  # one for all shops, on that clock
        self._account = Account.of(app_key, app_secret, sign_secret, base_url=base_url, options=options)
        self._http = http or HttpOptions()
        self._transport, self._async_transport = transport, async_transport
        self._own: HttpTransport | None = None
        self._own_async: AsyncHttpTransport | None = None
        self._shops: dict[str, KuaishouShop] = {}
        self._async_shops: dict[str, AsyncKuaishouShop] = {}
        self._lock = threading.Lock()
        self._closed = False

    def __repr__(self) -> str:
        return f"KuaishouApp(app_key={self._account.app_key!r}, base_url={self._account.base_url!r})"

    @property
    def webhook(self) -> KuaishouWebhook:
        """Receives the messages of all shops; needs ``message_key``."""
        return self._account.webhook()

    def authorize_url(self, *, redirect_uri: str, scopes: Sequence[str], state: str = "") -> str:
        """The page on which a merchant authorizes; ``state`` comes back with the code."""
        return authorize_url(
            app_key=self._account.app_key, redirect_uri=redirect_uri, scopes=scopes, state=state
        )

    def shop(self, shop_id: str) -> KuaishouShop:
        """The client of one shop, the same at every call; it is closed with the application."""
        wire = self._wire()
        with self._lock:
            if shop_id not in self._shops:
                account = self._account
                self._shops[shop_id] = KuaishouShop(
                    app_key=account.app_key,
                    app_secret=account.app_secret,
                    sign_secret=account.sign_secret,
                    shop_id=shop_id,
                    base_url=account.base_url,
                    transport=wire,
                    **account.options,
                )
            return self._shops[shop_id]

    def async_shop(self, shop_id: str) -> AsyncKuaishouShop:
        """As `shop`, awaited; with a blocking ``transport=`` and no ``async_transport=`` it uses that one."""
        wire = self._async_wire()
        with self._lock:
            if shop_id not in self._async_shops:
                account = self._account
                self._async_shops[shop_id] = AsyncKuaishouShop(
                    app_key=account.app_key,
                    app_secret=account.app_secret,
                    sign_secret=account.sign_secret,
                    shop_id=shop_id,
                    base_url=account.base_url,
                    transport=wire,
                    **account.options,
                )
            return self._async_shops[shop_id]

    def authorize(self, code: str) -> str:
        """Take the code of an authorization within its two minutes, keep what it gives, and say whose shop it is.

        Raises:
            AuthorizationRevoked: for a code that is too old or was used before.
        """
        session = self._account.application()
        return run(session.authorize_anyone(code, self._account.session), self._wire())

    async def aauthorize(self, code: str) -> str:
        """As `authorize`, awaited."""
        session = self._account.application()
        flow = session.authorize_anyone(code, self._account.session)
        return await arun(flow, self._async_wire())

    def app_token(self) -> TokenReply:
        """A token of the application itself (client credentials), for the APIs that need no seller."""
        return run(self._account.application().app_token(), self._wire())

    def _wire(self) -> Transport:
        self._check_open()
        with self._lock:
            if self._transport is None:
                self._transport = self._own = HttpTransport(self._http, base_url=self._account.base_url)
            return self._transport

    def _async_wire(self) -> Transport | AsyncTransport:
        self._check_open()
        with self._lock:
            if self._async_transport is not None:
                return self._async_transport
            if self._transport is not None and self._own is None:
                return self._transport
            self._own_async = AsyncHttpTransport(self._http, base_url=self._account.base_url)
            self._async_transport = self._own_async
            return self._own_async

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError("this KuaishouApp is closed; make the calls inside its with block")

    def close(self) -> None:
        """Close the connections of `shop`; awaited ones want `aclose`. A transport of yours stays open."""
        self._closed = True
        for shop in self._shops.values():
            shop.close()
        if self._own is not None:
            self._own.close()

    async def aclose(self) -> None:
        """Close all connections."""
        self.close()
        for shop in self._async_shops.values():
            await shop.close()
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
