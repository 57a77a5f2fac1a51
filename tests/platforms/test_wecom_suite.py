"""WeCom's provider chain, token side: suite ticket, suite token, permanent code, a corporation's token."""

from __future__ import annotations

import json
from typing import Any

import pytest

from privdomain.calendar import SystemClock
from privdomain.errors import (
    AuthenticationFailed,
    AuthorizationRevoked,
    ProtocolViolation,
    Unverified,
)
from privdomain.models import NoticeKind
from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore, NoAnswer, Retry, waiting_off
from privdomain.platforms._conversation import Habits
from privdomain.platforms._drivers import run
from privdomain.platforms._wechat_crypto import WeChatCrypto
from privdomain.platforms._wechat_door import WeChatDoor
from privdomain.platforms._wechat_provider import MerchantConversation, ProviderTokens
from privdomain.platforms._wecom_suite import GetCorpToken, SuiteDialect, SuiteScheme, keep_suite_push
from privdomain.sandbox import PushDesk

SUITE, CORP, SECRET = "ww0000000000000001", "wwc0000000000000001", "s3cret-of-the-suite"
BASE = "https://qyapi.weixin.qq.com"


class Hand:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Server:
    """WeCom's service endpoints in a function."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.ticket, self.tokens, self.corp_tokens = "ticket-1", 0, 0
        self.answer: dict[str, Any] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.url.removeprefix(f"{BASE}/cgi-bin/service/")
        body, query = json.loads(request.body), dict(request.query)
        self.calls.append(path)
        if path in self.answer:
            found = self.answer.pop(path)
            if isinstance(found, NoAnswer):
                raise found
            return found
        if path == "get_suite_token":
            assert (body["suite_id"], body["suite_secret"]) == (SUITE, SECRET)
            if body["suite_ticket"] != self.ticket:
                return HttpResponse.of_json({"errcode": 40085, "errmsg": "invalid suite_ticket"})
            self.tokens += 1
            # in success there is no errcode, for historical reasons
            return HttpResponse.of_json({"suite_access_token": f"suite-{self.tokens}", "expires_in": 7200})
        if query != {"suite_access_token": f"suite-{self.tokens}"}:
            return HttpResponse.of_json({"errcode": 42009, "errmsg": f"expired {query}"})
        if path == "v2/get_permanent_code":
            return HttpResponse.of_json({"permanent_code": "perm-1", "auth_corp_info": {"corpid": CORP}})
        assert (body["auth_corpid"], body["permanent_code"]) == (CORP, "perm-1")
        self.corp_tokens += 1
        return HttpResponse.of_json(
            {"errcode": 0, "access_token": f"corp-{self.corp_tokens}", "expires_in": 7200}
        )


class CorpDialect(SuiteDialect):
    """What room for WeCom will have of its own: another key, and ``access_token`` in the query."""

    token_key = f"wecom:{SUITE}:{CORP}"

    def request(self, operation: Any, *, token: str) -> HttpRequest:
        return HttpRequest(method="POST", url="https://corp", query={"access_token": token})

    def answer(self, operation: Any, response: HttpResponse, *, token: str) -> Any:
        return json.loads(response.body)


def world(server: Server, hand: Hand) -> tuple[ProviderTokens, MerchantConversation]:
    habits = Habits(
        retry=Retry(), rate_limit=None, token_store=MemoryTokenStore(monotonic=hand), random_state=7,
        clock=SystemClock(), monotonic=hand,
    )  # fmt: skip
    scheme = SuiteScheme(suite_id=SUITE, suite_secret=SECRET, base_url=BASE)
    tokens = ProviderTokens(scheme, SuiteDialect(suite_id=SUITE, suite_secret=SECRET, base_url=BASE), habits)
    dialect = CorpDialect(suite_id=SUITE, suite_secret="", base_url=BASE)
    return tokens, MerchantConversation(dialect, habits, tokens=tokens, merchant=CORP)


def token_of(conversation: MerchantConversation, server: Server) -> str:
    """The token that a call of the corporation is sent with."""
    seen: list[str] = []

    def wire(request: HttpRequest) -> HttpResponse:
        if request.url != "https://corp":
            return server(request)
        seen.append(dict(request.query)["access_token"])
        return HttpResponse.of_json({"errcode": 0})

    with waiting_off():
        run(conversation.fetch(GetCorpToken(auth_corpid="x", permanent_code="x")), wire)
    return seen[0]


def push(topic: str, at: int = 10, **more: str) -> dict[str, Any]:
    return {"SuiteId": SUITE, "InfoType": topic, "TimeStamp": str(at), **more}


def authorized(tokens: ProviderTokens, conversation: MerchantConversation, server: Server) -> str:
    keep_suite_push(tokens, push("suite_ticket", SuiteTicket=server.ticket))
    found = keep_suite_push(tokens, push("create_auth", AuthCode="code-1"))
    assert (found.kind, found.code) == (NoticeKind.AUTHORIZATION, "code-1")
    return run(tokens.authorize(found.code, conversation_of=lambda _: conversation), server)


def test_from_the_ticket_to_a_corporations_token() -> None:
    """The permanent code takes the place of a refresh token and stays when tokens run out."""

    server, hand = Server(), Hand()
    tokens, conversation = world(server, hand)
    assert authorized(tokens, conversation, server) == CORP
    assert token_of(conversation, server) == "corp-1"
    assert token_of(conversation, server) == "corp-1"
    hand.now += 7000
    assert token_of(conversation, server) == "corp-2"
    assert server.calls == [
        "get_suite_token", "v2/get_permanent_code", "get_corp_token", "get_suite_token", "get_corp_token",
    ]  # fmt: skip


def test_an_expired_suite_token_is_renewed_and_the_ticket_stays() -> None:
    """42009 and 40082: complaint 8, the ticket is not dropped with the token."""

    server = Server()
    tokens, conversation = world(server, Hand())
    authorized(tokens, conversation, server)
    for code in (42009, 40082):
        server.answer["get_corp_token"] = HttpResponse.of_json({"errcode": code, "errmsg": "x"})
    assert token_of(conversation, server) == "corp-1"
    assert server.tokens == 2


def test_withdrawn_and_given_again() -> None:
    """cancel_auth ends calls without a request; a later authorization undoes it, an earlier one does not."""

    server = Server()
    tokens, conversation = world(server, Hand())
    authorized(tokens, conversation, server)
    token_of(conversation, server)
    sent = len(server.calls)
    future = 4_000_000_000
    gone = keep_suite_push(tokens, push("cancel_auth", future, AuthCorpId=CORP))
    assert (gone.kind, gone.corp_id) == (NoticeKind.AUTHORIZATION, CORP)
    keep_suite_push(tokens, push("change_auth", future - 1, AuthCorpId=CORP))
    with pytest.raises(AuthorizationRevoked):
        token_of(conversation, server)
    assert len(server.calls) == sent
    keep_suite_push(tokens, push("change_auth", future + 1, AuthCorpId=CORP))
    assert token_of(conversation, server) == "corp-1"


def test_what_goes_wrong_is_said() -> None:
    """A stale ticket, no authorization, a lost exchange, an answer that is none."""

    server = Server()
    tokens, conversation = world(server, Hand())
    with pytest.raises(AuthenticationFailed, match="ticket"), waiting_off():
        run(tokens.authorize("code", conversation_of=lambda _: conversation), server)
    keep_suite_push(tokens, push("suite_ticket", SuiteTicket="stale"))
    with pytest.raises(AuthenticationFailed, match="40085"), waiting_off():
        run(tokens.authorize("code", conversation_of=lambda _: conversation), server)
    keep_suite_push(tokens, push("suite_ticket", 11, SuiteTicket=server.ticket))
    with pytest.raises(AuthenticationFailed, match="has not authorized"):
        token_of(conversation, server)
    with waiting_off():
        assert not run(tokens.recover(CORP, conversation=conversation), server)
        for answer, kind in (
            (NoAnswer("no answer in time"), Unverified),
            (HttpResponse(503), Unverified),
            (HttpResponse(404), ProtocolViolation),
            (HttpResponse(200, b"<html>"), Unverified),
            (HttpResponse.of_json({"permanent_code": "T0KEN"}), ProtocolViolation),
            (HttpResponse.of_json({"errcode": 48002, "errmsg": SECRET}), Exception),
        ):
            server.answer["v2/get_permanent_code"] = answer
            with pytest.raises(kind) as caught:
                run(tokens.authorize("code", conversation_of=lambda _: conversation), server)
            assert "T0KEN" not in str(caught.value)
            assert SECRET not in str(caught.value)


def test_a_suite_push_comes_through_the_shared_door() -> None:
    """XML, encrypted for the SuiteId; unknown InfoTypes survive."""

    clock = SystemClock()
    desk = PushDesk(app_id=SUITE, now=clock.now, form="xml")
    door = WeChatDoor(
        crypto=WeChatCrypto(token=desk.token, encoding_aes_key=desk.encoding_aes_key, receivers=[SUITE, CORP])
    )
    call = desk.call("suite_ticket", push("suite_ticket", SuiteTicket="t"), outer="SuiteId")
    message = door.receive(query=dict(call.query), body=call.body).message
    tokens, _ = world(Server(), Hand())
    assert keep_suite_push(tokens, message).kind is NoticeKind.TICKET
    assert keep_suite_push(tokens, push("share_agent_change")).kind is NoticeKind.OTHER
    assert keep_suite_push(tokens, {}).kind is NoticeKind.OTHER
