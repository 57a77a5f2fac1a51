"""Provider mode (服务商): the ticket, authorizations, many shops on one address, and what may go wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import pytest

from privdomain.errors import (
    ArgumentError,
    AuthenticationFailed,
    AuthorizationRevoked,
    PlatformUnavailable,
    RequestRejected,
    UsageError,
    WebhookRefused,
)
from privdomain.models import Notice, NoticeKind
from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore, NoAnswer, waiting_off
from privdomain.platforms.wechat_shop import GetAuthorizer, WeChatProvider
from privdomain.sandbox import (
    EmulatedWeChatOpenPlatform,
    EmulatedWeChatShop,
    OutgoingCall,
    PushDesk,
    Request,
    Sandbox,
    wechat_line,
    wechat_order,
)
from privdomain.sandbox.wechat_shop import DEFAULT_AES_KEY, DEFAULT_PUSH_TOKEN

START = datetime(2026, 11, 11, tzinfo=UTC)
ONE, TWO = "wx5a9d0b0c00000001", "wx5a9d0b0c00000002"
ORDERS = {ONE: "3700000000000000001", TWO: "3700000000000000002"}


class Hand:
    """Both clocks, moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class World:
    """The open platform with two shops, in a function; every request is written down."""

    def __init__(self, **changes: Any) -> None:
        self.hand = Hand()
        shops = []
        for app_id, order_id in ORDERS.items():
            line = wechat_line(product_id="1", sku_id="2", quantity=1, sale_price=100)
            order = wechat_order(order_id, openid="oA", created=START, lines=[line])
            shops.append(EmulatedWeChatShop(app_id=app_id, orders=[order], clock=self.hand.now))
        self.platform = EmulatedWeChatOpenPlatform(shops=shops, clock=self.hand.now, **changes)
        self.store = MemoryTokenStore(monotonic=self.hand.monotonic)
        self.paths: list[str] = []
        self.lose: set[str] = set()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = urlsplit(request.url).path
        self.paths.append(path.rpartition("/")[2])
        asked = Request(
            method=request.method, path=path, query=dict(request.query), headers={}, body=request.body
        )
        reply = self.platform.handle(asked, None)
        if self.paths[-1] in self.lose:
            raise NoAnswer("no answer in time")
        return HttpResponse(reply.status, reply.body, {"content-type": reply.content_type})

    @contextmanager
    def provider(self, **changes: Any) -> Iterator[WeChatProvider]:
        usual: dict[str, Any] = {
            "component_app_id": self.platform.component_app_id, "token": DEFAULT_PUSH_TOKEN,
            "component_app_secret": self.platform.component_app_secret, "encoding_aes_key": DEFAULT_AES_KEY,
            "token_store": self.store, "transport": self, "async_transport": self, "clock": self.hand,
            "monotonic": self.hand.monotonic, "random_state": 7, "shop_ids": {ONE: "tea-house"},
        }  # fmt: skip
        with waiting_off(), WeChatProvider(**usual | changes) as provider:
            yield provider


def told(provider: WeChatProvider, call: OutgoingCall, *, at: datetime | None = None) -> Notice:
    delivery = provider.webhook.receive(
        headers={}, query=dict(call.query), body=call.body, app_id=call.path.strip("/"), at=at
    )
    assert delivery.reply.body == b"success"
    (notice,) = delivery.notices
    return notice


def ready(world: World, provider: WeChatProvider, *app_ids: str) -> None:
    told(provider, world.platform.push_ticket())
    for app_id in app_ids:
        assert provider.accept(told(provider, world.platform.authorize(app_id))) == app_id


# --- the way it goes ---


def test_from_the_ticket_to_an_order_of_each_shop() -> None:
    """One application, two shops, one transport, one token store."""

    world = World()
    with world.provider() as provider:
        ready(world, provider, ONE, TWO)
        for app_id, order_id in ORDERS.items():
            with provider.shop(app_id) as shop:
                assert shop.order(order_id).order_id == order_id
            assert provider.shop(app_id).order(order_id).shop_id == provider.shop_id_of(app_id)
        assert provider.shop_id_of(ONE) == "tea-house"
        assert provider.shop_id_of(TWO) == TWO
    assert world.paths == [
        "api_component_token",
        "api_query_auth",
        "api_query_auth",
        "get",
        "get",
        "get",
        "get",
    ]


