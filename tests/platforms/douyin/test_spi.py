"""The calls 抖店 makes to us: who is believed, who answers, and what is answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.calendar import FixedClock
from privdomain.errors import PayloadError, Problem
from privdomain.platforms.douyin import DouyinSpi, SpiCall, SpiKind, SpiRequest
from privdomain.platforms.douyin._signing import canonical, spi_digest
from privdomain.sandbox.douyin import EmulatedDouyin
from tests.platforms.douyin._vectors import APP_KEY, APP_SECRET, SPI, TIMESTAMP

AT = datetime.fromtimestamp(int(TIMESTAMP), UTC)
DESK = DouyinSpi(app_key=APP_KEY, app_secret=APP_SECRET, clock=FixedClock(AT))


def _query(text: str, *, method: str = "hmac-sha256", name: str = "sign", **changes: str) -> dict[str, str]:
    sign = spi_digest(
        app_key=APP_KEY, app_secret=APP_SECRET, param_json=text, timestamp=TIMESTAMP, sign_method=method
    )
    return {"app_key": APP_KEY, "timestamp": TIMESTAMP, name: sign, "sign_method": method} | changes


def ask(
    body: str | bytes, query: dict[str, str], handler: Any = lambda call: call.param, **more: Any
) -> dict[str, Any]:
    content = body if isinstance(body, bytes) else body.encode()
    request = SpiRequest(kind=SpiKind.MEMBER_JOIN, query=query, body=content)
    reply = DESK.answer(request, {SpiKind.MEMBER_JOIN: handler}, **more)
    assert reply.status == 200
    return json.loads(reply.body)


@pytest.mark.parametrize(("number", "param_json", "md5", "hmac"), SPI)
def test_the_recorded_calls_are_believed(number: int, param_json: str, md5: str, hmac: str) -> None:
    """A12: both algorithms, as ``sign`` or as ``sign_v2``; MD5 is what is meant where nothing is said."""

    base = {"app_key": APP_KEY, "timestamp": TIMESTAMP}
    for query in (
        {"sign": md5},
        {"sign": md5, "sign_method": "md5"},
        {"sign": hmac, "sign_method": "hmac-sha256"},
        {"sign": hmac, "sign_method": "2"},
        {"sign": "0" * 32, "sign_v2": hmac},
        {"sign": "0" * 32, "sign_v2": md5},
    ):
        answer = ask(param_json, base | query)
        assert answer == {"code": 0, "message": "success", "data": json.loads(param_json)}, (number, query)


@pytest.mark.parametrize(
    "text", ['{"b":"<中&文>","a":1.0}', '{"a":1e5,"b":[{"d":1,"c":"&"}]}', '{ "a" : "x" }']
)
def test_the_text_may_have_been_written_anew(text: str) -> None:
    """A1.3: as it came, or with sorted keys, with HTML escapes and without; numbers as they were written."""

    from privdomain.platforms.douyin._signing import NumberText

    value = json.loads(text, parse_int=NumberText, parse_float=NumberText)
    for signed in (text, canonical(value), canonical(value, html=True)):
        assert ask(text, _query(signed))["code"] == 0


@pytest.mark.parametrize(
    "query",
    [
        {},
        _query("{}", app_key="12"),
        _query("{}", timestamp="1700090001"),
        _query('{"a":1}'),
        _query("{}", sign="0" * 64),
        _query("{}", sign=""),
        _query("{}", sign="ü"),
        _query("{}", timestamp="soon"),
    ],
)
def test_nobody_else_is_believed(query: dict[str, str]) -> None:
    """100001, whatever it is."""

    assert ask("{}", query)["code"] == 100001


def test_a_call_of_yesterday_is_not_believed() -> None:
    """Replayed calls are refused."""

    assert ask("{}", _query("{}"), at=AT + timedelta(minutes=9))["code"] == 0
    assert ask("{}", _query("{}"), at=AT + timedelta(minutes=11))["code"] == 100001


@pytest.mark.parametrize("body", [b"\xff", b"[]", b"nope", b"[" * 9999, b'"x"', b"{" + b'"a":{' * 99])
def test_what_cannot_be_read_is_a_parameter_error(body: bytes) -> None:
    """100002."""

    assert ask(body, _query("{}"))["code"] == 100002
    request = SpiRequest(kind=SpiKind.MEMBER_JOIN, query={})
    assert json.loads(DESK.answer(request, {}).body)["code"] == 100002


def test_a_handler_that_fails_answers_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    """100003, logged with its kind and without what it was about; a wrong parameter is 100002."""

    def fails(call: SpiCall) -> None:
        raise RuntimeError(f"no such member {call.param['mobile']}")

    def refuses(call: SpiCall) -> None:
        raise PayloadError(kind="member", problems=[Problem("mobile", "is 13800000000")])

    body = '{"mobile":"13800000000"}'
    assert ask(body, _query(body), fails)["code"] == 100003
    assert ask(body, _query(body), refuses)["code"] == 100002
    assert ask(body, _query(body), lambda call: {"x": object()})["code"] == 100003
    assert ask(body, _query(body), lambda call: None) == {"code": 0, "message": "success", "data": {}}
    request = SpiRequest(kind="coupon_issue", query=_query(body), body=body.encode())
    assert json.loads(DESK.answer(request, {}).body)["code"] == 100003
    assert "RuntimeError" in caplog.text and "13800000000" not in caplog.text
    assert "13800000000" not in repr(request) and APP_SECRET not in repr(DESK)


def test_parameters_may_come_in_the_query() -> None:
    """Of a GET."""

    request = SpiRequest(kind="member_join", query=_query('{"a":"1"}') | {"param_json": '{"a":"1"}'})
    assert json.loads(DESK.answer(request, {"member_join": lambda call: call.param}).body)["data"] == {
        "a": "1"
    }


@pytest.mark.parametrize("method", ["md5", "hmac-sha256"])
def test_the_sandbox_calls_and_we_answer(method: str) -> None:
    """Both sides were written from the reference alone."""

    platform = EmulatedDouyin(clock=lambda: AT, app_key=APP_KEY, app_secret=APP_SECRET)
    call = platform.spi_call("member_join", {"open_id": "o1", "name": "<李>"}, sign_method=method)
    assert ask(call.body, dict(call.query)) == {
        "code": 0,
        "message": "success",
        "data": {"open_id": "o1", "name": "<李>"},
    }


@given(
    st.binary(max_size=200),
    st.dictionaries(st.sampled_from(["app_key", "timestamp", "sign", "sign_v2", "sign_method"]), st.text()),
)
def test_nothing_is_ever_raised(body: bytes, query: dict[str, str]) -> None:
    """Law: the platform waits for an answer, and gets one."""

    assert ask(body, query)["code"] in {100001, 100002}
