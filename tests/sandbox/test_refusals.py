"""Requests that the store refuses, each with the code of wechat.md §3."""

import json
import re

import pytest

from privdomain.errors import ArgumentError
from privdomain.sandbox import EmulatedWeChatShop, Quota
from privdomain.sandbox.wechat_shop._replies import MESSAGES

WEEK = 7 * 86_400
LIST, GET = "order/list/get", "order/get"


def window(length, **more):
    return {
        "update_time_range": {"start_time": 1_700_000_000, "end_time": 1_700_000_000 + length},
        "page_size": 10,
    } | more


@pytest.fixture
def caller(serve, make_order):
    return serve(orders=[make_order(1)])


CASES = [
    ("no range at all", LIST, {"page_size": 10}, 40097),
    ("a range of seven days", LIST, window(WEEK), 0),
    ("a range of seven days and a second", LIST, window(WEEK + 1), 40097),
    (
        "a creation range of eight days beside a good one",
        LIST,
        window(1, create_time_range={"start_time": 0, "end_time": 8 * 86_400}),
        40097,
    ),
    ("a range that runs backwards", LIST, window(-1), 40097),
    ("a range without its end", LIST, {"create_time_range": {"start_time": 1}, "page_size": 10}, 40097),
    ("a range that is a list", LIST, {"create_time_range": [1, 2], "page_size": 10}, 47001),
    (
        "a time as text",
        LIST,
        {"create_time_range": {"start_time": "1", "end_time": 2}, "page_size": 10},
        47001,
    ),
    (
        "a time as a fraction",
        LIST,
        {"create_time_range": {"start_time": 1.5, "end_time": 2}, "page_size": 10},
        47001,
    ),
    ("no page size", LIST, window(1, page_size=None), 40097),
    ("page size 0", LIST, window(1, page_size=0), 40097),
    ("page size 1", LIST, window(1, page_size=1), 0),
    ("page size 100", LIST, window(1, page_size=100), 0),
    ("page size 101", LIST, window(1, page_size=101), 40097),
    ("page size as text", LIST, window(1, page_size="10"), 47001),
    ("page size true", LIST, window(1, page_size=True), 47001),
    ("status as text", LIST, window(1, status="20"), 47001),
    ("openid as a number", LIST, window(1, openid=5), 47001),
    ("next_key as a number", LIST, window(1, next_key=5), 47001),
    ("a cursor somebody made up", LIST, window(1, next_key="abc"), 40097),
    ("unknown members are ignored", LIST, window(1, colour="red"), 0),
    ("order_id as a number", GET, {"order_id": 3700000000000000001}, 47001),
    ("no order_id", GET, {}, 40097),
    ("an empty order_id", GET, {"order_id": ""}, 40097),
    ("an order of nobody", GET, {"order_id": "3700000000000009999"}, 100002),
    ("the flag of old as text", GET, {"order_id": "1", "encode_sensitive_info": "yes"}, 47001),
    ("an order that is there", GET, {"order_id": "3700000000000000001"}, 0),
    ("a body that is a list", GET, [], 47001),
    ("a body that is null", GET, b"null", 44002),
    ("a body that is no JSON", GET, b'{"order_id": ', 47001),
    ("a body that is no UTF-8", GET, b'{"order_id": "\xff\xfe"}', 47001),
    ("a body nested without end", GET, b"[" * 100_000, 47001),
    ("an empty body", GET, b"", 44002),
    ("product page size 31", "product/list/get", {"page_size": 31}, 10020051),
    ("product page size 30", "product/list/get", {"page_size": 30}, 0),
    ("a product of nobody", "product/get", {"product_id": "5"}, 10020052),
    ("product_id as a number", "product/get", {"product_id": 5}, 47001),
    ("no product_id", "product/get", {"productId": "5"}, 10020051),
    ("data_type 4", "product/get", {"product_id": "5", "data_type": 4}, 10020051),
    ("stock of nobody", "product/stock/get", {"product_id": "5", "sku_id": "6"}, 10020052),
    ("a path that is not there", "order/search", {}, 40066),
    ("a path with a slash too many", "order//get", {}, 40066),
]


