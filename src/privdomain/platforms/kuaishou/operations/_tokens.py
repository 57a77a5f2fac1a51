"""Tokens: the code, the refresh, and the application's own. kuaishou.md §3

Here the application is ``app_id`` and the grant is ``code``; in all other calls it is ``appkey``.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Method, Operation, Repeat
from privdomain.platforms.kuaishou.payloads._base import TokenReply

__all__ = ["GetAppToken", "GetToken", "RefreshToken"]

_PAGE = "https://open.kwaixiaodian.com/zone/new/docs/dev APP授权说明 (read 2026-11-24)"


class GetToken(Operation[TokenReply]):
    """The first pair of tokens, for a code that is good for two minutes and once."""

    path: ClassVar = "/oauth2/access_token"
    page: ClassVar = _PAGE
    method: ClassVar[Method] = "GET"
    repeat: ClassVar = Repeat.ALWAYS  # a code that was used is refused; one that was not is taken
    signed: ClassVar = False
    app_id: str
    grant_type: str = "code"
    code: str = Field(min_length=1, repr=False)
    app_secret: str = Field(repr=False)


class RefreshToken(Operation[TokenReply]):
    """The next pair. The refresh token of the request is discarded with it.

    Asked again after silence: if the platform has seen the first request, the pair is lost either way.
    """

    path: ClassVar = "/oauth2/refresh_token"
    page: ClassVar = _PAGE
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    grant_type: str = "refresh_token"
    refresh_token: str = Field(min_length=1, repr=False)
    app_id: str
    app_secret: str = Field(repr=False)


class GetAppToken(Operation[TokenReply]):
    """A token of the application itself, for the APIs that need no seller."""

    path: ClassVar = "/oauth2/access_token"
    page: ClassVar = _PAGE
    method: ClassVar[Method] = "GET"
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    grant_type: str = "client_credentials"
    app_id: str
    app_secret: str = Field(repr=False)
