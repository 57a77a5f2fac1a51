"""The signature of 快手小店: sorted ``key=value`` pairs with the secret as their tail. kuaishou.md §2.

The secret is in the text and, for HMAC, the key as well; HMAC is written as Base64, MD5 as hex. What is signed are
the values before they are encoded for the way.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum

__all__ = ["SignMethod", "sign"]

_SIGNED = frozenset({"access_token", "appkey", "method", "param", "signMethod", "timestamp", "version"})


class SignMethod(StrEnum):
    """How requests are signed; the platform recommends HMAC."""

    HMAC_SHA256 = "HMAC_SHA256"
    MD5 = "MD5"


def sign(parameters: Mapping[str, str], *, sign_secret: str) -> str:
    """The signature of a request's public parameters, by the ``signMethod`` that is among them.

    ```python
    from privdomain.platforms.kuaishou._signature import sign

    shared = {"access_token": "token", "appkey": "ks123", "timestamp": "1583271919000", "version": "1"}
    asked = shared | {"method": "open.shop.info.get", "param": "{}", "signMethod": "MD5"}
    assert sign(asked, sign_secret="sign-secret") == "c8098e7e8db895eacd9b8df65800d04c"
    ```
    """
    pairs = sorted((name, value) for name, value in parameters.items() if name in _SIGNED)
    text = "&".join(f"{name}={value}" for name, value in pairs)
    message = f"{text}&signSecret={sign_secret}".encode()
    if parameters["signMethod"] == SignMethod.MD5:
        return hashlib.md5(message, usedforsecurity=False).hexdigest()
    digest = hmac.new(sign_secret.encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
