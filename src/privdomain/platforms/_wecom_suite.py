"""企业微信 (WeCom) for providers: suite ticket → suite token → a corporation's token, by the chain of `ProviderTokens`.

The token side only; the client of WeCom makes its conversations with `MerchantConversation`. wechat.md §2.5.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar, cast
from urllib.parse import urlsplit

from attrs import field, frozen
from pydantic import Field

from privdomain.errors import (
    AuthenticationFailed,
    PayloadError,
    PermissionDenied,
    PlatformUnavailable,
    ProtocolViolation,
    RateLimited,
    RemoteError,
    RequestRejected,
)
from privdomain.models import NoticeKind
from privdomain.platforms._errors import ErrorRule, ErrorTable, Fault, Policy, mask
from privdomain.platforms._operation import Operation, Repeat
from privdomain.platforms._payload import Json, Payload, decode, encode, read
from privdomain.platforms._tokens import Grant
from privdomain.platforms._wechat_provider import Authorized, ProviderTokens
from privdomain.platforms._wire import HttpRequest, HttpResponse

__all__ = [
    "SUITE_ERRORS",
    "CorpTokenReply",
    "GetCorpToken",
    "GetPermanentCode",
    "GetSuiteToken",
    "PermanentCodeReply",
    "SuiteDialect",
    "SuitePush",
    "SuiteScheme",
    "SuiteTokenReply",
    "keep_suite_push",
]

M = TypeVar("M", bound=Payload)

_DOCS = "https://developer.work.weixin.qq.com/document/path"
_READ = "(read 2026-11-24)"
_PLATFORM = "wecom"
_TICKET_LIVES_S = 30 * 60.0
_MARGIN_S = 300
_AT_LEAST_S = 60
_HEADERS = (("content-type", "application/json; charset=utf-8"), ("accept", "application/json"))

_TICKET_ADVICE = "The platform pushes a new one every ten minutes; check that 指令回调URL is reached."

SUITE_ERRORS = ErrorTable(
    {
        "-1": ErrorRule("the platform is busy", PlatformUnavailable, Policy.BACKOFF),
        "40001": ErrorRule("the secret is wrong", AuthenticationFailed),
        "40013": ErrorRule("the CorpID is wrong", AuthenticationFailed),
        "40014": ErrorRule("the token is not valid", AuthenticationFailed, Policy.TOKEN),
        "40058": ErrorRule("a parameter is wrong", RequestRejected),
        "40082": ErrorRule("the suite token is wrong", AuthenticationFailed, Policy.TOKEN),
        "40085": ErrorRule("the suite ticket is wrong", AuthenticationFailed, advice=_TICKET_ADVICE),
        "42001": ErrorRule("the token has expired", AuthenticationFailed, Policy.TOKEN),
        "42009": ErrorRule("the suite token has expired", AuthenticationFailed, Policy.TOKEN),
        "45009": ErrorRule("too many calls", RateLimited, Policy.MINUTE),
        "45033": ErrorRule("too many calls at once", RateLimited, Policy.BACKOFF, refused=True),
        "48002": ErrorRule("the application may not use this API", PermissionDenied),
        "60020": ErrorRule("this address is not on the white list", PermissionDenied),
    }
)
"""wechat.md §2.5 and §3.3."""


class SuiteTokenReply(Payload):
    """suite_access_token."""

    suite_access_token: str = Field(min_length=1)
    expires_in: int


class _Corp(Payload):
    corpid: str = Field(min_length=1)


class PermanentCodeReply(Payload):
    """What a corporation's authorization leaves behind."""

    permanent_code: str = Field(min_length=1)
    auth_corp_info: _Corp


class CorpTokenReply(Payload):
    """A corporation's token."""

    access_token: str = Field(min_length=1)
    expires_in: int


class GetSuiteToken(Operation[SuiteTokenReply]):
    """The application's own token. 获取第三方应用凭证"""

    path: ClassVar = "/cgi-bin/service/get_suite_token"
    page: ClassVar = f"{_DOCS}/97162 {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    signed: ClassVar = False
    suite_id: str
    suite_secret: str = Field(repr=False)
    suite_ticket: str = Field(repr=False)


