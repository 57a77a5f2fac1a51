"""Provider mode (服务商): one application, many merchants. The token side, shared by the open platform and WeCom.

A chain of three: the platform pushes a ticket every ten minutes; application secret and ticket give the application's
token; with that and what a merchant's authorization left behind (a refresh token, a permanent code) comes the
merchant's token. All of it lies in one `TokenStore`, so that every process sees it: the ticket, which merchant has
authorized and which has withdrawn, and each merchant's pair, which is replaced only by a newer one and never dropped.

What differs between the open platform and WeCom is a `ProviderScheme`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from attrs import field, frozen

from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    RemoteError,
    RequestRejected,
    VersionConflict,
)
from privdomain.platforms._conversation import Conversation, Dialect, Habits
from privdomain.platforms._flow import Flow, ask
from privdomain.platforms._operation import Operation
from privdomain.platforms._payload import Json
from privdomain.platforms._tokens import Grant, TokenStore

__all__ = ["Authorized", "MerchantConversation", "ProviderScheme", "ProviderTokens"]

T = TypeVar("T")

_LASTING_S = 3650 * 86_400.0
_WRITES = 50
_GRANTED, _WITHDRAWN = "granted", "withdrawn"


@frozen(kw_only=True)
class Authorized:
    """What a merchant's authorization gave: his id, and his tokens."""

    merchant: str
    grant: Grant = field(repr=False)


class ProviderScheme(Protocol):
    """How one platform names the steps of the chain."""

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        ...

    @property
    def key(self) -> str:
        """Platform, host and application: what every key of the store begins with."""
        ...

    @property
    def ticket_lives_s(self) -> float:
        """How long a ticket is good."""
        ...

    def app_token(self, ticket: str) -> Operation[Any]:
        """What fetches the application's token."""
        ...

    def app_grant(self, payload: Json) -> Grant:
        """The token in its answer."""
        ...

    def exchange(self, code: str) -> Operation[Any]:
        """What turns the code of an authorization into tokens."""
        ...

    def authorized(self, payload: Json) -> Authorized:
        """Merchant and tokens in its answer."""
        ...

    def renew(self, merchant: str, kept: str) -> Operation[Any]:
        """What fetches a merchant's next token; ``kept`` is his refresh token or permanent code."""
        ...

    def renewed(self, payload: Json, kept: str) -> Grant:
        """The token in its answer, with what the one after it will be asked for with."""
        ...

    def recall(self, merchant: str) -> Operation[Any] | None:
        """What asks the platform for a lost refresh token; None where it cannot be asked."""
        ...

    def recalled(self, payload: Json) -> str:
        """The refresh token in its answer; empty for none."""
        ...

    def is_stale(self, error: RemoteError) -> bool:
        """Whether a failed renewal says that what we kept is not the latest."""
        ...

    def is_withdrawn(self, error: RemoteError) -> bool:
        """Whether the platform said that this merchant has no longer authorized the application."""
        ...

    def is_spent(self, error: RemoteError) -> bool:
        """Whether a failed exchange says that the code was used already, or is too old."""
        ...


