"""The protocol of 微信小店: a token in the query string, JSON both ways, HTTP 200 for good and for bad."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from attrs import field, frozen

from privdomain.calendar import Clock
from privdomain.errors import PayloadError, ProtocolViolation
from privdomain.platforms._answers import garbled, json_object, status_fault
from privdomain.platforms._errors import Fault, mask
from privdomain.platforms._operation import Operation
from privdomain.platforms._payload import Json, encode, read
from privdomain.platforms._tokens import Grant
from privdomain.platforms._wire import HttpRequest, HttpResponse
from privdomain.platforms.wechat_shop.errors import ERRORS
from privdomain.platforms.wechat_shop.mapping import PLATFORM
from privdomain.platforms.wechat_shop.operations import GetStableToken
from privdomain.platforms.wechat_shop.payloads import TokenReply

__all__ = ["WeChatShopDialect"]

_RID = re.compile(r"\brid: ?([0-9A-Za-z-]+)")
_HEADERS = (("content-type", "application/json; charset=utf-8"), ("accept", "application/json"))

# The platform renews a stable token 300 s before its end and never reports less; a margin of 300 s or more would
# make every call in that time a request for a token.
_MARGIN_S = 240
_AT_LEAST_S = 60


@frozen(kw_only=True)
class WeChatShopDialect:
    """How one account of 微信小店 is talked to."""

    app_id: str
    app_secret: str = field(repr=False)
    shop_id: str
    base_url: str
    clock: Clock

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        return PLATFORM

    @property
    def token_key(self) -> str:
        """Platform, host, app and shop: what a token is good for."""
        return f"{PLATFORM}:{urlsplit(self.base_url).netloc}:{self.app_id}:{self.shop_id}"

    def request(self, operation: Operation[Any], *, token: str) -> HttpRequest:
        """The request of one attempt."""
        query: tuple[tuple[str, str], ...] = (("access_token", token),) if operation.signed else ()
        url = self.base_url + operation.path
        if operation.method == "GET":
            fields = operation.model_dump(mode="json", exclude_none=True, by_alias=True)
            query += tuple((name, _word(value)) for name, value in fields.items())
            return HttpRequest(method="GET", url=url, query=query, headers=_HEADERS[1:])
        return HttpRequest(method="POST", url=url, query=query, headers=_HEADERS, body=encode(operation))

    def answer(self, operation: Operation[Any], response: HttpResponse, *, token: str) -> Json | Fault:
        """What an answer means."""
        if response.status != 200:
            return status_fault(response, at=self.clock.now())
        payload = json_object(response.body)
        if payload is None:
            return garbled("an answer that is not a JSON object")
        code = payload.get("errcode")
        # some endpoints leave the code out when all went well; then what was asked for must be there
        if code in (0, "0") or (code is None and payload.keys() & operation.reply.model_fields.keys()):
            return payload
        if code is None:
            return garbled("an answer without errcode and without what was asked for")
        said = str(payload.get("errmsg") or "")
        rid = _RID.search(said)
        return Fault.of_rule(
            ERRORS[str(code)],
            code=str(code),
            said=mask(said, token, self.app_secret),
            request_id=rid[1] if rid else "",
        )

    def token_operation(self, refresh: str) -> GetStableToken:  # noqa: ARG002  (the secret is enough)
        """The stable token: asking again inside its life gives the same one, so nobody's token is killed."""
        return GetStableToken(appid=self.app_id, secret=self.app_secret)

    def grant(self, payload: Json) -> Grant:
        """The token, used until shortly before the platform renews it."""
        try:
            token = read(TokenReply, payload, kind="token")
        except PayloadError as error:
            wrong = "; ".join(map(str, error.problems))
        else:
            return Grant(token.access_token, max(_AT_LEAST_S, token.expires_in - _MARGIN_S))
        # not the PayloadError: it would carry the answer, and a token may be in it
        raise ProtocolViolation(f"{PLATFORM} granted something that is no token: {wrong}", platform=PLATFORM)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
