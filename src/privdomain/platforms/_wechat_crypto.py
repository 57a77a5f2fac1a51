"""How WeChat signs and encrypts what it sends: one scheme for stores, accounts, mini programs, providers and WeCom.

wechat.md §13. The differences are values, so they are parameters: the token, the EncodingAESKey and the set of
receiver ids (own app id; a provider's component app id; CorpID or SuiteId in WeCom). Whatever goes wrong in here,
a caller learns the same: a forger must not find out how far he got. ``cryptography`` is loaded at the first use.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from attrs import field, frozen

from privdomain.errors import ArgumentError, Problem, WebhookRefused
from privdomain.platforms._webhooks import same

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
    from cryptography.hazmat.primitives.ciphers.modes import CBC

__all__ = ["TOLERANCE", "OpenedMessage", "SealedMessage", "WeChatCrypto", "check_fresh", "open_user_data"]

TOLERANCE = timedelta(minutes=5)
"""How old or early a time stamp may be; the platform names none, five minutes are common. wechat.md §13.2"""

_KEY_FORM = re.compile(r"[A-Za-z0-9]{43}")
_PAD_BLOCK = 32  # and not AES's 16: with 16 about half of all messages are lost (wechat.md §20, complaint 11)
_RANDOM_BYTES = 16
_LENGTH_BYTES = 4


@frozen(kw_only=True)
class OpenedMessage:
    """What was inside an encrypted message, and whom it was for."""

    message: bytes = field(repr=False)
    receiver: str
    random: bytes = field(default=b"", repr=False)


@frozen(kw_only=True)
class SealedMessage:
    """An encrypted message with its signature, in the two forms it is sent in."""

    encrypt: str = field(repr=False)
    signature: str = field(repr=False)
    timestamp: str
    nonce: str

    def as_json(self) -> bytes:
        """For an account that talks JSON."""
        fields: dict[str, str | int] = {
            "Encrypt": self.encrypt,
            "MsgSignature": self.signature,
            "TimeStamp": int(self.timestamp),
            "Nonce": self.nonce,
        }
        return json.dumps(fields, separators=(",", ":")).encode()

    def as_xml(self) -> bytes:
        """For an account that talks XML, and for WeCom."""
        return (
            f"<xml><Encrypt><![CDATA[{self.encrypt}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self.signature}]]></MsgSignature>"
            f"<TimeStamp>{self.timestamp}</TimeStamp><Nonce><![CDATA[{self.nonce}]]></Nonce></xml>"
        ).encode()


def _aes_key(encoded: str) -> bytes:
    # 43 characters carry 258 bits: the last two are arbitrary, so a strict decoder would refuse published keys
    return base64.b64decode(f"{encoded}=")


def _not_ours() -> WebhookRefused:
    """The one error of everything cryptographic."""
    return WebhookRefused(
        "signature",
        "the delivery is not signed and encrypted with the token and the EncodingAESKey of this webhook; "
        "compare both with the console's (消息推送配置)",
    )


class WeChatCrypto:
    """Token and key of one address. Without ``encoding_aes_key`` it only checks signatures (明文模式).

    ```python
    from privdomain.platforms._wechat_crypto import WeChatCrypto

    crypto = WeChatCrypto(token="AAAAA", encoding_aes_key="A" * 43, receivers=["wx1"])
    sealed = crypto.seal(b"hello", receiver="wx1", timestamp="1714112445", nonce="7")
    crypto.check(sealed.signature, sealed.timestamp, sealed.nonce, sealed.encrypt)
    assert crypto.open(sealed.encrypt).message == b"hello"
    ```

    Raises:
        ArgumentError: for an empty token, or a key that is not 43 letters and digits.
    """

    def __init__(self, *, token: str, encoding_aes_key: str = "", receivers: Iterable[str] = ()) -> None:
        problems: list[Problem] = []
        if not token or not token.strip():
            problems.append(Problem("token", "is empty", "the token of 消息推送配置 in the console"))
        if encoding_aes_key and not _KEY_FORM.fullmatch(encoding_aes_key):
            # not quoted: it is the secret
            problems.append(Problem("encoding_aes_key", "has not its form", "43 letters and digits"))
        if problems:
            raise ArgumentError("the webhook cannot be checked with these arguments", problems=problems)
        self._token = token
        self._key = _aes_key(encoding_aes_key) if encoding_aes_key else b""
        self._cipher: Cipher[CBC] | None = None
        self.receivers = frozenset(receivers)

    def __repr__(self) -> str:
        return f"WeChatCrypto(receivers={sorted(self.receivers)!r})"

    @property
    def encrypts(self) -> bool:
        """Whether there is a key."""
        return bool(self._key)

    def sign(self, *parts: str) -> str:
        """SHA-1 over the token and the parts, sorted byte by byte."""
        # UTF-8 has the order of the characters it stands for, so text sorts as its bytes do
        words = "".join(sorted((self._token, *parts))).encode("utf-8", "replace")
        # the platform's choice; the flag only keeps interpreters that have SHA-1 switched off from refusing it
        return hashlib.sha1(words, usedforsecurity=False).hexdigest()

    def check(self, signature: str, *parts: str) -> None:
        """Pass if the signature is right; raises `WebhookRefused` otherwise. Takes the same time either way."""
        if not same(self.sign(*parts), signature):
            raise _not_ours()

    def open(self, encrypt: str, *, receivers: Iterable[str] | None = None) -> OpenedMessage:
        """Decrypt what `check` has passed; ``receivers`` are accepted instead of the configured ones.

        Raises:
            WebhookRefused: ``signature`` for whatever is wrong with the cipher text, ``wrong_receiver`` for a
                readable message that is somebody else's.
        """
        opened = self._opened(encrypt)
        if opened is None:  # raised here and not where it happened: no context tells what it was
            raise _not_ours()
        accepted = self.receivers if receivers is None else frozenset(receivers)
        if opened.receiver not in accepted:
            raise WebhookRefused(
                "wrong_receiver",
                "the message is addressed to another app id than the ones this webhook accepts "
                f"({', '.join(sorted(accepted)) or 'none'})",
            )
        return opened

    def _opened(self, encrypt: str) -> OpenedMessage | None:
        try:
            cipher = binascii.a2b_base64(encrypt.strip(), strict_mode=True)
        except (binascii.Error, ValueError):
            return None
        if not cipher or len(cipher) % 16 or not self._key:
            return None
        if self._cipher is None:  # one for all messages: it holds the key and no state
            self._cipher = _aes_cbc(self._key, self._key[:16])
        return _parted(_turned(self._cipher.decryptor(), cipher))

    def seal(
        self, message: bytes, *, receiver: str, timestamp: str, nonce: str, random: bytes | None = None
    ) -> SealedMessage:
        """Encrypt and sign a message; ``random`` is for published vectors alone."""
        if not self._key:
            raise ArgumentError("a message can only be encrypted with an encoding_aes_key")
        start = secrets.token_bytes(_RANDOM_BYTES) if random is None else random
        if len(start) != _RANDOM_BYTES:
            raise ArgumentError(f"random has {len(start)} bytes; the scheme begins with 16")
        plain = start + len(message).to_bytes(_LENGTH_BYTES, "big") + message + receiver.encode()
        pad = _PAD_BLOCK - len(plain) % _PAD_BLOCK
        cipher = _turned(_aes_cbc(self._key, self._key[:16]).encryptor(), plain + bytes([pad]) * pad)
        encoded = base64.b64encode(cipher).decode()
        return SealedMessage(
            encrypt=encoded,
            signature=self.sign(timestamp, nonce, encoded),
            timestamp=timestamp,
            nonce=nonce,
        )

    def open_echo(self, encrypt: str, *, signature: str, timestamp: str, nonce: str) -> bytes:
        """WeCom's URL verification, where ``echostr`` itself is encrypted; what to answer, to the byte."""
        self.check(signature, timestamp, nonce, encrypt)
        return self.open(encrypt).message


