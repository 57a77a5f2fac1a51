"""The one address of a provider's application: tickets, authorizations, and the events of every shop."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from privdomain.calendar import Clock
from privdomain.errors import WebhookRefused
from privdomain.models import Notice, NoticeKind
from privdomain.platforms._payload import Json
from privdomain.platforms._webhooks import Delivery
from privdomain.platforms._wechat_crypto import WeChatCrypto
from privdomain.platforms._wechat_door import SUCCESS, WeChatDoor
from privdomain.platforms._wechat_messages import content_digest
from privdomain.platforms.wechat_shop._events import moment_of, notice_of
from privdomain.platforms.wechat_shop.mapping import PLATFORM

__all__ = ["WeChatProviderWebhook", "authorization_code"]

_TICKET, _AUTHORIZED, _UPDATED, _WITHDRAWN = (
    "component_verify_ticket",
    "authorized",
    "updateauthorized",
    "unauthorized",
)
_MASK = "***"
_APP_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def authorization_code(notice: Notice) -> str:
    """The code that an authorization notice brings; empty for every other notice."""
    if notice.kind is not NoticeKind.AUTHORIZATION or notice.topic not in {_AUTHORIZED, _UPDATED}:
        return ""
    code = notice.raw.get("AuthorizationCode")
    return code if isinstance(code, str) else ""


class WeChatProviderWebhook:
    """The one address of an application: tickets, authorizations, and the events of every shop.

    Configure it as 授权事件接收URL (``https://…/wechat``) and as 消息与事件接收URL (``https://…/wechat/$APPID$``),
    and hand the app id of the path over as ``app_id``. A ticket is kept in the token store before `receive` returns,
    and is not in the notice; a withdrawn authorization is kept there too, so that every process hears of it.
    `WeChatProvider` makes it, as ``provider.webhook``.
    """

    def __init__(
        self,
        *,
        component_app_id: str,
        token: str,
        encoding_aes_key: str,
        keep_ticket: Callable[..., bool],
        grant: Callable[..., bool],
        withdraw: Callable[..., bool],
        shop_id_of: Callable[[str], str],
        tolerance: timedelta,
        clock: Clock,
    ) -> None:
        self._component_app_id, self._shop_id_of = component_app_id, shop_id_of
        self._keep_ticket, self._grant, self._withdraw = keep_ticket, grant, withdraw
        crypto = WeChatCrypto(token=token, encoding_aes_key=encoding_aes_key, receivers=[component_app_id])
        self._door = WeChatDoor(crypto=crypto, tolerance=tolerance, clock=clock)

    def __repr__(self) -> str:
        return f"WeChatProviderWebhook(component_app_id={self._component_app_id!r})"

    def receive(
        self,
        *,
        headers: Mapping[str, str],  # noqa: ARG002  (everything is in the query; the protocol has headers)
        query: Mapping[str, str],
        body: bytes,
        at: datetime | None = None,
        app_id: str = "",
    ) -> Delivery:
        """One call of the platform; ``app_id`` is what stood in the path in place of ``$APPID$``.

        ``Notice.app_id`` is the shop's app id, and the application's for a ticket.

        Raises:
            WebhookRefused: with the reply to give instead; nothing is to be stored.
        """
        if app_id and not _APP_ID.fullmatch(app_id):
            raise WebhookRefused("malformed", "the path has no app id in place of $APPID$", status=400)
        receivers = {self._component_app_id, app_id} - {""}
        received = self._door.receive(query=query, body=body, at=at, receivers=receivers)
        if received.echo is not None:
            return Delivery(reply=received.echo)
        message = received.message
        if "InfoType" in message:
            return Delivery(notices=(self._about_us(message),), reply=SUCCESS)
        if not app_id:
            raise WebhookRefused(
                "malformed",
                "a shop's message came to an address without its app id; end 消息与事件接收URL in /$APPID$ and pass "
                "that part of the path as app_id=",
                status=400,
            )
        notice = notice_of(message, app_id=app_id, shop_id=self._shop_id_of(app_id))
        return Delivery(notices=(notice,), reply=SUCCESS)

    def _about_us(self, message: Json) -> Notice:
        """A ticket or an authorization: kept, and told."""
        topic, moment = message["InfoType"], moment_of(message.get("CreateTime"))
        if (
            not isinstance(topic, str)
            or message.get("AppId", self._component_app_id) != self._component_app_id
        ):
            raise WebhookRefused(
                "wrong_receiver", "the message is about another application than this webhook's"
            )
        seconds = int(moment.timestamp()) if moment else 0
        shop = message.get("AuthorizerAppid")
        app_id = shop if isinstance(shop, str) else ""
        kind = NoticeKind.OTHER
        key = content_digest(message)
        if topic == _TICKET:
            kind, app_id = NoticeKind.TICKET, ""
            ticket = message.get("ComponentVerifyTicket")
            if not isinstance(ticket, str) or not ticket:
                raise WebhookRefused("malformed", "the message brings a ticket and has none", status=400)
            self._keep_ticket(ticket, at=seconds)
            message = {**message, "ComponentVerifyTicket": _MASK}
        elif topic in {_AUTHORIZED, _UPDATED, _WITHDRAWN}:
            kind = NoticeKind.AUTHORIZATION
            if not app_id:
                raise WebhookRefused("malformed", "the message names no AuthorizerAppid", status=400)
            note = self._withdraw if topic == _WITHDRAWN else self._grant
            note(app_id, at=seconds)
        return _notice(
            kind, topic, key=key, at=moment, raw=message, app_id=app_id or self._component_app_id,
            shop_id=self._shop_id_of(app_id) if app_id else "",
        )  # fmt: skip


def _notice(
    kind: NoticeKind, topic: str, *, key: str, at: datetime | None, raw: Json, app_id: str, shop_id: str
) -> Notice:
    if not 0 < len(topic) <= 64 or not topic.isprintable() or (app_id and not _APP_ID.fullmatch(app_id)):
        raise WebhookRefused("malformed", "the message has an InfoType or an app id that is none", status=400)
    return Notice(
        platform=PLATFORM,
        shop_id=shop_id,
        app_id=app_id,
        kind=kind,
        topic=topic,
        ref=app_id,
        key=f"{topic}:{key}",
        at=at,
        raw=raw,
    )