def test_awaited_it_sends_the_same() -> None:
    """``aaccept``, ``apre_auth_code``, ``arecover``, ``asend`` and an awaiting shop."""

    async def go() -> None:
        told(provider, world.platform.push_ticket())
        assert await provider.aaccept(told(provider, world.platform.authorize(ONE))) == ONE
        assert await provider.aaccept(told(provider, world.platform.push_ticket())) == ""
        async with provider.async_shop(ONE) as shop:
            assert (await shop.order(ORDERS[ONE])).shop_id == "tea-house"
        assert await provider.apre_auth_code()
        assert await provider.arecover(ONE)
        asked = GetAuthorizer(component_appid=provider.component_app_id, authorizer_appid=ONE)
        assert (await provider.asend(asked)).authorization_info.authorizer_appid == ONE
        await provider.aclose()

    world = World()
    with world.provider() as provider:
        anyio.run(go)


def test_against_the_sandbox_over_http() -> None:
    """Real sockets, our own transport, both kinds of client."""

    shop = EmulatedWeChatShop(
        app_id=ONE,
        orders=[
            wechat_order(
                ORDERS[ONE], openid="oA", created=START,
                lines=[wechat_line(product_id="1", sku_id="2", quantity=1, sale_price=100)],
            )
        ],
    )  # fmt: skip
    platform = EmulatedWeChatOpenPlatform(shops=[shop])

    async def awaited() -> str:
        async with provider, provider.async_shop(ONE) as client:
            return (await client.order(ORDERS[ONE])).order_id

    with (
        Sandbox(platforms=[platform]) as box,
        WeChatProvider(
            component_app_id=platform.component_app_id, component_app_secret=platform.component_app_secret,
            token=DEFAULT_PUSH_TOKEN, encoding_aes_key=DEFAULT_AES_KEY, token_store=MemoryTokenStore(),
            base_url=box.url("wechat_open"),
        ) as provider,
    ):  # fmt: skip
        told(provider, platform.push_ticket())
        provider.accept(told(provider, platform.authorize(ONE)))
        assert provider.shop(ONE).order(ORDERS[ONE]).order_id == ORDERS[ONE]
        assert anyio.run(awaited) == ORDERS[ONE]
        shown = repr([(request.query, request.body) for request in box.requests])
        assert platform.component_app_secret not in shown
        assert "refreshtoken@@@" not in shown
        assert "ticket@@@" not in shown
    with pytest.raises(UsageError, match="closed"):
        provider.shop(ONE)


def test_the_page_for_merchants() -> None:
    """A pre-authorization code and the address it goes into."""

    world = World()
    with world.provider() as provider:
        told(provider, world.platform.push_ticket())
        page = provider.login_page(provider.pre_auth_code(), redirect_uri="https://example.com/back?a=1")
    query = parse_qs(urlsplit(page).query)
    assert query["component_appid"] == [world.platform.component_app_id]
    assert query["redirect_uri"] == ["https://example.com/back?a=1"]
    assert query["pre_auth_code"][0].startswith("preauthcode@@@")


# --- notices ---


def test_what_the_notices_say() -> None:
    """A ticket without the ticket, an authorization with its code, an event with its shop."""

    world = World()
    with world.provider() as provider:
        ticket = told(provider, world.platform.push_ticket())
        granted = told(provider, world.platform.authorize(ONE))
        again = told(provider, world.platform.authorize(ONE))
        withdrawn = told(provider, world.platform.withdraw(ONE))
        paid = world.platform.event(TWO, "channels_ec_order_pay", {"order_info": {"order_id": ORDERS[TWO]}})
        event = told(provider, paid)
    assert (ticket.kind, ticket.app_id, ticket.shop_id) == (NoticeKind.TICKET, provider.component_app_id, "")
    assert ticket.raw["ComponentVerifyTicket"] == "***"
    assert [one.topic for one in (granted, again, withdrawn)] == [
        "authorized", "updateauthorized", "unauthorized",
    ]  # fmt: skip
    for notice in (granted, again, withdrawn):
        assert (notice.kind, notice.app_id, notice.shop_id) == (NoticeKind.AUTHORIZATION, ONE, "tea-house")
    assert granted.raw["AuthorizationCode"].startswith("queryauthcode@@@")
    assert (event.kind, event.app_id, event.shop_id, event.ref) == (NoticeKind.ORDER, TWO, TWO, ORDERS[TWO])
    assert len({one.key for one in (ticket, granted, again, withdrawn, event)}) == 5


