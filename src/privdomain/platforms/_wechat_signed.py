"""Signed and encrypted calls of WeChat's server API (服务端 API 签名加密), as a part of its own. wechat.md §16.

An account switches it on by itself; from then on the listed paths are refused without it. The suite is
AES-256-GCM with RSA-PSS over SHA-256; the other one (SM4, SM2) is not offered here.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from attrs import field, frozen

from privdomain.errors import ArgumentError, ProtocolViolation
from privdomain.platforms._payload import Json, decode
from privdomain.platforms._webhooks import lower_names, same

__all__ = ["SignedApi", "SignedRequest"]

_PLATFORM = "wechat"
_WINDOW = timedelta(seconds=300)
_SALT = 32
_TAG = 16


@frozen(kw_only=True)
class SignedRequest:
    """What to send: the body to the byte, and the headers beside it."""

    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)


def _bad_answer(what: str) -> ProtocolViolation:
    return ProtocolViolation(
        f"{_PLATFORM}: the answer of a signed call {what}; check the platform certificate and the symmetric key",
        platform=_PLATFORM,
    )


class SignedApi:
    """Encrypts and signs requests, verifies and decrypts answers.

    ``symmetric_key`` (base64) and ``sn``, its number, and ``private_key`` (PEM) are the account's;
    ``platform_keys`` are the platform's public keys by certificate number (PEM of the certificate or of the key).
    ``random_bytes`` and ``iv`` are replaced in tests.

    ```python
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import rsa
    from privdomain.platforms._wechat_signed import SignedApi

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()).decode()
    api = SignedApi(app_id="wx1", sn="1", symmetric_key="A" * 43 + "=", private_key=pem, platform_keys={})
    sealed = api.seal("https://api.weixin.qq.com/wxa/x", {"a": 1}, timestamp=1635927954)
    assert dict(sealed.headers)["Wechatmp-Appid"] == "wx1"
    ```

    Raises:
        ArgumentError: for keys that cannot be read.
    """

    def __init__(
        self,
        *,
        app_id: str,
        sn: str,
        symmetric_key: str,
        private_key: str,
        platform_keys: Mapping[str, str],
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._app_id, self._sn, self._random = app_id, sn, random_bytes
        try:
            self._key = base64.b64decode(symmetric_key, validate=True)
        except (binascii.Error, ValueError):
            self._key = b""
        if len(self._key) != 32:
            raise ArgumentError("symmetric_key is not the base64 of 32 bytes; take AES256_GCM in the console")
        self._private = _private_key(private_key)
        self._platform = {serial: _public_key(pem) for serial, pem in platform_keys.items()}

    def __repr__(self) -> str:
        return (
            f"SignedApi(app_id={self._app_id!r}, sn={self._sn!r}, platform_keys={sorted(self._platform)!r})"
        )

    def seal(self, url: str, fields: Mapping[str, Any], *, timestamp: int) -> SignedRequest:
        """The request for ``url`` (whole, without its query) and the fields of query and body together.

        ``access_token`` stays in the query string and is no field.
        """
        inside = {
            "_n": base64.b64encode(self._random(16)).decode().rstrip("="),
            "_appid": self._app_id,
            "_timestamp": timestamp,
            **fields,
        }
        plain = json.dumps(inside, ensure_ascii=False, separators=(",", ":")).encode()
        body = self.encrypt(url, plain, timestamp=timestamp, iv=self._random(12))
        return SignedRequest(
            body=body,
            headers=(
                ("Wechatmp-Appid", self._app_id),
                ("Wechatmp-TimeStamp", str(timestamp)),
                ("Wechatmp-Signature", self.sign(url, body, timestamp=timestamp)),
                ("content-type", "application/json; charset=utf-8"),
            ),
        )

    def encrypt(self, url: str, plain: bytes, *, timestamp: int, iv: bytes) -> bytes:
        """The body of a request: compact JSON of iv, data, authtag."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  (slow to load)

        sealed = AESGCM(self._key).encrypt(iv, plain, self._associated(url, timestamp))
        parts = {"iv": iv, "data": sealed[:-_TAG], "authtag": sealed[-_TAG:]}
        encoded = {name: base64.b64encode(part).decode() for name, part in parts.items()}
        return json.dumps(encoded, separators=(",", ":")).encode()

    def sign(self, url: str, body: bytes, *, timestamp: int) -> str:
        """RSA-PSS over address, app id, time and body."""
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  (slow to load)

        signature = self._private.sign(self._signed(url, body, timestamp), _pss(), hashes.SHA256())
        return base64.b64encode(signature).decode()

    def open(self, url: str, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Json:
        """The answer, verified and decrypted.

        Raises:
            ProtocolViolation: for an answer that is not the platform's, old, or for another app.
        """
        named = lower_names(headers)
        stamp = named.get("wechatmp-timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 10):
            raise _bad_answer("has no time stamp")
        if not self._verified(url, body, int(stamp), named):
            raise _bad_answer("is not signed by a platform certificate we have")
        plain = self._decrypted(url, body, int(stamp))
        if plain is None:
            raise _bad_answer("cannot be decrypted")
        owner, when = plain.get("_appid"), plain.get("_timestamp")
        if not isinstance(owner, str) or not same(self._app_id, owner):
            raise _bad_answer("is for another app id")
        if not isinstance(when, int) or abs(at.timestamp() - when) > _WINDOW.total_seconds():
            raise _bad_answer("is more than 300 s away from our clock")
        return plain

    def _associated(self, url: str, timestamp: int) -> bytes:
        return f"{url}|{self._app_id}|{timestamp}|{self._sn}".encode()

    def _signed(self, url: str, body: bytes, timestamp: int) -> bytes:
        return f"{url}\n{self._app_id}\n{timestamp}\n".encode() + body

    def _verified(self, url: str, body: bytes, timestamp: int, headers: Mapping[str, str]) -> bool:
        """By the certificate that is named, or by the one it replaces while certificates change."""
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  (slow to load)
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

        for suffix in ("", "-deprecated"):
            key = self._platform.get(headers.get(f"wechatmp-serial{suffix}", ""))
            if key is None:
                continue
            try:
                signature = base64.b64decode(headers.get(f"wechatmp-signature{suffix}", ""), validate=True)
                key.verify(signature, self._signed(url, body, timestamp), _pss(), hashes.SHA256())
            except (binascii.Error, ValueError, InvalidSignature):
                continue
            return True
        return False

    def _decrypted(self, url: str, body: bytes, timestamp: int) -> Json | None:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  (slow to load)
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        try:
            outer: Any = decode(body)
            iv, data, tag = (
                base64.b64decode(outer[name], validate=True) for name in ("iv", "data", "authtag")
            )
            plain: Any = decode(AESGCM(self._key).decrypt(iv, data + tag, self._associated(url, timestamp)))
        except (InvalidTag, KeyError, TypeError, ValueError):
            return None
        return cast("Json", plain) if isinstance(plain, dict) else None


def _pss() -> Any:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  (slow to load)
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    return padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=_SALT)


def _private_key(pem: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  (slow to load)
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    key: object = None
    with contextlib.suppress(ValueError, TypeError):
        key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ArgumentError("private_key is no RSA key in PEM without a password")
    return key


def _public_key(pem: str) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415  (slow to load)
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    key: object = None
    with contextlib.suppress(ValueError):
        certificate = "BEGIN CERTIFICATE" in pem
        raw = pem.encode()
        key = load_pem_x509_certificate(raw).public_key() if certificate else load_pem_public_key(raw)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ArgumentError("platform_keys holds something that is no RSA key or certificate in PEM")
    return key
