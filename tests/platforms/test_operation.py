"""Operations: endpoints as small classes."""

from __future__ import annotations

from typing import ClassVar

import anyio
import pytest

from privdomain.errors import (
    ArgumentError,
    PayloadError,
    ProtocolViolation,
    RequestRejected,
    Unverified,
    UsageError,
)
from privdomain.platforms import (
    Done,
    HttpRequest,
    HttpResponse,
    IdText,
    KeyPaging,
    Operation,
    Payload,
    Repeat,
)
from privdomain.platforms._paging import next_key
from privdomain.platforms.wechat_shop import AsyncWeChatShop, GetOrder, ListOrders, OrderReply, TimeRange
from tests.platforms._scripted import (
    DAY,
    KINDS,
    T0,
    ScriptedShop,
    busy,
    many_orders,
    options,
    shop_of,
    silence,
)


class SetNotes(Operation[Done]):
    path: ClassVar = "/channels/ec/order/merchantnotes/update"
    page: ClassVar = (
        "https://developers.weixin.qq.com/doc/channels/API/order/merchantnotes_update.html (read 2026-11-24)"
    )
    repeat: ClassVar = Repeat.NEVER
    order_id: str
    merchant_notes: str | None = None


class Gift(Operation[Done]):
    path: ClassVar = "/channels/ec/order/presentorder/create"
    page: ClassVar = "https://developers.weixin.qq.com/doc/channels/API/order/ (read 2026-11-24)"
    repeat: ClassVar = Repeat.WITH_KEY("idempotent_id")
    activity_id: str
    idempotent_id: str | None = None


class ShopInfo(Payload):
    nickname: str = ""


class GetShop(Operation[ShopInfo]):
    path: ClassVar = "/shop/ec/basics/info/get"
    page: ClassVar = "https://developers.weixin.qq.com/doc/channels/API/basics/ (read 2026-11-24)"
    method: ClassVar = "GET"
    repeat: ClassVar = Repeat.ALWAYS
    lang: str = "zh"
    short: bool = True
    scene: str | None = None


class Anything(ScriptedShop):
    """Answers whatever is asked with success."""

    def answer(self, request: HttpRequest) -> HttpResponse:
        if request.url.endswith("stable_token"):
            return super().answer(request)
        return HttpResponse.of_json({"errcode": 0, "errmsg": "ok", "nickname": "茶"})


def test_the_reply_type_is_written_once() -> None:
    """It is the generic parameter."""

    assert (GetOrder.reply, SetNotes.reply, GetShop.reply) == (OrderReply, Done, ShopInfo)


def test_chinese_is_sent_as_it_is() -> None:
    """Some endpoints keep escapes as they come; fields that are None are not sent."""

    server = Anything()
    with shop_of(server) as shop:
        assert shop.send(SetNotes(order_id="1", merchant_notes="请轻放🍵")) == Done()
        shop.send(SetNotes(order_id="1"))

    assert server.requests[1].body == '{"order_id":"1","merchant_notes":"请轻放🍵"}'.encode()
    assert server.requests[2].body == b'{"order_id":"1"}'


def test_a_path_is_whole_and_a_get_has_a_query() -> None:
    """Newer endpoints lie under another base; a few are GETs."""

    server = Anything()
    with shop_of(server) as shop:
        assert shop.send(GetShop()).nickname == "茶"

    assert (server.requests[1].method, server.requests[1].full_url, server.requests[1].body) == (
        "GET", "https://api.weixin.qq.com/shop/ec/basics/info/get?access_token=T0KEN-1&lang=zh&short=true", b"",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "interrupt", "attempts"),
    [
        (GetOrder(order_id="1"), silence(), 2),
        (SetNotes(order_id="1"), silence(), 1),  # nobody knows whether it was done
        (SetNotes(order_id="1"), busy(), 1),
        (SetNotes(order_id="1"), HttpResponse(502), 1),
        (SetNotes(order_id="1"), silence(may_have_arrived=False), 2),  # it certainly was not
        (SetNotes(order_id="1"), busy(45011), 2),
        (SetNotes(order_id="1"), busy(42001), 2),
        (SetNotes(order_id="1"), HttpResponse(429), 2),
        (Gift(activity_id="1"), silence(), 1),  # the key that makes it safe is not there
        (Gift(activity_id="1", idempotent_id="k"), silence(), 2),
    ],
)
def test_when_an_operation_is_repeated(
    operation: Operation[Payload], interrupt: HttpResponse, attempts: int
) -> None:
    """Reads always; writes with their key, or where the platform certainly did nothing."""

    server = Anything(interrupts={2: interrupt})
    with shop_of(server) as shop:
        if attempts == 1:
            with pytest.raises(Unverified):  # it may have been carried out: that is not the same as a failure
                shop.send(operation)
        elif isinstance(operation, GetOrder):
            with pytest.raises(PayloadError, match="order: is missing"):
                shop.send(operation)
        else:
            shop.send(operation)

    assert sum(request.url.endswith(operation.path) for request in server.requests) == attempts


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "GetOrder.order_id: is missing"),
        ({"order_id": 1}, "GetOrder.order_id: is a whole number; expected text"),
        ({"order_id": "1", "orderid": "1"}, "GetOrder.orderid: is not a field"),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, str], message: str) -> None:
    """All of them by name, before anything is sent."""

    with pytest.raises(ArgumentError, match=message):
        GetOrder(**fields)


