"""Where tokens come from. douyin.md A2."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from annotated_types import Gt
from pydantic import Field

from privdomain.platforms._operation import Repeat
from privdomain.platforms._payload import OptionalId, Payload, Whole
from privdomain.platforms.douyin.operations._base import DouyinOperation

__all__ = ["CreateOwnToken", "ExchangeCode", "RefreshToken", "TokenReply"]

_PAGE = "https://op.jinritemai.com/docs/guide-docs/1041/1072 (read 2026-11-24; douyin.md A2)"


class TokenReply(Payload):
    """A pair of tokens; the refresh token lives 14 days, which the answer does not say."""

    access_token: str = Field(min_length=1)
    expires_in: Annotated[Whole, Gt(0)]
    refresh_token: str = ""
    shop_id: OptionalId = ""
    shop_name: str = ""
    authority_id: OptionalId = ""


class CreateOwnToken(DouyinOperation[TokenReply]):
    """The token of one's own shop (自用型). Asked for early, the platform gives the one that is there.

    ``shop_id`` is always sent: without it the token of the shop that authorized first may come back.
    """

    path: ClassVar = "/token/create"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    grant_type: Literal["authorization_self"] = "authorization_self"
    code: Literal[""] = ""
    shop_id: int
    test_shop: str | None = None


class ExchangeCode(DouyinOperation[TokenReply]):
    """The tokens of a merchant who has just authorized the app (工具型); a code is good once, for ten minutes."""

    path: ClassVar = "/token/create"
    page: ClassVar = _PAGE
    signed: ClassVar = False
    grant_type: Literal["authorization_code"] = "authorization_code"
    code: str = Field(min_length=1, repr=False)
    test_shop: str | None = None


class RefreshToken(DouyinOperation[TokenReply]):
    """A new pair for an old one; more than an hour before its end the platform gives the same pair again."""

    path: ClassVar = "/token/refresh"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    grant_type: Literal["refresh_token"] = "refresh_token"
    refresh_token: str = Field(min_length=1, repr=False)
