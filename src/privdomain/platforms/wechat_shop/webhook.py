"""What 微信小店 tells by itself (消息推送), verified, decrypted and read; without a framework."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import field, frozen

from privdomain.calendar import Clock, SystemClock
from privdomain.platforms._webhooks import Delivery
from privdomain.platforms._wechat_crypto import TOLERANCE, WeChatCrypto
from privdomain.platforms._wechat_door import SUCCESS, MessageMode, WeChatDoor
from privdomain.platforms.wechat_shop._events import notice_of

__all__ = ["MessageMode", "WeChatShopWebhook", "WebhookCredentials"]


@frozen(kw_only=True)
class WebhookCredentials:
    """What the console says of a shop's 消息推送, for ``WeChatShop(…, webhook=WebhookCredentials(…))``.

    ```python
    from privdomain.platforms.wechat_shop import WebhookCredentials

    assert "AAAAA" not in repr(WebhookCredentials(token="AAAAA", encoding_aes_key="A" * 43))
    ```
    """

    token: str = field(repr=False)
    encoding_aes_key: str = field(default="", repr=False)
    mode: MessageMode = "secure"
    tolerance: timedelta = TOLERANCE

    def webhook(self, *, app_id: str, shop_id: str, clock: Clock) -> WeChatShopWebhook:
        """The webhook of a shop."""
        return WeChatShopWebhook(
            token=self.token,
            encoding_aes_key=self.encoding_aes_key,
            mode=self.mode,
            tolerance=self.tolerance,
            app_id=app_id,
            shop_id=shop_id,
            clock=clock,
        )


class WeChatShopWebhook:
    """The address of one shop's 消息推送: give it what came in, store the notices, send the reply.

    ``token``, ``encoding_aes_key`` and ``mode`` are the console's (开发配置, 消息推送). Take ``secure``: in ``plain``
    mode nothing proves what stands in the body. A delivery whose time stamp is further away than ``tolerance`` is
    refused as a repetition. An event carries ids and no object: read the object again.

    ```python
    from datetime import UTC, datetime
    from privdomain.platforms.wechat_shop import WeChatShopWebhook

    webhook = WeChatShopWebhook(token="AAAAA", app_id="wx1", mode="plain")
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "4375120948345356249",
             "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696"}
    handshake = webhook.receive(headers={}, query=query, body=b"", at=datetime.fromtimestamp(1714036510, UTC))
    assert handshake.reply.body == b"4375120948345356249"
    ```

    Raises:
        ArgumentError: for credentials that cannot be right, or a key without a mode that has one.
    """

    def __init__(
        self,
        *,
        token: str,
        app_id: str,
        encoding_aes_key: str = "",
        mode: MessageMode = "secure",
        shop_id: str | None = None,
        tolerance: timedelta = TOLERANCE,
        clock: Clock | None = None,
    ) -> None:
        self.app_id = app_id
        self.shop_id = shop_id or app_id
        self._door = WeChatDoor(
            crypto=WeChatCrypto(token=token, encoding_aes_key=encoding_aes_key, receivers=[app_id]),
            mode=mode,
            tolerance=tolerance,
            clock=clock or SystemClock(),
        )

    def __repr__(self) -> str:
        return (
            f"WeChatShopWebhook(app_id={self.app_id!r}, shop_id={self.shop_id!r}, mode={self._door.mode!r})"
        )

    def receive(
        self,
        *,
        headers: Mapping[str, str],  # noqa: ARG002  (everything is in the query; the protocol has headers)
        query: Mapping[str, str],
        body: bytes,
        at: datetime | None = None,
    ) -> Delivery:
        """One call of the platform: a handshake (no body, no notice) or an event (one notice).

        Raises:
            WebhookRefused: with the reply to give instead; nothing is to be stored.
        """
        received = self._door.receive(query=query, body=body, at=at)
        if received.echo is not None:
            return Delivery(reply=received.echo)
        notice = notice_of(received.message, app_id=self.app_id, shop_id=self.shop_id)
        return Delivery(notices=(notice,), reply=SUCCESS)
