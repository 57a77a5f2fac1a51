"""What goes over the wire, as plain values: no HTTP library's types, and nothing secret on show.

The rule of the file: a query string carries access tokens and a body carries secrets, so the ``repr`` of a
request names its parts and never quotes them.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlencode

from attrs import field, frozen

from privdomain.errors import PrivdomainError

__all__ = ["AsyncTransport", "HttpRequest", "HttpResponse", "NoAnswer", "Transport"]

_Pairs: TypeAlias = tuple[tuple[str, str], ...]


def _names(pairs: _Pairs) -> str:
    return f"<{', '.join(name for name, _ in pairs)}>"


def _size(body: bytes) -> str:
    return f"<{len(body)} bytes>"


def _pairs(items: Mapping[str, str] | _Pairs) -> _Pairs:
    return items if isinstance(items, tuple) else tuple(items.items())


@frozen(kw_only=True)
class HttpRequest:
    """One request: ``url`` has no query string, ``query`` is kept apart because it may hold a token.

    ```python
    from privdomain.platforms import HttpRequest

    request = HttpRequest(method="GET", url="https://api.example.com/x", query={"access_token": "T0KEN"})
    assert request.full_url == "https://api.example.com/x?access_token=T0KEN"
    assert "T0KEN" not in repr(request)
    ```
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = field(default=(), converter=_pairs, repr=_names)
    headers: tuple[tuple[str, str], ...] = field(default=(), converter=_pairs, repr=_names)
    body: bytes = field(default=b"", repr=_size)

    @property
    def full_url(self) -> str:
        """The address with its query string: for sending, not for showing."""
        return f"{self.url}?{urlencode(self.query)}" if self.query else self.url


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@frozen
class HttpResponse:
    """One answer: status, body, and headers by their lower-case names."""

    status: int
    body: bytes = field(default=b"", repr=_size)
    headers: Mapping[str, str] = field(factory=dict[str, str], converter=_lower, repr=False)

    @classmethod
    def of_json(cls, value: Any, *, status: int = 200) -> HttpResponse:
        """An answer with a JSON body: for the scripted servers of tests.

        ```python
        from privdomain.platforms import HttpResponse

        assert HttpResponse.of_json({"errcode": 0}).body == b'{"errcode": 0}'
        ```
        """
        body = json.dumps(value, ensure_ascii=False).encode()
        return cls(status, body, {"content-type": "application/json"})


class NoAnswer(PrivdomainError):
    """A transport raises this when no answer came.

    ``may_have_arrived`` is False only where the platform cannot have seen the request (no connection was made);
    such a request may be sent again even if it must not be done twice.
    """

    reason: str
    may_have_arrived: bool

    def __init__(self, reason: str, *, may_have_arrived: bool = True) -> None:
        self.reason, self.may_have_arrived = reason, may_have_arrived
        super().__init__(reason)


Transport: TypeAlias = Callable[[HttpRequest], HttpResponse]
"""What sends a request and returns the answer, or raises `NoAnswer`. Tests pass a function of their own."""

AsyncTransport: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse]]
"""As `Transport`, awaited."""
