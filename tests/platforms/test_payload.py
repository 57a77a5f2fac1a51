"""Reading answers: bytes to JSON, JSON to payloads."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import PayloadError
from privdomain.platforms import IdText, Minor, OptionalId, Payload, UnixTime
from privdomain.platforms._payload import Whole, decode, read

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_what_json_can_say_is_read(value: Any, ascii_only: bool) -> None:
    """Escaped or not, with or without a byte order mark."""

    text = json.dumps(value, ensure_ascii=ascii_only)
    assert decode(text.encode()) == value
    assert decode(b"\xef\xbb\xbf" + text.encode()) == value


@given(st.text(st.characters(max_codepoint=31), min_size=1))
def test_control_characters_inside_texts_are_kept(raw: str) -> None:
    """Complaint 9: nicknames and notes carry them unescaped."""

    assert decode(f'{{"nickname": "a{raw}b", "n": 1}}'.encode()) == {"nickname": f"a{raw}b", "n": 1}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a": "caf\xe9"}', {"a": "caf\ufffd"}),  # not UTF-8
        (b'{"a": "\\ud83c"}', {"a": "\ufffd"}),  # half of an emoji
        (b'{"a": ["\\ud83c\\udf75", {"\\udf75": 1}]}', {"a": ["🍵", {"\ufffd": 1}]}),
        (b'{"id": 1234567890123456789012}', {"id": 1234567890123456789012}),
    ],
)
def test_broken_text_is_mended(body: bytes, expected: Any) -> None:
    """What is read can be written: to a database, to a file."""

    found = decode(body)
    json.dumps(found, ensure_ascii=False).encode()

    assert found == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"a": 1',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"\xff\xfe",
        b'{"a": ' + b"1" * 5000 + b"}",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 900 + b'"\x0b"' + b"}" * 900,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_is_a_value_error(body: bytes) -> None:
    """Half a body, a page of HTML, numbers that are none, more depth than anything can hold."""

    with pytest.raises(ValueError) as caught:
        decode(body)
    assert not isinstance(caught.value.__context__, RecursionError)


class Numbers(Payload):
    amount: Minor = 0
    at: UnixTime = 0
    count: Whole = 0
    perhaps: Minor | None = None


@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("field", list(Numbers.model_fields))
def test_a_flag_is_no_number(field: str, flag: bool) -> None:
    """Python counts ``true`` as 1: one fen, one second after 1970, one piece."""

    with pytest.raises(PayloadError) as caught:
        read(Numbers, {field: flag}, kind="x")
    assert [str(problem) for problem in caught.value.problems] == [
        f"{field}: is true or false; expected a whole number"
    ]


@pytest.mark.parametrize("field", list(Numbers.model_fields))
def test_a_number_has_64_bits(field: str) -> None:
    """More is no amount, and no database takes it."""

    with pytest.raises(PayloadError, match=f"{field}: is out of range"):
        read(Numbers, {field: 2**63}, kind="x")


class Inner(Payload):
    needed: int
    word: str = "default"


class Outer(Payload):
    id_: IdText = "1"
    other: OptionalId = ""
    amount: Minor = 0
    at: UnixTime = 0
    flag: bool = False
    text: str = ""
    inner: Inner | None = None
    required: Inner = Inner(needed=1)
    items: tuple[Inner, ...] = ()


@pytest.mark.parametrize("nothing", [None, "", 0, [], {}])
@pytest.mark.parametrize("field", ["other", "amount", "at", "flag", "inner", "required", "items"])
def test_nothing_is_the_default(field: str, nothing: Any) -> None:
    """In whatever form the platform writes it."""

    assert getattr(read(Outer, {field: nothing}, kind="x"), field) == getattr(Outer(), field)


def test_nothings_are_forgiven_in_the_depth() -> None:
    """Inside lists and objects too; the payload itself is not touched."""

    payload = {"items": [{"needed": 1, "word": None}, {"needed": "2", "word": []}], "flag": "1", "new": {}}
    before = json.dumps(payload)
    found = read(Outer, payload, kind="x")

    assert [(item.needed, item.word) for item in found.items] == [(1, "default"), (2, "default")]
    assert found.flag is True
    assert json.dumps(payload) == before


def test_what_is_needed_is_not_forgiven() -> None:
    """Every bad path at once, in the payload's words; nothing stands for a needed value."""

    payload = {"items": [{"needed": None}, {"needed": "x"}, None, {}], "amount": -1, "id_": 1.5, "at": 10**12}
    with pytest.raises(PayloadError) as caught:
        read(Outer, payload, kind="thing", ref="7", prefix="answer")

    assert (caught.value.kind, caught.value.ref, caught.value.payload) == ("thing", "7", payload)
    assert {problem.path for problem in caught.value.problems} == {
        "answer.items[0].needed", "answer.items[1].needed", "answer.items[2]", "answer.items[3].needed",
        "answer.amount", "answer.id_", "answer.at",
    }  # fmt: skip
    assert caught.value.__context__ is None  # a ValidationError would carry the values along


@pytest.mark.parametrize(
    ("value", "expected"),
    [("x", "x"), (7, "7"), (2**64, str(2**64)), (0, ""), ("0", ""), ("", ""), (None, "")],
)
def test_ids(value: Any, expected: str) -> None:
    """Text or whole number in, text out; zero is nobody's id."""

    assert read(Outer, {"other": value}, kind="x").other == expected


@pytest.mark.parametrize("value", [1.0, 1e18, True, ["1"], {"a": 1}])
def test_what_is_no_id(value: Any) -> None:
    """A number with a point has been rounded already."""

    with pytest.raises(PayloadError, match="other: is no id"):
        read(Outer, {"other": value}, kind="x")


def test_a_payload_shows_the_names_of_its_fields_only() -> None:
    """In ``repr`` and ``str``, nested too."""

    found = read(Outer, {"text": "13800001111", "inner": {"needed": 4711}}, kind="x")

    assert repr(found) == str(found) == "Outer(<inner, text>)"