def _push(world: World, message: dict[str, Any], **changes: Any) -> OutgoingCall:
    sends = PushDesk(app_id=world.platform.component_app_id, now=world.hand.now, form="xml", **changes)
    return sends.call("x", message, outer="AppId")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"AppId": "wx-other", "InfoType": "authorized", "AuthorizerAppid": ONE}, "wrong_receiver"),
        ({"InfoType": "authorized"}, "malformed"),
        ({"InfoType": "authorized", "AuthorizerAppid": "wx 1"}, "malformed"),
        ({"InfoType": "component_verify_ticket"}, "malformed"),
        ({"InfoType": "component_verify_ticket", "ComponentVerifyTicket": {"a": "1"}}, "malformed"),
        ({"InfoType": {"a": "1"}}, "wrong_receiver"),
        ({"InfoType": "i" * 65}, "malformed"),
        ({"Event": "channels_ec_order_pay", "order_info": {"order_id": "1"}}, "malformed"),
    ],
)
def test_what_is_no_push_of_ours_is_refused(message: dict[str, Any], reason: str) -> None:
    """An event without its shop says how the address has to end."""

    world = World()
    with world.provider() as provider, pytest.raises(WebhookRefused) as caught:
        told(provider, _push(world, message))
    assert caught.value.reason == reason


def test_other_info_types_survive_and_paths_are_checked() -> None:
    """The platform has more of them; and a path is nobody's to choose freely."""

    world = World()
    with world.provider() as provider:
        notice = told(provider, _push(world, {"AppId": provider.component_app_id, "InfoType": "notify_icp"}))
        assert (notice.kind, notice.topic) == (NoticeKind.OTHER, "notify_icp")
        event = world.platform.event(ONE, "channels_ec_order_pay", {})
        for path in ("../x", "a b", "x" * 65):
            with pytest.raises(WebhookRefused) as caught:
                provider.webhook.receive(headers={}, query=dict(event.query), body=event.body, app_id=path)
            assert caught.value.reason == "malformed"
        # a message that names the shop itself as its receiver is accepted on that shop's path only
        direct = PushDesk(app_id=ONE, now=world.hand.now, receiver=ONE, form="xml").order(
            "channels_ec_order_new", ORDERS[ONE]
        )
        query = dict(direct.query)
        found = provider.webhook.receive(headers={}, query=query, body=direct.body, app_id=ONE)
        assert found.notices[0].app_id == ONE
        with pytest.raises(WebhookRefused) as caught:
            provider.webhook.receive(headers={}, query=query, body=direct.body, app_id=TWO)
        assert caught.value.reason == "wrong_receiver"
        check = PushDesk(app_id=provider.component_app_id, now=world.hand.now).url_check("hello")
        handshake = provider.webhook.receive(headers={}, query=dict(check.query), body=b"")
        assert (handshake.reply.body, handshake.notices) == (b"hello", ())


# --- the ticket ---


def test_without_a_ticket_it_says_what_to_look_at() -> None:
    """Nothing is sent."""

    world = World()
    with world.provider() as provider, pytest.raises(AuthenticationFailed, match="has not pushed a ticket"):
        provider.pre_auth_code()
    assert world.paths == []


def test_a_late_older_ticket_does_not_replace_a_newer_one() -> None:
    """Pushes are repeated and overtake each other."""

    world = World()
    with world.provider() as provider:
        old = world.platform.push_ticket()
        world.hand.move(60)
        told(provider, world.platform.push_ticket())
        before = {key: world.store.get(key).value for key in list(world.store._entries)}
        told(provider, old)
        assert {key: world.store.get(key).value for key in world.store._entries} == before


