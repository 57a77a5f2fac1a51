"""Every fault over the wire: what the client sees, what the platform did, and that a seed decides which."""

import http.client
import json
import threading

import pytest

from privdomain.errors import ArgumentError
from privdomain.sandbox import Fault, FaultKind, Faults, Sandbox, When
from privdomain.sandbox.faults import FaultInjector

GET = "order/get"


@pytest.fixture
def caller(serve, make_order):
    made = serve(orders=[make_order(n, seconds=n) for n in range(5)])
    made.post(GET, {"order_id": "none"})  # the token is fetched, and is not what the faults below strike
    return made


def listing(at, **more):
    return {"update_time_range": {"start_time": at(), "end_time": at(100)}, "page_size": 2} | more


def outcomes(caller):
    return [(record.outcome, record.http_status) for record in caller.box.requests[2:]]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("reset", when="after"), ConnectionResetError),
        (Fault("timeout", when="after", hold_s=0), http.client.RemoteDisconnected),
        (Fault("truncated"), http.client.IncompleteRead),
        (Fault("wrong_json"), ValueError),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_an_answer_that_does_not_arrive(caller, make_order, fault, error):
    """The effect has happened, the client cannot know; the next call is answered on a new connection."""
    caller.box.fail_next(fault)
    with pytest.raises(error):
        caller.post(GET, {"order_id": make_order(1)["order_id"]})
    caller.connection.close()

    assert caller.box.requests[-1].code == "0"
    assert caller.box.requests[-1].fault == f"{fault.kind}:after"
    assert caller.post(GET, {"order_id": make_order(1)["order_id"]})["errcode"] == 0


@pytest.mark.parametrize("kind", ["reset", "timeout", "server_error"])
@pytest.mark.parametrize(("when", "issued"), [("before", 0), ("after", 1)])
def test_a_fault_strikes_before_or_after_the_effect(serve, kind, when, issued):
    """Told apart by whether a token was minted."""
    caller = serve()
    caller.box.fail_next(Fault(kind, when=when, hold_s=0))
    try:
        caller.stable()
    except (OSError, http.client.HTTPException, AssertionError):
        pass
    else:
        pytest.fail("no fault was seen")

    assert caller.shop.tokens_issued()["stable"] == issued


def test_a_server_error_is_a_page_of_html_with_a_5xx(caller):
    """The connection stays usable."""
    caller.box.fail_next(Fault("server_error"))
    reply, content = caller.raw("POST", "/channels/ec/order/get", b"{}")

    assert 500 <= reply.status <= 504
    assert content.startswith(b"<html>")
    assert caller.post(GET, {"order_id": "none"})["errcode"] == 100002


def test_a_truncated_answer_promises_more_than_it_sends(caller, make_order):
    """Content-Length is that of the whole."""
    caller.box.fail_next(Fault("truncated"))
    with pytest.raises(http.client.IncompleteRead) as caught:
        caller.post(GET, {"order_id": make_order(1)["order_id"]})

    assert len(caught.value.partial) > 100
    assert caught.value.expected > 100


def test_control_characters_break_a_strict_parser_only(caller, clock, make_order):
    """§1: raw control characters inside JSON strings, everything else as it should be."""
    caller.shop.put_order(make_order(9, customer_notes="快点", source={"account_nickname": "小店"}))
    caller.box.fail_next(Fault("control_characters"))
    body = json.dumps({"order_id": make_order(9)["order_id"]})
    _, content = caller.raw("POST", f"/channels/ec/order/get?access_token={caller.token}", body)

    with pytest.raises(json.JSONDecodeError, match="control character"):
        json.loads(content)
    order = json.loads(content, strict=False)["order"]
    assert order["order_detail"]["ext_info"]["customer_notes"] == "\x0b\x1b\x01快点"
    assert order["order_detail"]["source_infos"][0]["account_nickname"] == "\x0b\x1b\x01小店"
    assert order["order_id"] == make_order(9)["order_id"]


@pytest.mark.parametrize("code", ["-1", "45009", "45011", "40001"])
def test_a_code_is_said_without_doing_anything(serve, code):
    """With the platform's message and a request id."""
    caller = serve()
    caller.box.fail_next(Fault("code", code=code))
    answer = caller.stable()

    assert str(answer["errcode"]) == code
    assert " rid: " in answer["errmsg"]
    assert caller.shop.tokens_issued()["stable"] == 0


def test_system_busy_may_hide_an_effect(serve):
    """-1 after the effect: the token was minted, the answer says try again."""
    caller = serve()
    caller.box.fail_next(Fault("code", code="-1", when="after"))

    assert caller.stable()["errcode"] == -1
    assert caller.shop.tokens_issued()["stable"] == 1


