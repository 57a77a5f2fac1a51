"""The protocol of 快手小店: signed public parameters around one JSON text, HTTP 200 for good and for bad."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from attrs import evolve, field, frozen

from privdomain.calendar import Clock
from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    PayloadError,
    ProtocolViolation,
)
from privdomain.platforms._answers import garbled, json_object, status_fault
from privdomain.platforms._errors import Fault, mask
from privdomain.platforms._operation import Operation
from privdomain.platforms._payload import Json, encode, read
from privdomain.platforms._tokens import Grant
from privdomain.platforms._wire import HttpRequest, HttpResponse
from privdomain.platforms.kuaishou._authorization import LASTS, TELL_AHEAD, Authorization
from privdomain.platforms.kuaishou._fields import milliseconds
from privdomain.platforms.kuaishou._signature import SignMethod, sign
from privdomain.platforms.kuaishou.errors import rule_of
from privdomain.platforms.kuaishou.mapping import PLATFORM
from privdomain.platforms.kuaishou.operations import RefreshToken
from privdomain.platforms.kuaishou.payloads import TokenReply

__all__ = ["KuaishouDialect"]

logger = logging.getLogger(__name__)

_ACCEPT = (("accept", "application/json"),)
_FORM = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"), *_ACCEPT)
_MARGIN_S = 3600.0


@frozen(kw_only=True)
class KuaishouDialect:
    """How one shop is talked to."""

    app_key: str
    app_secret: str = field(repr=False)
    sign_secret: str = field(repr=False)
    shop_id: str
    base_url: str
    sign_method: SignMethod
    clock: Clock

    @property
    def platform(self) -> str:
        """Our name of the platform."""
        return PLATFORM

    @property
    def token_key(self) -> str:
        """Platform, host, app and shop: what a pair of tokens is good for."""
        return f"{PLATFORM}:{urlsplit(self.base_url).netloc}:{self.app_key}:{self.shop_id}"

    def request(self, operation: Operation[Any], *, token: str) -> HttpRequest:
        """The request of one attempt, signed now."""
        if operation.signed:
            fields = self._signed(operation, token)
        else:
            fields = operation.model_dump(mode="json", exclude_none=True, by_alias=True)
        url = self.base_url + operation.path
        if operation.method == "GET":
            return HttpRequest(method="GET", url=url, query=tuple(fields.items()), headers=_ACCEPT)
        return HttpRequest(method="POST", url=url, headers=_FORM, body=urlencode(fields).encode())

    def _signed(self, operation: Operation[Any], token: str) -> dict[str, str]:
        fields = {
            "access_token": token,
            "appkey": self.app_key,
            "method": operation.path.removeprefix("/").replace("/", "."),
            "param": encode(operation).decode(),  # signed as it is sent, to the character
            "signMethod": self.sign_method.value,
            "timestamp": str(milliseconds(self.clock.now())),
            "version": "1",
        }
        return fields | {"sign": sign(fields, sign_secret=self.sign_secret)}

    def answer(self, operation: Operation[Any], response: HttpResponse, *, token: str) -> Json | Fault:
        """What an answer means."""
        if response.status != 200:
            return status_fault(response, at=self.clock.now())
        payload = json_object(response.body)
        if payload is None:
            return garbled("an answer that is not a JSON object")
        result = payload.get("result", payload.get("code"))
        if "result" in payload and result in (1, "1") and result is not True:
            return payload
        if result is None or isinstance(result, (bool, dict, list)):
            return garbled("an answer without a result")
        said = str(payload.get("error_msg") or payload.get("msg") or payload.get("sub_msg") or "")
        secrets = [token, self.app_secret, self.sign_secret]
        secrets += [str(getattr(operation, name, "")) for name in ("code", "refresh_token")]
        code = str(result)
        fault = Fault.of_rule(
            rule_of(code, said),
            code=code,
            said=mask(said, *secrets),
            request_id=str(payload.get("requestId") or payload.get("request_id") or ""),
        )
        return evolve(fault, sub_code=str(payload.get("sub_code") or ""))

    def token_operation(self, refresh: str) -> RefreshToken:
        """The next pair, as long as the authorization lasts.

        Raises:
            AuthenticationFailed: where the merchant has never authorized.
            AuthorizationRevoked: where he did so 180 days ago.
        """
        if not refresh:
            raise AuthenticationFailed(
                f"{PLATFORM} shop {self.shop_id}: there are no tokens yet; let the merchant open authorize_url(…) "
                "and call authorize(code), or bring a pair along with adopt_tokens(…)",
                platform=PLATFORM,
            )
        kept = Authorization.read(refresh)
        if self.clock.now() >= kept.ends_at:
            raise AuthorizationRevoked(
                f"{PLATFORM} shop {self.shop_id}: the authorization ended at {kept.ends_at.isoformat()} "
                f"({LASTS.days} days at the most, however often it was refreshed); the merchant has to give it again",
                platform=PLATFORM,
            )
        return RefreshToken(refresh_token=kept.refresh_token, app_id=self.app_key, app_secret=self.app_secret)

    def grant(self, payload: Json) -> Grant:
        """The pair in an answer, with the end of the authorization."""
        try:
            token = read(TokenReply, payload, kind="token")
        except PayloadError as error:
            wrong = "; ".join(map(str, error.problems))
        else:
            if not token.refresh_token:
                raise ProtocolViolation(
                    f"{PLATFORM} granted a token that cannot be refreshed", platform=PLATFORM
                )
            return self.pair(
                token.access_token,
                refresh_token=token.refresh_token,
                expires_in_s=token.expires_in,
                refresh_expires_in_s=token.refresh_token_expires_in or None,
            )
        # not the PayloadError: it would carry the answer, and a token may be in it
        raise ProtocolViolation(f"{PLATFORM} granted something that is no token: {wrong}", platform=PLATFORM)

    def pair(
        self,
        access_token: str,
        *,
        refresh_token: str,
        expires_in_s: float,
        refresh_expires_in_s: float | None,
    ) -> Grant:
        """A pair of tokens as it is kept; without a known end, the authorization is taken for new."""
        left = LASTS
        if refresh_expires_in_s is not None:  # no authorization lasts longer, whatever an answer says
            left = timedelta(seconds=min(max(refresh_expires_in_s, 0), LASTS.total_seconds()))
        ends_at = self.clock.now() + left
        if left <= TELL_AHEAD:
            logger.warning(
                "%s shop %s: the authorization ends at %s; the merchant has to give it again before",
                PLATFORM,
                self.shop_id,
                ends_at.isoformat(timespec="minutes"),
            )
        kept = str(Authorization(refresh_token=refresh_token, ends_at=ends_at)) if refresh_token else ""
        return Grant(access_token, expires_in_s - min(_MARGIN_S, expires_in_s / 10), kept)