def test_a_token_error_drops_no_ticket() -> None:
    """Complaint 8: SDKs lost the ticket with the token, and were dumb for ten minutes."""

    world = World()
    with world.provider() as provider:
        ready(world, provider, ONE)
        world.platform.revoke_tokens()
        assert provider.pre_auth_code()
        assert provider.shop(ONE).order(ORDERS[ONE]).order_id == ORDERS[ONE]


def test_the_application_s_token_is_renewed_before_its_end() -> None:
    """After 1 h 50 min, and by one process for all."""

    world = World()
    with world.provider() as first, world.provider() as second:
        told(first, world.platform.push_ticket())
        first.pre_auth_code()
        second.pre_auth_code()
        world.hand.move(6601)
        second.pre_auth_code()
        first.pre_auth_code()
    assert world.paths.count("api_component_token") == 2


# --- merchants' tokens ---


def test_a_merchants_token_is_renewed_by_its_refresh_token() -> None:
    """Rotated or not, stored before it is used."""

    for rotates in (False, True):
        world = World(rotates=rotates)
        with world.provider() as provider:
            ready(world, provider, ONE)
            for _ in range(3):
                world.hand.move(6601)
                told(provider, world.platform.push_ticket())
                assert provider.shop(ONE).order(ORDERS[ONE]).order_id == ORDERS[ONE]
        assert world.platform.renewals == 3
        assert "api_get_authorizer_info" not in world.paths


@pytest.mark.parametrize("rotates", [False, True])
def test_a_renewal_whose_answer_is_lost_loses_nothing(rotates: bool) -> None:
    """Even where every renewal ends the refresh token before: the platform is asked for the new one."""

    world = World(rotates=rotates)
    with world.provider() as provider:
        ready(world, provider, ONE)
        world.hand.move(6601)
        told(provider, world.platform.push_ticket())
        world.lose = {"api_authorizer_token"}
        with pytest.raises((PlatformUnavailable, AuthorizationRevoked)):
            provider.shop(ONE).order(ORDERS[ONE])
        world.lose = set()
        world.hand.move(60)
        assert provider.shop(ONE).order(ORDERS[ONE]).order_id == ORDERS[ONE]


@pytest.mark.parametrize("by_hand", [True, False])
def test_an_exchange_whose_answer_is_lost_can_be_recovered(by_hand: bool) -> None:
    """The code is used up; the platform still knows the refresh token."""

    world = World()
    with world.provider() as provider:
        told(provider, world.platform.push_ticket())
        notice = told(provider, world.platform.authorize(ONE))
        world.lose = {"api_query_auth"}
        with pytest.raises(PlatformUnavailable, match="QueryAuthorization"):
            provider.accept(notice)
        world.lose = set()
        with pytest.raises(AuthenticationFailed, match="recover"):
            provider.shop(ONE).order(ORDERS[ONE])
        assert provider.recover(ONE) if by_hand else provider.accept(notice) == ONE
        assert provider.shop(ONE).order(ORDERS[ONE]).order_id == ORDERS[ONE]
        with pytest.raises(RequestRejected, match="code"):
            provider.authorize("queryauthcode@@@unknown")


def test_a_shop_that_never_authorized_is_told_apart() -> None:
    """Not revoked: never given; nothing is sent."""

    world = World()
    with world.provider() as provider:
        ready(world, provider)
        sent = len(world.paths)
        with pytest.raises(AuthenticationFailed, match="has not authorized") as caught:
            provider.shop(ONE).order(ORDERS[ONE])
        assert not isinstance(caught.value, AuthorizationRevoked)
        assert len(world.paths) == sent


# --- withdrawn ---


def test_a_withdrawn_authorization_ends_calls_at_once_in_every_process() -> None:
    """Here without a request; elsewhere after the one that the platform refuses. No loop, and others go on."""

    world = World()
    with world.provider() as here, world.provider() as there:
        ready(world, here, ONE, TWO)
        shops = [one.shop(ONE) for one in (here, there)]
        for shop in shops:
            shop.order(ORDERS[ONE])
        assert told(here, world.platform.withdraw(ONE)).kind is NoticeKind.AUTHORIZATION
        sent = len(world.paths)
        for _ in range(3):
            with pytest.raises(AuthorizationRevoked, match="withdrawn"):
                shops[0].order(ORDERS[ONE])
        assert len(world.paths) == sent
        for _ in range(3):
            with pytest.raises(AuthorizationRevoked):
                shops[1].order(ORDERS[ONE])
        assert world.paths[sent:] == ["get"]
        assert here.shop(TWO).order(ORDERS[TWO]).order_id == ORDERS[TWO]


