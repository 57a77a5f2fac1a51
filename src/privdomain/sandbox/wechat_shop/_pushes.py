"""What a WeChat Store tells by itself: events as signed (and encrypted) calls. wechat.md §13–§14."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

from privdomain.errors import ArgumentError
from privdomain.sandbox.pushes import OutgoingCall
from privdomain.sandbox.wechat_shop._push_form import aes_key_of, as_json, as_xml, encrypt, signature

__all__ = ["DEFAULT_AES_KEY", "DEFAULT_PUSH_TOKEN", "PushDesk", "PushForm", "PushMode"]

PushMode: TypeAlias = Literal["plain", "compatible", "secure"]
"""明文模式, 兼容模式, 安全模式."""
PushForm: TypeAlias = Literal["json", "xml"]
"""What an account has chosen as its data format."""

DEFAULT_PUSH_TOKEN = "sandboxToken"  # noqa: S105 — signs nothing but a sandbox's pushes
# its spare bits are set, as in published keys: a strict base64 decoder refuses it
DEFAULT_AES_KEY = "5a9d0b0cSandbox5a9d0b0cSandbox5a9d0b0cSandB"

_AS_NUMBER = frozenset(
    {"channels_ec_order_new", "channels_ec_order_deliver", "channels_ec_order_ext_info_update"}
)
"""Events whose published sample has order_id as a JSON number, beyond 2^53."""
_AS_TEXT = frozenset({"pay_time", "settle_time", "cancel_type", "confirm_type", "receive_time"})
"""Numbers that published samples write as text."""


class PushDesk:
    """Writes an account's pushes. ``now`` is the platform's clock; ``seed`` makes nonces repeatable.

    ```python
    from datetime import UTC, datetime
    from privdomain.sandbox.wechat_shop import PushDesk

    desk = PushDesk(app_id="wx1", now=lambda: datetime(2026, 11, 11, tzinfo=UTC), mode="plain")
    call = desk.order("channels_ec_order_pay", "3705115058471208928", pay_time=1794326400)
    assert b'"order_id":"3705115058471208928"' in call.body
    ```
    """

    def __init__(
        self,
        *,
        app_id: str,
        now: Callable[[], datetime],
        token: str = DEFAULT_PUSH_TOKEN,
        encoding_aes_key: str = DEFAULT_AES_KEY,
        mode: PushMode = "secure",
        form: PushForm = "json",
        receiver: str = "",
        original_id: str = "gh_5a9d0b0c0ffe",
        seed: int = 0,
    ) -> None:
        self.app_id, self.token, self.encoding_aes_key = app_id, token, encoding_aes_key
        self.mode, self.form = mode, form
        self.on_push: Callable[[OutgoingCall], None] | None = None
        self._now, self._key = now, aes_key_of(encoding_aes_key)
        self._receiver, self._original_id = receiver or app_id, original_id
        self._random = random.Random(seed)  # noqa: S311 — repeatable on purpose
        self._lock = threading.Lock()

    def url_check(self, echostr: str = "") -> OutgoingCall:
        """The GET by which the platform checks an address (URL 验证); the answer has to be ``echostr``."""
        stamp, nonce = self._stamp(), self._nonce()
        query = (
            ("signature", signature(self.token, stamp, nonce)),
            ("echostr", echostr or self._nonce() + self._nonce()),
            ("timestamp", stamp),
            ("nonce", nonce),
        )
        return OutgoingCall(topic="url_check", method="GET", query=query)

    def event(
        self, name: str, payload: Mapping[str, Any] | None = None, *, openid: str = "oSandboxBuyer"
    ) -> OutgoingCall:
        """An event with its payload (``{"order_info": {…}}``), and hand it to ``on_push`` if somebody listens."""
        message = {
            "ToUserName": self._original_id,
            "FromUserName": openid,
            "CreateTime": int(self._now().timestamp()),
            "MsgType": "event",
            "Event": name,
            **(payload or {}),
        }
        call = self.call(name, message)
        if self.on_push is not None:
            self.on_push(call)
        return call

    def order(self, name: str, order_id: str, **more: Any) -> OutgoingCall:
        """An event about an order, typed as unsteadily as the published samples are."""
        if not (order_id.isascii() and order_id.isdigit()):
            raise ArgumentError(f"order_id is {order_id!r}; the platform's are digits")
        info: dict[str, Any] = {"order_id": int(order_id) if name in _AS_NUMBER else order_id}
        info |= {key: str(value) if key in _AS_TEXT else value for key, value in more.items()}
        return self.event(name, {"order_info": info})

    def aftersale(self, aftersale_id: str, *, order_id: str, status: str) -> OutgoingCall:
        """An event about an after-sale case."""
        told = {"status": status, "after_sale_order_id": aftersale_id, "order_id": order_id}
        return self.event("channels_ec_aftersale_update", {"finder_shop_aftersale_status_update": told})

    def call(
        self, topic: str, message: Mapping[str, Any], *, outer: str = "ToUserName", path: str = ""
    ) -> OutgoingCall:
        """Any message as a call of this account; ``outer`` names whom the envelope is for."""
        write = as_json if self.form == "json" else as_xml
        stamp, nonce = self._stamp(), self._nonce()
        query = [
            ("signature", signature(self.token, stamp, nonce)),
            ("timestamp", stamp),
            ("nonce", nonce),
        ]
        if isinstance(message.get("FromUserName"), str):
            query.append(("openid", message["FromUserName"]))
        body = write(message)
        if self.mode != "plain":
            encrypted = encrypt(body, key=self._key, receiver=self._receiver, head=self._head())
            query += [
                ("encrypt_type", "aes"),
                ("msg_signature", signature(self.token, stamp, nonce, encrypted)),
            ]
            envelope: Mapping[str, Any] = {outer: cast("str", message.get(outer, ""))}
            readable = message if self.mode == "compatible" else envelope
            body = write({**readable, "Encrypt": encrypted})
        kind = "application/json" if self.form == "json" else "text/xml"
        return OutgoingCall(
            topic=topic, path=path, query=tuple(query), headers=(("content-type", kind),), body=body
        )

    def _stamp(self) -> str:
        return str(int(self._now().timestamp()))

    def _nonce(self) -> str:
        with self._lock:
            return str(self._random.randrange(10**8, 10**10))

    def _head(self) -> bytes:
        with self._lock:
            return self._random.randbytes(8).hex().encode()
