"""The signatures of 抖店, written from douyin.md A1.2, A1.3 and A11 alone."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

__all__ = ["call_sign", "event_sign", "spi_sign"]


def _digest(text: str, secret: str, sign_method: str) -> str:
    if sign_method == "hmac-sha256":
        return hmac.digest(secret.encode(), text.encode("utf-8", "replace"), "sha256").hex()
    return hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def call_sign(query: Mapping[str, str], param_json: str, *, secret: str) -> str:
    """What ``sign`` of a call has to be; without ``sign_method`` that is MD5."""
    fields = {name: query.get(name, "") for name in ("app_key", "method", "timestamp", "v")}
    fields["param_json"] = param_json
    core = "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return _digest(f"{secret}{core}{secret}", secret, query.get("sign_method", "md5"))


def spi_sign(*, app_key: str, param_json: str, timestamp: str, secret: str, sign_method: str) -> str:
    """``sign`` of a call that the platform makes."""
    core = f"app_key{app_key}param_json{param_json}timestamp{timestamp}"
    return _digest(f"{secret}{core}{secret}", secret, sign_method)


def event_sign(body: bytes, *, app_key: str, secret: str) -> str:
    """``event-sign`` of a delivery."""
    return hashlib.md5(app_key.encode() + body + secret.encode(), usedforsecurity=False).hexdigest()