def test_a_withdrawal_that_was_never_pushed_is_met_and_said() -> None:
    """The platform says 61003 to the renewal."""

    world = World()
    with world.provider() as provider:
        ready(world, provider, ONE)
        world.platform.withdraw(ONE)
        with pytest.raises(AuthorizationRevoked) as caught:
            provider.shop(ONE).order(ORDERS[ONE])
        assert caught.value.code == "61003"
        sent = len(world.paths)
        for _ in range(3):
            with pytest.raises(AuthorizationRevoked):
                provider.shop(ONE).order(ORDERS[ONE])
        assert len(world.paths) == sent
        assert not provider.recover(ONE)
        assert provider.pre_auth_code()  # the application's own token is as good as before


def test_authorized_again_it_works_again_everywhere() -> None:
    """Also in the process that saw only the withdrawal."""

    world = World()
    with world.provider() as here, world.provider() as there:
        ready(world, here, ONE)
        here.shop(ONE).order(ORDERS[ONE])
        there.shop(ONE).order(ORDERS[ONE])
        told(here, world.platform.withdraw(ONE))
        with pytest.raises(AuthorizationRevoked):
            here.shop(ONE).order(ORDERS[ONE])
        world.hand.move(30)
        there.accept(told(there, world.platform.authorize(ONE)))
        for provider in (there, here):
            assert provider.shop(ONE).order(ORDERS[ONE]).order_id == ORDERS[ONE]


def test_a_late_withdrawal_does_not_undo_a_newer_authorization() -> None:
    """By the platform's own times, whatever the order of arrival; repeated pushes change nothing."""

    world = World()
    with world.provider() as provider:
        ready(world, provider, ONE)
        world.hand.move(10)
        gone = world.platform.withdraw(ONE)
        world.hand.move(10)
        back = world.platform.authorize(ONE)
        provider.accept(told(provider, back))
        told(provider, gone)
        assert provider.shop(ONE).order(ORDERS[ONE]).order_id == ORDERS[ONE]
        world.hand.move(10)
        last = world.platform.withdraw(ONE)
        for call in (last, back, gone, last):
            told(provider, call)
        with pytest.raises(AuthorizationRevoked):
            provider.shop(ONE).order(ORDERS[ONE])


# --- how it is made ---


def test_what_cannot_work_is_refused_at_once() -> None:
    """Empty credentials, a shop without a name, a name that is two."""

    world = World()
    with world.provider() as provider:
        for app_id in ("", provider.component_app_id):
            with pytest.raises(ArgumentError, match="app_id"):
                provider.shop(app_id)
        assert provider.shop(TWO, shop_id="second").shop_id == "second"
        with pytest.raises(ArgumentError, match="second"):
            provider.shop(TWO, shop_id="third")
        with pytest.raises(ArgumentError, match="shop_id"):
            provider.shop(ONE, shop_id="")
        with pytest.raises(UsageError, match="webhook"):
            _ = provider.shop(ONE).webhook
        assert world.platform.component_app_secret not in repr(provider) + repr(provider.webhook)
    for wrong in ({"component_app_secret": ""}, {"encoding_aes_key": ""}, {"token": ""}, {"base_url": "x"}):
        with pytest.raises(ArgumentError), world.provider(**wrong):
            pass


def test_no_answer_of_the_platform_shows_a_token() -> None:
    """A reply of the wrong form is named by its paths."""

    def server(request: HttpRequest) -> HttpResponse:
        if request.url.endswith("component_token"):
            return HttpResponse.of_json({"component_access_token": ["T0KEN"], "expires_in": 7200})
        raise AssertionError(request)

    world = World()
    with world.provider(transport=server) as provider:
        told(provider, world.platform.push_ticket())
        with pytest.raises(Exception, match="no token") as caught:
            provider.pre_auth_code()
    assert "T0KEN" not in str(caught.value) + repr(vars(caught.value))
