"""The protocol of 小红书 ARK: one address, one flat JSON object, md5 over method, app, time and version.

The signature covers neither the access token nor the business parameters: what protects them is TLS alone. Newer
families (afterSale, finance, inventory V2) may wrap their answer once more; the inner envelope is unwrapped and
checked like the outer one. The table of error codes is not public: what a code means is told by its text, and what
is not told is not repeated. Source: xiaohongshu-and-cps.md A1.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from attrs import field, frozen

from privdomain.calendar import Clock
from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PayloadError,
    PlatformUnavailable,
    ProtocolViolation,
    RateLimited,
    RemoteError,
    RequestRejected,
)
from privdomain.platforms._answers import garbled, json_object, status_fault
from privdomain.platforms._errors import Fault, Policy, mask
from privdomain.platforms._operation import Operation
from privdomain.platforms._payload import Json, read
from privdomain.platforms._tokens import Grant
from privdomain.platforms._wire import HttpRequest, HttpResponse
from privdomain.platforms.xiaohongshu._values import to_millis
from privdomain.platforms.xiaohongshu.shop_operations import GetAccessToken, RefreshToken
from privdomain.platforms.xiaohongshu.shop_payloads import TokenReply

__all__ = ["GATEWAY", "PLATFORM", "VERSION", "XiaohongshuDialect", "grant_of", "read_tokens", "sign"]

PLATFORM = "xiaohongshu"
GATEWAY = "/ark/open_api/v3/common_controller"
VERSION = "2.0"

_HEADERS = (("content-type", "application/json;charset=utf-8"), ("accept", "application/json"))
_TOKEN = re.compile(r"token", re.IGNORECASE)
_BUSY = re.compile(r"system busy|系统繁忙|系统异常|请稍后|稍后再试|稍后重试|try again later", re.IGNORECASE)
_TOO_FAST = re.compile(r"限流|频繁|too many requests|rate limit", re.IGNORECASE)
_MARGIN_S = 300.0
_AT_LEAST_S = 60.0
_REAUTHORIZE = "Let the merchant authorize the application again: send him to authorize_url(…)."


def sign(method: str, *, app_id: str, app_secret: str, timestamp: int | str) -> str:
    """The signature of a request.

    ```python
    from privdomain.platforms.xiaohongshu._dialect import sign

    given = sign("order.getOrderList", app_id="xhs-app-0001", app_secret="xhs-secret-0001", timestamp=1612518379)
    assert given == "4c7064c1a61e7ba7192b67754360cf24"
    ```
    """
    text = f"{method}?appId={app_id}&timestamp={timestamp}&version={VERSION}{app_secret}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@frozen(kw_only=True)
class XiaohongshuDialect:
    """How one shop is talked to by one application."""

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
        """The request of one attempt: everything on one level of one object."""
        body: Json = operation.model_dump(mode="json", exclude_none=True, by_alias=True)
        timestamp = str(int(self.clock.now().timestamp()))
        body |= {"appId": self.app_id, "method": operation.path, "version": VERSION, "timestamp": timestamp}
        body["sign"] = sign(
            operation.path, app_id=self.app_id, app_secret=self.app_secret, timestamp=timestamp
        )
        if operation.signed:
            body["accessToken"] = token
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return HttpRequest(
            method="POST", url=self.base_url + GATEWAY, headers=_HEADERS, body=text.encode(errors="replace")
        )

    def answer(self, operation: Operation[Any], response: HttpResponse, *, token: str) -> Json | Fault:
        """What an answer means."""
        if response.status != 200:
            return status_fault(response, at=self.clock.now(), what=operation.path)
        envelope = json_object(response.body)
        if envelope is None:
            return garbled(f"{operation.path}: an answer that is not a JSON object")
        data = self._unwrapped(operation, envelope, token=token)
        inner = _inner_envelope(data)
        if inner is not None:
            data = self._unwrapped(operation, inner, token=token)
        if isinstance(data, dict):
            return cast("Json", data)
        # a bare list, a text or nothing: kept under the name it came by
        return data if isinstance(data, Fault) else {} if data is None else {"data": data}

    def _unwrapped(self, operation: Operation[Any], envelope: Json, *, token: str) -> object:
        """What an envelope holds, once it says twice that all went well."""
        code, success = envelope.get("error_code", envelope.get("code")), envelope.get("success")
        if code is None or not isinstance(success, bool):
            return garbled(f"{operation.path}: an answer without success and error_code")
        if not success or not _is_zero(code):
            said = str(envelope.get("error_msg") or envelope.get("msg") or "")
            return self._refused(operation, code, said, token=token)
        return envelope.get("data")

    def _refused(self, operation: Operation[Any], code: object, said: str, *, token: str) -> Fault:
        kind: type[RemoteError] = RequestRejected
        policy, meaning, advice = Policy.NO, "the platform refused", ""
        if _TOKEN.search(said):
            kind, policy, meaning = AuthenticationFailed, Policy.TOKEN, "the token was refused"
            if isinstance(operation, RefreshToken):
                kind, policy, advice = AuthorizationRevoked, Policy.NO, _REAUTHORIZE
                meaning = "the refresh token was refused"
        elif _TOO_FAST.search(said):
            kind, policy, meaning = RateLimited, Policy.BACKOFF, "too many calls"
        elif _BUSY.search(said):
            kind, policy, meaning = PlatformUnavailable, Policy.BACKOFF, "the platform is busy"
        elif isinstance(operation, GetAccessToken):
            kind, meaning = AuthenticationFailed, "the code was refused"
            advice = "A code is valid for 10 minutes and once; also check app_id and app_secret."
        secrets = (token, self.app_secret, *_secrets_of(operation))
        return Fault(
            kind=kind,
            policy=policy,
            meaning=f"{operation.path}: {meaning}",
            code=str(code),
            said=mask(said, *secrets),
            advice=advice,
            refused=policy is Policy.TOKEN,
        )

    def token_operation(self, refresh: str) -> RefreshToken:
        """The next pair, for a shop that has been authorized."""
        if not refresh:
            raise AuthenticationFailed(
                f"{PLATFORM}: shop {self.shop_id} has not authorized app {self.app_id}, or its tokens are kept "
                "elsewhere; send the merchant to authorize_url(…) and pass the code to authorize(…), or hand over "
                "tokens that you have by adopt_tokens(…)",
                platform=PLATFORM,
            )
        return RefreshToken(refresh_token=refresh)

    def grant(self, payload: Json) -> Grant:
        """The tokens, the access token used until shortly before its end."""
        return grant_of(read_tokens(payload), now=self.clock.now())


def read_tokens(payload: Json) -> TokenReply:
    """The tokens in an answer; raises `ProtocolViolation` without quoting anything of it."""
    try:
        return read(TokenReply, payload, kind="token")
    except PayloadError as error:
        wrong = "; ".join(map(str, error.problems))
    raise ProtocolViolation(f"{PLATFORM} granted something that is no token: {wrong}", platform=PLATFORM)


def grant_of(tokens: TokenReply, *, now: datetime) -> Grant:
    """What a token source keeps. Where clocks differ so much that it seems over already, it is tried for a minute."""
    life_s = (tokens.access_token_expires_at - to_millis(now.astimezone(UTC))) / 1000
    use_for_s = max(life_s - _MARGIN_S, life_s / 2) if life_s > 0 else _AT_LEAST_S
    return Grant(tokens.access_token, use_for_s, refresh=tokens.refresh_token)


def _is_zero(code: object) -> bool:
    return code in (0, "0") and not isinstance(code, bool)


def _inner_envelope(data: object) -> Json | None:
    """The second envelope of the newer families: an object that says by itself whether it is good."""
    if not isinstance(data, dict):
        return None
    fields = cast("Json", data)
    if isinstance(fields.get("success"), bool) and "code" in fields:
        return fields
    return None


def _secrets_of(operation: Operation[Any]) -> tuple[str, ...]:
    if isinstance(operation, RefreshToken):
        return (operation.refresh_token,)
    return (operation.code,) if isinstance(operation, GetAccessToken) else ()
