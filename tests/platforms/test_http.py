"""The transports, over real connections to a small server on localhost."""

from __future__ import annotations

import gzip
import logging
import pickle
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import anyio
import pytest

from privdomain.errors import ArgumentError
from privdomain.platforms import HttpOptions, HttpRequest, HttpResponse, NoAnswer, Timeouts
from privdomain.platforms._http import AsyncHttpTransport, HttpTransport
from tests.platforms._scripted import KINDS

USUAL = HttpOptions(timeouts=Timeouts(connect_s=5, read_s=5))
IMPATIENT = HttpOptions(timeouts=Timeouts(connect_s=5, read_s=0.05))


class Server(ThreadingHTTPServer):
    """Echoes requests; some paths misbehave. Counts connections."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections = 0
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.release = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), body))
        path = self.path.partition("?")[0].rpartition("/")[2]
        if path == "hang":
            self.server.release.wait(10)
            self.close_connection = True
            return
        if path == "cut":
            self.send_response(200)
            self.send_header("content-length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
            return
        answer = b'{"said":"' + body + b'"}'
        self.send_response(503 if path == "busy" else 200)
        if path == "zipped":
            answer = gzip.compress(answer)
            self.send_header("content-encoding", "gzip")
        if path == "notzipped":
            self.send_header("content-encoding", "gzip")
        self.send_header("Retry-After", "3")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.release.set()
    running.shutdown()
    thread.join()
    running.server_close()


Exchange = Callable[..., list[HttpResponse | NoAnswer]]


def exchange(
    kind: str, base: str, *paths: str, options: HttpOptions = USUAL, method: str = "POST"
) -> list[Any]:
    """What each of the paths is answered by, one after the other on one transport."""
    requests = [
        HttpRequest(
            method=method,
            url=base + path,
            query={"access_token": "T0KEN"},
            body=b"hello" * (method == "POST"),
        )
        for path in paths
    ]
    found: list[Any] = []

    async def awaited() -> None:
        transport = AsyncHttpTransport(options, base_url=base)
        for request in requests:
            try:
                found.append(await transport(request))
            except NoAnswer as failure:
                found.append(failure)
        await transport.close()

    def blocking() -> None:
        transport = HttpTransport(options, base_url=base)
        for request in requests:
            try:
                found.append(transport(request))
            except NoAnswer as failure:
                found.append(failure)
        transport.close()

    blocking() if kind == "sync" else anyio.run(awaited, backend=kind)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_goes_out_and_its_answer_comes_back(kind: str, server: Server) -> None:
    """Method, path, query, body; status, headers by lower-case names, body unzipped."""

    plain, busy, zipped = exchange(kind, server.url, "/plain", "/busy", "/zipped")

    assert (plain.status, plain.body) == (200, b'{"said":"hello"}')
    assert (busy.status, busy.headers["retry-after"]) == (503, "3")
    assert zipped.body == plain.body
    method, path, headers, body = server.seen[0]
    assert (method, path, body) == ("POST", "/plain?access_token=T0KEN", b"hello")
    assert headers["Host"] == server.url.removeprefix("http://")


@pytest.mark.parametrize("kind", KINDS)
def test_a_get_has_no_body(kind: str, server: Server) -> None:
    """And says so."""

    exchange(kind, server.url, "/x", method="GET")
    method, _, _, body = server.seen[0]

    assert (method, body) == ("GET", b"")


@pytest.mark.parametrize("kind", KINDS)
def test_connections_are_reused(kind: str, server: Server) -> None:
    """Fifty requests, one connection; an answer that broke takes its connection with it."""

    exchange(kind, server.url, *["/x"] * 50)
    assert server.connections == 1
    exchange(kind, server.url, "/x", "/cut", "/x")
    assert server.connections == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/hang", "no answer in time"),
        ("/cut", "the connection was closed in the middle of the answer"),
        ("/notzipped", "the answer's compression is broken"),
    ],
)
def test_a_request_that_may_have_arrived(kind: str, path: str, reason: str, server: Server) -> None:
    """No answer, and nobody knows what the platform did."""

    options = IMPATIENT if path == "/hang" else USUAL
    [failure] = exchange(kind, server.url, path, options=options)

    assert isinstance(failure, NoAnswer)
    assert failure.reason.startswith(reason)
    assert failure.may_have_arrived


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_that_cannot_have_arrived(kind: str) -> None:
    """Nobody listens: the request may be sent again whatever it is."""

    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        [failure] = exchange(kind, f"http://127.0.0.1:{reserved.getsockname()[1]}", "/x")

    assert failure.reason.startswith("the connection could not be opened")
    assert not failure.may_have_arrived


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_http_library_comes_out(kind: str, server: Server) -> None:
    """The failure leads back to no request of httpx, neither by cause nor by context, and survives pickle."""

    [failure] = exchange(kind, server.url, "/cut")

    assert (failure.__cause__, failure.__context__) == (None, None)
    assert pickle.loads(pickle.dumps(failure)).may_have_arrived is True


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_speaks_no_tls_is_not_trusted(kind: str, server: Server) -> None:
    """An https address needs an https server, whoever is trusted."""

    options = HttpOptions(trust=ssl.create_default_context())
    [failure] = exchange(kind, server.url.replace("http:", "https:"), "/x", options=options)

    assert failure.reason.startswith("the connection could not be opened")
    assert "SSL" in failure.reason.upper()


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_is_used(kind: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is given, with its credentials; variables of the environment are not read."""

    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    proxy = server.url.replace("http://", "http://me:pa55@")
    [answer] = exchange(kind, "http://shop.invalid", "/x", options=HttpOptions(proxy=proxy))
    _, path, headers, _ = server.seen[0]

    assert answer.status == 200
    assert path == "http://shop.invalid/x?access_token=T0KEN"
    assert headers["Proxy-Authorization"].startswith("Basic ")
    [direct] = exchange(kind, server.url, "/x")
    assert direct.status == 200