class ProviderTokens:
    """The chain of one application."""

    def __init__(self, scheme: ProviderScheme, dialect: Dialect, habits: Habits) -> None:
        self._scheme, self._store = scheme, habits.token_store
        self._habits = habits
        self.conversation: Conversation = _AppConversation(dialect, habits, fetch=self._app_token)
        self._lock = threading.Lock()
        self._suspects: frozenset[str] = frozenset()

    # --- what the platform pushes: synchronous, like every port ---

    def keep_ticket(self, ticket: str, *, at: int) -> bool:
        """Keep a pushed ticket, unless a later one is there; ``at`` is the push's own time in unix seconds."""
        value = {"ticket": ticket, "at": at}
        return self._put_later(f"{self._scheme.key}:ticket", value, for_s=self._scheme.ticket_lives_s)

    def grant(self, merchant: str, *, at: int) -> bool:
        """Note that a merchant has authorized the application, unless something later is known of him."""
        return self._put_later(self._state_key(merchant), {"state": _GRANTED, "at": at}, for_s=_LASTING_S)

    def withdraw(self, merchant: str, *, at: int) -> bool:
        """Note that a merchant has withdrawn his authorization: from now on his clients raise at once."""
        noted = self._put_later(self._state_key(merchant), {"state": _WITHDRAWN, "at": at}, for_s=_LASTING_S)
        if noted:
            self._suspect(merchant)
        return noted

    def _suspect(self, merchant: str) -> None:
        with self._lock:
            self._suspects |= {merchant}

    def _put_later(self, key: str, value: Json, *, for_s: float) -> bool:
        """Write unless something later is there; of two in one second the one that came last counts."""
        for _ in range(_WRITES):
            stored = self._store.get(key)
            there = _read(stored.value if stored else "")
            if there and there["at"] > value["at"]:
                return False
            text = json.dumps(value, separators=(",", ":"))
            if self._store.put(
                key, text, expires_in_s=for_s, expected_version=stored.version if stored else 0
            ):
                return True
        raise VersionConflict(
            "the token store refused the same write fifty times; look at who else writes to it"
        )

    # --- the chain ---

    def authorize(self, code: str, *, conversation_of: Callable[[str], Conversation]) -> Flow[str]:
        """Exchange the code of an authorization and keep what it gives; the merchant's id.

        A code is good once: when this fails although the platform has done it, `recover` fetches what it gave.
        """
        payload = yield from self.conversation.fetch(self._scheme.exchange(code))
        authorized = self._scheme.authorized(payload)
        yield from conversation_of(authorized.merchant).adopt(authorized.grant)
        yield from ask(partial(self.grant, authorized.merchant, at=self._now()))
        return authorized.merchant

    def accept(
        self, code: str, *, merchant: str, conversation_of: Callable[[str], Conversation]
    ) -> Flow[str]:
        """As `authorize`, of a merchant whose id is known: a code that was used up half-way is no loss."""
        try:
            return (yield from self.authorize(code, conversation_of=conversation_of))
        except RemoteError as error:
            if not merchant or not self._scheme.is_spent(error):
                raise
            if not (yield from self.recover(merchant, conversation=conversation_of(merchant))):
                raise
        return merchant

    def recover(self, merchant: str, *, conversation: Conversation) -> Flow[bool]:
        """Ask the platform for a merchant's refresh token and keep it; False where it has none for us."""
        kept = yield from self._recall(merchant)
        if kept:
            yield from conversation.adopt(Grant("", 0.0, kept))
            yield from ask(partial(self.grant, merchant, at=self._now()))
        return bool(kept)

    def note(self, merchant: str, error: AuthorizationRevoked) -> Flow[None]:
        """Remember what the platform said to a call, where no push said it before."""
        if self._scheme.is_withdrawn(error):
            yield from ask(partial(self.withdraw, merchant, at=self._now()))

    def _now(self) -> int:
        return int(self._habits.clock.now().timestamp())

    def merchant_token(self, merchant: str, kept: str) -> Flow[Grant]:
        """A merchant's next token.

        Raises:
            AuthorizationRevoked: when he has withdrawn the authorization; nothing is sent then.
            AuthenticationFailed: when he has never given one that we were told of.
        """
        yield from self._check_authorized(merchant)
        if not kept:
            raise AuthenticationFailed(
                f"{self._scheme.platform}: {merchant} has not authorized this application yet, or its code was "
                "never exchanged: pass the notice (kind=authorization) to accept(), or call recover()",
                platform=self._scheme.platform,
            )
        try:
            return (yield from self._renewed(merchant, kept))
        except RemoteError as error:
            scheme, failure = self._scheme, error
            if scheme.is_stale(error):
                newer = yield from self._recall(merchant)
                if newer not in {"", kept}:
                    return (yield from self._renewed(merchant, newer))
            elif not scheme.is_withdrawn(error):
                raise
        # the merchant's word, and not the application's: only his conversation may remember it
        raise AuthorizationRevoked(
            str(failure),
            platform=failure.platform,
            code=failure.code,
            sub_code=failure.sub_code,
            request_id=failure.request_id,
            attempts=failure.attempts,
        ) from failure

    def _renewed(self, merchant: str, kept: str) -> Flow[Grant]:
        payload = yield from self.conversation.fetch(self._scheme.renew(merchant, kept))
        return self._scheme.renewed(payload, kept)

    def look_again(self, merchant: str) -> Flow[None]:
        """Before a call with a token that is still good: raise if a withdrawal was pushed to this process."""
        if merchant not in self._suspects:
            return
        yield from self._check_authorized(merchant)
        with self._lock:  # he has authorized again, perhaps by way of another process
            self._suspects -= {merchant}

    def _check_authorized(self, merchant: str) -> Flow[None]:
        stored = yield from ask(partial(self._store.get, self._state_key(merchant)))
        if _read(stored.value if stored else "").get("state") == _WITHDRAWN:
            self._suspect(merchant)
            raise AuthorizationRevoked(
                f"{self._scheme.platform}: {merchant} has withdrawn the authorization of this application; "
                "the merchant has to give it again",
                platform=self._scheme.platform,
            )

    def _recall(self, merchant: str) -> Flow[str]:
        operation = self._scheme.recall(merchant)
        if operation is None:
            return ""
        try:
            payload = yield from self.conversation.fetch(operation)
        except RemoteError as error:
            if self._scheme.is_withdrawn(error):
                return ""
            raise
        return self._scheme.recalled(payload)

    def _app_token(self) -> Flow[Grant]:
        stored = yield from ask(partial(self._store.get, f"{self._scheme.key}:ticket"))
        ticket = _read(stored.value if stored else "").get("ticket", "")
        if not ticket:
            raise AuthenticationFailed(
                f"{self._scheme.platform}: the platform has not pushed a ticket to this application yet (it does so "
                "every ten minutes): check that its webhook is reached and shares this token store",
                platform=self._scheme.platform,
            )
        # a ticket that is past its time is tried all the same: the platform knows best
        payload = yield from self.conversation.fetch(self._scheme.app_token(ticket))
        return self._scheme.app_grant(payload)

    def _state_key(self, merchant: str) -> str:
        return f"{self._scheme.key}:{merchant}:authorization"

    @property
    def store(self) -> TokenStore:
        """Where everything lies."""
        return self._store


