"""What the sandbox remembers of its requests, and what it does not."""

from privdomain.sandbox import UNREADABLE, Fault


def test_every_request_is_remembered_with_its_outcome(serve, make_order):
    """Method, path, body, code, in the order of arrival."""
    caller = serve(orders=[make_order(1)])
    wanted = make_order(1)["order_id"]
    caller.post("order/get", {"order_id": wanted})
    caller.post("order/get", {"order_id": "none"})
    caller.post("order/get", b"{")
    caller.post("order/get", b"")
    caller.box.fail_next(Fault("code", code="-1"))
    caller.post("order/get", {"order_id": wanted})
    records = caller.box.requests

    assert [(r.number, r.method, r.path, r.outcome) for r in records] == [
        (1, "POST", "/cgi-bin/stable_token", "ok"),
        (2, "POST", "/channels/ec/order/get", "ok"),
        (3, "POST", "/channels/ec/order/get", "error 100002"),
        (4, "POST", "/channels/ec/order/get", "error 47001"),
        (5, "POST", "/channels/ec/order/get", "error 44002"),
        (6, "POST", "/channels/ec/order/get", "fault code:-1:before"),
    ]
    assert [r.body for r in records[1:5]] == [{"order_id": wanted}, {"order_id": "none"}, UNREADABLE, None]
    assert {r.http_status for r in records} == {200}
    assert {r.platform for r in records} == {"wechat_shop"}


def test_no_secret_and_no_token_is_kept(serve):
    """Neither from the query nor from a body, however deep."""
    caller = serve()
    token = caller.stable()["access_token"]
    caller.classic()
    caller.post(
        "order/get", {"order_id": "1", "more": [{"access_token": token, "secret": caller.shop.app_secret}]}
    )
    shown = repr([(record, record.query, record.body) for record in caller.box.requests])

    assert token not in shown
    assert caller.token not in shown
    assert caller.shop.app_secret not in shown
    assert caller.box.requests[0].body["secret"] == "***"
    assert caller.box.requests[-1].body["more"] == [{"access_token": "***", "secret": "***"}]
    assert caller.box.requests[-1].query == {"access_token": "***"}
    assert caller.shop.app_secret not in repr(caller.shop)


def test_only_the_latest_are_kept(serve):
    """A long run does not fill the memory."""
    caller = serve(keep_requests=3)
    for _ in range(5):
        caller.stable()

    assert [record.number for record in caller.box.requests] == [3, 4, 5]
