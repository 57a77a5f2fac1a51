"""Provider mode (服务商, 第三方平台): one application of the open platform serves many 微信小店 shops."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Self, TypeVar, Unpack, cast
from urllib.parse import urlencode

from pydantic import BaseModel

from privdomain.errors import ArgumentError, UsageError
from privdomain.models import Notice
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import AsyncHttpTransport, HttpOptions, HttpTransport
from privdomain.platforms._operation import Operation
from privdomain.platforms._options import ShopOptions, check_account, clock_of, habits_of
from privdomain.platforms._wechat_crypto import TOLERANCE
from privdomain.platforms._wechat_provider import MerchantConversation, ProviderTokens
from privdomain.platforms._wire import AsyncTransport, Transport
from privdomain.platforms.wechat_shop._capabilities import UNCONFIRMED
from privdomain.platforms.wechat_shop._component import (
    ComponentScheme,
    CreatePreAuthCode,
    MerchantDialect,
    ProviderDialect,
)
from privdomain.platforms.wechat_shop._plans import WeChatShopPlans
from privdomain.platforms.wechat_shop._provider_webhook import WeChatProviderWebhook, authorization_code
from privdomain.platforms.wechat_shop.client import AsyncWeChatShop, WeChatShop

__all__ = ["WeChatProvider"]

R = TypeVar("R", bound=BaseModel)

_BASE_URL = "https://api.weixin.qq.com"
_LOGIN_PAGE = "https://mp.weixin.qq.com/cgi-bin/componentloginpage"


class _AuthorizedShop(WeChatShop):
    """A client whose tokens come from a provider."""

    def __init__(self, plans: WeChatShopPlans, *, base_url: str, transport: Transport) -> None:
        ShopClient.__init__(self, plans, base_url=base_url, http=None, transport=transport)
        self._webhook = None  # what is told about the shop comes to the provider's address


class _AsyncAuthorizedShop(AsyncWeChatShop):
    """As `_AuthorizedShop`, awaited."""

    def __init__(
        self, plans: WeChatShopPlans, *, base_url: str, transport: Transport | AsyncTransport
    ) -> None:
        AsyncShopClient.__init__(self, plans, base_url=base_url, http=None, transport=transport)
        self._webhook = None


class WeChatProvider:
    """An application of the open platform, and the shops that have authorized it.

    Its credentials, ``token`` and ``encoding_aes_key`` are the open platform's (第三方平台, 开发资料). Give a
    ``token_store`` that all processes share: the pushed ticket, who has authorized and every shop's tokens lie there.
    ``shop_ids`` says how you call a shop, by its app id; a shop without an entry is called by its app id. All shops
    share one transport, and what else `ShopOptions` takes.

    ```python
    from privdomain.platforms import MemoryTokenStore
    from privdomain.platforms.wechat_shop import WeChatProvider

    with WeChatProvider(
        component_app_id="wxc0", component_app_secret="s3cret", token="AAAAA", encoding_aes_key="A" * 43,
        token_store=MemoryTokenStore(), shop_ids={"wx1": "tea-house"},
    ) as provider:
        shop = provider.shop("wx1")
        assert shop.shop_id == "tea-house"
        assert "s3cret" not in repr(provider)
    ```

    Methods come in pairs: ``authorize`` blocks, ``aauthorize`` is awaited. Where the token store is remote, an
    awaiting program calls ``webhook.receive`` in a worker thread, because it writes there.
    """

    def __init__(
        self,
        *,
        component_app_id: str,
        component_app_secret: str,
        token: str,
        encoding_aes_key: str,
        shop_ids: Mapping[str, str] | None = None,
        base_url: str = _BASE_URL,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        async_transport: Transport | AsyncTransport | None = None,
        tolerance: timedelta = TOLERANCE,
        **options: Unpack[ShopOptions],
    ) -> None:
        check_account(
            {
                "component_app_id": component_app_id,
                "component_app_secret": component_app_secret,
                "encoding_aes_key": encoding_aes_key,
            },
            optional={},
            base_url=base_url,
            usual=_BASE_URL,
        )
        if http is not None and (transport is not None or async_transport is not None):
            raise ArgumentError(
                "http= configures our own transports and transport= replaces one; pass one of them"
            )
        self.component_app_id = component_app_id
        self._base_url, self._http = base_url.rstrip("/"), http or HttpOptions()
        self._clock = clock_of(options)
        dialect = ProviderDialect(
            app_id=component_app_id,
            app_secret=component_app_secret,
            shop_id="",
            base_url=self._base_url,
            clock=self._clock,
        )
        self._habits = habits_of(
            options,
            token_key=dialect.token_key,
            secret=component_app_secret,
            clock=self._clock,
            operations=UNCONFIRMED,
        )
        scheme = ComponentScheme(
            component_app_id=component_app_id,
            component_app_secret=component_app_secret,
            base_url=self._base_url,
        )
        self._tokens = ProviderTokens(scheme, dialect, self._habits)
        self._shop_ids = dict(shop_ids or {})
        self._conversations: dict[str, MerchantConversation] = {}
        self._lock = threading.Lock()
        self._given, self._agiven = transport, async_transport
        self._own: HttpTransport | None = None
        self._aown: AsyncHttpTransport | None = None
        self._closed = False
        self.webhook = WeChatProviderWebhook(
            component_app_id=component_app_id,
            token=token,
            encoding_aes_key=encoding_aes_key,
            keep_ticket=self._tokens.keep_ticket,
            grant=self._tokens.grant,
            withdraw=self._tokens.withdraw,
            shop_id_of=self.shop_id_of,
            tolerance=tolerance,
            clock=self._clock,
        )
        """Where the platform's pushes go in: those about the application and those of every shop."""

    def __repr__(self) -> str:
        return f"WeChatProvider(component_app_id={self.component_app_id!r}, base_url={self._base_url!r})"

    # --- shops ---

    def shop_id_of(self, app_id: str) -> str:
        """How a shop is called."""
        return self._shop_ids.get(app_id, app_id)

    def shop(self, app_id: str, *, shop_id: str | None = None) -> WeChatShop:
        """A blocking client of an authorized shop; closing it leaves the shared transport open."""
        plans = self._plans(app_id, shop_id)
        return _AuthorizedShop(plans, base_url=self._base_url, transport=self._wire())

    def async_shop(self, app_id: str, *, shop_id: str | None = None) -> AsyncWeChatShop:
        """An awaiting client of an authorized shop."""
        plans = self._plans(app_id, shop_id)
        return _AsyncAuthorizedShop(plans, base_url=self._base_url, transport=self._awire())

    # --- authorization ---

    def pre_auth_code(self) -> str:
        """A code for the page on which a merchant authorizes: good once, for ten minutes. 预授权码"""
        return run(self._pre_auth_code(), self._wire())

    async def apre_auth_code(self) -> str:
        """As `pre_auth_code`, awaited."""
        return await arun(self._pre_auth_code(), self._awire())

    def login_page(self, pre_auth_code: str, *, redirect_uri: str) -> str:
        """The page to send a merchant to; he comes back to ``redirect_uri`` with ``auth_code`` in the query.

        Stores are usually authorized by buying the application in the service market (服务市场) instead, which
        pushes the code to the webhook.
        """
        query = {
            "component_appid": self.component_app_id,
            "pre_auth_code": pre_auth_code,
            "redirect_uri": redirect_uri,
        }
        return f"{_LOGIN_PAGE}?{urlencode(query)}"

    def authorize(self, code: str) -> str:
        """Exchange the code of an authorization and keep the shop's tokens; the shop's app id."""
        return run(self._authorize(code), self._wire())

    async def aauthorize(self, code: str) -> str:
        """As `authorize`, awaited."""
        return await arun(self._authorize(code), self._awire())

    def accept(self, notice: Notice) -> str:
        """Do what an authorization notice asks for: exchange its code. The shop's app id; empty for other notices.

        It may be done twice, and after a failure half-way: a code that is used up is no loss then.
        """
        flow = self._accept(notice)
        return run(flow, self._wire()) if flow is not None else ""

    async def aaccept(self, notice: Notice) -> str:
        """As `accept`, awaited."""
        flow = self._accept(notice)
        return await arun(flow, self._awire()) if flow is not None else ""

    def recover(self, app_id: str) -> bool:
        """Ask the platform for a shop's refresh token, for one that was lost; False where it has none for us."""
        return run(self._tokens.recover(app_id, conversation=self._conversation(app_id)), self._wire())

    async def arecover(self, app_id: str) -> bool:
        """As `recover`, awaited."""
        flow = self._tokens.recover(app_id, conversation=self._conversation(app_id))
        return await arun(flow, self._awire())

    def send(self, operation: Operation[R]) -> R:
        """Send an operation with the application's own token."""
        return run(self._tokens.conversation.send(operation), self._wire())

    async def asend(self, operation: Operation[R]) -> R:
        """As `send`, awaited."""
        return await arun(self._tokens.conversation.send(operation), self._awire())

    # --- how it is wired ---

    def _pre_auth_code(self) -> Flow[str]:
        operation = CreatePreAuthCode(component_appid=self.component_app_id)
        reply = yield from self._tokens.conversation.send(operation)
        return reply.pre_auth_code

    def _authorize(self, code: str) -> Flow[str]:
        return self._tokens.authorize(code, conversation_of=self._conversation)

    def _accept(self, notice: Notice) -> Flow[str] | None:
        code = authorization_code(notice)
        if not code:
            return None
        return self._tokens.accept(code, merchant=notice.app_id, conversation_of=self._conversation)

    def _conversation(self, app_id: str) -> MerchantConversation:
        """One for each shop, so that its clients share what they know of its token."""
        if not app_id or app_id == self.component_app_id:
            raise ArgumentError(f"app_id is {app_id!r}; a shop has an app id of its own")
        with self._lock:
            if app_id not in self._conversations:
                dialect = MerchantDialect(
                    app_id=app_id,
                    app_secret="",
                    shop_id=self.shop_id_of(app_id),
                    base_url=self._base_url,
                    clock=self._clock,
                    component_app_id=self.component_app_id,
                )
                self._conversations[app_id] = MerchantConversation(
                    dialect, self._habits, tokens=self._tokens, merchant=app_id
                )
            return self._conversations[app_id]

    def _plans(self, app_id: str, shop_id: str | None) -> WeChatShopPlans:
        if shop_id is not None:
            if not shop_id:
                raise ArgumentError("shop_id is empty; give a name, or None")
            known = self._shop_ids.setdefault(app_id, shop_id)
            if known != shop_id:
                raise ArgumentError(
                    f"{app_id} is called {known!r} already, and cannot be {shop_id!r} as well"
                )
        conversation = self._conversation(app_id)
        return WeChatShopPlans(app_id=app_id, shop_id=self.shop_id_of(app_id), conversation=conversation)

    def _wire(self) -> Transport:
        self._check_open()
        if self._given is not None:
            return self._given
        with self._lock:
            if self._own is None:
                self._own = HttpTransport(self._http, base_url=self._base_url)
            return self._own

    def _awire(self) -> Transport | AsyncTransport:
        self._check_open()
        if self._agiven is not None:
            return self._agiven
        with self._lock:
            if self._aown is None:
                self._aown = AsyncHttpTransport(self._http, base_url=self._base_url)
            return cast("AsyncTransport", self._aown)

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError("this WeChatProvider is closed; make the calls inside its with block")

    def close(self) -> None:
        """Close the blocking connections; the provider and its shops cannot be used any more."""
        self._closed = True
        if self._own is not None:
            self._own.close()

    async def aclose(self) -> None:
        """Close all connections."""
        self.close()
        if self._aown is not None:
            await self._aown.close()

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
