"""The one door to the HTTP library: requests go out here, and nothing of httpx comes out of here.

Requests are handed to httpx's transports, not to its clients. A client would write every address, access token
included, into the log ``httpx`` at level INFO, follow redirects with it and keep cookies; a platform's API needs
none of that, and leaving it out is also what makes a call cheap. Failures are described in words and raised as
`NoAnswer` outside the ``except`` block, so that no traceback leads back to a request of the library.

httpx is imported when the first client opens, not with this module.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, cast

from attrs import asdict, field, frozen

from privdomain.errors import ArgumentError
from privdomain.platforms._addresses import split_address
from privdomain.platforms._wire import HttpRequest, HttpResponse, NoAnswer

if TYPE_CHECKING:
    import httpx

__all__ = ["AsyncHttpTransport", "HttpOptions", "HttpTransport", "Timeouts"]


@frozen(kw_only=True)
class Timeouts:
    """How long each step of a request may take, in seconds.

    ```python
    from privdomain.platforms import Timeouts

    assert Timeouts(read_s=60).connect_s == 5
    ```
    """

    connect_s: float = 5.0
    read_s: float = 30.0
    """Between two pieces of the answer."""
    write_s: float = 30.0
    pool_s: float = 30.0
    """For a free connection, where many tasks share a client."""

    def __attrs_post_init__(self) -> None:
        for name, value in asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                raise ArgumentError(f"{name} is {value!r}; a time-out is a number of seconds above zero")


@frozen(kw_only=True)
class HttpOptions:
    """How requests travel: time-outs, a proxy, whom to trust, how many connections are kept.

    ``proxy`` is an address (``"http://user:password@proxy:3128"``); variables such as ``HTTPS_PROXY`` are not
    read. ``trust`` is an `ssl.SSLContext` of your own (a company's CA, a client certificate); None trusts the
    public authorities.

    ```python
    from privdomain.platforms import HttpOptions, Timeouts

    options = HttpOptions(timeouts=Timeouts(read_s=60), proxy="http://me:secret@proxy:3128")
    assert "secret" not in repr(options)
    ```
    """

    timeouts: Timeouts = field(factory=Timeouts)
    proxy: str | None = field(default=None, repr=False)
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    max_connections: int = 20
    keep_alive_s: float = 30.0
    """How long an idle connection is kept."""

    def __attrs_post_init__(self) -> None:
        if self.proxy is not None and split_address(self.proxy) is None:
            # not quoted: a proxy's address may hold a password
            raise ArgumentError("proxy is no address; expected http://host:port or https://host:port")
        if isinstance(self.max_connections, bool) or self.max_connections < 1:
            raise ArgumentError(f"max_connections is {self.max_connections!r}; a client needs one at least")
        if self.keep_alive_s < 0:
            raise ArgumentError(
                f"keep_alive_s is {self.keep_alive_s!r}; it is a number of seconds from zero up"
            )


class _Wire:
    """What the two transports share: the options in httpx's words, requests out, answers in."""

    def __init__(self, options: HttpOptions, *, base_url: str) -> None:
        import httpx  # noqa: PLC0415  (0.1 s and more: paid by the program that opens a client)

        try:
            _ = httpx.URL(base_url).host
        except (httpx.InvalidURL, UnicodeError):  # a number that is no address, a name that DNS cannot say
            raise ArgumentError("base_url has a host that cannot exist; check how it is written") from None
        self.httpx = httpx
        timeouts = options.timeouts
        self._extensions = {
            "timeout": {
                "connect": timeouts.connect_s,
                "read": timeouts.read_s,
                "write": timeouts.write_s,
                "pool": timeouts.pool_s,
            }
        }
        self.limits = httpx.Limits(
            max_connections=options.max_connections,
            max_keepalive_connections=options.max_connections,
            keepalive_expiry=options.keep_alive_s,
        )
        # loading the authorities takes longer than a hundred requests to localhost
        secure = base_url.startswith("https:")
        self.verify = options.trust or (True if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        self.failures = httpx.HTTPError

    def outgoing(self, request: HttpRequest) -> httpx.Request:
        headers = [("accept-encoding", "gzip, deflate"), ("connection", "keep-alive"), *request.headers]
        return self.httpx.Request(
            request.method,
            request.full_url,
            headers=headers,
            content=request.body,
            extensions=self._extensions,
        )

    def incoming(self, response: httpx.Response, body: bytes) -> HttpResponse:
        if encoding := response.headers.get("content-encoding"):
            body = self.httpx.Response(200, headers={"content-encoding": encoding}, content=body).content
        return HttpResponse(response.status_code, body, dict(response.headers.items()))

    def no_answer(self, failure: httpx.HTTPError) -> NoAnswer:
        httpx = self.httpx
        words: dict[type[Exception], str] = {
            httpx.ConnectTimeout: "no connection in time",
            httpx.PoolTimeout: "no connection was free in time",
            httpx.ReadTimeout: "no answer in time",
            httpx.WriteTimeout: "the request could not be written in time",
            httpx.ConnectError: "the connection could not be opened",
            httpx.ProxyError: "the proxy refused the connection",
            httpx.RemoteProtocolError: "the connection was closed in the middle of the answer",
            httpx.ReadError: "the connection broke while the answer was awaited",
            httpx.WriteError: "the connection broke while the request was written",
            httpx.DecodingError: "the answer's compression is broken",
        }
        said = words.get(type(failure), "the request failed")
        why = _first_words(failure)
        detail = f" ({why})" if why else ""
        unsent = (httpx.ConnectTimeout, httpx.ConnectError, httpx.PoolTimeout, httpx.ProxyError)
        return NoAnswer(said + detail, may_have_arrived=not isinstance(failure, unsent))


def _first_words(failure: BaseException | None) -> str:
    """What the failure says, or what it was caused by says: some have no words of their own."""
    while failure is not None:
        if said := str(failure):
            return said
        failure = failure.__cause__ or failure.__context__
    return ""


class HttpTransport:
    """Sends by httpx, blocking; connections are kept and reused. Thread-safe."""

    def __init__(self, options: HttpOptions, *, base_url: str) -> None:
        self._wire = _Wire(options, base_url=base_url)
        httpx = self._wire.httpx
        self._inner = httpx.HTTPTransport(
            verify=self._wire.verify, limits=self._wire.limits, proxy=options.proxy
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send and read the whole answer.

        Raises:
            NoAnswer: when there was none.
        """
        try:
            response = self._inner.handle_request(self._wire.outgoing(request))
            try:
                stream = cast("httpx.SyncByteStream", response.stream)
                return self._wire.incoming(response, b"".join(stream))
            finally:
                response.close()
        except self._wire.failures as failure:
            problem = self._wire.no_answer(failure)
        raise problem

    def close(self) -> None:
        """Close every connection."""
        self._inner.close()


class AsyncHttpTransport:
    """As `HttpTransport`, awaited, under asyncio or trio."""

    def __init__(self, options: HttpOptions, *, base_url: str) -> None:
        self._wire = _Wire(options, base_url=base_url)
        httpx = self._wire.httpx
        self._inner = httpx.AsyncHTTPTransport(
            verify=self._wire.verify, limits=self._wire.limits, proxy=options.proxy
        )

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send and read the whole answer.

        Raises:
            NoAnswer: when there was none.
        """
        try:
            response = await self._inner.handle_async_request(self._wire.outgoing(request))
            try:
                # not aread(): where decompression fails it leaves an async generator behind, half-way through
                stream = cast("httpx.AsyncByteStream", response.stream)
                return self._wire.incoming(response, b"".join([part async for part in stream]))
            finally:
                await response.aclose()
        except self._wire.failures as failure:
            problem = self._wire.no_answer(failure)
        raise problem

    async def close(self) -> None:
        """Close every connection."""
        await self._inner.aclose()
