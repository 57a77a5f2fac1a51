"""The door every WeChat webhook shares: from the bytes of a call to a message that is certainly the platform's.

wechat.md §13.1–13.4. In the order of `_webhooks`: size, time, signature, decryption, and only then the message is
read. In compatible mode (兼容模式) the readable copy that travels beside the encrypted one is not looked at: nothing
signs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from privdomain.calendar import Clock, SystemClock
from privdomain.errors import ArgumentError, WebhookRefused
from privdomain.platforms._payload import Json
from privdomain.platforms._webhooks import BODY_LIMIT, WebhookReply, check_size
from privdomain.platforms._wechat_crypto import TOLERANCE, WeChatCrypto, check_fresh
from privdomain.platforms._wechat_messages import LISTS, encrypted_part, read_message

__all__ = ["SUCCESS", "MessageMode", "Received", "WeChatDoor"]

MessageMode: TypeAlias = Literal["plain", "compatible", "secure"]
"""消息加密方式 of the console: 明文模式, 兼容模式, 安全模式."""

_TEXT = "text/plain; charset=utf-8"
SUCCESS = WebhookReply(b"success", content_type=_TEXT)
"""What ends the platform's repetitions; a store accepts nothing else but an empty body."""

_ECHO = re.compile(r"[!-~]{1,512}")


@frozen(kw_only=True)
class Received:
    """One call: ``echo`` is the reply to a handshake, ``message`` what was told, ``receiver`` whom it names."""

    echo: WebhookReply | None = None
    message: Json = field(factory=dict[str, Any], repr=False)
    receiver: str = ""


@frozen(kw_only=True)
class WeChatDoor:
    """Token, key and mode of one address, and how far clocks may differ."""

    crypto: WeChatCrypto = field(repr=False)
    mode: MessageMode = "secure"
    tolerance: timedelta = TOLERANCE
    clock: Clock = field(factory=SystemClock, repr=False)
    lists: frozenset[str] = field(default=LISTS, repr=False)

    def __attrs_post_init__(self) -> None:
        if self.mode not in {"plain", "compatible", "secure"}:
            raise ArgumentError(f"mode is {self.mode!r}; the console knows plain, compatible and secure")
        if self.crypto.encrypts == (self.mode == "plain"):
            raise ArgumentError(
                f"mode={self.mode!r} and encoding_aes_key do not go together: the key belongs to compatible and "
                "secure, and plain has none"
            )
        if self.tolerance <= timedelta(0):
            raise ArgumentError("tolerance is how far the clocks may differ; it is longer than zero")

    def receive(
        self,
        *,
        query: Mapping[str, str],
        body: bytes,
        at: datetime | None = None,
        receivers: Iterable[str] | None = None,
    ) -> Received:
        """One call, checked.

        Raises:
            WebhookRefused: for anything that is not the platform's, old, or not to be read.
        """
        check_size(body)
        now = self.clock.now() if at is None else at
        if now.tzinfo is None:
            raise ArgumentError("at= has no time zone; take datetime.now(UTC)")
        stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not body:
            return Received(echo=self._echo(query, stamp, nonce, now))
        if self.mode == "plain":
            # this signature covers time and nonce only: plain mode proves that somebody knows the token, and
            # nothing about the body
            self.crypto.check(query.get("signature", ""), stamp, nonce)
            check_fresh(stamp, at=now, tolerance=self.tolerance)
            return Received(message=read_message(body, lists=self.lists))
        encrypt = self._encrypt(body)
        self.crypto.check(query.get("msg_signature", ""), stamp, nonce, encrypt)
        check_fresh(stamp, at=now, tolerance=self.tolerance)
        opened = self.crypto.open(encrypt, receivers=receivers)
        return Received(message=read_message(opened.message, lists=self.lists), receiver=opened.receiver)

    def _echo(self, query: Mapping[str, str], stamp: str, nonce: str, now: datetime) -> WebhookReply:
        echo = query.get("echostr", "")
        if not echo:
            raise WebhookRefused(
                "malformed", "there is neither a body nor an echostr in the query", status=400
            )
        self.crypto.check(query.get("signature", ""), stamp, nonce)
        check_fresh(stamp, at=now, tolerance=self.tolerance)
        if not _ECHO.fullmatch(echo):  # it is not signed, and will be sent back
            raise WebhookRefused("malformed", "echostr is no plain word", status=400)
        return WebhookReply(echo.encode(), content_type=_TEXT)

    def _encrypt(self, body: bytes) -> str:
        """What is encrypted; read before the signature is checked, because the signature is over it."""
        encrypt = encrypted_part(body)
        if not encrypt or len(encrypt) > BODY_LIMIT:
            raise WebhookRefused(
                "malformed",
                f"the body has no Encrypt, and this webhook is in mode {self.mode!r}; "
                "compare it with 消息加密方式 in the console",
                status=400,
            )
        return encrypt