def test_a_revoked_token_is_refused_and_a_new_one_is_another(caller):
    """Before the effect this very call is refused; after it the next one is."""
    token = caller.token
    caller.box.fail_next(Fault("revoked_token"))
    assert caller.post(GET, {"order_id": "none"})["errcode"] == 40001
    caller.token = ""
    assert caller.post(GET, {"order_id": "none"})["errcode"] == 100002
    assert caller.token != token

    caller.box.fail_next(Fault("revoked_token", when="after"))
    assert caller.post(GET, {"order_id": "none"})["errcode"] == 100002
    assert caller.post(GET, {"order_id": "none"})["errcode"] == 40001


def test_a_repeated_cursor_never_ends(caller, at):
    """The cursor that was sent comes back, with has_more; the first page cannot show it."""
    caller.box.fail_next(Fault("repeat_cursor"), times=2)
    first = caller.post("order/list/get", listing(at))
    second = caller.post("order/list/get", listing(at, next_key=first["next_key"]))
    third = caller.post("order/list/get", listing(at, next_key=second["next_key"]))
    fourth = caller.post("order/list/get", listing(at, next_key=third["next_key"]))

    assert first["has_more"]
    assert second == third == fourth | {"next_key": first["next_key"]}
    assert (second["next_key"], second["has_more"]) == (first["next_key"], True)
    assert fourth["next_key"] != first["next_key"]  # the fault is used up


def test_an_empty_page_with_more_loses_nothing(caller, at):
    """It says has_more with a cursor of its own, and whoever goes on gets every order."""
    caller.box.fail_next(Fault("empty_page"), times=2)
    query = listing(at)
    pages, key = [], ""
    while True:
        page = caller.post("order/list/get", query | {"next_key": key})
        pages.append(page["order_id_list"])
        if not page["has_more"]:
            break
        assert page["next_key"] != key
        key = page["next_key"]

    assert [len(page) for page in pages] == [0, 0, 2, 2, 1]


def test_a_product_listing_can_repeat_its_cursor(serve):
    """It has no has_more, so it cannot show an empty page that has more: that fault waits for one that can."""
    from privdomain.sandbox import WeChatSku, wechat_product

    sku = WeChatSku(sku_id="1", sale_price=1)
    caller = serve(products=[wechat_product(str(n), title="茶", skus=[sku]) for n in range(3)])
    caller.box.fail_next(Fault("empty_page"))
    caller.box.fail_next(Fault("repeat_cursor"))
    first = caller.post("product/list/get", {"page_size": 1})
    second = caller.post("product/list/get", {"page_size": 1, "next_key": first["next_key"]})

    assert len(first["product_ids"]) == 1
    assert second["next_key"] == first["next_key"]


def test_a_slow_answer_waits_to_be_released(caller, make_order, connect):
    """hold_s=None holds one client; others are served meanwhile."""
    path = "/channels/ec/order/get"  # only the order: the other caller asks for a token first
    caller.box.fail_next(Fault("slow", hold_s=None, path=path))
    answers = []
    done = threading.Event()

    def ask():
        answers.append(caller.post(GET, {"order_id": make_order(1)["order_id"]}))
        done.set()

    waiting = threading.Thread(target=ask)
    waiting.start()
    other = connect(caller.box)
    for _ in range(1000):  # other calls, until the held one has been taken in
        other.stable()
        if any(record.fault for record in caller.box.requests):
            break
    assert other.post(GET, {"order_id": make_order(1)["order_id"]})["errcode"] == 0
    assert not done.is_set()
    caller.box.release()
    waiting.join(timeout=10)

    assert answers[0]["errcode"] == 0


def test_a_client_times_out_on_a_held_answer(caller):
    """The client's own time-out strikes; closing the sandbox lets the server's thread go."""
    caller.box.fail_next(Fault("timeout", hold_s=None, when="after"))
    caller.connection.timeout = 0.05
    caller.connection.close()
    with pytest.raises(TimeoutError):
        caller.post(GET, {"order_id": "none"})

    assert outcomes(caller) == [("fault timeout:after", 0)]


def test_a_fault_for_one_path_leaves_the_others_alone(caller, at):
    """It waits for its path."""
    caller.box.fail_next(Fault("code", code="-1", path="/channels/ec/order/list/get"))

    assert caller.post(GET, {"order_id": "none"})["errcode"] == 100002
    assert caller.post("order/list/get", listing(at))["errcode"] == -1
    assert caller.post("order/list/get", listing(at))["errcode"] == 0


