"""The HTTP server: connections that live, clients that misbehave, many threads at once, and an end."""

import http.client
import json
import socket
import threading

import pytest

from privdomain.errors import ArgumentError, UsageError
from privdomain.sandbox import EmulatedWeChatShop, Fault, Sandbox
from privdomain.sandbox.server import UNREADABLE, Answer, HttpServer, Request

GET = "order/get"


class Echo:
    """Answers with what it understood."""

    def answer(self, request):
        heard = [request.method, request.path, dict(request.query), request.body.decode("latin-1")]
        return Answer(body=json.dumps(heard).encode())


@pytest.fixture
def talk():
    """Raw bytes in, raw bytes out until the server hangs up or has nothing to say."""
    server = HttpServer(Echo())
    sockets = []

    def exchange(data, *, end=True):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        sockets.append(connection)
        connection.sendall(data)
        if end:
            connection.shutdown(socket.SHUT_WR)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)

    yield exchange
    for connection in sockets:
        connection.close()
    server.close()


def bodies(reply):
    return [json.loads(part.partition(b"HTTP/1.1")[0]) for part in reply.split(b"\r\n\r\n")[1:]]


def test_a_connection_is_kept(serve, make_order):
    """Three calls, one socket."""
    caller = serve(orders=[make_order(1)])
    caller.post(GET, {"order_id": "none"})
    kept = caller.connection.sock
    for _ in range(3):
        caller.post(GET, {"order_id": make_order(1)["order_id"]})

    assert caller.connection.sock is kept


def test_answers_do_not_wait_for_each_other(serve):
    """TCP_NODELAY is set on the server's side of every connection."""
    caller = serve()
    caller.stable()
    [connection] = caller.box._servers["wechat_shop"]._tcp.connections

    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_requests_may_follow_each_other_without_waiting(talk):
    """Pipelined; a query is decoded, the path is not touched."""
    reply = talk(
        b"GET /a?x=1&y=%E8%8C%B6&x=2 HTTP/1.1\r\nHost: h\r\n\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
    )

    assert bodies(reply) == [["GET", "/a", {"x": "2", "y": "茶"}, ""], ["POST", "/b", {}, "hi"]]


def test_a_chunked_body_is_put_together(talk):
    """As several HTTP libraries send JSON."""
    reply = talk(
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\nGET /next HTTP/1.1\r\n\r\n"
    )

    assert bodies(reply) == [["POST", "/", {}, "abcde"], ["GET", "/next", {}, ""]]


def test_a_client_that_asks_before_sending_is_told_to_go_on(talk):
    """Expect: 100-continue, as curl does with large bodies."""
    reply = talk(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi")

    assert reply.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "head", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"], ids=["1.0", "close"]
)
def test_a_client_that_wants_no_second_request_is_hung_up_on(talk, head):
    """The server ends the connection by itself."""
    reply = talk(head, end=False)

    assert b"Connection: close" in reply
    assert bodies(reply) == [["GET", "/", {}, ""]]


def test_head_has_no_body(talk):
    """The length is said, nothing follows."""
    assert talk(b"HEAD / HTTP/1.1\r\n\r\n").endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 431),
    ],
    ids=["words", "version", "header", "length", "too long", "chunk", "chunk too long", "headers", "line"],
)
def test_bytes_that_are_no_request_are_refused(talk, data, status):
    """With the status that says why, and the connection ends."""
    assert talk(data, end=False).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize(
    "data", [b"", b"GET / HTTP/1.1\r\nHost: h\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"]
)
def test_a_client_that_leaves_in_the_middle_gets_nothing(talk, data):
    """No answer, no trace of an error."""
    assert talk(data) == b""


def test_a_body_is_read_once_and_never_raises():
    """Absent, JSON, or UNREADABLE."""

    def document(body):
        return Request(method="POST", path="/", query={}, headers={}, body=body).document

    assert document(b"") is None
    assert document(b'{"a": "\xe8\x8c\xb6"}') == {"a": "茶"}
    assert document(b"{") is UNREADABLE
    assert document(b"[" * 200_000) is UNREADABLE
    assert repr(UNREADABLE) == "UNREADABLE"


def test_many_threads_are_served_without_losing_count(serve, connect, make_order, at):
    """8 clients × 50 calls while orders arrive: every answer right, every request numbered once."""
    caller = serve(orders=[make_order(n) for n in range(100)])
    clients = [connect(caller.box) for _ in range(8)]
    token = caller.stable()["access_token"]
    wrong = []

    def work(client, place):
        for turn in range(50):
            wanted = make_order((place * 50 + turn) % 100)["order_id"]
            answer = client.post(GET, {"order_id": wanted}, token=token)
            if answer["order"]["order_id"] != wanted:
                wrong.append(answer)
            if turn % 10 == 0:
                caller.shop.put_order(make_order(1000 + place * 50 + turn))

    threads = [threading.Thread(target=work, args=(client, place)) for place, client in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert wrong == []
    assert sorted(record.number for record in caller.box.requests) == list(range(1, 402))
    caller.token = token
    assert len(caller.ids(create_time_range={"start_time": at(), "end_time": at()}, page_size=30)[0]) == 140


def test_two_sandboxes_know_nothing_of_each_other(serve):
    """A token of one is unknown to the other."""
    one, other = serve(), serve()

    assert other.post(GET, {"order_id": "1"}, token=one.stable()["access_token"])["errcode"] == 40001


def test_closing_hangs_up_on_everybody():
    """A client that waits for a held answer, and one that is idle, see the end; the port is free again."""
    box = Sandbox()
    box.start()
    port = int(box.url("wechat_shop").rpartition(":")[2])
    idle = socket.create_connection(("127.0.0.1", port), timeout=10)
    held = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    box.fail_next(Fault("timeout", hold_s=None, when="before", path="/cgi-bin/stable_token"))
    held.request("POST", "/cgi-bin/stable_token", b"{}")
    for _ in range(1000):  # other calls, until the held one has been taken in
        if any(record.fault for record in box.requests):
            break
        other = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        other.request("GET", "/")
        other.getresponse().read()
        other.close()
    box.close()

    assert idle.recv(1) == b""
    with pytest.raises(http.client.RemoteDisconnected):
        held.getresponse()
    idle.close()
    held.close()
    with Sandbox(port=port) as again:
        assert again.url("wechat_shop").endswith(f":{port}")


def test_a_sandbox_runs_inside_its_with():
    """Before and after there is no address, and it starts once."""
    box = Sandbox()
    with pytest.raises(UsageError, match="not running"):
        box.url("wechat_shop")
    with box:
        with pytest.raises(UsageError, match="running already"):
            box.start()
        with pytest.raises(ArgumentError, match="did you mean 'wechat_shop'"):
            box.url("wechat-shop")
    with pytest.raises(UsageError, match="not running"):
        box.url("wechat_shop")


def test_a_half_specified_sandbox_is_refused():
    """Orders for the usual shop, or platforms of one's own."""
    shop = EmulatedWeChatShop()
    assert Sandbox(platforms=[shop]).wechat_shop is shop
    assert list(Sandbox(platforms=[shop]).platforms) == ["wechat_shop"]
    with pytest.raises(ArgumentError, match="your own platform"):
        Sandbox(platforms=[shop], orders=[])
    with pytest.raises(ArgumentError, match="no platform 'wechat_shop'"):
        _ = Sandbox(platforms=[]).wechat_shop
