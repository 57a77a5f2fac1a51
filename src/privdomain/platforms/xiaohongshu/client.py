"""The two clients of a 小红书 shop."""

from __future__ import annotations

from typing import Unpack

from privdomain.errors import ArgumentError
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import HttpOptions
from privdomain.platforms._options import ShopOptions
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.xiaohongshu import _oauth
from privdomain.platforms.xiaohongshu._account import BASE_URL, Account
from privdomain.platforms.xiaohongshu._oauth import Authorization
from privdomain.platforms.xiaohongshu._plans import XiaohongshuPlans
from privdomain.platforms.xiaohongshu._webhook import XiaohongshuWebhook

__all__ = ["AsyncXiaohongshuShop", "XiaohongshuShop"]


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
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.xiaohongshu import GetExpressCompanyList, XiaohongshuShop

    def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"success": True, "error_code": 0, "data": {"expressCompanyInfos": []}})

    with XiaohongshuShop(app_id="a1", app_secret="s3cret", shop_id="seller-1", transport=server) as shop:
        shop.adopt_tokens(access_token="A", refresh_token="R", expires_in_s=604_800)
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
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        self._account = Account.checked(
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

    def adopt_tokens(self, *, access_token: str, refresh_token: str, expires_in_s: float) -> None:
        """Take over tokens from elsewhere; ``expires_in_s`` is how many seconds the access token lives."""
        grant = _oauth.given(access_token, refresh_token, expires_in_s=expires_in_s)
        run(self._shop_plans.conversation.adopt(grant), self._wire())

    @property
    def webhook(self) -> XiaohongshuWebhook:
        """What verifies and reads the platform's messages (消息推送)."""
        return self._account.webhook()


class AsyncXiaohongshuShop(AsyncShopClient):
    """As `XiaohongshuShop`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.xiaohongshu import AsyncXiaohongshuShop, GetExpressCompanyList

    async def server(request: HttpRequest) -> HttpResponse:
        return HttpResponse.of_json({"success": True, "error_code": 0, "data": {"expressCompanyInfos": []}})

    async def main() -> int:
        async with AsyncXiaohongshuShop(
            app_id="a1", app_secret="s3cret", shop_id="seller-1", transport=server
        ) as shop:
            await shop.adopt_tokens(access_token="A", refresh_token="R", expires_in_s=604_800)
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
        base_url: str = BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        self._account = Account.checked(
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

    async def adopt_tokens(self, *, access_token: str, refresh_token: str, expires_in_s: float) -> None:
        """Take over tokens from elsewhere; ``expires_in_s`` is how many seconds the access token lives."""
        grant = _oauth.given(access_token, refresh_token, expires_in_s=expires_in_s)
        await arun(self._shop_plans.conversation.adopt(grant), self._wire())

    @property
    def webhook(self) -> XiaohongshuWebhook:
        """What verifies and reads the platform's messages (消息推送)."""
        return self._account.webhook()


def _authorize(plans: XiaohongshuPlans, code: str) -> Flow[Authorization]:
    return _oauth.authorize(
        plans.conversation, code, conversation_of=lambda shop_id: _own_shop(plans, shop_id)
    )
