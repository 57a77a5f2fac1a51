"""How a merchant lets an application into his shop (授权): the address he is sent to, and what his code becomes.

Source: xiaohongshu-and-cps.md A2. An access token lives 7 days, a refresh token 14; times are in seconds or
milliseconds, which no document settles, and are told apart by size.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from attrs import frozen

from privdomain.errors import ArgumentError, RequestRejected
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow
from privdomain.platforms._tokens import Grant, lasting
from privdomain.platforms.xiaohongshu._dialect import PLATFORM, grant_of
from privdomain.platforms.xiaohongshu._values import moment
from privdomain.platforms.xiaohongshu.shop_operations import GetAccessToken
from privdomain.platforms.xiaohongshu.shop_payloads import TokenReply

__all__ = ["Authorization", "authorize", "authorize_url", "given"]


@frozen(kw_only=True)
class Authorization:
    """What a merchant has authorized: his shop, and until when; the tokens themselves are in the token store.

    ``refresh_expires_at`` is when he has to do it again unless the shop is called before; None where the platform
    does not say.
    """

    shop_id: str
    shop_name: str
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None


def authorize_url(base_url: str, *, app_id: str, redirect_uri: str, state: str) -> str:
    """Where a merchant is sent to."""
    if not redirect_uri:
        raise ArgumentError("redirect_uri is empty; it is the address that the platform sends the code to")
    if not state:
        raise ArgumentError(
            "state is empty; it is a text of yours that comes back with the code and shows who asked"
        )
    query = urlencode({"appId": app_id, "redirectUri": redirect_uri, "state": state})
    return f"{base_url.rstrip('/')}/ark/authorization?{query}"


def authorize(
    first: Conversation, code: str, *, conversation_of: Callable[[str], Conversation]
) -> Flow[Authorization]:
    """Exchange a code and keep the tokens for the shop that they are for."""
    tokens: TokenReply = yield from first.send(GetAccessToken(code=code))
    if not tokens.seller_id:
        raise RequestRejected(
            f"{PLATFORM} granted tokens without saying whose shop they are for", platform=PLATFORM
        )
    kept = conversation_of(tokens.seller_id)
    yield from kept.adopt(grant_of(tokens, now=kept.now))
    return Authorization(
        shop_id=tokens.seller_id,
        shop_name=tokens.seller_name,
        access_expires_at=moment(tokens.access_token_expires_at),
        refresh_expires_at=moment(tokens.refresh_token_expires_at),
    )


def given(access_token: str, refresh_token: str, *, expires_in_s: float) -> Grant:
    """Tokens that the program has from elsewhere; one that is over is renewed by the first call."""
    for name, value in (("access_token", access_token), ("refresh_token", refresh_token)):
        if not value or not value.strip():
            raise ArgumentError(f"{name} is empty; adopt_tokens takes both tokens of a shop")
    return Grant(access_token, lasting(expires_in_s), refresh=refresh_token)
