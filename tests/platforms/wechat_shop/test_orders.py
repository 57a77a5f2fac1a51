"""``orders()``, ``order()`` and ``products()``: windows, pages, cursors, and what cannot be read."""

from __future__ import annotations

import copy
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from privdomain.calendar import Period
from privdomain.errors import (
    ArgumentError,
    AuthenticationFailed,
    PayloadError,
    PermissionDenied,
    PlatformUnavailable,
    ProtocolViolation,
    RateLimited,
    RemoteError,
    RequestRejected,
)
from privdomain.models import ProductStatus
from privdomain.platforms import HttpResponse
from privdomain.platforms.wechat_shop import AsyncWeChatShop, GetProduct
from tests.platforms._scripted import (
    DAY,
    KINDS,
    NOVEMBER,
    T0,
    ScriptedShop,
    busy,
    detail,
    ids,
    many_orders,
    options,
    order_payload,
    pull,
    shop_of,
)

WEEK = Period(NOVEMBER.start, NOVEMBER.start + timedelta(days=7))


def _at(*seconds: int) -> ScriptedShop:
    """A shop whose orders A, B, … were updated at these seconds after the beginning of November."""
    orders = [order_payload(chr(ord("A") + n), update_time=T0 + second) for n, second in enumerate(seconds)]
    return ScriptedShop({order["order_id"]: order for order in orders})


# --- windows ---


def test_a_month_is_asked_for_in_windows_of_at_most_seven_days() -> None:
    """The platform refuses longer ranges; consecutive windows share their boundary, because it may be exclusive."""

    server = ScriptedShop()
    pull("sync", server)
    ranges = [body["update_time_range"] for body in server.bodies("order/list/get")]

    assert [(r["start_time"] - T0, r["end_time"] - T0) for r in ranges] == [
        (0, 7 * DAY), (7 * DAY, 14 * DAY), (14 * DAY, 21 * DAY), (21 * DAY, 28 * DAY), (28 * DAY, 30 * DAY),
    ]  # fmt: skip


def test_an_order_of_the_second_where_windows_meet_comes_once() -> None:
    """Both windows list it, because both bounds are inclusive."""

    server = _at(0, 7 * DAY, 7 * DAY + 1)
    pages, _, _ = pull("sync", server)

    assert [[order.order_id for order in page.items] for page in pages[:2]] == [["A", "B"], ["C"]]
    assert ids(pages) == ["A", "B", "C"]


def test_an_order_that_changed_between_two_windows_comes_again() -> None:
    """The second copy is a newer one; leaving it out would lose a change."""

    server = _at(7 * DAY)

    def changed(server: ScriptedShop) -> HttpResponse:
        server.orders["A"]["update_time"] = T0 + 8 * DAY
        return server.answer(server.requests[-1])

    server.interrupts = {4: changed}
    pages, _, _ = pull("sync", server)

    assert [order.updated_at.day for page in pages for order in page.items] == [7, 8]


def test_the_period_is_half_open_although_the_platform_is_not() -> None:
    """An order of the period's last second belongs to the next period, and only to it."""

    server = _at(0, 7 * DAY - 1, 7 * DAY)
    pages, _, _ = pull("sync", server, updated=WEEK)
    next_pages, _, _ = pull("sync", server, updated=Period(WEEK.end, WEEK.end + timedelta(days=1)))

    assert ids(pages) == ["A", "B"]
    assert ids(next_pages) == ["C"]


def test_a_period_without_a_whole_second_asks_nothing() -> None:
    """The platform counts in seconds."""

    start = datetime(2026, 11, 1, 0, 0, 0, 200_000, tzinfo=UTC)
    server = ScriptedShop()

    assert pull("sync", server, updated=Period(start, start + timedelta(milliseconds=500)))[0] == []
    assert server.requests == []


# --- pages and cursors ---


