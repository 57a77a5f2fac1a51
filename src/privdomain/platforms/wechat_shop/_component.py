"""Endpoints of the open platform (微信开放平台) for providers, and how they make the chain of `ProviderTokens`.

The current pages name the query parameter of the application's token ``access_token``; older ones name it
``component_access_token``.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

from attrs import evolve, field, frozen
from pydantic import Field

from privdomain.errors import (
    AuthorizationRevoked,
    PayloadError,
    ProtocolViolation,
    RemoteError,
    RequestRejected,
)
from privdomain.platforms._errors import Fault
from privdomain.platforms._operation import Operation, Repeat
from privdomain.platforms._payload import IdText, Json, OptionalId, Payload, read
from privdomain.platforms._tokens import Grant
from privdomain.platforms._wechat_provider import Authorized
from privdomain.platforms._wire import HttpResponse
from privdomain.platforms.wechat_shop._dialect import WeChatShopDialect
from privdomain.platforms.wechat_shop.mapping import PLATFORM

__all__ = [
    "AuthorizationInfo",
    "AuthorizationReply",
    "AuthorizerTokenReply",
    "ComponentScheme",
    "ComponentTokenReply",
    "CreatePreAuthCode",
    "GetAuthorizer",
    "GetComponentToken",
    "MerchantDialect",
    "PreAuthCodeReply",
    "ProviderDialect",
    "QueryAuthorization",
    "RenewAuthorizerToken",
]

_DOCS = "https://developers.weixin.qq.com/doc/oplatform/openApi"
_READ = "(read 2026-11-24)"

M = TypeVar("M", bound=Payload)

_STALE_REFRESH_TOKEN = "61023"  # noqa: S105  (an error code)
_NOT_AUTHORIZED = "61003"
_SPENT_CODES = frozenset({"61009", "61010"})
_TICKET_LIVES_S = 12 * 3600.0
_MARGIN_S = 600
"""The page on component tokens advises to renew after 1 h 50 min of 2 h."""
_AT_LEAST_S = 60


class ComponentTokenReply(Payload):
    """component_access_token."""

    component_access_token: str = Field(min_length=1)
    expires_in: int


class PreAuthCodeReply(Payload):
    """A code that opens the page on which a merchant authorizes; good once, for ten minutes."""

    pre_auth_code: str = Field(min_length=1)
    expires_in: int = 600


class AuthorizationInfo(Payload):
    """A merchant's tokens; both may be missing where he has granted no API."""

    authorizer_appid: IdText
    authorizer_access_token: str = ""
    expires_in: int = 0
    authorizer_refresh_token: OptionalId = ""


class AuthorizationReply(Payload):
    """What an authorization gave, or holds."""

    authorization_info: AuthorizationInfo


class AuthorizerTokenReply(Payload):
    """A merchant's next token, and the refresh token to ask for the one after it with."""

    authorizer_access_token: str = Field(min_length=1)
    expires_in: int
    authorizer_refresh_token: OptionalId = ""


class GetComponentToken(Operation[ComponentTokenReply]):
    """The application's own token, made of its secret and the latest ticket. 第三方平台令牌"""

    path: ClassVar = "/cgi-bin/component/api_component_token"
    page: ClassVar = f"{_DOCS}/ticket-token/api_getcomponentaccesstoken {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    component_appid: str
    component_appsecret: str = Field(repr=False)
    component_verify_ticket: str = Field(repr=False)


class CreatePreAuthCode(Operation[PreAuthCodeReply]):
    """A code for the page on which a merchant authorizes. 预授权码"""

    path: ClassVar = "/cgi-bin/component/api_create_preauthcode"
    page: ClassVar = (
        "https://developers.weixin.qq.com/doc/oplatform/en/Third-party_Platforms/api/pre_auth_code.html "
        + _READ
    )
    repeat: ClassVar = Repeat.ALWAYS
    component_appid: str


class QueryAuthorization(Operation[AuthorizationReply]):
    """Exchange the code of an authorization for the merchant's tokens. 使用授权码获取授权信息"""

    path: ClassVar = "/cgi-bin/component/api_query_auth"
    page: ClassVar = f"{_DOCS}/ticket-token/api_getauthorizerrefreshtoken {_READ}"
    # whether a code whose answer was lost may be sent again is said nowhere; a second exchange is refused at worst
    # (61009, 61010), and GetAuthorizer has what the first one gave
    repeat: ClassVar = Repeat.ALWAYS
    component_appid: str
    authorization_code: str = Field(repr=False)


class RenewAuthorizerToken(Operation[AuthorizerTokenReply]):
    """A merchant's next token. 获取授权账号调用令牌

    A refresh token dies when the merchant authorizes anew, and not by being used.
    """

    path: ClassVar = "/cgi-bin/component/api_authorizer_token"
    page: ClassVar = f"{_DOCS}/ticket-token/api_getauthorizeraccesstoken {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    component_appid: str
    authorizer_appid: str
    authorizer_refresh_token: str = Field(repr=False)