def test_the_same_seed_meets_the_same_faults(clock, make_order):
    """Over the wire: two runs of one client agree, another seed differs, and every fault of the plan occurs."""
    plan = "server_error=0.1, reset=0.1, code:-1=0.1, wrong_json=0.1, truncated=0.1, revoked_token=0.05, timeout=0.05"

    def run(seed):
        box = Sandbox(orders=[make_order(1)], faults=Faults.parse(plan, seed=seed), clock=clock)
        with box:
            connection = http.client.HTTPConnection(
                box.url("wechat_shop").removeprefix("http://"), timeout=10
            )
            seen = []
            for _ in range(200):
                try:
                    connection.request("POST", "/cgi-bin/token", b"{}")
                    reply = connection.getresponse()
                    seen.append((reply.status, json.loads(reply.read())["errcode"]))
                except (OSError, http.client.HTTPException, ValueError) as error:
                    seen.append(type(error).__name__)
                    connection.close()
            connection.close()
            return seen, [record.fault for record in box.requests]

    first, again, other = run(7), run(7), run(8)

    assert first == again
    assert first[1] != other[1]
    assert {told.split(":")[0] for told in first[1]} == {
        "",
        "server_error",
        "reset",
        "code",
        "wrong_json",
        "truncated",
        "revoked_token",
        "timeout",
    }
    assert 90 <= sum(1 for told in first[1] if told) <= 130  # 55 % of 200 asked for
    assert {"reset:before", "reset:after"} <= set(first[1])


def test_rates_are_kept_and_a_path_does_not_shift_the_draw():
    """Shares over 20,000 requests are within half a point; a request that cannot show its fault just passes."""
    plan = Faults([Fault("reset", rate=0.2), Fault("slow", rate=0.1, path="/a")], seed=3)
    here, there = (FaultInjector(plan, platform="wechat_shop") for _ in range(2))
    drawn = [here.draw("/a", shows=lambda _: True).fault for _ in range(20_000)]
    elsewhere = [there.draw("/b", shows=lambda _: True).fault for _ in range(20_000)]

    kinds = [fault.kind if fault else None for fault in drawn]
    assert abs(kinds.count(FaultKind.RESET) / 20_000 - 0.2) < 0.005
    assert abs(kinds.count(FaultKind.SLOW) / 20_000 - 0.1) < 0.005
    assert [fault and fault.kind for fault in elsewhere] == [
        k if k is FaultKind.RESET else None for k in kinds
    ]
    assert FaultInjector(plan, platform="douyin").draw("/a", shows=lambda _: True).number == 1


def test_a_plan_has_a_text():
    """kind[:detail][@path]=rate, read with every mistake listed at once."""
    read = Faults.parse("timeout=0.01,code:45011@/x=0.5, reset:before=0.25 ,", seed=5)

    assert read.seed == 5
    assert [(r.kind, r.code, r.path, r.when, r.rate) for r in read.rules] == [
        (FaultKind.TIMEOUT, "", "", When.EITHER, 0.01),
        (FaultKind.CODE, "45011", "/x", When.BEFORE, 0.5),
        (FaultKind.RESET, "", "", When.BEFORE, 0.25),
    ]
    assert Faults.parse("") == Faults()
    with pytest.raises(ArgumentError) as caught:
        Faults.parse("resett=0.1, reset=lots, slow, timeout:maybe=0.1, code=0.1, reset=3, slow:before=0.1")
    assert len(caught.value.problems) == 7
    assert "did you mean 'reset'" in str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Fault("rest"), "did you mean 'reset'"),
        (lambda: Fault("reset", rate=1.5), "share from 0 to 1"),
        (lambda: Fault("code"), "belongs to 'code'"),
        (lambda: Fault("reset", code="-1"), "belongs to 'code'"),
        (lambda: Fault("slow", hold_s=-1), "time in seconds"),
        (lambda: Fault("truncated", when="before"), "only strike after"),
        (lambda: Fault("reset", when="later"), "before, after, either"),
        (lambda: Faults([Fault("reset", rate=0.6), Fault("slow", rate=0.6)]), "add up to 1.2"),
        (lambda: Sandbox(faults=Faults([Fault("code", code="45012")])), "nobody here says this code"),
        (lambda: Sandbox().fail_next(Fault("code", code="9")), "nobody here says this code"),
        (lambda: Sandbox().fail_next(Fault("slow"), platform="wechat_shp"), "did you mean 'wechat_shop'"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(make, message):
    """Before anything is served."""
    with pytest.raises(ArgumentError, match=message):
        make()
