"""The application that serves many shops of 小红书 (服务商)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar, Unpack

from privdomain.errors import UsageError
from privdomain.platforms._apps import AsyncShopApp, ShopApp, check_store
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import HttpOptions
from privdomain.platforms._options import ShopOptions
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.xiaohongshu import _oauth
from privdomain.platforms.xiaohongshu._account import BASE_URL, Account
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._webhook import XiaohongshuWebhook
from privdomain.platforms.xiaohongshu.client import AsyncXiaohongshuShop, XiaohongshuShop

__all__ = ["AsyncXiaohongshuApp", "XiaohongshuApp"]


class _Rooms:
    """What both applications have beside their shops."""

    _account: Account
    _redirect_uri: str

    @property
    def webhook(self) -> XiaohongshuWebhook:
        """What verifies and reads the messages of all shops; needs ``webhook_path``."""
        return self._account.webhook()

    def authorize_url(self, state: str) -> str:
        """Where a merchant authorizes the application; ``state`` comes back with the code, and shows whose it is."""
        if not self._redirect_uri:
            raise UsageError(
                "the application was made without redirect_uri; it is the address that the platform sends the code to"
            )
        return self._account.authorize_url(self._redirect_uri, state)

    def _exchange(self, code: str, *, conversation_of: Callable[[str], Conversation]) -> Flow[str]:
        first = self._account.conversation("")
        granted = yield from _oauth.authorize(first, code, conversation_of=conversation_of)
        return granted.shop_id


class XiaohongshuApp(_Rooms, ShopApp[XiaohongshuShop]):
    """One application that serves many shops (服务商), blocking: one transport, one token store, one webhook.

    Send a merchant to ``authorize_url(state)``; hand the code that comes back to ``authorize(code)`` within its ten
    minutes, which keeps his tokens and says which shop they open; ``shop(shop_id)`` is a client of that shop. A
    message names its seller: ``Notice.shop_id``. No document names messages about authorizations: if the console of
    your application lists such tags, give them as ``withdrawn_topics`` and ``authorized_topics`` and pass notices to
    ``on_notice``.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore
    from privdomain.platforms.xiaohongshu import XiaohongshuApp

    tokens = {"accessToken": "A", "accessTokenExpiresAt": 4102444800000, "refreshToken": "R",
              "refreshTokenExpiresAt": 4103049600000, "sellerId": "seller-1", "sellerName": "茶铺"}

    def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"success": True, "error_code": 0, "data": tokens})

    with XiaohongshuApp(
        app_id="a1", app_secret="s3cret", token_store=MemoryTokenStore(), transport=server
    ) as app:
        assert app.authorize("code-1") == "seller-1"
        assert app.shop("seller-1").shop_id == "seller-1"
    ```

    Raises:
        ArgumentError: for an empty credential, an address that is none, a missing ``token_store``, or ``http``
            together with ``transport``.
    """

    platform: ClassVar[str] = PLATFORM

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        redirect_uri: str = "",
        webhook_path: str = "",
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        withdrawn_topics: Collection[str] = (),
        authorized_topics: Collection[str] = (),
        **options: Unpack[ShopOptions],
    ) -> None:
        check_store(options)
        self._account = Account.checked(
            app_id, app_secret, webhook_path=webhook_path, base_url=base_url, options=options
        )
        self._redirect_uri = redirect_uri
        super().__init__(
            base_url=base_url,
            http=http,
            transport=transport,
            options=options,
            withdrawn_topics=withdrawn_topics,
            authorized_topics=authorized_topics,
        )

    def make_shop(self, shop_id: str, *, transport: Transport, options: ShopOptions) -> XiaohongshuShop:
        """As `ShopApp.make_shop`."""
        account = self._account
        return XiaohongshuShop(
            app_id=account.app_id,
            app_secret=account.app_secret,
            shop_id=shop_id,
            webhook_path=account.webhook_path,
            base_url=account.base_url,
            transport=transport,
            **options,
        )


class AsyncXiaohongshuApp(_Rooms, AsyncShopApp[AsyncXiaohongshuShop]):
    """As `XiaohongshuApp`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore
    from privdomain.platforms.xiaohongshu import AsyncXiaohongshuApp

    tokens = {"accessToken": "A", "accessTokenExpiresAt": 4102444800000, "refreshToken": "R",
              "refreshTokenExpiresAt": 4103049600000, "sellerId": "seller-1", "sellerName": "茶铺"}

    async def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"success": True, "error_code": 0, "data": tokens})

    async def main() -> str:
        store = MemoryTokenStore()
        async with AsyncXiaohongshuApp(app_id="a1", app_secret="s", token_store=store, transport=server) as app:
            return await app.authorize("code-1")

    assert anyio.run(main) == "seller-1"
    ```
    """

    platform: ClassVar[str] = PLATFORM

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        redirect_uri: str = "",
        webhook_path: str = "",
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        withdrawn_topics: Collection[str] = (),
        authorized_topics: Collection[str] = (),
        **options: Unpack[ShopOptions],
    ) -> None:
        check_store(options)
        self._account = Account.checked(
            app_id, app_secret, webhook_path=webhook_path, base_url=base_url, options=options
        )
        self._redirect_uri = redirect_uri
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
    ) -> AsyncXiaohongshuShop:
        """As `AsyncShopApp.make_shop`."""
        account = self._account
        return AsyncXiaohongshuShop(
            app_id=account.app_id,
            app_secret=account.app_secret,
            shop_id=shop_id,
            webhook_path=account.webhook_path,
            base_url=account.base_url,
            transport=transport,
            **options,
        )
