"""What 抖店 signs: one canonical JSON text, and digests over it. douyin.md A1.1–A1.3, A11.

The text is made once and sent as it is. It is not what Python's ``json`` writes: keys are in order at every depth,
nothing but quotes, backslashes, control characters and the two line separators of Unicode is escaped.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from privdomain.errors import ArgumentError

__all__ = ["HMAC", "NumberText", "api_digest", "canonical", "event_digest", "spi_digest"]

HMAC = "hmac-sha256"
"""The word of ``sign_method``; where it is left out the platform takes MD5."""

_ESCAPED = re.compile('["\\\\\x00-\x1f\u2028\u2029]')
_HTML = re.compile("[&<>]")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LEAST_FLOAT, _MOST_FLOAT = 1e-6, 1e21


class NumberText(str):
    """A number as it was written: what a caller signed may have been ``1.0`` or ``1e5``."""

    __slots__ = ()


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or f"\\u{ord(character):04x}"


def _text(value: str, *, html: bool) -> str:
    if any(0xD800 <= ord(character) <= 0xDFFF for character in value):
        raise ArgumentError("half of an emoji (a lone surrogate) cannot be sent; send whole characters")
    escaped = _ESCAPED.sub(_escape, value)
    return f'"{_HTML.sub(_escape, escaped) if html else escaped}"'


def _number(value: float) -> str:
    if not math.isfinite(value) or (value and not _LEAST_FLOAT <= abs(value) < _MOST_FLOAT):
        raise ArgumentError(
            f"{value!r} is a number that the platform's own libraries write in two ways, so it cannot be signed; "
            "send a whole number or text"
        )
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


def canonical(value: Any, *, html: bool = False) -> str:  # noqa: PLR0911  (one line for each kind of value)
    r"""The one text of a JSON value; ``html`` writes ``& < >`` as ``\u0026`` and so on, as some callers do.

    ```python
    from privdomain.platforms.douyin._signing import canonical

    assert canonical({"b": 1.0, "a": ["中文 & <b>", None]}) == '{"a":["中文 & <b>",null],"b":1}'
    assert canonical({}) == "{}"
    ```

    Raises:
        ArgumentError: for what has no such text: not a number, a tiny number, half of an emoji.
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case NumberText():
            return str(value)
        case str():
            return _text(value, html=html)
        case int():
            return str(value)
        case float():
            return _number(value)
        case Mapping():
            members = cast("Mapping[str, Any]", value)
            parts = (
                f"{_text(key, html=html)}:{canonical(members[key], html=html)}" for key in sorted(members)
            )
            return f"{{{','.join(parts)}}}"
        case Sequence():
            items = cast("Sequence[object]", value)
            return f"[{','.join(canonical(item, html=html) for item in items)}]"
        case _:
            raise ArgumentError(f"a {type(value).__name__} has no JSON form")


def _md5(text: bytes) -> str:
    return hashlib.md5(text, usedforsecurity=False).hexdigest()  # what the platform signs with


def _hmac(text: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def _wrapped(secret: str, fields: Sequence[tuple[str, str]], method: str) -> str:
    core = "".join(name + value for name, value in fields)
    text = f"{secret}{core}{secret}".encode("utf-8", "replace")
    digest: Callable[[bytes], str] = _md5 if method != HMAC else lambda found: _hmac(found, secret)
    return digest(text)


def api_digest(
    *, app_key: str, app_secret: str, method: str, param_json: str, timestamp: str, sign_method: str = HMAC
) -> str:
    """The ``sign`` of a call we make; neither the token nor ``sign_method`` is in it."""
    fields = (
        ("app_key", app_key),
        ("method", method),
        ("param_json", param_json),
        ("timestamp", timestamp),
        ("v", "2"),
    )
    return _wrapped(app_secret, fields, sign_method)


def spi_digest(*, app_key: str, app_secret: str, param_json: str, timestamp: str, sign_method: str) -> str:
    """The ``sign`` of a call the platform makes to us: no method and no version in it."""
    fields = (("app_key", app_key), ("param_json", param_json), ("timestamp", timestamp))
    return _wrapped(app_secret, fields, sign_method)


def event_digest(*, app_key: str, app_secret: str, body: bytes) -> str:
    """The ``event-sign`` of a delivery, over its bytes as they came."""
    return _md5(app_key.encode() + body + app_secret.encode())
