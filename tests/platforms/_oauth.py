"""A platform with rotating refresh tokens, both ends: `OAuthDesk` answers, `LittleShop` and its application ask.

The old refresh token is discarded at once, as 快手 says of its own; an access token lives for ``life_s``, and is taken for
``grace_s`` more, as platforms do whose clocks are not those of their customers.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar, Unpack

from attrs import define, field, frozen

from privdomain.calendar import SystemClock
from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PlatformUnavailable,
    RateLimited,
    RequestRejected,
)
from privdomain.platforms import (
    AsyncShopApp,
    AsyncShopClient,
    AsyncTransport,
    Capability,
    Conversation,
    ErrorRule,
    ErrorTable,
    Fault,
    Grant,
    HttpRequest,
    HttpResponse,
    Operation,
    Payload,
    Policy,
    Repeat,
    ShopApp,
    ShopCapabilities,
    ShopClient,
    ShopOptions,
    ShopPlans,
    Support,
    Transport,
    lasting,
)
from privdomain.platforms._options import habits_of
from privdomain.sandbox import Reply, Request

NAME = "little"
BASE_URL = "http://little.example"
SECRET = "app-s3cret"


# --- the platform ---


@define
class _Account:
    access: dict[str, float] = field(factory=dict)
    """Access token → until when it is good."""
    current: str = ""
    issued_at: float = 0.0
    refresh: str = ""
    cut_short: bool = False
    """Whether somebody took the current access token back, so that asking for another is right."""


class OAuthDesk:
    """The platform: grants, refreshes, and what it has seen of both. Thread-safe."""

    name = NAME
    secret_names = frozenset({"token", "secret", "refresh_token", "access_token"})
    free_text = re.compile(rb'("note":")')
    codes = frozenset({"1001", "1002", "1003", "1004", "1005"})

    def __init__(
        self, *, life_s: float = 7200.0, grace_s: float = 0.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.life_s, self._grace_s, self._monotonic = life_s, grace_s, monotonic
        self._lock = threading.RLock()
        self._accounts: dict[str, _Account] = {}
        self.refreshes: list[str] = []
        """The shop of every refresh that was carried out."""
        self.refused: list[str] = []
        """The shop of every refresh that was refused."""
        self.early: list[float] = []
        """Refreshes of a token that was less than half used, and that nobody had taken back."""
        self.calls = 0

    def authorize(self, shop: str) -> tuple[str, str]:
        """The merchant authorizes the application: a new pair, in place of every older one."""
        with self._lock:
            self._accounts[shop] = _Account()
            return self._issue(shop)

    def withdraw(self, shop: str) -> None:
        """The merchant withdraws it."""
        with self._lock:
            self._accounts.pop(shop, None)

    def revoke_access(self, shop: str) -> None:
        """The access tokens of a shop die before their time; its refresh token stays good."""
        with self._lock:
            if account := self._accounts.get(shop):
                account.access.clear()
                account.cut_short = True

    def pair(self, shop: str) -> tuple[str, str]:
        """What the platform takes for the current pair."""
        account = self._accounts[shop]
        return account.current, account.refresh

    def revoke_tokens(self) -> None:
        for shop in list(self._accounts):
            self.revoke_access(shop)

    def handle(self, request: Request, quirk: object) -> Reply:
        body = request.document
        with self._lock:
            if request.path == "/oauth/refresh":
                return self._refresh(body)
            self.calls += 1
            account = self._accounts.get(body["shop"])
            if account is None:
                return self.refuse("1002")
            if account.access.get(request.query.get("token", ""), 0.0) <= self._monotonic():
                return self.refuse("1001")
            return _say({"code": 0, "shop": body["shop"], "left": 1000 - self.calls})

    def _refresh(self, body: Mapping[str, str]) -> Reply:
        shop = body["shop"]
        account = self._accounts.get(shop)
        if body["secret"] != SECRET:
            return self.refuse("1003")
        if account is None or body["refresh_token"] != account.refresh:
            self.refused.append(shop)
            return self.refuse("1002")
        age = self._monotonic() - account.issued_at
        if age < self.life_s / 2 and not account.cut_short:
            self.early.append(age)
        self.refreshes.append(shop)
        access, refresh = self._issue(shop)
        return _say({"code": 0, "access_token": access, "expires_in": self.life_s, "refresh_token": refresh})

    def _issue(self, shop: str) -> tuple[str, str]:
        account, now = self._accounts[shop], self._monotonic()
        account.current, account.refresh = f"A-{secrets.token_hex(8)}", f"R-{secrets.token_hex(8)}"
        account.access[account.current] = (
            now + self.life_s + self._grace_s
        )  # the one before lives on to its own end
        account.issued_at, account.cut_short = now, False
        return account.current, account.refresh

    def shows(self, quirk: object, request: Request) -> bool:
        return False

    def refuse(self, code: str) -> Reply:
        return _say({"code": int(code), "note": f"refused {code}"})

    def scripted(self, request: HttpRequest) -> HttpResponse:
        """The platform as a transport, without a network."""
        path = request.url.removeprefix(BASE_URL)
        read = Request(
            method=request.method, path=path, query=dict(request.query), headers={}, body=request.body
        )
        reply = self.handle(read, None)
        return HttpResponse(reply.status, reply.body)


def _say(document: Mapping[str, Any]) -> Reply:
    return Reply(code=str(document["code"]), body=json.dumps(document, separators=(",", ":")).encode())


# --- the adapter ---


class PongReply(Payload):
    shop: str = ""


class TokenReply(Payload):
    access_token: str
    expires_in: float
    refresh_token: str


class Ping(Operation[PongReply]):
    """A call that reads."""

    path: ClassVar[str] = "/ping"
    page: ClassVar[str] = "tests/platforms/_oauth.py (read 2026-11-24)"
    repeat: ClassVar[Repeat] = Repeat.ALWAYS
    shop: str


class Write(Operation[PongReply]):
    """A call that must not be made twice."""

    path: ClassVar[str] = "/write"
    page: ClassVar[str] = "tests/platforms/_oauth.py (read 2026-11-24)"
    shop: str


class RefreshPair(Operation[TokenReply]):
    """The pair that follows a refresh token; asking twice is not safe, because the first time discards it."""

    path: ClassVar[str] = "/oauth/refresh"
    page: ClassVar[str] = "tests/platforms/_oauth.py (read 2026-11-24)"
    repeat: ClassVar[Repeat] = Repeat.NEVER
    signed: ClassVar[bool] = False
    shop: str
    secret: str
    refresh_token: str


ERRORS = ErrorTable(
    {
        "1001": ErrorRule("the token has expired or was taken back", AuthenticationFailed, Policy.TOKEN),
        "1002": ErrorRule(
            "the refresh token is not good any more", AuthorizationRevoked,
            advice="The merchant has to authorize the application again.",
        ),
        "1003": ErrorRule("wrong secret", RequestRejected),
        "1004": ErrorRule("too fast", RateLimited, Policy.BACKOFF, refused=True),
        "1005": ErrorRule("busy", PlatformUnavailable, Policy.BACKOFF),
    }
)  # fmt: skip

_YES = Capability(Support.YES)
CAPABILITIES = ShopCapabilities(
    order=_YES, orders_window=timedelta(days=7), aftersales_window=timedelta(days=7)
)


@frozen(kw_only=True)
class LittleDialect:
    """How the little platform is talked to."""

    shop_id: str
    base_url: str
    platform: str = NAME

    @property
    def token_key(self) -> str:
        return f"{NAME}:{self.base_url.split('//')[1]}:app:{self.shop_id}"

    def request(self, operation: Operation[Any], *, token: str) -> HttpRequest:
        query = (("token", token),) if operation.signed else ()
        return HttpRequest(
            method="POST", url=self.base_url + operation.path, query=query,
            body=operation.model_dump_json().encode(),
        )  # fmt: skip

    def answer(self, operation: Operation[Any], response: HttpResponse, *, token: str) -> Any:
        if response.status == 429:
            wish = response.headers.get("retry-after")
            return Fault(
                kind=RateLimited, policy=Policy.BACKOFF, meaning="too many requests", code="http-429",
                retry_after_s=float(wish) if wish else None, refused=True,
            )  # fmt: skip
        if response.status != 200:
            return Fault(kind=PlatformUnavailable, policy=Policy.BACKOFF, meaning=f"HTTP {response.status}")
        payload = json.loads(response.body)
        if payload["code"]:
            return Fault.of_rule(ERRORS[str(payload["code"])], code=str(payload["code"]))
        return payload

    def token_operation(self, refresh: str) -> RefreshPair:
        if not refresh:
            raise AuthenticationFailed("little: authorize first", platform=NAME)
        return RefreshPair(shop=self.shop_id, secret=SECRET, refresh_token=refresh)

    def grant(self, payload: Any) -> Grant:
        return grant_of(payload["access_token"], payload["refresh_token"], payload["expires_in"])

    def quota_left(self, response: HttpResponse) -> int | None:
        if response.status != 200:
            return None
        left = json.loads(response.body).get("left")
        return int(left) if left is not None else None


def grant_of(access: str, refresh: str, expires_in: float) -> Grant:
    return Grant(access, lasting(expires_in, margin_s=min(300.0, expires_in * 0.3)), refresh)


@frozen(kw_only=True)
class LittlePlans(ShopPlans):
    shop_id: str
    conversation: Conversation
    platform: str = NAME
    capabilities: ShopCapabilities = CAPABILITIES


def _plans(shop_id: str, base_url: str, options: ShopOptions) -> LittlePlans:
    dialect = LittleDialect(shop_id=shop_id, base_url=base_url)
    clock = options.get("clock") or SystemClock()
    habits = habits_of(
        options, token_key=dialect.token_key, secret=SECRET, clock=clock, operations=frozenset()
    )
    return LittlePlans(shop_id=shop_id, conversation=Conversation(dialect, habits))


class LittleShop(ShopClient):
    def __init__(
        self, shop_id: str, *, base_url: str = BASE_URL, transport: Transport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:  # fmt: skip
        super().__init__(
            _plans(shop_id, base_url, options), base_url=base_url, http=None, transport=transport
        )

    def ping(self) -> str:
        return self.send(Ping(shop=self.shop_id)).shop


class AsyncLittleShop(AsyncShopClient):
    def __init__(
        self, shop_id: str, *, base_url: str = BASE_URL,
        transport: Transport | AsyncTransport | None = None, **options: Unpack[ShopOptions],
    ) -> None:  # fmt: skip
        super().__init__(
            _plans(shop_id, base_url, options), base_url=base_url, http=None, transport=transport
        )

    async def ping(self) -> str:
        return (await self.send(Ping(shop=self.shop_id))).shop


class LittleApp(ShopApp[LittleShop]):
    def __init__(
        self, *, base_url: str = BASE_URL, transport: Transport | None = None, **options: Unpack[ShopOptions]
    ) -> None:
        super().__init__(base_url=base_url, transport=transport, options=options)
        self._base_url = base_url

    def make_shop(self, shop_id: str, *, transport: Transport, options: ShopOptions) -> LittleShop:
        return LittleShop(shop_id, base_url=self._base_url, transport=transport, **options)


class AsyncLittleApp(AsyncShopApp[AsyncLittleShop]):
    def __init__(
        self, *, base_url: str = BASE_URL, transport: Transport | AsyncTransport | None = None,
        **options: Unpack[ShopOptions],
    ) -> None:  # fmt: skip
        super().__init__(base_url=base_url, transport=transport, options=options)
        self._base_url = base_url

    def make_shop(
        self, shop_id: str, *, transport: Transport | AsyncTransport, options: ShopOptions
    ) -> AsyncLittleShop:
        return AsyncLittleShop(shop_id, base_url=self._base_url, transport=transport, **options)