class GetPermanentCode(Operation[PermanentCodeReply]):
    """Exchange the code of an authorization, which is good once. 获取企业永久授权码"""

    path: ClassVar = "/cgi-bin/service/v2/get_permanent_code"
    page: ClassVar = f"{_DOCS}/100776 {_READ}"
    repeat: ClassVar = Repeat.NEVER
    auth_code: str = Field(repr=False)


class GetCorpToken(Operation[CorpTokenReply]):
    """A corporation's token, by its permanent code. 获取企业凭证"""

    path: ClassVar = "/cgi-bin/service/get_corp_token"
    page: ClassVar = f"{_DOCS}/90605 {_READ}"
    repeat: ClassVar = Repeat.ALWAYS
    auth_corpid: str
    permanent_code: str = Field(repr=False)


@frozen(kw_only=True)
class SuiteScheme:
    """WeCom's words for the chain; the permanent code takes the place of a refresh token, and never changes."""

    suite_id: str
    suite_secret: str = field(repr=False)
    base_url: str
    platform: str = _PLATFORM
    ticket_lives_s: float = _TICKET_LIVES_S

    @property
    def key(self) -> str:
        """Platform, host and application."""
        return f"{_PLATFORM}:{urlsplit(self.base_url).netloc}:{self.suite_id}"

    def app_token(self, ticket: str) -> GetSuiteToken:
        """suite_access_token."""
        return GetSuiteToken(suite_id=self.suite_id, suite_secret=self.suite_secret, suite_ticket=ticket)

    def app_grant(self, payload: Json) -> Grant:
        """Used until shortly before its end."""
        reply = _reply(SuiteTokenReply, payload)
        return Grant(reply.suite_access_token, _used_for(reply.expires_in))

    def exchange(self, code: str) -> GetPermanentCode:
        """permanent_code."""
        return GetPermanentCode(auth_code=code)

    def authorized(self, payload: Json) -> Authorized:
        """CorpID and permanent code; the first token is fetched with it."""
        reply = _reply(PermanentCodeReply, payload)
        return Authorized(merchant=reply.auth_corp_info.corpid, grant=Grant("", 0.0, reply.permanent_code))

    def renew(self, merchant: str, kept: str) -> GetCorpToken:
        """A corporation's token."""
        return GetCorpToken(auth_corpid=merchant, permanent_code=kept)

    def renewed(self, payload: Json, kept: str) -> Grant:
        """With the permanent code beside it."""
        reply = _reply(CorpTokenReply, payload)
        return Grant(reply.access_token, _used_for(reply.expires_in), kept)

    def recall(self, merchant: str) -> None:  # noqa: ARG002  (a permanent code is told once)
        """A lost permanent code cannot be asked for."""
        return

    def recalled(self, payload: Json) -> str:  # noqa: ARG002  (never asked)
        """Nothing."""
        return ""

    def is_stale(self, error: RemoteError) -> bool:  # noqa: ARG002  (a permanent code has no successor)
        """Never."""
        return False

    def is_withdrawn(self, error: RemoteError) -> bool:  # noqa: ARG002  (no code for it is confirmed)
        """Not known by a code: the push ``cancel_auth`` says it."""
        return False

    def is_spent(self, error: RemoteError) -> bool:  # noqa: ARG002  (nothing can be recalled then)
        """Of no use here."""
        return False


def _used_for(expires_in: int) -> float:
    return max(_AT_LEAST_S, expires_in - _MARGIN_S)


def _reply(model: type[M], payload: Json) -> M:
    try:
        return read(model, payload, kind="token")
    except PayloadError as error:
        wrong = "; ".join(map(str, error.problems))
    # not the PayloadError: it would carry the answer, and a token may be in it
    raise ProtocolViolation(f"{_PLATFORM} granted something that is no token: {wrong}", platform=_PLATFORM)


