"""The calls that 抖店 makes to us and waits for: members who join, points, coupon codes (SPI). douyin.md A1.3, A9.

Which fields such a call has is in no public document, so a handler gets them as they came. The platform has an address
for each kind of call: whoever receives it says which one it is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, cast

from attrs import field, frozen

from privdomain.calendar import BUSINESS_ZONE, Clock, SystemClock
from privdomain.errors import ArgumentError, DataError, WebhookRefused
from privdomain.platforms._payload import Json
from privdomain.platforms._webhooks import WebhookReply, check_size, read_json, same
from privdomain.platforms.douyin._signing import HMAC, NumberText, canonical, spi_digest

__all__ = ["DouyinSpi", "SpiCall", "SpiCode", "SpiHandler", "SpiKind", "SpiRequest"]

logger = logging.getLogger(__name__)

_MD5 = "md5"
_TOLERANCE = timedelta(minutes=10)
_FORMAT = "%Y-%m-%d %H:%M:%S"


class SpiKind(StrEnum):
    """What the platform may ask; the words are ours, because it tells its calls apart by their addresses."""

    MEMBER_JOIN = "member_join"
    MEMBER_LEAVE = "member_leave"
    MEMBER_INFO = "member_info"
    MEMBER_POINTS = "member_points"
    COUPON_ISSUE = "coupon_issue"
    COUPON_QUERY = "coupon_query"
    COUPON_VERIFY = "coupon_verify"
    COUPON_VOID = "coupon_void"


class SpiCode(StrEnum):
    """What an answer says."""

    OK = "0"
    SIGNATURE = "100001"
    PARAMETER = "100002"
    INTERNAL = "100003"


_SAID = {
    SpiCode.OK: "success",
    SpiCode.SIGNATURE: "signature error",
    SpiCode.PARAMETER: "parameter error",
    SpiCode.INTERNAL: "internal error",
}


@frozen(kw_only=True)
class SpiRequest:
    """One call as it came: ``kind`` is what its address stands for, a `SpiKind` or a word of your own."""

    kind: str
    query: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


@frozen(kw_only=True)
class SpiCall:
    """A call that is really the platform's: what was asked, and the parameters as they came."""

    kind: str
    param: Json = field(repr=False)


SpiHandler: TypeAlias = Callable[[SpiCall], Json | None]
"""Answers one kind of call with ``data``. A `DataError` it raises is a wrong parameter, anything else our failure."""


