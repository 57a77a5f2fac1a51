"""Reading a request: its public parameters with their signature, and the JSON text in ``param``. kuaishou.md §1, §2"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

from privdomain.sandbox.kuaishou._words import Refusal
from privdomain.sandbox.server import Request

__all__ = ["Fields", "check_signature", "expected_signature", "public_parameters"]

_REQUIRED = ("appkey", "method", "version", "access_token", "timestamp", "signMethod", "sign")
_PARTS = ("access_token", "appkey", "method", "param", "signMethod", "timestamp", "version")


def public_parameters(request: Request) -> Mapping[str, str]:
    """The parameters as they were sent: in the query of a GET, in the form of a POST."""
    if request.method == "GET":
        return request.query
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refusal("param", "Content-Type must be application/x-www-form-urlencoded")
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise Refusal("param", "the form is not UTF-8") from None


def expected_signature(sent: Mapping[str, str], *, sign_secret: str) -> str:
    """What a request ought to be signed with.

    ```python
    from privdomain.sandbox.kuaishou._fields import expected_signature

    sent = {"access_token": "token", "appkey": "ks123", "method": "open.shop.info.get", "signMethod": "MD5"}
    sent |= {"timestamp": "1583271919000", "version": "1"}
    assert expected_signature(sent, sign_secret="sign-secret") == "7a0eb829dc0c014606958b9a893be934"
    ```
    """
    pairs = [f"{name}={sent[name]}" for name in _PARTS if name in sent]
    text = "&".join([*pairs, f"signSecret={sign_secret}"]).encode()
    if sent["signMethod"] == "MD5":
        return hashlib.md5(text, usedforsecurity=False).hexdigest()
    return base64.b64encode(hmac.digest(sign_secret.encode(), text, hashlib.sha256)).decode()


def check_signature(sent: Mapping[str, str], *, app_key: str, sign_secret: str, path: str) -> Fields:
    """The business parameters of a request that is in order; refuses every other."""
    for name in _REQUIRED:
        if not sent.get(name):
            raise Refusal("param", f"{name} is missing")
    if sent["appkey"] != app_key:
        raise Refusal("auth")
    if "/" + sent["method"].replace(".", "/") != path or sent["version"] != "1":
        raise Refusal("param", "method or version does not fit the address")
    if not (sent["timestamp"].isascii() and sent["timestamp"].isdigit() and len(sent["timestamp"]) == 13):
        raise Refusal("param", "timestamp must be in milliseconds")
    if sent["signMethod"] not in {"HMAC_SHA256", "MD5"}:
        raise Refusal("param", "signMethod is unknown")
    right = expected_signature(sent, sign_secret=sign_secret)
    if not hmac.compare_digest(right.encode(), sent["sign"].encode(errors="replace")):
        raise Refusal("sign")
    try:
        document: Any = json.loads(sent.get("param") or "{}")
    except (ValueError, RecursionError):
        raise Refusal("param", "param is not JSON") from None
    if not isinstance(document, dict):
        raise Refusal("param", "param must be a JSON object")
    return Fields(cast("dict[str, Any]", document))


class Fields:
    """The members of one JSON object; an absent member and ``null`` are the same. Unknown members are ignored."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members

    def has(self, name: str) -> bool:
        """Whether a member is there."""
        return self._members.get(name) is not None

    def text(self, name: str, *, default: str | None = None) -> str:
        """A string; without a default it must be there, and may be empty."""
        value = self._members.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise Refusal("param", f"{name} must be a string")
        return value

    def number(self, name: str, *, least: int = 0, most: int = 2**63 - 1, default: int | None = None) -> int:
        """An integer within bounds; the platform takes digits as text as well."""
        value = self._members.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refusal("param", f"{name} must be a number")
        if not least <= value <= most:
            raise Refusal("param", f"{name} must be from {least} to {most}")
        return value

    def id(self, name: str) -> str:
        """A long id, as text."""
        return str(self.number(name, least=1))

    def parts(self, name: str, *, most: int) -> list[Fields]:
        """A list of objects that is not empty."""
        value = self._members.get(name)
        if not isinstance(value, list) or not value:
            raise Refusal("param", f"{name} must be a list")
        rows = cast("list[object]", value)
        if len(rows) > most or not all(isinstance(row, dict) for row in rows):
            raise Refusal("param", f"{name} takes up to {most} objects")
        return [Fields(cast("dict[str, Any]", row)) for row in rows]
