"""How WeChat writes what it sends: JSON and XML, signed and encrypted, by the sandbox's own hand. wechat.md §13."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from privdomain.errors import ArgumentError
from privdomain.sandbox._aes import decrypt_cbc, encrypt_cbc

__all__ = ["aes_key_of", "as_json", "as_xml", "decrypt", "encrypt", "signature"]

_PAD = 32
_HEAD = 20


def aes_key_of(encoding_aes_key: str) -> bytes:
    """32 bytes from 43 characters; the last character's spare bits mean nothing."""
    if len(encoding_aes_key) != 43 or not encoding_aes_key.isalnum():
        raise ArgumentError("an EncodingAESKey has 43 letters and digits")
    return base64.b64decode(encoding_aes_key + "=")


def signature(*words: str) -> str:
    """SHA-1 of the sorted words."""
    joined = "".join(sorted(words)).encode()
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def encrypt(message: bytes, *, key: bytes, receiver: str, head: bytes) -> str:
    """16 bytes, length, message, receiver, padded to blocks of 32, in AES-256-CBC, as base64."""
    text = head + len(message).to_bytes(4, "big") + message + receiver.encode()
    missing = _PAD - len(text) % _PAD
    return base64.b64encode(encrypt_cbc(text + bytes([missing] * missing), key=key, iv=key[:16])).decode()


def decrypt(encrypted: str, *, key: bytes) -> tuple[bytes, str]:
    """Message and receiver; of well-formed cipher text only, for looking at what a program answers."""
    text = decrypt_cbc(base64.b64decode(encrypted), key=key, iv=key[:16])
    text = text[: -text[-1]]
    end = _HEAD + int.from_bytes(text[16:_HEAD], "big")
    return text[_HEAD:end], text[end:].decode()


def as_json(message: Mapping[str, Any]) -> bytes:
    """Compact, in UTF-8 without escapes."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def as_xml(message: Mapping[str, Any]) -> bytes:
    """Under ``<xml>``: texts in CDATA, objects as elements, a list as an element for each item."""
    return f"<xml>{''.join(_element(name, value) for name, value in message.items())}</xml>".encode()


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value).items()
        return f"<{name}>{''.join(_element(key, inner) for key, inner in members)}</{name}>"
    if isinstance(value, str):
        safe = value.replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{safe}]]></{name}>"
    if isinstance(value, Sequence):
        return "".join(_element(name, item) for item in cast("Sequence[object]", value))
    return f"<{name}>{value}</{name}>"