@frozen(kw_only=True)
class DouyinSpi:
    """Answers the platform's calls: ``shop.spi.answer(request, handlers)``.

    ```python
    import hashlib, hmac
    from datetime import UTC, datetime
    from privdomain.calendar import FixedClock
    from privdomain.platforms.douyin import DouyinSpi, SpiKind, SpiRequest

    spi = DouyinSpi(app_key="3409", app_secret="s3cret", clock=FixedClock(datetime(2026, 11, 11, tzinfo=UTC)))
    body, at = b'{"open_id":"o1"}', "1794355200"
    text = f"s3cretapp_key3409param_json{body.decode()}timestamp{at}s3cret".encode()
    sign = hmac.new(b"s3cret", text, hashlib.sha256).hexdigest()
    query = {"app_key": "3409", "timestamp": at, "sign": sign, "sign_method": "hmac-sha256"}
    request = SpiRequest(kind=SpiKind.MEMBER_INFO, query=query, body=body)
    reply = spi.answer(request, {SpiKind.MEMBER_INFO: lambda call: {"point_cent": 100}})
    assert reply.body == b'{"code":0,"message":"success","data":{"point_cent":100}}'
    ```
    """

    app_key: str
    app_secret: str = field(repr=False)
    clock: Clock = field(factory=SystemClock)
    tolerance: timedelta = _TOLERANCE

    def answer(
        self, request: SpiRequest, handlers: Mapping[str, SpiHandler], *, at: datetime | None = None
    ) -> WebhookReply:
        """The reply to one call, whatever comes: nothing is raised, because the platform waits for an answer.

        What a handler raises is logged with its kind and never with what it was about.
        """
        param_json = _param_json(request)
        if param_json is None:
            return _reply(SpiCode.PARAMETER)
        try:
            check_size(param_json.encode())
            value = read_json(param_json.encode())
        except WebhookRefused:
            return _reply(SpiCode.PARAMETER)
        if not isinstance(value, dict):
            return _reply(SpiCode.PARAMETER)
        if not self._is_ours(request.query, param_json, at or self.clock.now()):
            return _reply(SpiCode.SIGNATURE)
        return _handled(SpiCall(kind=request.kind, param=cast("Json", value)), handlers)

    def _is_ours(self, query: Mapping[str, str], param_json: str, at: datetime) -> bool:
        timestamp, app_key = query.get("timestamp", ""), query.get("app_key", "")
        if not same(self.app_key, app_key) or not self._is_fresh(timestamp, at):
            return False
        # one port takes the value 2 for HMAC
        declared = HMAC if query.get("sign_method") in {HMAC, "2"} else _MD5
        given = [query.get("sign", "").lower(), query.get("sign_v2", "").lower()]
        found = False
        for text in _texts(param_json):
            for method in dict.fromkeys((declared, HMAC)):
                ours = spi_digest(
                    app_key=app_key,
                    app_secret=self.app_secret,
                    param_json=text,
                    timestamp=timestamp,
                    sign_method=method,
                )
                # sign is by the declared method; sign_v2 may be by the newer one
                wanted = given if method == declared else given[1:]
                for theirs in wanted:
                    found |= same(ours, theirs)
        return found

    def _is_fresh(self, timestamp: str, at: datetime) -> bool:
        try:
            if timestamp.isascii() and timestamp.isdigit():
                sent = float(timestamp)
            else:
                sent = datetime.strptime(timestamp, _FORMAT).replace(tzinfo=BUSINESS_ZONE).timestamp()
        except ValueError:
            return False
        return abs(at.timestamp() - sent) <= self.tolerance.total_seconds()


def _param_json(request: SpiRequest) -> str | None:
    """The parameters as they were signed: in the body of a POST, in the query of a GET; None for what is no UTF-8."""
    try:
        if request.body:
            return request.body.decode("utf-8")
        param_json = request.query.get("param_json")
        if param_json is not None:
            param_json.encode()  # a framework may hand over bytes that are no UTF-8 as surrogates
    except UnicodeError:
        return None
    return param_json


def _texts(param_json: str) -> Iterator[str]:
    """What may have been signed: the text as it came, and the same in the canonical form, with HTML escapes or not."""
    yield param_json
    try:
        # as `read_json` has read it: with a byte order mark, and with control characters in texts
        value = json.loads(
            param_json.removeprefix("\ufeff"), strict=False, parse_int=NumberText, parse_float=NumberText
        )
        yield canonical(value, html=True)
        yield canonical(value)
    except (ArgumentError, ValueError):  # it has no other form
        return


def _handled(call: SpiCall, handlers: Mapping[str, SpiHandler]) -> WebhookReply:
    handler = handlers.get(call.kind)
    if handler is None:
        logger.error("nobody answers the platform's call %s; add a handler for it", call.kind)
        return _reply(SpiCode.INTERNAL)
    try:
        return _reply(SpiCode.OK, handler(call) or {})
    except DataError as error:
        logger.warning("the platform's call %s has wrong parameters (%s)", call.kind, type(error).__name__)
        return _reply(SpiCode.PARAMETER)
    except Exception as error:  # noqa: BLE001  (whatever it is, the platform waits; and its words may be about a person)
        logger.error("the handler of the platform's call %s failed (%s)", call.kind, type(error).__name__)  # noqa: TRY400
        return _reply(SpiCode.INTERNAL)


def _reply(code: SpiCode, data: Json | None = None) -> WebhookReply:
    said: Json = {"code": int(code), "message": _SAID[code], "data": data or {}}
    return WebhookReply(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