def test_a_key_that_is_no_field_is_a_mistake_of_the_class() -> None:
    """Said when the class is made, with the nearest field."""

    with pytest.raises(
        UsageError, match="'idempotent_key', which is no field of it; did you mean 'idempotent_id'"
    ):

        class Wrong(Operation[Done]):
            path: ClassVar = "/x"
            page: ClassVar = "https://example.com (read 2026-11-24)"
            repeat: ClassVar = Repeat.WITH_KEY("idempotent_key")
            idempotent_id: str

    with pytest.raises(UsageError, match="pages by 'next_key'"):

        class Unpaged(Operation[Done]):
            path: ClassVar = "/x"
            page: ClassVar = "https://example.com (read 2026-11-24)"
            paging: ClassVar = KeyPaging(items="items")


def test_a_page_number_may_go_up_with_the_key() -> None:
    """Two listings of 微信小店 want both; a counter that is no field is a mistake in the code."""

    with pytest.raises(UsageError, match="pages by 'page_number'"):

        class Miscounted(Operation[Done]):
            path: ClassVar = "/x"
            page: ClassVar = "https://example.com (read 2026-11-24)"
            paging: ClassVar = KeyPaging(items="items", counts="page_number")
            next_key: str = ""


def test_an_operation_that_is_no_listing_has_no_next() -> None:
    """A mistake in the code, not in the answer."""

    with pytest.raises(UsageError, match="GetOrder is no listing"):
        next_key(GetOrder(order_id="1"), Done(), asked=(), platform="x")


@pytest.mark.parametrize("kind", KINDS)
def test_any_listing_can_be_walked(kind: str) -> None:
    """``replies`` needs nothing but the operation; an endless listing is refused here too."""

    server = ScriptedShop(many_orders(7))
    operation = ListOrders(update_time_range=TimeRange(start_time=T0, end_time=T0 + DAY), page_size=3)
    found: list[list[str]] = []

    async def awaited() -> None:
        async with AsyncWeChatShop(transport=server, **options()) as shop:
            async for reply in shop.replies(operation):
                found.append(list(reply.order_id_list))

    if kind == "sync":
        with shop_of(server) as shop:
            found.extend(list(reply.order_id_list) for reply in shop.replies(operation))
    else:
        anyio.run(awaited, backend=kind)

    assert [len(page) for page in found] == [3, 3, 1]
    again = HttpResponse.of_json({"errcode": 0, "order_id_list": ["1"], "next_key": "3", "has_more": True})
    server.interrupts = {len(server.requests) + n: again for n in (2, 3)}
    with shop_of(server) as shop, pytest.raises(ProtocolViolation):
        list(shop.replies(operation))


def test_an_operation_that_pages_not_is_not_walked() -> None:
    """A mistake in the code."""

    with shop_of(ScriptedShop()) as shop, pytest.raises(UsageError, match="GetOrder is no listing"):
        list(shop.replies(GetOrder(order_id="1")))


class Keys(Payload):
    order_id_list: tuple[IdText, ...] = ()
    next_key: str = ""
    has_more: bool = False


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Keys(order_id_list=("1",), next_key="b", has_more=True), "b"),
        (Keys(order_id_list=("1",), next_key="b", has_more=False), None),
        (Keys(order_id_list=("1",), next_key="a", has_more=False), None),
        (Keys(has_more=False), None),
    ],
)
def test_what_comes_next(reply: Keys, expected: str | None) -> None:
    """One pure function: operation, reply and the keys asked so far."""

    operation = ListOrders(update_time_range=TimeRange(start_time=0, end_time=1))

    assert next_key(operation, reply, asked={"", "a"}, platform="x") == expected


def test_an_unknown_code_is_a_rejection_that_is_not_repeated() -> None:
    """The message says so, in the platform's words, without secrets and phone numbers."""

    said = "坏了 13800001111 T0KEN-1 s3cret-of-the-app rid: 66aa-bb"
    server = Anything(interrupts={2: busy(12345678, said)})
    with shop_of(server) as shop, pytest.raises(RequestRejected) as caught:
        shop.send(SetNotes(order_id="1"))

    assert (caught.value.code, caught.value.request_id, len(server.requests)) == ("12345678", "66aa-bb", 2)
    assert "坏了 *** *** *** rid" in str(caught.value)
    assert "SetNotes" in str(caught.value)
