"""A threaded HTTP/1.1 server on localhost: read a request, ask a service for the answer, write it.

It knows no platform and no fault: an `Answer` says what is written and how the connection behaves afterwards.
One thread serves one connection, connections are kept alive, and an answer leaves in one packet, so that a
client's benchmark measures the client.
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cached_property
from http import HTTPStatus
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl

from attrs import frozen

__all__ = ["UNREADABLE", "Answer", "HttpServer", "Request", "Service", "Wire"]

_LINE_LIMIT = 64 * 1024
_BODY_LIMIT = 16 * 1024 * 1024
_HEADER_LIMIT = 100
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Unreadable(Enum):
    BODY = "unreadable"

    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE = _Unreadable.BODY
"""What `Request.document` is when the body is there and is no JSON."""


@frozen(kw_only=True, slots=False)
class Request:
    """One request as it came: ``query`` is decoded (of a repeated name the last wins), ``headers`` are in lower case.

    ```python
    from privdomain.sandbox.server import Request

    request = Request(method="POST", path="/a", query={}, headers={}, body=b'{"page_size": 3}')
    assert request.document == {"page_size": 3}
    ```
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def document(self) -> Any:
        """The body read as JSON; None when there is no body, `UNREADABLE` when it is no JSON."""
        if not self.body:
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return UNREADABLE


class Wire(Enum):
    """How an answer leaves: whole, cut in the middle of the body, as a TCP reset, or not at all."""

    WHOLE = "whole"
    TRUNCATED = "truncated"
    RESET = "reset"
    SILENT = "silent"


@frozen(kw_only=True)
class Answer:
    """What the server does with a request; ``hold`` is called before anything is written and may block."""

    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    body: bytes = b""
    wire: Wire = Wire.WHOLE
    hold: Callable[[], object] | None = None


class Service(Protocol):
    """What the server asks for every request, from many threads at once."""

    def answer(self, request: Request) -> Answer:
        """The answer to one request."""
        ...


class _BadRequest(Exception):
    """The bytes are no HTTP/1.x request that this server reads."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status
        super().__init__(status.phrase)


class _Connection(socketserver.StreamRequestHandler):
    """One kept-alive connection."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        # the client may leave at any moment: that ends the connection and is no error of ours
        with contextlib.suppress(ConnectionError, TimeoutError):
            while self._exchange():
                pass

    def _exchange(self) -> bool:
        """Serve one request; says whether the connection lives on."""
        try:
            read = self._read()
        except _BadRequest as bad:
            refusal = Answer(status=bad.status, content_type="text/plain", body=bad.status.phrase.encode())
            self._write(refusal, "", alive=False)
            return False
        if read is None:
            return False
        request, alive = read
        answer = cast("_TcpServer", self.server).service.answer(request)
        if answer.hold is not None:
            answer.hold()
        match answer.wire:
            case Wire.WHOLE:
                self._write(answer, request.method, alive=alive)
                return alive
            case Wire.TRUNCATED:
                self._write(answer, request.method, alive=False)
            case Wire.RESET:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                # closed here, because the orderly shutdown that follows would say FIN before RST
                self.connection.close()
            case Wire.SILENT:
                pass
        return False

    def _line(self) -> bytes:
        line = self.rfile.readline(_LINE_LIMIT + 1)
        if len(line) > _LINE_LIMIT:
            raise _BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return line

    def _read(self) -> tuple[Request, bool] | None:
        """The next request and whether the client keeps the connection; None when it has left."""
        first = self._line()
        if first in {b"\r\n", b"\n"}:  # an empty line between two requests is allowed
            first = self._line()
        if not first:
            return None
        words = first.decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise _BadRequest(HTTPStatus.BAD_REQUEST)
        method, target, version = words
        headers = self._headers()
        if headers.get("expect", "").lower() == "100-continue":
            self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._body(headers)
        path, _, query = target.partition("?")
        wish = headers.get("connection", "").lower()
        alive = wish == "keep-alive" if version == "HTTP/1.0" else wish != "close"
        decoded = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
        return Request(method=method, path=path, query=decoded, headers=headers, body=body), alive

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for _ in range(_HEADER_LIMIT):
            line = self._line()
            if line in {b"\r\n", b"\n"}:
                return headers
            if not line:
                raise ConnectionAbortedError
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon:
                raise _BadRequest(HTTPStatus.BAD_REQUEST)
            headers[name.lower()] = value.strip()
        raise _BadRequest(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks()
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            raise _BadRequest(HTTPStatus.BAD_REQUEST)
        return self._exactly(int(length))

    def _chunks(self) -> bytes:
        parts: list[bytes] = []
        while True:
            try:
                size = int(self._line().split(b";")[0], 16)
            except ValueError as error:
                raise _BadRequest(HTTPStatus.BAD_REQUEST) from error
            if size == 0:
                self._headers()  # trailers, or just the empty line that ends the body
                return b"".join(parts)
            parts.append(self._exactly(size))
            self._line()
            if sum(map(len, parts)) > _BODY_LIMIT:
                raise _BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def _exactly(self, length: int) -> bytes:
        if not 0 <= length <= _BODY_LIMIT:
            raise _BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(length) if length else b""
        if len(body) < length:
            raise ConnectionAbortedError
        return body

    def _write(self, answer: Answer, method: str, *, alive: bool) -> None:
        head = (
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n"
            f"Content-Type: {answer.content_type}\r\n"
            f"Content-Length: {len(answer.body)}\r\n"
            f"Connection: {'keep-alive' if alive else 'close'}\r\n\r\n"
        ).encode("latin-1")
        body = answer.body[: len(answer.body) // 2] if answer.wire is Wire.TRUNCATED else answer.body
        self.connection.sendall(head if method == "HEAD" else head + body)


class _TcpServer(socketserver.TCPServer):
    """One thread per connection, each known by its socket, so that closing can hang up and wait."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], service: Service) -> None:
        self.service = service
        self.connections: dict[socket.socket, threading.Thread] = {}
        super().__init__(address, _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(target=self._serve, args=(request, client_address), daemon=True)
        self.connections[request] = thread
        thread.start()

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        finally:
            self.shutdown_request(request)
            self.connections.pop(request, None)


class HttpServer:
    """Serves one service on 127.0.0.1 from its own threads until `close`; port 0 takes any free one.

    ```python
    from urllib.request import urlopen
    from privdomain.sandbox.server import Answer, HttpServer, Request

    class Echo:
        def answer(self, request: Request) -> Answer:
            return Answer(body=request.path.encode())

    server = HttpServer(Echo())
    with urlopen(f"{server.url}/hello") as reply:
        assert reply.read() == b"/hello"
    server.close()
    ```
    """

    def __init__(self, service: Service, *, port: int = 0) -> None:
        self._tcp = _TcpServer(("127.0.0.1", port), service)
        # the poll interval is only how long `close` may take
        self._loop = threading.Thread(
            target=self._tcp.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._loop.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._tcp.server_address[1])

    @property
    def url(self) -> str:
        """Scheme, host and port, without a path."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop listening, hang up on every client and wait for the threads."""
        self._tcp.shutdown()
        self._loop.join()
        for connection, thread in list(self._tcp.connections.items()):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        self._tcp.server_close()
