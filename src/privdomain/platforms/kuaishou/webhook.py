"""消息推送 of 快手小店: one encrypted message a call. kuaishou.md §11

There is no signature: who can write a message that the application's key decrypts is the platform. Whatever does
not decrypt is refused in one way, so that a forger learns nothing from the difference. Messages come at least once
but may be lost: they are hints, and polling goes on beside them. They also come twice, under one ``eventId`` or under
two; a notice's key is therefore made of what it says and when, which is the same for both.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from attrs import field, frozen
from pydantic import ValidationError

from privdomain.errors import ArgumentError, PayloadError, WebhookRefused
from privdomain.models import Notice, NoticeKind
from privdomain.platforms._payload import OptionalId, read
from privdomain.platforms._webhooks import Delivery, WebhookReply, check_size, read_json, same
from privdomain.platforms.kuaishou._fields import KuaishouPayload, MilliTime, moment
from privdomain.platforms.kuaishou.mapping import PLATFORM

__all__ = ["KuaishouWebhook"]

_REPLY = WebhookReply(b'{"result":1}')
_BLOCK = 16
_KINDS = {
    "kwaishop_order_": NoticeKind.ORDER,
    "kwaishop_refund_": NoticeKind.AFTERSALE,
    "kwaishop_aftersales_": NoticeKind.AFTERSALE,
    "kwaishop_item_": NoticeKind.PRODUCT,
    "kwaishop_member_": NoticeKind.MEMBER,
}
"""Beginnings of event names; only ``kwaishop_order_addOrder`` is documented, the rest fall back to a poll anyway."""


class _Message(KuaishouPayload):
    event_id: OptionalId = ""
    biz_id: OptionalId = ""
    user_id: OptionalId = ""
    app_key: str = ""
    event: str = ""
    info: str = ""
    create_time: MilliTime = 0
    test: bool = False


@frozen
class KuaishouWebhook:
    """Receives the messages of one application, whatever shop they are about.

    ``message_key`` is the application's key (消息密钥) as the console shows it: 16 bytes as Base64.

    ```python
    from privdomain.platforms.kuaishou import KuaishouWebhook

    webhook = KuaishouWebhook(app_key="ks123", message_key="AAECAwQFBgcICQoLDA0ODw==")
    delivery = webhook.receive(headers={}, query={}, body=b"vftmsTE4kncTlrYRCUwCMg==")
    assert delivery.notices == () and delivery.reply.body == b'{"result":1}'  # the platform's heartbeat
    ```

    Raises:
        ArgumentError: for a key that is not one.
    """

    app_key: str
    message_key: str = field(repr=False)
    _key: bytes = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        key = _from_base64(self.message_key.encode()) if isinstance(self.message_key, str) else b""
        if not self.app_key or key is None or len(key) != _BLOCK:
            raise ArgumentError(
                "a webhook of 快手 needs app_key and message_key: 16 bytes as Base64, in the console under 消息管理"
            )
        object.__setattr__(self, "_key", key)

    def receive(
        self,
        *,
        headers: Mapping[str, str],  # noqa: ARG002  (nothing of a message is in them)
        query: Mapping[str, str],  # noqa: ARG002
        body: bytes,
        at: datetime | None = None,  # noqa: ARG002  (messages come again for two hours: no time is too old)
    ) -> Delivery:
        """Decrypt and parse one message; reply within three seconds, and do the rest afterwards.

        Raises:
            WebhookRefused: ``signature`` for whatever does not decrypt, ``wrong_receiver`` for another application's
                message, ``malformed`` for one without an event.
        """
        check_size(body)
        document = self._opened(body)
        if document.get("test") is True and document.keys() == {"test"}:
            return Delivery(reply=_REPLY)
        try:
            message = read(_Message, document, kind="message")
        except PayloadError as error:
            problems = error.problems
        else:
            return Delivery(notices=(self._notice(message, document),), reply=_REPLY)
        raise WebhookRefused(
            "malformed", "the message has not the documented form", status=400, problems=problems
        )

    def _notice(self, message: _Message, document: Mapping[str, Any]) -> Notice:
        if not same(self.app_key, message.app_key):
            raise WebhookRefused("wrong_receiver", "the message is for another application")
        content = f"{message.event}\n{message.biz_id}\n{message.user_id}\n{message.info}"
        stamped = f"{content}\n{message.create_time or message.event_id}"
        kind = next(
            (kind for start, kind in _KINDS.items() if message.event.startswith(start)), NoticeKind.OTHER
        )
        try:
            return Notice(
                platform=PLATFORM,
                shop_id=message.user_id,
                app_id=message.app_key,
                kind=NoticeKind.PROBE if message.test else kind,
                topic=message.event,
                ref=message.biz_id,
                key=hashlib.sha256(stamped.encode("utf-8", "surrogatepass")).hexdigest(),
                at=moment(message.create_time) if message.create_time else None,
                raw=document,
            )
        except ValidationError:
            pass
        raise WebhookRefused("malformed", "the message names no event", status=400)

    def _opened(self, body: bytes) -> Mapping[str, Any]:
        document: Any = None
        cipher = _from_base64(body.strip())
        if cipher and len(cipher) % _BLOCK == 0:
            plain = _unpadded(_decrypted(cipher, key=self._key))
            try:
                plain.decode()
                document = read_json(plain)
            except (UnicodeDecodeError, WebhookRefused):
                document = None
        if not isinstance(document, dict):  # outside the handler: a context would say how far it came
            raise WebhookRefused(
                "signature", "the body cannot be decrypted with the application's message key"
            )
        return cast("Mapping[str, Any]", document)


def _from_base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _decrypted(cipher: bytes, *, key: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  (costs 30 ms)

    # the platform's protocol: CBC with an IV of zeros and no authentication
    decryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(_BLOCK))).decryptor()
    return decryptor.update(cipher) + decryptor.finalize()


def _unpadded(plain: bytes) -> bytes:
    """PKCS#7 taken off; nothing for a padding that is none."""
    length = plain[-1]
    good = 0 < length <= _BLOCK and plain.endswith(bytes([length]) * length)
    return plain[:-length] if good else b""
