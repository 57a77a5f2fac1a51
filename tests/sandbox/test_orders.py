"""Listing and reading orders: windows, filters, cursors, and orders that change while they are read."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privdomain.errors import ArgumentError
from privdomain.sandbox import EmulatedWeChatShop
from privdomain.sandbox.wechat_shop._fields import Fields
from privdomain.sandbox.wechat_shop._orders import OrderBook


def span(start, end):
    return {"start_time": start, "end_time": end}


def test_paging_walks_every_order_once(serve, make_order, at):
    """250 orders in pages of 100: three pages, each order once, in the order of update."""
    caller = serve(orders=[make_order(n, seconds=n // 3) for n in range(250)])

    ids, pages = caller.ids(update_time_range=span(at(), at(100)), page_size=100)

    assert ids == [make_order(n)["order_id"] for n in range(250)]
    assert pages == 3


def test_a_last_full_page_says_there_is_no_more(serve, make_order, at):
    """Exactly two pages of two: the second ends it, with an empty cursor."""
    caller = serve(orders=[make_order(n) for n in range(4)])
    query = {"update_time_range": span(at(), at()), "page_size": 2}

    first = caller.post("order/list/get", query)
    second = caller.post("order/list/get", query | {"next_key": first["next_key"]})

    assert (first["has_more"], len(first["order_id_list"])) == (True, 2)
    assert (second["has_more"], second["next_key"], len(second["order_id_list"])) == (False, "", 2)


def test_orders_that_arrive_while_paging_move_nothing(serve, make_order, at):
    """What is inserted before the cursor is not seen, what is inserted behind it is, and nothing comes twice."""
    caller = serve(orders=[make_order(n, seconds=n * 10) for n in range(6)])
    query = {"update_time_range": span(at(), at(1000)), "page_size": 3}
    first = caller.post("order/list/get", query)
    for late in (make_order(100, seconds=5), make_order(101, seconds=35)):
        caller.shop.put_order(late)
    second = caller.post("order/list/get", query | {"next_key": first["next_key"]})

    assert second["order_id_list"] == [
        make_order(3)["order_id"],
        make_order(101)["order_id"],
        make_order(4)["order_id"],
    ]
    third = caller.post("order/list/get", query | {"next_key": second["next_key"]})
    assert (third["order_id_list"], third["has_more"]) == ([make_order(5)["order_id"]], False)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(10, 20, [1, 2]), (11, 20, [2]), (10, 19, [1]), (20, 20, [2]), (11, 19, [])],
)
@pytest.mark.parametrize("kind", ["create_time_range", "update_time_range"])
def test_both_ends_of_a_window_belong_to_it(serve, make_order, at, kind, start, end, expected):
    """§4.1: inclusive on both sides."""
    caller = serve(orders=[make_order(1, seconds=10), make_order(2, seconds=20)])

    ids, _ = caller.ids(**{kind: span(at(start), at(end))}, page_size=10)

    assert ids == [make_order(n)["order_id"] for n in expected]


def test_filters_and_a_second_range_narrow_together(serve, make_order, at):
    """status, openid and both ranges are all of them true of what is listed, page by page."""
    later = datetime.fromtimestamp(at(500), UTC)
    orders = [
        make_order(n, seconds=n, openid="oA" if n % 2 else "oB", status=(20, 30, 100)[n % 3], updated=later)
        for n in range(60)
    ]
    caller = serve(orders=orders)
    query = {"update_time_range": span(at(500), at(500)), "create_time_range": span(at(10), at(50))}

    ids, pages = caller.ids(**query, status=30, openid="oA", page_size=2)

    expected = [order["order_id"] for n, order in enumerate(orders) if n % 2 and n % 3 == 1 and 10 <= n <= 50]
    assert ids == expected
    assert pages == -(-len(expected) // 2)


def test_an_openid_is_case_sensitive(serve, make_order, at):
    """oAb and oaB are two people."""
    caller = serve(orders=[make_order(1, openid="oAb"), make_order(2, openid="oaB")])

    assert caller.ids(create_time_range=span(at(), at()), openid="oaB", page_size=9)[0] == [
        make_order(2)["order_id"]
    ]


def test_a_cursor_belongs_to_its_query(serve, make_order, at):
    """Another window or filter with an old cursor is 40097; another page size is fine."""
    caller = serve(orders=[make_order(n) for n in range(5)])
    query = {"update_time_range": span(at(), at()), "page_size": 2}
    key = caller.post("order/list/get", query)["next_key"]

    assert caller.post("order/list/get", query | {"next_key": key, "page_size": 1})["errcode"] == 0
    assert caller.post("order/list/get", query | {"next_key": key, "status": 20})["errcode"] == 40097
    other = {"update_time_range": span(at(), at(1)), "page_size": 2, "next_key": key}
    assert caller.post("order/list/get", other)["errcode"] == 40097


def test_an_update_moves_the_order_to_the_sandbox_clock(serve, clock, make_order, at):
    """A later window finds what has changed, with its new state."""
    caller = serve(orders=[make_order(1), make_order(2)])
    order_id = make_order(1)["order_id"]
    clock.move(3600)
    caller.shop.update_order(order_id, status=30)

    assert caller.ids(update_time_range=span(at(1), at(3600)), page_size=9)[0] == [order_id]
    assert caller.ids(update_time_range=span(at(), at()), page_size=9)[0] == [make_order(2)["order_id"]]
    assert caller.ids(create_time_range=span(at(), at()), page_size=9)[0] == [
        order_id,
        make_order(2)["order_id"],
    ]
    served = caller.post("order/get", {"order_id": order_id})["order"]
    assert (served["status"], served["update_time"]) == (30, at(3600))


def test_an_order_is_served_as_it_was_given(serve, make_order):
    """Ids are strings beyond 2^53, and nothing is added or lost."""
    given_order = make_order(2**53 + 1, unionid="uA", customer_notes="请尽快")
    caller = serve(orders=[given_order])

    answer = caller.post("order/get", {"order_id": given_order["order_id"]})

    assert answer == {"errcode": 0, "errmsg": "ok", "order": given_order}


def test_a_payload_may_be_wrong_where_a_test_wants_it(serve, make_order):
    """Only what the index needs is checked."""
    broken = make_order(1)
    broken["order_detail"] = "nothing"
    caller = serve(orders=[broken])

    assert caller.post("order/get", {"order_id": broken["order_id"]})["order"]["order_detail"] == "nothing"


def test_what_cannot_be_indexed_is_refused_with_every_reason(make_order):
    """One error, every bad field."""
    with pytest.raises(ArgumentError) as caught:
        OrderBook([{"order_id": 5, "status": "20", "create_time": 1}])

    assert [problem.path for problem in caught.value.problems] == [
        "order.order_id",
        "order.status",
        "order.update_time",
    ]
    with pytest.raises(ArgumentError, match="twice"):
        OrderBook([make_order(1), make_order(1)])
    with pytest.raises(ArgumentError, match="no order"):
        EmulatedWeChatShop().update_order("1", status=30)
    with pytest.raises(ArgumentError, match="no order"):
        EmulatedWeChatShop().order("1")
    shop = EmulatedWeChatShop(orders=[make_order(1)])
    with pytest.raises(ArgumentError, match=r"order\.status: is str; expected int"):
        shop.update_order(make_order(1)["order_id"], status="30")


def test_a_clock_without_a_zone_is_refused():
    """Aware datetimes only."""
    with pytest.raises(ArgumentError, match="aware"):
        EmulatedWeChatShop(clock=lambda: datetime(2026, 1, 1)).now()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    moments=st.lists(st.integers(0, 20), max_size=30),
    moved=st.lists(st.tuples(st.integers(0, 29), st.integers(0, 25)), max_size=10),
    size=st.integers(1, 7),
    start=st.integers(0, 10),
    length=st.integers(0, 15),
)
def test_a_walk_is_the_window_sorted(make_order, moments, moved, size, start, length):
    """Law: whatever was put, replaced and moved before, a walk in any page size is the sorted window."""
    base = int(datetime(2026, 11, 11, tzinfo=UTC).timestamp())
    book = OrderBook()
    for number, moment in enumerate(moments):
        book.put(make_order(number, seconds=moment))
    for number, moment in moved:
        if number < len(moments):
            order_id = make_order(number)["order_id"]
            book.change(order_id, {}, at=base + moment)
    query = {"update_time_range": span(base + start, base + start + length), "page_size": size}
    walked, key = [], ""
    while True:
        page = book.list(Fields(query | {"next_key": key}), None)
        walked += page["order_id_list"]
        key = page["next_key"]
        if not page["has_more"]:
            break
        assert len(page["order_id_list"]) == size

    held = [book.payload(make_order(number)["order_id"]) for number in range(len(moments))]
    inside = [order for order in held if base + start <= order["update_time"] <= base + start + length]
    assert walked == [o["order_id"] for o in sorted(inside, key=lambda o: (o["update_time"], o["order_id"]))]


def test_a_page_of_a_long_history_does_not_look_at_all_of_it(make_order, at):
    """One page of 100 out of 20,000 orders asks for 101 payloads at most, filter or not."""

    class Counting(dict):
        reads = 0

        def __getitem__(self, key):
            Counting.reads += 1
            return super().__getitem__(key)

    template = make_order(1)
    orders = [
        Counting(template, order_id=f"{n:019d}", create_time=at(n), update_time=at(n)) for n in range(20_000)
    ]
    book = OrderBook(orders)
    Counting.reads = 0
    book.list(Fields({"update_time_range": span(at(), at(20_000)), "page_size": 100}), None)
    assert Counting.reads == 0
    book.list(
        Fields({"update_time_range": span(at(10_000), at(20_000)), "page_size": 100, "status": 20}), None
    )
    assert 100 <= Counting.reads <= 202
    assert timedelta(seconds=20_000) < timedelta(days=7)
