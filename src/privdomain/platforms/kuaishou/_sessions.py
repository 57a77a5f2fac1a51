"""How a merchant's tokens begin: the code of his authorization, or a pair that is brought along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from attrs import evolve, frozen

from privdomain.errors import ArgumentError
from privdomain.platforms._conversation import Conversation, Habits
from privdomain.platforms._flow import Flow, ask
from privdomain.platforms._tokens import Grant, MemoryTokenStore, unpack
from privdomain.platforms.kuaishou._authorization import Authorization
from privdomain.platforms.kuaishou._dialect import KuaishouDialect
from privdomain.platforms.kuaishou._plans import KuaishouPlans
from privdomain.platforms.kuaishou.operations import GetAppToken, GetSeller, GetToken
from privdomain.platforms.kuaishou.payloads import TokenReply

__all__ = ["Session"]


@frozen(kw_only=True)
class Session:
    """One shop: its protocol, its habits, its plans."""

    dialect: KuaishouDialect
    habits: Habits
    plans: KuaishouPlans

    @property
    def conversation(self) -> Conversation:
        """What sends."""
        return self.plans.conversation

    def exchange(self, code: str) -> Flow[Grant]:
        """The first pair, for a code."""
        if not code:
            raise ArgumentError(
                "code is empty; it is the parameter of that name in the call to the redirect address"
            )
        operation = GetToken(app_id=self.dialect.app_key, code=code, app_secret=self.dialect.app_secret)
        return self.dialect.grant((yield from self.conversation.fetch(operation)))

    def authorize(self, code: str) -> Flow[None]:
        """Exchange a code and keep what it gives."""
        yield from self.conversation.adopt((yield from self.exchange(code)))

    def adopt_tokens(
        self,
        *,
        access_token: str,
        refresh_token: str,
        expires_in_s: float,
        refresh_expires_in_s: float | None,
    ) -> Flow[None]:
        """Keep a pair that was got elsewhere."""
        if not access_token or not refresh_token or expires_in_s < 0:
            raise ArgumentError(
                "adopt_tokens() takes a pair: an access token, its refresh token, and the seconds it is still good for"
            )
        grant = self.dialect.pair(
            access_token,
            refresh_token=refresh_token,
            expires_in_s=expires_in_s,
            refresh_expires_in_s=refresh_expires_in_s,
        )
        return self.conversation.adopt(grant)

    def authorized_until(self) -> Flow[datetime | None]:
        """The end of the authorization that is kept."""
        stored = yield from ask(partial(self.habits.token_store.get, self.dialect.token_key))
        refresh = unpack(stored)[1]
        return Authorization.read(refresh).ends_at if refresh else None

    def authorize_anyone(self, code: str, *, conversation_of: Callable[[str], Conversation]) -> Flow[str]:
        """Exchange a code, ask whose it was, and keep what it gave for that shop."""
        grant = yield from self.exchange(code)
        habits = evolve(self.habits, token_store=MemoryTokenStore(monotonic=self.habits.monotonic))
        once = Conversation(self.dialect, habits)
        yield from once.adopt(grant)
        shop_id = (yield from once.send(GetSeller())).data.seller_id
        yield from conversation_of(shop_id).adopt(grant)
        return shop_id

    def app_token(self) -> Flow[TokenReply]:
        """A token of the application itself."""
        operation = GetAppToken(app_id=self.dialect.app_key, app_secret=self.dialect.app_secret)
        return (yield from self.conversation.send(operation))
