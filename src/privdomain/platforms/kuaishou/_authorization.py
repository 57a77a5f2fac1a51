"""A merchant's authorization: until when it lasts, and how that is kept beside the refresh token.

Every refresh gives a new refresh token that inherits the end of the first: 180 days after the merchant authorized
he has to do it again, however often was refreshed. The end is kept in one text with the refresh token, so that
neither is ever stored without the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlencode

from attrs import field, frozen

from privdomain.errors import ArgumentError

__all__ = ["LASTS", "TELL_AHEAD", "Authorization", "authorize_url"]

LASTS = timedelta(days=180)
"""How long an authorization lasts at the most."""
TELL_AHEAD = timedelta(days=14)
"""From when on every refresh is logged with a warning."""

_PAGE = "https://open.kwaixiaodian.com/oauth/authorize"


@frozen(kw_only=True)
class Authorization:
    """A refresh token and the end of the authorization it belongs to."""

    refresh_token: str = field(repr=False)
    ends_at: datetime

    @classmethod
    def read(cls, kept: str) -> Self:
        """What was kept as text."""
        seconds, _, token = kept.partition(":")
        return cls(refresh_token=token, ends_at=datetime.fromtimestamp(int(seconds), UTC))

    def __str__(self) -> str:
        return f"{int(self.ends_at.timestamp())}:{self.refresh_token}"


def authorize_url(*, app_key: str, redirect_uri: str, scopes: Sequence[str], state: str) -> str:
    """The page on which a merchant authorizes an application."""
    if isinstance(scopes, str) or not scopes:
        raise ArgumentError(
            f"scopes={scopes!r}; give the names of the scopes, for instance ('merchant_order', 'merchant_refund')"
        )
    query = {
        "app_id": app_key,
        "redirect_uri": redirect_uri,
        "scope": ",".join(scopes),
        "response_type": "code",
        "state": state,
    }
    return f"{_PAGE}?{urlencode(query, safe=',')}"
