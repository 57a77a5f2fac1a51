"""What every platform's webhook has in common: what comes out of a delivery, and the checks before anything is read.

The order is always the same: size, signature over the bytes as they came (in constant time), decryption, then
JSON or XML. Until the signature is checked nothing is parsed that needs not be.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, cast

from attrs import field, frozen

from privdomain.errors import WebhookRefused
from privdomain.models import Notice
from privdomain.platforms._payload import decode

__all__ = [
    "BODY_LIMIT",
    "Delivery",
    "Webhook",
    "WebhookReply",
    "check_size",
    "lower_names",
    "read_json",
    "same",
]

BODY_LIMIT = 1024 * 1024
"""Bytes of a delivery; platforms send a few kilobytes."""
_DEPTH_LIMIT = 64


@frozen
class WebhookReply:
    """What to answer, to the byte."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=utf-8"


@frozen(kw_only=True)
class Delivery:
    """What came in with one call of a platform, verified and decrypted; and the reply it expects.

    Store the notices first, then reply. ``notices`` is empty for a handshake, which wants its reply and nothing else.
    """

    notices: tuple[Notice, ...] = ()
    reply: WebhookReply = field(repr=False)


class Webhook(Protocol):
    """One platform's webhook: ``shop.webhook`` and ``app.webhook``."""

    def receive(
        self, *, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, at: datetime | None = None
    ) -> Delivery:
        """Verify, decrypt and parse one call; ``at`` is the present moment, by default the clock's.

        Raises:
            WebhookRefused: for anything that is not a readable delivery of the platform.
        """
        ...


def same(ours: str, theirs: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))


def lower_names(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name, whatever framework they come from."""
    return {str(name).lower(): str(value) for name, value in headers.items()}


def check_size(body: bytes, *, limit: int = BODY_LIMIT) -> None:
    """Refuse a delivery that is too large to be one."""
    if len(body) > limit:
        raise WebhookRefused(
            "too_large", f"the body has {len(body)} bytes; at most {limit} are read", status=413
        )


def read_json(body: bytes) -> Any:
    """JSON of at most 64 levels, ids beyond 2^53 kept; refuses everything else as ``malformed``."""
    problem = ""
    try:
        value = decode(body)
    except (ValueError, RecursionError):
        problem = "the body is not JSON"
        value = None
    if not problem and _depth(value) > _DEPTH_LIMIT:
        problem = f"the body is nested deeper than {_DEPTH_LIMIT} levels"
    if problem:  # outside the handler: its context would quote the body
        raise WebhookRefused("malformed", problem, status=400)
    return value


def _depth(value: object) -> int:
    deepest = 0
    todo: list[tuple[object, int]] = [(value, 1)]
    while todo and deepest <= _DEPTH_LIMIT:
        here, depth = todo.pop()
        deepest = max(deepest, depth)
        inner: Iterable[object] = ()
        if isinstance(here, dict):
            inner = cast("dict[str, object]", here).values()
        elif isinstance(here, list):
            inner = cast("list[object]", here)
        todo.extend((item, depth + 1) for item in inner)
    return deepest
