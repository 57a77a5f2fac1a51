"""The two clients of 微信小店."""

from __future__ import annotations

from typing import Unpack

from privdomain.errors import UsageError
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._http import HttpOptions
from privdomain.platforms._options import ShopOptions, check_account, clock_of, habits_of
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.wechat_shop._capabilities import UNCONFIRMED
from privdomain.platforms.wechat_shop._dialect import WeChatShopDialect
from privdomain.platforms.wechat_shop._plans import WeChatShopPlans
from privdomain.platforms.wechat_shop.webhook import WebhookCredentials, WeChatShopWebhook

__all__ = ["AsyncWeChatShop", "WeChatShop"]

_BASE_URL = "https://api.weixin.qq.com"


class WeChatShop(ShopClient):
    """A 微信小店 shop, blocking.

    ``app_id`` and ``app_secret`` are in the shop's console; ``shop_id`` is your name of the shop in
    ``Order.shop_id`` (the app id where you have none). Clients of the same account in one process share tokens;
    several processes share them through a ``token_store``. `ShopOptions` says what else can be given by name;
    ``transport`` replaces the network in tests.

    ```python
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.wechat_shop import WeChatShop

    def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/stable_token"):
            return HttpResponse.of_json({"access_token": "T", "expires_in": 7200})
        return HttpResponse.of_json({"errcode": 0, "product_ids": []})

    with WeChatShop(app_id="wx1", app_secret="s3cret", transport=server) as shop:
        assert list(shop.products()) == []
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
        shop_id: str | None = None,
        base_url: str = _BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        webhook: WebhookCredentials | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        plans = _account(app_id, app_secret, shop_id=shop_id, base_url=base_url, options=options)
        super().__init__(plans, base_url=base_url, http=http, transport=transport)
        self._webhook = _webhook_of(webhook, plans, options)

    @property
    def webhook(self) -> WeChatShopWebhook:
        """What the platform pushes about this shop, checked and read; needs ``webhook=WebhookCredentials(…)``."""
        return _checked(self._webhook)


class AsyncWeChatShop(AsyncShopClient):
    """As `WeChatShop`, awaited, under asyncio or trio; a ``transport`` may be a coroutine function.

    ```python
    import anyio
    from privdomain.platforms import HttpRequest, HttpResponse
    from privdomain.platforms.wechat_shop import AsyncWeChatShop

    async def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("/stable_token"):
            return HttpResponse.of_json({"access_token": "T", "expires_in": 7200})
        return HttpResponse.of_json({"errcode": 0, "product_ids": []})

    async def main() -> int:
        async with AsyncWeChatShop(app_id="wx1", app_secret="s3cret", transport=server) as shop:
            return len([product async for product in shop.products()])

    assert anyio.run(main) == 0
    ```
    """

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        shop_id: str | None = None,
        base_url: str = _BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        webhook: WebhookCredentials | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:
        plans = _account(app_id, app_secret, shop_id=shop_id, base_url=base_url, options=options)
        super().__init__(plans, base_url=base_url, http=http, transport=transport)
        self._webhook = _webhook_of(webhook, plans, options)

    @property
    def webhook(self) -> WeChatShopWebhook:
        """What the platform pushes about this shop, checked and read; needs ``webhook=WebhookCredentials(…)``."""
        return _checked(self._webhook)


def _webhook_of(
    credentials: WebhookCredentials | None, plans: WeChatShopPlans, options: ShopOptions
) -> WeChatShopWebhook | None:
    if credentials is None:
        return None
    return credentials.webhook(app_id=plans.app_id, shop_id=plans.shop_id, clock=clock_of(options))


def _checked(webhook: WeChatShopWebhook | None) -> WeChatShopWebhook:
    if webhook is None:
        raise UsageError("this client has no webhook; make it with webhook=WebhookCredentials(token=…, …)")
    return webhook


def _account(
    app_id: str, app_secret: str, *, shop_id: str | None, base_url: str, options: ShopOptions
) -> WeChatShopPlans:
    """What both clients are made of; refuses what cannot work before anything is sent."""
    check_account(
        {"app_id": app_id, "app_secret": app_secret},
        optional={"shop_id": shop_id},
        base_url=base_url,
        usual=_BASE_URL,
    )
    dialect = WeChatShopDialect(
        app_id=app_id,
        app_secret=app_secret,
        shop_id=shop_id or app_id,
        base_url=base_url.rstrip("/"),
        clock=clock_of(options),
    )
    habits = habits_of(
        options, token_key=dialect.token_key, secret=app_secret, clock=dialect.clock, operations=UNCONFIRMED
    )
    conversation = Conversation(dialect, habits)
    return WeChatShopPlans(app_id=app_id, shop_id=dialect.shop_id, conversation=conversation)