@pytest.mark.parametrize(
    ("path", "body", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_request_has_its_code(caller, path, body, code):
    """HTTP is 200 throughout; errors carry a message and a request id, success says ok."""
    answer = caller.post(path, body)

    assert answer["errcode"] == code
    if code:
        assert set(answer) == {"errcode", "errmsg"}
        assert answer["errmsg"].startswith(MESSAGES[code])
        assert re.search(r" rid: [0-9a-f-]{26}$", answer["errmsg"])
    else:
        assert answer["errmsg"] == "ok"


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/channels/ec/order/get", 43002),
        ("PUT", "/channels/ec/order/get", 43002),
        ("GET", "/cgi-bin/stable_token", 43002),
        ("POST", "/cgi-bin/token", 43001),
        ("GET", "/", 40066),
    ],
)
def test_a_path_has_one_method(caller, method, path, code):
    """Known path, wrong method: said before the token is looked at."""
    assert caller.send(method, path, {})["errcode"] == code


def test_the_message_says_what_is_wrong(caller):
    """errmsg names the argument and never repeats what was sent."""
    answer = caller.post(LIST, window(WEEK + 1, openid="oSomebody"))

    assert "update_time_range must not span more than 7 days" in answer["errmsg"]
    assert "oSomebody" not in answer["errmsg"]


def test_answers_are_utf8_without_escapes_and_sometimes_called_text(serve, make_order):
    """§1: the body is JSON whatever the header says; Chinese is not escaped."""
    shop = EmulatedWeChatShop(orders=[make_order(1)], text_plain_every=2)
    caller = serve(platforms=[shop])
    token = caller.stable()["access_token"]
    kinds = []
    for _ in range(4):
        body = json.dumps({"order_id": "3700000000000000001"})
        reply, content = caller.raw("POST", f"/channels/ec/order/get?access_token={token}", body)
        kinds.append(reply.getheader("Content-Type"))
        assert "龙井" in content.decode("utf-8")
        assert b"\\u" not in content

    assert kinds == ["text/plain", "application/json; charset=utf-8"] * 2


def test_a_minute_and_a_day_have_their_quota(serve, clock, make_order):
    """45011 until the next minute, 45009 until midnight in Beijing; each path counts for itself."""
    shop = EmulatedWeChatShop(
        orders=[make_order(1)],
        clock=clock,
        quota=Quota(per_minute=2),
        quotas={"/channels/ec/product/list/get": Quota(per_day=3)},
    )
    caller = serve(platforms=[shop])
    order, products = {"order_id": "3700000000000000001"}, {"page_size": 1}

    assert [caller.post(GET, order)["errcode"] for _ in range(3)] == [0, 0, 45011]
    assert [caller.post("product/list/get", products)["errcode"] for _ in range(4)] == [0, 0, 0, 45009]
    clock.move(59)
    assert caller.post(GET, order)["errcode"] == 45011
    clock.move(1)
    assert caller.post(GET, order)["errcode"] == 0
    clock.at = clock.at.replace(hour=15, minute=59)
    caller.token = ""
    assert caller.post("product/list/get", products)["errcode"] == 45009
    clock.move(60)
    assert caller.post("product/list/get", products)["errcode"] == 0


def test_a_refused_call_does_not_use_up_the_next_minute(serve, clock):
    """What is over the limit is not counted."""
    caller = serve(platforms=[EmulatedWeChatShop(clock=clock, quota=Quota(per_day=2))])

    codes = [caller.post("product/list/get", {"page_size": 1})["errcode"] for _ in range(4)]
    assert codes == [0, 0, 45009, 45009]


def test_a_bad_token_costs_no_quota(serve, clock):
    """The token is looked at first."""
    caller = serve(platforms=[EmulatedWeChatShop(clock=clock, quota=Quota(per_day=1))])

    assert caller.post("product/list/get", {"page_size": 1}, token="nothing")["errcode"] == 40014
    assert caller.post("product/list/get", {"page_size": 1})["errcode"] == 0


def test_a_quota_for_a_path_that_is_not_there_is_refused():
    """With the nearest path."""
    with pytest.raises(ArgumentError, match="did you mean '/channels/ec/order/get'"):
        EmulatedWeChatShop(quotas={"/channels/ec/order/gett": Quota()})
