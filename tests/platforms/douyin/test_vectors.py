"""Every recorded vector of douyin.md A12 by its number, and the laws of the canonical text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.calendar import FixedClock
from privdomain.errors import ArgumentError
from privdomain.platforms.douyin._dialect import DouyinDialect
from privdomain.platforms.douyin._signing import NumberText, api_digest, canonical, event_digest, spi_digest
from privdomain.platforms.douyin.operations import CreateOwnToken, RefreshToken
from tests.platforms.douyin._vectors import (
    APP_KEY,
    APP_SECRET,
    CALLS,
    ESCAPED_4,
    EVENTS,
    SPI,
    TIMESTAMP,
    VALUES,
    VECTOR_4,
)


def _sign(method: str, param_json: str, sign_method: str) -> str:
    return api_digest(
        app_key=APP_KEY, app_secret=APP_SECRET, method=method, param_json=param_json, timestamp=TIMESTAMP,
        sign_method=sign_method,
    )  # fmt: skip


@pytest.mark.parametrize(("number", "method", "param_json", "hmac", "md5"), CALLS)
def test_calls_are_signed_as_recorded(number: int, method: str, param_json: str, hmac: str, md5: str) -> None:
    """A12, vectors 1 to 8, both algorithms; and the text is what its values become."""

    assert canonical(VALUES[number]) == param_json
    assert _sign(method, param_json, "hmac-sha256") == hmac
    assert _sign(method, param_json, "md5") == md5


def test_an_escaping_serializer_signs_something_else() -> None:
    """A12, the negative check of vector 4 (trap 2): ``json.dumps`` with its defaults is not the canonical text."""

    escaped = json.dumps(
        VALUES[4] | {"b": {"a": [{"x": '中文&<>/"\\', "y": 2}, 3], "z": 1}},
        sort_keys=True,
        separators=(",", ":"),
    )
    assert escaped != VECTOR_4
    assert _sign("order.searchList", escaped, "hmac-sha256") == ESCAPED_4
    assert _sign("order.searchList", VECTOR_4, "hmac-sha256") != ESCAPED_4


@pytest.mark.parametrize(("number", "param_json", "md5", "hmac"), SPI)
def test_spi_calls_are_signed_as_recorded(number: int, param_json: str, md5: str, hmac: str) -> None:
    """A12, the SPI vectors: no method and no version in the text."""

    for method, digest in (("md5", md5), ("hmac-sha256", hmac)):
        found = spi_digest(
            app_key=APP_KEY,
            app_secret=APP_SECRET,
            param_json=param_json,
            timestamp=TIMESTAMP,
            sign_method=method,
        )
        assert found == digest, number


@pytest.mark.parametrize(("body", "md5"), EVENTS)
def test_events_are_signed_as_recorded(body: str, md5: str) -> None:
    """A12, the event-sign vectors."""

    assert event_digest(app_key=APP_KEY, app_secret=APP_SECRET, body=body.encode()) == md5


def _dialect(at: int) -> DouyinDialect:
    from datetime import UTC, datetime

    return DouyinDialect(
        app_key=APP_KEY, app_secret=APP_SECRET, shop_id="4463798", base_url="https://x.example.com",
        clock=FixedClock(datetime.fromtimestamp(at, UTC)),
    )  # fmt: skip


def test_a_request_sends_what_it_signs_and_says_how() -> None:
    """Traps 1 and 3: the body is the signed text, and sign_method is there; vector 8 as a whole request."""

    request = _dialect(1_700_090_000).request(RefreshToken(refresh_token="rt-0123456789"), token="")
    query = dict(request.query)
    assert request.body.decode() == CALLS[7][2]
    assert query["sign"] == CALLS[7][3]
    assert query["sign_method"] == "hmac-sha256"
    assert (query["v"], query["timestamp"], query["method"]) == ("2", TIMESTAMP, "token.refresh")
    assert "access_token" not in query
    assert dict(request.headers)["x-open-no-old-err-code"] == "1"
    assert request.url == "https://x.example.com/token/refresh"


def test_an_own_token_always_names_its_shop() -> None:
    """A2: without shop_id the shop that authorized first would answer."""

    operation = _dialect(0).token_operation("")
    assert operation == CreateOwnToken(shop_id=4463798)
    assert canonical(operation.model_dump(exclude_none=True)) == (
        '{"code":"","grant_type":"authorization_self","shop_id":4463798}'
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.floats(1e-6, 1e15).map(lambda value: round(value, 6)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(JSON)
def test_the_text_means_the_value(value: object) -> None:
    """Law: whatever is written is read as the same value, in the same text, with HTML escapes or without."""

    text = canonical(value)
    assert json.loads(text) == value
    assert json.loads(canonical(value, html=True)) == value
    assert canonical(json.loads(text)) == text


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers()))
def test_keys_stand_in_the_order_of_their_bytes(value: dict[str, int]) -> None:
    """Law: as UTF-8 sorts them."""

    keys = list(json.loads(canonical(value)))
    assert keys == sorted(value, key=str.encode)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e-7, 1e22, "\ud83d", object(), {"a": {1, 2}}])
def test_what_has_no_text_is_refused(value: object) -> None:
    """A1.1 rule 8: what the platform's own libraries write in two ways cannot be signed."""

    with pytest.raises(ArgumentError):
        canonical(value)


def test_numbers_can_stay_as_they_were_written() -> None:
    """A1.3: what a caller signed may have been 1.0 or 1e5."""

    assert canonical({"a": NumberText("1e5"), "b": NumberText("1.0")}) == '{"a":1e5,"b":1.0}'
    assert canonical({"a": "\x08\x0c\x1f"}) == r'{"a":"\u0008\u000c\u001f"}'