@frozen(kw_only=True)
class SuiteDialect:
    """The application's own calls: ``suite_access_token`` in the query string, JSON both ways."""

    suite_id: str
    suite_secret: str = field(repr=False)
    base_url: str
    platform: str = _PLATFORM
    shop_id: str = ""

    @property
    def token_key(self) -> str:
        """Platform, host and application."""
        return f"{_PLATFORM}:{urlsplit(self.base_url).netloc}:{self.suite_id}:suite"

    def request(self, operation: Operation[Any], *, token: str) -> HttpRequest:
        """The request of one attempt."""
        query: tuple[tuple[str, str], ...] = (("suite_access_token", token),) if operation.signed else ()
        url = self.base_url.rstrip("/") + operation.path
        return HttpRequest(method="POST", url=url, query=query, headers=_HEADERS, body=encode(operation))

    def answer(self, operation: Operation[Any], response: HttpResponse, *, token: str) -> Json | Fault:
        """What an answer means; these endpoints leave errcode out when all went well."""
        if response.status != 200:
            kind = PlatformUnavailable if response.status >= 500 else ProtocolViolation
            policy = Policy.BACKOFF if response.status >= 500 else Policy.NO
            meaning = f"the platform answered HTTP {response.status}"
            return Fault(kind=kind, policy=policy, meaning=meaning, code=f"http-{response.status}")
        try:
            decoded: Any = decode(response.body)
        except ValueError:
            decoded = None
        if not isinstance(decoded, dict):
            meaning = "an answer that is not a JSON object"
            return Fault(kind=ProtocolViolation, policy=Policy.BACKOFF, meaning=meaning)
        payload = cast("Json", decoded)
        code = payload.get("errcode")
        if code in (0, "0") or (code is None and payload.keys() & operation.reply.model_fields.keys()):
            return payload
        said = mask(str(payload.get("errmsg") or ""), token, self.suite_secret)
        return Fault.of_rule(SUITE_ERRORS[str(code)], code=str(code), said=said)

    def token_operation(self, refresh: str) -> Operation[Any]:  # noqa: ARG002  (never asked)
        """The chain fetches the token, because it has the ticket."""
        raise AuthenticationFailed(f"{_PLATFORM}: a suite token is fetched with a ticket", platform=_PLATFORM)

    def grant(self, payload: Json) -> Grant:
        """As `SuiteScheme.app_grant`."""
        reply = _reply(SuiteTokenReply, payload)
        return Grant(reply.suite_access_token, _used_for(reply.expires_in))


@frozen(kw_only=True)
class SuitePush:
    """What a decrypted message to 指令回调URL was: ``code`` is to be exchanged, ``corp_id`` whom it is about."""

    kind: NoticeKind
    corp_id: str = ""
    code: str = field(default="", repr=False)


def keep_suite_push(tokens: ProviderTokens, message: Json) -> SuitePush:
    """Keep the ticket or the withdrawal that a message brings, and say what it was.

    InfoType ``suite_ticket``, ``create_auth``, ``change_auth``, ``cancel_auth``, ``reset_permanent_code``; others are
    `NoticeKind.OTHER`. Pages 90628 and 90642 (read 2026-11-24).
    """
    topic, corp = str(message.get("InfoType", "")), str(message.get("AuthCorpId", ""))
    stamp = str(message.get("TimeStamp", ""))
    at = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) <= 10 else 0
    code = str(message.get("AuthCode", ""))
    match topic:
        case "suite_ticket":
            if ticket := str(message.get("SuiteTicket", "")):
                tokens.keep_ticket(ticket, at=at)
            return SuitePush(kind=NoticeKind.TICKET)
        case "cancel_auth":
            if corp:
                tokens.withdraw(corp, at=at)
            return SuitePush(kind=NoticeKind.AUTHORIZATION, corp_id=corp)
        case "create_auth" | "change_auth" | "reset_permanent_code":
            if corp:
                tokens.grant(corp, at=at)
            return SuitePush(kind=NoticeKind.AUTHORIZATION, corp_id=corp, code=code)
        case _:
            return SuitePush(kind=NoticeKind.OTHER, corp_id=corp)