def _read(text: str) -> Json:
    return cast("Json", json.loads(text)) if text else {}


def _as_token_failure(flow: Flow[Grant]) -> Flow[Grant]:
    try:
        return (yield from flow)
    except RequestRejected as error:
        # whatever was to be sent with the token has not been refused: nobody may take it for that
        raise AuthenticationFailed(
            str(error),
            platform=error.platform,
            code=error.code,
            sub_code=error.sub_code,
            request_id=error.request_id,
            attempts=error.attempts,
        ) from error


class _AppConversation(Conversation):
    """The application's own calls; its token comes from the ticket."""

    def __init__(self, dialect: Dialect, habits: Habits, *, fetch: Callable[[], Flow[Grant]]) -> None:
        self._fetch_app_token = fetch
        super().__init__(dialect, habits)

    def _fetch_token(self, refresh: str) -> Flow[Grant]:  # noqa: ARG002  (the ticket is enough)
        return _as_token_failure(self._fetch_app_token())


class MerchantConversation(Conversation):
    """Calls for one merchant; his token comes from the chain, and a withdrawn authorization ends them at once."""

    def __init__(self, dialect: Dialect, habits: Habits, *, tokens: ProviderTokens, merchant: str) -> None:
        self._chain, self._merchant = tokens, merchant
        super().__init__(dialect, habits)

    def fetch(self, operation: Operation[Any]) -> Flow[Json]:
        """As `Conversation.fetch`."""
        yield from self._chain.look_again(self._merchant)
        try:
            return (yield from super().fetch(operation))
        except AuthorizationRevoked as error:
            yield from self._chain.note(self._merchant, error)
            raise

    def _fetch_token(self, refresh: str) -> Flow[Grant]:
        return _as_token_failure(self._chain.merchant_token(self._merchant, refresh))
