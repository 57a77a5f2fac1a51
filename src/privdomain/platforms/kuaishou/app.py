"""Provider mode (服务商): one application that serves many shops, over one network and one token store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import ClassVar, Unpack, cast

from privdomain.errors import UsageError
from privdomain.platforms._apps import AsyncShopApp, ShopApp, check_store
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import HttpOptions
from privdomain.platforms._options import ShopOptions
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.kuaishou._account import BASE_URL, Account, KuaishouOptions
from privdomain.platforms.kuaishou._authorization import authorize_url
from privdomain.platforms.kuaishou.client import AsyncKuaishouShop, KuaishouShop
from privdomain.platforms.kuaishou.mapping import PLATFORM
from privdomain.platforms.kuaishou.payloads import TokenReply
from privdomain.platforms.kuaishou.webhook import KuaishouWebhook

__all__ = ["AsyncKuaishouApp", "KuaishouApp"]


class _Rooms:
    """What both applications have beside their shops."""

    _account: Account
    _redirect_uri: str
    _scopes: Sequence[str]

    @property
    def webhook(self) -> KuaishouWebhook:
        """Receives the messages of all shops; needs ``message_key``."""
        return self._account.webhook()

    def authorize_url(self, state: str) -> str:
        """Where a merchant authorizes the application; ``state`` comes back with the code, and shows whose it is."""
        if not self._redirect_uri:
            raise UsageError(
                "the application was made without redirect_uri; it is the address that the platform sends the code to"
            )
        return authorize_url(
            app_key=self._account.app_key, redirect_uri=self._redirect_uri, scopes=self._scopes, state=state
        )

    def _exchange(self, code: str, *, conversation_of: Callable[[str], Conversation]) -> Flow[str]:
        return self._account.application().authorize_anyone(code, conversation_of=conversation_of)


class KuaishouApp(_Rooms, ShopApp[KuaishouShop]):
    """An application (应用) and the shops that have authorized it, blocking.

    Send a merchant to ``authorize_url(state)``; hand the code that comes back to ``authorize(code)`` within its two
    minutes: it finds out whose it is, keeps his tokens and says which shop they open. ``shop(shop_id)`` is a client
    of that shop. One ``webhook`` receives the messages of all shops: ``Notice.shop_id`` says which. No document names
    messages about authorizations: if the console of your application lists such events, give their names as
    ``withdrawn_topics`` and ``authorized_topics`` and pass notices to ``on_notice``.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore
    from privdomain.platforms.kuaishou import KuaishouApp

    def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/oauth2/access_token"):
            pair = {"access_token": "A", "expires_in": 172800, "refresh_token": "R"}
            return HttpResponse.of_json({"result": 1, **pair})
        return HttpResponse.of_json({"result": 1, "data": {"sellerId": 4100003, "name": "茶"}})

    credentials = {"app_key": "ks1", "app_secret": "s3cret", "sign_secret": "s1gn"}
    with KuaishouApp(**credentials, token_store=MemoryTokenStore(), transport=server) as app:
        assert app.authorize("the code of the redirect") == "4100003"
        assert app.shop("4100003").shop_id == "4100003"
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
        sign_secret: str,
        redirect_uri: str = "",
        scopes: Sequence[str] = (),
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        withdrawn_topics: Collection[str] = (),
        authorized_topics: Collection[str] = (),
        **options: Unpack[KuaishouOptions],
    ) -> None:
        check_store(options)
        self._account = Account.of(app_key, app_secret, sign_secret, base_url=base_url, options=options)
        self._redirect_uri, self._scopes = redirect_uri, scopes
        super().__init__(
            base_url=base_url,
            http=http,
            transport=transport,
            options=options,
            withdrawn_topics=withdrawn_topics,
            authorized_topics=authorized_topics,
        )

    def make_shop(self, shop_id: str, *, transport: Transport, options: ShopOptions) -> KuaishouShop:
        """As `ShopApp.make_shop`."""
        account = self._account
        return KuaishouShop(
            app_key=account.app_key,
            app_secret=account.app_secret,
            sign_secret=account.sign_secret,
            shop_id=shop_id,
            base_url=account.base_url,
            transport=transport,
            **cast("KuaishouOptions", options),
        )

    def app_token(self) -> TokenReply:
        """A token of the application itself (client credentials), for the APIs that need no seller."""
        return self._run(self._account.application().app_token())


class AsyncKuaishouApp(_Rooms, AsyncShopApp[AsyncKuaishouShop]):
    """As `KuaishouApp`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore
    from privdomain.platforms.kuaishou import AsyncKuaishouApp

    async def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/oauth2/access_token"):
            pair = {"access_token": "A", "expires_in": 172800, "refresh_token": "R"}
            return HttpResponse.of_json({"result": 1, **pair})
        return HttpResponse.of_json({"result": 1, "data": {"sellerId": 4100003, "name": "茶"}})

    async def main() -> str:
        credentials = {"app_key": "ks1", "app_secret": "s3cret", "sign_secret": "s1gn"}
        async with AsyncKuaishouApp(**credentials, token_store=MemoryTokenStore(), transport=server) as app:
            return await app.authorize("the code of the redirect")

    assert anyio.run(main) == "4100003"
    ```
    """

    platform: ClassVar[str] = PLATFORM

    def __init__(
        self,
        *,
        app_key: str,
        app_secret: str,
        sign_secret: str,
        redirect_uri: str = "",
        scopes: Sequence[str] = (),
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        withdrawn_topics: Collection[str] = (),
        authorized_topics: Collection[str] = (),
        **options: Unpack[KuaishouOptions],
    ) -> None:
        check_store(options)
        self._account = Account.of(app_key, app_secret, sign_secret, base_url=base_url, options=options)
        self._redirect_uri, self._scopes = redirect_uri, scopes
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
    ) -> AsyncKuaishouShop:
        """As `AsyncShopApp.make_shop`."""
        account = self._account
        return AsyncKuaishouShop(
            app_key=account.app_key,
            app_secret=account.app_secret,
            sign_secret=account.sign_secret,
            shop_id=shop_id,
            base_url=account.base_url,
            transport=transport,
            **cast("KuaishouOptions", options),
        )

    async def app_token(self) -> TokenReply:
        """As `KuaishouApp.app_token`."""
        return await self._run(self._account.application().app_token())