def test_a_page_is_a_page_of_ids_with_its_orders() -> None:
    """``page_size`` is what the platform is asked for; every window has at least one page."""

    server = ScriptedShop(many_orders(5))
    pages, _, _ = pull("sync", server, page_size=2, updated=WEEK)

    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert [page.cursor is None for page in pages] == [False, False, True]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pull_can_go_on_from_any_cursor(kind: str) -> None:
    """Whatever page a process died after, the pages from its cursor are the ones that were missing."""

    orders = many_orders(40, step_s=6 * 3600)
    whole, _, _ = pull(kind, ScriptedShop(orders), page_size=7)

    for number, page in enumerate(whole[:-1]):
        with shop_of(ScriptedShop(orders)) as shop:
            listing = shop.orders(updated=NOVEMBER, page_size=7)
            rest = list(listing.pages(start=page.cursor))
        assert rest == whole[number + 1 :]


def test_the_seam_survives_a_restart() -> None:
    """A cursor remembers which orders of the window's last second have been given."""

    server = _at(7 * DAY, 7 * DAY, 7 * DAY + 1)
    pages, _, _ = pull("sync", server)
    with shop_of(server) as shop:
        rest = list(shop.orders(updated=NOVEMBER).pages(start=pages[0].cursor))

    assert ids(pages[:1]) == ["A", "B"]
    assert ids(rest) == ["C"]


def test_a_cursor_is_text_that_says_where_it_belongs() -> None:
    """It is JSON, so that it can be kept anywhere; what is in it is ours."""

    pages, _, _ = pull("sync", ScriptedShop(many_orders(5)), page_size=2)

    assert json.loads(str(pages[0].cursor))["of"] == "orders"


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ("", "is no cursor of orders"),
        ("nonsense", "is no cursor of orders"),
        ("[1]", "is no cursor of orders"),
        ('{"of": "products", "shop": "wx1", "key": "3"}', "is no cursor of orders"),
        ('{"of": "orders", "shop": "wx2"}', "belongs to shop 'wx2', not to 'wx1'"),
        (
            '{"of": "orders", "shop": "wx1", "from": 1, "to": 2, "window": 0, "key": ""}',
            "the period it was made for",
        ),
        (
            f'{{"of": "orders", "shop": "wx1", "from": {T0}, "to": {T0 + 30 * DAY}, "window": 5, "key": ""}}',
            "changed",
        ),
        (f'{{"of": "orders", "shop": "wx1", "from": {T0}, "to": {T0 + 30 * DAY}, "window": 0}}', "changed"),
    ],
)
def test_a_wrong_cursor_is_refused_before_anything_is_sent(start: str, message: str) -> None:
    """A cursor of another listing, shop or period would silently leave orders out."""

    server = ScriptedShop()
    with shop_of(server) as shop, pytest.raises(ArgumentError, match=message):
        shop.orders(updated=NOVEMBER).pages(start=start)
    assert server.requests == []


@pytest.mark.parametrize("page_size", [0, 101, -1, "50", True])
def test_a_page_size_the_platform_does_not_allow_is_refused(page_size: Any) -> None:
    """Said before any request, with the bound."""

    server = ScriptedShop()
    with shop_of(server) as shop, pytest.raises(ArgumentError, match="page_size"):
        list(shop.orders(updated=NOVEMBER, page_size=page_size))
    assert server.requests == []


# --- endless listings: complaint 18 ---


def _listed(**fields: Any) -> HttpResponse:
    return HttpResponse.of_json(
        {"errcode": 0, "order_id_list": ["A"], "next_key": "k", "has_more": True} | fields
    )


