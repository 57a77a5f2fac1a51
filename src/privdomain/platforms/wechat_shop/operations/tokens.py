"""The token. wechat.md §2.2"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Operation, Repeat
from privdomain.platforms.wechat_shop.operations._common import DOCS, READ
from privdomain.platforms.wechat_shop.payloads import TokenReply

__all__ = ["GetStableToken"]


class GetStableToken(Operation[TokenReply]):
    """The account's stable token: the same one for everybody who asks, renewed by the platform."""

    path: ClassVar = "/cgi-bin/stable_token"
    page: ClassVar = f"{DOCS}/service/api/base/api_getstableaccesstoken.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    grant_type: str = "client_credential"
    appid: str
    secret: str = Field(repr=False)
