"""What the fuzz runs have found, each once and small: it stays found."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from privdomain.calendar import FixedClock, Period
from privdomain.errors import PayloadError
from privdomain.models import Notice, NoticeKind
from privdomain.platforms import HttpRequest, HttpResponse, MemoryTokenStore, Retry, waiting_off
from privdomain.platforms._payload import decode
from privdomain.platforms._wechat_messages import read_message
from privdomain.platforms.douyin import DouyinShop, DouyinSpi, DouyinWebhook, SpiKind, SpiRequest
from privdomain.platforms.douyin._signing import event_digest, spi_digest
from privdomain.platforms.douyin._values import beijing
from privdomain.platforms.kuaishou import KuaishouShop
from tests.fuzz._webhook_targets import AT, STAMP

KEY, SECRET = "3409", "s3cret"


def _spi_reply(param_json: str, *, in_query: bool = False) -> bytes:
    sign = spi_digest(
        app_key=KEY, app_secret=SECRET, param_json=param_json, timestamp=STAMP, sign_method="hmac-sha256"
    )
    query = {"app_key": KEY, "timestamp": STAMP, "sign": sign, "sign_method": "hmac-sha256"}
    request = (
        SpiRequest(kind=SpiKind.MEMBER_INFO, query=query | {"param_json": param_json})
        if in_query
        else SpiRequest(kind=SpiKind.MEMBER_INFO, query=query, body=param_json.encode())
    )
    spi = DouyinSpi(app_key=KEY, app_secret=SECRET, clock=FixedClock(AT))
    return spi.answer(request, {SpiKind.MEMBER_INFO: lambda call: {"seen": call.param}}).body


@pytest.mark.parametrize(
    "param_json", ['{"why":"退货\x0b"}', '\ufeff{"why":"退货"}'], ids=["control", "mark"]
)
def test_a_call_with_a_control_character_or_a_byte_order_mark_is_answered(param_json: str) -> None:
    """It was read, and then read again by a stricter reader, whose error came out."""

    assert _spi_reply(param_json).startswith(b'{"code":0,')


def test_a_call_in_a_query_that_is_no_utf8_has_wrong_parameters() -> None:
    """Frameworks hand such bytes over as lone surrogates."""

    assert _spi_reply('{"a":"\udcff"}', in_query=True).startswith(b'{"code":100002,')


@pytest.mark.parametrize("time", ["9" * 5000, "²"])
def test_a_notice_whose_time_is_no_number_is_kept_without_one(time: str) -> None:
    """Python reads no number of more than 4300 digits."""

    data = f'{{\\"p_id\\":7,\\"update_time\\":\\"{time}\\"}}'
    body = f'[{{"tag":"101","msg_id":"m1","data":"{data}"}}]'.encode()
    sign = event_digest(app_key=KEY, app_secret=SECRET, body=body)
    webhook = DouyinWebhook(app_key=KEY, app_secret=SECRET)
    delivery = webhook.receive(headers={"event-sign": sign}, query={}, body=body)
    assert [(notice.ref, notice.at) for notice in delivery.notices] == [("7", None)]


@pytest.mark.parametrize("text", ["9" * 5000, "²", "99999999999"])
def test_a_moment_that_is_none_is_none(text: str) -> None:
    assert beijing(text) is None


@pytest.mark.parametrize("total", ["9" * 5000, "²"])
def test_a_list_whose_total_is_no_number_is_refused(total: str) -> None:
    """As every other answer that has not its form."""

    def server(request: HttpRequest) -> HttpResponse:
        if "/token/" in request.url:
            data = {"access_token": "T", "refresh_token": "R", "expires_in": 600_000, "shop_id": 7}
            return HttpResponse.of_json({"code": 10000, "data": data})
        return HttpResponse.of_json({"code": 10000, "data": {"total": total, "shop_order_list": []}})

    shop = DouyinShop(
        app_key=KEY, app_secret=SECRET, shop_id="7", transport=server, token_store=MemoryTokenStore(),
        clock=FixedClock(AT), retry=Retry(attempts=1),
    )  # fmt: skip
    with waiting_off(), shop, pytest.raises(PayloadError, match="total"):
        list(shop.orders(updated=Period(AT - timedelta(hours=1), AT)))


@pytest.mark.parametrize(("says", "days"), [(2**62, 180), (-(2**62), 0)])
def test_an_authorization_lasts_no_longer_than_authorizations_do(says: int, days: int) -> None:
    """An answer that promised more overflowed the calendar."""

    def server(request: HttpRequest) -> HttpResponse:
        pair = {"access_token": "A", "refresh_token": "R", "expires_in": 172_800, "open_id": "o"}
        return HttpResponse.of_json({"result": 1, **pair, "refresh_token_expires_in": says})

    with KuaishouShop(
        app_key="ks1", app_secret=SECRET, sign_secret="s", shop_id="4", transport=server,
        token_store=MemoryTokenStore(), clock=FixedClock(AT),
    ) as shop:  # fmt: skip
        shop.authorize("code")
        assert shop.authorized_until() == AT + timedelta(days=days)


@pytest.mark.parametrize("text", ["", "\\ud83d"], ids=["clean", "half of an emoji"])
def test_an_answer_is_nested_no_deeper_than_a_record_of_it_can_be_written(text: str) -> None:
    """What the fast reader refused was read by the slow one, became an order, and could not be stored."""

    def nested(levels: int) -> bytes:
        return (b"[" * levels) + f'"{text}"'.encode() + b"]" * levels

    kept = {"a": decode(nested(200))}
    notice = Notice(platform="p", kind=NoticeKind.OTHER, topic="t", key="k", raw=kept)
    assert notice.model_dump_json()
    for levels in (201, 300, 800):
        with pytest.raises(ValueError, match="nested too deeply"):
            decode(nested(levels))


@pytest.mark.parametrize("is_xml", [False, True])
def test_json_in_a_text_is_opened_once(is_xml: bool) -> None:
    """A text in a text in a text was as deep as its sender liked; nothing signs it in plain mode."""

    inner = "x"
    for _ in range(7):
        inner = json.dumps(_deep({"audit_info": inner}, 40))
    assert len(inner) < 16_384
    body = (
        f"<xml><audit_info><![CDATA[{inner}]]></audit_info></xml>"
        if is_xml
        else json.dumps({"audit_info": inner})
    )
    raw = read_message(body.encode())
    assert Notice(platform="p", kind=NoticeKind.OTHER, topic="t", key="k", raw=raw).model_dump_json()
    found = raw["audit_info"]
    while isinstance(found, list):
        [found] = found
    assert isinstance(found["audit_info"], str)


def _deep(value: Any, levels: int) -> Any:
    for _ in range(levels):
        value = [value]
    return value
