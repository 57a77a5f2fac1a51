"""One application at 小红书 ARK: its credentials, and what sends for one of its shops."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen

from privdomain.calendar import Clock
from privdomain.errors import UsageError
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._options import ShopOptions, check_account, clock_of, habits_of
from privdomain.platforms.xiaohongshu import _oauth
from privdomain.platforms.xiaohongshu._capabilities import UNCONFIRMED, with_operations
from privdomain.platforms.xiaohongshu._dialect import XiaohongshuDialect
from privdomain.platforms.xiaohongshu._plans import XiaohongshuPlans
from privdomain.platforms.xiaohongshu._webhook import XiaohongshuWebhook

__all__ = ["BASE_URL", "Account"]

BASE_URL = "https://ark.xiaohongshu.com"


@frozen(kw_only=True)
class Account:
    """One application: what its shops have in common."""

    app_id: str
    app_secret: str = field(repr=False)
    base_url: str
    webhook_path: str
    options: ShopOptions
    clock: Clock

    @classmethod
    def checked(
        cls,
        app_id: str,
        app_secret: str,
        *,
        base_url: str,
        webhook_path: str,
        options: ShopOptions,
        **further: str,
    ) -> Account:
        """Refuses what cannot work before anything is sent."""
        credentials: Mapping[str, object] = {"app_id": app_id, "app_secret": app_secret, **further}
        check_account(credentials, optional={}, base_url=base_url, usual=BASE_URL)
        return cls(
            app_id=app_id,
            app_secret=app_secret,
            base_url=base_url.rstrip("/"),
            webhook_path=webhook_path,
            options=options,
            clock=clock_of(options),
        )

    def plans(self, shop_id: str) -> XiaohongshuPlans:
        """The canonical methods of one shop."""
        return XiaohongshuPlans(shop_id=shop_id, conversation=self.conversation(shop_id))

    def conversation(self, shop_id: str) -> Conversation:
        """What sends for one shop; without one, what exchanges a code."""
        dialect = XiaohongshuDialect(
            app_id=self.app_id,
            app_secret=self.app_secret,
            shop_id=shop_id,
            base_url=self.base_url,
            clock=self.clock,
        )
        habits = habits_of(
            self.options,
            token_key=dialect.token_key,
            secret=self.app_secret,
            clock=self.clock,
            operations=UNCONFIRMED,
        )
        accepted = with_operations(habits.accept_unconfirmed)
        return Conversation(dialect, evolve(habits, accept_unconfirmed=accepted))

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Where a merchant is sent to."""
        return _oauth.authorize_url(self.base_url, app_id=self.app_id, redirect_uri=redirect_uri, state=state)

    def webhook(self) -> XiaohongshuWebhook:
        """What reads the platform's messages."""
        if not self.webhook_path:
            raise UsageError(
                "the signature of a message covers the path it is sent to; make the client with "
                "webhook_path='/the/path' as the platform sees it"
            )
        return XiaohongshuWebhook(
            app_id=self.app_id, app_secret=self.app_secret, path=self.webhook_path, clock=self.clock
        )
