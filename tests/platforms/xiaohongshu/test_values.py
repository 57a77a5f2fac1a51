"""Amounts and times, read exactly or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from privdomain.errors import PayloadError
from privdomain.platforms._payload import decode, read
from privdomain.platforms.xiaohongshu import ArkPayload
from privdomain.platforms.xiaohongshu._values import (
    EitherTime,
    Millis,
    SignedYuan,
    YuanAmount,
    from_millis,
    to_millis,
    yuan_of,
)

# 13 digits of yuan and two of fen are what a JSON number keeps
FEN = st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1)


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


@given(FEN)
def test_yuan_written_as_a_number_or_as_text_is_the_same_fen(fen: int) -> None:
    """Through JSON bytes and our decoder, which makes a float of 12.10."""

    text = _yuan(fen)
    as_number, as_text = decode(f"[{text}]".encode())[0], decode(json.dumps([text]).encode())[0]
    assert yuan_of(as_number) == yuan_of(as_text) == yuan_of(Decimal(text)) == fen


@given(st.integers(min_value=-(10**16), max_value=10**16))
def test_whole_yuan(yuan: int) -> None:
    """No point, no float."""

    assert yuan_of(yuan) == yuan_of(str(yuan)) == yuan * 100


@given(FEN, st.integers(min_value=1, max_value=9))
def test_a_third_decimal_is_never_rounded(fen: int, digit: int) -> None:
    """Half a fen is somebody's mistake, and not ours to hide."""

    with pytest.raises(ValueError, match="two decimals"):
        yuan_of(f"{_yuan(fen)}{digit}")


@given(st.floats())
def test_a_float_is_exact_or_refused(value: float) -> None:
    """Whatever float comes: the fen it becomes are written like it, or it is refused."""

    try:
        fen = yuan_of(value)
    except ValueError:
        return
    assert Decimal(fen).scaleb(-2) == Decimal(repr(value))


@pytest.mark.parametrize(
    "value",
    [
        0.1 + 0.2,
        12.345,
        1e13,
        float("nan"),
        float("inf"),
        True,
        "12,10",
        "1e400",
        "NaN",
        "9" * 41,
        [1],
        "１2x",
    ],
)
def test_what_is_no_amount(value: Any) -> None:
    """Refused, whatever it is, and never an exception of another kind."""

    with pytest.raises(ValueError, match=r"amount|decimals|large"):
        yuan_of(value)


@pytest.mark.parametrize(
    ("text", "fen"), [("12.1", 1210), ("12.100", 1210), ("0", 0), ("-0.01", -1), (" 3.00 ", 300)]
)
def test_texts(text: str, fen: int) -> None:
    """As platforms write them."""

    assert yuan_of(text) == fen


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_nothing_is_the_default(nothing: object) -> None:
    """An amount that is not there is not zero yuan but what the field says."""

    class Part(ArkPayload):
        some_yuan: YuanAmount | None = None
        other_yuan: YuanAmount = 7

    part = read(Part, {"someYuan": nothing, "otherYuan": nothing}, kind="part")
    assert (part.some_yuan, part.other_yuan) == (None, 7)


def test_signs() -> None:
    """A price is not negative; a movement of money may be."""

    assert TypeAdapter(SignedYuan).validate_python("-1.50") == -150
    with pytest.raises(ValidationError):
        TypeAdapter(YuanAmount).validate_python("-1.50")


@pytest.mark.parametrize(
    ("value", "kept"), [(1612518379000, 1612518379000), ("1612518379000", 1612518379000), (0, 0), (-1, 0)]
)
def test_milliseconds(value: object, kept: int) -> None:
    """0 and -1 are none."""

    assert TypeAdapter(Millis).validate_python(value) == kept


@pytest.mark.parametrize("value", [1612518379, True, 10**13, "x", 1.5])
def test_what_are_no_milliseconds(value: object) -> None:
    """Seconds would be a day in 1970."""

    with pytest.raises(ValidationError):
        TypeAdapter(Millis).validate_python(value)


@pytest.mark.parametrize("value", [1612518379, 1612518379000])
def test_either_unit(value: int) -> None:
    """Told apart by size."""

    assert TypeAdapter(EitherTime).validate_python(value) == 1612518379000


@given(st.integers(min_value=0, max_value=9_999_999_999_999))
def test_moments_survive_the_way_there_and_back(millis: int) -> None:
    """No float on the way."""

    assert to_millis(from_millis(millis)) == millis


def test_a_moment() -> None:
    """1612518379000 is 2021-02-05 09:46:19 UTC."""

    assert from_millis(1612518379001) == datetime(2021, 2, 5, 9, 46, 19, 1000, UTC)


def test_a_bad_amount_is_named_by_its_path() -> None:
    """In the platform's own spelling."""

    class Part(ArkPayload):
        refund_amount_yuan: YuanAmount

    with pytest.raises(PayloadError, match="refundAmountYuan"):
        read(Part, {"refundAmountYuan": 12.345}, kind="part")