class GetAuthorizer(Operation[AuthorizationReply]):
    """A merchant's authorization as it is now, with his refresh token. 获取授权账号详情"""

    path: ClassVar = "/cgi-bin/component/api_get_authorizer_info"
    page: ClassVar = f"{_DOCS}/authorization-management/api_getauthorizerinfo {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    component_appid: str
    authorizer_appid: str


def _used_for(expires_in: int) -> float:
    return max(_AT_LEAST_S, expires_in - _MARGIN_S)


def _no_token(what: str) -> ProtocolViolation:
    return ProtocolViolation(f"{PLATFORM} granted something that is no token: {what}", platform=PLATFORM)


@frozen(kw_only=True)
class ComponentScheme:
    """The open platform's words for the chain."""

    component_app_id: str
    component_app_secret: str = field(repr=False)
    base_url: str
    platform: str = PLATFORM
    ticket_lives_s: float = _TICKET_LIVES_S

    @property
    def key(self) -> str:
        """Platform, host and application."""
        return f"{PLATFORM}:{urlsplit(self.base_url).netloc}:{self.component_app_id}"

    def app_token(self, ticket: str) -> GetComponentToken:
        """component_access_token."""
        return GetComponentToken(
            component_appid=self.component_app_id,
            component_appsecret=self.component_app_secret,
            component_verify_ticket=ticket,
        )

    def app_grant(self, payload: Json) -> Grant:
        """Used until shortly before its end."""
        reply = _reply(ComponentTokenReply, payload)
        return Grant(reply.component_access_token, _used_for(reply.expires_in))

    def exchange(self, code: str) -> QueryAuthorization:
        """query_auth."""
        return QueryAuthorization(component_appid=self.component_app_id, authorization_code=code)

    def authorized(self, payload: Json) -> Authorized:
        """The merchant's app id and pair."""
        info = _reply(AuthorizationReply, payload).authorization_info
        if not info.authorizer_refresh_token:
            raise _no_token(
                "authorization_info.authorizer_refresh_token is missing; the merchant has granted no API"
            )
        token = info.authorizer_access_token
        use_for_s = _used_for(info.expires_in) if token else 0.0
        return Authorized(
            merchant=info.authorizer_appid, grant=Grant(token, use_for_s, info.authorizer_refresh_token)
        )

    def renew(self, merchant: str, kept: str) -> RenewAuthorizerToken:
        """authorizer_access_token."""
        return RenewAuthorizerToken(
            component_appid=self.component_app_id, authorizer_appid=merchant, authorizer_refresh_token=kept
        )

    def renewed(self, payload: Json, kept: str) -> Grant:
        """The pair; a renewal that names no refresh token leaves the one we have."""
        reply = _reply(AuthorizerTokenReply, payload)
        refresh = reply.authorizer_refresh_token or kept
        return Grant(reply.authorizer_access_token, _used_for(reply.expires_in), refresh)

    def recall(self, merchant: str) -> GetAuthorizer:
        """get_authorizer_info, which has the refresh token."""
        return GetAuthorizer(component_appid=self.component_app_id, authorizer_appid=merchant)

    def recalled(self, payload: Json) -> str:
        """The refresh token."""
        return _reply(AuthorizationReply, payload).authorization_info.authorizer_refresh_token

    def is_stale(self, error: RemoteError) -> bool:
        """61023: the refresh token is not the latest."""
        return error.code == _STALE_REFRESH_TOKEN

    def is_withdrawn(self, error: RemoteError) -> bool:
        """61003: the merchant has not authorized this application."""
        return error.code == _NOT_AUTHORIZED

    def is_spent(self, error: RemoteError) -> bool:
        """61009 and 61010: the code is not good, or no longer."""
        return error.code in _SPENT_CODES


def _reply(model: type[M], payload: Json) -> M:
    try:
        return read(model, payload, kind="token")
    except PayloadError as error:
        wrong = "; ".join(map(str, error.problems))
    # not the PayloadError: it would carry the answer, and a token may be in it
    raise _no_token(wrong)


@frozen(kw_only=True)
class ProviderDialect(WeChatShopDialect):
    """The application's own calls: ``app_id`` and ``app_secret`` are the component's."""

    @property
    def token_key(self) -> str:
        """Platform, host and application."""
        return f"{PLATFORM}:{urlsplit(self.base_url).netloc}:{self.app_id}:component"

    def answer(self, operation: Operation[Any], response: HttpResponse, *, token: str) -> Json | Fault:
        """As a shop's; but what one merchant has withdrawn says nothing about the application's own token."""
        answer = WeChatShopDialect.answer(self, operation, response, token=token)
        if isinstance(answer, Fault) and answer.kind is AuthorizationRevoked:
            return evolve(answer, kind=RequestRejected)
        return answer


@frozen(kw_only=True)
class MerchantDialect(WeChatShopDialect):
    """A merchant's calls by the application's authority; ``app_secret`` stays empty."""

    component_app_id: str

    @property
    def token_key(self) -> str:
        """Platform, host, application and merchant."""
        return f"{PLATFORM}:{urlsplit(self.base_url).netloc}:{self.component_app_id}:{self.app_id}"