def _parted(plain: bytes) -> OpenedMessage | None:
    """The parts of a decrypted text, every bound checked before anything is cut; None for what cannot be one."""
    pad = plain[-1]
    if not 1 <= pad <= _PAD_BLOCK or pad > len(plain) or plain[-pad:] != bytes([pad]) * pad:
        return None
    start, end = _RANDOM_BYTES + _LENGTH_BYTES, len(plain) - pad
    if end < start:
        return None
    middle = start + int.from_bytes(plain[_RANDOM_BYTES:start], "big")
    if middle > end:
        return None
    try:
        receiver = plain[middle:end].decode()
    except UnicodeDecodeError:
        return None
    return OpenedMessage(message=plain[start:middle], receiver=receiver, random=plain[:_RANDOM_BYTES])


def _aes_cbc(key: bytes, iv: bytes) -> Cipher[CBC]:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  (slow to load)

    return Cipher(algorithms.AES(key), modes.CBC(iv))


def _turned(turn: CipherContext, text: bytes) -> bytes:
    return turn.update(text) + turn.finalize()


def check_fresh(timestamp: str, *, at: datetime, tolerance: timedelta = TOLERANCE) -> None:
    """Refuse a delivery whose time stamp (unix seconds) is further from ``at`` than ``tolerance``."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 10):
        raise WebhookRefused("malformed", "timestamp is not a number of seconds since 1970", status=400)
    if abs(at.timestamp() - int(timestamp)) > tolerance.total_seconds():
        raise WebhookRefused(
            "replayed",
            f"the delivery's time stamp is more than {tolerance.total_seconds():.0f} s away from our clock: "
            "it is a repetition of an old one, or one of the clocks is wrong",
        )


def open_user_data(data: str, *, session_key: str, iv: str, app_id: str) -> dict[str, Any]:
    """What a mini program hands over encrypted with a session_key (wx.getUserInfo, wx.getPhoneNumber).

    AES-128-CBC with ordinary padding; the watermark must name our own app id.

    Raises:
        WebhookRefused: for whatever is wrong, always the same; a session_key that has been renewed is the usual cause.
    """
    opened = _user_data(data, session_key=session_key, iv=iv)
    mark: Any = opened.get("watermark") if opened is not None else None
    owner = cast("dict[str, Any]", mark).get("appid") if isinstance(mark, dict) else None
    if opened is None or not isinstance(owner, str) or not same(app_id, owner):
        raise WebhookRefused(
            "signature",
            "the user data is not encrypted for this app with this session_key; log the user in again "
            "(wx.login) and take the key of that session",
        )
    return opened


def _user_data(data: str, *, session_key: str, iv: str) -> dict[str, Any] | None:
    try:
        key, start, cipher = (base64.b64decode(text, validate=True) for text in (session_key, iv, data))
    except (binascii.Error, ValueError):
        return None
    if len(key) != 16 or len(start) != 16 or not cipher or len(cipher) % 16:
        return None
    plain = _turned(_aes_cbc(key, start).decryptor(), cipher)
    pad = plain[-1]
    if not 1 <= pad <= 16 or plain[-pad:] != bytes([pad]) * pad:
        return None
    try:
        value: Any = json.loads(plain[:-pad].decode())
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
