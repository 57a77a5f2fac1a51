"""Provider mode (服务商): one application that serves many shops, with one client each.

What the shops of an application share is what is worth sharing: connections, the token store, the observer. What must
not be shared is kept apart by the key of a token (platform, host, app, shop): tokens, leases, withdrawn authorizations
and rates, so that one shop's trouble slows nobody else down. A client has no connections of its own and is a few
kilobytes; it stays until it is forgotten, because it knows a good token and how fast its shop may be called.

A platform's own application is a subclass that says how one shop's client is made.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from types import TracebackType
from typing import ClassVar, Generic, Self, TypeVar, cast

from privdomain.errors import ArgumentError, AuthorizationRevoked, UsageError
from privdomain.models import Notice
from privdomain.platforms._clients import AsyncShopClient, ShopClient
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._drivers import arun, run
from privdomain.platforms._flow import Flow
from privdomain.platforms._http import AsyncHttpTransport, HttpOptions, HttpTransport
from privdomain.platforms._limits import Adaptive, Pace
from privdomain.platforms._options import ShopOptions
from privdomain.platforms._tokens import Grant
from privdomain.platforms._wire import AsyncTransport, Transport

__all__ = ["AsyncShopApp", "ShopApp", "check_store"]

C = TypeVar("C", bound=ShopClient)
A = TypeVar("A", bound=AsyncShopClient)
K = TypeVar("K", bound=ShopClient | AsyncShopClient)
T = TypeVar("T")


class _Clients(Generic[K]):
    """The clients of an application by their shops: made once, whoever asks first."""

    def __init__(self, name: str, make: Callable[[str], K]) -> None:
        self._name, self._make = name, make
        self._lock = threading.Lock()
        self._open: dict[str, K] = {}
        self._closed = False

    def of(self, shop_id: str) -> K:
        if not isinstance(shop_id, str) or not shop_id.strip():
            raise ArgumentError(f"shop_id={shop_id!r}; a shop is named by a text that is not empty")
        with self._lock:
            if self._closed:
                raise UsageError(f"this {self._name} is closed; make the calls inside its with block")
            client = self._open.get(shop_id)
            if client is None:
                client = self._open[shop_id] = self._make(shop_id)
            return client

    def ids(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._open)

    def take(self, shop_id: str) -> K | None:
        with self._lock:
            return self._open.pop(shop_id, None)

    def take_all(self) -> list[K]:
        with self._lock:
            self._closed = True
            clients = list(self._open.values())
            self._open.clear()
            return clients


def _shared(options: ShopOptions) -> ShopOptions:
    """The options of every client: one pace, so that a client that is made anew is not too fast."""
    pace = options.get("pace") or Pace(
        options.get("rate_limit"),
        adaptive=options.get("adaptive", Adaptive()),
        monotonic=options.get("monotonic", time.monotonic),
    )
    return cast("ShopOptions", {**options, "pace": pace})


def _http(http: HttpOptions | None, *, scripted: bool) -> HttpOptions:
    if http is not None and scripted:
        raise ArgumentError("http= configures our own transport and transport= replaces it; pass one of them")
    return http or HttpOptions()


def check_store(options: ShopOptions) -> None:
    """Refuse an application that would keep what merchants gave it in this process only, without saying so."""
    if options.get("token_store") is None:
        raise ArgumentError(
            "token_store is missing; the tokens of merchants are kept in it, and nobody but they can give new ones: "
            "a store that outlives the process, or MemoryTokenStore() for a trial"
        )


class _Told:
    """What notices say about authorizations: which topics of a platform withdraw one, and which give it."""

    def __init__(self, platform: str, withdrawn: Collection[str], authorized: Collection[str]) -> None:
        for name, topics in (("withdrawn_topics", withdrawn), ("authorized_topics", authorized)):
            if isinstance(topics, str):
                raise ArgumentError(f"{name}={topics!r}; it is a collection of topics: ({topics!r},)")
        self._platform, self._withdrawn, self._authorized = (
            platform,
            frozenset(withdrawn),
            frozenset(authorized),
        )
        if both := sorted(self._withdrawn & self._authorized):
            raise ArgumentError(f"withdrawn_topics and authorized_topics both name {', '.join(both)}")

    def of(self, notice: Notice) -> AuthorizationRevoked | bool:
        """The withdrawal a notice tells of; True for an authorization, False for anything else."""
        if not notice.shop_id or (self._platform and notice.platform != self._platform):
            return False
        if notice.topic in self._withdrawn:
            return AuthorizationRevoked(
                f"{notice.platform}: shop {notice.shop_id} has withdrawn its authorization of this application, as the "
                f"notice {notice.topic!r} says; the merchant has to give it again",
                platform=notice.platform,
            )
        return notice.topic in self._authorized


class ShopApp(Generic[C]):
    """An application serving many shops, blocking: ``app.shop("s1").orders(…)``. Thread-safe.

    A subclass overrides `make_shop`. ``token_store`` is shared by all shops, and with other processes if it can be;
    ``rate_limit`` is each shop's own. ``max_connections`` of `HttpOptions` are those of the application.

    ```python
    from privdomain.platforms import HttpResponse, ShopApp, ShopOptions, Transport
    from privdomain.platforms.wechat_shop import WeChatShop

    class Stores(ShopApp[WeChatShop]):
        def make_shop(self, shop_id: str, *, transport: Transport, options: ShopOptions) -> WeChatShop:
            return WeChatShop(app_id=shop_id, app_secret="s3cret", transport=transport, **options)

    def server(request):
        if request.url.endswith("/stable_token"):
            return HttpResponse.of_json({"access_token": "T", "expires_in": 7200})
        return HttpResponse.of_json({"errcode": 0, "product_ids": []})

    with Stores(base_url="https://api.weixin.qq.com", transport=server) as app:
        assert list(app.shop("wx1").products()) == []
        assert app.shop("wx1") is app.shop("wx1")
        assert app.shop_ids == ("wx1",)
    ```
    """

    platform: ClassVar[str] = ""
    """Our name of the platform; notices of another one are not for this application."""

    def __init__(
        self,
        *,
        base_url: str,
        http: HttpOptions | None = None,
        transport: Transport | None = None,
        options: ShopOptions | None = None,
        withdrawn_topics: Collection[str] = (),
        authorized_topics: Collection[str] = (),
    ) -> None:
        self._told = _Told(self.platform, withdrawn_topics, authorized_topics)
        settings = _http(http, scripted=transport is not None)
        self._options = _shared(options or {})
        self._own = None if transport is not None else HttpTransport(settings, base_url=base_url)
        self._transport: Transport = transport or cast("Transport", self._own)
        self._clients: _Clients[C] = _Clients(type(self).__name__, self._make)

    def make_shop(self, shop_id: str, *, transport: Transport, options: ShopOptions) -> C:
        """One shop's client, sending by ``transport``; called once a shop."""
        raise NotImplementedError(f"{type(self).__name__} does not say how a shop's client is made")

    def _make(self, shop_id: str) -> C:
        return self.make_shop(shop_id, transport=self._transport, options=self._options)

    def shop(self, shop_id: str) -> C:
        """The client of a shop: always the same one, until the shop is forgotten."""
        return self._clients.of(shop_id)

    @property
    def shop_ids(self) -> tuple[str, ...]:
        """The shops whose clients are open, in the order in which they were first asked for."""
        return self._clients.ids()

    def _exchange(self, code: str, *, conversation_of: Callable[[str], Conversation]) -> Flow[str]:
        """Exchange a code, keep what it gives in the conversation of the shop it is for, and say which that is."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how the code of an authorization is exchanged"
        )

    def _conversation_of(self, shop_id: str) -> Conversation:
        return self.shop(shop_id).conversation

    def authorize(self, code: str) -> str:
        """Take the code of a merchant's authorization, keep his tokens, and say which shop they open.

        Raises:
            AuthenticationFailed: for a code that is used up or too old.
        """
        if not code:
            raise ArgumentError(
                "code is empty; it is the parameter of that name in the call to your redirect address"
            )
        return self._run(self._exchange(code, conversation_of=self._conversation_of))

    def on_notice(self, notice: Notice) -> str:
        """Do what a notice says about an authorization; the shop it concerned, or an empty text for other notices.

        After a withdrawal (one of ``withdrawn_topics``) the shop's calls raise `AuthorizationRevoked` and nothing is
        sent; a new authorization (``authorized_topics``) ends that. A notice that comes late does no lasting harm: a
        remembered withdrawal is checked with the platform again after an hour.
        """
        told = self._told.of(notice)
        if told is False:
            return ""
        if isinstance(told, AuthorizationRevoked):
            self.revoke(notice.shop_id, told)
        else:
            self._run(self.shop(notice.shop_id).conversation.reinstate())
        return notice.shop_id

    def adopt(self, shop_id: str, grant: Grant) -> None:
        """Keep the tokens that a merchant's authorization has just given; ends a withdrawal that is remembered."""
        self._run(self.shop(shop_id).conversation.adopt(grant))

    def revoke(self, shop_id: str, error: AuthorizationRevoked) -> None:
        """Remember that a merchant has withdrawn his authorization, as a notice says: calls fail without a request."""
        self._run(self.shop(shop_id).conversation.revoke(error))

    def forget(self, shop_id: str) -> None:
        """Close a shop's client; its tokens stay in the store."""
        if (client := self._clients.take(shop_id)) is not None:
            client.close()

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self._transport)

    def close(self) -> None:
        """Close every client and the connections; a ``transport=`` of yours stays open."""
        for client in self._clients.take_all():
            client.close()
        if self._own is not None:
            self._own.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self.shop_ids)} shops>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncShopApp(Generic[A]):
    """As `ShopApp`, awaited, under asyncio or trio: ``await app.shop("s1").order(…)``."""

    platform: ClassVar[str] = ""
    """As `ShopApp.platform`."""

    def __init__(
        self,
        *,
        base_url: str,
        http: HttpOptions | None = None,
        transport: Transport | AsyncTransport | None = None,
        options: ShopOptions | None = None,
        withdrawn_topics: Collection[str] = (),
        authorized_topics: Collection[str] = (),
    ) -> None:
        self._told = _Told(self.platform, withdrawn_topics, authorized_topics)
        settings = _http(http, scripted=transport is not None)
        self._options = _shared(options or {})
        self._own = None if transport is not None else AsyncHttpTransport(settings, base_url=base_url)
        self._transport: Transport | AsyncTransport = transport or cast("AsyncTransport", self._own)
        self._clients: _Clients[A] = _Clients(type(self).__name__, self._make)

    def make_shop(self, shop_id: str, *, transport: Transport | AsyncTransport, options: ShopOptions) -> A:
        """One shop's client, sending by ``transport``; called once a shop."""
        raise NotImplementedError(f"{type(self).__name__} does not say how a shop's client is made")

    def _make(self, shop_id: str) -> A:
        return self.make_shop(shop_id, transport=self._transport, options=self._options)

    def shop(self, shop_id: str) -> A:
        """The client of a shop: always the same one, until the shop is forgotten."""
        return self._clients.of(shop_id)

    @property
    def shop_ids(self) -> tuple[str, ...]:
        """The shops whose clients are open, in the order in which they were first asked for."""
        return self._clients.ids()

    def _exchange(self, code: str, *, conversation_of: Callable[[str], Conversation]) -> Flow[str]:
        """Exchange a code, keep what it gives in the conversation of the shop it is for, and say which that is."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say how the code of an authorization is exchanged"
        )

    def _conversation_of(self, shop_id: str) -> Conversation:
        return self.shop(shop_id).conversation

    async def authorize(self, code: str) -> str:
        """Take the code of a merchant's authorization, keep his tokens, and say which shop they open.

        Raises:
            AuthenticationFailed: for a code that is used up or too old.
        """
        if not code:
            raise ArgumentError(
                "code is empty; it is the parameter of that name in the call to your redirect address"
            )
        return await self._run(self._exchange(code, conversation_of=self._conversation_of))

    async def on_notice(self, notice: Notice) -> str:
        """Do what a notice says about an authorization; the shop it concerned, or an empty text for other notices.

        After a withdrawal (one of ``withdrawn_topics``) the shop's calls raise `AuthorizationRevoked` and nothing is
        sent; a new authorization (``authorized_topics``) ends that. A notice that comes late does no lasting harm: a
        remembered withdrawal is checked with the platform again after an hour.
        """
        told = self._told.of(notice)
        if told is False:
            return ""
        if isinstance(told, AuthorizationRevoked):
            await self.revoke(notice.shop_id, told)
        else:
            await self._run(self.shop(notice.shop_id).conversation.reinstate())
        return notice.shop_id

    async def adopt(self, shop_id: str, grant: Grant) -> None:
        """Keep the tokens that a merchant's authorization has just given; ends a withdrawal that is remembered."""
        await self._run(self.shop(shop_id).conversation.adopt(grant))

    async def revoke(self, shop_id: str, error: AuthorizationRevoked) -> None:
        """Remember that a merchant has withdrawn his authorization, as a notice says: calls fail without a request."""
        await self._run(self.shop(shop_id).conversation.revoke(error))

    async def forget(self, shop_id: str) -> None:
        """Close a shop's client; its tokens stay in the store."""
        if (client := self._clients.take(shop_id)) is not None:
            await client.close()

    async def _run(self, flow: Flow[T]) -> T:
        return await arun(flow, self._transport)

    async def close(self) -> None:
        """Close every client and the connections; a ``transport=`` of yours stays open."""
        for client in self._clients.take_all():
            await client.close()
        if self._own is not None:
            await self._own.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self.shop_ids)} shops>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
