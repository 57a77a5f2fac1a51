"""An application of 快手小店: its credentials, and the sessions of the shops it serves."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from attrs import field, frozen

from privdomain.errors import ArgumentError, UsageError
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._options import ShopOptions, check_account, clock_of, habits_of
from privdomain.platforms.kuaishou._capabilities import AFTERSALES_WINDOW, UNCONFIRMED
from privdomain.platforms.kuaishou._dialect import KuaishouDialect
from privdomain.platforms.kuaishou._plans import KuaishouPlans
from privdomain.platforms.kuaishou._sessions import Session
from privdomain.platforms.kuaishou._signature import SignMethod
from privdomain.platforms.kuaishou.webhook import KuaishouWebhook

__all__ = ["BASE_URL", "Account", "KuaishouOptions"]

BASE_URL = "https://openapi.kwaixiaodian.com"


class KuaishouOptions(ShopOptions, total=False):
    """What a client of 快手小店 takes by name, all of it optional.

    ``message_key`` makes ``webhook`` work. ``aftersales_window`` is the longest span of one listing of cases: a day,
    and less where a campaign is on (the client also finds a shorter one by itself, at the cost of refused calls).
    """

    message_key: str | None
    sign_method: SignMethod
    aftersales_window: timedelta


@frozen(kw_only=True)
class Account:
    """What all shops of an application have in common."""

    app_key: str
    app_secret: str = field(repr=False)
    sign_secret: str = field(repr=False)
    base_url: str
    options: KuaishouOptions = field(repr=False)

    @classmethod
    def of(
        cls, app_key: str, app_secret: str, sign_secret: str, *, base_url: str, options: KuaishouOptions
    ) -> Self:
        """The account, once what cannot work has been refused.

        Raises:
            ArgumentError: with everything that is wrong.
        """
        check_account(
            {"app_key": app_key, "app_secret": app_secret, "sign_secret": sign_secret},
            optional={},
            base_url=base_url,
            usual=BASE_URL,
        )
        method = options.get("sign_method", SignMethod.HMAC_SHA256)
        if method not in set(SignMethod):
            raise ArgumentError(f"sign_method={method!r}; 快手 knows {', '.join(SignMethod)}")
        window = options.get("aftersales_window", AFTERSALES_WINDOW)
        if not timedelta(0) < window <= AFTERSALES_WINDOW:
            raise ArgumentError(f"aftersales_window={window}; it is at most a day, and longer than nothing")
        account = cls(
            app_key=app_key,
            app_secret=app_secret,
            sign_secret=sign_secret,
            base_url=base_url.rstrip("/"),
            options=options,
        )
        if options.get("message_key") is not None:
            account.webhook()  # a key that is none is an error of the constructor
        return account

    def session(self, shop_id: str) -> Session:
        """One shop of it."""
        if not isinstance(shop_id, str) or not shop_id:
            raise ArgumentError(f"shop_id={shop_id!r}; it is the seller's id, as text")
        return self._session(shop_id)

    def application(self) -> Session:
        """The application itself, which has no shop's tokens."""
        return self._session("")

    def _session(self, shop_id: str) -> Session:
        options = self.options
        dialect = KuaishouDialect(
            app_key=self.app_key,
            app_secret=self.app_secret,
            sign_secret=self.sign_secret,
            shop_id=shop_id,
            base_url=self.base_url,
            sign_method=SignMethod(options.get("sign_method", SignMethod.HMAC_SHA256)),
            clock=clock_of(options),
        )
        habits = habits_of(
            options,
            token_key=dialect.token_key,
            secret=self.app_secret,
            clock=dialect.clock,
            operations=UNCONFIRMED,
        )
        plans = KuaishouPlans(
            app_key=self.app_key,
            shop_id=shop_id,
            conversation=Conversation(dialect, habits),
            aftersales_window=options.get("aftersales_window", AFTERSALES_WINDOW),
        )
        return Session(dialect=dialect, habits=habits, plans=plans)

    def webhook(self) -> KuaishouWebhook:
        """The receiver of the application's messages."""
        key = self.options.get("message_key")
        if key is None:
            raise UsageError(
                "this client has no message_key; give it as message_key=… (消息管理 in the console)"
            )
        return KuaishouWebhook(app_key=self.app_key, message_key=key)