@pytest.mark.parametrize("kind", KINDS)
def test_no_log_names_a_token(kind: str, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at DEBUG: httpx's own clients would write the whole address at INFO."""

    with caplog.at_level(logging.DEBUG):
        for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "privdomain", "asyncio"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        exchange(kind, server.url, "/x", "/cut")
        exchange(kind, server.url, "/hang", options=IMPATIENT)
        for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "privdomain", "asyncio"):
            logging.getLogger(name).setLevel(logging.NOTSET)

    assert "httpcore" in caplog.text  # the loggers were on
    assert "T0KEN" not in caplog.text


def test_requests_and_answers_show_no_secret() -> None:
    """Names and sizes."""

    request = HttpRequest(
        method="POST", url="https://a.example/x", query={"access_token": "T0KEN"}, headers={"authorization": "T0KEN"},
        body=b"T0KEN",
    )  # fmt: skip

    assert repr(request) == (
        "HttpRequest(method='POST', url='https://a.example/x', query=<access_token>, headers=<authorization>, "
        "body=<5 bytes>)"
    )
    assert repr(HttpResponse(200, b"T0KEN", {"x": "T0KEN"})) == "HttpResponse(status=200, body=<5 bytes>)"
    assert "pa55" not in repr(HttpOptions(proxy="http://me:pa55@proxy"))


@pytest.mark.parametrize("knobs", [{"read_s": 0}, {"connect_s": -1}, {"pool_s": True}, {"write_s": "5"}])
def test_wrong_time_outs_are_refused(knobs: dict[str, Any]) -> None:
    """At once, by name."""

    with pytest.raises(ArgumentError, match=next(iter(knobs))):
        Timeouts(**knobs)


@pytest.mark.parametrize(
    "knobs",
    [
        {"proxy": "me:pa55@proxy"},
        {"proxy": "socks5://me:pa55@proxy"},
        {"proxy": "http://me:pa55@[::1"},
        {"proxy": "http://me:pa55@proxy:3 128"},
        {"proxy": "http://me:pa55@proxy\x00"},
        {"max_connections": 0},
        {"keep_alive_s": -1},
    ],
)
def test_wrong_options_are_refused(knobs: dict[str, Any]) -> None:
    """At once, by name, and without a password."""

    with pytest.raises(ArgumentError, match=next(iter(knobs))) as caught:
        HttpOptions(**knobs)
    assert "pa55" not in str(caught.value)


def test_knobs_are_values() -> None:
    """They compare and show themselves."""

    assert HttpOptions(timeouts=Timeouts(read_s=9)) == HttpOptions(timeouts=Timeouts(read_s=9))
    assert "read_s=9" in repr(HttpOptions(timeouts=Timeouts(read_s=9)))
