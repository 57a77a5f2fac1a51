"""The protocol of 抖店: a signed query, a canonical JSON body, HTTP 200 for good and for bad. douyin.md A1–A3."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from privdomain.calendar import Clock
from privdomain.errors import (
    AuthorizationRevoked,
    PayloadError,
    ProtocolViolation,
)
from privdomain.platforms._answers import garbled, json_object, status_fault
from privdomain.platforms._errors import ErrorRule, Fault, mask
from privdomain.platforms._operation import Operation
from privdomain.platforms._payload import Json, read
from privdomain.platforms._tokens import Grant
from privdomain.platforms._wire import HttpRequest, HttpResponse
from privdomain.platforms.douyin._signing import HMAC, api_digest, canonical
from privdomain.platforms.douyin._values import PLATFORM
from privdomain.platforms.douyin.errors import rule_of
from privdomain.platforms.douyin.operations import CreateOwnToken, DouyinOperation, RefreshToken, TokenReply
from privdomain.platforms.douyin.operations._base import method_of

__all__ = ["DouyinDialect"]

_SUCCESS = "10000"
_HEADERS = (
    ("content-type", "application/json;charset=UTF-8"),
    ("accept", "application/json"),
    ("x-open-no-old-err-code", "1"),  # without err_no and message, which say success where they are left out
)
# In its last hour a token is followed by a new one, and both are good. Earlier the same one comes back, so a margin of
# an hour or more would make every call a request for a token.
_MARGIN_S = 1800.0
_MARGIN_SHARE = 0.1


@frozen(kw_only=True)
class DouyinDialect:
    """How one shop is talked to: by its own app (``provider`` False), or by a provider's that it has authorized."""

    app_key: str
    app_secret: str = field(repr=False)
    shop_id: str
    base_url: str
    clock: Clock
    provider: bool = False
    test_shop: bool = False

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        return PLATFORM

    @property
    def token_key(self) -> str:
        """Platform, host, app and shop: what a token is good for."""
        return f"{PLATFORM}:{urlsplit(self.base_url).netloc}:{self.app_key}:{self.shop_id}"

    def request(self, operation: Operation[Any], *, token: str) -> HttpRequest:
        """The request of one attempt: what is signed is what is sent."""
        fields = operation.model_dump(mode="python", exclude_none=True, by_alias=True)
        param_json = canonical(fields)
        timestamp, method = str(int(self.clock.now().timestamp())), method_of(operation)
        sign = api_digest(
            app_key=self.app_key,
            app_secret=self.app_secret,
            method=method,
            param_json=param_json,
            timestamp=timestamp,
        )
        access: tuple[tuple[str, str], ...] = (("access_token", token),) if operation.signed else ()
        query = (
            ("app_key", self.app_key),
            ("method", method),
            *access,
            ("timestamp", timestamp),
            ("v", "2"),
            ("sign", sign),
            ("sign_method", HMAC),
        )
        url = self.base_url + operation.path
        return HttpRequest(method="POST", url=url, query=query, headers=_HEADERS, body=param_json.encode())

    def answer(self, operation: Operation[Any], response: HttpResponse, *, token: str) -> Json | Fault:
        """What an answer means."""
        if response.status != 200:
            return status_fault(response, at=self.clock.now())
        envelope = json_object(response.body)
        if envelope is None:
            return garbled("an answer that is not a JSON object")
        if "code" not in envelope:
            return garbled("an answer without a code")
        return self._meant(operation, envelope, token=token)

    def _meant(self, operation: Operation[Any], envelope: Json, *, token: str) -> Json | Fault:
        """What an envelope says: by its code, and by the one inside where the endpoint nests one."""
        data = _data(envelope.get("data"))
        code, sub_code = str(envelope["code"]), str(envelope.get("sub_code") or "")
        own = operation if isinstance(operation, DouyinOperation) else None
        if code != _SUCCESS:
            done = own is not None and sub_code in own.done_by
            # some of the items failed, and each of them says so itself
            partly = (
                own is not None and sub_code in own.partial and data.keys() & own.reply.model_fields.keys()
            )
            return (
                data if done or partly else self._fault(envelope, code=code, sub_code=sub_code, token=token)
            )
        inner = str(data.get("code", ""))
        if own is not None and own.inner_success and inner not in {"", *own.inner_success}:
            said = str(data.get("code_msg") or data.get("message") or "")
            return self._fault({**envelope, "sub_msg": said}, code=code, sub_code=inner, token=token)
        return data

    def _fault(self, envelope: Json, *, code: str, sub_code: str, token: str) -> Fault:
        rule: ErrorRule = rule_of(code, sub_code)
        said = str(envelope.get("sub_msg") or envelope.get("msg") or "")
        fault = Fault.of_rule(
            rule,
            code=code,
            said=mask(said, token, self.app_secret),
            request_id=str(envelope.get("log_id") or ""),
        )
        return evolve(fault, sub_code=sub_code)

    def token_operation(self, refresh: str) -> Operation[TokenReply]:
        """One's own shop asks anew each time, so that a refresh token that died in 14 idle days is no matter.

        Raises:
            AuthorizationRevoked: where a merchant has to authorize the provider's app first.
        """
        if not self.provider:
            test = "1" if self.test_shop else None
            return CreateOwnToken(shop_id=int(self.shop_id), test_shop=test)
        if refresh:
            return RefreshToken(refresh_token=refresh)
        raise AuthorizationRevoked(
            f"{PLATFORM}: shop {self.shop_id} has not authorized this app, or its tokens are lost; send the merchant "
            "to authorize_url(…) and hand the code that comes back to authorize(…)",
            platform=PLATFORM,
        )

    def grant(self, payload: Json) -> Grant:
        """The tokens, used until shortly before their end."""
        return self.grant_of(payload)[0]

    def grant_of(self, payload: Json) -> tuple[Grant, str]:
        """The tokens, and the shop that gave them."""
        try:
            reply = read(TokenReply, payload, kind="token")
        except PayloadError as error:
            wrong = "; ".join(map(str, error.problems))
        else:
            self._check_shop(reply.shop_id)
            use_for_s = reply.expires_in - min(_MARGIN_S, _MARGIN_SHARE * reply.expires_in)
            # one's own shop keeps no refresh token: it is not asked with one
            refresh = reply.refresh_token if self.provider else ""
            return Grant(reply.access_token, use_for_s, refresh=refresh), reply.shop_id
        # not the PayloadError: it would carry the answer, and a token may be in it
        raise ProtocolViolation(f"{PLATFORM} granted something that is no token: {wrong}", platform=PLATFORM)

    def _check_shop(self, granted: str) -> None:
        """A token of another shop would read and write that one."""
        if granted and self.shop_id and granted != self.shop_id:
            raise ProtocolViolation(
                f"{PLATFORM} granted the token of shop {granted} to shop {self.shop_id}; nothing is sent with it",
                platform=PLATFORM,
            )


def _data(value: object) -> Json:
    """``data`` as an object; a bare list stands for an object with one list in it."""
    if isinstance(value, dict):
        return cast("Json", value)
    return {"data": value} if isinstance(value, list) else {}
