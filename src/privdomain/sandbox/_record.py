"""What was asked and what came of it, with every secret masked before it is kept."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, cast

from attrs import field, frozen

from privdomain.sandbox.server import UNREADABLE, Request

__all__ = ["RequestLog", "RequestRecord", "masked"]

_MASK = "***"


@frozen(kw_only=True)
class RequestRecord:
    """One request: ``number`` counts per platform from 1.

    ``body`` is the parsed JSON (None without a body, ``UNREADABLE`` when it was no JSON), ``code`` what the platform
    said (``"0"``, ``"42001"``; empty when it said nothing), ``fault`` what went wrong on the way
    (``"reset:after"``; empty for nothing), ``http_status`` 0 when no answer left. Secrets and tokens are ``***``.
    """

    number: int
    platform: str
    method: str
    path: str
    query: Mapping[str, str]
    body: Any = field(repr=False)
    http_status: int
    code: str
    fault: str = ""

    @property
    def outcome(self) -> str:
        """In a word: ``ok``, ``error 42001``, ``fault reset:after``."""
        if self.fault:
            return f"fault {self.fault}"
        return "ok" if self.code == "0" else f"error {self.code}"


class RequestLog:
    """The latest requests of a sandbox, oldest first."""

    def __init__(self, *, keep: int) -> None:
        self._lock = threading.Lock()
        self._records: deque[RequestRecord] = deque(maxlen=keep)

    def add(self, record: RequestRecord) -> None:
        """Keep one more."""
        with self._lock:
            self._records.append(record)

    def all(self) -> tuple[RequestRecord, ...]:
        """A copy that no later request changes."""
        with self._lock:
            return tuple(self._records)


def masked(request: Request, secret_names: frozenset[str]) -> tuple[Mapping[str, str], Any]:
    """Query and body of a request without its secrets."""
    query = {name: _MASK if name in secret_names else value for name, value in request.query.items()}
    return query, _masked(request.document, secret_names)


def _masked(value: Any, secret_names: frozenset[str]) -> Any:
    if value is UNREADABLE:
        return UNREADABLE
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {
            name: _MASK if name in secret_names else _masked(member, secret_names)
            for name, member in members.items()
        }
    if isinstance(value, list):
        return [_masked(item, secret_names) for item in cast("Sequence[Any]", value)]
    return value
