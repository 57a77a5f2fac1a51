"""The two clients of 快手小店."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._http import HttpOptions
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.kuaishou._account import BASE_URL, Account, KuaishouOptions
from privdomain.platforms.kuaishou._authorization import authorize_url
from privdomain.platforms.kuaishou.webhook import KuaishouWebhook

__all__ = ["AsyncKuaishouShop", "KuaishouShop"]


class KuaishouShop(ShopClient):
    """A 快手小店 shop, blocking.

    ``app_key``, ``app_secret`` and ``sign_secret`` are in the console of the application; ``shop_id`` is the seller's
    id (`GetSeller` says it). The first pair of tokens comes from `authorize` or `adopt_tokens`; from then on it is
    refreshed by itself, until the 180 days of the authorization are over (`authorized_until`). Several processes
    must share a ``token_store``: a refresh token works once.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.kuaishou import KuaishouShop

    def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"result": 1, "data": {"items": [], "totalItemCount": 0}})

    credentials = {"app_key": "ks1", "app_secret": "s3cret", "sign_secret": "s1gn"}
    with KuaishouShop(**credentials, shop_id="4100001", transport=server) as shop:
        shop.adopt_tokens(access_token="A", refresh_token="R", expires_in_s=172_800)
        assert list(shop.products()) == []
        assert "s3cret" not in repr(shop) and "s1gn" not in repr(shop)
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
        shop_id: str,
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        **options: Unpack[KuaishouOptions],
    ) -> None:
        account = Account.of(app_key, app_secret, sign_secret, base_url=base_url, options=options)
        self._account, self._session = account, account.session(shop_id)
        super().__init__(self._session.plans, base_url=base_url, http=http, transport=transport)

    @property
    def webhook(self) -> KuaishouWebhook:
        """Receives the application's messages; needs ``message_key``."""
        return self._account.webhook()

    def authorize_url(self, *, redirect_uri: str, scopes: Sequence[str], state: str = "") -> str:
        """The page on which the merchant authorizes; ``state`` comes back with the code."""
        return authorize_url(
            app_key=self._account.app_key, redirect_uri=redirect_uri, scopes=scopes, state=state
        )

    def authorize(self, code: str) -> None:
        """Take the code of an authorization, within its two minutes, and keep what it gives.

        Raises:
            AuthorizationRevoked: for a code that is too old or was used before.
        """
        run(self._session.authorize(code), self._wire())

    def adopt_tokens(
        self,
        *,
        access_token: str,
        refresh_token: str,
        expires_in_s: float,
        refresh_expires_in_s: float | None = None,
    ) -> None:
        """Keep a pair of tokens that was got elsewhere; without its end the authorization is taken for new."""
        flow = self._session.adopt_tokens(
            access_token=access_token,
            refresh_token=refresh_token,
            expires_in_s=expires_in_s,
            refresh_expires_in_s=refresh_expires_in_s,
        )
        run(flow, self._wire())

    def authorized_until(self) -> datetime | None:
        """When the merchant has to authorize again, however often is refreshed; None where he never has."""
        return run(self._session.authorized_until(), self._wire())


class AsyncKuaishouShop(AsyncShopClient):
    """As `KuaishouShop`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.kuaishou import AsyncKuaishouShop

    async def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"result": 1, "data": {"items": [], "totalItemCount": 0}})

    async def main() -> int:
        credentials = {"app_key": "ks1", "app_secret": "s3cret", "sign_secret": "s1gn"}
        async with AsyncKuaishouShop(**credentials, shop_id="4100002", transport=server) as shop:
            await shop.adopt_tokens(access_token="A", refresh_token="R", expires_in_s=172_800)
            return len([product async for product in shop.products()])

    assert anyio.run(main) == 0
    ```
    """

    def __init__(
        self,
        *,
        app_key: str,
        app_secret: str,
        sign_secret: str,
        shop_id: str,
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        **options: Unpack[KuaishouOptions],
    ) -> None:
        account = Account.of(app_key, app_secret, sign_secret, base_url=base_url, options=options)
        self._account, self._session = account, account.session(shop_id)
        super().__init__(self._session.plans, base_url=base_url, http=http, transport=transport)

    @property
    def webhook(self) -> KuaishouWebhook:
        """Receives the application's messages; needs ``message_key``."""
        return self._account.webhook()

    def authorize_url(self, *, redirect_uri: str, scopes: Sequence[str], state: str = "") -> str:
        """The page on which the merchant authorizes; ``state`` comes back with the code."""
        return authorize_url(
            app_key=self._account.app_key, redirect_uri=redirect_uri, scopes=scopes, state=state
        )

    async def authorize(self, code: str) -> None:
        """Take the code of an authorization, within its two minutes, and keep what it gives.

        Raises:
            AuthorizationRevoked: for a code that is too old or was used before.
        """
        await arun(self._session.authorize(code), self._wire())

    async def adopt_tokens(
        self,
        *,
        access_token: str,
        refresh_token: str,
        expires_in_s: float,
        refresh_expires_in_s: float | None = None,
    ) -> None:
        """Keep a pair of tokens that was got elsewhere; without its end the authorization is taken for new."""
        flow = self._session.adopt_tokens(
            access_token=access_token,
            refresh_token=refresh_token,
            expires_in_s=expires_in_s,
            refresh_expires_in_s=refresh_expires_in_s,
        )
        await arun(flow, self._wire())

    async def authorized_until(self) -> datetime | None:
        """When the merchant has to authorize again, however often is refreshed; None where he never has."""
        return await arun(self._session.authorized_until(), self._wire())