@pytest.mark.parametrize(
    "interrupts",
    [
        {2: _listed(), 4: _listed()},  # the same key again
        {2: _listed(next_key="k1"), 4: _listed(next_key="k2"), 6: _listed(next_key="k1")},  # a circle
        {2: _listed(next_key="")},  # back to the beginning
        {2: _listed(order_id_list=[])},  # an empty page that says there is more
        {2: _listed(order_id_list=None)},
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_listing_cannot_run_for_ever(kind: str, interrupts: dict[int, HttpResponse]) -> None:
    """A key that was sent before, or "more" without anything, is a violation of the protocol."""

    server = ScriptedShop({"A": order_payload("A")}, interrupts=interrupts)
    _, raised, _ = pull(kind, server, updated=WEEK)

    assert isinstance(raised, ProtocolViolation)
    assert raised.platform == "wechat_shop"
    assert len(server.requests) <= 7


def test_a_last_page_may_name_a_key() -> None:
    """Only has_more decides: a key beside has_more = false is not asked for."""

    server = ScriptedShop({"A": order_payload("A")}, interrupts={2: _listed(has_more=False)})

    assert ids(pull("sync", server, updated=WEEK)[0]) == ["A"]


# --- what cannot be read ---


def test_a_bad_order_is_set_aside_and_its_neighbours_are_kept() -> None:
    """The page carries it with every bad path and the payload, for a dead-letter table."""

    bad = detail(order_payload("B", status="shipped"), "product_infos.0.sku_cnt", "two")
    bad = detail(bad, "price_info.order_price", "12.5")
    server = ScriptedShop({"A": order_payload("A"), "B": bad, "C": order_payload("C")})
    pages, raised, _ = pull("sync", server, updated=WEEK)
    [error] = pages[0].rejected

    assert raised is None
    assert ids(pages) == ["A", "C"]
    assert (error.kind, error.ref, error.payload["order"]) == ("order", "B", bad)
    assert [problem.path for problem in error.problems] == [
        "order.status",
        "order.order_detail.product_infos[0].sku_cnt",
        "order.order_detail.price_info.order_price",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_iterating_raises_at_a_bad_order(kind: str) -> None:
    """Who iterates items and not pages is told; the good ones of its page come first."""

    server = ScriptedShop({"A": order_payload("A", status="shipped"), "B": order_payload("B")})
    met: list[str] = []

    def blocking() -> None:
        with shop_of(server) as shop:
            met.extend(order.order_id for order in shop.orders(updated=WEEK))

    async def awaited() -> None:
        async with AsyncWeChatShop(transport=server, **options()) as shop:
            async for order in shop.orders(updated=WEEK):
                met.append(order.order_id)

    with pytest.raises(PayloadError, match="order A does not have the documented form"):
        blocking() if kind == "sync" else anyio.run(awaited, backend=kind)
    assert met == ["B"]


def test_an_answer_without_an_order_is_set_aside() -> None:
    """errcode 0 and nothing beside it."""

    server = ScriptedShop(
        many_orders(2), interrupts={3: HttpResponse.of_json({"errcode": 0, "errmsg": "ok"})}
    )
    pages, _, _ = pull("sync", server, updated=WEEK)

    assert [str(problem) for problem in pages[0].rejected[0].problems] == ["order: is missing"]
    assert len(ids(pages)) == 1


def test_an_order_that_vanishes_between_list_and_detail_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """There is nothing to hand out; a warning names it, and the listing goes on."""

    server = ScriptedShop(many_orders(3))
    gone = list(server.orders)[1]

    def vanish(server: ScriptedShop) -> HttpResponse:
        del server.orders[gone]
        return server.answer(server.requests[-1])

    server.interrupts = {4: vanish}
    with caplog.at_level(logging.WARNING, logger="privdomain"):
        pages, raised, _ = pull("sync", server, updated=WEEK)

    assert raised is None
    assert len(ids(pages)) == 2
    assert gone not in ids(pages)
    assert f"{gone} was listed and is gone" in caplog.text


def test_an_order_listed_twice_on_a_page_is_read_once() -> None:
    """Its detail is asked for once, and it comes once."""

    server = ScriptedShop(
        {"A": order_payload("A")}, interrupts={2: _listed(order_id_list=["A", "A"], has_more=False)}
    )

    assert ids(pull("sync", server, updated=WEEK)[0]) == ["A"]
    assert server.paths.count("order/get") == 1


def test_ids_may_be_listed_as_numbers() -> None:
    """Complaint 15: declared as text, sent as numbers beyond 2^53."""

    order = order_payload("3705115058471208928")
    listed = _listed(order_id_list=[3705115058471208928], has_more=False)
    server = ScriptedShop({order["order_id"]: order}, interrupts={2: listed})

    assert ids(pull("sync", server, updated=WEEK)[0]) == ["3705115058471208928"]
    assert server.bodies("order/get") == [
        {"order_id": "3705115058471208928"}
    ]  # and asked for as text: complaint 14


# --- one order ---


def test_one_order() -> None:
    """``order(id)`` reads one, now."""

    with shop_of(ScriptedShop({"A": order_payload("A")}), shop_id="tea-shop") as shop:
        order = shop.order("A")

    assert (order.order_id, order.platform, order.shop_id) == ("A", "wechat_shop", "tea-shop")


def test_an_order_that_does_not_exist_is_refused() -> None:
    """100002 is a `RequestRejected` that says what it means, after one attempt."""

    server = ScriptedShop()
    with (
        shop_of(server) as shop,
        pytest.raises(RequestRejected, match="is not found, or is another shop's") as caught,
    ):
        shop.order("A")

    assert (caught.value.code, caught.value.retryable, len(server.requests)) == ("100002", False, 2)


def test_an_order_id_is_text() -> None:
    """Complaint 14: the platform answers 47001 to a number; we do not send it."""

    server = ScriptedShop()
    with (
        shop_of(server) as shop,
        pytest.raises(ArgumentError, match="order_id is int; ids are text"),
    ):
        shop.order(3705115058471208928)  # type: ignore[arg-type]  # the mistake under test
    assert server.requests == []


# --- products ---


def _product(product_id: str, **changes: Any) -> dict[str, Any]:
    skus = [
        {
            "sku_id": f"{product_id}1",
            "sale_price": 9900,
            "market_price": 12900,
            "stock_num": 5,
            "sku_code": "T",
        }
    ]
    return {"product_id": product_id, "title": "龙井", "status": 5, "skus": skus} | changes


def test_products_are_listed_without_a_has_more_flag() -> None:
    """The list ends at an empty page or an empty key; deleted products are left out."""

    products = {str(n): _product(str(n), status=9 if n == 4 else 5) for n in range(1, 8)}
    with shop_of(ScriptedShop(products=products)) as shop:
        listing = shop.products(page_size=3)
        pages = list(listing.pages())
        rest = list(listing.pages(start=pages[0].cursor))

    assert [[product.product_id for product in page.items] for page in pages] == [
        ["1", "2", "3"], ["5", "6"], ["7"], [],
    ]  # fmt: skip
    assert rest == pages[1:]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_products_awaited(backend: str) -> None:
    """The same pages; and any operation can be awaited."""

    server = ScriptedShop(products={str(n): _product(str(n)) for n in range(1, 5)})

    async def main() -> tuple[list[str], str]:
        async with AsyncWeChatShop(transport=server, **options()) as shop:
            listed = [product.product_id async for product in shop.products(page_size=3)]
            reply = await shop.send(GetProduct(product_id="2"))
            assert reply.product is not None
            return listed, reply.product.product_id

    assert anyio.run(main, backend=backend) == (["1", "2", "3", "4"], "2")


def test_a_product_that_vanishes_is_left_out() -> None:
    """10020052, as for orders."""

    server = ScriptedShop(
        products={str(n): _product(str(n)) for n in range(1, 4)}, interrupts={4: busy(10020052)}
    )
    with shop_of(server) as shop:
        assert [product.product_id for product in shop.products()] == ["1", "3"]


def test_a_refused_product_is_set_aside() -> None:
    """As for orders."""

    products = {str(n): _product(str(n)) for n in range(1, 4)}
    with shop_of(ScriptedShop(products=products, interrupts={4: busy(40097)})) as shop:
        page = next(iter(shop.products().pages()))

    assert [product.product_id for product in page.items] == ["1", "3"]
    assert [(error.kind, error.ref) for error in page.rejected] == [("product", "2")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", [40097, 47001, 12345])
def test_an_order_the_platform_refuses_is_set_aside(kind: str, code: int) -> None:
    """Raised, it would stop every pull of this shop at the same place; its neighbours are kept."""

    server = ScriptedShop(many_orders(3), interrupts={4: busy(code, "call 138 1234 5678 rid: 7-7-7")})
    pages, raised, _ = pull(kind, server, updated=WEEK)
    [error] = pages[0].rejected
    [problem] = error.problems

    assert raised is None
    assert ids(pages) == [list(server.orders)[n] for n in (0, 2)]
    assert (error.kind, error.ref, error.payload) == ("order", list(server.orders)[1], {"errcode": str(code)})
    assert problem.path == "order"
    assert f"code {code}" in problem.problem
    assert "5678" not in str(error)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (busy(40013), AuthenticationFailed),
        (busy(48001), PermissionDenied),
        (busy(45009), RateLimited),
        (HttpResponse(503), PlatformUnavailable),
        (HttpResponse(404), ProtocolViolation),
    ],
)
def test_what_is_wrong_with_more_than_one_order_ends_the_listing(
    answer: HttpResponse, error: type[RemoteError]
) -> None:
    """The account, the pace, the platform: the next order would meet the same."""

    server = ScriptedShop(many_orders(3), interrupts=dict.fromkeys(range(4, 20), answer))
    pages, raised, _ = pull("sync", server, updated=WEEK)

    assert (pages, type(raised)) == ([], error)


def test_a_refused_listing_is_refused() -> None:
    """Only this can be a cursor that the platform does not accept."""

    _, raised, _ = pull("sync", ScriptedShop(many_orders(3), interrupts={2: busy(40097)}), updated=WEEK)

    assert isinstance(raised, RequestRejected)
    assert raised.code == "40097"


@pytest.mark.parametrize("at", [1, 5])
def test_a_refused_token_is_no_refused_order(at: int) -> None:
    """A token is fetched in the middle of a pull, too: what it meets there concerns every order."""

    def die(server: ScriptedShop) -> HttpResponse:
        server.revoke()
        return server.answer(server.requests[-1])

    server = ScriptedShop(many_orders(3), interrupts={4: die, at: busy(50004, "rid: 5-5-5")})
    pages, raised, _ = pull("sync", server, updated=WEEK)

    assert pages == []
    assert isinstance(raised, AuthenticationFailed)
    assert (raised.code, raised.request_id, raised.attempts) == ("50004", "5-5-5", 1)
    assert isinstance(raised.__cause__, RequestRejected)


BAD_IDS = [1.5e18, None, True, "", 0, [], {"id": "1"}, ["1"]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", BAD_IDS, ids=repr)
def test_a_listed_id_that_is_none_takes_no_neighbour_along(kind: str, bad: Any) -> None:
    """It is handed over with its place; the good ones of the page are read."""

    listed = _listed(order_id_list=[bad, "A"], has_more=False)
    pages, raised, _ = pull(
        kind, ScriptedShop({"A": order_payload("A")}, interrupts={2: listed}), updated=WEEK
    )
    [error] = pages[0].rejected

    assert raised is None
    assert ids(pages) == ["A"]
    assert [problem.path for problem in error.problems] == ["order_id_list[0]"]
    assert (error.kind, error.ref, error.payload) == ("order", "", {"order_id_list": [bad]})
    assert error.__context__ is None


def test_a_page_of_nothing_but_bad_ids_is_not_empty() -> None:
    """The listing goes on behind it."""

    server = ScriptedShop(
        {"A": order_payload("A")},
        interrupts={2: _listed(order_id_list=[None, 2.5]), 3: _listed(has_more=False)},
    )
    pages, raised, _ = pull("sync", server, updated=WEEK)

    assert raised is None
    assert [len(page.rejected) for page in pages] == [2, 0]
    assert ids(pages) == ["A"]


@pytest.mark.parametrize("listed", ["A", 7, {"A": 1}])
def test_a_listing_that_is_no_list_is_a_payload_error(listed: Any) -> None:
    """There is nothing to read one by one."""

    server = ScriptedShop(interrupts={2: _listed(order_id_list=listed)})
    _, raised, _ = pull("sync", server, updated=WEEK)

    assert isinstance(raised, PayloadError)
    assert [problem.path for problem in raised.problems] == ["order_id_list"]


def test_a_listed_product_id_that_is_none_is_set_aside() -> None:
    """As for orders."""

    listed = HttpResponse.of_json({"errcode": 0, "product_ids": [1.5, 1], "next_key": ""})
    with shop_of(ScriptedShop(products={"1": _product("1")}, interrupts={2: listed})) as shop:
        [page] = shop.products().pages()

    assert [product.product_id for product in page.items] == ["1"]
    assert [(error.kind, error.problems[0].path) for error in page.rejected] == [
        ("product", "product_ids[0]")
    ]


def test_the_answer_must_be_what_was_asked_for() -> None:
    """Another order under this one's name would be stored as a change that nobody made."""

    server = ScriptedShop({"A": order_payload("B"), "C": order_payload("C")})
    other = HttpResponse.of_json({"errcode": 0, "product": _product("2")})
    with shop_of(server) as shop:
        with pytest.raises(PayloadError, match="order_id: is not the order that was asked for; expected 'A'"):
            shop.order("A")
        [error] = next(iter(shop.orders(updated=WEEK).pages())).rejected
    with shop_of(ScriptedShop(products={"1": _product("1")}, interrupts={3: other})) as shop:
        [wrong] = next(iter(shop.products().pages())).rejected

    assert (error.ref, error.payload["order"]["order_id"]) == ("A", "B")
    assert (wrong.ref, [problem.path for problem in wrong.problems]) == ("1", ["product.product_id"])


def test_a_product_list_that_repeats_its_key_is_a_violation() -> None:
    """As for orders."""

    again = HttpResponse.of_json({"errcode": 0, "product_ids": ["1"], "next_key": "k"})
    server = ScriptedShop(products={"1": _product("1")}, interrupts={2: again, 4: again})
    with shop_of(server) as shop, pytest.raises(ProtocolViolation, match="for the second time"):
        list(shop.products())


def test_a_bad_product_is_set_aside() -> None:
    """As for orders."""

    products = {"1": _product("1", status={"a": 1}), "2": _product("2")}
    with shop_of(ScriptedShop(products=products)) as shop:
        [page, _] = shop.products().pages()

    assert [product.product_id for product in page.items] == ["2"]
    assert [problem.path for problem in page.rejected[0].problems] == ["product.status"]


@pytest.mark.parametrize(
    "start", ["", "x", '{"of":"products","shop":"wx1"}', '{"of":"products","shop":"x","key":"1"}']
)
def test_a_wrong_product_cursor_is_refused(start: str) -> None:
    """As for orders."""

    with shop_of(ScriptedShop()) as shop, pytest.raises(ArgumentError, match="cursor"):
        shop.products().pages(start=start)


def test_a_draft_is_a_product_too() -> None:
    """What has never been on sale is only in ``edit_product``."""

    draft = HttpResponse.of_json({"errcode": 0, "product": {}, "edit_product": _product("1", status=0)})
    server = ScriptedShop(products={"1": _product("1")}, interrupts={3: draft})
    with shop_of(server) as shop:
        [product] = shop.products()

    assert product.status is ProductStatus.DRAFT


def test_the_payloads_of_these_tests_are_never_changed_by_reading() -> None:
    """``raw`` is what the platform said."""

    payload = order_payload("A", unionid=None, openid="o1")
    before = copy.deepcopy(payload)
    with shop_of(ScriptedShop({"A": payload})) as shop:
        order = shop.order("A")

    assert payload == before
    assert order.raw == before
